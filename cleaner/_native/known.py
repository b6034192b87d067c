"""Sets of words for the native core. They do not change, so that threads can share them."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Collection, Iterable
from itertools import accumulate

from cleaner._native import Library, address_of
from cleaner._native.characters import UTF32


class Known(ctypes.Structure):
    """``struct known`` in ``cleaner/_native/words.c``."""

    _fields_ = (
        ("slots", ctypes.c_void_p),
        ("size", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("of", "codes", "starts", "odds")),
    )


class KnownWords:
    """Words, by number, and what each is worth."""

    def __init__(self, core: Library, words: Collection[str], odds: Iterable[float] = ()) -> None:
        """No word has a line feed. Raises `ValueError` if the core has another structure."""
        if core.known_size != ctypes.sizeof(Known):
            raise ValueError("the core was built for other code")
        text, size = "\n".join([*words, ""]), slots_for(len(words))
        slots, of = array("Q", bytes(8 * size)), array("i", [-1]) * size
        codes = array("I", text.encode(UTF32, "surrogatepass")) or array("I", [0])
        starts = array("i", accumulate((len(word) + 1 for word in words), initial=0))
        values, numbers = array("d", [*odds, 0.0]), array("i", range(len(words) + 1))
        self._held = slots, of, codes, starts, values
        if words:
            filled = address_of(slots), size, address_of(numbers), address_of(of)
            core.set(text.encode(UTF32, "surrogatepass"), len(text) - 1, *filled)
        rest = (address_of(part) for part in (of, codes, starts, values))
        self.structure = Known(address_of(slots), size, *rest)
        """How the core sees them."""
        self.address = ctypes.addressof(self.structure)
        """Where the core finds them."""


def slots_for(count: int) -> int:
    """The slots of a set with so many members: a power of two."""
    return 1 << (2 * count + 1).bit_length()
