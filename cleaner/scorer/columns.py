"""Tables of named features."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cleaner.scorer.groups import Floats, Ints, Numbers

VOTE = "vote "
"""The beginning of the names of features that are sums of scores, in total or of one category."""


@dataclass(frozen=True, slots=True)
class Table:
    """Features of the blocks of a document: ``values`` has shape (features, blocks)."""

    names: tuple[str, ...]
    values: Floats

    def select(self, names: Sequence[str], chosen: Ints | None = None) -> Floats:
        """The features named ``names`` of all blocks, or of those in ``chosen``. Shape: (blocks, features).

        Raises `KeyError` for an unknown name.
        """
        values = self.values if names == self.names else self.values[_places(self.names, tuple(names))]
        return values.T if chosen is None else values.take(chosen, axis=1).T


@lru_cache(maxsize=16)
def _places(held: tuple[str, ...], names: tuple[str, ...]) -> Ints:
    at = {name: i for i, name in enumerate(held)}
    return np.array([at[name] for name in names], np.int64)


class Columns:
    """Collects features with their names, one after the other: those in ``wanted``, or all.

    Whoever adds a feature that takes time asks first whether it is wanted. What is added together stays together.
    """

    def __init__(self, wanted: Collection[str] | None = None) -> None:
        self.names: list[str] = []
        self.parts: list[Floats] = []
        self._wanted = None if wanted is None else frozenset(wanted)

    def wants(self, *names: str) -> bool:
        """Whether any of ``names`` is wanted."""
        return self._wanted is None or not self._wanted.isdisjoint(names)

    def add(self, name: str, values: Numbers) -> None:
        if self._wanted is None or name in self._wanted:
            self.names.append(name)
            self.parts.append(values.astype(np.float32)[None, :])

    def add_all(self, names: Sequence[str], values: Numbers) -> None:
        self.names += names
        self.parts.append(values.astype(np.float32, copy=False))

    def table(self) -> Table:
        return Table(tuple(self.names), np.concatenate(self.parts))
