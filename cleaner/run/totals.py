"""A table of the report: for each name of a kind (a status, a category, a host), one total per column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cleaner.json_lines import Row

MAX_NAMES = 10_000
"""The maximum number of names in a bounded table. Later names are counted together, to limit memory."""
OTHERS = "(others)"


@dataclass(slots=True)
class Table:
    """Totals by name. ``name`` and ``key`` are those of the table and of its first column in ``report.json``.

    A table that ``is_bounded`` counts all names after the first `MAX_NAMES` as `OTHERS`.
    """

    name: str
    key: str
    columns: tuple[str, ...]
    is_bounded: bool = False
    totals: dict[str, list[int]] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.totals

    def __bool__(self) -> bool:
        return bool(self.totals)

    def add(self, name: str, *counts: int) -> None:
        """Add one count to each column of a name."""
        totals = self.totals.get(name)
        if totals is None:
            if self.is_bounded and len(self.totals) >= MAX_NAMES:
                name = OTHERS
            totals = self.totals.setdefault(name, [0] * len(self.columns))
        for column, count in enumerate(counts):
            totals[column] += count

    def merge(self, more: Table) -> None:
        """Add the totals of a table with the same columns, which was filled later."""
        for name, counts in more.totals.items():
            self.add(name, *counts)

    def count(self, name: str) -> int:
        """The first column of a name; 0 if the name was not counted."""
        return self.totals[name][0] if name in self.totals else 0

    def counts(self) -> list[tuple[str, int]]:
        """The first column of each name, in order of the names."""
        return [(name, counts[0]) for name, counts in self._sorted()]

    def _sorted(self) -> list[tuple[str, list[int]]]:
        return sorted(self.totals.items())

    def rows(self) -> list[Row]:
        """The rows of the table in ``report.json``, in order of the names."""
        return [{self.key: name, **dict(zip(self.columns, counts, strict=True))} for name, counts in self._sorted()]

    def read(self, rows: Iterable[Row]) -> None:
        """Take the totals from rows. Raises `LookupError` or `TypeError` if they are not rows of this table."""
        for row in rows:
            self.totals[row[self.key]] = [row[column] for column in self.columns]
