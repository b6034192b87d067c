"""Dolma's layout: ``documents/`` and, with the same lines, ``attributes/cleaner/`` and ``ledger/``.

``text`` is the clean text; all other fields of a document are in ``metadata``. Attributes are spans over the text,
``[start, end, score]``: the share of characters that were removed and, per category, their number, so that a mixer can
filter out documents that lost too much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaner.json_lines import to_line
from cleaner.ledger import Row

kinds = ("documents", "attributes", "ledger")
_FOLDERS = {"documents": "documents", "attributes": "attributes/cleaner", "ledger": "ledger"}
SOURCE = "cleaner"


def name(kind: str, shard: str) -> str:
    """The name of a file without its ending: the same shard number in each folder."""
    return f"{_FOLDERS[kind]}/{shard or '00000'}"


def lines(document: Row, ledger: Row) -> Iterator[tuple[str, bytes]]:
    """The document, its attributes, and the unchanged ledger row."""
    metadata = {key: value for key, value in document.items() if key not in ("id", "text")}
    yield "documents", to_line({"id": document["id"], "text": document["text"], "source": SOURCE, "metadata": metadata})
    yield "attributes", to_line({"id": document["id"], "source": SOURCE, "attributes": _attributes(document)})
    yield "ledger", to_line(ledger)


def row(document: Row) -> Row:
    """The document row that `lines` made ``document`` from."""
    return {"id": document["id"], "text": document["text"], **document["metadata"]}


def schema(of_rows: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a document."""
    of_metadata = {key: value for key, value in of_rows["properties"].items() if key not in ("id", "text")}
    texts = {key: {"type": "string"} for key in ("id", "text", "source")}
    return {"type": "object", "properties": {**texts, "metadata": {"type": "object", "properties": of_metadata}}}


def _attributes(document: Row) -> dict[str, list[list[float]]]:
    end, whole = len(document["text"]), document["characters_in"]
    removed = whole - document["characters_out"]
    by_category = {
        f"cleaner__removed_{row['category']}": [[0, end, row["characters"]]] for row in document["categories"]
    }
    return {"cleaner__removed_share": [[0, end, round(removed / max(whole, 1), 4)]], **by_category}
