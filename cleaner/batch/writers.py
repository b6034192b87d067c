"""The output of a run: written beside, made durable, then renamed; nothing half-done ever has a final name."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from cleaner.batch.jsonl import Row, to_line, to_page, to_row
from cleaner.batch.readers import OUTPUT_FILES, STDIN
from cleaner.errors import OutputError

DOCUMENTS, LEDGER, FAILED, REPORT = OUTPUT_FILES


class WriteError(OutputError):
    """Writing broke off in the midst of a run, for instance on a full disk: make room and run again."""


class Sink(Protocol):
    """Takes the rows of a run."""

    def add(self, document: Row, ledger: Row) -> None: ...
    def add_failed(self, failed: Row) -> None: ...
    def finish(self, report: Row) -> None: ...


class Nowhere:
    """The sink of a dry run."""

    def add(self, document: Row, ledger: Row) -> None:
        """Forget it."""

    def add_failed(self, failed: Row) -> None:
        """Forget it."""

    def finish(self, report: Row) -> None:
        """Forget it."""


class Folder:
    """A folder that holds the output of one run. A context manager: left without `finish`, nothing is changed.

    Raises `OutputError` on the way in if the folder may not be used (see `refuse_folder`) or can't be, and
    `WriteError` later if the disk gives up.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parts: dict[str, _Part] = {}
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Self:
        is_new = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if is_new:
                self._cleanup.callback(_remove_if_empty, self.path)
            self._cleanup.enter_context(_locked(self.path))
            for name in OUTPUT_FILES:
                self._parts[name] = part = _Part(self.path / name)
                self._cleanup.callback(part.discard)
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
        self._cleanup.close()

    def add(self, document: Row, ledger: Row) -> None:
        """Write the two rows of a document, on the same line of their files."""
        with _as_write_error(self.path):
            self._parts[DOCUMENTS].write(to_line(document))
            self._parts[LEDGER].write(to_line(ledger))

    def add_failed(self, failed: Row) -> None:
        """Write the row of an input that gave no document."""
        with _as_write_error(self.path):
            self._parts[FAILED].write(to_line(failed))

    def finish(self, report: Row) -> None:
        """Give all files their names. The report goes first and comes last: where it is, the output is whole."""
        files = [self._parts[name].describe() for name in (DOCUMENTS, LEDGER, FAILED)]
        with _as_write_error(self.path):
            self._parts[REPORT].write(to_page({**report, "files": files}))
            for part in self._parts.values():
                part.sync()
            (self.path / REPORT).unlink(missing_ok=True)
            for part in self._parts.values():
                part.publish()
            _sync_folder(self.path)


def refuse_folder(path: Path, sources: Sequence[str], fingerprint: str, *, overwrite: bool = False) -> None:
    """Raises `OutputError` if ``path`` is no place for a run: it is or lies in an input, or holds something else.

    Output of the same run may be replaced, other output only with ``overwrite``.
    """
    real = path.resolve()
    for source in sources:
        if source != STDIN:
            _refuse_input(path, real, source, Path(source).resolve())
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path}: is a file; name a folder for the output")
    there = [name for name in OUTPUT_FILES if os.path.lexists(path / name)]
    same = STDIN not in sources and _fingerprint(path / REPORT) == fingerprint  # stdin brings something new each time
    if there and not overwrite and not same:
        whose = "the output of another run" if REPORT in there else f"{there[0]}, but no report of a whole run"
        raise OutputError(f"{path}: holds {whose}; choose another folder, or replace it with --overwrite")


def _refuse_input(path: Path, real: Path, source: str, real_source: Path) -> None:
    if real_source.is_dir() and real.is_relative_to(real_source):
        raise OutputError(f"{path}: is or lies in the input {source}; choose a folder outside of it")
    if real_source.parent == real and real_source.name in OUTPUT_FILES:
        raise OutputError(f"{path}: the input {source} would be overwritten; choose another folder")


def _fingerprint(report: Path) -> str:
    try:
        return str(to_row(report.read_bytes())["run"]["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


class _Part:
    """A file in the making, beside its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(f"{path.name}.part")
        self.file: BinaryIO = self.part.open("wb")
        self.sha256 = hashlib.sha256()
        self.rows = self.bytes = 0

    def write(self, line: bytes) -> None:
        self.file.write(line)
        self.sha256.update(line)
        self.rows += 1
        self.bytes += len(line)

    def describe(self) -> Row:
        return {"name": self.path.name, "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256.hexdigest()}

    def sync(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def publish(self) -> None:
        os.replace(self.part, self.path)

    def discard(self) -> None:
        """Remove what was not published."""
        with contextlib.suppress(OSError):  # a full disk may refuse the last flush too
            self.file.close()
        with contextlib.suppress(OSError):
            self.part.unlink(missing_ok=True)


def _remove_if_empty(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.rmdir()


@contextlib.contextmanager
def _as_write_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{path}: writing broke off: {error.strerror or error}"
        raise WriteError(f"{what}; nothing was published, make room and run again") from error


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
        pass  # some network file systems know no locks


def _sync_folder(path: Path) -> None:
    if os.name == "posix":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
