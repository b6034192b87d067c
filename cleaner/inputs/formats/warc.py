"""Web archives: the pages and texts in the responses of WARC files, and the texts of WET files."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from cleaner.decode import refuse_binary
from cleaner.errors import InputError
from cleaner.inputs.columns import printable_text
from cleaner.inputs.formats import File, Settings
from cleaner.inputs.http_body import decoded_body
from cleaner.inputs.libraries import FASTWARC
from cleaner.inputs.records import EMPTY, NO_READER, Failed, Item, PassedOver, Record, failed_item, place
from cleaner.inputs.streams import Stream

_HTML = ("text/html", "application/xhtml+xml")
_TEXT = ("text/plain",)
_PIECE = 1 << 20  # bytes
_MAX_HASHED = 1 << 30  # bytes
_SAMPLE = 65_536  # bytes that are checked for binary data
_VERSION = b"WARC/"
_START = re.compile(rb"\x1f\x8b\x08|(?<=\n)WARC/")
_HEAD = 512  # bytes of a compressed record that are enough to decompress its first bytes
_MAX_DAMAGES = 1_000  # per file; after each, reading resumes at the next record
_TRUNCATED = ("is truncated", "get the file again")


class Payload(NamedTuple):
    """One record of a web archive: its id and URL, what the server declared about it, and its body."""

    id: str
    url: str
    date: str
    content_type: str
    charset: str
    status: int
    body: bytes
    transfer_encoding: str = ""
    content_encoding: str = ""


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The records that contain a page or a text. A damaged stretch is one failed item; reading resumes after it.

    Raises `InputError` if no record follows the damage, and for an empty file.
    """
    at, is_done = divmod(file.start.offset, 2)
    number, limit, error = file.start.record, settings.config.max_bytes, ""
    with Stream(file.path, unpack=False) as stream:
        if file.path and not os.fstat(stream.raw.fileno()).st_size:
            raise InputError(EMPTY)
        for _ in range(_MAX_DAMAGES):
            item: Item | None = None
            try:
                for found in islice(_archive(stream.raw, at), is_done, None):
                    if error:
                        number += 1
                        yield _lost(file.id, number, error, found.stream_pos)
                    at, error = found.stream_pos, ""
                    item = _item(file, number + 1, found, limit)
                    number += 1
                    yield item
                if not error and (item is None or not isinstance(item.payload, Failed)):
                    _refuse_cut_short(stream.raw, at)
                after = -1
            except EOFError:
                error, after = "is truncated", -1
            except (OSError, ValueError, zlib.error) as damage:
                error, after = error or f"is damaged ({damage})", _next_record(stream.raw, at + 1)
            if after < 0:
                break
            at, is_done = after, 0
    if error:
        raise InputError(f"{error} after record {number}; what came before is read; get the file again")


def record(item: Item, settings: Settings) -> Record:
    """The body of a record. Encodings that the server declares are applied if the body matches them.

    Raises `InputError` if the body is damaged or too large.
    """
    found: Payload = item.payload
    body = decoded_body(found.body, found.transfer_encoding, found.content_encoding, settings.config.max_bytes)
    kind: Any = "html" if found.content_type in _HTML else None
    extra = {"warc_date": found.date, "content_type": found.content_type, "http_status": found.status}
    return Record(
        found.id or place(item.source, item.record), item.source, item.record, body, kind=kind, url=found.url,
        encoding=found.charset, extra=extra,
    )  # fmt: skip


def _archive(raw: Any, at: int) -> Any:
    warc = FASTWARC.load("warc").warc
    if not raw.seekable():
        raw = _Piped(raw)
    elif at:
        raw.seek(at)
    types = warc.WarcRecordType.response | warc.WarcRecordType.resource | warc.WarcRecordType.conversion
    return warc.ArchiveIterator(raw, record_types=types, parse_http=False)


class _Piped:
    """A pipe that counts the bytes read from it, because fastwarc calls ``tell``."""

    def __init__(self, raw: Any) -> None:
        self._raw, self._at = raw, 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._raw.read(size)
        self._at += len(data)
        return data

    def tell(self) -> int:
        return self._at


