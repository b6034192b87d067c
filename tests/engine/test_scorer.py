"""The learned scorer: its table, its model, its marks."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from cleaner.config import Config
from cleaner.model import COMMENTS, LEARNED, REGION, Document, Mark
from cleaner.packs.load import builtin_folder
from cleaner.pipeline import Pipeline
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT
from cleaner.scorer.decide import Levels, page_levels, text_levels, threshold
from cleaner.scorer.model import Model, Trees
from cleaner.scorer.provenance import Provenance
from cleaner.scorer.table import block_table
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages.scorer import BOUNDS, PageScorer, TextScorer, _sums
from cleaner.view import View

RULES, BOTH = Pipeline(classifier="rules"), Pipeline()
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
    model = Model.load(builtin_folder() / "scorer_html.npz")
    table = block_table(document, (), model.categories)
    assert table.values.shape == (len(table.names), len(document.blocks))
    assert np.isfinite(table.values).all()
    assert len(set(table.names)) == len(table.names)
    assert np.isfinite(model.log_odds(table)).all()


@pytest.mark.parametrize("file", [PageScorer.file, TextScorer.file])
def test_the_categories_that_a_model_reads_are_those_of_rules(file: str) -> None:
    """A category that is called anew would be a column of zeros to a model that was trained before."""
    packs = Config().packs()
    known = {entry.category for entries in (packs.rules, packs.sections, packs.stage_rules) for entry in entries}
    assert known >= {*Model.load(builtin_folder() / file).categories, REGION, COMMENTS}


def test_each_category_that_is_asked_for_is_a_feature() -> None:
    document = segment_text("Rain.\nShare this\n")
    marks = [
        Mark(document.blocks.span(1), "share/prompt", "share", "", 40),
        Mark(document.blocks.span(1), "x/y", "ad", "", 7),
    ]
    table = block_table(document, marks, ("share",))
    assert [table.select([f"vote {name}"]).ravel().tolist() for name in ("sum", "share", "region", "comments")] == [
        [0, 47], [0, 40], [0, 0], [0, 0]
    ]  # fmt: skip
    assert "vote ad" not in table.names


def test_trees_go_right_where_the_feature_is_greater() -> None:
    trees = Trees(
        np.array([1, 0, 0], np.int32), np.array([0.5, 0, 0], np.float32),
        np.array([[1, 2], [1, 1], [2, 2]], np.int32), np.array([0, -1, 2], np.float32), np.array([0], np.int32), 1,
    )  # fmt: skip
    assert trees.sums(np.array([[9, 0.5], [0, 0.6]], np.float32)).tolist() == [-1, 2]


def test_the_menu_goes_and_the_text_stays() -> None:
    document = page(PAGES[2].replace("<main>", "<main>" + f"<p>{PROSE}</p>" * 15))
    view = View(document)
    view.add([Mark(document.blocks.span(i), "mine/rule", "mine", "a rule", CUTS_BALANCED) for i in (1, 2, 3)])
    marks = list(PageScorer()(view))
    by_start = {mark.span.start: mark.score for mark in marks if mark.rule == "scorer/block"}
    assert by_start[document.blocks.starts[0]] >= 80
    assert all(
        by_start.get(start, 0) < 80 for start, words in zip(document.blocks.starts, document.blocks.words, strict=True)
        if words > 10
    )  # fmt: skip


def test_a_page_is_judged_only_if_rules_find_noise_in_it() -> None:
    document = page(
        f"<article><h1>Dam is safe</h1><div class=hero><p>{PROSE}</p></div><p>Safe.</p><p>Dry.</p></article>"
    )
    scorer, blocks = PageScorer(), document.blocks
    assert len(blocks) == 4
    heard = View(document)
    assert not list(scorer(heard))
    for i in range(3):
        assert not scorer.applies_to(heard)
        heard.add([Mark(blocks.span(i), "mine/rule", "mine", "a rule", CUTS_BALANCED)])
    assert scorer.applies_to(heard)
    long = View(page("".join(f"<p>{n}. {PROSE}</p>" for n in range(40))))
    assert not scorer.applies_to(long)


def test_plain_text_is_not_its_business() -> None:
    document = segment_text(PROSE)
    assert not list(PageScorer()(View(document)))


def test_the_threshold_stays_within_bounds() -> None:
    assert threshold(np.array([0.9, 0.8, 0.01]), [10, 10, 10], (0.3, 0.5)) == 0.5
    assert threshold(np.zeros(0), [], (0.3, 0.5)) == 0.5


CHANCES = st.lists(st.tuples(st.floats(1e-6, 1 - 1e-6), st.integers(0, 500)), min_size=1, max_size=80)


def levels_of(chances: list[tuple[float, int]]) -> list[Levels]:
    p, words = np.array([chance for chance, _ in chances]), [size for _, size in chances]
    return [page_levels(p, words, BOUNDS), text_levels(p, words)]


@given(CHANCES)
def test_a_stricter_profile_cuts_no_less(chances: list[tuple[float, int]]) -> None:
    for levels in levels_of(chances):
        assert levels.careful <= levels.balanced <= levels.strict


@given(CHANCES, st.lists(st.floats(-30, 30), max_size=20))
def test_sums_reach_the_points_of_a_profile_below_its_level_only(
    chances: list[tuple[float, int]], others: list[float]
) -> None:
    odds = np.array([*(np.log(p / (1 - p)) for p, _ in chances), *others])
    for levels in levels_of(chances):
        sums = _sums(odds, levels)
        for level, points in zip(levels, (CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT), strict=True):
            assert ((sums >= points) == (odds < level)).all()


def test_careful_pays_for_content() -> None:
    """The more content beside the noise, the less a block may be doubted to go."""
    doubted = (0.1, 10)
    little = text_levels(np.array([doubted[0], 0.9, 0.01]), [doubted[1], 30, 3000])
    much = text_levels(np.array([doubted[0], 0.9, 0.01]), [doubted[1], 3000, 3000])
    assert little.careful < much.careful


SCRAPED = (
    "Lune Valley News\nOur towns\nThe farm desk\nRiver levels\nTide tables\nLog in\nSubscribe\n\n"
    "Dam on the Lune is safe, engineers say\n\n"
    + "\n\n".join(f"{PROSE}{n} engineers climbed the dam above Halton and found no cracks." for n in range(6))
    + "\n\nShare this article\n\nRelated articles\n\nMinister visits valley\nHalton bridge shut\nFair opens late\n\n"
    "Our towns\nThe farm desk\nRiver levels\nTide tables\n© 2021 Lune Valley News. All rights reserved.\nPrivacy policy\n"
)


def test_noise_without_known_words_goes_from_a_scraped_text() -> None:
    by_rules, by_both = RULES.run(SCRAPED), BOTH.run(SCRAPED)
    assert "Tide tables" in by_rules.text
    assert "Tide tables" not in by_both.text
    assert "Dam on the Lune" in by_both.text
    assert all(f"{n} engineers" in by_both.text for n in range(6))
    learned = [mark for cut in by_both.cuts for mark in cut.marks if mark.category == LEARNED]
    assert learned
    assert all("probability" in mark.reason for mark in learned)


def test_twice_is_once_with_the_scorer_on() -> None:
    text = BOTH.run(SCRAPED).text
    assert BOTH.run(text).text == text


@given(documents())
def test_where_the_rules_cut_nothing_nothing_is_cut(text: str) -> None:
    if not RULES.run(text, kind="text").cuts:
        assert not BOTH.run(text, kind="text").cuts


@given(documents())
def test_it_takes_more_and_gives_nothing_back(text: str) -> None:
    """Of plain text it never speaks for a line that rules would cut."""
    assert all(mark.score > 0 for mark in TextScorer(RULES.packs)(RULES.view(text)))


def test_of_topics_it_says_what_the_rules_may_say() -> None:
    """A page about cookies keeps the sentences that the scorer only doubts because rules found words in them."""
    cookies = "We use cookies to improve your experience, said the banner that the ministry put on all of its pages. "
    body = "\n\n".join(
        f"{n}. {cookies} Cookie law asks for consent, and the cookie notice is what came of it." for n in range(9)
    )
    text = f"Log in\nSubscribe\nShare\n\nWhat cookies are\n\n{body}\n\n© 2021 The Gazette. All rights reserved.\nPrivacy policy\n"
    kept = BOTH.run(text).text
    assert all(f"{n}. We use cookies" in kept for n in range(9))


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(st.builds(Provenance, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT))
def test_a_model_keeps_its_provenance_and_its_weights(provenance: Provenance) -> None:
    model = Model.load(builtin_folder() / "scorer_html.npz")
    with tempfile.TemporaryDirectory() as folder:
        model.save(path := Path(folder, "model.npz"), provenance)
        assert Provenance.read(path) == provenance
        again = Model.load(path)
    assert again.names == model.names
    assert (again.trees.value == model.trees.value).all()
    assert (again.feature_direction == model.feature_direction).all()


def test_a_model_without_provenance_says_so(tmp_path: Path) -> None:
    Model.load(builtin_folder() / "scorer_text.npz").save(tmp_path / "model.npz")
    assert Provenance.read(tmp_path / "model.npz") is None


@pytest.mark.parametrize("path", sorted(builtin_folder().glob("*.npz")), ids=lambda path: path.stem)
def test_each_model_that_ships_says_how_it_was_trained(path: Path) -> None:
    found = Provenance.read(path)
    assert found is not None
    assert "train_scorer" in found.command
    assert "WCXB" in found.data
    assert dt.date.fromisoformat(found.date)
    for text, title in ((found.data_digest, "digest"), (found.versions, "ersions")):
        assert text or (title in found.note and "not recorded" in found.note)
