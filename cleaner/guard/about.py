"""The promise about pages whose subject is noise on other pages: cookies, passwords, privacy, moderation."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

from cleaner.features import headlines
from cleaner.guard.case import Case
from cleaner.model import LEARNED, Cut


def about(case: Case) -> set[int]:
    """Cuts whose score is too low without the marks of categories that are the subject of the page."""
    policies = case.known.policies
    categories = {mark.category for cut in case.cuts.values() for mark in cut.marks}
    topics = case.known.topics.of(case.document, categories | policies, partial(_kept_headlines, case))
    if not topics:
        return set()
    if topics & policies:
        topics = topics | policies | case.known.in_policies
    return {i for i, cut in case.cuts.items() if _score_without(cut, topics) < case.threshold}


def _kept_headlines(case: Case) -> frozenset[int]:
    kept = [i for i in range(len(case.blocks)) if i not in case.cuts]
    return headlines(case.blocks, case.body, case.cuts.keys(), kept)


def _score_without(cut: Cut, topics: Container[str]) -> int:
    """The score without ``topics``, and then without the learned scorer: it has read the marks that do not count."""
    left = [mark for mark in cut.marks if mark.category not in topics]
    return sum(mark.score for mark in left if len(left) == len(cut.marks) or mark.category != LEARNED)
