"""Runs of links above and below the text of a page: menus and link lists that the markup does not identify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from cleaner.features import Skeleton, doubtful, skeleton
from cleaner.model import Blocks, Kind, Mark
from cleaner.packs.rule import StageRule
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED
from cleaner.stages.base import Stage
from cleaner.view import View

_LINK_SHARE = 0.75  # share of the characters of a block
_MAX_WORDS = 14
_MIN_LINKS = 3
_MIN_PROSE = 250  # words; a page with less prose may be about its links
_PROSE_SHARE = 0.65  # share of the words that are left
_PROTECTED = frozenset((Kind.HEADING, Kind.CODE))


_PROSE = "Rain is expected in the north of the country until Friday morning, and the rivers are high. " * 20
_LINKS = """\
- <p><a href="/lakes">Lakes of the north</a></p>
- <p><a href="/dams">Dams and bridges</a></p>
- <p><a href="/year">The year in rain</a></p>
"""
RUN = StageRule(
    id="links/run",
    category="navigation",
    summary="One of several links in a row outside the text.",
    why="Menus and lists of links are runs of links above and below the prose of a page.",
    score=CUTS_BALANCED,
    removes=(f"  <html><h1>Rain</h1>\n  <p>{_PROSE}</p>\n{_LINKS}  </html>",),
    keeps=("<html><h1>Links</h1>\n" + _LINKS.replace("- ", "") + "</html>",),
)


class Links(Stage):
    """Marks several link blocks in a row, outside the body of a page that is mostly prose. Ignores plain text."""

    rules = (RUN,)
    reads = "markup"

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        if blocks.tree is None:
            return
        gone = doubtful(page.sums, CUTS_ALONE)
        left = [i for i in range(len(blocks)) if i not in gone]
        body = skeleton(blocks, gone)
        if not _is_mostly_prose(blocks, body, left):
            return
        edge = [i for i in left if i < body.first or i > body.last]
        for is_link, run in groupby(edge, key=lambda i: _is_link(blocks, i)):
            places = list(run)
            if is_link and len(places) >= _MIN_LINKS:
                yield from (RUN.mark(blocks.span(i)) for i in places)


def _is_mostly_prose(blocks: Blocks, body: Skeleton, left: Sequence[int]) -> bool:
    prose = sum(blocks.words[i] for i in left if body.prose[i])
    return prose >= _MIN_PROSE and prose >= _PROSE_SHARE * sum(blocks.words[i] for i in left)


def _is_link(blocks: Blocks, i: int) -> bool:
    return (
        blocks.words[i] <= _MAX_WORDS
        and blocks.links[i] >= _LINK_SHARE * len(blocks.texts[i])
        and blocks.kinds[i] not in _PROTECTED
    )
