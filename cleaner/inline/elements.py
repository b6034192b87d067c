"""An element while the tree of a page is read, and what its attributes say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from cleaner.inline.address import best_of, resolved
from cleaner.inline.marks import Table, What
from cleaner.segment.tags import TagClass

Attributes = Mapping[str, str | None]

_PLAIN_WEIGHT = re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)", re.IGNORECASE)
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")
_INVISIBLE = ("0", "1")  # the width or height of an image that only counts readers
_MAX_COLUMNS = 100


@dataclass(slots=True, eq=False)
class Open:
    """An element that is being read or was read.

    ``number`` is its number in the tree, -1 as long as it has no text; ``first`` and ``last`` are the pieces of text
    in it, the second exclusive. ``count`` is the number of the next item of a list and ``step`` what is added to it.
    """

    node: LexborNode
    found: TagClass
    parent: Open | None
    depth: int
    is_raw: bool = False
    number: int = -1
    first: int = 0
    last: int = 0
    mark: tuple[What, str, str] | None = None
    count: int = 1
    step: int = 1
    table: Table | None = None

    @property
    def has_text(self) -> bool:
        """Whether text was found in an element that was left."""
        return self.first < self.last

    def innermost(self, is_wanted: Callable[[Open], bool]) -> Open | None:
        """The innermost of this element and its ancestors that is wanted."""
        entry: Open | None = self
        while entry is not None and not is_wanted(entry):
            entry = entry.parent
        return entry

    def in_tree(self) -> int:
        """The number in the tree of the innermost element around this place that has one."""
        entry = self.innermost(lambda one: one.number >= 0)
        return entry.number if entry else 0

    def count_items(self, attributes: Attributes) -> None:
        """Number a list or an item of it as browsers do: by ``start``, ``reversed`` and ``value``."""
        if self.found.name == "ol":
            self.step = -1 if "reversed" in attributes else 1
            items = sum(child.tag == "li" for child in self.node.iter(include_text=False)) if self.step < 0 else 1
            self.count = _number_of(attributes.get("start"), items)
            return
        parent = self.parent
        if parent is None or parent.found.name != "ol":
            self.step = 0
            return
        self.count = _number_of(attributes.get("value"), parent.count)
        parent.count = self.count + parent.step


def _number_of(value: str | None, default: int) -> int:
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else default


def columns_of(attributes: Attributes) -> int:
    """How many columns a cell takes."""
    return max(1, min(_number_of(attributes.get("colspan"), 1), _MAX_COLUMNS))


def has_no_weight(attributes: Attributes) -> bool:
    """Whether the style of an element takes the weight away that its tag gives."""
    return _PLAIN_WEIGHT.search(attributes.get("style") or "") is not None


def image_address(attributes: Attributes, base: str) -> str:
    """The address of an image, also of one that is loaded late; empty if nobody sees it."""
    if attributes.get("width") in _INVISIBLE or attributes.get("height") in _INVISIBLE:
        return ""
    sources = [attributes.get(name) for name in _SOURCES]
    sources.append(best_of(attributes.get("srcset") or attributes.get("data-srcset")))
    return next((address for address in (resolved(source, base) for source in sources) if address), "")
