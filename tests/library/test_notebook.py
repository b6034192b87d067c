"""What a notebook shows of a result, and the tables it becomes."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text, documents

from cleaner import notebook
from cleaner.model import Cut, Document, Mark, Result, Span
from cleaner.packs.load import load_builtin
from cleaner.pipeline import Pipeline
from cleaner.terminal import visible

NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\nShare this article\n"


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


class Reader(HTMLParser):
    """The text of the page but for what is said of folded lines, and of it what is deleted, with titles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack, self.is_page = [], False
        self.head, self.text, self.folded = "", "", []
        self.deleted, self.titles, self.categories, self.tags = [], [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.stack.append(tag)
        told = dict(attrs)
        self.is_page |= told.get("class") == "cleaner-page"
        if tag == "del":
            self.deleted.append("")
            self.titles.append(told["title"])
            self.categories.append(told["data-category"])
        if tag == "summary":
            self.folded.append("")

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if not self.is_page:
            self.head += data if "style" not in self.stack else ""
        elif "summary" in self.stack:
            self.folded[-1] += data
        else:
            self.text += data
            if "del" in self.stack:
                self.deleted[-1] += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.stack
    return reader


@given(documents())
def test_all_of_the_text_is_shown_and_nothing_of_it_is_markup(text: str) -> None:
    result = pipeline().run(text, kind="text")
    html = result._repr_html_()
    page = re.sub(r"<summary>.*?</summary>", "", html.partition('class="cleaner-page">')[2])
    wanted = visible(text, keep="\t\r\n")
    assert unescape(re.sub(r"<[^>]*>", "", page)) == unescape(escape(wanted))
    html.encode()  # a notebook is saved in UTF-8
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "b", "span", "del", "em", "style", "details", "summary"}
    assert html.count("<del ") == sum(not text[slice(*cut.span)].isspace() for cut in result.cuts)


@given(any_text())
def test_nothing_that_is_shown_is_a_control_character_or_turns_the_writing(text: str) -> None:
    told = Mark(Span(0, 1), text, text, text)
    document = Document(text, f"{text}\nRain is expected.\n")
    html = Result(document, (Cut(Span(0, len(text) + 1), (told,)),), warnings=(text,))._repr_html_()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", html)
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "b", "span", "del", "em", "style", "details", "summary"}


def test_cuts_carry_rule_and_reason_and_the_colour_and_name_of_their_category() -> None:
    result = pipeline().run(NOISY, id="<a>")
    reader = read(result._repr_html_())
    assert reader.text == NOISY
    assert reader.deleted == ["Skip to main content", "Share this article"]
    assert reader.categories == ["navigation", "share"]
    assert reader.titles[0].startswith("navigation/skip-link (")
    assert "“skip to main content”" in reader.titles[0]
    colours = re.findall(r'<del class="([^"]*)"', result._repr_html_())
    assert len(set(colours)) == 2
    assert all(f'<span class="cleaner-key {colour}">' in result._repr_html_() for colour in colours)


def test_the_first_line_says_how_much_was_kept() -> None:
    assert read(pipeline().run(NOISY)._repr_html_()).head == "59 of 99 characters kept, 2 cuts navigation 1 share 1"
    unchanged = pipeline().run("Rain is expected.", id="a")._repr_html_()
    assert read(unchanged).head == "a 17 of 17 characters kept, 0 cuts (unchanged)"


@given(st.lists(st.sampled_from([*load_builtin().summaries, "scorer", "context", "region", "mine"]), unique=True))
def test_the_categories_of_a_result_look_different(names: list[str]) -> None:
    looks = notebook._looks(names)
    assert list(looks) == names
    assert len(set(looks.values())) == len(names)
    assert len({look.split()[0] for look in list(looks.values())[:8]}) == min(len(names), 8)
    assert not names or looks[names[0]] == notebook._looks([names[0]])[names[0]]


def test_long_runs_of_cuts_are_folded() -> None:
    lines = ["Skip to main content", "Log in", "Sign up", "Forgot your password?", "Share this article", "Copy link"]
    for count, folded in ((5, []), (6, ["6 lines cut: navigation, login"])):
        text = "".join(f"{line}\n\n" for line in lines[:count])
        spans, at = [], 0
        for line in lines[:count]:
            spans.append(Span(at, at + len(line) + 1))
            at += len(line) + 2
        marks = [Mark(span, "a/b", "login" if n == 1 else "navigation", "") for n, span in enumerate(spans)]
        cuts = tuple(Cut(span, (mark,)) for span, mark in zip(spans, marks, strict=True))
        reader = read(Result(Document("-", text + "Rain is expected."), cuts)._repr_html_())
        assert reader.folded == folded
        assert reader.text == text + "Rain is expected."
        assert len(reader.deleted) == count


def test_no_background_is_of_one_theme_only() -> None:
    html = pipeline().run(NOISY)._repr_html_()
    assert "style=" not in html
    assert "prefers-color-scheme: dark" in html
    assert 'data-jp-theme-light="false"' in html
    assert set(re.findall(r"background: ([^;]*);", html)) == {"rgba(var(--cleaner-colour), var(--cleaner-tint))"}


def test_hostile_names_stay_text() -> None:
    mark = Mark(Span(0, 3), 'x/"><script>', "c<b>", '"><script>alert(1)</script>')
    html = Result(Document("<script>", "abc def"), (Cut(Span(0, 3), (mark,)),))._repr_html_()
    assert read(html).tags == {"div", "b", "del", "span", "style"}
    assert read(html).titles == ['x/"><script> (100): "><script>alert(1)</script>']


@pytest.mark.parametrize("at", [5, 20, 21, 40])
def test_long_pages_are_cut_short_and_say_so(monkeypatch, at: int) -> None:
    monkeypatch.setattr(notebook, "_MAX_SHOWN", at)
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
