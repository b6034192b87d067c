"""The tables of docs/promises.md: ``python -m cleaner.guard.table docs/promises.md`` rewrites them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

from cleaner.guard.promise import AppliesTo
from cleaner.guard.promises import PROMISES


def as_table(applies_to: AppliesTo) -> str:
    """The promises about texts, or about pages, in their order, as a table in Markdown."""
    rows = [f"| `{one.name}` | {one.summary} |" for one in PROMISES if one.applies_to == applies_to]
    return "\n".join(("| promise | a cut is withdrawn when |", "|---|---|", *rows))


def with_tables(page: str) -> str:
    """The page with its tables rewritten, each between its two markers. Raises `ValueError` if a marker is missing."""
    for applies_to in get_args(AppliesTo):
        begin, end = f"<!-- promises: {applies_to} -->\n", f"<!-- end of promises: {applies_to} -->"
        before, found, rest = page.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"the page has no lines {begin.strip()} and {end}")
        page = f"{before}{begin}\n{as_table(applies_to)}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text("utf-8")), "utf-8")
