"""The native walk over a page finds the lines and elements that the walk of Python finds."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from both_ways import both, needs_core
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from strategies import any_markup, any_text, html_pages, tag_soup

from cleaner import _native
from cleaner.segment import html, native_page
from cleaner.segment.html import read_page
from cleaner.segment.markup import mend

pytestmark = needs_core
TESTS = Path(__file__).parents[1]
SHADOW = "<p>a</p><div><template shadowrootmode=open><p>shown</p></template></div>"
WORDS = (
    "Login",
    "Register",
    "the river.",
    "ß",
    "İ",
    "ǅ",
    "東京都の天気予報です。",
    "x" * 50 + ".",
    "\u2003",
    "\xa0",
    "&#x2028;",
)
PARTS = (
    "<p>", "</p>", "<div>", "<span>", "</span>", "<b>", "</b>", "<a href=/>", "<a>", "</a>", "<br>", "<pre>", "</pre>",
    "<table>", "<tr>", "<td>", "<th>", "</table>", "<ol>", "<ul>", "<li>", "<dl>", "<dt>", "<dd>", "<button>", "</button>",
    "<img>", "<input>", "<label>", "<time>", "<x-y>", "</x-y>", "<x-y hidden>", "<dialog>", "<dialog open>", "<code>",
    "<figcaption>", "<svg>", "</svg>", "<math><annotation>", "<foreignObject>", "<noscript>", "</noscript>", "<textarea>",
    "</textarea>", "<!-- c -->", "<div style='display: none'>", "<div style=x>", "<p class>", "<p class='' id>",
    "<p class='a\tb'>", "<p class='a b'>", "<p id=a role=main>", "<h1>", "<blockquote>", "<caption>", "<article>",
    "<details>", "<details open>", "<p open>", "<p class=a open>", "<p class=a>", "<template><p>no</template>", "\n", " ", "\t", "\r\n", "\0", *WORDS,
)  # fmt: skip
soup = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)


def check(source: str) -> bool:
    """Both walks find the same. Returns whether the core has read the page."""
    parsed = LexborHTMLParser(mend(source))
    root = parsed.body or parsed.root
    if root is None:
        return False
    found = True
    for with_noscript in (False, True):
        native = html._native(root, with_noscript=with_noscript)
        if native is None:
            found = False
            continue
        python = html._walked(root, with_noscript=with_noscript)
        assert html._plain(native) == html._plain(python)
        assert native.tree.start_tags == python.tree.start_tags, "equal start tags are numbered alike"
    return found


@given(soup)
def test_any_soup_of_elements_that_mean_something(source):
    check(source)


@given(st.one_of(html_pages(), tag_soup(), any_markup(), any_text()))
def test_any_page(source):
    check(source)


@given(st.lists(st.sampled_from(PARTS[:20]), max_size=20).map("".join))
def test_the_core_reads_usual_pages(source):
    assert check(f"<body>{source}<p>The end.")


def test_the_pages_of_the_tests():
    for path in sorted((TESTS / "pages").glob("*.html")):
        source = path.read_bytes().decode("utf-8", "replace")
        assert check(source) or "shadowrootmode" in source


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 500 + "deep" + "<b>" * 300 + "deeper" + "<p>end",
        "<b>" * 3000 + "x" + "<p>y",
        "<table>" + "<tr><td>a<td><td>b\tc<td>" * 50,
        "<pre>a\r\n\r\n\r\nb\x85c\u2028\u2029 \n</pre>d",
        "<p>" + "x" * 200_000 + "<p>" + "word " * 50_000,
        "<p class='" + "a " * 100_000 + "'>x",
        "".join(f"<div class=c{n} id=i{n}>x" for n in range(3000)),
        "",
        "<body>",
        "\ud800<p>\ud800",
    ],
    ids=["deep", "formats", "cells", "raw", "long", "classes", "tags", "empty", "bare", "surrogates"],
)
def test_unusual_pages(source):
    check(source)


@pytest.mark.parametrize("source", [SHADOW, "".join(f"<x{n}>a" for n in range(300))], ids=["shadow", "unknown"])
def test_python_reads_what_is_rare(source):
    assert not check(source)
    native, python = both(lambda: read_page(source))
    assert native == python


def test_with_another_library_of_the_parser_python_reads_and_one_line_is_logged(monkeypatch, caplog):
    monkeypatch.setattr(native_page, "_FUNCTIONS", ("lxb_no_such_function", *native_page._FUNCTIONS[1:]))
    native_page.native_walker.cache_clear()
    html._native_walker.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert read_page("<p>one").text == read_page("<p>one").text == "one\n"
        assert [record.message for record in caplog.records] == [
            "pages are read by Python: the native core does not work with the installed selectolax"
        ]
    finally:
        native_page.native_walker.cache_clear()
        html._native_walker.cache_clear()


def test_a_walk_that_differs_is_not_used(monkeypatch):
    monkeypatch.setattr(html, "_SAMPLE", SHADOW)  # which the core leaves to Python
    html._native_walker.cache_clear()
    try:
        assert html._native_walker(_native.library()) is None
    finally:
        html._native_walker.cache_clear()


def test_tags_that_differ_only_in_open_are_one():
    assert check("<p>a<p open>b<details class=c>d</details><details class=c open>e<dialog>f</dialog><dialog open>g")
