"""Reading packed files without trusting them: streams that unpack as they are read, and lines of bounded length."""

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
"""Bytes a packed file may hold for each of its own; pages pack to a tenth, a bomb to a thousandth."""
_FREE = 64_000_000  # bytes out before the ratio is looked at
_WINDOW = 1 << 27  # bytes a zstd frame may ask for: what `zstd --long` needs
_BUFFER = 1 << 20
_BREAKS_OFF = "is truncated; what came before is read; get the file again"
_PIECE = 1_024  # bytes of a zstd file unpacked in one go: the worst piece becomes 32 MB


class Line(NamedTuple):
    """A line with its number (from 1) and the offset behind it. One that is too long has no data but its hash."""

    number: int
    data: bytes
    end: int
    sha256: str = ""


class Stream:
    """A file open for reading, unpacked by its ending, and how far it was read on disk. A context manager.

    ``is_own`` is for what a run wrote itself, which may unpack to any size. Raises `InputError` if it can't be opened,
    `ConfigError` if a library is missing.
    """

    def __init__(self, path: Path | None, *, unpack: bool = True, is_own: bool = False) -> None:
        try:
            self.raw = cast(BinaryIO, sys.stdin.buffer) if path is None else path.open("rb")
        except OSError as error:
            raise InputError(
                f"can't be read: {error.strerror or error}; check that it is there and may be read"
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
        """The lines from offset ``start`` on, which is behind line ``number``; a line end belongs to its line.

        A line of more than ``limit`` bytes is read through, not kept. Raises `InputError` if the file is damaged or
        unpacks to more than any honest file does.
        """
        end = checked = self._skip(start)
        while data := self._read_line(limit + 1):
            end += len(data)
            number += 1
            if end - checked > _FREE:
                checked = end
                self._refuse_bomb()
            if len(data) <= limit:
                yield Line(number, data, end)
                continue
            sha256, more = self._read_through(data)
            end += more
            yield Line(number, b"", end, sha256)

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """What the file holds from offset ``start`` on, a megabyte at a time. Raises `InputError` as `lines` does."""
        self._skip(start)
        while data := self.read(_BUFFER):
            yield data

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; none at the end. Raises `InputError` as `lines` does."""
        data = self._read(size)
        self._refuse_bomb()
        return data

    def at(self, end: int) -> int:
        """How many bytes of the file on disk were read when ``end`` bytes were out."""
        return self.raw.tell() if self.is_packed else end

    def _skip(self, start: int) -> int:
        if start and not self.is_packed:
            return self.raw.seek(start)
        left = start
        while left and (data := self._read(min(left, _BUFFER))):
            left -= len(data)
        return start - left

    def _read_through(self, data: bytes) -> tuple[str, int]:
        """The hash of a long line without keeping it, and how many bytes came after ``data``."""
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
        if out > _FREE and out > MAX_RATIO * max(packed, 1):
            cure = "if you trust it, decompress it first"
            raise InputError(f"expands to over {MAX_RATIO} times its size (decompression bomb?); {cure}")


class _as_input_error:  # noqa: N801 - reads as a statement
    """Turns what libraries raise for damaged files into `InputError`."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EOFError):
            raise InputError(_BREAKS_OFF) from error
        is_damage = isinstance(error, (OSError, zlib.error)) or type(error).__name__ == "ZstdError"
        if error is not None and is_damage:
            raise InputError(f"is damaged: {error}; what came before is read; get the file again") from error


def read_packed(raw: BinaryIO, name: str, limit: int) -> bytes:
    """What is in a whole compressed file of this name, but at most ``limit`` + 1 bytes.

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
    """What is in a zstd file, in pieces: when one is damaged, those before it are out.

    The library's own reader gives nothing of a whole buffer then, and does not say when a file breaks off.
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
        """What is in the damaged ``piece`` before the damage: once more up to it, then byte by byte."""
        self._raw.seek(start)
        frame = self._new()
        while left := end - self._raw.tell():
            frame.decompress(self._raw.read(min(left, _PIECE)))
        for at in range(len(piece)):
            yield frame.decompress(piece[at : at + 1])


def zstandard() -> Any:
    """The library. Raises `ConfigError` if it is not installed."""
    return ZSTANDARD.load()
