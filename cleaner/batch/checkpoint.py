"""How far an unfinished run is, beside its parts: written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from cleaner.batch.chunks import Mark
from cleaner.batch.jsonl import Row, to_line, to_row
from cleaner.batch.sources import CHECKPOINT

_VERSION = 1


class Checkpoint(NamedTuple):
    """What it takes to go on: which run it is, the mark in its inputs, the row of its report, its files.

    ``closed`` are files that are whole, ``open`` are parts and how much of each counts, by kind; ``folder`` and
    ``shard`` say which are open. ``is_finished`` tells that only names are still to be given.
    """

    fingerprint: str
    mark: Mark
    report: Row
    closed: list[Row]
    open: dict[str, Row]
    failed: Row
    folder: str = ""
    shard: int = 0
    is_finished: bool = False

    def save(self, folder: Path) -> None:
        """Write it into ``folder``; a power cut leaves this one or the one before. Raises `OSError`."""
        path = folder / CHECKPOINT
        new = path.with_name(f"{path.name}.new")
        row = {"version": _VERSION, **self._asdict(), "mark": self.mark._asdict()}
        with new.open("wb") as file:
            file.write(to_line(row))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        sync_folder(folder)


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The checkpoint in ``folder``; None if there is none that this program can read."""
    try:
        row = to_row((folder / CHECKPOINT).read_bytes())
        if row.pop("version") != _VERSION:
            return None
        return Checkpoint(**{**row, "mark": Mark.from_row(row["mark"])})
    except (OSError, LookupError, TypeError, ValueError):
        return None


def sync_folder(path: Path) -> None:
    """Fsync a folder, so that renames in it survive a crash. Raises `OSError`."""
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
