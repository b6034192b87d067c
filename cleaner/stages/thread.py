"""Comments by readers, for the option ``comments``: what the rules on the names of elements take for a thread.

These are the rules of the category ``comments`` that ask for other content on the page (``where.beside``). Where the
thread is the page, as in a forum, they find nothing, and the posts stay whatever the option says.
"""

from __future__ import annotations

from collections.abc import Mapping

from cleaner.model import COMMENTS, Tag, Tree
from cleaner.packs.rule import Packs, StageRule
from cleaner.stages.asked import AUTO, DROP, Asked
from cleaner.view import View

_ITEMS = frozenset(("li", "article"))
_REPEATED = frozenset(("div", "section", "tr", "table", "dl"))  # one of several with the same classes is an item, too


ASKED = StageRule(
    id="comments/asked",
    category=COMMENTS,
    summary="A comment by a reader, which the option `comments` asks to remove.",
    why="Comments accompany the text of a page. Whether they are wanted depends on the use.",
    removes=(
        """
  <html><p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>
  <p>Farmers had asked for help in June, and a vote on it is due in the autumn, the water board said.</p>
- <ol class="comments"><li>The bridge has been shut since May, and nobody says why.</ol>
  </html>
""",
    ),
    keeps=(
        """
<html><p>Rain is expected.</p>
<ol class="comments"><li>The bridge has been shut since May, and nobody in the town hall has said a word about it.
<li>Farmers had asked for help in June, and a vote on it is due in the autumn, the water board said.</ol></html>
""",
    ),
)


class Thread(Asked):
    """Marks the comments of a page; marks nothing where the thread is the page."""

    rules = (ASKED,)
    option = "comments"
    unasked = (AUTO,)
    reads = "markup"

    def __init__(self, packs: Packs, *, value: str = DROP) -> None:
        super().__init__(packs, value=value)
        rules = (rule for rule in packs.rules if rule.category == COMMENTS and not rule.has_words)
        self._rules = frozenset(rule.id for rule in rules if rule.where.beside)

    def units(self, page: View) -> Mapping[int, int]:
        """The blocks of the thread, each with the element of its comment."""
        blocks = page.document.blocks
        tree = blocks.tree
        taken = {mark.span.start for mark in page.marks if mark.rule in self._rules}
        if tree is None or not taken:
            return {}
        families = _families(tree)
        found = [i for i, start in enumerate(blocks.starts) if start in taken]
        return {i: _item(tree, blocks.elements[i], families) for i in found}


def _families(tree: Tree) -> dict[tuple[int, str, tuple[str, ...]], int]:
    """How many children with the same name and the same classes each element has."""
    counts: dict[tuple[int, str, tuple[str, ...]], int] = {}
    for parent, tag in zip(tree.parents, tree.tags, strict=True):
        key = _family(parent, tag)
        counts[key] = counts.get(key, 0) + 1
    return counts


def _family(parent: int, tag: Tag) -> tuple[int, str, tuple[str, ...]]:
    return parent, tag.name, tag.classes


def _item(tree: Tree, element: int, families: Mapping[tuple[int, str, tuple[str, ...]], int]) -> int:
    """The innermost element around ``element`` that is one of a list of comments; 0 if there is none."""
    for j in tree.way(element):
        tag = tree.tags[j]
        if tag.name in _ITEMS:
            return j
        if tag.name in _REPEATED and tag.classes and families[_family(tree.parents[j], tag)] > 1:
            return j
    return 0
