#!/usr/bin/env python3
"""Train the learned scorer on the development pages of WCXB and measure it out of fold.

    train_scorer.py html --wcxb DIR [--out rules/scorer_html.npz] [--oof FILE.npz]
    train_scorer.py text --data DIR [--out rules/scorer_text.npz] [--models DIR]

``--data`` is the folder that ``wcxb_text.py build`` wrote, with the inputs "extracted" and "clean" beside the three
naive renderings. Folds are grouped by domain; features are chosen and networks trained inside each fold, so no figure
printed comes from a page the model was fitted on. The file written is then fitted on all pages. Seeds are fixed; the
figures repeat on one machine with one number of threads. Needs lightgbm (choice of features); takes minutes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from wcxb_pages import page_ids
from wcxb_pages import read_page as read_wcxb
from wcxb_text import EXTRA_INPUTS, PAGE_TYPES, RENDERERS, label_lines, words

from cleaner.features import Votes
from cleaner.model import Blocks
from cleaner.pipeline import Pipeline
from cleaner.scorer.decide import repeated, threshold
from cleaner.scorer.groups import Floats
from cleaner.scorer.model import Model, Trees, run, standardised
from cleaner.scorer.table import block_table
from cleaner.segment.html import read_page, segment_page
from cleaner.stages.scorer import BOUNDS

FOLDS = 5
MOST_BLOCKS = 300  # of a page in one epoch of a network, drawn anew
SELECTION_BLOCKS, TREE_BLOCKS = {"html": 60, "text": 12}, {"html": 150, "text": 60}
"""Of a page or rendering, to choose features and to grow trees."""
BOOSTING = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 31, "max_depth": 7, "min_data_in_leaf": 40,
    "feature_fraction": 0.25, "bagging_fraction": 0.5, "bagging_freq": 1, "lambda_l2": 5, "max_bin": 63,
    "verbose": -1, "seed": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
SELECTION_TREES, TREES = 80, 200


@dataclass(slots=True)
class Page:
    """A page, or one rendering of it: features (blocks, features), labels, words a block, its gold."""

    id: str
    source: str
    page_type: str
    domain: str
    names: tuple[str, ...]
    values: Floats
    labels: NDArray[np.bool_]
    blocks: Blocks
    gold: Counter[str]
    weight: float = 1.0

    @property
    def words(self) -> Floats:
        return np.array(self.blocks.words, np.float32)


# --------------------------------------------------------------------------
# pages


def read_html(task: tuple[Path, str]) -> Page:
    """A page of WCXB, segmented, with the votes of the rules for markup."""
    page = read_wcxb(*task)
    document = segment_page(read_page(page.html), id=page.id)
    votes = Votes(document)
    for stage in _rules().page_stages:
        votes.add(stage(document, votes))
    labels = (
        label_lines(list(document.blocks.texts), page.gold) if page.gold.strip() else [False] * len(document.blocks)
    )
    table = block_table(document, votes)
    return Page(
        page.id, "html", page.page_type, page.domain, table.names, table.values.T.copy(), np.array(labels, bool),
        document.blocks, words(page.gold),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _rules() -> Pipeline:
    return Pipeline(classifier="rules")


def read_text(task: tuple[str, float, str]) -> Page:
    """A rendering, as a row of ``wcxb_text.py build``; what its labels say of lines goes to blocks by words."""
    renderer, weight, line = task
    row = json.loads(line)
    document, votes = _rules().marks(row["text"], id=row["id"])
    table = block_table(document, votes)
    return Page(
        row["id"], renderer, row["page_type"], row.get("domain") or row["id"], table.names, table.values.T.copy(),
        np.array(list(_block_labels(document.text, document.blocks, row["lines"])), bool), document.blocks,
        words(row["gold"]), weight,
    )  # fmt: skip


def _block_labels(text: str, blocks: Blocks, lines: Sequence[dict[str, object]]) -> Iterator[bool]:
    """Whether most of the words of each block's lines are kept; ``lines`` are those of ``text`` that are not blank."""
    at, n = 0, 0
    kept: list[tuple[int, int, bool]] = []
    for raw in text.splitlines(keepends=True):
        if raw.strip():
            kept.append((at, len(raw.split()), bool(lines[n]["keep"])))
            n += 1
        at += len(raw)
    n = 0
    for start, end in zip(blocks.starts, blocks.ends, strict=True):
        yes = no = 0
        while n < len(kept) and kept[n][0] < end:
            if kept[n][2]:
                yes += kept[n][1]
            else:
                no += kept[n][1]
            n += 1
        del start
        yield yes > no


