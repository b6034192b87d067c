"""The position of a field of a JSON object in its line, and of each character of its text.

The decoder of the standard library reads the line, so that both agree on what is valid JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]")
_MAX_KEY = 40  # characters that messages show


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a JSON object: its name and value, and the offsets of the start and end of the value in the line."""

    name: str
    value: object
    start: int
    end: int


def find_field(line: str, names: Sequence[str]) -> Field | None:
    """The field of the object on ``line`` with the first of ``names`` that the object has.

    Raises `ValueError` if the line is not a JSON object, or an object in it, at any depth, has the same key twice.
    """
    found: dict[str, Field] = {}
    for field in _fields(line):
        if field.name in found:
            raise _twice(field.name)
        found[field.name] = field
    return next((found[name] for name in names if name in found), None)


def raw_starts(line: str, field: Field) -> Sequence[int]:
    """The offset in ``line`` of each character of the field's text, and at the end the offset where the text ends.

    An escape sequence counts as the character that it represents.
    """
    start, end = field.start + 1, field.end - 1
    if line.find("\\", start, end) < 0:
        return range(start, end + 1)
    return [*(match.start() for match in _TOKEN.finditer(line, start, end)), end]


def _fields(line: str) -> list[Field]:
    at = _after_space(line, 0)
    if line[at : at + 1] != "{":
        raise ValueError("is not a JSON object")
    found: list[Field] = []
    at = _after_space(line, at + 1)
    if line[at : at + 1] != "}":
        while True:
            field, at = _field(line, at)
            found.append(field)
            at = _after_space(line, at)
            if line[at : at + 1] != ",":
                break
            at = _after_space(line, at + 1)
    end = _after_space(line, at + 1) if line[at : at + 1] == "}" else at
    if end == at or end < len(line):
        raise ValueError(f"is not a JSON object: unexpected or missing character in column {end + 1}")
    return found


def _field(line: str, at: int) -> tuple[Field, int]:
    name, end = _value(line, at)
    at = _after_space(line, end)
    if not isinstance(name, str) or line[at : at + 1] != ":":
        raise ValueError(f"is not a JSON object: expected a name and a colon in column {at + 1}")
    start = _after_space(line, at + 1)
    value, end = _value(line, start)
    return Field(name, value, start, end), end


def _value(line: str, at: int) -> tuple[object, int]:
    try:
        value, end = _DECODER.raw_decode(line, at)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON: {error.msg} in column {error.pos + 1}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    return value, end


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _twice(key)
            seen.add(key)
    return found


def _twice(key: str) -> ValueError:
    shown = key if len(key) <= _MAX_KEY else f"{key[: _MAX_KEY - 1]}…"
    return ValueError(f"has the key {shown!a} twice; write each key once")


# the values of numbers are not used, and int limits the number of digits
_DECODER = json.JSONDecoder(parse_int=float, object_pairs_hook=_object)


def _after_space(line: str, at: int) -> int:
    match = _SPACE.match(line, at)
    return match.end() if match else at
