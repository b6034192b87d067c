"""What a stage is handed: a document and what the stages before it say of its blocks."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from cleaner.features import Masses, Skeleton, doubtful_prose, masses, skeleton
from cleaner.model import CONTEXT, MECHANISMS, REGION, TEMPLATE, Cut, Document, Mark
from cleaner.resolve import CUTS_STRICT, ranked, resolve


class View:
    """A document as a stage sees it.

    ``document`` holds the text and its blocks, and for a page the HTML and the tree of its elements. ``marks`` are
    those of the stages before, in the order in which they were made. ``sums[i]`` is the sum of their scores on block i:
    a mark counts if its span is exactly that of the block. ``places`` has the number of each block, by the offset of
    its start. ``body`` is where the prose of the page begins and ends, without blocks whose sums are high.

    A stage reads all of them and changes none. While it runs, they stay as they are: its own marks are added
    afterwards, for the next stage.
    """

    __slots__ = ("_bodies", "_body", "_cuts", "_found_by", "_masses", "_places", "document", "marks", "sums")

    def __init__(self, document: Document, marks: Iterable[Mark] = ()) -> None:
        self.document = document
        self.marks: list[Mark] = []
        self.sums = [0] * len(document.blocks)
        self._places: dict[int, int] | None = None
        self._found_by: dict[int, list[int]] | None = None
        self._body: Skeleton | None = None
        self._bodies: dict[frozenset[int], Skeleton] = {}
        self._cuts: list[tuple[int, Cut]] | None = None
        self._masses: Masses | None = None
        self.add(marks)

    def add(self, marks: Iterable[Mark]) -> None:
        """Add the marks of a stage, which may read this view while it makes them."""
        found = list(marks)
        if not found:
            return
        sums = self.sums
        for i, mark in self._by_block(found):
            if i >= 0:
                sums[i] += mark.score
        self.marks += found
        self._body = self._cuts = None

    def _by_block(self, marks: Iterable[Mark]) -> Iterator[tuple[int, Mark]]:
        """Each of ``marks`` after the number of the block whose span it has, -1 for a mark on another span."""
        ends, places = self.document.blocks.ends, self.places
        for mark in marks:
            start, end = mark[0]
            i = places.get(start, -1)
            yield i if i >= 0 and ends[i] == end else -1, mark

    def having(self, marks: Iterable[Mark]) -> View:
        """Another view of the same document, with ``marks`` on top of those here."""
        view = View(self.document)
        view.sums, view.marks = self.sums.copy(), self.marks.copy()
        view._places, view._found_by, view._bodies = self._places, self._found_by, self._bodies
        view.add(marks)
        return view

    def alone(self) -> View:
        """The page as it is without what other pages of its site have in common with it; often this view itself.

        What repeats on a site says nothing about the lines around it, and models have not seen such marks.
        """
        if all(mark.category != TEMPLATE for mark in self.marks):
            return self
        return View(self.document, (mark for mark in self.marks if mark.category != TEMPLATE))

    @property
    def places(self) -> dict[int, int]:
        """The number of each block, by the offset of its start. Computed on first use."""
        if self._places is None:
            starts = self.document.blocks.starts
            self._places = dict(zip(starts, range(len(starts)), strict=True))
        return self._places

    @property
    def found_by(self) -> dict[int, list[int]]:
        """The blocks in which a rule of the packs found words, in order, by the number of the rule.

        A block is listed once for each hit. Computed on first use.
        """
        if self._found_by is None:
            self._found_by = {}
            for i, hits in enumerate(self.document.blocks.hits):
                for n, _ in hits:
                    self._found_by.setdefault(n, []).append(i)
        return self._found_by

    def cuts(self, threshold: int) -> tuple[Cut, ...]:
        """The cuts that the marks make in a profile with this threshold. The profiles share most of the work."""
        if self._cuts is None:
            self._cuts = self._resolved()
        return tuple([cut for score, cut in self._cuts if score >= threshold])

    def _resolved(self) -> list[tuple[int, Cut]]:
        """The cuts of the profile that cuts most, with their scores."""
        of_block: dict[int, list[Mark]] = {}
        for i, mark in self._by_block(self.marks):
            of_block.setdefault(i, []).append(mark)
        if -1 in of_block:
            return [(cut.score, cut) for cut in resolve(self.marks, threshold=CUTS_STRICT)]
        sums = self.sums
        chosen = sorted([i for i in of_block if sums[i] >= CUTS_STRICT])
        return [(sums[i], Cut(of_block[i][0].span, ranked(of_block[i]))) for i in chosen]

    def noise_lines(self, cuts: Iterable[Cut]) -> int:
        """The number of different lines that rules cut."""
        keys, places = self.document.blocks.keys, self.places
        found = [places.get(cut.span.start, -1) for cut in cuts if cut.marks[0].category not in MECHANISMS]
        return len({keys[i] for i in found if i >= 0} - {""})

    def sums_of_words(self, by_place: Container[str] = ()) -> list[int]:
        """The sums without the marks for the place of a block: its surroundings, outside the content.

        ``by_place`` are ids of further rules that judge the place of a block.
        """
        found = list(self.sums)
        outer = (mark for mark in self.marks if mark.category in (CONTEXT, REGION) or mark.rule in by_place)
        for i, mark in self._by_block(outer):
            if i >= 0:
                found[i] -= mark.score
        return found

    @property
    def masses(self) -> Masses:
        """The words and the prose in each element of a page. Computed on first use."""
        if self._masses is None:
            self._masses = masses(self.document.blocks)
        return self._masses

    @property
    def body(self) -> Skeleton:
        """The body of the page: its prose without doubtful blocks. Computed on first use."""
        if self._body is None:
            doubted = doubtful_prose(self.document.blocks, self.sums)
            if doubted not in self._bodies:
                self._bodies[doubted] = skeleton(self.document.blocks, doubted)
            self._body = self._bodies[doubted]
        return self._body
