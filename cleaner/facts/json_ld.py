"""Facts from JSON-LD: the node that describes the page, in the terms of schema.org (https://schema.org).

Of several nodes an article comes first, then other works, then the page itself; of equal ones the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from cleaner.declared import ARTICLES, json_ld

_WORKS = frozenset(
    """recipe howto videoobject podcastepisode review claimreview discussionforumposting socialmediaposting qapage
    imagegallery mediagallery dataset book creativework learningresource""".split()
)
_PAGES = frozenset("webpage itempage medicalwebpage aboutpage faqpage webcontent".split())
_LIMIT = 2_000  # nodes that are read
_MAX_DEPTH = 12
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "article")
_DATES = {"date": ("datePublished", "uploadDate", "dateCreated"), "date_modified": ("dateModified",)}

Node = Mapping[str, Any]


def read_json_ld(html: str) -> Iterator[tuple[str, str]]:
    """Names and values of facts. An ``author`` that is a person has the name ``author``, an organization ``by``."""
    found = _Nodes(json_ld(html))
    for node in found.works():
        yield from _of_work(node, found)
    for node in found.pages:
        yield from _dates(node)
        yield from _texts(node, (("description", "description"), ("page_title", "name"), ("lang", "inLanguage")))
        yield from (("image", one) for one in _images(node.get("primaryImageOfPage"), found))
    for node in found.works():
        yield from (("site", name) for name, _ in _names(node.get("publisher"), found))


class _Nodes:
    """The nodes of a page: works and pages in their order, and all that have an id."""

    def __init__(self, scripts: tuple[Any, ...]) -> None:
        self._articles, self._works, self.pages = list[Node](), list[Node](), list[Node]()
        self._by_id: dict[str, Node] = {}
        self._left = _LIMIT
        for script in scripts:
            self._read(script, 0)

    def works(self) -> list[Node]:
        """The work that the page is about, and others of its rank that have the same headline."""
        works = self._articles or self._works
        first = works[0].get("headline") if works else None
        return [node for node in works if node is works[0] or (first and node.get("headline") == first)]

    def of(self, value: Node) -> Node:
        """The node itself, or the one that it refers to."""
        id = value.get("@id")
        return self._by_id.get(id, value) if isinstance(id, str) and "name" not in value else value

    def _read(self, data: Any, depth: int) -> None:
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            return
        if isinstance(data, list):
            for one in data:
                self._read(one, depth + 1)
        elif isinstance(data, dict):
            self._sort(data)
            for name in _INNER:
                if isinstance(data.get(name), (dict, list)):
                    self._read(data[name], depth + 1)

    def _sort(self, node: dict[str, Any]) -> None:
        types = _types(node)
        if isinstance(node.get("@id"), str) and len(node) > 1:
            self._by_id.setdefault(node["@id"], node)
        if not ARTICLES.isdisjoint(types):
            self._articles.append(node)
        elif not _WORKS.isdisjoint(types):
            self._works.append(node)
        elif not _PAGES.isdisjoint(types):
            self.pages.append(node)


def _of_work(node: Node, found: _Nodes) -> Iterator[tuple[str, str]]:
    yield from _texts(node, (("title", "headline"), ("description", "description"), ("lang", "inLanguage")))
    if not node.get("headline"):
        yield from _texts(node, (("title", "name"),))
    for key in ("author", "creator"):
        yield from (("author" if is_person else "by", name) for name, is_person in _names(node.get(key), found))
    yield from _dates(node)
    yield from (("section", one) for one in _strings(node.get("articleSection")))
    yield from (("tags", one) for one in _strings(node.get("keywords")))
    yield from (("image", one) for one in _images(node.get("image"), found))
    free = node.get("isAccessibleForFree")
    if free is not None:
        is_free = str(free).rpartition("/")[2].strip().lower()
        if is_free in ("true", "false"):
            yield "paywall", "no" if is_free == "true" else "yes"


def _dates(node: Node) -> Iterator[tuple[str, str]]:
    for name, keys in _DATES.items():
        yield from ((name, value) for key in keys for value in _strings(node.get(key)))


def _texts(node: Node, names: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, key in names for value in _strings(node.get(key)))


def _names(value: Any, found: _Nodes) -> Iterator[tuple[str, bool]]:
    """Names, and whether each may be that of a person."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield unescape(one), True
        elif isinstance(one, dict):
            node = found.of(one)
            is_person = not any("organization" in type or type in ("corporation", "brand") for type in _types(node))
            for name in _strings(node.get("name")):
                yield name, is_person


def _images(value: Any, found: _Nodes) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        node = found.of(one) if isinstance(one, dict) else {"url": one}
        address = node.get("url") or node.get("contentUrl") or node.get("@id")
        if isinstance(address, str):
            yield address


def _strings(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one.strip():
            yield unescape(one)


def _types(node: Node) -> set[str]:
    types = node.get("@type")
    return {str(one).rpartition("/")[2].lower() for one in (types if isinstance(types, list) else [types])}
