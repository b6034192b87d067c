"""A folder of pages to JSON lines of your own shape, in several processes.

    python folder_to_jsonl.py pages clean.jsonl

`cleaner run pages -o out` does the same with rows of its own and a ledger. Use the library if you need other rows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cleaner import Pipeline


def pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The id and the bytes of each page. Bytes are decoded as the page declares."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".md", ".txt"):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def main(folder: str, output: str) -> None:
    pipeline = Pipeline(metadata="light")
    with Path(output).open("w", encoding="utf-8") as file:
        for result in pipeline.run_many(pages(Path(folder)), workers=2):
            row = {
                "id": result.document.id,
                "title": next(iter(result.metadata.get("title", ())), ""),
                "text": result.text,
                "removed": sorted({cut.category for cut in result.cuts}),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":  # workers import this file
    main(*sys.argv[1:])
