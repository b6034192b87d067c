"""The last word on cuts by markup: an element's name may lie. Only gives cuts back, never adds one."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.features import headlines, skeleton
from cleaner.guard import Guarded
from cleaner.model import Cut, Document, Kind, Withdrawal
from cleaner.resolve import CUTS_ALONE

_LEAST_WORDS = 50
_LEAST_SHARE = 0.1  # of the page's words; where less than both is left, names are not to be trusted


def guard_page(document: Document, cuts: Sequence[Cut]) -> Guarded:
    """The cuts by markup that leave the page its headline and a text."""
    where = {start: i for i, start in enumerate(document.blocks.starts)}
    left = {where[cut.span.start]: cut for cut in cuts if cut.span.start in where}
    withdrawn = [Withdrawal(left.pop(i), "headline") for i in _headline(document, left)]
    for is_weak in (_is_unsure, _is_any):
        if _leaves_enough(document, left):
            break
        weak = [i for i, cut in left.items() if is_weak(cut)]
        withdrawn += [Withdrawal(left.pop(i), "emptied") for i in weak]
    return Guarded(
        tuple(sorted(left.values(), key=lambda cut: cut.span)),
        tuple(sorted(withdrawn, key=lambda w: w.cut.span)),
    )


def _headline(document: Document, cuts: dict[int, Cut]) -> list[int]:
    """Cut first-level headings that may be the page's headline, where none is kept."""
    blocks, tree = document.blocks, document.blocks.tree
    if tree is None:
        return []
    first_level = [
        i
        for i, kind in enumerate(blocks.kinds)
        if kind is Kind.HEADING and any(tree.tags[j].name == "h1" for j in tree.way(blocks.elements[i]))
    ]
    if not first_level or any(i not in cuts for i in first_level):
        return []
    return sorted(headlines(blocks, skeleton(blocks, cuts), (), first_level))


def _leaves_enough(document: Document, cuts: dict[int, Cut]) -> bool:
    words = document.blocks.words
    kept = sum(w for i, w in enumerate(words) if i not in cuts)
    return kept >= _LEAST_WORDS or kept >= _LEAST_SHARE * sum(words)


def _is_unsure(cut: Cut) -> bool:
    return max(mark.score for mark in cut.marks) < CUTS_ALONE


def _is_any(cut: Cut) -> bool:
    del cut
    return True
