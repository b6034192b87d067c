"""Where the content of a page stands: the element its author calls main or article, if it holds most of the prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.features import Masses, doubtful, masses, votes
from cleaner.model import Document, Mark
from cleaner.packs.rule import Packs
from cleaner.packs.selectors import PathIndex
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED

_MAIN = ("main", "[role=main]", "#content", "#main", "#main-content", "#primary")
_LEAST = (0.5, 0.7)  # share of the prose that a main, an article must hold


class Region:
    """Marks what stands outside the main element of a page; says nothing where no element holds most of the prose."""

    def __init__(self, packs: Packs) -> None:
        del packs
        self._index = PathIndex([*((0, source) for source in _MAIN), (1, "article")])

    def __call__(self, document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        blocks = document.blocks
        tree = blocks.tree
        if tree is None:
            return
        named = self._index.find(tree)
        if not named:
            return
        gone = doubtful(votes(document, marks).sums, CUTS_ALONE)
        region = _innermost(named, masses(blocks, gone))
        if region < 0:
            return
        reason = f"Outside the main element: {tree.tags[region]}"
        for i, element in enumerate(blocks.elements):
            if not region <= element < tree.ends[region] and i not in gone:
                yield Mark(blocks.span(i), "region/outside", "region", reason, CUTS_BALANCED)


def _innermost(named: Sequence[tuple[int, tuple[int, ...]]], mass: Masses) -> int:
    """The innermost of the elements called main or article that may be the main one, or -1."""
    fitting = [i for i, kinds in named if mass.words[i] and mass.share(i) >= _LEAST[kinds[0]]]
    return fitting[-1] if fitting else -1
