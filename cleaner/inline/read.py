"""The source of a page → all that is marked up inside its text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from cleaner.inline.marks import Inline, Marks, What
from cleaner.inline.notes import find_notes
from cleaner.inline.walk import walk
from cleaner.model import Document, Span
from cleaner.segment.parsed import parsed

_RAW_FORMULA = re.compile(r"\\\((.{1,2000}?)\\\)|\\\[(.{1,2000}?)\\\]|\$\$([^$]{1,2000})\$\$", re.DOTALL)
_FORMULA_SIGNS = (r"\(", r"\[", "$$")
_SCRIPTS = ("mathjax", "katex")  # what sets formulas whose source is in the text


def marks_of(document: Document) -> Marks:
    """What is marked up inside the text of a page. Empty for plain text, and for a page without its source.

    The marks of the last few pages are kept, because links, Markdown and chunks all ask for them.
    """
    tree = document.blocks.tree
    if tree is None or not document.source:
        return _NONE
    marks, elements = _read(document.source, document.text, document.url)
    # what is found by number would be wrong if the elements were numbered in another way
    return marks if elements == len(tree) else Marks(marks.spans)


_NONE = Marks()


@lru_cache(maxsize=4)
def _read(source: str, text: str, url: str) -> tuple[Marks, int]:
    tree = parsed(source)
    base = _base(tree, url)
    root = tree.body or tree.root
    finds = walk(root, text, base, with_noscript=False)
    if not finds.reading.is_complete:
        other = walk(root, text, base, with_noscript=True)
        finds = other if other.reading.is_complete else finds
    notes = find_notes(finds)
    spans = [one for one in finds.spans if one.value or one.what not in (What.FORMULA, What.LINK)]
    if any(sign in text for sign in _FORMULA_SIGNS) and any(name in source.lower() for name in _SCRIPTS):
        spans += _raw_formulas(text, spans, finds.preformatted)
    spans.reverse()  # of two that are equal, the inner one was recorded first, and the sort is stable
    spans.sort(key=lambda one: (one.span.start, -one.span.end))
    inserts = tuple(sorted(finds.inserts.placed, key=lambda one: one.at))
    marks = Marks(tuple(spans), inserts, finds.tables, finds.fences, finds.numbers, notes)
    return marks, finds.reading.elements if finds.reading.is_complete else -1


def _base(tree: LexborHTMLParser, url: str) -> str:
    """The address that relative ones are relative to: the known one of the page, or the one that it declares."""
    declared = ""
    for selector in ("base[href]", "link[rel=canonical][href]"):
        node = tree.css_first(selector)
        if node is None:
            continue
        href = (node.attributes.get("href") or "").strip()
        try:
            declared = urljoin(url, href) if selector.startswith("base") else declared or url or href
        except ValueError:
            continue
        if declared:
            break
    declared = declared or url
    return declared if re.match(r"[a-zA-Z][\w+.-]+:", declared) else ""


def _raw_formulas(text: str, spans: Sequence[Inline], preformatted: Sequence[Span]) -> list[Inline]:
    """Formulas that a script would set: their source is in the text, between signs."""
    taken = [one.span for one in spans if one.what in (What.CODE, What.FORMULA)]
    taken = sorted([*taken, *preformatted])
    starts = [span.start for span in taken]
    found = []
    for match in _RAW_FORMULA.finditer(text):
        span = Span(*match.span())
        n = bisect_right(starts, span.end - 1) - 1
        is_code = n >= 0 and taken[n].end > span.start
        if is_code or "\n\n" in match[0]:
            continue
        latex = " ".join((match[1] or match[2] or match[3]).split())
        if latex:
            found.append(Inline(span, What.FORMULA, latex, is_display=match[1] is None))
    return found
