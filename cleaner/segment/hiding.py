"""Which elements of a page are hidden from its readers, and how: by attribute, inline style, or its own style sheet.

A page hides much that a reader will see: panels, answers, what a script shows on scrolling. An element with a sign
that something shows it is marked so. What to do with hidden text is the work of `cleaner.stages.hidden`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate

from cleaner.model import Tree
from cleaner.segment.start_tags import StartTags
from cleaner.segment.style import NOTHING, Style, are_alike, read_style
from cleaner.segment.style_sheet import Sheet

MAY_SHOW = "~"
"""Begins the kind of an element that has an attribute or a class by which something may show it."""

_REVEALED = re.compile(
    r"(?:^|[\s_-])(?:aos|wow|animate[ds]?|animations?|fade(?:-?in|-?up|-?left|-?right)?|reveal(?:ed)?|sal|scroll|lazy(?:load)?|"
    r"loading|invisible|motion|appear|slide(?:s|r|-?in|-?up)?|swiper|carousel|splide|glide|cloak)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Class names of elements that move or fade in."""
_FADES = frozenset(("visibility", "opacity"))
_IN_A_STATE = frozenset(("display", "visibility", "opacity", "zero-size"))  # `hidden md:block` is shown at a width
_FOR_LISTENERS = re.compile(
    r"(?:^|\s)(?:sr-?only(?:-focusable)?|(?:\w+-)?visually-?hidden|screen-?reader(?:-text|s?-only)?|show-for-sr|"
    r"hidden-visually|a11y\S*|\w+-(?:sr-only|assistive)|accessib\S*|off-?screen)(?:\s|$)",
    re.IGNORECASE,
)
_OUT_OF_SIGHT = frozenset(("off-screen", "clipped", "zero-size"))
_OF_LETTERS = frozenset(("colour", "font-size"))
_PLAIN = frozenset(("p", "span", "div", "font"))
_VISIBLE = re.compile(r"(?<![\w-])visibility\s*:\s*visible", re.IGNORECASE)
_WHITE = "#ffffff"
_IDLE = frozenset(("class", "id", "role", "bgcolor", "open"))  # attributes that hide nothing by themselves


def hidden_elements(starts: StartTags, tree: Tree, sheet: Sheet) -> tuple[dict[int, str], dict[int, str]]:
    """The kind of hiding by the number of the element, and the same for elements that are only a format.

    The root is never hidden. Raises nothing.
    """
    return _Hiding(starts, tree, sheet).found()


