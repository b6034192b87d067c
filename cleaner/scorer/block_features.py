"""Features of a block by itself: its size, its characters, its kind, the scores of the rules."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.chars import CLOSERS, SENTENCE_ENDS
from cleaner.model import COMMENTS, REGION, Blocks, Document, Kind, Mark
from cleaner.scorer.columns import Columns
from cleaner.scorer.groups import Floats, Sum

NOISE_SUM = 80
"""The sum of scores from which a block counts as noise in the features of its groups."""

_KINDS = tuple(Kind)
_HEADING = Kind.HEADING
_LINE_FEED, _CARRIAGE_RETURN = 10, 13
_MIN_PROSE_OF_PAGE = 60  # words; if a page has less prose, all its words count as prose
_MAX_SCORE = 1_000  # larger scores, of either sign, are vetoes
_SHORT = 6  # words
_UPPER, _DIGIT, _END, _COMMA, _SPACE, _MONEY, _SIGN, _CLOSER = (1 << n for n in range(8))
_COUNTED = {
    "upper": _UPPER, "digits": _DIGIT, "ends": _END, "commas": _COMMA, "money": _MONEY, "signs": _SIGN,
    "capitals": _UPPER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BlockFeatures:
    """For each block: words, share of characters in links, running text, and ``sums`` of shape (sums, blocks)."""

    words: Floats
    link: Floats
    prose: NDArray[np.bool_]
    heading: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    doubt: Floats
    copies: Floats
    sums: NDArray[np.float64]

    @classmethod
    def of(cls, blocks: Blocks, votes: Mapping[str, Floats], characters: Mapping[str, Floats]) -> BlockFeatures:
        doubt = votes["sum"] - votes[REGION] - votes[COMMENTS]
        words = np.array(blocks.words, np.float32)
        link = np.zeros(len(blocks), np.float32)
        if blocks.links:
            link = np.minimum(np.array(blocks.links, np.float32) / np.maximum(characters["chars"], 1), 1)
        prose = np.array(blocks.prose, bool) & (link < 0.5)
        heading = np.array([kind is _HEADING for kind in blocks.kinds], bool)
        copies = _copies(blocks)
        is_doubted = doubt >= NOISE_SUM
        sums = np.empty((len(Sum), len(blocks)))
        sums[Sum.WORDS] = words
        sums[Sum.BLOCKS] = 1
        sums[Sum.LINKED] = words * link
        sums[Sum.PROSE] = words * (prose & ~is_doubted)
        sums[Sum.DOUBTED] = words * is_doubted
        sums[Sum.SENTENCES] = words * np.array(blocks.sentences, bool)
        sums[Sum.SHORT] = words <= _SHORT
        sums[Sum.HEADINGS] = heading
        sums[Sum.REPEATED] = words * (copies > 1)
        sums[Sum.DIGITS] = characters["digits"]
        sums[Sum.OUTSIDE] = words * (votes[REGION] > 0)
        sums[Sum.COMMENTS] = words * (votes[COMMENTS] > 0)
        if sums[Sum.PROSE].sum() < _MIN_PROSE_OF_PAGE:
            sums[Sum.PROSE] = words * ~is_doubted
        return cls(words, link, prose, heading, characters["end"] > 0, doubt, copies, sums)


def _copies(blocks: Blocks) -> Floats:
    count = Counter(blocks.keys)
    return np.array([count[key] for key in blocks.keys], np.float32)


def category_votes(blocks: Blocks, marks: Sequence[Mark], categories: Sequence[str]) -> dict[str, Floats]:
    """Sums of scores for each block, in total and by category; vetoes are left out.

    The sums of two categories are always included, because they are subtracted from the total: marks for the region of
    a block and for comments are not evidence that the block itself is noise.
    """
    names = tuple(dict.fromkeys(("sum", *categories, REGION, COMMENTS)))
    at = dict(zip(blocks.starts, range(len(blocks)), strict=True)) if len(marks) else {}
    row = {name: n * len(blocks) for n, name in enumerate(names)}
    size = len(names) * len(blocks)
    places, scores = [], []
    for span, _, category, _, score in marks:
        i = at.get(span[0], -1)
        if i >= 0 and -_MAX_SCORE <= score <= _MAX_SCORE:
            places.append(row.get(category, 0) + i)
            scores.append(int(score))
    found = np.bincount(places, scores, size).astype(np.float32).reshape(len(names), -1)
    found[0] = found.sum(axis=0)
    return dict(zip(names, np.clip(found, -200, 300), strict=True))


@lru_cache(maxsize=1)
def character_classes() -> NDArray[np.uint8]:
    """The classes of the characters of the basic multilingual plane, as bits."""
    table = np.zeros(0x10000, np.uint8)
    of = {"Lu": _UPPER, "Lt": _UPPER, "Nd": _DIGIT, "Sc": _MONEY, "Sm": _SIGN, "So": _SIGN, "Zs": _SPACE, "Cc": _SPACE}
    for code in range(0x10000):
        table[code] = of.get(unicodedata.category(chr(code)), 0)
    for characters, bit in ((SENTENCE_ENDS, _END), (CLOSERS, _CLOSER), (",;:、，；：،", _COMMA), ("|/·•›>«", _SIGN)):
        for character in characters:
            table[ord(character)] |= bit
    return table


def codes_of(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def is_cr_of_crlf(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which codes are the carriage return of a CRLF: the two are one line end, so they must count once."""
    found: NDArray[np.bool_] = codes == _CARRIAGE_RETURN
    found[:-1] &= codes[1:] == _LINE_FEED
    found[-1:] = False
    return found