def _next_record(raw: Any, at: int) -> int:
    """The offset of the first record at or after ``at``, recognized by its first bytes; -1 if there is none."""
    if not raw.seekable():
        return -1
    raw.seek(at)
    data = b""
    while piece := raw.read(_PIECE):
        data += piece
        for found in _START.finditer(data):
            if _begins_record(data[found.start() : found.start() + _HEAD]):
                return at + found.start()
        at, data = at + len(data[:-_HEAD]), data[-_HEAD:]
    return -1


def _begins_record(data: bytes) -> bool:
    if data.startswith(_VERSION):
        return True
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, len(_VERSION)) == _VERSION
    except zlib.error:
        return False


def _item(file: File, number: int, found: Any, limit: int) -> Item:
    """The item of one record. ``next`` is twice its offset, plus one because it is done (see `items`)."""
    at = found.stream_pos
    after = 2 * at + 1
    if found.headers.get("Content-Length") is None:  # every record has one
        return failed_item(_failed(file.id, number, *_TRUNCATED), next=after, read=at)
    found.parse_http(quirks_mode=True)  # some servers end their headers with a line feed only
    if found.is_http and not isinstance(found.http_headers.status_code, int):
        failed = _failed(file.id, number, "contains no HTTP response", "get the file again")
        return failed_item(failed, next=after, read=at)
    content_type = _content_type(found)
    if content_type not in (*_HTML, *_TEXT, ""):
        return Item(NO_READER, file.id, number, PassedOver(printable_text(content_type)[:80]), next=after, read=at)
    body = found.reader.read(limit + 1)
    if len(body) > limit:
        return failed_item(_too_large(file.id, number, body, found.reader, limit), next=after, read=at)
    if len(body) < found.content_length:
        return failed_item(_failed(file.id, number, *_TRUNCATED), next=after, read=at)
    if not content_type and _is_binary(body):
        return Item(NO_READER, file.id, number, PassedOver("of unknown type"), next=after, read=at)
    return Item("warc", file.id, number, _payload(found, content_type, body), len(body), after, at)


def _content_type(found: Any) -> str:
    """The content type that the server declares or, if the record is not a response, the archive; may be empty."""
    declared = found.http_headers.get("Content-Type") if found.is_http else found.headers.get("Content-Type")
    return re.split("[;,]", declared or "", maxsplit=1)[0].strip().lower()


def _is_binary(body: bytes) -> bool:
    try:
        refuse_binary(body[:_SAMPLE])
    except InputError:
        return True
    return False


def _lost(source: str, number: int, error: str, end: int) -> Item:
    """The failed item of a damaged stretch that ends at the offset ``end``."""
    failed = _failed(source, number, f"{error} up to byte {end:,}", "its content is lost; get the file again")
    return failed_item(failed, next=2 * end, read=end)


def _refuse_cut_short(raw: Any, at: int) -> None:
    """Raises `EOFError` if the archive ends within a gzip member; fastwarc takes that for the end of the file."""
    if not raw.seekable():
        return
    raw.seek(at)
    if raw.read(2) != b"\x1f\x8b":
        return
    raw.seek(at)
    with gzip.GzipFile(fileobj=raw) as rest:
        while rest.read(_PIECE):
            pass


def _payload(found: Any, content_type: str, body: bytes) -> Payload:
    headers, http = found.headers, found.http_headers
    return Payload(
        printable_text(found.record_id or ""),
        printable_text(headers.get("WARC-Target-URI") or ""),
        printable_text(headers.get("WARC-Date") or ""),
        content_type,
        printable_text(found.http_charset or ""),
        (http.status_code or 0) if http else 0,
        body,
        (http.get("Transfer-Encoding") or "") if http else "",
        (http.get("Content-Encoding") or "") if http else "",
    )


def _too_large(source: str, number: int, body: bytes, rest: Any, limit: int) -> Failed:
    """The failure of a record whose body is too large. Its hash is empty if the body is too large to read at all."""
    failed = _failed(source, number, f"too large: over {limit:,} bytes", "raise --max-bytes")
    sha256, read = hashlib.sha256(body), len(body)
    while read <= _MAX_HASHED and (more := rest.read(_PIECE)):
        sha256.update(more)
        read += len(more)
    return failed if read > _MAX_HASHED else failed._replace(sha256=sha256.hexdigest())


def _failed(source: str, number: int, error: str, cure: str) -> Failed:
    return Failed(place(source, number), source, error, cure, record=number)
