"""Where the content of a page is: the element that its author calls main or article, if it holds most of the prose."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import islice

from cleaner.features import Masses, doubtful, masses_left
from cleaner.model import REGION, Blocks, Kind, Mark, Tree
from cleaner.packs.rule import StageRule
from cleaner.packs.selectors import PathIndex
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED
from cleaner.stages.base import Stage
from cleaner.view import View

_MAIN = ("main", "[role=main]", "#content", "#main", "#main-content", "#primary")
_REACH = 3  # blocks next to the region that may continue it
_MAX_LINKS = 0.2  # share of the characters of such a block that are in links
_LEVELS = 2  # elements from the region, and from such a block, to one that holds both
_MIN_SHARES = (0.5, 0.7)  # share of the prose that a main, an article must hold


OUTSIDE = StageRule(
    id="region/outside",
    category=REGION,
    summary="A block outside the part of the page that holds its text.",
    why="Most of the prose is in one element; this block is in another.",
    score=CUTS_BALANCED,
    removes=(
        """
  <html><main><h1>Rain in the north</h1>
  <p>The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.</p>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p>
  </main>
- <p>Ask us for a catalogue</p>
  </html>
""",
    ),
    keeps=(
        """
<html>
<article><p>The water board said on Monday that nobody had to leave their house.</p></article>
<article><p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p></article>
<article><p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p></article>
<p>Ask us for a catalogue</p>
</html>
""",
    ),
)


class Region(Stage):
    """Marks what is outside the main element of a page; marks nothing where no element holds most of the prose."""

    rules = (OUTSIDE,)
    reads = "markup"

    def __init__(self) -> None:
        self._index = PathIndex([*((0, source) for source in _MAIN), (1, "article")])

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        tree = blocks.tree
        if tree is None:
            return
        named = self._index.find(tree)
        if not named:
            return
        gone = doubtful(page.sums, CUTS_ALONE)
        region = _innermost(named, masses_left(blocks, page.masses, gone, [i for i, _ in named]))
        if region < 0:
            return
        spared, end = _continuing(blocks, tree, region, gone), tree.ends[region]
        reason = f"Outside the main element: {tree.tags[region]}"
        for i, element in enumerate(blocks.elements):
            if not region <= element < end and i not in gone and i not in spared:
                yield OUTSIDE.mark(blocks.span(i), reason)


def _continuing(blocks: Blocks, tree: Tree, region: int, gone: Container[int]) -> set[int]:
    """The running text directly above and below the region: standfirsts, corrections, notes of the author."""
    end = tree.ends[region]
    inside = [i for i, element in enumerate(blocks.elements) if region <= element < end]
    around = set(islice(tree.way(region), 1, 1 + _LEVELS))
    if not inside:
        return set()
    above = list(_run(blocks, tree, range(inside[0] - 1, -1, -1), around, gone))
    below = list(_run(blocks, tree, range(inside[-1] + 1, len(blocks)), around, gone))
    headline = inside[0] - len(above) - 1  # a sentence above the text without a headline may be a notice
    is_headed = headline >= 0 and blocks.kinds[headline] is Kind.HEADING
    return {*below, *(above if is_headed else ())}


def _run(blocks: Blocks, tree: Tree, places: range, around: set[int], gone: Container[int]) -> Iterator[int]:
    """The first of ``places`` as long as they are running text close to the region, in an element of ``around``."""
    for i in places[:_REACH]:
        way = islice(tree.way(blocks.elements[i]), 1 + _LEVELS)
        if i in gone or not _is_running(blocks, i) or around.isdisjoint(way):
            return
        yield i


def _is_running(blocks: Blocks, i: int) -> bool:
    return blocks.prose[i] and blocks.sentences[i] and blocks.links[i] <= _MAX_LINKS * len(blocks.texts[i])


def _innermost(named: Sequence[tuple[int, tuple[int, ...]]], mass: Masses) -> int:
    """The innermost of the elements called main or article that may be the main one, or -1."""
    fitting = [i for i, kinds in named if mass.words[i] and mass.share(i) >= _MIN_SHARES[kinds[0]]]
    return fitting[-1] if fitting else -1
