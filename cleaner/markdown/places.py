"""How the text in each element of a page is written, and which tables, notes and callouts are written as such."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.inline.formulas import TAGS
from cleaner.inline.marks import Marks, Table, What
from cleaner.markdown.kept import Kept
from cleaner.model import HEADINGS, Blocks, Kind, Tag, Tree

LEVELS: Mapping[str, int] = {name: level for level, name in enumerate(HEADINGS, 1)}
PRE, HEADING, CAPTION, TERM, DESCRIPTION = "pre", "heading", "caption", "term", "description"

_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
_INLINE = frozenset(("a", "span", "label", "button", "time", "output", "data", "font", "code", "samp", "kbd"))
_ROLES = {"figcaption": CAPTION, "caption": CAPTION, "dt": TERM, "summary": TERM, "dd": DESCRIPTION}
_MAX_NESTING = 10  # lists and quotations nested deeper are not distinguished
_MAX_CELL = 2_000  # characters; a table with a longer cell is the layout of a page
_SHORT_CELL = 400  # characters; a table whose cells are that short is data, also if each of its cells has several lines

_CALLOUT_TAGS = frozenset(("div", "aside", "section", "blockquote", "details"))
_CALLOUTS = frozenset(("admonition", "callout", "alert", "notice", "hint", "custom"))  # custom-block: VitePress
_CALLOUT_PARTS = frozenset(("title", "heading", "icon", "content", "body", "label", "close", "banner", "bar"))
_CALLOUT_KINDS = {
    **dict.fromkeys(("note", "info", "information", "seealso"), "NOTE"),
    **dict.fromkeys(("tip", "success"), "TIP"),
    "important": "IMPORTANT",
    **dict.fromkeys(("warning", "attention", "warn"), "WARNING"),
    **dict.fromkeys(("caution", "danger", "error"), "CAUTION"),
}
_WORDS = re.compile(r"[a-z]+")


class Place(NamedTuple):
    """How the text in an element is written, which depends on the element and its ancestors."""

    role: str = ""  # heading, pre, caption, term, description; empty for a paragraph
    leaf: int = -1  # the innermost element that is not inline; its lines belong together
    containers: tuple[int, ...] = ()  # list items, quotations, callouts and notes, from the outside in
    table: int = -1  # the table that it is in, if that is written as one


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Layout:
    """How the elements of a page are written.

    ``places`` has an entry for each element. ``callouts`` and ``notes`` have the kind and the label of the elements
    that are written as such, ``numbers`` the number of each item of a numbered list.
    """

    tree: Tree
    places: Sequence[Place]
    callouts: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)


def layout_of(blocks: Blocks, tree: Tree, marks: Marks, kept: Kept) -> Layout:
    """How the elements of a page are written, of which ``kept`` is kept."""
    callouts = {i: kind for tag, numbers in _by_tag(tree) if (kind := callout(tag)) for i in numbers}
    notes = _complete_notes(blocks, tree, marks, kept)
    maker = _Places(tree, _data_tables(blocks, tree, marks), {*callouts, *notes}, callouts)
    return Layout(tree, maker.places(), callouts, notes, {**_item_numbers(tree), **marks.numbers})


def callout(tag: Tag) -> str:
    """The kind of a callout, by the classes that generators of documentation use; empty for any other element."""
    if tag.name not in _CALLOUT_TAGS or not tag.classes:
        return ""
    words = [word for name in tag.classes for word in _WORDS.findall(name.lower())]
    signs = _CALLOUTS.intersection(words)
    if not signs or not _CALLOUT_PARTS.isdisjoint(words):
        return ""
    kind = next((_CALLOUT_KINDS[word] for word in words if word in _CALLOUT_KINDS), "")
    if kind or not signs & {"admonition", "callout"}:
        return kind
    return "TIP" if "hint" in signs else "NOTE"


def _by_tag(tree: Tree) -> list[tuple[Tag, list[int]]]:
    """The different start tags, each with its elements."""
    tags, numbers = tree.start_tags
    elements: defaultdict[int, list[int]] = defaultdict(list)
    for i, number in enumerate(numbers):
        elements[number].append(i)
    return [(tag, elements[number]) for number, tag in enumerate(tags)]


class _Places:
    """Finds the place in each element."""

    def __init__(self, tree: Tree, drawn: Collection[int], boxes: Collection[int], callouts: Collection[int]) -> None:
        self._tree, self._drawn, self._boxes, self._callouts = tree, drawn, boxes, callouts

    def places(self) -> list[Place]:
        """The place in each element of the tree."""
        places: list[Place] = []
        formula_end = 0
        for i, (parent, tag) in enumerate(zip(self._tree.parents, self._tree.tags, strict=True)):
            outer = places[parent] if parent >= 0 else NOWHERE
            if tag.name in TAGS:
                formula_end = max(formula_end, self._tree.ends[i])
            places.append(outer if i < formula_end else self._inside(outer, i, tag))
        return places

    def _inside(self, outer: Place, i: int, tag: Tag) -> Place:
        """The place inside element ``i``, a child of an element with the place ``outer``."""
        name = tag.name
        if outer.table >= 0:
            return outer._replace(role=CAPTION, leaf=i) if name == "caption" else outer
        if outer.role in (PRE, HEADING):
            return outer
        if name in ("li", "blockquote") or i in self._boxes:
            return Place("", i, (*outer.containers, i)[:_MAX_NESTING])
        if name in _INLINE:
            return outer
        if name == "table":
            return Place("", i, outer.containers, i if i in self._drawn else -1)
        if name in LEVELS or name in _PREFORMATTED:
            return outer._replace(role=HEADING if name in LEVELS else PRE, leaf=i)
        return outer._replace(role=_ROLES.get(name, self._role(outer, tag)), leaf=i)

    def _role(self, outer: Place, tag: Tag) -> str:
        """The role of an element without one of its own; the title of a callout is like a term."""
        if outer.containers and outer.containers[-1] in self._callouts and any("title" in name for name in tag.classes):
            return TERM
        return outer.role


def _data_tables(blocks: Blocks, tree: Tree, marks: Marks) -> set[int]:
    """The tables that hold data: those with a header, with a row of cells on one line, or with rows of short cells."""
    inner: list[int] = []
    for i, (parent, tag) in enumerate(zip(tree.parents, tree.tags, strict=True)):
        inner.append(i if tag.name == "table" else inner[parent] if parent >= 0 else -1)
    rows = {inner[e] for e, kind in zip(blocks.elements, blocks.kinds, strict=True) if kind is Kind.CELL}
    return {number for number, table in marks.tables.items() if _is_data(table, has_row=number in rows)}


def _is_data(table: Table, *, has_row: bool) -> bool:
    longest = max((cell.span.end - cell.span.start for row in table.rows for cell in row), default=0)
    if not table.is_data or longest > _MAX_CELL:
        return False
    if has_row or table.has_header:
        return True
    several = sum(sum(cell.span.start < cell.span.end for cell in row) > 1 for row in table.rows)
    return several > 1 and longest <= _SHORT_CELL


def _complete_notes(blocks: Blocks, tree: Tree, marks: Marks, kept: Kept) -> dict[int, str]:
    """The notes of which both a reference and the text are kept."""
    referred = {one.value for one in marks.spans if one.what is What.NOTE and kept.shows(one.span)}
    elements = sorted({blocks.elements[line.block] for line in kept.lines}) if referred else []
    found = {}
    for number, label in marks.notes.items():
        n = bisect_left(elements, number)
        if label in referred and n < len(elements) and elements[n] < tree.ends[number]:
            found[number] = label
    return found


def _item_numbers(tree: Tree) -> dict[int, int]:
    """The number of each list item among the items of its list."""
    counts: defaultdict[int, int] = defaultdict(int)
    numbers = {}
    for i, tag in enumerate(tree.tags):
        if tag.name == "li":
            parent = tree.parents[i]
            counts[parent] += 1
            numbers[i] = counts[parent]
    return numbers