def character_counts(document: Document) -> dict[str, Floats]:
    """For each block, counts of characters by class, and the classes of the first and last character."""
    blocks = document.blocks
    n = len(blocks)
    codes = codes_of(document.text + "\n\n")
    bits = character_classes().take(codes, mode="clip")
    starts, ends = np.array(blocks.starts, np.int64), np.array(blocks.ends, np.int64)
    offsets = np.stack([starts, ends], axis=1).ravel()
    chars = ends - starts
    if "\r" in document.text:
        crlfs = np.append(0, np.cumsum(is_cr_of_crlf(codes)))
        chars -= crlfs[ends] - crlfs[starts]
    found: dict[str, Floats] = {"chars": np.maximum(chars, 1).astype(np.float32)}
    after_space = np.empty(len(bits), bool)
    after_space[0] = True
    after_space[1:] = bits[:-1] & (_SPACE | _CLOSER) != 0
    for name, bit in _COUNTED.items():
        flag = bits & bit != 0
        if name == "capitals":
            flag &= after_space
        counted = np.add.reduceat(flag, offsets, dtype=np.int32)[::2] if n else np.zeros(0)
        found[name] = counted.astype(np.float32)
    last = bits[np.maximum(ends - 1, 0)]
    before = bits[np.maximum(ends - 2, 0)]
    closed = (last & _CLOSER) != 0
    found["end"] = ((last & _END) | (closed * (before & _END))).astype(bool).astype(np.float32)
    found["colon"] = ((last & _COMMA) != 0).astype(np.float32)
    first = bits[starts]
    found["first upper"] = ((first & _UPPER) != 0).astype(np.float32)
    found["first digit"] = ((first & _DIGIT) != 0).astype(np.float32)
    return found


def add_block(columns: Columns, blocks: Blocks, features: BlockFeatures, characters: Mapping[str, Floats]) -> None:
    """Add the features of each block by itself."""
    words, chars = np.maximum(features.words, 1), characters["chars"]
    columns.add("log words", np.log1p(features.words))
    columns.add("link share", features.link)
    columns.add("chars a word", np.minimum(chars / words, 30))
    columns.add("prose", features.prose)
    columns.add("sentence", np.array(blocks.sentences, bool))
    columns.add("apart", np.array(blocks.apart, bool))
    for name in ("upper", "digits", "signs", "money"):
        columns.add(f"{name} a char", characters[name] / chars)
    for name in ("ends", "commas", "capitals"):
        columns.add(f"{name} a word", np.minimum(characters[name] / words, 3))
    columns.add("log ends", np.log1p(characters["ends"]))
    for name in ("end", "colon", "first upper", "first digit"):
        columns.add(name, characters[name])
    columns.add("log copies", np.log(features.copies))
    first = {key: i for i, key in zip(range(len(blocks) - 1, -1, -1), reversed(blocks.keys), strict=True)}
    columns.add("seen above", np.array([first[key] < i for i, key in enumerate(blocks.keys)], bool))
    number = {kind: i for i, kind in enumerate(_KINDS)}
    kinds = np.array([number[kind] for kind in blocks.kinds], np.int64)
    columns.add_all([f"kind {kind}" for kind in _KINDS], kinds[None, :] == np.arange(len(_KINDS))[:, None])
