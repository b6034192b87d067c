"""The law of markers and lists: a marker of related pages and the headlines below it are cut together or stay together."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted_content import languages

from cleaner.pipeline import Pipeline

MARKERS = {
    "ar": "اقرأ أيضا",
    "de": "Das könnte Sie auch interessieren",
    "en": "Related articles",
    "es": "Artículos relacionados",
    "fr": "À lire aussi",
    "it": "Articoli correlati",
    "ja": "関連記事",
    "ko": "관련기사",
    "pt": "Leia também",
    "ru": "Читайте также",
    "th": "ข่าวที่เกี่ยวข้อง",
    "uk": "Читайте також",
    "vi": "Tin liên quan",
    "zh": "相关阅读",
}
FURNITURE = (
    "Skip to main content", "Log in", "Privacy policy", "All rights reserved", "Share this article", "Sitemap",
)  # fmt: skip
Profiles = Literal["careful", "balanced", "strict"]
PROFILES: tuple[Profiles, ...] = ("careful", "balanced", "strict")


@lru_cache(maxsize=3)
def pipeline(profile: Profiles) -> Pipeline:
    return Pipeline(profile=profile, metadata="none")


@st.composite
def articles(draw: st.DrawFn) -> tuple[list[str], str, list[str], list[str], list[str]]:
    """Paragraphs, a marker in their language, headlines below it, furniture above and below."""
    language = draw(st.sampled_from(sorted(MARKERS)))
    words: dict[str, Any] = languages()[language]
    prose: list[str] = draw(st.permutations(words["prose"]))
    count = draw(st.integers(2, 4))
    headlines = [_headline(line) for line in prose[: draw(st.integers(2, 5))]]
    paragraphs = [*prose[-count:], " ".join(prose[:3])]  # the last one is below a list that is amid the text
    above = draw(st.lists(st.sampled_from(FURNITURE), max_size=4, unique=True))
    below = draw(st.lists(st.sampled_from(FURNITURE), max_size=4, unique=True))
    return paragraphs, MARKERS[language], headlines, above, below


def _headline(sentence: str) -> str:
    words = sentence.rstrip(".。।").split(" ")
    return " ".join(words[:7]) if len(words) > 6 else sentence[:18]


def check(marker: str, headlines: list[str], kept: str) -> None:
    lines = [line.strip().lstrip("-• ") for line in kept.splitlines()]
    stays = [headline in lines for headline in headlines]
    assert all(one == (marker in lines) for one in stays)


@pytest.mark.parametrize("profile", PROFILES)
@given(article=articles(), bullet=st.sampled_from(["", "- ", "• "]), is_amid=st.booleans())
def test_in_a_text_a_marker_and_its_list_are_one(
    profile: Profiles, article: tuple[list[str], str, list[str], list[str], list[str]], bullet: str, is_amid: bool
) -> None:
    paragraphs, marker, headlines, above, below = article
    unit = "\n".join([marker, *(bullet + line for line in headlines)])
    parts = [*above, *paragraphs[:-1], unit, *paragraphs[-1:], *below]
    if not is_amid:
        parts = [*above, *paragraphs, unit, *below]
    result = pipeline(profile).run("\n\n".join(parts) + "\n", kind="text")
    check(marker, headlines, result.text)


@pytest.mark.parametrize("profile", PROFILES)
@given(
    article=articles(),
    tag=st.sampled_from(["h2", "h3", "p", "div"]),
    is_linked=st.booleans(),
    is_list=st.booleans(),
    is_amid=st.booleans(),
)
def test_in_a_page_a_marker_and_its_list_are_one(
    profile: Profiles,
    article: tuple[list[str], str, list[str], list[str], list[str]],
    tag: str,
    is_linked: bool,
    is_list: bool,
    is_amid: bool,
) -> None:
    paragraphs, marker, headlines, above, below = article
    rows = [f'<a href="/{n}">{escape(row)}</a>' if is_linked else escape(row) for n, row in enumerate(headlines)]
    shown = "<ul><li>" + "</li><li>".join(rows) + "</li></ul>" if is_list else "<p>" + "</p><p>".join(rows) + "</p>"
    text = [f"<p>{escape(row)}</p>" for row in paragraphs]
    nav, foot = ("".join(f'<a href="/{n}">{row}</a> ' for n, row in enumerate(part)) for part in (above, below))
    after = text.pop() if is_amid else ""
    page = f"<nav>{nav}</nav><main>{''.join(text)}<{tag}>{marker}</{tag}>{shown}{after}</main><footer>{foot}</footer>"
    check(marker, headlines, pipeline(profile).run(page, kind="html").text)
