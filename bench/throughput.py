"""Documents and megabytes a second end to end, beside the same job in other hands, and the memory it takes.

    python -m bench.throughput PAGES [--pages 400] [--gigabytes 0] [--json FILE]

PAGES is a folder of HTML pages (``*.html``, ``*.html.gz``). They become the inputs: a folder of a thousand files, a
JSONL of rows with HTML, a WARC (one gzip member a record), a JSONL of their text; and, with ``--gigabytes``, a JSONL of
that size made of the pages with the words of each shuffled, which is cleaned for the memory it takes. Every job is
a process of its own. CPU seconds are those of the process and all its children; peaks of memory are read while it
runs (the high-water mark the kernel keeps). Quote the ratios: seconds are of this machine on this day.

The rows: ``pure`` cleans the pages in a loop, nothing read or written but one list in memory, with the facts of the
head, as a run has them. ``cleaner -jN`` is ``cleaner run``, ledger on. ``trafilatura`` is the same job by hand: a
``multiprocessing.Pool``, ``extract`` with metadata, JSONL in and out. ``datatrove`` is its local executor with its own
trafilatura step, and left out where it is not installed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
POLL = 0.02  # seconds
TAGS = re.compile(r"(<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->|<[^>]*>)", re.DOTALL | re.IGNORECASE)

PURE = """
import json, sys
from cleaner.pipeline import Pipeline
import gc; gc.freeze(); gc.set_threshold(50_000, 20, 20)
pages = [row.get("html") or row["text"] for row in map(json.loads, open(sys.argv[1], encoding="utf-8"))]
kind = sys.argv[2]
pipeline = Pipeline()
import time; begun = time.process_time()
for page in pages:
    result = pipeline.run(page, kind=kind)
    result.text, result.metadata
print(time.process_time() - begun)
"""
TRAFILATURA = """
import json, sys
from multiprocessing import Pool
def work(line):
    import trafilatura
    row = json.loads(line)
    text = trafilatura.extract(row["html"], url=row["url"], output_format="json", with_metadata=True)
    return json.dumps({"id": row["id"], "extracted": text})
if __name__ == "__main__":
    with Pool(int(sys.argv[3])) as pool, open(sys.argv[1], encoding="utf-8") as source, open(sys.argv[2], "w") as out:
        for line in pool.imap(work, source, chunksize=16):
            out.write(line + "\\n")
"""
DATATROVE = """
import sys
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
if __name__ == "__main__":
    LocalPipelineExecutor(
        pipeline=[JsonlReader(sys.argv[1], glob_pattern="pages.jsonl", text_key="html"), Trafilatura(timeout=30),
                  JsonlWriter(sys.argv[2], compression=None)],
        tasks=1, workers=1, logging_dir=sys.argv[2] + "/logs",
    ).run()
