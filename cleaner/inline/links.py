"""The kept links of a page."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.inline.clean_text import CleanText
from cleaner.inline.marks import What
from cleaner.inline.read import marks_of
from cleaner.model import Link, Result, Span


def links_of(result: Result) -> tuple[Link, ...]:
    """The links of which any text is kept, in order: see `Result.links`."""
    links = [one for one in marks_of(result.document).spans if one.what is What.LINK]
    return tuple(_kept(result, [(one.span, one.value, one.title) for one in links])) if links else ()


def _kept(result: Result, links: list[tuple[Span, str, str]]) -> Iterator[Link]:
    clean = CleanText(result)
    for place, address, title in links:
        span = clean.stripped(clean.span(place))
        if span.start < span.end:
            yield Link(clean.text[slice(*span)], address, title, span, clean.source(span))
