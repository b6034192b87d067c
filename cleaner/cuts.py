"""Cuts and withdrawals of several passes as those of the source: one result for all passes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from cleaner.model import Cut, Result, Span, Withdrawal


def compose(result: Result, again: Result) -> Result:
    """One result for two passes: ``again`` was made of the text that ``result`` left."""
    kept = result.kept()
    ends = list(accumulate(span.end - span.start for span in kept))  # of the kept slices, in the clean text
    later = [Cut(span, cut.marks) for cut in again.cuts for span in _sources(kept, ends, cut.span)]
    cuts = tuple(sorted((*result.cuts, *later), key=lambda cut: cut.span))
    withdrawn = [
        Withdrawal(Cut(span, one.cut.marks), one.promise)
        for one in again.withdrawn
        for span in _sources(kept, ends, one.cut.span)
    ]
    return replace(
        result,
        cuts=cuts,
        withdrawn=told_once(result.document.text, cuts, result.withdrawn, withdrawn),
        warnings=tuple(dict.fromkeys((*result.warnings, *again.warnings))),
        status=again.status if again.status != "ok" else result.status,
    )


def told_once(text: str, cuts: Sequence[Cut], *withdrawn: Sequence[Withdrawal]) -> tuple[Withdrawal, ...]:
    """The withdrawals of several decisions on ``text``, the earliest first, as one list: sorted, disjoint, not in cuts.

    What one of ``cuts`` takes after all is no withdrawal; what was proposed more than once has the last promise. Of a
    span that is told in part the rest is left, without the white space around it.
    """
    found: list[Withdrawal] = []
    taken = [cut.span for cut in cuts]
    for of_one in reversed(withdrawn):
        if of_one:
            told = sorted([*taken, *(one.cut.span for one in found)])
            found += list(_untold(text, of_one, told))
    return tuple(sorted(found, key=lambda one: one.cut.span))


def _untold(text: str, withdrawn: Sequence[Withdrawal], told: Sequence[Span]) -> Iterator[Withdrawal]:
    """The parts of withdrawals that are in none of the spans ``told``, which are sorted and disjoint."""
    ends = [span.end for span in told]
    for one in withdrawn:
        at, end = one.cut.span
        first = bisect_right(ends, at)
        if first == len(told) or told[first].start >= end:
            yield one
            continue
        for start, after in (*_overlapping(told, first, end), Span(end, end)):
            part = text[at:start]
            if part.strip():
                span = Span(at + len(part) - len(part.lstrip()), at + len(part.rstrip()))
                yield Withdrawal(one.cut._replace(span=span), one.promise)
            at = after


def _overlapping(spans: Sequence[Span], first: int, end: int) -> Iterator[Span]:
    for n in range(first, len(spans)):
        if spans[n].start >= end:
            return
        yield spans[n]


def _sources(kept: Sequence[Span], ends: Sequence[int], span: Span) -> Iterator[Span]:
    """Where a span of the kept text came from: one span for each kept slice it runs over."""
    for n in range(bisect_right(ends, span.start), len(kept)):
        start, end = kept[n]
        at = ends[n] - (end - start)
        if at >= span.end:
            return
        yield Span(start + max(span.start - at, 0), start + min(span.end - at, end - start))
