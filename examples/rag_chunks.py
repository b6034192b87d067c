"""Chunks for retrieval: each with its place in the clean text and in the source.

    python rag_chunks.py page.txt > chunks.jsonl

Offsets count characters. With them an answer can quote the page as it was, and a reader can find the place.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cleaner import Result, explain

MAX_CHARACTERS = 400


class Chunk(NamedTuple):
    """A part of the clean text, and where it is: ``[start, end)`` there, and in the text of the source."""

    text: str
    start: int
    end: int
    source_start: int
    source_end: int


def chunks(result: Result) -> Iterator[Chunk]:
    """The paragraphs of the clean text, joined up to `MAX_CHARACTERS`; a longer paragraph is a chunk of its own."""
    start = end = -1
    for paragraph in re.finditer(r"\S(?:.*\S)?", result.text):
        if start >= 0 and paragraph.end() - start > MAX_CHARACTERS:
            yield chunk(result, start, end)
            start = -1
        start = paragraph.start() if start < 0 else start
        end = paragraph.end()
    if start >= 0:
        yield chunk(result, start, end)


def chunk(result: Result, start: int, end: int) -> Chunk:
    """The part of the clean text between two offsets."""
    return Chunk(result.text[start:end], start, end, result.to_source(start), result.to_source(end - 1) + 1)


def main(path: str) -> None:
    result = explain(Path(path).read_bytes())
    for found in chunks(result):
        print(json.dumps(found._asdict(), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
