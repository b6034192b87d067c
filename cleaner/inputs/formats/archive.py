"""ZIP and tar archives: each file in an archive is an input with the id ``archive.zip/path/in/archive``.

Nothing is extracted to a path from the archive: a document is read into memory, and a file of rows is copied to a
temporary file with a name that we choose. The ending of a file selects its format, as in a folder. Hidden files and
links are left out. An archive inside an archive is recorded as failed. An archive may expand to `MAX_RATIO` times its
size.
"""

from __future__ import annotations

import contextlib
import io
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from cleaner.errors import InputError
from cleaner.inputs.columns import printable_text
from cleaner.inputs.find import page_of_sidecar, printable
from cleaner.inputs.formats import File, Settings, ending_of, format_of, load_format, unpacked_name
from cleaner.inputs.libraries import missing_library
from cleaner.inputs.records import EMPTY, NO_READER, Failed, Item, Position, Record, Skipped, failed_item
from cleaner.inputs.streams import MAX_RATIO, Stream, read_packed

_MEMBER_BITS = 40  # low bits of an offset: the place within a member; the bits above are the number of the member
_MIN_CHECKED = 64_000_000  # decompressed bytes from which the ratio is checked
_MAX_HEADER = 16_000_000  # maximum bytes between the contents of two members of a tar
_BLOCK = 1 << 18
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
_CURE = "get the file again"


