"""The counts of `cleaner learn`: an SQLite database, so that memory is bounded and two of them can be merged.

Each document is stored once, as the numbers of its lines; a document that was counted before changes nothing. What is
in the database does not depend on the order of documents, apart from the order of its rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from cleaner.errors import OutputError
from cleaner.near import MAX_IN_BAND, are_alike, bands
from cleaner.sites.elements import Page
from cleaner.sites.lines import Counted, Line, numbers_of
from cleaner.sites.signs import SIGNS

VERSION = 4
_CACHE = -32_000  # kilobytes of pages that SQLite keeps in memory
_MAX_NAMED = 50_000  # names of elements that are remembered
_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    host TEXT NOT NULL, key BLOB NOT NULL, name TEXT NOT NULL, numbers BLOB NOT NULL, sketch BLOB NOT NULL,
    elements BLOB NOT NULL, PRIMARY KEY (host, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS name (host TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (host, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS line (
    number INTEGER PRIMARY KEY, host TEXT NOT NULL, low TEXT NOT NULL, high TEXT NOT NULL, documents INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS often ON line (host, documents) WHERE documents >= 3;
CREATE TABLE IF NOT EXISTS written (host TEXT NOT NULL, phrase TEXT NOT NULL, PRIMARY KEY (host, phrase)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (host TEXT NOT NULL, phrase TEXT NOT NULL, PRIMARY KEY (host, phrase)) WITHOUT ROWID;
"""
_NEAR = """
CREATE TEMP TABLE IF NOT EXISTS band (hash INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY (hash, key)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS near (key BLOB PRIMARY KEY) WITHOUT ROWID;
"""
_LIKE = """
SELECT DISTINCT document.key, sketch FROM temp.band JOIN document ON document.host = ? AND document.key = band.key
WHERE hash IN ({}) ORDER BY document.key
"""
# `documents >= 3` is there for the planner: without it the index of lines that recur could not be used
_FREQUENT = """
SELECT number, low, high, documents FROM line WHERE host = ? AND documents >= 3 AND documents >= ?
"""
_COUNT = """
INSERT INTO line VALUES (?, ?, ?, ?, 1) ON CONFLICT (number) DO UPDATE SET
    low = min(low, excluded.low), high = max(high, excluded.high), documents = documents + 1
"""


# documents come in the order of their keys, so which of them are in a band depends on nothing else
_IN_BAND = """
INSERT OR IGNORE INTO temp.band SELECT ?1, ?2 WHERE (SELECT count(*) FROM temp.band WHERE hash = ?1) < ?3
"""


class Frequent(NamedTuple):
    """A line that several documents of a host have: the first and the last of its spellings, and how many have it."""

    number: int
    low: str
    high: str
    documents: int


