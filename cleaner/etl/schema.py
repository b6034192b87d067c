"""The schema of what comes out of a job."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cleaner.etl.engines import need

pa = need("pyarrow")

LEDGER, ERROR, CURE = "ledger", "error", "cure"


def schema(of: Any = None, carry: Sequence[str] = ()) -> Any:
    """The ``pyarrow.Schema`` of what comes out: the fields of a document row, ledger, error, cure, what is carried.

    ``of`` is the schema of what goes in, asked for the types of ``carry``.
    """
    told = [pa.field(name, pa.string()) for name in (LEDGER, ERROR, CURE)]
    return pa.schema([*document_schema(), *told, *(of.field(name) for name in carry)])


@cache
def document_schema() -> Any:
    """The fields of a document row, from the published JSON Schema."""
    told = json.loads(Path(__file__).parents[1].joinpath("schemas", "document.schema.json").read_bytes())
    return pa.schema([pa.field(name, _type(kind)) for name, kind in told["properties"].items()])


def _type(kind: dict[str, Any]) -> Any:
    """The Arrow type of a property of a JSON Schema."""
    if kind.get("type") == "array":
        return pa.list_(_type(kind["items"]))
    if kind.get("type") == "object" and "properties" in kind:
        return pa.struct([(name, _type(inner)) for name, inner in kind["properties"].items()])
    return pa.int64() if kind.get("type") == "integer" else pa.string()
