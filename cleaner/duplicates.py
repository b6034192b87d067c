"""Which document is the first of its kind: exact and near duplicates among many texts, in bounded memory.

The originals, texts that duplicate no earlier one, are kept in an SQLite database. A text is compared with originals
alone, so the document that a duplicate names is never marked itself.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from cleaner.errors import OutputError
from cleaner.fold import fold, squeeze
from cleaner.near import MAX_IN_BAND, are_alike, bands, sketch_of

_CACHE = -32_000  # kilobytes of pages that SQLite keeps in memory
_KEY_BYTES = 16
_SCHEMA = """
CREATE TABLE IF NOT EXISTS original (
    number INTEGER PRIMARY KEY, id BLOB NOT NULL, key BLOB NOT NULL, sketch BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS same ON original (key);
CREATE TABLE IF NOT EXISTS band (
    hash INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (hash, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS progress (documents INTEGER NOT NULL);
"""


class Fingerprint(NamedTuple):
    """What two duplicates have in common: a hash of the words of a text, and a sketch of them.

    Both are empty for a text without words; the sketch is also empty for one with hardly any.
    """

    key: bytes
    sketch: bytes


def fingerprint_of(text: str) -> Fingerprint:
    """The fingerprint of a text. Case, white space, and kinds of quotes and dashes do not matter."""
    form = squeeze(fold(text))
    if not form:
        return Fingerprint(b"", b"")
    key = hashlib.blake2b(form.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()
    return Fingerprint(key, sketch_of((form,)))


class Duplicates:
    """The originals so far. A context manager: leaving it saves what was added.

    >>> with Duplicates() as seen:
    ...     [seen.first_of(id, text) for id, text in [("a", "Rain in the north."), ("b", "rain in  the north.")]]
    ['', 'a']
    """

    def __init__(self, path: Path | None = None) -> None:
        """``path`` is the file of the database; without one, it is a temporary file that is deleted at the end.

        Raises `OutputError` if the file can't be used; so do all methods.
        """
        self._path, self._is_open = path, True
        with self._errors():
            self._db = sqlite3.connect("" if path is None else path, isolation_level=None)
            self._db.execute(f"PRAGMA cache_size = {_CACHE}")
            self._db.executescript(_SCHEMA)
            found = self._db.execute("SELECT documents FROM progress").fetchone()
            if not found:
                self._db.execute("INSERT INTO progress VALUES (0)")
            self.documents: int = found[0] if found else 0
            """How many documents were added."""
            self._db.execute("BEGIN IMMEDIATE")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:
            self._db.close()
        else:
            self.close()

    def close(self) -> None:
        """Save what was added and close the database. A second call does nothing."""
        if self._is_open:
            self._is_open = False
            try:
                self.save()
            finally:
                self._db.close()

    def first_of(self, id: str, text: str) -> str:
        """Add a document. Returns the id of the first document that it duplicates; empty if there is none."""
        return self.add(id, fingerprint_of(text))

    def add(self, id: str, fingerprint: Fingerprint) -> str:
        """Like `first_of`, for a text whose fingerprint is known."""
        with self._errors():
            self.documents += 1
            if not fingerprint.key:
                return ""
            found = self._same(fingerprint.key) or self._alike(fingerprint.sketch)
            if found:
                return found[0].decode("utf-8", "surrogatepass")
            self._keep(id, fingerprint)
            return ""

    def _same(self, key: bytes) -> tuple[bytes] | None:
        found: tuple[bytes] | None = self._db.execute("SELECT id FROM original WHERE key = ?", (key,)).fetchone()
        return found

    def _alike(self, sketch: bytes) -> tuple[bytes] | None:
        """The id of the first original that is a near duplicate."""
        numbers = sorted({number for hash in bands(sketch) for number in self._in_band(hash)}) if sketch else ()
        for number in numbers:
            id, other = self._db.execute("SELECT id, sketch FROM original WHERE number = ?", (number,)).fetchone()
            if are_alike(sketch, other):
                return (id,)
        return None

    def _in_band(self, hash: int) -> list[int]:
        read = f"SELECT number FROM band WHERE hash = ? ORDER BY number LIMIT {MAX_IN_BAND}"  # noqa: S608 - our number
        return [number for (number,) in self._db.execute(read, (hash,))]

    def _keep(self, id: str, fingerprint: Fingerprint) -> None:
        number = self.documents
        row = (number, id.encode("utf-8", "surrogatepass"), fingerprint.key, fingerprint.sketch)
        self._db.execute("INSERT INTO original VALUES (?, ?, ?, ?)", row)
        if fingerprint.sketch:
            new = [(hash, number) for hash in bands(fingerprint.sketch) if len(self._in_band(hash)) < MAX_IN_BAND]
            self._db.executemany("INSERT OR IGNORE INTO band VALUES (?, ?)", new)

    def save(self) -> None:
        """Write what was added to the disk."""
        with self._errors():
            self._db.execute("UPDATE progress SET documents = ?", (self.documents,))
            self._db.execute("COMMIT")
            self._db.execute("BEGIN IMMEDIATE")

    def go_back_to(self, documents: int) -> None:
        """Forget all documents after the first ``documents``. Raises `OutputError` if there are fewer."""
        if self.documents < documents:
            what = f"has {self.documents:,} documents, not {documents:,}: it was changed after the run stopped"
            raise OutputError(f"{self._path}: {what}; start again with --overwrite")
        with self._errors():
            self.documents = documents
            for table in ("original", "band"):
                self._db.execute(f"DELETE FROM {table} WHERE number > ?", (documents,))  # noqa: S608 - our names
            self.save()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            where = self._path or "the temporary file of duplicates"
            is_full = isinstance(error, sqlite3.OperationalError)
            cure = "make room and run the same command again" if is_full else "start again with --overwrite"
            raise OutputError(f"{where}: can't be used: {error}; {cure}") from error
