"""Which of the lines that repeat on a host are its furniture: what is learned, and what is left to the pages.

A line is learned if at least three documents and a tenth of all documents of the host have it, and

* it is short, and in the row of such lines that ends the page, or in one of at least three that begins it above the
  running text that other pages do not have. Headlines of other documents belong to the row that ends the page; or
* it is running text that at least half of the documents have: fewer may share it because they quote it.

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
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cleaner.chars import count_words
from cleaner.fold import fold
from cleaner.sites.lines import FIXED, HEADLINE, LONG, PROSE, SIGNS, numbers_of
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
"""Lines without digits in a row that begins the page: fewer may be the labels of what is below them."""

_TITLE_WORDS = 4  # a line of fewer words is seldom a headline; in scripts without spaces two characters are a word
_NEAR = 2  # blocks between two lines of running text that support each other
_EXAMPLES = 2

Place = Literal["top", "end", "tail", "text"]
"""Above the text, at the end of the page, the same but perhaps a headline elsewhere, in the text."""


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

    ``titles`` are the lines that may be the headline of any document, sorted.
    """

    frequent: Collection[int]
    common: Collection[int]
    steady: frozenset[int]
    titles: array[int]

    def is_title(self, number: int) -> bool:
        """Whether a line may be the headline of a document."""
        at = bisect_left(self.titles, number)
        return at < len(self.titles) and self.titles[at] == number


class Site(NamedTuple):
    """What was learned of a host: its lines, the number of its documents, and content lines next to learned ones."""

    host: str
    documents: int
    lines: tuple[Learned, ...]
    content: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    """What all documents say of the frequent lines."""

    documents: Counter[int] = field(default_factory=Counter)
    furniture: Counter[int] = field(default_factory=Counter)
    top: Counter[int] = field(default_factory=Counter)
    prose: set[int] = field(default_factory=set)
    fixed: set[int] = field(default_factory=set)
    headlines: Counter[int] = field(default_factory=Counter)
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
    if not frequent:
        return Site(host, count, (), ())
    common = {number for number, one in frequent.items() if one.documents >= _least(count, MIN_PROSE_SHARE)}
    steady = frozenset(number for number, one in frequent.items() if not any(map(str.isdigit, one.low)))
    repeated = _Repeated(frequent.keys(), common, steady, _titles(state, host))
    tally = _Tally()
    for name, data in state.documents(host):
        _add(tally, numbers_of(data), name, repeated)
    places = {number: _place(one, tally, count, is_common=number in common) for number, one in frequent.items()}
    found = {number: place for number, place in places.items() if place}
    content = _content(state, host, found.keys(), frequent.keys()) if found else ()
    lines = sorted(
        Learned(one.low, one.high, one.documents, found[number], tuple(tally.seen_in[number]))
        for number, one in frequent.items()
        if number in found
    )
    return Site(host, count, tuple(lines), content)


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
    top = next((i for i, one in enumerate(repeats) if not one), len(blocks))
    end = len(blocks)
    while end and (repeats[end - 1] or _is_teaser(blocks[end - 1], repeated)):
        end -= 1
    if top > first or len(repeated.steady & {*numbers[:top]}) < MIN_RUN:
        top = 0
    found = [(number, True) for number in numbers[: min(top, end)]]
    return found + [(number, i < first) for i, number in enumerate(numbers[end:], end)]


def _is_teaser(block: int, repeated: _Repeated) -> bool:
    """Whether a line may be the headline of another document, and not of its own."""
    return not block & (PROSE | HEADLINE) and repeated.is_title(block & ~SIGNS)


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


def _place(line: Frequent, tally: _Tally, count: int, *, is_common: bool) -> Place | None:
    """Where a line is that is to be learned; None if it is not."""
    number = line.number
    evidence = tally.documents[number]
    if number in tally.fixed:
        return None
    if number in tally.prose:
        is_shared = evidence >= max(MIN_PROSE_DOCUMENTS, _least(count, MIN_PROSE_SHARE))
        return "text" if is_shared and not tally.headlines[number] else None
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
