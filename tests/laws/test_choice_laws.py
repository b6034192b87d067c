"""The laws of the options that say what counts as content: nothing is lost, doubled, or changed elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html import escape
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from strategies import any_markup, any_text, documents, html_pages, noise, sentences, tag_soup

from cleaner.model import Result
from cleaner.pipeline import Pipeline

WORD = re.compile(r"\w+")
SEPARATE = {"captions": "separate", "comments": "separate"}
KEPT = {"captions": "keep", "comments": "keep"}


@cache
def pipeline(**options: Any) -> Pipeline:
    return Pipeline(metadata="none", classifier="rules", **options)


def words(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in WORD.findall(text))


CAPTIONS = (
    "<figure><img src=a.jpg><figcaption>{}</figcaption></figure>",
    "<div class='image-box'><img src=a.jpg><p class='wp-caption-text'>{}</p></div>",
    "<figure><img src=a.jpg><span>{}</span></figure>",
)


@st.composite
def news(draw: st.DrawFn) -> str:
    """A page with a headline, paragraphs, captions and comments, and noise among them."""
    prose = draw(st.lists(sentences(), min_size=2, max_size=6))
    parts = [f"<p>{escape(text)}</p>" for text in prose]
    for caption in draw(st.lists(sentences(3), max_size=3)):
        at = draw(st.integers(0, len(parts)))
        parts.insert(at, draw(st.sampled_from(CAPTIONS)).format(escape(caption)))
    posts = draw(st.lists(st.one_of(sentences(4), noise()), max_size=4))
    thread = "".join(f"<li class=comment><p>{escape(post)}</p><a href=#>Reply</a></li>" for post in posts)
    lines = "".join(f"<div>{escape(line)}</div>" for line in draw(st.lists(noise(), max_size=3)))
    title = escape(draw(sentences(4)))
    head, body = f"<title>{title} - The Planet</title>", f"<article><h1>{title}</h1>{''.join(parts)}</article>"
    return f"<html><head>{head}</head><body>{lines}{body}<ol id=comments>{thread}</ol></body></html>"


def any_page() -> st.SearchStrategy[str]:
    return st.one_of(news(), news(), html_pages(), tag_soup(), any_markup(), any_text())


def tiles(result: Result) -> bool:
    return "".join(piece.text for piece in result.pieces()) == result.document.text


@given(any_page())
def test_kept_and_removed_are_the_page_whatever_is_asked(html: str) -> None:
    for options in (SEPARATE, KEPT, {"captions": "drop", "comments": "drop", "headline": "drop"}):
        assert tiles(pipeline(**options).run(html, kind="html"))


@given(any_page())
def test_what_is_separated_and_the_text_are_what_is_kept(html: str) -> None:
    whole, parts = pipeline(**KEPT).run(html, kind="html"), pipeline(**SEPARATE).run(html, kind="html")
    assert words(whole.text) == words(parts.text, *parts.captions, *parts.comments)


@given(documents())
def test_what_is_separated_from_a_text_and_the_rest_are_what_is_kept(text: str) -> None:
    whole, parts = pipeline().run(text, kind="text"), pipeline(**SEPARATE).run(text, kind="text")
    assert words(whole.text) == words(parts.text, *parts.captions)
    assert not parts.comments
    assert tiles(parts)


@given(any_page())
def test_to_drop_and_to_separate_leave_the_same_text(html: str) -> None:
    dropped = pipeline(captions="drop", comments="drop").run(html, kind="html")
    assert dropped.text == pipeline(**SEPARATE).run(html, kind="html").text
    assert not dropped.captions
    assert not dropped.comments


@given(any_page())
def test_the_headline_alone_is_dropped(html: str) -> None:
    whole, rest = pipeline().run(html, kind="html"), pipeline(headline="drop").run(html, kind="html")
    taken = [cut for cut in rest.cuts if cut.category == "headline"]
    assert words(whole.text) == words(rest.text, *(rest.document.text[slice(*cut.span)] for cut in taken))
    assert rest.metadata == whole.metadata


@given(news())
def test_captions_and_headlines_of_news_are_found(html: str) -> None:
    result = pipeline(captions="separate", headline="drop").run(html, kind="html")
    whole = pipeline().run(html, kind="html")
    title = words(re.findall("<h1>(.*?)</h1>", html)[0])
    assert words(whole.text) - words(result.text, *result.captions) == title & words(whole.text)


@given(any_page())
def test_every_asked_cut_has_a_rule_and_a_reason_that_names_the_option(html: str) -> None:
    for cut in pipeline(headline="drop", **SEPARATE).run(html, kind="html").cuts:
        if cut.marks[0].rule.endswith("/asked"):
            assert re.match(r"The option (captions|comments|headline)=\w+ asks for it", cut.marks[0].reason)
