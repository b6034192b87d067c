"""The place of a block in the order of the text: what is before and after it, and its neighbours."""

from __future__ import annotations

import numpy as np

from cleaner.resolve import CUTS_ALONE
from cleaner.scorer.block_features import NOISE_SUM, BlockFeatures
from cleaner.scorer.columns import Columns
from cleaner.scorer.groups import Numbers, Sum, grouped, runs

_SIDES = ("above", "below")
_SHORT, _LONG = 6, 40  # words
_WINDOWS, _SURE_WINDOWS = (2, 6, 15), (1, 3, 8, 20)  # blocks on either side


def add_position(columns: Columns, features: BlockFeatures, total: Numbers) -> None:
    """Add how much of the page and of its prose is before a block, and how far the next prose is."""
    n = len(features.words)
    index = np.arange(n)
    columns.add("place", (index + 0.5) / max(n, 1))
    columns.add("log from top", np.log1p(index))
    columns.add("log from end", np.log1p(n - 1 - index))
    before = np.cumsum(features.sums[Sum.PROSE]) - features.sums[Sum.PROSE]
    columns.add("prose before", before / max(total[Sum.PROSE, 0], 1))
    words = np.cumsum(features.words) - features.words
    columns.add("words before", words / max(total[Sum.WORDS, 0], 1))
    columns.add("log prose before", np.log1p(before))
    columns.add("log prose after", np.log1p(np.maximum(total[Sum.PROSE, 0] - before - features.sums[Sum.PROSE], 0)))
    is_prose = features.sums[Sum.PROSE] > 0
    for name, where in (
        ("prose", is_prose),
        ("heading", features.heading),
        ("long", features.prose & (features.words >= 40)),
    ):
        if not columns.wants(*(f"log {what}to {name} {side}" for what in ("", "words ") for side in _SIDES)):
            continue
        last = np.maximum.accumulate(np.where(where, index, -1))
        following = np.minimum.accumulate(np.where(where, index, n)[::-1])[::-1]
        above = np.where(last >= 0, index - last, 200)
        below = np.where(following < n, following - index, 200)
        columns.add(f"log to {name} above", np.log1p(np.minimum(above, 200)))
        columns.add(f"log to {name} below", np.log1p(np.minimum(below, 200)))
        if name == "heading":
            continue
        at = np.append(words, words[-1:] + features.words[-1:])
        columns.add(f"log words to {name} above", np.log1p(np.where(last >= 0, words - at[np.maximum(last, 0)], 9999)))
        columns.add(
            f"log words to {name} below",
            np.log1p(np.where(following < n, at[np.minimum(following, n)] - words, 9999)),
        )


def add_neighbours(columns: Columns, features: BlockFeatures) -> None:
    """Add features of the next two blocks on either side."""
    facts = {
        "log words": np.log1p(features.words),
        "link share": features.link,
        "prose": features.prose,
        "heading": features.heading,
        "end": features.ends,
        "doubted": features.doubt >= NOISE_SUM,
    }
    edge = np.full(2, -1, np.float32)
    n = len(features.words)
    for by in (-2, -1, 1, 2):
        for name, values in facts.items():
            if columns.wants(f"{name} at {by:+d}"):
                columns.add(f"{name} at {by:+d}", np.concatenate([edge, values, edge])[2 + by : 2 + by + n])


def add_sure(columns: Columns, features: BlockFeatures) -> None:
    """Add the share of blocks around, before and after whose sums cut alone."""
    sure = features.doubt >= CUTS_ALONE
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


def add_sections(columns: Columns, features: BlockFeatures) -> dict[str, Numbers]:
    """Add features of the heading above. Returns sums over its section and over runs of similar blocks."""
    section = np.cumsum(features.heading, dtype=np.int64)
    linked = runs(features.link > 0.5)
    short = runs(features.words <= _SHORT)
    found = {"section": grouped(features.sums, section), "link run": grouped(features.sums, linked)}
    found["short run"] = grouped(features.sums, short)
    if len(features.words):
        first = np.zeros(section[-1] + 1, np.int64)
        first[section[::-1]] = np.arange(len(section))[::-1]
        columns.add("log since heading", np.log1p(np.arange(len(section)) - first[section]))
        columns.add("heading link share", features.link[first[section]])
        columns.add("heading doubt", features.doubt[first[section]])
    else:
        columns.add_all(["log since heading", "heading link share", "heading doubt"], np.zeros((3, 0)))
    return found
