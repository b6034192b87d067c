"""Harvest facts about the page from its cut lines, its headline and its lead; each fact has its line number.

The key ``fact`` of a rule names the fact that its lines hold; a named group of its patterns selects the words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from functools import cached_property

import regex

from cleaner.facts.tag_list import split_tags
from cleaner.features import NO_HEADLINE, Skeleton, headlines, skeleton
from cleaner.model import Cut, Document
from cleaner.packs.pattern import PATTERN_SECONDS
from cleaner.packs.rule import Packs, Rule

_DATELINE = regex.compile(
    r"""^(?P<place>\p{Lu}[\p{Lu}\s.'-]{2,40})(?:,\s\p{L}[\p{L}.\s]{1,20})??
        (?:,\s(?P<date>\p{L}{3,10}\.?\s\d{1,2}|\d{1,2}\.?\s\p{L}{3,10}))?
        [.,]?\s*(?:/(?P<agency>[\p{Lu}\d-]{2,15})/|\((?P<agency>\p{Lu}[\p{L}\d.\s-]{1,24})\)|(?=[-–—]))\s*[.:–—-]""",
    regex.VERBOSE,
)
_LEAD_BLOCKS = 3
_LEAD_LINES = 60
_SECTION_REACH = 12
_OF_THE_HEAD = frozenset(("author", "date"))  # below the article they belong to other pages
_NAMED_GROUP = "(?P<"
_SECTION = "section"  # read between headline and text only: elsewhere the same words are a menu


class Layout:
    """The cut of each block that is cut, and the running text."""

    def __init__(self, document: Document, cuts: Sequence[Cut]) -> None:
        """``cuts`` must cover whole lines."""
        self._document = document
        self.cuts = cuts
        self.cut_blocks = _cut_blocks(document, cuts)
        self.body = skeleton(document.blocks, self.cut_blocks)

    @cached_property
    def title(self) -> int:
        """The block of the headline, or -1. Costly, and few pages need it: most mark up their headline."""
        return _title(self._document, self.cut_blocks, self.body)


class Harvest:
    """Reads the facts of a document from its cut lines, its lead and its headline."""

    def __init__(self, packs: Packs) -> None:
        self._rules = {rule.id: rule for rule in packs.rules if rule.fact and rule.fact != _SECTION}
        self._sections = frozenset(rule.id for rule in packs.rules if rule.fact == _SECTION)
        self._facts = {rule.id: rule.fact for rule in packs.stage_rules if rule.fact}
        self._telling = frozenset((*self._rules, *self._facts))
        self._readers: dict[str, _Reader] = {}  # made on first use: most runs need few of them, some none

    def __call__(self, document: Document, layout: Layout) -> Iterator[tuple[int, str, str]]:
        """Block, name and value of what the lines of ``document`` state."""
        last = layout.body.last
        for i, cut in self._telling_blocks(layout):
            for name, value in self._of_line(document, i, cut):
                if name not in _OF_THE_HEAD or i < last or last < 0:
                    yield i, name, value
        yield from _dateline(document, layout.cut_blocks)

    def section(self, document: Document, layout: Layout, title: int) -> tuple[int, str] | None:
        """The section of the site, from a lone menu word between the headline ``title`` and the text, and its block."""
        for i in range(title + 1, min(title + _SECTION_REACH, len(document.blocks))):
            if layout.body.prose[i]:
                return None
            cut = layout.cut_blocks.get(i)
            if cut and not self._sections.isdisjoint([mark.rule for mark in cut.marks]):
                return i, _line(document, i)
        return None

    def _telling_blocks(self, layout: Layout) -> Iterator[tuple[int, Cut]]:
        """The blocks that are cut by rules for facts, in order, and their cuts."""
        rules = self._telling
        telling = {id(cut) for cut in layout.cuts for mark in cut.marks if mark.rule in rules}
        if telling:
            yield from ((i, cut) for i, cut in layout.cut_blocks.items() if id(cut) in telling)

    def _of_line(self, document: Document, i: int, cut: Cut) -> Iterator[tuple[str, str]]:
        line = _line(document, i)
        for mark in cut.marks:
            if mark.rule in self._rules:
                told = list(self._reader(mark.rule).read(line, document.blocks.folded[i]))
                yield from told
                if told:
                    return
            elif mark.rule in self._facts:
                yield from _values(self._facts[mark.rule], line)

    def _reader(self, id: str) -> _Reader:
        if id not in self._readers:
            self._readers[id] = _Reader(self._rules[id])
        return self._readers[id]


def _values(fact: str, line: str) -> Iterator[tuple[str, str]]:
    """What a whole line holds; a list of tags has two names or more, for a lone one may be its label."""
    if fact != "tags":
        yield fact, line
    elif len(tags := split_tags(line)) > 1:
        yield from (("tags", tag) for tag in tags)


def _cut_blocks(document: Document, cuts: Sequence[Cut]) -> dict[int, Cut]:
    """The blocks of cuts, which are in the order of the text."""
    starts = document.blocks.starts
    found: dict[int, Cut] = {}
    end = 0
    for cut in cuts:
        start, stop = cut.span
        first = bisect_left(starts, start, end)
        end = bisect_left(starts, stop, first)
        for i in range(first, end):
            found[i] = cut
    return found


class _Reader:
    """How to read the fact of a rule: from the named groups of its patterns, or from the whole line."""

    def __init__(self, rule: Rule) -> None:
        self._fact = rule.fact
        self._patterns = rule.patterns
        self._has_groups = any(_NAMED_GROUP in pattern.source for pattern in rule.patterns)
        self._compiled: dict[int, regex.Pattern[str]] = {}  # on first use: a rule has a hundred, a page needs few

    def read(self, line: str, folded: str) -> Iterator[tuple[str, str]]:
        """Names and values that ``line`` contains; ``folded`` is its matching form."""
        for match in self._matches(line, folded):
            groups = {name: value.strip() for name, value in match.groupdict().items() if value}
            for name, value in (groups or ({} if self._has_groups else {self._fact: line})).items():
                if name == "tags":
                    yield from (("tags", tag) for tag in split_tags(value))
                else:
                    yield name, value
            return

    def _matches(self, line: str, folded: str) -> Iterator[regex.Match[str]]:
        for n, pattern in enumerate(self._patterns):
            if pattern.needs and not any(need in folded for need in pattern.needs):
                continue
            if n not in self._compiled:
                self._compiled[n] = regex.compile(pattern.source, regex.IGNORECASE)
            try:
                match = self._compiled[n].search(line, timeout=PATTERN_SECONDS)
            except TimeoutError:
                continue
            if match:
                yield match


def _dateline(document: Document, cut_blocks: Container[int]) -> Iterator[tuple[int, str, str]]:
    """Place, date and agency from the dateline of a lead; the line itself stays."""
    blocks = document.blocks
    lead = [i for i, prose in enumerate(blocks.prose) if prose and i not in cut_blocks][:_LEAD_BLOCKS]
    for i in lead:
        if match := _DATELINE.match(_line(document, i)[:120]):
            for name, value in match.groupdict().items():
                if value:
                    yield i, name, value.strip()
            return


def _line(document: Document, i: int) -> str:
    return document.blocks.texts[i]


def _title(document: Document, cut_blocks: Container[int], body: Skeleton) -> int:
    """The block of the headline, or -1. A line that ends in a full stop is not a headline."""
    from cleaner.facts.people import is_byline  # lazy: callers who only need the text read no facts

    blocks = document.blocks
    lead = range(min(len(blocks), max(body.first, 0) + _LEAD_LINES))
    kept = [
        i
        for i in lead
        if i not in cut_blocks and not blocks.folded[i].endswith(NO_HEADLINE) and not is_byline(blocks.texts[i])
    ]
    return min(headlines(blocks, body, cut_blocks, kept), default=-1)
