"""What a record batch costs beside plain calls, what a page costs, and what pickling a pipeline costs: CPU time.

    python -m bench.etl_overhead [PAGES] [--pages 400] [--text] [--json FILE]

PAGES is a folder of ``*.html``, ``*.html.gz`` and ``*.txt``; without it those of tests/ and seeds/ are taken, several
times. Plain calls are what `cleaner run` does with each page in its loop: decode, clean, make both rows, check them.
All ways take turns with blocks of 20 pages, each block in another order, so that other work on the machine and lines
that are known from before serve all alike; quote the ratios. With ``--text`` HTML is rendered to plain text by
resiliparse first, all of it. Sizes are of JSON lines, as they are and by zstd (level 3, 20 pages a frame).
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from cleaner.config import Config
from cleaner.etl.arrow import clean_batch
from cleaner.etl.rows import Cleaner, cleaner_of
from cleaner.json_lines import to_line
from cleaner.pipeline import Pipeline

ROOT = Path(__file__).parents[1]
BLOCK = 20  # pages


def read(folder: Path | None) -> dict[str, bytes]:
    """Pages by name."""
    folders = [folder] if folder else [ROOT / "tests" / "pages", ROOT / "seeds"]
    paths = [path for place in folders for path in sorted(place.rglob("*")) if path.is_file()]
    found = {}
    for path in paths:
        name = path.name.removesuffix(".gz")
        if name.endswith((".html", ".txt")):
            found[name] = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return found


def rendered(data: bytes) -> bytes:
    """A page as plain text, or a text as it is."""
    from resiliparse.extract.html2text import extract_plain_text

    text = data.decode("utf-8", "replace")
    return (extract_plain_text(text, main_content=False) if "</" in text else text).encode()


def measure(pages: list[tuple[str, bytes]]) -> dict[str, Any]:
    """CPU seconds of each way, and the bytes of rows as they are and compressed."""
    cleaner = cleaner_of(Config())
    zstd = pa.Codec("zstd", compression_level=3)
    cleaner.pipeline.run("<p>warm</p>")
    seconds = dict.fromkeys(("cleaning alone", "plain calls", "batch"), 0.0)
    sizes = {"documents": [0, 0], "ledger": [0, 0]}
    for n, first in enumerate(range(0, len(pages), BLOCK)):
        block = pages[first : first + BLOCK]
        ways = list(_ways(cleaner, block).items())
        for k in range(len(ways)):
            name, way = ways[(n + k) % len(ways)]
            start = time.process_time()
            way()
            seconds[name] += time.process_time() - start
        both = zip(*(cleaner.rows(name, data) for name, data in block), strict=True)
        for kind, rows in zip(sizes, both, strict=True):
            lines = b"".join(map(to_line, rows))
            sizes[kind][0] += len(lines)
            sizes[kind][1] += len(zstd.compress(lines, asbytes=True))
    return {"pages": len(pages), "bytes": sum(len(data) for _, data in pages), "cpu_seconds": seconds, "rows": sizes}


def _ways(cleaner: Cleaner, block: list[tuple[str, bytes]]) -> dict[str, Callable[[], object]]:
    batch = pa.record_batch({"id": [name for name, _ in block], "text": pa.array([data for _, data in block])})
    run = cleaner.pipeline.run
    return {
        "cleaning alone": lambda: [run(data.decode("utf-8", "replace")) for _, data in block],
        "plain calls": lambda: [cleaner.rows(name, data) for name, data in block],
        "batch": lambda: clean_batch(batch),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    pages = list(islice(cycle(read(args.folder).items()), args.pages))
    if args.text:
        pages = [(f"{name}.txt", rendered(data)) for name, data in pages]
    found = measure(pages)
    count, seconds = len(pages), found["cpu_seconds"]
    print(f"{count} pages, {found['bytes'] / count / 1000:.1f} kB each\n")
    print("| | CPU ms a page | plain calls = 1 |\n|---|--:|--:|")
    for name, spent in seconds.items():
        print(f"| {name} | {1000 * spent / count:.2f} | {spent / seconds['plain calls']:.2f} |")
    for kind, (plain, packed) in found["rows"].items():
        print(f"\n{kind}: {plain / count:,.0f} bytes a page, {packed / count:,.0f} by zstd", end="")
    print()
    print_pickling()
    if args.json:
        args.json.write_text(json.dumps({"kind": "etl", **found}) + "\n", "utf-8")


def print_pickling() -> None:
    """The best of ten."""
    pipeline = Pipeline()
    data = pickle.dumps(pipeline)
    dumped, loaded = [], []
    for _ in range(10):
        start = time.process_time()
        pickle.dumps(pipeline)
        dumped.append(time.process_time() - start)
        start = time.process_time()
        pickle.loads(data)  # noqa: S301  made above
        loaded.append(time.process_time() - start)
    print(f"pickling a pipeline: {1000 * min(dumped):.0f} ms, {len(data):,} bytes; back: {1000 * min(loaded):.0f} ms")


if __name__ == "__main__":
    main()
