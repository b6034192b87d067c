"""The lines of a page as they are written: where one begins, what joins a word, which element holds it."""

from __future__ import annotations

from cleaner.chars import CLOSERS, LINE_END, SENTENCE_ENDS, is_joined
from cleaner.model import Kind
from cleaner.segment.tags import LINE, PARAGRAPH, TagClass

ENDS_ROW = 4
"""Added to the line ends of an element: the row ends after it."""

_MIN_PARAGRAPH, _MIN_JOINED = 40, 15  # characters; the second for scripts without spaces
_PLAIN, _CELL = Kind.TEXT, Kind.CELL
_BLANK = ("", _PLAIN, 0, 0)


class LineWriter:
    """The lines written so far, and the one that is being written."""

    __slots__ = (
        "cell", "cells", "closed", "due", "flushed", "gap", "is_raw", "kind_of", "link_chars", "owner", "parents",
        "pieces", "row", "rows", "touching",
    )  # fmt: skip

    def __init__(self) -> None:
        self.rows: list[tuple[str, Kind, int, int]] = []  # text, kind, element, characters in links
        self.parents: list[int] = []  # the parent of each element ...
        self.kind_of: list[Kind] = []  # ... and the kind of the text in it
        self.pieces: list[str] = []  # parts of the line, or of the last cell of the row, that is being written
        self.cells: list[str] = []  # finished cells of the row
        self.owner = -1  # the element that holds the whole line
        self.link_chars = 0
        self.is_raw = False
        self.gap = 0  # line ends before the line
        self.due = 0  # line ends due before the next text
        self.flushed = 0
        self.row = -1  # lines written when the row began, as long as the row is on one line
        self.cell = 0  # cells begun so far in the row
        self.closed = False  # an inline element ended right before this place ...
        self.touching = False  # ... and another one began

    def write(self, text: str, element: int, is_link: bool) -> None:
        """Add text of an element that is not blank."""
        if self.due:
            self.begin()
        elif self.touching and self.pieces:
            if _are_paragraphs(self.pieces[-1], text):
                self.due = PARAGRAPH
                self.begin()
            elif _is_seam(self.pieces[-1], text):
                self.pieces.append(" ")
        self.pieces.append(text)
        self.closed = self.touching = False
        if is_link:
            self.link_chars += len(text.strip())
        if self.owner != element:
            self.owner = element if self.owner < 0 else self._common(self.owner, element)

    def write_raw(self, text: str, element: int, is_link: bool) -> None:
        """Add preformatted text: its line ends are kept."""
        for n, line in enumerate(LINE_END.split(text)):
            if n:
                self.due = min(self.due + 1, PARAGRAPH)
            if line:
                self.write(line, element, is_link)
                self.is_raw = True

    def begin(self) -> None:
        """Start a line where one is due."""
        if self.row == self.flushed and not self.pieces:
            self.due = 0  # a block at the start of a cell
            return
        self.flush()
        self.gap, self.due = max(self.due, self.gap), 0

    def begin_row(self) -> None:
        self.flush()
        self.gap, self.due = max(self.due, self.gap, LINE), 0
        self.row, self.cell = self.flushed, 0

    def begin_cell(self) -> None:
        """Begin a cell of the row; after a cell that took several lines, the cell begins a new line."""
        if self.row != self.flushed:
            self.due = max(self.due, LINE)
        else:
            if self.cell:
                self.cells.append(self._written())
                self.pieces, self.is_raw = [], False
            self.due = 0
        self.cell += 1

    def enter_inline(self, found: TagClass) -> None:
        """Enter an inline element. Text that touches is one word, except between two labels or around an image."""
        if self.closed:
            self.touching = True
        if self.pieces and (found.is_space or (found.is_label and self.closed)):
            self.pieces.append(" ")

    def leave(self, breaks: int) -> None:
        """Start a new line after a block."""
        self.closed = self.touching = False
        if breaks > ENDS_ROW:
            self.end_row(breaks - ENDS_ROW)
        else:
            self.due = max(self.due, breaks)

    def end_row(self, breaks: int) -> None:
        if self.row == self.flushed:
            self.due = breaks  # blocks inside its cells must not add more
        self.row = -1
        self.due = max(self.due, breaks)

    def flush(self) -> None:
        """Write the line, unless it has no text."""
        line = self._written() if self.pieces else ""
        is_row = False
        if self.cells:
            cells = [*self.cells, line]
            line = "\t".join(cells).rstrip("\t")
            is_row = sum(map(bool, cells)) > 1
            self.cells = []
        self.pieces, self.is_raw = [], False
        if not line or line.isspace():
            return
        if self.gap == PARAGRAPH and self.rows:
            self.rows.append(_BLANK)
        kind = _CELL if is_row else self.kind_of[self.owner]
        self.rows.append((line, kind, self.owner, self.link_chars))
        self.flushed += 1
        self.gap, self.owner, self.link_chars = 0, -1, 0

    def _written(self) -> str:
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        return text.rstrip() if self.is_raw else " ".join(text.split())

    def _common(self, a: int, b: int) -> int:
        """The innermost element that contains both; elements have higher numbers than their parents."""
        parents = self.parents
        while a != b:
            if a > b:
                a = parents[a]
            else:
                b = parents[b]
        return a


def _are_paragraphs(before: str, after: str) -> bool:
    """Whether two texts that touch are paragraphs: a style sheet may show spans as blocks."""
    if not (_is_long(before) and _is_long(after)) or after[0].islower():
        return False
    return before.rstrip().rstrip(CLOSERS)[-1:] in SENTENCE_ENDS


def _is_long(text: str) -> bool:
    """Whether a text is as long as a paragraph; scripts without spaces need fewer characters."""
    return len(text) >= (_MIN_JOINED if is_joined(text[len(text) // 2]) else _MIN_PARAGRAPH)


def _is_seam(before: str, after: str) -> bool:
    """Whether two texts that touch are two labels: the inner capital of ``LoginRegister`` shows the seam."""
    return len(before) > 1 and len(after) > 1 and before[-1].islower() and after[0].isupper() and after[1].islower()
