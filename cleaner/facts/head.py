"""Facts from the head of a page: title, author, date, site, tags, canonical address, language.

Read by trafilatura (Barbaresi 2021, https://aclanthology.org/2021.acl-demo.15/), which knows Open Graph, Dublin Core,
JSON-LD and the habits of many sites. ``light`` passes it only the head and the JSON-LD, which costs a seventeenth of
``full``; ``full`` also searches the text for dates and authors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from cleaner.facts.tag_list import split_tags
from cleaner.model import Fact

Level = Literal["none", "light", "full"]

_FIELDS = {
    "title": "title",
    "author": "author",
    "date": "date",
    "sitename": "site",
    "url": "url",
    "tags": "tags",
    "categories": "section",
    "description": "description",
}
_HTML = re.compile(r"<html\b[^<>]{0,2000}>", re.IGNORECASE)
_LANG = re.compile(r"""\b(?:xml:)?lang\s*=\s*["']?([a-zA-Z]{2,3}(?:-[\w-]{1,20})?)""", re.IGNORECASE)
_HEAD = re.compile(r"<head\b", re.IGNORECASE)
_HEAD_END = re.compile(r"</head>|<body\b", re.IGNORECASE)
_JSON_LD = re.compile(r"<(script)\b[^<>]{0,500}application/ld\+json[^<>]{0,500}>", re.IGNORECASE)
_CODE = re.compile(r"<(script|style)\b", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
_MAX_HEAD = 500_000  # characters
_MAX_VALUE = 500


def read_head(html: str, url: str, level: Level) -> tuple[Fact, ...]:
    """The facts in the head of a page; no facts if ``html`` is empty or ``level`` is ``none``.

    Raises nothing: a head that cannot be read has no facts.
    """
    if not html or level == "none":
        return ()
    head = html if level == "full" else _reduced(html)
    found = _extract(head, url, extensive=level == "full")
    facts = [Fact(_FIELDS[name], value, 0) for name, value in found]
    if language := _language(html):
        facts.append(Fact("lang", language, 0))
    return tuple(dict.fromkeys(facts))


def _extract(html: str, url: str, *, extensive: bool) -> Iterator[tuple[str, str]]:
    from trafilatura.metadata import extract_metadata  # lazy: half a second

    try:
        document = extract_metadata(
            html, default_url=url or None, extensive=extensive, date_config={"extensive_search": extensive}
        )
    except Exception:  # noqa: BLE001 - a head that a parser fails on must not lose the page
        return
    for name in _FIELDS:
        value: Any = getattr(document, name, None)
        for one in value if isinstance(value, list) else str(value or "").split("; ") if name == "author" else [value]:
            text = " ".join(str(one or "").split())
            for part in split_tags(text) if name == "tags" else [text[:_MAX_VALUE]]:
                if part:
                    yield name, part


def _language(html: str) -> str:
    opening = _HTML.search(html, 0, _MAX_HEAD)
    found = _LANG.search(opening[0]) if opening else None
    return found[1].partition("-")[0].lower() if found else ""


def _reduced(html: str) -> str:
    """A page of the head, without scripts and styles, and the JSON-LD of the whole page."""
    json_ld = "".join([html[start:end] for start, end in _elements(html, _JSON_LD) if end - start <= _MAX_HEAD])
    return f"<html><head>{_without_code(_head(html))}</title>{json_ld}</head><body></body></html>"


def _head(html: str) -> str:
    start = _HEAD.search(html, 0, _MAX_HEAD)
    if start is None:
        return ""
    end = _HEAD_END.search(html, start.end(), start.end() + _MAX_HEAD)
    inside = html[start.end() : end.start() if end else start.end() + _MAX_HEAD]
    return inside.partition(">")[2]


def _without_code(head: str) -> str:
    at, parts = 0, list[str]()
    for start, end in _elements(head, _CODE):
        parts.append(head[at:start])
        at = end
    return "".join((*parts, head[at:]))


def _elements(html: str, opening: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each script or style that ``opening`` finds; stops at the first one without an end tag."""
    found = opening.search(html)
    while found and (closing := _ENDS[found[1].lower()].search(html, found.end())):
        yield found.start(), closing.end()
        found = opening.search(html, closing.end())
