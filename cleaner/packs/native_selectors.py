"""Where selectors have their words in the classes and ids of start tags, by the native core."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Collection, Iterable, Iterator

from cleaner._native import Library, address_of
from cleaner._native.known import Known, KnownWords

_MATCHES = 2  # room per tag; if there are more, tags are looked at twice

INSIDE, IN_ID, _NEXT = (1 << n for n in range(3))
"""The bits of what is found that say that it does not begin the name, that it is in an id; above them is its number."""

Words = tuple[str, ...]


class _Selectors(ctypes.Structure):
    """``struct selectors`` in ``cleaner/_native/words.c``."""

    _fields_ = (("known", Known), *((name, ctypes.c_int64) for name in ("modifiers", "count", "with_classes")))


class NativeSelectors:
    """The words of selectors. They do not change, so that threads can share them."""

    def __init__(self, core: Library, modifiers: Collection[str], selectors: Iterable[Words], *, classes: bool) -> None:
        """``classes`` says whether any selector is about classes. Raises `ValueError` for a core of other code."""
        if core.selectors_size != ctypes.sizeof(_Selectors):
            raise ValueError("the core was built for other code")
        self._core = core
        self._words = [*dict.fromkeys((*((word,) for word in modifiers), *selectors))]
        beginnings = (words[:size] for words in self._words for size in range(1, len(words)))
        known = KnownWords(core, [" ".join(one) for one in dict.fromkeys((*self._words, *beginnings))])
        self._known = known  # what the core reads stays alive
        self._selectors = _Selectors(known.structure, len(modifiers), len(self._words), classes)

    def find(self, names: bytes, tags: int) -> tuple[array[int], array[int]] | None:
        """What is found in the ``names`` of ``tags`` start tags: where it ends for each of them, and all of it.

        The names are those of `Tree.tag_names`. The end is -1 for a tag at which Python has to look. None if there are
        names of more tags or fewer.
        """
        ends, room = array("i", bytes(4 * tags or 4)), _MATCHES * tags or 1
        while True:
            codes = array("i", bytes(4 * room))
            given = ctypes.addressof(self._selectors), names, len(names), address_of(ends), tags
            count = self._core.selected(*given, address_of(codes), room)
            if count <= room:
                break
            room = count
        return None if count < 0 else (ends[:tags], codes[:count])

    def read(self, found: bytes) -> Iterator[tuple[Words, int]]:
        """The words that are found, and bits that say where."""
        for code in array("i", found):
            yield self._words[code // _NEXT], code
