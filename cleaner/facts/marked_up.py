"""Authors and dates from the markup of a page: microdata, ``rel=author``, ``<time>``, elements with names for bylines.

Read only where the head does not declare them, because the search takes time. Elements of other articles (lists of
related ones, comments, the frame of the page) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner.facts.claims import BYLINE, MICRODATA, REL, TIME, Claim
from cleaner.facts.dates import iso_date
from cleaner.facts.people import has_label, key, people
from cleaner.segment.parsed import parsed

_FOLDERS = ("author/", "authors/", "writer/", "autor/", "autoren/", "auteur/", "autore/", "redakteur/", "journalist/")
"""The folders of addresses at which sites have the pages of their authors."""
_MEANT = "time, [itemprop], [rel~=author]"
"""Elements whose markup says what they are."""
_NAMED_FOR_AUTHORS = ", ".join(
    (
        *(f'[class*="{name}"]' for name in ("uthor", "yline", "writer")),
        *('[data-testid*="yline"]', '[id*="uthor"]', '[id*="yline"]'),
    )
)
_NAMED_FOR_DATES = ", ".join(f'[class*="{name}"]' for name in ("date", "Date", "ublish", "time", "posted"))
_LINKED = ", ".join(f'a[href*="/{name}"]' for name in _FOLDERS)
_OF_INTEREST = f"{_MEANT}, {_NAMED_FOR_AUTHORS}, {_NAMED_FOR_DATES}, {_LINKED}"
FRAME = frozenset(("aside", "nav", "footer"))
"""The elements of a page that surround its article."""
OTHERS = re.compile(
    r"related|recommend|comment(?!ary)|sidebar|side-bar|widget|teaser|promo|latest|trending|popular|most-?read|carousel|"
    r"slider|newsletter|more-(?:from|stories|news|articles)|read-?(?:more|next)|keep-reading|cookie|suggest",
    re.IGNORECASE,
)
"""What is in the classes and ids of elements for other articles, for comments, or for the frame of a page."""
_BYLINE = re.compile(
    r"(?<![a-z])authors?(?![a-z])|author[-_]?names?|by-?line(?!s?[-_]?(?:date|time))|writer", re.IGNORECASE
)
_NO_BYLINE = re.compile(
    r"bio|avatar|image|photo|social|follow|count|date|time|desc|role|title|about|link-list", re.IGNORECASE
)
_MODIFIED = re.compile(r"updat|modif|edited|revis", re.IGNORECASE)
_NO_FIELD = frozenset(("time", "body", "html", "article", "main"))
_MAX_UP = 40  # elements above one that are looked at
_MAX_NODES, _MAX_ARTICLES = 3_000, 100
_MAX_BYLINE, _MAX_DATE = 160, 80  # characters


@lru_cache(maxsize=4_000)
def is_of_others(names: str) -> bool:
    """Whether the classes and the id of an element are those of one for other articles, comments or the frame."""
    return OTHERS.search(names) is not None


class MarkedUp:
    """The authors and dates in the markup of a page that belong to its article.

    They are in the same container as the headline, and outside lists of other articles. No method raises anything.
    """

    def __init__(self, html: str, title: str) -> None:
        """``title`` is the headline of the page, if it is known."""
        tree = parsed(html)
        heads = tree.css("h1")
        head = next((node for node in heads if title and key(node.text()) == key(title)), heads[0] if heads else None)
        self._container = _container(head) if head is not None else None
        self._scope = self._container or tree
        self._first = 0 if self._container else _first_article(tree)

    def meant(self) -> Iterator[Claim]:
        """Claims of elements whose markup says what they are, of each field the most trusted first."""
        meant = self._own(_MEANT)
        for read in (_microdata, _rel, _times):
            for node in meant:
                yield from read(node)

    def named_for_authors(self, sites: Collection[str]) -> Iterator[Claim]:
        """Bylines in elements that are named for authors, and links to the pages of authors."""
        for node in self._own(_NAMED_FOR_AUTHORS):
            yield from _byline(node, sites)
        for node in self._own(_LINKED):
            yield Claim("author", _text(node), BYLINE)

    def named_for_dates(self, lang: str) -> Iterator[Claim]:
        """Dates in elements that are named for dates."""
        for node in self._own(_NAMED_FOR_DATES):
            yield from _date(node, lang)

    def _own(self, selector: str) -> list[LexborNode]:
        container = int(self._container.mem_id) if self._container else 0
        return [node for node in self._scope.css(selector)[:_MAX_NODES] if _is_own(node, container, self._first)]


def _first_article(tree: LexborHTMLParser) -> int:
    """The identity of the innermost article around the first element of interest in any article; 0 if there is none."""
    for article in tree.css("article")[:_MAX_ARTICLES]:
        node = article.css_first(_OF_INTEREST)
        if node is not None:
            return next((int(one.mem_id) for one in _above(node) if one.tag == "article"), 0)
    return 0


def _container(head: LexborNode) -> LexborNode | None:
    """The article that the headline is in, or the main element."""
    above = list(_above(head))
    for tag in ("article", "main"):
        for node in above:
            if node.tag == tag:
                return node
    return None


def _is_own(node: LexborNode, container: int, first: int) -> bool:
    is_inside = not container
    for one in _above(node):
        if container and one.mem_id == container:
            is_inside = True
            break
        if one.tag in FRAME or is_of_others(_name(one)):
            return False
        if one.tag == "article" and one.mem_id != first:
            return False
    return is_inside and not is_of_others(_name(node))


def _above(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    for _ in range(_MAX_UP):
        if parent is None or parent.tag in ("body", "html"):
            return
        yield parent
        parent = parent.parent


def _name(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())


def _microdata(node: LexborNode) -> Iterator[Claim]:
    names = (node.attributes.get("itemprop") or "").lower().split()
    if not names:
        return
    attributes = node.attributes
    value = attributes.get("content") or attributes.get("datetime") or ""
    if "datepublished" in names:
        yield Claim("date", value or _text(node), MICRODATA)
    elif "datemodified" in names:
        yield Claim("date_modified", value or _text(node), MICRODATA)
    elif "author" in names or "creator" in names:
        inner = node.css_first("[itemprop=name]")
        named = inner if inner is not None else node
        text = named.attributes.get("content") or value or _text(named)
        if len(text) <= _MAX_BYLINE:
            yield Claim("author", text, MICRODATA)


def _rel(node: LexborNode) -> Iterator[Claim]:
    if "author" in (node.attributes.get("rel") or "").lower().split():
        text = _text(node)
        if 0 < len(text) <= _MAX_BYLINE:
            yield Claim("author", text, REL)


def _times(node: LexborNode) -> Iterator[Claim]:
    if node.tag == "time":
        parent = node.parent
        around = f"{_name(node)} {_name(parent) if parent is not None else ''} {node.attributes.get('itemprop') or ''}"
        field = "date_modified" if _MODIFIED.search(around) and "ublish" not in around else "date"
        yield Claim(field, node.attributes.get("datetime") or _text(node), TIME)


def _byline(node: LexborNode, sites: Collection[str]) -> Iterator[Claim]:
    if node.tag in _NO_FIELD or not any(
        _BYLINE.search(one) and not _NO_BYLINE.search(one) for one in _classes(node).split()
    ):
        return
    text = _text(node)
    if 0 < len(text) <= _MAX_BYLINE:
        names = people(text, sites, is_line=True)
        if names and (has_label(text) or len(names) * 4 >= len(text.split())):
            yield Claim("author", "; ".join(names), BYLINE)


def _date(node: LexborNode, lang: str) -> Iterator[Claim]:
    text = "" if node.tag in _NO_FIELD else _text(node)
    if 0 < len(text) <= _MAX_DATE and iso_date(text, lang):
        is_modified = _MODIFIED.search(f"{_classes(node)} {text}")
        yield Claim("date_modified" if is_modified else "date", text, BYLINE)


def _classes(node: LexborNode) -> str:
    return f"{_name(node)} {node.attributes.get('data-testid') or ''}"
