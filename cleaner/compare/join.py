"""Pair the documents of two runs by source and record, in bounded memory.

Two runs of the same inputs usually write their documents in the same order, so the rows are read side by side. A row
whose partner is elsewhere waits in a temporary database, which SQLite keeps on the disk if it is large.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import zip_longest
from types import TracebackType
from typing import Self

from cleaner.errors import LedgerError
from cleaner.outputs.layouts import Layout
from cleaner.run.audit import Pair
from cleaner.run.folder import WriteError

Key = tuple[str, int]
Both = tuple[Pair | None, Pair | None]

_CREATE = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    """CREATE TABLE waiting (
        number INTEGER PRIMARY KEY, run INTEGER, key BLOB,
        place TEXT, ledger_place TEXT, line BLOB, ledger_line BLOB, UNIQUE (run, key)
    )""",
)
_PUT = "INSERT INTO waiting (run, key, place, ledger_place, line, ledger_line) VALUES (?, ?, ?, ?, ?, ?)"
_FIND = "SELECT place, ledger_place, line, ledger_line FROM waiting WHERE run = ? AND key = ?"
_DELETE = "DELETE FROM waiting WHERE run = ? AND key = ?"
_REST = "SELECT place, ledger_place, line, ledger_line FROM waiting WHERE run = ? ORDER BY number"


def joined(first: Iterator[Pair], second: Iterator[Pair]) -> Iterator[Both]:
    """The documents of two runs, paired by source and record; None for a document that a run does not have.

    Documents that only one run has come last. Raises `LedgerError` if the source of a row can't be read or a run has
    two rows with one source and record, `WriteError` if there is no room for temporary data, and what the iterators
    raise.
    """
    with _Waiting() as waiting:
        for left, right in zip_longest(first, second):
            left_key, right_key = _key(left), _key(right)
            if left_key == right_key:
                yield left, right
                continue
            if left and left_key and (both := waiting.meet(0, left_key, left)):
                yield both
            if right and right_key and (both := waiting.meet(1, right_key, right)):
                yield both
        yield from ((pair, None) for pair in waiting.rest(0))
        yield from ((None, pair) for pair in waiting.rest(1))


def _key(pair: Pair | None) -> Key | None:
    return pair.key() if pair else None


class _Waiting:
    """The rows of both runs whose partners have not been read yet. A context manager."""

    def __init__(self) -> None:
        self._layouts: dict[int, Layout] = {}

    def __enter__(self) -> Self:
        self._db = sqlite3.connect("", isolation_level=None)  # a temporary file, which no other process sees
        for statement in _CREATE:
            self._db.execute(statement)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def meet(self, run: int, key: Key, pair: Pair) -> Both | None:
        """The row with its partner of the other run; None if the partner has not come, and then the row waits.

        Raises `LedgerError` if the run has two such rows.
        """
        stored = json.dumps(key).encode("ascii")  # a source may hold characters that SQLite refuses
        self._layouts[run] = pair.layout
        try:
            partner = self._db.execute(_FIND, (1 - run, stored)).fetchone()
            if not partner:
                places = (_stored(pair.place), _stored(pair.ledger_place))
                self._db.execute(_PUT, (run, stored, *places, pair.line, pair.ledger_line))
                return None
            self._db.execute(_DELETE, (1 - run, stored))
        except sqlite3.IntegrityError as error:
            raise LedgerError(f"{pair.place}: the run has two rows with this source and record") from error
        except sqlite3.Error as error:
            raise WriteError(f"temporary data can't be written: {error}; make room, or set TMPDIR") from error
        other = self._pair(1 - run, partner)
        return (other, pair) if run else (pair, other)

    def rest(self, run: int) -> Iterator[Pair]:
        """The rows of a run that found no partner."""
        for row in self._db.execute(_REST, (run,)):
            yield self._pair(run, row)

    def _pair(self, run: int, row: tuple[str, str, bytes, bytes]) -> Pair:
        place, ledger_place, line, ledger_line = row
        return Pair(_read(place), _read(ledger_place), line, ledger_line, self._layouts[run])


def _stored(place: str) -> str:
    """A place as text that SQLite takes: names of files may hold lone surrogates."""
    return json.dumps(place)


def _read(place: str) -> str:
    return str(json.loads(place))
