"""Long strings of rule packs on several lines, so that their value stays the same.

A pattern becomes a literal string of several lines, which the loader joins (see `joined_pattern`). Any other text
becomes a basic string, whose lines end with a backslash: TOML drops the line break and the spaces after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

WIDTH = 120
"""The longest line of a formatted pack, in characters."""

_INDENT = 8  # of every line of a long string but the first
_IS_VERBOSE = re.compile(r"\(\?[a-wyzA-Z0-9]*x")
_REGEX_UNIT = re.compile(r"\\.|\(\?(?:P?<?[=!]?\w*>?|[a-zA-Z-]*)[:]?|\{\d*,?\d*\}[?+]?|[*+?]+|.", re.DOTALL)
_NAMED_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_JOINERS = "\u200c\u200d"  # parts of words in some scripts


def joined_pattern(source: str) -> str:
    """A pattern that is written on several lines as one: line breaks and the spaces around them are dropped.

    No block contains a line break, so none in a pattern could match. A verbose pattern (``(?x)``) is left alone.
    """
    if "\n" not in source or _IS_VERBOSE.match(source):
        return source
    return "".join(line.strip() for line in source.split("\n"))


def wrapped_pattern(pattern: str, taken: int, after: int) -> str:
    """The TOML literal string of a long pattern, broken after ``|`` where possible.

    ``taken`` and ``after`` are the characters before the string on its first line and after it on its last.
    """
    is_plain = pattern == pattern.strip() and "'''" not in pattern and all(c >= " " or c == "\t" for c in pattern)
    if not is_plain or joined_pattern(f"{pattern}\n") != pattern:
        return wrapped_text(pattern, taken, after)
    units = _REGEX_UNIT.findall(pattern)
    return f"'''{_broken(units, _regex_rank(units), taken + 3, after + 3, line_end='')}'''"


def wrapped_text(text: str, taken: int, after: int) -> str:
    r"""The TOML basic string of a long text, broken at spaces where possible. Lines end with ``\``."""
    units = [_escaped(char, text[at + 1 : at + 2]) for at, char in enumerate(text)]

    def rank(at: int) -> int:
        return 2 if units[at - 1] == " " else 1

    return f'"""{_broken(units, rank, taken + 3, after + 3, line_end=chr(92))}"""'


def _escaped(char: str, following: str) -> str:
    if char == '"' and following in ('"', ""):
        return '\\"'
    if char in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[char]
    if char.isprintable() or char in _JOINERS:
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _regex_rank(units: Sequence[str]) -> Callable[[int], int]:
    """How good a place for a line break is: after an alternative or before a group, the less nested the better.

    Any other place between two units is worse, and one inside a class is the worst.
    """
    in_class = False
    depth = 0
    ranks = [0]
    for at, unit in enumerate(units):
        if in_class:
            in_class = unit != "]" or units[at - 1] in ("[", "^")
        elif unit == "[":
            in_class = True
        elif unit[0] == "(":
            depth += 1
        elif unit == ")":
            depth -= 1
        ranks.append(0 if in_class else _rank(unit, units[at + 1 : at + 2], depth))
    return ranks.__getitem__


def _rank(unit: str, following: Sequence[str], depth: int) -> int:
    first = following[0][0] if following else ""
    if first in ("*", "+", "?", "{"):
        return 0
    return 1000 - 2 * depth + (unit == "|") if unit == "|" or first == "(" else 1


def _broken(units: Sequence[str], rank: Callable[[int], int], taken: int, after: int, *, line_end: str) -> str:
    """The units on lines of `WIDTH` characters at most; breaks are at the last of the best places of each line.

    No line but the first begins with a space, and none that ends without a sign ends with one: it would be lost.
    """
    lines: list[str] = []
    start = 0
    left = sum(map(len, units))
    room = WIDTH - taken - len(line_end)
    while left > room + len(line_end) - after:
        end = _last_that_fits(units, start, room)
        places = [at for at in range(start + 1, end + 1) if at < len(units) and _may_break(units, at, line_end)]
        if not places:
            places = list(islice((at for at in range(end + 1, len(units)) if _may_break(units, at, line_end)), 1))
        if not places:
            break
        half = [at for at in places if at - start > (end - start) // 2] or places
        best = max(half, key=lambda at: (rank(at), at))
        line = "".join(units[start:best])
        lines.append(line + line_end)
        left -= len(line)
        start = best
        room = WIDTH - _INDENT - len(line_end)
    lines.append("".join(units[start:]))
    return ("\n" + " " * _INDENT).join(lines)


def _last_that_fits(units: Sequence[str], start: int, room: int) -> int:
    at = start
    while at < len(units) and len(units[at]) <= room:
        room -= len(units[at])
        at += 1
    return at


def _may_break(units: Sequence[str], at: int, line_end: str) -> bool:
    return not units[at][0].isspace() and bool(line_end or not units[at - 1][-1].isspace())
