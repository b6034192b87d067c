"""The script that kills runs: a few kills of a small run, and what it says of a run that comes out differently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import kills

SITE = "ferry-gazette"


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_runs_come_out_the_same(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kills.measured(tmp_path, [SITE], 4, points=2, orders=1, seed=seed) == 0
    assert capsys.readouterr().out.startswith("2 runs killed (")


def test_what_depends_on_the_order_of_inputs_is_left_out(tmp_path: Path) -> None:
    sources = kills.write_inputs(tmp_path, [SITE], 5)
    for name, order in (("one", sources), ("two", sources[::-1])):
        kills.clean(tmp_path / name, 0, order)
    assert kills.files_of(tmp_path / "one") != kills.files_of(tmp_path / "two")
    assert kills.in_any_order(tmp_path / "one") == kills.in_any_order(tmp_path / "two")
    rows = [json.loads(line) for line in (tmp_path / "one" / "documents.jsonl").read_text("utf-8").splitlines()]
    assert any(row["duplicate_of"] for row in rows)


def test_a_run_that_comes_out_differently_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = kills.write_inputs(tmp_path, [SITE], 4)
    expected = {"documents.jsonl": "another hash"}
    assert not kills.survived(tmp_path, sources, expected, 1.0, kills.Random(1))[0]
    assert "documents.jsonl differs" in capsys.readouterr().out
