"""Decode the body of an HTTP response: join its chunks and undo its encodings (RFC 9112, RFC 9110).

Crawlers often keep the headers but store the decoded body, so a body that does not match its headers is not changed.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable

from cleaner.errors import InputError

_TRUNCATED = "its body is truncated; get the file again"
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def decoded_body(body: bytes, transfer: str, content: str, limit: int) -> bytes:
    """``body`` without the encodings that the headers ``Transfer-Encoding`` and ``Content-Encoding`` name.

    Raises `InputError` if the body is truncated or damaged, or has more than ``limit`` bytes.
    """
    names = [name.strip().lower() for name in f"{content},{transfer}".split(",")]
    for name in reversed(names):  # the last encoding was applied last
        if name == "chunked":
            body = _joined(body)
        elif name in _DECODERS and body.startswith(_MAGIC.get(name, b"")) and body:
            body = _DECODERS[name](body, name, limit)
        if len(body) > limit:
            raise InputError(f"too large: over {limit:,} bytes; raise --max-bytes")
    return body


def _joined(body: bytes) -> bytes:
    """The joined chunks of a body; a body without chunks is not changed."""
    parts, at = list[bytes](), 0
    while head := _CHUNK.match(body, at):
        size, at = int(head[1], 16), head.end()
        if not size:
            return b"".join(parts)
        if len(body) < at + size:
            raise InputError(_TRUNCATED)
        parts.append(body[at : at + size])
        at += size
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    if not parts:
        return body
    raise InputError(_TRUNCATED if at == len(body) else "its chunks are damaged; get the file again")


def _inflated(body: bytes, name: str, limit: int) -> bytes:
    """Decompress gzip, zlib or raw deflate, which some servers send as ``deflate``."""
    is_raw = name == "deflate" and not _is_zlib(body)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS if is_raw else zlib.MAX_WBITS | 32)
    try:
        data = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        if is_raw:
            return body
        raise InputError(f"its body is damaged: {error}; get the file again") from error
    if not unpacker.eof and len(data) <= limit:
        raise InputError(_TRUNCATED)
    return data


def _is_zlib(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 15 == zlib.DEFLATED and not (body[0] << 8 | body[1]) % 31  # RFC 1950


def _unpacked(body: bytes, name: str, limit: int) -> bytes:
    """Decompress Brotli or zstd."""
    from fastwarc import stream_io

    reader = {"br": stream_io.BrotliReader, "zstd": stream_io.ZstdReader}[name](io.BytesIO(body))
    data, piece = b"", b"x"
    try:
        while piece and len(data) <= limit:
            piece = reader.read(limit + 1 - len(data))
            data += piece
    except (OSError, ValueError) as error:
        if body.lstrip().startswith(b"<"):  # a page that was not compressed
            return body
        raise InputError(f"its body is damaged or truncated: {error}; get the file again") from error
    return data


_DECODERS: dict[str, Callable[[bytes, str, int], bytes]] = {
    **dict.fromkeys(("gzip", "x-gzip", "deflate"), _inflated),
    **dict.fromkeys(("br", "zstd"), _unpacked),
}
