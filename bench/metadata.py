r"""Metadata of news articles: how often title, author and date are right, for cleaner and trafilatura in one run.

    python -m bench.metadata --articles DIR [--system cleaner --system trafilatura] [--every N] [--level light]
                 [--show title|author|authors|date|invented] [--json FILE] [--markdown FILE]

The folder has the layout of WCXB, its golds name ``title``, ``author`` (names joined by commas) and ``publish_date``.
All systems read the same bytes of the same pages, and all values pass the same normalization:

* a *title* is right if its letters and digits equal those of the gold (NFKC, lower case);
* an *author* is right if one of the names is in the gold; *authors* are right if the sets of names are equal. A name is
  compared by its letters and digits, without accents; the strings of both sides are split at commas, semicolons, bars,
  ampersands and "and" (also "und", "et", "y", "e");
* a *date* is right if its day equals that of the gold. A gold that is not a date (``NaT``) is no gold.

Each share is over the pages whose gold has the field. *invented* is the share of the pages without an author in the
gold for which one is given. The errors are standard errors with domains as units. Milliseconds are CPU time for reading
the facts of a page that is cleaned already, without loading modules; for trafilatura, that of its whole call, which
parses the page.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.measure import domain_error
from bench.wcxb_pages import Page, page_ids, read_page

FIELDS = ("title", "author", "authors", "date")
_SPLIT = re.compile(r"[,;|&、，]|\s(?:and|und|et|y|e)\s", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Found(NamedTuple):
    """What a system says of a page, and the milliseconds it took."""

    title: str = ""
    author: tuple[str, ...] = ()
    date: str = ""
    ms: float = 0.0


System = Callable[[Page], Found]


def plain(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def names(texts: Sequence[str]) -> frozenset[str]:
    """The names in texts, for comparison."""
    bare = (unicodedata.normalize("NFKD", one) for text in texts for one in _SPLIT.split(text))
    return frozenset(filter(None, (plain("".join(c for c in one if not unicodedata.combining(c))) for one in bare)))


def judged(found: Found, gold: Found) -> dict[str, bool | None]:
    """Whether each field is right; None where the gold has none. ``invented`` is for pages without an author."""
    given, wanted = names(found.author), names(gold.author)
    return {
        "title": plain(found.title) == plain(gold.title) if gold.title else None,
        "author": bool(given & wanted) if wanted else None,
        "authors": given == wanted if wanted else None,
        "date": found.date[:10] == gold.date if gold.date else None,
        "invented": None if wanted else bool(given),
    }


def gold_of(root: Path, id: str) -> Found:
    """The gold of a page."""
    truth = json.loads((root / "ground-truth" / f"{id}.json").read_text("utf-8"))["ground_truth"]
    author, date = truth.get("author") or "", (truth.get("publish_date") or "")[:10]
    return Found(truth.get("title") or "", (author,) if author else (), date if _DAY.fullmatch(date) else "")


def cleaner_at(level: Any) -> System:
    """Our own metadata at a level, of a page that is cleaned with the defaults."""
    from cleaner.pipeline import Pipeline

    pipeline = Pipeline(metadata=level)
    dict(pipeline.run("<title>A</title><p>By Alba Brook</p>", kind="html").metadata)  # loads modules

    def run(page: Page) -> Found:
        result = pipeline.run(page.html, kind="html", url=page.url)
        start = time.process_time()
        facts = result.metadata
        ms = (time.process_time() - start) * 1000
        title, date = (next(iter(facts.get(name, ())), "") for name in ("title", "date"))
        return Found(title, facts.get("author", ()), date, ms)

    return run


def trafilatura(page: Page) -> Found:
    """Trafilatura's own reading of the whole page, with its defaults."""
    from trafilatura.metadata import extract_metadata

    start = time.process_time()
    try:
        found = extract_metadata(page.html, default_url=page.url or None)
    except Exception:  # noqa: BLE001 - a peer may raise anything
        return Found(ms=(time.process_time() - start) * 1000)
    ms = (time.process_time() - start) * 1000
    author = tuple((found.author or "").split("; ")) if found.author else ()
    return Found(found.title or "", author, found.date or "", ms)


def rows_of(root: Path, ids: Sequence[str], systems: Mapping[str, System]) -> Iterator[dict[str, Any]]:
    """A row for each page and system."""
    for id in ids:
        page, gold = read_page(root, id), gold_of(root, id)
        for name, system in systems.items():
            found = system(page)
            about = {"id": id, "domain": page.domain, "system": name, "ms": found.ms}
            yield {**about, **judged(found, gold), "found": found._asdict(), "gold": gold._asdict()}


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Shares over the pages that have the field, their errors, and the mean time."""
    made: dict[str, float] = {"pages": len(rows)}
    for field in (*FIELDS, "invented"):
        known = [{"domain": row["domain"], "f1": float(row[field])} for row in rows if row[field] is not None]
        made[field] = statistics.fmean(row["f1"] for row in known) if known else 0.0
        made[f"{field}_error"] = domain_error(known)
    made["ms"] = statistics.fmean(row["ms"] for row in rows) if rows else 0.0
    return made


def table(summaries: Mapping[str, Mapping[str, float]]) -> str:
    """The figures as a Markdown table."""
    head = "| | pages | title | author | all authors | date | author invented | ms |\n|---|" + "--:|" * 7
    return "\n".join([head, *(_line(name, made) for name, made in summaries.items())])


def _line(name: str, made: Mapping[str, float]) -> str:
    cells = [f"{made[field]:.3f} ± {made[f'{field}_error']:.3f}" for field in (*FIELDS, "invented")]
    return f"| {name} | {made['pages']:.0f} | {' | '.join(cells)} | {made['ms']:.2f} |"


def _show(rows: Sequence[Mapping[str, Any]], field: str) -> None:
    for row in rows:
        name = "author" if field in ("authors", "invented") else field
        if row[field] is (field == "invented"):
            print(f"{row['id']} [{row['system']}]\n  gold  {row['gold'][name]}\n  found {row['found'][name]}")


def main() -> None:
    """Score the systems, and print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True, metavar="DIR")
    parser.add_argument("--system", action="append", choices=("cleaner", "trafilatura"))
    parser.add_argument("--level", default="light", choices=("none", "light", "full"))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--show", action="append", choices=(*FIELDS, "invented"), default=[])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    args = parser.parse_args()
    known: dict[str, System] = {"cleaner": cleaner_at(args.level), "trafilatura": trafilatura}
    systems = {name: known[name] for name in dict.fromkeys(args.system or known)}
    rows = list(rows_of(args.articles, page_ids(args.articles)[:: args.every], systems))
    by_system = {name: [row for row in rows if row["system"] == name] for name in systems}
    for field in args.show:
        _show(by_system[next(iter(systems))], field)
    made = {name: summary(held) for name, held in by_system.items()}
    print(table(made))
    if args.markdown:
        args.markdown.write_text(table(made) + "\n", encoding="utf-8")
    if args.json:
        args.json.write_text(json.dumps({"systems": made, "pages": rows}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
