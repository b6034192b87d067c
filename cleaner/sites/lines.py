"""The lines of a document as they are counted: numbers that stand for a line of a host, and the lines themselves."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from cleaner.features import LONG_WORDS, headlines, skeleton
from cleaner.fold import numberless, squeeze
from cleaner.model import Blocks, Kind
from cleaner.near import sketch_of
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.sites.dates import dateless
from cleaner.sites.elements import Found, lists_of, packed
from cleaner.sites.signs import AGAIN, FIXED, FIXED_KINDS, HEADLINE, LONG, PROSE, SIGNS

MAX_CHARS = 400
"""The longest line that can be learned; a longer one is counted as a line that no other page has."""

_HASH_BYTES = 8
_MIN_TITLE_WORDS = 3  # in a line that repeats the first one
_HEADINGS = 2  # that may be the headline of their page: the name of the site may be above it


class Line(NamedTuple):
    """A line of a host: its number without signs, and its text."""

    number: int
    text: str


class Counted(NamedTuple):
    """A document: its host, a hash of its lines, its name, a number for each block, and its lines, each once.

    ``sketch`` is that of its running text. ``elements`` are the numbers of what its elements are, and ``names`` the
    names that they stand for (see `cleaner.sites.elements`).
    """

    host: str
    key: bytes
    name: str
    numbers: bytes
    lines: tuple[Line, ...]
    sketch: bytes = b""
    elements: bytes = b""
    names: tuple[Line, ...] = ()


def number_of(host: str, form: str) -> int:
    """The number of a line of ``host``; 0 if it has no letter. It depends on nothing else, so states can be merged."""
    if not any(map(str.isalpha, form)):
        return 0
    made_of = f"{host}\0{form}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(made_of, digest_size=_HASH_BYTES).digest(), "big", signed=True)
    return number & ~SIGNS


_number_of_name = lru_cache(maxsize=50_000)(number_of)  # the pages of a host have the same names


def counted(source: str, host: str, name: str, *, is_page: bool) -> Counted:
    """The lines of a text or a page, as they are counted for ``host``."""
    blocks = (segment_page(read_page(source)) if is_page else segment_text(source)).blocks
    signs = _signs(blocks)
    parts = lists_of(blocks, frozenset(i for i, one in enumerate(signs) if one & HEADLINE)) if is_page else Found()
    names = {one: _number_of_name(host, one) for one in parts.names}
    numbers = array("q")
    lines: dict[int, str] = {}
    for i, key in enumerate(blocks.keys):
        form = numberless(key)
        number = number_of(host, dateless(form) if "0" in form else form)
        numbers.append(number | signs[i])
        text = " ".join(blocks.texts[i].split())
        if number and len(text) <= MAX_CHARS and text.isprintable():
            lines[number] = min(text, lines.get(number, text))
    data = numbers.tobytes()
    found = tuple(Line(number, text) for number, text in sorted(lines.items()))
    sketch = sketch_of(compress(blocks.folded, blocks.prose))
    hashed = hashlib.blake2b(data, digest_size=16).digest()
    named = tuple(Line(number, text) for text, number in sorted(names.items()) if number)
    return Counted(host, hashed, name, data, found, sketch, packed(parts, names.__getitem__), named)


def _signs(blocks: Blocks) -> Sequence[int]:
    headings = [i for i, kind in enumerate(blocks.kinds) if kind is Kind.HEADING][:_HEADINGS]
    shortened = replace(blocks, folded=tuple([text[:MAX_CHARS] for text in blocks.folded]))
    titles = headlines(shortened, skeleton(blocks), (), range(len(blocks))).union(headings)
    again = _again(blocks)
    return [
        (prose and (PROSE | (LONG if words >= LONG_WORDS else 0)))
        | (HEADLINE if i in titles else 0)
        | (FIXED if kind in FIXED_KINDS else 0)
        | (AGAIN if i in again else 0)
        for i, (prose, words, kind) in enumerate(zip(blocks.prose, blocks.words, blocks.kinds, strict=True))
    ]


def _again(blocks: Blocks) -> frozenset[int]:
    """The lines that repeat the first one, or what is in it besides the name of the site."""
    first = f" {squeeze(blocks.folded[0]).strip()} " if len(blocks) else ""
    return frozenset(
        i
        for i, text in enumerate(blocks.folded)
        if i and blocks.words[i] >= _MIN_TITLE_WORDS and len(text) <= len(first) and squeeze(text).strip() in first
    )


def numbers_of(data: bytes) -> array[int]:
    """The numbers of the blocks of a document, with their signs."""
    found = array("q")
    found.frombytes(data)
    return found
