"""What kind of noise a cut is, where no rule said so.

Four mechanisms judge a block by its place or by a learned model: they say that it is noise, not which. Such a cut
takes the category of what it is nearest to, the first of these that has one:

1. the strongest other mark on it that a rule made;
2. the innermost element around it whose name says what it holds (``nav``, ``footer``, ``form`` and their roles);
3. the nearest cut with a category of its own, at most five cuts away, where nothing that stays lies between; of two
   equally near the one above.

Otherwise it is ``unclassified``. This only names cuts: what is cut is decided before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from cleaner.model import MECHANISMS, UNCLASSIFIED, Cut, Document, Tag, Withdrawal

_REACH = 5  # cuts
# as the packs call these elements: navigation/element, page-head and sidebar, legal/page-foot, form/element
_ELEMENTS = {"nav": "navigation", "header": "navigation", "aside": "navigation", "footer": "legal", "form": "form"}
_ROLES = {
    "navigation": "navigation", "menu": "navigation", "menubar": "navigation", "banner": "navigation",
    "complementary": "navigation", "contentinfo": "legal", "form": "form", "search": "form",
}  # fmt: skip


def named_cuts(document: Document, cuts: tuple[Cut, ...]) -> tuple[Cut, ...]:
    """The same cuts, in order, each with a category that names what was cut."""
    if not any(_is_unnamed(cut) for cut in cuts):
        return cuts
    own = [_own(document, cut) for cut in cuts]
    return tuple(
        cut._replace(near=own[i] or _neighbour(document, cuts, own, i)) if _is_unnamed(cut) else cut
        for i, cut in enumerate(cuts)
    )


def named_withdrawals(document: Document, withdrawn: tuple[Withdrawal, ...]) -> tuple[Withdrawal, ...]:
    """The same for cuts that were taken back; they have no neighbours."""
    return tuple(
        Withdrawal(w.cut._replace(near=_own(document, w.cut) or UNCLASSIFIED), w.promise) if _is_unnamed(w.cut) else w
        for w in withdrawn
    )


def _is_unnamed(cut: Cut) -> bool:
    return cut.marks[0].category in MECHANISMS


def _own(document: Document, cut: Cut) -> str:
    """What its marks or its elements call a cut; empty if nothing does."""
    by_rules = (mark.category for mark in cut.marks if mark.score > 0 and mark.category not in MECHANISMS)
    return next(by_rules, "") or next(_of_elements(document, cut.span.start), "")


def _of_elements(document: Document, start: int) -> Iterator[str]:
    """The categories of the elements around the first block after ``start``, from the inside out."""
    blocks = document.blocks
    i = bisect_right(blocks.ends, start)
    if blocks.tree is None or i == len(blocks):
        return
    for element in blocks.tree.way(blocks.elements[i]):
        if category := _of_tag(blocks.tree.tags[element]):
            yield category


def _of_tag(tag: Tag) -> str:
    return _ROLES.get(tag.role) or _ELEMENTS.get(tag.name, "")


def _neighbour(document: Document, cuts: Sequence[Cut], own: Sequence[str], i: int) -> str:
    above = _first(document, cuts, own, range(i - 1, max(i - 1 - _REACH, -1), -1))
    below = _first(document, cuts, own, range(i + 1, min(i + 1 + _REACH, len(cuts))))
    nearest = min(filter(None, (above, below)), key=lambda side: side[0], default=None)  # above, if they are equal
    return own[nearest[1]] if nearest else UNCLASSIFIED


def _first(document: Document, cuts: Sequence[Cut], own: Sequence[str], others: range) -> tuple[int, int] | None:
    """How far the first cut with a category of its own is, and which it is; nothing that stays may lie between."""
    before = others.start - others.step
    for steps, j in enumerate(others, 1):
        first, last = sorted((before, j))
        if document.text[cuts[first].span.end : cuts[last].span.start].strip():
            return None
        if own[j]:
            return steps, j
        before = j
    return None
