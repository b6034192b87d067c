"""From probabilities to what is kept: the set of blocks whose expected word F1 is highest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Blocks, Kind

_COPY_WORDS = 4  # a repeated block of fewer words may be meant
_MAY_REPEAT = frozenset((Kind.CODE, Kind.CELL))


def threshold(p: NDArray[np.floating], words: Sequence[int], bounds: tuple[float, float]) -> float:
    """The probability from which blocks are kept, so that the F1 expected of the page is highest, within ``bounds``.

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
    """The kept blocks that a kept block above says already, word for word."""
    seen: set[str] = set()
    found = []
    for i, key in enumerate(blocks.keys):
        if kept[i] and blocks.words[i] >= _COPY_WORDS and blocks.kinds[i] not in _MAY_REPEAT:
            if key in seen:
                found.append(i)
            seen.add(key)
    return found
