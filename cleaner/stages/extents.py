"""Which blocks each element of a page holds, and what they amount to: words, content, characters in links."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from cleaner.model import Blocks, Kind, Tree

_LINK_SHARE = 0.5  # share of the characters of a block; a block with more is a link
_CODE_WORDS = 3  # a shorter line of code may be a name in a list or a price
_MAX_DEPTH = 2  # elements between a neighbour and the parent that it shares
_CODE = Kind.CODE
_TEXT_KINDS = frozenset((Kind.HEADING, Kind.ITEM, Kind.STEP, Kind.QUOTE, Kind.CODE))
_SECTIONS = frozenset("main article section header footer nav aside form".split())


class Extents:
    """The blocks of each element, as ranges, and sums over them. Each sum takes linear time once, when it is asked for.

    ``firsts`` and ``lasts`` are the first and the last block of each element.
    """

    def __init__(self, blocks: Blocks, tree: Tree) -> None:
        self.blocks, self.tree = blocks, tree

    @cached_property
    def firsts(self) -> list[int]:
        n = len(self.blocks)
        return self._earliest(range(n), n)

    @cached_property
    def lasts(self) -> list[int]:
        return self._earliest(range(len(self.blocks) - 1, -1, -1), -1)

    def _earliest(self, order: range, empty: int) -> list[int]:
        """The block of each element that is the earliest in ``order``."""
        elements, parents = self.blocks.elements, self.tree.parents
        found = [empty] * len(self.tree)
        for i in order:
            element = elements[i]
            while element >= 0 and found[element] == empty:
                found[element] = i
                element = parents[element]
        return found

    @cached_property
    def _words(self) -> list[int]:
        return [0, *accumulate(self.blocks.words)]

    @cached_property
    def _links(self) -> list[int]:
        return [0, *accumulate(self.blocks.links)]

    @cached_property
    def _chars(self) -> list[int]:
        return [0, *accumulate(map(len, self.blocks.texts))]

    @cached_property
    def _content(self) -> list[int]:
        """The words of sentences, prose and code outside links."""
        blocks = self.blocks
        found = zip(blocks.prose, blocks.sentences, blocks.kinds, blocks.words, strict=True)
        content = [n if prose or sentence or kind is _CODE else 0 for prose, sentence, kind, n in found]
        return [0, *accumulate([n if n and not self._is_link(i) else 0 for i, n in enumerate(content)])]

    @cached_property
    def _code(self) -> list[int]:
        """The words of lines of code outside links; empty for a page without code."""
        blocks = self.blocks
        lines = [i for i, kind in enumerate(blocks.kinds) if kind is _CODE and blocks.words[i] >= _CODE_WORDS]
        if not lines:
            return []
        code = [0] * len(blocks)
        for i in lines:
            code[i] = 0 if self._is_link(i) else blocks.words[i]
        return [0, *accumulate(code)]

    def _is_link(self, i: int) -> bool:
        return self.blocks.links[i] >= _LINK_SHARE * len(self.blocks.texts[i])

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
        return self._sum(self._code, element) if self._code else 0

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
        if self._is_link(i):
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
