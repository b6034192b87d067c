"""Which classes and ids have a word that a selector looks for, by the native core. Most have none."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from itertools import compress

from cleaner._native import Library, address_of
from cleaner._native.characters import UTF32


class NativeNamed:
    """A set of words. It does not change, so that threads can share it."""

    def __init__(self, core: Library, words: Collection[str]) -> None:
        self._core = core
        self._size = 1 << (2 * len(words) + 1).bit_length()
        self._slots = array("Q", bytes(8 * self._size))
        text = "\n".join(words)
        if words:
            core.set(text.encode(UTF32, "surrogatepass"), len(text), address_of(self._slots), self._size, None, None)

    def named(self, names: Collection[str]) -> list[str]:
        """Those of ``names`` that may have one of the words: all that have one, and some others."""
        joined = "\n".join([name.replace("\n", " ") for name in names]).encode("ascii", "replace")
        flags = bytearray(max(len(names), 1))
        self._core.named(joined, len(joined), address_of(self._slots), self._size, address_of(flags), len(names))
        return list(compress(names, flags))
