"""Features of blocks: which blocks are prose, and where the body of the page begins and ends. Pure functions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, compress, islice
from operator import add

import regex

from cleaner.chars import COLONS, SPACELESS
from cleaner.model import Blocks, Kind

STATEMENT_WORDS = 5
"""A sentence of at least this many words is more than the label of a button."""
PROSE_WORDS = 10
"""A sentence of at least this many words is prose."""
LONG_WORDS = 25
"""A block of at least this many words is prose even without a sentence mark, and counts as body by itself."""
DOUBTFUL = 50
"""A block with at least this sum of scores is doubtful: it is not evidence of where the body of the page is."""
NO_HEADLINE = (".", "。", *COLONS, ";", ",")
"""Signs at the end of a line that is not a headline."""
LINK_SHARE = 0.6
"""A block of a page with at least this share of its characters in links is a link."""
MIN_FURNITURE = 3
"""A page with at least this many different noise lines is furnished: it has the menus and labels of its site."""

_MIN_PROSE_FOR_SHARES = 100  # words; if a page has less prose, shares of all its words are measured instead
_TEXT, _HEADING = Kind.TEXT, Kind.HEADING
_NOT_PROSE = frozenset((Kind.CODE, Kind.CELL, Kind.SPEC))
_NEAR = 2
_LAST_BLOCKS = 3
_HEADLINE_WORDS = range(3, 31)
_LONG_LINE_WORDS, _LONG_LINE_PLACES = 4, 2  # of headlines among the short lines of menus
_BODY_BLOCKS_ABOVE = 3  # a caption or standfirst may be above the headline
_BODY_BLOCKS_READ = 15
_HEAD_REACH = 60
_MAX_REMEMBERED = 300  # characters of a line whose stems are kept for the next caller
_MAX_TEXT_REMEMBERED = 20_000  # characters of the text of a page whose stems are kept
_STEM, _ENDING = 5, 2  # letters of a word that are compared at least; letters of an ending
_HANGUL = "\uac00-\ud7af"  # words with spaces, but of few characters and with endings
_LONG_LETTERS = 4
_ONLY_WORDS = str.maketrans({chr(i): " " for i in range(128) if not chr(i).isalnum()})
_LONG_WORD = regex.compile(rf"(?:(?![{SPACELESS}{_HANGUL}])[\p{{L}}\p{{M}}\p{{N}}]){{{_LONG_LETTERS},}}")
# the same in scripts without marks and with spaces, for which the standard library's is ten times as fast
_PLAIN = re.compile("[\0-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u206f\u20a0-\u20cf\u2190-\u22ff]*")
_PLAIN_LONG_WORD = re.compile(rf"[^\W_]{{{_LONG_LETTERS},}}")
_RUN = regex.compile(f"[{SPACELESS}{_HANGUL}]{{2,}}")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The prose of a page: ``prose[i]`` is true if block ``i`` is body prose; ``first`` and ``last`` are its ends.

    Without body prose ``first`` is the number of blocks and ``last`` is -1: all blocks are at the edge.
    """

    prose: tuple[bool, ...]
    first: int
    last: int

    def is_in(self, zone: str, i: int) -> bool:
        """Whether block ``i`` is in ``zone``, a zone as packs name them."""
        place = self.zone(i)
        if zone == "bare":
            return self.last < 0
        if zone == "last":
            return i >= len(self.prose) - _LAST_BLOCKS and place == "tail"
        return zone in ("any", place) or (zone == "edge" and place != "body")

    def zone(self, i: int) -> str:
        """The zone of block ``i``: ``head``, ``body`` or ``tail``."""
        if i < self.first:
            return "head"
        return "tail" if i > self.last else "body"


def reads_as_prose(kind: Kind, words: int, is_sentence: bool) -> bool:
    """Whether a block reads like running text, regardless of its words."""
    if words < PROSE_WORDS or kind in _NOT_PROSE:
        return False
    return is_sentence or words >= LONG_WORDS


def skeleton(blocks: Blocks, doubtful: Container[int] = ()) -> Skeleton:
    """The body: prose that is not ``doubtful`` and is long or near other prose (a lone sentence may be a teaser)."""
    candidates = [i for i in compress(range(len(blocks)), blocks.prose) if i not in doubtful]
    prose = [False] * len(blocks)
    body = []
    for at, i in enumerate(candidates):
        near = (at and i - candidates[at - 1] <= _NEAR) or (
            at + 1 < len(candidates) and candidates[at + 1] - i <= _NEAR
        )
        if near or blocks.words[i] >= LONG_WORDS:
            prose[i] = True
            body.append(i)
    if not body and candidates:
        prose[candidates[0]] = True
        body = candidates[:1]
    return Skeleton(tuple(prose), body[0] if body else len(blocks), body[-1] if body else -1)


