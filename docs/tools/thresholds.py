"""The table of thresholds in docs/tuning.md: names and values come from the code, the rest is written there.

A constant that moved to another module, or that has another name and the same value, keeps its unit and origin. Those
of a new constant are `?` until somebody writes them. See `generated.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from parts import Part

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tuning.md"
MODULES = (  # the engine: everything that decides what is cut or kept, and what a decision may cost
    "resolve.py features.py evidence.py gaps.py cuts.py chars.py passes.py pipeline.py decode.py categories.py "
    "guard/*.py segment/*.py stages/*.py scorer/*.py packs/*.py facts/*.py"
).split()

_UNKNOWN = "?"
_ROW = re.compile(r"^\| `([\w/]+)` \| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
_HEAD = "\n| module | name | value | unit | origin |\n|---|---|---|---|---|\n"


class Row(NamedTuple):
    """A constant of the program: its module (as a path without `.py`), its name, its value as text."""

    module: str
    name: str
    value: str
    unit: str = _UNKNOWN
    origin: str = _UNKNOWN

    def __str__(self) -> str:
        return f"| `{self.module}` | `{self.name}` | {self.value} | {self.unit} | {self.origin} |"


def in_code() -> list[Row]:
    """All constants of the modules that are numbers, ranges of numbers, or tuples and tables of numbers."""
    rows = []
    for pattern in MODULES:
        for path in sorted((ROOT / "cleaner").glob(pattern)):
            module = path.relative_to(ROOT / "cleaner").with_suffix("").as_posix()
            tree = ast.parse(path.read_text("utf-8"))
            rows += [Row(module, name, value) for name, value in _constants(tree)]
    return rows


def in_page() -> list[Row]:
    """The rows of the table."""
    return [Row(*row) for row in _ROW.findall(PAGE.read_text("utf-8"))]


def merged() -> list[Row]:
    """The rows of the code, with units and origins of the table: of the same name, or of the one that it replaces."""
    code, page = in_code(), in_page()
    known = {(row.module, row.name): row for row in page}
    gone = [row for row in page if (row.module, row.name) not in {(new.module, new.name) for new in code}]
    rows = []
    for row in code:
        moved = [old for old in gone if old.name.lstrip("_") == row.name.lstrip("_")]
        renamed = [old for old in gone if (old.module, old.value) == (row.module, row.value)]
        old = known.get((row.module, row.name)) or _only(moved) or _only(renamed)
        rows.append(row._replace(unit=old.unit, origin=old.origin) if old else row)
    return rows


def _only(rows: list[Row]) -> Row | None:
    return rows[0] if len(rows) == 1 else None


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value:
            target, value = node.target, node.value
        else:
            continue
        if isinstance(target, ast.Name):
            yield from ((target.id, text) for text in [_text(value)] if text)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = zip(target.elts, value.elts, strict=True)
            yield from ((name.id, text) for name, one in pairs if isinstance(name, ast.Name) and (text := _text(one)))


def _text(value: ast.expr) -> str:
    """How the table shows a number, a range, a tuple or a table of numbers; empty for anything else."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "range":
        first, last = (_number(bound) for bound in value.args) if len(value.args) == 2 else (None, None)
        return f"{first:,} to {last - 1:,}" if isinstance(first, int) and isinstance(last, int) else ""
    if isinstance(value, ast.Tuple) and value.elts:
        numbers = [_number(one) for one in value.elts]
        return "" if None in numbers else ", ".join(f"{number:,}" for number in numbers)
    if isinstance(value, ast.Dict) and value.values:
        numbers = [_number(one) for one in value.values]
        return "" if None in numbers else ", ".join(f"{number:,}" for number in numbers)
    number = _number(value)
    return "" if number is None else f"{number:,}"


def _number(value: ast.expr) -> int | float | None:
    try:
        number = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return None
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None


def table() -> str:
    """The table in Markdown, after a blank line."""
    return _HEAD + "".join(f"{row}\n" for row in merged())


def faults() -> list[str]:
    """The constants without unit or origin."""
    return [
        f"docs/tuning.md: {row.module}.{row.name} has no unit or origin; write them into the table"
        for row in merged()
        if _UNKNOWN in (row.unit, row.origin)
    ]


PARTS = (Part("docs/tuning.md", "thresholds", table),)
