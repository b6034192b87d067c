"""Promises about cuts by markup and by the learned scorer.

The name of an element may be misleading, and a model may separate blocks that belong together.
"""

from __future__ import annotations

from itertools import islice

from cleaner.guard.case import Case
from cleaner.model import Kind, Tag, Tree
from cleaner.resolve import CUTS_ALONE

_NEAR = 5  # blocks between a caption and content
import os
_SURE, _SURE_OF_PROSE, _SURE_OF_CAPTION = map(int, os.environ.get("SURE","85,90,0").split(","))  # scores of cuts on pages that declare that they are articles
_SURE_ANYWHERE = CUTS_ALONE
_MARKUP_LEVELS = 4  # elements, from the inside out, whose start tags are compared
_MIN_ALIKE, _MIN_KEPT_SHARE = 5, 0.6
_GROUPED = frozenset((Kind.CELL, Kind.ITEM, Kind.STEP, Kind.SPEC, Kind.CAPTION))


def captions(case: Case) -> set[int]:
    """Captions that only the scorer doubts, with kept blocks nearby.

    The scorer decides where it is sure, and on pages that declare that they are articles.
    """
    return {
        i
        for i in case.doubted & case.cuts.keys()
        if case.blocks.kinds[i] is Kind.CAPTION
        and not _is_sure(case, i, _SURE_OF_CAPTION)
        and any(case.stays(i + n) for n in range(-_NEAR, _NEAR + 1))
    }


def _is_sure(case: Case, i: int, score: int) -> bool:
    """Whether the scorer decides: outside the careful profile, from ``score`` on if the page declares an article."""
    needed = score if case.declares_article else _SURE_ANYWHERE
    return case.threshold < CUTS_ALONE and case.cuts[i].score >= needed


def alike(case: Case) -> set[int]:
    """Doubted blocks in elements with the same markup as others that mostly stay: all cards or none."""
    tree = case.blocks.tree
    if tree is None or not case.doubted:
        return set()
    numbers = _numbers_of_tags(tree)
    groups: dict[tuple[int, ...], list[int]] = {}
    for i, element in enumerate(case.blocks.elements):
        around = tuple([numbers[j] for j in islice(tree.way(element), _MARKUP_LEVELS)])
        groups.setdefault(around, []).append(i)
    doubted = case.doubted & case.cuts.keys()
    found: set[int] = set()
    for places in groups.values():
        if len(places) >= _MIN_ALIKE and sum([i not in case.cuts for i in places]) >= _MIN_KEPT_SHARE * len(places):
            found |= doubted.intersection(places)
    return found


def _numbers_of_tags(tree: Tree) -> list[int]:
    """A number for each element, the same for equal start tags. Tuples of numbers are compared faster than tags."""
    numbers: dict[Tag, int] = {}
    return [numbers.setdefault(tag, len(numbers)) for tag in tree.tags]


def amid_content(case: Case) -> set[int]:
    """Doubted blocks that belong to kept blocks around them.

    These are a single block between two kept ones, running text next to a table or list or directly below a heading,
    and a heading above running text.
    """
    found: set[int] = set()
    for i in sorted(case.doubted & case.cuts.keys()):
        if _is_sure(case, i, _SURE_OF_PROSE if case.blocks.prose[i] else _SURE):
            continue
        if _belongs(case, i, above=case.stays(i - 1) or i - 1 in found, below=case.stays(i + 1)):
            found.add(i)
    return found


def _belongs(case: Case, i: int, *, above: bool, below: bool) -> bool:
    """Whether block ``i`` belongs to its neighbours; ``above`` and ``below`` are true if that neighbour stays."""
    prose, kinds = case.blocks.prose, case.blocks.kinds
    if not prose[i]:
        return below and (above or (kinds[i] is Kind.HEADING and prose[i + 1]))
    if below and kinds[i + 1] in _GROUPED:
        return True
    return above and (below or kinds[i - 1] in _GROUPED or kinds[i - 1] is Kind.HEADING)
