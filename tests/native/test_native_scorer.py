"""The native trees and the native table are those of numpy, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from both_ways import both, needs_core
from hypothesis import given
from hypothesis import strategies as st

from cleaner.packs.load import builtin_folder
from cleaner.scorer.model import Model, Trees

pytestmark = needs_core
MODELS = {name: Model.load(builtin_folder() / f"scorer_{name}.npz") for name in ("html", "text")}


def grown(seed: int, count: int, depth: int, features: int) -> Trees:
    """Trees with leaves at any level, as a model holds them."""
    rng = np.random.default_rng(seed)
    feature, bound, child, value = [], [], [], []

    def grow(level: int) -> int:
        at = len(feature)
        feature.append(int(rng.integers(features)))
        bound.append(float(rng.normal()))
        value.append(float(rng.normal()))
        child.append([at, at])
        if level < depth and rng.random() < 0.9:
            child[at] = [grow(level + 1), grow(level + 1)]
        return at

    roots = [grow(0) for _ in range(count)]
    columns = (np.array(feature, np.int32), np.array(bound, np.float32), np.array(child, np.int32))
    return Trees(*columns, np.array(value, np.float32), np.array(roots, np.int32), depth)


@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 40),
    depth=st.integers(1, 9),
    blocks=st.integers(0, 50) | st.sampled_from([127, 128, 129, 511, 512, 513, 1025]),
)
def test_sums_of_any_trees(seed, count, depth, blocks):
    rng = np.random.default_rng(seed + 1)
    trees = grown(seed, count, depth, 7)
    special = np.array([np.nan, np.inf, -np.inf, 0, -0.0, *trees.bound], np.float32)
    values = np.where(rng.random((blocks, 7)) < 0.2, rng.choice(special, (blocks, 7)), rng.normal(size=(blocks, 7)))
    native, python = both(lambda: trees.sums(values.astype(np.float32)))
    assert native.tobytes() == python.tobytes()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("blocks", [0, 1, 2, 15, 16, 17, 300, 513, 1100])
def test_sums_of_the_shipped_trees(name, blocks):
    model = MODELS[name]
    values = np.random.default_rng(blocks).choice(model.trees.bound, (blocks, len(model.names)))
    native, python = both(lambda: model.trees.sums(values))
    assert native.tobytes() == python.tobytes()


def test_trees_that_read_a_feature_that_is_not_there_stay_with_python():
    trees = grown(3, 5, 3, 9)
    values = np.zeros((4, 2), np.float32)
    assert trees._is_packable
    with pytest.raises(IndexError):
        trees.sums(values)
