"""Tables from ``results.json``: ``RESULTS.md``, and those that the docs hold between markers.

    python -m bench.results            # write the tables into the docs
    python -m bench.results --check    # exit with 1 if a table in the docs differs from the results

A table in the docs stands between ``<!-- table: NAME -->`` and ``<!-- end of table -->``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results.json")
DOCS = ("README.md", "docs/*.md", "bench/README.md")

Figures = Mapping[str, Any]
Rows = list[tuple[str, list[str]]]

_MARKED = re.compile(r"(?P<start><!-- table: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end of table -->)", re.DOTALL)
_TYPES = ("article", "documentation", "service", "forum", "collection", "listing", "product")
_PEERS = {
    "trafilatura": "", "trafilatura-nc": ", comments off", "resiliparse": ", main content", "rs-trafilatura": "",
    "justext": "", "readability": "",
}  # fmt: skip
"""Systems that ours is compared with, and the setting that their rows name."""
_SHORT = ("trafilatura-nc", "rs-trafilatura", "resiliparse")
"""The peers of the table that compares news with mixed pages."""
_NEWS = {
    "aed": "English dataset", "german": "German", "english": "English", "cjk": "Chinese, Japanese, Korean",
    "other": "other",
}  # fmt: skip
"""The groups of news articles (see `bench.articles.GROUPS`) and their columns."""
_PROFILES = {
    "balanced": "balanced (default), out of fold",
    "careful": "careful, out of fold",
    "strict": "strict, out of fold",
}
_TEXT_PROFILES = {
    "careful": "careful (default), out of fold",
    "balanced": "balanced, out of fold",
    "strict": "strict, out of fold",
}
_RULES = {"cleaner-rules": "rules alone, balanced", "cleaner-rules-careful": "rules alone, careful"}
_MEASURES = ("orjson loads + dumps", "plain calls", "python -c pass", "python -c 'import numpy'")
"""What costs are measured in, and the least that a start can cost: rows that say nothing."""
_TEXTS = {"untouched": "untouched", "c4": "line filter of C4"}


# --------------------------------------------------------------------------
# cells


def decimal(value: float, digits: int = 3) -> str:
    """``.873``; whole numbers as they are."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("0") if text.startswith("0.") and value else text.rstrip("0").rstrip(".")


def percent(value: float) -> str:
    """``3.2 %``; two digits more below one per cent."""
    return "0" if not value else f"{100 * value:.1f} %" if value >= 0.01 else f"{100 * value:.2f} %"


def table(head: Sequence[str], rows: Rows) -> str:
    """A Markdown table; all columns but the first are figures."""
    lines = ["| " + " | ".join(["", *head]).strip() + " |", "|---|" + "--:|" * len(head)]
    lines += ["| " + " | ".join([name, *cells]) + " |" for name, cells in rows]
    return "\n".join(lines) + "\n"


# --------------------------------------------------------------------------
# tables


def quality_html(results: Figures) -> str:
    """Our engine out of fold, rules alone and peers on HTML, with the cost."""
    parts = results["parts"]
    folds, others = parts["html-folds"]["systems"], parts["html"]["systems"]
    cost = parts.get("html-cost", {}).get("systems", {})
    head = ("F1", "P", "R", "content lost", "pages losing > 20 %", *_TYPES, "CPU, trafilatura = 1")

    def cells(system: Figures, costs: str = "") -> list[str]:
        every = system["all"]
        ratio = decimal(cost[costs]["ratio_mean"], 2) if costs in cost else ""
        return [*_html_cells(every), *(decimal(system[kind]["f1"]) for kind in _TYPES), ratio]

    rows = [
        (f"**cleaner**, {title}", cells(folds[name], "cleaner" if name == "balanced" else ""))
        for name, title in _PROFILES.items()
    ]
    rows += [(f"cleaner, {title}", cells(others[name], name)) for name, title in _RULES.items()]
    rows += [
        (others[name]["version"] + how, cells(others[name], name)) for name, how in _PEERS.items() if name in others
    ]
    return table(head, rows)


