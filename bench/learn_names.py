"""Learn what the words in class and id names are worth: the log-odds of content of the blocks in elements so named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bench.scorer_pages import Page
from cleaner.scorer.names import NAME_FEATURES, NameOdds, name_columns, words_of

MIN_DOMAINS = 3
"""A name that fewer domains use is a name of one site."""
PRIOR = 2.0
"""Domains that each name is assumed to have been seen in, with the usual share of content."""
INNER_FOLDS = 5
_FULL_SHARE = 0.05  # share of a page from which the elements with a name count fully
_MIN_ODDS = 0.1  # smaller log-odds are left out of the model

Seen = Mapping[str, tuple[float, float]]
"""By name: the share of content of the blocks in elements so named, and how much that counts, from 0 to 1."""


def names_of(page: Page) -> Seen:
    """The names on a page; a block counts by the root of its words."""
    tree = page.blocks.tree
    if tree is None or not len(page.labels):
        return {}
    weights = np.sqrt(np.maximum(page.words, 0.5)).astype(np.float64)
    weights /= weights.sum()
    elements = np.array(page.blocks.elements, np.int64)
    below = [
        np.append(0, np.cumsum(np.bincount(elements, part, len(tree)))) for part in (weights * page.labels, weights)
    ]
    ends = np.array(tree.ends, np.int64)
    content, total = (upto[ends] - upto[:-1] for upto in below)
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    words: dict[int, frozenset[str]] = {}
    for i in np.flatnonzero(total > 0).tolist():
        tag = tree.tags[i]
        if id(tag) not in words:
            words[id(tag)] = frozenset(words_of(tag))
        for word in words[id(tag)]:
            sums[word][0] += content[i]
            sums[word][1] += total[i]
    return {word: (a / b, min(1.0, b / _FULL_SHARE)) for word, (a, b) in sums.items()}


def learn(pages: Sequence[tuple[str, Seen]]) -> NameOdds:
    """The log-odds of all names, from pairs of a domain and what was seen on one of its pages.

    Each domain has one vote for a name, so that large sites do not outvote others. The odds are relative to the mean
    of all names, and 0 for a name without evidence.
    """
    votes: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))
    for domain, seen in pages:
        for word, (share, counts) in seen.items():
            vote = votes[word][domain]
            vote[0] += share
            vote[1] += counts
            vote[2] += 1
    summed = {word: _summed(by.values()) for word, by in votes.items() if len(by) >= MIN_DOMAINS}
    content, total = (sum(column) for column in zip(*summed.values(), strict=True)) if summed else (1.0, 2.0)
    usual = content / total
    found = {word: _log_odds((a + PRIOR * usual) / (b + PRIOR)) - _log_odds(usual) for word, (a, b) in summed.items()}
    return NameOdds({word: round(odds, 2) for word, odds in sorted(found.items()) if abs(odds) >= _MIN_ODDS})


def _summed(votes: Iterable[list[float]]) -> tuple[float, float]:
    content = total = 0.0
    for share, counts, pages in votes:
        content += share / pages * (counts / pages)
        total += counts / pages
    return content, total


def _log_odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def put_names(page: Page, odds: NameOdds) -> None:
    """Compute the features `NAME_FEATURES` of a page with these odds, in place."""
    tree = page.blocks.tree
    if tree is not None and len(page.labels):
        first = page.names.index(NAME_FEATURES[0])
        page.values[:, first : first + len(NAME_FEATURES)] = name_columns(tree, page.blocks.elements, odds).T


def put_learned_names(pages: Sequence[Page]) -> NameOdds:
    """Learn the odds of names from ``pages`` and compute their features in place. Returns the odds.

    The features of each page come from odds that were learned without its domain: with its own odds, a name that only
    one site uses would seem to be sure evidence.
    """
    seen = [(page.domain, names_of(page)) for page in pages]
    domains = sorted({page.domain for page in pages})
    np.random.default_rng(1).shuffle(domains)
    fold = {domain: n % INNER_FOLDS for n, domain in enumerate(domains)}
    for n in range(INNER_FOLDS):
        odds = learn([one for one in seen if fold[one[0]] != n])
        for page in pages:
            if fold[page.domain] == n:
                put_names(page, odds)
    return learn(seen)
