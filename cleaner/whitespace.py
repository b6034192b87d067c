"""Tidy white space: the same words in the same order, without trailing blanks, runs of blank lines and stray indents.

Relative indents stay, because code, lists and poems need them: only what all lines of a passage have in common goes.
In Markdown, reStructuredText and pages, indents are syntax or preformatted text, and stay. So does fenced code.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cleaner.chars import LINE_END
from cleaner.model import InputKind, Span

_FENCES = ("```", "~~~")
_OPENS = (":", "{", "(", "[", "：")
"""Signs at the end of a line that announce what is indented below it."""


class _Line(NamedTuple):
    """A line without trailing white space: its place in the text, its indent, whether it is in a fence."""

    start: int
    text: str
    indent: str
    is_fenced: bool


@dataclass(frozen=True, slots=True)
class Tidied:
    """A tidied text, and where its lines come from.

    ``spans`` are the places of its lines in the text as it was, in order; an empty line has none. ``starts`` are the
    offsets of these lines in ``text``.
    """

    text: str
    spans: tuple[Span, ...] = ()
    starts: tuple[int, ...] = ()

    def to_original(self, offset: int) -> int:
        """The place in the text as it was of the character at ``offset``. A line end leads to the end of its line.

        Raises `IndexError` outside ``0 <= offset <= len(self.text)``.
        """
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"offset {offset} is outside the tidied text")
        n = bisect_right(self.starts, offset) - 1
        if n < 0:
            return 0
        start, end = self.spans[n]
        return min(start + offset - self.starts[n], end)


def tidy(text: str, kind: InputKind = "text") -> str:
    """``text`` with tidy white space. ``kind`` is what the text was: only in plain text indents go."""
    return tidied(text, kind).text


def tidied(text: str, kind: InputKind = "text") -> Tidied:
    """``text`` with tidy white space, and where its lines come from.

    Line ends become line feeds, at most one blank line is between two lines, and none at the ends. A line feed is at
    the end of the text if a line end was.
    """
    paragraphs = list(_paragraphs(_lines(text)))
    dedents = _dedents(paragraphs) if kind == "text" else [0] * len(paragraphs)
    lines: list[str] = []
    spans: list[Span] = []
    starts: list[int] = []
    at = 0
    for paragraph, dedent in zip(paragraphs, dedents, strict=True):
        if lines:
            lines.append("")
            at += 1
        for line in paragraph:
            kept = line.text if line.is_fenced else line.text[dedent:]
            if kept:
                end = line.start + len(line.text)
                spans.append(Span(end - len(kept), end))
                starts.append(at)
            lines.append(kept)
            at += len(kept) + 1
    ends_line = bool(lines) and LINE_END.search(text, len(text.rstrip())) is not None
    return Tidied("\n".join([*lines, *[""] * ends_line]), tuple(spans), tuple(starts))


def _lines(text: str) -> Iterator[_Line]:
    """The lines of a text, also the empty ones."""
    fence, at = "", 0
    ends = [end.span() for end in LINE_END.finditer(text)]
    for end, following in [*ends, (len(text), len(text))]:
        line = text[at:end].rstrip()
        bare = line.lstrip()
        sign = bare[: len(bare) - len(bare.lstrip(bare[:1]))] if bare.startswith(_FENCES) else ""
        is_fenced = bool(fence or sign)
        if not fence:
            fence = sign
        elif sign.startswith(fence) and sign == bare:
            fence = ""
        yield _Line(at, line, line[: len(line) - len(bare)], is_fenced)
        at = following


def _paragraphs(lines: Iterator[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines without an empty line between; an empty line in a fence does not end one."""
    run: list[_Line] = []
    empty: list[_Line] = []  # in a fence: part of the paragraph only if a line of the fence is below
    for line in lines:
        if line.text:
            run += (*empty, line)
            empty = []
        elif line.is_fenced and run:
            empty.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _dedents(paragraphs: Sequence[Sequence[_Line]]) -> list[int]:
    """For each paragraph how many characters of its indent go: what is common to the passage that it belongs to.

    A paragraph that is indented deeper than the one above belongs to its passage if that has indents of its own or
    announces it: then both may be code, or the item of a list.
    """
    dedents: list[int] = []
    base, has_indents, opens = "", False, False
    for paragraph in paragraphs:
        free = [line for line in paragraph if line.text and not line.is_fenced]
        common = _common([line.indent for line in free])
        belongs = (has_indents or opens) and len(common) > len(base) and common.startswith(base)
        if not belongs:
            base = common
        has_indents = belongs or any(line.indent != base for line in free)
        opens = paragraph[-1].text.endswith(_OPENS)
        dedents.append(len(base))
    return dedents


def _common(indents: Sequence[str]) -> str:
    """The longest indent that all of them begin with."""
    if not indents:
        return ""
    first, last = min(indents), max(indents)
    return next((first[:n] for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), first)
