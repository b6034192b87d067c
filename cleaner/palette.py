"""The look of each category in views of a page: one of eight colours, and the border that distinguishes more.

The colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which colour-blind people can distinguish. No
view depends on them alone: categories are named as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

COLOURS = (
    "230,159,0", "86,180,233", "0,158,115", "213,94,0", "0,114,178", "204,121,167", "153,153,153", "240,228,66",
)  # fmt: skip
"""Red, green and blue of each colour, from 0 to 255."""
BORDERS = ("solid", "double", "dotted", "dashed")
"""Border of the first eight categories, of the next eight, and so on."""
# The index in this list determines the colour of a category, unless another category has that colour.
_CATEGORIES = """
    navigation share related legal consent subscribe unclassified comment_ui
    meta media ad tags login widget form contact
    comments comment_policy error source_note ai_chrome
""".split()


class Look(NamedTuple):
    """Indices of a colour in `COLOURS` and of a border in `BORDERS`."""

    colour: int
    border: int


def looks(categories: Sequence[str]) -> dict[str, Look]:
    """The look of each category, all different: eight colours, then the same colours with another border.

    A category has its own colour if no earlier category has it, so that views can be compared.
    """
    found: dict[str, Look] = {}
    taken: set[int] = set()
    for n, category in enumerate(categories):
        level, place = divmod(n, len(COLOURS))
        if not place:
            taken.clear()
        own = _colour(category)
        colour = next(c for step in range(len(COLOURS)) if (c := (own + step) % len(COLOURS)) not in taken)
        taken.add(colour)
        found[category] = Look(colour, level % len(BORDERS))
    return found


def _colour(category: str) -> int:
    known = category in _CATEGORIES
    number = _CATEGORIES.index(category) if known else crc32(category.encode("utf-8", "replace"))
    return number % len(COLOURS)
