"""Check values from files against their JSON Schema. Only the keywords that our schemas use are supported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cleaner.inputs.formats import NAMES as FORMATS
from cleaner.inputs.strict_json import kind_of
from cleaner.outputs.containers import published_schema
from cleaner.outputs.layouts import NAMES as LAYOUTS

_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "string": ("text", (str,)),
    "integer": ("a whole number", (int,)),
    "number": ("a number", (int, float)),
    "boolean": ("true or false", (bool,)),
    "array": ("a list", (list,)),
    "object": ("an object", (dict,)),
}


def mismatch(value: object, name: str) -> str:
    """A message about the first part of ``value`` that does not match the schema ``name``; empty if all of it matches.

    ``name`` is ``document``, ``ledger`` or ``report``.
    """
    return next(_mismatches(value, _schema(name), ""), "")


@cache
def _schema(name: str) -> dict[str, Any]:
    schema = published_schema(name)
    if name == "report":  # formats and layouts are registered in code; the published schema does not list them
        options = schema["properties"]["run"]["properties"]
        options["input_format"]["enum"] = ["auto", *FORMATS]
        options["layout"]["enum"] = [*LAYOUTS]
    return schema


def _mismatches(value: object, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    label = place or "the row"
    wanted, types = _TYPES[schema.get("type", "string")]  # an enum is of strings
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        yield f"{label} is {kind_of(value)}, not {wanted}"
    elif isinstance(value, dict):
        yield from _of_object(value, schema, place)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{label} is empty"
        for n, one in enumerate(value):
            yield from _mismatches(one, schema["items"], f"{label}[{n}]")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{label} is {_short(value)}, not one of {', '.join(schema['enum'])}"
    elif "const" in schema and value != schema["const"]:
        yield f"{label} is {_short(value)}, not {schema['const']}"
    elif isinstance(value, (int, float)) and value < schema.get("minimum", value):
        yield f"{label} is {_short(value)}, below {schema['minimum']}"
    elif isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{label} is {_short(value)}, which does not have the form {schema['pattern']}"


def _of_object(value: dict[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    inner = f"{place}." if place else ""
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{place or 'the row'} has no field {key!r}"
    known = schema.get("properties", {})
    for key, of in known.items():
        if key in value:
            yield from _mismatches(value[key], of, f"{inner}{key}")
    if not schema.get("additionalProperties", True):
        yield from (f"{place or 'the row'} has an unknown field {_short(key)}" for key in value if key not in known)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 70 else f"{text[:67]}..."
