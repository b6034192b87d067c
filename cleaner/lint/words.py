"""Where the words of a page stand in its source.

The parser tells no places, so the words that can be seen are looked for in the source, both read in order: tags,
comments, scripts and styles have none, character references stand for themselves. A word that the source writes in
another way (in two elements, by a reference) gets the place of the last one that was found before it.
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
_AHEAD = 400  # words that a gap may have: text that is written but not shown
_SURE = 3  # words in a row that make a place sure


class Words:
    """The words of a page's source, and which of them those that are ``shown`` are."""

    def __init__(self, source: str, shown: str) -> None:
        written = [(m["word"], m.start()) for m in _SOURCE.finditer(source) if m["word"]]
        self._offsets = [m.start() for m in _WORD.finditer(shown)]
        self._sources = _aligned([m[0] for m in _WORD.finditer(shown)], written)

    def source_of(self, offset: int) -> int:
        """The place in the source of the first word at or behind ``offset`` of what is shown."""
        n = min(bisect_left(self._offsets, offset), len(self._sources) - 1)
        return self._sources[n] if n >= 0 else 0


def _aligned(shown: list[str], written: list[tuple[str, int]]) -> list[int]:
    """For each word that is shown the place of the word of the source that it is, in order."""
    places: dict[str, list[int]] = {}
    for n, (word, _) in enumerate(written):
        places.setdefault(word, []).append(n)
    found: list[int] = []
    at = 0
    for n, word in enumerate(shown):
        there = places.get(word, [])
        first = bisect_left(there, at)
        last = bisect_right(there, at + _AHEAD)
        following = shown[n + 1 : n + _SURE]
        for k in there[first:last]:
            if k == at or [w for w, _ in written[k + 1 : k + 1 + len(following)]] == following:
                at = k + 1
                break
        found.append(written[max(at - 1, 0)][1] if written else 0)
    return found
