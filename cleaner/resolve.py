"""Marks → cuts: interval algebra that knows nothing about text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from cleaner.model import CONTEXT, LEARNED, Cut, Mark, Span

CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT = 100, 80, 60
"""The sums of scores that cut a block in the profiles careful, balanced, strict; a mark with the first cuts alone."""


def resolve(marks: Iterable[Mark], *, threshold: int = CUTS_ALONE) -> tuple[Cut, ...]:
    """The maximal spans over which the same marks sum to ``threshold`` or more: sorted, disjoint.

    The result does not depend on the order of ``marks``. Takes O(m log m) for marks whose spans are equal or disjoint,
    as those of blocks are.
    """
    by_span: dict[Span, list[Mark]] = {}
    for mark in marks:
        span = mark.span
        if span in by_span:
            by_span[span].append(mark)
        elif span.start < span.end:
            by_span[span] = [mark]
    spans = sorted(by_span)
    if all(a.end <= b.start for a, b in pairwise(spans)):
        tiles = [(span, by_span[span]) for span in spans]
    else:
        tiles = _tiles(by_span)
    return tuple([Cut(span, ranked(over)) for span, over in tiles if sum([m.score for m in over]) >= threshold])


def ranked(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Marks of rules first, then of the learned scorer, then of context: the first mark names the cut."""
    if len(marks) == 1:
        return (marks[0],)
    return tuple(sorted(marks, key=_rank))


def _rank(mark: Mark) -> tuple[bool, int, int, str, Span, str]:
    kind = 2 if mark.category == CONTEXT else 1 if mark.category == LEARNED else 0
    return mark.score <= 0, kind, -mark.score, mark.rule, mark.span, mark.reason


def _tiles(by_span: dict[Span, list[Mark]]) -> list[tuple[Span, list[Mark]]]:
    """Sweep over the borders of overlapping spans; at each border the marks change."""
    borders = sorted({offset for span in by_span for offset in span})
    opening: dict[int, list[Span]] = {}
    for span in by_span:
        opening.setdefault(span.start, []).append(span)
    active: set[Span] = set()
    tiles: list[tuple[Span, list[Mark]]] = []
    for start, end in pairwise(borders):
        active = {span for span in active if span.end > start} | set(opening.get(start, ()))
        if active:
            tiles.append((Span(start, end), [mark for span in active for mark in by_span[span]]))
    return tiles
