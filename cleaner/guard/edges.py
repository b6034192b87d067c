"""The promise about short lines that are content: dialogues, verses, lists, questions and answers, quotations.

They look like menus and headlines of other pages: short, many, one below the other. What distinguishes them: no rule
knows a line of theirs, they are next to running text, and their lines end as sentences or verse do. The learned scorer
and the place of a line are not enough evidence against them in the profile careful.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from typing import NamedTuple

import regex

from cleaner.guard.case import Case
from cleaner.guard.lists import announced_items
from cleaner.model import MECHANISMS, Kind
from cleaner.resolve import CUTS_ALONE

_MIN_LINES = 2  # in a run that is not next to the text
_MAX_LINES = 12  # in a run that is judged as one unit
_MIN_SHARE = 0.1  # compared with the running text that stays: with less, it is a teaser or a biography
_MIN_SENTENCES, _MIN_STOPS = 0.5, 0.5  # share of its lines that are sentences, or end with a sign as verse does
_SENTENCE_END = regex.compile(r"(?<![.…])[.!?。！？؟۔।॥]+[\p{Pe}\p{Pf}\p{Pi}\"']*$")
_SENTENCES = regex.compile(r"[.!?。！？؟۔।॥]+[\p{Pe}\p{Pf}\p{Pi}\"']*\s*\w.*" + _SENTENCE_END.pattern)
_SPEECH = regex.compile(r"[“„«»‹「『‘\"—–][^“„«»「『\"]*[”“»«›」』’\"]|[—–]\s")
_STOP = regex.compile(r"[.!?…。！？؟۔।॥,;、，；،؛]+[\p{Pe}\p{Pf}\p{Pi}\"']*$")


class _Run(NamedTuple):
    """Blocks between running text and known noise, and whether running text of the page is above and below."""

    start: int
    end: int
    is_below_text: bool = False
    is_above_text: bool = False


def short_lines(case: Case) -> set[int]:
    """In the profile careful, short lines of a plain text that only the scorer or their place speak against.

    The lines between two blocks of running text or known noise all stay if they are few and next to the text of the
    page, or if most of them are sentences or end as lines of verse do. Lines between blank lines are judged on their
    own, too. A line with two sentences stays in any case, and so does a list with the sentence that announces it.
    """
    if case.threshold < CUTS_ALONE or case.blocks.tree is not None:
        return set()
    unproven = {i for i in case.cuts if _is_unproven(case, i)}
    listed = {i for i in case.placed & case.cuts.keys() if not case.blocks.prose[i]} - unproven
    if not unproven and not listed:
        return set()
    found = {i for i in unproven if _SENTENCES.search(case.blocks.texts[i])}
    for i in unproven:
        if (items := announced_items(case.blocks, i)) and case.own.isdisjoint(items):
            found.update((i, *unproven.intersection(items)))
    for run in _runs(case, unproven):
        for unit in (run, *_chunks(case, run)):
            if _is_at_text(unit) or _is_set_as_content(case, unit):
                found.update(unproven.intersection(range(unit.start, unit.end)))
        if run.is_below_text or run.is_above_text:
            found |= {i for i in unproven.intersection(range(run.start, run.end)) if _is_sentence(case, i)}
    for run in _runs(case, unproven | listed) if listed else ():
        for unit in (run, *_chunks(case, run)):
            if _is_set_as_content(case, unit):
                found.update(listed.intersection(range(unit.start, unit.end)))
    return found


def _is_unproven(case: Case, i: int) -> bool:
    """Whether no rule knows words of block ``i``, and it is not running text."""
    if case.blocks.prose[i] or i in case.own:
        return False
    return all(mark.category in MECHANISMS for mark in case.cuts[i].marks if mark.score > 0)


def _is_at_text(run: _Run) -> bool:
    return run.end - run.start <= _MAX_LINES and (run.is_below_text or run.is_above_text)


def _is_set_as_content(case: Case, run: _Run) -> bool:
    """Whether most lines are sentences or quotations, or as many as in verse end with a sign."""
    size = run.end - run.start
    if not _MIN_LINES <= size <= _MAX_LINES:
        return False
    words, kinds = case.blocks.words, case.blocks.kinds
    lines = [i for i in range(run.start, run.end) if words[i] > 1]
    if not case.has_known_items and all(kinds[i] is Kind.ITEM for i in lines):
        return True
    whole = sum(_is_sentence(case, i) for i in lines)
    return whole >= _MIN_SENTENCES * size or sum(_is_verse(case, i) for i in lines) >= _MIN_STOPS * size


def _is_sentence(case: Case, i: int) -> bool:
    text = case.blocks.texts[i]
    return case.blocks.kinds[i] is Kind.QUOTE or bool(_SENTENCE_END.search(text) or _SPEECH.match(text))


def _is_verse(case: Case, i: int) -> bool:
    return _STOP.search(case.blocks.texts[i]) is not None


def _runs(case: Case, open_: set[int]) -> Iterator[_Run]:
    """The runs of blocks that are neither running text nor known noise; those of ``open_`` are not known."""
    words, prose = case.blocks.words, case.blocks.prose
    is_text = [is_prose and i not in case.cuts for i, is_prose in enumerate(prose)]
    total = sum(compress(words, is_text))
    for first, end in _stretches(case, open_):
        inside = sum(compress(words[first:end], is_text[first:end]))
        has_text = inside > 0 and inside >= _MIN_SHARE * total
        start = first
        for i in range(first, end + 1):
            if i < end and not prose[i]:
                continue
            if start < i:
                is_below = has_text and start > first and is_text[start - 1]
                yield _Run(start, i, is_below, has_text and i < end and is_text[i])
            start = i + 1


def _stretches(case: Case, open_: set[int]) -> Iterator[tuple[int, int]]:
    """The blocks between two lines of known noise: the first, and the one after the last."""
    start = 0
    walls = [i for i in sorted(case.cuts.keys() - open_) if not case.blocks.prose[i]]
    for i in [*walls, len(case.blocks)]:
        if start < i:
            yield start, i
        start = i + 1


def _chunks(case: Case, run: _Run) -> Iterator[_Run]:
    """The parts of a run between blank lines, of two and more lines."""
    start, kinds, apart = run.start, case.blocks.kinds, case.blocks.apart
    for i in range(run.start + 1, run.end + 1):
        if i < run.end and not apart[i] and (kinds[i] is Kind.ITEM) == (kinds[i - 1] is Kind.ITEM):
            continue
        if 1 < i - start < run.end - run.start:
            yield _Run(start, i, run.is_below_text and start == run.start, run.is_above_text and i == run.end)
        start = i
