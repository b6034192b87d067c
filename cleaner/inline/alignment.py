"""How the text of the columns of a table is aligned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cleaner.inline.elements import Attributes, Open
from cleaner.inline.marks import Cell

_STYLE = re.compile(r"text-align\s*:\s*([a-z]+)", re.IGNORECASE)
_SIDES = {"left": "left", "start": "left", "right": "right", "end": "right", "center": "center"}
_ROWS = frozenset(("td", "th", "tr", "thead", "tbody", "tfoot"))


def alignment_of(cell: Open) -> str:
    """``left``, ``right`` or ``center``: what a cell, its row or its group of rows says; empty if none does."""
    entry: Open | None = cell
    while entry is not None and entry.found.name in _ROWS:
        if side := _declared(entry.node.attributes):
            return side
        entry = entry.parent
    return ""


def _declared(attributes: Attributes) -> str:
    """The side that a style names, or else the attribute ``align``."""
    styles = _STYLE.findall(attributes.get("style") or "")
    return _SIDES.get((styles[-1] if styles else attributes.get("align") or "").strip().lower(), "")


def alignments_of(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The alignment of each column: that of most of its cells, or that of the first row if no other cell has one.

    Cells that take several columns do not count, and a cell that names no side has none.
    """
    below = {column: sides for column, sides in _by_column(rows[1:]).items() if any(sides)}
    sides = {**_by_column(rows[:1]), **below}
    return tuple(sides[n].most_common(1)[0][0] if n in sides else "" for n in range(max(sides, default=-1) + 1))


def _by_column(rows: Sequence[Sequence[Cell]]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    for row in rows:
        column = 0
        for cell in row:
            if cell.columns == 1 and (cell.span.start < cell.span.end or cell.images):
                found.setdefault(column, Counter())[cell.alignment] += 1
            column += cell.columns
    return found
