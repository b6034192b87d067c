"""Promises about lists and tables: an announced list stays, and a list is cut as a whole or stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from cleaner.features import PROSE_WORDS
from cleaner.guard.case import Case
from cleaner.model import CONTEXT, Blocks, Cut, Kind, Tree

_ITEMS = frozenset((Kind.ITEM, Kind.STEP))
_PARTS = frozenset((Kind.CELL, Kind.ITEM, Kind.STEP, Kind.SPEC))
_WHOLES = frozenset(("table", "ul", "ol", "dl"))
_ANNOUNCING_WORDS = 5
_LIST_SHARE = 0.5  # share of a list or table; if more than this stays, all of it stays
_ARTICLE_WORDS = 200
_MIN_MENU_NOISE = 4  # different noise lines; on such a page the lists outside the article are menus


def announced(case: Case) -> set[int]:
    """Items and short lines right below a kept sentence that ends in a colon."""
    found: set[int] = set()
    for i, text in enumerate(case.blocks.folded[:-1]):
        if text.endswith(":") and i not in case.cuts and _announces(case.blocks, i):
            found.update(j for j in _list_below(case.blocks, i) if j in case.cuts)
    return found


def announced_items(blocks: Blocks, i: int) -> list[int]:
    """The items right below block ``i`` if it is a sentence that announces them; otherwise nothing."""
    if i + 1 == len(blocks) or blocks.kinds[i + 1] not in _ITEMS:
        return []
    return [*_list_below(blocks, i)] if blocks.folded[i].endswith(":") and _announces(blocks, i) else []


def _announces(blocks: Blocks, i: int) -> bool:
    return blocks.words[i] >= _ANNOUNCING_WORDS and blocks.kinds[i] is not Kind.ITEM


def _list_below(blocks: Blocks, i: int) -> Iterator[int]:
    """The items below block ``i``, or the short lines up to the next blank line."""
    j = i + 1
    items = blocks.kinds[j] in _ITEMS
    while j < len(blocks):
        if items and blocks.kinds[j] not in _ITEMS:
            return
        if not items and j > i + 1 and (blocks.apart[j] or blocks.words[j] > PROSE_WORDS):
            return
        yield j
        j += 1


def torn(case: Case) -> set[int]:
    """Items of lists that are mostly not noise, or are below a kept heading. Menus of a page are an exception."""
    found: set[int] = set()
    has_menus = _has_menus(case)
    for start, end in _lists_cut(case):
        if has_menus and (end <= case.body.first or start > case.body.last):
            continue
        items = [i for i in range(start, end) if i in case.cuts]
        own = case.own.intersection(items)
        is_headed = start > 0 and case.blocks.kinds[start - 1] is Kind.HEADING and start - 1 not in case.cuts
        if items and (is_headed or len(own) < _LIST_SHARE * (end - start)):
            found.update(i for i in items if not _is_of_unit(case, case.cuts[i]))
    return found


def _has_menus(case: Case) -> bool:
    """Whether there is an article, and enough noise around it to make its lists menus."""
    article = sum(words for words, prose in zip(case.blocks.words, case.body.prose, strict=True) if prose)
    return article >= _ARTICLE_WORDS and len(case.lines_of(case.cuts)) >= _MIN_MENU_NOISE


def _is_of_unit(case: Case, cut: Cut) -> bool:
    """Whether a section or a stage marks the item as part of a larger unit; a mark for its context is not enough."""
    return any(mark.rule not in case.known.rules and mark.category != CONTEXT for mark in cut.marks)


def doubted_items(case: Case) -> set[int]:
    """Items that only the scorer doubts, in lists of which more than half stays."""
    return _mostly_kept(case, (range(start, end) for start, end in _lists_cut(case)))


def doubted_parts(case: Case) -> set[int]:
    """Rows and items that only the scorer doubts, in tables and lists of a page of which more than half stays."""
    kinds = case.blocks.kinds
    if not any(kinds[i] in _PARTS for i in case.doubted & case.cuts.keys()):
        return set()
    wholes = groupby(_parts(case), key=lambda part: part[0])
    return _mostly_kept(case, ([i for _, i in parts] for _, parts in wholes))


def _mostly_kept(case: Case, wholes: Iterable[Sequence[int]]) -> set[int]:
    """The doubted blocks in those ``wholes`` of which more than half stays."""
    doubted = case.doubted & case.cuts.keys()
    return {
        i
        for places in wholes
        if sum([i not in case.cuts for i in places]) > _LIST_SHARE * len(places)
        for i in doubted.intersection(places)
    }


def _parts(case: Case) -> Iterator[tuple[int, int]]:
    """For each row or item, the element of its table or list (-1 if there is none), and its block."""
    tree = case.blocks.tree
    if tree is None:
        return
    for i, kind in enumerate(case.blocks.kinds):
        if kind in _PARTS:
            yield _whole(tree, case.blocks.elements[i]), i


def _whole(tree: Tree, element: int) -> int:
    """The innermost table or list around an element, or -1."""
    while element >= 0 and tree.tags[element].name not in _WHOLES:
        element = tree.parents[element]
    return element


def _lists_cut(case: Case) -> Iterator[tuple[int, int]]:
    """The lists with a cut item: the number of their first item, and the number after their last."""
    kinds, end = case.blocks.kinds, 0
    for i in sorted(i for i in case.cuts if kinds[i] in _ITEMS):
        if i < end:
            continue
        start, end = i, i + 1
        while start > 0 and kinds[start - 1] in _ITEMS:
            start -= 1
        while end < len(kinds) and kinds[end] in _ITEMS:
            end += 1
        yield start, end
