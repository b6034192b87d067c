"""The file of results: parts that fail, tables of the docs."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from gold_corpus import PROSE, article, write_corpus

from bench import parts, results, run, scorer_pages
from bench.gate import FLOORS, GateError, read_floors, read_result
from bench.gate import measured as measured_by_gate
from bench.train_scorer import write_odds

HELD = json.loads(results.RESULTS.read_text("utf-8"))
DOCUMENTS = list(results.documents())
PLACES = {
    "data": "DATA", "articles": "NEWS", "cases": "CASES", "text": "TEXT", "work": "WORK", "every": "1", "text_every": "1",
}  # fmt: skip


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_tables_of_the_docs_are_those_of_the_results(path: Path) -> None:
    text = path.read_text("utf-8")
    assert results.filled(text, HELD) == text, "run python -m bench.results"


def test_a_figure_changed_by_hand_is_noticed() -> None:
    text = DOCUMENTS[0].read_text("utf-8")
    figure = re.search(r"(?s)<!-- table: .*?\| (\.\d+)", text)
    assert figure
    assert results.filled(text.replace(figure[1], ".123", 1), HELD) == text


def test_the_report_is_that_of_the_results() -> None:
    report = results.RESULTS.with_name("RESULTS.md").read_text("utf-8")
    assert report == results.markdown(HELD)


def test_the_quality_of_a_model_is_reported_out_of_fold_only() -> None:
    assert set(HELD["parts"]["html-folds"]["systems"]) == {"balanced", "careful", "strict"}
    for part in ("html", "text"):
        assert not {"cleaner", "cleaner-careful", "cleaner-strict"} & set(HELD["parts"][part]["systems"])


def test_results_are_of_the_pages_of_the_floors_and_all_of_them() -> None:
    corpus = read_floors(FLOORS).corpus
    assert HELD["parts"]["html"]["corpus"]["digest"] == corpus["html"]
    assert {part["every"] for part in HELD["parts"].values()} == {1}


def test_results_name_no_place_of_a_machine() -> None:
    text = json.dumps(HELD) + results.RESULTS.with_name("RESULTS.md").read_text("utf-8")
    assert not re.search(r"/(home|tmp|root|work|Users)/", text)


def test_a_part_that_fails_loses_no_other_and_its_earlier_figures_stay(tmp_path: Path) -> None:
    def broken(_: Path) -> parts.Figures:
        raise KeyError("figure")

    missing = parts.Step("missing.json", ("bench.no_such_script",))
    chosen = [
        parts.Part("reads", "", (), lambda work: {"is a folder": work.is_dir()}),
        parts.Part("runs", "", (missing,), lambda _: {}),
        parts.Part("breaks", "", (), broken, measures_time=True),
    ]
    done, failed = run.run_parts(chosen, PLACES, tmp_path)
    assert done["reads"]["is a folder"] is True
    assert set(done) == {"reads"}
    assert "no_such_script" in failed["runs"]
    assert "figure" in failed["breaks"]
    earlier = {"parts": {"runs": {"date": "2026-01-01"}, "reads": {"date": "2026-01-01"}}}
    merged = run.merged(earlier, {"reads": {"figure": 1}}, failed, {"date": "2026-02-02"})
    assert merged["parts"]["runs"] == {"date": "2026-01-01"}
    assert merged["parts"]["reads"] == {"date": "2026-02-02", "figure": 1}
    assert set(merged["failed"]) == {"runs", "breaks"}


def test_a_step_that_is_done_is_not_run_again(tmp_path: Path) -> None:
    (tmp_path / "done.json").write_text("{}")
    run.run_step(parts.Step("done.json", ("bench.no_such_script",)), PLACES, tmp_path)


def test_a_folder_begun_with_other_versions_is_not_resumed(tmp_path: Path) -> None:
    run.refuse_other(tmp_path, {"numpy": "1"})
    run.refuse_other(tmp_path, {"numpy": "1"})
    with pytest.raises(SystemExit, match=r"was begun with other numpy; delete it"):
        run.refuse_other(tmp_path, {"numpy": "2"})


def test_figures_have_the_date_of_their_measurement(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    os.utime(tmp_path / "a.json", (86400 * 1.5, 86400 * 1.5))
    part = parts.Part("a", "", (parts.Step("a.json", ("bench.no_such_script",)),), lambda _: {})
    assert run.run_part(part, PLACES, tmp_path)["date"] == "1970-01-02"


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(SystemExit, match="no part is called speed; there are html, "):
        run.chosen_parts(parts.parts((), quick=True), ["speed"])


@pytest.mark.parametrize("quick", [True, False])
def test_each_step_is_a_script_of_this_folder_and_its_places_are_known(quick: bool) -> None:
    for part in parts.parts(parts.PEERS, quick=quick, articles=True, cases=True):
        for step in part.steps:
            assert Path(results.ROOT, *step.arguments[0].split(".")).with_suffix(".py").exists()
            assert all(word.format(**PLACES) for word in step.arguments)


def test_without_articles_and_cases_no_step_needs_them() -> None:
    few, many = parts.parts(parts.PEERS, quick=True), parts.parts(parts.PEERS, quick=True, articles=True, cases=True)
    words = {word for part in few for step in part.steps for word in step.arguments}
    assert not any("{articles}" in word or "{cases}" in word for word in words)
    assert {part.name for part in many} - {part.name for part in few} == {"articles", "cases"}


def test_a_table_whose_part_was_not_measured_says_so_and_an_unknown_one_is_an_error() -> None:
    marked = "<!-- table: {} -->\n<!-- end of table -->"
    assert "Not measured: 'html-folds' is missing" in results.filled(marked.format("quality-news"), {"parts": {}})
    with pytest.raises(KeyError):
        results.filled(marked.format("quality-moon"), HELD)


# --------------------------------------------------------------------------
# news and mixed pages


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, parts.Figures]:
    """The parts of a small corpus of each kind, as a run would have them; log-odds as if learned out of fold."""
    root = tmp_path_factory.mktemp("small")
    gold = "\n\n".join(PROSE)
    page = {"html": article("Bridge closed"), "gold": gold, "title": "Bridge closed", "source": "aed"}
    places = {
        **PLACES, "work": str(root), "data": str(write_corpus(root / "wcxb", {"a": page})), "cases": str(root / "cases"),
        "articles": str(write_corpus(root / "news", {"a": page, "b": {**page, "source": "", "country": "jp"}})),
    }  # fmt: skip
    (root / "cases").mkdir()
    (root / "cases" / "1.html").write_text(page["html"], "utf-8")
    (root / "cases" / "1.json").write_text(json.dumps({"must_keep": [PROSE[0]], "must_drop": ["Weather"]}), "utf-8")
    pages = scorer_pages.load_html(
        {name: Path(places[key]) for name, key in (("wcxb", "data"), ("articles", "articles"))}, 1
    )
    write_odds(root / "oof.npz", pages, [np.where(page.labels, 6.0, -6.0)[None] for page in pages])
    chosen = [
        part
        for part in parts.parts(("resiliparse",), quick=False, articles=True, cases=True)
        if part.name in ("html", "articles", "html-folds", "gold-pages", "cases")
    ]
    done, failed = run.run_parts(chosen, places, root)
    assert not failed
    assert set(done) == {part.name for part in chosen}
    return {name: {"every": 1, "command": "make bench", **part} for name, part in done.items()}


def test_news_and_mixed_pages_are_in_one_table_with_losses(measured: dict[str, parts.Figures]) -> None:
    held = {"parts": measured}
    compared = results.quality_pages(held).splitlines()
    assert compared[0].split(" | ")[1:] == [
        "news: F1",
        "content lost",
        "mixed pages: F1",
        "content lost",
        "pages losing > 20 % |",
    ]
    assert [row.split(" | ")[0] for row in compared[2:4]] == [
        "| **cleaner**, balanced (default), out of fold", "| **cleaner**, careful, out of fold",
    ]  # fmt: skip
    assert compared[4].startswith("| resiliparse ")
    assert len(compared) == 5
    news = results.quality_news(held)
    assert "| English dataset | Chinese, Japanese, Korean |" in news
    assert "German" not in news
    assert "rules alone, careful" in news


def test_small_inputs_are_counted(measured: dict[str, parts.Figures]) -> None:
    table = results.quality_small({"parts": measured})
    assert "| gold texts as paragraphs, careful | 1 | 0 | 0 |  |" in table
    assert "| small inputs, HTML in balanced | 1 |  | 0 | 100.0 % |" in table
    assert "text in careful" not in table


def test_the_gate_reads_news_and_refuses_other_pages(tmp_path: Path) -> None:
    result = {"kind": "articles", "corpus": {"digest": "0"}, "systems": {"x": {"summary": {"cjk": {"f1": 0.5}}}}}
    (tmp_path / "articles.json").write_text(json.dumps(result), "utf-8")
    assert measured_by_gate(read_result(tmp_path / "articles.json")) == {"articles/x/cjk/f1": 0.5}
    with pytest.raises(GateError, match="articles: measured on pages 0"):
        parts.gate_figures(tmp_path)
