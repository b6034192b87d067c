"""What a page says of itself: its types, title, description and article text, from meta elements and JSON-LD.

Sources: the Open Graph protocol (https://ogp.me), schema.org in JSON-LD (https://json-ld.org). What a page declares is
evidence and not a verdict: some pages name wrong types, and the declared text of an article may be only a part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from cleaner.fold import fold, squeeze

_MAX_SCRIPT = 1_000_000  # characters of a script that is read
_MAX_SCRIPTS = 30
_MAX_HEAD = 500_000  # characters in which meta elements are looked for
_MAX_META = 3_000  # characters of a meta element
_MAX_DEPTH = 12  # levels of JSON
_MAX_BODY = 200_000  # characters
_ATTRIBUTE = re.compile(
    r"""\b(property|name|content|itemprop)\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_TITLE = re.compile(r"<title\b[^>]{0,300}>([^<]{0,1000})", re.IGNORECASE)
_ELEMENT = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed", "about")
"""The properties whose value may be what the page is about."""
ARTICLES = frozenset(
    """og:article article newsarticle blogposting reportagenewsarticle analysisnewsarticle opinionnewsarticle
    reviewnewsarticle backgroundnewsarticle liveblogposting techarticle scholarlyarticle advertisercontentarticle
    askpublicnewsarticle satiricalarticle report""".split()
)
"""The types of articles."""
THREADS = frozenset(("discussionforumposting", "qapage"))
"""The types of discussions."""
_NAMES = {
    "og:title": "title",
    "twitter:title": "title",
    "og:description": "description",
    "twitter:description": "description",
    "description": "description",
    "headline": "title",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of itself; all texts are in the matching form (see `cleaner.fold`).

    ``types`` are the types of the page in lower case: ``og:article`` for the Open Graph type, others from JSON-LD.
    ``bodies`` are the texts of articles.
    """

    types: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


NOTHING = Declared()


def is_thread(found: Declared) -> bool:
    """Whether a page says that it is a discussion, or a question with its answers."""
    return not THREADS.isdisjoint(found.types)


def is_article(found: Declared) -> bool:
    """Whether a page says that it is an article."""
    return not ARTICLES.isdisjoint(found.types)


@lru_cache(maxsize=1)
def declared(html: str) -> Declared:
    """What ``html`` says of itself. Raises nothing; the work is linear in its length."""
    if not html:
        return NOTHING
    found = _Found()
    found.read_metas(html)
    for script in json_ld(html):
        found.read_json(script)
    return found.result()


@lru_cache(maxsize=1)
def json_ld(html: str) -> tuple[Any, ...]:
    """The values of the scripts of JSON-LD in ``html``; those that are not valid JSON are left out."""
    return tuple(_values(html))


def _values(html: str) -> Iterator[Any]:
    for script in _scripts(html):
        with suppress(ValueError, RecursionError):
            yield json.loads(script, strict=False)


class _Found:
    """Collects what meta elements and JSON-LD say."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.texts: dict[str, dict[str, None]] = {"title": {}, "description": {}, "body": {}}

    def result(self) -> Declared:
        texts = {name: tuple(values) for name, values in self.texts.items()}
        return Declared(frozenset(self.types), texts["title"], texts["description"], texts["body"])

    def read_metas(self, html: str) -> None:
        """The meta elements of the head, and its title."""
        if title := _TITLE.search(html, 0, _MAX_HEAD):
            self._add("title", unescape(title[1]))
        at = html.find("<meta", 0, _MAX_HEAD)
        while at >= 0:
            meta = html[at : max(html.find(">", at, at + _MAX_META), at)]
            lowered = meta.lower()
            if "title" in lowered or "og:type" in lowered or "description" in lowered or "headline" in lowered:
                self._read_meta(meta)
            at = html.find("<meta", at + 5, _MAX_HEAD)

    def _read_meta(self, meta: str) -> None:
        attributes = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(meta)}
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = attributes.get("content", "")
        if name == "og:type":
            self.types.add(f"og:{content.strip().lower()}")
        elif name in _NAMES:
            self._add(_NAMES[name], unescape(content))

    def read_json(self, data: Any) -> None:
        """The value of a script of JSON-LD."""
        self._read(data, 0)

    def _read(self, data: Any, depth: int) -> None:
        if depth > _MAX_DEPTH:
            return
        if isinstance(data, list):
            for one in data[:1000]:
                self._read(one, depth + 1)
        elif isinstance(data, dict):
            self.types.update(str(one).rpartition("/")[2].lower() for one in _listed(data.get("@type")))
            for name, key in (("title", "headline"), ("description", "description"), ("body", "articleBody")):
                if isinstance(data.get(key), str):
                    self._add(name, data[key])
            for key in _INNER:
                if isinstance(data.get(key), (dict, list)):
                    self._read(data[key], depth + 1)

    def _add(self, name: str, text: str) -> None:
        """Record a text in the matching form. The text of an article loses its markup."""
        text = text[:_MAX_BODY]
        if name == "body":
            text = _ELEMENT.sub(" ", unescape(text) if "&" in text else text)
        if folded := squeeze(fold(text)):
            self.texts[name][folded] = None


def _listed(value: Any) -> list[Any]:
    """The values of a property, which may be one or a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _scripts(html: str) -> Iterator[str]:
    """The scripts of JSON-LD."""
    at = html.find("application/ld+json")
    for _ in range(_MAX_SCRIPTS):
        if at < 0:
            return
        opening = html.rfind("<", max(at - 500, 0), at)
        start = html.find(">", at, at + 500) + 1
        end = html.find("</script", start, start + _MAX_SCRIPT) if start else -1
        if end >= 0 and html.startswith("<script", opening):
            yield html[start:end]
        at = html.find("application/ld+json", max(end, at + 10))
