"""What the words of the lines of a text are worth to the scorer."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.packs.load import builtin_folder
from cleaner.scorer.model import Model
from cleaner.scorer.reasons import in_words
from cleaner.scorer.wording import WORDING_FEATURES, WordOdds, checksums, wording_columns

LINES = st.lists(st.text(alphabet="ab 中ก.-1", max_size=40), min_size=1, max_size=30)
ODDS = st.dictionaries(st.sampled_from(["a", "b", "ab", "a b", "中", "中 中", "1"]), st.floats(-3, 3), max_size=7)


def odds_of(words):
    return WordOdds({crc32(word.encode()): value for word, value in words.items()})


def test_words_and_pairs_have_checksums_each_once():
    assert checksums("to the top to the") == sorted(
        crc32(word) for word in (b"to", b"the", b"top", b"to the", b"the top", b"top to")
    )


def test_in_scripts_without_spaces_each_character_is_a_word():
    assert checksums("首页") == sorted(crc32(word.encode()) for word in ("首", "页", "首 页"))


def test_only_the_beginning_of_a_line_counts():
    line = " ".join(f"w{n}" for n in range(100))
    assert checksums(line) == checksums(f"{line} and more")


@given(LINES, ODDS)
def test_a_line_is_worth_what_its_words_are(lines, words):
    odds = odds_of(words)
    own = wording_columns(lines, odds)[0]
    for line, value in zip(lines, own.tolist(), strict=True):
        keys = checksums(line)
        assert value == pytest.approx(sum(odds.get(key, 0) for key in keys) / max(len(keys), 1) ** 0.5, abs=1e-5)


@given(LINES, ODDS)
def test_windows_are_means_of_lines(lines, words):
    columns = dict(zip(WORDING_FEATURES, wording_columns(lines, odds_of(words)), strict=True))
    own = columns["wording"]
    for i in range(len(lines)):
        assert columns["wording near 3"][i] == pytest.approx(own[max(i - 3, 0) : i + 4].mean(), abs=1e-5)
        above = own[max(i - 3, 0) : i]
        assert columns["wording 3 above"][i] == pytest.approx(above.mean() if i else 0, abs=1e-5)
        assert columns["wording page"][i] == pytest.approx(own.mean(), abs=1e-5)


@given(LINES)
def test_unknown_words_are_worth_nothing(lines):
    assert not wording_columns(lines, WordOdds({crc32(b"z"): 2.0})).any()


@given(LINES, LINES, ODDS)
def test_what_was_read_before_makes_no_difference(before, lines, words):
    used = odds_of(words)
    wording_columns(before, used)
    assert np.array_equal(wording_columns(lines, used), wording_columns(lines, odds_of(words)))


def test_the_shipped_model_knows_words_by_checksums_alone():
    with np.load(builtin_folder() / "scorer_text.npz") as file:
        assert file["words"].dtype == np.uint32
        assert len(file["words"]) == len(file["word_odds"]) > 1_000


def test_a_model_keeps_its_words(tmp_path):
    model = Model.load(builtin_folder() / "scorer_text.npz")
    model.save(tmp_path / "model.npz")
    assert Model.load(tmp_path / "model.npz").word_odds == model.word_odds


def test_reasons_name_the_words():
    assert in_words("wording", -2.0) == "words (here) that are boilerplate on other sites (-2.0)"
    assert in_words("wording near 3", 1.0) == "words (near 3) that are content on other sites (+1.0)"
