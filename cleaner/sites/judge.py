"""Which of the lines that repeat on a host are its furniture: what is learned, and what is left to the pages.

A line is learned if at least three documents and a tenth of all documents of the host have it, and

* it is short, and in the row of such lines that ends the page, or in one of at least three that begins it above the
  running text that other pages do not have. The headline of the page may be within that row, and headlines of other
  documents within the row that ends the page; or
* it is running text that at least half of the documents have: fewer may share it because they quote it; or
* it is, in a quarter of the documents, in a box amid the text: in a row of at least three lines that follow each
  other on nearly all of these pages, of which one is running text. The last of them, if short, may be the label of what
  is below it. Labels of content repeat too, but there is content between them.

It is not learned if it may be the headline of any document, unless it is above the text on half of all, as menus are,
and looks like a headline there. A line of several words that fewer than half of the documents have may be the headline
of a document that was not counted: it is learned for the end of pages only.

Near duplicates count once. Documents whose running text is mostly that of other documents are versions of these: they
count as documents, but prove nothing.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import Literal, NamedTuple

from cleaner.chars import count_words
from cleaner.fold import fold
from cleaner.sites.elements import LearnedElement, learned_elements
from cleaner.sites.lines import numbers_of
from cleaner.sites.signs import AGAIN, FIXED, HEADLINE, LONG, PROSE, SIGNS
from cleaner.sites.state import Frequent, State

MIN_DOCUMENTS = 3
"""The fewest documents of a host that must have a line."""
MIN_SHARE = 0.1
"""The least share of the documents of a host that must have a line."""
MIN_PROSE_SHARE = 0.5
"""The least share of the documents of a host that must have a line of running text, or one that heads any of them."""
MIN_PROSE_DOCUMENTS = 5
"""The fewest documents of a host that must have a line of running text."""
MIN_PLACE_SHARE = 0.8
"""The least share of the documents with a short line in which its place must say that it is furniture."""
MIN_RUN = 3
"""Lines without digits in a row that begins the page: fewer may be the labels of what is below them.

A box amid the text has as many."""
MIN_BOX_SHARE = 0.25
"""The least share of the documents of a host that must have a line of a box amid the text."""
MIN_BOX_DOCUMENTS = 10
"""The fewest documents of a host that must have a line of a box amid the text."""

_TITLE_WORDS = 4  # a line of fewer words is seldom a headline; in scripts without spaces two characters are a word
_TEASER_WORDS = 6  # a shared line of fewer words may be an ingredient or a label
_MENU_LINES = 8  # below the first line of a page: fewer may be the labels of a table
_NEAR = 2  # blocks between two lines of running text that support each other
_EXAMPLES = 2

Place = Literal["top", "end", "tail", "text", "box"]
"""Above the text, at the end of the page, the same but perhaps a headline elsewhere, in the text, in a box of it."""


class Learned(NamedTuple):
    """A line that is learned: its spellings, in how many documents it is, where, and the names of two of them."""

    low: str
    high: str
    documents: int
    place: Place
    seen_in: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """Whether it is running text."""
        return self.place == "text"


class _Repeated(NamedTuple):
    """Lines that repeat: all that are frequent, those that half of the documents have, those without digits.

    ``titles`` are the lines that may be the headline of any document, sorted; ``shared`` are lines of several words
    that a few documents have, sorted.
    """

    frequent: Collection[int]
    common: Collection[int]
    steady: frozenset[int]
    titles: array[int]
    shared: array[int]

    def is_title(self, number: int) -> bool:
        """Whether a line may be the headline of a document."""
        return _has(self.titles, number)

    def is_shared(self, number: int) -> bool:
        """Whether a line has several words, and a few documents have it."""
        return _has(self.shared, number)


def _has(numbers: array[int], number: int) -> bool:
    """Whether sorted numbers contain ``number``."""
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


class Site(NamedTuple):
    """What was learned of a host: the number of its documents, its lines, content lines next to them, its elements."""

    host: str
    documents: int
    lines: tuple[Learned, ...]
    content: tuple[str, ...]
    elements: tuple[LearnedElement, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether nothing was learned."""
        return not self.lines and not self.elements


