"""The lines of a page after cuts inside lines: what markup says of a line stays true of what is left of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from cleaner.model import Kind, Span
from cleaner.segment.text import Lines


def carried(left: Lines, lines: Lines, cuts: Sequence[Span]) -> Lines:
    """``left``, the lines of a text after ``cuts``, with kinds, elements and links of the ``lines`` they were parts of.

    ``cuts`` are sorted and disjoint.
    """
    sources = _sources(left.starts, cuts)
    places = [bisect_right(lines.starts, source) - 1 for source in sources]
    return replace(
        left,
        kinds=tuple([_kind(lines, i, kind) for i, kind in zip(places, left.kinds, strict=True)]),
        elements=tuple([lines.elements[i] for i in places]),
        links=tuple([min(lines.links[i], len(text)) for i, text in zip(places, left.texts, strict=True)]),
    )


def _kind(lines: Lines, i: int, by_shape: Kind) -> Kind:
    return by_shape if lines.kinds[i] is Kind.TEXT else lines.kinds[i]


def _sources(starts: Sequence[int], cuts: Sequence[Span]) -> list[int]:
    """The offsets before the cuts of ``starts``, offsets after them; both ascend."""
    found: list[int] = []
    removed, n = 0, 0
    for start in starts:
        while n < len(cuts) and cuts[n].start <= start + removed:
            removed += cuts[n].end - cuts[n].start
            n += 1
        found.append(start + removed)
    return found
