"""Where the text of some elements is in the text of a page, for elements that share a line with other text."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from cleaner.inline.elements import Open
from cleaner.inline.reading import Reading
from cleaner.inline.walk import Walker
from cleaner.model import Document, Span, Tag
from cleaner.segment.parsed import parsed
from cleaner.segment.tags import TagClass


class Place(NamedTuple):
    """The text of an element: where it is, and its start tag.

    ``element`` is its number, or that of the one around it if it is only a format; then ``format`` is the number among
    those, else -1.
    """

    span: Span
    element: int
    format: int
    tag: Tag


def text_places(document: Document, elements: Collection[int], formats: Collection[int]) -> list[Place]:
    """The places of the text of ``elements``, by their number in the tree, and of the n-th ``formats`` (see `Tree`).

    Empty if the source of the page does not lead to its text.
    """
    tree = parsed(document.source)
    root = tree.body or tree.root
    for with_noscript in (False, True):
        found = _Found(_Reading(document.text), elements, formats)
        with suppress(_FoundAllError):
            if root is not None:
                Walker(found, with_noscript=with_noscript).run(root)
        if found.is_sure:
            return sorted(found.places, key=lambda one: (one.span.start, -one.span.end))
    return []


@dataclass(slots=True)
class _Reading(Reading):
    """A reading that counts the elements that are only a format, as the walk in `cleaner.segment.html` does."""

    formats: int = 0
    numbers: dict[int, int] = field(default_factory=dict)  # of formats, by the address of the node

    def skipped(self, entry: Open) -> None:
        if entry.found.is_format and entry.node.attributes:
            self.numbers[entry.node.mem_id] = self.formats
            self.formats += 1


class _FoundAllError(Exception):
    """Ends the walk: what is left of the page does not matter."""


class _Inserts:
    """Nothing is inserted."""

    def settle(self, *, at: int = 0, is_end: bool = False) -> None:
        """Do nothing."""


class _Found:
    """What the walk finds of elements."""

    def __init__(self, reading: _Reading, elements: Collection[int], formats: Collection[int]) -> None:
        self.reading, self.inserts = reading, _Inserts()
        self.places: list[Place] = []
        self._elements, self._formats = elements, formats
        self._wanted = len(elements) + len(formats)

    @property
    def is_sure(self) -> bool:
        """Whether all of the text was found as far as it was read."""
        return self.reading.is_complete or (not self.reading.missed and len(self.places) == self._wanted)

    def enter(self, entry: Open) -> None:
        """Nothing is known yet."""

    def unread(self, node: LexborNode, found: TagClass, top: Open) -> None:
        """What holds no text does not count."""

    def leave(self, entry: Open) -> None:
        """Record the text of an element that is wanted."""
        if not entry.has_text:
            return
        if entry.found.is_format:
            number = self.reading.numbers.get(entry.node.mem_id, -1)
            is_wanted = number in self._formats
        else:
            number, is_wanted = -1, entry.number in self._elements and self._is_own(entry)
        if is_wanted:
            attributes = entry.node.attributes
            classes = tuple((attributes.get("class") or "").split())
            tag = Tag(entry.found.name, attributes.get("id") or "", classes, attributes.get("role") or "")
            self.places.append(Place(self.reading.span_of(entry), entry.number, number, tag))
            if len(self.places) == self._wanted:
                raise _FoundAllError

    @staticmethod
    def _is_own(entry: Open) -> bool:
        """Whether an element is not nested too deeply to have a number of its own."""
        return entry.parent is not None and entry.parent.number != entry.number
