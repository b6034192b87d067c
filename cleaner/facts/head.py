"""What the head of a page declares: meta elements, the title, the canonical address, and the JSON-LD of the page.

Sources: Open Graph (https://ogp.me), Dublin Core (https://www.dublincore.org), the names that Google Scholar, Parse.ly
and Sailthru ask for, and schema.org. Values are as the page has them; `cleaner.facts.metadata` chooses among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from selectolax.lexbor import LexborNode

from cleaner.facts.claims import HTML, JSON_LD, LINK, META, TITLE, Claim
from cleaner.facts.json_ld import read_json_ld
from cleaner.facts.people import has_label
from cleaner.segment.parsed import parsed

Level = Literal["none", "light", "full"]

_NAMES = {
    "title": "og:title citation_title dc.title dcterms.title parsely-title sailthru.title twitter:title headline",
    "author": """author article:author article.author parsely-author sailthru.author citation_author articleauthor
        dc.creator dcterms.creator byl og:article:author cxenseparse:author dcsext.author""",
    "date": """article:published_time og:article:published_time datepublished article.published parsely-pub-date
        sailthru.date citation_publication_date citation_online_date citation_date prism.publicationdate dc.date.issued
        dc.date.created dcterms.issued dcterms.created dc.date dcterms.date publish-date publishdate publish_date
        publication_date published_date pubdate date_published cxenseparse:recs:publishtime
        originalpublicationdate displaydate og:pubdate og:published_time published_time date""",
    "date_modified": """article:modified_time og:article:modified_time datemodified article.updated dcterms.modified
        dc.date.modified og:updated_time last-modified lastmod""",
    "site": "og:site_name application-name dc.publisher publisher",
    "tags": "article:tag parsely-tags sailthru.tags news_keywords keywords dc.subject",
    "section": "article:section parsely-section article.section",
    "image": "og:image og:image:url og:image:secure_url twitter:image twitter:image:src",
    "description": "og:description description twitter:description dc.description dcterms.description",
    "og_url": "og:url",
    "tier": "article:content_tier",
    "lang": "content-language dc.language dcterms.language",
}
_FIELDS = {name: (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names.split())}
_TIERS = {"free": "no", "locked": "yes"}
_HTML = re.compile(r"<html\b[^<>]{0,2000}>", re.IGNORECASE)
_LANG = re.compile(r"""\b(?:xml:)?lang\s*=\s*["']?([a-zA-Z]{2,3}(?:-[\w-]{1,20})?)""", re.IGNORECASE)
_LANG_VALUE = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_,;\s])")
_MAX_HEAD = 500_000  # characters in which the root element and the end of the head are looked for
_NEAR_HEAD = 50_000  # characters after the head in which further meta elements are looked for
_DECLARING = "meta, title, link[rel~='canonical']"


def read_head(html: str) -> Iterator[Claim]:
    """What ``html`` declares, of each field the most trusted first. Raises nothing."""
    if not html:
        return
    for name, value in read_json_ld(html):
        yield Claim(name, value, JSON_LD)
    yield from _of_elements(_elements(html))
    if language := _language(html):
        yield Claim("lang", language, HTML)


def _elements(html: str) -> list[LexborNode]:
    """The elements that declare something: those of the head, or all of the page.

    Some pages have them in the body, and parsers end the head at the first element that can't be in it. All of the page
    is searched only if this seems to be the case, because this takes twenty times as long.
    """
    tree = parsed(html)
    end = html.find("</head>", 0, _MAX_HEAD)
    if end >= 0 and tree.head is not None and html.find("<meta", end, end + _NEAR_HEAD) < 0:
        found = tree.head.css(_DECLARING)
        is_complete = html.count("<meta", 0, end) == sum([node.tag == "meta" for node in found])
        if is_complete and any("property" in node.attributes for node in found):
            return found
    return tree.css(_DECLARING)


def _of_elements(nodes: Iterable[LexborNode]) -> Iterator[Claim]:
    found, labels = list[tuple[int, Claim]](), dict[str, str]()
    for node in nodes:
        attributes = node.attributes
        if node.tag == "meta":
            # in the body, which begins at the first element that can't be in a head, microdata describes other things
            if "itemprop" not in attributes or _is_in(node, "head"):
                found += _of_meta(attributes)
            name = attributes.get("name") or attributes.get("property") or ""
            if name.startswith("twitter:") and name[8:-1] in ("label", "data"):
                labels[name[8:]] = attributes.get("content") or ""
        elif node.tag == "title":
            if _is_in(node, "head", "body") and (title := node.text().strip()):
                yield Claim("title_element", title, TITLE)
        elif _is_in(node, "head", "body"):
            yield Claim("url", attributes.get("href") or "", LINK)
    for _, claim in sorted(found, key=lambda one: one[0]):
        yield claim
    if any(claim.name == "author" for _, claim in found):
        return  # then the name below may be that of an account that the author used
    for number in "12":  # pairs of a label and a value, such as "Written by" and a name
        if has_label(f"{labels.get(f'label{number}', '')}: X"):
            yield Claim("author", labels.get(f"data{number}", ""), META)


def _is_in(node: LexborNode, *names: str) -> bool:
    """Whether the element around ``node`` is one of ``names``."""
    return node.parent is not None and node.parent.tag in names


def _of_meta(attributes: dict[str, str | None]) -> list[tuple[int, Claim]]:
    content = attributes.get("content")
    if not content:
        return []
    for key in ("property", "name", "itemprop", "http-equiv"):
        name = attributes.get(key)
        known = _FIELDS.get(name.lower().strip()) if name else None
        if known:
            break
    else:
        return []
    field, rank = known
    if field == "tier":
        tier = _TIERS.get(content.lower().strip())
        return [(rank, Claim("paywall", tier, META))] if tier else []
    if field == "lang":
        match = _LANG_VALUE.match(content.strip())
        return [(rank, Claim("lang", match[0].lower(), META))] if match else []
    return [(rank, Claim(field, content, META))]


def _language(html: str) -> str:
    opening = _HTML.search(html, 0, _MAX_HEAD)
    found = _LANG.search(opening[0]) if opening else None
    return found[1].partition("-")[0].lower() if found else ""
