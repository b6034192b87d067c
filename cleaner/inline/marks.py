"""The data: what a page has inside its lines. Offsets are code points of the text of its document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from cleaner.model import Span


class What(StrEnum):
    """What a stretch of text is, or what belongs at a place in it."""

    LINK = "link"  # the value is its address
    STRONG = "strong"
    EMPHASIS = "emphasis"
    STRUCK = "struck"
    CODE = "code"
    ABOVE = "above"  # superscript
    BELOW = "below"  # subscript
    FORMULA = "formula"  # the value is LaTeX
    NOTE = "note"  # the reference to a footnote; the value is its label
    BACK = "back"  # a link from a footnote to its reference, or the sign that links a heading to itself
    IMAGE = "image"  # the value is its address, the title its alternative text
    READING = "reading"  # how a word in ruby is read
    TASK = "task"  # the box of a task; the value is "x" or a space
    RULE = "rule"  # a line across the page

    __hash__ = str.__hash__


class Inline(NamedTuple):
    """A stretch of text that the author marked up. What value and title are depends on ``what``."""

    span: Span
    what: What
    value: str = ""
    title: str = ""
    is_display: bool = False


class Insert(NamedTuple):
    """Something without text of its own, at a place in the text.

    If it ``is_inside`` a line, the place is in that line. Otherwise it is between two lines, at the end of the upper
    one, in the element with the number ``element``. ``link`` is the address of the link around it.
    """

    at: int
    what: What
    value: str
    title: str = ""
    link: str = ""
    element: int = 0
    is_inside: bool = True
    is_display: bool = False


class Cell(NamedTuple):
    """A cell of a table: where its text is (empty if it has none), how many columns it takes, the images at its end.

    ``alignment`` is ``left``, ``right`` or ``center``, or empty.
    """

    span: Span
    columns: int = 1
    images: tuple[Insert, ...] = ()
    alignment: str = ""


@dataclass(slots=True)
class Table:
    """The cells of a table by row, and whether it holds data, not the layout of a page.

    ``alignments`` has the alignment of each column; it may lack some at the end.
    """

    rows: list[list[Cell]] = field(default_factory=list)
    is_data: bool = True
    has_header: bool = False
    alignments: tuple[str, ...] = ()


class Fence(NamedTuple):
    """Preformatted text: the language of its code if the page names one, and the text as it is in the source."""

    language: str
    raw: str


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is marked up inside the lines of a page.

    ``spans`` are in the order of the text, outer ones before inner ones; ``inserts`` in the order of the text. The
    mappings have the number of an element of the tree as their key: tables, preformatted texts, the numbers of
    items that the author has set, and the labels of footnotes.
    """

    spans: tuple[Inline, ...] = ()
    inserts: tuple[Insert, ...] = ()
    tables: Mapping[int, Table] = field(default_factory=dict)
    fences: Mapping[int, Fence] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
