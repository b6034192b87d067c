"""Read compressed files without trusting them: streams that decompress on the fly, and lines of bounded length."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self, cast

from cleaner.errors import ConfigError, InputError
from cleaner.inputs.libraries import ZSTANDARD

MAX_RATIO = 500
"""Maximum ratio of decompressed to compressed bytes. Pages have a ratio of about 10, bombs of about 1,000."""
_MIN_CHECKED = 64_000_000  # decompressed bytes from which the ratio is checked
_WINDOW = 1 << 27  # maximum bytes of memory for a zstd frame: what `zstd --long` needs
_BUFFER = 1 << 20
_TRUNCATED = "is truncated; what came before is read; get the file again"
_PIECE = 1_024  # bytes of a zstd file that are decompressed at once: at worst they become 32 MB


class Line(NamedTuple):
    """A line with its number, from 1, and the offset after it. A line that is too long has only its hash, no data."""

    number: int
    data: bytes
    end: int
    sha256: str = ""


class Stream:
    """A file open for reading, decompressed if its ending says that it is compressed. A context manager.

    ``is_own`` marks a file that a run wrote itself, which may expand to any size. Raises `InputError` if the file can't
    be opened, `ConfigError` if a library is missing.
    """

    def __init__(self, path: Path | None, *, unpack: bool = True, is_own: bool = False) -> None:
        try:
            self.raw = cast(BinaryIO, sys.stdin.buffer) if path is None else path.open("rb")
        except OSError as error:
            raise InputError(
                f"can't be read: {error.strerror or error}; check that it exists and may be read"
            ) from error
        self._is_own = is_own
        try:
            self.file = _unpacked(self.raw, path) if unpack else self.raw
        except ConfigError:
            self.raw.close()
            raise
        self.is_packed = self.file is not self.raw

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.raw is not sys.stdin.buffer:
            self.file.close()
            self.raw.close()

    def lines(self, limit: int, start: int = 0, number: int = 0) -> Iterator[Line]:
        """The lines from offset ``start`` on, which is after line ``number``. A line includes its line end.

        A line of more than ``limit`` bytes is hashed, but not kept. Raises `InputError` if the file is damaged or
        expands to more than `MAX_RATIO` times its size.
        """
        end = checked = self._skip(start)
        while data := self._read_line(limit + 1):
            end += len(data)
            number += 1
            if end - checked > _MIN_CHECKED:
                checked = end
                self._refuse_bomb()
            if len(data) <= limit:
                yield Line(number, data, end)
                continue
            sha256, more = self._read_through(data)
            end += more
            yield Line(number, b"", end, sha256)

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """The content from offset ``start`` on, one megabyte at a time. Raises `InputError` as `lines` does."""
        self._skip(start)
        while data := self.read(_BUFFER):
            yield data

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; none at the end. Raises `InputError` as `lines` does."""
        data = self._read(size)
        self._refuse_bomb()
        return data

    def at(self, end: int) -> int:
        """The number of bytes of the file on disk that were read to produce the first ``end`` bytes of content."""
        return self.raw.tell() if self.is_packed else end

    def _skip(self, start: int) -> int:
        if start and not self.is_packed:
            return self.raw.seek(start)
        left = start
        while left and (data := self._read(min(left, _BUFFER))):
            left -= len(data)
        return start - left

    def _read_through(self, data: bytes) -> tuple[str, int]:
        """The hash of a long line that begins with ``data``, and the number of bytes after ``data``."""
        sha256, more = hashlib.sha256(data), 0
        while not data.endswith(b"\n") and (data := self._read_line(_BUFFER)):
            sha256.update(data)
            more += len(data)
            self._refuse_bomb()
        return sha256.hexdigest(), more

    def _read_line(self, size: int) -> bytes:
        with _as_input_error():
            data = self.file.readline(size)
        if len(data) >= _BUFFER:
            self._refuse_bomb()
        return data

    def _read(self, size: int) -> bytes:
        with _as_input_error():
            return self.file.read(size)

    def _refuse_bomb(self) -> None:
        if not self.is_packed or self._is_own:
            return
        out, packed = self.file.tell(), self.raw.tell()
        if out > _MIN_CHECKED and out > MAX_RATIO * max(packed, 1):
            cure = "if you trust it, decompress it first"
            raise InputError(f"expands to over {MAX_RATIO} times its size (decompression bomb?); {cure}")


