"""Near duplicates: documents whose running text has nearly the same runs of three words.

The share of runs that two documents have in common is estimated from sketches (MinHash: Broder, "On the resemblance and
containment of documents", 1997); documents that are worth comparing share at least one band of their sketches
(Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3).
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator

MIN_ALIKE = 0.85
"""The share of the runs of words that near duplicates have in common."""

MAX_IN_BAND = 50
"""Documents of a band that are compared with another one: pages of one mould would otherwise all be compared."""

_BANDS, _ROWS = 10, 6  # documents with .85 in common share a band in 99 of 100 cases, those with .5 in 15
_SIZE = _BANDS * _ROWS
_SEED = 1
_CHARS_OF_WORDS = 20  # characters for each space: a text with fewer spaces is in a script without


def sketch_of(texts: Iterable[str]) -> bytes:
    """The sketch of texts in matching form; empty if they have hardly any words.

    Its first byte is the version of the algorithm, and numbers of four bytes follow.
    """
    text = " ".join(texts)
    words = text.split()
    runs = (
        map(" ".join, zip(words, words[1:], words[2:], strict=False))
        if len(words) * _CHARS_OF_WORDS > len(text)
        else map("".join, zip(text, text[1:], text[2:], text[3:], strict=False))
    )
    if len(words) < 3 and len(text) < _CHARS_OF_WORDS:
        return b""
    from rensa import RMinHash  # lazy: only `learn` and runs that mark duplicates need it

    sketch = RMinHash(num_perm=_SIZE, seed=_SEED)
    sketch.update(runs)
    return bytes([RMinHash.ALGORITHM_VERSION & 0xFF]) + array("I", sketch.digest()).tobytes()


def bands(sketch: bytes) -> Iterator[int]:
    """A number of eight bytes for each band of a sketch."""
    width = (len(sketch) - 1) // _BANDS
    for n in range(_BANDS):
        part = bytes([n]) + sketch[:1] + sketch[1 + n * width : 1 + (n + 1) * width]
        yield int.from_bytes(hashlib.blake2b(part, digest_size=8).digest(), "big", signed=True)


def are_alike(one: bytes, other: bytes) -> bool:
    """Whether two documents are near duplicates, by their sketches."""
    if one[:1] != other[:1] or len(one) != len(other) or not one:
        return False
    same = sum(a == b for a, b in zip(array("I", one[1:]), array("I", other[1:]), strict=True))
    return same >= MIN_ALIKE * _SIZE
