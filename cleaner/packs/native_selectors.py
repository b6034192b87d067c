"""Where selectors have their words in classes and ids, by the native core."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from cleaner._native import Library, address_of
from cleaner._native.known import KnownWords

_LONGEST = 8  # words of a selector
_MATCHES = 2  # room per name; if there are more, names are looked at twice


class NativeSelectors:
    """The words of selectors. They do not change, so that threads can share them."""

    def __init__(self, core: Library, words: Sequence[tuple[str, ...]]) -> None:
        """Raises `ValueError` if a selector has too many words, or the core has another structure."""
        if max(map(len, words), default=0) > _LONGEST:
            raise ValueError("too many words for the core")
        self._core, self._words = core, words
        self._known = KnownWords(core, [" ".join(one) for one in words])

    def find(self, names: Sequence[str], most: int) -> Iterator[tuple[int, tuple[str, ...], int]]:
        """The number of a name in ASCII, words found in it, and the number of their first word in the name.

        Names of more than ``most`` words are left out.
        """
        joined = "\n".join([name.replace("\n", " ") for name in names]).encode("ascii")
        room = _MATCHES * len(names)
        while True:
            found = array("i", bytes(12 * room or 12))
            count = self._core.selected(joined, len(joined), self._known.address, most, address_of(found), room)
            if count <= room:
                break
            room = count
        if count < 0:
            raise MemoryError
        numbers = iter(found[: 3 * count])
        for name, number, at in zip(numbers, numbers, numbers, strict=True):
            yield name, self._words[number], at
