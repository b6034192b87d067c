"""Promises about blocks with a shape of their own: code, tables, steps, specifications, numbers."""

from __future__ import annotations

from cleaner.features import MIN_FURNITURE
from cleaner.guard.case import Case
from cleaner.model import Kind

_SHAPES = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC, Kind.STEP))
_MIN_ROWS = 2


def shapes(case: Case) -> set[int]:
    """Code, rows of tables, steps and specifications, unless a rule reads both words and shape, as of quoted mails."""
    return {i for i in case.cuts if case.blocks.kinds[i] in _SHAPES and i not in case.condemned}


def rows_of_numbers(case: Case) -> set[int]:
    """Two or more rows of numbers with the same number of columns: a table too short to be recognized as one."""
    columns = {i: count for i in case.cuts if (count := _columns(case.blocks.folded[i]))}
    found: set[int] = set()
    end = 0
    for i in sorted(columns):
        if i >= end and columns[i] > 1:
            start, end = _rows_alike(case, i, columns[i])
            if end - start >= _MIN_ROWS:
                found |= case.cuts.keys() & range(start, end)
    return found


def lone_numbers(case: Case) -> set[int]:
    """Numbers that only a rule for their words, or the scorer, proposes to cut, on a page without furniture."""
    numbers = {i for i in case.cuts if _columns(case.blocks.folded[i])}
    if not numbers or case.noise_lines(case.cuts.keys() - numbers) >= MIN_FURNITURE:
        return set()
    return numbers & (case.own | case.doubted)


def _rows_alike(case: Case, i: int, columns: int) -> tuple[int, int]:
    """The first row, and the number after the last row, of the rows around row ``i`` with the same columns."""
    folded = case.blocks.folded
    start, end = i, i + 1
    while start > 0 and _columns(folded[start - 1]) == columns:
        start -= 1
    while end < len(folded) and _columns(folded[end]) == columns:
        end += 1
    return start, end


def _columns(folded: str) -> int:
    """The number of columns of a line of digits and signs; 0 for a line with a letter or without a digit."""
    if any(map(str.isalpha, folded)) or not any(map(str.isdigit, folded)):
        return 0
    return len(folded.split())
