"""Lines that consist of several whole-line phrases: ``AcceptRefuse``, ``About | Terms``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import chain, pairwise

from cleaner.chars import is_joined
from cleaner.fold import DECORATION

_MAX_WORDS = 24
_MAX_CHARS = 240
_OPENING = 4  # characters by which phrases are found inside a line
_MAX_WINDOWS = 20_000  # openings of lines whose phrases are remembered

SEPARATORS = DECORATION.translate({ord(c): None for c in ",.;。、，；،؛"})
_WORDS = re.compile(r"\w+")
_SEAM = re.compile(r"[^\W\dA-Z_][?!]?[A-Z]")

_Parts = list[tuple[int, str]]
"""Phrases and where they begin."""


class Glue:
    """Finds lines that consist of phrases.

    ``lines`` are the rules of each whole-line phrase, ``sure`` are the rules with a score that cuts alone. What is
    remembered of openings only saves time.
    """

    def __init__(self, lines: Mapping[str, tuple[int, ...]], sure: Collection[int]) -> None:
        self._lines = lines
        self._sure = sure
        self._openings: dict[str, list[str]] = defaultdict(list)
        for line in sorted(lines, key=len, reverse=True):
            self._openings[line[:_OPENING]].append(line)
        self._heads = frozenset(self._openings)
        self._tails = frozenset([line[-_OPENING:] for line in lines])
        self._windows: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of all phrases; a line must look very much like several of them before anybody asks."""
        return frozenset(_WORDS.findall("\n".join(self._lines)))

    def may_cover(self, line: str, line_key: str, words: int) -> bool:
        """Whether it is worth while to look for phrases that make up a line; false for nearly all lines."""
        if words > _MAX_WORDS or (words <= 2 and line[1:].islower()):
            return False
        if not (self._ends_like_phrase(line_key) and line_key.startswith(self._openings_at(line_key, 0))):
            return False  # nearly all lines
        # without a seam every word must be one of a phrase; this spares nearly all other lines the search
        return not line_key.isascii() or self._words.issuperset(_WORDS.findall(line_key)) or bool(_SEAM.search(line))

    def cover(self, line: str, folded: str, line_key: str) -> tuple[str, ...]:
        """The whole-line phrases that make up a line without rest, or nothing.

        Two phrases do if they are glued or parted by a sign (``AcceptRefuse``, ``About | Terms``), three if
        only by spaces: two words in a row may be a heading. A seam without a sign shows in the capital
        after it; ``online`` is not made of on and line.
        """
        if len(line_key) > _MAX_CHARS:
            return ()
        parts: _Parts = []
        dead: set[int] = set()
        if not self._cover_from(line_key, 0, parts, dead):
            return ()
        if not _seams_show(line, folded, line_key, parts):
            return ()
        found = [part for _, part in parts]
        needed = 2 if _has_glue(line_key, parts) or self._is_dialogue(line_key, parts) else 3
        return tuple(dict.fromkeys(found)) if len(found) >= needed and len(set(found)) > 1 else ()

    def opens_like_phrase(self, line: str) -> bool:
        """Whether a line begins with the first characters of a phrase."""
        heads = self._heads
        return line[:4] in heads or line[:3] in heads or line[:2] in heads or line[:1] in heads

    def _cover_from(self, line: str, at: int, parts: _Parts, dead: set[int]) -> bool:
        while at < len(line) and line[at] in SEPARATORS:
            at += 1
        if at == len(line):
            return bool(parts)
        if at in dead:
            return False
        for phrase in self._openings_at(line, at):
            if line.startswith(phrase, at):
                parts.append((at, phrase))
                if self._cover_from(line, at + len(phrase), parts, dead):
                    return True
                parts.pop()
        dead.add(at)
        return False

    def _is_dialogue(self, line_key: str, parts: _Parts) -> bool:
        """Whether two words that touch in a script without spaces are buttons, not the halves of a compound."""
        if not is_joined(line_key[parts[-1][0]]):
            return False
        rules = [frozenset(self._lines[phrase]) for _, phrase in parts]
        return any(n in self._sure for one in rules for n in one) or bool(frozenset.intersection(*rules))

    def _ends_like_phrase(self, line: str) -> bool:
        tails = self._tails
        return line[-4:] in tails or line[-3:] in tails or line[-2:] in tails or line[-1:] in tails

    def _openings_at(self, line: str, at: int) -> tuple[str, ...]:
        """The phrases that may be at a place, by the characters that follow; remembered for the next line."""
        window = line[at : at + _OPENING]
        phrases = self._windows.get(window)
        if phrases is None:
            if len(self._windows) >= _MAX_WINDOWS:
                self._windows.clear()
            lengths = range(len(window), 0, -1)
            phrases = tuple(chain.from_iterable([self._openings.get(window[:length], ()) for length in lengths]))
            self._windows[window] = phrases
        return phrases


def _has_glue(line: str, parts: _Parts) -> bool:
    for (at, phrase), (following, _) in pairwise(parts):
        between = line[at + len(phrase) : following]
        # in scripts without spaces two words that touch are a compound, not a seam
        if between.strip() or (not between and not is_joined(line[following])):
            return True
    return False


def _seams_show(line: str, folded: str, line_key: str, parts: _Parts) -> bool:
    """Whether every seam between two words that touch is one the reader sees, too."""
    base = folded.index(line_key)
    for at, _ in parts[1:]:
        before, after = line_key[at - 1], line_key[at]
        if not (before.isalnum() and after.isalnum()) or is_joined(after):
            continue
        if len(line) != len(folded) or not line[base].isupper():
            return False
        if not line[base + at].isupper() or line[base + at - 1].isupper():
            return False
    return True
