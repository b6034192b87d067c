"""Promises about short lines without noise around them: a single line between paragraphs may be a subheading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cleaner.features import MIN_FURNITURE
from cleaner.fold import numberless
from cleaner.guard.case import Case
from cleaner.model import LEARNED, Blocks, Cut, Kind
from cleaner.resolve import CUTS_ALONE

_SHORT_WORDS = 20
_SENTENCE_WORDS = 4
_LONE_LINES = 2
_MAX_TIMES = 3  # a line that occurs more often is part of each card of a page


def lone(case: Case) -> set[int]:
    """One or two short lines between two paragraphs, and any inside a text that has no furniture apart from them.

    In plain text, sure noise that returns again and again between running text is none: a subheading does not return.
    """
    short = {i for i in case.cuts if case.blocks.words[i] <= _SHORT_WORDS}
    times = Counter(_shape(case, i) for i in short if i in case.own)
    copies = Counter(case.blocks.keys[i] for i in short if i in case.own)
    repeated = {i for i in short & case.own if copies[case.blocks.keys[i]] > _MAX_TIMES and _is_prompt(case, i)}
    found: set[int] = set()
    for start, end in _runs_inside(case):
        if any(_is_alone_by_nature(case, case.cuts[i]) for i in range(start, end)):
            continue
        sides = _is_content(case.blocks, start - 1) + _is_content(case.blocks, end)
        inside = Counter(_shape(case, i) for i in range(start, end) if i in case.own)
        only_here = sum(times[line] == n for line, n in inside.items()) if sides else 0
        others = len(times) - only_here
        run = short.intersection(range(start, end)) - case.condemned - repeated
        if others + case.furniture < MIN_FURNITURE or (sides == 2 and end - start <= _LONE_LINES):
            found |= run
        elif others < MIN_FURNITURE:  # what markup cut says nothing about a line in its place, or about lines of cards
            found |= {i for i in run if i in case.context or times[_shape(case, i)] > _MAX_TIMES}
    return found


def lone_again(case: Case) -> set[int]:
    """The same after running text was withdrawn: a line next to it may now be alone."""
    is_back = any(case.blocks.prose[i] for i in case.own - case.cuts.keys())
    return lone(case) if is_back else set()


def doubted_between(case: Case) -> set[int]:
    """Blocks that only the scorer doubts, between two that stay."""
    return {i for i in case.doubted & case.cuts.keys() if case.stays(i - 1) and case.stays(i + 1)}


def _shape(case: Case, i: int) -> str:
    """The line without its numbers: counters are one kind of noise, whatever they count to."""
    return numberless(case.blocks.keys[i])


def _is_prompt(case: Case, i: int) -> bool:
    """Whether a block of plain text is noise for its own words, with running text directly above it and below it."""
    if case.blocks.tree is not None or sum(mark.score for mark in case.cuts[i].marks) < CUTS_ALONE:
        return False
    return 0 < i < len(case.blocks) - 1 and case.blocks.prose[i - 1] and case.blocks.prose[i + 1]


def _runs_inside(case: Case) -> Iterator[tuple[int, int]]:
    """Runs of cut blocks that neither begin nor end the text: the first block, and the block after the last."""
    for start in case.cuts:
        if case.stays(start - 1):
            end = start + 1
            while end in case.cuts:
                end += 1
            if end < len(case.blocks):
                yield start, end


def _is_alone_by_nature(case: Case, cut: Cut) -> bool:
    """Whether lines with such a mark may be alone between paragraphs without being subheadings.

    This is so for rules such as those of advertising labels, for the scorer, and for a user's own stages.
    """
    return any(
        mark.category == LEARNED or (mark.score >= CUTS_ALONE and mark.rule not in case.known.may_be_subheadings)
        for mark in cut.marks
    )


def _is_content(blocks: Blocks, i: int) -> bool:
    """Whether a kept block reads like the text of the page: prose, a sentence, a marked-up heading."""
    sentence = blocks.sentences[i] and blocks.words[i] >= _SENTENCE_WORDS
    return sentence or blocks.prose[i] or blocks.kinds[i] is Kind.HEADING
