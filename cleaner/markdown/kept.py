"""What is kept of a document, block by block, as stretches of its text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from copy import copy
from typing import NamedTuple

from cleaner.inline.marks import Insert
from cleaner.model import Result, Span


class Line(NamedTuple):
    """What is kept of a block: its number, and stretches of the text without white space at the ends.

    A line that has no block has the number -1: an ``insert``, or an empty line of code.
    """

    block: int
    spans: tuple[Span, ...]
    insert: Insert | None = None

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return self.spans[0].start if self.spans else self.insert.at if self.insert else -1

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.spans[-1].end if self.spans else self.start


NO_LINE = Line(-1, ())


class Kept:
    """The kept lines of a result."""

    def __init__(self, result: Result) -> None:
        self.document = result.document
        self.text = result.document.text
        self.images = result.images
        self.stretch = Span(0, len(self.text))
        self.spans = result.kept()
        self._starts = [span.start for span in self.spans]
        self.lines = list(self._lines(result))
        self.blocks = frozenset(line.block for line in self.lines)

    def within(self, stretch: Span) -> Kept:
        """The part of it in a stretch of the text."""
        part = copy(self)
        first = bisect_left(self.lines, stretch.start + 1, key=lambda line: line.end)
        last = bisect_left(self.lines, stretch.end, key=lambda line: line.start)
        lines = (Line(line.block, self.stripped(line.spans, stretch)) for line in self.lines[first:last])
        part.stretch, part.lines = stretch, [line for line in lines if line.spans]
        return part

    def shows(self, span: Span) -> bool:
        """Whether any character of ``span`` is kept."""
        n = bisect_right(self._starts, span.end - 1) - 1
        return n >= 0 and self.spans[n].end > span.start

    def _lines(self, result: Result) -> Iterator[Line]:
        blocks, cuts, n = self.document.blocks, result.cuts, 0
        for i, (start, end) in enumerate(zip(blocks.starts, blocks.ends, strict=True)):
            kept: list[Span] = []
            at = start
            while n < len(cuts) and cuts[n].span.start < end:
                kept.append(Span(at, cuts[n].span.start))
                at = max(at, cuts[n].span.end)
                if at > end:
                    break  # the cut continues in the next block
                n += 1
            kept.append(Span(at, end))
            if spans := self.stripped(kept, self.stretch):
                yield Line(i, spans)

    def stripped(self, spans: Sequence[Span], stretch: Span) -> tuple[Span, ...]:
        """What is in ``stretch`` of ``spans``, without white space at both ends; none are empty."""
        text, found = self.text, list[Span]()
        for span in spans:
            start, end = max(span.start, stretch.start), min(span.end, stretch.end)
            if not found:
                start += len(text[start:end]) - len(text[start:end].lstrip())
            if start < end:
                found.append(Span(start, end))
        while found:
            start, end = found.pop()
            end = start + len(text[start:end].rstrip())
            if start < end:
                return (*found, Span(start, end))
        return ()