class _Member(NamedTuple):
    """A file in an archive: its name there, what is wrong with it and the cure (None: nothing), and how to open it."""

    name: str
    problem: tuple[str, str] | None
    is_link: bool
    open: Callable[[], BinaryIO]
    read: int  # bytes of the archive before the member


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The inputs in the archive, in its order. Raises `InputError` if it is damaged or a decompression bomb."""
    if file.path is None:
        raise InputError("an archive can't be read from a pipe; save it as a file")
    first, inner = divmod(file.start.offset, 1 << _MEMBER_BITS)
    names, known = _names(file.path), set[str]()
    out = _ExpandedSize(max(file.size, 1))
    for number, member in enumerate(_members(file.path)):
        name = _clean_name(member.name)
        is_new = name not in known
        known.add(name)
        if number < first or _is_hidden(name):
            continue
        start = Position(0, inner, file.start.record) if number == first else Position()
        after = (number + 1) << _MEMBER_BITS
        for item in _inputs(file, member, name, names, settings, start, out, is_new=is_new):
            place = after if item.next < 0 else (number << _MEMBER_BITS) + item.next
            yield item._replace(next=place, read=member.read)


def record(item: Item, settings: Settings) -> Record | Failed:
    """Never called: the items of an archive have the formats of its files."""
    raise NotImplementedError


def _inputs(
    file: File,
    member: _Member,
    name: str,
    names: frozenset[str],
    settings: Settings,
    start: Position,
    out: _ExpandedSize,
    *,
    is_new: bool,
) -> Iterator[Item]:
    """The inputs in one member. The ``next`` of the last one is -1 if the member has no more to read."""
    id = f"{file.id}/{name}"
    if member.is_link:
        yield Item(NO_READER, id, 0, Skipped(id, "a link in an archive"), next=-1)
        return
    if page := page_of_sidecar(name, names):
        skipped = Skipped(id, f"a sidecar ({page}) is read next to a file, but not in an archive")
        yield Item(NO_READER, id, 0, skipped, next=-1)
        return
    format = format_of(name)
    problem = member.problem or _problem(member.name, name, format, is_new=is_new)
    if problem:
        yield failed_item(Failed(id, id, *problem), next=-1)
        return
    try:
        if format == "whole":
            data = _document(member, name, settings.config.max_bytes, out)
            yield Item("whole", id, 0, data, len(data), next=-1)
        else:
            yield from _rows(member, File(id, None, 0, start), format, settings, out)
    except InputError as error:
        out.refuse_bomb()
        yield failed_item(Failed(id, id, *error.what_and_cure), next=-1)
    except _DAMAGED as error:
        yield failed_item(Failed(id, id, f"is damaged in the archive: {error}", _CURE), next=-1)


def _problem(stored: str, name: str, format: str, *, is_new: bool) -> tuple[str, str] | None:
    """What is wrong with a member that has this name, and the cure; None if nothing is."""
    if stored.startswith(("/", "\\")) or ".." in stored.replace("\\", "/").split("/") or not name or "\0" in stored:
        return "has a path that leads out of the archive", "recreate the archive with relative paths"
    if not is_new:
        return "is in the archive twice", "recreate the archive with each path once"
    if format == "archive":
        return "is an archive inside an archive", "unpack the outer one first"
    if library := missing_library(name, format):
        return library.missing, library.cure
    return None


def _document(member: _Member, name: str, limit: int, out: _ExpandedSize) -> bytes:
    """The bytes of a page or text. Raises `InputError` if there are more than ``limit``."""
    with member.open() as content:
        data = content.read(limit + 1)
    out.add(len(data))
    if len(data) <= limit and unpacked_name(name) != name:
        if not data:
            raise InputError(EMPTY)
        data = read_packed(cast(BinaryIO, io.BytesIO(data)), name, limit)
    if len(data) > limit:
        raise InputError(f"too large: over {limit:,} bytes; split it or raise --max-bytes")
    return data


def _rows(member: _Member, file: File, format: str, settings: Settings, out: _ExpandedSize) -> Iterator[Item]:
    """The rows in a member, read from a temporary copy: readers of rows need a file."""
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        path = Path(folder, f"rows{ending_of(file.id)}")
        with path.open("wb") as copy, member.open() as content:
            while data := content.read(_BLOCK):
                out.add(len(data))
                copy.write(data)
        yield from load_format(format).items(file._replace(path=path, size=path.stat().st_size), settings)


class _ExpandedSize:
    """Counts the bytes that an archive of ``size`` bytes expands to."""

    def __init__(self, size: int) -> None:
        self._size, self._total = size, 0

    def add(self, size: int) -> None:
        """Count ``size`` more bytes. Raises `InputError` if the archive is a decompression bomb."""
        self._total += size
        self.refuse_bomb()

    def refuse_bomb(self) -> None:
        if self._total > _MIN_CHECKED and self._total > MAX_RATIO * self._size:
            cure = "if you trust it, extract it first"
            raise InputError(f"expands to over {MAX_RATIO} times its size (decompression bomb?); {cure}")


def _members(path: Path) -> Iterator[_Member]:
    with path.open("rb") as file:
        is_zip = path.suffix.lower() == ".zip" or file.read(2) == b"PK"
    return _of_zip(path) if is_zip else _of_tar(path)


def _names(path: Path) -> frozenset[str]:
    """All names in an archive, by which sidecars are recognized; empty if there can be no sidecar."""
    names = set[str]()
    with contextlib.suppress(InputError):  # `items` reports what can't be read
        names.update(_clean_name(member.name) for member in _members(path))
    return frozenset(names) if any(name.endswith(".json") for name in names) else frozenset()


def _of_zip(path: Path) -> Iterator[_Member]:
    with _archive_faults(), zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            locked = ("is encrypted", "decrypt the archive first") if info.flag_bits & 1 else None
            read = cast(Callable[[], BinaryIO], lambda info=info: archive.open(info))
            yield _Member(info.filename, locked, is_link, read, info.header_offset)


def _of_tar(path: Path) -> Iterator[_Member]:
    with Stream(path) as stream, _archive_faults():
        source = _Headers(stream)
        with tarfile.open(fileobj=cast(BinaryIO, source), mode="r|", bufsize=_BLOCK) as archive:
            info = archive.next()
            while info:
                source.left = None
                if not info.isdir():
                    yield _of_info(archive, info, stream.raw.tell())
                _skip_content(archive)
                source.left = _MAX_HEADER
                info = _next_info(archive)


def _skip_content(archive: Any) -> None:
    """Move to the next header. Raises `EOFError` if the archive ends before it."""
    archive.fileobj.seek(archive.offset)
    if archive.fileobj.tell() < archive.offset:
        raise EOFError("it is truncated")


def _next_info(archive: Any) -> tarfile.TarInfo | None:
    """The next header; None at the end. Unlike `TarFile.next`, raises `tarfile.HeaderError` for an invalid one."""
    try:
        return tarfile.TarInfo.fromtarfile(archive)
    except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
        return None


def _of_info(archive: tarfile.TarFile, info: tarfile.TarInfo, read: int) -> _Member:
    problem = None
    if info.issparse():
        problem = ("is a sparse file", "recreate the archive without --sparse")
    elif not info.isreg() and not info.issym() and not info.islnk():
        problem = ("is a device or a pipe", "recreate the archive without it")
    open_it = cast(Callable[[], BinaryIO], lambda: archive.extractfile(info))
    return _Member(info.name, problem, info.issym() or info.islnk(), open_it, read)


class _Headers:
    """The file that tarfile reads. It limits the size of headers, which tarfile reads into memory."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.left: int | None = _MAX_HEADER

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if self.left is not None:
            self.left -= len(data)
            if self.left < 0:
                raise InputError(f"has a header of over {_MAX_HEADER:,} bytes; {_CURE}")
        return data


@contextlib.contextmanager
def _archive_faults() -> Iterator[None]:
    """Turns the errors of libraries for a damaged archive into `InputError`."""
    try:
        yield
    except InputError:
        raise
    except _DAMAGED as error:
        raise InputError(f"is damaged, or not an archive: {error}; what came before is read; {_CURE}") from error


def _clean_name(stored: str) -> str:
    """The path of a member for its id: ``./a//b`` becomes ``a/b``."""
    try:
        name = printable(stored)
    except UnicodeEncodeError:
        name = printable_text(stored)
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _is_hidden(name: str) -> bool:
    return any(part == "__MACOSX" or (part.startswith(".") and not part.startswith("..")) for part in name.split("/"))
