"""How rows are laid out in files: ours, and those that other tools read.

A layout is a module of: ``kinds``, the outputs it writes; ``name(kind, shard)``, what their files are called;
``lines(document, ledger)``, the lines of a document; ``row(line)``, the document row that a line of its documents was
made of; ``schema(schema)``, the JSON Schema of its documents, made of ours. Adding one is a file and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from cleaner.ledger import Row

NAMES = ("plain", "dolma", "fineweb")
DOCUMENTS, LEDGER, ATTRIBUTES = "documents", "ledger", "attributes"


class Layout(Protocol):
    """What a module of a layout offers."""

    kinds: tuple[str, ...]
    name: Callable[[str, str], str]
    lines: Callable[[Row, Row], Iterator[tuple[str, bytes]]]
    row: Callable[[Row], Row]
    schema: Callable[[dict[str, Any]], dict[str, Any]]


def load_layout(name: str) -> Layout:
    """The module of a layout."""
    from importlib import import_module

    module: Layout = import_module(f"cleaner.batch.layouts.{name}")
    return module
