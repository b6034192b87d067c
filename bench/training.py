"""Fitting the learned scorer: choice of features, boosted trees, a network. Needs lightgbm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.learn_names import put_learned_names
from bench.learn_words import put_learned_words
from bench.scorer_pages import Page, kind_of, line_weights, of_sum
from cleaner.scorer.groups import Floats
from cleaner.scorer.model import Model, Trees, standardised
from cleaner.scorer.names import NameOdds
from cleaner.scorer.native_table import INEXACT
from cleaner.scorer.wording import WordOdds

FOLDS = 5
MOST_BLOCKS = 300  # of a page in one epoch of a network, drawn anew
SELECTION_BLOCKS, TREE_BLOCKS = {"html": 60, "text": 12}, {"html": 150, "text": 60}
"""Of a page or rendering, to choose features and to grow trees."""
BOOSTING = {
    "objective": "binary", "learning_rate": 0.06, "max_depth": 7, "min_data_in_leaf": 40,
    "feature_fraction": 0.25, "bagging_fraction": 0.5, "bagging_freq": 1, "lambda_l2": 5, "max_bin": 63,
    "verbose": -1, "seed": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
SELECTION_TREES, TREES = 80, {"html": 200, "text": 300}
LEAVES = {"html": 31, "text": 63}


def folds_of(pages: Sequence[Page]) -> NDArray[np.int64]:
    """The fold of each page; pages of one domain share one."""
    return folds_by_domain([page.domain for page in pages])


def folds_by_domain(domains: Sequence[str]) -> NDArray[np.int64]:
    """The fold of each page, whose domain is given; pages of one domain share one."""
    different = sorted(set(domains))
    np.random.default_rng(0).shuffle(different)
    fold = {domain: n % FOLDS for n, domain in enumerate(different)}
    return np.array([fold[domain] for domain in domains], np.int64)


def boosted(pages: Sequence[Page], chosen: Sequence[int], most: int, count: int, threads: int) -> Any:
    """Trees of LightGBM on at most ``most`` blocks of each page."""
    import lightgbm

    rng = np.random.default_rng(0)
    drawn = [np.sort(rng.permutation(len(page.labels))[:most]) for page in pages]
    columns = np.array(chosen, np.int64)
    values = np.concatenate([page.values[np.ix_(rows, columns)] for page, rows in zip(pages, drawn, strict=True)])
    labels = np.concatenate([page.labels[rows] for page, rows in zip(pages, drawn, strict=True)])
    weights = np.concatenate(
        [of_sum(line_weights(page)[rows], page.weight) for page, rows in zip(pages, drawn, strict=True)]
    )
    data = lightgbm.Dataset(values, labels, weight=weights * (len(weights) / weights.sum()))
    return lightgbm.train({**BOOSTING, "num_leaves": LEAVES[kind_of(pages[0])], "num_threads": threads}, data, count)


def choose_features(pages: Sequence[Page], count: int, threads: int) -> list[int]:
    """The ``count`` features that boosted trees gain most from, in the order of the table.

    One that the native core does not have is left out: for its sake the whole table would be made by Python.
    """
    every = [n for n, name in enumerate(pages[0].names) if name != INEXACT]
    gain = boosted(pages, every, SELECTION_BLOCKS[kind_of(pages[0])], SELECTION_TREES, threads).feature_importance(
        "gain"
    )
    return sorted(every[n] for n in np.argsort(-gain, kind="stable")[:count].tolist())


def as_arrays(booster: Any) -> Trees:
    """The trees of LightGBM as columns of nodes. Bounds are rounded down: features are single precision."""
    feature: list[int] = []
    bound: list[float] = []
    child: list[list[int]] = []
    value: list[float] = []
    roots: list[int] = []
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        at = len(feature)
        feature.append(node.get("split_feature", 0))
        bound.append(node.get("threshold", 0.0))
        value.append(node.get("leaf_value", 0.0))
        child.append([at, at])
        if "split_feature" in node:
            child[at] = [add(node["left_child"], depth + 1), add(node["right_child"], depth + 1)]
        return at

    for tree in booster.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"], 0))
    exact = np.array(bound)
    single = exact.astype(np.float32)
    single = np.where(single > exact, np.nextafter(single, np.float32(-np.inf)), single)
    return Trees(
        np.array(feature, np.int32), single, np.array(child, np.int32), np.array(value, np.float32),
        np.array(roots, np.int32), deepest,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one network is trained: hidden sizes, share of the loss that is 1 - F1 of the page, drop-out, seed."""

    sizes: tuple[int, ...]
    f1_share: float
    dropout: float
    seed: int
    epochs: int = 12
    rate: float = 2e-3
    decay: float = 1e-3
    batch: int = 24


