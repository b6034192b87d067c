"""Read one input and detect its kind. An input that can't be read raises `InputError`; callers read the next one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cleaner.config import Config
from cleaner.decode import Decoded, codec_name
from cleaner.errors import ConfigError, InputError
from cleaner.inputs.find import Source, is_of_kernel
from cleaner.inputs.records import Record
from cleaner.model import InputKind
from cleaner.source import read_source

_KINDS: dict[str, InputKind] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".rst": "rst",
    ".rest": "rst",
}


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
                what = "is a file of the kernel (/proc or /sys), which may never end"
                raise InputError(f"{what}; copy it to an ordinary file")
            with path.open("rb") as file:
                refuse_large(os.fstat(file.fileno()).st_size, max_bytes)
                data = file.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror or error}; check that it exists and may be read") from error
    refuse_large(len(data), max_bytes)
    return data


def decode_input(id: str, data: bytes, config: Config) -> tuple[Decoded, InputKind | None]:
    """The text in the bytes of the file ``id``, and its kind (see `decode_record`)."""
    return decode_record(Record(id, id, 0, data, name=id), config)


def decode_record(record: Record, config: Config) -> tuple[Decoded, InputKind | None]:
    """The text of a record and its kind: from the options, else from its reader, else from its name or content.

    A text that only looks like Markdown is not taken for Markdown. A file that has the name of a page but contains no
    markup is a text, so that its line ends count. Raises `InputError` for binary data.
    """
    if len(record.data) > config.max_bytes:
        refuse_large(len(record.data), config.max_bytes)
    return read_source(
        record.data,
        kind=None if config.input_kind == "auto" else config.input_kind,
        expected=record.kind or _KINDS.get(os.path.splitext(record.name)[1].lower()),
        declared=config.encoding or _known(record.encoding),
    )


def _known(label: str) -> str:
    """The codec of the encoding that a server names; empty if the name is unknown."""
    try:
        return codec_name(label) if label else ""
    except ConfigError:
        return ""


def refuse_large(size: int, max_bytes: int) -> None:
    """Raises `InputError` for an input of more than ``max_bytes``."""
    if size > max_bytes:
        raise InputError(f"too large: over {max_bytes:,} bytes; split it or raise --max-bytes")
