"""The parsed source of a page. The last page is kept: metadata and Markdown read the tree that segmenting made."""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from cleaner._native import library
from cleaner.segment import native_source
from cleaner.segment.markup import ADDRESS_SIGNS, mend


class Parsed(NamedTuple):
    """A page, its tree, and those of `ADDRESS_SIGNS` that are in its source."""

    html: str
    tree: LexborHTMLParser
    address_signs: tuple[str, ...]


class _Last:
    """The last page that was parsed, which threads replace as a whole."""

    def __init__(self) -> None:
        self.page: Parsed | None = None


_LAST = _Last()


def parsed(html: str) -> LexborHTMLParser:
    """The tree of ``html``, which callers must not change. Raises nothing; the work is linear in the length."""
    return parsed_page(html).tree


def parsed_page(html: str) -> Parsed:
    """The same, with what a look at the source says."""
    last = _LAST.page
    if last is not None and last.html == html:
        return last
    last = _LAST.page = None  # so that there are never two trees
    page = _LAST.page = _parse(html)
    return page


def _parse(html: str) -> Parsed:
    core = library()
    try:
        source = html.encode() if core is not None else b""
    except UnicodeEncodeError:  # the core and Python would not see the same
        core = None
    if core is None:
        return Parsed(html, LexborHTMLParser(mend(html)), tuple([sign for sign in ADDRESS_SIGNS if sign in html]))
    mended = mend(html, native_source.excess(core, source))
    tree = LexborHTMLParser(source if mended is html else mended)
    return Parsed(html, tree, tuple([sign for sign in ADDRESS_SIGNS if native_source.has(core, source, sign)]))
