"""How rows are arranged in files: our own layout, and layouts that other tools read.

A layout is a module with ``kinds``, the outputs it writes; ``name(kind, shard)``, the names of their files;
``lines(document, ledger)``, the lines of a document; ``row(line)``, the document row from a line of its documents;
``schema(schema)``, the JSON Schema of its documents, derived from ours. To add a layout, add a file and a name here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from cleaner.ledger import Row

NAMES = ("plain", "dolma", "fineweb")
DOCUMENTS, LEDGER, ATTRIBUTES = "documents", "ledger", "attributes"


class Layout(Protocol):
    """The interface of a layout module."""

    kinds: tuple[str, ...]
    name: Callable[[str, str], str]
    lines: Callable[[Row, Row], Iterator[tuple[str, bytes]]]
    row: Callable[[Row], Row]
    schema: Callable[[dict[str, Any]], dict[str, Any]]


def load_layout(name: str) -> Layout:
    """Import the module of the layout ``name``."""
    from importlib import import_module

    module: Layout = import_module(f"cleaner.outputs.layouts.{name}")
    return module
