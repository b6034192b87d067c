"""Figures of a cleaned text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.text_metrics import page_metrics, summarise, without_title

TEXT = st.lists(st.sampled_from(["rain", "snow", "menu", "share"]), max_size=12).map(" ".join)


@given(TEXT, TEXT)
def test_the_gold_is_perfect_and_loses_nothing(source: str, gold: str) -> None:
    row = page_metrics(gold, f"{source} {gold}", gold)
    assert (row["precision"], row["recall"], row["f1"], row["loss"]) == (1, 1, 1, 0)
    assert row["noise"] in (0, None)


@given(TEXT, TEXT, TEXT)
def test_shares_are_shares(cleaned: str, source: str, gold: str) -> None:
    row = page_metrics(cleaned, source, gold)
    assert 0 <= row["f1"] <= min(1, max(row["precision"], row["recall"]))
    untouched = page_metrics(source, source, gold)
    assert untouched["loss"] == 0
    assert untouched["noise"] in (1, None)


def test_loss_and_noise_by_hand() -> None:
    row = page_metrics("rain menu", "menu share rain snow", "rain snow")
    assert (row["loss"], row["noise"], row["precision"], row["recall"]) == (0.5, 0.5, 0.5, 0.5)
    assert summarise([row])["loss>20%"] == 1


@pytest.mark.parametrize(
    ("gold", "left"), [("Rain fell.", "Rain fell."), ("The Dam\nRain fell.", "The dam\nRain fell.")]
)
def test_a_headline_counts_only_where_the_gold_has_it(gold: str, left: str) -> None:
    assert without_title("The dam\nRain fell.", "The Dam", gold) == left
