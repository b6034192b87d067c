"""Parquet: one document per row. Rows are read in small batches."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from cleaner.errors import InputError
from cleaner.inputs.columns import json_ready
from cleaner.inputs.formats import File, Settings
from cleaner.inputs.libraries import PYARROW
from cleaner.inputs.records import Failed, Item, Record, failed_item, place
from cleaner.inputs.streams import MAX_RATIO
from cleaner.json_lines import to_line

_BATCH_ROWS = 64
_BUFFER = 1 << 20
_CELL_ERRORS = (ValueError, OverflowError, LookupError, TypeError, NotImplementedError)
"""The errors of pyarrow for cells without a Python value: invalid UTF-8, the year 10,000, unknown time zones."""
_MIN_CHECKED = 64_000_000  # decompressed bytes of a column of a row group from which the ratio is checked


def items(file: File, settings: Settings, *, is_own: bool = False) -> Iterator[Item]:
    """The rows of the file. A file that a run wrote itself (``is_own``) may expand to any size.

    Raises `InputError` if the file is damaged, `ConfigError` if pyarrow is not installed.
    """
    pyarrow, parquet = libraries()
    if file.path is None:
        raise InputError("Parquet can't be read from a pipe; save it as a file")
    try:
        source = parquet.ParquetFile(file.path, buffer_size=_BUFFER, pre_buffer=False)
        _refuse_same_names(source.schema_arrow.names)
        total = source.metadata.num_rows
        for number, row in _rows(source, file.start.record, settings.columns.bodies, is_own=is_own):
            read = file.size * number // max(total, 1)
            if isinstance(row, Failed):
                yield failed_item(row._replace(id=place(file.id, number), source=file.id), next=number, read=read)
            else:
                yield Item("parquet", file.id, number, row, _size(row), number, read)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"is not a Parquet file, or is damaged: {_first_line(error)}; get the file again") from error


def record(item: Item, settings: Settings) -> Record | Failed:
    """The record in a row, or why there is none."""
    return settings.columns.record(item.payload, item.source, item.record, lambda: _sha256(item.payload))


def libraries() -> tuple[Any, Any]:
    """Import pyarrow and its module ``parquet``. Raises `ConfigError` if pyarrow is not installed."""
    pyarrow = PYARROW.load("parquet")
    return pyarrow, pyarrow.parquet


def _rows(
    source: Any, done: int, bodies: Collection[str], *, is_own: bool
) -> Iterator[tuple[int, dict[str, Any] | Failed]]:
    """The rows after row ``done`` with their numbers, from 1. A failed row has neither id nor source yet."""
    number = 0
    for group in range(source.metadata.num_row_groups):
        about = source.metadata.row_group(group)
        if number + about.num_rows <= done:
            number += about.num_rows
            continue
        if not is_own:
            _refuse_bomb(about)
        for batch in source.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group], use_threads=False):
            for row in _plain(batch, bodies):
                number += 1
                if number > done:
                    yield number, row._replace(record=number) if isinstance(row, Failed) else row


def _plain(batch: Any, bodies: Collection[str]) -> Iterator[dict[str, Any] | Failed]:
    try:
        yield from batch.to_pylist()
    except _CELL_ERRORS:  # a single cell fails the batch, so read it cell by cell
        for n in range(batch.num_rows):
            yield _row(batch, n, bodies)


def _row(batch: Any, n: int, bodies: Collection[str]) -> dict[str, Any] | Failed:
    """The row. A cell that can't be read becomes null; in a column of ``bodies`` it makes the row fail."""
    row = dict[str, Any]()
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            row[name] = _cell(column[n])
        except _CELL_ERRORS as error:
            if name not in bodies:
                row[name] = None
                continue
            what = f"column {name!r} can't be read: {_first_line(error)}"
            return Failed("", "", what, "fix or remove that column")
    return row


def _cell(cell: Any) -> Any:
    """The value of a cell. Text that is not UTF-8 becomes bytes, a time that Python can't represent becomes text."""
    try:
        return cell.as_py()
    except _CELL_ERRORS:
        return cell.as_buffer().to_pybytes() if hasattr(cell, "as_buffer") else cell.cast("string").as_py()


def _refuse_same_names(names: list[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise InputError(f"has {times} columns named {name!r}; rename them")


def _refuse_bomb(group: Any) -> None:
    for n in range(group.num_columns):
        column = group.column(n)
        out, packed = column.total_uncompressed_size, column.total_compressed_size
        if out > _MIN_CHECKED and out > MAX_RATIO * max(packed, 1):
            cure = "if you trust it, rewrite it without compression"
            raise InputError(f"expands to over {MAX_RATIO} times its size (decompression bomb?); {cure}")


def _size(row: dict[str, Any]) -> int:
    return sum(len(value) for value in row.values() if isinstance(value, (str, bytes)))


def _sha256(row: dict[str, Any]) -> str:
    return hashlib.sha256(to_line(json_ready(row))).hexdigest()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
