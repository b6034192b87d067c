"""Cost of cleaner and its peers on WCXB pages as HTML: CPU time a page, peak memory, and beside them the F1 of words.

    python -m bench.html_cost --wcxb DIR [--pages 200] [--seed 0] [--system cleaner --system resiliparse ...]
                 [--json FILE] [--markdown FILE]

Pages are drawn at random and handed over as ``str``. Time: one process; all systems on a page before the next page, in
an order that moves on by one with every page, so that other work on the machine disturbs all alike; every system
has run once before anything counts, and garbage is collected before every call, so that each pays for its own.
Memory: each system in a process of its own over the same pages, to be read beside that of ``visible``.
``parse`` is a bare lexbor tree, the least that any of them could cost; ``walk`` looks at every node of it,
``walk-resiliparse`` at those of the other tree; ``cleaner-python`` and ``cleaner-rules-python`` do without the native
core; ``facts-light`` and ``facts-full`` are rules with metadata, which no other reads.
``html-to-markdown`` removes what it holds for boilerplate, as it does by default. F1 is the mean over the pages, as in
``wcxb_html.py``; the pages are those that the scorer of cleaner was trained on (``oof_html.py`` has its F1 on others).
trafilatura is always measured: quote the ratios to it; the milliseconds are of this machine on this day.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import logging
import multiprocessing
import random
import resource
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from bench.measure import output_of, word_score
from bench.systems_html import SYSTEMS, System, package_version
from bench.text_metrics import words
from bench.wcxb_pages import Page, corpus_digest, fingerprint, page_ids, read_page
from cleaner import _native
from cleaner.declared import declared
from cleaner.facts.head import Level
from cleaner.pipeline import Pipeline

YARDSTICK = "trafilatura"


def parse(html: str, _url: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    LexborHTMLParser(html)
    return ""


def walk(html: str, _url: str) -> str:
    """Parse and look at every node with selectolax."""
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(html).body
    for node in root.traverse(include_text=True) if root else ():
        _ = node.tag_id, node.text_content
    return ""


def walk_resiliparse(html: str, _url: str) -> str:
    """The same with resiliparse's tree."""
    from resiliparse.parse.html import HTMLTree

    for node in HTMLTree.parse(html).body or ():
        _ = node.tag, node.value
    return ""


def html_to_markdown(html: str, _url: str) -> str:
    return str(importlib.import_module("html_to_markdown").convert(html).content)


def _in_python(**options: str) -> System:
    """Cleaner without the native core, with a pipeline of its own."""

    @cache
    def pipeline() -> Pipeline:
        return Pipeline(config=options)

    def system(html: str, url: str) -> str:
        _native.use(native=False)
        try:
            return pipeline().run(html, url=url).text
        finally:
            _native.use(native=True)

    return system


def _with_facts(level: Level) -> System:
    """The rules and the metadata of a page: what it costs more than ``cleaner-rules`` is the metadata."""

    @cache
    def pipeline() -> Pipeline:
        return Pipeline(classifier="rules", metadata=level)

    def system(html: str, url: str) -> str:
        return str(pipeline().run(html, url=url).facts)

    return system


TIMED: dict[str, System] = {
    **SYSTEMS,
    "cleaner-python": _in_python(),
    "cleaner-rules-python": _in_python(classifier="rules"),
    "parse": parse,
    "walk": walk,
    "walk-resiliparse": walk_resiliparse,
    "facts-light": _with_facts("light"),
    "facts-full": _with_facts("full"),
    "html-to-markdown": html_to_markdown,
}
WITHOUT_TEXT = ("parse", "walk", "walk-resiliparse", "facts-light", "facts-full")

COLUMNS = {
    "mean_ms": ("mean ms", "{:.1f}"),
    "median_ms": ("median ms", "{:.1f}"),
    "p95_ms": ("p95 ms", "{:.1f}"),
    "mb_per_s": ("MB/s", "{:.2f}"),
    "ratio_mean": ("times trafilatura, means", "{:.3f}"),
    "ratio_median": ("median of pages", "{:.3f}"),
    "f1": ("F1", "{:.3f}"),
    "peak_mb": ("peak MB", "{:.0f}"),
    "errors": ("errors", "{}"),
}


class Timed(NamedTuple):
    """What a system took and made of the pages: CPU ms and F1 of each, and the number of errors."""

    ms: list[float]
    f1: list[float]
    errors: list[str]


