"""What a document states about itself, and the names of the places where it does."""

from __future__ import annotations

from typing import NamedTuple

JSON_LD, META, TITLE, LINK, HTML = "json-ld", "meta", "title", "link", "html"
"""Places in the head of a page."""
HEADLINE, MICRODATA, REL, TIME, BYLINE = "headline", "microdata", "rel", "time", "byline"
"""Elements of a page."""
LINE, URL = "line", "url"
"""A line of the text, and the address of the page."""
SIDECAR, GIVEN, DETECTED = "sidecar", "given", "detected"
"""Outside of the document: a file next to it, the caller, and the words of the text."""


class Claim(NamedTuple):
    """A value that a document states: the name of its field, the value as it is there, and where that is."""

    name: str
    value: str
    origin: str
