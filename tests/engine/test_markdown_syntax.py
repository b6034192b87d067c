"""The signs of Markdown stay in a file that is called so."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import noise, paragraphs

from cleaner.model import Kind
from cleaner.pipeline import Pipeline
from cleaner.segment.markdown_syntax import with_syntax
from cleaner.segment.text import read_lines

FRONT = (
    "---\ntitle: Rain\nlayout: post\ncategories:\n- News\n- Sport\n---\n",
    "+++\ntitle = 'Rain'\ntags = ['news']\n+++\n",
    "---\nshare: true\nlogin: no\n...\n",
    "% Rain\n% Ann Lee\n",
)
SIGNS = (
    "---", "***", "* * *", "===", "<!-- Share this article -->", "<!--\nSkip to main content\nLog in\n-->",
    '<div class="note">', "</div>", "<details><summary>", "$$\nx = 1\n$$", "[1]: https://example.org/", "[TOC]",
    "[^1]: Share this article", "{% include share.html %}", "{{< youtube abc >}}", ":::note", "![Dam](dam.png)",
    "- [ ] Sign up", "- [x] Log in", "    cookies = accept_all()\n    log_in()", "```\nLog in\n```",
)  # fmt: skip


@lru_cache
def pipeline(profile):
    return Pipeline(profile=profile, metadata="none")


def code(text):
    lines = with_syntax(read_lines(text), text)
    return [line for line, kind in zip(lines.texts, lines.kinds, strict=True) if kind is Kind.CODE]


@st.composite
def files(draw):
    """A file of paragraphs, noise and signs, and the signs in it."""
    front = draw(st.sampled_from(("", *FRONT)))
    parts = draw(st.lists(st.one_of(paragraphs(), noise(), st.sampled_from(SIGNS)), min_size=1, max_size=14))
    return f"{front}\n" + "\n\n".join(parts) + "\n", [front, *(part for part in parts if part in SIGNS)]


@given(files(), st.sampled_from(["careful", "strict"]))
def test_signs_stay(drawn, profile):
    text, signs = drawn
    clean = pipeline(profile).run(text, kind="markdown").text
    at = 0
    for sign in signs:
        at = clean.find(sign.strip("\n"), at)
        assert at >= 0, sign
        at += len(sign.strip("\n"))
    assert pipeline(profile).run(clean, kind="markdown").text == clean


@pytest.mark.parametrize("front", FRONT)
def test_front_matter_is_code_and_what_is_below_is_not(front):
    assert code(f"{front}\nRain is expected.\n") == [line.strip() for line in front.splitlines()]


def test_what_begins_with_a_break_has_no_front_matter():
    assert code("---\n\nRain is expected.\n\n---\n\nSnow.\n") == ["---", "---"]


def test_what_is_not_closed_takes_nothing_with_it():
    assert code("<!-- a\nRain.\n\n$$\nSnow.\n") == ["<!-- a", "$$"]


def test_indented_code_but_no_lists():
    assert code("Rain:\n\n    a = 1\n\n    b = 2\n\nSnow.\n") == ["a = 1", "b = 2"]
    assert code("Rain\n    wrapped on\n") == []
    assert code("- Rain\n\n    of the item\n") == []


@pytest.mark.parametrize(
    "image",
    [
        "![a](/a.png)",
        "![a](https://example.org/a.png)",
        '![](//example.org/a.png "A dam")',
        "[![build](https://example.org/b.svg)](https://example.org/ci)",
        "[![build][badge]][ci] ![docs](https://example.org/d.svg)",
    ],
)
def test_images_are_content_wherever_they_are(image):
    assert code(f"Rain is expected.\n\n{image}\n") == [image]
    text = f"Skip to main content\n\nRain is expected in the north until Friday.\n\n{image}\n"
    assert image in pipeline("strict").run(text, kind="markdown").text


def test_only_what_is_told_to_be_markdown_has_signs():
    text = "# Rain\n\n**Rain** is expected in the north.\n\n<div>\n\nShare this article\n"
    assert with_syntax(read_lines(text), text).kinds != read_lines(text).kinds
    told, seen = Pipeline().run(text, kind="markdown"), Pipeline().run(text)
    assert told.document.input_kind == seen.document.input_kind == "markdown"
    assert Kind.CODE in told.document.blocks.kinds
    assert Kind.CODE not in seen.document.blocks.kinds


def test_any_text_has_signs_or_none_in_linear_time():
    for text in ("<!--\r" * 50_000, "    \r" * 50_000 + "x", "$$\n" * 50_001, "a\r    b\r" * 30_000, "[" * 100_000):
        with_syntax(read_lines(text), text)
