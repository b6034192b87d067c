"""From places in the text of a document to places in its clean text, in logarithmic time."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from cleaner.model import Result, Span


class CleanText:
    """The clean text of a result, and where each place of the document is in it."""

    def __init__(self, result: Result) -> None:
        self.text = result.text
        self.kept = result.kept()
        self._starts = [span.start for span in self.kept]
        self._before = [0, *accumulate(span.end - span.start for span in self.kept)]

    def at(self, offset: int) -> int:
        """How many characters before ``offset`` of the document are kept."""
        n = bisect_right(self._starts, offset)
        if not n:
            return 0
        start, end = self.kept[n - 1]
        return self._before[n - 1] + min(offset, end) - start

    def span(self, span: Span) -> Span:
        """What is kept of a stretch of the document; empty if nothing is."""
        return Span(self.at(span.start), self.at(span.end))

    def source(self, span: Span) -> Span:
        """Where a stretch of the clean text that is not empty is in the document, with what was cut inside it."""
        return Span(self._in_document(span.start), self._in_document(span.end - 1) + 1)

    def _in_document(self, offset: int) -> int:
        n = bisect_right(self._before, offset) - 1
        return self.kept[n].start + offset - self._before[n]

    def stripped(self, span: Span) -> Span:
        """A stretch of the clean text without white space at its ends."""
        text = self.text[slice(*span)]
        start = span.start + len(text) - len(text.lstrip())
        return Span(start, max(start, span.start + len(text.rstrip())))
