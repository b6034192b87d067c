"""Made-up sites: what is composed, and what counts as taken and lost."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bench import sites


@pytest.mark.parametrize("name", [*sites.sites()])
def test_no_sentence_and_no_headline_is_on_two_pages(name: str) -> None:
    site = sites.sites()[name]
    pages = sites.pages_of(site, 40)
    assert pages == sites.pages_of(site, 40)
    own = [line.text for page in pages for line in page.lines if line.role in ("title", "content")]
    sentences = [part for text in own for part in text.split(site["stop"]) if part.strip()]
    assert [text for text, times in Counter(sentences).items() if times > 1] == []
    for page in pages:
        assert not {*page.content} & {line.text for line in page.lines if line.role in ("noise", "teaser")}
        assert [line for line in sites.text_of(page).split("\n") if line] == [line.text for line in page.lines]


def test_six_languages_and_ten_sites() -> None:
    assert len(sites.sites()) == 10
    assert len({site["language"] for site in sites.sites().values()}) == 6


def test_counters_are_repeated_noise_and_lines_of_two_pages_are_not() -> None:
    pages = [
        sites.Page(str(n), (sites.Line("noise", f"{n} voices"), *([sites.Line("noise", "Rare")] * (n < 2))))
        for n in range(3)
    ]
    assert sites.repeated(pages) == {"0 voices"}


def test_figures_are_shares_of_words() -> None:
    page = sites.Page("", (sites.Line("noise", "one two"), sites.Line("title", "a b c"), sites.Line("teaser", "d e")))
    tally = sites.Tally("site", "text")
    for when, kept in (("before", {"one two", "a b c"}), ("after", {"d e"})):
        sites._add(tally, page, kept, frozenset({"one two"}), when)
    row = tally.row()
    assert (row["noise"], row["content"]) == (2, 3)
    assert (row["taken_before"], row["taken_after"], row["lost_before"], row["lost_after"]) == (0, 1, 0, 1)
    assert tally.lines == ["- a b c"]


def test_a_site_reaches_the_bars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sites.main(["--site", "el-muelle", "--form", "text", "--json", str(tmp_path / "sites.json")]) == 0
    whole = json.loads((tmp_path / "sites.json").read_text("utf-8"))["all"]
    assert whole["taken_after"] >= sites.MIN_TAKEN > whole["taken_before"]
    assert whole["lost_after"] == 0
    assert "el-muelle" in capsys.readouterr().out


def test_lines_are_counted_and_memory_is_reported(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sites.main(["memory", "--lines", "2000", "--folder", str(tmp_path)])
    assert "lines of" in capsys.readouterr().out
    assert [*tmp_path.iterdir()] == []
