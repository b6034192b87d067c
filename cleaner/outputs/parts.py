"""Unfinished output files, next to their final names: they grow by whole chunks and can be truncated to any chunk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from cleaner.inputs.find import PART
from cleaner.json_lines import Row
from cleaner.outputs.containers import FileKind, to_parquet

_SPOOL = f".rows{PART}"
_BUFFER = 1 << 20  # bytes


class Part:
    """The unfinished file of ``folder / name``, which becomes output when it is renamed. Methods raise `OSError`."""

    def __init__(self, folder: Path, name: str, container: FileKind) -> None:
        self.name, self.path, self.container = name, folder / name, container
        self.part = self.path.with_name(f"{self.path.name}{_SPOOL if container.is_parquet else PART}")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.sha256 = hashlib.sha256()
        self.rows = self.bytes = 0
        self.file: BinaryIO = self.part.open("ab", buffering=0)

    def clear(self) -> None:
        """Discard the content."""
        self.file.truncate(0)

    def truncate_to(self, row: Row) -> None:
        """Truncate to the state that ``row`` describes. Raises `ValueError` if the file does not contain it."""
        with self.part.open("rb") as file:
            left = row["bytes"]
            while left and (data := file.read(min(left, _BUFFER))):
                self.sha256.update(data)
                left -= len(data)
        if left or self.sha256.hexdigest() != row["sha256"]:
            raise ValueError(f"{self.part} was changed after the run stopped")
        self.file.truncate(row["bytes"])
        self.rows, self.bytes = row["rows"], row["bytes"]

    def write(self, data: bytes, rows: int) -> None:
        """Append the compressed lines of ``rows`` rows."""
        left = memoryview(data)
        while left:
            left = left[self.file.write(left) :]
        self.sha256.update(data)
        self.rows += rows
        self.bytes += len(data)

    def sync(self) -> None:
        """Fsync the file."""
        os.fsync(self.file.fileno())

    def describe(self, kind: str = "") -> Row:
        """The entry of the file in checkpoint and report."""
        row = {"name": self.name, "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256.hexdigest()}
        return {"kind": kind, **row} if kind else row

    def close(self, kind: str, schema: Row) -> Row:
        """Complete the file; Parquet is written now from its rows. Returns the entry of the file in the report."""
        self.sync()
        self.file.close()
        sync_folder(self.path.parent)
        if not self.container.is_parquet:
            return self.describe(kind)
        target = self.path.with_name(f"{self.path.name}{PART}")
        to_parquet(self.part, target, schema)
        with target.open("rb+") as file:
            os.fsync(file.fileno())
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return {**self.describe(kind), "bytes": target.stat().st_size, "sha256": sha256}

    def delete_spool(self) -> None:
        """Delete the JSON lines of a Parquet file. Call this once a checkpoint lists the file."""
        if self.container.is_parquet:
            self.part.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Fsync a folder, so that renames in it survive a crash. Raises `OSError`."""
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
