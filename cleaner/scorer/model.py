"""The learned model at run time: boosted trees and small networks, averaged. Needs numpy only.

A file of a model is an ``.npz`` without pickled objects, written by `bench/train_scorer.py`:

* ``names``: the features it reads, in order; ``mean`` and ``scale``: of these features, for the networks;
* ``feature``, ``bound``, ``child``, ``value``, ``roots``: the nodes of all trees, one after the other. A node sends a
  block to ``child[i, 1]`` if its feature is greater than ``bound``, else to ``child[i, 0]``; a leaf is its own child;
* ``feature_direction``: the correlation of each feature with content, for the features that a reason names;
* ``name_words`` and ``name_odds``: words in class and id names, and what each is worth (`cleaner/scorer/names.py`);
* ``w{k}_{l}`` of shape (in, out) and ``b{k}_{l}``: layer l of network k;
* ``provenance``: command, data and date of the training (`cleaner/scorer/provenance.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner._native import Library, library
from cleaner.scorer.columns import VOTE, Table
from cleaner.scorer.groups import Floats, Ints
from cleaner.scorer.names import NameOdds
from cleaner.scorer.provenance import FIELD, Provenance
from cleaner.scorer.reasons import SILENT_AT_ZERO, in_words
from cleaner.scorer.wording import WordOdds

_FAR = 5.0  # standard deviations; larger distances are clipped
_CHUNK = 512  # blocks whose leaves are added together; another number would round sums differently
_STEP = 128  # blocks that go through the trees together, so that their places stay in the CPU cache
_WALKABLE = 16  # depth of trees that the native core walks
_LANES = 16  # LANES in trees.c

_ONE_THREAD = 262_144  # multiplications up to which OpenBLAS stays on one thread

_FEATURE = np.dtype([("number", np.int32), ("value", np.float32)])
"""A feature with its value."""

Network = tuple[tuple[Floats, Floats], ...]
"""Layers of weights (in, out) and biases (out,), with rectifiers between them."""


@dataclass(frozen=True)
class Trees:
    """Binary trees in shared node columns, with the root of each tree and the depth of the deepest."""

    feature: Ints
    bound: Floats
    child: Ints
    value: Floats
    roots: Ints
    depth: int

    @cached_property
    def _levels(self) -> list[tuple[Ints, Floats]]:
        """For each level of all trees, features and bounds of its nodes: place p has its children at 2p and 2p + 1.

        A leaf above the last level is repeated down to it. Blocks find their way without a table of children, and the
        tables of the first levels are small.
        """
        levels, node = [], self.roots
        for _ in range(self.depth):
            levels.append((self.feature[node].astype(np.intp), self.bound[node]))
            node = self.child[node].ravel()
        return [*levels, (node, self.value[node])]

    def sums(self, values: Floats) -> Floats:
        """The sum of the leaves that each block reaches; ``values`` has shape (blocks, features)."""
        rows = np.ascontiguousarray(values.T)
        core = library()
        if core is not None and self._is_packable and rows.dtype == np.float32 and len(rows) > self._most:
            sums = self._native_sums(core, rows)
            if sums is not None:
                return sums
        parts = [self._sums(rows, at) for at in range(0, len(values), _CHUNK)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    @cached_property
    def _most(self) -> int:
        """The highest number of a feature that a tree reads."""
        return int(self.feature.max(initial=-1))

    @cached_property
    def _is_packable(self) -> bool:
        """Whether the native core can walk these trees."""
        is_there = len(self.roots) > 0 and 0 < self.depth <= _WALKABLE and int(self.feature.min(initial=0)) >= 0
        return is_there and self.bound.dtype == np.float32 and self.value.dtype == np.float32

    @cached_property
    def _packed(self) -> tuple[NDArray[np.void], Floats]:
        """Nodes and leaves as `cleaner_trees` reads them: shape (trees, 2 ** depth)."""
        count, size = len(self.roots), 2**self.depth
        nodes = np.zeros((count, size), [("row", np.uint32), ("bound", np.float32)])
        *levels, (_, leaves) = self._levels
        for level, (features, bounds) in enumerate(levels):
            places = slice(2**level, 2 ** (level + 1))
            nodes["row"][:, places] = features.reshape(count, -1) * _LANES
            nodes["bound"][:, places] = bounds.reshape(count, -1)
        return nodes, np.ascontiguousarray(leaves.reshape(count, size))

    def _native_sums(self, core: Library, rows: Floats) -> Floats | None:
        """The same sums by the native core, None if it fails; ``rows`` has shape (features, blocks).

        numpy adds up the leaves of a chunk of one block in pairs and not in order, so that one stays with numpy.
        """
        count, n = rows.shape
        sums = np.empty(n, np.float32)
        nodes, leaves = self._packed
        size = (len(self.roots), self.depth)
        if core.trees(rows.ctypes.data, count, n, nodes.ctypes.data, leaves.ctypes.data, *size, sums.ctypes.data):
            return None
        if n % _CHUNK == 1:
            sums[-1:] = self._sums(rows, n - 1)
        return sums

    def _sums(self, rows: Floats, first: int) -> Floats:
        until = min(first + _CHUNK, rows.shape[1])
        parts = [self._leaves(rows, np.arange(at, min(at + _STEP, until))) for at in range(first, until, _STEP)]
        total: Floats = np.concatenate(parts, axis=1).sum(axis=0, dtype=np.float32)
        return total

    def _leaves(self, rows: Floats, blocks: Ints) -> Floats:
        """The leaves that ``blocks`` reach; ``rows`` has shape (features, blocks), the result (trees, blocks)."""
        flat, size = rows.ravel(), rows.shape[1]
        place = np.repeat(np.arange(len(self.roots))[:, None], len(blocks), axis=1)
        *levels, (_, leaves) = self._levels
        for feature, bound in levels:
            at = (feature * size).take(place)
            at += blocks
            is_greater = flat.take(at) > bound.take(place)
            place *= 2
            place += is_greater
        return leaves.take(place)


@dataclass(frozen=True)
class Model:
    """Log-odds of content: the mean of the trees' result and of the mean result of the networks."""

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    feature_direction: Floats
    trees: Trees
    networks: tuple[Network, ...]
    name_odds: NameOdds = field(default_factory=NameOdds)
    word_odds: WordOdds = field(default_factory=WordOdds)

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read a model. Raises `OSError` if it cannot be read, `KeyError` or `ValueError` if it is not a model."""
        with np.load(path, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        trees = Trees(
            held["feature"].astype(np.int32),
            held["bound"],
            held["child"].astype(np.int32),
            held["value"].astype(np.float32),
            held["roots"].astype(np.int32),
            int(held["depth"]),
        )
        names = tuple(held["names"].tolist())
        return cls(
            names,
            held["mean"],
            held["scale"],
            held["feature_direction"],
            trees,
            tuple(_networks(held)),
            _name_odds(held),
            _word_odds(held),
        )

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories whose sums of scores are features of the model, in the order of its features."""
        votes = (name.removeprefix(VOTE) for name in self.names if name.startswith(VOTE))
        return tuple(name for name in votes if name != "sum")

    def save(self, path: Path, provenance: Provenance | None = None) -> None:
        """Write the model, with weights and leaves in half precision. Raises `OSError`."""
        parts: dict[str, Any] = {
            f"{letter}{k}_{n}": values.astype(np.float16)
            for k, network in enumerate(self.networks)
            for n, layer in enumerate(network)
            for letter, values in zip("wb", layer, strict=True)
        }
        trees = self.trees
        parts |= {
            "names": np.array(self.names),
            "mean": self.mean,
            "scale": self.scale,
            "feature_direction": self.feature_direction,
            "feature": trees.feature.astype(np.int16),
            "bound": trees.bound,
            "child": trees.child.astype(np.uint16),
            "value": trees.value.astype(np.float16),
            "roots": trees.roots.astype(np.uint16),
            "depth": np.array(trees.depth),
            "name_words": np.array(list(self.name_odds), str),
            "name_odds": np.array(list(self.name_odds.values()), np.float16),
            "words": np.array(list(self.word_odds), np.uint32),
            "word_odds": np.array(list(self.word_odds.values()), np.float16),
        }
        if provenance:
            parts[FIELD] = provenance.as_array()
        np.savez_compressed(path, **parts)

    def log_odds(self, table: Table, chosen: Ints | None = None) -> Floats:
        """Log-odds of content for all blocks of ``table``, or for those in ``chosen``. Shape: (blocks,)."""
        values = table.select(self.names, chosen)
        by_trees = self.trees.sums(values)
        if not self.networks:
            return by_trees
        near = standardised(values, self.mean, self.scale)
        by_networks = np.mean([run(network, near) for network in self.networks], axis=0)
        joined: Floats = (by_trees + by_networks) / 2
        return joined

    @cached_property
    def _may_be_silent(self) -> list[bool]:
        """Which features give a reason only if they are not 0."""
        return [name in SILENT_AT_ZERO for name in self.names]

    @cached_property
    def _is_silent(self) -> NDArray[np.bool_]:
        return np.array(self._may_be_silent)

    @cached_property
    def _weights(self) -> Floats:
        """What reasons are made of: the mean of each feature, its scale, and its direction. Shape: (3, features)."""
        return np.stack([self.mean, self.scale, self.feature_direction])

    def reasons(self, table: Table, chosen: Ints, is_content: NDArray[np.bool_]) -> list[str]:
        """For each block in ``chosen``, the two features that contribute most to the decision, with their values.

        The contribution of a feature is its distance from the mean in standard deviations, times its correlation with
        content. This is a summary for readers: the trees and networks weigh features in their own way.
        """
        core = library()
        found = self._natively_most(core, table, chosen, is_content) if core is not None else None
        if found is None:
            found = self._most(table, chosen, is_content)
        different, places = np.unique(found.view(np.int64), return_inverse=True)  # many blocks share some
        features = different.view(_FEATURE)
        said = list(map(self._said, features["number"].tolist(), features["value"].tolist()))
        return [f"{said[first]}, {said[second]}" for first, second in places.reshape(-1, 2).tolist()]

    def _said(self, feature: int, value: float) -> str:
        """A feature with its value in words."""
        name = self.names[feature]
        return in_words(name, value) if self._may_be_silent[feature] else f"{name} {value:.2g}"

    def _most(self, table: Table, chosen: Ints, is_content: NDArray[np.bool_]) -> NDArray[np.void]:
        """The two features that contribute most to each decision, and their values. Shape: (chosen, 2)."""
        values = table.select(self.names, chosen)
        contributions = standardised(values, self.mean, self.scale) * self.feature_direction
        contributions[~is_content[chosen]] *= -1
        contributions[(values == 0) & self._is_silent] = -np.inf
        rows, found = np.arange(len(values)), np.empty((len(values), 2), _FEATURE)
        for column in found.T:
            column["number"] = contributions.argmax(axis=1)
            column["value"] = values[rows, column["number"]]
            contributions[rows, column["number"]] = -np.inf
        return found

    def _natively_most(
        self, core: Library, table: Table, chosen: Ints, is_content: NDArray[np.bool_]
    ) -> NDArray[np.void] | None:
        """The same by the native core; None if it can't read the table."""
        values, weights = table.values, self._weights
        fits = table.names == self.names and values.dtype == weights.dtype == np.float32
        if not (fits and values.flags.c_contiguous and len(chosen) and chosen.dtype == np.int64):
            return None
        found, scratch = np.empty((len(chosen), 2), _FEATURE), np.empty((len(chosen), 2), np.float32)
        shape, silent, stays = values.shape, self._is_silent, np.ascontiguousarray(is_content)
        arguments = weights.ctypes.data, silent.ctypes.data, chosen.ctypes.data, len(chosen), stays.ctypes.data
        failed = core.reasons(values.ctypes.data, *shape, *arguments, found.ctypes.data, scratch.ctypes.data)
        return None if failed else found


