"""What a document states, by field and place, and which places are trusted most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.facts.claims import (
    BYLINE,
    GIVEN,
    HTML,
    JSON_LD,
    LINE,
    LINK,
    META,
    MICRODATA,
    REL,
    TIME,
    URL,
    Claim,
)

TRUST = {
    "author": (JSON_LD, META, MICRODATA, REL, LINE, BYLINE),
    "date": (JSON_LD, META, MICRODATA, TIME, LINE, BYLINE, URL),
    "date_modified": (JSON_LD, META, MICRODATA, TIME, LINE, BYLINE),
    "site": (META, JSON_LD, LINE),
    "description": (META, JSON_LD),
    "image": (META, JSON_LD, LINE),
    "section": (META, JSON_LD, LINE),
    "lang": (HTML, META, JSON_LD),
    "paywall": (JSON_LD, META),
    "tags": (JSON_LD, META, LINE),
    "url": (LINK, META, LINE, GIVEN),
}
"""The places of each field, the most trusted first."""
_READ_ELSEWHERE = frozenset(("title", "title_element", "page_title", "og_url", "by", *TRUST))

Claimed = tuple[int, Claim]
"""A claim and the block it is from, or -1."""


class Found:
    """What a document states, by the name of the field and the place."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, list[Claimed]]] = {}

    def add(self, found: Iterable[Claimed]) -> None:
        """Record claims, after those of the same field and place that are there."""
        for one in found:
            self._found.setdefault(one[1].name, {}).setdefault(one[1].origin, []).append(one)

    def of(self, name: str, origins: Iterable[str]) -> Iterator[Claimed]:
        """The claims for a field from some places, in the order of the places."""
        known = self._found.get(name)
        if known:
            yield from (one for origin in origins for one in known.get(origin, ()))

    def named(self, *names: str) -> Iterator[Claimed]:
        """The claims for some fields from all places."""
        yield from (one for name in names for claims in self._found.get(name, {}).values() for one in claims)

    def others(self) -> Iterator[Claimed]:
        """The claims for fields for which nothing is chosen."""
        return self.named(*[name for name in self._found if name not in _READ_ELSEWHERE])
