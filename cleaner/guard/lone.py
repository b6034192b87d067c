"""Promises about short lines without noise around them: a single line between paragraphs may be a subheading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cleaner.features import MIN_FURNITURE
from cleaner.guard.case import Case
from cleaner.guard.signs import DOUBTED, NO_SUBHEADING, TWO_SIGNS
from cleaner.model import Blocks, Kind
from cleaner.resolve import CUTS_ALONE

_SHORT_WORDS = 20
_SENTENCE_WORDS = 4
_LONE_LINES = 2
_MAX_TIMES = 3  # a line that occurs more often is part of each card of a page


def lone(case: Case) -> set[int]:
    """One or two short lines between two paragraphs, and any inside a text that has no furniture apart from them.

    In plain text, sure noise that returns again and again between running text is none: a subheading does not return.
    """
    alone_by_nature = case.blocks_with(DOUBTED | NO_SUBHEADING)
    runs = [run for run in _runs_inside(case) if alone_by_nature.isdisjoint(run)]
    if not runs:
        return set()
    words, own, shape = case.blocks.words, case.own, case.ground.shape
    known = [i for i in case.cuts if i in own and words[i] <= _SHORT_WORDS]
    times = _counted(map(shape, known))
    repeated = _repeated_prompts(case, known)
    found: set[int] = set()
    for run in runs:
        sides = _is_content(case.blocks, run.start - 1) + _is_content(case.blocks, run.stop)
        inside = _counted([shape(i) for i in run if i in own])
        only_here = sum([times.get(line) == n for line, n in inside.items()]) if sides else 0
        others = len(times) - only_here
        short = [i for i in run if words[i] <= _SHORT_WORDS and i not in repeated and not case.signs[i] & TWO_SIGNS]
        if others + case.furniture < MIN_FURNITURE or (sides == 2 and len(run) <= _LONE_LINES):
            found.update(short)
        elif others < MIN_FURNITURE:  # what markup cut says nothing about a line in its place, or about lines of cards
            found.update(i for i in short if i in case.context or times.get(shape(i), 0) > _MAX_TIMES)
    return found


def lone_again(case: Case) -> set[int]:
    """The same after running text was withdrawn: a line next to it may now be alone."""
    is_back = any(i in case.own and i not in case.cuts for i in case.ground.prose)
    return lone(case) if is_back else set()


def doubted_between(case: Case) -> set[int]:
    """Blocks that only the scorer doubts, between two that stay."""
    return {i for i in case.still_doubted if case.stays(i - 1) and case.stays(i + 1)}


def _repeated_prompts(case: Case, known: Sequence[int]) -> set[int]:
    """Those of ``known`` that return again and again, with running text directly above and below, in a plain text."""
    if case.blocks.tree is not None:
        return set()
    keys, prose, last = case.blocks.keys, case.blocks.prose, len(case.blocks) - 1
    prompts = [i for i in known if 0 < i < last and prose[i - 1] and prose[i + 1] and case.cuts[i].score >= CUTS_ALONE]
    copies = _counted([keys[i] for i in known]) if prompts else {}
    return {i for i in prompts if copies[keys[i]] > _MAX_TIMES}


def _counted(lines: Iterable[str]) -> dict[str, int]:
    """How often each of ``lines`` occurs. For a few lines this is faster than `Counter`."""
    found: dict[str, int] = {}
    for line in lines:
        found[line] = found.get(line, 0) + 1
    return found


def _runs_inside(case: Case) -> Iterator[range]:
    """Runs of cut blocks that neither begin nor end the text."""
    cuts = case.cuts
    for start in cuts:
        if start and start - 1 not in cuts:
            end = start + 1
            while end in cuts:
                end += 1
            if end < len(case.blocks):
                yield range(start, end)


def _is_content(blocks: Blocks, i: int) -> bool:
    """Whether a kept block reads like the text of the page: prose, a sentence, a marked-up heading."""
    sentence = blocks.sentences[i] and blocks.words[i] >= _SENTENCE_WORDS
    return sentence or blocks.prose[i] or blocks.kinds[i] is Kind.HEADING
