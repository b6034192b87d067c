"""The features of the blocks of a document: one table, for training and at run time.

Features are shapes, positions, repetition, markup, and the marks of the rules. Plain text has little else, so there the
words of the lines are features, too (`cleaner.scorer.wording`).
A block is described by itself, by its neighbours, and by the *groups* of blocks that contain it:
containers of the page, siblings, blocks with the same path, runs, the section under a heading, everything before and
after. All groups have the same features, so the table takes a few array operations for any number of blocks.

On WCXB the most important features are the position relative to the prose, then the containers and the groups of
similar blocks, then repetition (bench/README.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from cleaner._native import library
from cleaner.declared import declared
from cleaner.model import REGION, Document, Mark
from cleaner.scorer.block_features import BlockFeatures, add_block, category_votes, character_counts
from cleaner.scorer.columns import VOTE, Columns, Table
from cleaner.scorer.groups import GROUP_FEATURES, group_features
from cleaner.scorer.layout import add_layout
from cleaner.scorer.markup import add_markup
from cleaner.scorer.names import NAME_FEATURES, NameOdds, name_columns
from cleaner.scorer.native_table import native_table
from cleaner.scorer.order import add_neighbours, add_position, add_sections, add_sure, sequences
from cleaner.scorer.said import add_said
from cleaner.scorer.wording import WORDING_FEATURES, WordOdds, wording_columns


def block_table(
    document: Document,
    marks: Sequence[Mark] = (),
    categories: Sequence[str] = (),
    names: NameOdds | None = None,
    wanted: Collection[str] | None = None,
    words: WordOdds | None = None,
) -> Table:
    """The features of all blocks. ``marks`` are the marks of the rules so far, if there are any.

    The votes of each of ``categories`` are a feature: those that a model reads (`Model.categories`), or in training
    all there are. ``names`` and ``words`` are what names in markup and words of a text are worth. ``wanted`` are the
    names of the features that must be in the table, by default all; others are left out where that saves time.

    The work is linear in the number of characters, blocks and elements.
    """
    blocks = document.blocks
    n = len(blocks)
    if not n:
        return Table((), np.zeros((0, 0), np.float32))
    if blocks.tree is None:  # what is said of the ends of a text is evidence apart from the scorer's
        marks = [mark for mark in marks if mark.category != REGION]
    votes = category_votes(blocks, marks, categories)
    core = library() if wanted is not None else None
    if core is not None:
        found = native_table(core, document, votes, names or NameOdds(), words or WordOdds(), tuple(wanted or ()))
        if found is not None:
            return found
    columns = Columns(wanted)
    characters = character_counts(document)
    features = BlockFeatures.of(blocks, votes, characters)
    add_block(columns, blocks, features, characters)
    columns.add_all([f"{VOTE}{name}" for name in votes], np.array(list(votes.values())))
    sums = features.sums
    total = sums.sum(axis=1, keepdims=True)
    add_position(columns, features, total)
    add_neighbours(columns, features)
    if blocks.tree is None:
        add_sure(columns, features)
    groups = {**sequences(sums), **add_sections(columns, features)}
    if blocks.tree is None:
        groups |= add_layout(columns, document, features, characters)
        if columns.wants(*WORDING_FEATURES):
            columns.add_all(WORDING_FEATURES, wording_columns(blocks.folded, words or WordOdds()))
    else:
        groups |= add_markup(columns, blocks, features, blocks.tree)
        add_said(columns, blocks, declared(document.source))
        columns.add_all(NAME_FEATURES, name_columns(blocks.tree, blocks.elements, names or NameOdds()))
    columns.add_all(_names(tuple(groups)), group_features(np.array(list(groups.values()), np.float32), total))
    page = np.repeat(group_features(total[None], total), n, axis=1)
    columns.add_all(_names(("page",))[:-2], page[:-2])
    return columns.table()


@lru_cache(maxsize=8)
def _names(groups: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the features of groups."""
    return tuple([f"{group}: {name}" for group in groups for name in GROUP_FEATURES])
