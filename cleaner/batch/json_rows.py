"""Rows of JSON that somebody else wrote: read strictly, each fault told in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import orjson

from cleaner.errors import InputError

MAX_KEY = 1_000
"""Characters a key may have."""
_MANY_DIGITS = re.compile(rb"[0-9]{18}")
_BOM = b"\xef\xbb\xbf"


def json_row(line: bytes) -> dict[str, Any]:
    """The object on ``line``. Raises `InputError` saying what is wrong, and the cure."""
    line = line.removeprefix(_BOM)
    row = _loads(line)
    if not isinstance(row, dict):
        raise InputError(f"is a JSON {type(row).__name__}, not an object; write one object a line")
    count = 0
    for key in _keys(row):
        count += 1
        if len(key) > MAX_KEY:
            raise InputError(f"has a key of {len(key):,} characters; a key may have {MAX_KEY:,}")
    if _colons(line) > count:
        _refuse_twice(line)  # slow, and needed only where strings hold JSON or a key comes twice
    return row


def _loads(line: bytes) -> Any:
    try:
        if not _MANY_DIGITS.search(line):
            return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass  # it may only be a lone surrogate, which the standard library reads
    try:
        return json.loads(line, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise InputError("is nested too deeply; flatten it") from error
    except ValueError as error:
        raise InputError(f"is no JSON: {error}; mend or remove the line") from error


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"holds {name}, which JSON does not know; write null")


def _keys(value: Any) -> Iterator[str]:
    """All keys at any depth; without recursion, though orjson would allow a thousand levels only."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _colons(line: bytes) -> int:
    """At least as many as there are keys, unless somebody writes two blanks before a colon."""
    return line.count(b'":') - line.count(b'\\":') + line.count(b'" :')


def _refuse_twice(line: bytes) -> None:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(found)
        if len(row) < len(found):
            names = [name for name, _ in found]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"has the key {twice!r} twice; write each key once")
        return row

    json.loads(line, object_pairs_hook=pairs)
