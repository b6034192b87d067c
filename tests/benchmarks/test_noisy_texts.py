"""Figures of the noisy texts: what is counted, and the gold beside each text."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.noisy_texts import by_language, figures, measure, read, texts
from cleaner.model import Cut, Result, Span
from cleaner.pipeline import Pipeline

TEXT = "Home\nThe mill burnt\n水车 8\nHome\n"


def with_cuts(*spans: tuple[int, int]) -> Result:
    result = Pipeline().run(TEXT, kind="text")
    assert result.cuts == ()
    object.__setattr__(result, "cuts", tuple(Cut(Span(*span), ()) for span in spans))
    return result


def test_words_are_counted_by_hand() -> None:
    uncut = figures("xx-news-1", with_cuts(), ["The mill burnt", "水车 8"])
    assert (uncut.content, uncut.lost, uncut.noise, uncut.left, uncut.titles) == (6, 0, 2, 2, 0)
    assert (uncut.lines_lost, uncut.lines_left) == ((), ("Home", "Home"))
    cut = figures("xx-news-1", with_cuts((0, 8), (20, 22)), ["The mill burnt", "水车 8"])
    assert (cut.lost, cut.left, cut.titles, cut.lines_lost) == (3, 1, 1, ("The mill burnt", "水车 8"))


def test_a_language_is_the_sum_of_its_texts() -> None:
    found = [figures(name, with_cuts((0, 4)), ["水车 8"]) for name in ("zh-news-1", "zh", "vi-blog-2")]
    assert by_language(found)["zh"].noise == 2 * by_language(found)["vi"].noise == 10


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.stem)
def test_the_gold_of_a_text_is_a_part_of_it(path: Path) -> None:
    assert read(path)[1]


def test_a_gold_in_another_order_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.kept.txt").write_text("水车 8\nThe mill burnt\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.kept\.txt: a\.txt has no such line"):
        list(measure(Pipeline(), texts(tmp_path)))
