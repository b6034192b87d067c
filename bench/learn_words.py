"""Learn what the words of lines are worth for plain text: a linear model over words and pairs of words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.scorer_pages import Page, line_weights
from cleaner.scorer.wording import WORDING_FEATURES, WordOdds, checksums, wording_columns

MIN_DOMAINS = 5
"""A word that fewer domains use is a word of one site or subject."""
INNER_FOLDS = 5
_MIN_ODDS = 0.1  # smaller log-odds are left out of the model
_SETTINGS = {"loss": "log_loss", "alpha": 3e-6, "max_iter": 8, "tol": None, "random_state": 0}

Keys = list[NDArray[np.uint32]]
"""The checksums of the words of each block of a page."""


def keys_of(page: Page) -> Keys:
    """The checksums of the words of each block."""
    return [np.array(checksums(text), np.uint32) for text in page.blocks.folded]


def learn(pages: Sequence[Page], keys: Sequence[Keys]) -> WordOdds:
    """The log-odds of the words that at least `MIN_DOMAINS` domains use; ``keys`` are those of each page.

    Stochastic gradient descent on the logistic loss (scikit-learn), with lines weighted as for the trees.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import SGDClassifier

    known = _vocabulary(pages, keys)
    lines = [line for of_page in keys for line in of_page]
    sizes = np.array([len(line) for line in lines])
    joined = np.concatenate(lines)
    places = np.searchsorted(known, joined).clip(max=len(known) - 1)
    is_known = known[places] == joined
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    ends = np.concatenate([[0], np.cumsum(is_known)])[np.concatenate([[0], np.cumsum(sizes)])]
    table = csr_matrix((values[is_known], places[is_known], ends), shape=(len(lines), len(known)))
    labels = np.concatenate([page.labels for page in pages])
    weights = np.concatenate([line_weights(page) for page in pages])
    model = SGDClassifier(**_SETTINGS).fit(table, labels, sample_weight=weights * (len(weights) / weights.sum()))
    odds = model.coef_[0].round(2)
    chosen = np.abs(odds) >= _MIN_ODDS
    return WordOdds(dict(zip(known[chosen].tolist(), odds[chosen].tolist(), strict=True)))


def _vocabulary(pages: Sequence[Page], keys: Sequence[Keys]) -> NDArray[np.uint32]:
    """The words that enough domains use, sorted."""
    by_domain: dict[str, list[NDArray[np.uint32]]] = {}
    for page, of_page in zip(pages, keys, strict=True):
        by_domain.setdefault(page.domain, []).extend(of_page)
    different = [np.unique(np.concatenate(lines)) for lines in by_domain.values()]
    found, counts = np.unique(np.concatenate(different), return_counts=True)
    return found[counts >= MIN_DOMAINS]


def put_words(page: Page, odds: WordOdds) -> None:
    """Compute the features `WORDING_FEATURES` of a page with these odds, in place."""
    if page.blocks.tree is not None or not len(page.labels):
        return
    first = page.names.index(WORDING_FEATURES[0])
    page.values[:, first : first + len(WORDING_FEATURES)] = wording_columns(page.blocks.folded, odds).T


def put_learned_words(pages: Sequence[Page]) -> WordOdds:
    """Learn the odds of words from ``pages`` and compute their features in place. Returns the odds.

    The features of each page come from odds that were learned without its domain, as for names
    (`bench.learn_names.put_learned_names`).
    """
    keys = [keys_of(page) for page in pages]
    domains = sorted({page.domain for page in pages})
    np.random.default_rng(1).shuffle(domains)
    fold = {domain: n % INNER_FOLDS for n, domain in enumerate(domains)}
    folds = np.array([fold[page.domain] for page in pages])
    for n in range(INNER_FOLDS):
        others = np.flatnonzero(folds != n).tolist()
        odds = learn([pages[i] for i in others], [keys[i] for i in others])
        for i in np.flatnonzero(folds == n).tolist():
            put_words(pages[i], odds)
    return learn(pages, keys)
