"""What words are worth, by the native core: the same as `cleaner.scorer.wording` and `cleaner.scorer.names` compute."""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner._native import Library
from cleaner._native.characters import UTF32, Characters
from cleaner.chars import is_spaceless
from cleaner.model import Tag
from cleaner.scorer.groups import Floats


def _class(char: str) -> int:
    return (char.isalnum() or char == "_") | is_spaceless(char) << 1


_CLASSES = Characters(_class)


class _Known(ctypes.Structure):
    """``struct known`` in ``cleaner/_native/words.c``."""

    _fields_ = (
        ("slots", ctypes.c_void_p),
        ("size", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("of", "codes", "starts", "odds")),
    )


class NativeWording:
    """The log-odds of words and pairs of words, by checksum. It does not change, so that threads can share it."""

    def __init__(self, core: Library, odds: Mapping[int, float]) -> None:
        """Raises `ValueError` if any odds are not numbers of single precision, which the core holds."""
        filed = np.array([*odds.items()], [("sum", np.uint32), ("odds", np.float32)])
        if filed["odds"].tolist() != [*odds.values()]:
            raise ValueError("odds of more than single precision")
        self._core = core
        self._slots = np.full(_size(len(odds)), np.array((0, np.nan), filed.dtype))
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
        if core.known_size != ctypes.sizeof(_Known):
            raise ValueError("the core was built for other code")
        self._core = core
        text, size = "\n".join([*odds, ""]), _size(len(odds))
        slots, of = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
        codes = text.encode(UTF32, "surrogatepass")
        starts = np.array([*accumulate((len(word) + 1 for word in odds), initial=0)], np.int32)
        numbers, values = np.arange(len(odds) + 1, dtype=np.int32), np.array([*odds.values(), 0.0], np.float64)
        core.set(codes, max(len(text) - 1, 0), _at(slots), size, _at(numbers), _at(of))
        of_codes = np.frombuffer(codes or bytes(4), np.uint32)
        self._held = slots, of, of_codes, starts, values
        self._known = _Known(_at(slots), size, _at(of), _at(of_codes), _at(starts), _at(values))

    def of_tags(self, tags: Collection[Tag]) -> Floats | None:
        """Least, sum and most of the log-odds of the names of each tag, and their number. Shape: (4, tags).

        None if a null character is in a name.
        """
        parts = ["\n".join((tag.id, *tag.classes, tag.role)) for tag in tags]
        if any("\n" in tag.id or "\n" in tag.role for tag in tags if tag.id or tag.role):
            return None
        names = "\0".join([*parts, ""]).encode("ascii", "replace")
        found = np.empty((4, len(parts)), np.float32)
        count = self._core.names(names, len(names), ctypes.addressof(self._known), _at(found), len(parts))
        return found if count == len(parts) else None


def _size(count: int) -> int:
    """Slots of a set with so many members."""
    return 1 << (2 * count + 1).bit_length()


def _at(values: NDArray[Any]) -> int:
    return values.ctypes.data
