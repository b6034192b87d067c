"""Features by the words of the lines of a plain text: what they are worth on other sites.

`WordOdds` holds the log-odds of content of words and of pairs of words, as a linear model learned them together. They
are kept as checksums, so the file of a model holds no text of others. A word without odds is worth nothing: a line in a
language that the training pages do not have is judged by its other features alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cleaner._native import Library, library
from cleaner.chars import SPACELESS
from cleaner.scorer.groups import Floats
from cleaner.scorer.native_words import NativeWording

_WINDOWS = {
    "near 1": (-1, 1), "near 3": (-3, 3), "near 10": (-10, 10),
    "3 above": (-3, -1), "3 below": (1, 3), "10 above": (-10, -1), "10 below": (1, 10),
}  # fmt: skip
"""The first and the last line of each window, counted from the line itself."""

_FIRST = np.array([[first] for first, _ in _WINDOWS.values()])
_AFTER = np.array([[last + 1] for _, last in _WINDOWS.values()])

WORDING_FEATURES = ("wording", *(f"wording {name}" for name in _WINDOWS), "wording page")
"""The names of the features: for the line itself, the means of lines around it, and the mean of all lines."""

_WORD = re.compile(rf"[{SPACELESS}]|[^\W{SPACELESS}]+")  # in scripts without spaces, each character is a word
_MAX_WORDS = 24  # in a line: noise says what it is at its beginning
_MAX_LENGTH = 300  # characters of a line in which words are looked for
_MEMO_LINES = 10_000


class WordOdds(dict[int, float]):
    """Log-odds by the checksum of a word or pair, with a memo of lines: each text is read twice."""

    def __init__(self, odds: Mapping[int, float] | None = None) -> None:
        super().__init__(odds or {})
        self._lines: dict[str, float] = {}
        self._native: NativeWording | None = None
        self._is_packable = True

    def __reduce__(self) -> tuple[type[WordOdds], tuple[dict[int, float]]]:
        return WordOdds, (dict(self),)

    def of_lines(self, lines: Sequence[str]) -> Sequence[float] | NDArray[np.float64]:
        """What the words of each line say, from the folded lines; 0 where no word is known."""
        core = library() if lines else None
        found = self._natively(core, lines) if core is not None else None
        return self._in_python(lines) if found is None else found

    def _natively(self, core: Library, lines: Sequence[str]) -> NDArray[np.float64] | None:
        if self._native is None and self._is_packable:
            try:
                self._native = NativeWording(core, self)
            except ValueError:
                self._is_packable = False
        return self._native.of_lines(lines) if self._native is not None else None

    def _in_python(self, lines: Sequence[str]) -> list[float]:
        memo = self._lines
        if len(memo) >= _MEMO_LINES:
            memo.clear()
        found = []
        for line in lines:
            start = line[:_MAX_LENGTH]
            odds = memo.get(start)
            if odds is None:
                odds = memo[start] = self._of_line(start)
            found.append(odds)
        return found

    def _of_line(self, line: str) -> float:
        keys = checksums(line)
        total = 0.0
        for key in keys:  # one by one: `sum` makes up for what is lost in rounding, the native core does not
            total += self.get(key, 0.0)
        return total / math.sqrt(max(len(keys), 1))


def checksums(line: str) -> list[int]:
    """The different words of the beginning of a folded line, and the pairs of neighbours, as sorted CRC-32 sums."""
    words = [word.encode() for word in _WORD.findall(line[:_MAX_LENGTH])[:_MAX_WORDS]]
    return sorted({*map(crc32, words), *(crc32(b" ".join(pair)) for pair in pairwise(words))})


def wording_columns(lines: Sequence[str], odds: WordOdds) -> Floats:
    """The features `WORDING_FEATURES` of one or more blocks, from their folded texts. Shape: (features, blocks)."""
    own = np.array(odds.of_lines(lines), np.float64)
    n = len(own)
    upto, place = np.concatenate([[0.0], np.cumsum(own)]), np.arange(n)
    start, end = np.clip(place + _FIRST, 0, n), np.clip(place + _AFTER, 0, n)
    around = (upto[end] - upto[start]) / np.maximum(end - start, 1)
    found = np.empty((len(WORDING_FEATURES), n), np.float32)
    found[0], found[1:-1], found[-1] = own, around, own.mean()
    return found
