"""What trafilatura's own extraction would drop: a second opinion on the blocks of a page.

Barbaresi 2021, https://aclanthology.org/2021.acl-demo.15/. It costs some sixty parses a page, so it is only asked on
request. Its text is compared by words: a block is dropped if it, or most of its runs of four words, is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cleaner.model import Document, Mark
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE

_WORD = re.compile(r"\w+")
_CATEGORY = "trafilatura"
_RUN = 4
_FOUND_SHARE = 0.5


class Trafilatura:
    """A vote on every block, whether trafilatura keeps it or leaves it out; none where it finds no text at all.

    Alone it decides. Beside our own stages it speaks up for what it keeps, and adds to the doubts about the rest.
    """

    def __init__(self, packs: Packs, *, dropped: int = CUTS_ALONE, kept: int = 0) -> None:
        del packs
        self._dropped, self._kept = dropped, kept

    def __call__(self, document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        del marks
        if not document.source:
            return
        words = _extracted(document)
        if not words:
            return
        text = f" {' '.join(words)} "
        runs = {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
        blocks = document.blocks
        for i, line in enumerate(blocks.texts):
            own = _WORD.findall(line.lower())
            span = blocks.span(i)
            if own and not _is_in(own, text, runs):
                yield Mark(span, "trafilatura/dropped", _CATEGORY, "Not in trafilatura's extraction", self._dropped)
            elif own and self._kept:
                yield Mark(span, "trafilatura/kept", _CATEGORY, "In trafilatura's extraction", self._kept)


def _extracted(document: Document) -> list[str]:
    from trafilatura import extract  # lazy: half a second

    try:
        # its cache would return nothing for the fourth copy of a text
        text = extract(document.source, url=document.url or None, deduplicate=False)
    except Exception:  # noqa: BLE001 - an opinion that can't be had is none
        return []
    return _WORD.findall((text or "").lower())


def _is_in(own: Sequence[str], text: str, runs: set[tuple[str, ...]]) -> bool:
    if f" {' '.join(own)} " in text:
        return True
    own_runs = [tuple(own[i : i + _RUN]) for i in range(len(own) - _RUN + 1)]
    return bool(own_runs) and sum(run in runs for run in own_runs) >= _FOUND_SHARE * len(own_runs)
