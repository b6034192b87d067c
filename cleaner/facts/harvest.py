"""Harvest facts about the page from its cut lines, its headline and its lead; each fact has its line number.

The key ``fact`` of a rule names the fact that its lines hold; a named group of its patterns selects the words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

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
_SECTION = "section"  # read between headline and text only: elsewhere the same words are a menu


class Layout(NamedTuple):
    """The cut of each block that is cut, the running text, and the block of the headline, or -1."""

    cut_blocks: Mapping[int, Cut]
    body: Skeleton
    title: int

    @classmethod
    def of(cls, document: Document, cuts: Sequence[Cut]) -> Layout:
        """The layout of a document; ``cuts`` must cover whole lines."""
        cut_blocks = _cut_blocks(document, cuts)
        body = skeleton(document.blocks, cut_blocks)
        return cls(cut_blocks, body, _title(document, cut_blocks, body))


class Harvest:
    """Reads the facts of a document from its cut lines, its lead and its headline."""

    def __init__(self, packs: Packs) -> None:
        self._rules = {rule.id: rule for rule in packs.rules if rule.fact and rule.fact != _SECTION}
        self._sections = frozenset(rule.id for rule in packs.rules if rule.fact == _SECTION)
        self._facts = {rule.id: rule.fact for rule in packs.stage_rules if rule.fact}
        self._readers: dict[str, _Reader] = {}  # made on first use: most runs need few of them, some none

    def __call__(self, document: Document, layout: Layout) -> Iterator[tuple[int, str, str]]:
        """Block, name and value of what the lines of ``document`` state."""
        cut_blocks, body, title = layout
        tells: dict[int, bool] = {}
        for i, cut in cut_blocks.items():
            if id(cut) not in tells:
                tells[id(cut)] = any(mark.rule in self._rules or mark.rule in self._facts for mark in cut.marks)
            for name, value in self._of_line(document, i, cut) if tells[id(cut)] else ():
                if name not in _OF_THE_HEAD or i < body.last or body.last < 0:
                    yield i, name, value
        if title >= 0:
            yield title, "title", _line(document, title).lstrip("# ")
            yield from self._section(document, cut_blocks, body, title)
        yield from _dateline(document, cut_blocks)

    def _of_line(self, document: Document, i: int, cut: Cut) -> Iterator[tuple[str, str]]:
        line = _line(document, i)
        for mark in cut.marks:
            if mark.rule in self._rules:
                told = list(_told_by(self._reader(mark.rule), line))
                yield from told
                if told:
                    return
            elif mark.rule in self._facts:
                yield from _values(self._facts[mark.rule], line)

    def _section(
        self, document: Document, cut_blocks: Mapping[int, Cut], body: Skeleton, title: int
    ) -> Iterator[tuple[int, str, str]]:
        """The section of the site, from a lone menu word between headline and text."""
        for i in range(title + 1, min(title + _SECTION_REACH, len(document.blocks))):
            if body.prose[i]:
                return
            if i in cut_blocks and any(mark.rule in self._sections for mark in cut_blocks[i].marks):
                yield i, _SECTION, _line(document, i)
                return

    def _reader(self, id: str) -> _Reader:
        if id not in self._readers:
            self._readers[id] = _Reader.of(self._rules[id])
        return self._readers[id]


def _values(fact: str, line: str) -> Iterator[tuple[str, str]]:
    """What a whole line holds; a list of tags has two names or more, for a lone one may be its label."""
    if fact != "tags":
        yield fact, line
    elif len(tags := split_tags(line)) > 1:
        yield from (("tags", tag) for tag in tags)


def _cut_blocks(document: Document, cuts: Sequence[Cut]) -> dict[int, Cut]:
    starts = document.blocks.starts
    found = {}
    for cut in cuts:
        for i in range(bisect_left(starts, cut.span.start), bisect_left(starts, cut.span.end)):
            found[i] = cut
    return found


class _Reader(NamedTuple):
    """How to read the fact of a rule: from the named groups of its patterns, or from the whole line."""

    fact: str
    patterns: tuple[regex.Pattern[str], ...]
    has_groups: bool

    @classmethod
    def of(cls, rule: Rule) -> _Reader:
        patterns = tuple(regex.compile(pattern.source, regex.IGNORECASE) for pattern in rule.patterns)
        return cls(rule.fact, patterns, any(pattern.groupindex for pattern in patterns))


def _told_by(reader: _Reader, line: str) -> Iterator[tuple[str, str]]:
    for pattern in reader.patterns:
        try:
            match = pattern.search(line, timeout=PATTERN_SECONDS)
        except TimeoutError:
            continue
        if not match:
            continue
        groups = {name: value.strip() for name, value in match.groupdict().items() if value}
        for name, value in (groups or ({} if reader.has_groups else {reader.fact: line})).items():
            if name == "tags":
                yield from (("tags", tag) for tag in split_tags(value))
            else:
                yield name, value
        return


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