def kind_of(page: Page) -> str:
    return "html" if page.source == "html" else "text"


# --------------------------------------------------------------------------
# training


def folds_of(pages: Sequence[Page]) -> NDArray[np.int64]:
    """The fold of each page; pages of one domain share one."""
    domains = sorted({page.domain for page in pages})
    np.random.default_rng(0).shuffle(domains)
    fold = {domain: n % FOLDS for n, domain in enumerate(domains)}
    return np.array([fold[page.domain] for page in pages], np.int64)


def line_weights(page: Page) -> Floats:
    """Square roots of the words, together the weight of the page."""
    roots = np.sqrt(np.maximum(page.words, 0.5))
    return (roots * (page.weight / roots.sum())).astype(np.float32)


def boosted(pages: Sequence[Page], chosen: Sequence[int], most: int, count: int, threads: int) -> Any:
    """Trees of LightGBM on at most ``most`` blocks of each page."""
    import lightgbm

    rng = np.random.default_rng(0)
    drawn = [np.sort(rng.permutation(len(page.labels))[:most]) for page in pages]
    values = np.concatenate([page.values[np.ix_(rows, chosen)] for page, rows in zip(pages, drawn, strict=True)])
    labels = np.concatenate([page.labels[rows] for page, rows in zip(pages, drawn, strict=True)])
    weights = np.concatenate(
        [_of_sum(line_weights(page)[rows], page.weight) for page, rows in zip(pages, drawn, strict=True)]
    )
    data = lightgbm.Dataset(values, labels, weight=weights * (len(weights) / weights.sum()))
    return lightgbm.train({**BOOSTING, "num_threads": threads}, data, count)


def _of_sum(values: Floats, total: float) -> Floats:
    return values * (total / values.sum())


