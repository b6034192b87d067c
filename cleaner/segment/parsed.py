"""The parsed source of a page. The last page is kept: metadata and Markdown read the tree that segmenting made."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from cleaner.segment.markup import mend


class _Last:
    """The last page that was parsed: its source and its tree, in one pair, which threads replace as a whole."""

    def __init__(self) -> None:
        self.page: tuple[str, LexborHTMLParser] | None = None


_LAST = _Last()


def parsed(html: str) -> LexborHTMLParser:
    """The tree of ``html``, which callers must not change. Raises nothing; the work is linear in the length."""
    last = _LAST.page
    if last is not None and last[0] == html:
        return last[1]
    last = _LAST.page = None  # so that there are never two trees
    tree = LexborHTMLParser(mend(html))
    _LAST.page = html, tree
    return tree
