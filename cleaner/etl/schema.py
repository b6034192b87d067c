"""The schema of the output of a job."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from cleaner.etl.engines import need
from cleaner.outputs.containers import arrow_schema, published_schema

pa = need("pyarrow")

LEDGER, ERROR, CURE = "ledger", "error", "cure"


def schema(of: Any = None, carry: Sequence[str] = ()) -> Any:
    """The ``pyarrow.Schema`` of the output: the fields of a document row, ledger, error, cure, and the columns carried.

    ``of`` is the schema of the input, which has the types of the columns ``carry``.
    """
    added = [pa.field(name, pa.string()) for name in (LEDGER, ERROR, CURE)]
    return pa.schema([*document_schema(), *added, *(of.field(name) for name in carry)])


@cache
def document_schema() -> Any:
    """The fields of a document row, from the published JSON Schema."""
    return arrow_schema(pa, published_schema("document"))
