"""The parts of one text that two runs treat differently. Pure functions of the cuts of two ledger rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from cleaner.chars import count_words
from cleaner.ledger_form import CutAt

LOST, GAINED, CUT, KEPT = "-", "+", "~", " "
"""Marks: kept by the first run only, kept by the second run only, cut by both, kept by both."""


class Region(NamedTuple):
    """A part of the text that a run cuts: its offsets, and the decision of each run; None if the run keeps it."""

    start: int
    end: int
    first: Mapping[str, Any] | None
    second: Mapping[str, Any] | None

    @property
    def mark(self) -> str:
        """`LOST`, `GAINED` or `CUT`."""
        if self.first and self.second:
            return CUT
        return LOST if self.second else GAINED

    @property
    def decision(self) -> Mapping[str, Any]:
        """The decision that explains the region: that of the second run, if it cuts the region."""
        decision = self.second or self.first
        assert decision is not None  # noqa: S101 - a region is cut by at least one run
        return decision

    @property
    def is_reassigned(self) -> bool:
        """Whether both runs cut the region, for different categories or rules."""
        return bool(self.first and self.second) and named(self.first) != named(self.second)


class Stretch(NamedTuple):
    """Regions with one mark, `LOST` or `GAINED`, with only white space between them. ``words`` is their total."""

    mark: str
    words: int
    regions: tuple[Region, ...]

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.regions[0].start

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.regions[-1].end


def named(decision: Mapping[str, Any] | None) -> tuple[str, str]:
    """The category of a decision and its strongest rule, to which its words are attributed; empty for None."""
    return (decision["category"], decision["rules"][0]) if decision else ("", "")


def words_in(text: str) -> int:
    """The number of words, counted line by line; in scripts without spaces two characters count as one word."""
    if text.isascii():
        return len(text.split())
    return sum(count_words(" ".join(words)) for line in text.split("\n") if (words := line.split()))


def regions(first: Sequence[CutAt], second: Sequence[CutAt]) -> list[Region]:
    """The regions that at least one of two runs cuts, in order. ``first`` and ``second`` are their cuts of one text."""
    bounds = sorted({offset for cut in (*first, *second) for offset in (cut.start, cut.end)})
    found, i, j = list[Region](), 0, 0
    for start, end in pairwise(bounds):
        i, j = _from(first, i, start), _from(second, j, start)
        decisions = _decision_at(first, i, start), _decision_at(second, j, start)
        if any(decisions):
            found.append(Region(start, end, *decisions))
    return found


def stretches(text: str, found: Sequence[Region]) -> Iterator[Stretch]:
    """The regions that only one run cuts, as stretches."""
    group = list[Region]()
    for region in found:
        if group and (region.mark != group[-1].mark or text[group[-1].end : region.start].strip()):
            yield from _stretch(text, group)
            group = []
        group.append(region)
    yield from _stretch(text, group)


def _stretch(text: str, group: Sequence[Region]) -> Iterator[Stretch]:
    if group and group[0].mark != CUT:
        yield Stretch(group[0].mark, sum(words_in(text[one.start : one.end]) for one in group), tuple(group))


def _from(cuts: Sequence[CutAt], n: int, start: int) -> int:
    """The index of the first cut from ``n`` on that ends after ``start``."""
    while n < len(cuts) and cuts[n].end <= start:
        n += 1
    return n


def _decision_at(cuts: Sequence[CutAt], n: int, start: int) -> Mapping[str, Any] | None:
    return cuts[n].decision if n < len(cuts) and cuts[n].start <= start else None
