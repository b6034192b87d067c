"""HTML → the same kind of lines and blocks as plain text, and the tree of elements that contain them.

One parse by lexbor (https://lexbor.com, the algorithm of https://html.spec.whatwg.org/multipage/parsing.html), one pass
over the tree. The result is text as a browser would lay it out without a style sheet: blocks on separate lines, blank
lines between paragraphs, the cells of a row separated by tabs. Scripts, styles and similar elements are not text.
Everything that a reader can see is text, including what only a script would show (tab panels, dialogs); to judge it is
the work of rules.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner._native import Library, library
from cleaner.chars import COLONS, SENTENCE_ENDS
from cleaner.model import Document, Kind, Tag, Tree
from cleaner.segment.hiding import hidden_elements
from cleaner.segment.line_writer import ENDS_ROW, LineWriter
from cleaner.segment.native_page import NativeWalker, Walked, native_walker
from cleaner.segment.page_styles import Sheets
from cleaner.segment.parsed import parsed_page
from cleaner.segment.start_tags import BINDING, READ, TOLD, Attributes, StartTags
from cleaner.segment.tags import LINE, PARAGRAPH, TAG_CLASSES, TagClass
from cleaner.segment.text import Lines, read_numbered, segment_lines

MAX_DEPTH = 256
"""Text nested deeper than this belongs to the element at this depth."""

_RARE = frozenset(("role", "hidden", "style"))  # attributes that are read in addition to class and id
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STEP_WORDS = 5  # an item of a numbered list with at least this many words is a step
_SPEC_WORDS = 12  # a definition of more words is running text
_NEARLY_EMPTY = 50  # words; with fewer visible words the text may be in noscript
_PLAIN = Kind.TEXT  # members are looked up once: looking them up in a loop over elements costs as much as the rest
_ITEM, _STEP, _SPEC = Kind.ITEM, Kind.STEP, Kind.SPEC
_SAMPLE = """<body class="a b" id=c><h1>One <b>two</b></h1><div hidden>x<br>y</div><ol><li>Step<li><a href=/>a</a></ol>
<table><tr><td>1<td>2 é</table><pre>a
  b</pre><x-y role=main>own<z-q>element</z-q></x-y><noscript>hidden</noscript><button>A</button><button>B</button>
<dialog>no</dialog><p style="display:none">&#x2028;.<svg><foreignObject>Text</foreignObject></svg><!-- no --></body>"""
_KEPT_BELOW = frozenset((Kind.CODE, Kind.CAPTION))  # everything inside them is of their kind


class Page(NamedTuple):
    """The visible text of a page, its lines, and the elements that contain them."""

    text: str
    lines: Lines
    tree: Tree
    may_address_model: bool = False
    """Whether the source has words of those that address a language model."""


def read_page(html: str) -> Page:
    """The text, lines and elements of ``html``. Never fails: any string is a page, also a fragment without ``<body>``.

    If almost nothing is visible, the content of ``<noscript>`` is read, too.
    """
    _, tree, address_signs = parsed_page(html)
    page = _read(tree, with_noscript=False)
    if sum(page.lines.words) < _NEARLY_EMPTY:
        fuller = _read(tree, with_noscript=True)
        if sum(fuller.lines.words) > sum(page.lines.words):
            page = fuller
    return page._replace(may_address_model=True) if address_signs else page


def segment_page(page: Page, *, id: str = "-") -> Document:
    """Split a page into blocks. Markup decides the kind of a block; only blocks without it are judged by shape."""
    return segment_lines(page.lines, page.text, page.tree, id=id)


def _read(tree: LexborHTMLParser, *, with_noscript: bool) -> Page:
    root = tree.body or tree.root
    walked = _native(root, with_noscript=with_noscript) or _walked(root, with_noscript=with_noscript)
    hiding, formats = hidden_elements(walked.starts, walked.tree, walked.sheet)
    found = walked.tree.having(hiding, formats) if hiding or formats else walked.tree
    lines, numbers = read_numbered(walked.text, walked.codes)
    kinds = list(lines.kinds)
    for i, marked_up in enumerate(map(walked.kinds.__getitem__, numbers)):
        if marked_up is not _PLAIN:
            kinds[i] = _kind(marked_up, lines.words[i])
    lines = replace(
        lines,
        kinds=tuple(kinds),
        elements=tuple(map(walked.elements.__getitem__, numbers)),
        links=tuple(map(walked.links.__getitem__, numbers)),
    )
    return Page(walked.text, lines, found)


