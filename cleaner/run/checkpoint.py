"""The progress of an unfinished run, stored next to its parts and written atomically."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from cleaner.inputs.find import CHECKPOINT
from cleaner.json_lines import Row, to_line, to_row
from cleaner.outputs.parts import sync_folder
from cleaner.run.chunks import Cursor

_VERSION = 2


class Checkpoint(NamedTuple):
    """What it takes to resume a run: its fingerprint, the cursor in its inputs, its report so far, its files.

    ``closed`` are the complete files. ``open`` are the parts by kind, with the length of each that counts. ``folder``
    and ``shard`` say which shard is open. ``is_finished`` says that only the renaming of files is left.
    """

    fingerprint: str
    cursor: Cursor
    report: Row
    closed: list[Row]
    open: dict[str, Row]
    failed: Row
    folder: str = ""
    shard: int = 0
    is_finished: bool = False

    def save(self, folder: Path) -> None:
        """Write the checkpoint into ``folder``; a power cut leaves this or the previous one. Raises `OSError`."""
        path = folder / CHECKPOINT
        new = path.with_name(f"{path.name}.new")
        row = {"version": _VERSION, **self._asdict(), "cursor": self.cursor._asdict()}
        with new.open("wb") as file:
            file.write(to_line(row))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        sync_folder(folder)


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The checkpoint in ``folder``, or None if there is none that this version can read."""
    try:
        row = to_row((folder / CHECKPOINT).read_bytes())
        if row.pop("version") != _VERSION:
            return None
        return Checkpoint(**{**row, "cursor": Cursor.from_row(row["cursor"])})
    except (OSError, LookupError, TypeError, ValueError):
        return None
