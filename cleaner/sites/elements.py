"""Lists of links to other pages: which named elements of a page are such lists, and which of them a host always has.

Their teasers differ from page to page, so no line of them repeats. What repeats is the name of the element. A class or
an id is learned if elements of this name are lists of links on at least three documents and on a tenth of all, and

* they are below the running text of their page, apart from what most pages have, or above its headline;
* at least three of these documents name there, by its headline, another document that was read;
* their lines differ from document to document;
* on hardly any document an element that the selector matches holds anything else.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from cleaner.model import HEADINGS, Blocks, Tag
from cleaner.packs.selectors import class_words, id_words
from cleaner.sites.signs import FIXED_KINDS, HEADLINE, PROSE, SIGNS
from cleaner.stages.extents import Extents

if TYPE_CHECKING:
    from cleaner.sites.state import State

MIN_LINK_SHARE = 0.8
"""The least share of the characters of an element that must be in links."""
MIN_LINKS = 2
"""The fewest lines of an element that must be links."""
MIN_TEXT_WORDS = 50
"""The fewest words of running text on a page with lists to learn: without a text, the list may be the content."""
MIN_LISTS = 3
"""The fewest documents of a host with such a list, and those that name there another document that was read."""
MIN_LIST_SHARE = 0.95
"""The least share of the documents with elements that a selector matches in which all these are such lists."""

_NEVER = frozenset((*HEADINGS, "html", "body", "main"))
_MAX_WORDS = 5  # in the longest name
_MIN_LETTERS = 4  # in the shortest name
_MAX_TEXTS = 64  # different lists with the same name that are counted
_EXAMPLES = 2
_EXAMPLE = re.compile(r'<div (class|id)="([^"]+)">')


class List(NamedTuple):
    """A list of links: the range of its blocks, the names of its element, and those of the lists within it."""

    first: int
    end: int
    names: tuple[str, ...]
    within: tuple[str, ...]


class Found(NamedTuple):
    """The lists of links of a page, wherever they are, outermost ones only, and the names of other elements."""

    lists: tuple[List, ...] = ()
    others: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All names of elements of the page."""
        return self.others.union(*(one.names + one.within for one in self.lists))


class LearnedElement(NamedTuple):
    """An element that is learned: its selector, in how many documents it is, and the names of two of them."""

    selector: str
    documents: int
    seen_in: tuple[str, ...]


@lru_cache(maxsize=50_000)
def _name(sign: str, name: str) -> str:
    """A class or an id as a selector; numbers in it are 0. Empty if it has no words."""
    words = class_words(name) if sign == "." else id_words(name)
    return sign + "-".join(["0" if word.isdecimal() else word for word in words]) if words else ""


def _names(tag: Tag) -> tuple[str, ...]:
    """The names of a start tag as selectors."""
    found = {_name(".", name) for name in tag.classes}
    if tag.id:
        found.add(_name("#", tag.id))
    found.discard("")
    return tuple(sorted(found))


def lists_of(blocks: Blocks, titles: Container[int]) -> Found:
    """The lists of links of a page. ``titles`` are the blocks that may be its headline."""
    tree = blocks.tree
    if tree is None or not len(blocks):
        return Found()
    extents = Extents(blocks, tree)
    firsts, lasts, tags = extents.firsts, extents.lasts, tree.tags
    may_be = _may_be(blocks, titles, extents)
    wrong = [0, *accumulate(not one for one in may_be)]
    links = [0, *accumulate(may and _is_link(blocks, i) for i, may in enumerate(may_be))]
    lists = [
        element
        for element in range(1, len(tree))
        if lasts[element] > firsts[element]
        and wrong[firsts[element]] == wrong[lasts[element] + 1]
        and links[lasts[element] + 1] - links[firsts[element]] >= MIN_LINKS
        and tags[element].name not in _NEVER
        and extents.link_share(element) >= MIN_LINK_SHARE
    ]
    within = [False] * len(blocks)
    for element in lists:
        within[firsts[element] : lasts[element] + 1] = [True] * (lasts[element] + 1 - firsts[element])
    outside = [0, *accumulate(not one for one in within)]
    tags, of_element = tree.start_tags
    different = {
        of_element[element]
        for element in range(1, len(tree))
        if lasts[element] >= firsts[element] and outside[firsts[element]] != outside[lasts[element] + 1]
    }
    others = frozenset(name for n in different if tags[n].name not in HEADINGS for name in _names(tags[n]))
    return Found(tuple(_outermost(lists, others, extents)), others)


