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
from collections.abc import Mapping, Sequence
from itertools import pairwise

from cleaner.model import CONTENT, MECHANISMS, PAGING, UNCLASSIFIED, Cut, Document, Tag, Withdrawal

_REACH = 5  # cuts
_SILENT = CONTENT | {PAGING}  # they say nothing about noise near them

Elements = Mapping[str, str]
"""Categories by the selector of a tag or a role; see `Packs.elements`."""


def named_cuts(document: Document, cuts: tuple[Cut, ...], elements: Elements) -> tuple[Cut, ...]:
    """The same cuts, in order, each with a category that names what was cut."""
    is_unnamed = [cut.marks[0].category in MECHANISMS for cut in cuts]
    if not any(is_unnamed):
        return cuts
    find = _Finder(document, elements)
    own = ["" if (cut.near or cut.marks[0].category) in _SILENT else find.own(cut) for cut in cuts]
    near = own if all(own) else _with_neighbours(document.text, cuts, own)
    return tuple(
        [
            Cut(cut.span, cut.marks, name) if unnamed else cut
            for cut, unnamed, name in zip(cuts, is_unnamed, near, strict=True)
        ]
    )


def named_withdrawals(
    document: Document, withdrawn: tuple[Withdrawal, ...], elements: Elements
) -> tuple[Withdrawal, ...]:
    """The same for withdrawn cuts; their neighbours are not considered."""
    find = _Finder(document, elements)
    return tuple(
        [
            Withdrawal(one.cut._replace(near=find.own(one.cut) or UNCLASSIFIED), one.promise)
            if one.cut.marks[0].category in MECHANISMS
            else one
            for one in withdrawn
        ]
    )


class _Finder:
    """Finds the categories that marks and elements give to the cuts of a document."""

    def __init__(self, document: Document, elements: Elements) -> None:
        self._blocks, self._elements = document.blocks, elements
        self._of_element: dict[int, str] = {}

    def own(self, cut: Cut) -> str:
        """The category that other marks of a cut, or the elements around it, have; empty if there is none."""
        for _, _, category, _, score in cut.marks:
            if score > 0 and category not in MECHANISMS:
                return category or self._of_elements(cut.span.start)
        return self._of_elements(cut.span.start)

    def _of_elements(self, start: int) -> str:
        """The category of the innermost element around the first block after ``start`` that has one, or nothing."""
        blocks, known = self._blocks, self._of_element
        if blocks.tree is None or (i := bisect_right(blocks.ends, start)) == len(blocks):
            return ""
        way: list[int] = []
        category = ""
        for element in blocks.tree.way(blocks.elements[i]):
            if element in known:
                category = known[element]
                break
            way.append(element)
            if category := _of_tag(blocks.tree.tags[element], self._elements):
                break
        known.update(dict.fromkeys(way, category))
        return category


def _of_tag(tag: Tag, elements: Elements) -> str:
    of_role = elements.get(f"[role={tag.role}]") if tag.role else ""
    return of_role or elements.get(tag.name, "")


def _with_neighbours(text: str, cuts: Sequence[Cut], own: Sequence[str]) -> list[str]:
    """``own``, and where it is empty the nearest category of the cuts around that no kept text separates from it."""
    touches = [not text[a.span.end : b.span.start].strip() for a, b in pairwise(cuts)]
    above = _carried(own, touches)
    below = _carried(own[::-1], touches[::-1])[::-1]
    return [name or _nearer(a, b) for name, a, b in zip(own, above, below, strict=True)]


def _carried(own: Sequence[str], touches: Sequence[bool]) -> list[tuple[int, str]]:
    """For each cut the nearest category of it and those before it, with the distance; `_REACH` at most.

    ``touches`` says for each cut whether nothing is kept between it and the next one.
    """
    found: list[tuple[int, str]] = []
    distance, category = 0, ""
    for name, is_next in zip(own, (False, *touches), strict=True):
        if name or not is_next:
            distance, category = 0, name
        else:
            distance += 1
        found.append((distance, category if distance <= _REACH else ""))
    return found


def _nearer(above: tuple[int, str], below: tuple[int, str]) -> str:
    if above[1] and (not below[1] or above[0] <= below[0]):
        return above[1]
    return below[1] or UNCLASSIFIED
