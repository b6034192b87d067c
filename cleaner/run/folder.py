"""The output folder of a run: parts grow next to their final names, and checkpoints record how much of them counts.

At the end of the run, the files get their final names, the report last: if it exists, the output is complete. If the
run is interrupted before that, the same run resumes from its checkpoint; no incomplete file ever has a final name.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from cleaner.errors import OutputError
from cleaner.inputs.find import CHECKPOINT, FAILED, PART, REPORT
from cleaner.json_lines import Row, to_page, to_row
from cleaner.outputs.containers import CONTAINERS, FileKind, published_schema
from cleaner.outputs.layouts import LEDGER, load_layout
from cleaner.outputs.parts import Part, sync_folder
from cleaner.outputs.safe_paths import safe_path
from cleaner.run.checkpoint import Checkpoint
from cleaner.run.chunks import Cursor
from cleaner.run.cleaning import Done
from cleaner.run.options import RunOptions
from cleaner.run.report import Report

DUPLICATES = f"duplicates.sqlite{PART}"
"""The file of the originals among the documents of an unfinished run that marks duplicates."""
_JOURNAL = f"{DUPLICATES}-journal"
_PARTS = re.compile(
    r"(?:(?:documents|ledger)(?:-\d+)?|\d{5,}|failed|report)\.[a-z.]+\.part|" + re.escape(DUPLICATES) + "(?:-journal)?"
)


class WriteError(OutputError):
    """Writing failed during a run, for example because the disk is full: make room and run again."""


class Sink(Protocol):
    """Takes the results of the chunks of a run, in order. The caller saves a checkpoint as soon as a shard is full."""

    @property
    def is_shard_full(self) -> bool: ...
    def add(self, done: Done, folder: str) -> None: ...
    def checkpoint(self, cursor: Cursor, report: Report) -> None: ...
    def finish(self, cursor: Cursor, report: Report) -> None: ...


class NullSink:
    """The sink of a dry run."""

    is_shard_full = False

    def add(self, done: Done, folder: str) -> None:
        """Discard."""

    def checkpoint(self, cursor: Cursor, report: Report) -> None:
        """Discard."""

    def finish(self, cursor: Cursor, report: Report) -> None:
        """Discard."""


class _Shape(NamedTuple):
    """The form of the output files of a run. ``shard_size`` is in bytes, 0 for one file."""

    kinds: tuple[str, ...]
    name: Callable[[str, str], str]
    container: FileKind
    shard_size: int
    schemas: dict[str, Row]


def _shape(options: RunOptions) -> _Shape:
    layout, container = load_layout(options.layout), CONTAINERS[options.output_format]
    kinds = tuple(kind for kind in layout.kinds if options.ledger or kind != LEDGER)
    schemas = {}
    if container.is_parquet:
        schemas = {"documents": layout.schema(published_schema("document")), LEDGER: published_schema("ledger")}
    return _Shape(kinds, layout.name, container, options.shard_size, schemas)


class Folder:
    """A folder for the output of one run. A context manager.

    If it is left without `finish`, it keeps what the last checkpoint counts, so that the same run can resume; without a
    checkpoint, it is left as it was. Entering it raises `OutputError` if the folder can't be used; later calls raise
    `WriteError` if writing fails.
    """

    def __init__(
        self,
        path: Path,
        options: RunOptions = RunOptions(),  # noqa: B008 - frozen
        fingerprint: str = "",
        *,
        inputs: Container[str] = (),
        overwrite: bool = False,
    ) -> None:
        """``inputs`` are real paths that are never written to; ``overwrite`` replaces files that no run wrote."""
        self.path = path
        self._inputs, self._overwrite = inputs, overwrite
        self._own = _listed(path / REPORT)
        self._shape = _shape(options)
        self._fingerprint = fingerprint
        self._closed: list[Row] = []
        self._open: dict[str, Part] = {}
        self._names = set[str]()  # of closed files
        self._spools: list[Part] = []  # rows that were converted to Parquet, kept until a checkpoint lists the file
        self._folder, self._shard = "", 0
        self._is_saved = False
        self._by_folder = options.keep_folders
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Self:
        is_new = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if is_new:
                self._cleanup.callback(_remove_if_empty, self.path)
            self._cleanup.enter_context(_locked(self.path))
            self._failed = self._part(FAILED, CONTAINERS["jsonl"])
        except OSError as error:
            self._cleanup.close()
            raise OutputError(f"{self.path}: can't be written: {error.strerror}; choose another folder") from error
        except OutputError:
            self._cleanup.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in (self._failed, *self._open.values()):
            part.file.close()
        if not self._is_saved:
            with contextlib.suppress(OSError):
                _remove_parts(self.path)
        self._cleanup.close()

    def _resumes(self) -> bool:
        """Whether the same command would resume what is here."""
        return self._is_saved and not self._overwrite

    def begin(self) -> None:
        """Start from the beginning: delete what an unfinished run left. Raises `WriteError`."""
        with _as_write_error(self.path, self._resumes):
            (self.path / CHECKPOINT).unlink(missing_ok=True)
            _remove_parts(self.path, but=self._failed.part)
            self._failed.clear()
            if not self._by_folder:
                self._open_shard()

    def resume(self, checkpoint: Checkpoint) -> None:
        """Resume from a checkpoint: truncate its parts to what counts. Raises `OutputError` if they are damaged."""
        self._is_saved = True
        self._closed = list(checkpoint.closed)
        self._names = {row["name"] for row in self._closed}
        self._folder, self._shard = checkpoint.folder, checkpoint.shard
        with _as_write_error(self.path, self._resumes):
            try:
                _refuse_missing(self.path, self._closed)
                self._failed.truncate_to(checkpoint.failed)
                for kind, row in checkpoint.open.items():
                    self._open[kind] = self._part(row["name"], self._shape.container)
                    self._open[kind].truncate_to(row)
            except ValueError as error:
                raise OutputError(f"{error}; start again with --overwrite") from error

    def add(self, done: Done, folder: str) -> None:
        """Write the results of a chunk. The rows of a document are on the same line of their files."""
        with _as_write_error(self.path, self._resumes):
            if self._open and folder != self._folder:
                self._close_shard()
            if not self._open and done.rows:
                self._shard = self._shard if folder == self._folder else 0
                self._folder = folder
                self._open_shard()
            for kind, part in self._open.items():
                part.write(done.lines.get(kind, b""), done.rows)
            self._failed.write(done.failed, done.failed.count(b"\n"))

    @property
    def is_shard_full(self) -> bool:
        """Whether the open files have reached the size of a shard."""
        size = max((part.bytes for part in self._open.values()), default=0)
        return bool(self._shape.shard_size) and size >= self._shape.shard_size

    def checkpoint(self, cursor: Cursor, report: Report) -> None:
        """Save the state of the run, so that it can resume after ``cursor``. Full shards are closed."""
        with _as_write_error(self.path, self._resumes):
            if self.is_shard_full:
                self._close_shard()
            for part in (self._failed, *self._open.values()):
                part.sync()
            self._save(cursor, report)

    def finish(self, cursor: Cursor, report: Report) -> None:
        """Give all files their final names. An old report is deleted first and the new one renamed last."""
        with _as_write_error(self.path, self._resumes):
            self._close_shard()
            self._closed.append(self._failed.close("failed", {}))
            with (self.path / f"{REPORT}{PART}").open("wb") as file:
                file.write(to_page({**report.row(), "files": self._closed}))
                file.flush()
                os.fsync(file.fileno())
            self._save(cursor, report, is_finished=True)
            publish(self.path, [row["name"] for row in self._closed])

    def _save(self, cursor: Cursor, report: Report, *, is_finished: bool = False) -> None:
        parts = {kind: part.describe() for kind, part in self._open.items()}
        place = (self._folder, self._shard, is_finished)
        row = Checkpoint(self._fingerprint, cursor, report.row(), self._closed, parts, self._failed.describe(), *place)
        for folder in {part.part.parent for part in self._open.values()}:
            sync_folder(folder)
        row.save(self.path)
        self._is_saved = True
        while self._spools:
            self._spools.pop().delete_spool()

    def _open_shard(self) -> None:
        while self._name(self._shape.kinds[0]) in self._names:
            self._shard += 1
        names = {kind: self._name(kind) for kind in self._shape.kinds}
        for name in names.values():
            self._refuse_taken(name)
        for kind, name in names.items():
            self._open[kind] = self._part(name, self._shape.container)
            self._open[kind].clear()

    def _refuse_taken(self, name: str) -> None:
        """Raises `OutputError` if the file is an input, or exists and no run wrote it."""
        target = self.path / safe_path(name)
        if os.path.realpath(target) in self._inputs:
            raise OutputError(f"{target}: is an input and would be overwritten; choose another folder")
        if os.path.lexists(target) and name not in self._own and not self._overwrite:
            what = "exists and is not the output of a run"
            raise OutputError(f"{target}: {what}; move it away, choose another folder, or replace it with --overwrite")

    def _close_shard(self) -> None:
        """Complete the open parts."""
        for kind, part in self._open.items():
            self._closed.append(part.close(kind, self._shape.schemas.get(kind, {})))
            self._names.add(part.name)
        self._spools += self._open.values()
        self._open = {}

    def _name(self, kind: str) -> str:
        shard = f"{self._shard:05}" if self._shape.shard_size or self._shard else ""
        name = f"{self._shape.name(kind, shard)}{self._shape.container.ending}"
        return f"{self._folder}/{name}" if self._by_folder and self._folder else name

    def _part(self, name: str, container: FileKind) -> Part:
        return Part(self.path, name, container)


def publish(path: Path, names: Sequence[str]) -> None:
    """Give the files of a finished run their final names; delete files of the previous run that have no successor.

    Raises `OSError`. If it is interrupted, it can be repeated.
    """
    old = _listed(path / REPORT) - set(names)
    (path / REPORT).unlink(missing_ok=True)
    for name in (*names, REPORT):
        part = path / f"{name}{PART}"
        if part.exists():
            os.replace(part, path / name)
        elif name != REPORT and not (path / name).exists():
            raise FileNotFoundError(errno.ENOENT, f"{name} is missing")
    for folder in {(path / name).parent for name in names}:
        sync_folder(folder)
    for name in old:
        (path / name).unlink(missing_ok=True)
    for name in (DUPLICATES, _JOURNAL, CHECKPOINT):
        (path / name).unlink(missing_ok=True)
    sync_folder(path)


def _listed(report: Path) -> set[str]:
    """The files that a report lists, without those outside its folder; none if it can't be read."""
    names = set[str]()
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, OutputError):
        names = {str(safe_path(file["name"])) for file in to_row(report.read_bytes())["files"]}
    return names


