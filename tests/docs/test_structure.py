"""Functions are short; `make lint` also measures how maintainable modules are."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / ".ci" / "structure.py"))


def test_functions_are_measured_with_their_place():
    tree = ast.parse("class A:\n    def f(self):\n        def g():\n            pass\n        return g\n")
    assert list(SCRIPT["functions"](tree)) == [("A.f", 4), ("A.f.g", 2)]


def test_no_function_is_too_long():
    assert list(SCRIPT["long_functions"]()) == []
