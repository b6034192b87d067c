"""Groups in plain text: blocks between blank lines, blocks with the same layout, blocks with the same shape.

A scraper that removes the tags leaves blank lines and indents, more of them where the markup was deeper.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Blocks, Document, Kind
from cleaner.scorer.block_features import BlockFeatures, codes_of, is_cr_of_crlf
from cleaner.scorer.columns import Columns
from cleaner.scorer.groups import Floats, Ints, Numbers, grouped

_GAPS = (2, 3, 5, 9)  # line ends between two blocks that separate two chunks
_EDGE = 20  # line ends assumed above the first block and below the last
_FAR, _DEEP, _WIDE = 200, 60, 8  # blocks, characters, line ends; larger values are clipped
_KINDS = {kind: n for n, kind in enumerate(Kind)}


def add_layout(
    columns: Columns, document: Document, features: BlockFeatures, characters: Mapping[str, Floats]
) -> dict[str, Numbers]:
    """Add line ends and indents around each block. Returns the sums over the blocks that share them."""
    blocks = document.blocks
    above, indent = _white_space(document)
    below = add_line_ends(columns, above)
    columns.add("indent", indent)
    found: dict[str, Numbers] = {}
    for gap in _GAPS:
        found[f"chunk {gap}"] = _add_chunk(columns, gap, np.cumsum(above >= gap), features)
    shape = _shapes(blocks, features, characters)
    set_alike = (indent * (_WIDE + 1) + np.minimum(above, _WIDE)) * (_WIDE + 1)
    for name, code in (
        ("shape", shape),
        ("indent", set_alike),
        ("layout", shape * (_WIDE + 1) ** 2 + np.minimum(above, _WIDE) * (_WIDE + 1) + np.minimum(below, _WIDE)),
    ):
        _, group = np.unique(code, return_inverse=True)
        found[name] = grouped(features.sums, group)
        columns.add(f"log of this {name}", np.log(np.bincount(group)[group]))
        if name == "shape":
            _add_distance(columns, group)
    return found


def add_line_ends(columns: Columns, above: Ints) -> Ints:
    """Add the line ends on both sides of each block, from those above it. Returns those below it."""
    below = np.append(above[1:], _EDGE)
    usual = np.exp(np.log(above[1:]).mean()) if len(above) > 1 else 1.0
    for name, ends in (("above", above), ("below", below)):
        columns.add(f"log lines {name}", np.log(ends))
        columns.add(f"log lines {name} by usual", np.log(ends / usual))
    return below


def _white_space(document: Document) -> tuple[Ints, Ints]:
    """The line ends above each block (at least one) and the characters before it on its line."""
    blocks = document.blocks
    codes = codes_of(document.text)
    places = np.flatnonzero(_ends_a_line(codes) & ~is_cr_of_crlf(codes))
    starts, ends = np.array(blocks.starts, np.int64), np.array(blocks.ends, np.int64)
    upto = np.searchsorted(places, starts)
    above = np.maximum(upto - np.append(0, np.searchsorted(places, ends[:-1])), 1)
    above[:1] = _EDGE
    line = np.append(-1, places)[upto]
    return above, np.minimum(starts - 1 - line, _DEEP)


def _ends_a_line(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which characters `cleaner.segment.text.LINE_END` matches."""
    found: NDArray[np.bool_] = ((codes >= 0x0A) & (codes <= 0x0D)) | (codes == 0x85) | (codes >> 1 == 0x2028 >> 1)
    return found


def _add_chunk(columns: Columns, gap: int, chunk: Ints, features: BlockFeatures) -> Numbers:
    chunk = chunk - chunk[0]
    size = np.bincount(chunk)
    first = np.cumsum(size) - size
    columns.add(f"place in chunk {gap}", (np.arange(len(chunk)) - first[chunk] + 0.5) / size[chunk])
    return grouped(features.sums, chunk)


def _shapes(blocks: Blocks, features: BlockFeatures, characters: Mapping[str, Floats]) -> Ints:
    """A number for the rough shape of each block."""
    shape = np.array([_KINDS[kind] for kind in blocks.kinds], np.int64) * 8
    shape += size_classes(features.words)
    for name in ("end", "first upper", "first digit", "digits", "commas", "colon", "signs"):
        shape = shape * 2 + (characters[name] > 0)
    return shape


def size_classes(words: Floats) -> Ints:
    """The logarithms of the sizes of blocks, rounded down, at most 6."""
    return np.minimum(np.log2(words + 1), 6).astype(np.int64)


def _add_distance(columns: Columns, group: Ints) -> None:
    """Add the distance to the next block of the same group, above and below."""
    order = np.argsort(group, kind="stable")
    step = np.where(group[order[1:]] == group[order[:-1]], order[1:] - order[:-1], _FAR)
    above, below = np.full(len(group), _FAR), np.full(len(group), _FAR)
    above[order[1:]] = below[order[:-1]] = np.minimum(step, _FAR)
    columns.add("log to like above", np.log(above))
    columns.add("log to like below", np.log(below))
    columns.add("evenly set", above == below)
