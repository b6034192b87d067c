"""The promises of the guard as tables: see `generated.py`."""

from __future__ import annotations

from functools import partial
from typing import get_args

from parts import Part

from cleaner.guard.promise import AppliesTo
from cleaner.guard.promises import PROMISES


def table(applies_to: AppliesTo) -> str:
    """The promises about texts, or about pages, in their order, as a table in Markdown between blank lines."""
    rows = [f"| `{one.name}` | {one.summary} |" for one in PROMISES if one.applies_to == applies_to]
    return "\n".join(("", "| promise | a cut is withdrawn when |", "|---|---|", *rows, "", ""))


PARTS = tuple(Part("docs/promises.md", f"promises: {one}", partial(table, one)) for one in get_args(AppliesTo))
