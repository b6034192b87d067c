"""Our own layout: ``documents`` and ``ledger`` with the same documents line by line (see ``cleaner/schemas``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaner.json_lines import to_line
from cleaner.ledger import Row

kinds = ("documents", "ledger")


def name(kind: str, shard: str) -> str:
    """The name of a file without its ending; ``shard`` is its number, or empty."""
    return f"{kind}-{shard}" if shard else kind


def lines(document: Row, ledger: Row) -> Iterator[tuple[str, bytes]]:
    """The two rows, unchanged."""
    yield "documents", to_line(document)
    yield "ledger", to_line(ledger)


def row(document: Row) -> Row:
    """The document row."""
    return document


def schema(of_rows: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a document row."""
    return of_rows
