"""HTML → the same lines and blocks as plain text, and the tree of elements they stand in.

One parse by lexbor (https://lexbor.com, the algorithm of https://html.spec.whatwg.org/multipage/parsing.html), one pass
over the tree. What comes out is text as a browser would lay it out without a style sheet: blocks on lines of their own,
paragraphs apart, the cells of a row parted by tabs. Script, style and the like are no text; everything a reader can see
is, also what a script would show first (tab panels, dialogues): to tell them apart is the work of rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner.model import Document, Kind, Tag, Tree
from cleaner.segment.text import LINE_END, Lines, read_numbered, segment_lines

MAX_DEPTH = 256
"""Text nested deeper belongs to the element at this depth."""

_NO_TEXT = frozenset(
    "script style template svg head title meta link base iframe object embed applet canvas audio video map area "
    "datalist frame frameset noframes param source track col colgroup progress meter annotation annotation-xml "
    "-comment -document -doctype".split()
)
_PARTING = frozenset(  # a blank line above and below
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre article section figure hr header footer nav main aside form "
    "fieldset details address hgroup listing xmp plaintext menu dir search dialog".split()
)
_BREAKING = _PARTING | frozenset(  # a line of its own
    "div li dt dd tr td th thead tbody tfoot caption figcaption summary legend option optgroup select textarea body "
    "html center button".split()
)
_LABELS = frozenset(("a", "label", "button", "time"))  # two in a row are two words
_RAW = frozenset(("pre", "textarea", "listing", "xmp", "plaintext"))
_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    **dict.fromkeys(("pre", "code", "samp", "kbd", "listing", "xmp"), Kind.CODE),
    **dict.fromkeys(("dt", "dd"), Kind.SPEC),
    **dict.fromkeys(("figcaption", "caption"), Kind.CAPTION),
    "li": Kind.ITEM,
    "blockquote": Kind.QUOTE,
}
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STEP_WORDS = 5  # an item of a numbered list of so many words is a step
_SPEC_WORDS = 12  # a definition of more words is running text
_NEARLY_EMPTY = 50  # words; of so few the rest may stand in noscript
_LINE, _PARAGRAPH = 1, 2  # line ends
_SPACES = frozenset(("img", "input"))  # stand between words
_OTHER_ENDS = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")


class Page(NamedTuple):
    """The visible text of a page, its lines, and the elements they stand in."""

    text: str
    lines: Lines
    tree: Tree


def read_page(html: str) -> Page:
    """The text, lines and elements of ``html``. Total: any string is a page, a fragment one without ``<body>``.

    Where next to nothing is visible, what stands in ``<noscript>`` is read, too.
    """
    parsed = LexborHTMLParser(html)
    page = _read(parsed, with_noscript=False)
    if sum(page.lines.words) < _NEARLY_EMPTY:
        fuller = _read(parsed, with_noscript=True)
        if sum(fuller.lines.words) > sum(page.lines.words):
            return fuller
    return page


def segment_page(page: Page, *, id: str = "-") -> Document:
    """Cut a page into blocks. What its author marked up is what it is; only the rest is told by its shape."""
    return segment_lines(page.lines, page.text, page.tree, id=id)


def _read(parsed: LexborHTMLParser, *, with_noscript: bool) -> Page:
    walker = _Walker(_NO_TEXT if with_noscript else _NO_TEXT | {"noscript"})
    root = parsed.body or parsed.root
    if root is not None:
        walker.walk(root)
    text = "\n".join([*walker.lines, ""])
    lines, numbers = read_numbered(text)
    kinds = map(_kind, map(walker.kinds.__getitem__, numbers), lines.kinds, lines.words)
    lines = replace(
        lines,
        kinds=tuple(kinds),
        elements=tuple(map(walker.elements.__getitem__, numbers)),
        links=tuple(map(walker.links.__getitem__, numbers)),
    )
    return Page(text, lines, Tree(tuple(walker.parents), tuple(walker.tags)))


def _kind(marked_up: Kind, by_shape: Kind, words: int) -> Kind:
    if marked_up is Kind.TEXT:
        return by_shape
    if marked_up is Kind.STEP and words < _STEP_WORDS:
        return Kind.ITEM
    return Kind.TEXT if marked_up is Kind.SPEC and words > _SPEC_WORDS else marked_up


class _Open(NamedTuple):
    """An element whose children are being read, and what to restore behind it."""

    node: LexborNode
    name: str
    here: int
    link: bool
    raw: bool


class _Walker:
    """One pass over a tree, without recursion: lines with kind, element and characters of links; the elements."""

    def __init__(self, no_text: frozenset[str]) -> None:
        self._no_text = no_text
        self.lines: list[str] = []
        self.kinds: list[Kind] = []
        self.elements: list[int] = []
        self.links: list[int] = []
        self.parents: list[int] = []
        self.tags: list[Tag] = []
        self._depths: list[int] = []
        self._kind_of: list[Kind] = []
        self._known: dict[tuple[str, ...], Tag] = {}
        self._pieces: list[str] = []  # of the line, or of the last cell of the row, that is being written
        self._cells: list[str] = []  # of the row, before the last one
        self._owner = -1  # the element that holds the whole line
        self._link_chars = 0
        self._is_raw = False
        self._gap = 0  # line ends that stand before the line
        self._due = 0  # line ends due before the next text
        self._flushed = 0
        self._row = -1  # lines written when the row began, while the row stands on one line
        self._cell = 0  # cells of the row begun so far
        self._closed = ""  # the inline element that ended right before this place
        self._touching = False  # another one began there

    def walk(self, root: LexborNode) -> None:
        """Read everything below ``root``."""
        here = self._element(root, root.tag or "", -1)
        stack: list[_Open] = []
        node, link, raw = root.child, False, False
        while True:
            while node is None:
                if not stack:
                    self._flush()
                    return
                parent, name, here, link, raw = stack.pop()
                self._leave(name)
                node = parent.next
            name = node.tag or ""
            child = node.child
            if name == "-text":
                self._text(node.text_content or "", here, link=link, raw=raw)
            elif name in self._no_text:
                child = _shadow_root(node) if name == "template" else None
            else:
                self._enter(node, name)
            if child is None:
                if name[0] != "-" and name not in self._no_text:
                    self._leave(name)
                node = node.next
                continue
            stack.append(_Open(node, name, here, link, raw))
            here = self._element(node, name, here)
            link = link or (name == "a" and "href" in node.attributes)
            raw = raw or name in _RAW
            node = child

    def _element(self, node: LexborNode, name: str, parent: int) -> int:
        """Record an element; what is nested too deep belongs to its parent."""
        depth = self._depths[parent] + 1 if parent >= 0 else 0
        if depth > MAX_DEPTH:
            return parent
        get = node.attributes.get
        named = (name, get("id") or "", get("class") or "", get("role") or "", "-" if _is_hidden(name, get) else "")
        tag = self._known.get(named)
        if tag is None:
            tag = self._known[named] = Tag(name, named[1], tuple(named[2].split()), named[3], bool(named[4]))
        self.parents.append(parent)
        self.tags.append(tag)
        self._depths.append(depth)
        outer = self._kind_of[parent] if parent >= 0 else Kind.TEXT
        kind = _KINDS.get(name, outer)
        if name == "li" and parent >= 0 and self.tags[parent].name == "ol":
            kind = Kind.STEP
        self._kind_of.append(outer if outer is Kind.CODE or outer is Kind.CAPTION else kind)
        return len(self.tags) - 1

    def _enter(self, node: LexborNode, name: str) -> None:
        if name in _BREAKING:
            self._enter_block(name)
        elif name == "br":
            self._due = min(self._due + 1, _PARAGRAPH)
        elif "-" in name and _stands_alone(node):
            self._due = max(self._due, _LINE)
        else:
            if self._pieces and (name in _SPACES or (self._closed in _LABELS and name in _LABELS)):
                self._pieces.append(" ")
            self._touching = self._touching or self._closed != ""
            return
        self._closed, self._touching = "", False

    def _enter_block(self, name: str) -> None:
        if name == "tr":
            self._flush()
            self._gap, self._due = max(self._due, self._gap, _LINE), 0
            self._row, self._cell = self._flushed, 0
        elif name == "td" or name == "th":
            self._enter_cell()
        else:
            if name == "table":
                self._row = -1
            self._due = max(self._due, _PARAGRAPH if name in _PARTING else _LINE)

    def _enter_cell(self) -> None:
        if self._row != self._flushed:
            self._due = max(self._due, _LINE)
        else:
            if self._cell:
                self._cells.append(self._written())
                self._pieces = []
            self._due = 0
        self._cell += 1

    def _leave(self, name: str) -> None:
        if name in _BREAKING:
            if name == "td" or name == "th":
                return
            if name == "tr" or name == "table":
                self._row = -1
            self._due = max(self._due, _PARAGRAPH if name in _PARTING else _LINE)
            self._closed, self._touching = "", False
        else:
            self._closed = name

    def _text(self, text: str, here: int, *, link: bool, raw: bool) -> None:
        if raw:
            self._raw_text(text, here, link=link)
            return
        if text.isspace() or not text:
            if self._pieces and not self._due:
                self._pieces.append(" ")
            self._closed, self._touching = "", False
            return
        if self._due:
            self._begin_line()
        if self._touching and self._pieces and _is_seam(self._pieces[-1], text):
            self._pieces.append(" ")
        self._write(text, here, link=link)

    def _raw_text(self, text: str, here: int, *, link: bool) -> None:
        """Preformatted text: its lines are lines."""
        if _OTHER_ENDS.search(text):
            text = LINE_END.sub("\n", text)
        for n, line in enumerate(text.split("\n")):
            if n:
                self._due = min(self._due + 1, _PARAGRAPH)
            if line:
                if self._due:
                    self._begin_line()
                self._is_raw = True
                self._write(line, here, link=link)

    def _write(self, text: str, here: int, *, link: bool) -> None:
        self._pieces.append(text)
        self._closed, self._touching = "", False
        if link:
            self._link_chars += len(text.strip())
        owner = self._owner
        if owner < 0:
            self._owner = here
        elif owner != here:
            self._owner = self._common(owner, here)

    def _common(self, a: int, b: int) -> int:
        """The innermost element that holds both; elements have higher numbers than their parents."""
        parents = self.parents
        while a != b:
            if a > b:
                a = parents[a]
            else:
                b = parents[b]
        return a

    def _begin_line(self) -> None:
        if self._row == self._flushed and not self._pieces:
            self._due = 0  # a block at the start of a cell
            return
        self._flush()
        self._gap, self._due = max(self._due, self._gap), 0

    def _written(self) -> str:
        text = "".join(self._pieces)
        return text.rstrip() if self._is_raw else " ".join(text.split())

    def _flush(self) -> None:
        """Write the line; without any text it is none."""
        line = self._written()
        kind = Kind.TEXT
        if self._cells:
            cells = [*self._cells, line]
            line = "\t".join(cells).rstrip("\t")
            kind = Kind.CELL if sum(map(bool, cells)) > 1 else Kind.TEXT
        self._pieces, self._cells, self._is_raw = [], [], False
        if not line or line.isspace():
            return
        if self._gap == _PARAGRAPH and self.lines:
            self._add("", Kind.TEXT, 0, 0)
        self._add(line, kind if kind is Kind.CELL else self._kind_of[self._owner], self._owner, self._link_chars)
        self._flushed += 1
        self._gap, self._owner, self._link_chars = 0, -1, 0

    def _add(self, line: str, kind: Kind, element: int, links: int) -> None:
        self.lines.append(line)
        self.kinds.append(kind)
        self.elements.append(element)
        self.links.append(links)


def _shadow_root(node: LexborNode) -> LexborNode | None:
    """The content of a declarative shadow root, which is shown."""
    if "shadowrootmode" not in node.attributes:
        return None
    fragments = node.template_fragments()
    return fragments[0].child if fragments else None


def _is_hidden(name: str, get: Callable[[str], str | None]) -> bool:
    style = get("style")
    if style and _HIDING.search(style):
        return True
    return get("hidden", "-") != "-" or (name == "dialog" and get("open", "-") == "-")


def _stands_alone(node: LexborNode) -> bool:
    """Whether a custom element is no word of a sentence: no text stands beside it in its parent."""
    return not any(_is_filled_text(other) for other in (node.prev, node.next) if other is not None)


def _is_filled_text(node: LexborNode) -> bool:
    return node.tag == "-text" and not (node.text_content or "").isspace()


def _is_seam(before: str, after: str) -> bool:
    """Whether two words of two elements that touch are two labels: ``LoginRegister`` shows where."""
    return len(before) > 1 and len(after) > 1 and before[-1].islower() and after[0].isupper() and after[1].islower()