@dataclass(slots=True)
class _Tally:
    """What all documents say of the frequent lines."""

    documents: Counter[int] = field(default_factory=Counter)
    furniture: Counter[int] = field(default_factory=Counter)
    top: Counter[int] = field(default_factory=Counter)
    prose: set[int] = field(default_factory=set)
    fixed: set[int] = field(default_factory=set)
    headlines: Counter[int] = field(default_factory=Counter)
    pairs: Counter[tuple[int, int]] = field(default_factory=Counter)
    seen_in: dict[int, list[str]] = field(default_factory=dict)


def learned(state: State, host: str) -> Site:
    """What repeats on a host. It depends on the documents alone, not on their order."""
    count = state.count(host)
    near = state.leave_out_near(host) if count >= MIN_DOCUMENTS else 0
    count -= near
    least = max(MIN_DOCUMENTS, _least(count, MIN_SHARE))
    frequent = {one.number: one for one in state.frequent(host, least)} if count >= least else {}
    if near:
        frequent = _recounted(state, host, frequent, least)
    titles = _titles(state, host) if count >= least else array("q")
    common = {number for number, one in frequent.items() if one.documents >= _least(count, MIN_PROSE_SHARE)}
    elements = _elements(state, host, least, frequent, common, titles) if count >= least else ()
    if not frequent:
        return Site(host, count, (), (), elements)
    steady = frozenset(number for number, one in frequent.items() if not any(map(str.isdigit, one.low)))
    repeated = _Repeated(frequent.keys(), common, steady, titles, _shared(state, host))
    tally = _Tally()
    for name, data in state.documents(host):
        _add(tally, numbers_of(data), name, repeated)
    boxes = _boxes(tally, count)
    places = {
        number: _place(one, tally, count, is_common=number in common, is_box=number in boxes)
        for number, one in frequent.items()
    }
    found = {number: place for number, place in places.items() if place}
    content = _content(state, host, found.keys(), frequent.keys()) if found else ()
    lines = sorted(
        Learned(one.low, one.high, one.documents, found[number], tuple(tally.seen_in[number]))
        for number, one in frequent.items()
        if number in found
    )
    return Site(host, count, tuple(lines), content, elements)


def _elements(
    state: State, host: str, least: int, frequent: Collection[int], common: Collection[int], titles: array[int]
) -> tuple[LearnedElement, ...]:
    """The elements of a host that are lists of links to other pages of it."""

    def is_version(blocks: array[int]) -> bool:
        return _is_version(blocks, [number & ~SIGNS for number in blocks], frequent)

    def is_teaser(block: int) -> bool:
        number = block & ~SIGNS
        return not block & HEADLINE and _has(titles, number) and count_words(fold(state.text(number))) >= _TITLE_WORDS

    return learned_elements(state, host, least, common, is_version, is_teaser)


def _recounted(state: State, host: str, frequent: dict[int, Frequent], least: int) -> dict[int, Frequent]:
    """The lines that at least ``least`` documents have, each counted without near duplicates."""
    counts: Counter[int] = Counter()
    for _, data in state.documents(host):
        counts.update({number & ~SIGNS for number in numbers_of(data)} & frequent.keys())
    return {
        number: one._replace(documents=counts[number]) for number, one in frequent.items() if counts[number] >= least
    }


def _titles(state: State, host: str) -> array[int]:
    """The lines that may be the headline of a document, sorted."""
    found = array("q")
    for _, data in state.documents(host):
        found.extend(number & ~SIGNS for number in numbers_of(data) if number & HEADLINE)
    return array("q", sorted(found))


def _shared(state: State, host: str) -> array[int]:
    """The lines of several words that at least `MIN_DOCUMENTS` documents have, sorted."""
    rows = state.recurring(host, MIN_DOCUMENTS)
    return array("q", sorted(one.number for one in rows if _is_long(one.low)))


def _is_long(line: str) -> bool:
    """Whether a line has as many words as a headline."""
    return count_words(fold(line)) >= _TEASER_WORDS


