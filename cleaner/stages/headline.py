"""The headline of a document, for the option ``headline``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cleaner.declared import declared
from cleaner.features import NO_HEADLINE, headlines
from cleaner.model import HEADLINE, Blocks, Kind, Tree
from cleaner.packs.rule import StageRule
from cleaner.stages.asked import Asked, kept
from cleaner.view import View

_MIN_SHARE = 0.5  # share of the characters of the title that the headline has, or the other way round
_FIRST_BLOCKS = 15  # kept blocks in which a headline without markup is looked for
_MAX_WORDS = 40


ASKED = StageRule(
    id="headline/asked",
    category=HEADLINE,
    summary="The headline, which the option `headline` asks to remove.",
    why="The headline is content. Rows have it in the field `title`, so some uses do not want it in the text.",
    removes=(
        """
  <html><title>Rain in the north - The Planet</title>
- <h1>Rain in the north</h1>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
  <h2>Farmers ask for help</h2>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn.</p></html>
""",
        """
- # Rain in the north

  Rain is expected in the north of the country until Friday morning, and the rivers are high.

  Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
""",
    ),
)


class Headline(Asked):
    """Marks the headline. That of a page has a markup or is the declared title; that of a text is its first line."""

    rules = (ASKED,)
    option = "headline"
    reads = "both"

    def units(self, page: View) -> Mapping[int, int]:
        """The blocks of the headline."""
        blocks = page.document.blocks
        left = kept(page)
        if blocks.tree is not None:
            return dict.fromkeys(_of_page(blocks, blocks.tree, left, declared(page.document.source).titles), 0)
        return dict.fromkeys(_of_text(page, left), 0)


def _of_page(blocks: Blocks, tree: Tree, left: Sequence[int], titles: Collection[str]) -> list[int]:
    """The blocks of the first h1 that equals the title, or of the only h1, or the first heading or line that does."""
    elements = {i: _element(tree, blocks.elements[i], "h1") for i in left}
    h1 = list(dict.fromkeys(element for element in elements.values() if element >= 0))
    said = {e: " ".join(blocks.folded[i] for i in left if elements[i] == e) for e in h1}
    alike = [e for e in h1 if _is_title(said[e], titles)] or (h1 if len(h1) == 1 else [])
    if alike:
        return [i for i in left if elements[i] == alike[0]]
    headings = [i for i in left if blocks.kinds[i] is Kind.HEADING][:1]
    lines = [i for i in (*headings, *left[:_FIRST_BLOCKS]) if _may_be(blocks, i)]
    return [i for i in lines if _is_title(blocks.folded[i], titles)][:1]


def _element(tree: Tree, element: int, name: str) -> int:
    """The innermost element called ``name`` around an element, or -1."""
    return next((j for j in tree.way(element) if tree.tags[j].name == name), -1)


def _may_be(blocks: Blocks, i: int) -> bool:
    return blocks.kinds[i] in (Kind.HEADING, Kind.TEXT) and blocks.words[i] <= _MAX_WORDS


def _is_title(said: str, titles: Collection[str]) -> bool:
    """Whether a line is the declared title, or most of it: titles also have the name of the site."""
    return any(_is_most(said, title) or _is_most(title, said) for title in titles)


def _is_most(part: str, whole: str) -> bool:
    return part in whole and len(part) >= _MIN_SHARE * len(whole)


def _of_text(page: View, left: Sequence[int]) -> list[int]:
    """The first line, if it is a marked-up heading, or a headline above prose that repeats its words."""
    blocks = page.document.blocks
    first = list(left[:1])
    if not first or blocks.kinds[first[0]] is Kind.HEADING:
        return first
    if page.body.last < 0 or blocks.folded[first[0]].endswith(NO_HEADLINE):
        return []
    gone = frozenset(range(len(blocks))).difference(left)
    return sorted(headlines(blocks, page.body, gone, first))
