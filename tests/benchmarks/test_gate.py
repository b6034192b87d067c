"""The gate: floors that must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.gate import FLOORS, Floor, Floors, GateError, check, check_corpus, moved, read_floors

VALUES = st.integers(0, 10**6).map(lambda millionths: millionths / 10**6)


@given(VALUES, VALUES, st.sampled_from(["min", "max"]))
def test_a_floor_holds_at_what_it_was_measured_at(value: float, other: float, direction: str) -> None:
    floor = Floor("F1", "html/x/f1", other, direction).at(value)  # type: ignore[arg-type]
    assert floor.holds(value)


@given(VALUES, VALUES)
def test_raising_never_makes_a_floor_easier(value: float, floor: float) -> None:
    one = Floor("F1", "html/x/f1", round(floor, 4), "min", 0.001)
    assert one.lifted(value).value >= one.value


@given(VALUES, VALUES)
def test_only_lowering_mends_a_broken_floor(value: float, floor: float) -> None:
    one = Floors((Floor("F1", "html/x/f1", round(floor, 4), "min"),), {})
    verdicts = check(one.floors, {"html/x/f1": value})
    broken = not verdicts[0].floor.holds(value)
    assert moved(one, verdicts, lower=False, lift=False) == one
    lowered = moved(one, verdicts, lower=True, lift=False)
    assert (lowered != one) == broken
    assert lowered.floors[0].holds(value)


def test_a_figure_that_is_missing_breaks_its_floor_but_other_kinds_are_passed_over() -> None:
    floors = (Floor("F1", "html/x/f1", 0.5, "min"), Floor("cost", "cost/x/ratio", 1, "max"))
    verdicts = check(floors, {"html/y/f1": 1.0})
    assert [verdict.word for verdict in verdicts] == ["MISSING"]


def test_results_of_other_pages_are_refused() -> None:
    floors = read_floors(FLOORS)
    with pytest.raises(GateError, match="measured on pages 0"):
        check_corpus(floors, [{"kind": "wcxb_html", "corpus": {"digest": "0"}}])
