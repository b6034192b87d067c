"""Reading on in the text of a page: where the text of each node is, and the numbers of the elements around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cleaner.inline.elements import Open
from cleaner.model import Span
from cleaner.segment.html import MAX_DEPTH

_SPACE = re.compile(r"\s*")


@dataclass(slots=True)
class Reading:
    """How far ``text`` is read. ``pieces`` are the places of the text nodes, ``breaks`` counts ends of lines."""

    text: str
    at: int = 0
    pieces: list[Span] = field(default_factory=list)
    missed: int = 0
    elements: int = 1
    breaks: int = 0
    breaks_at_text: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all of the text was found, and nothing else."""
        return not self.missed and self._skip(self.at) == len(self.text)

    @property
    def is_after_text(self) -> bool:
        """Whether the line that is being read has text."""
        return bool(self.pieces) and self.breaks == self.breaks_at_text

    def find(self, content: str, top: Open) -> Span | None:
        """The place of the text of a node in ``top``; None if it has no words, or not the next words of the text."""
        if not top.is_raw and content.isspace():
            return None
        self._number(top)
        words = content.split()
        span = self._next(words) if words else None
        self.missed += bool(words) and span is None
        return span

    def take(self, span: Span) -> None:
        """Move to the end of a text that was found."""
        self.pieces.append(span)
        self.at = span.end
        self.breaks_at_text = self.breaks

    def span_of(self, entry: Open) -> Span:
        """Where the text of an element is; empty at the end of the text read so far if it has none."""
        if not entry.has_text:
            return Span(self.at, self.at)
        return Span(self.pieces[entry.first].start, self.pieces[entry.last - 1].end)

    def text_of(self, entry: Open) -> str:
        """The text of an element."""
        return self.text[slice(*self.span_of(entry))]

    def _next(self, words: list[str]) -> Span | None:
        start = at = self._skip(self.at)
        joined = " ".join(words)
        if self.text.startswith(joined, start):
            return Span(start, start + len(joined))
        for word in words:
            at = self._skip(at)
            if not self.text.startswith(word, at):
                return None
            at += len(word)
        return Span(start, at)

    def _skip(self, at: int) -> int:
        return _SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # matches anything

    def _number(self, top: Open) -> None:
        """Number the open elements that have no number yet, as the walk in `cleaner.segment.html` does."""
        unnumbered = []
        entry = top
        while entry.number < 0 and entry.parent is not None:
            unnumbered.append(entry)
            entry = entry.parent
        number = entry.number
        for entry in reversed(unnumbered):
            if entry.found.is_format or entry.depth >= MAX_DEPTH:
                self.skipped(entry)
            else:
                number, self.elements = self.elements, self.elements + 1
            entry.number = number

    def skipped(self, entry: Open) -> None:
        """Called for an element with text that gets no number of its own."""
