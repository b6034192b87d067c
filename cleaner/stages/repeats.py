"""The second copy of a caption or teaser, close to the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.features import votes
from cleaner.model import Document, Kind, Mark
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE

_MIN_WORDS = 20
_FURNITURE = 3  # with fewer noise lines on the page, a copy may be a refrain
_KINDS = frozenset((Kind.TEXT, Kind.CAPTION))


class Repeats:
    """Marks a long line that repeats a line above it, with nothing but noise (a credit) between the two.

    A copy directly below the first is only marked on pages with other noise, because a text may repeat a verse.

    Copies must be long and near: refrains, table cells and short answers repeat too, but they are short or far apart.
    """

    def __init__(self, packs: Packs) -> None:
        del packs

    def __call__(self, document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        blocks = document.blocks
        noise = {i for i, score in enumerate(votes(document, marks).sums) if score >= CUTS_ALONE}
        furnished = len(noise) >= _FURNITURE
        seen: dict[str, int] = {}
        for i, words in enumerate(blocks.words):
            if words < _MIN_WORDS or blocks.kinds[i] not in _KINDS:
                continue
            text = blocks.keys[i]
            first = seen.get(text)
            between = range(i if first is None else first + 1, i)
            if first is not None and (between or furnished) and all(j in noise for j in between):
                span = blocks.span(i)
                yield Mark(span, "repeats/copy", "media", "Repeats word for word the block just above it", 100)
                noise.add(i)
            seen[text] = i
