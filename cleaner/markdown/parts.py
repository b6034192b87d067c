"""Kept lines → parts: the lines that form one paragraph, table or code block."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from cleaner.inline.marks import Insert, Marks, What
from cleaner.markdown.kept import NO_LINE, Kept, Line
from cleaner.markdown.places import CAPTION, DESCRIPTION, NOWHERE, PRE, TERM, Layout, Place

_FRAMES = frozenset(("figure", "picture", "figcaption", "a"))
_MAX_CAPTION = 8  # blocks


@dataclass(slots=True)
class Part:
    """Lines that form one paragraph, table or code block. ``place`` is that of the last line, ``last`` its block."""

    place: Place = NOWHERE
    last: int = -1
    lines: list[Line] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)  # one for each line

    @property
    def is_table(self) -> bool:
        """Whether the lines are in the cells of a table."""
        return self.place.table >= 0 and self.place.role != CAPTION

    @property
    def is_rule(self) -> bool:
        """Whether it is a line across the page."""
        insert = self.lines[0].insert
        return insert is not None and insert.what is What.RULE

    def continues(self, place: Place, *, follows: bool) -> bool:
        """Whether a line at ``place`` belongs to this part, too. A line that ``follows`` has no gap above it."""
        if not self.lines or self.lines[-1].insert:
            return False
        if place.table >= 0 or self.place.table >= 0:
            return (self.place.table, self.place.role) == (place.table, place.role)
        if place.role == PRE:
            return self.place.leaf == place.leaf
        if place.role == DESCRIPTION and self.place.role == TERM:
            return follows and self.place.containers == place.containers
        return follows and (self.place.leaf, self.place.role) == (place.leaf, place.role)

    def add(self, line: Line, place: Place) -> None:
        """Add a line."""
        self.lines.append(line)
        self.roles.append(place.role)
        self.last, self.place = line.block, place


def parts_of(kept: Kept, layout: Layout, marks: Marks) -> Iterator[Part]:
    """The parts of what is kept, in order."""
    blocks, part = kept.document.blocks, Part()
    for line in _with_inserts(kept, layout, marks):
        place = layout.places[line.insert.element if line.insert else blocks.elements[line.block]]
        if line.insert:
            place = Place("", line.insert.element, place.containers)  # a paragraph of its own
        follows = line.insert is None and line.block == part.last + 1 and not blocks.apart[line.block]
        if line.insert or not part.continues(place, follows=follows):
            if part.lines:
                yield part
            part = Part()
        elif place.role == PRE and not follows:
            part.add(NO_LINE, place)
        part.add(line, place)
    if part.lines:
        yield part


def _with_inserts(kept: Kept, layout: Layout, marks: Marks) -> Iterator[Line]:
    """The kept lines, and between them the images and formulas that are on lines of their own."""
    inserts = iter([one for one in _standing(kept, marks) if _stays(kept, layout, one)])
    insert = next(inserts, None)
    for line in kept.lines:
        while insert and insert.at <= line.start:
            yield Line(-1, (), insert)
            insert = next(inserts, None)
        yield line
    while insert:
        yield Line(-1, (), insert)
        insert = next(inserts, None)


def _standing(kept: Kept, marks: Marks) -> Iterator[Insert]:
    first = bisect_left(marks.inserts, kept.stretch.start, key=lambda one: one.at)
    last = bisect_left(marks.inserts, kept.stretch.end, key=lambda one: one.at)
    is_end = kept.stretch.end == len(kept.text)
    for one in marks.inserts[first : None if is_end else last]:
        is_wanted = one.what is not What.IMAGE or kept.images == "keep" or (kept.images == "alt" and one.title)
        if not one.is_inside and is_wanted:
            yield one


def _stays(kept: Kept, layout: Layout, insert: Insert) -> bool:
    """Whether an insert between two lines is kept: if a line next to it is, in the innermost element that has one.

    If that is the whole page, both must be kept: a logo above the menu is next to the text below the menu, too.
    A line across the page divides one from the other, so both must be kept.
    """
    tree, blocks = layout.tree, kept.document.blocks
    place = layout.places[insert.element]
    if place.table >= 0:
        return False
    above, below = _neighbours(blocks.ends, insert.at)
    if insert.what is What.RULE:
        return not place.role and above in kept.blocks and below in kept.blocks
    element = insert.element
    while True:
        inside = range(element, max(tree.ends[element], element + 1))
        near = [i for i in (above, below) if 0 <= i < len(blocks) and blocks.elements[i] in inside]
        kept_near = [i for i in near if i in kept.blocks]
        if kept_near:
            return element > 0 or len(near) == len(kept_near)
        if (near and tree.tags[element].name not in _FRAMES) or tree.parents[element] < 0:
            return False
        for _ in range(_MAX_CAPTION):  # a caption that is cut says nothing about its picture
            above -= 0 <= above < len(blocks) and blocks.elements[above] in inside
            below += below < len(blocks) and blocks.elements[below] in inside
        element = tree.parents[element]


def _neighbours(ends: tuple[int, ...], at: int) -> tuple[int, int]:
    """The blocks above and below an offset between two lines."""
    below = bisect_right(ends, at)
    return below - 1, below