def _refuse_missing(path: Path, closed: Sequence[Row]) -> None:
    """Raises `ValueError` if a complete part is missing or has another size."""
    for row in closed:
        part = path / f"{row['name']}{PART}"
        if not part.is_file() or part.stat().st_size != row["bytes"]:
            raise ValueError(f"{part} was changed after the run stopped")


def _remove_parts(path: Path, but: Path | None = None) -> None:
    """Delete the parts that an unfinished run left, and folders that are empty afterwards. Raises `OSError`."""
    for folder, _, names in os.walk(path, topdown=False):
        for name in names:
            part = Path(folder, name)
            if _PARTS.fullmatch(name) and part != but:
                part.unlink()
        if names and Path(folder) != path:
            _remove_if_empty(Path(folder))


def _remove_if_empty(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.rmdir()


@contextlib.contextmanager
def _as_write_error(path: Path, resumes: Callable[[], bool]) -> Iterator[None]:
    """Turns `OSError` into `WriteError`. ``resumes`` returns whether the same command would resume."""
    try:
        yield
    except OSError as error:
        what = f"{path}: writing failed: {error.strerror or error}"
        again = "resumes where it stopped" if resumes() else "starts from the beginning"
        raise WriteError(f"{what}; make room and run the same command again, which {again}") from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep a second run out of the folder, where the system can lock folders."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        _lock(fcntl.flock, folder, fcntl.LOCK_EX | fcntl.LOCK_NB, path)
        yield
    finally:
        os.close(folder)


def _lock(flock: Callable[[int, int], None], folder: int, how: int, path: Path) -> None:
    try:
        flock(folder, how)
    except BlockingIOError as error:
        raise OutputError(f"{path}: another run is writing here; wait for it or choose another folder") from error
    except OSError:
        pass  # some network file systems have no locks
