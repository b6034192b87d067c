"""With which characters the matches of a pattern begin, so that most lines need not be searched.

Most patterns are anchored: they match at the beginning of a line or not at all. What a match may begin with is read off
the syntax tree of the standard library's ``re``, on the safe side: for whatever is not understood, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

_LENGTH = 3  # characters of a beginning
_MAX_BEGINNINGS = 300
_ASSERTIONS = frozenset(("AT", "ASSERT", "ASSERT_NOT"))
_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"))
_EMPTY = frozenset(("",))


class _Start(NamedTuple):
    """How the matches of a part of a pattern begin."""

    open: frozenset[str]  # all of what the part matches: what follows the part comes next
    closed: frozenset[str]  # only the beginning: anything may come next
    is_anchored: bool = False  # at the beginning of the text


_UNKNOWN = _Start(frozenset(), _EMPTY)


def beginnings(source: str) -> tuple[str, ...]:
    """Up to three characters with one of which any match of ``source`` begins, if it begins a text.

    Empty if they are not known, or if it may match elsewhere, or nothing at all.
    """
    try:
        parsed: Any = import_module("re._parser").parse(source)
        flags = parsed.state.flags
    except (ImportError, AttributeError, re.error, RecursionError, OverflowError):
        return ()
    start = _UNKNOWN if flags & (re.IGNORECASE | re.MULTILINE) else _of_sequence(parsed)
    found = start.open | start.closed
    if "" in found or not start.is_anchored:
        return ()
    shorter = ({text[:size] for text in found} for size in range(_LENGTH, 0, -1))
    return next((tuple(sorted(texts)) for texts in shorter if len(texts) <= _MAX_BEGINNINGS), ())


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> _Start:
    """How a sequence begins: with its first part, which the next ones continue."""
    begun = _Start(_EMPTY, frozenset())
    for kind, value in items:
        is_first = begun.open == _EMPTY and not begun.closed
        if str(kind) in _ASSERTIONS:
            if str(kind) == "AT" and str(value).startswith("AT_BEGINNING") and is_first:
                begun = begun._replace(is_anchored=True)
            continue
        start = _of_item(str(kind), value)
        is_anchored = begun.is_anchored or (start.is_anchored and is_first)
        begun = _continued(begun, start)._replace(is_anchored=is_anchored)
        if not begun.open:
            break
    return begun


def _continued(begun: _Start, start: _Start) -> _Start:
    """What is begun, and then what follows it."""
    if len(begun.open) * len(start.open | start.closed) > _MAX_BEGINNINGS:
        return _Start(frozenset(), begun.open | begun.closed)
    open = {one + other for one in begun.open for other in start.open}
    closed = {(one + other)[:_LENGTH] for one in begun.open for other in start.closed}
    long = {text for text in open if len(text) >= _LENGTH}
    return _Start(frozenset(open - long), begun.closed.union(closed, [text[:_LENGTH] for text in long]))


def _of_item(kind: str, value: Any) -> _Start:
    if kind == "LITERAL":
        return _Start(frozenset(chr(value)), frozenset())
    if kind == "IN":
        return _of_set(value)
    if kind == "BRANCH":
        return _of_branches([_of_sequence(branch) for branch in value[1]])
    if kind == "SUBPATTERN":
        _, flags, without_flags, part = value
        return _UNKNOWN if flags or without_flags else _of_sequence(part)
    if kind in _REPEATS:
        least, most, part = value
        return _repeated(_of_sequence(part), int(least), int(most))
    return _UNKNOWN


def _repeated(start: _Start, least: int, most: int) -> _Start:
    """How a part begins that is there several times: after the first time anything may follow."""
    open = start.open if most == 1 else start.open & _EMPTY
    closed = start.closed.union(start.open - open)
    return _Start(open if least else open | _EMPTY, closed, start.is_anchored and least > 0)


def _of_set(members: Iterable[tuple[Any, Any]]) -> _Start:
    found: set[str] = set()
    for kind, value in members:
        if str(kind) == "LITERAL":
            found.add(chr(value))
        elif str(kind) == "RANGE" and value[1] - value[0] <= _MAX_BEGINNINGS:
            found.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return _UNKNOWN
    return _Start(frozenset(found), frozenset())


def _of_branches(starts: Sequence[_Start]) -> _Start:
    open, closed = (frozenset[str]().union(*sides) for sides in zip(*(start[:2] for start in starts), strict=True))
    return _Start(open, closed, all(start.is_anchored for start in starts))
