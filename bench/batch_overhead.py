"""What a run adds to the pure cleaning, and where its time goes, in one process without its start.

    python -m bench.batch_overhead PAGES [--pages 60] [--rounds 2] [--profile 25] [--json FILE]

The pages of PAGES (``*.html``, ``*.html.gz``), and their text, as rows of JSON. *Pure* is `Pipeline.run` on each, its
text and its metadata; *run* is what a worker does with the same rows: JSON, decoding, cleaning, both rows, their check,
lines. Chunk by chunk one after the other, so that other work on the machine disturbs both alike. CPU time.
``--profile N`` shows the N functions of *run* with the most time below them.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import pstats
import tempfile
import time
from pathlib import Path
from typing import Any, Literal

from bench.throughput import read_pages
from cleaner.config import Config
from cleaner.inputs.records import Item
from cleaner.run import runner
from cleaner.run.cleaning import Cleaning

Kind = Literal["html", "text"]


def pure(cleaning: Cleaning, pages: list[str], kind: Kind) -> float:
    """CPU seconds of the cleaning alone."""
    begun = time.process_time()
    for page in pages:
        result = cleaning.pipeline.run(page, kind=kind, url="https://www.example.org/1")
        _ = result.text, result.metadata
    return time.process_time() - begun


def run(cleaning: Cleaning, items: tuple[Item, ...]) -> float:
    """CPU seconds of what a worker does."""
    begun = time.process_time()
    cleaning.packed(items)
    return time.process_time() - begun


def compare(pages: list[str], kind: Kind, rounds: int, lines: int) -> dict[str, Any]:
    """CPU seconds of both ways."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "pages.jsonl")
        rows = ({"url": "https://www.example.org/1", kind: page} for page in pages)
        source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        batch = runner.Batch([str(source)], Config())
        chunks = [chunk.items for chunk in batch.inputs.chunks()]
    bodies = [[json.loads(item.payload)[kind] for item in items] for items in chunks]
    run(batch.cleaning, chunks[0])  # what is loaded lazily
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    alone = whole = 0.0
    for _ in range(rounds):
        for items, body in zip(chunks, bodies, strict=True):
            alone += pure(batch.cleaning, body, kind)
            whole += run(batch.cleaning, items)
    print(f"{kind}: {len(pages)} pages, pure {alone:.2f} s, run {whole:.2f} s: {whole / alone - 1:+.0%}")
    if lines:
        profile = cProfile.Profile()
        profile.enable()
        for items in chunks:
            batch.cleaning.packed(items)
        profile.disable()
        pstats.Stats(profile).sort_stats("cumtime").print_stats(lines)
    return {"pages": len(pages), "rounds": rounds, "pure": alone, "run": whole}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, metavar="PAGES")
    parser.add_argument("--pages", type=int, default=60, dest="count")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--profile", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    from resiliparse.extract.html2text import extract_plain_text

    pages = read_pages(args.pages, args.count)
    html = compare(pages, "html", args.rounds, args.profile)
    texts = [extract_plain_text(page, main_content=False) for page in pages]
    text = compare(texts, "text", args.rounds, args.profile)
    if args.json:
        args.json.write_text(json.dumps({"kind": "batch", "inputs": {"html": html, "text": text}}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
