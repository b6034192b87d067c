"""Which rules find their words in which blocks: an index over all rules, so that a line is looked at once.

Whole-line phrases are a dictionary look-up, openings are dispatched on their first characters, words inside a
block and patterns wait behind an Aho-Corasick automaton over the literals they need (Aho and Corasick 1975,
https://doi.org/10.1145/360825.360855).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, chain, count, pairwise
from typing import Any

import ahocorasick_rs
import regex

from cleaner.chars import is_joined
from cleaner.fold import DECORATION, key
from cleaner.model import Blocks, Document, Hit
from cleaner.packs.pattern import PATTERN_SECONDS, LazyPattern
from cleaner.packs.rule import Packs

_COUNTER = re.compile(
    r"^(?:[(\[]?\d[\d.,]*\s?[km]?[)\]]?\s+)|(?:(?:\s+|(?<=[\u3040-\u9fff\uac00-\ud7af]))[(\[]?\d[\d.,]*\s?[km]?[)\]]?)$"
)
_MAX_GLUED_WORDS = 24
_MAX_GLUED_CHARS = 240
_MAX_DIGIT_WORDS = 14
_THREE_DIGITS = re.compile(r"\d\D*\d\D*\d")
_SHORT_NEED, _MAX_SHORT_WORDS = 3, 16  # literals of so few letters count as words, in lines of so few words
_WORD_NEED = 4  # a literal of so few characters counts only as a word
_START, _LEAST_START = 4, 2  # characters on which openings are dispatched; of shorter ones the first
_OPENING = 4  # characters by which whole-line phrases are found inside a line
_MEMO_CHARS, _MEMO_LINES = 120, 20_000  # lines worth remembering, and how many

_PAUSES = frozenset(",;،؛、")  # a line that ends so goes on below
_SEPARATORS = DECORATION.translate({ord(c): None for c in ",.;。、，；،؛"})

_WORDS = re.compile(r"\w+")
_SEAM = re.compile(r"[^\W\dA-Z_][?!]?[A-Z]")

Hits = tuple[Hit, ...]
_Found = tuple[int, int, int]  # a literal by its number, and where it begins and ends


class Matcher:
    """The compiled rules of ``packs``. Stateless for the caller: what it remembers of lines only saves time."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self._lines = _by_line(packs)
        self._starts: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._digit_patterns: list[tuple[LazyPattern, int]] = []
        self._numbers = count()
        self._trusted = [rule.is_trusted for rule in packs.rules]
        self._marks = [rule.score > 0 for rule in packs.rules]
        self._most_words = [rule.where.max_words for rule in packs.rules]
        self._unless = [tuple(map(regex.compile, rule.unless)) for rule in packs.rules]
        phrases: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        patterns: dict[str, list[tuple[int, LazyPattern, int]]] = defaultdict(list)
        for n, rule in enumerate(packs.rules):
            for start in dict.fromkeys(rule.starts):
                self._starts[start[:_START]].append((start, n))
            for phrase in dict.fromkeys(rule.phrases):
                phrases[phrase.removesuffix("*")].append((n, phrase.endswith("*")))
            for gate in dict.fromkeys((pattern.needs, pattern.digits) for pattern in rule.patterns):
                sources = [p.source for p in rule.patterns if (p.needs, p.digits) == gate]
                self._add_pattern(_one_of(sources, is_trusted=rule.is_trusted), gate, n, patterns)
        # in and by are in every sentence: literals so short are looked up as words, and only in short lines
        short = {
            need for need in patterns if len(need) <= _SHORT_NEED and need.isalpha() and not is_joined(need[0])
        }
        self._short_needs = {need + sign: patterns[need] for need in short for sign in ("", ".", ",", ":", ";")}
        self._start_sizes = sorted({len(start) for start in self._starts})
        self._short_starts = frozenset(start[:_LEAST_START] for start in self._starts if len(start) < _START)
        self._short_words = frozenset(self._short_needs)
        self._literals = list(dict.fromkeys((*phrases, *(need for need in patterns if need not in short))))
        self._phrases_behind = [tuple(phrases.get(literal, ())) for literal in self._literals]
        self._patterns_behind = [tuple(patterns.get(literal, ())) for literal in self._literals]
        self._automaton = ahocorasick_rs.AhoCorasick(self._literals) if self._literals else None
        self._openings: dict[str, list[str]] = defaultdict(list)
        for line in sorted(self._lines, key=len, reverse=True):
            self._openings[line[:_OPENING]].append(line)
        self._heads = frozenset(self._openings)
        self._tails = frozenset([line[-_OPENING:] for line in self._lines])
        self._windows: dict[str, tuple[str, ...]] = {}
        self._memo: dict[str, Hits] = {}
        self._old_memo: dict[str, Hits] = {}

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of all phrases; a line must look very much like several of them before anybody asks."""
        return frozenset(_WORDS.findall("\n".join(self._lines)))

    def _add_pattern(
        self,
        pattern: LazyPattern,
        gate: tuple[tuple[str, ...], bool],
        n: int,
        behind: dict[str, list[tuple[int, LazyPattern, int]]],
    ) -> None:
        needs, digits = gate
        number = next(self._numbers)
        if digits:
            self._digit_patterns.append((pattern, n))
        for need in dict.fromkeys(needs):
            behind[need].append((number, pattern, n))

    def __reduce__(self) -> tuple[type[Matcher], tuple[Packs]]:
        return Matcher, (self.packs,)

    def match(self, document: Document, before: Blocks | None = None) -> tuple[Document, tuple[str, ...]]:
        """The document with the ``hits`` of every block, and warnings about patterns that were given up.

        ``before`` are matched blocks of an earlier pass over the same page: their lines need no second look.
        """
        blocks = document.blocks
        known = dict(zip(before.texts, before.hits, strict=True)) if before is not None else self._memo
        found: list[Any] = list(map(known.get, blocks.texts))
        new = [i for i, hits in enumerate(found) if hits is None]
        warnings: list[str] = []
        if new:
            literals = self._scan([blocks.folded[i] for i in new])
            for n, i in enumerate(new):
                found[i] = self._look(blocks, i, literals.get(n, ()), warnings)
        if len(self._memo) > _MEMO_LINES:  # two generations, so that memory stays flat
            self._memo, self._old_memo = {}, self._memo
        return replace(document, blocks=replace(blocks, hits=tuple(found))), tuple(warnings)

    def _scan(self, folded: Sequence[str]) -> dict[int, list[_Found]]:
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
        by_line: dict[int, list[_Found]] = {}
        line = 0
        for literal, start, end in found:  # in the order of their ends
            if end > starts[line + 1]:
                line = bisect_left(starts, end, line) - 1
            by_line.setdefault(line, []).append((literal, start - starts[line], end - starts[line]))
        return by_line

    def _look(self, blocks: Blocks, i: int, literals: Sequence[_Found], warnings: list[str]) -> Hits:
        text = blocks.texts[i]
        hits = self._old_memo.get(text)
        if hits is None:
            hits, given_up = self._find(text, blocks.folded[i], blocks.keys[i], blocks.words[i], literals)
            warnings += given_up
        if len(text) <= _MEMO_CHARS and not warnings:
            self._memo[text] = hits
        return hits

    def _find(
        self, line: str, folded: str, line_key: str, words: int, literals: Sequence[_Found]
    ) -> tuple[Hits, Sequence[str]]:
        rules = None if _is_spoken(folded, words) else self._lines.get(line_key)
        starts = self._starting(line_key)
        counted = line_key[:1].isdigit()
        digits = counted or line_key[-1:].isdigit()
        if rules is None and digits and (counted or self._opens_like_phrase(line_key)):
            rules = self._lines.get(key(_COUNTER.sub("", line_key)))
        dated = digits and words <= _MAX_DIGIT_WORDS and _THREE_DIGITS.search(folded) is not None
        short = words <= _MAX_SHORT_WORDS and not self._short_words.isdisjoint(folded.split(" "))
        glued = rules is None and self._may_be_glued(line, line_key, words)
        if not (rules or dated or starts or literals or short or glued):
            return (), ()  # of most lines no rule has anything to say
        found: dict[Hit, None] = dict.fromkeys([Hit(n, line_key) for n in rules or ()])
        given_up: list[str] = []
        if glued:
            found.update(
                (Hit(n, part), None) for part in self._cover(line, folded, line_key) for n in self._lines[part]
            )
        found.update(dict.fromkeys(starts))
        if dated:
            for pattern, n in self._digit_patterns:
                self._search(pattern, n, folded, found, given_up)
        if short:
            self._find_short_needs(folded, words, found, given_up)
        if literals:
            self._find_literals(literals, folded, words, found, given_up)
        hits = [hit for hit in found if not (self._unless[hit.rule] and self._is_excepted(hit.rule, folded))]
        return tuple(hits), given_up

    def _starting(self, line_key: str) -> list[Hit]:
        """The openings a line begins with."""
        if line_key[:_START] not in self._starts and line_key[:_LEAST_START] not in self._short_starts:
            return []  # most lines
        return [
            Hit(n, start)
            for size in self._start_sizes
            for start, n in self._starts.get(line_key[:size], ())
            if line_key.startswith(start) and _ends_word(line_key, len(start))
        ]

    def _may_be_glued(self, line: str, line_key: str, words: int) -> bool:
        if words > _MAX_GLUED_WORDS or (words <= 2 and line[1:].islower()):
            return False
        if not (self._ends_like_phrase(line_key) and line_key.startswith(self._openings_at(line_key, 0))):
            return False  # nearly all lines
        # without a seam every word must be one of a phrase; this spares nearly all other lines the search
        return not line_key.isascii() or self._words.issuperset(_WORDS.findall(line_key)) or bool(_SEAM.search(line))

    def _cover(self, line: str, folded: str, line_key: str) -> tuple[str, ...]:
        """The whole-line phrases that make up a line without rest, or nothing.

        Two phrases do if they are glued or parted by a sign (``AcceptRefuse``, ``About | Terms``), three if
        only by spaces: two words in a row may be a heading. A seam without a sign shows in the capital
        behind it; ``online`` is not made of on and line.
        """
        if len(line_key) > _MAX_GLUED_CHARS:
            return ()
        parts: list[tuple[int, str]] = []
        dead: set[int] = set()
        if not self._cover_from(line_key, 0, parts, dead):
            return ()
        if not _seams_show(line, folded, line_key, parts):
            return ()
        found = [part for _, part in parts]
        needed = 2 if _has_glue(line_key, parts) or self._is_dialogue(line_key, parts) else 3
        return tuple(dict.fromkeys(found)) if len(found) >= needed and len(set(found)) > 1 else ()

    def _cover_from(self, line: str, at: int, parts: list[tuple[int, str]], dead: set[int]) -> bool:
        while at < len(line) and line[at] in _SEPARATORS:
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

    def _is_dialogue(self, line_key: str, parts: list[tuple[int, str]]) -> bool:
        """Whether two words that touch in a script without spaces are buttons, not the halves of a compound."""
        if not is_joined(line_key[parts[-1][0]]):
            return False
        rules = [frozenset(self._lines[phrase]) for _, phrase in parts]
        sure = any(self.packs.rules[n].score >= 100 for one in rules for n in one)
        return sure or bool(frozenset.intersection(*rules))

    def _opens_like_phrase(self, line: str) -> bool:
        heads = self._heads
        return line[:4] in heads or line[:3] in heads or line[:2] in heads or line[:1] in heads

    def _ends_like_phrase(self, line: str) -> bool:
        tails = self._tails
        return line[-4:] in tails or line[-3:] in tails or line[-2:] in tails or line[-1:] in tails

    def _openings_at(self, line: str, at: int) -> tuple[str, ...]:
        """The phrases that may stand at a place, by the characters that follow; remembered for the next line."""
        window = line[at : at + _OPENING]
        phrases = self._windows.get(window)
        if phrases is None:
            if len(self._windows) >= _MEMO_LINES:
                self._windows.clear()
            lengths = range(len(window), 0, -1)
            phrases = tuple(chain.from_iterable([self._openings.get(window[:length], ()) for length in lengths]))
            self._windows[window] = phrases
        return phrases

    def _find_literals(
        self,
        literals: Sequence[_Found],
        folded: str,
        words: int,
        found: dict[Hit, None],
        given_up: list[str],
    ) -> None:
        tried: set[int] = set()
        size = len(folded)
        taken: dict[int, int] = {}
        for literal, start, end in literals:
            if start and folded[start - 1].isalnum() and _are_of_one_word(folded[start - 1], folded[start]):
                continue
            whole = end == size or not folded[end].isalnum() or _ends_word(folded, end)
            text = self._literals[literal]
            for n, open_ended in self._phrases_behind[literal]:
                fits = (whole or open_ended) and words <= self._most_words[n] and start >= taken.get(n, 0)
                if fits and not (self._marks[n] and _is_quoted(folded, start)):
                    found[Hit(n, text)] = None
                    taken[n] = end  # what overlaps says the same once more
            if whole or end - start > _WORD_NEED:  # a need is a word, or begins one
                for number, pattern, n in self._patterns_behind[literal]:
                    if words <= self._most_words[n] and number not in tried:
                        tried.add(number)
                        self._search(pattern, n, folded, found, given_up)

    def _find_short_needs(self, folded: str, words: int, found: dict[Hit, None], given_up: list[str]) -> None:
        tried: set[int] = set()
        for token in folded.split(" "):
            for number, pattern, n in self._short_needs.get(token, ()):
                if words <= self._most_words[n] and number not in tried:
                    tried.add(number)
                    self._search(pattern, n, folded, found, given_up)

    def _search(self, pattern: LazyPattern, n: int, folded: str, found: dict[Hit, None], given_up: list[str]) -> None:
        try:
            for match in pattern.finditer(folded):
                if not _is_quoted(folded, match.start()):
                    found[Hit(n, match[0])] = None
        except TimeoutError:
            rule = self.packs.rules[n].id
            given_up.append(f"{rule}: a pattern took over {PATTERN_SECONDS} s on a block; not applied there")

    def _is_excepted(self, n: int, folded: str) -> bool:
        unless = self._unless[n]
        limit = None if self._trusted[n] else PATTERN_SECONDS
        try:
            return any(pattern.search(folded, timeout=limit) for pattern in unless)
        except TimeoutError:
            return True  # an exception that can't be checked holds: keep the text


def _is_spoken(folded: str, words: int) -> bool:
    """Whether a line is part of a text, whatever words it has: a verse that goes on below, an answer of one word.

    Buttons and items of menus end with neither comma nor full stop.
    """
    end = folded[-1:]
    return end in _PAUSES or (words <= 1 and end in ".。" and folded[-2:-1] != ".")


def _by_line(packs: Packs) -> dict[str, tuple[int, ...]]:
    """The rules of each whole-line phrase. Most have one: what two share is looked at alone."""
    found: dict[str, tuple[int, ...]] = {}
    for n, rule in enumerate(packs.rules):
        new = dict.fromkeys(rule.lines, (n,))
        shared = {line: (*found[line], n) for line in found.keys() & new.keys()}
        found |= new | shared
    return found


def _one_of(sources: Sequence[str], *, is_trusted: bool) -> LazyPattern:
    """One pattern for several that wait behind the same literals: one search instead of many."""
    source = "|".join(f"(?:{source})" for source in sources) if len(sources) > 1 else sources[0]
    return LazyPattern(source, is_trusted=is_trusted)


def _is_quoted(folded: str, at: int) -> bool:
    """Whether a place stands inside quotation marks: what is quoted is talked about."""
    if at == 0:
        return False
    before = folded[:at]
    return (
        before.count('"') % 2 == 1 or before.count("«") > before.count("»") or before.count("「") > before.count("」")
    )


def _ends_word(text: str, at: int) -> bool:
    return at >= len(text) or not _are_of_one_word(text[at - 1], text[at])


def _are_of_one_word(before: str, after: str) -> bool:
    """Whether two neighbours belong to one word: letters or digits, of scripts that have spaces."""
    if is_joined(after) or is_joined(before):
        return False
    return (before.isalpha() and after.isalpha()) or (before.isdigit() and after.isdigit())


def _has_glue(line: str, parts: list[tuple[int, str]]) -> bool:
    for (at, phrase), (following, _) in pairwise(parts):
        between = line[at + len(phrase) : following]
        # in scripts without spaces two words that touch are a compound, not a seam
        if between.strip() or (not between and not is_joined(line[following])):
            return True
    return False


def _seams_show(line: str, folded: str, line_key: str, parts: list[tuple[int, str]]) -> bool:
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
