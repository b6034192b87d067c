"""The schema of what comes out of a job."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from cleaner.etl.engines import need
from cleaner.outputs.containers import arrow_schema, published_schema

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
    return arrow_schema(pa, published_schema("document"))
