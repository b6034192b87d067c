"""From probabilities to decisions: for each profile, the log-odds of content at which a block of a page stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Blocks, Kind

_COPY_WORDS = 4  # a repeated block of fewer words may be intended
_MAY_REPEAT = frozenset((Kind.CODE, Kind.CELL))
_PAGE_CAREFUL, _PAGE_STRICT = -1.7, 0.5  # log-odds relative to balanced, for pages
_MAX_PRICE, _DOUBT_PRICE = 0.7, 0.003  # of lost content in careful: the highest, and that for a doubt of 1
_MAX_P, _MAX_P_OF_PRICE = 0.18, 0.38  # highest probability that careful cuts, for a price of 0, and what the price adds
_TEXT_BALANCED = (0.6, 0.4)  # price of lost content, highest probability that is cut
_TEXT_STRICT = (0.01, 0.9)
_CLEAN = 0.1  # share of noise assumed in any text, so that a clean text does not lose every doubtful word


Words = Sequence[int] | NDArray[np.floating]
"""The words of the blocks of a document."""


class Levels(NamedTuple):
    """Log-odds of content below which a block is cut, by profile; never decreasing from careful to strict."""

    careful: float
    balanced: float
    strict: float


def page_levels(p: NDArray[np.floating], words: Words, bounds: tuple[float, float]) -> Levels:
    """The levels of a page: balanced aims at the highest expected F1, with the probability within ``bounds``."""
    level = _log_odds(threshold(p, words, bounds))
    return Levels(level + _PAGE_CAREFUL, level, level + _PAGE_STRICT)


def text_levels(p: NDArray[np.floating], words: Words) -> Levels:
    """The levels of a text: careful and balanced weigh kept noise against lost content, strict aims at the best F1.

    In careful the weight of lost content grows with the doubt of the model about this text.
    """
    price = min(_MAX_PRICE, _DOUBT_PRICE / max(doubt(p, words), 1e-3) ** 2)
    careful = _worth(p, words, price, _MAX_P + _MAX_P_OF_PRICE * price)
    balanced = max(careful, _worth(p, words, *_TEXT_BALANCED))
    return Levels(careful, balanced, max(balanced, _log_odds(threshold(p, words, _TEXT_STRICT))))


def doubt(p: NDArray[np.floating], words: Words) -> float:
    """The share of the words that the likelier of the two judgements about each block is expected to get wrong."""
    size = np.asarray(words, np.float64) + 0.5
    return float((np.minimum(p, 1 - p) * size).sum() / max(size.sum(), 1e-9))


def _worth(p: NDArray[np.floating], words: Words, price: float, max_p: float) -> float:
    """The log-odds below which cutting a block removes more noise than content, by share and weighted by ``price``.

    No block with a probability of content above ``max_p`` is cut. The cut of a block of w words is expected to take
    ``(1 - p) * w / noise`` of the noise and ``p * w / content`` of the content. With both sums fixed, the best set
    under any bound of the loss is all blocks below one level of the odds (the Lagrangian of that choice). The level
    is higher on pages with little noise and much content.
    """
    size = np.asarray(words, np.float64) + 0.5
    content = float((p * size).sum()) + 1e-9
    noise = float(((1 - p) * size).sum())
    odds = price * content / (noise + _CLEAN * (noise + content))
    return float(np.log(min(odds, max_p / (1 - max_p))))


def _log_odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def threshold(p: NDArray[np.floating], words: Words, bounds: tuple[float, float]) -> float:
    """The probability from which blocks are kept for the highest expected F1 of the page, within ``bounds``.

    With blocks in the order of their probability, expected F1 of the first k is
    ``2 * sum(p * words of k) / (sum(words of k) + sum(p * words of all))`` (Ye et al. 2012,
    https://arxiv.org/abs/1206.4625, with the expectation of a ratio replaced by the ratio of expectations).
    """
    if not len(p):
        return bounds[1]
    order = np.argsort(-p, kind="stable")
    weight = np.asarray(words, np.float64)[order]
    expected = np.cumsum(p[order] * weight)
    f1 = 2 * expected / np.maximum(np.cumsum(weight) + expected[-1], 1e-9)
    return float(np.clip(p[order[int(np.argmax(f1))]], *bounds))


def repeated(blocks: Blocks, kept: Sequence[bool]) -> list[int]:
    """The kept blocks that repeat a kept block above word for word."""
    seen: set[str] = set()
    found = []
    for i, key in enumerate(blocks.keys):
        if kept[i] and blocks.words[i] >= _COPY_WORDS and blocks.kinds[i] not in _MAY_REPEAT:
            if key in seen:
                found.append(i)
            seen.add(key)
    return found
