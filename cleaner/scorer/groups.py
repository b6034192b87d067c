"""Aggregates over groups of blocks (companies): containers, siblings, windows, sections."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Numbers = NDArray[Any]

# The rows that are summed over the blocks of a company.
SUMS = (
    "words", "blocks", "linked", "prose", "doubted", "sentences", "short", "headings", "repeated", "digits",
    "outside", "comments",
)  # fmt: skip
WORDS, BLOCKS, LINKED, PROSE, DOUBTED, SENTENCES, SHORTS, HEADINGS, REPEATED, DIGITS = range(10)
OUTSIDE, COMMENTS = 10, 11
MEASURES = (
    "log words", "log blocks", "link share", "prose share", "doubt share", "sentence share", "repeat share",
    "outside share", "comment share", "short share", "heading share", "digit share", "words a block",
    "share of page", "share of prose",
)  # fmt: skip


def runs(state: Numbers) -> Ints:
    changed = np.zeros(len(state), np.int64)
    if len(state):
        changed[1:] = state[1:] != state[:-1]
    return np.cumsum(changed)


def grouped(sums: Numbers, group: Ints) -> Numbers:
    """For each block, the sums over all blocks of its group. Shape: (sums, blocks)."""
    return binned(sums, group, int(group.max(initial=-1)) + 1)[:, group]


def binned(sums: Numbers, group: Ints, size: int) -> Numbers:
    """The sums of each group. Shape: (sums, groups)."""
    rows = len(sums)
    flat = (group[None, :] + size * np.arange(rows)[:, None]).ravel()
    return np.bincount(flat, sums.ravel(), rows * size).reshape(rows, size)


def described(sums: Numbers, total: Numbers) -> Floats:
    """Turn sums of shape (companies, sums, blocks) into measures of shape (companies * measures, blocks)."""
    sums = sums.astype(np.float32)
    words = np.maximum(sums[:, WORDS], 1)
    blocks = np.maximum(sums[:, BLOCKS], 1)
    measures = np.empty((len(sums), len(MEASURES), sums.shape[2]), np.float32)
    np.log1p(sums[:, [WORDS, BLOCKS]], out=measures[:, :2])
    shares = [LINKED, PROSE, DOUBTED, SENTENCES, REPEATED, OUTSIDE, COMMENTS]
    np.divide(sums[:, shares], words[:, None], out=measures[:, 2:9])
    np.divide(sums[:, [SHORTS, HEADINGS]], blocks[:, None], out=measures[:, 9:11])
    measures[:, 11] = np.minimum(sums[:, DIGITS] / words, 5)
    measures[:, 12] = np.log1p(words / blocks)
    measures[:, 13:] = sums[:, [WORDS, PROSE]] / np.maximum(total[[WORDS, PROSE]], 1)
    return measures.reshape(-1, sums.shape[2])
