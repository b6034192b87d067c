"""Features by what the page says of itself: its types, and where its title, description and article text are.

All of them are 0 where a page says nothing.
"""

from __future__ import annotations

import numpy as np

from cleaner.declared import ARTICLES, Declared, is_thread
from cleaner.fold import squeeze
from cleaner.model import Blocks
from cleaner.scorer.columns import Columns
from cleaner.scorer.groups import Floats

_PRODUCTS = frozenset(
    ("product", "productgroup", "offer", "aggregateoffer", "og:product", "og:product.group", "og:product.item")
)
_LISTS = frozenset(("collectionpage", "searchresultspage", "og:website", "faqpage"))
_END_LENGTH = 30  # characters at the start or end of a block that are looked for if the whole is not found
_MIN_WORDS = 3  # shorter blocks are found anywhere


def add_said(columns: Columns, blocks: Blocks, said: Declared) -> None:
    """Add the types of the page, and for each block whether the page repeats it in its declarations."""
    n = len(blocks)
    types = said.types
    for name, is_so in (
        ("og article", "og:article" in types),
        ("article", not (ARTICLES - {"og:article"}).isdisjoint(types)),
        ("thread", is_thread(said)),
        ("product", not _PRODUCTS.isdisjoint(types)),
        ("list", not _LISTS.isdisjoint(types)),
        ("body", bool(said.bodies)),
    ):
        columns.add(f"declares {name}", np.full(n, float(is_so)))
    within = _within(blocks, said.bodies)
    columns.add("in declared body", within)
    if columns.wants("log above declared body", "log below declared body"):
        found = np.flatnonzero(within > 0)
        first, last = (found[0], found[-1]) if len(found) else (n, n)
        index = np.arange(n)
        columns.add("log above declared body", np.log1p(np.clip(first - index, 0, None)) * bool(len(found)))
        columns.add("log below declared body", np.log1p(np.clip(index - last, 0, None)) * bool(len(found)))
    words = np.array(blocks.words, np.float32)
    columns.add("declared body share", np.full(n, (words * within).sum() / max(words.sum(), 1)))
    columns.add("in description", _within(blocks, said.descriptions))
    if columns.wants("like title"):
        columns.add("like title", _like(blocks, said.titles))


def _within(blocks: Blocks, texts: tuple[str, ...]) -> Floats:
    """1 for each block that is in one of ``texts``, .5 if only its start or end is, 0 for short and other blocks."""
    found = np.zeros(len(blocks), np.float32)
    if texts:
        whole = "\n".join(texts)
        for i, (folded, words) in enumerate(zip(blocks.folded, blocks.words, strict=True)):
            if words >= _MIN_WORDS:
                line = folded if folded.isprintable() else squeeze(folded)  # other signs than spaces are white space
                if line[:_END_LENGTH] in whole or line[-_END_LENGTH:] in whole:
                    found[i] = 1 if line in whole else 0.5
    return found


def _like(blocks: Blocks, titles: tuple[str, ...]) -> Floats:
    """How much each block has in common with the title it is most like.

    Common words by all words of both, or the length of one by that of the other if that contains it.
    """
    found = np.zeros(len(blocks), np.float32)
    names = [(title, frozenset(title.split())) for title in titles]
    most = 2 * max((len(title) for title in titles), default=0)
    known = frozenset[str]().union(*[words for _, words in names])
    for i, folded in enumerate(blocks.folded):
        if 1 < len(folded) <= most:
            own = frozenset(folded.split())
            if not own.isdisjoint(known) or not folded.isascii():  # words of scripts without spaces are whole lines
                found[i] = max(_alike(folded, own, title, words) for title, words in names)
    return found


def _alike(line: str, own: frozenset[str], title: str, words: frozenset[str]) -> float:
    if line in title:
        return len(line) / len(title)
    if title in line:
        return len(title) / len(line)
    common = len(own & words)
    return common / (len(own) + len(words) - common)
