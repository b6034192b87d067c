"""A look at the source of a page by the native core: the same as `cleaner.segment.markup` sees, but faster."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner._native import Library
from cleaner.segment.markup import ADDRESS_SIGNS, LONG_TAG, MANY_TAGS, MAX_DEPTH, MAX_OPTIONS, RAW_TEXT, UNCOUNTED

_HAS_SIGN, _MAY_EXCEED = 1, 2  # what the core returns


def _listed(words: Iterable[str]) -> bytes:
    return b"".join(bytes([len(word)]) + word.encode() for word in words) + b"\0"


_ARGUMENTS = (
    *(_listed(sorted(words)) for words in (ADDRESS_SIGNS, RAW_TEXT, UNCOUNTED)),
    *(MANY_TAGS, MAX_DEPTH, MAX_OPTIONS, LONG_TAG),
)


def look(core: Library, source: bytes) -> tuple[bool, bool]:
    """Whether a source in UTF-8 has an address sign, and whether its tags may exceed the limits.

    Python has to read those that may: the core does not know all white space.
    """
    found = core.source(source, len(source), *_ARGUMENTS)
    return bool(found & _HAS_SIGN), bool(found & _MAY_EXCEED)
