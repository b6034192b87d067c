"""Promises about cuts by markup and by the learned scorer: an element's name may lie, a model may tear what belongs
together.
"""

from __future__ import annotations

from itertools import islice

from cleaner.guard.case import Case
from cleaner.model import Kind, Tag, Tree

_NEAR = 5  # blocks between a caption and content
_MAKE_LEVELS = 4  # elements, from the inside out, whose start tags are compared
_LEAST_ALIKE, _MOST_SHARE = 5, 0.6
_BESIDE = frozenset((Kind.CELL, Kind.ITEM, Kind.STEP, Kind.SPEC, Kind.CAPTION))


def captions(case: Case) -> set[int]:
    """Captions that only the scorer doubts, with content near by."""
    return {
        i
        for i in case.doubted & case.cuts.keys()
        if case.blocks.kinds[i] is Kind.CAPTION and any(case.stays(i + n) for n in range(-_NEAR, _NEAR + 1))
    }


def alike(case: Case) -> set[int]:
    """Doubted blocks in elements of the same make as others most of which stay: one card, all cards."""
    tree = case.blocks.tree
    if tree is None or not case.doubted:
        return set()
    makes = _numbers_of_tags(tree)
    groups: dict[tuple[int, ...], list[int]] = {}
    for i, element in enumerate(case.blocks.elements):
        make = tuple([makes[j] for j in islice(tree.way(element), _MAKE_LEVELS)])
        groups.setdefault(make, []).append(i)
    doubted = case.doubted & case.cuts.keys()
    found: set[int] = set()
    for places in groups.values():
        if len(places) >= _LEAST_ALIKE and sum([i not in case.cuts for i in places]) >= _MOST_SHARE * len(places):
            found |= doubted.intersection(places)
    return found


def _numbers_of_tags(tree: Tree) -> list[int]:
    """A number for each element, the same for equal start tags: tuples of numbers are compared faster."""
    numbers: dict[Tag, int] = {}
    return [numbers.setdefault(tag, len(numbers)) for tag in tree.tags]


def amid_content(case: Case) -> set[int]:
    """Doubted blocks that belong to what stays around them.

    They are a lone one between two, running text beside a table or list or right below a heading, and the heading of
    a text.
    """
    found: set[int] = set()
    for i in sorted(case.doubted & case.cuts.keys()):
        if _belongs(case, i, above=case.stays(i - 1) or i - 1 in found, below=case.stays(i + 1)):
            found.add(i)
    return found


def _belongs(case: Case, i: int, *, above: bool, below: bool) -> bool:
    """Whether block ``i`` belongs to its neighbours; ``above`` and ``below`` say which of them stay."""
    prose, kinds = case.blocks.prose, case.blocks.kinds
    if not prose[i]:
        return below and (above or (kinds[i] is Kind.HEADING and prose[i + 1]))
    if below and kinds[i + 1] in _BESIDE:
        return True
    return above and (below or kinds[i - 1] in _BESIDE or kinds[i - 1] is Kind.HEADING)
