"""Mark duplicates in the rows of a run: one process compares the documents, in the order of the output."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from cleaner.duplicates import Duplicates
from cleaner.json_lines import to_row
from cleaner.outputs.layouts import DOCUMENTS
from cleaner.run.cleaning import Cleaning, Done
from cleaner.run.folder import DUPLICATES


class Marker:
    """Fills ``duplicate_of`` in the rows of chunks and compresses their lines. A context manager.

    It keeps the originals in ``folder``, next to the parts of the run, or in a temporary file. ``documents`` is how
    many documents a resumed run has written. Raises `OutputError` if the file can't be used, or does not have them.
    """

    def __init__(self, cleaning: Cleaning, folder: Path | None, documents: int) -> None:
        self._cleaning = cleaning
        self._seen = Duplicates(folder / DUPLICATES if folder else None)
        if self._seen.documents != documents:
            self._seen.go_back_to(documents)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seen.__exit__(kind, error, trace)

    def close(self) -> None:
        """Save the originals and close their file: before the run deletes it. Raises `OutputError`."""
        self._seen.close()

    def mark(self, done: Done) -> None:
        """Mark the documents of a chunk. Raises `OutputError` if writing fails."""
        firsts = [self._seen.add(id, fingerprint) for id, fingerprint in done.fingerprints]
        lines = done.lines.get(DOCUMENTS, b"")
        if any(firsts):
            each = zip(lines.splitlines(keepends=True), firsts, strict=True)
            lines = b"".join([self._marked(line, first) if first else line for line, first in each])
        done.lines[DOCUMENTS] = self._cleaning.pack(lines)
        done.report.duplicates += sum(map(bool, firsts))

    def _marked(self, line: bytes, first: str) -> bytes:
        layout = self._cleaning.layout
        row = {**layout.row(to_row(line)), "duplicate_of": first}
        return next(made for kind, made in layout.lines(row, {}) if kind == DOCUMENTS)

    def save(self) -> None:
        """Save the originals: before each checkpoint. Raises `OutputError`."""
        self._seen.save()
