"""Links below a marker of other pages, in a page: the marker is one sign, the links below it are another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.chars import COLONS
from cleaner.features import LINK_SHARE, STATEMENT_WORDS, linked_and_prose
from cleaner.model import HEADINGS, Blocks, Kind, Mark, Tree
from cleaner.packs.rule import Packs, StageRule, is_named
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_MAX_LINK_WORDS, _MAX_BETWEEN_WORDS = 40, 12  # words of a linked headline, and of a line between two of them
_HEADLINE_WORDS = range(4, 21)
_MIN_AMID, _WHOLE_LINK = 3, 0.9
_GAP = 2  # lines between two links, such as a section and a date
_MAX_TITLES = 15  # a longer list may be what a page is for
_MAX_SHARE = 0.5  # words of a list compared with those of the running text
_ITEM = Kind.ITEM
_NEVER = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC))


LINKED = StageRule(
    id="related/linked",
    category="related",
    summary="Links to other pages, below their marker.",
    why="The words of the marker announce other pages, and the lines below it are links: two signs.",
    two_signs=True,
    removes=(
        """
  <html><h1>Rain in the north</h1>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
- <h3>Related articles</h3>
- <p><a href="/dams">Dams and bridges of the Lune</a></p>
- <p><a href="/year">The year in rain</a></p>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
  </html>
""",
    ),
    keeps=(
        """
<html><h1>Rain in the north</h1>
<p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
<h3>Related articles</h3>
<p>The law has three articles on rain.</p>
<p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
</html>
""",
    ),
)


AMID = StageRule(
    id="related/amid",
    category="related",
    summary="A list of headlines of other pages amid a text.",
    why="Each line is a link with the words of a headline, nothing announces them, and more text is below them.",
    two_signs=True,
    removes=(
        """
  <html><h1>Rain in the north</h1>
  <p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
- <ul><li><a href="/dams">Dams and bridges of the Lune</a></li><li><a href="/year">The wettest year so far</a></li>
- <li><a href="/help">Farmers of Halton ask for help</a></li></ul>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
  </html>
""",
    ),
    keeps=(
        """
<html><h1>Rain in the north</h1>
<p>Rain is expected in the north of the country, as three reports of the water board say:</p>
<ul><li><a href="/dams">Dams and bridges of the Lune</a></li><li><a href="/year">The wettest year so far</a></li>
<li><a href="/help">Farmers of Halton ask for help</a></li></ul>
<p>Farmers had asked for help in June, and a vote on it is due in the autumn, said the minister.</p>
</html>
""",
    ),
)


class Linked(Stage):
    """Marks a marker and the links below it, and lists of links amid the text of a page. Ignores plain text."""

    rules = (LINKED, AMID)

    def __init__(self, packs: Packs) -> None:
        # words that open a list only where noise encloses it, such as See also, may announce sources
        names = [name for one in packs.sections if one.takes == "headlines" and not one.enclosed for name in one.opens]
        self._openers = frozenset(
            n for n, rule in enumerate(packs.rules) if any(is_named(rule.id, name) for name in names)
        )

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        if blocks.tree is None or not blocks.links:
            return
        lists, markers = list(_lists_amid(blocks)), self._markers(page)
        if not (lists or markers) or page.body.last < 0:
            return
        linked, prose = linked_and_prose(blocks)
        if linked > prose:  # a page of links: they are its content
            return
        for start, end in lists:
            yield from (AMID.mark(blocks.span(j)) for j in range(start, end))
        end = page.body.first
        for i in markers:
            if i < end:
                continue
            links = _links_below(blocks, blocks.tree, i)
            titles = sum([blocks.words[j] >= STATEMENT_WORDS for j in links])
            if links and titles <= _MAX_TITLES and sum(blocks.words[i : links[-1] + 1]) <= _MAX_SHARE * prose:
                end = links[-1] + 1
                yield from (LINKED.mark(blocks.span(j)) for j in range(i, end))
            elif not links and _is_list_gone(blocks, blocks.tree, i):
                yield LINKED.mark(blocks.span(i), "A marker of other pages whose list was cut")

    def _markers(self, page: View) -> list[int]:
        """The blocks that rules take for markers of other pages."""
        sums, openers = page.sums, self._openers
        return [
            i
            for i, hits in enumerate(page.document.blocks.hits)
            if hits and sums[i] >= CUTS_ALONE and not openers.isdisjoint([n for n, _ in hits])
        ]


def _lists_amid(blocks: Blocks) -> Iterator[tuple[int, int]]:
    """The lists of linked headlines between two paragraphs, of which the first does not announce them."""
    end = 1
    for start in [i for i, kind in enumerate(blocks.kinds) if kind is _ITEM]:
        if start < end:
            continue
        end = start
        while end < len(blocks) - 1 and _is_headline(blocks, end):
            end += 1
        if end - start >= _MIN_AMID and _is_text(blocks, start - 1) and blocks.prose[end]:
            yield start, end


def _is_headline(blocks: Blocks, i: int) -> bool:
    """Whether an item of a list is a link as a whole, with the words of a headline."""
    if blocks.kinds[i] is not _ITEM or blocks.words[i] not in _HEADLINE_WORDS or blocks.sentences[i]:
        return False
    return blocks.links[i] >= _WHOLE_LINK * len(blocks.texts[i])


def _is_text(blocks: Blocks, i: int) -> bool:
    """Whether block ``i`` is a paragraph that announces nothing."""
    return blocks.prose[i] and blocks.sentences[i] and not blocks.folded[i].endswith(COLONS)


def _links_below(blocks: Blocks, tree: Tree, marker: int) -> Sequence[int]:
    """The blocks of the links below a marker, up to the next running text or heading of its level."""
    level, links = _level(blocks, tree, marker), [marker]
    for i in range(marker + 1, len(blocks)):
        is_link = blocks.links[i] >= LINK_SHARE * len(blocks.texts[i])
        if blocks.kinds[i] in _NEVER or i - links[-1] > _GAP + 1:
            break
        if blocks.kinds[i] is Kind.HEADING and (not is_link or _level(blocks, tree, i) <= level):
            break
        if is_link and blocks.words[i] <= _MAX_LINK_WORDS:
            links.append(i)
        elif blocks.words[i] > _MAX_BETWEEN_WORDS or blocks.prose[i]:
            break
    return links[1:]


def _level(blocks: Blocks, tree: Tree, i: int) -> int:
    """The level of the heading that block ``i`` is, or 0."""
    if blocks.kinds[i] is not Kind.HEADING:
        return 0
    return next(
        (HEADINGS.index(tag) + 1 for j in tree.way(blocks.elements[i]) if (tag := tree.tags[j].name) in HEADINGS), 0
    )


def _is_list_gone(blocks: Blocks, tree: Tree, i: int) -> bool:
    """Whether elements between block ``i`` and the next one were cut: all elements of a tree hold text."""
    if i + 1 >= len(blocks):
        return tree.ends[blocks.elements[i]] < len(tree)
    following = blocks.elements[i + 1]
    around = set(tree.way(following))
    return any(j not in around for j in range(tree.ends[blocks.elements[i]], following))
