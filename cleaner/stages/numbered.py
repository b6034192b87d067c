"""Lines of a text that differ only in a number which rises: what may be running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import compress

from cleaner.model import Document

MIN_PAGES = 3
"""Lines are running heads or page numbers only if they return on at least this many pages."""
MAX_LENGTH = 120
"""Characters of the longest running head."""
FORM_FEED = "\x0c"
GAP = re.compile(r"\t+| {2,}|\u3000+")
"""Wide space between the parts of a line."""
DIGIT_BYTES = b"0123456789\xd9\xdb\xdf\xe0\xe1\xea\xef\xf0"
"""The bytes with which a digit begins in UTF-8."""
_MAX_DIGITS = 5
_DIGITS = re.compile(r"\d+")
_OTHER_BYTES = bytes({*range(0x100)} - {*DIGIT_BYTES, *b"\n"})
_CHANGING_BYTES = bytes([*b"0123456789\t ", *range(0x80, 0x100)])  # of digits, of space around them, or not of ASCII


def numbered_lines(document: Document) -> frozenset[str]:
    """The lines that differ only in their numbers from others, if some number of theirs rises as page numbers do."""
    lines = _with_twins(_with_digits(_short_lines(document)))
    spaced = [GAP.sub("\t", line) if "  " in line or "\t" in line else line for line in lines]
    templates = _DIGITS.sub("#", "\n".join(spaced)).split("\n")
    alike: dict[str, list[str]] = defaultdict(list)
    for line, bare, template in zip(lines, spaced, templates, strict=True) if lines else ():
        if bare != template:
            alike[template].append(line)
    has_feeds = FORM_FEED in document.text
    returning = [lines for lines in alike.values() if len(lines) >= MIN_PAGES and (has_feeds or _has_rising(lines))]
    return frozenset(line for lines in returning for line in lines)


def _short_lines(document: Document) -> list[str]:
    """The short blocks, and the lines of those that are wrapped paragraphs."""
    blocks, whole = document.blocks, document.text
    found: list[str] = []
    for text, start, end in zip(blocks.texts, blocks.starts, blocks.ends, strict=True):
        if end - start <= MAX_LENGTH:
            found.append(text)
        elif whole[start:end] != text:  # its lines are joined
            found += map(str.strip, whole[start:end].splitlines())
    return found


def _with_digits(lines: Sequence[str]) -> list[str]:
    """The lines that may have digits. One pass over all costs less than one search in each."""
    return [*compress(lines, _without(_OTHER_BYTES, lines))]


def _with_twins(lines: Sequence[str]) -> list[str]:
    """The lines with at least two others that may differ only in their digits."""
    rests = _without(_CHANGING_BYTES, lines)
    times = Counter(rests)
    return [line for line, rest in zip(lines, rests, strict=True) if times[rest] >= MIN_PAGES] if lines else []


def _without(unwanted: bytes, lines: Sequence[str]) -> list[bytes]:
    """Each of ``lines`` in UTF-8, without the ``unwanted`` bytes."""
    return "\n".join(lines).encode("utf-8", "surrogatepass").translate(None, unwanted).split(b"\n")


def _has_rising(lines: Sequence[str]) -> bool:
    """Whether some number of the lines rises from each line to the next, as those of pages do."""
    numbers = map(_DIGITS.findall, lines)
    above: list[str] = next(numbers)
    rising: Sequence[int] = range(len(above))
    for own in numbers:
        rising = [k for k in rising if k < len(own) and _rises(above[k], own[k])]
        if not rising:
            return False
        above = own
    return True


def _rises(above: str, own: str) -> bool:
    return len(above) <= len(own) < _MAX_DIGITS and int(above) < int(own)
