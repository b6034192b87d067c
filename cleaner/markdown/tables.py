"""Tables of GFM: a row on a line, with the lines of a cell separated by breaks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from cleaner.inline.marks import Cell, Table
from cleaner.markdown.inline import Inliner
from cleaner.markdown.kept import Kept, Line

_BREAK = "<br>"
_LINES = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}


def table_lines(table: Table, lines: Sequence[Line], kept: Kept, inliner: Inliner) -> list[str]:
    """The rows of a table of which ``lines`` are kept; the first one is the header, as GFM has no table without one."""
    first = bisect_left(table.rows, lines[0].start, key=lambda row: row[-1].span.end)
    last = bisect_left(table.rows, lines[-1].end, key=lambda row: row[0].span.start)
    rows = list(_Cells(lines, kept, inliner).rows(table.rows, first, last))
    if not rows:
        return []
    width = max(map(len, rows))
    header, *others = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    aligned = [*table.alignments[:width], *[""] * (width - len(table.alignments))]
    return [header, f"| {' | '.join([_LINES[side] for side in aligned])} |", *others]


def _has_text(row: Sequence[Cell]) -> bool:
    return row[0].span.start < row[-1].span.end


class _Cells:
    """Writes the cells of a table of which ``lines`` are kept."""

    def __init__(self, lines: Sequence[Line], kept: Kept, inliner: Inliner) -> None:
        self._lines, self._kept, self._inliner = lines, kept, inliner
        self._ends = [line.end for line in lines]

    def rows(self, rows: Sequence[Sequence[Cell]], first: int, last: int) -> Iterator[list[str]]:
        """The cells of each row from ``first`` to ``last`` of which any text is kept, and of rows of images alone.

        These go with the row with text below them, the last ones of the table with the row above them.
        """
        while first and not _has_text(rows[first - 1]):
            first -= 1
        end = next((n for n in range(last, len(rows)) if _has_text(rows[n])), len(rows))
        pictures: list[list[str]] = []
        is_last_kept = False
        for row in rows[first : end if end == len(rows) else last]:
            cells, has_text = self._of(row)
            if not _has_text(row):
                if any(cells):
                    pictures.append(cells)
                continue
            if has_text:
                if row[0].span.start >= self._kept.stretch.start:  # or they are in the chunk before
                    yield from pictures
                yield cells
            pictures, is_last_kept = [], has_text and row[-1].span.end <= self._kept.stretch.end
        if is_last_kept:
            yield from pictures

    def _of(self, row: Sequence[Cell]) -> tuple[list[str], bool]:
        """The cells of a row, and whether any text of it is kept."""
        cells: list[str] = []
        has_text = False
        for cell in row:
            lines = list(self._written(cell))
            has_text |= bool(lines)
            lines += filter(None, map(self._inliner.insert, cell.images))
            cells.append(_BREAK.join(lines).replace("|", r"\|"))
            cells += [""] * (cell.columns - 1)
        return cells, has_text

    def _written(self, cell: Cell) -> Iterator[str]:
        """The kept lines of a cell."""
        start, end = cell.span
        for n in range(bisect_left(self._ends, start + 1), len(self._lines)):
            if self._lines[n].start >= end:
                return
            if spans := self._kept.stripped(self._lines[n].spans, cell.span):
                yield from filter(None, self._inliner.paragraph([spans], [None]))
