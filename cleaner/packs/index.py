"""An index over all rules, so that a line is looked at once.

Whole-line phrases are a dictionary look-up, openings are dispatched on their first characters, words inside a block and
patterns wait for the literals they need, which an Aho-Corasick automaton finds (Aho and Corasick 1975,
https://doi.org/10.1145/360825.360855).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, count
from typing import NamedTuple

import ahocorasick_rs
import regex

from cleaner._native import library
from cleaner.chars import is_joined
from cleaner.model import Hit
from cleaner.packs.boundaries import ends_word
from cleaner.packs.native_index import EVERYTHING, NativeIndex
from cleaner.packs.pattern import LazyPattern
from cleaner.packs.rule import Packs, Pattern, Rule

_SHORT_NEED = 3  # letters of a literal that counts as a word, and only in short lines
_START, _MIN_START = 4, 2  # characters by which openings are found; shorter openings are found by the second number
_SIGNS = ("", ".", ",", ":", ";")  # after a word


class Waiting(NamedTuple):
    """A pattern that waits for a literal: its number, itself, the number of its rule.

    Lines without one of the beginnings ``begins`` are searched for ``other`` only, the part of the pattern that may
    match them; it is None if no part may.
    """

    number: int
    pattern: LazyPattern
    rule: int
    begins: frozenset[str]
    other: LazyPattern | None


Found = tuple[int, int, int]
"""A literal in a line: its number, and where it begins and ends."""

Gate = tuple[tuple[str, ...], bool]
"""What patterns that are searched as one have in common: the literals they need, and whether they need digits."""


class Index:
    """Where the words of ``packs`` lead. Rules are numbers: places in ``packs.rules``."""

    def __init__(self, packs: Packs) -> None:
        rules = packs.rules
        self.lines = _by_line(rules)
        """The rules of each whole-line phrase."""
        self.is_trusted = [rule.is_trusted for rule in rules]
        self.is_mark = [rule.score > 0 for rule in rules]
        self.max_words = [rule.where.max_words for rule in rules]
        self.unless = [tuple(map(regex.compile, rule.unless)) for rule in rules]
        self.digit_patterns: list[Waiting] = []
        """Patterns that are tried on short lines with digits."""
        waiting = self._waiting_patterns(rules)
        phrases = _by_phrase(rules)
        # in and by are in every sentence: literals so short are looked up as words, and only in short lines
        short = {need for need in waiting if _is_short(need)}
        self.short_needs = {need + sign: waiting[need] for need in short for sign in _SIGNS}
        self.short_words = frozenset(self.short_needs)
        self.literals = list(dict.fromkeys((*phrases, *(need for need in waiting if need not in short))))
        self.phrases = [tuple(phrases.get(literal, ())) for literal in self.literals]
        """For each literal the rules whose phrase it is, and whether more letters may follow the phrase."""
        self.patterns = [tuple(waiting.get(literal, ())) for literal in self.literals]
        """For each literal the patterns that wait for it."""
        self._native: NativeIndex | None = None
        self._starts = _by_start(rules)
        self._start_sizes = sorted({len(start) for start in self._starts})
        self._short_starts = frozenset(start[:_MIN_START] for start in self._starts if len(start) < _START)

    def _waiting_patterns(self, rules: Sequence[Rule]) -> dict[str, list[Waiting]]:
        """The patterns by the literals they need. Those of a rule with the same gate are searched as one."""
        waiting: dict[str, list[Waiting]] = defaultdict(list)
        numbers = count()
        for n, rule in enumerate(rules):
            for (needs, digits), patterns in _by_gate(rule.patterns).items():
                one = _waiting(next(numbers), n, patterns, is_trusted=rule.is_trusted)
                if digits:
                    self.digit_patterns.append(one)
                for need in needs:
                    waiting[need].append(one)
        return waiting

    def starting(self, line_key: str) -> list[Hit]:
        """The openings a line begins with."""
        if line_key[:_START] not in self._starts and line_key[:_MIN_START] not in self._short_starts:
            return []  # most lines
        return [
            Hit(n, start)
            for size in self._start_sizes
            for start, n in self._starts.get(line_key[:size], ())
            if line_key.startswith(start) and ends_word(line_key, len(start))
        ]

    def openings(self) -> Iterable[str]:
        """The openings of rules."""
        return (start for starts in self._starts.values() for start, _ in starts)

    def look(self, folded: Sequence[str], words: Sequence[int]) -> tuple[bytes | bytearray, Mapping[int, list[Found]]]:
        """What each line may have (flags of `cleaner.packs.native_index`), and the literals in it, by its number.

        The native core leaves out lines and literals that lead to nothing; Python sets all flags.
        """
        core = library() if folded else None
        if core is None:
            return bytes([EVERYTHING]) * len(folded), self.scan(folded)
        if self._native is None:
            self._native = NativeIndex(core, self)
        return self._native.look(folded, words)

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick | None:
        return ahocorasick_rs.AhoCorasick(self.literals) if self.literals else None

    def scan(self, folded: Sequence[str]) -> dict[int, list[Found]]:
        """The literals in some lines, by the number of the line: one pass over all costs less than one over each."""
        if self._automaton is None:
            return {}
        text = "\n".join(folded)  # no literal holds a line feed
        try:
            found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates: a question mark for each keeps the offsets
            bare = text.encode("utf-8", "replace").decode("utf-8")
            found = self._automaton.find_matches_as_indexes(bare, overlapping=True)
        starts = list(accumulate(folded, lambda at, line: at + len(line) + 1, initial=0))
        by_line: dict[int, list[Found]] = {}
        line = 0
        for literal, start, end in found:  # in the order of their ends
            if end > starts[line + 1]:
                line = bisect_left(starts, end, line) - 1
            by_line.setdefault(line, []).append((literal, start - starts[line], end - starts[line]))
        return by_line


def _by_line(rules: Sequence[Rule]) -> dict[str, tuple[int, ...]]:
    """The rules of each whole-line phrase. Most have one: what two share is looked at alone."""
    found: dict[str, tuple[int, ...]] = {}
    for n, rule in enumerate(rules):
        new = dict.fromkeys(rule.lines, (n,))
        shared = {line: (*found[line], n) for line in found.keys() & new.keys()}
        found |= new | shared
    return found


def _by_start(rules: Sequence[Rule]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for n, rule in enumerate(rules):
        for start in dict.fromkeys(rule.starts):
            found[start[:_START]].append((start, n))
    return dict(found)


def _by_phrase(rules: Sequence[Rule]) -> dict[str, list[tuple[int, bool]]]:
    found: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for n, rule in enumerate(rules):
        for phrase in dict.fromkeys(rule.phrases):
            found[phrase.removesuffix("*")].append((n, phrase.endswith("*")))
    return found


def _by_gate(patterns: Iterable[Pattern]) -> Mapping[Gate, list[Pattern]]:
    """The patterns by what they need; the order in which literals are written makes no difference."""
    found: dict[Gate, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        found[tuple(sorted({*pattern.needs})), pattern.digits].append(pattern)
    return found


def _is_short(need: str) -> bool:
    return len(need) <= _SHORT_NEED and need.isalpha() and not is_joined(need[0])


def _waiting(number: int, rule: int, patterns: Sequence[Pattern], *, is_trusted: bool) -> Waiting:
    whole = _one_of(patterns, is_trusted=is_trusted)
    begins = frozenset(text for one in patterns for text in one.begins)
    others = [one for one in patterns if not one.begins]
    other = whole if len(others) == len(patterns) else _one_of(others, is_trusted=is_trusted) if others else None
    return Waiting(number, whole, rule, begins, other)


def _one_of(patterns: Sequence[Pattern], *, is_trusted: bool) -> LazyPattern:
    """One pattern for several that wait for the same literals: one search instead of many."""
    source = "|".join(f"(?:{one.source})" for one in patterns) if len(patterns) > 1 else patterns[0].source
    return LazyPattern(source, is_trusted=is_trusted)
