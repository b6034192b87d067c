"""Read rows of JSON from other programs strictly, with a clear message for each error."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, NoReturn

import orjson

from cleaner.errors import InputError

MAX_KEY = 1_000
"""The maximum length of a key, in characters."""
_LARGE = 2.0**63  # orjson turns whole numbers above this into floats
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
    """The JSON object on ``line``. Raises `InputError` with what is wrong and the cure."""
    line = line.removeprefix(_BOM)
    row = _loads(line)
    if not isinstance(row, dict):
        raise InputError(f"is {kind_of(row)}, not an object; write one object per line")
    count, is_exact = _checked_keys(row)
    if _count_keys(line) > count:
        _refuse_twice(line)
    return row if is_exact else dict(_loads_exactly(line))


def kind_of(value: object) -> str:
    """The name of the JSON type of a value, with its article."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), f"a {type(value).__name__}")


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _loads_exactly(line)  # perhaps because of a lone surrogate, which the standard library accepts


def _loads_exactly(line: bytes) -> Any:
    """Parse with the standard library: whole numbers have any size, and a number too large for a float becomes text.

    Raises `InputError`.
    """
    try:
        return json.loads(line.decode("utf-8", "surrogatepass"), parse_constant=_refuse_constant, parse_float=_number)
    except RecursionError as error:
        raise InputError("is nested too deeply; flatten it") from error
    except json.JSONDecodeError as error:
        what = error if line.strip(_BLANK) else "it contains only NUL bytes"
        raise InputError(f"is not valid JSON: {what}; fix or remove the line") from error
    except UnicodeDecodeError as error:
        raise InputError(f"is not valid JSON: byte {error.start} is not UTF-8; fix or remove the line") from error
    except ValueError as error:  # nothing else raises it
        max_digits = sys.get_int_max_str_digits()
        raise InputError(f"contains a number of more than {max_digits:,} digits; write it as a string") from error


def _number(text: str) -> float | str:
    """The number, or its text if it is too large for a float."""
    value = float(text)
    return value if value - value == 0 else text


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"contains {name}, which is not valid JSON; write null")


def _checked_keys(row: dict[str, Any]) -> tuple[int, bool]:
    """The number of keys at any depth, and whether all whole numbers are exact: a large one becomes a float.

    Raises `InputError` for a key that is too long.
    """
    count, is_exact, waiting = 0, True, [row]
    while waiting:
        value: Any = waiting.pop()
        if isinstance(value, dict):
            count += len(value)
            if value and (longest := max(map(len, value))) > MAX_KEY:
                raise InputError(f"has a key of {longest:,} characters; at most {MAX_KEY:,} are allowed")
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, float) and abs(value) >= _LARGE:
            is_exact = False
    return count, is_exact


def _count_keys(line: bytes) -> int:
    """The number of keys on the line, repeated ones included: strings that a colon follows."""
    return sum([not _is_escaped(line, quote.start()) for quote in _QUOTE_COLON.finditer(line)])


def _is_escaped(line: bytes, quote: int) -> bool:
    """Whether the quote follows an odd number of backslashes, so that it is part of a string."""
    at = quote
    while line[at - 1] == _BACKSLASH:  # a line begins with a brace
        at -= 1
    return (quote - at) % 2 == 1


def _refuse_twice(line: bytes) -> None:
    """Raises `InputError` with the name of the key that an object on the line has twice."""

    def to_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"has the key {twice!r} twice; write each key once")
        return row

    json.loads(line.decode("utf-8", "surrogatepass"), object_pairs_hook=to_dict)
