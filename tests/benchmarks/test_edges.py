"""Made-up articles with short lines at their edges: what is drawn, and what counts as torn."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench import edges
from cleaner.model import Cut, Mark, Result, Span
from cleaner.pipeline import Pipeline

UNTOUCHED = Pipeline(text_stages=[], late_stages=[], metadata="none")


def untouched(text: str) -> Result:
    return UNTOUCHED.run(text, kind="text")


@pytest.mark.parametrize("kind", edges.KINDS)
def test_the_same_seed_draws_the_same_texts(kind: str) -> None:
    for place in edges.PLACES:
        drawn = list(edges.drawn(kind, place, 12, 0))
        assert drawn == list(edges.drawn(kind, place, 12, 0))
        assert drawn[:5] == list(edges.drawn(kind, place, 5, 0))
        assert drawn != list(edges.drawn(kind, place, 12, 1))


@pytest.mark.parametrize("kind", edges.KINDS)
def test_every_line_is_where_it_is_said_to_be(kind: str) -> None:
    for place in edges.PLACES:
        for drawn in edges.drawn(kind, place, 25, 0):
            said = [drawn.text[line.start : line.end] for line in drawn.lines]
            assert said == [line for line in drawn.text.splitlines() if line.strip()]
            roles = [line.role for line in drawn.lines]
            assert 4 <= roles.count("prose") <= 10
            assert roles.count("unit") >= 2
            assert 5 <= roles.count("furniture") <= 19
            if place != "anywhere":
                shown = [role for role in roles if role in ("unit", "prose")]
                assert (shown[0] == "unit", shown[-1] == "unit") == (place == "start", place == "end")
                assert (roles[0], roles[-1]) == ("furniture", "furniture")


def test_all_languages_and_layouts_are_drawn() -> None:
    drawn = [text for kind in edges.KINDS for text in edges.drawn(kind, "end", 40, 0)]
    assert len({text.language for text in drawn}) == 16
    assert {text.layout for text in drawn} == set(edges.LAYOUTS)


def test_what_nothing_touches_is_neither_torn_nor_lost() -> None:
    for places in edges.measure(untouched, edges.KINDS, 3, 0).values():
        for tally in places.values():
            figures = tally.figures()
            assert {figures[name] for name in ("torn", "lost", "prose_lost", "headlines_lost", "noise_taken")} == {0.0}


def test_a_unit_is_torn_if_some_of_it_goes_and_lost_if_all_does() -> None:
    texts = list(edges.drawn("faq", "end", 30, 0))
    for gone, torn, lost in ((slice(0), 0, 0), (slice(1), 30, 0), (slice(1, None), 30, 0), (slice(None), 0, 30)):
        tally = edges.Tally()
        for text in texts:
            unit = [line for line in text.lines if line.role == "unit"]
            cuts = tuple(
                Cut(span := Span(line.start, line.end), (Mark(span, "a/b", "a", "why"),)) for line in unit[gone]
            )
            tally.add(text, replace(untouched(text.text), cuts=cuts))
        assert (tally.torn, tally.lost) == (torn, lost)


def test_the_command_prints_a_table_and_names_what_misses_the_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "edges.json"
    monkeypatch.setattr(sys, "argv", ["edges", "--n", "8", "--kind", "steps", "--kind", "code", "--json", str(file)])
    assert edges.main() == 0
    assert "| steps | 0.0 / 0.0 |" in capsys.readouterr().out
    figures = json.loads(file.read_text("utf-8"))
    assert figures["above_the_bar"] == []
    assert figures["cells"]["code"]["middle"]["units"] == 8
    assert edges.missed({"poem": {"end": edges.Tally(units=100, torn=2)}}) == ["poem end: 2 torn, 0 lost of 100"]
    assert edges.missed({"poem": {"end": edges.Tally(units=100, lost=1, rules=Counter(a=1))}}) == []
