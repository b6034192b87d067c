"""The weights of the ends of a text: what a candidate takes, the regression, and the first candidate."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import fit_ends
from bench.fit_ends import NOTHING, Candidate, Outside
from bench.training import folds_by_domain
from cleaner.stages.ends import End, Measures

CONTENT = [
    "Rain is expected in the north of the country until Friday morning, and the rivers are high.",
    "Farmers had asked for help in June, and a vote on it is due in the autumn.",
    "The water board said on Monday that nobody had to leave their house, but that the bridges would be watched.",
    "In the lower town the people carried their chairs and tables up to the old mill, where the baker lit a fire.",
    "Nobody had seen such a flood since the bridge was built, said the oldest of them, who was a child then.",
]
TAIL = [
    "Share this article",
    "Sign up for our newsletter",
    "Minister to visit the lower town",
    "The mayor of the next town says that her people are ready to help with boats and sand.",
    "Privacy policy",
    "All rights reserved",
]


def row(lines: list[str], keep: list[bool]) -> str:
    labelled = [{"text": line, "keep": kept} for line, kept in zip(lines, keep, strict=True)]
    return json.dumps(
        {"id": "a", "corpus": "wcxb", "url": "https://a.example.co.uk/b", "domain": "a", "text": "\n".join(lines)}
        | {"lines": labelled}
    )


def candidate(content: float, **measures: float) -> Candidate:
    empty = dict.fromkeys(Measures._fields, 0.0)
    return Candidate(Measures(**{**empty, **measures}), Outside(1.0, content, 0.5, 0.0))


def test_a_candidate_takes_what_is_outside_and_not_cut_by_rules() -> None:
    text = fit_ends.read_text(row(CONTENT + TAIL, [True] * 5 + [False] * 6))
    assert text is not None
    assert text.domain == "example.co.uk"
    assert not text.above
    outside = text.below[0].outside
    noise = sum(len(line.split()) for line in TAIL)
    assert outside.content == outside.short_content == 0
    assert outside.short_noise == pytest.approx(len(TAIL[2].split()) / noise)
    assert outside.noise == pytest.approx(sum(len(TAIL[i].split()) for i in (2, 3)) / noise)


def test_content_outside_is_a_share_of_all_content() -> None:
    text = fit_ends.read_text(row(CONTENT + TAIL, [True] * 5 + [False, False, True, False, False, False]))
    assert text is not None
    words = len(TAIL[2].split())
    assert text.below[0].outside.content == pytest.approx(words / (words + sum(len(a.split()) for a in CONTENT)))


@pytest.mark.parametrize("kept", [True, False])
def test_a_text_of_one_label_teaches_nothing(kept: bool) -> None:
    assert fit_ends.read_text(row(CONTENT + TAIL, [kept] * 11)) is None


@given(st.integers(0, 2**32 - 1), st.integers(20, 60), st.integers(1, 4))
def test_the_regression_is_at_its_minimum(seed: int, n: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    x, weights = rng.normal(size=(n, width)) * 3, rng.uniform(0.1, 2, n)
    y = np.array([0.0, 1.0, *rng.integers(0, 2, n - 2)])

    def loss(w: np.ndarray, b: float) -> float:
        z = x @ w + b
        return float(w @ w / 2 + fit_ends.C * (weights * (np.logaddexp(0, z) - y * z)).sum())

    w, b = fit_ends.logistic(x, y, weights)
    least = loss(w, b)
    for _ in range(5):
        step = rng.normal(size=width + 1) * 0.05
        assert loss(w + step[:-1], b + step[-1]) >= least


def test_a_regression_that_cannot_converge_says_so() -> None:
    with pytest.raises(ArithmeticError, match="no convergence"):
        fit_ends.logistic(np.full((4, 1), np.nan), np.array([0.0, 1, 0, 1]), np.ones(4))


def test_right_and_wrong_candidates_get_weights_of_the_right_sign() -> None:
    right = [candidate(0.0, known_outside=5, sentences=k % 2) for k in range(40)]
    wrong = [candidate(0.01, known_outside=0, sentences=k % 2) for k in range(40)]
    end = fit_ends.fitted([[a, b] for a, b in zip(right, wrong, strict=True)])
    assert end.weights.known_outside > 1
    assert end.weights.sentences == 0
    assert all(value == round(value, 1) for value in (*end.weights, end.bias))


def test_each_text_has_the_same_weight() -> None:
    long = [candidate(0.0, known_outside=5)] * 90
    short = [[candidate(0.01, known_outside=5)]] * 10
    assert fit_ends.fitted([long, *short]).log_odds(long[0].measures) < 0


def test_the_first_candidate_from_the_level_on_is_taken() -> None:
    end = End(Measures(0, 0, 0, 1.0, 0, 0, 0, 0), 0.0)
    candidates = [candidate(k / 10, known_outside=k) for k in (1, 3, 5)]
    assert fit_ends.first(candidates, end, 1.0) == candidates[1].outside
    assert fit_ends.first(candidates, end, 9.0) == NOTHING


def test_no_domain_is_in_two_folds() -> None:
    domains = [f"{k % 11}.example" for k in range(40)]
    folds = folds_by_domain(domains)
    assert len({(a, int(b)) for a, b in zip(domains, folds, strict=True)}) == len(set(domains))
    assert set(folds.tolist()) == {0, 1, 2, 3, 4}
