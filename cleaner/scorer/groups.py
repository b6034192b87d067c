"""Features of groups of blocks: containers, siblings, windows, sections."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Numbers = NDArray[Any]


class Sum(IntEnum):
    """What is summed over the blocks of a group, by its row: the words of some blocks, unless it says otherwise."""

    WORDS = 0
    BLOCKS = 1  # number of blocks
    LINKED = 2  # words in links
    PROSE = 3
    DOUBTED = 4  # words of blocks that rules doubt
    SENTENCES = 5
    SHORT = 6  # number of short blocks
    HEADINGS = 7  # number of headings
    REPEATED = 8  # words of blocks that occur more than once
    DIGITS = 9  # number of digits
    OUTSIDE = 10  # words outside the main element
    COMMENTS = 11


GROUP_FEATURES = (
    "log words", "log blocks", "link share", "prose share", "doubt share", "sentence share", "repeat share",
    "outside share", "comment share", "short share", "heading share", "digit share", "words a block",
    "share of page", "share of prose",
)  # fmt: skip
"""Names of the features of a group, in order."""

_LOGS = [Sum.WORDS, Sum.BLOCKS]
_WORD_SHARES = [Sum.LINKED, Sum.PROSE, Sum.DOUBTED, Sum.SENTENCES, Sum.REPEATED, Sum.OUTSIDE, Sum.COMMENTS]
_BLOCK_SHARES = [Sum.SHORT, Sum.HEADINGS]
_SHARES_OF_ALL = [Sum.WORDS, Sum.PROSE]


def runs(state: Numbers) -> Ints:
    """For each block, the number of its run: blocks one after the other with the same value."""
    changed = np.zeros(len(state), np.int64)
    if len(state):
        changed[1:] = state[1:] != state[:-1]
    return np.cumsum(changed)


def grouped(sums: Numbers, group: Ints) -> Numbers:
    """For each block, the sums over all blocks of its group. Shape: (sums, blocks)."""
    return binned(sums, group, int(group.max(initial=-1)) + 1).take(group, axis=1)


def binned(sums: Numbers, group: Ints, size: int) -> Numbers:
    """The sums of each group. Shape: (sums, groups)."""
    rows = len(sums)
    flat = (group[None, :] + size * np.arange(rows)[:, None]).ravel()
    return np.bincount(flat, sums.ravel(), rows * size).reshape(rows, size)


def group_features(sums: Numbers, total: Numbers) -> Floats:
    """The features of groups, from their sums and those of the whole document.

    ``sums`` has shape (groups, sums, blocks), ``total`` (sums, 1); the result (groups * features, blocks).
    """
    sums = sums.astype(np.float32, copy=False)
    words = np.maximum(sums[:, Sum.WORDS], 1)
    blocks = np.maximum(sums[:, Sum.BLOCKS], 1)
    features = np.empty((len(sums), len(GROUP_FEATURES), sums.shape[2]), np.float32)
    np.log1p(sums[:, _LOGS], out=features[:, :2])
    np.divide(sums[:, _WORD_SHARES], words[:, None], out=features[:, 2:9])
    np.divide(sums[:, _BLOCK_SHARES], blocks[:, None], out=features[:, 9:11])
    features[:, 11] = np.minimum(sums[:, Sum.DIGITS] / words, 5)
    features[:, 12] = np.log1p(words / blocks)
    features[:, 13:] = sums[:, _SHARES_OF_ALL] / np.maximum(total[_SHARES_OF_ALL], 1)
    return features.reshape(-1, sums.shape[2])
