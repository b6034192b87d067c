"""A benchmark of plain text: the pages of WCXB, rendered naively, with a label for each line.

    python -m bench.wcxb_text build  --wcxb DIR --out DIR [--split dev] [--renderer bs4 ...] [--every N]
    python -m bench.wcxb_text score  --data DIR --system pkg.mod:func [--by-type] [--json FILE]
    python -m bench.wcxb_text oracle --data DIR

``build`` renders each page to text with three naive renderers, and on request two inputs that must not be harmed: what
another extractor wrote, and the gold itself. Each line is labelled by alignment of its words with the gold. ``score``
runs a function over the texts and reports word F1, loss of content and noise left. ``oracle`` scores the labels
themselves, which is the most that a cleaner of whole lines can reach.

The function is called as ``func(text, url)``, or as ``func(text)`` if it takes one parameter. It returns clean text.

The rows are gzipped JSON lines: ``id``, ``corpus``, ``url``, ``page_type``, ``split``, ``domain``, ``title``,
``renderer``, ``text``, ``lines`` (the lines that are not blank, each with ``text`` and ``keep``), ``gold``, ``oracle``.
Pages without gold are left out; pages whose oracle has an F1 below 0.80 go to ``*.left_out.jsonl.gz``. ``build`` needs
resiliparse, beautifulsoup4, lxml and inscriptis.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import importlib
import inspect
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from bench.align import label_lines
from bench.render import EXTRA_INPUTS, RENDERERS, render
from bench.text_metrics import Row, format_table, page_metrics, summarise, without_title
from bench.wcxb_pages import PAGE_TYPES, Page, corpus_of, page_ids, read_page

MIN_ORACLE = 0.80
"""F1 of the labels below which a page is left out."""

System = Callable[[Row], str]
"""Makes the clean text of a row."""


# --------------------------------------------------------------------------
# build


def build_row(page: Page, renderer: str, split: str) -> Row:
    """One page in one rendering, with a label for each line."""
    text = render(page, renderer)
    lines = [line for line in text.split("\n") if line.strip()]
    keep = label_lines(lines, page.gold)
    kept = "\n".join(line for line, is_kept in zip(lines, keep, strict=True) if is_kept)
    metrics = page_metrics(kept, text, page.gold)
    return {
        "id": page.id,
        "corpus": corpus_of(page),
        "url": page.url,
        "page_type": page.page_type,
        "split": split,
        "domain": page.domain,
        "title": page.title,
        "renderer": renderer,
        "text": text,
        "lines": [{"text": line.strip(), "keep": is_kept} for line, is_kept in zip(lines, keep, strict=True)],
        "gold": page.gold,
        "oracle": {key: round(metrics[key], 4) for key in ("precision", "recall", "f1")},
    }


@dataclass
class _Output:
    """The files of one renderer, and what was written to them."""

    used: IO[str]
    left_out: IO[str]
    counts: Counter[str] = field(default_factory=Counter)
    oracle: list[float] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.counts["pages"] += 1
        if not row["gold"].strip():
            self.counts["no gold"] += 1
            return
        line = json.dumps(row, ensure_ascii=False) + "\n"
        if row["oracle"]["f1"] < MIN_ORACLE:
            self.counts[f"oracle below {MIN_ORACLE:.2f}"] += 1
            self.left_out.write(line)
            return
        self.counts["used"] += 1
        self.counts["lines"] += len(row["lines"])
        self.counts["lines kept"] += sum(one["keep"] for one in row["lines"])
        self.oracle.append(row["oracle"]["f1"])
        self.used.write(line)


def build(root: Path, out: Path, renderers: Iterable[str], split: str = "dev", every: int = 1) -> None:
    """Write the rows of the pages of a split, or of every n-th, one file for each renderer."""
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:

        def opened(name: str) -> IO[str]:
            return stack.enter_context(gzip.open(out / f"{split}.{name}.jsonl.gz", "wt", 6, encoding="utf-8"))

        outputs = {name: _Output(opened(name), opened(f"{name}.left_out")) for name in renderers}
        for n, id in enumerate(page_ids(root, split)[::every], 1):
            page = read_page(root, id, split)
            for name, output in outputs.items():
                output.add(build_row(page, name, split))
            if n % 100 == 0:
                print(f"{split}: {n} pages, {time.monotonic() - began:.0f} s", file=sys.stderr)
    for name, output in outputs.items():
        mean = statistics.fmean(output.oracle) if output.oracle else 0.0
        print(f"{split} {name}: {dict(output.counts)} mean oracle F1 of used pages {mean:.4f}")


def read_rows(data: Path, split: str, renderers: Iterable[str], every: int = 1) -> Iterator[Row]:
    """The rows that `build` wrote; every n-th of each file."""
    for renderer in renderers:
        with gzip.open(data / f"{split}.{renderer}.jsonl.gz", "rt", encoding="utf-8") as file:
            yield from map(json.loads, islice(file, 0, None, every))


def renderings_digest(data: Path, split: str = "dev") -> str:
    """A short digest of all rows in a folder that `build` wrote, in the order of the renderers."""
    digest = hashlib.sha256()
    for name in (*RENDERERS, *EXTRA_INPUTS):
        path = data / f"{split}.{name}.jsonl.gz"
        if path.exists():
            with gzip.open(path) as file:
                for line in file:
                    digest.update(line)
    return digest.hexdigest()[:16]


# --------------------------------------------------------------------------
# score


def load_system(spec: str) -> System:
    """The system ``module:function``. Raises `ImportError` or `AttributeError` if there is none."""
    module, _, path = spec.partition(":")
    target: Any = importlib.import_module(module)
    for part in path.split("."):
        target = getattr(target, part)
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    takes = sum(parameter.kind in kinds for parameter in inspect.signature(target).parameters.values())
    if takes >= 2:
        return lambda row: str(target(row["text"], row["url"]))
    return lambda row: str(target(row["text"]))


def by_labels(row: Row) -> str:
    """The lines of a row that its labels keep."""
    return "\n".join(line["text"] for line in row["lines"] if line["keep"])


@dataclass
class Scored:
    """The figures of all pages, and the CPU seconds and bytes of the texts they took."""

    pages: list[Row] = field(default_factory=list)
    seconds: float = 0.0
    size: int = 0

    def summary(self, renderers: Iterable[str], *, by_type: bool) -> dict[str, dict[str, float]]:
        """Summaries by renderer, of all, and on request by page type."""
        found = {name: summarise([page for page in self.pages if page["renderer"] == name]) for name in renderers}
        found["all"] = summarise(self.pages)
        for kind in PAGE_TYPES if by_type else ():
            if part := [page for page in self.pages if page["page_type"] == kind]:
                found[kind] = summarise(part)
        return found


def score(rows: Iterable[Row], system: System, *, title_neutral: bool = False) -> Scored:
    """Run a system over rows."""
    scored = Scored()
    for row in rows:
        began = time.process_time()
        cleaned = system(row)
        scored.seconds += time.process_time() - began
        scored.size += len(row["text"].encode())
        if title_neutral:
            cleaned = without_title(cleaned, row["title"], row["gold"])
        metrics = page_metrics(cleaned, row["text"], row["gold"])
        scored.pages.append({**{key: row[key] for key in ("id", "renderer", "page_type")}, **metrics})
    return scored


# --------------------------------------------------------------------------


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    inputs = (*RENDERERS, *EXTRA_INPUTS)
    one = commands.add_parser("build")
    one.add_argument("--wcxb", type=Path, required=True)
    one.add_argument("--out", type=Path, required=True)
    one.add_argument("--split", nargs="+", default=["dev"])
    one.add_argument("--renderer", nargs="+", default=list(RENDERERS), choices=inputs)
    one.add_argument("--every", type=int, default=1, help="only every n-th page of each split")
    for name in ("score", "oracle"):
        one = commands.add_parser(name)
        one.add_argument("--data", type=Path, required=True)
        one.add_argument("--split", default="dev")
        one.add_argument("--renderer", nargs="+", default=list(RENDERERS), choices=inputs)
        one.add_argument("--by-type", action="store_true", help="one row for each page type, too")
        one.add_argument("--title-neutral", action="store_true", help="ignore a headline that the gold leaves out")
        one.add_argument("--every", type=int, default=1, help="only every n-th row of each file")
        one.add_argument("--json", type=Path)
        if name == "score":
            one.add_argument("--system", required=True)
    return parser.parse_args()


def main() -> None:
    args = read_arguments()
    if args.command == "build":
        for split in args.split:
            build(args.wcxb, args.out, args.renderer, split, args.every)
        return
    system = by_labels if args.command == "oracle" else load_system(args.system)
    rows = read_rows(args.data, args.split, args.renderer, args.every)
    scored = score(rows, system, title_neutral=args.title_neutral)
    summary = scored.summary(args.renderer, by_type=args.by_type)
    print(format_table(list(summary.items())))
    if scored.seconds:
        speed = scored.size / 1e6 / scored.seconds
        print(f"{scored.size / 1e6:.1f} MB in {scored.seconds:.1f} CPU s = {speed:.2f} MB/s")
    if args.json:
        args.json.write_text(json.dumps({"summary": summary, "pages": scored.pages}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
