"""Decide which white space around cut blocks is cut: whole lines go, paragraphs stay apart."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from cleaner.chars import LINE_END
from cleaner.model import Cut, Document, Span


def absorb_gaps(document: Document, cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """Extend ``cuts`` over the line ends that belong to them.

    A blank line is left between two kept blocks that had cut blocks between them, because they were not neighbours.
    At the ends of the text only the line end of the last kept line is left. Cuts inside a block stay as they are.
    """
    starts, ends = document.blocks.starts, document.blocks.ends
    absorbed: list[Cut] = []
    n = 0
    while n < len(cuts):
        first = bisect_left(starts, cuts[n].span.start)
        stop, i = n, first
        while stop < len(cuts) and i < len(starts) and cuts[stop].span == (starts[i], ends[i]):
            stop += 1
            i += 1
        if stop == n:  # inside a block
            absorbed.append(cuts[n])
            n += 1
            continue
        at, end = _reach(document, first, i - 1)
        for cut in cuts[n : stop - 1]:
            after = cuts[n + 1].span.start
            absorbed.append(Cut(Span(at, after), cut.marks))
            at, n = after, n + 1
        absorbed.append(Cut(Span(at, end), cuts[n].marks))
        n += 1
    return tuple(absorbed)


def takes_whole_lines(document: Document, cuts: Sequence[Cut]) -> bool:
    """Whether absorbed ``cuts`` cover only whole blocks: none begins or ends inside a block."""
    starts, ends = document.blocks.starts, document.blocks.ends
    count, i, at = len(ends), 0, -1
    for (start, end), _, _ in cuts:
        if start != at:
            i = bisect_right(ends, start, i)  # the first block that ends after the start of the cut
            if i < count and starts[i] < start:
                return False
        while i < count and ends[i] <= end:
            i += 1
        if i < count and starts[i] < end:
            return False
        at = end
    return True


def _reach(document: Document, first: int, last: int) -> tuple[int, int]:
    text, blocks = document.text, document.blocks
    if first > 0 and last + 1 < len(blocks):
        start, end = blocks.starts[first], blocks.ends[last]
        if text[blocks.ends[first - 1] : start] == text[end : blocks.starts[last + 1]] == "\n":
            return start, end  # as nearly always
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
