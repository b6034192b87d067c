"""CSV and TSV with a header: one document per row. The number of a record is the line on which it ends.

The number of an invalid record is the line on which it begins. The usual cause is a quote that is never closed, so
reading resumes on the line after that quote: the lines that it seemed to enclose are read as rows.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple, Self

from cleaner.errors import InputError
from cleaner.inputs.formats import File, Settings
from cleaner.inputs.formats.first_line import refuse_other_data
from cleaner.inputs.formats.jsonl import too_long
from cleaner.inputs.records import Failed, Item, Record, failed_item, place
from cleaner.inputs.streams import Line, Stream
from cleaner.json_lines import to_line

_CURE = "fix the row: quote cells that contain commas, quotes or line ends"
_MAX_LINES = 200_000  # a longer record means a quote that is never closed; the lines of a record are kept in memory
_DELIMITERS = ",;\t|"
_TOO_LONG = "too long"
_CR_OUTSIDE_QUOTES = "is not a valid CSV row: a carriage return (CR) is outside quotes"
_BOM = b"\xef\xbb\xbf"


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The rows of the file. Raises `InputError` if it has no header, or is not CSV in UTF-8."""
    limit = settings.config.max_bytes
    csv.field_size_limit(limit)
    given = settings.columns.delimiter
    delimiter = given or ("\t" if ".tsv" in file.id.lower() else ",")
    with Stream(file.path) as stream:
        lines = stream.lines(limit)
        first = _first(next(lines, None), limit)
        rows = _Rows(chain([first], lines), delimiter, limit)
        header = _header(next(rows), "" if given else delimiter)
        for row in rows:
            if row.number > file.start.record and (row.cells or row.error):
                yield _item(file.id, header, row, limit)._replace(next=1, read=stream.at(row.end))


def record(item: Item, settings: Settings) -> Record | Failed:
    """The record in a row of cells, or why there is none."""
    row = {name: _bytes_if_damaged(cell) for name, cell in item.payload.items()}
    sha256 = hashlib.sha256(to_line(item.payload)).hexdigest
    return settings.columns.record(row, item.source, item.record, sha256)


class _Row(NamedTuple):
    """The cells of a record; or, if it is invalid, the error and the hash of its bytes."""

    number: int
    end: int
    cells: list[str]
    error: str = ""
    sha256: str = ""


class _Rows:
    """The records in lines, valid or not. An iterator."""

    def __init__(self, lines: Iterator[Line], delimiter: str, limit: int) -> None:
        self._lines = _RecordLines(lines, limit)
        self._cells = csv.reader(self._lines, delimiter=delimiter, strict=True)
        end = re.escape(delimiter)
        self._whole_cell = re.compile(rf'(?:"(?:[^"]|"")*+"|[^"\r\n{end}][^\r\n{end}]*+|){end}')

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> _Row:
        self._lines.begin()
        try:
            cells = next(self._cells)
        except csv.Error as error:
            return self._failed(str(error))
        last = self._lines.record[-1]
        return _Row(last.number, last.end, cells)

    def _failed(self, error: str) -> _Row:
        """The failed record, up to the line on which the invalid cell begins. The lines after it are read again."""
        lines = self._lines.record
        first = lines[0]
        if first.sha256:
            return _Row(first.number, first.end, [], _TOO_LONG, first.sha256)
        at = 1 + self._whole_before(_text(lines)).count("\n")
        self._lines.push_back(lines[at:])
        data = b"".join(line.data for line in lines[:at])
        error = _in_words(error, is_quote=len(lines) > 1)
        return _Row(first.number, lines[at - 1].end, [], error, hashlib.sha256(data).hexdigest())

    def _whole_before(self, text: str) -> str:
        """The text of the valid cells before the first invalid one."""
        end = 0
        while cell := self._whole_cell.match(text, end):
            end = cell.end()
        return text[:end]


class _RecordLines:
    """The lines as strings, for the reader of `csv`. ``record`` contains those of the current record."""

    def __init__(self, lines: Iterator[Line], limit: int) -> None:
        self._lines, self._limit = lines, limit
        self._waiting = deque[Line]()
        self.record = list[Line]()
        self._size = 0

    def begin(self) -> None:
        """Start a record."""
        self.record, self._size = [], 0

    def push_back(self, lines: list[Line]) -> None:
        """Return these lines again, before all others."""
        self._waiting.extendleft(reversed(lines))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.record.append(line)
        self._size += len(line.data)
        if line.sha256 or self._size > self._limit or len(self.record) > _MAX_LINES:
            raise csv.Error(_TOO_LONG)
        return _text([line])


def _text(lines: list[Line]) -> str:
    data = b"".join(line.data for line in lines)
    return (data.removeprefix(_BOM) if lines[0].number == 1 else data).decode("utf-8", "surrogateescape")


def _in_words(error: str, *, is_quote: bool) -> str:
    if "new-line" in error:
        return _CR_OUTSIDE_QUOTES
    if is_quote or "unexpected end" in error:
        return "is not a valid CSV row: a quote is not closed, or the row is too long"
    return f"is not a valid CSV row: {error}"


def _first(line: Line | None, limit: int) -> Line:
    """The first line. Raises `InputError` if it can't be a header."""
    if line is not None and line.sha256:
        raise InputError(f"its header is a line of over {limit:,} bytes; check its line ends, or raise --max-bytes")
    if line is None or not line.data.strip().removeprefix(_BOM):
        raise InputError("has no header; write the names of the columns on the first line")
    refuse_other_data(line.data)
    if b"\0" in line.data:
        raise InputError("contains NUL bytes, as UTF-16 does; convert it to UTF-8, e.g. iconv -f UTF-16LE -t UTF-8")
    return line


def _header(row: _Row, guessed: str) -> list[str]:
    """The names of the columns. ``guessed`` is the delimiter that was assumed; empty if the caller named one.

    Raises `InputError` if the row is not a valid header, or another delimiter seems to be used.
    """
    if row.error == _CR_OUTSIDE_QUOTES:
        raise InputError("has the line ends of old Macs (CR); convert them, e.g. tr '\\r' '\\n'")
    if row.error:
        raise InputError(f"its header {row.error}; fix the first line")
    name, *others = header = row.cells
    used = next((delimiter for delimiter in _DELIMITERS if delimiter in name), "") if guessed and not others else ""
    if used:
        raise InputError(f"its delimiter seems to be {used!r}; name it: --csv-delimiter {used!r}")
    if twice := next((name for name in header if header.count(name) > 1), None):
        raise InputError(f"has the column {twice!r} twice; rename one")
    return header


def _item(source: str, header: list[str], row: _Row, limit: int) -> Item:
    line, cells = row.number, row.cells
    if row.error == _TOO_LONG:
        return failed_item(too_long(source, line, row.sha256, limit))
    if row.error:
        return failed_item(Failed(place(source, line), source, row.error, _CURE, row.sha256, line))
    if len(cells) != len(header):
        error = f"has {len(cells)} cells, the header has {len(header)}"
        sha256 = hashlib.sha256(to_line({"cells": cells})).hexdigest()
        return failed_item(Failed(place(source, line), source, error, _CURE, sha256, line))
    return Item("csv", source, line, dict(zip(header, cells, strict=True)), sum(map(len, cells)))


def _bytes_if_damaged(cell: str) -> Any:
    """The cell; as bytes if it is not UTF-8, so that its encoding is detected as for a file."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return cell.encode("utf-8", "surrogateescape")
    return cell