class State:
    """The counts in a file. A context manager: what was added is saved at the end, or not at all after an error."""

    def __init__(self, path: Path) -> None:
        """Raises `OutputError` if the file can't be opened or was not written by this version of `cleaner learn`."""
        self.path = path
        self._named: set[int] = set()
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, VERSION):
                raise OutputError(f"{path}: has counts of version {version}, not {VERSION}; delete it and count again")
            self._db.execute(f"PRAGMA cache_size = {_CACHE}")
            self._db.executescript(f"{_SCHEMA} {_NEAR} PRAGMA user_version = {VERSION};")
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise OutputError(f"{path}: can't be used for counts: {error}; name another file with --state") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._db.execute("ROLLBACK" if kind else "COMMIT")
        except sqlite3.Error as failed:
            raise OutputError(f"{self.path}: the counts can't be saved: {failed}") from failed
        finally:
            self._db.close()

    def add(self, document: Counted) -> bool:
        """Count a document. False if the same lines were counted before.

        It then has the lesser of its two names, and of two sets of elements the one whose bytes are greater.
        """
        row = (document.host, document.key, document.name, document.numbers, document.sketch, document.elements)
        new = self._db.execute("INSERT OR IGNORE INTO document VALUES (?, ?, ?, ?, ?, ?)", row).rowcount
        if not new:
            change = "UPDATE document SET name = min(name, ?), elements = max(elements, ?) WHERE host = ? AND key = ?"
            self._db.execute(change, (document.name, document.elements, document.host, document.key))
        else:
            self._count(document.host, document.lines)
        self._respell(document.lines if not new else ())
        self._name(document.host, document.names)
        return bool(new)

    def _name(self, host: str, names: Iterable[Line]) -> None:
        """Keep the names of elements. The pages of a host have nearly the same, so the last ones are remembered."""
        for one in names:
            if one.number not in self._named:
                self._db.execute("INSERT OR IGNORE INTO name VALUES (?, ?, ?)", (host, *one))
                if len(self._named) > _MAX_NAMED:
                    self._named.clear()
                self._named.add(one.number)

    def _count(self, host: str, lines: Iterable[Line]) -> None:
        self._db.executemany(_COUNT, ((line.number, host, line.text, line.text) for line in lines))

    def _respell(self, lines: Iterable[Line]) -> None:
        """The same document may spell its lines in another way, with other digits."""
        change = "UPDATE line SET low = min(low, ?), high = max(high, ?) WHERE number = ?"
        self._db.executemany(change, ((line.text, line.text, line.number) for line in lines))

    def merge(self, path: Path) -> int:
        """Add the documents of another state, and return how many were new. Raises `OutputError`."""
        if not path.is_file():
            raise OutputError(f"{path}: there is no such file of counts")
        added = 0
        with State(path) as other:
            for host in other.hosts():
                for key, name, data, sketch, elements in other._documents(host):
                    numbers = sorted({number & ~SIGNS for number in numbers_of(data)} - {0})
                    known = other._spellings(numbers)
                    lows = tuple(Line(number, low) for number, (low, _) in known.items())
                    added += self.add(Counted(host, key, name, data, lows, sketch, elements))
                    self._respell(Line(number, high) for number, (_, high) in known.items())
                self._name(host, (Line(*one) for one in other.names(host)))
        return added

    def _spellings(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        read = "SELECT low, high FROM line WHERE number = ?"
        found = {number: self._db.execute(read, (number,)).fetchone() for number in numbers}
        return {number: spelled for number, spelled in found.items() if spelled}

    def hosts(self) -> list[str]:
        """All hosts, sorted."""
        return [host for (host,) in self._db.execute("SELECT DISTINCT host FROM document ORDER BY host")]

    def count(self, host: str) -> int:
        """The number of different documents of a host."""
        return int(self._db.execute("SELECT count(*) FROM document WHERE host = ?", (host,)).fetchone()[0])

    def leave_out_near(self, host: str) -> int:
        """Find the near duplicates among the documents of a host, and return their number.

        `documents` leaves them out then. Of documents that are alike, the one with the first hash stays. A document
        is compared with the first fifty documents that share a band with it, for each band.
        """
        self._db.execute("DELETE FROM temp.band")
        self._db.execute("DELETE FROM temp.near")
        found = 0
        for key, _, _, sketch, _ in self._documents(host):
            if sketch and self._has_like(host, sketch):
                self._db.execute("INSERT INTO temp.near VALUES (?)", (key,))
                found += 1
            elif sketch:
                self._db.executemany(_IN_BAND, ((hash, key, MAX_IN_BAND) for hash in bands(sketch)))
        return found

    def _has_like(self, host: str, sketch: bytes) -> bool:
        hashes = [*bands(sketch)]
        read = _LIKE.format(", ".join("?" * len(hashes)))
        return any(are_alike(sketch, other) for _, other in self._db.execute(read, (host, *hashes)))

    def _documents(self, host: str) -> Iterator[tuple[bytes, str, bytes, bytes, bytes]]:
        yield from self._db.execute(
            "SELECT key, name, numbers, sketch, elements FROM document WHERE host = ? ORDER BY key", (host,)
        )

    def names(self, host: str) -> Iterator[tuple[int, str]]:
        """The numbers and the names of elements of a host."""
        yield from self._db.execute("SELECT number, text FROM name WHERE host = ? ORDER BY number", (host,))

    def pages(self, host: str) -> Iterator[Page]:
        """The documents of a host that have elements, in the order of their hashes."""
        read = """
            SELECT name, numbers, elements FROM document WHERE host = ? AND elements <> x'' AND NOT EXISTS
            (SELECT 1 FROM temp.near WHERE near.key = document.key) ORDER BY key
        """
        for name, data, elements in self._db.execute(read, (host,)):
            yield Page(name, numbers_of(data), numbers_of(elements))

    def documents(self, host: str) -> Iterator[tuple[str, bytes]]:
        """The name and the numbers of each document of a host, in the order of their hashes."""
        read = """
            SELECT name, numbers FROM document WHERE host = ? AND NOT EXISTS
            (SELECT 1 FROM temp.near WHERE near.key = document.key) ORDER BY key
        """
        yield from self._db.execute(read, (host,))

    def frequent(self, host: str, least: int) -> list[Frequent]:
        """The lines that at least ``least`` documents of a host have (3 or more), in a fixed order."""
        return sorted(self.recurring(host, least))

    def recurring(self, host: str, least: int) -> Iterator[Frequent]:
        """The lines that at least ``least`` documents of a host have (3 or more), in no order."""
        yield from (Frequent(*row) for row in self._db.execute(_FREQUENT, (host, least)))

    def text(self, number: int) -> str:
        """The first spelling of a line; empty if it was too long to be kept."""
        row = self._db.execute("SELECT low FROM line WHERE number = ?", (number,)).fetchone()
        return row[0] if row else ""

    def written(self, host: str) -> frozenset[str]:
        """The phrases that were written to the pack of a host the last time."""
        return self._phrases("written", host)

    def refused(self, host: str) -> frozenset[str]:
        """The phrases that somebody deleted from the pack of a host."""
        return self._phrases("refused", host)

    def _phrases(self, table: str, host: str) -> frozenset[str]:
        return frozenset(one for (one,) in self._db.execute(f"SELECT phrase FROM {table} WHERE host = ?", (host,)))  # noqa: S608 - our names

    def remember(self, host: str, written: Iterable[str], refused: Iterable[str]) -> None:
        """Keep which phrases were written to the pack of a host, and which were deleted from it."""
        self._db.execute("DELETE FROM written WHERE host = ?", (host,))
        self._db.executemany("INSERT INTO written VALUES (?, ?)", ((host, one) for one in sorted({*written})))
        self._db.executemany("INSERT OR IGNORE INTO refused VALUES (?, ?)", ((host, one) for one in sorted({*refused})))
