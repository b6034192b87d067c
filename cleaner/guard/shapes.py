"""Promises about blocks with a shape of their own: code, tables, steps, specifications, numbers."""

from __future__ import annotations

from cleaner.features import MIN_FURNITURE
from cleaner.guard.case import Case
from cleaner.guard.ground import Ground
from cleaner.guard.signs import TWO_SIGNS

_MIN_ROWS = 2


def shapes(case: Case) -> set[int]:
    """Code, rows of tables, steps and specifications, unless a rule reads both words and shape, as of quoted mails."""
    return {i for i in case.ground.shaped if i in case.cuts and not case.signs[i] & TWO_SIGNS}


def rows_of_numbers(case: Case) -> set[int]:
    """Two or more rows of numbers with the same number of columns: a table too short to be recognized as one."""
    found: set[int] = set()
    end = 0
    for i in sorted(case.rows.keys() & case.cuts.keys()):
        if i >= end and case.rows[i] > 1:
            start, end = _rows_alike(case.ground, i)
            if end - start >= _MIN_ROWS:
                found |= case.cuts.keys() & range(start, end)
    return found


def lone_numbers(case: Case) -> set[int]:
    """Numbers that only a rule for their words, or the scorer, proposes to cut, on a page without furniture."""
    numbers = case.rows.keys() & case.cuts.keys()
    if not numbers or case.shows(MIN_FURNITURE - case.furniture, (i for i in case.own if i not in numbers)):
        return set()
    return numbers & (case.own | case.doubted)


def _rows_alike(ground: Ground, i: int) -> tuple[int, int]:
    """The first row, and the number after the last row, of the rows around row ``i`` with the same columns."""
    start, end = i, i + 1
    while start > 0 and ground.columns(start - 1) == ground.columns(i):
        start -= 1
    while end < len(ground.blocks) and ground.columns(end) == ground.columns(i):
        end += 1
    return start, end
