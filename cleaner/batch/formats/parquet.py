"""Parquet: one document a row, read a few rows at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from cleaner.batch.columns import json_ready
from cleaner.batch.formats import File, Settings
from cleaner.batch.jsonl import to_line
from cleaner.batch.records import Failed, Item, Record
from cleaner.batch.streams import MAX_RATIO
from cleaner.errors import ConfigError, InputError

_ROWS = 64
_BUFFER = 1 << 20
_FREE = 64_000_000  # bytes a row group may unpack to before the ratio is looked at


def items(file: File, _settings: Settings) -> Iterator[Item]:
    """The rows of the file. Raises `InputError` if it is damaged, `ConfigError` without pyarrow."""
    pyarrow, parquet = libraries()
    try:
        source = parquet.ParquetFile(file.path, buffer_size=_BUFFER, pre_buffer=False)
        total = source.metadata.num_rows
        for number, row in _rows(source, file.start.record):
            read = file.size * number // max(total, 1)
            yield Item("parquet", file.id, number, row, _size(row), number, read)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"is no Parquet file, or a damaged one: {_first_line(error)}; write it anew") from error


def record(item: Item, settings: Settings) -> Record | Failed:
    """The record in a row."""
    return settings.columns.record(item.payload, item.source, item.record, lambda: _sha256(item.payload))


def libraries() -> tuple[Any, Any]:
    """Pyarrow and its module for Parquet. Raises `ConfigError` if they are not installed."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise ConfigError("Parquet needs the library pyarrow: pip install 'cleaner[parquet]'") from error
    return pa, parquet


def _rows(source: Any, done: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their numbers (from 1), from behind row ``done`` on."""
    number = 0
    for group in range(source.metadata.num_row_groups):
        about = source.metadata.row_group(group)
        if number + about.num_rows <= done:
            number += about.num_rows
            continue
        _refuse_bomb(about)
        for batch in source.iter_batches(batch_size=_ROWS, row_groups=[group], use_threads=False):
            for row in batch.to_pylist():
                number += 1
                if number > done:
                    yield number, row


def _refuse_bomb(group: Any) -> None:
    for n in range(group.num_columns):
        column = group.column(n)
        out, packed = column.total_uncompressed_size, column.total_compressed_size
        if out > _FREE and out > MAX_RATIO * max(packed, 1):
            raise InputError(f"unpacks to over {MAX_RATIO} times its size; write it anew if it is honest")


def _size(row: dict[str, Any]) -> int:
    return sum(len(value) for value in row.values() if isinstance(value, (str, bytes)))


def _sha256(row: dict[str, Any]) -> str:
    return hashlib.sha256(to_line(json_ready(row))).hexdigest()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
