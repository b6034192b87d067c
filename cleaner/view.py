"""What a stage is handed: a document and what the stages before it say of its blocks."""

from __future__ import annotations

from collections.abc import Container, Iterable

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

    __slots__ = (
        "_bodies", "_body", "_cuts", "_found_by", "_masses", "_of_block", "_on_parts", "_places",
        "document", "marks", "sums",
    )  # fmt: skip

    def __init__(self, document: Document, marks: Iterable[Mark] = ()) -> None:
        self.document = document
        self.marks: list[Mark] = []
        self.sums = [0] * len(document.blocks)
        self._places: dict[int, int] | None = None
        self._found_by: dict[int, list[int]] | None = None
        self._body: Skeleton | None = None
        self._bodies: dict[frozenset[int], Skeleton] = {}
        self._cuts: list[tuple[int, Cut]] | None = None
        self._of_block: dict[int, list[Mark]] = {}
        self._on_parts = False
        self._masses: Masses | None = None
        self.add(marks)

    def add(self, marks: Iterable[Mark]) -> None:
        """Add the marks of a stage, which may read this view while it makes them."""
        found = list(marks)
        if not found:
            return
        sums, ends, places, of_block = self.sums, self.document.blocks.ends, self.places, self._of_block
        for mark in found:
            (start, end), _, _, _, score = mark
            i = places.get(start, -1)
            if i < 0 or ends[i] != end:
                self._on_parts = True
                continue
            sums[i] += score
            if i in of_block:
                of_block[i].append(mark)
            else:
                of_block[i] = [mark]
        self.marks += found
        self._body = self._cuts = None

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
        if self._on_parts:
            return [(cut.score, cut) for cut in resolve(self.marks, threshold=CUTS_STRICT)]
        sums, of_block = self.sums, self._of_block
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
        ends, places = self.document.blocks.ends, self.places
        for span, rule, category, _, score in self.marks:
            if category in (CONTEXT, REGION) or rule in by_place:
                i = places.get(span.start, -1)
                if i >= 0 and ends[i] == span.end:
                    found[i] -= score
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
