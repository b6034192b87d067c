"""The lines of a text by the native core: the same as `cleaner.segment.text` reads."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from cleaner._native import Library, address_of
from cleaner._native.characters import PAGE, UTF32, Characters, characters_of
from cleaner.chars import BULLETS, CLOSERS, SENTENCE_ENDS, is_spaceless
from cleaner.fold import DECORATION, fold

_BMP = 1 << 16
_MOST = 4  # characters that one may fold to
_PLAIN_FROM = "\U0001f000"  # emoji and rare Han; between the BMP and these are scripts with rules of their own
_JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")
_SLACK = 8  # so many characters have room for one more when folded
_COLUMNS = ("starts", "ends", "numbers", "words", "items", "looks", "left", "keyed")
_OTHER_LINE_ENDS = ("\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")


class Columns(NamedTuple):
    """The lines that hold anything: where they are, their numbers, and what they are by themselves.

    The columns are those of `cleaner.segment.text.Lines`. ``items`` has the places of those that are items, ``looks``
    of those whose kind must be looked at, ``left`` of those whose ``folded``, ``keys`` and ``words`` are not found.
    """

    starts: list[int]
    ends: list[int]
    numbers: list[int]
    folded: list[str]
    keys: list[str]
    words: list[int]
    sentences: list[bool]
    apart: list[bool]
    items: list[int]
    looks: list[int]
    left: list[int]


class _Lines(ctypes.Structure):
    """``struct lines`` in ``cleaner/_native/lines.c``."""

    _fields_ = (
        ("codes", ctypes.c_char_p),
        ("length", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("classes", "bullets", "folds", "folded", "keys")),
        ("room", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in _COLUMNS),
        *((name, ctypes.c_void_p) for name in ("sentences", "apart")),
        *((name, ctypes.c_int64) for name in ("count", "folded_size", "keys_size")),
        *((name, ctypes.c_int64) for name in ("item_count", "look_count", "left_count", "keyed_count")),
    )


class _Folding(Characters):
    """The classes of characters, and what each folds to."""

    def __init__(self) -> None:
        super().__init__(_class)
        self._folds = bytearray(8 * _BMP)
        self.folds_address = address_of(self._folds)

    def learn_pages(self, pages: Iterable[int]) -> None:
        """Find out the classes of some pages and what their characters fold to: none to one of a third page."""
        wanted, folds = set(pages), memoryview(self._folds).cast("Q")
        if wanted and not self._known[0]:
            wanted.add(0)
        for page in wanted:
            for char, folded in _folded_alone(page).items():
                if folded is not None and folded != char:
                    folds[ord(char)] = sum(ord(one) << 16 * n for n, one in enumerate(folded))
        super().learn_pages(wanted)


@lru_cache(maxsize=2)
def _folded_alone(page: int) -> dict[str, str | None]:
    """What each character of a page folds to; None if that depends on those next to it, or is too much for the core."""
    chars = characters_of(page)
    text = "\n".join(chars) if page else "\n".join(chars).replace("\n\n\n", "\n \n")  # as many lines as characters
    folded, normal = fold(text).split("\n"), unicodedata.normalize("NFKC", text).split("\n")
    alone = zip(chars, folded, normal, strict=True)
    return {char: one if _is_simple(char, one) and not any(map(_joins, parts)) else None for char, one, parts in alone}


def _is_simple(char: str, folded: str) -> bool:
    """Whether the core can fold a character: to a few of its page or of the first one, without further rules."""
    if char >= "\U00010000":
        return folded == char >= _PLAIN_FROM
    return len(folded) <= _MOST and all(ord(one) // PAGE in (0, ord(char) // PAGE) for one in folded)


def _joins(char: str) -> bool:
    """Whether a character may become one with those next to it: an accent, or a part of a syllable."""
    return unicodedata.category(char)[0] == "M" or _JAMO.match(char) is not None


def _class(char: str) -> int:
    folded = _folded_alone(ord(char) // PAGE)[char]
    flags = (
        char.isspace(), char.isalpha(), char in DECORATION, char in SENTENCE_ENDS, char in CLOSERS, is_spaceless(char),
        folded is None, folded not in (char, None),
    )  # fmt: skip
    return sum(flag << n for n, flag in enumerate(flags))


_CHARACTERS = _Folding()
_BULLETS = array("I", [*map(ord, BULLETS), 0])


def read(core: Library, text: str, codes: bytes = b"") -> Columns:
    """The lines of ``text``; ``codes`` are its characters in UTF-32, if they are known."""
    codes = codes or text.encode(UTF32, "surrogatepass")
    _CHARACTERS.learn(core, codes, len(text))
    bound = text.count("\n") + sum([text.count(end) for end in _OTHER_LINE_ENDS if end in text]) + 1
    room = len(text) + bound + len(text) // _SLACK + _MOST
    columns, flags = bytearray(4 * bound * len(_COLUMNS)), bytearray(2 * bound)
    folded, key_codes = bytearray(4 * room), bytearray(4 * room)
    first, is_first = address_of(columns), address_of(flags)
    found = _Lines(
        codes, len(text), _CHARACTERS.address, _BULLETS.buffer_info()[0],
        _CHARACTERS.folds_address, address_of(folded), address_of(key_codes), room,
        *(first + 4 * bound * n for n in range(len(_COLUMNS))), is_first, is_first + bound,
    )  # fmt: skip
    core.lines(ctypes.addressof(found))
    count, numbers = found.count, memoryview(columns).cast("i")
    counts = *(count,) * 4, found.item_count, found.look_count, found.left_count, found.keyed_count
    starts, ends, places, words, items, looks, left, keyed = (
        numbers[n * bound : n * bound + size].tolist() for n, size in enumerate(counts)
    )
    filled = _split(folded, found.folded_size)
    keys = filled.copy()
    for i, key in zip(keyed, _split(key_codes, found.keys_size), strict=True):
        keys[i] = key
    are_so: Any = memoryview(flags).cast("?").tolist()
    sentences, apart = are_so[:count], are_so[bound : bound + count]
    return Columns(starts, ends, places, filled, keys, words, sentences, apart, items, looks, left)


def _split(codes: bytearray, size: int) -> list[str]:
    """The texts in a buffer, a line feed after each."""
    return str(memoryview(codes)[: 4 * size], UTF32, "surrogatepass").split("\n")[:-1]
