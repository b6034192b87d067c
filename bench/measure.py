"""Measuring systems on a folder of HTML pages with gold: what `wcxb_html.py` and `articles.py` share.

A `Measure` says which figures a page has and how pages are grouped; the rest is the same for each: systems run on
pages in several processes, results are written as JSON, reused, and printed as tables.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import multiprocessing
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.systems_html import SYSTEMS, System, package_version, visible
from bench.text_metrics import words
from bench.wcxb_pages import Page, corpus_digest, fingerprint, page_ids, read_page

Row = dict[str, Any]
"""The figures of one system on one page; None where the page has nothing to measure."""

DIGITS = 6
"""Decimals of a page's figures."""

HEAVY_LOSS = 0.20
"""Share of a page's content: pages that lose more are counted."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How the pages of one corpus are scored.

    ``version`` goes up when a figure of a page changes its meaning, so that older files are not reused. ``figures``
    makes the figures of an output, given the visible text and the page; ``means`` names those that are averaged.
    ``group`` is the group of a page, one of ``groups``. ``columns`` are the figures of a table and their titles;
    ``by_group`` those that one more table shows for each group.
    """

    kind: str
    version: int
    figures: Callable[[str, str, Page], Mapping[str, float | None]]
    means: tuple[str, ...]
    group: Callable[[Page], str]
    groups: tuple[str, ...]
    columns: Mapping[str, str]
    by_group: tuple[str, ...] = ()


# --------------------------------------------------------------------------
# one page


class Score(NamedTuple):
    """Shares of words: of the output, of the gold, and their harmonic mean."""

    precision: float
    recall: float
    f1: float


def word_score(output: Counter[str], gold: Counter[str]) -> Score:
    """As in WCXB: without gold an empty output scores 1 and any other 0; with gold an empty output scores 0."""
    if not gold or not output:
        same = float(not gold and not output)
        return Score(same, same, same)
    hit = (output & gold).total()
    precision, recall = hit / output.total(), hit / gold.total()
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if hit else 0.0)


def share(part: Counter[str], whole: Counter[str]) -> float | None:
    """How much of the words of ``whole`` is in ``part``; None if there are none."""
    return (part & whole).total() / whole.total() if whole else None


def loss(output: Counter[str], gold: Counter[str], seen: Counter[str]) -> float | None:
    """Share of the gold words that the page shows which the output lacks; None if it shows none."""
    kept = share(output, gold & seen)
    return None if kept is None else 1 - kept


def page_row(measure: Measure, output: str, seen: str, page: Page) -> Row:
    """All figures of one output; ``seen`` is the visible text of the page."""
    figures = measure.figures(output, seen, page)
    return {
        "id": page.id,
        "type": measure.group(page),
        "domain": page.domain,
        **{name: None if figure is None else round(figure, DIGITS) for name, figure in figures.items()},
        "empty": bool(words(page.gold) and not words(output)),
    }


def output_of(system: System, page: Page) -> tuple[str, str]:
    """The text a system makes of a page, and what it raised instead."""
    try:
        return system(page.html, page.url), ""
    except Exception as error:  # noqa: BLE001  a peer may raise anything
        return "", f"{type(error).__name__}: {error}"[:200]


Task = tuple[Measure, Path, str, tuple[str, ...]]
"""How to score, the folder, the id of a page, the names of systems."""


def score_page(task: Task) -> dict[str, Row]:
    """The rows of all systems of a task on its page."""
    measure, root, id, names = task
    page, mark = read_page(root, id), fingerprint(root, id)
    seen = visible(page.html, page.url)
    rows = {}
    for name in names:
        output, error = output_of(SYSTEMS[name], page)
        rows[name] = {**page_row(measure, output, seen, page), "error": error, "fingerprint": mark}
    return rows


# --------------------------------------------------------------------------
# many pages


