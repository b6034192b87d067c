"""JSON lines, plain or compressed: one document per line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cleaner.errors import InputError
from cleaner.inputs.formats import File, Settings
from cleaner.inputs.formats.first_line import refuse_other_data
from cleaner.inputs.records import EMPTY, NO_READER, Blank, Failed, Item, Record, failed_item, place
from cleaner.inputs.streams import Stream
from cleaner.inputs.strict_json import json_row


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The lines of the file that are not blank. Raises `InputError` if the file is empty, or is not text in UTF-8."""
    limit, is_begun, is_blank = settings.config.max_bytes, bool(file.start.record), not file.start.record
    with Stream(file.path) as stream:
        for line in stream.lines(limit, file.start.offset, file.start.record):
            read, is_begun = stream.at(line.end), True
            is_blank = is_blank and not line.sha256 and not line.data.strip()
            if line.number == 1:
                refuse_other_data(line.data)
            if line.sha256:
                yield failed_item(too_long(file.id, line.number, line.sha256, limit), next=line.end, read=read)
            elif line.data.strip():
                yield Item("jsonl", file.id, line.number, line.data, len(line.data), line.end, read)
    if not is_begun:
        raise InputError(EMPTY)
    if is_blank:
        yield Item(NO_READER, file.id, 0, Blank(file.id), next=-1, read=file.size)


def record(item: Item, settings: Settings) -> Record | Failed:
    """The record on a line, or why there is none. Raises `InputError` if the line is not a JSON object."""
    sha256 = hashlib.sha256(item.payload).hexdigest
    return settings.columns.record(json_row(item.payload), item.source, item.record, sha256)


def too_long(source: str, line: int, sha256: str, limit: int) -> Failed:
    """The failure of a line of more than ``limit`` bytes."""
    cure = "split it or raise --max-bytes"
    return Failed(place(source, line), source, f"too large: a line of over {limit:,} bytes", cure, sha256, line)
