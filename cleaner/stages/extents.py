"""Which blocks each element of a page holds, and what they amount to: words, content, characters in links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from cleaner.model import Blocks, Kind, Tree

_LINK_SHARE = 0.5  # share of the characters of a block; a block with more is a link


class Extents:
    """The blocks of each element, as ranges, and sums over them. Takes linear time once, then constant time each."""

    def __init__(self, blocks: Blocks, tree: Tree) -> None:
        self.blocks, self.tree = blocks, tree
        self.firsts = _spread_up(blocks, tree, min, len(blocks))
        self.lasts = _spread_up(blocks, tree, max, -1)
        linked = [links >= _LINK_SHARE * len(text) for links, text in zip(blocks.links, blocks.texts, strict=True)]
        is_content = [
            (prose or kind is Kind.CODE) and not link
            for prose, kind, link in zip(blocks.prose, blocks.kinds, linked, strict=True)
        ]
        self._words = [0, *accumulate(blocks.words)]
        self._content = [
            0, *accumulate([n if wanted else 0 for n, wanted in zip(blocks.words, is_content, strict=True)])
        ]  # fmt: skip
        self._links = [0, *accumulate(blocks.links)]
        self._chars = [0, *accumulate(map(len, blocks.texts))]
        is_code = [kind is Kind.CODE and not link for kind, link in zip(blocks.kinds, linked, strict=True)]
        self._code = [0, *accumulate([n if code else 0 for n, code in zip(blocks.words, is_code, strict=True)])]

    def link_share(self, element: int) -> float:
        """The share of the characters of an element that is in links."""
        chars = self._sum(self._chars, element)
        return self._sum(self._links, element) / chars if chars else 0.0

    def content_below(self, element: int) -> float:
        """The share of the words of an element, without those of its first block, that is running text or code."""
        first = self.firsts[element]
        words = self._sum(self._words, element) - self.blocks.words[first]
        content = self._sum(self._content, element) - (self._content[first + 1] - self._content[first])
        return content / words if words > 0 else 0.0

    def code_words(self, element: int) -> int:
        """The words of an element that are code outside links."""
        return self._sum(self._code, element)

    def is_amid_text(self, element: int) -> bool:
        """Whether running text is directly above and below an element, in the same parent."""
        blocks, tree = self.blocks, self.tree
        above, below = self.firsts[element] - 1, self.lasts[element] + 1
        if above < 0 or below >= len(blocks) or not (blocks.prose[above] and blocks.prose[below]):
            return False
        parent = tree.parents[element]
        return all(parent in (blocks.elements[i], tree.parents[blocks.elements[i]]) for i in (above, below))

    def _sum(self, sums: Sequence[int], element: int) -> int:
        first, last = self.firsts[element], self.lasts[element]
        return sums[last + 1] - sums[first] if last >= first else 0


def _spread_up(blocks: Blocks, tree: Tree, choose: Callable[[int, int], int], empty: int) -> list[int]:
    found = [empty] * len(tree)
    for i, element in enumerate(blocks.elements):
        found[element] = choose(found[element], i)
    for element in range(len(tree) - 1, 0, -1):
        parent = tree.parents[element]
        found[parent] = choose(found[parent], found[element])
    return found
