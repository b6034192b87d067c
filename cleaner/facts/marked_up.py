"""Authors and dates from the markup of a page: microdata, ``rel=author``, ``<time>``, elements with names for bylines.

Read only where the head does not declare them, because the search takes time. Elements of other articles (lists of related ones, comments, the frame of the page) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from selectolax.lexbor import LexborNode

from cleaner.facts.claims import BYLINE, MICRODATA, REL, TIME, Claim
from cleaner.facts.dates import iso_date
from cleaner.facts.people import has_label, key, people
from cleaner.segment.parsed import parsed

_FOLDERS = ("author/", "authors/", "writer/", "autor/", "autoren/", "auteur/", "autore/", "redakteur/", "journalist/")
"""The folders of addresses at which sites have the pages of their authors."""
_SELECTOR = ", ".join(
    (
        "h1",
        "time",
        "[itemprop]",
        "[rel~=author]",
        *(f'[class*="{name}"]' for name in ("uthor", "yline", "date", "Date", "ublish", "time", "posted", "writer")),
        '[data-testid*="yline"]',
        '[id*="uthor"]',
        '[id*="yline"]',
        *(f'a[href*="/{name}"]' for name in _FOLDERS),
    )
)
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
_DATE = re.compile(r"date|publish|posted|time", re.IGNORECASE)
_MODIFIED = re.compile(r"updat|modif|edited|revis", re.IGNORECASE)
_MAX_UP = 40  # elements above one that are looked at
_MAX_NODES = 3_000
_MAX_BYLINE, _MAX_DATE = 160, 80  # characters


@lru_cache(maxsize=4_000)
def is_of_others(names: str) -> bool:
    """Whether the classes and the id of an element are those of one for other articles, comments or the frame."""
    return OTHERS.search(names) is not None


def read_marked_up(html: str, title: str, sites: Collection[str], lang: str) -> Iterator[Claim]:
    """Authors and dates in the markup, of each field the most trusted first. Raises nothing."""
    nodes = parsed(html).css(_SELECTOR)[:_MAX_NODES]
    own = list(_own(nodes, title))
    for read in (_microdata, _rel, _times):
        for node in own:
            yield from read(node)
    for node in own:
        yield from _named(node, sites, lang)
    for node in own:
        if node.tag == "a" and any(f"/{name}" in (node.attributes.get("href") or "") for name in _FOLDERS):
            yield Claim("author", _text(node), BYLINE)


def _own(nodes: list[LexborNode], title: str) -> Iterator[LexborNode]:
    """The elements that belong to the article: in the same container as the headline, and outside lists of others."""
    heads = [node for node in nodes if node.tag == "h1"]
    head = next((node for node in heads if title and key(node.text()) == key(title)), heads[0] if heads else None)
    container = _container(head) if head is not None else 0
    first = 0 if container else _first_article(nodes)
    for node in nodes:
        if node.tag != "h1" and _is_own(node, container, first):
            yield node


def _first_article(nodes: list[LexborNode]) -> int:
    """The identity of the first article that holds elements of interest; 0 if there is none."""
    return next((int(one.mem_id) for node in nodes for one in _above(node) if one.tag == "article"), 0)


def _container(head: LexborNode) -> int:
    """The identity of the article that the headline is in, or of the main element; 0 if there is none."""
    above = list(_above(head))
    for tag in ("article", "main"):
        for node in above:
            if node.tag == tag:
                return int(node.mem_id)
    return 0


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


def _named(node: LexborNode, sites: Collection[str], lang: str) -> Iterator[Claim]:
    """Bylines and dates in elements with classes for them."""
    if node.tag in ("time", "body", "html", "article", "main"):
        return
    classes = f"{_name(node)} {node.attributes.get('data-testid') or ''}"
    is_byline = any(_BYLINE.search(one) and not _NO_BYLINE.search(one) for one in classes.split())
    is_date = any(map(_DATE.search, classes.split()))
    if not is_byline and not is_date:
        return
    text = _text(node)
    if is_byline and 0 < len(text) <= _MAX_BYLINE:
        names = people(text, sites, is_line=True)
        if names and (has_label(text) or len(names) * 4 >= len(text.split())):
            yield Claim("author", "; ".join(names), BYLINE)
    if is_date and 0 < len(text) <= _MAX_DATE and iso_date(text, lang):
        yield Claim("date_modified" if _MODIFIED.search(f"{classes} {text}") else "date", text, BYLINE)
