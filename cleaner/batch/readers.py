"""Reading an input and telling what it is. What can't be read is an `InputError`, and the others go on."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from cleaner.batch.records import Record
from cleaner.batch.sources import Source, is_of_kernel
from cleaner.config import Config
from cleaner.decode import Decoded, codec_name, decode, decode_str, refuse_binary
from cleaner.errors import ConfigError, InputError
from cleaner.model import InputKind
from cleaner.segment.kind import kind_to_tell

_KINDS: dict[str, InputKind] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
}
_SAMPLE = 65_536  # characters
_MARKUP = re.compile(
    r"</[a-z]|<!(?:doctype|--)|<(?:html|head|body|meta|title|script|style|p|br|hr|div|span|img|h[1-6]|ul|li|table|td)\b",
    re.IGNORECASE,
)


def read(source: Source, max_bytes: int) -> bytes:
    """The bytes of ``source``. Raises `InputError` if they can't be read or are more than ``max_bytes``."""
    return read_bytes(source.path, max_bytes)


def read_bytes(path: Path | None, max_bytes: int) -> bytes:
    """The bytes of a file (None: stdin). Raises `InputError` if they can't be read or are more than ``max_bytes``."""
    try:
        if path is None:
            data = sys.stdin.buffer.read(max_bytes + 1)
        else:
            if is_of_kernel(path):
                raise InputError("is a file of the kernel (/proc or /sys), which may never end; copy it to a file")
            with path.open("rb") as file:
                refuse_large(os.fstat(file.fileno()).st_size, max_bytes)
                data = file.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror or error}; check that it is there and may be read") from error
    refuse_large(len(data), max_bytes)
    return data


def decode_input(id: str, data: bytes, config: Config) -> tuple[Decoded, InputKind | None]:
    """The text in the bytes of a file called ``id``, and what it is (see `decode_record`)."""
    return decode_record(Record(id, id, 0, data, name=id), config)


def decode_record(record: Record, config: Config) -> tuple[Decoded, InputKind | None]:
    """The text of a record and what it is: as the options say, else as its reader says, else by its name or content.
    What only looks like Markdown is not told to be it.

    A file that is called a page and holds no markup at all is none: its line ends are the only form it has.
    Raises `InputError` for binary data.
    """
    if len(record.data) > config.max_bytes:
        refuse_large(len(record.data), config.max_bytes)
    refuse_binary(record.data[:_SAMPLE].encode("utf-8", "replace") if isinstance(record.data, str) else record.data)
    told: InputKind | None = None if config.input_kind == "auto" else config.input_kind
    kind = told or record.kind or _KINDS.get(os.path.splitext(record.name)[1].lower())
    decoded = _decoded(record, config, kind)
    if kind is None or (kind == "html" and not told and decoded.text and not _MARKUP.search(decoded.text)):
        kind = kind_to_tell(decoded.text)
        if kind == "html":
            decoded = _decoded(record, config, kind)
    return decoded, kind


def _decoded(record: Record, config: Config, kind: InputKind | None) -> Decoded:
    if isinstance(record.data, str):
        return decode_str(record.data)
    declared = config.encoding or _known(record.encoding)
    return decode(record.data, declared=declared or None, is_html=kind == "html")


def _known(label: str) -> str:
    """The encoding that a server names, if it is one."""
    try:
        return codec_name(label) if label else ""
    except ConfigError:
        return ""


def refuse_large(size: int, max_bytes: int) -> None:
    """Raises `InputError` for an input of more than ``max_bytes``."""
    if size > max_bytes:
        raise InputError(f"too large: over {max_bytes:,} bytes; split it or raise --max-bytes")
