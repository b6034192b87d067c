"""Finding and reading the inputs. What can't be read becomes a `Failed`, and the others go on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cleaner.decode import refuse_binary
from cleaner.errors import ConfigError, InputError

STDIN = "-"
OUTPUT_FILES = ("documents.jsonl", "ledger.jsonl", "failed.jsonl", "report.json")
"""The names of what a run writes; a folder that holds them all is not read as input."""

_TEXT_ENDINGS = (".txt", ".text", ".md", ".markdown")
_HTML_ENDINGS = (".html", ".htm", ".xhtml")
_HTML_OPENINGS = (b"<!doctype html", b"<html")


class Source(NamedTuple):
    """One input. ``id`` is its path relative to the source it was found in, with slashes; no path means stdin."""

    id: str
    path: Path | None

    @property
    def name(self) -> str:
        """What messages call it."""
        return "stdin" if self.path is None else printable(self.path)


class Failed(NamedTuple):
    """An input that gives no document, why, and what helps."""

    id: str
    source: str
    error: str
    cure: str = ""
    sha256: str = ""


class Skipped(NamedTuple):
    """A path that is no input of its own, and why."""

    name: str
    reason: str


Found = Source | Failed | Skipped


def find(sources: Sequence[str]) -> Iterator[Found]:
    """The inputs in ``sources`` (files, folders, ``-``) in a fixed order: as given, within folders by name.

    Hidden files in folders and the output of other runs are no inputs. Raises `ConfigError` for a source that
    does not exist.
    """
    for source in sources:
        if source != STDIN and not os.path.lexists(source):
            raise ConfigError(f"{printable(source)}: there is no such file or folder")
    return _Finder().find(sources)


def read(source: Source, max_bytes: int) -> bytes:
    """The bytes of ``source``. Raises `InputError` if they can't be read, are no text or more than ``max_bytes``."""
    try:
        if source.path is None:
            data = sys.stdin.buffer.read(max_bytes + 1)
        else:
            with source.path.open("rb") as file:
                _refuse_large(os.fstat(file.fileno()).st_size, max_bytes)
                data = file.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror or error}; check that it is there and may be read") from error
    _refuse_large(len(data), max_bytes)
    return data


def refuse_other_kinds(source: Source, data: bytes) -> None:
    """Raises `InputError` for what is no plain text: HTML, which this version does not read yet, and binary data."""
    ending = source.path.suffix.lower() if source.path else ""
    opening = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if ending in _HTML_ENDINGS or (ending not in _TEXT_ENDINGS and opening.startswith(_HTML_OPENINGS)):
        raise InputError("HTML is not read yet by this version; save the page as text first")
    refuse_binary(data)


def printable(path: str | Path) -> str:
    """A path as text that every encoder takes: bytes that are no UTF-8 become backslash escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _refuse_large(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise InputError(f"too large: over {max_bytes:,} bytes; split it or raise --max-bytes")


class _Finder:
    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # id → the file that has it
        self.read: dict[str, str] = {}  # real path → the name it was found by

    def find(self, sources: Sequence[str]) -> Iterator[Found]:
        for source in sources:
            path = Path(source)
            if source == STDIN:
                yield self._stdin()
            elif path.is_dir():
                yield from self._walk(path)
            else:
                yield self._file(path, path.name)

    def _walk(self, root: Path) -> Iterator[Found]:
        """Depth first and without recursion, so that no depth of folders is too deep."""
        waiting = [root]
        while waiting:
            path = waiting.pop()
            id = path.relative_to(root).as_posix()
            if not path.is_dir():
                yield self._file(path, id)
                continue
            found = self._list(path, id)
            if isinstance(found, list):
                waiting += reversed(found)
            else:
                yield found

    def _list(self, folder: Path, id: str) -> list[Path] | Failed | Skipped:
        """What is in ``folder``, by name."""
        try:
            real = os.path.realpath(folder)
            names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
        except OSError as error:
            cure = "check that the folder may be read"
            return Failed(printable(id), printable(id), f"the folder can't be listed: {error.strerror}", cure)
        if real in self.read:
            return Skipped(printable(folder), f"the same folder as {self.read[real]}")
        if set(OUTPUT_FILES).issubset(names):
            return Skipped(printable(folder), "holds the output of a run")
        self.read[real] = printable(folder)
        return [folder / name for name in names]

    def _file(self, path: Path, id: str) -> Found:
        source = Source(printable(id), path)
        if not path.exists():
            error = "is a link to nothing" if path.is_symlink() else "vanished while the run went on"
            return Failed(source.id, source.id, error, "mend or remove it")
        if not path.is_file():
            return Failed(source.id, source.id, "is a device or a pipe", f"pipe its content to {STDIN!r}")
        real = os.path.realpath(path)
        if real in self.read:
            return Skipped(source.name, f"the same file as {self.read[real]}")
        self.read[real] = source.name
        return self._named(source)

    def _stdin(self) -> Found:
        if STDIN in self.read:
            return Skipped("stdin", "the same as before")
        self.read[STDIN] = "stdin"
        return self._named(Source(STDIN, None))

    def _named(self, source: Source) -> Source | Failed:
        """The source, if no other one has its id."""
        if source.id not in self.names:
            self.names[source.id] = source.name
            return source
        error = f"would get the id {source.id!r} of another input: {self.names[source.id]} and {source.name}"
        return Failed(source.id, source.id, error, "name the folder above both as the source, or rename one")