class _as_input_error:  # noqa: N801 - reads as a statement
    """Turns the errors of libraries for damaged files into `InputError`."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EOFError):
            raise InputError(_TRUNCATED) from error
        is_damage = isinstance(error, (OSError, zlib.error)) or type(error).__name__ == "ZstdError"
        if error is not None and is_damage:
            raise InputError(f"is damaged: {error}; what came before is read; get the file again") from error


def read_packed(raw: BinaryIO, name: str, limit: int) -> bytes:
    """The decompressed content of a whole file named ``name``, but at most ``limit`` + 1 bytes.

    Raises `InputError` if it is damaged, `ConfigError` if a library is missing.
    """
    file, parts, left = _unpacked(raw, Path(name)), list[bytes](), limit + 1
    try:
        while left and (data := file.read(min(left, _BUFFER))):
            parts.append(data)
            left -= len(data)
    except EOFError as error:
        raise InputError("is truncated; get the file again") from error
    except Exception as error:
        if isinstance(error, (OSError, zlib.error)) or type(error).__name__ == "ZstdError":
            raise InputError(f"is damaged: {error}; get the file again") from error
        raise
    return b"".join(parts)


def _unpacked(raw: BinaryIO, path: Path | None) -> BinaryIO:
    ending = ".gz" if path and path.suffix.lower() == ".tgz" else path.suffix.lower() if path else ""
    if ending == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if ending == ".zst":
        return cast(BinaryIO, io.BufferedReader(_Zstd(raw), _BUFFER))
    return raw


class _Zstd(io.RawIOBase):
    """The content of a zstd file, in pieces, so that all pieces before a damaged one can be read.

    The library's own reader loses a whole buffer before the damage, and does not report a truncated file.
    """

    def __init__(self, raw: BinaryIO) -> None:
        """Raises `ConfigError` if the library is missing."""
        library = zstandard()
        self._raw, self._fault = raw, library.ZstdError
        self._new = library.ZstdDecompressor(max_window_size=_WINDOW).decompressobj
        self._pieces = filter(None, self._frames())
        self._left, self._out = memoryview(b""), 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._out

    def readinto(self, buffer: Any) -> int:
        self._left = self._left or memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        self._out += size
        return size

    def _frames(self) -> Iterator[bytes]:
        while data := self._raw.read(1):
            self._raw.seek(-len(data), os.SEEK_CUR)
            yield from self._frame()

    def _frame(self) -> Iterator[bytes]:
        """The frame that begins here. Raises `EOFError` if it is truncated."""
        start, frame = self._raw.tell(), self._new()
        while not frame.eof:
            piece = self._raw.read(_PIECE)
            if not piece:
                raise EOFError
            try:
                data = frame.decompress(piece)
            except self._fault:
                yield from self._up_to_damage(start, self._raw.tell() - len(piece), piece)
                raise
            yield data
        self._raw.seek(-len(frame.unused_data), os.SEEK_CUR)

    def _up_to_damage(self, start: int, end: int, piece: bytes) -> Iterator[bytes]:
        """The content of ``piece`` before the damage: decompress again up to it, then byte by byte."""
        self._raw.seek(start)
        frame = self._new()
        while left := end - self._raw.tell():
            frame.decompress(self._raw.read(min(left, _PIECE)))
        for at in range(len(piece)):
            yield frame.decompress(piece[at : at + 1])


def zstandard() -> Any:
    """Import the library. Raises `ConfigError` if it is not installed."""
    return ZSTANDARD.load()
