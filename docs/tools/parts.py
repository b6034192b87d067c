"""A generated part of a file, between two comments: `<!-- NAME -->` and `<!-- end of NAME -->`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Part(NamedTuple):
    """``write`` returns the lines of the part called ``name`` in ``file``; ``comment`` is how a comment is written."""

    file: str
    name: str
    write: Callable[[], str]
    comment: str = "<!-- {} -->"


def rewritten(text: str, part: Part) -> str:
    """``text`` with a part replaced. Raises `ValueError` if the text lacks the comments of the part."""
    begin, end = part.comment.format(part.name), part.comment.format(f"end of {part.name}")
    pattern = re.compile(rf"(?<={re.escape(begin)}\n).*?(?={re.escape(end)})", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{part.file} has no lines {begin.strip()} and {end.strip()}")
    return pattern.sub(lambda _: part.write(), text)
