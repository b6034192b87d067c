"""What the elements of a page hold: with all blocks, and without some of them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cleaner.features import masses, masses_left
from cleaner.model import Blocks, Tag, Tree


@st.composite
def pages_in_blocks(draw):
    """Blocks of elements in a tree, each with words, prose or not, and characters in links."""
    parents = [-1]
    for _ in range(draw(st.integers(0, 9))):
        way = [len(parents) - 1]
        while parents[way[-1]] >= 0:
            way.append(parents[way[-1]])
        parents.append(draw(st.sampled_from(way)))
    ends = [i + 1 for i in range(len(parents))]
    for i in range(len(parents) - 1, 0, -1):
        ends[parents[i]] = max(ends[parents[i]], ends[i])
    row = st.tuples(st.integers(0, len(parents) - 1), st.integers(0, 90), st.booleans(), st.integers(0, 4))
    elements, words, prose, links = zip(*draw(st.lists(row, min_size=1, max_size=9)), strict=True)
    tree = Tree(tuple(parents), (Tag("p"),) * len(parents), tuple(ends))
    n = tuple(range(len(words)))
    texts = ("text",) * len(n)
    return Blocks(n, n, texts, words=words, prose=prose, elements=elements, links=links, tree=tree)


@given(pages_in_blocks(), st.data())
def test_masses_without_some_blocks_are_those_of_a_page_where_these_have_no_words(blocks, data):
    gone = data.draw(st.frozensets(st.integers(0, len(blocks) - 1)))
    of = data.draw(st.lists(st.integers(0, len(blocks.tree) - 1)))
    left = masses_left(blocks, masses(blocks), gone, of)
    other = masses(replace(blocks, words=tuple(0 if i in gone else n for i, n in enumerate(blocks.words))))
    assert left.has_prose == other.has_prose
    for i in (0, *of):
        assert (left.words[i], left.prose[i], left.share(i)) == (other.words[i], other.prose[i], other.share(i))
