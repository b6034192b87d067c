"""What promises need to know of a document whatever is cut of it: computed once, for all promises and profiles."""

from __future__ import annotations

from functools import cached_property
from itertools import compress, groupby, islice, pairwise

from cleaner.declared import declared, is_article
from cleaner.features import STATEMENT_WORDS, linked_and_prose
from cleaner.fold import numberless
from cleaner.model import HEADINGS, Document, Kind, Tag, Tree

_MIN_TEXT = 50  # words of running text around which the furniture of a page is
_ANNOUNCING_WORDS = 5
_ITEM, _STEP = Kind.ITEM, Kind.STEP
_PARTS = frozenset((Kind.CELL, Kind.ITEM, Kind.STEP, Kind.SPEC))
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
        blocks = self.blocks
        return [
            i
            for i, text in enumerate(blocks.folded[:-1])
            if text.endswith(":") and blocks.words[i] >= _ANNOUNCING_WORDS and blocks.kinds[i] is not Kind.ITEM
        ]

    @cached_property
    def lists(self) -> list[range]:
        """The runs of items and steps."""
        items = [i for i, kind in enumerate(self.blocks.kinds) if kind is _ITEM or kind is _STEP]
        starts = [i for above, i in pairwise([-2, *items]) if above != i - 1]
        ends = [i + 1 for i, below in pairwise([*items, -2]) if below != i + 1]
        return [range(start, end) for start, end in zip(starts, ends, strict=True)]

    @cached_property
    def titles(self) -> list[int]:
        """The headings of a page that are of the first level."""
        blocks, tree = self.blocks, self.blocks.tree
        if tree is None:
            return []
        tags, of_element = tree.start_tags
        first_level = {n for n, tag in enumerate(tags) if tag.name == "h1"}
        h1 = [element for element, n in enumerate(of_element) if n in first_level] if first_level else []
        inside = {element for outer in h1 for element in range(outer, tree.ends[outer])}
        return [
            i
            for i, (kind, element) in enumerate(zip(blocks.kinds, blocks.elements, strict=True))
            if element in inside and kind is Kind.HEADING
        ]

    @cached_property
    def wholes(self) -> list[list[int]]:
        """The rows and items of each table and list of a page; those below each other that are in none are together."""
        tree, blocks = self.blocks.tree, self.blocks
        if tree is None:
            return []
        parts = [(_whole(tree, blocks.elements[i]), i) for i, kind in enumerate(blocks.kinds) if kind in _PARTS]
        return [[i for _, i in run] for _, run in groupby(parts, key=lambda part: part[0])]

    @cached_property
    def units(self) -> dict[int, tuple[int, int]]:
        """For each block in a heading, list, quotation or figure, the first and last block of the outermost of them."""
        tree = self.blocks.tree
        if tree is None:
            return {}
        tags, of_element = tree.start_tags
        is_unit = [tag.name in _UNITS for tag in tags]
        unit_of: list[int] = []
        for element, (parent, n) in enumerate(zip(tree.parents, of_element, strict=True)):
            outer = unit_of[parent] if element else -1
            unit_of.append(outer if outer >= 0 else element if is_unit[n] else -1)
        ranges: dict[int, tuple[int, int]] = {}
        for i, element in enumerate(self.blocks.elements):
            unit = unit_of[element]
            if unit >= 0:
                ranges[unit] = (ranges[unit][0] if unit in ranges else i, i)
        return {i: ranges[unit_of[e]] for i, e in enumerate(self.blocks.elements) if unit_of[e] >= 0}

    @cached_property
    def tag_numbers(self) -> list[int]:
        """A number for each element, the same for equal start tags: they are compared faster than tags."""
        if self.blocks.tree is None:
            return []
        tags, of_element = self.blocks.tree.start_tags
        numbers: dict[Tag, int] = {}
        of_tag = [numbers.setdefault(tag, len(numbers)) for tag in tags]
        return [of_tag[n] for n in of_element]

    def tags_around(self, element: int) -> tuple[int, ...]:
        """The numbers of the tags of an element of a page and of those around it, on four levels."""
        found = self._around.get(element)
        if found is None:
            tree = self.blocks.tree
            way = () if tree is None else islice(tree.way(element), _MARKUP_LEVELS)
            found = self._around[element] = tuple([self.tag_numbers[one] for one in way])
        return found

    def columns(self, i: int) -> int:
        """The number of columns of row ``i``, a block of digits and signs; 0 for a line with a letter or no digit."""
        folded = self.blocks.folded[i]
        if folded[:1].isalpha():
            return 0
        if i not in self._columns:
            is_row = any(map(str.isdigit, folded)) and not any(map(str.isalpha, folded))
            self._columns[i] = len(folded.split()) if is_row else 0
        return self._columns[i]

    def says(self, i: int) -> bool:
        """Whether block ``i`` is running text or a sentence."""
        blocks = self.blocks
        return blocks.prose[i] or (blocks.sentences[i] and blocks.words[i] >= STATEMENT_WORDS)

    def shape(self, i: int) -> str:
        """Line ``i`` without its numbers: counters are one kind of noise, whatever they count to."""
        if i not in self._shapes:
            self._shapes[i] = numberless(self.blocks.keys[i])
        return self._shapes[i]


def _whole(tree: Tree, element: int) -> int:
    """The innermost table or list around an element, or -1."""
    while element >= 0 and tree.tags[element].name not in _WHOLES:
        element = tree.parents[element]
    return element
