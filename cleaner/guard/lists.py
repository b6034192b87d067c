"""Promises about lists and tables: an announced list stays, and a list is cut as a whole or stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from cleaner.features import PROSE_WORDS
from cleaner.guard.case import Case
from cleaner.guard.ground import ITEMS, PARTS
from cleaner.guard.signs import OF_UNIT
from cleaner.model import Blocks, Kind

_LIST_SHARE = 0.5  # share of a list or table; if more than this stays, all of it stays
_ARTICLE_WORDS = 200
_MIN_MENU_NOISE = 4  # different noise lines; on such a page the lists outside the article are menus


def announced(case: Case) -> set[int]:
    """Items and short lines right below a kept sentence that ends in a colon."""
    cuts = case.cuts
    return {j for i in case.ground.announcing if i not in cuts for j in _list_below(case.blocks, i) if j in cuts}


def announced_items(case: Case, i: int) -> Sequence[int]:
    """The items right below block ``i``, a sentence that announces something, or nothing if these are not items."""
    return [*_list_below(case.blocks, i)] if case.blocks.kinds[i + 1] in ITEMS else []


def _list_below(blocks: Blocks, i: int) -> Iterator[int]:
    """The items below block ``i``, or the short lines up to the next blank line."""
    j = i + 1
    items = blocks.kinds[j] in ITEMS
    while j < len(blocks):
        if items and blocks.kinds[j] not in ITEMS:
            return
        if not items and j > i + 1 and (blocks.apart[j] or blocks.words[j] > PROSE_WORDS):
            return
        yield j
        j += 1


def torn(case: Case) -> set[int]:
    """Items of lists that are mostly not noise, or are below a kept heading. Menus of a page are an exception."""
    cuts, found = case.cuts, set[int]()
    has_menus: bool | None = None
    for places in case.ground.lists:
        items = [i for i in places if i in cuts]
        if not items:
            continue
        if places.stop <= case.body.first or places.start > case.body.last:
            has_menus = _has_menus(case) if has_menus is None else has_menus
            if has_menus:
                continue
        above = places.start - 1
        is_headed = above >= 0 and case.blocks.kinds[above] is Kind.HEADING and above not in cuts
        if is_headed or len(case.own.intersection(items)) < _LIST_SHARE * len(places):
            found.update(i for i in items if not case.signs[i] & OF_UNIT)
    return found


def _has_menus(case: Case) -> bool:
    """Whether there is an article, and enough noise around it to make its lists menus."""
    article = sum(compress(case.blocks.words, case.body.prose))
    return article >= _ARTICLE_WORDS and case.shows(_MIN_MENU_NOISE, case.own)


def doubted_items(case: Case) -> set[int]:
    """Items that only the scorer doubts, in lists of which more than half stays."""
    return _mostly_kept(case, case.ground.lists if case.doubted else ())


def doubted_parts(case: Case) -> set[int]:
    """Rows and items that only the scorer doubts, in tables and lists of a page of which more than half stays."""
    kinds = case.blocks.kinds
    return _mostly_kept(case, case.ground.wholes_with([i for i in case.still_doubted if kinds[i] in PARTS]))


def _mostly_kept(case: Case, wholes: Iterable[Sequence[int]]) -> set[int]:
    """The doubted blocks in those ``wholes`` of which more than half stays."""
    cuts, doubted = case.cuts, case.still_doubted
    found: set[int] = set()
    for places in wholes:
        inside = doubted.intersection(places)
        if inside and sum([i not in cuts for i in places]) > _LIST_SHARE * len(places):
            found |= inside
    return found
