"""The native trees and the native table are those of numpy, to the last bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from both_ways import both, needs_core
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_markup, any_text, documents, html_pages, pages, tag_soup

from cleaner import _native
from cleaner.model import Document, Tag, Tree
from cleaner.packs.load import builtin_folder
from cleaner.pipeline import Pipeline
from cleaner.scorer.columns import Table
from cleaner.scorer.model import Model, Trees
from cleaner.scorer.native_table import INEXACT, native_table
from cleaner.scorer.table import block_table
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.view import View

pytestmark = needs_core
RULES = Pipeline(classifier="rules")
SEEDS = sorted((Path(__file__).parents[2] / "seeds").iterdir())
PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*.html"))
NOISY = sorted((Path(__file__).parents[1] / "noisy").glob("*.txt"))
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


def of_page(html: str) -> Document:
    return replace(segment_page(read_page(html)), source=html)


def check_table(document: Document) -> None:
    """All features, and those of the model in its order, are the same both ways."""
    model = MODELS["text" if document.blocks.tree is None else "html"]
    document = RULES._matcher.match(document)[0]
    if not len(document.blocks):
        return
    view = View(document)
    RULES._run_stages(RULES.text_stages if document.blocks.tree is None else RULES.page_stages, view)
    every = block_table(document, view.marks, model.categories, model.name_odds)
    for wanted in (model.names, tuple(name for name in every.names if name != INEXACT)):
        native, python = both(
            lambda wanted=wanted: block_table(document, view.marks, model.categories, model.name_odds, wanted)
        )
        assert native.names == wanted, "Python has done the work"
        assert native.select(wanted).tobytes() == python.select(wanted).tobytes()
        if wanted == model.names:
            check_reasons(model, native)


def check_reasons(model: Model, table: Table) -> None:
    """The reasons are the same both ways, for blocks that stay and for others."""
    n = table.values.shape[1]
    chosen, stays = np.arange(0, n, 2), np.arange(n) % 3 > 0
    native, python = both(lambda: model.reasons(table, chosen, stays))
    assert native == python
    assert len(native) == len(chosen)


@given(st.one_of(html_pages(), tag_soup(), any_markup(), any_text()))
def test_the_table_of_any_page(html):
    check_table(of_page(html))


@given(st.one_of(pages(), documents(), any_text()))
def test_the_table_of_any_text(text):
    check_table(segment_text(text))


def test_the_table_of_the_pages_seeds_and_noisy_texts():
    for path in PAGES:
        check_table(of_page(path.read_text("utf-8", "replace")))
    for path in (*SEEDS, *NOISY):
        check_table(segment_text(path.read_bytes().decode("utf-8", "replace")))


def test_marks_and_layout_at_the_limits():
    long = "word " * 60_000
    check_table(segment_text(f"A\r\rB\r\n\r\n{long}.\x85\u2028\u2029C\r"))
    check_table(of_page("<div>" * 400 + "<p>deep" + "</div>" * 200 + f"<p>{long}." + "<li><a href=x>a</a>" * 700))


@pytest.mark.parametrize(
    "damage",
    [
        {"starts": (5, 0)},
        {"ends": (3, 10**6)},
        {"ends": (0, 4)},
        {"elements": (0, 7)},
        {"elements": (-1, 0)},
        {"tree": Tree((-1, 0, 5), (Tag("a"),) * 3, (3, 2, 3))},
        {"tree": Tree((-1, 1, 0), (Tag("a"),) * 3, (3, 2, 3))},
        {"tree": Tree((-1, 0, 1), (Tag("a"),) * 3, (3, 2, 3))},
        {"tree": Tree((0, 0, 0), (Tag("a"),) * 3, (3, 2, 3))},
        {"tree": Tree()},
    ],
)
def test_the_core_refuses_columns_that_contradict_each_other(damage):
    document = of_page("<p>one</p><p>two</p>")
    model = MODELS["html"]
    broken = replace(document, blocks=replace(document.blocks, **damage))
    votes = dict.fromkeys(("sum", "region", "comments", *model.categories), np.zeros(2, np.float32))
    core = _native.library()
    assert native_table(core, document, votes, model.name_odds, model.word_odds, model.names) is not None
    assert native_table(core, broken, votes, model.name_odds, model.word_odds, model.names) is None


def test_features_that_the_core_does_not_have_stay_with_python():
    document, model = of_page("<p>one</p><p>two</p>"), MODELS["html"]
    assert len(block_table(document, (), model.categories, None, (INEXACT,)).names) > 1
    with pytest.raises(KeyError):
        block_table(document, (), (), None, ("no such feature",)).select(("no such feature",))
