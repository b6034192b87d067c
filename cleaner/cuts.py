"""Cuts of several passes as cuts of the source: one result for all passes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from cleaner.model import Cut, Result, Span, Withdrawal


def in_order(*withdrawn: Withdrawal) -> tuple[Withdrawal, ...]:
    return tuple(sorted(withdrawn, key=lambda w: w.cut.span))


def compose(result: Result, again: Result) -> Result:
    """One result for two passes: ``again`` was made of the text that ``result`` left."""
    kept = result.kept()
    ends = list(accumulate(span.end - span.start for span in kept))  # of the kept slices, in the clean text
    later = [Cut(span, cut.marks) for cut in again.cuts for span in _sources(kept, ends, cut.span)]
    withdrawn = [
        Withdrawal(Cut(Span(spans[0].start, spans[-1].end), w.cut.marks), w.promise)
        for w in again.withdrawn
        if (spans := list(_sources(kept, ends, w.cut.span)))
    ]
    return replace(
        result,
        cuts=tuple(sorted((*result.cuts, *later), key=lambda cut: cut.span)),
        withdrawn=tuple(withdrawn),
        warnings=tuple(dict.fromkeys((*result.warnings, *again.warnings))),
        status=again.status if again.status != "ok" else result.status,
    )


def _sources(kept: Sequence[Span], ends: Sequence[int], span: Span) -> Iterator[Span]:
    """Where a span of the kept text came from: one span for each kept slice it runs over."""
    for n in range(bisect_right(ends, span.start), len(kept)):
        start, end = kept[n]
        at = ends[n] - (end - start)
        if at >= span.end:
            return
        yield Span(start + max(span.start - at, 0), start + min(span.end - at, end - start))
