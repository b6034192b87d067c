"""A page without furniture comes out whole: articles of all kinds of blocks, in many languages, with neutral markup."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from random import Random

import planted_content as content
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.pipeline import Pipeline

KINDS = ("prose", "heading", "list", "nested", "table", "code", "quotation", "figure", "callout", "details", "footnote")
NOTES = ("note", "tip", "warning", "callout", "admonition", "alert", "key-facts", "footnote")


@lru_cache(maxsize=2)
def pipeline(profile: str) -> Pipeline:
    return Pipeline(profile=profile, metadata="none")  # type: ignore[arg-type]


def block(kind: str, sentence: str, short: str, random: Random) -> str:
    """A block of ``kind`` that says ``sentence`` or ``short``."""
    text, label = escape(sentence), escape(short)
    name = random.choice(NOTES)
    return {
        "prose": f"<p>{text}</p>",
        "heading": f'<h2>{label}<a href="#x">¶</a></h2><p>{text}</p>',
        "list": f"<ul><li>{label}</li><li>{text}</li></ul>",
        "nested": f"<ul><li>{label}<ul><li>{text}</li></ul></li></ul>",
        "table": f"<table><tr><th>{label}</th><th>1901</th></tr><tr><td>{text}</td><td>12</td></tr></table>",
        "code": "<pre>print(depth(lune))</pre>",
        "quotation": f"<blockquote><p>{text}</p><cite>{label}</cite></blockquote>",
        "figure": f"<figure><img src=a.png><figcaption>{label}</figcaption></figure><p>{text}</p>",
        "callout": f'<{random.choice(["aside", "div"])} class="{name}" role="note"><p>{text}</p></aside></div>',
        "details": f"<details><summary>{label}</summary><p>{text}</p></details>",
        "footnote": f'<section class="footnotes"><ol><li id="fn1">{text}</li></ol></section>',
    }[kind]


@st.composite
def articles(draw: st.DrawFn) -> str:
    """An article in one language, in ``article``, ``main``, a ``div`` or the bare body."""
    random = Random(draw(st.integers(0, 10**6)))
    words = content.languages()[draw(st.sampled_from(sorted(content.languages())))]
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8))
    prose = random.sample(words["prose"], len(words["prose"]))
    labels = sorted({line for unit in words["list"] for line in unit})
    random.shuffle(labels)
    title = labels.pop()
    body = "".join(block(*three, random) for three in zip(kinds, prose, labels, strict=False))
    tag = draw(st.sampled_from(["article", "main", "div", "section"]))
    return f"<{tag}><h1>{escape(title)}</h1>{body}</{tag}>"


@pytest.mark.parametrize("profile", ["careful", "balanced"])
@given(articles())
def test_a_page_without_furniture_comes_out_whole(profile: str, html: str) -> None:
    result = pipeline(profile).run(html, kind="html")
    cut = [result.document.text[cut.span.start : cut.span.end].strip() for cut in result.cuts]
    assert [line for line in cut if line] == []
