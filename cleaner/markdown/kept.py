"""What is kept of a document, block by block, as stretches of its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
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
    """The kept lines of a result, all of them or those ``within`` a stretch of the text of its document."""

    def __init__(self, result: Result, within: Span | None = None) -> None:
        self.document = result.document
        self.text = result.document.text
        self.images = result.images
        self.within = within or Span(0, len(self.text))
        self.spans = [clipped for span in result.kept() if (clipped := _clipped(span, self.within))]
        self._starts = [span.start for span in self.spans]
        self.lines = list(self._lines(result))
        self.blocks = frozenset(line.block for line in self.lines)

    def texts(self) -> Iterator[str]:
        """The kept stretches of the text."""
        return (self.text[slice(*span)] for span in self.spans)

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
            if spans := self.stripped(kept):
                yield Line(i, spans)

    def stripped(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """``spans``, inside what is to be written, without white space at both ends; none are empty."""
        text, found = self.text, list[Span]()
        for span in spans:
            start, end = max(span.start, self.within.start), min(span.end, self.within.end)
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


def _clipped(span: Span, within: Span) -> Span | None:
    start, end = max(span.start, within.start), min(span.end, within.end)
    return Span(start, end) if start < end else None
