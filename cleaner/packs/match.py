"""Which rules find their words in which blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any

from cleaner.fold import key
from cleaner.model import Blocks, Document, Hit
from cleaner.packs.boundaries import are_of_one_word, ends_word, is_quoted
from cleaner.packs.glue import Glue
from cleaner.packs.index import Found, Index, Waiting
from cleaner.packs.native_index import COUNTER, DATED, GLUE, SHORT, START, WHOLE
from cleaner.packs.pattern import PATTERN_SECONDS, LazyPattern
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE

_COUNTER = re.compile(
    r"^(?:[(\[]?\d[\d.,]*\s?[km]?[)\]]?\s+)|(?:(?:\s+|(?<=[\u3040-\u9fff\uac00-\ud7af]))[(\[]?\d[\d.,]*\s?[km]?[)\]]?)$"
)
_MAX_DIGIT_WORDS = 14
_THREE_DIGITS = re.compile(r"\d\D*\d\D*\d")
_MAX_SHORT_WORDS = 16  # words of a line in which short literals are looked up
_WORD_NEED = 4  # a literal of so few characters counts only as a word
_MEMO_CHARS, _MEMO_LINES = 120, 20_000  # lines worth remembering, and how many

_PAUSES = frozenset(",;،؛、")  # a line with such an end continues below

Hits = tuple[Hit, ...]


class Matcher:
    """The compiled rules of ``packs``. Stateless for the caller: what it remembers of lines only saves time."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self._index = Index(packs)
        sure = frozenset(n for n, rule in enumerate(packs.rules) if rule.score >= CUTS_ALONE)
        self._glue = Glue(self._index.lines, sure)
        self._memo: dict[str, Hits] = {}
        self._old_memo: dict[str, Hits] = {}

    def __reduce__(self) -> tuple[type[Matcher], tuple[Packs]]:
        return Matcher, (self.packs,)

    def match(self, document: Document, before: Blocks | None = None) -> tuple[Document, tuple[str, ...]]:
        """The document with the ``hits`` of every block, and warnings about patterns that took too long.

        ``before`` are matched blocks of another text of the same page: their lines need no second look.
        """
        blocks = document.blocks
        found: list[Any] = list(map(self._memo.get, blocks.texts))
        if before is not None:
            known = dict(zip(before.texts, before.hits, strict=True))
            found = [known.get(text) if hits is None else hits for text, hits in zip(blocks.texts, found, strict=True)]
        new = [i for i, hits in enumerate(found) if hits is None]
        warnings: list[str] = []
        if new:
            first = {blocks.texts[i]: i for i in reversed(new)}
            places = sorted(first.values())  # of lines that are there several times, the first
            folded, words = [blocks.folded[i] for i in places], [blocks.words[i] for i in places]
            flags, literals = self._index.look(folded, words)
            looked = {
                places[n]: self._look(blocks, places[n], flags[n], literals.get(n, ()), warnings)
                for n in sorted({*literals, *compress(range(len(places)), flags)})
            }
            for i in new:
                found[i] = looked.get(first[blocks.texts[i]], ())  # most lines have no hits
        if len(self._memo) > _MEMO_LINES:  # two generations, so that memory stays flat
            self._memo, self._old_memo = {}, self._memo
        return replace(document, blocks=replace(blocks, hits=tuple(found))), tuple(warnings)

    def _look(self, blocks: Blocks, i: int, flags: int, literals: Sequence[Found], warnings: list[str]) -> Hits:
        text = blocks.texts[i]
        hits = self._old_memo.get(text)
        if hits is None:
            hits, slow = self._find(text, blocks.folded[i], blocks.keys[i], blocks.words[i], flags, literals)
            for n in slow:
                rule = self.packs.rules[n].id
                warnings.append(f"{rule}: a pattern took over {PATTERN_SECONDS} s on a block; not applied there")
        if len(text) <= _MEMO_CHARS and not warnings:
            self._memo[text] = hits
        return hits

    def _find(
        self, line: str, folded: str, line_key: str, words: int, flags: int, literals: Sequence[Found]
    ) -> tuple[Hits, Sequence[int]]:
        """The hits in one line, and the rules with patterns that took too long; ``flags`` say what it may have."""
        index = self._index
        digits = line_key[:1].isdigit() or line_key[-1:].isdigit()
        may_be_phrase = flags & (WHOLE | COUNTER)
        rules = self._whole_line(folded, line_key, words, digits=digits) if may_be_phrase else None
        starts = index.starting(line_key) if flags & START else ()
        dated = flags & DATED and digits and words <= _MAX_DIGIT_WORDS and _THREE_DIGITS.search(folded)
        short = flags & SHORT and words <= _MAX_SHORT_WORDS and not index.short_words.isdisjoint(folded.split(" "))
        glued = flags & GLUE and rules is None and self._glue.may_cover(line, line_key, words)
        if not (rules or dated or starts or literals or short or glued):
            return (), ()  # no rule matches most lines
        look = _Look(index, folded, words)
        if rules:
            look.add([Hit(n, line_key) for n in rules])
        if glued:
            look.add([Hit(n, part) for part in self._glue.cover(line, folded, line_key) for n in index.lines[part]])
        if starts:
            look.add(starts)
        if dated:
            look.for_digits()
        if short:
            look.for_short_needs()
        if literals:
            look.at_literals(literals)
        return look.hits(), look.slow

    def _whole_line(self, folded: str, line_key: str, words: int, *, digits: bool) -> tuple[int, ...] | None:
        """The rules of a line that is a phrase, with a counter or without; ``digits``: at its beginning or end."""
        rules = None if _is_spoken(folded, words) else self._index.lines.get(line_key)
        if rules is None and digits and (line_key[:1].isdigit() or self._glue.opens_like_phrase(line_key)):
            rules = self._index.lines.get(key(_COUNTER.sub("", line_key)))
        return rules


