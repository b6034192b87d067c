"""The file of results: parts that fail, tables of the docs."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from bench import parts, results, run
from bench.gate import FLOORS, read_floors

HELD = json.loads(results.RESULTS.read_text("utf-8"))
DOCUMENTS = list(results.documents())
PLACES = {"data": "DATA", "text": "TEXT", "work": "WORK", "every": "1", "text_every": "1"}


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
    for part in parts.parts(parts.PEERS, quick=quick):
        for step in part.steps:
            assert Path(results.ROOT, *step.arguments[0].split(".")).with_suffix(".py").exists()
            assert all(word.format(**PLACES) for word in step.arguments)
