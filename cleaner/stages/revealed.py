"""Signs that something shows a hidden element: its name, what points to it, scripts that know it, its neighbours."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from cleaner.model import Kind, Tag, Tree
from cleaner.packs.selectors import PathIndex
from cleaner.segment.hiding import MAY_SHOW
from cleaner.view import View

_AROUND, _OWN = 1, 2
_LEVELS = 5  # elements from a hidden one outwards whose names count
_MAX_SHARE = 0.6  # share of the prose on a page; an element with more is named after something else
_PANELS = (
    "[role=tabpanel]", "*tab", "*tabs", "*tabbed", "*panel", "*pane", "*accordion", "*collapse", "*collapsible", "*faq",
    "*toggle", "*expand", "*expander", "*expandable", "*expanded", "*spoiler", "*disclosure", "*read-more", "*readmore",
    "*carousel", "*slider", "*slides", "*slideshow", "*swiper", "*splide", "*glide", "*orbit", "*reveal",
    "*math", "*mathml", "*katex", "*mathjax", "*mjx",
)  # fmt: skip
"""The last ones are formulas, of which one form is hidden."""
_PANEL_NAME = re.compile(
    r"^(?:details|math|mjx-.*)$|-(?:\w+-)*(?:accordion|tabs?|panel|carousel|slider|collapse|details|selector)"
)
"""Tags: ``details``, and custom elements such as ``amp-accordion``."""
_CONTENTS = (
    "*description", "*content", "main", "article", "#s", "*answer", "*more", "*rest", "*truncated", "*full-text",
    "*subscriber", "*subscribers", "*subscriber-only", "*members-only", "*premium", "*paid-content", "*locked",
)  # fmt: skip
"""Names of content; the last ones are texts that a page shows to those who pay."""
_HANDLER = re.compile(r"""\son[a-z]+\s*=\s*(?:"[^"]*|'[^']*)\Z""", re.IGNORECASE)
_MAX_HANDLER = 300  # characters
_LABEL_WORDS = 15
_NAME_WORDS, _LINK_WORDS = 3, 8  # words out of sight that name something, and those in a link or a button
_CONTROLS = frozenset(("a", "button", "label"))
_MAX_SIBLINGS = 60
_MAX_QUESTIONS = 8  # searches of the source of one page
_MAX_LOUD = 10_000  # characters of a script whose tag is in capital letters
_MAX_PLACES = 300  # of one name in the source
_ROWS = frozenset((Kind.CELL, Kind.SPEC, Kind.CODE))
_MAX_LINKS, _MAX_LINKS_OF_ONE = 0.5, 0.2  # shares of the characters, the second if there is one block only

_INDEX = PathIndex([*((_AROUND, one) for one in _PANELS), *((_OWN, one) for one in _CONTENTS)])


class Revealed:
    """Answers whether a hidden element of one page is shown by something. What is not asked for costs nothing."""

    def __init__(self, page: View, tree: Tree) -> None:
        self._page, self._tree = page, tree
        self._blocks, self._source = page.document.blocks, page.document.source
        self._answers: dict[tuple[str, bool], bool] = {}
        self._names: dict[int, tuple[int, ...]] = {}

    def places(self, element: int) -> list[int]:
        """The blocks in an element."""
        owners, end = self._owners, self._tree.ends[element]
        return sorted([i for _, i in owners[bisect_left(owners, (element, -1)) : bisect_left(owners, (end, -1))]])

    @cached_property
    def _owners(self) -> list[tuple[int, int]]:
        """The element of each block, and the block, in the order of the elements."""
        return sorted(zip(self._blocks.elements, range(len(self._blocks)), strict=True))

    def element(self, element: int, places: Sequence[int]) -> bool:
        """Whether something shows a hidden element. What holds no content, such as a menu, must be named as a panel."""
        has_content, kind = self.has_content(places), self._tree.hiding[element]
        if has_content and (kind.startswith(MAY_SHOW) or self._is_branch(element)):
            return True
        if self._has_shown_siblings(element) or self._is_panel(element):
            return True
        return has_content and self._is_known(element, self._tree.tags[element], kind)

    def _is_branch(self, element: int) -> bool:
        """Whether it is a list in an item of a list: the folded branch of a tree."""
        tags, parent = self._tree.tags, self._tree.parents[element]
        return tags[element].name in ("ul", "ol") and parent >= 0 and tags[parent].name == "li"

    def words(self, element: int, tag: Tag, kind: str) -> bool:
        """The same for an element inside a line; ``element`` is its number, or that of the one around it."""
        return self._is_panel(element, tag) or self._is_known(element, tag, kind)

    def has_content(self, places: Sequence[int]) -> bool:
        """Whether blocks have sentences, rows or code, and few links. One line with a link is a notice."""
        blocks = self._blocks
        chars = sum(len(blocks.texts[i]) for i in places)
        share = sum(blocks.links[i] for i in places) / chars if chars else 0.0
        if share > _MAX_LINKS or (share > _MAX_LINKS_OF_ONE and len(places) == 1):
            return False
        return any(blocks.sentences[i] or blocks.prose[i] or blocks.kinds[i] in _ROWS for i in places)

    def _is_known(self, element: int, tag: Tag, kind: str) -> bool:
        around = self._tree.tags[self._tree.parents[element]] if element and tag is self._tree.tags[element] else tag
        return (
            kind.startswith(MAY_SHOW)
            or tag in self._unfolded
            or (element > 0 and tag is self._tree.tags[element] and self._has_shown_siblings(element))
            or any(self._occurs(id, 2) for id in dict.fromkeys((tag.id, around.id)) if id)
            or any(self._occurs(name, 1, in_scripts=True) for name in tag.classes)
        )

    def _is_panel(self, element: int, tag: Tag | None = None) -> bool:
        """Whether an element, or one close around it, is named as something that opens."""
        tree = self._tree
        named = _INDEX.of_tag(tag) if tag else self._named(element)
        if _OWN in named or (tag and _AROUND in named):
            return True
        for j in islice(tree.way(element), _LEVELS):
            if j and _AROUND in self._named(j) and self._page.masses.share(j) <= _MAX_SHARE:
                return True
        return not self._panel_tags.isdisjoint(tree.tags[j].name for j in tree.way(element))

    def _named(self, element: int) -> tuple[int, ...]:
        found = self._names.get(element)
        if found is None:
            found = self._names[element] = _INDEX.of_tag(self._tree.tags[element])
        return found

    @cached_property
    def _panel_tags(self) -> frozenset[str]:
        names = {tag.name for tag in self._tree.tags}
        return frozenset(name for name in names if _PANEL_NAME.search(name))

    def _has_shown_siblings(self, element: int) -> bool:
        """Whether elements next to it with the same tag and a class of it are shown: slides, panels, further items."""
        tree = self._tree
        tag, parent = tree.tags[element], tree.parents[element]
        classes = set(tag.classes)
        if not classes or tag.name == "p":
            return False
        other = parent + 1
        for _ in range(_MAX_SIBLINGS):
            if other >= tree.ends[parent]:
                return False
            one = tree.tags[other]
            if one.name == tag.name and other not in tree.hiding and not classes.isdisjoint(one.classes):
                return True
            other = tree.ends[other]
        return False

    def is_label(self, element: int, words: int) -> bool:
        """Whether so few words out of sight are for those who listen: the name of a picture, or what a link does."""
        if words <= _NAME_WORDS:
            return True
        return words <= _LINK_WORDS and not _CONTROLS.isdisjoint(
            self._tree.tags[j].name for j in self._tree.way(element)
        )

    def _occurs(self, name: str, times: int, *, in_scripts: bool = False) -> bool:
        """Whether a name is in the source so many times, outside style sheets or in scripts only.

        After many questions the answer is yes: what stays is safe.
        """
        asked = name, in_scripts
        if asked not in self._answers:
            self._answers[asked] = len(self._answers) >= _MAX_QUESTIONS or self._is_in(
                name, times, in_scripts=in_scripts
            )
        return self._answers[asked]

    def _is_in(self, name: str, times: int, *, in_scripts: bool) -> bool:
        source, size, found = self._source, len(name), 0
        at = source.find(name)
        for _ in range(_MAX_PLACES):
            if at < 0:
                return False
            end = at + size
            if not _is_of_name(source[at - 1 : at]) and not _is_of_name(source[end : end + 1]):
                found += self._is_scripted(at) if in_scripts else not self._is_styled(at, end)
                if found >= times:
                    return True
            at = source.find(name, end)
        return True

    def _is_scripted(self, at: int) -> bool:
        """Whether a place of the source is in a script, which is not data in JSON, or in a handler of an event."""
        start = _inside(self._source, at, "script")
        if start >= 0:
            return "json" not in self._source[start : self._source.find(">", start, at)]
        return _HANDLER.search(self._source, max(0, at - _MAX_HANDLER), at) is not None

    def _is_styled(self, at: int, end: int) -> bool:
        """Whether a name is in a style sheet."""
        may_be_selector = self._source[at - 1 : at] == "#" and self._source[end : end + 1] not in ("'", '"', "")
        return may_be_selector and _inside(self._source, at, "style") >= 0

    @cached_property
    def _unfolded(self) -> frozenset[Tag]:
        """The start tags of two or more hidden elements that are each below a label."""
        tree, blocks = self._tree, self._blocks
        labelled: dict[Tag, list[bool]] = {}
        for j in tree.hiding:
            i = next(iter(self.places(j)), 0) - 1
            is_label = i >= 0 and (
                blocks.kinds[i] is Kind.HEADING
                or (blocks.words[i] <= _LABEL_WORDS and not blocks.texts[i].endswith("."))
            )
            labelled.setdefault(tree.tags[j], []).append(
                is_label and tree.parents[j] <= blocks.elements[i] < tree.ends[tree.parents[j]]
            )
        return frozenset(tag for tag, found in labelled.items() if len(found) > 1 and all(found))


def _inside(source: str, at: int, name: str) -> int:
    """Where the element with this name that contains a place of the source begins; -1 if there is none."""
    start = max(source.rfind(f"<{name}", 0, at), source.rfind(f"<{name.upper()}", max(0, at - _MAX_LOUD), at))
    return start if start >= 0 and source.find(f"</{name}", start, at) < 0 else -1


def _is_of_name(character: str) -> bool:
    return character.isalnum() or character in ("-", "_")