def _outermost(lists: Iterable[int], others: Container[str], extents: Extents) -> Iterator[List]:
    """The outermost lists that have a name which no other element of the page has."""
    until, within, tree = 0, set[str](), extents.tree
    found: List | None = None
    for element in lists:
        names = tuple(name for name in _names(tree.tags[element]) if name not in others)
        if found and element < until:
            within.update(names)
        elif names:
            if found:
                yield found._replace(within=tuple(sorted(within.difference(found.names))))
            found = List(extents.firsts[element], extents.lasts[element] + 1, names, ())
            until, within = tree.ends[element], set()
    if found:
        yield found._replace(within=tuple(sorted(within.difference(found.names))))


def _may_be(blocks: Blocks, titles: Container[int], extents: Extents) -> list[bool]:
    """The blocks that may be in such a list, by their kind."""
    text = [i for i, prose in enumerate(blocks.prose) if prose and not _is_link(blocks, i)]
    if sum(blocks.words[i] for i in text) < MIN_TEXT_WORDS:
        return [False] * len(blocks)
    tags, among = extents.tree.tags, frozenset(text)
    return [
        not (
            i in among or kind in FIXED_KINDS or (i < text[0] and i in titles) or tags[blocks.elements[i]].name == "h1"
        )
        for i, kind in enumerate(blocks.kinds)
    ]


def _is_link(blocks: Blocks, i: int) -> bool:
    return 2 * blocks.links[i] >= len(blocks.texts[i])


@dataclass(slots=True)
class _Tally:
    """What all documents say of names, by their numbers."""

    lists: Counter[int] = field(default_factory=Counter)
    named: Counter[int] = field(default_factory=Counter)
    others: Counter[int] = field(default_factory=Counter)
    texts: dict[int, set[bytes]] = field(default_factory=dict)
    seen_in: dict[int, list[str]] = field(default_factory=dict)


class Page(NamedTuple):
    """A document as it is judged: its name, the numbers of its blocks, and of its elements (see `packed`)."""

    name: str
    blocks: array[int]
    elements: array[int]


def packed(found: Found, number: Callable[[str], int]) -> bytes:
    """The elements of a page as numbers: how many lists; for each its range, how many names, and these; other names.

    There are two rows of names for a list: its own, and those of lists within it.
    """
    numbers = [len(found.lists)]
    for one in found.lists:
        numbers += [one.first, one.end, len(one.names), len(one.within), *map(number, one.names + one.within)]
    return (
        array("q", [*numbers, *sorted(map(number, found.others))]).tobytes()
        if len(numbers) > 1 or found.others
        else b""
    )


class _List(NamedTuple):
    """A list as `packed` has it."""

    first: int
    end: int
    names: Sequence[int]
    within: Sequence[int]


def _unpacked(elements: Sequence[int]) -> tuple[list[_List], Sequence[int]]:
    """The lists of a page, and its other names, by their numbers."""
    lists, at = [], 1
    for _ in range(elements[0]):
        first, end, own, inner = elements[at : at + 4]
        at += 4
        lists.append(_List(first, end, elements[at : at + own], elements[at + own : at + own + inner]))
        at += own + inner
    return lists, elements[at:]


def _placed(page: Page, common: Container[int]) -> tuple[dict[int, list[int]], frozenset[int]]:
    """The lists of a document whose place says that they are furniture, and all names that other elements have.

    They are below its running text that other documents do not have, or above its headline. The first are the numbers
    of the blocks by the number of their name.
    """
    lists, others = _unpacked(page.elements)
    blocks = page.blocks
    linked = {i for one in lists for i in range(one.first, one.end)}
    text = [i for i, one in enumerate(blocks) if one & PROSE and i not in linked and (one & ~SIGNS) not in common]
    top = min(next((i for i, one in enumerate(blocks) if one & HEADLINE), 0), text[0] if text else 0)
    found: dict[int, list[int]] = {}
    unplaced = {*others}
    for one in lists:
        if text and (one.first > text[-1] or one.end <= top):
            for number in one.names:
                found.setdefault(number, []).extend(blocks[one.first : one.end])
        else:
            unplaced.update(one.names, one.within)
    return {number: row for number, row in found.items() if number not in unplaced}, frozenset(unplaced)


