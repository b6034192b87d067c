"""Where things without text belong: in a line, or on a line of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from cleaner.inline.elements import Open
from cleaner.inline.marks import Insert, What
from cleaner.inline.reading import Reading

_STANDING = frozenset((What.IMAGE, What.FORMULA, What.RULE))  # what may be on a line of its own


@dataclass(slots=True)
class _Pending:
    """Something without text, before it is known whether text follows on its line."""

    insert: Insert
    place: Open
    breaks: int


@dataclass(slots=True)
class Inserts:
    """The inserts of a page; those that are not ``placed`` wait for the next text."""

    reading: Reading
    placed: list[Insert] = field(default_factory=list)
    _pending: list[_Pending] = field(default_factory=list)

    def add(
        self, place: Open, what: What, value: str, *, title: str = "", link: str = "", is_display: bool = False
    ) -> None:
        """Add something at the end of what is read, in the element ``place``."""
        insert = Insert(self.reading.at, what, value, title, link, is_display=is_display)
        if self.reading.is_after_text and what is not What.TASK:
            self.placed.append(insert)
        else:
            self._pending.append(_Pending(insert, place, self.reading.breaks))

    def settle(self, at: int = 0, *, is_end: bool = False) -> None:
        """Place what waits for text: in the line that begins at ``at``, or on lines of its own."""
        for one in self._pending:
            if not is_end and one.breaks == self.reading.breaks:
                self.placed.append(one.insert._replace(at=at))
            elif one.insert.what in _STANDING:
                self.placed.append(one.insert._replace(element=one.place.in_tree(), is_inside=False))
        self._pending.clear()

    def waiting_in(self, cell: Open) -> tuple[Insert, ...]:
        """The images of a cell after which it has no text."""
        waiting: list[Insert] = []
        for one in reversed(self._pending):
            if one.place.innermost(lambda outer: outer is cell) is None:
                break
            if one.insert.what is not What.RULE:
                waiting.append(one.insert)
        return tuple(reversed(waiting))
