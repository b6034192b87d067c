"""Promises to what has a shape of its own: code, tables, steps, specifications, numbers."""

from __future__ import annotations

from cleaner.guard.case import Case
from cleaner.model import Kind

_SHAPES = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC, Kind.STEP))
_FURNITURE = 3  # so many different noise lines show that a page carries the furniture of its site
_LEAST_ROWS = 2


def shapes(case: Case) -> set[int]:
    """Code, rows of tables, steps and specifications."""
    return {i for i in case.cuts if case.blocks.kinds[i] in _SHAPES}


def rows_of_numbers(case: Case) -> set[int]:
    """Two rows of numbers or more, of as many columns each: a table too short or too loose to be seen as one."""
    columns = {i: count for i in case.cuts if (count := _columns(case.blocks.folded[i]))}
    found: set[int] = set()
    end = 0
    for i in sorted(columns):
        if i >= end and columns[i] > 1:
            start, end = _rows_alike(case, i, columns[i])
            if end - start >= _LEAST_ROWS:
                found |= case.cuts.keys() & range(start, end)
    return found


def lone_numbers(case: Case) -> set[int]:
    """Numbers in which only a rule saw noise, or the scorer, on a page that shows no furniture."""
    numbers = {i for i in case.cuts if _columns(case.blocks.folded[i])}
    if not numbers or len(case.lines_of(case.cuts.keys() - numbers)) >= _FURNITURE:
        return set()
    return numbers & (case.own | case.doubted)


def _rows_alike(case: Case, i: int, columns: int) -> tuple[int, int]:
    """The first row around row ``i`` that has as many columns, and the end of the rows that do."""
    folded = case.blocks.folded
    start, end = i, i + 1
    while start > 0 and _columns(folded[start - 1]) == columns:
        start -= 1
    while end < len(folded) and _columns(folded[end]) == columns:
        end += 1
    return start, end


def _columns(folded: str) -> int:
    """The columns of a line of digits and signs; 0 for any line with a letter or without a digit."""
    if any(map(str.isalpha, folded)) or not any(map(str.isdigit, folded)):
        return 0
    return len(folded.split())
