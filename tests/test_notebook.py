"""What a notebook shows of a result, and the tables it becomes."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from strategies import documents

from cleaner import model
from cleaner.model import Cut, Document, Mark, Result, Span
from cleaner.pipeline import Pipeline
from cleaner.terminal import visible

NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\nShare this article\n"


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


class Reader(HTMLParser):
    """The text of the second division, and of it what is deleted, with titles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = self.divisions = 0
        self.text, self.deleted, self.titles, self.tags = "", [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.divisions += tag == "div"
        if tag == "del":
            self.depth += 1
            self.deleted.append("")
            self.titles.append(dict(attrs)["title"])

    def handle_endtag(self, tag):
        self.depth -= tag == "del"

    def handle_data(self, data):
        if self.divisions == 3:
            self.text += data
            if self.depth:
                self.deleted[-1] += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@given(documents())
def test_all_of_the_text_is_shown_and_nothing_of_it_is_markup(text: str) -> None:
    result = pipeline().run(text, kind="text")
    html = result._repr_html_()
    assert unescape(re.sub(r"<[^>]*>", "", html.partition('pre-wrap">')[2])) == unescape_all(
        visible(text, keep="\t\r\n")
    )
    html.encode()  # a notebook is saved in UTF-8
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "b", "span", "del", "em"}
    assert html.count("<del ") == len(result.cuts)


def unescape_all(text: str) -> str:
    """What a reader of HTML makes of the escaped text: the text, but for what no reader takes."""
    from html import escape

    return unescape(escape(text))


def test_cuts_carry_rule_and_reason_and_the_colour_of_their_category() -> None:
    result = pipeline().run(NOISY, id="<a>")
    reader = read(result._repr_html_())
    assert reader.text == NOISY
    assert reader.deleted == ["Skip to main content\n", "Share this article\n"]
    assert reader.titles[0].startswith("navigation/skip-link (")
    assert "“skip to main content”" in reader.titles[0]
    colours = re.findall(r'<del style="([^"]*)"', result._repr_html_())
    assert len(set(colours)) == 2
    assert all(f'<span style="{colour}">' in result._repr_html_() for colour in colours)


def test_hostile_names_stay_text() -> None:
    mark = Mark(Span(0, 3), 'x/"><script>', "c<b>", '"><script>alert(1)</script>')
    html = Result(Document("<script>", "abc def"), (Cut(Span(0, 3), (mark,)),))._repr_html_()
    assert read(html).tags == {"div", "b", "del", "span"}
    assert read(html).titles == ['x/"><script> (100): "><script>alert(1)</script>']


@pytest.mark.parametrize("at", [5, 20, 21, 40])
def test_long_pages_are_cut_short_and_say_so(monkeypatch, at: int) -> None:
    monkeypatch.setattr(model, "_MOST_SHOWN", at)
    text = read(pipeline().run(NOISY)._repr_html_()).text
    assert text == f"{NOISY[:at]}… {len(NOISY) - at} more characters"


def test_a_result_is_a_row_of_plain_types() -> None:
    result = pipeline().run(NOISY, id="x")
    row = result.to_dict()
    assert json.loads(json.dumps(row)) == row
    assert (row["id"], row["status"], row["text"]) == ("x", "ok", result.text)
    assert [(cut["rule"], cut["text"]) for cut in row["cuts"]] == [
        ("navigation/skip-link", "Skip to main content\n"),
        ("share/prompt", "Share this article\n"),
    ]


def test_rows_make_tables_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    results = [pipeline().run(NOISY, id="x"), pipeline().run("Rain is expected.", id="y")]
    table = pandas.DataFrame([result.to_dict() for result in results])
    assert table.set_index("id").status.to_dict() == {"x": "ok", "y": "unchanged"}
    cuts = pandas.DataFrame(results[0].to_dict()["cuts"])
    assert cuts.category.tolist() == ["navigation", "share"]
