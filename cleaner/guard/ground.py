"""What promises need to know of a document whatever is cut of it: computed once, for all promises and profiles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Sequence
from functools import cached_property
from itertools import compress, islice, pairwise

from cleaner.declared import declared, is_article
from cleaner.features import STATEMENT_WORDS, linked_and_prose
from cleaner.fold import numberless
from cleaner.model import HEADINGS, Document, Kind, Tag, Tree

_MIN_TEXT = 50  # words of running text around which the furniture of a page is
_ANNOUNCING_WORDS = 5
_TEXT, _ITEM, _HEADING, _QUOTE = Kind.TEXT, Kind.ITEM, Kind.HEADING, Kind.QUOTE
ITEMS = frozenset((Kind.ITEM, Kind.STEP))
"""Kinds of blocks that are parts of a list."""
_SHAPES = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC, Kind.STEP))
PARTS = frozenset((Kind.CELL, Kind.ITEM, Kind.STEP, Kind.SPEC))
"""Kinds of blocks that are parts of a table or list."""
SPEECH_SIGNS = frozenset('“„«»‹「『‘"—–')
"""Signs with which a line of a dialogue begins."""
_WHOLES = frozenset(("table", "ul", "ol", "dl"))
_UNITS = frozenset((*HEADINGS, "ul", "ol", "dl", "blockquote", "figure"))
_MARKUP_LEVELS = 4  # elements, from the inside out, whose start tags are compared


class Ground:
    """A document, and what follows from its blocks alone. A property is computed when a promise first asks for it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.blocks = document.blocks
        self.naming: dict[str, list[int]] | None = None
        """The blocks that name topics, by category; kept here by `cleaner.guard.topic`."""
        self.is_about: dict[str, bool] = {}
        """Whether the running text is about a topic, by category; kept here by `cleaner.guard.topic`."""
        self._columns: dict[int, int] = {}
        self._shapes: dict[int, str] = {}
        self._wholes: dict[int, int] = {}
        self._around: dict[int, tuple[int, ...]] = {}

    @cached_property
    def places(self) -> dict[int, int]:
        """The number of each block, by the offset of its start."""
        starts = self.blocks.starts
        return dict(zip(starts, range(len(starts)), strict=True))

    @cached_property
    def prose(self) -> list[int]:
        """The blocks that are running text."""
        return [*compress(range(len(self.blocks)), self.blocks.prose)]

    @cached_property
    def statements(self) -> list[int]:
        """The sentences that are not running text, and more than the label of a button."""
        words, prose = self.blocks.words, self.blocks.prose
        sentences = compress(range(len(self.blocks)), self.blocks.sentences)
        return [i for i in sentences if words[i] >= STATEMENT_WORDS and not prose[i]]

    @cached_property
    def is_text_with_furniture(self) -> bool:
        """Whether furniture would be around a text: on a page that is a list of links it is not."""
        linked, prose = linked_and_prose(self.blocks)
        return prose >= max(linked, _MIN_TEXT)

    @cached_property
    def declares_article(self) -> bool:
        """Whether the page says that it is an article."""
        return self.document.source != "" and is_article(declared(self.document.source))

    @cached_property
    def announcing(self) -> list[int]:
        """The sentences that end in a colon, with another block below."""
        folded, kinds = self.blocks.folded, self.blocks.kinds
        return [
            i
            for i, words in enumerate(self.blocks.words[:-1])
            if words >= _ANNOUNCING_WORDS and folded[i].endswith(":") and kinds[i] is not _ITEM
        ]

    @cached_property
    def _others(self) -> list[tuple[int, Kind]]:
        return [(i, kind) for i, kind in enumerate(self.blocks.kinds) if kind is not _TEXT]

    def with_kind(self, kinds: Container[Kind]) -> list[int]:
        """The blocks of these ``kinds``, in order; plain text is not one of them."""
        return [i for i, kind in self._others if kind in kinds]

    @cached_property
    def lists(self) -> list[range]:
        """The runs of items and steps."""
        items = self.with_kind(ITEMS)
        starts = [i for above, i in pairwise([-2, *items]) if above != i - 1]
        ends = [i + 1 for i, below in pairwise([*items, -2]) if below != i + 1]
        return [range(start, end) for start, end in zip(starts, ends, strict=True)]

    @cached_property
    def chunk_starts(self) -> list[int]:
        """The blocks below a blank line, and those where lists begin and after they end."""
        kinds, apart = self.blocks.kinds, self.blocks.apart
        is_item = [kind is _ITEM for kind in kinds]
        return [i for i, (a, b) in enumerate(pairwise(is_item), 1) if apart[i] or a != b]

    @cached_property
    def may_close(self) -> list[bool]:
        """Whether a line ends with a sign or begins with a quotation, as sentences, verses and dialogues do."""
        texts, kinds = self.blocks.texts, self.blocks.kinds
        return [
            not text[-1:].isalnum() or text[:1] in SPEECH_SIGNS or kind is _QUOTE
            for text, kind in zip(texts, kinds, strict=True)
        ]

    @cached_property
    def headings(self) -> list[int]:
        """The blocks that are marked up as headings."""
        return self.with_kind((_HEADING,))

    @cached_property
    def shaped(self) -> list[int]:
        """The blocks with a shape of their own: code, rows of tables, specifications, steps."""
        return self.with_kind(_SHAPES)

    @cached_property
    def titles(self) -> list[int]:
        """The headings of a page that are of the first level."""
        tree, elements = self.blocks.tree, self.blocks.elements
        if tree is None or not (first_level := _outermost(tree, ("h1",))):
            return []
        starts = [*first_level]
        place = {i: bisect_right(starts, elements[i]) - 1 for i in self.headings}
        return [i for i, at in place.items() if at >= 0 and elements[i] < first_level[starts[at]]]

    @cached_property
    def _parts(self) -> list[int]:
        return self.with_kind(PARTS)

    def wholes_with(self, parts: Collection[int]) -> list[Sequence[int]]:
        """The tables and lists of a page with one of ``parts``: their rows and items.

        Rows and items below each other that are in no table or list are together.
        """
        tree, elements = self.blocks.tree, self.blocks.elements
        if tree is None:
            return []
        every, found, end = self._parts, list[Sequence[int]](), 0
        for place in [bisect_left(every, part) for part in sorted(parts)]:
            if place < end:
                continue
            own, start, end = _whole(tree, elements[every[place]], self._wholes), place, place + 1
            while start > 0 and _whole(tree, elements[every[start - 1]], self._wholes) == own:
                start -= 1
            while end < len(every) and _whole(tree, elements[every[end]], self._wholes) == own:
                end += 1
            found.append(every[start:end])
        return found

    @cached_property
    def units(self) -> dict[int, tuple[int, int]]:
        """For each block in a heading, list, quotation or figure, the first and last block of the outermost of them."""
        tree = self.blocks.tree
        if tree is None:
            return {}
        unit_of = [-1] * len(tree)
        for element, end in _outermost(tree, _UNITS).items():
            unit_of[element:end] = [element] * (end - element)
        units = [(unit, i) for i, element in enumerate(self.blocks.elements) if (unit := unit_of[element]) >= 0]
        first, last = dict(reversed(units)), dict(units)
        return {i: (first[unit], last[unit]) for unit, i in units}

    @cached_property
    def _tag_numbers(self) -> list[int]:
        """For each different start tag a number, the same for equal tags: numbers are compared faster than tags."""
        numbers: dict[Tag, int] = {}
        tags = () if self.blocks.tree is None else self.blocks.tree.start_tags[0]
        return [numbers.setdefault(tag, len(numbers)) for tag in tags]

    @cached_property
    def tags(self) -> list[int]:
        """The number of the start tag of the element of each block of a page."""
        if self.blocks.tree is None:
            return []
        numbers, of_element = self._tag_numbers, self.blocks.tree.start_tags[1]
        return [numbers[of_element[element]] for element in self.blocks.elements]

    def tags_around(self, i: int) -> tuple[int, tuple[int, ...]]:
        """The numbers of the tags of the element of block ``i`` and of those around it, on four levels."""
        tree = self.blocks.tree
        if tree is None:
            return 0, ()
        parent, of_element = tree.parents[self.blocks.elements[i]], tree.start_tags[1]
        if parent not in self._around:
            way = islice(tree.way(parent), _MARKUP_LEVELS - 1)
            self._around[parent] = tuple([self._tag_numbers[of_element[one]] for one in way])
        return self.tags[i], self._around[parent]

    def columns(self, i: int) -> int:
        """The number of columns of row ``i``, a block of digits and signs; 0 for a line with a letter or no digit."""
        folded = self.blocks.folded[i]
        if i not in self._columns:
            is_row = not any(map(str.isalpha, folded)) and any(map(str.isdigit, folded))
            self._columns[i] = len(folded.split()) if is_row else 0
        return self._columns[i]

    def shape(self, i: int) -> str:
        """Line ``i`` without its numbers: counters are one kind of noise, whatever they count to."""
        if i not in self._shapes:
            self._shapes[i] = numberless(self.blocks.keys[i])
        return self._shapes[i]


def _outermost(tree: Tree, names: Container[str]) -> dict[int, int]:
    """The outermost elements with one of these ``names``, each with the number after its last descendant."""
    tags, of_element = tree.start_tags
    numbers = {n for n, tag in enumerate(tags) if tag.name in names}
    found: dict[int, int] = {}
    end = 0
    for element in [element for element, n in enumerate(of_element) if n in numbers] if numbers else ():
        if element >= end:
            end = found[element] = tree.ends[element]
    return found


def _whole(tree: Tree, element: int, known: dict[int, int]) -> int:
    """The innermost table or list around an element, or -1. ``known`` has those of the elements seen before."""
    if element in known:
        return known[element]
    way: list[int] = []
    found = -1
    for one in tree.way(element):
        if one in known or tree.tags[one].name in _WHOLES:
            found = known.get(one, one)
            break
        way.append(one)
    known.update(dict.fromkeys((element, *way), found))
    return found
