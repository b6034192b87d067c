"""Features by the words in the class and id names of the elements around a block.

What a name is worth was learned: `NameOdds` holds for each word the log-odds of content of the blocks in elements
whose names contain it, relative to all names. Names are conventions of site builders and not words of a language, so
they hold in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from cleaner.model import Tag, Tree
from cleaner.scorer.groups import Floats, Ints

NAME_FEATURES = tuple(f"names {level}: {name}" for level in ("1", "2", "3", "4+") for name in ("least", "mean", "most"))
"""The names of the features, for each of the innermost three elements and for all further ones together."""

_WORD = re.compile(r"[A-Z]?[a-z]{2,24}|[A-Z]{2,24}")
_LEVELS = 3
NameOdds = Mapping[str, float]


def words_of(tag: Tag) -> Iterator[str]:
    """The words in the class and id names of a start tag, in lower case, and its role."""
    for name in (tag.id, *tag.classes, tag.role):
        if name:
            yield from _words_in(name)


@lru_cache(maxsize=8192)
def _words_in(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))


def name_columns(tree: Tree, elements: Sequence[int], odds: NameOdds) -> Floats:
    """The features `NAME_FEATURES` of all blocks. Shape: (features, blocks)."""
    number: dict[int, int] = {}
    of_tags = []
    for tag in tree.tags:
        if id(tag) not in number:
            number[id(tag)] = len(number)
            of_tags.append(_of_tag(tag, odds))
    places = np.array([number[id(tag)] for tag in tree.tags], np.int64)
    least, total, most, count = np.array(of_tags, np.float32).T[:, places]
    parents = np.array(tree.parents, np.int64)
    up = np.where(parents >= 0, parents, 0)
    at = np.array(elements, np.int64)
    rows: list[Floats] = []
    is_there = np.ones(len(at), bool)
    for _ in range(_LEVELS):
        rows += [part * is_there for part in (least[at], total[at] / np.maximum(count[at], 1), most[at])]
        is_there = is_there & (parents[at] >= 0)
        at = up[at]
    least, total, most, count = _upwards(up, least, total, most, count)
    rows += [part * is_there for part in (least[at], total[at] / np.maximum(count[at], 1), most[at])]
    return np.stack(rows)


def _of_tag(tag: Tag, odds: NameOdds) -> tuple[float, float, float, float]:
    """Least, sum and most of the log-odds of the known words of a start tag, and their number; 0 without one."""
    found = [odds[word] for word in words_of(tag) if word in odds]
    return (min(found), sum(found), max(found), len(found)) if found else (0.0, 0.0, 0.0, 0.0)


def _upwards(up: Ints, least: Floats, total: Floats, most: Floats, count: Floats) -> tuple[Floats, ...]:
    """The same over each element and all its ancestors: each round doubles how many are covered."""
    total, count = total.copy(), count.copy()
    total[:1] = count[:1] = 0  # the root would be counted again in each round
    jump = up
    while jump.any():
        least, most = np.minimum(least, least[jump]), np.maximum(most, most[jump])
        total, count = total + total[jump], count + count[jump]
        jump = jump[jump]
    return least, total, most, count
