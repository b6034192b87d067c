"""Compare two results page by page: mean differences with their errors by domain, and the pages that changed most.

    python -m bench.compare OLD.json NEW.json [--system NAME [--new-system NAME]] [--figure f1] [--pages N]

Results are what ``wcxb_html.py``, ``articles.py`` and ``oof_html.py`` write with ``--json``. Only pages that are in
both are compared, and only where the page and its gold are the same. A difference below two errors may be chance.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.measure import domain_error

FIGURES = ("f1", "precision", "recall", "lost", "loss", "noise")


class Difference(NamedTuple):
    """The mean of a figure before and after, its difference and the standard error of that by domain."""

    figure: str
    before: float
    after: float
    error: float


Pair = tuple[Mapping[str, Any], Mapping[str, Any]]
"""The rows of one page, before and after."""


def rows_of(result: Mapping[str, Any], system: str | None) -> list[Mapping[str, Any]]:
    """The rows of a system of a result, or of its only one. Raises `ValueError` if that is not clear."""
    systems = result["systems"]
    if system is None and len(systems) == 1:
        return list(next(iter(systems.values()))["pages"])
    if system not in systems:
        raise ValueError(f"name one of the systems of the result: {', '.join(systems)}")
    return list(systems[system]["pages"])


def paired(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """The pages that are in both and have not changed."""
    old = {(row["id"], row["fingerprint"]): row for row in before}
    return [(old[key], row) for row in after if (key := (row["id"], row["fingerprint"])) in old]


def difference(pairs: Sequence[Pair], figure: str) -> Difference | None:
    """How a figure differs on the pages that have it; None if no page has."""
    both = [(one, two) for one, two in pairs if one.get(figure) is not None and two.get(figure) is not None]
    if not both:
        return None
    off = [{"domain": two["domain"], "f1": two[figure] - one[figure]} for one, two in both]
    before, after = (sum(row[figure] for row in rows) / len(both) for rows in zip(*both, strict=True))
    return Difference(figure, before, after, domain_error(off))


def changed(pairs: Sequence[Pair], figure: str, count: int) -> list[tuple[str, float, float]]:
    """The pages on which the figure changed most: id, before, after; the worst change first."""
    rows = [
        (two["id"], one[figure], two[figure])
        for one, two in pairs
        if one[figure] is not None and two[figure] is not None and one[figure] != two[figure]
    ]
    most = sorted(rows, key=lambda row: -abs(row[2] - row[1]))[:count]
    return sorted(most, key=lambda row: row[2] - row[1])


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path, metavar="OLD.json")
    parser.add_argument("new", type=Path, metavar="NEW.json")
    parser.add_argument("--system", help="of both results; needed where one has several")
    parser.add_argument("--new-system", help="of the new result, if it has another name there")
    parser.add_argument("--figure", choices=FIGURES, default="f1", help="by which pages are listed")
    parser.add_argument("--pages", type=int, default=0, metavar="N", help="list the N pages that changed most")
    args = parser.parse_args(argv)
    try:
        before = rows_of(json.loads(args.old.read_text("utf-8")), args.system)
        after = rows_of(json.loads(args.new.read_text("utf-8")), args.new_system or args.system)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    pairs = paired(before, after)
    touched = sum(any(one.get(figure) != two.get(figure) for figure in FIGURES) for one, two in pairs)
    print(f"{len(pairs)} pages in both, {touched} differ")
    for name in FIGURES:
        if found := difference(pairs, name):
            off = found.after - found.before
            print(f"{name:9} {found.before:.4f} -> {found.after:.4f}  {off:+.4f} ± {found.error:.4f}")
    for id, one, two in changed(pairs, args.figure, args.pages):
        print(f"  {id}: {args.figure} {one:.4f} -> {two:.4f}  {two - one:+.4f}")


if __name__ == "__main__":
    main()
