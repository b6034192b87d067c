"""The promise about markers and their lists: without its marker, a list of headlines looks like text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.guard.case import Case
from cleaner.guard.signs import OPENER, TWO_SIGNS
from cleaner.model import Kind
from cleaner.resolve import CUTS_ALONE

_MAX_TITLE_WORDS = 30  # in a headline or a teaser
_NOT_LISTED = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC, Kind.QUOTE))


def torn_units(case: Case) -> set[int]:
    """Markers and the lines of their lists, where a part of the list or the marker stays.

    Lines that are noise for their own words are cut in any case: a button in a list is not part of it. A marker above
    the text is part of a menu, which may be torn.
    """
    found: set[int] = set()
    for marker, listed in _units(case):
        unit = [marker, *listed]
        if any(i not in case.cuts for i in unit):
            found |= case.cuts.keys() & set(unit)
    return found


def _units(case: Case) -> Iterator[tuple[int, Sequence[int]]]:
    """Each marker of a list of other pages, and the lines of the list that are not noise by themselves."""
    markers = [i for signs, places in case.by_signs.items() if signs & OPENER and not signs & TWO_SIGNS for i in places]
    end = next(iter(case.ground.prose), len(case.blocks))
    for marker in sorted(markers):
        if marker < end:
            continue
        end = marker + 1
        while end < len(case.blocks) and _may_be_listed(case, marker, end):
            end += 1
        listed = [i for i in range(marker + 1, end) if not _is_noise(case, i)]
        if len(listed) > 1 or (listed and not case.blocks.apart[listed[0]]):  # a single line apart may be a subheading
            yield marker, listed


def _may_be_listed(case: Case, marker: int, i: int) -> bool:
    """Whether block ``i``, like all between it and the marker, may be a headline of a list."""
    blocks = case.blocks
    if i in case.placed:
        return True
    if blocks.prose[i] or blocks.words[i] > _MAX_TITLE_WORDS or blocks.kinds[i] in _NOT_LISTED or i in case.condemned:
        return False
    return blocks.kinds[i] is not Kind.HEADING or blocks.kinds[marker] is not Kind.HEADING


def _is_noise(case: Case, i: int) -> bool:
    """Whether the words of block ``i`` are enough to cut it."""
    if i not in case.cuts:
        return False
    return sum(mark.score for mark in case.cuts[i].marks if mark.rule in case.known.rules) >= CUTS_ALONE
