"""Which rules find their words in which blocks: an index over all rules, so that a line is looked at once.

Whole-line phrases are a dictionary look-up, openings are dispatched on their first characters, words inside a
block and patterns wait behind an Aho-Corasick automaton over the literals they need (Aho and Corasick 1975,
https://doi.org/10.1145/360825.360855). `slow_hits` is the same without an index, for the tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import ahocorasick_rs
import regex

from cleaner.fold import DECORATION, key
from cleaner.model import Document, Hit
from cleaner.packs import PATTERN_SECONDS, Packs, Rule

_COUNTER = regex.compile(r"^(?:[(\[]?\d[\d.,]*\s?[km]?[)\]]?\s+)|(?:\s+[(\[]?\d[\d.,]*\s?[km]?[)\]]?)$")
_MAX_GLUED_WORDS = 24
_MAX_GLUED_CHARS = 240
_MAX_DIGIT_WORDS = 14
_OPENING = 4  # characters by which whole-line phrases are found inside a line
_MEMO_CHARS = 4_000_000
_SPACELESS_FROM = "\u0e00"

_SEPARATORS = DECORATION.translate({ord(c): None for c in ",.;。、，；"})

Hits = tuple[Hit, ...]


class Matcher:
    """The compiled rules of ``packs``. Stateless for the caller: what it remembers of lines only saves time."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self._lines: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._open_ended: set[tuple[str, int]] = set()
        self._digit_patterns: list[tuple[regex.Pattern[str], int]] = []
        self._marks = [rule.score > 0 for rule in packs.rules]
        self._trusted = [rule.is_trusted for rule in packs.rules]
        self._most_words = [rule.where.max_words for rule in packs.rules]
        self._unless = [tuple(map(regex.compile, rule.unless)) for rule in packs.rules]
        literals: dict[str, list[tuple[regex.Pattern[str] | None, int]]] = defaultdict(list)
        for n, rule in enumerate(packs.rules):
            for line in dict.fromkeys(rule.lines):
                self._lines[line].append(n)
            for start in dict.fromkeys(rule.starts):
                self._starts[start[:2]].append((start, n))
            for phrase in dict.fromkeys(rule.phrases):
                literals[phrase.removesuffix("*")].append((None, n))
                if phrase.endswith("*"):
                    self._open_ended.add((phrase[:-1], n))
            self._add_patterns(rule, n, literals)
        self._literals = list(literals)
        self._behind = list(literals.values())
        self._automaton = ahocorasick_rs.AhoCorasick(self._literals) if literals else None
        self._openings: dict[str, list[str]] = defaultdict(list)
        for line in sorted(self._lines, key=len, reverse=True):
            self._openings[line[:_OPENING]].append(line)
        self._heads = frozenset(self._openings)
        self._tails = frozenset(line[-_OPENING:] for line in self._lines)
        self._memo: dict[str, tuple[Hits, tuple[str, ...]]] = {}
        self._memo_chars = 0

    def _add_patterns(
        self, rule: Rule, n: int, literals: dict[str, list[tuple[regex.Pattern[str] | None, int]]]
    ) -> None:
        for pattern in rule.patterns:
            compiled = pattern.compile()
            if pattern.digits:
                self._digit_patterns.append((compiled, n))
            for need in pattern.needs:
                literals[need].append((compiled, n))

    def __reduce__(self) -> tuple[type[Matcher], tuple[Packs]]:
        return Matcher, (self.packs,)

    def match(self, document: Document) -> tuple[Document, tuple[str, ...]]:
        """The document with the ``hits`` of every block, and warnings about patterns that were given up."""
        if self._memo_chars > _MEMO_CHARS:
            self._memo, self._memo_chars = {}, 0
        memo = self._memo
        text, blocks = document.text, document.blocks
        all_hits: list[Hits] = []
        warnings: list[str] = []
        for i, (start, end) in enumerate(zip(blocks.starts, blocks.ends, strict=True)):
            line = text[start:end]
            found = memo.get(line)
            if found is None:
                found = memo[line] = self._find(line, blocks.folded[i], blocks.keys[i], blocks.words[i])
                self._memo_chars += len(line)
            all_hits.append(found[0])
            if found[1]:
                warnings.extend(found[1])
        return replace(document, blocks=replace(blocks, hits=tuple(all_hits))), tuple(warnings)

    def _find(self, line: str, folded: str, line_key: str, words: int) -> tuple[Hits, tuple[str, ...]]:
        found: dict[tuple[int, str], None] = {}
        given_up: list[str] = []
        digits = bool(line_key) and (line_key[0].isdigit() or line_key[-1].isdigit())
        rules = self._lines.get(line_key)
        if rules is None and digits:
            rules = self._lines.get(key(_COUNTER.sub("", line_key)))
        if rules is not None:
            found.update(((n, line_key), None) for n in rules)
        elif words <= _MAX_GLUED_WORDS and self._may_cover(line_key):
            found.update(((n, part), None) for part in self._cover(line, folded, line_key) for n in self._lines[part])
        for start, n in self._starts.get(line_key[:2], ()):
            if line_key.startswith(start) and _ends_word(line_key, len(start)):
                found[n, start] = None
        if digits and words <= _MAX_DIGIT_WORDS:
            for pattern, n in self._digit_patterns:
                self._search(pattern, n, folded, found, given_up)
        literals = self._scan(folded)
        if literals:
            self._find_literals(literals, folded, words, found, given_up)
        if not found:
            return (), tuple(given_up)
        return tuple([Hit(n, text) for n, text in found if not self._is_excepted(n, folded)]), tuple(given_up)

    def _scan(self, folded: str) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            return []
        try:
            return self._automaton.find_matches_as_indexes(folded, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates: a question mark for each keeps the offsets
            bare = folded.encode("utf-8", "replace").decode("utf-8")
            return self._automaton.find_matches_as_indexes(bare, overlapping=True)

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
        needed = 2 if _has_glue(line_key, parts) else 3
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

    def _may_cover(self, line: str) -> bool:
        """Whether a line begins and ends like whole-line phrases: sorts out nearly all others."""
        heads, tails = self._heads, self._tails
        if not (line[:4] in heads or line[:3] in heads or line[:2] in heads or line[:1] in heads):
            return False
        return line[-4:] in tails or line[-3:] in tails or line[-2:] in tails or line[-1:] in tails

    def _openings_at(self, line: str, at: int) -> Iterator[str]:
        for length in range(_OPENING, 0, -1):
            yield from self._openings.get(line[at:at + length], ())

    def _find_literals(
        self,
        literals: Iterable[tuple[int, int, int]],
        folded: str,
        words: int,
        found: dict[tuple[int, str], None],
        given_up: list[str],
    ) -> None:
        tried: set[tuple[int, int]] = set()
        for literal, start, end in literals:
            for pattern, n in self._behind[literal]:
                if words > self._most_words[n] or not _starts_word(folded, start):
                    continue
                if pattern is None:
                    text = self._literals[literal]
                    ends = _ends_word(folded, end) or (text, n) in self._open_ended
                    if ends and not (self._marks[n] and _is_quoted(folded, start)):
                        found[n, text] = None
                elif (id(pattern), n) not in tried:
                    tried.add((id(pattern), n))
                    self._search(pattern, n, folded, found, given_up)

    def _search(
        self, pattern: regex.Pattern[str], n: int, folded: str, found: dict[tuple[int, str], None], given_up: list[str]
    ) -> None:
        try:
            match = pattern.search(folded) if self._trusted[n] else pattern.search(folded, timeout=PATTERN_SECONDS)
        except TimeoutError:
            given_up.append(f"{self.packs.rules[n].id}: a pattern took over {PATTERN_SECONDS} s on a block; not applied there")
            return
        if match and not _is_quoted(folded, match.start()):
            found[n, match[0]] = None

    def _is_excepted(self, n: int, folded: str) -> bool:
        unless = self._unless[n]
        if not unless:
            return False
        limit = None if self._trusted[n] else PATTERN_SECONDS
        try:
            return any(pattern.search(folded, timeout=limit) for pattern in unless)
        except TimeoutError:
            return True  # an exception that can't be checked holds: keep the text


def _is_quoted(folded: str, at: int) -> bool:
    """Whether a place stands inside quotation marks: what is quoted is talked about."""
    if at == 0:
        return False
    before = folded[:at]
    return before.count('"') % 2 == 1 or before.count("«") > before.count("»") or before.count("「") > before.count("」")


def _starts_word(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isalnum() and text[at].isalnum()) or text[at] >= _SPACELESS_FROM


def _ends_word(text: str, at: int) -> bool:
    return at >= len(text) or not (text[at].isalnum() and text[at - 1].isalnum()) or text[at - 1] >= _SPACELESS_FROM


def _has_glue(line: str, parts: list[tuple[int, str]]) -> bool:
    for (at, phrase), (following, _) in zip(parts, parts[1:], strict=False):
        between = line[at + len(phrase):following]
        if not between or between.strip():
            return True
    return False


def _seams_show(line: str, folded: str, line_key: str, parts: list[tuple[int, str]]) -> bool:
    """Whether every seam between two words that touch is one the reader sees, too."""
    base = folded.index(line_key)
    for at, _ in parts[1:]:
        before, after = line_key[at - 1], line_key[at]
        if not (before.isalnum() and after.isalnum()) or after >= _SPACELESS_FROM:
            continue
        if len(line) != len(folded) or not line[base].isupper():
            return False
        if not line[base + at].isupper() or line[base + at - 1].isupper():
            return False
    return True
