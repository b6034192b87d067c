"""Update a finished run: rows of unchanged inputs are copied from it, and all other inputs are cleaned.

Inputs are found, chunked and written as in any run, so the updated output has the same bytes as that of a new run. An
input is unchanged if the hash of everything that its rows depend on (``input_sha256`` in the ledger) is the same.
Options and rules are the same, because a folder with others is refused. Each file of the earlier run needs about 150
bytes of memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import LedgerError, OutputError
from cleaner.inputs.find import FAILED, REPORT, Entry, Source
from cleaner.inputs.formats import format_of
from cleaner.inputs.libraries import LIBRARIES
from cleaner.inputs.records import REUSED, EarlierRows, Item, Skipped
from cleaner.json_lines import to_row
from cleaner.outputs.layouts import Layout
from cleaner.run.audit import file_pairs, pairs_of_lines, read_lines
from cleaner.run.output_state import is_whole


class _Row(NamedTuple):
    source: str
    record: int
    document: bytes
    ledger: bytes


class FinishedRun:
    """The rows of a finished run, which `with_old` hands out in order."""

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
        """The item, with the rows that the earlier run wrote for it, if any."""
        row = self._take(item.source, item.record)
        return item._replace(reader=REUSED, payload=EarlierRows(item, row.document, row.ledger)) if row else item

    def _take(self, source: str, record: int) -> _Row | None:
        first = self._first.get(source)
        if first is None:
            return None
        while self._next and (self._at < first or (self._next.source == source and self._next.record < record)):
            self._advance()
        row = self._next
        if row is None or (row.source, row.record) != (source, record):
            return None
        self._advance()
        return row

    def _advance(self) -> None:
        self._next = next(self._rows, None)
        self._at += 1


def changes(output: Path, entries: Iterable[Entry]) -> str:
    """The message why the inputs of the finished run in ``output`` are cleaned again.

    A file that was modified after the report counts as changed.
    """
    known, written, read = _sources(output), (output / REPORT).stat().st_mtime_ns, set[str]()
    total = new = changed = 0
    for entry in entries:
        if isinstance(entry, Skipped):
            continue
        total += 1
        read.add(entry.id)
        if entry.id not in known:
            new += 1
        elif isinstance(entry, Source) and entry.path and _mtime(entry.path) > written:
            changed += 1
    inputs = "1 input" if total == 1 else f"all {total:,} inputs"
    if not _is_whole(output):
        return f"output files are missing or damaged: cleaning {inputs} again"
    missing = sum(not _is_of(source, read) for source in known)
    cure = "use --update to clean only the new ones"
    if new or changed or missing:
        news = f"{new:,} new {'input' if new == 1 else 'inputs'}, {changed:,} changed"
        why = news + (f", {missing:,} missing" if missing else "")
    else:
        why = _library(output) or "the inputs, or the libraries that read them, have changed since the last run"
    return f"{why}: cleaning {inputs} again ({cure})"


def _is_whole(output: Path) -> bool:
    try:
        return is_whole(output)
    except (OSError, LookupError, TypeError, ValueError, OutputError):
        return False


def _library(output: Path) -> str:
    """A message about a library that was missing in the earlier run and is installed now; empty if there is none."""
    with contextlib.suppress(LedgerError, ValueError):
        for line in read_lines(output / FAILED):
            failed = to_row(line)
            for library in LIBRARIES:
                if failed.get("error") == library.missing and library.is_there:
                    return f"the library {library.module} is installed now"
    return ""


def _is_of(source: str, read: Container[str]) -> bool:
    """Whether a source is one of the inputs ``read``, or in an archive that is one."""
    return any(part in read for part in _with_archives(source))


def _sources(output: Path) -> set[str]:
    """The files that the rows of a run came from, and the archives that contain them."""
    known = set[str]()
    try:
        for row in _rows(output):
            known.update(_with_archives(row.source))
        for line in read_lines(output / FAILED):
            known.update(_with_archives(str(to_row(line).get("source", ""))))
    except (OutputError, LedgerError, LookupError, TypeError, ValueError):
        pass  # without a ledger, or with a damaged one, the list is incomplete
    return known


def _with_archives(source: str) -> Iterator[str]:
    """A source, and the archives that it is in."""
    yield source
    parts = source.split("/")
    for n, part in enumerate(parts[:-1], 1):
        if format_of(part) == "archive":
            yield "/".join(parts[:n])


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
    """The rows before the first damaged one. The inputs after it are cleaned again."""
    try:
        yield from rows
    except (LedgerError, LookupError, TypeError, ValueError):
        return
