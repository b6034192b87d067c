"""The index of the rules for the native core, which looks at all lines of a document in one call.

It says of each line what Python has to look for, and finds the literals in it on which Python acts. Most lines need no
look at all. What Python then finds is the same as without the core.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from cleaner._native import Library, address_of
from cleaner._native.characters import UTF32, Characters
from cleaner.chars import is_joined
from cleaner.fold import DECORATION
from cleaner.packs.glue import SEPARATORS

if TYPE_CHECKING:
    from cleaner.packs.index import Index, Waiting

WHOLE, COUNTER, START, DATED, SHORT, GLUE = (1 << n for n in range(6))
"""What a line may have: a phrase as a whole, one with a counter, an opening, digits, a short word, phrases in a row."""
EVERYTHING = (1 << 6) - 1

_ALPHA, _DIGIT, _ALNUM, _JOINED, _DECORATION, _DECIMAL, _SEPARATOR = (1 << n for n in range(7))
_BITS, _EDGES = 1 << 17, 1 << 19  # bits
_OPENS, _FILED = 3, 8  # characters by which literals are looked up
_ANY = (1 << 64) - 1
_LITERALS = 4  # room per line for literals; a text with more is looked at twice

Found = tuple[int, int, int]


def _class(char: str) -> int:
    found = _ALPHA if char.isalpha() else 0
    found |= (_DIGIT if char.isdigit() else 0) | (_DECIMAL if char.isdecimal() else 0)
    found |= (_ALNUM if char.isalnum() else 0) | (_JOINED if is_joined(char) else 0)
    return found | (_DECORATION if char in DECORATION else 0) | (_SEPARATOR if char in SEPARATORS else 0)


class _Set(ctypes.Structure):
    _fields_ = (("slots", ctypes.c_void_p), ("size", ctypes.c_int64))


class _Arguments(ctypes.Structure):
    """``struct matcher`` in ``cleaner/_native/match.c``."""

    _fields_ = (
        ("classes", ctypes.c_void_p),
        ("openings", ctypes.c_void_p),
        ("filed", ctypes.c_void_p),
        ("files", _Set),
        *((name, ctypes.c_void_p) for name in ("file_of", "numbers", "literals", "literal_starts")),
        *((name, ctypes.c_void_p) for name in ("whole", "open", "need", "begins")),
        ("longest", ctypes.c_int64),
        *((name, _Set) for name in ("lines", "starts", "shorts")),
        *((name, ctypes.c_void_p) for name in ("heads", "tails", "start_heads", "short_words")),
    )


class NativeIndex:
    """The tables that the core reads. They do not change, so that threads can share them."""

    def __init__(self, core: Library, words: Index) -> None:
        """Raises `ValueError` if the core has another structure."""
        if core.matcher_size != ctypes.sizeof(_Arguments):
            raise ValueError("the core was built for other code")
        self._core = core
        self._held: list[object] = []  # what the core reads stays alive
        lines, starts = list(words.lines), list(words.openings())
        most = words.max_words
        of_shorts = array("i", [max([most[one.rule] for one in needs]) for needs in words.short_needs.values()])
        shorts, short_words = self._set(list(words.short_needs), of_shorts)
        heads, tails = self._edges(lines)
        self._arguments = _Arguments(
            classes=_CLASSES.address,
            longest=max(map(len, lines), default=0),
            lines=self._set(lines)[0],
            starts=self._set(starts)[0],
            shorts=shorts,
            heads=heads,
            tails=tails,
            start_heads=self._edges(starts)[0],
            short_words=short_words,
            **self._files(words.literals),
            **self._limits(words),
        )
        self._address = ctypes.addressof(self._arguments)

    def look(self, folded: Sequence[str], words: Sequence[int]) -> tuple[bytearray, dict[int, list[Found]]]:
        """For each line of folded text, what it may have; and by its number, the literals on which a rule acts."""
        text = "\n".join(folded)
        codes = text.encode(UTF32, "surrogatepass")
        _CLASSES.learn(self._core, codes, len(text))
        flags, sizes = bytearray(len(folded)), array("i", words)
        count, room = 0, _LITERALS * len(folded)
        while True:
            found = array("i", bytes(16 * room))
            arguments = (codes, len(text), address_of(sizes), len(folded), address_of(flags), address_of(found), room)
            count = self._core.match(self._address, *arguments)
            if count <= room:
                break
            room = count
        by_line: dict[int, list[Found]] = {}
        numbers = iter(found[: 4 * max(count, 0)])
        for line, literal, start, end in zip(numbers, numbers, numbers, numbers, strict=True):
            by_line.setdefault(line, []).append((literal, start, end))
        return flags, by_line

    def _keep(self, kind: str, size: int, fill: int = 0) -> int:
        """The address of a new array."""
        made = array(kind, [fill]) * max(size, 1)
        self._held.append(made)
        return address_of(made)

    def _set(self, lines: Sequence[str], values: array[int] | None = None) -> tuple[_Set, int]:
        """A set of lines, and the address of the ``values`` of the lines by its slots."""
        size = _power_of_two(len(lines) + len(lines) // 2 + 2)
        slots = self._keep("Q", size)
        of = 0 if values is None else self._keep("i", size, -1)
        if lines:
            text = "\n".join(lines)
            given = None if values is None else address_of(values)
            self._core.set(text.encode(UTF32, "surrogatepass"), len(text), slots, size, given, of)
        return _Set(slots, size), of

    def _edges(self, lines: Sequence[str]) -> tuple[int, int]:
        """Bits for the beginnings of lines, and for their ends."""
        heads, tails = self._keep("B", _EDGES // 8), self._keep("B", _EDGES // 8)
        text = "\n".join(lines)
        if lines:
            self._core.edges(text.encode(UTF32, "surrogatepass"), len(text), heads, tails)
        return heads, tails

    def _bits(self, lines: Collection[str]) -> int:
        """Bits for these lines."""
        bits, text = self._keep("B", _BITS // 8), "\n".join(lines)
        if lines:
            self._core.bits(text.encode(UTF32, "surrogatepass"), len(text), bits)
        return bits

    def _files(self, literals: Sequence[str]) -> dict[str, Any]:
        """Literals, filed under their first characters."""
        files: dict[str, list[int]] = {}
        for n in sorted(range(len(literals)), key=lambda n: len(literals[n])):
            files.setdefault(literals[n][:_FILED], []).append(n)
        numbers = array("i", [n for file in files.values() for n in (*file, -1)] or [-1])
        begin = array("i", accumulate((len(file) + 1 for file in files.values()), initial=0))
        codes = array("I", "\n".join([*literals, ""]).encode(UTF32, "surrogatepass")) or array("I", [0])
        starts = array("i", accumulate((len(literal) + 1 for literal in literals), initial=0))
        self._held += (numbers, codes, starts)
        held = {"numbers": numbers, "literals": codes, "literal_starts": starts}
        slots, of = self._set([*files], begin)
        openings = {literal[:size] for literal in literals for size in (1, _OPENS)}
        bits = {"openings": self._bits(openings), "filed": self._bits(files)}
        return {"files": slots, "file_of": of, **bits, **{name: address_of(one) for name, one in held.items()}}

    def _limits(self, words: Index) -> dict[str, int]:
        """For each literal the most words of a line in which it counts: as a phrase, an open one, a need; -1: never."""
        most = words.max_words
        kept = {name: array("i", [-1]) * max(len(words.literals), 1) for name in ("whole", "open", "need")}
        whole, opened, need = kept.values()
        for i, (phrases, waiting) in enumerate(zip(words.phrases, words.patterns, strict=True)):
            for n, is_open in phrases:
                whole[i] = max(whole[i], most[n])
                if is_open:
                    opened[i] = max(opened[i], most[n])
            for one in waiting:
                need[i] = max(need[i], most[one.rule])
        begins = array("Q", [_bits(waiting) for waiting in words.patterns] or [0])
        self._held += (kept, begins)
        return {"begins": address_of(begins), **{name: address_of(values) for name, values in kept.items()}}


def _bits(waiting: Iterable[Waiting]) -> int:
    """Bits for the characters with which lines begin that any of the patterns matches."""
    bits = 0
    for one in waiting:
        if one.other is not None:
            return _ANY
        for text in one.begins:
            bits |= 1 << (ord(text[0]) & 63)
    return bits


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


_CLASSES = Characters(_class)
