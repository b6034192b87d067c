"""The ends of a text: where nothing but the furniture of its page is left, above and below.

Most of the noise of an extracted text is in one piece below the content, line after line that no rule knows: the
headlines of other pages, the menus of the footer. A piece begins at a line that rules know as noise, never at the edge
of the running text: what is between the two is content until something says otherwise.

Each known line is a candidate. It is judged by what is on its two sides, with a linear model of eight measures. The
weights were fitted on WCXB and on news articles, rendered to text (``python -m bench.fit_ends``; docs/tuning.md).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, compress
from math import log1p
from operator import mul, not_
from typing import NamedTuple

from cleaner.chars import COLONS
from cleaner.features import DOUBTFUL, MIN_FURNITURE, STATEMENT_WORDS
from cleaner.model import REGION, Blocks, Mark
from cleaner.packs.rule import StageRule
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_MIN_PROSE = 80  # words of running text inside of a candidate
_NEAR = 5  # blocks on either side of a candidate whose known noise is counted
_SHOWN = 40  # characters of a line that a reason quotes
_TEXT_DOUBT = 40  # the score of sentences: the learned scorer must agree
_DOUBT = 20  # the score of all lines of an end that is only likely
_SURE, _LIKELY = 2.6, 2.0  # log-odds


class Measures(NamedTuple):
    """What is on the two sides of a candidate; inside is the side of the text. Weights have the same form."""

    sentences: float  # outside, with running text, without those that rules doubt
    prose_outside: float  # words of running text that no rule doubts
    prose_inside: float
    known_outside: float  # lines of known noise among the next `_NEAR` blocks
    known_inside: float
    distance: float  # blocks from the last running text to the candidate
    doubted: float  # share of the blocks outside that rules doubt
    unknown: float  # words outside that no rule doubts


class End(NamedTuple):
    """The weights of the logarithms of the measures at one end of a text."""

    weights: Measures
    bias: float

    def log_odds(self, measures: Measures) -> float:
        """The log-odds that nothing but furniture is outside of a candidate with these measures."""
        odds: float = sum(map(mul, self.weights, map(log1p, measures)))
        return self.bias + odds


BELOW = End(Measures(-0.6, -0.4, 1.3, 0.9, 0.7, 0.3, -2.5, -0.7), 0.3)
ABOVE = End(Measures(-0.6, -0.5, 0.9, 0.0, 0.1, 0.5, -2.3, -0.6), -0.1)

TAIL = StageRule(
    id="region/tail",
    category=REGION,
    summary="A line below the end of the content.",
    why="From a known line of boilerplate on, nothing but the furniture of the page follows.",
    score=CUTS_ALONE,
    by_place=True,
    removes=(
        """
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
  The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.
  In the lower town the people carried their chairs and tables up to the old mill, where the baker lit a fire.
  Nobody had seen such a flood since the bridge was built, said the oldest of them and was a child then.
  Share this article
  Leave a comment
  Sign up for our newsletter
- Minister to visit the lower town
- Spring fair opens a week late
  Privacy policy
  All rights reserved
""",
    ),
    keeps=(
        """
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
The tide goes out,
the tide comes in
Privacy policy
All rights reserved
""",
    ),
)
HEAD = StageRule(
    id="region/head",
    category=REGION,
    summary="A line above the beginning of the content.",
    why="Up to a known line of boilerplate, nothing but the furniture of the page is above the text.",
    score=CUTS_ALONE,
    by_place=True,
    removes=(
        """
  Skip to main content
- Elections
- The valley
- Mills and dams
  Log in
  Subscribe to our newsletter
  Share this article
  Rain in the north
  Rain is expected in the north of the country until Friday morning, and the rivers are high.
  Farmers had asked for help in June, and a vote on it is due in the autumn.
  The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.
  In the lower town the people carried their chairs and tables up to the old mill, where the baker lit a fire.
  Nobody had seen such a flood since the bridge was built, said the oldest of them and was a child then.
""",
    ),
    keeps=(
        """
