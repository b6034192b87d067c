"""A file that is one document: a page or a text. It may be compressed.

It may have a sidecar ``page.json``, and a row in a table ``metadata.csv`` next to it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from cleaner.errors import InputError
from cleaner.inputs.columns import json_ready, printable_text
from cleaner.inputs.find import sidecar_of
from cleaner.inputs.formats import File, Settings, unpacked_name
from cleaner.inputs.read import read_bytes, refuse_large
from cleaner.inputs.records import EMPTY, Item, Record
from cleaner.inputs.streams import read_packed
from cleaner.inputs.strict_json import json_row
from cleaner.inputs.table_beside import fields_of

_MAX_SIDECAR = 1_000_000  # bytes


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The file as one item. The worker reads the file; stdin is read here."""
    payload: Any = file.path or read_bytes(None, settings.config.max_bytes)
    yield Item("whole", file.id, 0, payload, file.size, next=1, read=file.size)


def record(item: Item, settings: Settings) -> Record:
    """The bytes of the file and the fields of its sidecar. Raises `InputError` if either can't be read."""
    if isinstance(item.payload, bytes):
        return Record(item.source, item.source, 0, item.payload, name=unpacked_name(item.source))
    before = _stamp(item.payload)
    data = read_document(item.payload, settings.config.max_bytes)
    is_changed = before != _stamp(item.payload) or before[0] != item.size
    extra = {**fields_of(item.payload), **_sidecar(item.payload)}
    has_sidecar = bool(extra)
    name = settings.columns.url or "url"
    url = extra.pop(name) if isinstance(extra.get(name), str) else ""
    inner_name = unpacked_name(item.source)
    return Record(
        item.source,
        item.source,
        0,
        data,
        name=inner_name,
        url=printable_text(url),
        extra=extra,
        is_changed=is_changed,
        has_sidecar=has_sidecar,
    )


def _stamp(path: Path) -> tuple[int, int]:
    """Size in bytes and time of modification in nanoseconds."""
    try:
        about = path.stat()
    except OSError:
        return -1, 0  # it was removed
    return about.st_size, about.st_mtime_ns


def read_document(path: Path, max_bytes: int) -> bytes:
    """The bytes of a page or text, decompressed if its ending says that it is compressed.

    Raises `InputError` if it can't be read, is damaged, or has more than ``max_bytes`` bytes.
    """
    data = read_bytes(path, max_bytes)
    if unpacked_name(path.name) == path.name:
        return data
    if not data:  # a compressed file has a header even if its content is empty
        raise InputError(EMPTY)
    data = read_packed(cast(BinaryIO, io.BytesIO(data)), path.name, max_bytes)
    refuse_large(len(data), max_bytes)
    return data


def _sidecar(page: Path) -> dict[str, Any]:
    """The fields in ``page.json`` for ``page.html``; none if there is no such file."""
    path = sidecar_of(page)
    if path is None:
        return {}
    try:
        extra: dict[str, Any] = json_ready(json_row(read_bytes(path, _MAX_SIDECAR).strip()))
    except InputError as error:
        what, cure = error.what_and_cure
        raise InputError(f"its sidecar {path.name} {what}; {cure or 'fix or remove it'}") from error
    return extra
