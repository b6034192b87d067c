"""News articles: words, the headline, groups; training and measuring out of fold on two corpora."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from gold_corpus import PROSE, article, write_corpus
from hypothesis import given
from hypothesis import strategies as st

from bench import articles, measure, oof_html, scorer_pages, train_scorer, training, wcxb_html
from bench.measure import page_row, result, score_all
from bench.wcxb_pages import Page, fingerprint, page_ids, read_page, registrable_domain
from cleaner.errors import StageError

WORDS = st.lists(st.sampled_from(["rain", "snow", "menu", "share"]), max_size=10)
TITLE = "Bridge closed for repairs"


def page(gold: str, title: str = "") -> Page:
    return Page("a", "", "a", "article", "", gold, title, (), ())


def figures(output: str, gold: str, title: str = "") -> dict[str, float | None]:
    return dict(articles.figures(output, f"{output} {gold}", page(gold, title)))


@given(WORDS, WORDS, WORDS)
def test_a_headline_that_is_kept_costs_nothing_and_one_that_is_wanted_counts(
    output: list[str], gold: list[str], title: list[str]
) -> None:
    bare, text = figures(" ".join(output), " ".join(gold)), " ".join(gold)
    kept = figures(" ".join(title + output), text, " ".join(title))
    assert kept["f1"] is not None
    assert bare["f1"] is not None
    assert kept["f1"] >= bare["f1"]
    assert kept["recall"] == pytest.approx(1 - (kept["lost"] or 0))
    if gold:
        assert figures(text, text, " ".join(title))["f1"] == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rain, rain and Snow", {"rain": 2, "and": 1, "snow": 1}),
        ("東京の雨、2024年", {"東": 1, "京": 1, "の": 1, "雨": 1, "2024": 1, "年": 1}),
        ("서울의 비 비", {"서울의": 1, "비": 2}),
        ("ฝนตก rain", {"ฝ": 1, "น": 1, "ต": 1, "ก": 1, "rain": 1}),
        ("東・京", {"東": 1, "京": 1}),
    ],
)
def test_in_scripts_without_spaces_each_character_is_a_word(text: str, found: dict[str, int]) -> None:
    assert articles.words(text) == Counter(found)


def test_groups_are_by_source_and_country(tmp_path: Path) -> None:
    pages = {
        "a": {"source": "aed"}, "b": {"source": "fundus", "country": "at"}, "c": {"source": "fundus", "country": "jp"},
        "d": {"source": "fundus", "country": "no"}, "e": {"source": "fundus", "country": "uk"},
    }  # fmt: skip
    root = write_corpus(tmp_path / "news", {id: {"html": "", "gold": "Rain.", **one} for id, one in pages.items()})
    groups = [articles.group_of(read_page(root, id)) for id in page_ids(root)]
    assert groups == ["aed", "german", "cjk", "other", "english"]
    assert set(groups) == set(articles.GROUPS)


@pytest.mark.parametrize(
    ("url", "domain"),
    [("https://news.town.co.uk/a", "town.co.uk"), ("http://www.town.org", "town.org"), ("town", ""), ("", "")],
)
def test_a_domain_is_what_somebody_registered(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain


# --------------------------------------------------------------------------
# both corpora


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("corpora")
    html, gold = article(TITLE), "\n\n".join(PROSE)

    def pages(ids: str, host: str) -> dict[str, dict[str, str]]:
        return {
            id: {
                "html": html, "gold": gold, "title": TITLE, "url": f"https://{host}{id}.example.org/x", "source": "aed",
            }
            for id in ids
        }  # fmt: skip

    news = pages("ab", "news.") | {"c": pages("c", "")["c"] | {"url": "https://www.town.co.uk/x"}}
    return {
        scorer_pages.WCXB: write_corpus(root / "wcxb", pages("ab", "www.")),
        scorer_pages.ARTICLES: write_corpus(root / "articles", news),
    }


def test_headline_and_captions_of_articles_have_no_part_in_training(corpora: dict[str, Path]) -> None:
    wcxb, news = (scorer_pages.read_html((name, root, "a")) for name, root in corpora.items())
    assert wcxb.neutral is None
    assert news.neutral is not None
    left_out = [text for text, neutral in zip(news.blocks.texts, news.neutral, strict=True) if neutral]
    assert left_out == [TITLE, "The closed bridge"]
    weights = training.line_weights(news)
    assert not weights[news.neutral].any()
    assert weights.sum() == pytest.approx(news.weight)
    assert training.line_weights(wcxb).all()


def test_a_page_of_neutral_blocks_weighs_nothing(corpora: dict[str, Path]) -> None:
    news = scorer_pages.read_html((scorer_pages.ARTICLES, corpora[scorer_pages.ARTICLES], "a"))
    news.neutral = np.ones(len(news.labels), bool)
    assert not training.line_weights(news).any()


def test_pages_of_one_domain_are_in_one_fold_across_corpora(corpora: dict[str, Path]) -> None:
    pages = scorer_pages.load_html(corpora, jobs=1)
    assert [(page.source, page.domain) for page in pages] == [
        ("wcxb", "example.org"), ("wcxb", "example.org"), ("articles", "example.org"), ("articles", "example.org"),
        ("articles", "town.co.uk"),
    ]  # fmt: skip
    folds = training.folds_of(pages)
    assert len(set(folds[:4])) == 1
    assert folds[4] != folds[0]
    assert {scorer_pages.kind_of(page) for page in pages} == {"html"}


def test_each_corpus_is_measured_out_of_fold_by_its_own_figures(corpora: dict[str, Path], tmp_path: Path) -> None:
    pages = scorer_pages.load_html(corpora, jobs=1)
    sure = [np.where(page.labels, 6.0, -6.0)[None].astype(np.float32) for page in pages]
    train_scorer.write_odds(tmp_path / "oof.npz", pages, sure)
    pipelines = {"balanced": oof_html.pipeline_of("balanced", oof_html.read_odds(tmp_path / "oof.npz"), (0.15, 0.3))}
    for name, root in corpora.items():
        found = oof_html.corpus_result(name, root, pipelines, 1)
        summary = found["systems"]["cleaner-oof-balanced"]["summary"]
        assert found["kind"] == oof_html.MEASURES[name].kind
        assert summary["all"]["pages"] == len(page_ids(root))
        assert summary["all"]["recall"] == 1
    assert summary["aed"]["lost"] == 0


def test_other_blocks_than_those_that_were_scored_are_refused(corpora: dict[str, Path]) -> None:
    pipeline = oof_html.pipeline_of("balanced", {"wcxb/a": np.zeros(1, np.float32)}, (0.15, 0.3))
    page = read_page(corpora["wcxb"], "a")
    with pytest.raises(StageError, match="1 log-odds for 9 blocks: train anew"):
        pipeline.run(page.html, id="wcxb/a", kind="html")


# --------------------------------------------------------------------------
# what both measures share


@pytest.mark.parametrize("way", [wcxb_html.WCXB, articles.ARTICLES], ids=lambda way: way.kind)
def test_a_result_is_reused_until_its_pages_change(
    way: measure.Measure, corpora: dict[str, Path], tmp_path: Path
) -> None:
    root = corpora["articles"]
    marks = {id: fingerprint(root, id) for id in page_ids(root)}
    rows = score_all(way, root, list(marks), ["visible"], jobs=1)
    found = result(way, marks, {"visible": {"version": "1", "pages": rows["visible"]}})
    assert found["systems"]["visible"]["summary"]["all"]["recall"] == 1
    assert measure.markdown(way, found, groups=True).count("| visible |") == (3 if way.by_group else 2)
    file = tmp_path / "result.json"
    file.write_text(json.dumps(found))
    assert measure.reused(way, file, ["visible"], marks)["visible"]["pages"] == rows["visible"]
    with pytest.raises(ValueError, match="page a as it is now: measure again"):
        measure.reused(way, file, ["visible"], marks | {"a": "changed"})
    other = wcxb_html.WCXB if way is articles.ARTICLES else articles.ARTICLES
    with pytest.raises(ValueError, match="other definitions"):
        measure.reused(other, file, ["visible"], marks)


def test_an_output_without_words_is_empty() -> None:
    assert page_row(articles.ARTICLES, " - ", "Rain.", page("Rain."))["empty"]
    assert not page_row(articles.ARTICLES, "", "Rain.", page(""))["empty"]


def test_a_script_scores_the_pages_of_its_folder(
    corpora: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["score", "--articles", str(corpora["articles"]), "--system", "visible", "--json", str(tmp_path / "out")]
    measure.main(articles.ARTICLES, measure.read_arguments("", "articles", words))
    first = capsys.readouterr().out
    assert "| F1 / lost | aed (3) |" in first
    again = [*words, "--pages", "a", "c", "--reuse", str(tmp_path / "out")]
    measure.main(articles.ARTICLES, measure.read_arguments("", "articles", again))
    assert json.loads((tmp_path / "out").read_text("utf-8"))["corpus"]["pages"] == 2
    with pytest.raises(SystemExit):
        measure.read_arguments("", "articles", [*words, "--pages", "z"])
    assert "has no page z" in capsys.readouterr().err


def test_a_system_that_raises_is_counted_and_its_output_is_empty(
    corpora: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(html: str, url: str) -> str:
        raise ValueError(f"{len(html)} {url}")

    monkeypatch.setitem(measure.SYSTEMS, "broken", broken)
    rows = score_all(articles.ARTICLES, corpora["articles"], ["a"], ["broken"], jobs=1)["broken"]
    assert rows[0]["error"].startswith("ValueError: ")
    assert (rows[0]["lost"], rows[0]["empty"]) == (1, True)
    assert measure.summarise(articles.ARTICLES, rows)["errors"] == 1


# --------------------------------------------------------------------------
# what a model and a command say


def arguments(**given: object) -> argparse.Namespace:
    """The command line of ``train_scorer.py html``."""
    usual = {"kind": "html", "wcxb": None, "articles": None, "every": 1, "threads": 1, "article_weight": 2.0}
    usual |= {"trees": None, "trees_alone": False}
    return argparse.Namespace(**usual | {"out": Path("scorer.npz")} | given)


def test_a_model_names_all_that_it_was_trained_on(corpora: dict[str, Path]) -> None:
    pytest.importorskip("lightgbm")
    both, one = (train_scorer.provenance_of(arguments(**some), 9) for some in (corpora, {"wcxb": corpora["wcxb"]}))
    assert all(name in both.data for name in ("CC-BY-4.0", "Apache-2.0", "MIT", "fundus", "WCXB"))
    assert "--wcxb WCXB --articles ARTICLES --article-weight 2 " in both.command
    assert "fundus" not in one.data
    assert "ARTICLES" not in one.command
    assert both.data_digest != one.data_digest


def test_an_option_is_a_name_and_a_value() -> None:
    assert oof_html.option("keep=a=b") == ("keep", "a=b")
    with pytest.raises(argparse.ArgumentTypeError, match="strict is not NAME=VALUE"):
        oof_html.option("strict")
    pipeline = oof_html.pipeline_of("careful", {}, (0.15, 0.3), options={"metadata": "light"})
    assert (pipeline.config.profile, pipeline.config.metadata) == ("careful", "light")
