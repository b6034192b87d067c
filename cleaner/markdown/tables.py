"""Tables of GFM: a row on a line, with the lines of a cell separated by breaks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from cleaner.inline.marks import Cell, Table
from cleaner.markdown.inline import Inliner
from cleaner.markdown.kept import Kept, Line
from cleaner.model import Span

_BREAK = "<br>"


def table_lines(table: Table, lines: Sequence[Line], kept: Kept, inliner: Inliner) -> list[str]:
    """The rows of a table of which ``lines`` are kept; the first one is the header, as GFM has no table without one."""
    ends = [line.end for line in lines]
    rows = [written for row in table.rows if (written := _row(row, lines, ends, kept, inliner))]
    if not rows:
        return []
    width = max(map(len, rows))
    header, *others = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return [header, f"|{' --- |' * width}", *others]


def _row(
    row: Sequence[Cell], lines: Sequence[Line], ends: Sequence[int], kept: Kept, inliner: Inliner
) -> list[str]:
    """The cells of a row; none if nothing of it is kept."""
    cells: list[str] = []
    for cell in row:
        cells.append(_BREAK.join(_cell(cell, lines, ends, kept, inliner)).replace("|", r"\|"))
        cells += [""] * (cell.columns - 1)
    return cells if any(cells) else []


def _cell(cell: Cell, lines: Sequence[Line], ends: Sequence[int], kept: Kept, inliner: Inliner) -> list[str]:
    """The kept lines of a cell."""
    found = []
    start, end = cell.span
    for n in range(bisect_left(ends, start + 1), len(lines)):
        if lines[n].start >= end:
            break
        inside = [Span(max(a, start), min(b, end)) for a, b in lines[n].spans]
        if spans := kept.stripped([span for span in inside if span.start < span.end]):
            found += [line for line in inliner.paragraph([spans], [None]) if line]
    return found
