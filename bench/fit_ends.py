"""Fit the weights of ``cleaner/stages/ends.py``, and measure them out of fold.

    python -m bench.fit_ends --data DIR ... [--every N] [--jobs N]

``--data`` are folders that ``bench.wcxb_text build`` wrote. The candidates for an end are those of the stage, on the
marks of the stages before it. A candidate is right if less than `MAX_OUTSIDE` of the content words of the text are
outside of it; blocks that rules cut in any case do not count. For each end a logistic regression (L2) on the
logarithms of the measures is fitted, each text with the same weight. The weights printed are fitted on all texts and
rounded to one decimal, as the stage has them.

The table has, for each corpus, the shares of noise and content that the first candidate from a log-odds on takes: short
lines only, which is what the stage cuts from `_SURE` on, and with running text. Each text is judged by weights that
were fitted without its registrable domain, and rounded. Rows "in stage" are the weights that the stage has, which were
fitted on pages of these corpora. Texts without candidates count as 0.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product, takewhile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.render import RENDERERS
from bench.scorer_pages import block_labels
from bench.training import FOLDS, folds_by_domain
from bench.wcxb_pages import registrable_domain
from cleaner.packs.load import load_builtin
from cleaner.pipeline import Pipeline
from cleaner.resolve import CUTS_ALONE
from cleaner.stages import SHIPPED
from cleaner.stages.base import built
from cleaner.stages.ends import _LIKELY, _SURE, ABOVE, BELOW, End, Ends, Measures, Seen, _is_text
from cleaner.view import View

MAX_OUTSIDE = 0.005
"""Share of the content words outside of a candidate from which it is wrong."""
C = 0.1
"""Inverse strength of the penalty on the squares of the weights, relative to a weight of 1 for each candidate."""
HEAVY = 0.2
"""Share of the content that is a heavy loss."""
_STEPS = 50  # of Newton's method, which needs about ten

Floats = NDArray[np.float64]


class Outside(NamedTuple):
    """What is outside of a candidate and no rule cuts in any case, as shares of the words of the text."""

    noise: float
    content: float
    short_noise: float
    short_content: float


class Candidate(NamedTuple):
    """A line at which an end may begin."""

    measures: Measures
    outside: Outside


class Text(NamedTuple):
    """A rendering of a page, and its candidates from the inside outwards."""

    corpus: str
    domain: str
    below: tuple[Candidate, ...]
    above: tuple[Candidate, ...]


NOTHING = Outside(0.0, 0.0, 0.0, 0.0)


# --------------------------------------------------------------------------
# candidates


@lru_cache(maxsize=1)
def _rules() -> Pipeline:
    """The stages for text that run before the ends, which must not be evidence for themselves."""
    packs = load_builtin()
    before = takewhile(lambda entry: entry.stage is not Ends, SHIPPED)
    stages = [built(entry.stage, packs) for entry in before if entry.place == "text"]
    return Pipeline(packs, text_stages=stages, classifier="rules")


def read_text(line: str) -> Text | None:
    """The candidates of a row of ``wcxb_text build``; None if it has no content or no noise."""
    row = json.loads(line)
    view = _rules().view(row["text"], id=row["id"])
    keep = list(block_labels(view.document.text, view.document.blocks, row["lines"]))
    if all(keep) or not any(keep):
        return None
    domain = registrable_domain(row["url"]) or row["domain"]
    return Text(row["corpus"], domain, candidates_of(view, keep, 1), candidates_of(view, keep, -1))


def candidates_of(view: View, keep: Sequence[bool], step: int) -> tuple[Candidate, ...]:
    """The candidates below the content with a ``step`` of 1, above it with -1; ``keep`` has the label of each block."""
    blocks = view.document.blocks
    words = np.array(blocks.words, float)[::step]
    is_content = np.array(keep, bool)[::step]
    is_left = np.array([total < CUTS_ALONE for total in view.sums])[::step]
    is_short = np.array([not _is_text(blocks, i) for i in range(len(blocks))])[::step]
    seen = Seen.of(view)
    content, noise = max((words * is_content).sum(), 1.0), max((words * ~is_content).sum(), 1.0)

    def share(i: int, chosen: NDArray[np.bool_], total: float) -> float:
        return float((words * chosen * is_left)[i:].sum() / total)

    return tuple(
        Candidate(
            measures,
            Outside(
                share(i, ~is_content, noise),
                share(i, is_content, content),
                share(i, ~is_content & is_short, noise),
                share(i, is_content & is_short, content),
            ),
        )
        for i, measures in (seen if step > 0 else seen.upwards()).candidates()
    )


def lines_of(data: Sequence[Path], every: int) -> Iterator[str]:
    """Every n-th row of each naive rendering."""
    for folder, renderer in product(data, RENDERERS):
        with gzip.open(folder / f"dev.{renderer}.jsonl.gz", "rt", encoding="utf-8") as file:
            yield from islice(file, 0, None, every)


# --------------------------------------------------------------------------
# fitting and measuring


def logistic(x: Floats, y: Floats, weights: Floats, c: float = C) -> tuple[Floats, float]:
    """The weights of the columns of ``x`` and the bias of a logistic regression with a penalty on the squares.

    Minimizes ``|w|^2 / 2 + c * sum(weights * log loss)``, without a penalty on the bias, by Newton's method. Raises
    `ArithmeticError` if it does not converge.
    """
    rows = np.column_stack([x, np.ones(len(x))])
    penalty = np.diag([1.0] * x.shape[1] + [0.0])
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-rows @ found))
        gradient = penalty @ found - c * rows.T @ (weights * (y - p))
        step = np.linalg.solve(penalty + c * rows.T @ (rows * (weights * p * (1 - p))[:, None]), gradient)
        found -= step
        if np.abs(step).max() < 1e-8:
            return found[:-1], float(found[-1])
    raise ArithmeticError(f"no convergence in {_STEPS} steps")


def fitted(texts: Sequence[Sequence[Candidate]]) -> End:
    """The weights of an end, rounded to one decimal, from the candidates of each text."""
    candidates = [one for text in texts for one in text]
    x = np.log1p([one.measures for one in candidates])
    y = np.array([float(one.outside.content < MAX_OUTSIDE) for one in candidates])
    weights = np.array([1 / len(text) for text in texts for _ in text])
    found, bias = logistic(x, y, weights * (len(weights) / weights.sum()))
    return End(Measures(*(round(float(value), 1) + 0.0 for value in found)), round(bias, 1))


def first(candidates: Sequence[Candidate], end: End, level: float) -> Outside:
    """What is outside of the first candidate with log-odds of at least ``level``."""
    return next((one.outside for one in candidates if end.log_odds(one.measures) >= level), NOTHING)


def out_of_fold(texts: Sequence[Sequence[Candidate]], folds: NDArray[np.int64], level: float) -> list[Outside]:
    """What the first candidate of each text takes, by weights that were fitted without its domain."""
    found = [NOTHING] * len(texts)
    for n in range(FOLDS):
        end = fitted([text for text, fold in zip(texts, folds, strict=True) if fold != n])
        for i in np.flatnonzero(folds == n).tolist():
            found[i] = first(texts[i], end, level)
    return found


def means(taken: Sequence[Outside]) -> str:
    """One row of the table: mean shares, and the share of texts with a heavy loss."""
    mean = Outside(*np.mean(taken, axis=0).tolist())
    heavy = sum(one.content > HEAVY for one in taken) / len(taken)
    return (
        f"{mean.short_noise:11.4f} {mean.short_content:12.4f} {mean.noise:11.4f} {mean.content:12.4f} "
        f"{heavy:10.4f} {sum(one is not NOTHING for one in taken) / len(taken):9.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--every", type=int, default=1, help="only every n-th row of each file")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(args.jobs) as pool:
        read = pool.imap(read_text, lines_of(args.data, args.every), chunksize=16)
        texts = [text for text in read if text]
    folds = folds_by_domain([text.domain for text in texts])
    corpora = [text.corpus for text in texts]
    for name, current in (("below", BELOW), ("above", ABOVE)):
        sides: list[tuple[Candidate, ...]] = [getattr(text, name) for text in texts]
        print(f"{name}: {sum(map(len, sides))} candidates in {sum(map(bool, sides))} of {len(texts)} texts")
        print(f"  fitted    {_shown(fitted(sides))}\n  in stage  {_shown(current)}")
        print(f"  {'':36} short noise      content   all noise      content     > 20 %     taken")
        for level in (_LIKELY, _SURE):
            show(f"from {level:.1f} on, out of fold", corpora, out_of_fold(sides, folds, level))
            show(f"from {level:.1f} on, in stage", corpora, [first(side, current, level) for side in sides])


def show(name: str, corpora: Sequence[str], taken: Sequence[Outside]) -> None:
    """Print a row of the table for each corpus."""
    for corpus in dict.fromkeys(corpora):
        part = [one for one, own in zip(taken, corpora, strict=True) if own == corpus]
        print(f"  {f'{corpus}: {name}':36} {means(part)}")


def _shown(end: End) -> str:
    weights = " ".join(f"{name} {value:.1f}" for name, value in end.weights._asdict().items())
    return f"{weights} bias {end.bias:.1f}"


if __name__ == "__main__":
    main()
