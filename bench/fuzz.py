"""Bytes that nobody wrote through the whole path: no crash, no hang, no document lost, every output verified.

    python -m bench.fuzz [--inputs 100000] [--seed 0] [--batch 500]

Hypothesis makes the inputs: bytes, broken text, markup, JSON, and pages, rows and archives with bytes taken out, put in
or exchanged, under the names of all formats. A batch of them is a folder that is cleaned by a worker, with limits as
in earnest; then counts must add up, `cleaner verify` must hold, and nothing may have crashed or been passed through.
What fails is kept in the folder that is named at the end, with exit code 1.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from cleaner.config import Config
from cleaner.run.audit import restore_run, verify_run
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

ENDINGS = (
    "", ".html", ".txt", ".md", ".jsonl", ".jsonl.gz", ".jsonl.zst", ".csv", ".tsv", ".warc", ".warc.gz", ".wet.gz",
    ".parquet",
)  # fmt: skip
TEXT = "Skip to main content\nRain is expected in the north.\nIt will be dry in the south.\nShare this article\n"
PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Rain</title></head><body><nav class="menu">'
    '<a href="/">Home</a></nav><main><h1>Rain</h1><p>Rain is expected in the north until Friday.</p><table><tr><td>1'
    "</td></tr></table></main><footer>All rights reserved.</footer></body></html>"
)
ROWS = b"".join(
    json.dumps({"id": str(n), "text": TEXT, "html": PAGE if n % 2 else None}).encode() + b"\n" for n in range(3)
)
BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode()
RECORD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Target-URI: http://a.org/\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(BLOCK), BLOCK)
)
BAD = ("crash", "took over", "exit code", "killed", "memory")


def parquet() -> bytes:
    import io

    import pyarrow as pa
    from pyarrow import parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["1", "2"], "text": [TEXT, None]}), sink)
    return sink.getvalue()


SEEDS = (TEXT.encode(), PAGE.encode(), ROWS, gzip.compress(ROWS), RECORD * 2, gzip.compress(RECORD) * 2, parquet(),
         b'text,id\n"Rain, in\nthe north.",1\nSnow.,2\n')  # fmt: skip
TOKENS = st.sampled_from(
    [b"<div>", b"</div>", b"<p", b'="', b"<!--", b"<script>", b"<table>", b"&#x", b"\r\n", b"\0", b"\xff", b"\xc3",
     b'"', b"{", b"[", b",", b"NaN", b"\\ud800", b"Content-Length: 9", b"Accept all cookies\n", b"<svg><style>"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A seed with some of its bytes taken out, put in or exchanged."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from((0, 0, 1, 4, 40, 400)))
        data[at : at + gone] = draw(st.binary(max_size=6) | TOKENS)
    return bytes(data)


INPUTS = st.tuples(
    st.sampled_from(ENDINGS),
    damaged()
    | st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.lists(TOKENS, max_size=60).map(b"".join),
)


def drawn(count: int, seed: int) -> list[tuple[str, bytes]]:
    """So many inputs; the same for the same seed."""
    found: list[tuple[str, bytes]] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(INPUTS)
    def collect(one: tuple[str, bytes]) -> None:
        found.append(one)

    collect()
    return found


def faults(inputs: list[tuple[str, bytes]], folder: Path) -> list[str]:
    """What is wrong with a run over ``inputs``."""
    source, out = folder / "in", folder / "out"
    source.mkdir()
    for n, (ending, data) in enumerate(inputs):
        (source / f"{n:06}{ending}").write_bytes(data)
    report = run([str(source)], out, Config(), RunOptions(cpu_seconds=10, memory=500), jobs=1)
    problems = list(verify_run(out).problems)
    seen = {row["source"] for row in rows(out / "documents.jsonl")}
    for failed in rows(out / "failed.jsonl"):
        seen.add(failed["source"])
        if any(word in failed["error"] for word in BAD) and not failed["error"].startswith("is "):
            problems.append(f"{failed['source']}: {failed['error']}")
    files = {path.name for path in source.iterdir()}
    passed = {name for name in files - seen if may_be_empty(name)}
    problems += [f"{name}: is lost" for name in sorted(files - seen - passed)]
    problems += [
        f"{row['source']}: {row['warnings']}"
        for row in rows(out / "documents.jsonl")
        if row["status"] == "passed_through"
    ]
    written = [len(rows(out / name)) for name in ("documents.jsonl", "failed.jsonl")]
    if [report.out, report.failed] != written:
        problems.append("in is not out + failed")
    problems += restore_run(out, folder / "back").problems
    return problems


def may_be_empty(name: str) -> bool:
    """Whether a file of this name may hold no document at all: rows and records, none of them left."""
    return name[6:] not in ("", ".html", ".txt", ".md")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    done, seed, begun = 0, args.seed, time.process_time()
    while done < args.inputs:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        inputs = drawn(min(args.batch, args.inputs - done), seed)
        problems = faults(inputs, folder)
        if problems:
            print(f"seed {seed}: {folder}", *problems[:20], sep="\n")
            sys.exit(1)
        shutil.rmtree(folder)
        done, seed = done + len(inputs), seed + 1
        print(f"\r{done:,} inputs", end="", flush=True)
    spent = time.process_time() - begun
    print(f"\r{done:,} inputs: none crashed, none hung, none was lost ({spent:.0f} s of CPU time in the main process)")


if __name__ == "__main__":
    main()
