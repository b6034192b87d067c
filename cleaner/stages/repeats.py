"""The second copy of a caption or teaser, close to the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.features import votes
from cleaner.model import Document, Kind, Mark, Span
from cleaner.packs import Packs
from cleaner.resolve import CUTS_ALONE

_MIN_WORDS = 20
_KINDS = frozenset((Kind.TEXT, Kind.CAPTION))


class Repeats:
    """Marks a long line that says again what stands above it, with nothing but noise (a credit) between the two.

    Long and near: refrains, table cells and short answers repeat too, but are short or stand apart.
    """

    def __init__(self, packs: Packs) -> None:
        del packs

    def __call__(self, document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        blocks = document.blocks
        noise = {i for i, score in enumerate(votes(document, marks).sums) if score >= CUTS_ALONE}
        seen: dict[str, int] = {}
        for i, words in enumerate(blocks.words):
            if words < _MIN_WORDS or blocks.kinds[i] not in _KINDS:
                continue
            text = blocks.keys[i]
            first = seen.get(text)
            if first is not None and all(between in noise for between in range(first + 1, i)):
                span = Span(blocks.starts[i], blocks.ends[i])
                yield Mark(span, "repeats/copy", "media", "Says word for word what stands just above it", 100)
                noise.add(i)
            seen[text] = i
