"""Short lines among noise: lines that no rule knows, or that a rule only doubts, between lines that are known.

The thresholds were set on the development pages of WCXB (docs/tuning.md). The stage runs only on furnished pages, which
have several different sure marks: clean text has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from cleaner.features import MIN_FURNITURE, Skeleton, doubtful, headlines
from cleaner.model import CONTEXT, TEMPLATE, Blocks, Kind, Mark
from cleaner.packs.rule import StageRule
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_REACH = 5  # blocks that are read on either side
_WALL_WORDS = 12  # an unknown block of more words ends the search
_WEAK = 40  # sum of scores that makes a doubt
_MAX_WORDS = 8
_BETWEEN_WORDS = 4
_SURE_FOR_UNKNOWN = 4
_BODY_WORDS = 200
_LONG_BODY_WORDS = 400
_HEAD_ANCHORS = 2
_TITLE_LINES = 3  # title, standfirst and byline, which are above the prose
_ANCHORS, _ANCHOR_SHARE = 3, 0.1
_PROTECTED = frozenset((Kind.CELL, Kind.CODE, Kind.SPEC, Kind.STEP, Kind.QUOTE, Kind.HEADING))


AMONG = StageRule(
    id="context/among",
    category=CONTEXT,
    summary="A short line among known boilerplate.",
    why="No rule knows the line, but the lines around it are known, and the text shows the furniture of a site.",
    score=CUTS_ALONE,
    by_place=True,
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
  Share this article
- The desk
  Sign up for our newsletter
  Follow us on Facebook
  Privacy policy
  All rights reserved
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
The desk
Farmers had asked for help in June, and a vote on it is due in the autumn.
Share this article
""",
    ),
)
NEAR = StageRule(
    id="context/near",
    category=CONTEXT,
    summary="A doubtful line next to known boilerplate.",
    why="A rule doubts the line, and the lines around it are known.",
    score=CUTS_ALONE - _WEAK,
    by_place=True,
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
  Share this article
- Home
  Subscribe to our newsletter
  All rights reserved
  Follow us on Facebook
""",
    ),
    keeps=(
        """
Home
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
Share this article
""",
    ),
)


@dataclass(frozen=True, slots=True)
class _Page:
    blocks: Blocks
    sums: list[int]
    support: list[int]
    anchors: list[int]  # anchors[i]: sure marks before block i
    body: Skeleton
    body_words: int
    variety: int  # different sure lines


class Context(Stage):
    """Marks short lines among known noise. In the body of a page, more evidence is needed than outside it."""

    rules = (AMONG, NEAR)

    def __call__(self, page: View) -> Iterator[Mark]:
        seen = _measure(page)
        if seen is None:
            return
        blocks = seen.blocks
        open_to_doubt = [i for i, kind in enumerate(blocks.kinds) if kind not in _PROTECTED and not blocks.prose[i]]
        near = [i for i in open_to_doubt if _WEAK <= seen.sums[i] < CUTS_ALONE and _supports_weak(seen, i)]
        for i in near:
            yield NEAR.mark(blocks.span(i), "Next to known noise")
            seen.sums[i] += NEAR.score
        among = list(_surrounded(seen, open_to_doubt))
        protected = headlines(blocks, seen.body, doubtful(seen.sums), among)
        for i in among:
            if i not in protected:
                yield AMONG.mark(blocks.span(i), "A short line among known noise")


def _measure(page: View) -> _Page | None:
    """The measures of a page, or None if it has too little noise."""
    if any(mark.category == TEMPLATE for mark in page.marks):
        page = View(page.document, (mark for mark in page.marks if mark.category != TEMPLATE))
    blocks = page.document.blocks
    sums = list(page.sums)
    # prose does not count as furniture: sentences that quote buttons must not be evidence against each other
    variety = len({blocks.keys[i] for i, score in enumerate(sums) if score >= CUTS_ALONE and not blocks.prose[i]})
    if variety < MIN_FURNITURE:
        return None
    body = page.body
    return _Page(
        blocks=blocks,
        sums=sums,
        support=_support(blocks, sums),
        anchors=[0, *accumulate([score >= CUTS_ALONE for score in sums])],
        body=body,
        body_words=sum(words for words, prose in zip(blocks.words, body.prose, strict=True) if prose),
        variety=variety,
    )


def _support(blocks: Blocks, sums: Sequence[int]) -> list[int]:
    """For each block the evidence near it: two for a sure mark, one for a doubt, up to five blocks on either side."""
    evidence = [2 if score >= CUTS_ALONE else 1 if score >= _WEAK else 0 for score in sums]
    walls = [not e and words > _WALL_WORDS for e, words in zip(evidence, blocks.words, strict=True)]
    forward = _one_way(evidence, walls)
    backward = _one_way(evidence[::-1], walls[::-1])[::-1]
    return [a + b for a, b in zip(forward, backward, strict=True)]


def _one_way(evidence: Sequence[int], walls: Sequence[bool]) -> list[int]:
    totals = [0, *accumulate(evidence)]
    sums: list[int] = []
    open_from = 0
    for i, wall in enumerate(walls):
        start = max(open_from, i - _REACH)
        sums.append(totals[i] - totals[start])
        if wall:
            open_from = i + 1
    return sums


def _supports_weak(page: _Page, i: int) -> bool:
    needed = 6 if page.body.zone(i) == "body" else 2
    return page.support[i] >= needed or _is_between(page, i)


def _surrounded(page: _Page, indices: Sequence[int]) -> Iterator[int]:
    """Short lines that are not sentences, that no rule marks, and whose surroundings are noise."""
    words, sentences, sums = page.blocks.words, page.blocks.sentences, page.sums
    judged = page.variety >= _SURE_FOR_UNKNOWN and page.body_words >= _BODY_WORDS
    for i in indices:
        if words[i] > _MAX_WORDS or not 0 <= sums[i] < _WEAK or sentences[i]:
            continue
        if (words[i] <= _BETWEEN_WORDS and _is_between(page, i)) or (
            judged and (_in_head(page, i) if i < page.body.first else i > page.body.last and _in_tail(page, i))
        ):
            yield i


def _is_between(page: _Page, i: int) -> bool:
    return 0 < i < len(page.sums) - 1 and min(page.sums[i - 1], page.sums[i + 1]) >= CUTS_ALONE


def _in_head(page: _Page, i: int) -> bool:
    found, lines = page.anchors[page.body.first], page.body.first
    long = page.body_words >= _LONG_BODY_WORDS
    if long and found >= _HEAD_ANCHORS and i < lines - _TITLE_LINES:
        return True
    needed = 3 if long else 4
    return page.support[i] >= needed or (found >= _ANCHORS and found >= _ANCHOR_SHARE * lines)


def _in_tail(page: _Page, i: int) -> bool:
    found, lines = page.anchors[-1] - page.anchors[page.body.last + 1], len(page.sums) - page.body.last - 1
    long = page.body_words >= _LONG_BODY_WORDS
    return page.support[i] >= 2 or (long and found >= _ANCHORS and found >= _ANCHOR_SHARE * lines)
