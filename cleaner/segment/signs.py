"""Signs of lines: what a look at each line says it may be, so that shapes are looked for only where they may be."""

from __future__ import annotations

import re
from collections.abc import Iterable

COLUMNS, COLON, PROMPT, LABEL, CAPITALS, FENCE = SIGNS = tuple(1 << n for n in range(6))
"""A line has marks between columns, has a colon, begins as in a log, ends with a colon, has no small letter, begins as
a line that fences code."""

PROMPTS = "$[>%#0123456789"
"""With what lines of logs and sessions begin."""

_SMALL = re.compile("[a-z]")
_TABLES = {sign: bytes([bool(byte & sign) for byte in range(1 << 8)]) for sign in SIGNS}


def signs_of(lines: Iterable[str]) -> bytes:
    """The signs of stripped lines, a byte for each."""
    return bytes([_signs(line) for line in lines])


def having(signs: bytes, sign: int) -> bytes:
    """For each line whether it has one of the signs: 1 or 0."""
    return signs.translate(_TABLES[sign])


def _signs(line: str) -> int:
    return (
        ("|" in line or "\t" in line or "  " in line)
        | (":" in line or "：" in line) << 1
        | (line[0] in PROMPTS) << 2
        | (line[-1] == ":") << 3
        | (_SMALL.search(line) is None) << 4
        | (line[0] in "`~") << 5
    )
