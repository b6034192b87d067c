"""The input of every promise: a document, the proposed cuts, and the declarations of packs and stages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from cleaner.declared import declared, is_article
from cleaner.features import Skeleton, linked_and_prose, skeleton
from cleaner.guard.known import Known
from cleaner.model import CONTEXT, LEARNED, REGION, Blocks, Cut, Document, Kind

_MIN_TEXT = 50  # words of running text around which the furniture of a page is


class Case:
    """A document and the cuts proposed for it.

    ``cuts`` are the cuts of whole blocks that no promise has withdrawn yet, by block; ``inside`` are cuts inside
    blocks, numbered after the blocks. The other properties describe the proposal and do not change when cuts are
    withdrawn. ``threshold`` is the sum of scores that cuts a block. ``furniture`` is the number of different lines of
    noise that were cut from the page by its markup, before this text was read.
    """

    def __init__(
        self, document: Document, cuts: Sequence[Cut], known: Known, threshold: int, furniture: int = 0
    ) -> None:
        self.blocks: Blocks = document.blocks
        self._end = len(document.blocks)
        places = {start: i for i, start in enumerate(document.blocks.starts)}
        self.document, self.known, self.threshold, self._furniture = document, known, threshold, furniture
        self.cuts: dict[int, Cut] = {}
        self.inside: dict[int, Cut] = {}
        for number, cut in enumerate(cuts, self._end):
            i = places.get(cut.span.start, -1)
            if i >= 0:
                self.cuts[i] = cut
            else:
                self.inside[number] = cut
        self.proposed = dict(self.cuts)

    @cached_property
    def body(self) -> Skeleton:
        """The prose of the document, without the proposed cuts."""
        return skeleton(self.blocks, self.proposed)

    @cached_property
    def furniture(self) -> int:
        """The number of different noise lines that markup cut before, if they were around a text: a list is not one."""
        if not self._furniture:
            return 0
        linked, prose = linked_and_prose(self.blocks)
        return self._furniture if prose >= max(linked, _MIN_TEXT) else 0

    @cached_property
    def own(self) -> frozenset[int]:
        """Blocks in which a rule of the packs found its words."""
        ids = self.known.rules
        return frozenset(
            [i for i, cut in self.proposed.items() if any(m.rule in ids and m.score > 0 for m in cut.marks)]
        )

    @cached_property
    def has_known_items(self) -> bool:
        """Whether a rule of the packs knows an item of a list: the menus of the page are lists."""
        return any(self.blocks.kinds[i] is Kind.ITEM for i in self.own)

    @cached_property
    def context(self) -> frozenset[int]:
        """Blocks with a proposed cut that has a mark for their surroundings."""
        return frozenset([i for i, cut in self.proposed.items() if CONTEXT in [mark.category for mark in cut.marks]])

    @cached_property
    def outside(self) -> frozenset[int]:
        """Blocks with a proposed cut that are outside the content of the page."""
        return frozenset([i for i, cut in self.proposed.items() if REGION in [mark.category for mark in cut.marks]])

    @cached_property
    def condemned(self) -> frozenset[int]:
        """Blocks whose words and markup say that they are noise: promises about single lines do not apply to them."""
        two_signs = self.known.two_signs
        return frozenset(
            [i for i, cut in self.proposed.items() if not two_signs.isdisjoint([mark.rule for mark in cut.marks])]
        )

    @cached_property
    def placed(self) -> frozenset[int]:
        """Other blocks with a proposed cut because they are below a marker."""
        below = self.known.below_markers
        found = [i for i, cut in self.proposed.items() if not below.isdisjoint([mark.rule for mark in cut.marks])]
        return frozenset(found) - self.context

    @cached_property
    def doubted(self) -> frozenset[int]:
        """Blocks that the learned scorer alone proposes to cut: rules for their words are not enough for it."""
        return frozenset([i for i, cut in self.proposed.items() if self._is_doubted(cut)])

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

    def _is_doubted(self, cut: Cut) -> bool:
        if LEARNED not in [mark.category for mark in cut.marks]:
            return False
        return sum([mark.score for mark in cut.marks if mark.category not in (LEARNED, CONTEXT)]) < self.threshold

    def stays(self, i: int) -> bool:
        """Whether there is a block ``i``, and it is not cut."""
        return 0 <= i < self._end and i not in self.cuts

    @cached_property
    def declares_article(self) -> bool:
        """Whether the page says that it is an article."""
        return self.document.source != "" and is_article(declared(self.document.source))

    def lines_of(self, chosen: Iterable[int]) -> set[str]:
        """The different lines of those blocks of ``chosen`` that are cut because a rule found its words."""
        return {self.blocks.keys[i] for i in chosen if i in self.own and i in self.cuts}

    def noise_lines(self, chosen: Iterable[int]) -> int:
        """The number of different noise lines: those of ``chosen`` (see `lines_of`), and what markup cut before."""
        return len(self.lines_of(chosen)) + self.furniture

    def give_back(self, i: int) -> Cut:
        """Remove the cut with this number from those that are left, and return it."""
        return self.cuts.pop(i) if i in self.cuts else self.inside.pop(i)

    def left(self) -> list[Cut]:
        """The cuts that are left, in the order of the text."""
        return sorted([*self.cuts.values(), *self.inside.values()], key=lambda cut: cut.span)
