"""The columns of FineWeb, as datatrove's readers expect them: one flat row per document.

``text``, ``id``, ``url``, ``date``, ``file_path`` and ``language`` have FineWeb's names; all other fields of a document
keep our names. The columns that a run cannot fill (``dump``, ``language_score``, ``token_count``) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaner.json_lines import to_line
from cleaner.ledger import Row

kinds = ("documents", "ledger")
_THEIRS = {"text": "text", "id": "id", "url": "url", "date": "date", "source": "file_path", "lang": "language"}
_OURS = {theirs: ours for ours, theirs in _THEIRS.items()}


def name(kind: str, shard: str) -> str:
    """The name of a file without its ending: the shard number in the folder of its kind."""
    return f"{kind}/{shard or '00000'}"


def lines(document: Row, ledger: Row) -> Iterator[tuple[str, bytes]]:
    """The document row with FineWeb's names, and the unchanged ledger row."""
    yield "documents", to_line(_renamed(document, _THEIRS))
    yield "ledger", to_line(ledger)


def row(document: Row) -> Row:
    """The document row that `lines` made ``document`` from."""
    return _renamed(document, _OURS)


def schema(of_rows: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a document."""
    return {**of_rows, "properties": _renamed(of_rows["properties"], _THEIRS)}


def _renamed(row: Row, names: dict[str, str]) -> Row:
    first = {new: row[old] for old, new in names.items()}
    return {**first, **{name: value for name, value in row.items() if name not in names}}