"""


class Cost(NamedTuple):
    """What a job took: CPU seconds of all, of the busiest child, seconds on the clock, peaks in MB."""

    cpu: float
    busiest: float
    wall: float
    main_mb: float
    worker_mb: float


def job(*args: str, fine: tuple[int, ...] = (0,)) -> Cost:
    """Run a job to its end and watch it. Raises `RuntimeError` if it ends with a code that is not ``fine``."""
    begun = time.monotonic()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(args, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peaks: dict[int, float] = {}
    seconds: dict[int, float] = {}
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        for pid in (process.pid, *descendants(process.pid)):
            look(pid, peaks, seconds)
        time.sleep(POLL)
    _, status, usage = os.wait4(process.pid, 0)
    said = process.stderr.read().decode()[-2000:] if process.stderr else ""
    if os.waitstatus_to_exitcode(status) not in fine:
        raise RuntimeError(f"{args[:6]}: {said}")
    children = [pid for pid in peaks if pid != process.pid]
    return Cost(
        usage.ru_utime + usage.ru_stime,
        max((seconds[pid] for pid in children), default=0.0),
        time.monotonic() - begun,
        peaks.get(process.pid, 0.0),
        max((peaks[pid] for pid in children), default=0.0),
    )


def descendants(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from descendants(child)


def look(pid: int, peaks: dict[int, float], seconds: dict[int, float]) -> None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return
    if found := re.search(r"VmHWM:\s+(\d+)", status):
        peaks[pid] = int(found[1]) / 1024
        seconds[pid] = (int(stat[11]) + int(stat[12])) / TICKS


def read_pages(folder: Path, count: int) -> list[str]:
    paths = sorted(path for path in folder.rglob("*") if path.name.endswith((".html", ".html.gz")))
    chosen = random.Random(0).sample(paths, min(count, len(paths)))
    return [
        (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode("utf-8", "replace")
        for path in chosen
    ]


def shuffled(page: str, chance: random.Random) -> str:
    """The page with the words between its tags in another order; scripts and styles stay as they are."""
    parts = TAGS.split(page)
    words = [word for part in parts[::2] for word in part.split(" ")]
    chance.shuffle(words)
    at = 0
    for n in range(0, len(parts), 2):
        length = parts[n].count(" ") + 1
        parts[n] = " ".join(words[at : at + length])
        at += length
    return "".join(parts)


def archived(number: int, page: str) -> bytes:
    body = page.encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: https://www.example.org/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 6)


def write_inputs(pages: list[str], folder: Path) -> dict[str, Path]:
    from resiliparse.extract.html2text import extract_plain_text

    inputs = {name: folder / name for name in ("pages.jsonl", "pages.warc.gz", "texts.jsonl", "files")}
    with inputs["pages.jsonl"].open("w", encoding="utf-8") as rows, inputs["pages.warc.gz"].open("wb") as warc:
        for n, page in enumerate(pages):
            rows.write(json.dumps({"id": str(n), "url": f"https://www.example.org/{n}", "html": page}) + "\n")
            warc.write(archived(n, page))
    texts = [extract_plain_text(page, main_content=False) for page in pages]
    with inputs["texts.jsonl"].open("w", encoding="utf-8") as rows:
        for n, text in enumerate(texts):
            rows.write(json.dumps({"id": str(n), "text": text}) + "\n")
    inputs["files"].mkdir()
    for n in range(1000):
        (inputs["files"] / f"{n:04}.txt").write_text(texts[n % len(texts)][:5_000], encoding="utf-8")
    return inputs


def write_large(pages: list[str], path: Path, gigabytes: float) -> None:
    chance, left = random.Random(1), gigabytes * 1e9
    with path.open("w", encoding="utf-8") as rows:
        while left > 0:
            row = json.dumps({"html": shuffled(chance.choice(pages), chance)}) + "\n"
            left -= rows.write(row)


def cleaner(source: Path, out: Path, jobs: int, *more: str) -> Cost:
    return job(
        sys.executable, "-m", "cleaner", "run", str(source), "-o", str(out), "-q", "--overwrite", "-j", str(jobs),
        *more, fine=(0, 1),  # 1: some pages are empty
    )  # fmt: skip


def pure(source: Path, kind: str) -> Cost:
    code = subprocess.run(
        [sys.executable, "-c", PURE, str(source), kind],
        check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    return Cost(float(code.stdout), float(code.stdout), 0, 0, 0)


def measure(inputs: dict[str, Path], folder: Path, *, peers: bool) -> dict[str, Cost]:
    out = folder / "out"
    html, text = inputs["pages.jsonl"], inputs["texts.jsonl"]
    one = folder / "one.jsonl"
    one.write_text('{"text": "Rain is expected in the north."}\n', encoding="utf-8")
    costs = {
        "start: cleaner -j1, one line": cleaner(one, out, 1),
        "HTML: pure": pure(html, "html"),
        "HTML: cleaner -j1, JSONL": cleaner(html, out, 1),
        "HTML: cleaner -j2, JSONL": cleaner(html, out, 2),
        "HTML: cleaner -j1, WARC": cleaner(inputs["pages.warc.gz"], out, 1),
        "HTML: cleaner -j1, JSONL, rules": cleaner(html, out, 1, "--classifier", "rules"),
        "text: pure": pure(text, "text"),
        "text: cleaner -j1, JSONL": cleaner(text, out, 1),
        "text: cleaner -j2, JSONL": cleaner(text, out, 2),
        "text: cleaner -j1, to zst": cleaner(text, out, 1, "--output-format", "jsonl.zst"),
        "text: cleaner -j1, to Parquet": cleaner(text, out, 1, "--output-format", "parquet"),
        "files: cleaner -j1, 1,000 small ones": cleaner(inputs["files"], out, 1),
    }
    if peers:
        script = folder / "peer.py"
        script.write_text(TRAFILATURA, encoding="utf-8")
        costs["HTML: trafilatura, pool of 1"] = job(sys.executable, str(script), str(html), str(folder / "peer"), "1")
        if find_spec("datatrove"):
            script.write_text(DATATROVE, encoding="utf-8")
            call = (sys.executable, str(script), str(folder), str(folder / "dt"))
            costs["HTML: datatrove, its trafilatura"] = job(*call)
    return costs


def table(costs: dict[str, Cost], counts: dict[str, int], sizes: dict[str, float]) -> Iterator[str]:
    yield "| job | CPU s | documents a CPU second | MB a CPU second | busiest worker, CPU s | main MB | worker MB |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name, cost in costs.items():
        kind = name.partition(":")[0]
        yield (
            f"| {name} | {cost.cpu:.1f} | {counts[kind] / cost.cpu:.0f} | {sizes[kind] / cost.cpu:.1f} |"
            f" {cost.busiest:.1f} | {cost.main_mb:.0f} | {cost.worker_mb:.0f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, metavar="PAGES")
    parser.add_argument("--pages", type=int, default=400, dest="count")
    parser.add_argument("--gigabytes", type=float, default=0.0)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    pages = read_pages(args.pages, args.count)
    if not pages:
        parser.error(f"{args.pages}: no pages (*.html, *.html.gz)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inputs = write_inputs(pages, folder)
        costs = measure(inputs, folder, peers=not args.no_peers)
        counts = {"start": 1, "HTML": len(pages), "text": len(pages), "files": 1000}
        size = {name: path.stat().st_size / 1e6 for name, path in inputs.items()}
        small = sum(path.stat().st_size for path in inputs["files"].iterdir()) / 1e6
        sizes = {"start": 0, "HTML": size["pages.jsonl"], "text": size["texts.jsonl"], "files": small}
        if args.gigabytes:
            write_large(pages, folder / "large.jsonl", args.gigabytes)
            with (folder / "large.jsonl").open("rb") as rows:
                counts["large"] = sum(1 for _ in rows)
            sizes["large"] = (folder / "large.jsonl").stat().st_size / 1e6
            costs[f"large: cleaner -j2, {args.gigabytes:g} GB"] = cleaner(folder / "large.jsonl", folder / "out", 2)
        print(*table(costs, counts, sizes), sep="\n")
        one, two = costs["HTML: cleaner -j1, JSONL"], costs["HTML: cleaner -j2, JSONL"]
        shared, clock = one.busiest / two.busiest, one.wall / two.wall
        print(f"\n2 workers: the busiest does {shared:.2f} times less than one alone; on the clock {clock:.2f}")
        if args.json:
            rows_ = {name: cost._asdict() for name, cost in costs.items()}
            args.json.write_text(json.dumps({"counts": counts, "megabytes": sizes, "jobs": rows_}, indent=1) + "\n")


if __name__ == "__main__":
    main()
