"""The place of a block relative to the body: the container that holds most of the page's prose directly.

The choice follows Readability (https://github.com/mozilla/readability): each container counts its own prose and half
of that in the containers directly below it. The *branch* of a block is the outermost element around it that does not
contain the body; inside the body, the part of the body that contains it.
"""

from __future__ import annotations

import numpy as np

from cleaner.model import Tree
from cleaner.scorer.block_features import BlockFeatures
from cleaner.scorer.columns import Columns
from cleaner.scorer.groups import Ints, Numbers, Sum, grouped

_INHERITED = 0.5  # share of the prose of a container that counts for the container around it
_FAR = 200  # blocks


def add_body(
    columns: Columns,
    tree: Tree,
    features: BlockFeatures,
    element: Ints,
    parents: Ints,
    container: Ints,
    around: Ints,
    path: Ints,
) -> dict[str, Numbers]:
    """Add the place of each block relative to the body. Returns the sums over its branch.

    ``element`` is the element of each block, ``parents`` are those of all elements. ``container`` is the innermost
    element with more than one block around each block, ``around`` that container's own container, ``path`` a number
    that blocks with the same path share.
    """
    prose = features.sums[Sum.PROSE]
    size = len(tree)
    own = np.bincount(container, prose, size)
    score = own + _INHERITED * np.bincount(around, prose, size) * (np.bincount(around, container != around, size) > 0)
    body = int(score.argmax()) if len(score) else 0
    inside = (element >= body) & (element < tree.ends[body])
    direct = container == body
    columns.add("in body", inside)
    columns.add("directly in body", direct)
    columns.add("body share", np.full(len(element), score[body] / max(prose.sum(), 1)))
    in_body = np.flatnonzero(direct & (prose > 0))
    usual = path[in_body[np.bincount(path[in_body], prose[in_body])[path[in_body]].argmax()]] if len(in_body) else -1
    columns.add("like body", path == usual)
    _add_distance(columns, features, np.flatnonzero(inside & (prose > 0)))
    branch = _branches(tree, parents, body)[element]
    first = np.zeros(size, np.int64)
    first[branch[::-1]] = np.arange(len(element))[::-1]
    columns.add("log in branch", np.log1p(np.minimum(np.arange(len(element)) - first[branch], _FAR)))
    columns.add("branch heading", features.heading[first[branch]] & (branch != element))
    columns.add("branch first link share", features.link[first[branch]])
    return {"branch": grouped(features.sums, branch)}


def _add_distance(columns: Columns, features: BlockFeatures, prose: Ints) -> None:
    """Add how far each block is from the first and the last prose of the body, and what is between."""
    n = len(features.words)
    index = np.arange(n)
    first, last = (prose[0], prose[-1]) if len(prose) else (0, n - 1)
    before, after = np.maximum(first - index, 0), np.maximum(index - last, 0)
    columns.add("log above body", np.log1p(np.minimum(before, _FAR)))
    columns.add("log below body", np.log1p(np.minimum(after, _FAR)))
    for name, sums in (
        ("words", features.sums[Sum.WORDS]),
        ("links", features.sums[Sum.LINKED]),
        ("headings", features.sums[Sum.HEADINGS]),
    ):
        upto = np.cumsum(sums)
        columns.add(f"log {name} below body", np.log1p(np.maximum(upto - upto[last], 0)) if n else sums)


def _branches(tree: Tree, parents: Ints, body: int) -> Ints:
    """For each element its branch; elements around the body are their own."""
    found = np.arange(len(tree))
    way = np.zeros(len(tree), bool)
    way[list(tree.way(body))] = True
    tops = np.flatnonzero(way[np.maximum(parents, 0)] & ~way)
    if len(tops):
        ends = np.array(tree.ends, np.int64)
        at = np.searchsorted(tops, found, "right") - 1
        top = tops[np.maximum(at, 0)]
        found = np.where((at >= 0) & (found < ends[top]), top, found)
    return found