class _Hiding:
    """What hides the elements of one page. It is found once for each start tag."""

    def __init__(self, starts: StartTags, tree: Tree, sheet: Sheet) -> None:
        self._starts, self._tree, self._sheet = starts, tree, sheet
        self._ruled: Mapping[int, Style] = sheet.styles(starts.tags)
        self._memo: dict[int, Style] = {}

    def found(self) -> tuple[dict[int, str], dict[int, str]]:
        starts = self._starts
        told = [
            n
            for n, attributes in starts.told.items()
            if not _IDLE.issuperset(attributes) or starts.tags[n].name == "dialog"
        ]
        kinds = {n: kind for n in (*told, *self._ruled) if (kind := self._kind(n))}
        if not kinds:
            return {}, {}
        elements, formats = {}, {}
        may_be = [(element, n) for element, n in enumerate(starts.of_element) if n in kinds and element]
        for element, n in may_be:
            kind = self._in_place(n, kinds[n], self._tree.parents[element])
            if kind and not self._is_shown_inside(element, kind.removeprefix(MAY_SHOW)):
                elements[element] = kind
        for place, n in enumerate(starts.formats):
            if n in kinds and (kind := self._in_place(n, kinds[n], starts.formats_in[place])):
                formats[place] = kind
        return elements, formats

    def _is_shown_inside(self, element: int, kind: str) -> bool:
        """Whether elements inside take back what hides this one: they may be visible, or have other letters."""
        if kind == "visibility":
            counts = self._visible
        elif kind in _OF_LETTERS:
            counts = self._own_letters
        else:
            return False
        return counts[self._tree.ends[element]] > counts[element + 1]

    @cached_property
    def _visible(self) -> list[int]:
        """How many elements before each one have the style ``visibility: visible``."""
        told = self._starts.told
        shown = {n for n, attributes in told.items() if _VISIBLE.search(attributes.get("style") or "")}
        return [0, *accumulate(n in shown for n in self._starts.of_element)]

    @cached_property
    def _own_letters(self) -> list[int]:
        """How many elements before each one may give their letters a size or a colour of their own."""
        told = self._starts.told
        return [
            0,
            *accumulate(
                tag.name not in _PLAIN or bool(tag.classes) or bool(tag.id) or n in told
                for tag, n in zip(self._tree.tags, self._starts.of_element, strict=True)
            ),
        ]

    def _kind(self, n: int) -> str:
        """How elements with a start tag are hidden, or nothing; ``colour`` if that depends on the ground."""
        attributes, name = self._starts.told.get(n, {}), self._starts.tags[n].name
        style = self._style(n)
        kind = style.kind
        if ("hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found" and kind != "display") or (
            name == "dialog" and "open" not in attributes
        ):
            kind = "attribute"
        elif not kind and style.colour:
            kind = "colour"
        elif not kind and (attributes.get("aria-hidden") or "").lower() == "true":
            kind = "copy"
        return f"{MAY_SHOW}{kind}" if kind and self._is_shown_later(n, kind) else kind

    def _in_place(self, n: int, kind: str, parent: int) -> str:
        """The kind of an element in element ``parent``."""
        if kind.removeprefix(MAY_SHOW) != "colour" or self._style(n).kind or self._is_in_ground(n, parent):
            return kind
        is_copy = (self._starts.told.get(n, {}).get("aria-hidden") or "").lower() == "true"
        return "copy" if is_copy else ""

    def _style(self, n: int) -> Style:
        """The styles of a start tag together; that of its attribute decides."""
        found = self._memo.get(n)
        if found is None:
            found = self._memo[n] = self._read(n)
        return found

    def _read(self, n: int) -> Style:
        found, attributes = self._ruled.get(n, NOTHING), self._starts.told.get(n, {})
        if style := attributes.get("style"):
            inline = read_style(style)
            if found.kind and not inline.kind and _restates(style, found.property):
                found = found._replace(kind="")
            found = inline.over(found)
        for key in ("color", "bgcolor"):
            if value := attributes.get(key):
                given = read_style(f"{'background-' if key == 'bgcolor' else ''}color:{value}")
                found = found.over(given)
        return found

    def _is_in_ground(self, n: int, parent: int) -> bool:
        """Whether text has the colour of the nearest ground that is declared, or of white paper."""
        style = self._style(n)
        if style.ground not in ("", "transparent"):
            return are_alike(style.colour, style.ground)
        if not self._sheet.knows_grounds:
            return False
        ground = self._ground(n)
        while ground in ("", "transparent") and parent >= 0:
            ground = self._ground(self._starts.of_element[parent])
            parent = self._tree.parents[parent]
        return are_alike(style.colour, _WHITE if ground in ("", "transparent") else ground)

    def _ground(self, n: int) -> str:
        """The ground that a start tag declares, where all grounds are known."""
        own = self._style(n).ground if n in self._starts.told or n in self._ruled else ""
        return own or self._grounds.get(n, "")

    @cached_property
    def _grounds(self) -> Mapping[int, str]:
        return self._sheet.grounds(self._starts.tags)

    def _is_shown_later(self, n: int, kind: str) -> bool:
        """Whether attributes or classes show that something reveals the element."""
        if n in self._starts.bound:
            return True
        classes = " ".join(self._starts.tags[n].classes)
        if (kind in _FADES and _REVEALED.search(classes)) or (kind in _IN_A_STATE and ":" in classes):
            return True
        return kind in _OUT_OF_SIGHT and _FOR_LISTENERS.search(classes) is not None


def _restates(style: str, named: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(named)}\s*:", style, re.IGNORECASE) is not None
