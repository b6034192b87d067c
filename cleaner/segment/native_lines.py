"""The lines of a text by the native core: the same as `cleaner.segment.text` reads."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from array import array
from collections.abc import Iterable
from typing import Any, NamedTuple

from cleaner._native import Library, address_of
from cleaner._native.characters import PAGE, UTF32, Characters, characters_of
from cleaner.chars import BULLETS, CLOSERS, OTHER_LINE_ENDS, SENTENCE_ENDS, is_spaceless
from cleaner.fold import DECORATION, fold

_BMP = 1 << 16
_BEYOND = chr(_BMP)
_COMPLEX, _FOLDS = 1 << 6, 1 << 7
_MOST = 4  # characters that one may fold to
_PLAIN_FROM = "\U0001f000"  # emoji and rare Han; between the BMP and these are scripts with rules of their own
_JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")
_MOST_CHARACTERS = 1 << 31
_SLACK = 8  # so many characters have room for one more when folded
_COLUMNS = ("starts", "ends", "numbers", "words", "items", "looks", "left", "keyed")


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
    signs: bytes
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
        *((name, ctypes.c_void_p) for name in ("sentences", "apart", "signs")),
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
        wanted = set(pages)
        if wanted and not self._known[0]:
            wanted.add(0)
        super().learn_pages(wanted)

    def classes_of(self, page: int) -> bytes:
        """The classes of the characters of a page, and what they fold to."""
        classes, folds = bytearray(super().classes_of(page)), memoryview(self._folds).cast("Q")
        for char, folded in changed(page).items():
            if folded is None:
                classes[ord(char) % PAGE] |= _COMPLEX
            else:
                classes[ord(char) % PAGE] |= _FOLDS
                folds[ord(char)] = sum(ord(one) << 16 * n for n, one in enumerate(folded))
        return bytes(classes)


def changed(page: int) -> dict[str, str | None]:
    """The characters of a page that fold to something else; None if that depends on others or is too much.

    It depends on those next to a character if that is an accent or a part of a syllable.
    """
    chars = characters_of(page)
    text = "\n".join(chars) if page else "\n".join(chars).replace("\n\n\n", "\n \n")  # as many lines as characters
    normal = unicodedata.normalize("NFKC", text)
    joining = {char for char in set(normal) if unicodedata.category(char)[0] == "M" or _JAMO.match(char)}
    found: dict[str, str | None] = {}
    for char, folded, parts in zip(chars, fold(text).split("\n"), normal.split("\n"), strict=True):
        if joining and not joining.isdisjoint(parts):
            found[char] = None
        elif folded != char:
            found[char] = folded if _is_simple(char, folded) else None
        elif _BEYOND <= char < _PLAIN_FROM:
            found[char] = None
    return found


def _is_simple(char: str, folded: str) -> bool:
    """Whether the core can fold a character: to a few of its page or of the first one."""
    return char < _BEYOND and len(folded) <= _MOST and all(ord(one) // PAGE in (0, ord(char) // PAGE) for one in folded)


_SIGNS = {
    char: (char in DECORATION) << 2 | (char in SENTENCE_ENDS) << 3 | (char in CLOSERS) << 4
    for char in DECORATION + SENTENCE_ENDS + CLOSERS
}


def _class(char: str) -> int:
    return char.isspace() | char.isalpha() << 1 | _SIGNS.get(char, 0) | is_spaceless(char) << 5


_CHARACTERS = _Folding()
_BULLETS = array("I", [*map(ord, BULLETS), 0])


def can_read(core: Library, text: str) -> bool:
    """Whether the core was built for this code, and has numbers for all places in a text."""
    return core.lines_size == ctypes.sizeof(_Lines) and len(text) < _MOST_CHARACTERS


def read(core: Library, text: str, codes: bytes = b"") -> Columns:
    """The lines of ``text``; ``codes`` are its characters in UTF-32, if they are known."""
    codes = codes or text.encode(UTF32, "surrogatepass")
    _CHARACTERS.learn(core, codes, len(text))
    bound = text.count("\n") + sum([text.count(end) for end in OTHER_LINE_ENDS if end in text]) + 1
    room = len(text) + bound + len(text) // _SLACK + _MOST
    columns, flags = bytearray(4 * bound * len(_COLUMNS)), bytearray(3 * bound)
    folded, key_codes = bytearray(4 * room), bytearray(4 * room)
    first, is_first = address_of(columns), address_of(flags)
    found = _Lines(
        codes, len(text), _CHARACTERS.address, _BULLETS.buffer_info()[0],
        _CHARACTERS.folds_address, address_of(folded), address_of(key_codes), room,
        *(first + 4 * bound * n for n in range(len(_COLUMNS))), *(is_first + bound * n for n in range(3)),
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
    are_so: Any = memoryview(flags)[: 2 * bound].cast("?").tolist()
    sentences, apart = are_so[:count], are_so[bound : bound + count]
    signs = bytes(flags[2 * bound : 2 * bound + count])
    return Columns(starts, ends, places, filled, keys, words, sentences, apart, signs, items, looks, left)


def _split(codes: bytearray, size: int) -> list[str]:
    """The texts in a buffer, a line feed after each."""
    return str(memoryview(codes)[: 4 * size], UTF32, "surrogatepass").split("\n")[:-1]