def standardised(values: Floats, mean: Floats, scale: Floats) -> Floats:
    """``values`` of shape (blocks, features) in standard deviations from the mean, clipped."""
    found = values - mean
    found /= scale
    return found.clip(-_FAR, _FAR, out=found)


def run(network: Network, at: Floats) -> Floats:
    """The output of a network for standardised features. Shape: (blocks,)."""
    for n, (weights, bias) in enumerate(network):
        at = _times(at, weights)
        at += bias
        if n + 1 < len(network):
            np.maximum(at, 0, out=at)
    log_odds: Floats = at[:, 0]
    return log_odds


def _times(values: Floats, weights: Floats) -> Floats:
    """The matrix product, in parts too small for a library to use threads: waiting threads cost more than they gain."""
    size = max(1, _ONE_THREAD // weights.size)
    if len(values) <= size:
        return values @ weights
    found = np.empty((len(values), weights.shape[1]), np.result_type(values, weights))
    for at in range(0, len(values), size):
        np.matmul(values[at : at + size], weights, out=found[at : at + size])
    return found


def _name_odds(held: Mapping[str, NDArray[Any]]) -> NameOdds:
    if "name_words" not in held:
        return NameOdds()
    odds = held["name_odds"].astype(np.float32).tolist()
    return NameOdds(dict(zip(held["name_words"].tolist(), odds, strict=True)))


def _word_odds(held: Mapping[str, NDArray[Any]]) -> WordOdds:
    if "words" not in held:
        return WordOdds()
    return WordOdds(dict(zip(held["words"].tolist(), held["word_odds"].astype(np.float32).tolist(), strict=True)))


def _networks(held: Mapping[str, NDArray[Any]]) -> list[Network]:
    networks: list[Network] = []
    while f"w{len(networks)}_0" in held:
        k = len(networks)
        layers: list[tuple[Floats, Floats]] = []
        while f"w{k}_{len(layers)}" in held:
            at = f"{k}_{len(layers)}"
            layers.append((held["w" + at].astype(np.float32), held["b" + at].astype(np.float32)))
        networks.append(tuple(layers))
    return networks
