r"""Quality on WCXB pages as HTML: what each system keeps of the content and leaves of the noise.

    python -m bench.wcxb_html score --wcxb DIR [--system cleaner --system trafilatura ...] [--by-type] [--jobs N]
                       [--pages ID ... | --pages @FILE] [--every N] [--reuse JSON] [--json FILE] [--markdown FILE]

Systems are named in ``systems_html.py``. Every page counts the same. The words of a text are the multiset of
``\w+`` in lower case, as in WCXB's own evaluation; ``bench/README.md`` defines every figure. With ``--reuse`` the
systems that an earlier ``--json`` file holds are not run again; it is refused if a page or a definition changed since.
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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.systems_html import SYSTEMS, System, package_version, visible
from bench.text_metrics import words
from bench.wcxb_pages import PAGE_TYPES, Page, corpus_digest, fingerprint, page_ids, read_page

Row = dict[str, Any]
"""The figures of one system on one page; None where the page has nothing to measure."""

METRICS = 1
"""Goes up when a figure of a page changes its meaning, so that older files are not reused."""

DIGITS = 6
"""Decimals of a page's figures."""

HEAVY_LOSS = 0.20
"""Share of a page's content: pages that lose more are counted."""

COLUMNS = {
    "pages": "pages",
    "f1": "F1",
    "f1_error": "±",
    "precision": "P",
    "recall": "R",
    "f1_neutral": "F1, headline neutral",
    "with": "with found",
    "without": "without absent",
    "loss": "loss",
    "heavy_loss": "pages losing > 20 %",
    "noise": "noise left",
    "empty": "empty",
    "errors": "errors",
}


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


def headline_neutral(
    output: Counter[str], gold: Counter[str], title: Counter[str]
) -> tuple[Counter[str], Counter[str]]:
    """Output and gold less what they differ by in the words of one copy of the headline."""
    return output - ((output - gold) & title), gold - ((gold - output) & title)


def found(snippets: Sequence[str], text: str) -> float | None:
    """Share of the snippets that stand in the text, whatever the case and the white space; None without snippets."""
    flat = _flat(text)
    return sum(_flat(snippet) in flat for snippet in snippets) / len(snippets) if snippets else None


def _flat(text: str) -> str:
    return " ".join(text.lower().split())


def share(part: Counter[str], whole: Counter[str]) -> float | None:
    """How much of the words of ``whole`` is in ``part``; None if there are none."""
    return (part & whole).total() / whole.total() if whole else None


def page_row(output: str, seen: str, page: Page) -> Row:
    """All figures of one output; ``seen`` is the visible text of the page."""
    out, gold, everything = words(output), words(page.gold), words(seen)
    score = word_score(out, gold)
    leaked = found(page.without, output)
    kept = share(out, gold & everything)
    figures = {
        **score._asdict(),
        "f1_neutral": word_score(*headline_neutral(out, gold, words(page.title))).f1,
        "with": found(page.with_, output),
        "without": None if leaked is None else 1 - leaked,
        "loss": None if kept is None else 1 - kept,
        "noise": share(out - gold, everything - gold),
    }
    return {
        "id": page.id,
        "type": page.page_type,
        "domain": page.domain,
        **{name: None if figure is None else round(figure, DIGITS) for name, figure in figures.items()},
        "empty": bool(gold and not out),
    }


def output_of(system: System, page: Page) -> tuple[str, str]:
    """The text a system makes of a page, and what it raised instead."""
    try:
        return system(page.html, page.url), ""
    except Exception as error:  # noqa: BLE001  a peer may raise anything
        return "", f"{type(error).__name__}: {error}"[:200]


def score_page(task: tuple[Path, str, tuple[str, ...]]) -> dict[str, Row]:
    """The rows of all systems named in the task (folder, id, systems) on one page."""
    root, id, names = task
    page, mark = read_page(root, id), fingerprint(root, id)
    seen = visible(page.html, page.url)
    rows = {}
    for name in names:
        output, error = output_of(SYSTEMS[name], page)
        rows[name] = {**page_row(output, seen, page), "error": error, "fingerprint": mark}
    return rows


# --------------------------------------------------------------------------
# many pages


