#!/usr/bin/env python3
"""Check that functions are short and modules are easy to maintain.

    python .ci/structure.py [--functions]

No function may have more than 60 lines, unless `LONG` names it. Every module must have a maintainability index (radon)
of at least 20. ``--functions`` checks only the functions, without radon. The exit code is 1 if a check fails.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "cleaner"
MAX_LINES = 60
MIN_INDEX = 20.0
LONG = {"segment/html.py: _Walker.walk"}  # the loop over all nodes of a page: one piece, for speed


def functions(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, int]]:
    """Yield the functions below a node of a syntax tree: qualified name, and length in lines."""
    for node in ast.iter_child_nodes(tree):
        name = f"{inside}{getattr(node, 'name', '')}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield name, (node.end_lineno or node.lineno) - node.lineno + 1
        is_scope = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield from functions(node, f"{name}." if is_scope else inside)


def long_functions() -> Iterator[str]:
    """Yield a message for each function that is too long, and for each exception that is no longer needed."""
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, lines in functions(ast.parse(path.read_text(encoding="utf-8"))):
            if lines > MAX_LINES:
                found.add(key := f"{path.relative_to(PACKAGE).as_posix()}: {name}")
                if key not in LONG:
                    yield f"{key} has {lines} lines; at most {MAX_LINES} are allowed"
    yield from (f"{key} is short enough; remove it from the list of exceptions" for key in sorted(LONG - found))


def poor_modules() -> Iterator[str]:
    """Yield a message for each module whose maintainability index is too low."""
    from radon.metrics import mi_visit  # lazy: not needed for the functions

    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        index = mi_visit(path.read_text(encoding="utf-8"), multi=True)
        if index < MIN_INDEX:
            yield f"{name} has a maintainability index of {index:.1f}; at least {MIN_INDEX:.0f} is required"


def main() -> int:
    """Print the failures. Returns the exit code."""
    wrong = [*long_functions(), *(() if "--functions" in sys.argv else poor_modules())]
    for line in wrong:
        print(line)
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