def quality_pages(results: Figures) -> str:
    """News and mixed pages: our engine out of fold, and peers."""
    parts = results["parts"]
    folds, others = parts["html-folds"], parts["html"]["systems"]
    news_folds, news_others = folds["articles"]["systems"], parts["articles"]["systems"]
    head = ("news: F1", "content lost", "mixed pages: F1", "content lost", "pages losing > 20 %")

    def cells(news: Figures, mixed: Figures) -> list[str]:
        here, there = news["all"], mixed["all"]
        return [
            decimal(here["f1"]), percent(here["lost"]), decimal(there["f1"]), percent(there["loss"]),
            percent(there["heavy_loss"]),
        ]  # fmt: skip

    rows = [
        (f"**cleaner**, {title}", cells(news_folds[name], folds["systems"][name]))
        for name, title in _PROFILES.items()
        if name != "strict"
    ]
    rows += [
        (others[name]["version"] + _PEERS[name], cells(news_others[name], others[name]))
        for name in _SHORT
        if name in others and name in news_others
    ]
    return table(head, rows)


def quality_news(results: Figures) -> str:
    """Our engine out of fold, rules alone and peers on news articles, by group."""
    parts = results["parts"]
    folds, others = parts["html-folds"]["articles"]["systems"], parts["articles"]["systems"]
    groups = {name: title for name, title in _NEWS.items() if name in folds["balanced"]}

    def cells(system: Figures) -> list[str]:
        every = system["all"]
        shares = [*(decimal(every[key]) for key in ("f1", "precision")), percent(every["lost"])]
        return [*shares, percent(every["heavy_loss"]), *(decimal(system[group]["f1"]) for group in groups)]

    rows = [(f"**cleaner**, {title}", cells(folds[name])) for name, title in _PROFILES.items()]
    rows += [(f"cleaner, {title}", cells(others[name])) for name, title in _RULES.items()]
    rows += [(others[name]["version"] + how, cells(others[name])) for name, how in _PEERS.items() if name in others]
    return table(("F1", "P", "content lost", "pages losing > 20 %", *groups.values()), rows)


def quality_small(results: Figures) -> str:
    """Pages without furniture, and small inputs that must come out right."""
    parts = results["parts"]
    rows = [
        (
            f"gold texts as paragraphs, {profile}",
            [f"{one['pages']:,}", percent(one["lost"]), percent(one["losing"]), ""],
        )
        for profile, one in parts["gold-pages"]["profiles"].items()
    ]
    rows += [
        (
            "small inputs, " + " in ".join(("HTML" if kind == "html" else kind, profile)),
            [f"{one['cases']}", "", percent(one["lost"] / one["cases"]), percent(one["right"] / one["cases"])],
        )
        for name, one in parts.get("cases", {}).get("runs", {}).items()
        for kind, _, profile in [name.partition("-")]
        if one["cases"]
    ]
    return table(("inputs", "words lost", "inputs that lose any", "inputs that are right"), rows)


def _html_cells(summary: Figures) -> list[str]:
    shares = (decimal(summary[key]) for key in ("f1", "precision", "recall"))
    return [*shares, percent(summary["loss"]), percent(summary["heavy_loss"])]


def quality_text(results: Figures) -> str:
    """Our engine out of fold, rules alone, a line filter and nothing done, on plain text."""
    parts = results["parts"]
    folds, others = parts["text-folds"]["systems"], parts["text"]["systems"]
    head = (
        "F1", "content lost", "pages losing > 20 %", "noise left", "F1 of articles",
        "content lost when the input is the gold text itself", "F1 on the output of another extractor",
    )  # fmt: skip

    def cells(system: Figures) -> list[str]:
        noisy = system["noisy"]
        return [
            decimal(noisy["f1"]), percent(noisy["loss"]), percent(noisy["loss>20%"]), decimal(noisy["noise"]),
            decimal(system["article"]["f1"]), percent(system["clean"]["loss"]), decimal(system["extracted"]["f1"]),
        ]  # fmt: skip

    rows = [(title, cells(others[name])) for name, title in _TEXTS.items()]
    rows += [(f"**cleaner**, {title}", cells(folds[name])) for name, title in _TEXT_PROFILES.items()]
    rows.append(("cleaner, rules alone, careful", cells(others["careful"])))
    return table(head, rows)