@dataclass(frozen=True, slots=True)
class Masses:
    """The words in each element of a page and its descendants, and how many of them are prose outside links."""

    words: Sequence[int] | Mapping[int, int]
    prose: Sequence[int] | Mapping[int, int]

    def share(self, i: int) -> float:
        """The share of the page's prose in element ``i``, or of its words if the page has hardly any prose."""
        whole, part = (self.prose[0], self.prose[i]) if self.has_prose else (self.words[0], self.words[i])
        return part / whole if whole else 0.0

    @property
    def has_prose(self) -> bool:
        return self.prose[0] >= _MIN_PROSE_FOR_SHARES


def masses(blocks: Blocks) -> Masses:
    """The masses of a page's elements."""
    tree = blocks.tree
    if tree is None or not len(tree):
        return Masses((0,), (0,))
    words, prose = [0] * len(tree), [0] * len(tree)
    for element, n in zip(blocks.elements, blocks.words, strict=True):
        words[element] += n
    for i in compress(range(len(blocks)), blocks.prose):
        if _counts_as_prose(blocks, i):
            prose[blocks.elements[i]] += blocks.words[i]
    parents = tree.parents
    for i in range(len(tree) - 1, 0, -1):
        if words[i]:
            parent = parents[i]
            words[parent] += words[i]
            if prose[i]:
                prose[parent] += prose[i]
    return Masses(words, prose)


def masses_left(blocks: Blocks, mass: Masses, gone: Iterable[int], of: Iterable[int]) -> Masses:
    """The masses of the elements ``of`` and of the root without the blocks in ``gone``, from those of the page."""
    sizes = [(blocks.elements[i], blocks.words[i], _counts_as_prose(blocks, i) * blocks.words[i]) for i in gone]
    elements, words, prose = zip((-1, 0, 0), *sorted(sizes), strict=True)
    upto_words, upto_prose = [*accumulate(words)], [*accumulate(prose)]
    left: dict[int, int] = {}
    prose_left: dict[int, int] = {}
    for i in (0, *of):
        before = bisect_left(elements, i) - 1
        last = bisect_left(elements, blocks.tree.ends[i] if blocks.tree else 1) - 1
        left[i] = mass.words[i] - upto_words[last] + upto_words[before]
        prose_left[i] = mass.prose[i] - upto_prose[last] + upto_prose[before]
    return Masses(left, prose_left)


def _counts_as_prose(blocks: Blocks, i: int) -> bool:
    return blocks.prose[i] and 2 * blocks.links[i] < len(blocks.texts[i])


def linked_and_prose(blocks: Blocks) -> tuple[int, int]:
    """The words of the links of a page, and of its running text outside them. A plain text has no links.

    Where the links are more, they may be the content.
    """
    linked = prose = 0
    for i, words in enumerate(blocks.words):
        if blocks.links and blocks.links[i] >= LINK_SHARE * len(blocks.texts[i]):
            linked += words
        elif blocks.prose[i]:
            prose += words
    return linked, prose


def doubtful(sums: Sequence[int], least: int = DOUBTFUL) -> frozenset[int]:
    """The blocks whose sums reach ``least``: they are not evidence of where the body is."""
    return frozenset([i for i, score in enumerate(sums) if score >= least])


def doubtful_prose(blocks: Blocks, sums: Sequence[int]) -> frozenset[int]:
    """Those of them that read like running text: only these matter to the body."""
    return frozenset([i for i in compress(range(len(sums)), blocks.prose) if sums[i] >= DOUBTFUL])


def headlines(blocks: Blocks, body: Skeleton, known: Container[int], among: Collection[int]) -> frozenset[int]:
    """The blocks of ``among`` that may be the headline of the page: near the first prose, which repeats their words.

    If there are none, the last short line above the prose; where no heading is marked up, in any case the last long
    lines that are alone among short ones. Blocks in ``known`` are noise and never headlines.
    """
    if not among:
        return frozenset()
    if body.last < 0:
        return frozenset(_first_lines(blocks, known)).intersection(among)
    prose, above = _first_prose(body), head_of(body)
    open_ = frozenset([i for i in among if i in above])
    near = [i for i in above if i not in known and not body.prose[i] and _may_head(blocks, i)] if open_ else ()
    candidates = open_.intersection(near)
    if not candidates:
        return frozenset()
    openings = [i for i in near if blocks.prose[i]]
    words = _content_words(" ".join([blocks.folded[i] for i in openings + prose]))
    ends = {body.first, *openings[:1]} if _HEADING not in blocks.kinds else ()
    alone = candidates.intersection(i for end in ends for i in _long_lines(blocks, [i for i in near if i < end], words))
    found = _most_alike([i for i in candidates if _recurs(blocks.folded[i], words)], blocks, words)
    if found or any(_recurs(blocks.folded[i], words) for i in near):
        return alone | found
    leading = [i for i in near if i < body.first]
    titles = [i for i in leading if not blocks.sentences[i]]  # a standfirst is a sentence, a headline usually is not
    return alone | candidates.intersection(titles[-1:] or leading[-1:])


