"""Planted content comes out whole: kinds of content, at the start, in the middle and at the end, in 16 languages.

Each case is a number of documents drawn from a seed; see `planted_content`. What is known to fail today is a strict
known failure: the case must be taken off the list when it is mended.
"""

from __future__ import annotations

import textwrap
from functools import lru_cache
from random import Random

import planted_content as content
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import edges
from cleaner.pipeline import Pipeline

DOCUMENTS = 40  # a case
SMALL = "on a small page the scorer is sure that rows of numbers, or a short line at its edge, are noise"

SMALL_PAGES = {("numbers", "start")}


def cases(failing: set[tuple[str, str]], reason: str) -> list[object]:
    return [
        pytest.param(
            kind, place, marks=[pytest.mark.xfail(reason=reason, strict=True)] if (kind, place) in failing else []
        )
        for kind in content.KINDS
        for place in content.POSITIONS
    ]


EDGE_DOCUMENTS = 60  # a case
SHUFFLED = "a marker of related pages, or an end of the text, may take a unit that known noise surrounds"
TAKEN = {("poem", "anywhere"), ("list", "anywhere"), ("faq", "anywhere")}


def edge_cases() -> list[object]:
    """Kinds and places of the texts of `bench.edges`."""
    return [
        pytest.param(
            kind, place, marks=[pytest.mark.xfail(reason=SHUFFLED, strict=True)] if (kind, place) in TAKEN else []
        )
        for kind in edges.KINDS
        for place in edges.PLACES
    ]


@lru_cache(maxsize=2)
def careful(classifier: str = "blocks") -> Pipeline:
    return Pipeline(profile="careful", classifier=classifier, metadata="none")  # type: ignore[arg-type]


def lost(document: content.Planted, *, kind: str, classifier: str = "blocks") -> list[str]:
    """The planted lines that did not come out, with the language of the document."""
    kept = {line.strip() for line in careful(classifier).run(document.document, kind=kind).text.splitlines()}  # type: ignore[arg-type]
    return [f"{document.language}: {line}" for line in document.lines if line not in kept]


@pytest.mark.parametrize(("kind", "position"), cases(set(), SMALL))
def test_planted_content_of_a_text_stays(kind: str, position: str) -> None:
    random = Random(f"text/{kind}/{position}")
    documents = [content.text(kind, position, random, is_apart=False) for _ in range(DOCUMENTS)]
    assert [line for document in documents for line in lost(document, kind="text")] == []


@pytest.mark.parametrize(("kind", "position"), cases(set(), SMALL))
def test_planted_content_between_blank_lines_stays(kind: str, position: str) -> None:
    random = Random(f"apart/{kind}/{position}")
    documents = [content.text(kind, position, random, is_apart=True) for _ in range(DOCUMENTS)]
    assert [line for document in documents for line in lost(document, kind="text")] == []


@pytest.mark.parametrize(("kind", "position"), cases(SMALL_PAGES, SMALL))
def test_planted_content_of_a_page_stays(kind: str, position: str) -> None:
    random = Random(f"html/{kind}/{position}")
    documents = [content.html(kind, position, random) for _ in range(DOCUMENTS)]
    assert [line for document in documents for line in lost(document, kind="html")] == []


@pytest.mark.parametrize(("kind", "place"), edge_cases())
def test_a_unit_of_short_lines_stays_beside_furniture(kind: str, place: str) -> None:
    """At the start, in the middle, at the end of an article, and anywhere among paragraphs and furniture.

    The texts are drawn from seeds: what hypothesis draws depends on the modules that are loaded, and so on the other
    tests of the process.
    """
    gone = {
        drawn.text[line.start : line.end]: drawn.text
        for drawn in edges.drawn(kind, place, EDGE_DOCUMENTS, seed=0)
        for cuts in [careful().run(drawn.text, kind="text").cuts]
        for line in drawn.lines
        if line.role == "unit" and any(cut.span.start < line.end and line.start < cut.span.end for cut in cuts)
    }
    assert gone == {}


