"""JSON files: an array of rows of any size, one document per element.

Elements are separated without parsing them: strings and brackets are enough to find the commas between elements. A
worker parses each element, as strictly as a line of JSON lines. A file with one object per line is read as JSON lines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.errors import InputError
from cleaner.inputs.formats import File, Settings, jsonl
from cleaner.inputs.formats.first_line import refuse_other_data
from cleaner.inputs.records import Failed, Item, Record, failed_item, place
from cleaner.inputs.streams import Stream
from cleaner.inputs.strict_json import json_row

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_STRUCTURE = re.compile(rb'["\[\]{}]')
_STRUCTURE_OR_COMMA = re.compile(rb'[",\[\]{}]')
_OPENING, _QUOTE, _COMMA, _BACKSLASH = b"[{", b'"', b",", ord("\\")
_AS_TEXT = "to read it as text, pass --input-format whole"


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The elements of the array, or the lines of the file. Raises `InputError` if the file contains neither."""
    limit = settings.config.max_bytes
    if file.path and not _is_array(file, limit):
        yield from jsonl.items(file, settings)
        return
    with Stream(file.path) as stream:
        pieces = stream.pieces(file.start.offset)
        for element in _Elements(limit, file.start.offset, file.start.record).split(pieces):
            read = stream.at(element.end)
            if element.sha256:
                failed = _too_large(file.id, element, limit)
                yield failed_item(failed, next=element.end, read=read)
            else:
                size = len(element.data)
                yield Item("json", file.id, element.number, element.data, size, element.end, read)


def record(item: Item, settings: Settings) -> Record | Failed:
    """The record in an element, or why there is none. Raises `InputError` if the element is not a JSON object."""
    return jsonl.record(item, settings)


class _Element(NamedTuple):
    """An element with its number, from 1, and the offset after it. One that is too long has only its hash, no data."""

    number: int
    data: bytes
    end: int
    sha256: str = ""


class _Elements:
    """Splits an array at its commas, from its start or from the offset after an element."""

    def __init__(self, limit: int, start: int, number: int) -> None:
        self._limit, self._offset, self._number = limit, start, number
        self._is_begun, self._is_ended = bool(start), False
        self._is_after_element = bool(start)  # at `start` a comma or the end of the array comes first
        self._depth = 0
        self._is_string = self._is_escaped = False
        self._parts, self._size, self._sha256 = list[bytes](), 0, hashlib.sha256()

    def split(self, pieces: Iterator[bytes]) -> Iterator[_Element]:
        """The elements. Raises `InputError` where the array is damaged or truncated."""
        for piece in pieces:
            at = 0 if self._is_begun else self._begin(piece)
            while at < len(piece) and not self._is_ended:
                begin = at
                at, is_whole = self._scan(piece, at)
                self._add(piece[begin : at - is_whole])
                if is_whole:
                    element = self._element(self._offset + at - 1, piece[at - 1 : at])
                    if element:
                        yield element
            if self._is_ended and piece[at:].strip(_BLANK):
                raise InputError(f"has more data after the end of the array; {_cure_of_array()}")
            self._offset += len(piece)
        if not self._is_ended:
            raise InputError(f"is truncated after row {self._number:,}; what came before is read; get the file again")

    def _begin(self, piece: bytes) -> int:
        """The offset in ``piece`` at which the first element may begin."""
        blank = len(piece) - len(piece.removeprefix(_BOM).lstrip(_BLANK))
        if blank == len(piece):
            return blank
        if piece[blank : blank + 1] != b"[":
            raise InputError(_no_rows())
        self._is_begun = True
        return blank + 1

    def _scan(self, piece: bytes, at: int) -> tuple[int, bool]:
        """The offset up to which ``piece`` was read, and whether an element ends there, with its delimiter."""
        while at < len(piece):
            if self._is_escaped:
                self._is_escaped, at = False, at + 1
            elif self._is_string:
                at = _end(piece, at)
                if at < len(piece):
                    self._is_escaped = piece[at] == _BACKSLASH  # the last byte of the piece
                    self._is_string, at = self._is_escaped, at + 1
            elif found := (_STRUCTURE if self._depth else _STRUCTURE_OR_COMMA).search(piece, at):
                at = found.end()
                if found[0] == _QUOTE:
                    self._is_string = True
                elif found[0] in _OPENING:
                    self._depth += 1
                elif self._depth:
                    self._depth -= 1
                else:
                    return at, True
            else:
                return len(piece), False
        return at, False

    def _add(self, data: bytes) -> None:
        data = data if self._size else data.lstrip(_BLANK)
        self._size += len(data)
        if self._size <= self._limit:
            self._parts.append(data)
            return
        for part in (*self._parts, data):
            self._sha256.update(part)
        self._parts = []

    def _element(self, end: int, delimiter: bytes) -> _Element | None:
        """The element that ends with ``delimiter``; None if there is none, as right after the start offset."""
        data, size, sha256 = b"".join(self._parts).strip(_BLANK), self._size, self._sha256
        self._parts, self._size, self._sha256 = [], 0, hashlib.sha256()
        self._is_ended = delimiter == b"]"
        if delimiter == b"}":
            raise InputError(f"is damaged: a bracket is closed twice after row {self._number:,}; {_cure_of_array()}")
        if self._is_after_element and not size:
            self._is_after_element = False
            return None
        if not size:
            if self._is_ended and not self._number:
                return None  # an empty array
            raise InputError(f"is damaged: there is no value after row {self._number:,}; {_cure_of_array()}")
        self._number += 1
        return _Element(self._number, data, end, sha256.hexdigest() if size > self._limit else "")


def _end(piece: bytes, at: int) -> int:
    """The offset of the quote that ends a string, or of a backslash at the end of the piece."""
    found = _IN_STRING.match(piece, at)
    return found.end() if found else at


def _is_array(file: File, limit: int) -> bool:
    """Whether the file is an array, not JSON lines. Raises `InputError` if it is neither."""
    with Stream(file.path) as stream:
        head = next(stream.pieces(), b"")
    refuse_other_data(head)
    head = head.removeprefix(_BOM).lstrip(_BLANK)
    if not head:
        raise InputError("is empty or begins with blanks only; write an array of objects: [{...}, {...}]")
    if head.startswith(b"["):
        return True
    if not head.startswith(b"{") or not _is_row(file, limit):
        raise InputError(_no_rows(is_object=head.startswith(b"{")))
    return False


def _is_row(file: File, limit: int) -> bool:
    """Whether the first line that is not blank is an object by itself."""
    with Stream(file.path) as stream:
        line = next((line for line in stream.lines(limit) if line.sha256 or line.data.removeprefix(_BOM).strip()), None)
    if line is None or line.sha256:
        return line is not None
    try:
        json_row(line.data)
    except InputError:
        return False
    return True


def _no_rows(*, is_object: bool = False) -> str:
    if is_object:
        cure = "write one row per line, e.g. jq -c '.rows[]' FILE.json > FILE.jsonl"
        return f"contains one JSON object, not rows; {cure}; {_AS_TEXT}"
    cure = "write the rows as [{...}, {...}], or one per line as .jsonl"
    return f"is not a JSON array of objects; {cure}; {_AS_TEXT}"


def _cure_of_array() -> str:
    return "write one row per line, e.g. jq -c '.[]' FILE.json > FILE.jsonl"


def _too_large(source: str, element: _Element, limit: int) -> Failed:
    what, cure = f"too large: a row of over {limit:,} bytes", "split it or raise --max-bytes"
    return Failed(place(source, element.number), source, what, cure, element.sha256, element.number)
