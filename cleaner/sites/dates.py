"""Names of months and days of the week next to numbers, which differ in the dates of one line as digits do."""

from __future__ import annotations

import regex

from cleaner.calendar_names import NAMES
from cleaner.fold import fold

NAME = "§"
"""What stands for a name."""
NAME_PATTERN = r"[^\s\d]+"
"""What matches a name in a learned pattern."""

MAX_CHARS = 200
"""Longer lines are texts; their dates are content."""
_REACH = 2  # words between a name and a number: `3 de marzo de 2024`
_WORD = regex.compile(r"[\p{L}\p{M}॰]+|\d+")
_KNOWN = frozenset(map(fold, NAMES))


def names_in(folded: str) -> list[tuple[int, int]]:
    """Where the names of months and days are that have a number near them, in a line in matching form."""
    if len(folded) > MAX_CHARS:
        return []
    words = [(one.start(), one.end()) for one in _WORD.finditer(folded)]
    numbers = [n for n, (start, _) in enumerate(words) if folded[start].isdigit()]
    return [
        (start, end + (folded[end : end + 1] == "."))  # an abbreviation
        for n, (start, end) in enumerate(words)
        if folded[start:end] in _KNOWN and any(abs(n - at) <= _REACH for at in numbers)
    ]


def dateless(folded: str) -> str:
    """A line in matching form with `NAME` in place of each name of a month or day that has a number near it."""
    for start, end in reversed(names_in(folded)):
        folded = f"{folded[:start]}{NAME}{folded[end:]}"
    return folded
