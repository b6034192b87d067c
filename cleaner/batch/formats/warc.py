"""Web archives: the pages and texts among the responses of a WARC, the texts of a WET."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from cleaner.batch.columns import printable_text
from cleaner.batch.formats import File, Settings
from cleaner.batch.records import FOUND, Failed, Item, PassedOver, Record, failed_item, place
from cleaner.batch.streams import Stream
from cleaner.errors import ConfigError, InputError

_HTML = ("text/html", "application/xhtml+xml")
_TEXT = ("text/plain",)
_PIECE = 1 << 20
_MOST_HASHED = 1 << 30  # bytes
_CUT_SHORT = ("breaks off before it ends", "get the file again")


class Payload(NamedTuple):
    """One record of an archive: its id and address, what the server said of it, its body."""

    id: str
    url: str
    date: str
    content_type: str
    charset: str
    status: int
    body: bytes


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The records with a page or a text. Raises `InputError` where the archive is damaged."""
    number, item = file.start.record, None
    with Stream(file.path, unpack=False) as stream:
        if file.start.offset:
            stream.raw.seek(file.start.offset)
        try:
            for found in islice(_archive(stream.raw), 1 if number else 0, None):
                number += 1
                item = _item(file, number, found, settings.config.max_bytes)
                yield item
            if item is None or not isinstance(item.payload, Failed):
                _refuse_cut_short(stream.raw, item.next if item else file.start.offset)
        except EOFError as error:
            raise InputError(
                f"breaks off behind record {number}; what came before is read, get the file again"
            ) from error
        except (OSError, ValueError) as error:
            said = f"is damaged behind record {number}: {error}"
            raise InputError(f"{said}; what came before is read, get the file again") from error


def record(item: Item, _settings: Settings) -> Record:
    """The body of a record; what the server says of its encoding is honoured where it fits."""
    found: Payload = item.payload
    kind: Any = "html" if found.content_type in _HTML else None
    extra = {"warc_date": found.date, "content_type": found.content_type, "http_status": found.status}
    return Record(
        found.id or place(item.source, item.record), item.source, item.record, found.body, kind=kind, url=found.url,
        encoding=found.charset, extra=extra,
    )  # fmt: skip


def _archive(raw: Any) -> Any:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise ConfigError("web archives need the library fastwarc: pip install fastwarc") from error
    types = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    return ArchiveIterator(raw, record_types=types, parse_http=True, auto_decode="all")


def _item(file: File, number: int, found: Any, limit: int) -> Item:
    """What one record is, at which place of the archive (behind which a later run goes on)."""
    at = found.stream_pos
    if found.headers.get("Content-Length") is None:  # every record has one
        return failed_item(_failed(file.id, number, *_CUT_SHORT), next=at, read=at)
    content_type = found.http_content_type or (found.headers.get("Content-Type") or "").partition(";")[0].strip()
    if content_type.lower() not in (*_HTML, *_TEXT, ""):
        payload: Any = PassedOver(printable_text(content_type.lower())[:80])
        return Item(FOUND, file.id, number, payload, next=at, read=at)
    body = found.reader.read(limit + 1)
    if len(body) > limit:
        return failed_item(_too_large(file.id, number, body, found.reader, limit), next=at, read=at)
    if _breaks_off(found, body):
        return failed_item(_failed(file.id, number, *_CUT_SHORT), next=at, read=at)
    return Item("warc", file.id, number, _payload(found, content_type, body), len(body), at, at)


def _refuse_cut_short(raw: Any, at: int) -> None:
    """Raises `EOFError` if the archive ends within a gzip member, which fastwarc takes for its end."""
    raw.seek(at)
    if raw.read(2) != b"\x1f\x8b":
        return
    raw.seek(at)
    with gzip.GzipFile(fileobj=raw) as rest:
        while rest.read(_PIECE):
            pass


def _breaks_off(found: Any, body: bytes) -> bool:
    """Whether the archive ends within this body. The length of what was packed by the server says nothing."""
    http = found.http_headers
    is_packed = http and (http.get("Content-Encoding") or http.get("Transfer-Encoding"))
    return len(body) < found.content_length and not (body and is_packed)


def _payload(found: Any, content_type: str, body: bytes) -> Payload:
    headers, http = found.headers, found.http_headers
    return Payload(
        printable_text(found.record_id or ""),
        printable_text(headers.get("WARC-Target-URI") or ""),
        printable_text(headers.get("WARC-Date") or ""),
        content_type.lower(),
        printable_text(found.http_charset or ""),
        (http.status_code or 0) if http else 0,
        body,
    )


def _too_large(source: str, number: int, body: bytes, rest: Any, limit: int) -> Failed:
    """Hashed to its end, if that comes before a bomb would have burst."""
    failed = _failed(source, number, f"too large: over {limit:,} bytes", "raise --max-bytes")
    sha256, read = hashlib.sha256(body), len(body)
    while read <= _MOST_HASHED and (more := rest.read(_PIECE)):
        sha256.update(more)
        read += len(more)
    return failed if read > _MOST_HASHED else failed._replace(sha256=sha256.hexdigest())


def _failed(source: str, number: int, error: str, cure: str) -> Failed:
    return Failed(place(source, number), source, error, cure, record=number)
