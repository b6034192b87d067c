"""Rows of JSON that others wrote: read strictly, each fault reported in words."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, NoReturn

import orjson

from cleaner.errors import InputError

MAX_KEY = 1_000
"""Characters a key may have."""
_LARGE = 2.0**63  # orjson makes floats of larger whole numbers
_QUOTE_COLON = re.compile(rb'"\s*:')
_BACKSLASH = ord("\\")
_BOM = b"\xef\xbb\xbf"
_BLANK = b"\0 \t\r\n"
_KINDS = (
    (type(None), "null"),
    (bool, "true or false"),
    ((int, float), "a number"),
    ((str, bytes), "text"),
    ((list, tuple), "a list"),
    (dict, "an object"),
)


def json_row(line: bytes) -> dict[str, Any]:
    """The object on ``line``. Raises `InputError` saying what is wrong, and the cure."""
    line = line.removeprefix(_BOM)
    row = _loads(line)
    if not isinstance(row, dict):
        raise InputError(f"is {kind_of(row)}, not an object; write one object a line")
    count, is_exact = _looked_over(row)
    if _count_keys(line) > count:
        _refuse_twice(line)
    return row if is_exact else dict(_loads_exactly(line))


def kind_of(value: object) -> str:
    """What a value is called by people who know JSON, with its article."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), f"a {type(value).__name__}")


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _loads_exactly(line)  # it may only be a lone surrogate, which the standard library reads


def _loads_exactly(line: bytes) -> Any:
    """By the standard library, which has whole numbers of any size; a number that no float holds becomes text.

    Raises `InputError`.
    """
    try:
        return json.loads(line.decode("utf-8", "surrogatepass"), parse_constant=_refuse_constant, parse_float=_number)
    except RecursionError as error:
        raise InputError("is nested too deeply; flatten it") from error
    except json.JSONDecodeError as error:
        what = error if line.strip(_BLANK) else "there is nothing but NUL bytes"
        raise InputError(f"is not valid JSON: {what}; fix or remove the line") from error
    except UnicodeDecodeError as error:
        raise InputError(f"is not valid JSON: byte {error.start} is not UTF-8; fix or remove the line") from error
    except ValueError as error:  # the only one that is left
        most = sys.get_int_max_str_digits()
        raise InputError(f"holds a number of more than {most:,} digits; write it as a string") from error


def _number(text: str) -> float | str:
    """The number, or its text if no float can hold it."""
    value = float(text)
    return value if value - value == 0 else text


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"holds {name}, which is not valid JSON; write null")


def _looked_over(row: dict[str, Any]) -> tuple[int, bool]:
    """How many keys there are at any depth, and whether no whole number became a float because it is large.

    Raises `InputError` for a key that is too long.
    """
    count, is_exact, waiting = 0, True, [row]
    while waiting:
        value: Any = waiting.pop()
        if isinstance(value, dict):
            count += len(value)
            if value and (longest := max(map(len, value))) > MAX_KEY:
                raise InputError(f"has a key of {longest:,} characters; a key may have {MAX_KEY:,}")
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, float) and abs(value) >= _LARGE:
            is_exact = False
    return count, is_exact


def _count_keys(line: bytes) -> int:
    """How many keys are written on the line: strings with a colon behind them."""
    return sum([not _is_escaped(line, found.start()) for found in _QUOTE_COLON.finditer(line)])


def _is_escaped(line: bytes, quote: int) -> bool:
    """Whether the quote stands behind an odd number of backslashes, within a string."""
    at = quote
    while line[at - 1] == _BACKSLASH:  # a line begins with a brace
        at -= 1
    return (quote - at) % 2 == 1


def _refuse_twice(line: bytes) -> None:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(found)
        if len(row) < len(found):
            names = [name for name, _ in found]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"has the key {twice!r} twice; write each key once")
        return row

    json.loads(line.decode("utf-8", "surrogatepass"), object_pairs_hook=pairs)
