"""What is marked up in a page, element by element, in the order in which a walk enters and leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from cleaner.inline.address import resolved
from cleaner.inline.alignment import alignment_of, alignments_of
from cleaner.inline.elements import Attributes, Open, columns_of, has_no_weight, image_address
from cleaner.inline.fences import fence_of
from cleaner.inline.formulas import is_display, is_formula, is_image_of_formula, latex_of, script_latex, tidy_latex
from cleaner.inline.inserts import Inserts
from cleaner.inline.marks import Cell, Fence, Inline, Table, What
from cleaner.inline.reading import Reading
from cleaner.inline.references import Reference, is_anchor, reference_of
from cleaner.model import HEADINGS, Span
from cleaner.segment.tags import TagClass

_FORMATS: Mapping[str, What] = {
    **dict.fromkeys(("b", "strong"), What.STRONG),
    **dict.fromkeys(("i", "em"), What.EMPHASIS),
    **dict.fromkeys(("s", "del", "strike"), What.STRUCK),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), What.CODE),
    "sup": What.ABOVE,
    "sub": What.BELOW,
}


@dataclass(slots=True)
class Finds:
    """What was found so far. ``base`` is the address that others are relative to."""

    base: str
    reading: Reading
    inserts: Inserts
    spans: list[Inline] = field(default_factory=list)
    tables: dict[int, Table] = field(default_factory=dict)
    fences: dict[int, Fence] = field(default_factory=dict)
    preformatted: list[Span] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    ids: dict[str, Open] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _links: list[str] = field(default_factory=list)
    _formats: set[What] = field(default_factory=set)
    _formula: Open | None = None
    _last_formula: tuple[int, int] = (-1, -1)  # its node and its index among the spans

    def enter(self, entry: Open) -> None:
        """Begin an element. Nothing inside a formula counts."""
        attributes = entry.node.attributes
        for name in ("id", "name") if entry.found.name == "a" else ("id",):
            if place := attributes.get(name):
                self.ids.setdefault(place, entry)
        if self._formula is None:
            self._begin(entry, attributes)

    def _begin(self, entry: Open, attributes: Attributes) -> None:
        name = entry.found.name
        if is_formula(name, (attributes.get("class") or "").split()):
            self._formula = entry
            entry.mark = (What.FORMULA, latex_of(entry.node), "")
        elif name == "a":
            address = resolved(attributes.get("href"), self.base)
            entry.mark = (What.LINK, address, attributes.get("title") or "")
            self._links.append(address)
        elif name in _FORMATS:
            self._begin_format(entry, _FORMATS[name], attributes)
        elif name == "img":
            self._image(entry, attributes)
        elif name == "input" and attributes.get("type") == "checkbox":
            self._task(entry, attributes)
        elif name == "hr":
            self._insert(entry, What.RULE, "")
        elif name in ("ol", "li"):
            entry.count_items(attributes)
        else:
            self._begin_part_of_table(entry, attributes)

    def _begin_format(self, entry: Open, what: What, attributes: Attributes) -> None:
        is_plain = what is What.STRONG and has_no_weight(attributes)
        if not is_plain and what not in self._formats:  # bold text inside bold text is just as bold
            entry.mark = (what, "", "")
            self._formats.add(what)

    def _begin_part_of_table(self, entry: Open, attributes: Attributes) -> None:
        name, outer = entry.found.name, self._tables[-1] if self._tables else None
        if outer is not None and (name in HEADINGS or name == "table"):
            outer.is_data = False  # what contains headings or another table is a layout
        if name == "table":
            entry.table = Table(is_data=attributes.get("role") not in ("presentation", "none"))
            self._tables.append(entry.table)
        elif name == "tr" and outer is not None:
            outer.rows.append([])

    def leave(self, entry: Open) -> None:
        """End an element."""
        name = entry.found.name
        if entry.mark is not None:
            self._mark(entry, *entry.mark)
        elif entry.table is not None:
            table = self._tables.pop()
            table.rows = [row for row in table.rows if row]
            table.alignments = alignments_of(table.rows)
            self.tables[entry.number] = table
        elif name in ("td", "th"):
            self._cell(entry)
        elif name == "pre" and entry.number >= 0:
            self.fences[entry.number] = fence_of(entry.node)
            self.preformatted.append(self.reading.span_of(entry))
        elif name == "li" and entry.number >= 0 and entry.step:
            self.numbers[entry.number] = entry.count
        if entry is self._formula:
            self._formula = None

    def _cell(self, entry: Open) -> None:
        if self._tables and self._tables[-1].rows:
            columns, images = columns_of(entry.node.attributes), self.inserts.waiting_in(entry)
            cell = Cell(self.reading.span_of(entry), columns, images, alignment_of(entry))
            self._tables[-1].rows[-1].append(cell)
            self._tables[-1].has_header |= entry.found.name == "th"

    def _mark(self, entry: Open, what: What, value: str, title: str) -> None:
        """Record the mark of an element that was read."""
        self._formats.discard(what)
        if what is What.LINK:
            self._links.pop()
            if value and entry.has_text:
                self._link(entry, value, title)
        elif what is What.FORMULA:
            self._end_formula(entry, value)
        elif entry.has_text and not (what in (What.ABOVE, What.BELOW) and self._has_link(entry)):
            self.spans.append(Inline(self.reading.span_of(entry), what))

    def _link(self, entry: Open, address: str, title: str) -> None:
        span = self.reading.span_of(entry)
        if is_anchor(entry, self.reading.text[slice(*span)]):
            self.spans.append(Inline(span, What.BACK))
            return
        if reference := reference_of(entry, len(self.spans)):
            self.references.append(reference)
        self.spans.append(Inline(span, What.LINK, address, title))

    def _end_formula(self, entry: Open, latex: str) -> None:
        shown = is_display(entry.node)
        if entry.has_text:
            self._last_formula = (entry.node.mem_id, len(self.spans))
            self.spans.append(Inline(self.reading.span_of(entry), What.FORMULA, latex, is_display=shown))
        elif latex:
            self._insert(entry, What.FORMULA, latex, is_display=shown)

    def _has_link(self, entry: Open) -> bool:
        """Whether a link was recorded in an element that is left; those inside are the last ones."""
        start = self.reading.span_of(entry).start
        for one in reversed(self.spans):
            if one.span.start < start:
                return False
            if one.what is What.LINK:
                return True
        return False

    def unread(self, node: LexborNode, found: TagClass, top: Open) -> None:
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
        while before is not None and before.tag == "-text" and not (before.text_content or "").strip():
            before = before.prev
        mem_id, n = self._last_formula
        if before is not None and before.mem_id == mem_id:
            shown = self.spans[n].is_display or is_display(node)
            self.spans[n] = self.spans[n]._replace(value=latex, is_display=shown)
        else:
            self._insert(top, What.FORMULA, latex, is_display=is_display(node))

    def _image(self, entry: Open, attributes: Attributes) -> None:
        alternative = " ".join((attributes.get("alt") or "").split())
        if alternative and is_image_of_formula((attributes.get("class") or "").split()):
            self._insert(entry, What.FORMULA, tidy_latex(alternative))
        elif address := image_address(attributes, self.base):
            self._insert(entry, What.IMAGE, address, alternative)

    def _task(self, entry: Open, attributes: Attributes) -> None:
        item = entry.innermost(lambda one: one.found.name == "li")
        if item is not None and len(self.reading.pieces) == item.first:
            self._insert(entry, What.TASK, "x" if "checked" in attributes else " ")

    def _insert(self, place: Open, what: What, value: str, title: str = "", *, is_display: bool = False) -> None:
        link = self._links[-1] if self._links else ""
        self.inserts.add(place, what, value, title=title, link=link, is_display=is_display)
