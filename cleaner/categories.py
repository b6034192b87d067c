"""The kind of noise of a cut that no rule has named.

Four mechanisms judge a block by its place or by a learned model: they decide that it is noise, not which kind. Such a
cut takes the category of the first of these that has one:

1. the strongest other mark on it that a rule made;
2. the innermost element around it that a pack declares (``nav``, ``footer``, ``form`` and their roles);
3. the nearest cut with a category of its own, at most five cuts away, if no kept text is between them. If two are
   equally near, the one above counts. Content that an option asked to remove does not count.

Otherwise it is ``unclassified``. This step names cuts and changes none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from cleaner.model import CONTENT, MECHANISMS, PAGING, UNCLASSIFIED, Cut, Document, Tag, Withdrawal

_REACH = 5  # cuts
_SILENT = CONTENT | {PAGING}  # they say nothing about noise near them

Elements = Mapping[str, str]
"""Categories by the selector of a tag or a role; see `Packs.elements`."""


def named_cuts(document: Document, cuts: tuple[Cut, ...], elements: Elements) -> tuple[Cut, ...]:
    """The same cuts, in order, each with a category that names what was cut."""
    if not any(_is_unnamed(cut) for cut in cuts):
        return cuts
    own = ["" if cut.category in _SILENT else _own(document, cut, elements) for cut in cuts]
    text = document.text
    touches = [not text[a.span.end : b.span.start].strip() for a, b in pairwise(cuts)]
    return tuple(
        cut._replace(near=own[i] or _neighbour(touches, own, i)) if _is_unnamed(cut) else cut
        for i, cut in enumerate(cuts)
    )


def named_withdrawals(
    document: Document, withdrawn: tuple[Withdrawal, ...], elements: Elements
) -> tuple[Withdrawal, ...]:
    """The same for withdrawn cuts; their neighbours are not considered."""

    def named(cut: Cut) -> Cut:
        return cut._replace(near=_own(document, cut, elements) or UNCLASSIFIED)

    return tuple(Withdrawal(named(one.cut), one.promise) if _is_unnamed(one.cut) else one for one in withdrawn)


def _is_unnamed(cut: Cut) -> bool:
    return cut.marks[0].category in MECHANISMS


def _own(document: Document, cut: Cut, elements: Elements) -> str:
    """The category that other marks of a cut, or the elements around it, have; empty if there is none."""
    by_rules = (mark.category for mark in cut.marks if mark.score > 0 and mark.category not in MECHANISMS)
    return next(by_rules, "") or next(_of_elements(document, cut.span.start, elements), "")


def _of_elements(document: Document, start: int, elements: Elements) -> Iterator[str]:
    """The categories of the elements around the first block after ``start``, from the inside out."""
    blocks = document.blocks
    i = bisect_right(blocks.ends, start)
    if blocks.tree is None or i == len(blocks):
        return
    for element in blocks.tree.way(blocks.elements[i]):
        if category := _of_tag(blocks.tree.tags[element], elements):
            yield category


def _of_tag(tag: Tag, elements: Elements) -> str:
    of_role = elements.get(f"[role={tag.role}]") if tag.role else ""
    return of_role or elements.get(tag.name, "")


def _neighbour(touches: Sequence[bool], own: Sequence[str], i: int) -> str:
    """The nearest category of the cuts around cut ``i`` that no kept text separates from it.

    ``touches`` says for each cut whether nothing is kept between it and the next one.
    """
    for distance in range(1, _REACH + 1):
        above, below = i - distance, i + distance
        is_above = above >= 0 and all(touches[above:i])
        is_below = below < len(own) and all(touches[i:below])
        if is_above and own[above]:
            return own[above]
        if is_below and own[below]:
            return own[below]
        if not (is_above or is_below):
            break
    return UNCLASSIFIED
