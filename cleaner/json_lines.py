"""Rows to lines and back: orjson, and the standard library for what it refuses."""

from __future__ import annotations

import json
from typing import Any

import orjson

Row = dict[str, Any]


def to_line(row: Row) -> bytes:
    """One line of JSON in UTF-8, with its line feed; lone surrogates are escaped."""
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        return json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"


def to_row(line: bytes) -> Row:
    """The row on a line. Raises `ValueError` for a line that holds none."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            row = json.loads(line)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
    if not isinstance(row, dict):
        raise ValueError("it is another value")
    return row


def to_page(row: Row) -> bytes:
    """The row indented, for people."""
    return orjson.dumps(row, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
