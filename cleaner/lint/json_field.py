"""Where a field of a JSON object stands in its line, and which characters of it make up which of its text.

Only the standard library's decoder reads the line, so what it takes for JSON is JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]")
_DECODER = json.JSONDecoder(parse_int=float)  # of numbers nothing is asked, and int has a limit of digits


@dataclass(frozen=True, slots=True)
class Field:
    """A value in a line of JSON: its name, what it is, and where its characters begin and end in the line."""

    name: str
    value: object
    start: int
    end: int


def find_field(line: str, names: Sequence[str]) -> Field | None:
    """The field of the object on ``line`` that is called as the first of ``names`` that it has.

    Of several with the same name the last counts, as in every JSON reader. Raises `ValueError` if the line holds no
    JSON object.
    """
    found = {field.name: field for field in _fields(line)}
    return next((found[name] for name in names if name in found), None)


def raw_starts(line: str, field: Field) -> Sequence[int]:
    """Where in ``line`` each character of the field's text begins, and behind the last one where the text ends.

    An escape is the character that it means.
    """
    start, end = field.start + 1, field.end - 1
    if line.find("\\", start, end) < 0:
        return range(start, end + 1)
    return [*(match.start() for match in _TOKEN.finditer(line, start, end)), end]


def _fields(line: str) -> list[Field]:
    at = _after_space(line, 0)
    if line[at : at + 1] != "{":
        raise ValueError("is no JSON object")
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
        raise ValueError(f"is no JSON object: unexpected character, or none, in column {end + 1}")
    return found


def _field(line: str, at: int) -> tuple[Field, int]:
    name, end = _value(line, at)
    at = _after_space(line, end)
    if not isinstance(name, str) or line[at : at + 1] != ":":
        raise ValueError(f"is no JSON object: a name and a colon are missing in column {at + 1}")
    start = _after_space(line, at + 1)
    value, end = _value(line, start)
    return Field(name, value, start, end), end


def _value(line: str, at: int) -> tuple[object, int]:
    try:
        value, end = _DECODER.raw_decode(line, at)
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON: {error.msg} in column {error.pos + 1}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    return value, end


def _after_space(line: str, at: int) -> int:
    match = _SPACE.match(line, at)
    return match.end() if match else at