def head_of(body: Skeleton) -> range:
    """The blocks in which `headlines` looks for the headline."""
    if body.last < 0:
        return range(min(len(body.prose), _HEAD_REACH))
    prose = _first_prose(body)
    return range(max(0, body.first - _HEAD_REACH), prose[min(_BODY_BLOCKS_ABOVE, len(prose)) - 1])


def _first_prose(body: Skeleton) -> list[int]:
    return [*islice(compress(range(len(body.prose)), body.prose), _BODY_BLOCKS_READ)]


def _first_lines(blocks: Blocks, known: Container[int]) -> list[int]:
    return [i for i in range(min(len(blocks), _HEAD_REACH)) if i not in known and _may_head(blocks, i)][:1]


def _may_head(blocks: Blocks, i: int) -> bool:
    kind = blocks.kinds[i]
    return kind is _HEADING or (kind is _TEXT and blocks.words[i] in _HEADLINE_WORDS)


def _long_lines(blocks: Blocks, near: Sequence[int], words: frozenset[str]) -> list[int]:
    """The long lines of ``near`` that are alone, or two together, among short lines and noise: the last such places.

    Each place shares at least one of ``words`` with the prose.
    A headline is so between a menu and a date. Another line, such as a standfirst or a caption, may be below it.
    """
    long = [i for i in near if blocks.words[i] >= _LONG_LINE_WORDS]
    groups: list[list[int]] = []
    for i in long:
        if groups and groups[-1][-1] == i - 1:
            groups[-1].append(i)
        else:
            groups.append([i])
    places = [one for one in groups if len(one) <= 2 and any(_content_words(blocks.folded[i]) & words for i in one)]
    return [i for place in places[-_LONG_LINE_PLACES:] for i in place]


def _most_alike(lines: Iterable[int], blocks: Blocks, words: frozenset[str]) -> set[int]:
    """Those of ``lines`` that share the most words with the prose, and the last one."""
    shared = {i: len(_content_words(blocks.folded[i]) & words) for i in lines}
    most = max(shared.values(), default=0)
    return {i for i, count in shared.items() if count == most} | set([*sorted(shared)][-1:])


def _recurs(folded: str, words: frozenset[str]) -> bool:
    own = _content_words(folded)
    shared = len(own & words)
    return shared >= 2 and shared >= 0.5 * len(own)


def _content_words(folded: str) -> frozenset[str]:
    """The stems of long words; for Hangul and scripts without spaces, pairs of characters."""
    if len(folded) <= _MAX_REMEMBERED:
        return _line_words(folded)
    return _text_words(folded) if len(folded) <= _MAX_TEXT_REMEMBERED else _stems(folded)


@lru_cache(maxsize=2048)
def _line_words(folded: str) -> frozenset[str]:
    """The same for a line: several stages and promises ask for it."""
    return _stems(folded)


@lru_cache(maxsize=4)
def _text_words(folded: str) -> frozenset[str]:
    """The same for the text of a page: in the next pass it is often the same."""
    return _stems(folded)


def _stems(folded: str) -> frozenset[str]:
    if folded.isascii():
        return _beginnings({*folded.translate(_ONLY_WORDS).split()})
    if _PLAIN.fullmatch(folded):
        return _beginnings({*_PLAIN_LONG_WORD.findall(folded)})
    pairs = [pair for run in _RUN.findall(folded) for pair in map(add, run, run[1:])]
    return _beginnings({*_LONG_WORD.findall(folded)}).union(pairs)


def _beginnings(words: Iterable[str]) -> frozenset[str]:
    """The stems of those ``words`` that are long."""
    return frozenset(
        [
            word[:_STEM] if len(word) < _STEM + _ENDING else word[:-_ENDING]
            for word in words
            if len(word) >= _LONG_LETTERS
        ]
    )
