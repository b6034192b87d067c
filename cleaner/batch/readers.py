"""Finding and reading the inputs. What can't be read becomes a `Failed`, and the others go on."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cleaner.config import Config
from cleaner.decode import Decoded, decode, refuse_binary
from cleaner.errors import ConfigError, InputError
from cleaner.model import InputKind
from cleaner.segment.kind import detect_kind

STDIN = "-"
OUTPUT_FILES = ("documents.jsonl", "ledger.jsonl", "failed.jsonl", "report.json")
"""The names of what a run writes; a folder that holds them all is not read as input."""

_KINDS: dict[str, InputKind] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
}
_MARKUP = re.compile(
    r"</[a-z]|<!(?:doctype|--)|<(?:html|head|body|meta|title|script|style|p|br|hr|div|span|img|h[1-6]|ul|li|table|td)\b",
    re.IGNORECASE,
)


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
    """The bytes of ``source``. Raises `InputError` if they can't be read or are more than ``max_bytes``."""
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


def decode_input(id: str, data: bytes, config: Config) -> tuple[Decoded, InputKind]:
    """The text in ``data`` and what it is: as the options say, else by the ending of its name, else by its content.

    A file that is called a page and holds no markup at all is none: its line ends are the only form it has.
    Raises `InputError` for binary data.
    """
    refuse_binary(data)
    declared = config.encoding or None
    told: InputKind | None = None if config.input_kind == "auto" else config.input_kind
    kind = told or _KINDS.get(os.path.splitext(id)[1].lower())
    decoded = decode(data, declared=declared, is_html=kind == "html")
    if kind is None or (kind == "html" and not told and decoded.text and not _MARKUP.search(decoded.text)):
        kind = detect_kind(decoded.text)
        if kind == "html":
            decoded = decode(data, declared=declared, is_html=True)
    return decoded, kind


def printable(path: str | Path) -> str:
    """A path as text that every encoder takes: bytes that are no UTF-8 become backslash escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _refuse_large(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise InputError(f"too large: over {max_bytes:,} bytes; split it or raise --max-bytes")


class _Entry(NamedTuple):
    """A path on the way: where it is, its id below the source, its real path (no links in it)."""

    path: str
    id: str
    real: str


class _Finder:
    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # id → the file that has it
        self.read: dict[str, str] = {}  # real path → the name it was found by

    def find(self, sources: Sequence[str]) -> Iterator[Found]:
        for source in sources:
            if source == STDIN:
                yield self._stdin()
            elif os.path.isdir(source):
                yield from self._walk(_Entry(source, "", os.path.realpath(source)))
            else:
                yield self._file(_Entry(source, os.path.basename(source), os.path.realpath(source)))

    def _walk(self, root: _Entry) -> Iterator[Found]:
        """Depth first and without recursion, so that no depth of folders is too deep."""
        waiting = [root]
        while waiting:
            entry = waiting.pop()
            if not os.path.isdir(entry.path):
                yield self._file(entry)
                continue
            found = self._list(entry)
            if isinstance(found, list):
                waiting += reversed(found)
            else:
                yield found

    def _list(self, folder: _Entry) -> list[_Entry] | Failed | Skipped:
        """What is in a folder, by name."""
        name = printable(folder.path)
        if folder.real in self.read:
            return Skipped(name, f"the same folder as {self.read[folder.real]}")
        self.read[folder.real] = name
        try:
            names = sorted(name for name in os.listdir(folder.path) if not name.startswith("."))
        except OSError as error:
            id = printable(folder.id or folder.path)
            return Failed(id, id, f"the folder can't be listed: {error.strerror}", "check that it may be read")
        if set(OUTPUT_FILES).issubset(names):
            names = [name for name in names if name not in OUTPUT_FILES]
        return [_below(folder, name) for name in names]

    def _file(self, entry: _Entry) -> Found:
        source = Source(printable(entry.id), Path(entry.path))
        if not os.path.exists(entry.path):
            error = "is a link to nothing" if os.path.islink(entry.path) else "vanished while the run went on"
            return Failed(source.id, source.id, error, "mend or remove it")
        if not os.path.isfile(entry.path):
            return Failed(source.id, source.id, "is a device or a pipe", f"pipe its content to {STDIN!r}")
        if entry.real in self.read:
            return Skipped(source.name, f"the same file as {self.read[entry.real]}")
        self.read[entry.real] = source.name
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


def _below(folder: _Entry, name: str) -> _Entry:
    path = os.path.join(folder.path, name)
    real = os.path.realpath(path) if os.path.islink(path) else os.path.join(folder.real, name)
    return _Entry(path, f"{folder.id}/{name}" if folder.id else name, real)
