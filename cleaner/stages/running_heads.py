"""Running heads and page numbers of a text that was a paged document, such as a PDF.

A line is one if it returns on three pages or more, and its copies differ only in a number that rises as page numbers
do. Headings, rows, verses and numbered items rise, too, so the line must also say that it counts pages, be at the edge
of pages that form feeds part, or interrupt sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from cleaner.chars import LINE_END, count_words
from cleaner.model import PAGING, Document, Kind, Mark, Span
from cleaner.packs.rule import StageRule
from cleaner.segment.text import ends_sentence, goes_on
from cleaner.stages.base import Stage
from cleaner.stages.numbered import FORM_FEED, GAP, MAX_LENGTH, MIN_PAGES, numbered_lines
from cleaner.view import View

_MAX_NUMBERS = 3  # in one line: a page, a total, a year
_MAX_STEP = 3  # pages from one copy to the next, on average: left and right pages, pages without a head
_MIN_WORDS, _MAX_WORDS = 10, 1_500  # of text between two copies, for each page
_MAX_RATIO = 8  # the longest page to the middle one
_MIN_TITLE = 4  # words of a head that is a sign by itself
_MAX_TITLE = 12  # words of a head without a number
_EDGE_LINES = 2  # lines at the top and at the bottom of a page
_MIN_BROKEN = 2  # sentences that copies interrupt
_MIN_BROKEN_LENGTH = 20  # characters of an interrupted line
_KINDS = frozenset((Kind.TEXT, Kind.ITEM, Kind.HEADING, Kind.STEP))

_NUMBER = re.compile(r"(?<![\w.,:/])\d{1,4}(?![\w:]|[.,]\d)|(?<=[第共])\d{1,4}|(?<![\d.,:])\d{1,4}(?=[页頁ペ쪽페])")
_PAGE = (
    "page|pages|pg|seite|página|pagina|pág|pag|strona|str|стр|страница|стор|сторінка|sida|side|sivu|strana|oldal|sayfa|"
    "trang|halaman|hal|หน้า|صفحة|صفحه|पृष्ठ|쪽|페이지|ページ|页码|頁碼|p|s"
)
_PAGE_BEFORE = re.compile(rf"(?:^|(?<=[\W_]))(?:{_PAGE})[.:]?\s*$", re.IGNORECASE)
_PAGE_AFTER = re.compile(r"\s*(?:页|頁|ページ|쪽|페이지|\.?\s?(?:sayfa|oldal|сторінка|страница|стр)\b)", re.IGNORECASE)
_OF = "of|von|de|sur|di|van|z|ze|из|з|із|av|af|dari|trên|จาก|من|از"
_TOTAL = re.compile(
    rf"\s*(?:[/(（]|(?:{_OF})\s|[,，]?\s*[共全])\s*(\d{{1,5}})\s*(?:页|頁|ページ)?[)）]?", re.IGNORECASE
)
_NTH = "第"
_SEPARATORS = "|│¦·•–—-/\t"
_AROUND = " -–—[]()|│·•*~\t"


HEAD = StageRule(
    id="paging/running-head",
    category=PAGING,
    two_signs=True,
    summary="A line that returns on each page of a paged document, with its number.",
    why="At least three lines differ only in a number, which rises as page numbers do, and are as far apart as pages.",
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
- Weather report 2024     page 1
  Farmers had asked for help in June, and a vote on it is due in the autumn.
- Weather report 2024     page 2
  The water board said on Monday that nobody had to leave their house by night.
- Weather report 2024     page 3
""",
    ),
    keeps=(
        """
Chapter 1
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Chapter 2
Farmers had asked for help in June, and a vote on it is due in the autumn.
Chapter 3
The water board said on Monday that nobody had to leave their house by night.
""",
    ),
)
NUMBER = StageRule(
    id="paging/number",
    category=PAGING,
    two_signs=True,
    summary="The number of a page of a paged document.",
    why="At least three such lines count pages, and they are where pages begin or end.",
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and
- - 4 -
  the rivers are high. Farmers had asked for help in June, and a vote
- - 5 -
  on it is due in the autumn. The water board said on Monday that nobody
- - 6 -
  had to leave their house by night, and that the bridges would be watched.
""",
    ),
    keeps=(
        """
- 1 -
Rain is expected in the north of the country until Friday morning, and the rivers are high.
- 2 -
Farmers had asked for help in June, and a vote on it is due in the autumn.
- 3 -
The water board said on Monday that nobody had to leave their house by night.
""",
    ),
)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines that hold anything, as columns: where each one is, and the numbers of its block and of its page."""

    texts: Sequence[str]
    starts: Sequence[int]
    blocks: Sequence[int]
    pages: Sequence[int]

    def __len__(self) -> int:
        return len(self.texts)

    def span(self, place: int) -> Span:
        """Where a line is in the text."""
        return Span(self.starts[place], self.starts[place] + len(self.texts[place]))

    def is_alone(self, place: int) -> bool:
        """Whether a line is a block of its own."""
        above = place == 0 or self.blocks[place] != self.blocks[place - 1]
        return above and (place + 1 == len(self) or self.blocks[place] != self.blocks[place + 1])


class _Form(NamedTuple):
    """What is around the number that changes."""

    counts_pages: bool  # a word for page is at the number
    has_total: bool
    is_apart: bool  # a sign or wide space parts the number from the rest
    words: int  # in what is around it
    is_first: bool  # nothing is before the number


class _Copies(NamedTuple):
    """Lines that differ only in a number: their places, the numbers, and what is around them."""

    places: list[int]
    values: list[int]
    form: _Form


class RunningHeads(Stage):
    """Marks running heads and page numbers of plain text."""

    rules = (HEAD, NUMBER)

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        if blocks.tree is not None or not (numbered := numbered_lines(page.document)):
            return
        lines = _lines(page.document)
        found: dict[int, _Copies] = {}
        for copies in _all_copies(page.document, lines, numbered):
            found.update((place, copies) for place in copies.places if place not in found)
        for place in sorted(found):
            copies = found[place]
            rule = HEAD if copies.form.words else NUMBER
            first, last, times = copies.values[0], copies.values[-1], len(copies.places)
            reason = f"Returns {times} times with the page numbers {first} to {last}"
            yield rule.mark(_whole_line(page.document, lines, place), reason)
        for place in _companions(lines, found):
            reason = "Returns word for word next to each of several page numbers"
            yield HEAD.mark(_whole_line(page.document, lines, place), reason)


def _lines(document: Document) -> _Lines:
    """The lines of all blocks; wrapped paragraphs have several."""
    text, blocks = document.text, document.blocks
    texts, starts, numbers = blocks.texts, blocks.starts, tuple(range(len(blocks)))
    slices = tuple([text[start:end] for start, end in zip(blocks.starts, blocks.ends, strict=True)])
    if slices != texts:
        lines = [
            (bare, left, i)
            for i, start in enumerate(blocks.starts)
            for left, bare in (_lines_of(slices[i], start) if slices[i] != texts[i] else ((start, texts[i]),))
        ]
        texts, starts, numbers = zip(*lines, strict=True)
    feeds = [i for i, char in enumerate(text) if char == FORM_FEED] if FORM_FEED in text else []
    pages = [bisect_right(feeds, start) for start in starts] if feeds else [0] * len(starts)
    return _Lines(texts, starts, numbers, pages)


def _lines_of(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The lines of a wrapped paragraph, each with its place; ``start`` is that of the paragraph."""
    at = 0
    for stop, following in [*(m.span() for m in LINE_END.finditer(text)), (len(text), len(text))]:
        line = text[at:stop]
        if bare := line.strip():
            yield start + at + len(line) - len(line.lstrip()), bare
        at = following


def _all_copies(document: Document, lines: _Lines, numbered: Container[str]) -> Iterator[_Copies]:
    """Runs of running heads and page numbers: those of left and of right pages are two."""
    kinds = document.blocks.kinds
    groups: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for place, text in enumerate(lines.texts):
        if text not in numbered or len(text) > MAX_LENGTH or kinds[lines.blocks[place]] not in _KINDS:
            continue
        numbers = list(_NUMBER.finditer(text))
        for number in numbers if len(numbers) <= _MAX_NUMBERS else ():
            left, right = text[: number.start()], text[number.end() :]
            groups[GAP.sub("\t", left), GAP.sub("\t", right)].append((place, int(number[0])))
    if not groups:
        return
    edges = _edges(lines)
    words: list[int] = []
    for (left, right), members in groups.items():
        form = _form(left, right, max(value for _, value in members))
        if len(members) < MIN_PAGES or form is None:
            continue
        at_feeds = _at_feeds(lines, members, edges, form)
        if len(at_feeds) >= MIN_PAGES:
            yield _copies(at_feeds, form)
        elif _is_counting(members):
            words = words or list(accumulate(map(count_words, lines.texts), initial=0))
            if _is_far_apart(members, form, words) and _is_paged(lines, members, form):
                yield _copies(members, form)


def _copies(members: Sequence[tuple[int, int]], form: _Form) -> _Copies:
    places, values = zip(*members, strict=True)
    return _Copies(list(places), list(values), form)


def _form(left: str, right: str, highest: int) -> _Form | None:
    """What is around a number; None if it is amid a line, or its line is a sentence."""
    counts_pages = has_total = False
    if found := _PAGE_BEFORE.search(left):
        counts_pages, left = True, left[: found.start()]
    if found := _PAGE_AFTER.match(right):
        counts_pages, left, right = True, left.removesuffix(_NTH), right[found.end() :]
    elif left.endswith(_NTH):
        return None  # a chapter
    if (found := _TOTAL.match(right)) and int(found[1]) >= highest and not right[found.end() :][:1].isalnum():
        has_total, right = True, right[found.end() :]
    before, after = left.strip(_AROUND), right.strip(_AROUND)
    if before and after:
        return None
    is_apart = (left.rstrip(" ")[-1:] if before else right.lstrip(" ")[:1]) in tuple(_SEPARATORS)
    rest = before or after
    if ends_sentence(rest) and not is_apart:
        return None
    return _Form(counts_pages, has_total, is_apart, count_words(rest) if rest else 0, not before)


def _edges(lines: _Lines) -> dict[int, bool]:
    """The lines at the edges of pages that form feeds part, each with whether it is at the bottom."""
    pages = lines.pages
    if len(lines) == 0 or pages[-1] == 0:
        return {}
    first = [i for i, page in enumerate(pages) if not i or page != pages[i - 1]]
    edges: dict[int, bool] = {}
    for start, end in pairwise([*first, len(lines)]):
        edges.update(dict.fromkeys(range(start, min(start + _EDGE_LINES, end)), False))
        edges.update(dict.fromkeys(range(max(start + 1, end - _EDGE_LINES), end), True))
    return edges


def _at_feeds(
    lines: _Lines, members: Sequence[tuple[int, int]], edges: dict[int, bool], form: _Form
) -> list[tuple[int, int]]:
    """Those of ``members`` at the edges of pages, with the numbers that these pages have."""
    offsets: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place, value in members:
        if place in edges and (edges[place] or _is_no_heading(form)):
            offsets[value - lines.pages[place]].append((place, value))
    best = max(offsets.values(), key=len, default=[])
    pages = [lines.pages[place] for place, _ in best]
    return best if len(set(pages)) == len(pages) else []


def _is_no_heading(form: _Form) -> bool:
    """Whether a line at the top of a page can't be a heading such as ``Chapter 3``."""
    return form.is_first or form.counts_pages or form.has_total or form.is_apart


def _steps(members: Sequence[tuple[int, int]]) -> list[int]:
    return [b - a for (_, a), (_, b) in pairwise(members)]


def _is_counting(members: Sequence[tuple[int, int]]) -> bool:
    """Whether the numbers rise as those of pages."""
    steps = _steps(members)
    return min(steps) >= 1 and sum(steps) <= _MAX_STEP * len(steps)


def _is_far_apart(members: Sequence[tuple[int, int]], form: _Form, words: Sequence[int]) -> bool:
    """Whether the lines are as far apart as pages. ``words`` has the number of words above each line."""
    steps = _steps(members)
    own = 1 + form.words
    lengths = [
        (words[j] - words[i] - own) / step for (i, _), (j, _), step in zip(members, members[1:], steps, strict=False)
    ]
    middle = sorted(lengths)[len(lengths) // 2]
    return min(lengths) * max(steps) >= _MIN_WORDS and max(lengths) <= min(_MAX_WORDS, _MAX_RATIO * middle)


def _is_paged(lines: _Lines, members: Sequence[tuple[int, int]], form: _Form) -> bool:
    """Whether lines whose numbers rise are those of pages, without form feeds."""
    if form.counts_pages and (form.has_total or (form.is_apart and form.words)):
        return True
    places = [place for place, _ in members]
    if form.is_apart and form.words >= _MIN_TITLE and all(map(lines.is_alone, places)):
        return True
    broken = sum(_breaks_sentence(lines, place) for place in places)
    if broken >= _MIN_BROKEN and 3 * broken >= len(places):
        return True
    is_foot = places[-1] == len(lines) - 1 and places[0] > 0
    return is_foot and (form.counts_pages or form.has_total)


def _breaks_sentence(lines: _Lines, place: int) -> bool:
    """Whether the sentence of the line above is continued by the line below."""
    if not 0 < place < len(lines) - 1:
        return False
    above, below = lines.texts[place - 1], lines.texts[place + 1]
    if len(above) < _MIN_BROKEN_LENGTH or ends_sentence(above) or above.endswith((":", "：")):
        return False
    return goes_on(below)


def _companions(lines: _Lines, found: dict[int, _Copies]) -> list[int]:
    """Lines without a number that return next to page numbers; at most one copy, the title, is elsewhere."""
    if len(found) < MIN_PAGES:
        return []
    times: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(lines.texts):
        times[text].append(place)
    beside: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place in found:
        for side in (-1, 1):
            other = place + side
            if 0 <= other < len(lines) and other not in found and _may_be_title(lines, other):
                beside[lines.texts[other], side].append(other)
    return sorted(
        place
        for (text, _), places in beside.items()
        if len(places) >= MIN_PAGES and len(times[text]) <= len(places) + 1
        for place in places
    )


def _may_be_title(lines: _Lines, place: int) -> bool:
    """Whether a line may be the title of a document above or below a page number: short, alone, no sentence."""
    text = lines.texts[place]
    return count_words(text) <= _MAX_TITLE and not ends_sentence(text) and lines.is_alone(place)


def _whole_line(document: Document, lines: _Lines, place: int) -> Span:
    """The span of a line; if it is part of a wrapped paragraph, with the end of one line."""
    own, block = lines.span(place), document.blocks.span(lines.blocks[place])
    if own == block:
        return own
    if following := LINE_END.search(document.text, own.end, block.end):
        return Span(own.start, following.end())
    above = list(LINE_END.finditer(document.text, block.start, own.start))
    return Span(above[-1].start(), own.end) if above else own
