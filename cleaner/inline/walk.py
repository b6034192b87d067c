"""One more pass over the tree of a page, in step with its text: each text node is found in the text again.

The walk in `cleaner.segment.html` keeps every character of a page but white space, in order. So this one only has to
read on in the text to know where each element begins and ends in it, and numbers elements by the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from cleaner.inline.address import best_of, fragment_of, resolved
from cleaner.inline.fences import fence_of
from cleaner.inline.formulas import is_display, is_formula, is_image_of_formula, latex_of, script_latex, tidy_latex
from cleaner.inline.marks import Cell, Fence, Inline, Insert, Table, What
from cleaner.model import HEADINGS, Span
from cleaner.segment.html import MAX_DEPTH, shown_child
from cleaner.segment.tags import TAG_CLASSES, TagClass

_SPACE = re.compile(r"\s*")
_TEXT = "-text"
_FORMATS: Mapping[str, What] = {
    **dict.fromkeys(("b", "strong"), What.STRONG),
    **dict.fromkeys(("i", "em"), What.EMPHASIS),
    **dict.fromkeys(("s", "del", "strike"), What.STRUCK),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), What.CODE),
    "sup": What.ABOVE,
    "sub": What.BELOW,
}
_PLAIN_WEIGHT = re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)", re.IGNORECASE)
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")
_NONE = ("0", "1")  # the width or height of an image that only counts readers


@dataclass(slots=True, eq=False)
class Open:
    """An element that is being read or was read.

    ``number`` is its number in the tree, -1 as long as it has no text; ``first`` and ``last`` are the pieces of text
    in it, the second exclusive. ``count`` is the number of the next item of a list and ``step`` what comes after.
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

    def inner_most(self, is_wanted: Callable[[Open], bool]) -> Open | None:
        """The innermost of this element and its ancestors that is wanted."""
        entry: Open | None = self
        while entry is not None and not is_wanted(entry):
            entry = entry.parent
        return entry

    def in_tree(self) -> int:
        """The number in the tree of the innermost element around this place that has one."""
        entry = self.inner_most(lambda one: one.number >= 0)
        return entry.number if entry else 0


@dataclass(slots=True)
class Reference:
    """A link to a place on the same page: its index among the spans, where it leads, the ids that lead to it."""

    index: int
    fragment: str
    ids: frozenset[str]
    is_raised: bool  # in a superscript, or declared to refer to a note


@dataclass(slots=True)
class _Pending:
    """Something without text, before it is known whether text follows on its line."""

    insert: Insert
    place: Open
    breaks: int


