"""Features by the words in the class and id names of the elements around a block.

What a name is worth was learned: `NameOdds` holds for each word the log-odds of content of the blocks in elements
whose names contain it, relative to all names. Names are conventions of site builders and not words of a language, so
they hold in every language.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from cleaner._native import Library, library
from cleaner.model import Tag, Tree
from cleaner.scorer.groups import Floats, Ints
from cleaner.scorer.native_words import NativeNames

NAME_FEATURES = tuple(f"names {level}: {name}" for level in ("1", "2", "3", "4+") for name in ("least", "mean", "most"))
"""The names of the features, for each of the innermost three elements and for all further ones together."""

_WORD = re.compile(r"\n|[A-Z]?[a-z]{2,24}|[A-Z]{2,24}")  # a word; names are separated by \n
_LEVELS = 3
_MEMO_NAMES = 20_000
_Odds = tuple[float, float, float, int]
_NOTHING: _Odds = (0.0, 0.0, 0.0, 0)


class NameOdds(dict[str, float]):
    """The log-odds of words in names, with memos of names and of start tags: sites repeat theirs on every page."""

    def __init__(self, odds: Mapping[str, float] | None = None) -> None:
        super().__init__(odds or {})
        self._names: dict[str, _Odds] = {}
        self._tags: dict[Tag, _Odds] = {}
        self._native: NativeNames | None = None

    def __reduce__(self) -> tuple[type[NameOdds], tuple[dict[str, float]]]:
        return NameOdds, (dict(self),)

    def of_name(self, name: str) -> _Odds:
        """Least, sum and most of the log-odds of the known words of a name, and their number; zeros without one."""
        found = self._names.get(name)
        return self._learn([name])[name] if found is None else found

    def _learn(self, names: Collection[str]) -> dict[str, _Odds]:
        """What names that were not seen before are worth, by name. One search over all costs less than one each."""
        found = {}
        for name, words in zip(names, _words_in(names), strict=True):
            known = [self[word] for word in words if word in self]
            found[name] = (min(known), _added(known), max(known), len(known)) if known else _NOTHING
        if len(self._names) >= _MEMO_NAMES:
            self._names.clear()
        self._names.update(found)
        return found

    def of_tags(self, tree: Tree) -> Floats:
        """The same of all names of each of the start tags of a page. Shape: (4, tags)."""
        tags = tree.start_tags[0]
        core = library() if tags else None
        found = self._natively(core, tree) if core is not None else None
        return np.array(self._in_python(tags), np.float32).T if found is None else found

    def _natively(self, core: Library, tree: Tree) -> Floats | None:
        if self._native is None:
            self._native = NativeNames(core, self)
        return self._native.of_tags(tree.tag_names, len(tree.start_tags[0]))

    def _in_python(self, tags: Collection[Tag]) -> list[_Odds]:
        memo = self._tags
        if len(memo) >= _MEMO_NAMES:
            memo.clear()
        known = list(map(memo.get, tags))
        if None not in known:
            return known  # type: ignore[return-value]  # there is no None in it
        new = [tag for tag, odds in zip(tags, known, strict=True) if odds is None]
        names = {name for tag in new for name in (tag.id, *tag.classes, tag.role)} - self._names.keys()
        if names:
            self._learn(names)
        memo.update((tag, self._of_tag(tag)) for tag in new)
        return [memo[tag] for tag in tags]

    def _of_tag(self, tag: Tag) -> _Odds:
        get, of_name = self._names.get, self.of_name
        known = [found for name in (tag.id, *tag.classes, tag.role) if (found := get(name) or of_name(name))[3]]
        if len(known) < 2:
            return known[0] if known else _NOTHING
        least, total, most, count = zip(*known, strict=True)
        return min(least), _added(total), max(most), sum(count)


def _added(values: Iterable[float]) -> float:
    """The sum, one by one: `sum` makes up for what is lost in rounding, the native core does not."""
    total = 0.0
    for value in values:
        total += value
    return total


def words_of(tag: Tag) -> Iterator[str]:
    """The words in the class and id names of a start tag, in lower case, and its role."""
    for words in _words_in((tag.id, *tag.classes, tag.role)):
        yield from words


def _words_in(names: Iterable[str]) -> list[list[str]]:
    """The words of each name, in lower case."""
    joined = "\n".join([name.replace("\n", " ") for name in names])
    return [words.split() for words in " ".join(_WORD.findall(joined)).lower().split("\n")]


def name_columns(tree: Tree, elements: Sequence[int], odds: NameOdds) -> Floats:
    """The features `NAME_FEATURES` of all blocks. Shape: (features, blocks)."""
    numbers = tree.start_tags[1]
    least, total, most, count = odds.of_tags(tree).take(np.array(numbers, np.int64), axis=1)
    parents = np.array(tree.parents, np.int64)
    up = np.where(parents >= 0, parents, 0)
    at = np.array(elements, np.int64)
    rows: list[Floats] = []
    is_there = np.ones(len(at), bool)
    for _ in range(_LEVELS):
        rows += [part * is_there for part in (least[at], total[at] / np.maximum(count[at], 1), most[at])]
        is_there = is_there & (parents[at] >= 0)
        at = up[at]
    least, total, most, count = _upwards(up, least, total, most, count)
    rows += [part * is_there for part in (least[at], total[at] / np.maximum(count[at], 1), most[at])]
    return np.stack(rows)


def _upwards(up: Ints, least: Floats, total: Floats, most: Floats, count: Floats) -> tuple[Floats, ...]:
    """The same over each element and all its ancestors: each round doubles how many are covered."""
    total, count = total.copy(), count.copy()
    total[:1] = count[:1] = 0  # the root would be counted again in each round
    jump = up
    while jump.any():
        least, most = np.minimum(least, least.take(jump)), np.maximum(most, most.take(jump))
        total, count = total + total.take(jump), count + count.take(jump)
        jump = jump[jump]
    return least, total, most, count
