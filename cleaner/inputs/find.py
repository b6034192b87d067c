"""Find the inputs, always in the same order. The output of a run is not an input; no link is followed twice."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import ConfigError
from cleaner.inputs.records import Failed, Skipped
from cleaner.inputs.table_beside import NAME as _TABLE
from cleaner.inputs.table_beside import is_table

STDIN = "-"
OUTPUT_FILES = ("documents.jsonl", "ledger.jsonl", "failed.jsonl", "report.json")
"""The names of the files that a run writes by default."""
FAILED, REPORT = OUTPUT_FILES[2:]
CHECKPOINT = "checkpoint.json"
"""The file that an unfinished run leaves next to its parts. What a run wrote is never read as input."""
PART = ".part"

_JOURNAL = f"{PART}-journal"  # that a database leaves
_SIDECAR = ".json"
_KERNEL = ("/proc/", "/sys/")
_JSON_ROW = re.compile(rb'(?:\xef\xbb\xbf)?\{[ \t]{0,9}"[^"\\\n]{1,200}"[ \t]{0,9}:')
PAGES = (".html", ".htm", ".xhtml", ".md", ".markdown", ".rst", ".rest", ".txt")
"""The endings of files that contain one document each, in lower case."""
PACKED = (".gz", ".zst")
_WITH_SIDECAR = tuple(page + packed for page in (*PAGES, ".HTML", ".HTM", ".TXT") for packed in ("", *PACKED))
_MAX_REPORT = 64_000_000  # bytes


class Source(NamedTuple):
    """An input. ``id`` is its path below its source, with slashes. ``path`` is None for stdin."""

    id: str
    path: Path | None

    @property
    def name(self) -> str:
        """The name of the input in messages."""
        return "stdin" if self.path is None else printable(self.path)


Entry = Source | Failed | Skipped
"""What `find` yields: an input, one that can't be read, or a path that is not read, and why."""


def find(sources: Sequence[str]) -> Iterator[Entry]:
    """The inputs in ``sources`` (files, folders, globs, ``-``) in a fixed order.

    Sources keep the order in which they are given; within a folder, files come first, then folders, each by name.
    Hidden files in folders, sidecars (``page.json`` next to ``page.html``, ``metadata.csv`` next to pages) and the
    output of other runs are left out. Raises `ConfigError` for a source that does not exist.
    """
    return _Finder(_roots(sources)).find()


def single_files(sources: Sequence[str]) -> frozenset[str]:
    """The real paths of the inputs that are named individually, or found by a glob."""
    return frozenset(root.real for root in _roots(sources) if root.path != STDIN and not os.path.isdir(root.path))


def stdin_holds_rows() -> bool:
    """Whether stdin begins like a line of JSON. Nothing is consumed from it."""
    peek = getattr(sys.stdin.buffer, "peek", None)
    return peek is not None and _JSON_ROW.match(peek(1)) is not None


def total_bytes(sources: Sequence[str], max_inputs: int = 100_000) -> int:
    """The size of all inputs in bytes on disk; 0 if that takes too long to find out: stdin, or too many inputs."""
    total = 0
    if STDIN in sources:
        return 0
    for n, found in enumerate(find(sources)):
        if n >= max_inputs:
            return 0
        if isinstance(found, Source) and found.path:
            with contextlib.suppress(OSError):
                total += found.path.stat().st_size
    return total


