"""Promises about headlines, headings and labels."""

from __future__ import annotations

from cleaner.features import STATEMENT_WORDS, headlines, skeleton
from cleaner.guard.case import Case
from cleaner.guard.signs import AMONG, OWN, TWO_SIGNS
from cleaner.model import LEARNED, REGION, Blocks, Kind

_MAX_TITLES = 2  # first-level headings; if there are more, each belongs to a part of the page
_STANDFIRST_REACH = 3  # blocks below the headline; a date or a byline may come first
_OF_THE_HEAD = frozenset(("navigation/page-head",))


def headline(case: Case) -> set[int]:
    """Lines of the head in which no rule found words, and whose words the prose repeats.

    Cuts by the context stage are not examined: that stage exempts such lines itself.
    """
    unknown = set(case.cuts_with(without=OWN | AMONG | TWO_SIGNS))
    return set(headlines(case.blocks, case.body, case.cuts.keys() - unknown, unknown))


def first_line(case: Case) -> set[int]:
    """The first line of a text, directly above prose, if its category is noise at the end of pages."""
    if 0 in case.cuts and case.stays(1) and case.blocks.prose[1]:
        return {0} if case.cuts[0].category in case.known.at_the_end else set()
    return set()


def last_title(case: Case) -> set[int]:
    """First-level headings if none is kept: those that only the scorer cut, or else those that may be the headline."""
    titles = case.ground.titles
    if not titles or any(i not in case.cuts for i in titles):
        return set()
    doubted = case.doubted.intersection(titles)
    if doubted and len(doubted) <= _MAX_TITLES:
        return set(doubted)
    return set(headlines(case.blocks, skeleton(case.blocks, case.cuts), (), titles))


def standfirst(case: Case) -> set[int]:
    """Sentences right below a first-level heading that stays, if they were cut for their place only."""
    found: set[int] = set()
    for i in case.ground.titles:
        if i not in case.cuts:
            below = range(i + 1, min(i + 1 + _STANDFIRST_REACH, len(case.blocks)))
            found.update(j for j in below if j in case.cuts and _is_standfirst(case, j))
    return found


def _is_standfirst(case: Case, i: int) -> bool:
    """Whether a block is a sentence outside links that only its place condemns."""
    blocks = case.blocks
    if blocks.words[i] < STATEMENT_WORDS or not (blocks.prose[i] or blocks.sentences[i]):
        return False
    if 2 * blocks.links[i] >= len(blocks.texts[i]):
        return False
    return all(
        mark.rule in _OF_THE_HEAD or mark.category in (REGION, LEARNED) for mark in case.cuts[i].marks if mark.score > 0
    )


def headings(case: Case) -> set[int]:
    """Marked-up headings above kept text; in plain text also those above a deeper heading that stays."""
    last = len(case.blocks) - 1
    kinds, cuts = case.blocks.kinds, case.cuts
    found: set[int] = set()
    for i in reversed(case.ground.headings):
        if i not in cuts or i == last or case.signs[i] & TWO_SIGNS or (i + 1 in cuts and i + 1 not in found):
            continue
        if kinds[i + 1] is not Kind.HEADING or _is_deeper(case.blocks, i + 1, i):
            found.add(i)
    return found


def _is_deeper(blocks: Blocks, i: int, than: int) -> bool:
    """Whether the Markdown heading ``i`` is on a deeper level than another one."""
    return blocks.tree is None and _level(blocks.texts[i]) > _level(blocks.texts[than]) > 0


def _level(text: str) -> int:
    return len(text) - len(text.lstrip("#"))


def labels(case: Case) -> set[int]:
    """Short lines that open a paragraph whose next line, a sentence, is kept: a term and its explanation."""
    apart, sentences, last = case.blocks.apart, case.blocks.sentences, len(case.blocks) - 1
    return {
        i
        for i in case.cuts
        if 0 < i < last
        and apart[i]
        and i + 1 not in case.cuts
        and not apart[i + 1]
        and sentences[i + 1]
        and (i + 1 == last or apart[i + 2])
        and not case.signs[i] & TWO_SIGNS
    }
