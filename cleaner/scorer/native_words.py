"""What words are worth, by the native core: the same as `cleaner.scorer.wording` and `cleaner.scorer.names` compute."""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate

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


class _Slots:
    """A set of ``count`` hashes: its slots, how many there are, and the number of the word in each."""

    def __init__(self, count: int) -> None:
        self.size = 1 << (2 * count + 1).bit_length()
        self.hashes = np.zeros(self.size, np.uint64)
        self.of = np.full(self.size, -1, np.int32)


class NativeWording:
    """The log-odds of words and pairs of words, by checksum. It does not change, so that threads can share it."""

    def __init__(self, core: Library, odds: Mapping[int, float]) -> None:
        self._core = core
        self._slots = _Slots(len(odds))
        self._odds = np.array([*odds.values(), 0.0], np.float64)
        sums = np.array([*odds, 0], np.uint32)
        core.sums(sums.ctypes.data, len(odds), self._slots.hashes.ctypes.data, self._slots.size, _at(self._slots.of))

    def of_lines(self, lines: Sequence[str]) -> NDArray[np.float64] | None:
        """What the words of each folded line say; None if a line feed is in a line."""
        text = "\n".join(lines)
        codes = text.encode(UTF32, "surrogatepass")
        _CLASSES.learn(self._core, codes, len(text))
        found = np.empty(len(lines))
        slots = self._slots
        known = _at(slots.hashes), slots.size, _at(slots.of), _at(self._odds)
        count = self._core.wording(_CLASSES.address, codes, len(text), *known, _at(found), len(found))
        return found if count == len(found) else None


class NativeNames:
    """The log-odds of words in names. It does not change, so that threads can share it."""

    def __init__(self, core: Library, odds: Mapping[str, float]) -> None:
        """Raises `ValueError` if the core has another structure."""
        if core.known_size != ctypes.sizeof(_Known):
            raise ValueError("the core was built for other code")
        self._core = core
        text, slots = "\n".join([*odds, ""]), _Slots(len(odds))
        codes = text.encode(UTF32, "surrogatepass")
        starts = np.array([*accumulate((len(word) + 1 for word in odds), initial=0)], np.int32)
        numbers, values = np.arange(len(odds) + 1, dtype=np.int32), np.array([*odds.values(), 0.0], np.float64)
        core.set(codes, max(len(text) - 1, 0), _at(slots.hashes), slots.size, _at(numbers), _at(slots.of))
        of_codes = np.frombuffer(codes or bytes(4), np.uint32)
        self._held = slots, of_codes, starts, values
        self._known = _Known(*(_at(slots.hashes), slots.size, _at(slots.of), _at(of_codes), _at(starts), _at(values)))

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


def _at(values: NDArray[np.generic]) -> int:
    return values.ctypes.data
