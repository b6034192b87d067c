"""The start tags of a page as they are written, with the attributes that hide elements or say that they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from cleaner.model import Tag

Attributes = Mapping[str, str | None]
"""Attributes by name, with None for one without a value."""

READ = ("class", "id", "role", "style", "color", "bgcolor", "hidden", "aria-hidden", "open")
"""The attributes that are read."""
TOLD = frozenset(("role", "style", "color", "bgcolor", "hidden", "aria-hidden", "open"))
"""Those that may hide an element, or give its colours, and the others that are rare."""

BINDING = (
    "x-", "v-", "ng-", "[", "*ng", ":", "@", "wire:", "hx-", "data-bs-", "data-w-", "data-aos", "data-tab",
    "data-accordion", "data-collapse", "data-toggle", "data-target", "data-controller", "data-animat", "data-scroll",
    "data-reveal", "data-sal", "data-parallax", "data-settings", "on", "aria-labelledby", "aria-expanded", "popover",
    "amp-", "data-elementor", "data-framer", "data-projection",
)  # fmt: skip
"""How the names of attributes begin by which a script, a framework or a click shows an element."""


class StartTags(NamedTuple):
    """The different start tags, by number. Tags that look alike here may differ in attributes that are not read.

    ``of_element`` has the number of the tag of each element, ``told`` the attributes of those with an attribute of
    `TOLD`, and ``bound`` the numbers of those with an attribute of `BINDING`. Elements that are only a format, such
    as ``<b>``, are not in the tree; ``formats`` has the tags of those that have attributes and hold text, and
    ``formats_in`` the elements around them.
    """

    of_element: Sequence[int]
    tags: Sequence[Tag]
    told: Mapping[int, Attributes]
    bound: AbstractSet[int]
    formats: Sequence[int]
    formats_in: Sequence[int]
