"""The first reading of a run: a few numbers for each document, in a temporary database.

SQLite keeps the database on the disk if it is large, so memory does not grow with the number of documents.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

from cleaner.errors import LedgerError
from cleaner.json_lines import Row
from cleaner.packs.host_names import comparable, host_of
from cleaner.review.risk import Risk, Shares, risk_of, shares_of
from cleaner.run.audit import DAMAGE_ERRORS, Pair
from cleaner.run.folder import WriteError

BINS = 20
"""The shares removed are counted in this many steps of equal width."""
MAX_PROBLEMS = 100
"""The number of problems that are listed."""
HOST_COLUMN = "host"
"""The column that names the host of a document without an address."""

_CREATE = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    """CREATE TABLE hosts (
        name TEXT PRIMARY KEY, documents INTEGER, characters INTEGER, removed INTEGER
    ) WITHOUT ROWID""",
    """CREATE TABLE documents (
        number INTEGER PRIMARY KEY, key BLOB, host TEXT, size INTEGER, removed REAL, doubtful REAL, withdrawn REAL
    )""",
)
_ADD = "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)"
_COUNT = """
    INSERT INTO hosts VALUES (?, 1, ?, ?) ON CONFLICT (name) DO UPDATE SET
    documents = documents + 1, characters = characters + excluded.characters, removed = removed + excluded.removed
"""
_HOSTS = "SELECT name, documents, characters, removed FROM hosts ORDER BY removed DESC, name LIMIT ?"
_ENTRIES = """
    SELECT number, size, documents.removed, doubtful, withdrawn, coalesce(documents, 0)
    FROM documents LEFT JOIN hosts ON host = name
"""
_BY_RISK = (
    f"{_ENTRIES} ORDER BY points(documents.removed, doubtful, withdrawn, coalesce(documents, 0)) DESC, key, number"
)
_BY_LOT = f"{_ENTRIES} ORDER BY key, number"
_BY_NUMBER = f"{_ENTRIES} WHERE number = ?"


class Entry(NamedTuple):
    """A document of the survey: its number in the order of the run, the bytes of its rows, and its risk."""

    number: int
    size: int
    risk: Risk


class Survey:
    """What is known of the documents of a run. A context manager.

    ``bins`` counts documents by the share removed: those from which nothing was removed, then `BINS` steps.
    ``problems`` lists rows that can't be read; such documents are in ``damaged`` and nowhere else.

    ``rules`` are those for which the survey finds an example: the shortest document in which the rule removed text.
    """

    def __init__(self, rules: Collection[str] = ()) -> None:
        self._wanted = frozenset(rules)
        self._examples: dict[str, tuple[int, bytes, int]] = {}
        self.documents = self.damaged = 0
        self.bins = [0] * (BINS + 1)
        self.problems = list[str]()

    def __enter__(self) -> Self:
        self._db = sqlite3.connect("", isolation_level=None)  # a temporary file, which no other process sees
        for statement in _CREATE:
            self._db.execute(statement)
        self._db.create_function("points", 4, _points, deterministic=True)
        self._db.execute("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def add(self, number: int, pair: Pair) -> None:
        """Add a document. Raises `WriteError` if there is no room for temporary data."""
        try:
            document, ledger = pair.document(), pair.ledger()
        except LedgerError as error:
            self.add_problem(str(error))
            return
        try:
            shares = shares_of(document, ledger)
            key, host, rules = _key(document), host_name(document), _rules_of(ledger) & self._wanted
        except DAMAGE_ERRORS as error:
            self.add_problem(str(pair.located(error)))
            return
        self.documents += 1
        self.bins[bin_of(shares.removed)] += 1
        size = len(pair.line) + len(pair.ledger_line)
        for rule in rules:
            example = (size, key, number)
            self._examples[rule] = min(self._examples.get(rule, example), example)
        try:
            self._db.execute(_ADD, (number, key, host, size, *shares))
            if host:
                read = document["characters_in"]
                self._db.execute(_COUNT, (host, read, read - document["characters_out"]))
        except sqlite3.Error as error:
            raise WriteError(f"temporary data can't be written: {error}; make room, or set TMPDIR") from error

    def add_problem(self, problem: str) -> None:
        """Record a document that can't be shown."""
        self.damaged += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def by_risk(self) -> Iterator[Entry]:
        """The documents, those with the highest risk first."""
        return self._entries(_BY_RISK)

    def by_lot(self) -> Iterator[Entry]:
        """The documents in an order that is random, but the same in each run with the same sources."""
        return self._entries(_BY_LOT)

    def examples(self) -> Iterator[Entry]:
        """The documents that are examples of rules, the shortest first, each once."""
        for _, _, number in sorted(set(self._examples.values())):
            yield from self._entries(_BY_NUMBER, number)

    def hosts(self, count: int) -> list[Row]:
        """The ``count`` hosts from which most was removed: their documents, characters, and characters removed."""
        names = ("host", "documents", "characters", "removed")
        return [dict(zip(names, row, strict=True)) for row in self._db.execute(_HOSTS, (count,))]

    @property
    def host_count(self) -> int:
        """The number of hosts."""
        (count,) = self._db.execute("SELECT count(*) FROM hosts").fetchone()
        return int(count)

    def _entries(self, query: str, *values: int) -> Iterator[Entry]:
        for number, size, removed, doubtful, withdrawn, documents in self._db.execute(query, values):
            yield Entry(number, size, risk_of(Shares(removed, doubtful, withdrawn), documents))


def bin_of(share: float) -> int:
    """The number of the step that counts a share: 0 if nothing was removed, `BINS` if all was."""
    return min(int(share * BINS) + 1, BINS) if share else 0


def host_name(document: Mapping[str, Any]) -> str:
    """The host of a document: that of its address, else the column `HOST_COLUMN`; empty if it has neither."""
    if host := host_of(document["url"]):
        return host
    column = document["extra"].get(HOST_COLUMN)
    return _printable(comparable(column)) if isinstance(column, str) else ""


def _rules_of(ledger: Mapping[str, Any]) -> set[str]:
    """The rules of the cuts of a row."""
    used = {index for run in ledger["cuts"] for index in run["decisions"]}
    return {rule for index in used for rule in ledger["decisions"][index]["rules"]}


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()  # SQLite refuses lone surrogates


def _key(document: Mapping[str, Any]) -> bytes:
    """A number drawn for a document. It depends on its source alone, not on the other documents or their order."""
    name = f"{document['source']}\0{document['record']}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(name, digest_size=8).digest()


def _points(removed: float, doubtful: float, withdrawn: float, documents: int) -> float:
    return risk_of(Shares(removed, doubtful, withdrawn), documents).total