def _walked(root: LexborNode | None, *, with_noscript: bool) -> Walked:
    """The walk over everything below ``root``."""
    walker = _Walker(with_noscript=with_noscript)
    if root is not None:
        walker.sheets.add_head(root)
        walker.walk(root)
    rows = walker.lines.rows
    texts, kinds, elements, links = zip(*rows, strict=True) if rows else ((), (), (), ())
    tree = Tree(tuple(walker.parents), tuple(walker.tags), tuple(walker.ends))
    return Walked("\n".join([*texts, ""]), kinds, elements, links, tree, walker.start_tags(), walker.sheets.read())


def _native(root: LexborNode | None, *, with_noscript: bool) -> Walked | None:
    """The same walk by the native core, None if there is none or Python has to read this page."""
    core = library() if root is not None else None
    walker = _native_walker(core) if core is not None else None
    if walker is None or root is None:
        return None
    return walker.walk(root, _Walker(with_noscript=with_noscript), with_noscript=with_noscript)


@cache
def _native_walker(core: Library) -> NativeWalker | None:
    """The walker of the core, if it reads a sample as Python does."""
    walker = native_walker(core, _TEXT)
    if walker is not None:
        body = LexborHTMLParser(_SAMPLE).body
        found = body and walker.walk(body, _Walker(with_noscript=True), with_noscript=True)
        if found and _plain(found) == _plain(_walked(body, with_noscript=True)):
            return walker
    log = logging.getLogger(__name__)
    log.warning("pages are read by Python: the native core does not work with the installed selectolax")
    return None


def _plain(walked: Walked) -> tuple[object, ...]:
    """What two walks have in common if they found the same."""
    starts, sheet = walked.starts, walked.sheet
    elements, formats = ([_told(starts, n) for n in numbers] for numbers in (starts.of_element, starts.formats))
    ruled = sheet.styles(starts.tags)
    styles = sheet.is_alone, [ruled.get(n) for n in starts.of_element], [ruled.get(n) for n in starts.formats]
    columns = walked.kinds, walked.elements, walked.links
    return walked.text, *map(list, columns), walked.tree, elements, formats, list(starts.formats_in), styles


def _told(starts: StartTags, n: int) -> tuple[object, ...]:
    return starts.tags[n], dict(starts.told.get(n, {})), n in starts.bound


def _kind(marked_up: Kind, words: int) -> Kind:
    if marked_up is _STEP and words < _STEP_WORDS:
        return _ITEM
    return _PLAIN if marked_up is _SPEC and words > _SPEC_WORDS else marked_up


# An element whose children are being read, as a list (an object for each would cost as much as the walk): its node,
# its class, the line ends due after it, its number or -1, and whether it is in a link or in raw text. It gets a
# number when the first text is found in it.
_Open = list[Any]
_NODE, _FOUND, _BREAKS, _NUMBER, _IS_LINK, _IS_RAW = range(6)


