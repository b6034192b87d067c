"""The adapters of `cleaner.tables.ADAPTERS` as the documents list them: see `generated.py`."""

from __future__ import annotations

from parts import Part

from cleaner.etl.engines import DISTRIBUTION
from cleaner.tables import ADAPTERS

OTHERS = [adapter for adapter in ADAPTERS if adapter.name != "arrow"]
"""The adapters that have a page of their own."""


def table() -> str:
    """The table in docs/etl.md."""
    rows = ["| engine | install | page | function |", "|---|---|---|---|"]
    for adapter in ADAPTERS:
        first, *others = adapter.functions
        functions = ", ".join([f"`cleaner.etl.{adapter.name}.{first}`", *(f"`{name}`" for name in others)])
        page = f"[{adapter.name}](etl/{adapter.name}.md)" if adapter in OTHERS else "this one"
        rows.append(f"| {adapter.title} | `{DISTRIBUTION}[{adapter.extra}]` | {page} | {functions} |")
    return "\n".join(rows) + "\n"


def reference() -> str:
    """The sections of docs/reference/adapters.md."""
    sections = []
    for adapter in OTHERS:
        functions = "".join(f"\n::: cleaner.etl.{adapter.name}.{name}\n" for name in adapter.functions)
        sections.append(f"## {adapter.title}\n{functions}")
    return "\n".join(sections)


def menu() -> str:
    """The entries of the menu in mkdocs.yml."""
    pages = sorted(OTHERS, key=lambda adapter: adapter.title.lower())
    return "".join(f"      - {adapter.title}: etl/{adapter.name}.md\n" for adapter in pages)


PARTS = (
    Part("docs/etl.md", "adapters", table),
    Part("docs/reference/adapters.md", "adapters", reference),
    Part("mkdocs.yml", "adapters", menu, comment="      # {}"),
)
