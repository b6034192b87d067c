"""Formats for files of rows: JSON lines, plain or compressed, and Parquet.

Lines are compressed per chunk, each as a gzip member or zstd frame, so that a file can be truncated after any chunk.
Parquet cannot be truncated: its rows are kept as JSON lines until a file is complete, and are converted then.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.inputs.formats.parquet import libraries
from cleaner.inputs.streams import Stream, zstandard
from cleaner.json_lines import Row, to_line, to_row

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3
_ROW_GROUP, _GROUP_BYTES = 1_000, 8_000_000  # rows at most, and bytes of their lines at most unless it is one row


class FileKind(NamedTuple):
    """A file format for rows: its file name ending, how lines are compressed, and whether it is Parquet."""

    name: str
    ending: str
    pack: Callable[[bytes], bytes]
    is_parquet: bool = False


def uncompressed(lines: bytes) -> bytes:
    """No compression."""
    return lines


def gzipped(lines: bytes) -> bytes:
    """One gzip member without a timestamp, so that the same lines give the same bytes; nothing for no lines."""
    return gzip.compress(lines, _GZIP_LEVEL, mtime=0) if lines else b""


def zstd(lines: bytes) -> bytes:
    """One zstd frame; nothing for no lines."""
    return bytes(zstandard().ZstdCompressor(level=_ZSTD_LEVEL).compress(lines)) if lines else b""


CONTAINERS = {
    container.name: container
    for container in (
        FileKind("jsonl", ".jsonl", uncompressed),
        FileKind("jsonl.gz", ".jsonl.gz", gzipped),
        FileKind("jsonl.zst", ".jsonl.zst", zstd),
        FileKind("parquet", ".parquet", uncompressed, is_parquet=True),
    )
}


def require(container: FileKind) -> None:
    """Raises `ConfigError` if a library that ``container`` needs is missing."""
    if container.is_parquet:
        libraries()
    elif container.name.endswith("zst"):
        zstandard()


def read_rows(path: Path) -> Iterator[bytes]:
    """The rows of a file that a run wrote, as JSON lines. Raises `InputError` if the file is damaged or missing."""
    if path.suffix == ".parquet":
        yield from _parquet_lines(path)
        return
    with Stream(path, is_own=True) as stream:
        yield from (line.data for line in stream.lines(1 << 40))


def to_parquet(lines: Path, target: Path, schema: dict[str, Any]) -> None:
    """Write the rows in ``lines`` as Parquet, one group at a time. Raises `OSError` if writing fails."""
    pyarrow, parquet = libraries()
    fields = arrow_schema(pyarrow, schema)
    with lines.open("rb") as source, parquet.ParquetWriter(target, fields, compression="zstd") as writer:
        for group in _groups(source):
            rows = [_flat(to_row(line), schema) for line in group]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=fields))


def _groups(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The lines in row groups. Groups are small, because Python objects take ten times the memory of their lines."""
    group, size = list[bytes](), 0
    for line in lines:
        if group and (len(group) == _ROW_GROUP or size + len(line) > _GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(line)
        size += len(line)
    if group:
        yield group


def published_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind of rows, such as ``document`` or ``ledger``."""
    schema: dict[str, Any] = json.loads((files("cleaner") / "schemas" / f"{name}.schema.json").read_bytes())
    return schema


def arrow_schema(pyarrow: Any, schema: dict[str, Any]) -> Any:
    """The Arrow schema for the properties of a JSON Schema."""
    return pyarrow.schema([(name, _arrow_type(pyarrow, of)) for name, of in schema["properties"].items()])


def _arrow_type(pyarrow: Any, schema: dict[str, Any]) -> Any:
    kind = schema.get("type", "string")  # an enum is of strings
    if kind == "integer":
        return pyarrow.int64()
    if kind == "number":
        return pyarrow.float64()
    if kind == "array":
        return pyarrow.list_(_arrow_type(pyarrow, schema["items"]))
    if "properties" in schema:
        return pyarrow.struct([(name, _arrow_type(pyarrow, of)) for name, of in schema["properties"].items()])
    return pyarrow.string()


def _flat(row: Row, schema: dict[str, Any]) -> Row:
    """The row without nulls, with untyped objects as JSON strings."""
    return {
        name: _flat(value, of) if "properties" in of else to_line(value).decode() if isinstance(value, dict) else value
        for name, of in schema["properties"].items()
        if (value := row[name]) is not None
    }


def _parquet_lines(path: Path) -> Iterator[bytes]:
    from cleaner.inputs.formats import File, Settings
    from cleaner.inputs.formats.parquet import items

    for item in items(File(path.name, path), Settings(), is_own=True):
        yield to_line(_unflat(item.payload))


def _unflat(row: Row) -> Row:
    """The inverse of `_flat`."""
    nested = {name: _unflat(value) if isinstance(value, dict) else value for name, value in row.items()}
    if isinstance(extra := nested.get("extra"), str):
        nested["extra"] = json.loads(extra)
    return nested
