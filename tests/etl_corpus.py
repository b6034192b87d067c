"""Pages that every engine cleans: the seeds, our own pages, and variants of these; and what `cleaner run` makes of them.

Ids are paths, texts are bytes, as a crawl would have them.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
from strategies import WORDS, noise_examples

from cleaner.etl.arrow import document_line

ROOT = Path(__file__).parents[1]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
PAGES = sorted((ROOT / "tests" / "pages").glob("*.html"))
COUNT = 200


def corpus() -> dict[str, bytes]:
    """The seeds and `COUNT` pages by id, in the order in which a run reads them."""
    found = {f"{path.name}": path.read_bytes() for path in SEEDS}
    found |= {f"{path.name}": path.read_bytes() for path in PAGES}
    draw = random.Random(6)
    for n in range(COUNT - len(PAGES)):
        name, data = (f"v{n:03}.txt", text_page(draw)) if n % 2 else (f"v{n:03}.html", variant(draw))
        found[name] = data
    return dict(sorted(found.items()))


def text_page(draw: random.Random) -> bytes:
    """Paragraphs with noise around and between them."""
    parts = [draw.choice(noise_examples()) for _ in range(3)]
    for _ in range(draw.randint(3, 12)):
        parts.append(sentence(draw))
        if draw.random() < 0.2:
            parts.append(draw.choice(noise_examples()))
    parts += [draw.choice(noise_examples()) for _ in range(4)]
    return ("\n" * draw.randint(1, 2)).join(parts).encode("utf-8", "replace") + b"\n"


def variant(draw: random.Random) -> bytes:
    """One of our pages with other words in some of its paragraphs."""
    page = draw.choice(PAGES).read_bytes()

    def other(match: re.Match[bytes]) -> bytes:
        return match[0] if draw.random() < 0.5 else b">" + sentence(draw).encode() + b"</p>"

    return re.sub(rb">[^<>]{80,}</p>", other, page)


def sentence(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(15, 40))).capitalize() + "."


def write(folder: Path) -> None:
    folder.mkdir()
    for name, data in corpus().items():
        (folder / name).write_bytes(data)


def table() -> pa.Table:
    pages = corpus()
    return pa.table({"id": list(pages), "html": pa.array(list(pages.values()), pa.binary())})


def by_cli(folder: Path, out: Path) -> tuple[list[bytes], list[bytes]]:
    """The lines of documents and ledger that the command writes of a folder."""
    command = [sys.executable, "-m", "cleaner", "run", str(folder), "-o", str(out), "--quiet"]
    subprocess.run(command, check=True, cwd=ROOT)
    lines = [(out / name).read_bytes().splitlines(keepends=True) for name in ("documents.jsonl", "ledger.jsonl")]
    return lines[0], lines[1]


def lines_of(rows: list[dict[str, Any]]) -> tuple[list[bytes], list[bytes]]:
    """The same lines from rows that an engine gave back, in the order of their ids."""
    ordered = sorted(rows, key=lambda row: row["id"])
    return [document_line(row) for row in ordered], [row["ledger"].encode() + b"\n" for row in ordered]
