"""Updating a finished run: the rows of inputs that are what they were are taken over, all others are cleaned.

Inputs are found, chunked and written as in any run, so an updated output has the same bytes as one made anew. An input
is what it was if the hash of all that its rows are made of (``input_sha256`` in the ledger) is the same; the options
and rules are, or the folder would be refused. About 150 bytes of memory are needed for each file of the old run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cleaner.batch.audit import file_pairs, pairs_of_lines, read_lines
from cleaner.batch.formats import format_of
from cleaner.batch.jsonl import to_row
from cleaner.batch.layouts import Layout
from cleaner.batch.records import REUSED, Failed, Item, Old, Skipped
from cleaner.batch.sources import FAILED, REPORT, Source
from cleaner.errors import LedgerError, OutputError


class _Row(NamedTuple):
    source: str
    record: int
    document: bytes
    ledger: bytes


class Finished:
    """The rows of a finished run, given out in their order."""

    def __init__(self, output: Path) -> None:
        """Raises `OutputError` if there is no ledger, or no report of a finished run."""
        self._first: dict[str, int] = {}  # source → number of its first row
        self._at = -1
        self._next: _Row | None = None
        for number, row in enumerate(_readable(_rows(output))):
            self._first.setdefault(row.source, number)
        self._rows = _readable(_rows(output))
        self._advance()

    def with_old(self, item: Item) -> Item:
        """The item, with the rows of the earlier run if there are any."""
        row = self._take(item.source, item.record)
        return item._replace(reader=REUSED, payload=Old(item, row.document, row.ledger)) if row else item

    def _take(self, source: str, record: int) -> _Row | None:
        first = self._first.get(source)
        if first is None:
            return None
        while self._next and (
            self._at < first or (self._next.source == source and self._next.record < record)
        ):
            self._advance()
        row = self._next
        if row is None or (row.source, row.record) != (source, record):
            return None
        self._advance()
        return row

    def _advance(self) -> None:
        self._next = next(self._rows, None)
        self._at += 1


def changes(output: Path, found: Iterable[Source | Failed | Skipped]) -> str:
    """How the inputs differ from those of the finished run in ``output``, in words.

    A file that was written to after the report counts as changed.
    """
    known, written = _sources(output), (output / REPORT).stat().st_mtime_ns
    total = new = changed = 0
    for entry in found:
        if isinstance(entry, Skipped):
            continue
        total += 1
        if entry.id not in known:
            new += 1
        elif isinstance(entry, Source) and entry.path and _mtime(entry.path) > written:
            changed += 1
    inputs = "1 input" if total == 1 else f"all {total:,} inputs"
    cure = "use --update to clean only the new ones"
    return f"{new:,} new {'input' if new == 1 else 'inputs'}, {changed:,} changed: cleaning {inputs} again ({cure})"


def _sources(output: Path) -> set[str]:
    """The files that the rows of a run came from; of those in archives, the archives."""
    known = set[str]()
    try:
        for row in _rows(output):
            _add(known, row.source)
        for line in read_lines(output / FAILED):
            _add(known, str(to_row(line).get("source", "")))
    except (OutputError, LedgerError, LookupError, TypeError, ValueError):
        pass  # of a run without ledger, or a damaged one, less is known
    return known


def _add(known: set[str], source: str) -> None:
    if source in known:
        return
    known.add(source)
    parts = source.split("/")
    for n, part in enumerate(parts[:-1], 1):
        if format_of(part) == "archive":
            known.add("/".join(parts[:n]))


def _mtime(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _rows(output: Path) -> Iterator[_Row]:
    layout: Layout
    for files in file_pairs(output):
        layout = files.layout
        for _, document, ledger in pairs_of_lines(files):
            row = layout.row(to_row(document))
            yield _Row(row["source"], row["record"], document, ledger)


def _readable(rows: Iterator[_Row]) -> Iterator[_Row]:
    """The rows up to one that is damaged: what comes after it is cleaned again."""
    try:
        yield from rows
    except (LedgerError, LookupError, TypeError, ValueError):
        return
