"""What is measured of the blocks of a document: one table, for training and for running.

Nothing here knows words of any language: shapes, places, repetition, markup, and the votes of rules so far.
A block is described by itself, by its neighbours, and by the *companies* it stands in: containers of the page,
siblings, blocks of the same path, runs, the section under a heading, all that comes before and after. Each company is
described by the same measures, so that the whole is a few operations on arrays, whatever the number of blocks.

Which families matter was measured on WCXB: what stands relative to the prose, then the containers and the groups of
like blocks, then repetition (bench/README.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.model import Blocks, Document, Kind, Mark, Tree

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Numbers = NDArray[Any]

_KINDS = tuple(Kind)
_CATEGORIES = (
    "ad", "comments", "comment_ui", "consent", "form", "legal", "login", "media", "meta", "navigation",
    "related", "share", "subscribe", "tags", "widget", "region",
)  # fmt: skip
_DOUBT = 80  # votes of rules from which a block counts as noise for the measures of its companies
_LEAST_PROSE = 60  # words; of a page with less, all words count as prose
_MOST = 1_000  # higher scores are vetoes
_SHORT = 6  # words
_LEVELS = 5  # containers looked at, from the inside out
_WINDOWS = (2, 6, 15)  # blocks to either side
_TAG_BITS = (  # names of tags that are asked of ancestors
    "nav", "header", "footer", "aside", "main", "article", "section", "form", "table", "ul", "ol", "dl", "li", "p",
    "a", "button", "figure", "blockquote", "pre", "label", "select", "details", "td", "span",
)  # fmt: skip
_OWN_TAGS = ("p", "a", "li", "div", "span", "td", "h1", "h2", "h3", "h4", "button", "label")
_BASE, _MASK = 0x9E3779B97F4A7C15 >> 2 | 1, (1 << 62) - 1  # of hashes of paths; they wrap around
_HIDDEN = 1 << len(_TAG_BITS)
_UPPER, _DIGIT, _END, _COMMA, _SPACE, _MONEY, _SIGN, _CLOSER = (1 << n for n in range(8))
_END_MARKS = ".!?…。！？．｡؟۔।॥։"
_CLOSERS = "\"'”’»)]}›」』】）*_"


@dataclass(frozen=True, slots=True)
class Table:
    """Features of the blocks of a document: ``values`` has shape (features, blocks)."""

    names: tuple[str, ...]
    values: Floats

    def select(self, names: Sequence[str]) -> Floats:
        """The features called ``names``: shape (blocks, features). Raises `KeyError` for an unknown one."""
        return self.values[_places(self.names, tuple(names))].T


@lru_cache(maxsize=16)
def _places(held: tuple[str, ...], names: tuple[str, ...]) -> Ints:
    at = {name: i for i, name in enumerate(held)}
    return np.array([at[name] for name in names], np.int64)


class _Columns:
    """Features one after the other, with their names."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.parts: list[Floats] = []

    def add(self, name: str, values: Numbers) -> None:
        self.names.append(name)
        self.parts.append(values.astype(np.float32)[None, :])

    def add_all(self, names: Sequence[str], values: Numbers) -> None:
        self.names += names
        self.parts.append(values.astype(np.float32, copy=False))

    def table(self) -> Table:
        return Table(tuple(self.names), np.concatenate(self.parts))


# What is summed over the blocks of a company.
_SUMS = (
    "words", "blocks", "linked", "prose", "doubted", "sentences", "short", "headings", "repeated", "digits",
    "outside", "comments",
)  # fmt: skip
_WORDS, _BLOCKS, _LINKED, _PROSE, _DOUBTED, _SENTENCES, _SHORTS, _HEADINGS, _REPEATED, _DIGITS = range(10)
_OUTSIDE, _COMMENTS = 10, 11
_MEASURES = (
    "log words", "log blocks", "link share", "prose share", "doubt share", "sentence share", "repeat share",
    "outside share", "comment share", "short share", "heading share", "digit share", "words a block",
    "share of page", "share of prose",
)  # fmt: skip


