"""A table ``metadata.csv`` next to pages: a sidecar of all of them. One of its columns names the file of each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from cleaner.errors import InputError

NAME = "metadata.csv"
"""The name of the table."""
_FILE_COLUMNS = ("file", "filename")
_MAX_TABLE = 64_000_000  # bytes
_MAX_HEADER = 65_536  # bytes


class _Table(NamedTuple):
    """The fields of each file by its name, and what is wrong with the rows of other files."""

    fields: Mapping[str, Mapping[str, str]]
    wrong: Mapping[str, str]


def is_table(path: Path) -> bool:
    """Whether ``path`` is a table of metadata: it has the name, and a column that names files."""
    return path.name == NAME and _names_files(path, *_version_of(path))


def _version_of(path: Path) -> tuple[int, int]:
    """When a file was changed, in nanoseconds, and its size; -1 for both if there is no such file."""
    try:
        about = path.stat()
    except OSError:
        return -1, -1
    return (about.st_mtime_ns, about.st_size) if S_ISREG(about.st_mode) else (-1, -1)


@lru_cache(maxsize=4)
def _names_files(path: Path, changed: int, size: int) -> bool:
    """Whether the first line of a table names a column for files. Each page next to the table asks for it."""
    del changed
    if size < 0:
        return False
    try:
        with path.open("rb") as file:
            header = file.readline(_MAX_HEADER)
    except OSError:
        return False
    row = next(csv.reader([header.decode("utf-8-sig", "replace")]), [])
    return any(name.strip().lower() in _FILE_COLUMNS for name in row)


def fields_of(page: Path) -> dict[str, str]:
    """The fields that the table next to ``page`` has for it; none without a table, or without a row for the page.

    Raises `InputError` if the table can't be read, or if the row of the page is wrong.
    """
    path = page.with_name(NAME)
    if not is_table(path):
        return {}
    table = _read(path, *_version_of(path))
    if page.name in table.wrong:
        raise InputError(f"its sidecar {NAME}: {table.wrong[page.name]}")
    return dict(table.fields.get(page.name, {}))


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int) -> _Table:
    """The table; ``changed`` and ``size`` are those of the file, so that a new version of it is read again."""
    del changed
    if size > _MAX_TABLE:
        raise InputError(f"its sidecar {NAME} has more than {_MAX_TABLE:,} bytes; divide the folder")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"its sidecar {NAME} can't be read: {error.strerror}; check that it may be read") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"its sidecar {NAME}: line {line} is not valid UTF-8; save the table as UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _rows(reader)
    except csv.Error as error:
        line = reader.line_num
        raise InputError(
            f"its sidecar {NAME}: line {line} is not valid CSV ({error}); fix or remove the line"
        ) from error


def _rows(reader: Any) -> _Table:
    header = [name.strip() for name in next(reader)]
    at = next(n for n, name in enumerate(header) if name.lower() in _FILE_COLUMNS)
    fields: dict[str, Mapping[str, str]] = {}
    wrong: dict[str, str] = {}
    lines: dict[str, int] = {}
    for row in reader:
        name = row[at].strip() if at < len(row) else ""
        line = reader.line_num
        if not name:
            continue
        if name in lines:
            wrong[name] = f"lines {lines[name]} and {line} are about the same file; remove one of them"
        elif len(row) != len(header):
            wrong[name] = f"line {line} has {len(row)} fields, the header has {len(header)}; fix or remove the line"
        lines.setdefault(name, line)
        fields[name] = {
            key: value.strip()
            for n, (key, value) in enumerate(zip(header, row, strict=False))
            if n != at and key and value.strip()
        }
    return _Table(fields, wrong)
