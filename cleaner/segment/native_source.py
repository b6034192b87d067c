"""A look at the source of a page by the native core: the same as `cleaner.segment.markup` sees, but faster."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from cleaner._native import Library, address_of
from cleaner.segment.markup import LONG_TAG, MANY_TAGS, MAX_DEPTH, MAX_OPTIONS, RAW_TEXT, UNCOUNTED, Excess

_MOST = 256  # tags; more are left to Python
_PARTS = 3  # numbers for each


def _listed(words: Iterable[str]) -> bytes:
    return b"".join(bytes([len(word)]) + word.encode() for word in words) + b"\0"


_LIMITS = (*(_listed(sorted(words)) for words in (RAW_TEXT, UNCOUNTED)), MANY_TAGS, MAX_DEPTH, MAX_OPTIONS, LONG_TAG)


def has(core: Library, source: bytes, words: str) -> bool:
    """Whether a source in UTF-8 has some words, in ASCII."""
    return core.has(source, len(source), words.encode(), len(words)) == 1


def excess(core: Library, source: bytes) -> list[Excess] | None:
    """The tags of a source in UTF-8 that may exceed the limits; None if Python has to find them.

    The core does not know all white space.
    """
    found = array("q", bytes(8 * _PARTS * _MOST))
    count = core.excess(source, len(source), *_LIMITS, address_of(found), _MOST)
    if count < 0:
        return None
    numbers, at, chars, tags = iter(found[: _PARTS * count]), 0, 0, list[Excess]()
    for start, end, is_left_out in zip(numbers, numbers, numbers, strict=True):
        first = chars + len(source[at:start].decode())
        at, chars = end, first + len(source[start:end].decode())
        tags.append(Excess(first, chars, bool(is_left_out)))
    return tags