def printable(path: str | Path) -> str:
    """A path as text that every encoder accepts: bytes that are not UTF-8 become backslash escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class _Location(NamedTuple):
    """A file or folder to visit: its path, its id below the source, and its real path (without links)."""

    path: str
    id: str
    real: str


def _roots(sources: Sequence[str]) -> list[_Location]:
    """Where the walk begins: each source, and each path that matches a glob.

    The id of a named file is its name, or its path if several named files have the same name. The id of a file that
    matches a glob is its path below the folders without wildcards. Raises `ConfigError` for a source that does not
    exist.
    """
    roots = list[_Location]()
    names = Counter(os.path.basename(source) for source in dict.fromkeys(map(os.path.normpath, sources)))
    for source in sources:
        if source == STDIN:
            roots.append(_Location(STDIN, STDIN, STDIN))
        elif os.path.lexists(source):
            id = os.path.basename(source)
            if os.path.isdir(source):
                id = ""
            elif names[id] > 1:
                id = _without_parents(os.path.normpath(source))
            roots.append(_Location(source, id, os.path.realpath(source)))
        elif found := _globbed(source):
            roots += found
        else:
            raise ConfigError(f"{printable(source)}: there is no such file or folder")
    return roots


def _globbed(pattern: str) -> list[_Location]:
    if not glob.has_magic(pattern):
        return []
    parts = pattern.split(os.sep)
    fixed = os.sep.join(parts[: next(n for n, part in enumerate(parts) if glob.has_magic(part))])
    start = fixed or ("" if not pattern.startswith(os.sep) else os.sep)
    found = sorted(path for path in glob.glob(pattern, recursive=True) if not os.path.isdir(path))
    written: dict[str, set[str]] = {}
    paths = [path for path in found if not _is_written(path, start, written)]
    return [_Location(path, _inner_path(path, start or "."), os.path.realpath(path)) for path in paths]


def _inner_path(path: str, start: str) -> str:
    """The path relative to ``start``, without ``..``, which an id must not contain."""
    return _without_parents(os.path.relpath(path, start))


def _without_parents(path: str) -> str:
    return os.sep.join(part for part in path.split(os.sep) if part not in ("", os.pardir))


def _is_written(path: str, start: str, known: dict[str, set[str]]) -> bool:
    """Whether a run wrote this file, or a folder below ``start`` that contains it; ``known`` caches folders."""
    folder, name = os.path.split(path)
    while name:
        if folder not in known:
            known[folder] = _written(folder or ".", _names(folder or "."))
        if name in known[folder]:
            return True
        if len(folder) <= len(start):
            return False
        folder, name = os.path.split(folder)
    return False


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


class _Finder:
    """Walks the roots. It remembers links and roots only, so that its memory does not grow with the number of files."""

    def __init__(self, roots: Sequence[_Location]) -> None:
        self.roots = roots
        self.folders: dict[str, str] = {}  # real path of a root or of the target of a link → its name
        self.files: dict[str, str] = {}  # the same for files
        self.ids: dict[str, str] = {}  # id of a file that is a root → its name
        self.done: list[_Location] = []  # folders that were walked, so their ids are taken
        self.followed: list[_Location] = []  # folders that were reached by a link

    def find(self) -> Iterator[Entry]:
        for root in self.roots:
            if root.path == STDIN:
                yield self._stdin()
            elif not os.path.isdir(root.path):
                yield self._file(root, is_root=True)
            elif name := self.folders.get(root.real) or self._own_name(root.real, self.done):
                yield Skipped(printable(root.path), f"the same folder as {name}")
            else:
                self.folders[root.real] = printable(root.path)
                yield from self._walk(root)
                self.done.append(root)

    def _own_name(self, real: str, roots: Sequence[_Location]) -> str:
        """The path at which ``real`` is found in one of ``roots`` without following links; empty if there is none."""
        for root in roots:
            below = os.path.relpath(real, root.real) if real.startswith(os.path.join(root.real, "")) else ""
            if below and not any(part.startswith(".") for part in below.split(os.sep)):
                return printable(os.path.join(root.path, below))
        return ""

    def _walk(self, root: _Location) -> Iterator[Entry]:
        """The inputs below a folder. Depth first and without recursion, so that folders may be nested to any depth."""
        waiting = [iter([root])]
        while waiting:
            entry = next(waiting[-1], None)
            if entry is None:
                waiting.pop()
            elif not os.path.isdir(entry.path):
                yield self._file(entry, root=root)
            elif known := self._seen(entry, root):
                yield Skipped(printable(entry.path), f"the same folder as {known}")
            else:
                names = _list(entry)
                if isinstance(names, Failed):
                    yield names
                else:
                    waiting.append(_below(entry, names))

    def _seen(self, folder: _Location, root: _Location) -> str:
        """The name under which a folder below ``root`` is already read or will be; empty if it is to be read now."""
        if folder is root:
            return ""
        if folder.real in self.folders:
            return self.folders[folder.real]
        if name := self._own_name(folder.real, self.done):
            return name
        if not os.path.islink(folder.path):
            return ""
        if name := self._own_name(folder.real, [root, *self.followed]):
            return name
        self.folders[folder.real] = printable(folder.path)
        self.followed.append(folder)
        return ""

    def _file(self, entry: _Location, *, root: _Location | None = None, is_root: bool = False) -> Entry:
        source = Source(printable(entry.id), Path(entry.path))
        if _is_ambiguous(entry.path):
            error = "its name is not UTF-8, and its escaped form is the name of another file"
            return Failed(source.id, source.id, error, "rename one of them")
        if not os.path.exists(entry.path):
            error = "is a broken symbolic link" if os.path.islink(entry.path) else "was removed during the run"
            return Failed(source.id, source.id, error, "fix or remove it")
        if not os.path.isfile(entry.path):
            cure = f"pipe its content in, with {STDIN!r} as the source"
            return Failed(source.id, source.id, "is a device or a pipe", cure)
        if is_of_kernel(entry.path):
            error = "is a file of the kernel (/proc or /sys), which may never end"
            return Failed(source.id, source.id, error, "copy it to an ordinary file")
        is_link = os.path.islink(entry.path)
        known = self.files.get(entry.real) or self._own_name(entry.real, self.done)
        known = known or (self._own_name(entry.real, [root, *self.followed]) if root and is_link else "")
        if known:
            return Skipped(source.name, f"the same file as {known}")
        if is_root or is_link:
            self.files[entry.real] = source.name
        return self._named(source, is_root=is_root)

    def _stdin(self) -> Entry:
        if STDIN in self.files:
            return Skipped("stdin", "it is named twice")
        self.files[STDIN] = "stdin"
        return self._named(Source(STDIN, None), is_root=True)

    def _named(self, source: Source, *, is_root: bool) -> Source | Failed:
        """The source, or a failure if another input has its id."""
        taken = self.ids.get(source.id) or next(filter(None, (self._taken(root, source.id) for root in self.done)), "")
        if taken:
            error = f"would get the id {source.id!r} of another input: {taken} and {source.name}"
            return Failed(source.id, source.id, error, "name the folder above both as the source, or rename one")
        if is_root:
            self.ids[source.id] = source.name
        return source

    def _taken(self, root: _Location, id: str) -> str:
        path = os.path.join(root.path, id)
        return printable(path) if os.path.isfile(path) else ""


def is_of_kernel(path: str | Path) -> bool:
    """Whether a file is in /proc or /sys: it looks like any other, but reading it may wait forever."""
    try:
        about = os.stat(path)
    except OSError:
        return False
    if about.st_dev in _kernel_devices():
        return True
    return not about.st_size and os.path.realpath(path).startswith(_KERNEL)


@cache
def _kernel_devices() -> frozenset[int]:
    devices = set[int]()
    for folder in _KERNEL if sys.platform == "linux" else ():
        with contextlib.suppress(OSError):
            devices.add(os.stat(folder).st_dev)
    with contextlib.suppress(OSError):  # if these are not separate file systems, the path decides
        devices.discard(os.stat("/").st_dev)
    return frozenset(devices)


def _is_ambiguous(path: str) -> bool:
    """Whether the printable form of the name is the name of another file in the folder."""
    folder, name = os.path.split(path)
    shown = printable(name)
    return shown != name and os.path.lexists(os.path.join(folder, shown))


def _list(folder: _Location) -> list[str] | Failed:
    """The names in a folder that may be inputs, in order; a failure if the folder can't be listed."""
    try:
        with os.scandir(folder.path) as entries:  # files first, so that the inputs of one folder come together
            names = [name for _, name in sorted((_is_folder(entry), entry.name) for entry in entries)]
    except OSError as error:
        id = printable(folder.id or folder.path)
        return Failed(id, id, f"the folder can't be listed: {error.strerror}", "check that it may be read")
    written = _written(folder.path, names)
    known = set(names)
    if _TABLE in known and any(name.endswith(_WITH_SIDECAR) for name in names) and is_table(Path(folder.path, _TABLE)):
        written.add(_TABLE)
    return [name for name in names if name[0] != "." and name not in written and not page_of_sidecar(name, known)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def sidecars_of(page: Path) -> tuple[Path, ...]:
    """The files that say something about ``page``: ``page.json`` and ``metadata.csv``, as far as they exist."""
    own, table = sidecar_of(page), page.with_name(_TABLE)
    has_table = page.name.endswith(_WITH_SIDECAR) and is_table(table)
    return tuple(path for path in (own, table if has_table else None) if path)


def sidecar_of(page: Path) -> Path | None:
    """``page.json`` next to ``page.html``; None if it does not exist."""
    ending = next((ending for ending in _WITH_SIDECAR if page.name.endswith(ending)), "")
    if not ending:
        return None
    path = page.with_name(page.name.removesuffix(ending) + _SIDECAR)
    return path if path.is_file() else None


def page_of_sidecar(name: str, names: Collection[str]) -> str:
    """The page among ``names`` that has ``name`` as its sidecar; empty if there is none."""
    stem, ending = os.path.splitext(name)
    pages = (stem + page for page in _WITH_SIDECAR)
    return next((page for page in pages if page in names), "") if ending == _SIDECAR else ""


def _written(folder: str, names: Sequence[str]) -> set[str]:
    """The names in a folder that a run wrote: the files in its report, or the parts of an unfinished run."""
    if CHECKPOINT in names or f"{FAILED}{PART}" in names:
        return {CHECKPOINT, *(name for name in names if name.endswith((PART, _JOURNAL)) or name in OUTPUT_FILES)}
    if not {FAILED, REPORT} <= set(names):
        return set()
    try:
        report = Path(folder, REPORT)
        content = json.loads(report.read_bytes()) if report.stat().st_size <= _MAX_REPORT else {}
        files = {str(file["name"]).partition("/")[0] for file in content["files"]}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return set()
    return {REPORT, FAILED, *files} if "run" in content else set()


def _below(folder: _Location, names: Sequence[str]) -> Iterator[_Location]:
    for name in names:
        path = os.path.join(folder.path, name)
        real = os.path.realpath(path) if os.path.islink(path) else os.path.join(folder.real, name)
        yield _Location(path, f"{folder.id}/{name}" if folder.id else name, real)
