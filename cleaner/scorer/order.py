"""The place of a block in the order of the text: what is before and after it, and its neighbours."""

from __future__ import annotations

import numpy as np

from cleaner.resolve import CUTS_ALONE
from cleaner.scorer.block_features import DOUBT, Own
from cleaner.scorer.columns import Columns
from cleaner.scorer.groups import PROSE, WORDS, Numbers, grouped, runs

_SHORT = 6  # words
_WINDOWS, _SURE_WINDOWS = (2, 6, 15), (1, 3, 8, 20)  # blocks on either side


def add_position(columns: Columns, own: Own, total: Numbers) -> None:
    """Add how much of the page and of its prose is before a block, and how far the next prose is."""
    n = len(own.words)
    index = np.arange(n)
    columns.add("place", (index + 0.5) / max(n, 1))
    columns.add("log from top", np.log1p(index))
    columns.add("log from end", np.log1p(n - 1 - index))
    before = np.cumsum(own.sums[PROSE]) - own.sums[PROSE]
    columns.add("prose before", before / max(total[PROSE, 0], 1))
    words = np.cumsum(own.words) - own.words
    columns.add("words before", words / max(total[WORDS, 0], 1))
    columns.add("log prose before", np.log1p(before))
    columns.add("log prose after", np.log1p(np.maximum(total[PROSE, 0] - before - own.sums[PROSE], 0)))
    is_prose = own.sums[PROSE] > 0
    for name, where in (("prose", is_prose), ("heading", own.heading), ("long", own.prose & (own.words >= 40))):
        last = np.maximum.accumulate(np.where(where, index, -1))
        following = np.minimum.accumulate(np.where(where, index, n)[::-1])[::-1]
        above = np.where(last >= 0, index - last, 200)
        below = np.where(following < n, following - index, 200)
        columns.add(f"log to {name} above", np.log1p(np.minimum(above, 200)))
        columns.add(f"log to {name} below", np.log1p(np.minimum(below, 200)))
        if name == "heading":
            continue
        at = np.append(words, words[-1:] + own.words[-1:])
        columns.add(f"log words to {name} above", np.log1p(np.where(last >= 0, words - at[np.maximum(last, 0)], 9999)))
        columns.add(
            f"log words to {name} below",
            np.log1p(np.where(following < n, at[np.minimum(following, n)] - words, 9999)),
        )


def add_neighbours(columns: Columns, own: Own) -> None:
    """Add features of the next two blocks on either side."""
    facts = np.stack([np.log1p(own.words), own.link, own.prose, own.heading, own.ends, own.doubt >= DOUBT])
    names = ("log words", "link share", "prose", "heading", "end", "doubted")
    n = facts.shape[1]
    padded = np.pad(facts, ((0, 0), (2, 2)), constant_values=-1)
    for by in (-2, -1, 1, 2):
        columns.add_all([f"{name} at {by:+d}" for name in names], padded[:, 2 + by : 2 + by + n])


def add_sure(columns: Columns, own: Own) -> None:
    """Add the share of blocks around, before and after whose sums cut alone."""
    sure = own.doubt >= CUTS_ALONE
    n = len(sure)
    upto = np.append(0, np.cumsum(sure))
    index = np.arange(n)
    columns.add("sure", sure)
    for size in _SURE_WINDOWS:
        first, last = np.maximum(index - size, 0), np.minimum(index + size + 1, n)
        columns.add(f"sure within {size}", (upto[last] - upto[first]) / (last - first))
    columns.add("sure before", upto[:-1] / np.maximum(index, 1))
    columns.add("sure after", (upto[-1] - upto[1:]) / np.maximum(n - 1 - index, 1))
    columns.add("sure of page", np.full(n, upto[-1] / n))
    columns.add("log sure", np.full(n, np.log1p(upto[-1])))


def sequences(sums: Numbers) -> dict[str, Numbers]:
    """Sums over the blocks around, before and after each block."""
    n = sums.shape[1]
    upto = np.zeros((len(sums), n + 1))
    np.cumsum(sums, axis=1, out=upto[:, 1:])
    index = np.arange(n)
    found = {
        f"within {size}": upto[:, np.minimum(index + size + 1, n)] - upto[:, np.maximum(index - size, 0)]
        for size in _WINDOWS
    }
    found["before"] = upto[:, :-1]
    found["after"] = upto[:, -1:] - upto[:, 1:]
    return found


def add_sections(columns: Columns, own: Own) -> dict[str, Numbers]:
    """Add features of the heading above. Returns sums over its section and over runs of similar blocks."""
    section = np.cumsum(own.heading, dtype=np.int64)
    linked = runs(own.link > 0.5)
    short = runs(own.words <= _SHORT)
    found = {"section": grouped(own.sums, section), "link run": grouped(own.sums, linked)}
    found["short run"] = grouped(own.sums, short)
    if len(own.words):
        first = np.zeros(section[-1] + 1, np.int64)
        first[section[::-1]] = np.arange(len(section))[::-1]
        columns.add("log since heading", np.log1p(np.arange(len(section)) - first[section]))
        columns.add("heading link share", own.link[first[section]])
        columns.add("heading doubt", own.doubt[first[section]])
    else:
        columns.add_all(["log since heading", "heading link share", "heading doubt"], np.zeros((3, 0)))
    return found
