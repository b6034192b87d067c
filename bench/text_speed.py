"""Speed of the text path, beside a JSON pass and a C4-style line filter over the same pages in the same run.

    python -m bench.text_speed PAGES [--megabytes 24] [--python] [--json FILE]

PAGES is a folder of pages: ``*.html``/``*.html.gz`` are rendered to plain text by resiliparse (all of the page, no
main-content detection) before anything is measured, ``*.txt`` are taken as they are. Every block of 25 pages goes
through all systems before the next one comes, and CPU time of the process is counted, so that other work on the
machine disturbs all alike. Python's garbage collector looks less often, as a batch program may.
``--python`` also measures cleaner without the native core.
Quote the ratios; the megabytes per second are of this machine on this day.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from bench import systems
from cleaner import _native
from cleaner.pipeline import Pipeline

BLOCK = 25  # pages


def json_pass(text: str) -> bytes:
    return orjson.dumps(orjson.loads(orjson.dumps({"text": text})))


def read_pages(folder: Path, limit: int) -> Iterator[str]:
    size = 0
    for path in sorted(folder.rglob("*")):
        text = render(path)
        if text:
            size += len(text.encode("utf-8", "replace"))
            yield text
        if size >= limit:
            return


def render(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    if not path.is_file() or not name.endswith((".html", ".htm", ".txt")):
        return ""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("utf-8", "replace")
    if name.endswith(".txt"):
        return text
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(text, main_content=False)


def measure(pages: list[str], systems: dict[str, Callable[[str], object]]) -> tuple[dict[str, float], list[int]]:
    """CPU seconds of each system over all pages, and the peak memory (kB) after each tenth of them."""
    seconds = dict.fromkeys(systems, 0.0)
    peaks: list[int] = []
    tenth = -(-len(pages) // 10)
    for first in range(0, len(pages), BLOCK):
        block = pages[first : first + BLOCK]
        for name, system in systems.items():
            start = time.process_time()
            for page in block:
                system(page)
            seconds[name] += time.process_time() - start
        if first // tenth >= len(peaks):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return seconds, peaks


def _in_python(options: dict[str, str]) -> Callable[[str], object]:
    pipeline = Pipeline(config=options)

    def run(page: str) -> object:
        _native.use(native=False)
        try:
            return pipeline.run(page)
        finally:
            _native.use(native=True)

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--megabytes", type=float, default=24.0)
    parser.add_argument("--profile", default="careful")
    parser.add_argument("--python", action="store_true", help="also measure cleaner without the native core")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    pages = list(read_pages(args.pages, int(args.megabytes * 1e6)))
    if not pages:
        parser.error(f"{args.pages}: no pages (*.html, *.html.gz, *.txt)")
    pipeline, rules = Pipeline(profile=args.profile), Pipeline(profile=args.profile, classifier="rules")
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    ways: dict[str, Callable[[str], object]] = {
        "cleaner": pipeline.run,
        "cleaner, rules only": rules.run,
        "C4-style line filter": systems.c4,
        "orjson loads + dumps": json_pass,
    }
    if args.python:
        for name, options in (("cleaner", {}), ("cleaner, rules only", {"classifier": "rules"})):
            ways[f"{name}, pure Python"] = _in_python({"profile": args.profile, **options})
    seconds, peaks = measure(pages, ways)
    size = sum(len(page.encode("utf-8", "replace")) for page in pages) / 1e6
    print(f"{len(pages)} pages, {size:.1f} MB of text, one process\n")
    print("| system | MB/s | CPU ms a page | times the JSON pass |\n|---|--:|--:|--:|")
    for name, spent in seconds.items():
        ratio = spent / seconds["orjson loads + dumps"]
        print(f"| {name} | {size / spent:.2f} | {1000 * spent / len(pages):.2f} | {ratio:.0f} |")
    print("\npeak memory by tenth of the run, MB: " + " ".join(f"{peak / 1024:.0f}" for peak in peaks))
    if args.json:
        row = {"kind": "text_speed", "pages": len(pages), "megabytes": size, "cpu_seconds": seconds, "peak_kb": peaks}
        args.json.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