def summarise(measure: Measure, rows: Sequence[Row]) -> dict[str, float]:
    """Means over the pages that have the figure, and counts of empty outputs and errors."""

    def mean(values: Iterable[float | None]) -> float:
        present = [value for value in values if value is not None]
        return statistics.fmean(present) if present else 0.0

    return {
        "pages": len(rows),
        **{name: mean(row[name] for row in rows) for name in measure.means},
        "f1_error": domain_error(rows),
        "heavy_loss": mean(None if row["loss"] is None else row["loss"] > HEAVY_LOSS for row in rows),
        "empty": sum(row["empty"] for row in rows),
        "errors": sum(bool(row["error"]) for row in rows),
    }


def domain_error(rows: Sequence[Row]) -> float:
    """Standard error of the mean F1 where pages of one domain are no independent draws."""
    if not rows:
        return 0.0
    mean = statistics.fmean(row["f1"] for row in rows)
    off: dict[str, float] = defaultdict(float)
    for row in rows:
        off[row["domain"]] += row["f1"] - mean
    if len(off) < 2:
        return 0.0
    return math.sqrt(len(off) / (len(off) - 1) * sum(value * value for value in off.values())) / len(rows)


def by_group(measure: Measure, rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Summaries of all pages and of each group that occurs."""
    parts = {name: [row for row in rows if row["type"] == name] for name in measure.groups}
    return {
        "all": summarise(measure, rows),
        **{name: summarise(measure, part) for name, part in parts.items() if part},
    }


def score_all(
    measure: Measure, root: Path, ids: Sequence[str], names: Sequence[str], jobs: int
) -> dict[str, list[Row]]:
    """Rows of each system in the order of ``ids``."""
    rows: dict[str, list[Row]] = {name: [] for name in names}
    if not names:
        return rows
    tasks = [(measure, root, id, tuple(names)) for id in ids]
    for n, page_rows in enumerate(_mapped(tasks, jobs), 1):
        for name, row in page_rows.items():
            rows[name].append(row)
        if n % 100 == 0:
            print(f"{n} of {len(ids)} pages", file=sys.stderr, flush=True)
    return rows


def _mapped(tasks: Sequence[Task], jobs: int) -> Iterator[dict[str, Row]]:
    if jobs == 1:
        _silence()
        yield from map(score_page, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs, initializer=_silence) as pool:
        yield from pool.imap(score_page, tasks, chunksize=4)


def _silence() -> None:
    """Peers log each page they can't read; here it is counted."""
    logging.disable(logging.CRITICAL)


# --------------------------------------------------------------------------
# files


def reused(measure: Measure, file: Path, names: Sequence[str], fingerprints: Mapping[str, str]) -> dict[str, Row]:
    """Version and rows of the systems that an earlier result holds, for the pages asked for.

    Raises `ValueError` if a page is missing there, or if it or the definitions are not the same any more.
    """
    earlier = json.loads(file.read_text(encoding="utf-8"))
    if (earlier.get("kind"), earlier.get("metrics")) != (measure.kind, measure.version):
        raise ValueError(f"{file} was measured with other definitions: measure again")
    taken = {}
    for name in names:
        if name not in earlier["systems"]:
            continue
        rows = {row["id"]: row for row in earlier["systems"][name]["pages"]}
        for id, mark in fingerprints.items():
            if id not in rows or rows[id]["fingerprint"] != mark:
                raise ValueError(f"{file}: {name} has no result for page {id} as it is now: measure again")
        taken[name] = {"version": earlier["systems"][name]["version"], "pages": [rows[id] for id in fingerprints]}
    return taken


def result(measure: Measure, fingerprints: Mapping[str, str], systems: Mapping[str, Row]) -> Row:
    """What ``--json`` writes and the gate reads; ``systems`` maps a name to its version and rows."""
    return {
        "kind": measure.kind,
        "metrics": measure.version,
        "corpus": {"pages": len(fingerprints), "digest": corpus_digest(fingerprints.values())},
        "systems": {name: {**held, "summary": by_group(measure, held["pages"])} for name, held in systems.items()},
    }


def markdown(measure: Measure, measured: Row, groups: bool) -> str:
    """A table of all systems, one of the figures that are shown by group, and one for each group if wanted."""
    summaries = {name: held["summary"] for name, held in measured["systems"].items()}
    parts = list(next(iter(summaries.values())))
    tables = [_table(measure, "all", {name: summary["all"] for name, summary in summaries.items()})]
    if measure.by_group and len(parts) > 1:
        tables.append(_group_table(measure, parts[1:], summaries))
    if groups:
        tables += [
            _table(measure, part, {name: summary[part] for name, summary in summaries.items()}) for part in parts[1:]
        ]
    return "\n\n".join(tables)


def _table(measure: Measure, title: str, summaries: Mapping[str, Mapping[str, float]]) -> str:
    columns = measure.columns
    head = [f"| {title} | " + " | ".join(columns.values()) + " |", "|---|" + "--:|" * len(columns)]
    rows = [
        f"| {name} | " + " | ".join(_cell(summary[key]) for key in columns) + " |"
        for name, summary in summaries.items()
    ]
    return "\n".join([*head, *rows])


def _group_table(measure: Measure, parts: Sequence[str], summaries: Mapping[str, Mapping[str, Any]]) -> str:
    """Some figures of each group, side by side."""
    some = next(iter(summaries.values()))
    shown = " / ".join(measure.columns[name] for name in measure.by_group)
    head = [
        f"| {shown} | " + " | ".join(f"{part} ({some[part]['pages']})" for part in parts) + " |",
        "|---|" + "--:|" * len(parts),
    ]
    rows = [
        f"| {name} | "
        + " | ".join(" / ".join(f"{summary[part][key]:.3f}" for key in measure.by_group) for part in parts)
        + " |"
        for name, summary in summaries.items()
    ]
    return "\n".join([*head, *rows])


def _cell(value: float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


# --------------------------------------------------------------------------
# the command line


def read_arguments(doc: str | None, folder: str, argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line of a script that scores the pages of ``--FOLDER DIR``, which becomes ``root``."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, fromfile_prefix_chars="@"
    )
    score = parser.add_subparsers(dest="command", required=True).add_parser("score", fromfile_prefix_chars="@")
    score.add_argument(f"--{folder}", dest="root", metavar="DIR", type=Path, required=True)
    score.add_argument("--system", action="append", choices=SYSTEMS, help="may be given several times")
    score.add_argument("--by-group", "--by-type", action="store_true", help="a table for each group of pages as well")
    score.add_argument("--jobs", type=int, default=1, help="processes")
    score.add_argument("--every", type=int, default=1, help="only every n-th page")
    score.add_argument("--pages", nargs="+", metavar="ID", help="only these; @FILE reads them from a file, one a line")
    score.add_argument("--reuse", type=Path, metavar="JSON", help="take what this earlier result holds")
    score.add_argument("--json", type=Path)
    score.add_argument("--markdown", type=Path)
    args = parser.parse_args(argv)
    unknown = set(args.pages or ()) - set(page_ids(args.root))
    if unknown:
        parser.error(f"{args.root} has no page {', '.join(sorted(unknown))}")
    return args


def main(measure: Measure, args: argparse.Namespace) -> None:
    """Score the systems of the command line, and print and write what came out."""
    names = list(dict.fromkeys(args.system or ["cleaner"]))
    ids = (sorted(set(args.pages)) if args.pages else page_ids(args.root))[:: args.every]
    fingerprints = {id: fingerprint(args.root, id) for id in ids}
    try:
        held = reused(measure, args.reuse, names, fingerprints) if args.reuse else {}
    except ValueError as error:
        sys.exit(str(error))
    fresh = score_all(measure, args.root, ids, [name for name in names if name not in held], args.jobs)
    held |= {name: {"version": package_version(name), "pages": rows} for name, rows in fresh.items()}
    measured = result(measure, fingerprints, {name: held[name] for name in names})
    table = markdown(measure, measured, args.by_group)
    print(table)
    if args.markdown:
        args.markdown.write_text(table + "\n", encoding="utf-8")
    if args.json:
        args.json.write_text(json.dumps(measured) + "\n", encoding="utf-8")
