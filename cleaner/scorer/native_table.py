"""The table of features by the native core: the same values as those of `cleaner.scorer.table`, to the last bit.

The core computes only the features that a model reads. Logarithms stay with numpy, and so does what reads words: votes,
names and declarations. A plan says which row of the table each feature is; it is made once for each model.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner._native import Library
from cleaner._native.characters import UTF32
from cleaner.declared import declared
from cleaner.model import COMMENTS, REGION, Document, Kind, Tree
from cleaner.scorer.block_features import character_classes
from cleaner.scorer.columns import VOTE, Columns, Table
from cleaner.scorer.groups import GROUP_FEATURES, Floats, Ints
from cleaner.scorer.layout import add_line_ends, size_classes
from cleaner.scorer.markup import tag_facts
from cleaner.scorer.names import NameOdds
from cleaner.scorer.said import add_said
from cleaner.scorer.wording import WORDING_FEATURES, WordOdds, wording_columns

_LOG_FEATURES = ("log words", "log blocks", "words a block")  # of groups
_KINDS = {kind: n for n, kind in enumerate(Kind)}
INEXACT = "page: link share"
"""The feature that the core does not have: numpy sums the words in links of a whole page in pairs."""

_FIRST_OF_PAGES, _FIRST_GROUP_OF_PAGES = "depth", "path"
_OF_TEXTS = (("sure", "log sure"), ("indent", "evenly set"))  # the first and the last column of each range
_GROUPS_OF_TEXTS = ("chunk 2", "layout")


_PACKED = frozenset((
    "codes", "starts", "ends", "prose", "sentences", "apart", "kinds", "keys",
    "element", "parents", "element_ends", "tag",
))  # fmt: skip
"""The arguments that are given as bytes; the others are addresses of arrays."""


class Arguments(ctypes.Structure):
    """The arguments of `cleaner_table`, see ``struct table`` in ``cleaner/_native/table.h``."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("n", "length", "different_keys", "is_page", "elements", "tags")),
        *(
            (name, ctypes.c_char_p if name in _PACKED else ctypes.c_void_p)
            for name in (
                "codes", "classes", "starts", "ends", "words", "log_words", "links", "prose", "sentences", "apart",
                "kinds", "keys", "votes", "region", "comments", "sizes", "element", "parents", "element_ends", "tag",
                "tag_facts", "odds", "column_rows", "group_rows", "out", "wide", "above",
            )
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the features of a model go, by the rows of the table. Wide rows are double: log1p first, then log."""

    column_rows: NDArray[np.int32]
    group_rows: NDArray[np.int32]
    log1p: Ints
    log: Ints
    wide_log1p: Ints
    wide_log: Ints
    votes: tuple[tuple[str, int], ...]
    others: Mapping[str, int]
    """Features that Python computes."""


def native_table(
    core: Library,
    document: Document,
    votes: Mapping[str, Floats],
    names: NameOdds,
    words: WordOdds,
    wanted: tuple[str, ...],
) -> Table | None:
    """The features ``wanted`` of all blocks, or None if the core can't compute them all.

    ``votes`` are the sums of scores by category (`cleaner.scorer.block_features.category_votes`).
    """
    tree = document.blocks.tree
    plan = _plan(core, wanted, tree is not None)
    if plan is None or any(name not in votes for name, _ in plan.votes):
        return None
    n = len(document.blocks)
    out = np.empty((len(wanted), n), np.float32)
    wide = np.empty((len(plan.wide_log1p) + len(plan.wide_log), n))
    above = np.empty(n, np.int64)
    held = _arrays(document, votes) | (_of_tags(tree, names) if tree else {})
    held |= {"column_rows": plan.column_rows, "group_rows": plan.group_rows, "out": out, "wide": wide, "above": above}
    numbers = {"n": n, "length": len(document.text), "is_page": tree is not None, "different_keys": n}
    if tree:
        numbers |= {"elements": len(tree), "tags": len(tree.start_tags[0])}
    pointers = {name: array.ctypes.data for name, array in held.items()}
    arguments = Arguments(**numbers, **pointers, **_packed(document))
    if core.table(ctypes.addressof(arguments)):
        return None
    out[plan.log1p] = np.log1p(out[plan.log1p])
    out[plan.log] = np.log(out[plan.log])
    first = len(plan.wide_log1p)
    out[plan.wide_log1p] = np.log1p(wide[:first])
    out[plan.wide_log] = np.log(wide[first:])
    for name, row in plan.votes:
        out[row] = votes[name]
    return Table(wanted, out) if _add_others(document, plan.others, above, words, out) else None


def _arrays(document: Document, votes: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    """The arrays that the core reads of any document."""
    blocks = document.blocks
    words = np.array(blocks.words, np.float32)
    held: dict[str, NDArray[Any]] = {
        "classes": character_classes(),
        "words": words,
        "log_words": np.log1p(words),
        "votes": votes["sum"],
        "region": votes[REGION],
        "comments": votes[COMMENTS],
    }
    if blocks.links:
        held["links"] = np.array(blocks.links, np.float32)
    if blocks.tree is None:
        held["sizes"] = size_classes(words)
    return held


def _packed(document: Document) -> dict[str, bytes]:
    """The columns that the core reads of the blocks of a document, and of the elements of a page."""
    blocks, tree = document.blocks, document.blocks.tree
    numbers = dict(zip(blocks.keys, range(len(blocks)), strict=True))
    packed = {
        "codes": (document.text + "\n\n").encode(UTF32, "surrogatepass"),
        "starts": _long(blocks.starts),
        "ends": _long(blocks.ends),
        "prose": bytes(blocks.prose),
        "sentences": bytes(blocks.sentences),
        "apart": bytes(blocks.apart),
        "kinds": bytes(map(_KINDS.__getitem__, blocks.kinds)),
        "keys": struct.pack(f"{len(blocks)}i", *map(numbers.__getitem__, blocks.keys)),
    }
    if tree:
        of_elements = {"parents": tree.parents, "element_ends": tree.ends, "tag": tree.start_tags[1]}
        packed |= {"element": _long(blocks.elements), **{name: _long(of) for name, of in of_elements.items()}}
    return packed


def _long(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"{len(numbers)}q", *numbers)


def _of_tags(tree: Tree, names: NameOdds) -> dict[str, NDArray[Any]]:
    """The arrays that the core reads of the start tags of a page."""
    facts = np.ascontiguousarray(tag_facts(tree.start_tags[0]))
    return {"tag_facts": facts, "odds": np.ascontiguousarray(names.of_tags(tree))}


def _add_others(document: Document, rows: Mapping[str, int], above: Ints, words: WordOdds, out: Floats) -> bool:
    """Add the features that Python computes; false if it does not know one of them either."""
    if not rows:
        return True
    columns = Columns(rows)
    if document.blocks.tree is None:
        add_line_ends(columns, above)
        if columns.wants(*WORDING_FEATURES):
            columns.add_all(WORDING_FEATURES, wording_columns(document.blocks.folded, words))
    else:
        add_said(columns, document.blocks, declared(document.source))
    if not rows.keys() <= {*columns.names}:
        return False
    found = columns.table()
    chosen = [i for i, name in enumerate(found.names) if name in rows]
    out[[rows[found.names[i]] for i in chosen]] = found.values[chosen]
    return True


@lru_cache(maxsize=16)
def _plan(core: Library, wanted: tuple[str, ...], is_page: bool) -> _Plan | None:
    """The plan for the features ``wanted``; None if the core does not have one of them, or another structure."""
    if core.table_size != ctypes.sizeof(Arguments) or INEXACT in wanted or len({*wanted}) < len(wanted):
        return None
    at = {name: i for i, name in enumerate(wanted)}
    columns = _own(list(core.columns), is_page, _FIRST_OF_PAGES, _OF_TEXTS)
    groups = _own(core.groups, is_page, _FIRST_GROUP_OF_PAGES, (_GROUPS_OF_TEXTS,))
    group_names = {name: [f"{name}: {feature}" for feature in GROUP_FEATURES] for name in groups}
    forms = {name: core.columns[name] for name in columns if name in at}
    wide = [name for form in "LN" for name, own in forms.items() if own == form]
    row_of = {**{name: at[name] for name in forms}, **{name: n for n, name in enumerate(wide)}}
    logs = [name for group in groups for name in (f"{group}: {feature}" for feature in _LOG_FEATURES) if name in at]
    known = {*forms, *(name for names in group_names.values() for name in names)}
    votes = tuple((name.removeprefix(VOTE), row) for name, row in at.items() if name.startswith(VOTE))
    return _Plan(
        np.array([row_of.get(name, -1) for name in core.columns], np.int32),
        np.array([at.get(name, -1) for group in core.groups for name in group_names.get(group, [""] * 15)], np.int32),
        _rows(at, [name for name, form in forms.items() if form == "l"] + logs),
        _rows(at, [name for name, form in forms.items() if form == "n"]),
        _rows(at, [name for name in wide if forms[name] == "L"]),
        _rows(at, [name for name in wide if forms[name] == "N"]),
        votes,
        {name: row for name, row in at.items() if name not in known and not name.startswith(VOTE)},
    )


def _own(names: Sequence[str], is_page: bool, first: str, of_texts: Sequence[tuple[str, str]]) -> list[str]:
    """The names that a page has, or a text; the core lists those of pages last."""
    names = list(names)
    page = (*names[names.index(first) :], *(["page"] if "page" in names else []))
    text = [name for a, b in of_texts for name in names[names.index(a) : names.index(b) + 1]]
    other = {*text} if is_page else {*page} - {"page"}
    return [name for name in names if name not in other]


def _rows(at: Mapping[str, int], names: Sequence[str]) -> Ints:
    return np.array([at[name] for name in names], np.int64)
