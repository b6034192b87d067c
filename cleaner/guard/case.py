"""The input of every promise: a document, the proposed cuts, and the declarations of packs and stages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain

from cleaner.features import Skeleton, skeleton
from cleaner.guard.ground import Ground
from cleaner.guard.known import Known
from cleaner.guard.signs import AMONG, BELOW, OUTSIDE, OWN, TWO_SIGNS
from cleaner.model import CONTEXT, LEARNED, Blocks, Cut, Document, Kind


class Case:
    """A document and the cuts proposed for it.

    ``cuts`` are the cuts of whole blocks that no promise has withdrawn yet, by block; ``inside`` are cuts inside
    blocks, numbered after the blocks. The other properties describe the proposal and do not change when cuts are
    withdrawn. ``threshold`` is the sum of scores that cuts a block. ``furniture`` is the number of different lines of
    noise that were cut from the page by its markup, before this text was read. ``ground`` is what other cases of the
    same document have found out about it.
    """

    def __init__(
        self,
        document: Document,
        cuts: Sequence[Cut],
        known: Known,
        threshold: int,
        furniture: int = 0,
        ground: Ground | None = None,
    ) -> None:
        self.ground = ground or Ground(document)
        self.blocks: Blocks = document.blocks
        self._end = len(document.blocks)
        self.document, self.known, self.threshold, self._furniture = document, known, threshold, furniture
        places = [*map(self.ground.places.get, [cut.span.start for cut in cuts])]
        self.cuts = {i: cut for i, cut in zip(places, cuts, strict=True) if i is not None}
        self.inside = {n: cuts[n - self._end] for n, i in enumerate(places, self._end) if i is None}
        self.proposed = dict(self.cuts)

    @cached_property
    def signs(self) -> dict[int, int]:
        """What the marks of each proposed cut say; see `cleaner.guard.signs`."""
        return self.known.signs.of(self.proposed)

    @cached_property
    def body(self) -> Skeleton:
        """The prose of the document, without the proposed cuts."""
        return skeleton(self.blocks, self.proposed)

    @cached_property
    def furniture(self) -> int:
        """The number of different noise lines that markup cut before, if they were around a text: a list is not one."""
        return self._furniture if self._furniture and self.ground.is_text_with_furniture else 0

    @cached_property
    def own(self) -> frozenset[int]:
        """Blocks in which a rule of the packs found its words."""
        return self.blocks_with(OWN)

    @cached_property
    def has_known_items(self) -> bool:
        """Whether a rule of the packs knows an item of a list: the menus of the page are lists."""
        return any(self.blocks.kinds[i] is Kind.ITEM for i in self.own)

    @cached_property
    def context(self) -> frozenset[int]:
        """Blocks with a proposed cut that has a mark for their surroundings."""
        return self.blocks_with(AMONG)

    @cached_property
    def outside(self) -> frozenset[int]:
        """Blocks with a proposed cut that are outside the content of the page."""
        return self.blocks_with(OUTSIDE)

    @cached_property
    def condemned(self) -> frozenset[int]:
        """Blocks whose words and markup say that they are noise: promises about single lines do not apply to them."""
        return self.blocks_with(TWO_SIGNS)

    @cached_property
    def placed(self) -> frozenset[int]:
        """Other blocks with a proposed cut because they are below a marker."""
        return self.blocks_with(BELOW) - self.context

    @cached_property
    def doubted(self) -> frozenset[int]:
        """Blocks that the learned scorer alone proposes to cut: rules for their words are not enough for it."""
        found: list[int] = []
        for i, (_, marks, _) in self.proposed.items():
            is_doubted, words = False, 0
            for _, _, category, _, score in marks:
                if category == LEARNED:
                    is_doubted = True
                elif category != CONTEXT:
                    words += score
            if is_doubted and words < self.threshold:
                found.append(i)
        return frozenset(found)

    @cached_property
    def rows(self) -> dict[int, int]:
        """The number of columns of those blocks with a proposed cut that are rows of numbers."""
        keys, columns = self.blocks.keys, self.ground.columns
        others = [i for i in self.proposed if not keys[i][:1].isalpha()]
        return {i: found for i in others if (found := columns(i))}

    @property
    def still_doubted(self) -> frozenset[int]:
        """Those of them whose cut no promise has withdrawn yet."""
        return self.doubted & self.cuts.keys() if self.doubted else self.doubted

    @cached_property
    def by_signs(self) -> dict[int, list[int]]:
        """The blocks with a proposed cut, by the signs of that: there are few combinations of signs."""
        found: dict[int, list[int]] = {}
        for i, signs in self.signs.items():
            found.setdefault(signs, []).append(i)
        return found

    def cuts_with(self, sign: int = 0, without: int = 0) -> list[int]:
        """The cuts that no promise has withdrawn yet with ``sign``, or with any, and with none of ``without``."""
        groups = self.by_signs.items()
        chosen = [places for signs, places in groups if (signs & sign or not sign) and not signs & without]
        return [i for i in chain.from_iterable(chosen) if i in self.cuts]

    def blocks_with(self, sign: int) -> frozenset[int]:
        """The blocks whose proposed cuts have one of the bits of ``sign``."""
        return frozenset(chain.from_iterable([places for signs, places in self.by_signs.items() if signs & sign]))

    def stays(self, i: int) -> bool:
        """Whether there is a block ``i``, and it is not cut."""
        return 0 <= i < self._end and i not in self.cuts

    def words_of_prose(self) -> int:
        """The number of words in the running text that is not cut."""
        words, cuts = self.blocks.words, self.cuts
        return sum([words[i] for i in self.ground.prose if i not in cuts])

    def lines_of(self, chosen: Iterable[int]) -> set[str]:
        """The different lines of those blocks of ``chosen`` that are cut because a rule found its words."""
        keys, own, cuts = self.blocks.keys, self.own, self.cuts
        return {keys[i] for i in chosen if i in own and i in cuts}

    def shows(self, least: int, chosen: Iterable[int]) -> bool:
        """Whether ``chosen`` have ``least`` different lines that are cut because a rule found their words."""
        if least <= 0:
            return True
        keys, own, cuts = self.blocks.keys, self.own, self.cuts
        seen: set[str] = set()
        for i in chosen:
            if i in own and i in cuts:
                seen.add(keys[i])
                if len(seen) == least:
                    return True
        return False

    def give_back(self, i: int) -> Cut:
        """Remove the cut with this number from those that are left, and return it."""
        return self.cuts.pop(i) if i in self.cuts else self.inside.pop(i)

    def left(self) -> list[Cut]:
        """The cuts that are left, in the order of the text."""
        cuts = [self.cuts[i] for i in sorted(self.cuts)]
        return sorted([*cuts, *self.inside.values()], key=lambda cut: cut.span) if self.inside else cuts