class Network:
    """Fully connected layers with rectifiers, trained by Adam with decoupled decay (arXiv:1711.05101)."""

    def __init__(self, inputs: int, recipe: Recipe) -> None:
        self.recipe = recipe
        self.rng = np.random.default_rng(recipe.seed)
        sizes = (inputs, *recipe.sizes, 1)
        self.weights = [self.rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32) for a, b in pairwise(sizes)]
        self.weights[-1] *= 0.3
        self.biases = [np.zeros(size, np.float32) for size in sizes[1:]]
        self.moments = [[np.zeros_like(p) for p in (*self.weights, *self.biases)] for _ in range(2)]
        self.steps = 0

    def forward(self, at: Floats) -> tuple[list[Floats], list[Floats]]:
        """Values of all layers, and the masks of drop-out."""
        layers, masks = [at], []
        for n, (weights, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            at = layers[-1] @ weights + bias
            if n + 1 < len(self.weights):
                keep = self.rng.random(at.shape, dtype=np.float32) >= self.recipe.dropout
                masks.append(keep * np.float32(1 / (1 - self.recipe.dropout)))
                at = np.maximum(at, 0) * masks[-1]
            layers.append(at)
        return layers, masks

    def step(self, layers: list[Floats], masks: list[Floats], slope: Floats, rate: float) -> None:
        """Go down the slope of the loss by the output, shape (rows,)."""
        back: Floats = slope[:, None].astype(np.float32)
        by_weights: list[Floats] = []
        by_biases: list[Floats] = []
        for n in reversed(range(len(self.weights))):
            by_weights.insert(0, layers[n].T @ back)
            by_biases.insert(0, back.sum(0))
            if n:
                back = (back @ self.weights[n].T) * (layers[n] > 0) * masks[n - 1]
        self.steps += 1
        for p, g, m, v in zip((*self.weights, *self.biases), by_weights + by_biases, *self.moments, strict=True):
            np.add(m, 0.1 * (g - m), out=m)
            np.add(v, 0.001 * (g * g - v), out=v)
            step = m / (1 - 0.9**self.steps) / (np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)
            np.subtract(p, rate * (step + (self.recipe.decay * p if p.ndim == 2 else 0)), out=p)


def train_network(values: Sequence[Floats], pages: Sequence[Page], recipe: Recipe) -> tuple[tuple[Floats, Floats], ...]:
    """Layers of weights and biases; each page counts by its weight, its lines by the roots of their words."""
    network = Network(values[0].shape[1], recipe)
    rng = np.random.default_rng(recipe.seed + 1000)
    batches = -(-len(pages) // recipe.batch)
    steps, done = recipe.epochs * batches, 0
    roots = [line_weights(page) for page in pages]
    for _ in range(recipe.epochs):
        for batch in np.array_split(rng.permutation(len(pages)), batches):
            rows = [rng.permutation(len(pages[i].labels))[:MOST_BLOCKS] for i in batch]
            group = np.repeat(np.arange(len(batch)), [len(r) for r in rows])
            layers, masks = network.forward(np.concatenate([values[i][r] for i, r in zip(batch, rows, strict=True)]))
            labels = np.concatenate([pages[i].labels[r] for i, r in zip(batch, rows, strict=True)]).astype(np.float32)
            size = np.concatenate([_counted_words(pages[i])[r] for i, r in zip(batch, rows, strict=True)])
            weight = np.concatenate([roots[i][r] for i, r in zip(batch, rows, strict=True)])
            wanted = np.array([pages[i].weight for i in batch], np.float32)
            weight *= (wanted / np.maximum(np.bincount(group, weight, len(batch)), 1e-9))[group]
            slope = _slope(layers[-1][:, 0], labels, weight, size, group, recipe.f1_share) / len(batch)
            rate = recipe.rate * min(1, (done + 1) / 100) * (0.5 * (1 + np.cos(np.pi * done / steps)) + 0.01)
            network.step(layers, masks, slope, rate)
            done += 1
    return tuple(zip(network.weights, network.biases, strict=True))


def _counted_words(page: Page) -> Floats:
    """The words of each block, 0 where it is neutral."""
    words: Floats = page.words if page.neutral is None else np.where(page.neutral, 0, page.words)
    return words


def _slope(z: Floats, y: Floats, weight: Floats, size: Floats, group: NDArray[np.int64], f1_share: float) -> Floats:
    """Slope by the log-odds ``z`` of cross-entropy, less three times the pages' F1 in probabilities."""
    p = 1 / (1 + np.exp(-z))
    slope = (1 - f1_share) * weight * (p - y)
    if f1_share:
        hit = np.bincount(group, size * p * y)[group]
        both = np.bincount(group, size * (p + y))[group] + 1e-6
        has_gold = np.bincount(group, size * y)[group] > 0
        slope -= 3 * f1_share * has_gold * 2 * size * (y * both - hit) / both**2 * p * (1 - p)
    return slope


def fit(pages: Sequence[Page], recipes: Sequence[Recipe], count: int, threads: int, trees: int | None = None) -> Model:
    """A model of the pages that hold blocks; without a number of ``trees`` it has as many as the shipped ones."""
    pages = [page for page in pages if len(page.labels)]
    kind = kind_of(pages[0])
    name_odds = put_learned_names(pages) if kind == "html" else NameOdds()
    word_odds = put_learned_words(pages) if kind == "text" else WordOdds()
    chosen = choose_features(pages, count, threads)
    held = [page.values[:, chosen] for page in pages]
    every = np.concatenate(held)
    mean, scale = every.mean(0, dtype=np.float64), every.std(0, dtype=np.float64) + 1e-3
    mean, scale = mean.astype(np.float32), scale.astype(np.float32)
    values = [standardised(part, mean, scale).astype(np.float32) for part in held]
    names = tuple(pages[0].names[i] for i in chosen)
    grown = as_arrays(boosted(pages, chosen, TREE_BLOCKS[kind], trees or TREES[kind], threads))
    labels = np.concatenate([page.labels for page in pages]).astype(np.float32)
    weights = np.concatenate([line_weights(page) for page in pages])
    centred = labels - np.average(labels, weights=weights)
    direction = (weights * centred) @ np.concatenate(values) / weights.sum()
    return Model(
        names,
        mean,
        scale,
        direction.astype(np.float32),
        grown,
        tuple(train_network(values, pages, recipe) for recipe in recipes),
        name_odds,
        word_odds,
    )
