"""What words are worth, by the native core: the same as `cleaner.scorer.wording` and `cleaner.scorer.names` compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner._native import Library
from cleaner._native.characters import UTF32, Characters
from cleaner._native.known import KnownWords, slots_for
from cleaner.chars import is_spaceless
from cleaner.scorer.groups import Floats


def _class(char: str) -> int:
    return (char.isalnum() or char == "_") | is_spaceless(char) << 1


_CLASSES = Characters(_class)


class NativeWording:
    """The log-odds of words and pairs of words, by checksum. It does not change, so that threads can share it."""

    def __init__(self, core: Library, odds: Mapping[int, float]) -> None:
        """Raises `ValueError` if any odds are not numbers of single precision, which the core holds."""
        filed = np.array([*odds.items()], [("sum", np.uint32), ("odds", np.float32)])
        if filed["odds"].tolist() != [*odds.values()]:
            raise ValueError("odds of more than single precision")
        self._core = core
        self._slots = np.full(slots_for(len(odds)), np.array((0, np.nan), filed.dtype))
        core.sums(_at(filed), len(filed), _at(self._slots), len(self._slots))

    def of_lines(self, lines: Sequence[str]) -> NDArray[np.float64] | None:
        """What the words of each folded line say; None if a line feed is in a line."""
        text = "\n".join(lines)
        codes = text.encode(UTF32, "surrogatepass")
        _CLASSES.learn(self._core, codes, len(text))
        found = np.empty(len(lines))
        known = _at(self._slots), len(self._slots)
        count = self._core.wording(_CLASSES.address, codes, len(text), *known, _at(found), len(found))
        return found if count == len(found) else None


class NativeNames:
    """The log-odds of words in names. It does not change, so that threads can share it."""

    def __init__(self, core: Library, odds: Mapping[str, float]) -> None:
        """Raises `ValueError` if the core has another structure."""
        self._core = core
        self._known = KnownWords(core, odds, odds.values())

    def of_tags(self, names: bytes, tags: int) -> Floats | None:
        """Least, sum and most of the log-odds of the ``names`` of ``tags`` start tags, and their number.

        The names are those of `Tree.tag_names`. Shape: (4, tags). None if a null character is in one.
        """
        found = np.empty((4, tags), np.float32)
        count = self._core.names(names, len(names), self._known.address, _at(found), tags)
        return found if count == tags else None


def _at(values: NDArray[Any]) -> int:
    return values.ctypes.data