class HostMatcher(Matcher):
    """The rules that apply everywhere and those of a host: ``packs`` are the packs of ``general`` and more rules.

    Neither changes what the other finds, so each could be alone.
    """

    def __init__(self, general: Matcher, packs: Packs) -> None:
        self._general = general
        self._base = len(general.packs.rules)
        super().__init__(replace(packs, rules=packs.rules[self._base :]))
        self._all = packs

    def __reduce__(self) -> tuple[type[HostMatcher], tuple[Matcher, Packs]]:  # type: ignore[override]
        return HostMatcher, (self._general, self._all)

    def match(self, document: Document, before: Blocks | None = None) -> tuple[Document, tuple[str, ...]]:
        """The document with the ``hits`` of the rules that apply everywhere and of those of the host."""
        if before is not None:
            known = dict(zip(before.texts, before.hits, strict=True))
            if known.keys() >= {*document.blocks.texts}:
                hits = tuple(known[text] for text in document.blocks.texts)
                return replace(document, blocks=replace(document.blocks, hits=hits)), ()
        found, warnings = self._general.match(document)
        own, more = super().match(document)
        hits = tuple(map(self._joined, found.blocks.hits, own.blocks.hits))
        return replace(document, blocks=replace(document.blocks, hits=hits)), (*warnings, *more)

    def _joined(self, general: Hits, own: Hits) -> Hits:
        return (*general, *(Hit(hit.rule + self._base, hit.found) for hit in own)) if own else general


class _Look:
    """A closer look at one line: what rules find in it, in order and each once."""

    __slots__ = ("_beginnings", "_found", "_index", "folded", "slow", "words")

    def __init__(self, index: Index, folded: str, words: int) -> None:
        self._index = index
        self.folded = folded
        self.words = words
        self._beginnings = folded[:1], folded[:2], folded[:3]  # as long as those of patterns
        self._found: dict[Hit, None] = {}
        self.slow: list[int] = []
        """Rules with a pattern that took too long."""

    def add(self, hits: Iterable[Hit]) -> None:
        self._found.update(dict.fromkeys(hits))

    def hits(self) -> Hits:
        """What was found, without what a rule excepts."""
        unless = self._index.unless
        return tuple([hit for hit in self._found if not (unless[hit.rule] and self._is_excepted(hit.rule))])

    def for_digits(self) -> None:
        """Try the patterns that need digits."""
        for _, pattern, n, begins, other in self._index.digit_patterns:
            sought = other if begins.isdisjoint(self._beginnings) else pattern
            if sought is not None:
                self._search(sought, n)

    def for_short_needs(self) -> None:
        """Try the patterns that need a short word of the line."""
        tried: set[int] = set()
        for token in self.folded.split(" "):
            self._try(self._index.short_needs.get(token, ()), tried)

    def at_literals(self, literals: Sequence[Found]) -> None:
        """Find the phrases, and try the patterns that need one of the literals."""
        index, folded, size = self._index, self.folded, len(self.folded)
        tried: set[int] = set()
        taken: dict[int, int] = {}
        for literal, start, end in literals:
            if start and folded[start - 1].isalnum() and are_of_one_word(folded[start - 1], folded[start]):
                continue
            whole = end == size or not folded[end].isalnum() or ends_word(folded, end)
            if phrases := index.phrases[literal]:
                self._find_phrases(phrases, literal, start, end, taken, whole=whole)
            waiting = index.patterns[literal]
            if waiting and (whole or end - start > _WORD_NEED):  # a need is a word, or begins one
                self._try(waiting, tried)

    def _find_phrases(
        self,
        phrases: Iterable[tuple[int, bool]],
        literal: int,
        start: int,
        end: int,
        taken: dict[int, int],
        *,
        whole: bool,
    ) -> None:
        """Add the phrases at a place. ``taken`` says up to where each rule has found one."""
        index = self._index
        for n, open_ended in phrases:
            fits = (whole or open_ended) and self.words <= index.max_words[n] and start >= taken.get(n, 0)
            if fits and not (index.is_mark[n] and is_quoted(self.folded, start)):
                self._found[Hit(n, index.literals[literal])] = None
                taken[n] = end  # an overlapping phrase is not a second sign

    def _try(self, waiting: Iterable[Waiting], tried: set[int]) -> None:
        most, own = self._index.max_words, self._beginnings
        for number, pattern, n, begins, other in waiting:
            sought = other if begins.isdisjoint(own) else pattern
            if sought is not None and number not in tried and self.words <= most[n]:
                tried.add(number)
                self._search(sought, n)

    def _search(self, pattern: LazyPattern, n: int) -> None:
        try:
            for match in pattern.finditer(self.folded):
                if not is_quoted(self.folded, match.start()):
                    self._found[Hit(n, match[0])] = None
        except TimeoutError:
            self.slow.append(n)

    def _is_excepted(self, n: int) -> bool:
        limit = None if self._index.is_trusted[n] else PATTERN_SECONDS
        try:
            return any(pattern.search(self.folded, timeout=limit) for pattern in self._index.unless[n])
        except TimeoutError:
            return True  # an exception that can't be checked holds: keep the text


def _is_spoken(folded: str, words: int) -> bool:
    """Whether a line is part of a text, whatever words it has: a verse that continues below, an answer of one word.

    Buttons and items of menus end with neither comma nor full stop.
    """
    end = folded[-1:]
    return end in _PAUSES or (words <= 1 and end in ".。" and folded[-2:-1] != ".")
