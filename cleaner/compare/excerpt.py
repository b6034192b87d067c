"""The lines of a text around a change, each part with its mark."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from cleaner.compare.regions import KEPT, Region

CONTEXT = 2
"""Lines that are shown before a change and after it."""
MAX_LINES = 12
"""Lines of the change itself that are shown."""
_MAX_CONTEXT, _MAX_CHANGE = 160, 500  # characters of a part of a line


class Part(NamedTuple):
    """A line, or a part of a line with one mark. ``line`` counts from 1; 0: a remark about lines that are left out."""

    line: int
    mark: str
    text: str


_Span = tuple[int, int]
_Item = TypeVar("_Item")


def excerpt(text: str, regions: Sequence[Region], start: int, end: int) -> list[Part]:
    """The lines from ``start`` to ``end`` without blank ones, with some lines around them. Long parts are shortened."""
    start, end = _trimmed(text, start, end)
    first, last = _line_start(text, start), _line_end(text, end)
    before, after = _before(text, first), _first(_lines(text, last + 1, len(text)), CONTEXT)
    lines = _lines(text, first, last)
    shown = _first(lines, MAX_LINES)
    left = sum(1 for _ in lines)
    parts = list(_parts(text, regions, (*before, *shown), (start, end)))
    if left:
        parts.append(Part(0, KEPT, f"… {left:,} more {'line' if left == 1 else 'lines'}"))
    return [*parts, *_parts(text, regions, after, (start, end))]


def _parts(text: str, regions: Sequence[Region], lines: Sequence[_Span], change: _Span) -> Iterator[Part]:
    """The parts of lines, at most `MAX_LINES` for each line."""
    number, at = 1, 0
    for start, end in lines:
        number, at = number + text.count("\n", at, start), start
        for mark, (left, right) in _first(_marked(regions, start, end), MAX_LINES):
            if part := text[left:right].strip():
                is_context = right <= change[0] or left >= change[1]
                yield Part(number, mark, _short(part, _MAX_CONTEXT if is_context else _MAX_CHANGE))


def _marked(regions: Sequence[Region], start: int, end: int) -> Iterator[tuple[str, _Span]]:
    """The parts of the text from ``start`` to ``end``, each with its mark. Adjacent parts with one mark are one."""
    mark, at = KEPT, start
    for left, right, new in _pieces(regions, start, end):
        if new != mark:
            yield mark, (at, left)
            mark, at = new, left
        if right == end:
            yield mark, (at, end)


def _pieces(regions: Sequence[Region], start: int, end: int) -> Iterator[tuple[int, int, str]]:
    n, at = bisect_right(regions, start, key=lambda region: region.end), start
    while at < end and n < len(regions) and regions[n].start < end:
        if regions[n].start > at:
            yield at, regions[n].start, KEPT
        at = min(regions[n].end, end)
        yield max(regions[n].start, start), at, regions[n].mark
        n += 1
    if at < end:
        yield at, end, KEPT


def _first(items: Iterator[_Item], count: int) -> list[_Item]:
    return [item for _, item in zip(range(count), items, strict=False)]


def _lines(text: str, at: int, end: int) -> Iterator[_Span]:
    """The lines from ``at`` on that are not blank."""
    while at < end:
        stop = _line_end(text, at)
        if text[at:stop].strip():
            yield at, stop
        at = stop + 1


def _before(text: str, at: int) -> list[_Span]:
    """The last lines before the line that starts at ``at``, without blank ones."""
    found = list[_Span]()
    while at > 0 and len(found) < CONTEXT:
        start = _line_start(text, at - 1)
        if text[start : at - 1].strip():
            found.append((start, at - 1))
        at = start
    return found[::-1]


def _trimmed(text: str, start: int, end: int) -> _Span:
    """The span without white space at its ends; unchanged if it is only white space."""
    part = text[start:end]
    if not (core := part.strip()):
        return start, end
    start += part.index(core[0])
    return start, start + len(core)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
