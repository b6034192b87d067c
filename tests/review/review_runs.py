"""Runs to review: a few documents of two sites with furniture, and one that tries to be markup or to hide text."""

from __future__ import annotations

import json
from pathlib import Path

from cleaner.config import Config
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

HOSTILE = "</script><script>document.title = 'taken'</script> & \u202eevil\u2069 \x1b[31mred\x1b[0m <b>bold</b> 😀"
PROSE = [
    "The harbour of the small town was quiet on Monday, and only two boats left before the rain came in from the west.",
    "Nobody on the quay remembered a spring that was as cold as this one, although some of them had worked there for years.",
    "The council wants to repair the old crane in the summer, if the money that was promised arrives before the end of May.",
]


def text_of(n: int, site: str) -> str:
    """A document with furniture above and below its prose."""
    top = ["Skip to main content", "Accept all cookies", f"{site} home desk"]
    end = ["Share this article", "Related articles", "All rights reserved.", f"Ring the {site} tide bell"]
    return "\n".join([*top, "", f"Harbour report {n}", "", *PROSE[n % 3 :], *PROSE[: n % 3], "", *end]) + "\n"


def input_rows(count: int = 12) -> list[dict[str, object]]:
    """Rows of two sites; the last row is hostile, and has no address."""
    rows: list[dict[str, object]] = [
        {"id": f"{n:02}", "url": f"https://www.{site.lower()}.example/{n}", "text": text_of(n, site)}
        for n in range(count - 1)
        for site in [("Lumen", "Marnay")[n % 2]]
    ]
    hostile = f"Accept all cookies\n\n{HOSTILE}\n\n{PROSE[0]} {HOSTILE}\n\nShare this article\n"
    return [*rows, {"id": "hostile </script> \u202e", "text": hostile}]


def make_run(folder: Path, rows: list[dict[str, object]] | None = None, options: RunOptions | None = None) -> Path:
    """Clean the rows into the folder ``out``, and return it."""
    source = folder / "pages.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in (rows or input_rows())))
    run([str(source)], folder / "out", Config(), options or RunOptions())
    return folder / "out"


def data_of(page: bytes) -> dict[str, object]:
    """The data in a page."""
    start = page.index(b'<script type="application/json" id="data">') + len(b'<script type="application/json" id="data">')
    return json.loads(page[start : page.index(b"</script>", start)])


def shuffled(out: Path, order: list[int]) -> None:
    """Write the rows of a run in another order."""
    for name in ("documents.jsonl", "ledger.jsonl"):
        lines = (out / name).read_bytes().splitlines(keepends=True)
        (out / name).write_bytes(b"".join(lines[n] for n in order))
