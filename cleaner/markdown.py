"""The clean text of a page as Markdown: CommonMark with the tables of GFM (https://github.github.com/gfm/).

Only what the page's author marked up becomes markup: headings, lists, tables, code, quotations, terms, captions. All
other kept blocks are paragraphs, and what would be read as Markdown by accident is escaped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cleaner.model import Kind, Result, Tree

TextFormat = Literal["plain", "markdown"]

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
_CODE = frozenset(("code", "samp", "kbd"))
_INLINE = frozenset("a span label button time output data font".split())
_MAX_NESTING = 10  # lists and quotations deeper than that are not told apart
_SIGNS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)"  # reads as an escape or a line break
    r"|<(?=[a-zA-Z/!?])|&(?=\#?\w{1,32};)|\](?=\()"  # a tag, an entity, a link
    r"|`+|\*+|_+|~+",
    re.MULTILINE,
)
_LINE_START = re.compile(
    r"\#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|[-=_*|:](?=[-=_*|:\s]*$)|~~~|```|\[(?=[^\]]+\]:)|(?<=\d)[.)](?=\s|$)"
)
_NUMBER = re.compile(r"\d{1,9}(?=[.)])")
_CLOSING_HASHES = re.compile(r"(?<=\s)\#(?=\#*$)")
_LINE_BREAK = "  \n"


def to_markdown(result: Result) -> str:
    """The kept blocks of a page as Markdown: every kept word, in order, and no other word.

    Of a plain text it is the clean text as it is.
    """
    tree = result.document.blocks.tree
    if tree is None:
        return result.text
    return _Writer(tree).write(_parts(result, _places(tree)))


class _Place(NamedTuple):
    """What an element and those around it make of the text in it."""

    role: str = ""  # heading, pre, code, caption, term, description; without one a paragraph
    leaf: int = -1  # the innermost element that is no part of a line: what stands in it belongs together
    containers: tuple[int, ...] = ()  # list items and quotations, from the outside in
    table: int = -1

    def inside(self, i: int, name: str) -> _Place:
        """The place in element ``i``, which stands in this one."""
        if self.role in ("pre", "heading") or name in _INLINE:
            return self
        if name in _CODE:
            return self if self.role else self._replace(role="code")
        if name in ("li", "blockquote"):
            deeper = (*self.containers, i) if len(self.containers) < _MAX_NESTING else self.containers
            return _Place("", i, deeper, -1)
        if name in _HEADINGS:
            return self._replace(role="heading", leaf=i)
        if name in _PREFORMATTED:
            return self._replace(role="pre", leaf=i)
        if name == "table":
            return _Place("", i, self.containers, i)
        role = {"figcaption": "caption", "caption": "caption", "dt": "term", "dd": "description"}.get(name, self.role)
        return self._replace(role=role, leaf=i)


def _places(tree: Tree) -> list[_Place]:
    places: list[_Place] = []
    for i, parent in enumerate(tree.parents):
        places.append((places[parent] if parent >= 0 else _Place()).inside(i, tree.tags[i].name))
    return places


@dataclass(slots=True)
class _Part:
    """Kept blocks that are one thing: a paragraph, a heading, a table, a piece of code. ``last`` is the last block."""

    place: _Place
    is_table: bool
    last: int
    lines: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)  # of the lines

    def add(self, i: int, line: str, role: str) -> None:
        self.last = i
        self.lines.append(line)
        self.roles.append(role)


def _parts(result: Result, places: Sequence[_Place]) -> Iterator[_Part]:
    blocks, text = result.document.blocks, result.document.text
    part: _Part | None = None
    for i, line in _kept_lines(result):
        place = places[blocks.elements[i]]
        is_row = place.table >= 0 and blocks.kinds[i] is Kind.CELL and "\t" in line
        follows = part is not None and i == part.last + 1 and not blocks.apart[i]
        if part is None or not _continues(part, place, is_row=is_row, follows=follows):
            if part is not None:
                yield part
            part = _Part(place, is_row, i)
        elif place.role == "pre" and not follows:
            part.add(i, "", "")
        start = blocks.starts[i]
        if place.role == "pre" or part.is_table:  # white space in front counts: columns, empty cells
            line = _leading(text, start) + line
        part.add(i, line, place.role)
    if part is not None:
        yield part


def _continues(part: _Part, place: _Place, *, is_row: bool, follows: bool) -> bool:
    """Whether a line at ``place`` belongs to the part before it; ``follows`` without a gap."""
    if part.is_table:
        return part.place.table == place.table and (is_row or (follows and place.role == part.place.role))
    if is_row:
        return False
    if place.role == "pre":
        return place.leaf == part.place.leaf
    if place.role == "description" and part.roles[-1] == "term":
        return follows and place.containers == part.place.containers
    return follows and place.leaf == part.place.leaf and place.role == part.roles[-1]


def _kept_lines(result: Result) -> Iterator[tuple[int, str]]:
    """The blocks of which anything is kept, and what that is."""
    blocks, text, cuts = result.document.blocks, result.document.text, result.cuts
    n = 0
    for i, (start, end) in enumerate(zip(blocks.starts, blocks.ends, strict=True)):
        kept = []
        while n < len(cuts) and cuts[n].span.end <= start:
            n += 1
        m, at = n, start
        while m < len(cuts) and cuts[m].span.start < end:
            kept.append(text[at : cuts[m].span.start])
            at, m = cuts[m].span.end, m + 1
        kept.append(text[at:end])
        if line := "".join(kept).strip():
            yield i, line


def _leading(text: str, start: int) -> str:
    """The white space between the start of the line and ``start``."""
    return text[text.rfind("\n", 0, start) + 1 : start]


class _Writer:
    """Writes parts one below the other, behind the signs of the list items and quotations they stand in."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._numbers = _item_numbers(tree)
        self._opened: set[int] = set()

    def write(self, parts: Iterator[_Part]) -> str:
        written: list[str] = []
        before: tuple[int, ...] | None = None
        for part in parts:
            here = part.place.containers
            if before is not None and not self._is_tight(before, here):
                shared = [c for c, d in zip(before, here, strict=False) if c == d]
                written.append("".join(map(self._indent, shared)).rstrip())
            lines = self._lines(part)
            first, rest = "".join(map(self._open, here)), "".join(map(self._indent, here))
            written += (((rest if n else first) + line).rstrip(" ") + end for n, (line, end) in enumerate(lines))
            before = here
        return "".join(f"{line}\n" for line in written)

    def _open(self, container: int) -> str:
        """The sign of a list item or a quotation; an item has one only once."""
        if container in self._opened:
            return self._indent(container)
        self._opened.add(container)
        return self._sign(container)

    def _indent(self, container: int) -> str:
        sign = self._sign(container)
        return sign if sign == "> " else " " * len(sign)

    def _sign(self, container: int) -> str:
        tree = self._tree
        if tree.tags[container].name == "blockquote":
            return "> "
        parent = tree.parents[container]
        is_numbered = parent >= 0 and tree.tags[parent].name == "ol"
        return f"{self._numbers[container]}. " if is_numbered else "- "

    def _is_tight(self, before: Sequence[int], here: Sequence[int]) -> bool:
        """Whether no blank line is needed: ``here`` begins an item right below another one, or inside of it."""
        shared = 0
        while shared < min(len(before), len(here)) and before[shared] == here[shared]:
            shared += 1
        if shared == len(here) or self._tree.tags[here[shared]].name != "li":
            return False
        if shared < len(before):
            return self._tree.parents[before[shared]] == self._tree.parents[here[shared]]
        # a list that does not begin with 1 can't interrupt a paragraph
        return shared > 0 and self._sign(here[shared - 1]) != "> " and self._sign(here[shared]) in ("- ", "1. ")