@dataclass(slots=True)
class Walk:
    """What the pass finds. ``text`` is the text of the page, ``base`` the address that others are relative to."""

    text: str
    base: str
    with_noscript: bool
    at: int = 0
    pieces: list[Span] = field(default_factory=list)
    spans: list[Inline] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    tables: dict[int, Table] = field(default_factory=dict)
    fences: dict[int, Fence] = field(default_factory=dict)
    preformatted: list[Span] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    ids: dict[str, Open] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    missed: int = 0
    elements: int = 0
    _classes: dict[int, TagClass] = field(default_factory=lambda: dict(TAG_CLASSES))
    _pending: list[_Pending] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _links: list[str] = field(default_factory=list)
    _formats: set[What] = field(default_factory=set)
    _breaks: int = 0
    _breaks_at_text: int = 0
    _formula: Open | None = None
    _last_formula: tuple[int, int] = (-1, -1)  # its node and its index among the spans

    @property
    def is_complete(self) -> bool:
        """Whether all of the text was found, and nothing else."""
        return not self.missed and self._skip(self.at) == len(self.text)

    def run(self, root: LexborNode) -> None:
        """Read everything below ``root``."""
        top = Open(root, self._class(root), None, 0, number=0)
        self.elements = 1
        node = root.child
        while True:
            while node is None:
                self._leave(top)
                if top.parent is None:
                    self._settle(is_end=True)
                    return
                node = top.node.next
                top = top.parent
            if node.tag == _TEXT:
                self._read(node.text_content or "", top)
                node = node.next
                continue
            found = self._classes.get(node.tag_id) or self._class(node)
            child = node.child
            if found.no_text:
                child = shown_child(node, found.name, with_noscript=self.with_noscript)
                if child is None:
                    self._unread(node, found, top)
                    node = node.next
                    continue
            entry = self._enter(node, found, top)
            if child is None:
                self._leave(entry)
                node = node.next
            else:
                top, node = entry, child

    # Text

    def _read(self, content: str, top: Open) -> None:
        if not top.is_raw and content.isspace():
            return
        self._number(top)
        words = content.split()
        span = self._find(words) if words else None
        if span is None:
            self.missed += bool(words)
            return
        self._settle(at=span.start)
        self.pieces.append(span)
        self.at = span.end
        self._breaks_at_text = self._breaks

    def _find(self, words: list[str]) -> Span | None:
        start = at = self._skip(self.at)
        joined = " ".join(words)
        if self.text.startswith(joined, start):
            return Span(start, start + len(joined))
        for word in words:
            at = self._skip(at)
            if not self.text.startswith(word, at):
                return None
            at += len(word)
        return Span(start, at)

    def _skip(self, at: int) -> int:
        return _SPACE.match(self.text, at).end()  # type: ignore[union-attr]  # matches anything

    def _number(self, top: Open) -> None:
        """Number the open elements that have no number yet, as the walk in `cleaner.segment.html` does."""
        unnumbered = []
        entry = top
        while entry.number < 0 and entry.parent is not None:
            unnumbered.append(entry)
            entry = entry.parent
        number = entry.number
        for entry in reversed(unnumbered):
            if not entry.found.is_format and entry.depth < MAX_DEPTH:
                number, self.elements = self.elements, self.elements + 1
            entry.number = number

    def _class(self, node: LexborNode) -> TagClass:
        found = self._classes[node.tag_id] = TagClass.of(node.tag or "-")
        return found

    # Elements

    def _enter(self, node: LexborNode, found: TagClass, top: Open) -> Open:
        entry = Open(node, found, top, top.depth + 1, top.is_raw or found.is_raw, first=len(self.pieces))
        if found.breaks or found.step in ("br", "cell"):
            self._breaks += 1
        attributes = node.attributes
        for name in ("id", "name") if found.name == "a" else ("id",):
            if place := attributes.get(name):
                self.ids.setdefault(place, entry)
        if self._formula is None:
            self._begin(entry, attributes)
        return entry

    def _begin(self, entry: Open, attributes: Mapping[str, str | None]) -> None:
        name = entry.found.name
        if is_formula(name, (attributes.get("class") or "").split()):
            self._formula = entry
            entry.mark = (What.FORMULA, latex_of(entry.node), "")
        elif name == "a":
            address = resolved(attributes.get("href"), self.base)
            entry.mark = (What.LINK, address, attributes.get("title") or "")
            self._links.append(address)
        elif name in _FORMATS:
            what = _FORMATS[name]
            is_plain = what is What.STRONG and _PLAIN_WEIGHT.search(attributes.get("style") or "")
            if not is_plain and what not in self._formats:  # bold text inside bold text is just as bold
                entry.mark = (what, "", "")
                self._formats.add(what)
        elif name == "img":
            self._image(entry, attributes)
        elif name == "input" and attributes.get("type") == "checkbox":
            self._task(entry, attributes)
        elif name == "table":
            self._begin_table(entry, attributes)
        elif name == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif name in HEADINGS and self._tables:
            self._tables[-1].is_data = False
        elif name in ("ol", "li"):
            _count(entry, attributes)

    def _begin_table(self, entry: Open, attributes: Mapping[str, str | None]) -> None:
        if self._tables:  # a table that contains another one is a layout
            self._tables[-1].is_data = False
        entry.table = Table(is_data=attributes.get("role") not in ("presentation", "none"))
        self._tables.append(entry.table)

    def _leave(self, entry: Open) -> None:
        entry.last = len(self.pieces)
        name = entry.found.name
        if entry.found.breaks or entry.found.step == "cell":
            self._breaks += 1
        if entry.mark is not None:
            self._mark(entry, *entry.mark)
        elif entry.table is not None:
            table = self._tables.pop()
            table.rows = [row for row in table.rows if row]
            self.tables[entry.number] = entry.table
        elif name in ("td", "th"):
            self._cell(entry)
        elif name == "pre" and entry.number >= 0:
            self.fences[entry.number] = fence_of(entry.node)
            self.preformatted.append(self.span_of(entry))
        elif name == "li" and entry.number >= 0 and entry.step:
            self.numbers[entry.number] = entry.count
        if entry is self._formula:
            self._formula = None

    def _cell(self, entry: Open) -> None:
        if self._tables and self._tables[-1].rows:
            span = self.span_of(entry)
            columns = entry.node.attributes.get("colspan") or "1"
            width = min(int(columns), 100) if columns.isascii() and columns.isdigit() else 1
            self._tables[-1].rows[-1].append(Cell(span, max(width, 1), tuple(self._waiting_in(entry))))
            self._tables[-1].has_header |= entry.found.name == "th"

    def _waiting_in(self, cell: Open) -> list[Insert]:
        """The images of a cell after which it has no text."""
        waiting: list[Insert] = []
        for one in reversed(self._pending):
            if one.place.inner_most(lambda outer: outer is cell) is None:
                break
            waiting.append(one.insert)
        return waiting[::-1]

    def span_of(self, entry: Open) -> Span:
        """Where the text of an element is; empty at the end of the text read so far if it has none."""
        if entry.first == entry.last:
            return Span(self.at, self.at)
        return Span(self.pieces[entry.first].start, self.pieces[entry.last - 1].end)

    def _mark(self, entry: Open, what: What, value: str, title: str) -> None:
        """Record the mark of an element that was read."""
        self._formats.discard(what)
        if what is What.LINK:
            self._links.pop()
        if entry.first == entry.last:
            if what is What.FORMULA and value:
                self._insert(entry, What.FORMULA, value, is_display=is_display(entry.node))
            return
        if what is What.LINK:
            if not value:
                return
            if self._is_anchor(entry):
                what = What.BACK
            else:
                self._refer(entry)
        elif what in (What.ABOVE, What.BELOW) and any(one.what is What.LINK for one in self._inside(entry)):
            return
        elif what is What.FORMULA:
            self._last_formula = (entry.node.mem_id, len(self.spans))
        shown = what is What.FORMULA and is_display(entry.node)
        self.spans.append(Inline(self.span_of(entry), what, value, title, is_display=shown))

    def _is_anchor(self, entry: Open) -> bool:
        """Whether a link is only the sign with which a heading links to itself."""
        text = self.text[slice(*self.span_of(entry))]
        return (
            not any(map(str.isalnum, text))
            and bool(fragment_of(entry.node.attributes.get("href")))
            and entry.inner_most(lambda one: one.found.name in HEADINGS) is not None
        )

    def _inside(self, entry: Open) -> list[Inline]:
        """The spans inside an element that is left: the last ones that were recorded."""
        start, found = self.pieces[entry.first].start, []
        for one in reversed(self.spans):
            if one.span.start < start:
                break
            found.append(one)
        return found

    def _refer(self, entry: Open) -> None:
        attributes = entry.node.attributes
        fragment = fragment_of(attributes.get("href"))
        if not fragment:
            return
        ids, outer, is_raised = {attributes.get("id")}, entry.parent, _is_reference(attributes)
        for _ in range(2):
            if outer is not None and outer.found.name in ("sup", "span"):
                ids.add(outer.node.attributes.get("id"))
                is_raised |= outer.found.name == "sup"
                outer = outer.parent
        inside = entry.node.css_first("sup")
        if inside is not None:
            is_raised = True
            ids.add(inside.attributes.get("id"))
        known = frozenset(id for id in ids if id)
        self.references.append(Reference(len(self.spans), fragment, known, is_raised))

    # What has no text of its own

    def _unread(self, node: LexborNode, found: TagClass, top: Open) -> None:
        """An element whose content is not part of the text."""
        if self._formula is not None:
            return
        if found.name == "rt":
            if reading := " ".join(node.text(deep=True).split()):
                self._insert(top, What.READING, reading)
        elif found.name == "script" and (latex := script_latex(node)):
            self._script(node, latex, top)
        elif (place := node.attributes.get("id")) and found.name != "svg":
            self.ids.setdefault(place, top)

    def _script(self, node: LexborNode, latex: str, top: Open) -> None:
        """The source of a formula of MathJax 2, after what is shown of it."""
        before = node.prev
        while before is not None and before.tag == _TEXT and not (before.text_content or "").strip():
            before = before.prev
        mem_id, n = self._last_formula
        if before is not None and before.mem_id == mem_id:
            shown = self.spans[n].is_display or is_display(node)
            self.spans[n] = self.spans[n]._replace(value=latex, is_display=shown)
        else:
            self._insert(top, What.FORMULA, latex, is_display=is_display(node))

    def _image(self, entry: Open, attributes: Mapping[str, str | None]) -> None:
        alternative = " ".join((attributes.get("alt") or "").split())
        if alternative and is_image_of_formula((attributes.get("class") or "").split()):
            self._insert(entry, What.FORMULA, tidy_latex(alternative))
            return
        if attributes.get("width") in _NONE or attributes.get("height") in _NONE:
            return
        sources = [attributes.get(name) for name in _SOURCES]
        sources.append(best_of(attributes.get("srcset") or attributes.get("data-srcset")))
        address = next((one for one in (resolved(source, self.base) for source in sources) if one), "")
        if address:
            self._insert(entry, What.IMAGE, address, alternative)

    def _task(self, entry: Open, attributes: Mapping[str, str | None]) -> None:
        if entry.parent is not None and entry.parent.inner_most(lambda one: bool(one.found.breaks)):
            item = entry.parent.inner_most(lambda one: one.found.name in ("li", "body"))
            if item is not None and item.found.name == "li" and len(self.pieces) == item.first:
                self._insert(entry, What.TASK, "x" if "checked" in attributes else " ")

    def _insert(self, place: Open, what: What, value: str, title: str = "", *, is_display: bool = False) -> None:
        link = self._links[-1] if self._links else ""
        insert = Insert(self.at, what, value, title, link, is_display=is_display)
        touches = bool(self.pieces) and self._breaks == self._breaks_at_text and what is not What.TASK
        if touches:
            self.inserts.append(insert)
        else:
            self._pending.append(_Pending(insert, place, self._breaks))

    def _settle(self, at: int = 0, *, is_end: bool = False) -> None:
        """Place what waits for text: in the line that begins at ``at``, or on lines of its own."""
        for one in self._pending:
            if not is_end and one.breaks == self._breaks:
                self.inserts.append(one.insert._replace(at=at))
            elif one.insert.what in (What.IMAGE, What.FORMULA):
                self.inserts.append(one.insert._replace(element=one.place.in_tree(), is_inside=False))
        self._pending.clear()


def _is_reference(attributes: Mapping[str, str | None]) -> bool:
    """Whether a link is declared to lead to a note."""
    declared = f"{attributes.get('role')} {attributes.get('epub:type')} {attributes.get('class')}"
    return any(word in declared for word in ("noteref", "footnote", "fnref"))


def _count(entry: Open, attributes: Mapping[str, str | None]) -> None:
    """Number a list or an item of it as browsers do: by ``start``, ``reversed`` and ``value``."""
    if entry.found.name == "ol":
        entry.step = -1 if "reversed" in attributes else 1
        items = sum(child.tag == "li" for child in entry.node.iter(include_text=False)) if entry.step < 0 else 1
        entry.count = _number_of(attributes.get("start"), items)
        return
    parent = entry.parent
    if parent is None or parent.found.name != "ol":
        entry.step = 0
        return
    entry.count = _number_of(attributes.get("value"), parent.count)
    parent.count = entry.count + parent.step


def _number_of(value: str | None, default: int) -> int:
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else default
