"""Decide which white space around cut blocks is cut: whole lines go, paragraphs stay apart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from cleaner.chars import LINE_END
from cleaner.model import Cut, Document, Span


def absorb_gaps(document: Document, cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """Extend ``cuts`` over the line ends that belong to them.

    A blank line is left between two kept blocks that had cut blocks between them, because they were not neighbours.
    At the ends of the text only the line end of the last kept line is left. Cuts inside a block stay as they are.
    """
    absorbed: list[Cut] = []
    for first, run in _runs(document, cuts):
        if first < 0:
            absorbed += run
            continue
        start, end = _reach(document, first, first + len(run) - 1)
        borders = [start, *(cut.span.start for cut in run[1:]), end]
        absorbed += (Cut(Span(a, b), c.marks) for c, (a, b) in zip(run, pairwise(borders), strict=True))
    return tuple(absorbed)


def takes_whole_lines(document: Document, cuts: Sequence[Cut]) -> bool:
    """Whether absorbed ``cuts`` cover only whole blocks: none begins or ends inside a block."""
    starts, ends = document.blocks.starts, document.blocks.ends
    for (start, end), _, _ in cuts:
        first = bisect_left(ends, start + 1)  # the first block that ends after the start of the cut
        last = bisect_left(starts, end) - 1  # the last that starts before its end
        if first <= last and (starts[first] < start or ends[last] > end):
            return False
    return True


def _runs(document: Document, cuts: Sequence[Cut]) -> Iterator[tuple[int, list[Cut]]]:
    """Runs of cuts of neighbouring whole blocks, with the first block's index; -1 for a cut inside blocks."""
    starts, ends = document.blocks.starts, document.blocks.ends
    first, run = 0, list[Cut]()
    for cut in cuts:
        i = bisect_left(starts, cut.span.start)
        whole = i < len(starts) and (starts[i], ends[i]) == cut.span
        if run and (not whole or i != first + len(run)):
            yield first, run
            run = []
        if not whole:
            yield -1, [cut]
            continue
        if not run:
            first = i
        run.append(cut)
    if run:
        yield first, run


def _reach(document: Document, first: int, last: int) -> tuple[int, int]:
    text, blocks = document.text, document.blocks
    before = blocks.ends[first - 1] if first else 0
    after = blocks.starts[last + 1] if last + 1 < len(blocks) else len(text)
    above = [m.end() for m in LINE_END.finditer(text, before, blocks.starts[first])]
    below = [m.end() for m in LINE_END.finditer(text, blocks.ends[last], after)]
    line = above[-1] if above else blocks.starts[first]
    following = below[-1] if below else after
    if last + 1 == len(blocks):
        return (above[0] if first and above else 0 if not first else line), len(text)
    if not first:
        return 0, following
    if len(above) > 1:
        return line, following
    if len(below) > 1:
        return line, below[0]
    return line, blocks.ends[last]