def test_the_documents_hold_what_is_planted() -> None:
    """Every planted line stands in the document, and every document has furniture that goes."""
    random = Random("planted")
    for kind in content.KINDS:
        for position in content.POSITIONS:
            document = content.text(kind, position, random, is_apart=random.random() < 0.5)
            assert set(document.lines) <= {line.strip() for line in document.document.splitlines()}
            assert set(document.lines) < {line.strip() for line in document.document.splitlines()}
            page = content.html(kind, position, random)
            shown = {line.strip() for line in careful().run(page.document, kind="html").document.text.splitlines()}
            assert set(page.lines) < shown


def test_there_are_languages_and_scripts_enough() -> None:
    assert len(content.languages()) >= 14
    assert all(
        len(words[name]) >= 2 for words in content.languages().values() for name in ("prose", "dialogue", "poem")
    )


# a wrapped paragraph is cut only as far as the evidence reaches


def wrapped(text: str, width: int, language: str) -> list[str]:
    if language in ("ja", "th", "zh"):  # a line may end anywhere
        return [text[at : at + width].strip() for at in range(0, len(text), width)]
    return textwrap.wrap(text, width)


@st.composite
def notices_between_prose(draw: st.DrawFn) -> content.Planted:
    """A notice with prose of about the same width directly above and below."""
    language = draw(st.sampled_from(list(content.languages())))
    notice = draw(st.sampled_from(content.notices()))
    width = len(notice) if len(notice) in range(50, 131) else draw(st.integers(50, 110))
    prose = draw(st.permutations(content.languages()[language]["prose"]))
    above, below = prose[:3], prose[3:]
    if draw(st.booleans()):
        above, below = wrapped(" ".join(above), width, language), wrapped(" ".join(below), width, language)
    above = above[draw(st.integers(0, len(above))) :]
    said = draw(st.sampled_from([[notice], wrapped(notice, 60, language)]))
    furniture = draw(
        st.sampled_from(["", "\n\nShare this article\nAccept all cookies\nLog in\n© 2021 Lune Valley News\n"])
    )
    return content.Planted("\n".join([*above, *said, *below]) + furniture, (*above, *below), language)


@given(notices_between_prose())
def test_prose_around_a_notice_of_its_width_stays(document: content.Planted) -> None:
    assert lost(document, kind="text", classifier="rules") == []


NOTICE = (
    "We use cookies and similar technologies to improve your experience on our site, to show you personalised content"
    " and to analyse our traffic. By continuing to browse you agree to our use of cookies as described in our privacy"
    " policy, which you can read at any time."
)
AROUND = "Share this article\nAccept all cookies\nReject all\n"


@pytest.mark.parametrize("width", [66, 72, 78, 90])
@pytest.mark.parametrize("classifier", ["blocks", "rules"])
def test_a_wrapped_notice_goes_as_one(width: int, classifier: str) -> None:
    prose = "\n\n".join("\n".join(textwrap.wrap(line, width)) for line in content.languages()["en"]["prose"])
    lines = textwrap.wrap(NOTICE, width)
    assert len(lines) >= 3
    notice = "\n".join(lines)
    result = careful(classifier).run(f"{prose}\n\n{AROUND}\n{notice}\n\n{AROUND}", kind="text")
    assert result.text == f"{prose}\n"
    assert careful(classifier).run(f"{prose}\n{notice}\n\n{AROUND}", kind="text").text == f"{prose}\n"


@pytest.mark.parametrize("language", list(content.languages()))
def test_a_notice_in_a_wrapped_paragraph_takes_no_other_line(language: str) -> None:
    prose = content.languages()[language]["prose"]
    notice = "本網站使用Cookie來為您提供更好的體驗，您可以在此瞭解詳情。"
    text = "\n".join([*prose[:3], notice, *prose[3:]]) + f"\n\n{AROUND}"
    assert lost(content.Planted(text, tuple(prose), language), kind="text", classifier="rules") == []