The valley
Mills and dams
Rain is expected in the north of the country until Friday morning, and the rivers are high.
Farmers had asked for help in June, and a vote on it is due in the autumn.
Share this article
All rights reserved
""",
    ),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The blocks of a text in order, as columns; the last ones are judged."""

    words: Sequence[int]
    is_prose: Sequence[bool]  # and no rule doubts it
    is_sentence: Sequence[bool]  # of at least `STATEMENT_WORDS` words, or running text, and no rule doubts it
    is_known: Sequence[bool]  # rules know its words as noise
    is_doubted: Sequence[bool]
    keys: Sequence[str]

    @classmethod
    def of(cls, page: View, known: Sequence[bool] = ()) -> Seen:
        """The columns of a text, from the top. ``known`` are its lines of known noise, if they have been found."""
        blocks = page.document.blocks
        doubted = [score >= DOUBTFUL for score in page.sums]
        return cls(
            blocks.words,
            [prose and not doubt for prose, doubt in zip(blocks.prose, doubted, strict=True)],
            [
                not doubt and (prose or (words >= STATEMENT_WORDS and (is_sentence or folded.endswith(COLONS))))
                for doubt, prose, words, is_sentence, folded in zip(
                    doubted, blocks.prose, blocks.words, blocks.sentences, blocks.folded, strict=True
                )
            ],
            known or _known(page),
            doubted,
            blocks.keys,
        )

    def upwards(self) -> Seen:
        """The same blocks from the end."""
        return Seen(*(getattr(self, column.name)[::-1] for column in fields(self)))

    def candidates(self) -> Iterator[tuple[int, Measures]]:
        """The lines of known noise at which an end may begin, and their measures."""
        n = len(self.words)
        places = [*compress(range(self._last_furnished()), self.is_known)]
        prose = _upto(map(mul, self.words, self.is_prose)) if places else [0]
        if not places or prose[places[-1]] < _MIN_PROSE:
            return
        unknown = _upto(map(mul, self.words, map(not_, self.is_doubted)))
        sentences, known, doubted = _upto(self.is_sentence), _upto(self.is_known), _upto(self.is_doubted)
        prose_places = [*compress(range(n), self.is_prose)]
        for i in places:
            if prose[i] >= _MIN_PROSE:
                yield (
                    i,
                    Measures(
                        sentences=sentences[n] - sentences[i],
                        prose_outside=prose[n] - prose[i],
                        prose_inside=prose[i],
                        known_outside=known[min(i + 1 + _NEAR, n)] - known[i + 1],
                        known_inside=known[i] - known[max(i - _NEAR, 0)],
                        distance=i - prose_places[bisect_right(prose_places, i) - 1],
                        doubted=(doubted[n] - doubted[i]) / (n - i),
                        unknown=unknown[n] - unknown[i],
                    ),
                )

    def _last_furnished(self) -> int:
        """The number of blocks outside of which there are at least `MIN_FURNITURE` different lines of known noise."""
        seen: set[str] = set()
        for i in [*compress(range(len(self.words)), self.is_known)][::-1]:
            seen.add(self.keys[i])
            if len(seen) >= MIN_FURNITURE:
                return i + 1
        return 0


class Ends(Stage):
    """Marks what is outside of the content of a plain text, as one piece at each end."""

    rules = (TAIL, HEAD)

    def __call__(self, page: View) -> Iterator[Mark]:
        blocks = page.document.blocks
        if blocks.tree is not None:
            return
        page = page.alone()
        known = _known(page)
        if len({*compress(blocks.keys, known)}) < MIN_FURNITURE:
            return
        n, seen = len(blocks), Seen.of(page, known)
        likely, sure = starts(seen, BELOW)
        below = range(likely + 1, n)
        yield from _marks(TAIL, page, below, range(sure, n), "Nothing but page furniture follows", likely)
        likely, sure = (n - 1 - start for start in starts(seen.upwards(), ABOVE))
        yield from _marks(HEAD, page, range(likely), range(sure), "Nothing but page furniture is above", likely)


def starts(seen: Seen, end: End) -> tuple[int, int]:
    """The first blocks outside of which nothing but furniture is, likely and surely; the number of blocks if none."""
    likely = n = len(seen.words)
    for i, measures in seen.candidates():
        odds = end.log_odds(measures)
        if odds >= _LIKELY:
            likely = min(i, likely)
        if odds >= _SURE:
            return likely, i
    return likely, n


def _marks(rule: StageRule, page: View, places: range, sure: range, what: str, start: int) -> Iterator[Mark]:
    """The marks of an end: all blocks in ``places``, those in ``sure`` with the full score."""
    if not places:
        return
    blocks = page.document.blocks
    reason = f"{what} “{blocks.texts[start][:_SHOWN]}”"
    for i in places:
        if page.sums[i] < CUTS_ALONE:
            score = (_TEXT_DOUBT if _is_text(blocks, i) else rule.score) if i in sure else _DOUBT
            yield rule.mark(blocks.span(i), reason, score)


def _is_text(blocks: Blocks, i: int) -> bool:
    """Whether a block is running text, a sentence, or announces a list."""
    says = blocks.sentences[i] or blocks.folded[i].endswith(COLONS)
    return blocks.prose[i] or (says and blocks.words[i] >= STATEMENT_WORDS)


def _known(page: View) -> list[bool]:
    """The lines whose words are known as noise. Running text is none: it may quote a button."""
    prose = page.document.blocks.prose
    return [score >= CUTS_ALONE and not is_prose for score, is_prose in zip(page.sums_of_words(), prose, strict=True)]


def _upto(values: Iterable[int]) -> list[int]:
    """``found[i]`` is the sum of the values before place i."""
    return [0, *accumulate(values)]