class _Walker:
    """One pass over a tree, without recursion."""

    def __init__(self, *, with_noscript: bool) -> None:
        self._with_noscript = with_noscript
        self._classes = dict(TAG_CLASSES)  # numbers of tags unknown to HTML are valid for one tree only
        self.known: dict[tuple[Any, ...], Tag] = {}
        self._bare: dict[str, Tag] = {}  # tags without attributes, by name
        self._starts: dict[object, int] = {}  # start tags as they are written
        self._told: dict[int, Attributes] = {}
        self._start_tags: list[Tag] = []
        self._bound: set[int] = set()
        self._start_of: list[int] = []
        self._formats: list[int] = []
        self._formats_in: list[int] = []
        self.sheets = Sheets()
        self.lines = LineWriter()
        self.parents = self.lines.parents
        self.tags: list[Tag] = []
        self.ends: list[int] = []

    def walk(self, root: LexborNode) -> None:
        """Read everything below ``root``.

        One long loop: it runs once per node, and a call for each node would double its time.
        """
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
                if breaks > ENDS_ROW:
                    lines.end_row(breaks - ENDS_ROW)
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
                self.sheets.add(node, found.name)
                child = shown_child(node, found.name, with_noscript=self._with_noscript)
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

    def _enter_special(self, node: LexborNode, found: TagClass) -> int:
        """Enter a line break, row, cell, table or custom element. Returns the line ends due after the element."""
        lines, step, breaks = self.lines, found.step, found.breaks
        if step == "button" and _is_word(node):
            if lines.closed:
                lines.enter_inline(found)
            return 0
        lines.closed = lines.touching = False
        if step == "br":
            lines.due = min(lines.due + 1, PARAGRAPH)
            return 0
        if step == "cell":
            lines.begin_cell()
            return 0
        if step == "tr":
            lines.begin_row()
            return breaks + ENDS_ROW
        if step == "table":
            lines.row, lines.due = -1, max(lines.due, breaks)
            return breaks + ENDS_ROW
        if step == "button":
            lines.due = max(breaks, lines.due)
            return breaks
        if _stands_alone(node):
            lines.due = max(lines.due, LINE)
            return LINE
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
            if opened[_FOUND].is_format:
                if attributes := opened[_NODE].attributes:
                    self._formats.append(self._start(self.tag(opened[_FOUND].name, attributes), attributes))
                    self._formats_in.append(number)
            elif depth < MAX_DEPTH:
                number = self._number(opened, number)
            opened[_NUMBER] = number
        return number

    def _number(self, opened: _Open, parent: int) -> int:
        """Record an element. Returns its number."""
        found, tags = opened[_FOUND], self.tags
        name, attributes, number = found.name, opened[_NODE].attributes, len(tags)
        tag = None if attributes else self._bare.get(name)
        self.parents.append(parent)
        tag = tag or self.tag(name, attributes)
        tags.append(tag)
        self._start_of.append(self._start(tag, attributes))
        self.ends.append(0)
        kind, kind_of = found.kind, self.lines.kind_of
        outer = kind_of[parent] if parent >= 0 else _PLAIN
        if kind is None or outer in _KEPT_BELOW:
            kind = outer
        elif kind is _ITEM and parent >= 0 and tags[parent].name == "ol":
            kind = _STEP
        kind_of.append(kind)
        return number

    def _start(self, tag: Tag, attributes: Attributes) -> int:
        """The number of a start tag as it is written."""
        told = {name: attributes[name] for name in READ if name in attributes}
        is_bound = any(name.startswith(BINDING) for name in attributes)
        is_told = tag.name == "dialog" or not TOLD.isdisjoint(told)
        key = tag, is_bound, tuple(told.items()) if is_told else ()
        number = self._starts.setdefault(key, len(self._starts))
        if number == len(self._start_tags):
            self._start_tags.append(tag)
            if is_bound:
                self._bound.add(number)
            if is_told:
                self._told[number] = told
        return number

    def start_tags(self) -> StartTags:
        """The start tags of what was read."""
        return StartTags(self._start_of, self._start_tags, self._told, self._bound, self._formats, self._formats_in)

    def tag(self, name: str, attributes: Mapping[str, str | None]) -> Tag:
        named: tuple[Any, ...] = (name, attributes.get("class"), attributes.get("id"))
        if name == "dialog" or not _RARE.isdisjoint(attributes):
            named = (*named, attributes.get("role"), "hidden" if _is_hidden(name, attributes) else None)
        tag = self.known.get(named)
        if tag is None:
            tag = self.known[named] = _tag(*named)
        if not attributes:
            self._bare[name] = tag
        return tag

    def _class(self, node: LexborNode) -> TagClass:
        found = self._classes[node.tag_id] = TagClass.of(node.tag or "-")
        return found


def shown_child(node: LexborNode, name: str, *, with_noscript: bool) -> LexborNode | None:
    """The first child that is shown of an element that usually hides its content: shadow roots, noscript."""
    if name == "template" and "shadowrootmode" in node.attributes:
        fragments = node.template_fragments()
        return fragments[0].child if fragments else None
    return node.child if name == "noscript" and with_noscript else None


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


def _is_word(node: LexborNode) -> bool:
    """Whether a button is a word of a sentence, as a term that opens its meaning is: text is on both sides of it."""
    before, after = node.prev, node.next
    if before is None or after is None or not (_is_filled_text(before) and _is_filled_text(after)):
        return False
    above, below = (before.text_content or "").rstrip(), (after.text_content or "").lstrip()
    return above[-1] not in SENTENCE_ENDS and above[-1] not in COLONS and not below[0].isupper()


def _is_filled_text(node: LexborNode) -> bool:
    return node.tag == "-text" and not (node.text_content or "").isspace()


_TEXT = LexborHTMLParser("<body>x").body.child.tag_id  # type: ignore[union-attr]
