"""The positions of the words of a page in its source.

The parser does not report positions, so the visible words are searched in the source, in order. Tags, comments,
scripts and styles contain no visible words. A word that the source writes in another way (in two elements, or with a
character reference) gets the position of the last word that was found before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_SOURCE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|template|title)\b.*?(?:</(?P=raw)\s*>|\Z)|</?[a-z!?][^>]*>|&\#?\w+;"
    r"|(?P<word>[^\W_]+)|.",
    re.DOTALL | re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_MAX_GAP = 400  # words in the source that are not visible, between two words that are
_MIN_MATCHING = 3  # successive words that must match after a gap


class Words:
    """The words in the source of a page, matched with the words of ``shown``, its visible text."""

    def __init__(self, source: str, shown: str) -> None:
        written = [(m["word"], m.start()) for m in _SOURCE.finditer(source) if m["word"]]
        self._offsets = [m.start() for m in _WORD.finditer(shown)]
        self._sources = _aligned([m[0] for m in _WORD.finditer(shown)], written)

    def source_of(self, offset: int) -> int:
        """The offset in the source of the first word at or after ``offset`` of the visible text."""
        n = min(bisect_left(self._offsets, offset), len(self._sources) - 1)
        return self._sources[n] if n >= 0 else 0


def _aligned(shown: list[str], written: list[tuple[str, int]]) -> list[int]:
    """The offset in the source of each visible word. ``written`` are the words of the source with their offsets."""
    places: dict[str, list[int]] = {}
    for n, (word, _) in enumerate(written):
        places.setdefault(word, []).append(n)
    found: list[int] = []
    at = 0
    for n, word in enumerate(shown):
        there = places.get(word, [])
        first = bisect_left(there, at)
        last = bisect_right(there, at + _MAX_GAP)
        following = shown[n + 1 : n + _MIN_MATCHING]
        for k in there[first:last]:
            if k == at or [w for w, _ in written[k + 1 : k + 1 + len(following)]] == following:
                at = k + 1
                break
        found.append(written[max(at - 1, 0)][1] if written else 0)
    return found
