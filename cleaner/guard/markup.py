"""Promises about cuts by markup and by the learned scorer.

The name of an element may be misleading, and a model may separate blocks that belong together.
"""

from __future__ import annotations

from collections import Counter

from cleaner.guard.case import Case
from cleaner.model import HEADINGS, Kind
from cleaner.resolve import CUTS_ALONE

_NEAR = 5  # blocks between a caption and content
_SURE, _SURE_OF_CAPTION = 85, 0  # scores of cuts on pages that declare that they are articles
_SURE_ANYWHERE = CUTS_ALONE
_MAX_LINKS = 0.5  # share of the characters of a unit
_MIN_ALIKE, _MIN_KEPT_SHARE = 5, 0.6
_ROWS = frozenset((Kind.CELL, Kind.SPEC))
_GROUPED = frozenset((Kind.CELL, Kind.ITEM, Kind.STEP, Kind.SPEC, Kind.CAPTION))


def captions(case: Case) -> set[int]:
    """Captions that only the scorer doubts, with kept blocks nearby.

    The scorer decides where it is sure, and on pages that declare that they are articles, unless an option asks for all
    captions.
    """
    return {
        i
        for i in case.still_doubted
        if case.blocks.kinds[i] is Kind.CAPTION
        and (case.known.keeps_captions or not _is_sure(case, i, _SURE_OF_CAPTION))
        and any(case.stays(i + n) for n in range(-_NEAR, _NEAR + 1))
    }


def unsure_rows(case: Case) -> set[int]:
    """Rows of tables and specifications with few links that the scorer doubts without being sure; in careful, code."""
    links, texts, kinds = case.blocks.links, case.blocks.texts, case.blocks.kinds
    is_careful = case.threshold >= CUTS_ALONE
    return {
        i
        for i in case.still_doubted
        if (kinds[i] in _ROWS and case.cuts[i].score < CUTS_ALONE and links[i] < _MAX_LINKS * len(texts[i]))
        or (is_careful and kinds[i] is Kind.CODE and not _is_in_heading(case, i))
    }


def _is_in_heading(case: Case, i: int) -> bool:
    tree = case.blocks.tree
    return tree is not None and any(tree.tags[j].name in HEADINGS for j in tree.way(case.blocks.elements[i]))


def _is_sure(case: Case, i: int, score: int) -> bool:
    """Whether the scorer decides: outside the careful profile, from ``score`` on if the page declares an article."""
    needed = score if case.ground.declares_article else _SURE_ANYWHERE
    return case.threshold < CUTS_ALONE and case.cuts[i].score >= needed


def alike(case: Case) -> set[int]:
    """Doubted blocks in elements with the same markup as others that mostly stay: all cards or none."""
    doubted = case.still_doubted
    tags = case.ground.tags if doubted else []
    if not tags:
        return set()
    kept = Counter([tag for i, tag in enumerate(tags) if i not in case.cuts])
    own = {tag for tag in {tags[i] for i in doubted} if kept[tag] >= _MIN_KEPT_SHARE * _MIN_ALIKE}
    around = case.ground.tags_around
    groups: dict[tuple[int, tuple[int, ...]], list[int]] = {around(i): [] for i in doubted if tags[i] in own}
    for i in [i for i, tag in enumerate(tags) if tag in own]:
        if (group := groups.get(around(i))) is not None:
            group.append(i)
    found: set[int] = set()
    for places in groups.values():
        if len(places) >= _MIN_ALIKE and sum([i not in case.cuts for i in places]) >= _MIN_KEPT_SHARE * len(places):
            found |= doubted.intersection(places)
    return found


def amid_content(case: Case) -> set[int]:
    """Doubted blocks that belong to kept blocks around them.

    These are a single block between two kept ones, running text next to a table or list or directly below a heading,
    and a heading above running text. A heading, list, quotation or figure is one unit here: its neighbours are the
    blocks outside it, and a unit between running text and further text that stays is part of the text.
    """
    doubted = case.still_doubted
    unsure = [i for i in doubted if case.blocks.prose[i] or not _is_sure(case, i, _SURE)]
    ranges = case.ground.units if unsure else {}
    found: set[int] = set()
    for i in sorted(unsure):
        first, last = ranges.get(i, (i, i))
        above = case.stays(first - 1) or first - 1 in found
        below = case.stays(last + 1)
        if not above and below and case.blocks.prose[i] and first - 1 in ranges:
            heading, _ = ranges[first - 1]  # it stays with its text, or goes with it
            is_heading = case.blocks.kinds[heading] is Kind.HEADING and heading in doubted
            above = is_heading and (case.stays(heading - 1) or heading - 1 in found)
            if above:
                found.add(heading)
        is_part = i in ranges and _is_unit_of_text(case, first, last, above=above, below=below)
        if is_part or _belongs(case, i, first, last, above=above, below=below):
            found.add(i)
    return found


def _is_unit_of_text(case: Case, first: int, last: int, *, above: bool, below: bool) -> bool:
    """Whether a unit with few words in links has running text directly above, and text that stays directly below."""
    blocks = case.blocks
    if not (above and below) or not (blocks.prose[first - 1] and blocks.prose[last + 1]):
        return False
    span = range(first, last + 1)
    return sum([blocks.links[i] for i in span]) <= _MAX_LINKS * sum([len(blocks.texts[i]) for i in span])


def _belongs(case: Case, i: int, first: int, last: int, *, above: bool, below: bool) -> bool:
    """Whether block ``i`` belongs to its neighbours; ``above`` and ``below`` are true if that neighbour stays.

    ``first`` and ``last`` are the blocks of its unit.
    """
    prose, kinds = case.blocks.prose, case.blocks.kinds
    if kinds[i] is Kind.HEADING and not prose[i]:
        return below and (above or prose[last + 1])
    if not prose[i]:
        return first == last and below and above
    if case.stays(i + 1) and kinds[i + 1] in _GROUPED:
        return True
    return above and (below or kinds[first - 1] in _GROUPED or kinds[first - 1] is Kind.HEADING)
