"""The promise about pages whose subject is noise on other pages: cookies, passwords, privacy, moderation."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

from cleaner.features import head_of, headlines
from cleaner.guard.case import Case
from cleaner.model import LEARNED, Cut

_MENU_WORDS = 4  # in a line
_MIN_OTHERS, _MIN_OWN = 3, 2  # its lines that are noise of other categories, and those of topics


def about(case: Case) -> set[int]:
    """Cuts whose score is too low without the marks of categories that are the subject of the page."""
    policies = case.known.policies
    topics = case.known.topics.of(
        case.ground, head_of(case.body), case.cuts, partial(_categories, case), partial(_kept_headlines, case)
    )
    if not topics:
        return set()
    if topics & policies:
        topics = topics | policies | case.known.in_policies
    menus = frozenset[int]() if topics & policies else _menus(case, topics)
    return {i for i, cut in case.cuts.items() if i not in menus and _score_without(cut, topics) < case.threshold}


def _categories(case: Case) -> frozenset[str]:
    """The categories of all cuts, and those of policies."""
    return case.known.policies.union([mark.category for cut in case.cuts.values() for mark in cut.marks])


def _menus(case: Case, topics: Container[str]) -> frozenset[int]:
    """The lines of menus: runs of short cut lines outside the text, several of which have nothing to do with topics."""
    found: set[int] = set()
    run: list[int] = []
    for i in range(len(case.blocks) + 1):
        if (
            i in case.cuts
            and not case.body.prose[i]
            and case.blocks.words[i] <= _MENU_WORDS
            and case.body.is_in("edge", i)
        ):
            run.append(i)
            continue
        others = sum(_score_without(case.cuts[j], topics) >= case.threshold for j in run)
        if others >= _MIN_OTHERS and len(run) - others >= _MIN_OWN:
            found.update(run)
        run = []
    return frozenset(found)


def _kept_headlines(case: Case) -> frozenset[int]:
    kept = [i for i in head_of(case.body) if i not in case.cuts]
    return headlines(case.blocks, case.body, case.cuts.keys(), kept)


def _score_without(cut: Cut, topics: Container[str]) -> int:
    """The score without ``topics``, and then without the learned scorer: it has read the marks that do not count."""
    left = [mark for mark in cut.marks if mark.category not in topics]
    return sum(mark.score for mark in left if len(left) == len(cut.marks) or mark.category != LEARNED)