def summarise(rows: Sequence[Row]) -> dict[str, float]:
    """Means over the pages that have the figure, and counts of empty outputs and errors."""

    def mean(values: Iterable[float | None]) -> float:
        present = [value for value in values if value is not None]
        return statistics.fmean(present) if present else 0.0

    names = ("f1", "precision", "recall", "f1_neutral", "with", "without", "loss", "noise")
    return {
        "pages": len(rows),
        **{name: mean(row[name] for row in rows) for name in names},
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


def by_type(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Summaries of all pages and of each page type that occurs."""
    types = {name: [row for row in rows if row["type"] == name] for name in PAGE_TYPES}
    return {"all": summarise(rows), **{name: summarise(part) for name, part in types.items() if part}}


def score_all(root: Path, ids: Sequence[str], names: Sequence[str], jobs: int) -> dict[str, list[Row]]:
    """Rows of each system in the order of ``ids``."""
    rows: dict[str, list[Row]] = {name: [] for name in names}
    if not names:
        return rows
    tasks = [(root, id, tuple(names)) for id in ids]
    for n, page_rows in enumerate(_mapped(tasks, jobs), 1):
        for name, row in page_rows.items():
            rows[name].append(row)
        if n % 100 == 0:
            print(f"{n} of {len(ids)} pages", file=sys.stderr, flush=True)
    return rows


def _mapped(tasks: Sequence[tuple[Path, str, tuple[str, ...]]], jobs: int) -> Iterator[dict[str, Row]]:
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


def reused(file: Path, names: Sequence[str], fingerprints: Mapping[str, str]) -> dict[str, Row]:
    """Version and rows of the systems that an earlier result holds, for the pages asked for.

    Raises `ValueError` if a page is missing there, or if it or the definitions are not the same any more.
    """
    earlier = json.loads(file.read_text(encoding="utf-8"))
    if earlier.get("metrics") != METRICS:
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


def result(fingerprints: Mapping[str, str], systems: Mapping[str, Row]) -> Row:
    """What ``--json`` writes and the gate reads; ``systems`` maps a name to its version and rows."""
    return {
        "kind": "wcxb_html",
        "metrics": METRICS,
        "corpus": {"pages": len(fingerprints), "digest": corpus_digest(fingerprints.values())},
        "systems": {name: {**held, "summary": by_type(held["pages"])} for name, held in systems.items()},
    }


def markdown(measured: Row, types: bool) -> str:
    """A table of all systems, with one more for each page type if wanted."""
    systems = measured["systems"]
    kinds = list(next(iter(systems.values()))["summary"]) if types else ["all"]
    tables = [_table(kind, {name: held["summary"][kind] for name, held in systems.items()}) for kind in kinds]
    return "\n\n".join(tables)


def _table(kind: str, summaries: Mapping[str, Mapping[str, float]]) -> str:
    head = [f"| {kind} | " + " | ".join(COLUMNS.values()) + " |", "|---|" + "--:|" * len(COLUMNS)]
    rows = [
        f"| {name} | " + " | ".join(_cell(summary[key]) for key in COLUMNS) + " |"
        for name, summary in summaries.items()
    ]
    return "\n".join([*head, *rows])


def _cell(value: float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


# --------------------------------------------------------------------------


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, fromfile_prefix_chars="@"
    )
    score = parser.add_subparsers(dest="command", required=True).add_parser("score", fromfile_prefix_chars="@")
    score.add_argument("--wcxb", type=Path, required=True)
    score.add_argument("--system", action="append", choices=SYSTEMS, help="may be given several times")
    score.add_argument("--by-type", action="store_true", help="a table for each page type as well")
    score.add_argument("--jobs", type=int, default=1, help="processes")
    score.add_argument("--every", type=int, default=1, help="only every n-th page")
    score.add_argument("--pages", nargs="+", metavar="ID", help="only these; @FILE reads them from a file, one a line")
    score.add_argument("--reuse", type=Path, metavar="JSON", help="take what this earlier result holds")
    score.add_argument("--json", type=Path)
    score.add_argument("--markdown", type=Path)
    args = parser.parse_args()
    unknown = set(args.pages or ()) - set(page_ids(args.wcxb))
    if unknown:
        parser.error(f"{args.wcxb} has no page {', '.join(sorted(unknown))}")
    return args


def main() -> None:
    args = read_arguments()
    names = list(dict.fromkeys(args.system or ["cleaner"]))
    ids = (sorted(set(args.pages)) if args.pages else page_ids(args.wcxb))[:: args.every]
    fingerprints = {id: fingerprint(args.wcxb, id) for id in ids}
    try:
        held = reused(args.reuse, names, fingerprints) if args.reuse else {}
    except ValueError as error:
        sys.exit(str(error))
    fresh = score_all(args.wcxb, ids, [name for name in names if name not in held], args.jobs)
    held |= {name: {"version": package_version(name), "pages": rows} for name, rows in fresh.items()}
    measured = result(fingerprints, {name: held[name] for name in names})
    table = markdown(measured, args.by_type)
    print(table)
    if args.markdown:
        args.markdown.write_text(table + "\n", encoding="utf-8")
    if args.json:
        args.json.write_text(json.dumps(measured) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
