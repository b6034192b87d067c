"""Making text safe to print: it must not control a terminal, hide text or reorder it.

File names, JSON keys, CSV headers, content types and the texts themselves come from strangers. Everything that is
printed to a terminal, a log or a report goes through `visible`. Data files (documents, ledger, JSON output) keep the
exact text.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import TextIO

# Characters that have no width, break a line, reorder text or control a terminal. Joiners are handled separately.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u3164\ufeff\uffa0"  # no width
    "\u2028-\u202e\u2060-\u206f"  # separators of lines, marks of direction, invisible signs
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"  # annotations, tags
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f"  # signs of format
    "\ud800-\udfff"  # halves of characters, which no encoding has
)
# Persian, the scripts of India and emoji need joiners, so a joiner between two non-ASCII characters is kept.
_JOINED = rf"[^\x00-\x7f\u200c\u200d{_HIDDEN}]"
_HIDING = re.compile(rf"[{_HIDDEN}]|[\u200c\u200d](?!{_JOINED})|(?<!{_JOINED})[\u200c\u200d]")


def visible(text: object, *, keep: str = "") -> str:
    r"""``str(text)`` with a backslash escape for each character that could control a terminal or deceive a reader.

    The result has no line breaks and no control characters except those in ``keep`` (such as ``"\n\t"``).

    >>> visible("a.txt\x1b[2J\nall done")
    'a.txt\\x1b[2J\\nall done'
    """
    return _HIDING.sub(lambda found: found[0] if found[0] in keep else _escaped(found[0]), str(text))


def print_message(message: object, stream: TextIO | None = None) -> None:
    """Print a message on one line, to ``stream`` or stderr."""
    print(f"cleaner: {visible(message)}", file=stream or sys.stderr)


def wants_colour(stream: TextIO) -> bool:
    """Whether to print colours: the stream is a terminal that supports them, and NO_COLOR is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table as lines: the first column aligned to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            (f"{first:<{widths[0]}}", *(f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)))
        )
        for first, *rest in table
    ]


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """``text`` in lines of at most ``width`` columns, broken at blanks if possible; all but the first are indented.

    Characters of East Asian scripts and emoji take two columns. The minimum of ``width`` is 20.
    """
    from rich.cells import cell_len  # lazy: slow to import, and only used on terminals

    left = max(width, 20)
    lines, line, used = list[str](), "", 0
    for word in re.findall(r" *[^ ]+| +$", text):
        size = cell_len(word)
        if used + size <= left:
            line, used = line + word, used + size
            continue
        rest = word
        if line:
            lines.append(line)
            line, used, rest = indent, len(indent), word.lstrip(" ")
        for char in rest:
            columns = cell_len(char)
            if used + columns > left:
                lines.append(line)
                line, used = indent, len(indent)
            line, used = line + char, used + columns
    return [*lines, line]


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