def _least(count: int, share: float) -> int:
    """The smallest number of documents that is at least ``share`` of ``count``."""
    return -int(-count * share // 1)


def _add(tally: _Tally, blocks: array[int], name: str, repeated: _Repeated) -> None:
    frequent = repeated.frequent
    numbers = [number & ~SIGNS for number in blocks]
    for number, block in zip(numbers, blocks, strict=True):
        if number in frequent:
            _note_signs(tally, number, block - number)
    for number in {*numbers}.intersection(frequent):
        names = tally.seen_in.setdefault(number, [])
        names[:] = sorted([*names, name])[:_EXAMPLES]
    if _is_version(blocks, numbers, frequent):
        return
    tally.documents.update({*numbers}.intersection(frequent))
    zones = _zones(blocks, numbers, repeated)
    furniture = {number: top for number, top in zones if number in frequent}
    in_text = _in_text(numbers, zones)
    for number, is_top in furniture.items():
        if number not in in_text:
            tally.furniture[number] += 1
            tally.top[number] += is_top
    tally.pairs.update(_pairs(blocks, numbers, repeated))


def _is_version(blocks: array[int], numbers: list[int], frequent: Collection[int]) -> bool:
    """Whether a document has so little running text of its own that it may be a version of others."""
    shared = own = 0
    for number, block in zip(numbers, blocks, strict=True):
        if block & PROSE:
            shared += number in frequent
            own += number not in frequent
    return not own or 2 * own < shared


def _note_signs(tally: _Tally, number: int, signs: int) -> None:
    if signs & PROSE:
        tally.prose.add(number)
    if signs & FIXED:
        tally.fixed.add(number)
    if signs & HEADLINE:
        tally.headlines[number] += 1


def _pairs(blocks: array[int], numbers: list[int], repeated: _Repeated) -> set[tuple[int, int]]:
    """The lines without digits that follow each other, and both repeat."""
    lettered = [(number, block) for number, block in zip(numbers, blocks, strict=True) if number]
    return {
        (one, other)
        for (one, first), (other, second) in pairwise(lettered)
        if one in repeated.steady and other in repeated.steady and not (first | second) & FIXED
    }


def _in_text(numbers: Iterable[int], zones: Iterable[tuple[int, bool]]) -> set[int]:
    """The lines that are in the text at least once."""
    left = Counter(numbers)
    left.subtract(number for number, _ in zones)
    return {number for number, times in left.items() if times > 0}


def _zones(blocks: array[int], numbers: list[int], repeated: _Repeated) -> list[tuple[int, bool]]:
    """The lines whose place says that they are furniture, and whether that is above the text."""
    first = _first_of_text(blocks, numbers, repeated.common)
    repeats = [
        not number or (number in repeated.frequent and (number in repeated.common or not block & PROSE))
        for number, block in zip(numbers, blocks, strict=True)
    ]
    top = max(_top(repeats), _titled_top(blocks, repeats), _menu_top(numbers, repeated))
    end = len(blocks)
    while end and (repeats[end - 1] or _is_teaser(blocks[end - 1], repeated)):
        end -= 1
    if top > first or len(repeated.steady & {*numbers[:top]}) < MIN_RUN:
        top = 0
    found = [(number, True) for number in numbers[: min(top, end)]]
    return found + [(number, i < first) for i, number in enumerate(numbers[end:], end)]


def _top(repeats: Sequence[bool]) -> int:
    """The number of lines that repeat in the row that begins the page."""
    return next((i for i, one in enumerate(repeats) if not one), len(repeats))


def _titled_top(blocks: array[int], repeats: Sequence[bool]) -> int:
    """The same, where the page begins with its title, and the headline ends the row; 0 if it is not so."""
    passed = [one or not i or bool(blocks[i] & AGAIN) for i, one in enumerate(repeats)]
    return next((i for i in reversed(range(_top(passed))) if blocks[i] & AGAIN), 0)


def _menu_top(numbers: Sequence[int], repeated: _Repeated) -> int:
    """The end of a menu right below the first line, of lines that most documents have; 0 if there is none."""
    row = takewhile(lambda number: not number or number in repeated.common, numbers[1:])
    count = sum(1 for _ in row)
    return count + 1 if len(repeated.steady & {*numbers[1 : count + 1]}) >= _MENU_LINES else 0


def _is_teaser(block: int, repeated: _Repeated) -> bool:
    """Whether a line may be the headline of another document, and not of its own."""
    if block & (PROSE | HEADLINE | FIXED):
        return False
    number = block & ~SIGNS
    return repeated.is_title(number) or repeated.is_shared(number)


def _first_of_text(blocks: array[int], numbers: list[int], common: Collection[int]) -> int:
    """The first line of the text: running text that most pages do not have; without any the number of lines.

    As in `cleaner.features.skeleton`, a lone sentence may be a teaser.
    """
    prose = [i for i, block in enumerate(blocks) if block & PROSE and numbers[i] not in common]
    body = (
        i
        for at, i in enumerate(prose)
        if blocks[i] & LONG
        or (at and i - prose[at - 1] <= _NEAR)
        or (at + 1 < len(prose) and prose[at + 1] - i <= _NEAR)
    )
    return next(body, prose[0] if prose else len(blocks))


def _place(line: Frequent, tally: _Tally, count: int, *, is_common: bool, is_box: bool) -> Place | None:
    """Where a line is that is to be learned; None if it is not."""
    number = line.number
    evidence = tally.documents[number]
    if number in tally.fixed:
        return None
    if number in tally.prose:
        is_shared = evidence >= max(MIN_PROSE_DOCUMENTS, _least(count, MIN_PROSE_SHARE))
        return None if tally.headlines[number] else "text" if is_shared else "box" if is_box else None
    if is_box and not tally.headlines[number] and tally.furniture[number] < MIN_PLACE_SHARE * evidence:
        return "box"
    if evidence < max(MIN_DOCUMENTS, _least(count, MIN_SHARE)):
        return None
    if tally.furniture[number] < MIN_PLACE_SHARE * evidence:
        return None
    is_top = 2 * tally.top[number] > tally.furniture[number]
    # the last line of a menu looks like a headline on most pages, a headline among teasers on its own page
    is_menu = is_common and is_top and 2 * tally.headlines[number] >= evidence
    if tally.headlines[number] and not is_menu:
        return None
    if not is_common and count_words(fold(line.low)) >= _TITLE_WORDS:
        return None if is_top else "tail"
    return "top" if is_top else "end"


def _boxes(tally: _Tally, count: int) -> frozenset[int]:
    """The lines of boxes amid the text that enough documents have."""
    least = max(MIN_BOX_DOCUMENTS, _least(count, MIN_BOX_SHARE))
    documents = tally.documents
    after: dict[int, int] = {}
    for (one, other), times in tally.pairs.items():
        fewer = min(documents[one], documents[other])
        if one != other and fewer >= least and times >= MIN_PLACE_SHARE * fewer:
            after[one] = other
    rows = (_row(first, after) for first in after.keys() - {*after.values()})
    boxes = (row for row in rows if len(row) >= MIN_RUN and not tally.prose.isdisjoint(row))
    return frozenset(number for row in boxes for number in (row if row[-1] in tally.prose else row[:-1]))


def _row(first: int, after: Mapping[int, int]) -> list[int]:
    """The lines that follow each other from ``first`` on."""
    row = [first]
    while (following := after.get(row[-1])) is not None and following not in row:
        row.append(following)
    return row


def _content(state: State, host: str, found: Collection[int], frequent: Collection[int]) -> tuple[str, ...]:
    """The content lines that are nearest to learned lines, of the documents with the first hashes."""
    lines: list[str] = []
    for _, data in state.documents(host):
        blocks = numbers_of(data)
        for number in _nearest(blocks, found, frequent):
            text = state.text(number)
            if text and text not in lines:
                lines.append(text)
                break
        if len(lines) >= _EXAMPLES:
            break
    return tuple(sorted(lines))


def _nearest(blocks: array[int], found: Collection[int], frequent: Collection[int]) -> Iterator[int]:
    """Running text that only this page has, the nearest to a learned line first."""
    numbers = [number & ~SIGNS for number in blocks]
    places = [i for i, number in enumerate(numbers) if number in found]
    prose = [i for i, block in enumerate(blocks) if block & PROSE and numbers[i] and numbers[i] not in frequent]
    for i in sorted(prose, key=lambda i: (min((abs(i - at) for at in places), default=0), i)):
        yield numbers[i]
