#!/usr/bin/env python3
"""Generate the tables of options in the docs, and the options in the schema of reports, from the tables in the code.

    python .ci/option_tables.py [--check]

A table is between two comments, ``<!-- options: NAME -->`` and ``<!-- end of options -->``. With ``--check`` nothing is
written, and the exit code is 1 if a table differs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cleaner.config import Config
from cleaner.option import Option, options_of
from cleaner.run.options import RunOptions

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = "cleaner/schemas/report.schema.json"
PAGES = ("docs/cli.md", "docs/config.md", "docs/library.md")
_TABLE = re.compile(r"(<!-- options: (\w+) -->\n).*?(<!-- end of options -->)", re.DOTALL)


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


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "flags": _flags,
    "cleaning": lambda: _keys(Config),
    "run": lambda: _keys(RunOptions),
    "keywords": _keywords,
}


def with_tables(text: str) -> str:
    """The text of a page with its tables generated from the code. Raises `KeyError` for an unknown table."""
    return _TABLE.sub(lambda found: f"{found[1]}{''.join(TABLES[found[2]]())}{found[3]}", text)


def with_options(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of reports with each option that a run has; what is there already stays as it is."""
    run = schema["$defs"]["run"] if "$defs" in schema else schema["properties"]["run"]
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


def main() -> int:
    """Write or check all pages. Returns the exit code."""
    code = 0
    for name in PAGES:
        path = ROOT / name
        old = path.read_text(encoding="utf-8")
        new = with_tables(old)
        if new != old and "--check" in sys.argv:
            print(f"{name}: a table of options does not match the code; run python .ci/option_tables.py")
            code = 1
        elif new != old:
            path.write_text(new, encoding="utf-8")
    path = ROOT / SCHEMA
    old = path.read_text(encoding="utf-8")
    new = json.dumps(with_options(json.loads(old)), indent=2) + "\n"
    if json.loads(new) != json.loads(old) and "--check" in sys.argv:
        print(f"{SCHEMA}: the options of a run differ from the code; run python .ci/option_tables.py")
        code = 1
    elif json.loads(new) != json.loads(old):
        path.write_text(new, encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
