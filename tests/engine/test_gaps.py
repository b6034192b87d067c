"""What becomes of the white space around cut lines.

A text is drawn as its lines, which stay or go, and the gaps between them. What is left is compared with what the promise
says in words: at the ends of the text nothing of a gap stays but the last line's own line end; between two lines that a
cut parted, the blank lines above the cut stay, or else those below it, or else one is made of the two line ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.chars import LINE_END
from cleaner.gaps import absorb_gaps, takes_whole_lines
from cleaner.model import Cut, Document, Mark, Result, Span
from cleaner.segment.text import segment_text

NAMES = ("alder", "birch", "cedar", "dogwood", "elder", "fir", "gorse")
GAPS = ("\n", "\n", "\n\n", "\n \n", "\n\n\n", "\n  ", " \n\n  ", "\r\n", "\r\n\r\n", "\r", "\u2028")


@dataclass(frozen=True)
class Text:
    """``gaps[i]`` is above line i; the last is below all."""

    gaps: tuple[str, ...]
    gone: tuple[bool, ...]

    @property
    def names(self):
        return NAMES[: len(self.gone)]

    @property
    def text(self):
        lines = [gap + name for gap, name in zip(self.gaps[:-1], self.names, strict=True)]
        return "".join((*lines, self.gaps[-1]))

    def promised(self):
        """What is left, by the words at the top of this file."""
        kept = [i for i, gone in enumerate(self.gone) if not gone]
        if not kept:
            return ""
        parts = [indent(self.gaps[kept[0]]) if kept[0] else self.gaps[0]]
        for i, following in zip(kept, [*kept[1:], None], strict=True):
            above = self.gaps[i + 1]
            parts.append(self.names[i])
            if following == i + 1:
                parts.append(above)
            elif following is None:
                parts.append(above if i + 1 == len(self.gone) else line_ends(above)[0])
            else:
                parts.append(between(above, self.gaps[following]))
        return "".join(parts)


def line_ends(gap):
    """The line ends of a gap, each with the space before it."""
    ends = [m.end() for m in LINE_END.finditer(gap)]
    return [gap[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def indent(gap):
    """What is behind the last line end of a gap."""
    return gap[len("".join(line_ends(gap))) :]


def between(above, below):
    if len(line_ends(above)) > 1:
        return "".join(line_ends(above)) + indent(below)
    if len(line_ends(below)) > 1:
        return above_line(above) + "".join(line_ends(below)[1:]) + indent(below)
    return above_line(above) + below


def above_line(gap):
    return "".join(line_ends(gap))


@st.composite
def texts(draw):
    size = draw(st.integers(1, len(NAMES)))
    inner = draw(st.lists(st.sampled_from(GAPS), min_size=size - 1, max_size=size - 1))
    first, last = (
        draw(st.sampled_from(("", "  ", "\n", "\n\n "))),
        draw(st.sampled_from(("", "\n", "\n\n", " ", "\n "))),
    )
    return Text((first, *inner, last), tuple(draw(st.lists(st.booleans(), min_size=size, max_size=size))))


def absorbed(text, gone):
    document = segment_text(text)
    cuts = [
        cut_of(span) for span, is_gone in zip(map(document.blocks.span, range(len(gone))), gone, strict=True) if is_gone
    ]
    return document, absorb_gaps(document, cuts)


def cut_of(span):
    return Cut(span, (Mark(span, "menu/word", "menu", f"made for {span.start}"),))


@given(texts())
def test_what_is_left_of_the_gaps_is_what_is_promised(drawn):
    document, cuts = absorbed(drawn.text, drawn.gone)
    assert Result(document, cuts).text == drawn.promised()


@given(texts().filter(lambda drawn: "\r" not in drawn.gaps))
def test_between_two_lines_that_a_cut_parted_a_blank_line_is_left(drawn):
    """Of texts with one kind of line end: a CR above a cut and an LF below it become one line end, not two."""
    document, cuts = absorbed(drawn.text, drawn.gone)
    left = segment_text(Result(document, cuts).text).blocks
    kept = [i for i, gone in enumerate(drawn.gone) if not gone]
    for n, (i, following) in enumerate(pairwise(kept), 1):
        assert left.apart[n] if following > i + 1 else left.apart[n] == document.blocks.apart[following]


@given(texts())
def test_each_cut_keeps_its_marks_and_covers_its_line_and_no_other(drawn):
    document, cuts = absorbed(drawn.text, drawn.gone)
    spans = [document.blocks.span(i) for i, gone in enumerate(drawn.gone) if gone]
    assert [cut.marks for cut in cuts] == [cut_of(span).marks for span in spans]
    for cut, span in zip(cuts, spans, strict=True):
        assert cut.span.start <= span.start < span.end <= cut.span.end
    assert takes_whole_lines(document, cuts)


@given(texts())
def test_cuts_of_neighbouring_lines_leave_nothing_between_them(drawn):
    _, cuts = absorbed(drawn.text, drawn.gone)
    gone = [i for i, is_gone in enumerate(drawn.gone) if is_gone]
    for a, b, i, j in zip(cuts, cuts[1:], gone, gone[1:], strict=False):
        assert (a.span.end == b.span.start) if j == i + 1 else a.span.end < b.span.start


EXAMPLES = [
    ("alder\nBIRCH\ncedar\n", "alder\n\ncedar\n"),
    ("alder\n\nBIRCH\ncedar\n", "alder\n\ncedar\n"),
    ("alder\nBIRCH\n\n\ncedar\n", "alder\n\n\ncedar\n"),
    ("alder\n\nBIRCH\n\ncedar\n", "alder\n\ncedar\n"),
    ("alder\nBIRCH\nCEDAR\ndogwood\n", "alder\n\ndogwood\n"),
    ("\nALDER\n\nbirch\n", "birch\n"),
    ("alder\n\n\nBIRCH\n\n", "alder\n"),
    ("alder\nBIRCH", "alder\n"),
    ("ALDER\nBIRCH\n", ""),
    ("alder\r\nBIRCH\r\ncedar", "alder\r\n\r\ncedar"),
    ("alder\n  BIRCH  \n  cedar", "alder\n  \n  cedar"),
]


@pytest.mark.parametrize(("text", "left"), EXAMPLES)
def test_lines_in_capitals_go(text, left):
    document, cuts = absorbed(text, [line.isupper() for line in text.split()])
    assert Result(document, cuts).text == left


# cuts inside a line


def test_a_cut_inside_a_line_stays_as_it_is():
    document = segment_text("alder and birch\ncedar\n")
    inside = cut_of(Span(5, 9))
    assert absorb_gaps(document, [inside]) == (inside,)


def test_a_cut_that_begins_or_ends_with_a_line_is_still_inside_it():
    document = segment_text("alder and birch\ncedar\n")
    for span in (Span(0, 5), Span(10, 15), Span(0, 16), Span(0, 21), Span(15, 16)):
        assert absorb_gaps(document, [cut_of(span)]) == (cut_of(span),)


def test_a_cut_inside_a_line_parts_two_runs_of_lines():
    text = "ALDER\nbirch and cedar\nDOGWOOD\nELDER\n"
    document = segment_text(text)
    spans = [document.blocks.span(0), Span(11, 15), document.blocks.span(2), document.blocks.span(3)]
    cuts = absorb_gaps(document, [cut_of(span) for span in spans])
    assert Result(document, cuts).text == "birch cedar\n"
    assert [cut.marks[0].reason for cut in cuts] == [f"made for {span.start}" for span in spans]


def test_a_cut_of_the_beginning_of_the_next_line_comes_after_the_lines_above_it():
    text = "ALDER\nBIRCH\ncedar and fir\n"
    document = segment_text(text)
    spans = [document.blocks.span(0), document.blocks.span(1), Span(12, 16)]
    cuts = absorb_gaps(document, [cut_of(span) for span in spans])
    assert [cut.span for cut in cuts] == [Span(0, 6), Span(6, 12), Span(12, 16)]


def test_a_cut_behind_the_last_line_is_no_line():
    document = segment_text("alder\n\n")
    assert absorb_gaps(document, [cut_of(Span(6, 7))]) == (cut_of(Span(6, 7)),)


def test_no_cuts_are_no_runs():
    assert absorb_gaps(segment_text("alder\n"), ()) == ()
    assert takes_whole_lines(segment_text("alder\n"), ())


@given(texts(), st.data())
def test_cuts_take_whole_lines_unless_one_takes_a_part_of_a_line(drawn, data):
    document = segment_text(drawn.text)
    length = len(drawn.text)
    ends = sorted(data.draw(st.sets(st.integers(0, length), max_size=6)))
    cuts = [cut_of(Span(a, b)) for a, b in zip(ends[::2], ends[1::2], strict=False)]
    parts = [
        (cut, block)
        for cut in cuts
        for block in map(document.blocks.span, range(len(document.blocks)))
        if max(cut.span.start, block.start) < min(cut.span.end, block.end)
        and not (cut.span.start <= block.start and block.end <= cut.span.end)
    ]
    assert takes_whole_lines(document, cuts) == (not parts)


def test_a_document_without_lines_has_no_parts_of_lines():
    assert takes_whole_lines(Document("-", "   "), [cut_of(Span(0, 2))])
