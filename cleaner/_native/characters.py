"""The classes of characters for the native core, found out when a text has them.

All Python versions have tables of characters of their own, so the classes come from the one that runs. They are found
out in pages of 256 characters. What is known is only added to, so that threads can share it.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable

from cleaner._native import Library, address_of

UTF32 = f"utf-32-{sys.byteorder[0]}e"
"""The encoding of the core's texts."""

PAGE = 256
"""The characters in a page."""
_CHARACTERS = sys.maxunicode + 1
PAGES = _CHARACTERS // PAGE


class Characters:
    """One byte for each character; ``class_of`` computes it."""

    def __init__(self, class_of: Callable[[str], int]) -> None:
        self._class_of = class_of
        self._classes = bytearray(_CHARACTERS)
        self._known = bytearray(PAGES)
        self.address = address_of(self._classes)
        """Where the classes are."""
        self.known_address = address_of(self._known)
        """Where it says which pages are known."""

    def learn(self, core: Library, codes: bytes, length: int) -> None:
        """Find out the classes of the characters of a text."""
        unknown = array("i", bytes(4 * PAGES))
        self.learn_pages(unknown[: core.unknown(codes, length, self.known_address, address_of(unknown))])

    def learn_pages(self, pages: Iterable[int]) -> None:
        """Find out the classes of the characters of some pages."""
        for page in pages:
            first = page * PAGE
            self._classes[first : first + PAGE] = self.classes_of(page)
            self._known[page] = 1  # last: other threads may read it

    def classes_of(self, page: int) -> bytes:
        """The classes of the characters of a page."""
        return bytes(map(self._class_of, characters_of(page)))


def characters_of(page: int) -> list[str]:
    """The characters of a page."""
    return list(map(chr, range(page * PAGE, (page + 1) * PAGE)))
