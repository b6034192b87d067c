"""Short lines among noise: lines that no rule knows, or that a rule only doubts, between lines that are known.

The thresholds were set on the development pages of WCXB (docs/tuning.md). The stage runs only on furnished pages, which
have several different sure marks: clean text has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress

from cleaner.features import MIN_FURNITURE, Skeleton, doubtful, headlines
from cleaner.model import CONTEXT, Blocks, Kind, Mark
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
    evidence: Sequence[int]  # the sums of scores before this stage
    sums: list[int]
    anchors: list[int]  # anchors[i]: sure marks before block i
    body: Skeleton
    body_words: int
    variety: int  # different sure lines

    def support(self, i: int) -> int:
        """The evidence near a block: two for a sure mark, one for a doubt, up to five blocks on either side."""
        found, n = 0, len(self.evidence)
        for side in (range(i - 1, max(i - 1 - _REACH, -1), -1), range(i + 1, min(i + 1 + _REACH, n))):
            for j in side:
                score = self.evidence[j]
                if score >= _WEAK:
                    found += 2 if score >= CUTS_ALONE else 1
                elif self.blocks.words[j] > _WALL_WORDS:
                    break
        return found


class Context(Stage):
    """Marks short lines among known noise. In the body of a page, more evidence is needed than outside it."""

    rules = (AMONG, NEAR)

    def __call__(self, page: View) -> Iterator[Mark]:
        seen = _measure(page)
        if seen is None:
            return
        blocks = seen.blocks
        weak = [i for i, score in enumerate(seen.sums) if _WEAK <= score < CUTS_ALONE and _is_open(blocks, i)]
        near = [i for i in weak if _supports_weak(seen, i)]
        for i in near:
            yield NEAR.mark(blocks.span(i), "Next to known noise")
            seen.sums[i] += NEAR.score
        among = list(_surrounded(seen))
        protected = headlines(blocks, seen.body, doubtful(seen.sums), among) if among else ()
        for i in among:
            if i not in protected:
                yield AMONG.mark(blocks.span(i), "A short line among known noise")


def _measure(page: View) -> _Page | None:
    """The measures of a page, or None if it has too little noise."""
    page = page.alone()
    blocks = page.document.blocks
    sums = list(page.sums)
    # prose does not count as furniture: sentences that quote buttons must not be evidence against each other
    variety = len({blocks.keys[i] for i, score in enumerate(sums) if score >= CUTS_ALONE and not blocks.prose[i]})
    if variety < MIN_FURNITURE:
        return None
    body = page.body
    return _Page(
        blocks=blocks,
        evidence=page.sums,
        sums=sums,
        anchors=[0, *accumulate([score >= CUTS_ALONE for score in sums])],
        body=body,
        body_words=sum(compress(blocks.words, body.prose)),
        variety=variety,
    )


def _is_open(blocks: Blocks, i: int) -> bool:
    """Whether a doubt is enough for a block."""
    return not blocks.prose[i] and blocks.kinds[i] not in _PROTECTED


def _supports_weak(page: _Page, i: int) -> bool:
    needed = 6 if page.body.zone(i) == "body" else 2
    return page.support(i) >= needed or _is_between(page, i)


def _surrounded(page: _Page) -> Iterator[int]:
    """Short lines that are not sentences, that no rule marks, and whose surroundings are noise."""
    words, sentences = page.blocks.words, page.blocks.sentences
    is_judged = page.variety >= _SURE_FOR_UNKNOWN and page.body_words >= _BODY_WORDS
    first, last = page.body.first, page.body.last
    for i, score in enumerate(page.sums):
        if not 0 <= score < _WEAK or words[i] > _MAX_WORDS or sentences[i] or not _is_open(page.blocks, i):
            continue
        if (words[i] <= _BETWEEN_WORDS and _is_between(page, i)) or (
            is_judged and (_in_head(page, i) if i < first else i > last and _in_tail(page, i))
        ):
            yield i


def _is_between(page: _Page, i: int) -> bool:
    sums = page.sums
    return 0 < i < len(sums) - 1 and sums[i - 1] >= CUTS_ALONE and sums[i + 1] >= CUTS_ALONE


def _in_head(page: _Page, i: int) -> bool:
    found, lines = page.anchors[page.body.first], page.body.first
    long = page.body_words >= _LONG_BODY_WORDS
    if long and found >= _HEAD_ANCHORS and i < lines - _TITLE_LINES:
        return True
    needed = 3 if long else 4
    return (found >= _ANCHORS and found >= _ANCHOR_SHARE * lines) or page.support(i) >= needed


def _in_tail(page: _Page, i: int) -> bool:
    found, lines = page.anchors[-1] - page.anchors[page.body.last + 1], len(page.sums) - page.body.last - 1
    long = page.body_words >= _LONG_BODY_WORDS
    return (long and found >= _ANCHORS and found >= _ANCHOR_SHARE * lines) or page.support(i) >= 2
