"""Promises about blocks that are cut for their place, not for their words: they are few, and on furnished pages."""

from __future__ import annotations

from collections.abc import Collection

from cleaner.features import MIN_FURNITURE, STATEMENT_WORDS
from cleaner.guard.case import Case
from cleaner.guard.signs import SURE
from cleaner.model import CONTEXT, REGION, Cut
from cleaner.resolve import CUTS_ALONE

_CONTEXT_SHARE, _SECTION_SHARE = 0.35, 1.0  # words compared with the words of the prose that stays
_MAX_TITLES = 15
_SECTION_SHARE_BY_MARKUP = 0.5  # the same, where only what markup cut says that the page is furnished


def below_marker(case: Case) -> set[int]:
    """Lists below a marker, on a page without other furniture: the marker may be a subheading."""
    placed = case.placed & case.cuts.keys()
    if not placed:
        return set()
    if not case.shows(MIN_FURNITURE - case.furniture, _others(case)):
        return by_place(case, placed)
    titles = [i for i in placed if case.blocks.words[i] >= STATEMENT_WORDS]
    # if markup alone says that the page is furnished, it may be a page of headlines
    if len(titles) > _MAX_TITLES and not case.shows(MIN_FURNITURE, _others(case)):
        return by_place(case, placed)
    return set()


def past_share(case: Case) -> set[int]:
    """Blocks that are cut for their place, if together they have too many words compared with the prose that stays."""
    among, below = case.context & case.cuts.keys(), case.placed & case.cuts.keys()
    if not among and not below:
        return set()
    words, body = case.blocks.words, case.words_of_prose()
    found: set[int] = set()
    share_below = _SECTION_SHARE if case.shows(MIN_FURNITURE, _others(case)) else _SECTION_SHARE_BY_MARKUP
    for share, placed in ((_CONTEXT_SHARE, among), (share_below, below)):
        if sum([words[i] for i in placed if i not in case.own]) > share * body:
            found |= by_place(case, placed)
    return found


def _others(case: Case) -> list[int]:
    """The cuts by words that say nothing of other pages."""
    return case.cuts_with(SURE)


def by_place(case: Case, placed: Collection[int]) -> set[int]:
    """The blocks of ``placed`` that would stay without the marks for their place, inside of the content."""
    return {i for i in placed if i not in case.outside and _score_of_words(case, case.cuts[i]) < CUTS_ALONE}


def _score_of_words(case: Case, cut: Cut) -> int:
    below = case.known.below_markers
    return sum([mark.score for mark in cut.marks if mark.category not in (CONTEXT, REGION) and mark.rule not in below])