def block_table(document: Document, marks: Sequence[Mark] = ()) -> Table:
    """The features of all blocks. ``marks`` are those of the rules for markup, if they were asked.

    Work is linear in the number of characters, blocks and elements.
    """
    blocks = document.blocks
    n = len(blocks)
    if not n:
        return Table((), np.zeros((0, 0), np.float32))
    columns = _Columns()
    votes = _votes(blocks, marks)
    letters = _letters(document)
    own = _Own.of(blocks, votes, letters)
    _add_own(columns, blocks, own, letters)
    columns.add_all([f"vote {name}" for name in votes], np.array(list(votes.values())))
    sums = own.sums
    total = sums.sum(axis=1, keepdims=True)
    _add_position(columns, own, total)
    _add_neighbours(columns, own)
    companies = {**_sequences(sums), **_sections(columns, own)}
    if blocks.tree is not None:
        companies.update(_markup(columns, blocks, own, blocks.tree))
    names = [f"{company}: {measure}" for company in companies for measure in _MEASURES]
    columns.add_all(names, _described(np.array(list(companies.values())), total))
    page = np.repeat(_described(total[None], total), n, axis=1)
    columns.add_all([f"page: {measure}" for measure in _MEASURES[:-2]], page[:-2])
    return columns.table()


# --------------------------------------------------------------------------
# the block by itself


@dataclass(frozen=True, slots=True)
class _Own:
    """Of each block: words, share of characters in links, running text, and what is summed: (sums, blocks)."""

    words: Floats
    link: Floats
    prose: NDArray[np.bool_]
    heading: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    doubt: Floats
    copies: Floats
    sums: NDArray[np.float64]

    @classmethod
    def of(cls, blocks: Blocks, votes: Mapping[str, Floats], letters: Mapping[str, Floats]) -> _Own:
        doubt = votes["sum"] - votes["region"] - votes["comments"]
        words = np.array(blocks.words, np.float32)
        link = np.zeros(len(blocks), np.float32)
        if blocks.links:
            link = np.minimum(np.array(blocks.links, np.float32) / np.maximum(letters["chars"], 1), 1)
        prose = np.array(blocks.prose, bool) & (link < 0.5)
        heading = np.array([kind is Kind.HEADING for kind in blocks.kinds], bool)
        copies = _copies(blocks)
        is_doubted = doubt >= _DOUBT
        sums = np.stack(
            [
                words,
                np.ones_like(words),
                words * link,
                words * (prose & ~is_doubted),
                words * is_doubted,
                words * np.array(blocks.sentences, bool),
                words <= _SHORT,
                heading,
                words * (copies > 1),
                letters["digits"],
                words * (votes["region"] > 0),
                words * (votes["comments"] > 0),
            ]
        ).astype(np.float64)
        if sums[_PROSE].sum() < _LEAST_PROSE:
            sums[_PROSE] = words * ~is_doubted
        return cls(words, link, prose, heading, letters["end"] > 0, doubt, copies, sums)


def _copies(blocks: Blocks) -> Floats:
    count: dict[str, int] = {}
    for key in blocks.keys:
        count[key] = count.get(key, 0) + 1
    return np.array([count[key] for key in blocks.keys], np.float32)


def _votes(blocks: Blocks, marks: Sequence[Mark]) -> dict[str, Floats]:
    """Sums of scores, at all and by category; vetoes are left out."""
    names = ("sum", *_CATEGORIES)
    at = {start: i for i, start in enumerate(blocks.starts)} if len(marks) else {}
    row = {name: n for n, name in enumerate(names)}
    found = np.zeros((len(names), len(blocks)), np.float32)
    said = [
        (row.get(category, 0), at[span[0]], score)
        for span, _, category, _, score in marks[:]
        if abs(score) <= _MOST and span[0] in at
    ]
    if said:
        rows, places, scores = np.array(said, np.int64).T
        np.add.at(found, (rows, places), scores)
        found[0] = found.sum(axis=0)
    return dict(zip(names, np.clip(found, -200, 300), strict=True))


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    """What the characters of the basic plane are, as bits."""
    table = np.zeros(0x10000, np.uint8)
    of = {"Lu": _UPPER, "Lt": _UPPER, "Nd": _DIGIT, "Sc": _MONEY, "Sm": _SIGN, "So": _SIGN, "Zs": _SPACE, "Cc": _SPACE}
    for code in range(0x10000):
        table[code] = of.get(unicodedata.category(chr(code)), 0)
    for characters, bit in ((_END_MARKS, _END), (_CLOSERS, _CLOSER), (",;:、，；：،", _COMMA), ("|/·•›>«", _SIGN)):
        for character in characters:
            table[ord(character)] |= bit
    return table