def learned_elements(
    state: State,
    host: str,
    least: int,
    common: Container[int],
    is_version: Callable[[array[int]], bool],
    is_teaser: Callable[[int], bool],
) -> tuple[LearnedElement, ...]:
    """The elements to learn of a host, sorted, with lists on at least ``least`` documents.

    ``common`` are the lines that most documents have: they are not the text of any. ``is_version`` says whether a
    document proves nothing, ``is_teaser`` whether the number of a block, with its signs, is that of the headline of
    another document.
    """
    tally = _Tally()
    for page in state.pages(host):
        _add(tally, page, common, is_teaser, is_proof=not is_version(page.blocks))
    able = {
        number
        for number, count in tally.lists.items()
        if count >= max(MIN_LISTS, least)
        and tally.named[number] >= MIN_LISTS
        and len(tally.texts[number]) >= min(_MAX_TEXTS, max(MIN_LISTS, count / 2))
    }
    names = state.names(host) if able else ()
    selectors = {name: number for number, name in names if number in able and _is_selector(name)}
    others = _others(state.names(host), selectors, tally) if selectors else Counter()
    good = {
        name: number
        for name, number in selectors.items()
        if tally.lists[number] >= MIN_LIST_SHARE * (tally.lists[number] + others[name])
    }
    return tuple(
        LearnedElement(name, tally.lists[number], tuple(tally.seen_in[number]))
        for name, number in sorted(good.items())
        if not any(part in good for part in _parts(name) if part != name)
    )


def _others(names: Iterable[tuple[int, str]], selectors: Container[str], tally: _Tally) -> Counter[str]:
    """For each selector in how many documents at most it matches elements that are not lists of links."""
    others: Counter[str] = Counter()
    for number, name in names:
        for part in _parts(name):
            if part in selectors:
                others[part] += tally.others[number]
    return others


def _add(
    tally: _Tally, page: Page, common: Container[int], is_teaser: Callable[[int], bool], *, is_proof: bool
) -> None:
    lists, others = _placed(page, common)
    tally.others.update(others)
    for number, blocks in lists.items() if is_proof else ():
        tally.lists[number] += 1
        tally.named[number] += any(map(is_teaser, blocks))
        texts = tally.texts.setdefault(number, set())
        if len(texts) < _MAX_TEXTS:
            texts.add(array("q", blocks).tobytes())
        names = tally.seen_in.setdefault(number, [])
        names[:] = sorted([*names, page.name])[:_EXAMPLES]


def _is_selector(name: str) -> bool:
    """Whether a name is one that a rule can have."""
    sign, text = name[0], name[1:]
    if sum(map(str.isalpha, text)) < _MIN_LETTERS or any(map(str.isdigit, text)):
        return False
    words = tuple(text.split("-"))
    return len(words) <= _MAX_WORDS and (class_words if sign == "." else id_words)(text) == words


def _parts(name: str) -> set[str]:
    """All selectors that match a name: each row of its words, up to the longest that can be learned."""
    words: Sequence[str] = name[1:].split("-")
    return {
        name[0] + "-".join(words[first:end])
        for first in range(len(words))
        for end in range(first + 1, min(len(words), first + _MAX_WORDS) + 1)
    }


def example_of(selector: str) -> str:
    """A start tag that a selector matches."""
    return f'<div {"class" if selector[0] == "." else "id"}="{selector[1:]}">'


def selector_of(example: str) -> str:
    """The selector whose `example_of` a text is; empty if it is another text."""
    found = _EXAMPLE.fullmatch(example.strip())
    return f"{'.' if found[1] == 'class' else '#'}{found[2]}" if found else ""
