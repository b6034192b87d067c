"""The learned scorer: its table, its model, its marks."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.features import Votes
from cleaner.model import Document
from cleaner.packs import builtin_folder, load_builtin
from cleaner.scorer.decide import threshold
from cleaner.scorer.model import Model, Trees
from cleaner.scorer.table import block_table
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages.scorer import Scorer

PROSE = "The lake had risen by two metres within a week, and three hundred people had left their houses in the valley. "
PAGES = (
    "<p>x",
    "<div>" * 300 + "deep" + "<p>" + PROSE,
    "<ul>"
    + "<li><a href=/>Menu entry</a>" * 50
    + "</ul><main>"
    + "".join(f"<p>{n}. {PROSE}</p>" for n in range(9))
    + "</main><footer>Imprint</footer>",
    "<table><tr><td>1<td>\ud800<td>三</table>",
)


def page(html: str) -> Document:
    return segment_page(read_page(html))


@pytest.mark.parametrize("html", PAGES)
def test_the_table_is_finite_and_its_features_are_those_of_the_model(html: str) -> None:
    document = page(html)
    table = block_table(document, Votes(document))
    assert table.values.shape == (len(table.names), len(document.blocks))
    assert np.isfinite(table.values).all()
    assert len(set(table.names)) == len(table.names)
    model = Model.load(builtin_folder() / "scorer_html.npz")
    assert np.isfinite(model.log_odds(table)).all()


def test_trees_go_right_where_the_feature_is_greater() -> None:
    trees = Trees(
        np.array([1, 0, 0], np.int32), np.array([0.5, 0, 0], np.float32),
        np.array([[1, 2], [1, 1], [2, 2]], np.int32), np.array([0, -1, 2], np.float32), np.array([0], np.int32), 1,
    )  # fmt: skip
    assert trees.sums(np.array([[9, 0.5], [0, 0.6]], np.float32)).tolist() == [-1, 2]


def test_the_menu_goes_and_the_text_stays() -> None:
    document = page(PAGES[2])
    marks = list(Scorer(load_builtin())(document, Votes(document)))
    by_start = {mark.span.start: mark.score for mark in marks if mark.rule == "scorer/block"}
    assert by_start[document.blocks.starts[0]] >= 80
    assert all(
        by_start.get(start, 0) < 80 for start, words in zip(document.blocks.starts, document.blocks.words, strict=True)
        if words > 10
    )  # fmt: skip


def test_plain_text_is_not_its_business() -> None:
    document = segment_text(PROSE)
    assert not list(Scorer(load_builtin())(document, Votes(document)))


def test_the_threshold_stays_within_bounds() -> None:
    assert threshold(np.array([0.9, 0.8, 0.01]), [10, 10, 10], (0.3, 0.5)) == 0.5
    assert threshold(np.zeros(0), [], (0.3, 0.5)) == 0.5
