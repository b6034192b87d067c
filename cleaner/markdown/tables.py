"""Tables of GFM: a row on a line, with the lines of a cell separated by breaks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from cleaner.inline.marks import Cell, Table
from cleaner.markdown.inline import Inliner
from cleaner.markdown.kept import Kept, Line

_BREAK = "<br>"


def table_lines(table: Table, lines: Sequence[Line], kept: Kept, inliner: Inliner) -> list[str]:
    """The rows of a table of which ``lines`` are kept; the first one is the header, as GFM has no table without one."""
    first = bisect_left(table.rows, lines[0].start, key=lambda row: row[-1].span.end)
    last = bisect_left(table.rows, lines[-1].end, key=lambda row: row[0].span.start)
    cells = _Cells(lines, kept, inliner)
    rows = [written for row in table.rows[first:last] if (written := cells.of(row))]
    if not rows:
        return []
    width = max(map(len, rows))
    header, *others = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return [header, f"|{' --- |' * width}", *others]


class _Cells:
    """Writes the cells of a table of which ``lines`` are kept."""

    def __init__(self, lines: Sequence[Line], kept: Kept, inliner: Inliner) -> None:
        self._lines, self._kept, self._inliner = lines, kept, inliner
        self._ends = [line.end for line in lines]

    def of(self, row: Sequence[Cell]) -> list[str]:
        """The cells of a row; none if no text of it is kept."""
        cells: list[str] = []
        has_text = False
        for cell in row:
            lines = list(self._written(cell))
            has_text |= bool(lines)
            lines += filter(None, map(self._inliner.insert, cell.images))
            cells.append(_BREAK.join(lines).replace("|", r"\|"))
            cells += [""] * (cell.columns - 1)
        return cells if has_text else []

    def _written(self, cell: Cell) -> Iterator[str]:
        """The kept lines of a cell."""
        start, end = cell.span
        for n in range(bisect_left(self._ends, start + 1), len(self._lines)):
            if self._lines[n].start >= end:
                return
            if spans := self._kept.stripped(self._lines[n].spans, cell.span):
                yield from filter(None, self._inliner.paragraph([spans], [None]))
