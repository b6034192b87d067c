"""Convert rows to lines of JSON and back, with orjson, or the standard library for values that orjson refuses."""

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
    """The row on a line. Raises `ValueError` if the line is not a JSON object."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            row = json.loads(line)
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error
    if not isinstance(row, dict):
        raise ValueError("it is a value of another type")
    return row


def to_page(row: Row) -> bytes:
    """The row as indented JSON, for people to read."""
    return orjson.dumps(row, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
