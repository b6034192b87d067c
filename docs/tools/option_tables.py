"""The options as tables in the documents, and in the schema of reports: see `generated.py`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from parts import Part

from cleaner.config import Config
from cleaner.option import Option, options_of
from cleaner.run.options import RunOptions

SCHEMA = "cleaner/schemas/report.schema.json"


def _default(entry: Option, *, is_python: bool = False) -> str:
    if entry.shown and not isinstance(entry.default, bool):
        return entry.shown
    if isinstance(entry.default, bool):
        return f"`{entry.default if is_python else str(entry.default).lower()}`"
    return "none" if isinstance(entry.default, tuple) else f"`{entry.default}`"


def _keys(table: type) -> Iterator[str]:
    yield "| key | default | what it does |\n|---|---|---|\n"
    for name, entry in options_of(table).items():
        yield f"| `{name}` | {_default(entry)} | {entry.help} |\n"


def _keywords() -> Iterator[str]:
    yield "| option | default | what it does |\n|---|---|---|\n"
    for name, entry in options_of(Config).items():
        if entry.is_keyword:
            old = f" Its old name, `{entry.alias}`, is still accepted." if entry.alias else ""
            yield f"| `{name}` | {_default(entry, is_python=True)} | {entry.help}{old} |\n"


def _flags() -> Iterator[str]:
    yield "| option | commands | what it does | default |\n|---|---|---|---|\n"
    for table in (Config, RunOptions):
        for entry in options_of(table).values():
            if entry.commands:
                flag = f"`{entry.flags[0]} {entry.metavar}`" if entry.metavar else f"`{' / '.join(entry.flags)}`"
                commands = ", ".join(f"`{name}`" for name in entry.commands)
                yield f"| {flag} | {commands} | {entry.help} | {entry.default_in_words} |\n"


TABLES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "flags": ("docs/cli.md", _flags),
    "cleaning": ("docs/config.md", partial(_keys, Config)),
    "run": ("docs/config.md", partial(_keys, RunOptions)),
    "keywords": ("docs/library.md", _keywords),
}
"""The page of each table, and its lines."""


def _joined(lines: Callable[[], Iterator[str]]) -> str:
    return "".join(lines())


PARTS = tuple(Part(page, f"options: {name}", partial(_joined, lines)) for name, (page, lines) in TABLES.items())


def with_options(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of reports with each option that a run has; what is there already stays as it is."""
    run = schema["properties"]["run"]
    known, order = run["properties"], list(run["properties"])
    at = order.index("packs_hash")
    new = {name: _type_of(entry) for name, entry in _options_of_run().items() if name not in known}
    run["properties"] = {name: new.get(name) or known[name] for name in (*order[:at], *new, *order[at:])}
    for name, entry in _options_of_run().items():
        if entry.choices and "enum" in run["properties"][name]:
            run["properties"][name]["enum"] = list(entry.choices())
    run["required"] = list(run["properties"])
    return schema


def _options_of_run() -> dict[str, Option]:
    tables = {**options_of(Config), **options_of(RunOptions)}
    return {name: one for name, one in tables.items() if "run" in one.commands and name not in ("profile", "rules")}


def _type_of(entry: Option) -> dict[str, Any]:
    if entry.choices:
        return {"enum": list(entry.choices())}
    if isinstance(entry.default, tuple):
        return {"type": "array", "items": {"type": "string"}}
    names = {bool: "boolean", int: "integer", float: "number"}
    bounds = {"minimum": entry.minimum, "maximum": entry.maximum}
    return {"type": names.get(type(entry.default), "string")} | {k: v for k, v in bounds.items() if v is not None}


def schema_text(old: str) -> str:
    """The text of the schema with all options; unchanged if it has them."""
    schema = json.loads(old)
    new = with_options(json.loads(old))
    return old if new == schema else json.dumps(new, indent=2) + "\n"
