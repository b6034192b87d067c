"""CSV and TSV with a header: one document a row. A record is called by the line on which it ends."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from typing import Any

from cleaner.batch.formats import File, Settings
from cleaner.batch.formats.jsonl import too_long
from cleaner.batch.jsonl import to_line
from cleaner.batch.records import Failed, Item, Record, failed_item, place
from cleaner.batch.streams import Line, Stream
from cleaner.errors import InputError

_CURE = "mend the row: quote cells that hold commas, quotes or line ends"


def items(file: File, settings: Settings) -> Iterator[Item]:
    """The rows of the file. Raises `InputError` if it has no header."""
    limit = settings.config.max_bytes
    csv.field_size_limit(limit)
    with Stream(file.path) as stream:
        lines = _Lines(stream.lines(limit))
        rows = csv.reader(lines, "excel-tab" if ".tsv" in file.id.lower() else "excel", strict=True)
        header = _header(rows)
        while (row := _next(rows)) is not None:
            yield from (
                failed_item(too_long(file.id, n, sha256, limit)) for n, sha256 in lines.taken(file.start.record)
            )
            if row and lines.number > file.start.record:
                end = lines.number
                yield _item(file.id, header, row, end)._replace(next=1, read=stream.at(lines.end))
        yield from (failed_item(too_long(file.id, n, sha256, limit)) for n, sha256 in lines.taken(file.start.record))


def record(item: Item, settings: Settings) -> Record | Failed:
    """The record in a row of cells."""
    row = {name: _bytes_if_damaged(cell) for name, cell in item.payload.items()}
    sha256 = hashlib.sha256(to_line(item.payload)).hexdigest
    return settings.columns.record(row, item.source, item.record, sha256)


class _Lines:
    """Lines as the reader of CSV wants them; those that are too long are left out and kept to be told."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._long: list[tuple[int, str]] = []
        self.number = self.end = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number, self.end = line.number, line.end
            if line.sha256:
                self._long.append((line.number, line.sha256))
                continue
            data = line.data.removeprefix(b"\xef\xbb\xbf") if line.number == 1 else line.data
            yield data.decode("utf-8", "surrogateescape")

    def taken(self, start: int) -> list[tuple[int, str]]:
        long, self._long = self._long, []
        return [pair for pair in long if pair[0] > start]


def _header(rows: Iterator[list[str]]) -> list[str]:
    header = _next(rows)
    if isinstance(header, list):
        twice = next((name for name in header if header.count(name) > 1), None)
        if twice is None:
            return header
        raise InputError(f"has the column {twice!r} twice; rename one")
    raise InputError("has no header; write the names of the columns on the first line")


def _next(rows: Iterator[list[str]]) -> list[str] | str | None:
    """The next row, what is wrong with it, or None at the end."""
    try:
        return next(rows, None)
    except csv.Error as error:
        return str(error)


def _item(source: str, header: list[str], row: list[str] | str, line: int) -> Item:
    if isinstance(row, str):
        return failed_item(Failed(place(source, line), source, f"is no row of CSV: {row}", _CURE, "", line))
    if len(row) != len(header):
        error = f"has {len(row)} cells, the header has {len(header)}"
        sha256 = hashlib.sha256(to_line({"cells": row})).hexdigest()
        return failed_item(Failed(place(source, line), source, error, _CURE, sha256, line))
    return Item("csv", source, line, dict(zip(header, row, strict=True)), sum(map(len, row)))


def _bytes_if_damaged(cell: str) -> Any:
    """A cell that is no UTF-8 as its bytes: which encoding it is in is found out like that of a file."""
    return cell if cell.isascii() or _is_whole(cell) else cell.encode("utf-8", "surrogateescape")


def _is_whole(cell: str) -> bool:
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
