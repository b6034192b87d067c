"""Labels of lines by alignment with the gold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.align import label_lines, tokens
from bench.tiles import Tiles, common_runs, place_greedily

WORDS = st.lists(st.sampled_from(["a", "b", "c", "river", "bridge", "1."]), max_size=14)
LINES = st.lists(WORDS.map(" ".join), max_size=8)


@given(LINES)
def test_a_text_that_is_its_gold_keeps_every_line_with_words(lines: list[str]) -> None:
    labels = label_lines(lines, "\n".join(lines))
    assert len(labels) == len(lines)
    assert all(label for line, label in zip(lines, labels, strict=True) if tokens(line))


@given(LINES)
def test_without_gold_nothing_is_kept(lines: list[str]) -> None:
    assert not any(label_lines(lines, ""))


@given(WORDS, WORDS, st.integers(1, 4))
def test_each_token_is_used_once_and_only_for_its_like(text: list[str], gold: list[str], k: int) -> None:
    tiles = Tiles(len(text), len(gold))
    runs = common_runs(text, gold, k, (range(len(text)), range(len(gold))), tiles)
    place_greedily(runs, k, tiles)
    used_text, used_gold = [], []
    for j, (i, n) in tiles.by_gold.items():
        assert n >= k
        assert text[i : i + n] == gold[j : j + n]
        used_text += range(i, i + n)
        used_gold += range(j, j + n)
    assert len(used_text) == len(set(used_text)) == sum(tiles.text_used)
    assert len(used_gold) == len(set(used_gold)) == sum(tiles.gold_used)
    assert [i for i, used in enumerate(tiles.text_used) if used] == sorted(used_text)


@given(WORDS, WORDS, st.integers(1, 4))
def test_no_run_is_left_where_both_texts_are_free(text: list[str], gold: list[str], k: int) -> None:
    tiles = Tiles(len(text), len(gold))
    everywhere = range(len(text)), range(len(gold))
    place_greedily(common_runs(text, gold, k, everywhere, tiles), k, tiles)
    assert not common_runs(text, gold, k, everywhere, tiles)


def test_noise_around_the_gold_is_dropped_and_a_repeated_title_is_kept_once() -> None:
    gold = "The dam is safe\n\nEngineers who climbed the dam above Halton found no cracks at all on Monday."
    lines = ["Home", "The dam is safe", "Log in", *gold.split("\n\n"), "More from Halton: the dam"]
    assert label_lines(lines, gold) == [False, False, False, True, True, False]