def time_pages(root: Path, ids: Sequence[str], names: Sequence[str]) -> tuple[dict[str, Timed], int]:
    """What each system took and made of each page, and the bytes of all pages."""
    timed = {name: Timed([], [], []) for name in names}
    _warm_up(read_page(root, ids[0]), names)
    size = 0
    for n, id in enumerate(ids):
        page = read_page(root, id)
        size += len(page.html.encode("utf-8", "replace"))
        first = n % len(names)
        for name in (*names[first:], *names[:first]):
            ms, output, error = _time(TIMED[name], page)
            timed[name].ms.append(ms)
            timed[name].f1.append(word_score(words(output), words(page.gold)).f1)
            timed[name].errors.extend([error] if error else [])
    return timed, size


def _warm_up(page: Page, names: Sequence[str]) -> None:
    for name in names:
        output_of(TIMED[name], page)
    gc.collect()
    gc.freeze()


def _time(system: System, page: Page) -> tuple[float, str, str]:
    """CPU ms of one call, its output, and what it raised."""
    gc.collect()
    declared.cache_clear()  # or the next of our systems would find this page read
    start = time.process_time()
    output, error = output_of(system, page)
    return 1000 * (time.process_time() - start), output, error


def peak_memory(root: Path, ids: Sequence[str], name: str) -> float:
    """Peak resident MB (10^6 bytes) of a new process that runs one system over the pages, imports included."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run_and_weigh, root, tuple(ids), name).result()


def _run_and_weigh(root: Path, ids: Sequence[str], name: str) -> float:
    logging.disable(logging.CRITICAL)
    for id in ids:
        output_of(TIMED[name], read_page(root, id))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6  # Linux counts in KiB


def summarise(ms: Sequence[float], yardstick: Sequence[float], size: int) -> dict[str, float]:
    """Time of one system in ms, MB (10^6 bytes) a second and as a ratio to the yardstick's; ``size`` in bytes."""
    return {
        "mean_ms": statistics.fmean(ms),
        "median_ms": statistics.median(ms),
        "p95_ms": statistics.quantiles(ms, n=20, method="inclusive")[-1],
        "mb_per_s": size / 1e3 / sum(ms),
        "ratio_mean": sum(ms) / sum(yardstick),
        "ratio_median": statistics.median(own / other for own, other in zip(ms, yardstick, strict=True)),
    }


def measure(root: Path, ids: Sequence[str], seed: int, names: Sequence[str]) -> dict[str, Any]:
    """What ``--json`` writes and the gate reads.

    Memory comes first, while this process is small, because a child starts with its parent's peak.
    """
    peaks = {name: peak_memory(root, ids, name) for name in names}
    timed, size = time_pages(root, ids, names)
    return {
        "kind": "html_cost",
        "corpus": {"pages": len(ids), "digest": corpus_digest(fingerprint(root, id) for id in ids)},
        "seed": seed,
        "megabytes": size / 1e6,
        "ids": list(ids),
        "systems": {
            name: {
                "version": f"selectolax {version('selectolax')}" if name == "parse" else package_version(name),
                "summary": {
                    **summarise(timed[name].ms, timed[YARDSTICK].ms, size),
                    "f1": None if name in WITHOUT_TEXT else statistics.fmean(timed[name].f1),
                    "peak_mb": peaks[name],
                    "errors": len(timed[name].errors),
                },
                "ms": timed[name].ms,
            }
            for name in names
        },
    }


def markdown(systems: Mapping[str, Mapping[str, Any]]) -> str:
    """One row a system, the cheapest first."""
    head = "| system | " + " | ".join(title for title, _ in COLUMNS.values()) + " |\n|---|" + "--:|" * len(COLUMNS)
    rows = []
    for name, system in sorted(systems.items(), key=lambda item: item[1]["summary"]["mean_ms"]):
        summary = system["summary"]
        cells = ["" if summary[key] is None else form.format(summary[key]) for key, (_, form) in COLUMNS.items()]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join([head, *rows])


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wcxb", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=200, help="how many to draw")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--system", action="append", choices=TIMED, help="may be given several times; default: all")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    args = parser.parse_args()
    if args.pages < 2:
        parser.error("--pages: two at least")
    return args


def main() -> None:
    args = read_arguments()
    logging.disable(logging.CRITICAL)
    every = page_ids(args.wcxb)
    ids = random.Random(args.seed).sample(every, min(args.pages, len(every)))
    names = [name for name in TIMED if not args.system or name in (*args.system, YARDSTICK)]
    measured = measure(args.wcxb, ids, args.seed, names)
    table = markdown(measured["systems"])
    print(f"{len(ids)} pages, {measured['megabytes']:.1f} MB of HTML, seed {args.seed}\n\n{table}")
    if args.markdown:
        args.markdown.write_text(table + "\n", encoding="utf-8")
    if args.json:
        args.json.write_text(json.dumps(measured) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
