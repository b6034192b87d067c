"""The kept text of a line, with what the author marked up in it, as Markdown."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from cleaner.inline.marks import Inline, Insert, Marks, What
from cleaner.markdown.escape import destination, escaped, start_escaped, strictly_escaped, title
from cleaner.markdown.kept import Kept
from cleaner.markdown.raised import RAISED
from cleaner.markdown.signs import Sign
from cleaner.markdown.tokens import CODE_END, CODE_START, Text, Token, joined, merged
from cleaner.model import Span

_SIGNS = {What.EMPHASIS: ("*", "em"), What.STRONG: ("**", "strong"), What.STRUCK: ("~~", "del")}
_TAGS = {What.ABOVE: "sup", What.BELOW: "sub"}
_IN_PLACE = frozenset((What.FORMULA, What.NOTE, What.BACK))
_ONCE = frozenset((*_SIGNS, What.CODE, What.LINK))  # one inside another of its kind changes nothing
_VARIABLE = re.compile(r"[\W\d_]?[^\W\d_]")  # the end of a text that ends in a single letter
_DIGITS_OR_SIGNS = re.compile(r"[\d+\-−=]")


class Inliner:
    """Writes lines. Give them in the order of the text."""

    def __init__(self, kept: Kept, marks: Marks, notes: Collection[str]) -> None:
        self._kept, self._text, self._marks = kept, kept.text, marks
        self._notes = frozenset(notes)
        self._starts = [one.span.start for one in marks.spans]
        self._places = [one.at for one in marks.inserts]
        self._next, self._from = 0, 0
        self._active: list[Inline] = []
        self._written: set[Span] = set()  # formulas and notes, which may take several stretches

    def paragraph(self, lines: Sequence[Sequence[Span]], around: Sequence[What | None]) -> list[str]:
        """Lines that form a paragraph. Each may be emphasized as a whole. A line of which nothing is left is empty."""
        written = [list(self._tokens(line, outer)) for line, outer in zip(lines, around, strict=True)]
        if all(isinstance(token, Text) for tokens in written for token in tokens):
            plain = "\n".join("".join(token.text for token in tokens if isinstance(token, Text)) for tokens in written)
            return [start_escaped(line.strip()) for line in escaped(plain).split("\n")]
        has_formulas = any(isinstance(token, str) and token.startswith("$") for tokens in written for token in tokens)
        return [joined(tokens, has_formulas=has_formulas) for tokens in written]

    def insert(self, insert: Insert) -> str:
        """Something on a line of its own."""
        return joined(list(self._inserted(insert, in_link=False)), has_formulas=False)

    # Stretches of a line between the places where markup begins or ends

    def _tokens(self, spans: Sequence[Span], around: What | None) -> Iterator[Token]:
        if not spans:
            return
        start, end = spans[0].start, spans[-1].end
        marks = self._marks_in(start, end)
        if around is not None:
            marks = [Inline(Span(start, end), around), *(one for one in marks if one.what is not around)]
        inserts = self._inserts_in(start, end)
        edges = {edge for one in marks for edge in one.span if start < edge < end}
        points = sorted(edges | {edge for span in spans for edge in span} | {one.at for one in inserts})
        yield from merged(self._nested(points, spans, marks, inserts))

    def _marks_in(self, start: int, end: int) -> list[Inline]:
        """The marks of a stretch, outer ones first."""
        if start < self._from:  # not in order: search from the beginning
            self._next, self._active = 0, []
        self._from = start
        stop = bisect_left(self._starts, end)
        self._active = [one for one in self._active if one.span.end > start]
        if stop > self._next:
            self._active += [one for one in self._marks.spans[self._next : stop] if one.span.end > start]
            self._next = stop
        return [one for one in self._active if one.span.start < end]

    def _inserts_in(self, start: int, end: int) -> list[Insert]:
        first = bisect_left(self._places, start)
        last = bisect_left(self._places, end + 1)
        return [one for one in self._marks.inserts[first:last] if one.is_inside]

    def _nested(
        self, points: Sequence[int], spans: Sequence[Span], marks: Sequence[Inline], inserts: Sequence[Insert]
    ) -> Iterator[Token]:
        """The tokens of a line, properly nested: what ends between two stretches is closed, what begins is opened."""
        opened: list[tuple[Inline, Token | None]] = []
        active: list[Inline] = []
        waiting, coming, n = list(reversed(marks)), list(reversed(inserts)), 0
        for at, following in zip(points, [*points[1:], points[-1]], strict=True):
            active = [one for one in active if one.span.end > at]
            while waiting and waiting[-1].span.start <= at:
                one = waiting.pop()
                if one.span.end > at:
                    active.append(one)
            while coming and coming[-1].at <= at:
                insert = coming.pop()
                if not insert.link:  # it is after a link that ends here
                    yield from _close(opened, sum(one.span.end > at for one, _ in opened))
                yield from self._inserted(insert, in_link=any(one.what is What.LINK for one, _ in opened))
            while n < len(spans) and spans[n].end <= at:
                n += 1
            if following == at or n == len(spans) or spans[n].start > at:
                continue
            yield from self._stretch(Span(at, following), active, opened)
        yield from _close(opened, 0)
        while coming:
            yield from self._inserted(coming.pop(), in_link=False)

    def _stretch(
        self, span: Span, active: Sequence[Inline], opened: list[tuple[Inline, Token | None]]
    ) -> Iterator[Token]:
        """One stretch inside the same markup; ``opened`` is what the text is in before and after it."""
        whole = next((one for one in active if one.what in _IN_PLACE), None)
        wanted = self._wanted(active)
        shared = 0
        while shared < min(len(wanted), len(opened)) and opened[shared][0] is wanted[shared]:
            shared += 1
        text = self._text[slice(*span)]
        if whole is not None:
            text_of_whole = list(self._in_place(whole, text))
            if not text_of_whole:
                return
            yield from _close(opened, shared)
            yield from _open(wanted[shared:], opened)
            yield from text_of_whole
            return
        yield from _close(opened, shared)
        yield from _open(wanted[shared:], opened)
        raised = [one for one in active if one.what in RAISED]
        if raised and all(char in RAISED[raised[-1].what] for char in text):
            text = "".join([RAISED[raised[-1].what][char] for char in text]) if self._means(raised[-1]) else text
        yield Text(text)

    def _wanted(self, active: Sequence[Inline]) -> list[Inline]:
        """The marks that are opened around a stretch, code last; not those that are written by other means."""
        found: list[Inline] = []
        code: Inline | None = None
        is_whole = any(one.what in _IN_PLACE for one in active)
        for one in active:
            if one.what in _IN_PLACE or (one.what in _ONCE and any(one.what is other.what for other in found)):
                continue
            if one.what is What.CODE:
                code = code or (None if is_whole else one)
            elif one.what not in RAISED or self._needs_tag(one):
                found.append(one)
        return [*found, code] if code else found

    def _needs_tag(self, one: Inline) -> bool:
        text = self._text[slice(*one.span)]
        return self._means(one) and not all(char in RAISED[one.what] for char in text)

    def _means(self, one: Inline) -> bool:
        """Whether a superscript or subscript carries meaning: not the letters of ``1st``, nor those of a trademark."""
        text = self._text[slice(*one.span)]
        if _DIGITS_OR_SIGNS.search(text):
            return True
        before = self._text[max(one.span.start - 2, 0) : one.span.start]
        letters = "".join(filter(str.isalpha, text))
        return bool(letters) and not letters.isupper() and bool(_VARIABLE.fullmatch(before))

    def _in_place(self, one: Inline, text: str) -> Iterator[Token]:
        """What is written in the place of a text: LaTeX, the mark of a note, nothing for the sign that leads back."""
        if one.what is What.BACK:
            if any(map(str.isalnum, text)):
                yield Text(text)
        elif one.what is What.NOTE and one.value not in self._notes:
            yield Text(text)
        elif one.span not in self._written:
            self._written.add(one.span)
            yield f"[^{one.value}]" if one.what is What.NOTE else _formula(one.value, is_display=one.is_display)

    def _inserted(self, insert: Insert, *, in_link: bool) -> Iterator[Token]:
        written: Token
        if insert.what is What.READING:
            yield Text(f"({insert.value})")
            return
        if insert.what is What.TASK:
            yield f"[{insert.value}] "
            return
        if insert.what is What.FORMULA:
            written = _formula(insert.value, is_display=insert.is_display)
        elif self._kept.images == "keep":
            image = f"![{strictly_escaped(insert.title)}]({destination(insert.value)})"
            written = f"[{image}]({destination(insert.link)})" if insert.link and not in_link else image
        elif self._kept.images == "alt" and insert.title:
            written = Text(insert.title)
        else:
            return
        before, after = self._text[max(insert.at - 1, 0) : insert.at], self._text[insert.at : insert.at + 1]
        is_after_text = not after or after.isspace()
        yield from (
            (Text(" "), written) if is_after_text else (written, Text(" "))[: 1 + (not before or before.isspace())]
        )


def _formula(latex: str, *, is_display: bool) -> str:
    sign = "$$" if is_display else "$"
    return f"{sign}{latex}{sign}"


def _open(marks: Sequence[Inline], opened: list[tuple[Inline, Token | None]]) -> Iterator[Token]:
    """Open ``marks``, and remember with each what closes it."""
    for one in marks:
        closing: Token
        if one.what in _SIGNS:
            sign = Sign(*_SIGNS[one.what], is_open=True)
            closing = sign.other = Sign(sign.sign, sign.tag, is_open=False, other=sign)
            yield sign
        elif one.what is What.LINK:
            closing = f"]({destination(one.value)}{title(one.title)})"
            yield "["
        elif one.what is What.CODE:
            closing = CODE_END
            yield CODE_START
        else:
            closing = f"</{_TAGS[one.what]}>"
            yield f"<{_TAGS[one.what]}>"
        opened.append((one, closing))


def _close(opened: list[tuple[Inline, Token | None]], shared: int) -> Iterator[Token]:
    while len(opened) > shared:
        closing = opened.pop()[1]
        if closing is not None:
            yield closing
