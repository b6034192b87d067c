"""Units of several blocks that packs describe: dialogs, notices, comment rules, lists of headlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cleaner.chars import COLONS
from cleaner.features import Skeleton
from cleaner.model import Blocks, Kind, Mark
from cleaner.packs.rule import Packs, Section, is_named
from cleaner.stages.base import Stage
from cleaner.view import View

_HINT = 40  # the sum of scores from which a neighbour is suspicious


class Sections(Stage):
    """Marks every block of a section, including those that no rule matches."""

    marks_pack_rules = True

    def __init__(self, packs: Packs) -> None:
        self._sections = packs.sections
        ids = [rule.id for rule in packs.rules]
        self._opens = [_numbers(section.opens, ids) for section in packs.sections]
        self._members = [_numbers(section.members, ids) for section in packs.sections]
        self._where = [rule.where for rule in packs.rules]
        self._sections_of: dict[int, list[int]] = {}
        for section, (opens, members) in enumerate(zip(self._opens, self._members, strict=True)):
            for rule in opens | members:
                self._sections_of.setdefault(rule, []).append(section)

    def __call__(self, page: View) -> Iterator[Mark]:
        hit = self._blocks_by_rule(page)
        asked = sorted({section for rule in hit for section in self._sections_of[rule]})
        clusters = [section for section in asked if self._sections[section].takes == "members"]
        lists = [section for section in asked if self._sections[section].takes != "members"]
        units = list(self._marks(page, hit, clusters))
        yield from units
        # a list of headlines is below the last prose, and prose of a dialog does not count as prose
        yield from self._marks(page.having(units) if units and lists else page, hit, lists)

    def _marks(self, page: View, hit: Mapping[int, Sequence[int]], sections: Iterable[int]) -> Iterator[Mark]:
        blocks = page.document.blocks
        for n in sections:
            section = self._sections[n]
            openers = set[int]().union(*(hit[rule] for rule in self._opens[n] & hit.keys()))
            members = set[int]().union(*(hit[rule] for rule in self._members[n] & hit.keys()))
            for start, end in _extents(section, blocks, openers, members, page.body, page.sums):
                yield from _marks(section, blocks, start, end)

    def _blocks_by_rule(self, page: View) -> dict[int, list[int]]:
        blocks, found = page.document.blocks, page.found_by
        hit = {n: [i for i in found[n] if self._applies(n, blocks, i)] for n in found if n in self._sections_of}
        return {n: places for n, places in hit.items() if places}

    def _applies(self, n: int, blocks: Blocks, i: int) -> bool:
        where = self._where[n]
        if not where.min_words <= blocks.words[i] <= where.max_words:
            return False
        return where.at_least == 1 or sum(hit.rule == n for hit in blocks.hits[i]) >= where.at_least


def _numbers(names: Sequence[str], ids: Sequence[str]) -> frozenset[int]:
    return frozenset(n for n, id in enumerate(ids) if any(is_named(id, name) for name in names))


def _extents(
    section: Section,
    blocks: Blocks,
    openers: set[int],
    members: set[int],
    body: Skeleton,
    sums: Sequence[int],
) -> Iterator[tuple[int, int]]:
    if section.takes == "members":
        for start, end in _clusters(section, blocks, openers, members):
            if body.is_in(section.zone, start):
                yield start, end
    else:
        yield from _runs(section, blocks, openers, body, sums)


def _clusters(section: Section, blocks: Blocks, openers: set[int], members: set[int]) -> Iterator[tuple[int, int]]:
    """Runs of members with short gaps; a list that a member announces by a colon belongs to the run."""
    taken = sorted(members | openers)
    at = 0
    while at < len(taken):
        start = last = taken[at]
        found = {start}
        at += 1
        while at < len(taken) and _bridges(section, blocks, last, taken[at]):
            last = taken[at]
            found.add(last)
            at += 1
        opened = bool(found & openers) or not section.opens
        if opened and len(found & members) >= section.least:
            yield start, _with_announced(blocks, last) + 1


def _bridges(section: Section, blocks: Blocks, last: int, following: int) -> bool:
    gap = range(_with_announced(blocks, last) + 1, following)
    return len(gap) <= section.gap and all(blocks.words[i] <= section.gap_words and not blocks.prose[i] for i in gap)


def _with_announced(blocks: Blocks, i: int) -> int:
    """The last block of the list that block ``i`` announces by a colon, or ``i`` itself."""
    if not blocks.folded[i].endswith(COLONS):
        return i
    end = i
    while end + 1 < len(blocks) and blocks.kinds[end + 1] in (Kind.ITEM, Kind.STEP):
        end += 1
    return end


def _runs(
    section: Section, blocks: Blocks, openers: set[int], body: Skeleton, sums: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """An opener and the titles below it, up to the next running text."""
    covered = -1
    for start in sorted(openers):
        if start < covered - 1 or not body.is_in(section.zone, start):
            continue
        end = start + 1
        while end < len(blocks) and _is_title(section, blocks, end, body):
            end += 1
        covered = end
        titles = sum(not blocks.sentences[i] for i in range(start + 1, end))
        if titles >= max(section.least, (end - start) // 2) and not (
            section.enclosed and not _is_enclosed(start, end, sums)
        ):
            yield start, end


def _is_enclosed(start: int, end: int, sums: Sequence[int]) -> bool:
    return start > 0 and max(sums[start - 1], 0) >= _HINT and end < len(sums) and sums[end] >= _HINT


def _is_title(section: Section, blocks: Blocks, i: int, body: Skeleton) -> bool:
    if blocks.words[i] > section.gap_words or blocks.kinds[i] in (Kind.CODE, Kind.CELL, Kind.SPEC):
        return False
    if section.takes == "list":
        return blocks.kinds[i] is Kind.ITEM
    # a teaser may be a sentence, but so may the article: sentences are only taken if noise encloses them
    return not blocks.prose[i] or (section.enclosed and body.zone(i) == "tail")


def _marks(section: Section, blocks: Blocks, start: int, end: int) -> Iterator[Mark]:
    for i in range(start, end):
        span = blocks.span(i)
        yield Mark(span, section.id, section.category, section.summary.rstrip("."), section.score)