def _letters(document: Document) -> dict[str, Floats]:
    """Counts of characters by class, and what the first and last ones are."""
    blocks = document.blocks
    n = len(blocks)
    codes = np.frombuffer((document.text + "\n\n").encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = _classes()[np.minimum(codes, 0xFFFF)]
    starts, ends = np.array(blocks.starts, np.int64), np.array(blocks.ends, np.int64)
    offsets = np.stack([starts, ends], axis=1).ravel()
    chars = np.maximum(ends - starts, 1)
    found: dict[str, Floats] = {"chars": chars.astype(np.float32)}
    after_space = np.empty(len(bits), bool)
    after_space[0] = True
    after_space[1:] = bits[:-1] & (_SPACE | _CLOSER) != 0
    flags = {
        "upper": bits & _UPPER,
        "digits": bits & _DIGIT,
        "ends": bits & _END,
        "commas": bits & _COMMA,
        "money": bits & _MONEY,
        "signs": bits & _SIGN,
        "capitals": (bits & _UPPER).astype(bool) & after_space,
    }
    for name, flag in flags.items():
        counted = np.add.reduceat(flag != 0, offsets, dtype=np.int32)[::2] if n else np.zeros(0)
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


def _add_own(columns: _Columns, blocks: Blocks, own: _Own, letters: Mapping[str, Floats]) -> None:
    words, chars = np.maximum(own.words, 1), letters["chars"]
    columns.add("log words", np.log1p(own.words))
    columns.add("link share", own.link)
    columns.add("chars a word", np.minimum(chars / words, 30))
    columns.add("prose", own.prose)
    columns.add("sentence", np.array(blocks.sentences, bool))
    columns.add("apart", np.array(blocks.apart, bool))
    for name in ("upper", "digits", "signs", "money"):
        columns.add(f"{name} a char", letters[name] / chars)
    for name in ("ends", "commas", "capitals"):
        columns.add(f"{name} a word", np.minimum(letters[name] / words, 3))
    columns.add("log ends", np.log1p(letters["ends"]))
    for name in ("end", "colon", "first upper", "first digit"):
        columns.add(name, letters[name])
    columns.add("log copies", np.log(own.copies))
    first = {key: i for i, key in zip(range(len(blocks) - 1, -1, -1), reversed(blocks.keys), strict=True)}
    columns.add("seen above", np.array([first[key] < i for i, key in enumerate(blocks.keys)], bool))
    number = {kind: i for i, kind in enumerate(_KINDS)}
    kinds = np.array([number[kind] for kind in blocks.kinds], np.int64)
    columns.add_all([f"kind {kind}" for kind in _KINDS], kinds[None, :] == np.arange(len(_KINDS))[:, None])


# --------------------------------------------------------------------------
# places, neighbours, companies in the order of the text


def _add_position(columns: _Columns, own: _Own, total: Numbers) -> None:
    """How much of the page, and of its prose, comes before; how far the next prose is."""
    n = len(own.words)
    index = np.arange(n)
    columns.add("place", (index + 0.5) / max(n, 1))
    columns.add("log from top", np.log1p(index))
    columns.add("log from end", np.log1p(n - 1 - index))
    before = np.cumsum(own.sums[_PROSE]) - own.sums[_PROSE]
    columns.add("prose before", before / max(total[_PROSE, 0], 1))
    words = np.cumsum(own.words) - own.words
    columns.add("words before", words / max(total[_WORDS, 0], 1))
    columns.add("log prose before", np.log1p(before))
    columns.add("log prose after", np.log1p(np.maximum(total[_PROSE, 0] - before - own.sums[_PROSE], 0)))
    is_prose = own.sums[_PROSE] > 0
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


def _add_neighbours(columns: _Columns, own: _Own) -> None:
    """The next two blocks to either side."""
    facts = np.stack([np.log1p(own.words), own.link, own.prose, own.heading, own.ends, own.doubt >= _DOUBT])
    names = ("log words", "link share", "prose", "heading", "end", "doubted")
    n = facts.shape[1]
    padded = np.pad(facts, ((0, 0), (2, 2)), constant_values=-1)
    for by in (-2, -1, 1, 2):
        columns.add_all([f"{name} at {by:+d}" for name in names], padded[:, 2 + by : 2 + by + n])


def _sequences(sums: Numbers) -> dict[str, Numbers]:
    """Sums over the blocks around, before and after."""
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


def _sections(columns: _Columns, own: _Own) -> dict[str, Numbers]:
    """Sums over the section under a heading and over runs of alike blocks."""
    section = np.cumsum(own.heading, dtype=np.int64)
    linked = _runs(own.link > 0.5)
    short = _runs(own.words <= _SHORT)
    found = {"section": _grouped(own.sums, section), "link run": _grouped(own.sums, linked)}
    found["short run"] = _grouped(own.sums, short)
    if len(own.words):
        first = np.zeros(section[-1] + 1, np.int64)
        first[section[::-1]] = np.arange(len(section))[::-1]
        columns.add("log since heading", np.log1p(np.arange(len(section)) - first[section]))
        columns.add("heading link share", own.link[first[section]])
        columns.add("heading doubt", own.doubt[first[section]])
    else:
        columns.add_all(["log since heading", "heading link share", "heading doubt"], np.zeros((3, 0)))
    return found


def _runs(state: Numbers) -> Ints:
    changed = np.zeros(len(state), np.int64)
    if len(state):
        changed[1:] = state[1:] != state[:-1]
    return np.cumsum(changed)


def _grouped(sums: Numbers, group: Ints) -> Numbers:
    """For each block the sums over all blocks of its group: (sums, blocks)."""
    return _binned(sums, group, int(group.max(initial=-1)) + 1)[:, group]


def _binned(sums: Numbers, group: Ints, size: int) -> Numbers:
    """Sums by group: (sums, groups)."""
    rows = len(sums)
    flat = (group[None, :] + size * np.arange(rows)[:, None]).ravel()
    return np.bincount(flat, sums.ravel(), rows * size).reshape(rows, size)


def _described(sums: Numbers, total: Numbers) -> Floats:
    """Companies (companies, sums, blocks) as measures: (companies * measures, blocks)."""
    sums = sums.astype(np.float32)
    words = np.maximum(sums[:, _WORDS], 1)
    blocks = np.maximum(sums[:, _BLOCKS], 1)
    measures = np.empty((len(sums), len(_MEASURES), sums.shape[2]), np.float32)
    np.log1p(sums[:, [_WORDS, _BLOCKS]], out=measures[:, :2])
    shares = [_LINKED, _PROSE, _DOUBTED, _SENTENCES, _REPEATED, _OUTSIDE, _COMMENTS]
    np.divide(sums[:, shares], words[:, None], out=measures[:, 2:9])
    np.divide(sums[:, [_SHORTS, _HEADINGS]], blocks[:, None], out=measures[:, 9:11])
    measures[:, 11] = np.minimum(sums[:, _DIGITS] / words, 5)
    measures[:, 12] = np.log1p(words / blocks)
    measures[:, 13:] = sums[:, [_WORDS, _PROSE]] / np.maximum(total[[_WORDS, _PROSE]], 1)
    return measures.reshape(-1, sums.shape[2])


# --------------------------------------------------------------------------
# companies by markup


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Of each element: its tag's number, numbers of those that look alike, depth, bits of the tags around, its name."""

    tag: Ints
    path: Ints  # tags and classes from the root
    names: Ints  # tags without classes
    short: Ints  # the last three tags with classes
    depth: Ints
    bits: Ints
    own: Ints  # place of the name in _OWN_TAGS, -1 for others


def _shapes(tree: Tree, parents: Ints) -> _Shapes:
    """All ways from the root at once: in each round every element learns of twice as many ancestors."""
    numbers: dict[int, int] = {}
    tag = np.array([numbers.setdefault(key, len(numbers)) for key in map(id, tree.tags)], np.int64)
    bit = {name: 1 << n for n, name in enumerate(_TAG_BITS)}
    place = {name: n for n, name in enumerate(_OWN_TAGS)}
    names_of: dict[str, int] = {}
    facts = np.array(
        [
            (
                bit.get(one.name, 0) | (_HIDDEN if one.hidden else 0),
                names_of.setdefault(one.name, len(names_of)),
                place.get(one.name, -1),
            )
            for one in {id(one): one for one in tree.tags}.values()
        ],
        np.int64,
    )[tag]
    facts[0, 0] = 0  # the names of the root speak of the page
    up = np.maximum(parents, 0)
    depth = (parents >= 0).astype(np.int64)
    bits = facts[:, 0].copy()
    hashes = np.stack([tag + 1, facts[:, 1] + 1]) * depth
    factor = _BASE
    jump = up
    while jump.any():
        depth = depth + depth[jump]
        bits |= bits[jump]
        hashes = hashes + factor * hashes[:, jump]
        factor = factor * factor & _MASK
        jump = jump[jump]
    short = ((tag[up[up]] + 1) * (depth > 1) << 20 | tag[up]) << 20 | tag
    return _Shapes(tag, hashes[0], hashes[1], short, depth, bits, facts[:, 2])


def _markup(columns: _Columns, blocks: Blocks, own: _Own, tree: Tree) -> dict[str, Numbers]:
    """Containers, siblings, blocks of the same path; the tags around; the place relative to the main element."""
    element = np.array(blocks.elements, np.int64)
    ends = np.array(tree.ends, np.int64)
    parents = np.array(tree.parents, np.int64)
    shapes = _shapes(tree, parents)
    upto = np.zeros((len(own.sums), len(tree) + 1))
    np.cumsum(_binned(own.sums, element, len(tree)), axis=1, out=upto[:, 1:])
    below = upto[:, ends] - upto[:, :-1]  # sums over each element and its descendants
    _add_tags(columns, shapes, element)
    found: dict[str, Numbers] = {}
    for name, ids in (("path", shapes.path), ("names", shapes.names), ("short path", shapes.short)):
        _, group = np.unique(ids[element], return_inverse=True)
        found[name] = _grouped(own.sums, group)
        if name == "path":
            found["path run"] = _grouped(own.sums, _runs(group))
    top = _tops(parents, below[_BLOCKS])
    inner = below[_BLOCKS, element] > 1
    container = np.where(inner, element, np.maximum(parents[top[element]], 0))
    part = np.where(inner, element, top[element])
    # elements with the same parent and the same start tag
    _, sibling = np.unique((parents + 1) << 24 | shapes.tag, return_inverse=True)
    alike = np.bincount(sibling)
    of_siblings = _binned(below, sibling, len(alike))
    children = np.bincount(parents + 1, minlength=len(tree) + 1)
    for level in range(1, _LEVELS + 1):
        found[f"container {level}"] = below[:, container]
        if level <= 3:
            found[f"siblings {level}"] = of_siblings[:, sibling[part]]
            columns.add(f"log siblings {level}", np.log1p(alike[sibling[part]]))
            columns.add(f"log children {level}", np.log1p(children[container + 1]))
            before = upto[_BLOCKS, part] - upto[_BLOCKS, container]
            columns.add(f"place in {level}", before / np.maximum(below[_BLOCKS, container], 1))
            columns.add(f"depth {level}", shapes.depth[container])
        part = top[container]
        container = np.maximum(parents[part], 0)
    for share in (0.5, 0.8):
        found[f"around main {share}"] = _add_main(columns, tree, below, element, share)
    return found


def _add_tags(columns: _Columns, shapes: _Shapes, element: Ints) -> None:
    bits = shapes.bits[element]
    columns.add("depth", shapes.depth[element])
    around = (bits[None, :] >> np.arange(len(_TAG_BITS) + 1)[:, None]) & 1
    columns.add_all([*(f"in {name}" for name in _TAG_BITS), "hidden"], around)
    own = shapes.own[element]
    columns.add_all([f"tag {name}" for name in _OWN_TAGS], own[None, :] == np.arange(len(_OWN_TAGS))[:, None])


def _tops(parents: Ints, count: Numbers) -> Ints:
    """For each element the outermost one that holds no more blocks."""
    up = np.maximum(parents, 0)
    tops = np.where(count[up] == count, up, np.arange(len(parents)))
    while True:
        further = tops[tops]
        if np.array_equal(further, tops):
            return tops
        tops = further


def _add_main(columns: _Columns, tree: Tree, below: Numbers, element: Ints, share: float) -> Numbers:
    """The place relative to the deepest element with ``share`` of the prose; sums over what holds both."""
    enough = np.flatnonzero(below[_PROSE] >= share * below[_PROSE, 0])
    main = int(enough[-1]) if len(enough) and below[_PROSE, 0] else 0
    way = list(tree.way(main))[::-1]
    size = below[_BLOCKS][way]
    steps = list(accumulate((a != b for a, b in zip(size[1:], size[:-1], strict=True)), initial=0))
    common = np.zeros(len(tree), np.int64)
    step = np.zeros(len(tree), np.int64)
    for outer, number in zip(way, steps, strict=True):
        common[outer : tree.ends[outer]] = outer
        step[outer : tree.ends[outer]] = number
    up = steps[-1] - step[element]
    columns.add(f"up to main {share}", up)
    inside = np.flatnonzero((element >= main) & (element < tree.ends[main]))
    index = np.arange(len(element))
    first, last = (inside[0], inside[-1]) if len(inside) else (0, len(element) - 1)
    columns.add(f"log above main {share}", np.log1p(np.maximum(first - index, 0)))
    columns.add(f"log below main {share}", np.log1p(np.maximum(index - last, 0)))
    columns.add(f"main {share} holds", np.full(len(element), below[_BLOCKS, main] / max(len(element), 1)))
    columns.add(f"main {share} depth", np.full(len(element), float(len(way))))
    return below[:, common[element]]
