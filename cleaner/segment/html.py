"""HTML → the same kind of lines and blocks as plain text, and the tree of elements that contain them.

One parse by lexbor (https://lexbor.com, the algorithm of https://html.spec.whatwg.org/multipage/parsing.html), one pass
over the tree. The result is text as a browser would lay it out without a style sheet: blocks on separate lines, blank
lines between paragraphs, the cells of a row separated by tabs. Scripts, styles and similar elements are not text.
Everything that a reader can see is text, including what only a script would show (tab panels, dialogs); to judge it is
the work of rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, create_tag

from cleaner.model import HEADINGS, Document, Kind, Tag, Tree
from cleaner.segment.markup import mend
from cleaner.segment.text import LINE_END, Lines, read_numbered, segment_lines

MAX_DEPTH = 256
"""Text nested deeper than this belongs to the element at this depth."""

_NO_TEXT = frozenset(
    "script style template svg head title meta link base iframe object embed applet canvas audio video map area "
    "datalist frame frameset noframes noscript param source track col colgroup progress meter annotation "
    "annotation-xml".split()
)
_PARTING = frozenset(  # a blank line above and below
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre article section figure hr header footer nav main aside form "
    "fieldset details address hgroup listing xmp plaintext menu dir search dialog".split()
)
_BREAKING = _PARTING | frozenset(  # a line of its own
    "div li dt dd thead tbody tfoot caption figcaption summary legend option optgroup select textarea body html "
    "center button tr td th".split()
)
_FORMATS = frozenset(  # they define how words look, not what they are
    "b i em strong u s sub sup font tt big small mark q cite ins del abbr acronym wbr bdi bdo var dfn nobr strike "
    "blink ruby rb rt rp".split()
)
_LABELS = frozenset(("a", "label", "button", "time"))  # two in a row are two words
_SPACES = frozenset(("img", "input"))  # separate words
_RAW = frozenset(("pre", "textarea", "listing", "xmp", "plaintext"))
_KINDS = {
    **dict.fromkeys(HEADINGS, Kind.HEADING),
    **dict.fromkeys(("pre", "code", "samp", "kbd", "listing", "xmp"), Kind.CODE),
    **dict.fromkeys(("dt", "dd"), Kind.SPEC),
    **dict.fromkeys(("figcaption", "caption"), Kind.CAPTION),
    "li": Kind.ITEM,
    "blockquote": Kind.QUOTE,
}
_RARE = frozenset(("role", "hidden", "style"))  # attributes that are read in addition to class and id
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STEP_WORDS = 5  # an item of a numbered list with at least this many words is a step
_SPEC_WORDS = 12  # a definition of more words is running text
_NEARLY_EMPTY = 50  # words; with fewer visible words the text may be in noscript
_LINE, _PARAGRAPH = 1, 2  # line ends
_ENDS_ROW = 4  # added to line ends: the row ends after this element
_PLAIN = Kind.TEXT  # members are looked up once: looking them up in a loop over elements costs as much as the rest
_ITEM, _STEP, _SPEC, _CELL = Kind.ITEM, Kind.STEP, Kind.SPEC, Kind.CELL
_KEPT_BELOW = frozenset((Kind.CODE, Kind.CAPTION))  # everything inside them is of their kind
_BLANK = ("", _PLAIN, 0, 0)


class Page(NamedTuple):
    """The visible text of a page, its lines, and the elements that contain them."""

    text: str
    lines: Lines
    tree: Tree


def read_page(html: str) -> Page:
    """The text, lines and elements of ``html``. Never fails: any string is a page, also a fragment without ``<body>``.

    If almost nothing is visible, the content of ``<noscript>`` is read, too.
    """
    parsed = LexborHTMLParser(mend(html))
    page = _read(parsed, with_noscript=False)
    if sum(page.lines.words) < _NEARLY_EMPTY:
        fuller = _read(parsed, with_noscript=True)
        if sum(fuller.lines.words) > sum(page.lines.words):
            return fuller
    return page


def segment_page(page: Page, *, id: str = "-") -> Document:
    """Split a page into blocks. Markup decides the kind of a block; only blocks without it are judged by shape."""
    return segment_lines(page.lines, page.text, page.tree, id=id)


def _read(parsed: LexborHTMLParser, *, with_noscript: bool) -> Page:
    walker = _Walker(with_noscript=with_noscript)
    root = parsed.body or parsed.root
    if root is not None:
        walker.walk(root)
    rows = walker.lines.rows
    text = "\n".join([*[row[0] for row in rows], ""])
    lines, numbers = read_numbered(text)
    _, kinds, elements, links = zip(*[rows[n] for n in numbers], strict=True) if numbers else ((), (), (), ())
    lines = replace(lines, kinds=tuple(map(_kind, kinds, lines.kinds, lines.words)), elements=elements, links=links)
    return Page(text, lines, Tree(tuple(walker.parents), tuple(walker.tags), tuple(walker.ends)))


def _kind(marked_up: Kind, by_shape: Kind, words: int) -> Kind:
    if marked_up is _PLAIN:
        return by_shape
    if marked_up is _STEP and words < _STEP_WORDS:
        return _ITEM
    return _PLAIN if marked_up is _SPEC and words > _SPEC_WORDS else marked_up


@dataclass(frozen=True, slots=True)
class _Class:
    """What the walk does at an element, by its name."""

    name: str
    no_text: bool = False
    breaks: int = 0  # line ends above and below
    is_format: bool = False
    is_label: bool = False
    is_space: bool = False
    is_raw: bool = False
    is_link: bool = False
    is_special: bool = False  # a custom element, or one with a step
    step: str = ""  # further work to do: br, tr, cell, table
    kind: Kind | None = None

    @classmethod
    def of(cls, name: str) -> _Class:
        step = {"br": "br", "tr": "tr", "td": "cell", "th": "cell", "table": "table"}.get(name, "")
        return cls(
            name,
            no_text=name in _NO_TEXT or name.startswith("-"),
            breaks=_PARAGRAPH if name in _PARTING else _LINE if name in _BREAKING else 0,
            is_format=name in _FORMATS,
            is_label=name in _LABELS,
            is_space=name in _SPACES,
            is_raw=name in _RAW,
            is_link=name == "a",
            is_special=bool(step) or "-" in name[1:],
            step=step,
            kind=_KINDS.get(name),
        )


class _Lines:
    """The lines written so far, and the one that is being written."""

    __slots__ = (
        "cell", "cells", "closed", "due", "flushed", "gap", "is_raw", "kind_of", "link_chars", "owner", "parents",
        "pieces", "row", "rows", "touching",
    )  # fmt: skip

    def __init__(self) -> None:
        self.rows: list[tuple[str, Kind, int, int]] = []  # text, kind, element, characters in links
        self.parents: list[int] = []  # of each element its parent ...
        self.kind_of: list[Kind] = []  # ... and the kind of the text in it
        self.pieces: list[str] = []  # of the line, or of the last cell of the row, that is being written
        self.cells: list[str] = []  # of the row, before the last one
        self.owner = -1  # the element that holds the whole line
        self.link_chars = 0
        self.is_raw = False
        self.gap = 0  # line ends before the line
        self.due = 0  # line ends due before the next text
        self.flushed = 0
        self.row = -1  # lines written when the row began, as long as the row is on one line
        self.cell = 0  # cells begun so far in the row
        self.closed = False  # an inline element ended right before this place ...
        self.touching = False  # ... and another one began

    def write(self, text: str, element: int, is_link: bool) -> None:
        """Add text of an element that is not blank."""
        if self.due:
            self.begin()
        elif self.touching and self.pieces and _is_seam(self.pieces[-1], text):
            self.pieces.append(" ")
        self.pieces.append(text)
        self.closed = self.touching = False
        if is_link:
            self.link_chars += len(text.strip())
        if self.owner != element:
            self.owner = element if self.owner < 0 else self._common(self.owner, element)

    def write_raw(self, text: str, element: int, is_link: bool) -> None:
        """Add preformatted text: its line ends are kept."""
        for n, line in enumerate(LINE_END.split(text)):
            if n:
                self.due = min(self.due + 1, _PARAGRAPH)
            if line:
                self.write(line, element, is_link)
                self.is_raw = True

    def begin(self) -> None:
        """Start a line where one is due."""
        if self.row == self.flushed and not self.pieces:
            self.due = 0  # a block at the start of a cell
            return
        self.flush()
        self.gap, self.due = max(self.due, self.gap), 0

    def begin_row(self) -> None:
        self.flush()
        self.gap, self.due = max(self.due, self.gap, _LINE), 0
        self.row, self.cell = self.flushed, 0

    def begin_cell(self) -> None:
        """Begin a cell of the row; after a cell that took several lines, the cell begins a new line."""
        if self.row != self.flushed:
            self.due = max(self.due, _LINE)
        else:
            if self.cell:
                self.cells.append(self._written())
                self.pieces, self.is_raw = [], False
            self.due = 0
        self.cell += 1

    def enter_inline(self, found: _Class) -> None:
        """Enter an inline element. Text that touches is one word, except between two labels or around an image."""
        if self.closed:
            self.touching = True
        if self.pieces and (found.is_space or (found.is_label and self.closed)):
            self.pieces.append(" ")

    def leave(self, breaks: int) -> None:
        """Start a new line after a block."""
        self.closed = self.touching = False
        if breaks > _ENDS_ROW:
            self.end_row(breaks - _ENDS_ROW)
        else:
            self.due = max(self.due, breaks)

    def end_row(self, breaks: int) -> None:
        if self.row == self.flushed:
            self.due = breaks  # blocks inside its cells must not add more
        self.row = -1
        self.due = max(self.due, breaks)

    def flush(self) -> None:
        """Write the line, unless it has no text."""
        line = self._written() if self.pieces else ""
        is_row = False
        if self.cells:
            cells = [*self.cells, line]
            line = "\t".join(cells).rstrip("\t")
            is_row = sum(map(bool, cells)) > 1
            self.cells = []
        self.pieces, self.is_raw = [], False
        if not line or line.isspace():
            return
        if self.gap == _PARAGRAPH and self.rows:
            self.rows.append(_BLANK)
        kind = _CELL if is_row else self.kind_of[self.owner]
        self.rows.append((line, kind, self.owner, self.link_chars))
        self.flushed += 1
        self.gap, self.owner, self.link_chars = 0, -1, 0

    def _written(self) -> str:
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        return text.rstrip() if self.is_raw else " ".join(text.split())

    def _common(self, a: int, b: int) -> int:
        """The innermost element that contains both; elements have higher numbers than their parents."""
        parents = self.parents
        while a != b:
            if a > b:
                a = parents[a]
            else:
                b = parents[b]
        return a


# An element whose children are being read, as a list (an object for each would cost as much as the walk): its node,
# its class, the line ends due after it, its number or -1, and whether it is in a link or in raw text. It gets a
# number when the first text is found in it.
_Open = list[Any]
_NODE, _FOUND, _BREAKS, _NUMBER, _IS_LINK, _IS_RAW = range(6)


class _Walker:
    """One pass over a tree, without recursion."""

    def __init__(self, *, with_noscript: bool) -> None:
        self._with_noscript = with_noscript
        self._classes = dict(_CLASSES)  # numbers of tags unknown to HTML are valid for one tree only
        self._tags: dict[tuple[Any, ...], Tag] = {}
        self.lines = _Lines()
        self.parents = self.lines.parents
        self.tags: list[Tag] = []
        self.ends: list[int] = []

    def walk(self, root: LexborNode) -> None:
        """Read everything below ``root``."""
        lines, classes, ends = self.lines, self._classes, self.ends
        top: _Open = [root, self._class(root), 0, 0, False, False]
        self._number(top, -1)
        stack = [top]
        node = root.child
        while True:
            while node is None:
                stack.pop()
                opened, _, breaks, number, _, _ = top
                if number >= 0:
                    ends[number] = len(ends)
                if not stack:
                    lines.flush()
                    return
                top = stack[-1]
                node = opened.next
                if not breaks:
                    lines.closed = True
                    continue
                lines.closed = lines.touching = False
                if breaks > _ENDS_ROW:
                    lines.end_row(breaks - _ENDS_ROW)
                elif breaks > lines.due:
                    lines.due = breaks
            tag_id = node.tag_id
            if tag_id == _TEXT:
                text = node.text_content or ""
                node = node.next
                _, _, _, number, is_link, is_raw = top
                if is_raw:
                    lines.write_raw(text, number if number >= 0 else self._number_all(stack), is_link)
                elif not text.isspace():
                    lines.write(text, number if number >= 0 else self._number_all(stack), is_link)
                elif not lines.due and lines.pieces:
                    lines.pieces.append(" ")
                    lines.closed = lines.touching = False
                continue
            found = classes.get(tag_id) or self._class(node)
            child = node.child
            if found.no_text:
                child = self._shown(node, found.name)
                if child is None:
                    node = node.next
                    continue
            breaks = found.breaks
            if found.is_special:
                breaks = self._enter_special(node, found)
            elif breaks:
                lines.closed = lines.touching = False
                lines.due = max(breaks, lines.due)
            elif lines.closed or found.is_space:
                lines.enter_inline(found)
            if child is None:
                if breaks:
                    lines.leave(breaks)
                elif not found.step:
                    lines.closed = True
                node = node.next
                continue
            _, _, _, _, is_link, is_raw = top
            if found.is_link and not is_link:
                is_link = "href" in node.attributes
            top = [node, found, breaks, -1, is_link, is_raw or found.is_raw]
            stack.append(top)
            node = child

    def _enter_special(self, node: LexborNode, found: _Class) -> int:
        """Enter a line break, row, cell, table or custom element. Returns the line ends due after the element."""
        lines, step, breaks = self.lines, found.step, found.breaks
        lines.closed = lines.touching = False
        if step == "br":
            lines.due = min(lines.due + 1, _PARAGRAPH)
            return 0
        if step == "cell":
            lines.begin_cell()
            return 0
        if step == "tr":
            lines.begin_row()
            return breaks + _ENDS_ROW
        if step == "table":
            lines.row, lines.due = -1, max(lines.due, breaks)
            return breaks + _ENDS_ROW
        if _stands_alone(node):
            lines.due = max(lines.due, _LINE)
            return _LINE
        return 0

    def _number_all(self, stack: Sequence[_Open]) -> int:
        """Record the open elements that have no number yet. Returns the number of the innermost."""
        first = len(stack) - 1
        while stack[first - 1][_NUMBER] < 0:
            first -= 1
        number: int = stack[first - 1][_NUMBER]
        for depth in range(first, len(stack)):
            opened = stack[depth]
            # an element that is only a format, or nested too deeply, belongs to its parent
            if not opened[_FOUND].is_format and depth < MAX_DEPTH:
                number = self._number(opened, number)
            opened[_NUMBER] = number
        return number

    def _number(self, opened: _Open, parent: int) -> int:
        """Record an element. Returns its number."""
        node, found, tags = opened[_NODE], opened[_FOUND], self.tags
        tag, number = self._tag(found.name, node.attributes), len(tags)
        self.parents.append(parent)
        tags.append(tag)
        self.ends.append(0)
        kind, kind_of = found.kind, self.lines.kind_of
        outer = kind_of[parent] if parent >= 0 else _PLAIN
        if kind is None or outer in _KEPT_BELOW:
            kind = outer
        elif kind is _ITEM and parent >= 0 and tags[parent].name == "ol":
            kind = _STEP
        kind_of.append(kind)
        return number

    def _tag(self, name: str, attributes: Mapping[str, str | None]) -> Tag:
        named: tuple[Any, ...] = (name, None, None)
        if attributes:
            named = (name, attributes.get("class"), attributes.get("id"))
        if name == "dialog" or not _RARE.isdisjoint(attributes):
            named = (*named, attributes.get("role"), "hidden" if _is_hidden(name, attributes) else None)
        tag = self._tags.get(named)
        if tag is None:
            tag = self._tags[named] = _tag(*named)
        return tag

    def _class(self, node: LexborNode) -> _Class:
        found = self._classes[node.tag_id] = _Class.of(node.tag or "-")
        return found

    def _shown(self, node: LexborNode, name: str) -> LexborNode | None:
        """The first child that is shown of an element that usually hides its content: shadow roots, noscript."""
        if name == "template" and "shadowrootmode" in node.attributes:
            fragments = node.template_fragments()
            return fragments[0].child if fragments else None
        return node.child if name == "noscript" and self._with_noscript else None


def _is_hidden(name: str, attributes: Mapping[str, str | None]) -> bool:
    style = attributes.get("style")
    if style and _HIDING.search(style):
        return True
    return "hidden" in attributes or (name == "dialog" and "open" not in attributes)


def _tag(
    name: str, classes: str | None = "", id: str | None = "", role: str | None = "", hidden: str | None = None
) -> Tag:
    return Tag(name, id or "", tuple((classes or "").split()), role or "", hidden is not None)


def _stands_alone(node: LexborNode) -> bool:
    """Whether a custom element is not part of a sentence: its parent has no text directly next to it."""
    return not any(_is_filled_text(other) for other in (node.prev, node.next) if other is not None)


def _is_filled_text(node: LexborNode) -> bool:
    return node.tag == "-text" and not (node.text_content or "").isspace()


def _is_seam(before: str, after: str) -> bool:
    """Whether two texts that touch are two labels: the inner capital of ``LoginRegister`` shows the seam."""
    return len(before) > 1 and len(after) > 1 and before[-1].islower() and after[0].isupper() and after[1].islower()


def _known_classes() -> dict[int, _Class]:
    """What to do at the elements of HTML, by the number that lexbor gives their tag.

    The number of a tag unknown to lexbor is an address, valid for one tree only; those are left out.
    """
    names = sorted(_NO_TEXT | _BREAKING | _FORMATS | _LABELS | _SPACES | {"span", "br"})
    numbers = {node.tag_id: name for name in names if (node := create_tag(name)) is not None}
    return {number: _Class.of(name) for number, name in numbers.items() if number < _FIRST_UNKNOWN}


_FIRST_UNKNOWN = 0x1000
_CLASSES = _known_classes()
_TEXT = LexborHTMLParser("<body>x").body.child.tag_id  # type: ignore[union-attr]
