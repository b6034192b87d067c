"""Captions of pictures and videos, for the option ``captions``: by their element, or by their words.

The names and the words are those of the rules in the category ``caption``, which cut nothing. Captions of tables, of
listings and of quotations are part of these, and are not captions in this sense.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cleaner.features import Masses, masses
from cleaner.model import CAPTION, Blocks, Kind, Tree
from cleaner.packs.rule import Packs, StageRule
from cleaner.packs.selectors import PathIndex, class_words
from cleaner.stages.asked import AUTO, DROP, KEEP, Asked, kept
from cleaner.view import View

_MAX_WORDS = 200  # words of a caption; an element with more is not one, whatever it is called
_SHORT_WORDS = 60  # words of a caption that only its name, or its place in a figure, shows
_PICTURE_LEVELS = 3  # elements around a caption that may have the name of a picture
_PICTURES = frozenset(
    "picture pic image img photo foto media video gallery slide slideshow carousel figure fig thumbnail".split()
)
_HOLDERS = frozenset(("table", "pre", "blockquote", "code", "math"))  # in a figure, the caption is theirs
_NOT_LOOSE = frozenset((Kind.CODE, Kind.CELL, Kind.HEADING, Kind.QUOTE, Kind.STEP, Kind.SPEC))


ASKED = StageRule(
    id="caption/asked",
    category=CAPTION,
    summary="A caption, which the option `captions` asks to remove.",
    why="Captions are content. Some uses of a text, such as training on running text, do not want them.",
    removes=(
        """
  <html><p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
- <figure><img src="mill.jpg"><figcaption>The mill on the river in May</figcaption></figure>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p>
  </html>
""",
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
- The mill on the river in May (Photo: Ann Lee)
  Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
    keeps=(
        """
<html><p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
<table><caption>Rain by month</caption><tr><td>May</td><td>31 mm</td></tr></table>
<figure><blockquote>It rained all week.</blockquote><figcaption>Ann Lee, farmer</figcaption></figure>
<p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p></html>
""",
    ),
)


class Captions(Asked):
    """Marks captions. In plain text these are lines that begin with the word for a picture or end with its credit."""

    rules = (ASKED,)
    option = "captions"
    unasked = (AUTO, KEEP)
    reads = "both"

    def __init__(self, packs: Packs, *, value: str = DROP) -> None:
        super().__init__(packs, value=value)
        named = [(n, rule) for n, rule in enumerate(packs.rules) if rule.category == CAPTION and rule.is_witness]
        self._index = PathIndex((0, source) for _, rule in named if not rule.has_words for source in rule.where.path)
        self._words = {n: rule.where for n, rule in named if rule.has_words}

    def units(self, page: View) -> Mapping[int, int]:
        """The blocks of captions, each with its element, or with a number of its own."""
        blocks = page.document.blocks
        loose = {i: -1 - i for i in kept(page) if self._is_worded(blocks, i)}
        return {**loose, **self._by_element(page)}

    def _is_worded(self, blocks: Blocks, i: int) -> bool:
        """Whether a block is worded like a caption."""
        if blocks.kinds[i] in _NOT_LOOSE or not blocks.hits:
            return False
        wheres = (self._words[hit.rule] for hit in blocks.hits[i] if hit.rule in self._words)
        return any(where.min_words <= blocks.words[i] <= where.max_words for where in wheres)

    def _by_element(self, page: View) -> dict[int, int]:
        blocks = page.document.blocks
        if blocks.tree is None:
            return {}
        look = _Look(blocks, blocks.tree, frozenset(element for element, _ in self._index.find(blocks.tree)))
        found = ((i, look.caption(i)) for i in kept(page))
        return {i: element for i, element in found if element >= 0}


class _Look:
    """The elements of one page, seen as captions; what an element is, is decided once."""

    def __init__(self, blocks: Blocks, tree: Tree, named: frozenset[int]) -> None:
        self._blocks, self._tree, self._named = blocks, tree, named
        self._mass: Masses = masses(blocks)
        self._known: dict[tuple[int, bool], int] = {}

    def caption(self, i: int) -> int:
        """The element that is the caption to which block ``i`` belongs, or -1."""
        is_loose = self._blocks.kinds[i] not in _NOT_LOOSE
        key = self._blocks.elements[i], is_loose
        if key not in self._known:
            self._known[key] = self._find(key[0], is_loose=is_loose)
        return self._known[key]

    def _find(self, element: int, *, is_loose: bool) -> int:
        way = list(self._tree.way(element))
        names = [self._tree.tags[j].name for j in way]
        if "h1" in names or "table" in names:
            return -1
        figure = next((j for j in way if self._tree.tags[j].name == "figure"), -1)
        if figure >= 0 and self._holds_other(figure):
            return -1
        captions = [j for j in way if j in self._named and self._may_be(j, has_figure=figure >= 0)]
        if captions:
            return captions[-1]
        if is_loose and figure >= 0 and self._mass.words[figure] <= _SHORT_WORDS:
            return figure
        return -1

    def _may_be(self, element: int, *, has_figure: bool) -> bool:
        """Whether an element with the name of a caption may be one: it is small, and near a picture or very small."""
        words = self._mass.words[element]
        if words > _MAX_WORDS:
            return False
        is_sure = has_figure or self._tree.tags[element].name == "figcaption"
        return is_sure or words <= _SHORT_WORDS or any(map(self._is_picture, self._around(element)))

    def _around(self, element: int) -> Iterator[int]:
        """An element and the few around it."""
        for level, j in enumerate(self._tree.way(element)):
            if level > _PICTURE_LEVELS:
                return
            yield j

    def _is_picture(self, element: int) -> bool:
        return any(not _PICTURES.isdisjoint(class_words(name)) for name in self._tree.tags[element].classes)

    def _holds_other(self, figure: int) -> bool:
        """Whether a figure contains a table, a listing or a quotation."""
        return any(self._tree.tags[j].name in _HOLDERS for j in range(figure, self._tree.ends[figure]))
