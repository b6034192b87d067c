"""The promise about short lines that are content: dialogues, verses, lists, questions and answers, quotations.

They look like menus and headlines of other pages: short, many, one below the other. What distinguishes them: no rule
knows a line of theirs, they are next to running text, and their lines end as sentences or verse do. The learned scorer
and the place of a line are not enough evidence against them in the profile careful.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import regex

from cleaner.guard.case import Case
from cleaner.guard.ground import SPEECH_SIGNS
from cleaner.guard.lists import announced_items
from cleaner.guard.signs import OWN, PROVEN
from cleaner.model import Kind
from cleaner.resolve import CUTS_ALONE

_MIN_LINES = 2  # in a run that is not next to the text
_MAX_LINES = 12  # in a run that is judged as one unit
_MIN_SHARE = 0.1  # compared with the running text that stays: with less, it is a teaser or a biography
_MIN_SENTENCES, _MIN_STOPS = 0.5, 0.5  # share of its lines that are sentences, or end with a sign as verse does
_SENTENCE_END = regex.compile(r"(?<![.…])[.!?。！？؟۔।॥]+[\p{Pe}\p{Pf}\p{Pi}\"']*$")
_SENTENCES = regex.compile(r"[.!?。！？؟۔।॥]+[\p{Pe}\p{Pf}\p{Pi}\"']*\s*\w.*" + _SENTENCE_END.pattern)
_PLAIN_ENDS = (".", "!", "?")  # after a letter one of them surely ends a sentence
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
    prose = case.blocks.prose
    unproven = {i for i in case.cuts_with(without=OWN | PROVEN) if not prose[i]}
    listed = {i for i in case.placed if i in case.cuts and not prose[i]} - unproven
    if not unproven and not listed:
        return set()
    may_close, texts = case.ground.may_close, case.blocks.texts
    found = {i for i in unproven if may_close[i] and _has_sentences(texts[i])}
    for i in unproven.intersection(case.ground.announcing):
        if (items := announced_items(case, i)) and case.own.isdisjoint(items):
            found.update((i, *unproven.intersection(items)))
    for run in _runs(case, unproven, unproven):
        left = unproven.intersection(range(run.start, run.end)) - found
        for unit in chain((run,), _chunks(case, run)):
            inside = left.intersection(range(unit.start, unit.end))
            if inside and (_is_at_text(unit) or _is_set_as_content(case, unit)):
                found |= inside
                left -= inside
            if not left:
                break
        if run.is_below_text or run.is_above_text:
            found.update(i for i in left if may_close[i] and _is_sentence(case, i))
    for run in _runs(case, unproven | listed, listed) if listed else ():
        left = listed.intersection(range(run.start, run.end))
        for unit in chain((run,), _chunks(case, run)):
            inside = left.intersection(range(unit.start, unit.end))
            if inside and _is_set_as_content(case, unit):
                found |= inside
                left -= inside
            if not left:
                break
    return found


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
    closed = [i for i in lines if case.ground.may_close[i]]
    if len(closed) < min(_MIN_SENTENCES, _MIN_STOPS) * size:
        return False
    whole = sum([_is_sentence(case, i) for i in closed])
    return whole >= _MIN_SENTENCES * size or sum([_is_verse(case.blocks.texts[i]) for i in closed]) >= _MIN_STOPS * size


def _is_sentence(case: Case, i: int) -> bool:
    text = case.blocks.texts[i]
    return case.blocks.kinds[i] is Kind.QUOTE or _ends_sentence(text) or _is_speech(text)


def _ends_sentence(text: str) -> bool:
    if text[-1:].isalnum():
        return False
    return (text[-1:] in _PLAIN_ENDS and text[-2:-1].isalnum()) or _SENTENCE_END.search(text) is not None


def _has_sentences(text: str) -> bool:
    """Whether a line has two sentences or more."""
    return _ends_sentence(text) and _SENTENCES.search(text) is not None


def _is_speech(text: str) -> bool:
    return text[:1] in SPEECH_SIGNS and _SPEECH.match(text) is not None


def _is_verse(text: str) -> bool:
    return not text[-1:].isalnum() and _STOP.search(text) is not None


def _runs(case: Case, open_: set[int], wanted: set[int]) -> Iterator[_Run]:
    """The runs of blocks that are neither running text nor known noise, and hold some of ``wanted``.

    The cuts of ``open_``, of which ``wanted`` is a part, are not known.
    """
    prose, cuts = case.blocks.prose, case.cuts
    kept = [i for i in case.ground.prose if i not in cuts]
    words_above = [0, *accumulate([case.blocks.words[i] for i in kept])]
    walls = [-1, *sorted([i for i in cuts if i not in open_ and not prose[i]]), len(prose)]
    borders = {*walls, *case.ground.prose}
    end = 0
    for i in sorted(wanted):
        if i < end:
            continue
        start, end = i, i + 1
        while start - 1 not in borders:
            start -= 1
        while end not in borders:
            end += 1
        wall = bisect_left(walls, start)
        first, last = walls[wall - 1], walls[wall]
        inside = words_above[bisect_left(kept, last)] - words_above[bisect_left(kept, first)]
        has_text = inside > 0 and inside >= _MIN_SHARE * words_above[-1]
        is_below = has_text and start - 1 > first and start - 1 not in cuts
        yield _Run(start, end, is_below, has_text and end < last and end not in cuts)


def _chunks(case: Case, run: _Run) -> Iterator[_Run]:
    """The parts of a run between blank lines, of two and more lines."""
    starts = case.ground.chunk_starts
    inside = starts[bisect_right(starts, run.start) : bisect_left(starts, run.end)]
    for start, end in pairwise([run.start, *inside, run.end]):
        if 1 < end - start < run.end - run.start:
            yield _Run(start, end, run.is_below_text and start == run.start, run.is_above_text and end == run.end)
