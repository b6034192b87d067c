"""Which blocks each element of a page holds, and what they amount to: words, content, characters in links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from cleaner.model import Blocks, Kind, Tree

_LINK_SHARE = 0.5  # share of the characters of a block; a block with more is a link
_CODE_WORDS = 3  # a shorter line of code may be a name in a list or a price
_MAX_DEPTH = 2  # elements between a neighbour and the parent that it shares
_TEXT_KINDS = frozenset((Kind.HEADING, Kind.ITEM, Kind.STEP, Kind.QUOTE, Kind.CODE))
_SECTIONS = frozenset("main article section header footer nav aside form".split())


class Extents:
    """The blocks of each element, as ranges, and sums over them. Takes linear time once, then constant time each."""

    def __init__(self, blocks: Blocks, tree: Tree) -> None:
        self.blocks, self.tree = blocks, tree
        self.firsts = _spread_up(blocks, tree, min, len(blocks))
        self.lasts = _spread_up(blocks, tree, max, -1)
        linked = [links >= _LINK_SHARE * len(text) for links, text in zip(blocks.links, blocks.texts, strict=True)]
        is_content = [
            (prose or sentence or kind is Kind.CODE) and not link
            for prose, sentence, kind, link in zip(blocks.prose, blocks.sentences, blocks.kinds, linked, strict=True)
        ]
        self._words = [0, *accumulate(blocks.words)]
        self._content = [
            0, *accumulate([n if wanted else 0 for n, wanted in zip(blocks.words, is_content, strict=True)])
        ]  # fmt: skip
        self._links = [0, *accumulate(blocks.links)]
        self._chars = [0, *accumulate(map(len, blocks.texts))]
        is_code = [kind is Kind.CODE and not link for kind, link in zip(blocks.kinds, linked, strict=True)]
        code = [n if is_line and n >= _CODE_WORDS else 0 for n, is_line in zip(blocks.words, is_code, strict=True)]
        self._code = [0, *accumulate(code)]

    def link_share(self, element: int) -> float:
        """The share of the characters of an element that is in links."""
        chars = self._sum(self._chars, element)
        return self._sum(self._links, element) / chars if chars else 0.0

    def content_below(self, element: int) -> float:
        """The share of the words of an element, without those of its first block, that is sentences or code."""
        first = self.firsts[element]
        words = self._sum(self._words, element) - self.blocks.words[first]
        content = self._sum(self._content, element) - (self._content[first + 1] - self._content[first])
        return content / words if words > 0 else 0.0

    def code_words(self, element: int) -> int:
        """The words of an element that are code outside links."""
        return self._sum(self._code, element)

    def is_amid_text(self, element: int) -> bool:
        """Whether sentences or headings are directly above and below an element, next to it or one level deeper."""
        above, below = self.firsts[element] - 1, self.lasts[element] + 1
        if any(self.tree.tags[j].name == "form" for j in self.tree.way(element)):
            return False
        return all(
            0 <= i < len(self.blocks) and self._is_text(i) and self._is_next_to(i, element) for i in (above, below)
        )

    def _is_text(self, i: int) -> bool:
        blocks = self.blocks
        if blocks.links[i] >= _LINK_SHARE * len(blocks.texts[i]):
            return False
        return blocks.prose[i] or blocks.sentences[i] or blocks.kinds[i] in _TEXT_KINDS

    def _is_next_to(self, i: int, element: int) -> bool:
        tree, parent = self.tree, self.tree.parents[element]
        way = [self.blocks.elements[i]]
        while way[-1] >= 0 and way[-1] != parent and len(way) <= _MAX_DEPTH:
            way.append(tree.parents[way[-1]])
        return way[-1] == parent >= 0 and _SECTIONS.isdisjoint(tree.tags[j].name for j in way[:-1])

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