def choose_features(pages: Sequence[Page], count: int, threads: int) -> list[int]:
    """The ``count`` features that boosted trees gain most from, in the order of the table."""
    every = list(range(pages[0].values.shape[1]))
    gain = boosted(pages, every, SELECTION_BLOCKS[kind_of(pages[0])], SELECTION_TREES, threads).feature_importance(
        "gain"
    )
    return sorted(np.argsort(-gain, kind="stable")[:count].tolist())


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
        back = slope[:, None].astype(np.float32)
        by_weights: list[Floats] = []
        by_biases: list[Floats] = []
        for n in reversed(range(len(self.weights))):
            by_weights.insert(0, layers[n].T @ back)
            by_biases.insert(0, back.sum(0))
            if n:
                back = (back @ self.weights[n].T) * (layers[n] > 0) * masks[n - 1]
        self.steps += 1
        for p, g, m, v in zip((*self.weights, *self.biases), by_weights + by_biases, *self.moments, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            step = m / (1 - 0.9**self.steps) / (np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)
            p -= rate * (step + (self.recipe.decay * p if p.ndim == 2 else 0))


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
            size = np.concatenate([pages[i].words[r] for i, r in zip(batch, rows, strict=True)])
            weight = np.concatenate([roots[i][r] for i, r in zip(batch, rows, strict=True)])
            weight *= np.array([pages[i].weight for i in batch], np.float32)[group] / np.bincount(group, weight)[group]
            slope = _slope(layers[-1][:, 0], labels, weight, size, group, recipe.f1_share) / len(batch)
            rate = recipe.rate * min(1, (done + 1) / 100) * (0.5 * (1 + np.cos(np.pi * done / steps)) + 0.01)
            network.step(layers, masks, slope, rate)
            done += 1
    return tuple(zip(network.weights, network.biases, strict=True))


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


def fit(pages: Sequence[Page], recipes: Sequence[Recipe], count: int, threads: int) -> Model:
    """A model of the pages that hold blocks."""
    pages = [page for page in pages if len(page.labels)]
    chosen = choose_features(pages, count, threads)
    held = [page.values[:, chosen] for page in pages]
    every = np.concatenate(held)
    mean, scale = every.mean(0, dtype=np.float64), every.std(0, dtype=np.float64) + 1e-3
    mean, scale = mean.astype(np.float32), scale.astype(np.float32)
    values = [standardised(part, mean, scale).astype(np.float32) for part in held]
    names = tuple(pages[0].names[i] for i in chosen)
    trees = as_arrays(boosted(pages, chosen, TREE_BLOCKS[kind_of(pages[0])], TREES, threads))
    labels = np.concatenate([page.labels for page in pages]).astype(np.float32)
    weights = np.concatenate([line_weights(page) for page in pages])
    centred = labels - np.average(labels, weights=weights)
    lean = (weights * centred) @ np.concatenate(values) / weights.sum()
    return Model(
        names,
        mean,
        scale,
        lean.astype(np.float32),
        trees,
        tuple(train_network(values, pages, recipe) for recipe in recipes),
    )


# --------------------------------------------------------------------------
# measuring


def keeps(page: Page, log_odds: Floats, bounds: tuple[float, float] = BOUNDS) -> NDArray[np.bool_]:
    """The blocks kept of a page: by the threshold for its expected F1, each text once."""
    p = 1 / (1 + np.exp(-log_odds.astype(np.float64)))
    kept = p >= threshold(p, page.blocks.words, bounds)
    kept[repeated(page.blocks, kept)] = False
    return kept


def figures(page: Page, kept: NDArray[np.bool_]) -> tuple[float, float, float, float | None, float | None]:
    """F1, precision, recall of the words kept; loss and noise relative to the words of the input."""
    out = words("\n".join(text for text, keep in zip(page.blocks.texts, kept, strict=True) if keep))
    seen = words("\n".join(page.blocks.texts))
    hit, size, wanted = (out & page.gold).total(), out.total(), page.gold.total()
    held = (page.gold & seen).total()
    noise = (seen - page.gold).total()
    loss = 1 - (out & page.gold & seen).total() / held if held else None
    left = (out - page.gold).total() / noise if noise else None
    if not size or not wanted:
        same = float(not size and not wanted)
        return same, same, same, loss, left
    precision, recall = hit / size, hit / wanted
    return (2 * precision * recall / (precision + recall) if hit else 0.0), precision, recall, loss, left


def show(name: str, pages: Sequence[Page], decide: Callable[[int], NDArray[np.bool_]]) -> None:
    """One line: mean figures of all pages, F1 of each type."""
    rows = [figures(page, decide(i)) for i, page in enumerate(pages)]
    by_type: dict[str, list[float]] = defaultdict(list)
    for page, row in zip(pages, rows, strict=True):
        by_type[page.page_type].append(row[0])

    def mean(n: int) -> float:
        present = [row[n] for row in rows if row[n] is not None]
        return float(np.mean(present)) if present else 0.0

    heavy = float(np.mean([row[3] > 0.2 for row in rows if row[3] is not None]))
    types = " ".join(f"{kind[:5]} {np.mean(by_type[kind]):.3f}" for kind in PAGE_TYPES if by_type[kind])
    print(
        f"{name:26} F1 {mean(0):.4f} P {mean(1):.3f} R {mean(2):.3f} loss {mean(3):.4f} >20% {heavy:.3f} "
        f"noise {mean(4):.3f} | {types}", flush=True,
    )  # fmt: skip


def out_of_fold(
    pages: Sequence[Page], recipes: Sequence[Recipe], count: int, threads: int, models: Path | None
) -> list[Floats]:
    """Log-odds of the blocks of each page, by a model that knows no page of its domain: one row
    for the trees, one for each network. The models are written to the folder ``models``.
    """
    fold = folds_of(pages)
    if models:
        models.mkdir(parents=True, exist_ok=True)
        (models / "folds.json").write_text(json.dumps({page.id: int(n) for page, n in zip(pages, fold, strict=True)}))
    odds: list[Floats] = [np.zeros((1 + len(recipes), len(page.labels)), np.float32) for page in pages]
    for n in range(FOLDS):
        began = time.monotonic()
        model = fit([page for page, f in zip(pages, fold, strict=True) if f != n], recipes, count, threads)
        if models:
            model.save(models / f"fold-{n}.npz")
        chosen = [pages[0].names.index(name) for name in model.names]
        for i in np.flatnonzero(fold == n):
            if len(pages[i].labels):
                values = pages[i].values[:, chosen]
                near = standardised(values, model.mean, model.scale)
                odds[i][:] = [model.trees.sums(values), *(run(network, near) for network in model.networks)]
        print(f"fold {n}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return odds


def averaged(odds: Floats) -> Floats:
    """The log-odds of a model from those of its parts, as `Model.log_odds` joins them."""
    return odds[0] if len(odds) == 1 else (odds[0] + odds[1:].mean(0)) / 2


# --------------------------------------------------------------------------


def load_pages(args: argparse.Namespace) -> list[Page]:
    with multiprocessing.get_context("spawn").Pool(args.jobs) as pool:
        if args.kind == "html":
            return list(pool.imap(read_html, [(args.wcxb, id) for id in page_ids(args.wcxb)], chunksize=16))
        tasks = []
        for renderer in (*RENDERERS, *EXTRA_INPUTS):
            with gzip.open(args.data / f"dev.{renderer}.jsonl.gz", "rt", encoding="utf-8") as file:
                # the two inputs that need no cleaning are a third of the weight
                tasks += [(renderer, 0.75 if renderer in EXTRA_INPUTS else 1.0, line) for line in file]
        return list(pool.imap(read_text, tasks, chunksize=16))


FEATURES = {"html": 160, "text": 120}
RECIPES = {
    "html": (Recipe((128, 32), 0.0, 0.3, 1),),
    "text": (),  # trees alone: a network gave 0.0005 on HTML
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=RECIPES)
    parser.add_argument("--wcxb", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--features", type=int, help="how many are chosen")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--threads", type=int, default=1, help="of LightGBM; more than there are free cores slow it down"
    )
    parser.add_argument("--no-folds", action="store_true", help="only fit the model that is written")
    parser.add_argument("--oof", type=Path, help="write the out-of-fold log-odds here")
    parser.add_argument("--models", type=Path, help="write the models of the folds to this folder")
    parser.add_argument("--out", type=Path, help="write the model fitted on all pages here")
    args = parser.parse_args()
    recipes, began = RECIPES[args.kind], time.monotonic()
    count = args.features or FEATURES[args.kind]
    pages = load_pages(args)
    blocks = sum(len(page.labels) for page in pages)
    print(f"{len(pages)} pages, {blocks} blocks, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if args.out:
        fit(pages, recipes, count, args.threads).save(args.out)
        print(f"{args.out}: {args.out.stat().st_size} bytes, {time.monotonic() - began:.0f} s", file=sys.stderr)
    if args.no_folds:
        return
    odds = out_of_fold(pages, recipes, count, args.threads, args.models)
    if args.oof:
        flat = np.concatenate([averaged(part) for part in odds])
        np.savez_compressed(args.oof, ids=[f"{p.source}/{p.id}" for p in pages], sizes=[len(p.labels) for p in pages],
                            odds=flat)  # fmt: skip
    for source in dict.fromkeys(page.source for page in pages):
        chosen = [i for i, page in enumerate(pages) if page.source == source]
        part = [pages[i] for i in chosen]
        show(f"{source}: labels", part, lambda i, part=part: part[i].labels)
        show(
            f"{source}: mean, expected F1", part, lambda i, part=part, at=chosen: keeps(part[i], averaged(odds[at[i]]))
        )
        if len(recipes):
            show(f"{source}: trees alone", part, lambda i, part=part, at=chosen: keeps(part[i], odds[at[i]][0]))
        for p in (0.05, 0.1, 0.2, 0.35, 0.5):
            level = np.log(p / (1 - p))
            show(f"{source}: mean, p >= {p}", part, lambda i, at=chosen, level=level: averaged(odds[at[i]]) >= level)


if __name__ == "__main__":
    main()