def scorer_html(results: Figures) -> str:
    """The learned scorer of pages, out of fold."""
    systems = results["parts"]["html-folds"]["systems"]
    rows = [
        (
            title,
            [*_html_cells(systems[name]["all"]), decimal(systems[name]["all"]["noise"]),
             *(decimal(systems[name][kind]["f1"]) for kind in _TYPES), percent(systems[name]["second run"])],
        )
        for name, title in _PROFILES.items()
    ]  # fmt: skip
    head = ("F1", "P", "R", "content lost", "pages losing > 20 %", "noise left", *_TYPES, "words a second run removes")
    return table(head, rows)


def scorer_text(results: Figures) -> str:
    """The learned scorer of texts, out of fold, by page type."""
    parts = results["parts"]
    folds, others = parts["text-folds"]["systems"], parts["text"]["systems"]

    def cells(system: Figures) -> list[str]:
        noisy = system["noisy"]
        shares = [percent(noisy["loss"]), percent(noisy["loss>20%"]), decimal(noisy["noise"])]
        return [decimal(noisy["f1"]), *shares, *(decimal(system[kind]["f1"]) for kind in _TYPES)]

    rows = [("untouched", cells(others["untouched"])), ("rules alone, careful", cells(others["careful"]))]
    rows += [(title, cells(folds[name])) for name, title in _TEXT_PROFILES.items()]
    return table(("F1", "content lost", "pages losing > 20 %", "noise left", *_TYPES), rows)


def tuning_text(results: Figures) -> str:
    """Rules alone in the careful profile, by input."""
    system = results["parts"]["text"]["systems"]["careful"]
    inputs = {
        "resiliparse": "resiliparse rendering", "bs4": "BeautifulSoup rendering", "inscriptis": "inscriptis rendering",
        "noisy": "the three", "article": "articles of the three", "extracted": "another extractor's output",
        "clean": "the gold itself",
    }  # fmt: skip
    rows = [
        (
            title,
            [f"{one['pages']:,}", decimal(one["f1"]), percent(one["loss"]), percent(one["loss>5%"]),
             percent(one["loss>20%"]), decimal(one["noise"])],
        )
        for name, title in inputs.items()
        for one in [system[name]]
    ]  # fmt: skip
    return table(("pages", "F1", "content lost", "pages losing > 5 %", "pages losing > 20 %", "noise left"), rows)


def tuning_html(results: Figures) -> str:
    """Rules alone on HTML."""
    systems = results["parts"]["html"]["systems"]
    rows = [
        (
            title,
            [*_html_cells(systems[name]["all"]), decimal(systems[name]["all"]["noise"]),
             *(decimal(systems[name][kind]["f1"]) for kind in _TYPES)],
        )
        for name, title in _RULES.items()
    ]  # fmt: skip
    return table(("F1", "P", "R", "content lost", "pages losing > 20 %", "noise left", *_TYPES), rows)


def costs(results: Figures) -> str:
    """CPU time as ratios."""
    parts = results["parts"]
    rows = [
        (f"HTML, {name}: trafilatura = 1", [decimal(one["ratio_mean"], 2)])
        for name, one in parts.get("html-cost", {}).get("systems", {}).items()
        if name != "trafilatura"
    ]
    for part, key, title in (
        ("text-cost", "times a JSON pass", "plain text, {}: a JSON pass = 1"),
        ("batch", "times the cleaning alone", "cleaner run, {}: the cleaning alone = 1"),
        ("etl", "times plain calls", "{}: plain calls = 1"),
        ("start", "times python -c 'import numpy'", "{}: `python -c 'import numpy'` = 1"),
    ):
        found = parts.get(part, {}).get(key, {})
        rows += [(title.format(name), [decimal(ratio, 2)]) for name, ratio in found.items() if name not in _MEASURES]
    return table(("ratio",), rows)


TABLES: dict[str, Callable[[Figures], str]] = {
    "quality-pages": quality_pages,
    "quality-html": quality_html,
    "quality-news": quality_news,
    "quality-small": quality_small,
    "quality-text": quality_text,
    "scorer-html": scorer_html,
    "scorer-text": scorer_text,
    "tuning-html": tuning_html,
    "tuning-text": tuning_text,
    "costs": costs,
}


def table_or_note(name: str, results: Figures) -> str:
    """A table, or a sentence that says which part was not measured. Raises `KeyError` for an unknown table."""
    make = TABLES[name]
    try:
        return make(results)
    except KeyError as missing:
        return f"Not measured: {missing} is missing.\n"


