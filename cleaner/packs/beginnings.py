"""With which characters the matches of a pattern begin, so that most lines need not be searched.

Most patterns are anchored: they match at the beginning of a line or not at all. What a match may begin with is read off
the syntax tree of the standard library's ``re``, on the safe side: for whatever is not understood, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

_MAX_CHARACTERS = 300
_ASSERTIONS = frozenset(("AT", "ASSERT", "ASSERT_NOT"))
_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"))


class _Start(NamedTuple):
    """How the matches of a part of a pattern begin."""

    characters: frozenset[str] | None  # None if they are not known
    may_be_empty: bool = False
    is_anchored: bool = False  # at the beginning of the text


_UNKNOWN = _Start(None)


def first_characters(source: str) -> str:
    """The characters one of which begins any match of ``source``, if it matches at the beginning of a text only.

    Empty if they are not known, or if it may match elsewhere, or nothing at all.
    """
    try:
        parsed: Any = import_module("re._parser").parse(source)
        flags = parsed.state.flags
    except (ImportError, AttributeError, re.error, RecursionError, OverflowError):
        return ""
    start = _UNKNOWN if flags & (re.IGNORECASE | re.MULTILINE) else _of_sequence(parsed)
    if start.may_be_empty or not start.is_anchored or start.characters is None:
        return ""
    return "".join(sorted(start.characters)) if len(start.characters) <= _MAX_CHARACTERS else ""


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> _Start:
    """How a sequence begins: with its first part, or if that may be empty with the next."""
    characters, is_anchored = frozenset[str](), False
    for kind, value in items:
        if str(kind) in _ASSERTIONS:
            is_anchored |= str(kind) == "AT" and str(value).startswith("AT_BEGINNING") and not characters
            continue
        start = _of_item(str(kind), value)
        is_anchored |= start.is_anchored and not characters
        if start.characters is None:
            return _UNKNOWN
        characters |= start.characters
        if not start.may_be_empty:
            return _Start(characters, is_anchored=is_anchored)
    return _Start(characters, may_be_empty=True, is_anchored=is_anchored)


def _of_item(kind: str, value: Any) -> _Start:
    if kind == "LITERAL":
        return _Start(frozenset(chr(value)))
    if kind == "IN":
        return _of_set(value)
    if kind == "BRANCH":
        return _of_branches([_of_sequence(branch) for branch in value[1]])
    if kind == "SUBPATTERN":
        _, flags, without_flags, part = value
        return _UNKNOWN if flags or without_flags else _of_sequence(part)
    if kind in _REPEATS:
        least, _, part = value
        start = _of_sequence(part)
        return start._replace(
            may_be_empty=start.may_be_empty or not least, is_anchored=start.is_anchored and bool(least)
        )
    return _UNKNOWN


def _of_set(members: Iterable[tuple[Any, Any]]) -> _Start:
    found: set[str] = set()
    for kind, value in members:
        if str(kind) == "LITERAL":
            found.add(chr(value))
        elif str(kind) == "RANGE" and value[1] - value[0] <= _MAX_CHARACTERS:
            found.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return _UNKNOWN
    return _Start(frozenset(found))


def _of_branches(starts: Sequence[_Start]) -> _Start:
    known = [start.characters for start in starts if start.characters is not None]
    if len(known) < len(starts):
        return _UNKNOWN
    is_empty, is_anchored = any(start.may_be_empty for start in starts), all(start.is_anchored for start in starts)
    return _Start(frozenset[str]().union(*known), is_empty, is_anchored)
