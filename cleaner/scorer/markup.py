"""Groups by markup: containers, siblings, blocks with the same path; ancestors; the place relative to the prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

import numpy as np

from cleaner.model import Blocks, Tag, Tree
from cleaner.scorer.block_features import BlockFeatures
from cleaner.scorer.body import add_body
from cleaner.scorer.columns import Columns
from cleaner.scorer.groups import Ints, Numbers, Sum, binned, grouped, runs

_LEVELS = 5  # number of containers used, from the inside out
_TAG_BITS = (  # tag names that are looked for in ancestors
    "nav", "header", "footer", "aside", "main", "article", "section", "form", "table", "ul", "ol", "dl", "li", "p",
    "a", "button", "figure", "blockquote", "pre", "label", "select", "details", "td", "span",
)  # fmt: skip
_OWN_TAGS = ("p", "a", "li", "div", "span", "td", "h1", "h2", "h3", "h4", "button", "label")
_AROUND = (*(f"in {name}" for name in _TAG_BITS), "hidden")
_OWN = tuple(f"tag {name}" for name in _OWN_TAGS)
_BASE, _MASK = 0x9E3779B97F4A7C15 >> 2 | 1, (1 << 62) - 1  # for hashes of paths, which wrap around
_HIDDEN = 1 << len(_TAG_BITS)
_BITS = {name: 1 << n for n, name in enumerate(_TAG_BITS)}
_PLACES = {name: n for n, name in enumerate(_OWN_TAGS)}


@dataclass(frozen=True, slots=True)
class _Shapes:
    """For each element: numbers that similar elements share, its depth, and bits for the tags around it."""

    tag: Ints
    path: Ints  # tags and classes from the root
    names: Ints  # tags without classes
    short: Ints  # the last three tags with classes
    depth: Ints
    bits: Ints
    own_tag: Ints  # place of the name in _OWN_TAGS, -1 for others


def _shapes(tree: Tree, parents: Ints) -> _Shapes:
    """All paths from the root at once: each round doubles the number of ancestors that an element covers."""
    tags, numbers = tree.start_tags
    tag = np.array(numbers, np.int64)
    facts = tag_facts(tags)[tag]
    facts[0, 0] = 0  # the names of the root describe the whole page
    up = np.maximum(parents, 0)
    depth = (parents >= 0).astype(np.int64)
    bits = facts[:, 0].copy()
    hashes = np.stack([tag + 1, facts[:, 1] + 1]) * depth
    factor = _BASE
    jump = up
    while jump.any():
        depth = depth + depth[jump]
        bits |= bits[jump]
        hashes = hashes + factor * hashes[:, jump]
        factor = factor * factor & _MASK
        jump = jump[jump]
    short = ((tag[up[up]] + 1) * (depth > 1) << 20 | tag[up]) << 20 | tag
    return _Shapes(tag, hashes[0], hashes[1], short, depth, bits, facts[:, 2])


def tag_facts(tags: Sequence[Tag]) -> Ints:
    """For each start tag: the bits of its name, the number of its name, the place of its name in `_OWN_TAGS`."""
    names = [tag[0] for tag in tags]
    number = {name: n for n, name in enumerate(dict.fromkeys(names))}
    own = {name: (_BITS.get(name, 0), n, _PLACES.get(name, -1)) for name, n in number.items()}
    facts: Ints = np.fromiter(chain.from_iterable(map(own.__getitem__, names)), np.int64, 3 * len(names)).reshape(-1, 3)
    facts[np.fromiter([tag[4] for tag in tags], bool, len(tags)), 0] |= _HIDDEN
    return facts


def add_markup(columns: Columns, blocks: Blocks, features: BlockFeatures, tree: Tree) -> dict[str, Numbers]:
    """Add tags and the place relative to the main element. Returns the sums over containers, siblings and paths."""
    element = np.array(blocks.elements, np.int64)
    ends = np.array(tree.ends, np.int64)
    parents = np.array(tree.parents, np.int64)
    shapes = _shapes(tree, parents)
    upto = np.zeros((len(features.sums), len(tree) + 1))
    np.cumsum(binned(features.sums, element, len(tree)), axis=1, out=upto[:, 1:])
    below = upto[:, ends] - upto[:, :-1]  # sums over each element and its descendants
    _add_tags(columns, shapes, element)
    alike_by = {
        name: np.unique(ids[element], return_inverse=True)[1]
        for name, ids in (("path", shapes.path), ("names", shapes.names), ("short path", shapes.short))
    }
    found = {name: grouped(features.sums, group) for name, group in alike_by.items()}
    found["path run"] = grouped(features.sums, runs(alike_by["path"]))
    top = _tops(parents, below[Sum.BLOCKS])
    inner = below[Sum.BLOCKS, element] > 1
    container = np.where(inner, element, np.maximum(parents[top[element]], 0))
    part = np.where(inner, element, top[element])
    # elements with the same parent and the same start tag
    _, sibling = np.unique((parents + 1) << 24 | shapes.tag, return_inverse=True)
    alike = np.bincount(sibling)
    of_siblings = binned(below, sibling, len(alike))
    children = np.bincount(parents + 1, minlength=len(tree) + 1)
    around = np.maximum(parents[top[container]], 0)
    found |= add_body(columns, tree, features, element, parents, container, around, alike_by["short path"])
    for level in range(1, _LEVELS + 1):
        found[f"container {level}"] = below.take(container, axis=1)
        if level <= 3:
            found[f"siblings {level}"] = of_siblings.take(sibling[part], axis=1)
            columns.add(f"log siblings {level}", np.log1p(alike[sibling[part]]))
            columns.add(f"log children {level}", np.log1p(children[container + 1]))
            before = upto[Sum.BLOCKS, part] - upto[Sum.BLOCKS, container]
            columns.add(f"place in {level}", before / np.maximum(below[Sum.BLOCKS, container], 1))
            columns.add(f"depth {level}", shapes.depth[container])
        part = top[container]
        container = np.maximum(parents[part], 0)
    for share in (0.5, 0.8):
        found[f"around main {share}"] = _add_main(columns, tree, below, element, share)
    return found


def _add_tags(columns: Columns, shapes: _Shapes, element: Ints) -> None:
    bits = shapes.bits[element]
    columns.add("depth", shapes.depth[element])
    for n, name in enumerate(_AROUND):
        if columns.wants(name):
            columns.add(name, bits >> n & 1)
    own_tag = shapes.own_tag[element]
    for n, name in enumerate(_OWN):
        if columns.wants(name):
            columns.add(name, own_tag == n)


def _tops(parents: Ints, count: Numbers) -> Ints:
    """For each element, the outermost ancestor that contains the same number of blocks."""
    up = np.maximum(parents, 0)
    tops = np.where(count[up] == count, up, np.arange(len(parents)))
    while True:
        further = tops[tops]
        if np.array_equal(further, tops):
            return tops
        tops = further


def _add_main(columns: Columns, tree: Tree, below: Numbers, element: Ints, share: float) -> Numbers:
    """Add the place relative to the main element, which is the deepest one with ``share`` of the prose.

    Returns the sums over the innermost element that contains both the block and the main element.
    """
    enough = np.flatnonzero(below[Sum.PROSE] >= share * below[Sum.PROSE, 0])
    main = int(enough[-1]) if len(enough) and below[Sum.PROSE, 0] else 0
    way = list(tree.way(main))[::-1]
    size = below[Sum.BLOCKS][way]
    steps = list(accumulate((a != b for a, b in zip(size[1:], size[:-1], strict=True)), initial=0))
    common = np.zeros(len(tree), np.int64)
    step = np.zeros(len(tree), np.int64)
    for outer, number in zip(way, steps, strict=True):
        common[outer : tree.ends[outer]] = outer
        step[outer : tree.ends[outer]] = number
    up = steps[-1] - step[element]
    columns.add(f"up to main {share}", up)
    inside = np.flatnonzero((element >= main) & (element < tree.ends[main]))
    index = np.arange(len(element))
    first, last = (inside[0], inside[-1]) if len(inside) else (0, len(element) - 1)
    columns.add(f"log above main {share}", np.log1p(np.maximum(first - index, 0)))
    columns.add(f"log below main {share}", np.log1p(np.maximum(index - last, 0)))
    columns.add(f"main {share} holds", np.full(len(element), below[Sum.BLOCKS, main] / max(len(element), 1)))
    columns.add(f"main {share} depth", np.full(len(element), float(len(way))))
    return below.take(common[element], axis=1)