# --------------------------------------------------------------------------
# RESULTS.md


_ABOUT = """\
# Results

Written by `{command}`; do not edit. `results.json` has all figures, `bench/README.md` their definitions.

* **Rules** are read off these pages: the rules were written with them in view, so expect slightly lower figures on
  other pages.
* **The default engine is measured out of fold**: each page is judged by a model that saw no page of its domain. The
  models that are shipped were fitted on all these pages. Their figures on them would mean nothing and are left out.
* Costs are ratios of CPU time, measured in turns in one process. Seconds would be those of one machine on one day.
* Peers run with their defaults; *comments off* leaves the comments of readers out, as golds do. Differences in F1
  below .005 mean nothing.
* On news, *content lost* is the share of the gold that the output lacks; on mixed pages the share of the gold that the
  page shows. A headline that is kept costs nothing on news.
"""


def markdown(results: Figures) -> str:
    """``RESULTS.md``. Instead of a table whose parts were not measured there is a note."""
    parts = results["parts"]
    blocks = [_ABOUT.format(command=next(iter(parts.values()))["command"] if parts else "make bench DATA=WCXB")]
    if any(part["every"] > 1 for part in parts.values()):
        blocks.append("**Only some of the pages were used. Do not quote these figures.**\n")
    blocks += [f"**Failed in the last run:** {name}: {why}\n" for name, why in results["failed"].items()]
    for name, title in (
        ("quality-pages", "News and mixed pages"),
        ("quality-html", "Mixed pages"),
        ("quality-news", "News"),
        ("quality-small", "Small inputs and pages without furniture"),
        ("quality-text", "Plain text"),
        ("scorer-html", "The learned scorer on HTML, out of fold"),
        ("scorer-text", "The learned scorer on plain text, out of fold"),
        ("tuning-text", "Rules alone on plain text, careful"),
        ("costs", "CPU time"),
    ):
        blocks.append(f"## {title}\n\n{table_or_note(name, results)}")
    blocks += [_gate(parts["gate"])] if "gate" in parts else []
    blocks.append("## What was measured with what\n\n" + "\n".join(_stamps(parts)) + "\n")
    return "\n".join(blocks)


def _gate(found: Figures) -> str:
    lines = [f"## The gate\n\n{found['hold']} of {found['floors']} floors hold."]
    lines += [
        f"* `{metric}`: floor {one['floor']}, measured {one['measured']}" for metric, one in found["broken"].items()
    ]
    return "\n".join(lines) + "\n"


def _stamps(parts: Figures) -> Iterator[str]:
    """Parts measured alike in one line each: date, digests, versions."""
    groups: dict[str, list[str]] = {}
    for name, part in parts.items():
        data = ", ".join(f"{key} `{digest}`" for key, digest in part["data"].items())
        used = ", ".join(f"{key} {value}" for key, value in part["versions"].items())
        absent = f". Not installed: {', '.join(part['not installed'])}" if part["not installed"] else ""
        groups.setdefault(f"{part['date']}. Data: {data}. Versions and digests: {used}{absent}.", []).append(name)
    for stamp, names in groups.items():
        yield f"* {', '.join(names)}: {stamp}"


# --------------------------------------------------------------------------
# the docs


def filled(text: str, results: Figures) -> str:
    """A document with its marked tables as the results have them. Raises `KeyError` for an unknown table."""
    return _MARKED.sub(lambda found: found["start"] + table_or_note(found["name"], results) + found["end"], text)


def documents() -> Iterator[Path]:
    """The documents that hold marked tables."""
    for pattern in DOCS:
        yield from (path for path in sorted(ROOT.glob(pattern)) if _MARKED.search(path.read_text("utf-8")))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    results = json.loads(RESULTS.read_text("utf-8"))
    stale = []
    for path in documents():
        text = path.read_text("utf-8")
        new = filled(text, results)
        if new != text:
            stale.append(path.relative_to(ROOT))
            if not args.check:
                path.write_text(new, "utf-8")
    for path in stale:
        print(f"{path}: {'differs from the results; run python -m bench.results' if args.check else 'written'}")
    return int(args.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
