"""The laws for pages: HTML becomes the same blocks, whatever it is."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from strategies import (
    BLOCK,
    INLINE,
    NAMES,
    any_markup,
    any_text,
    documents,
    html_pages,
    noise,
    packs,
    pages,
    paragraphs,
    sentences,
    tag_soup,
)

from cleaner.guard.judge import Guard
from cleaner.model import Blocks, Cut, Mark, Tag, Tree
from cleaner.packs.selectors import PathIndex, Selector
from cleaner.pipeline import Pipeline
from cleaner.segment import markup
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.kind import detect_kind
from cleaner.stages import page_stages
from cleaner.view import View

WORD = re.compile(r"\w+")
NO_TEXT = ["script", "style", "template", "noscript", "svg", "title"]


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline(metadata="none")


@lru_cache(maxsize=1)
def stable() -> Pipeline:
    return Pipeline(metadata="none", stable=True)


def any_page() -> st.SearchStrategy[str]:
    return st.one_of(html_pages(), tag_soup(), any_markup(), any_text())


def visible_words(html: str) -> list[str]:
    """The words of a page as another reader finds them: those of all text nodes, in order."""
    body = LexborHTMLParser(html).body
    if body is None:
        return []
    body.strip_tags(NO_TEXT, recursive=True)
    return WORD.findall(body.text(separator=" "))


# blocks and pieces tile


@given(any_page())
def test_blocks_tile(html: str) -> None:
    document = segment_page(read_page(html))
    at = 0
    for block in document.blocks:
        assert at <= block.span.start < block.span.end <= len(document.text)
        assert not any(char.isalnum() for char in document.text[at : block.span.start])
        at = block.span.end
    assert not any(char.isalnum() for char in document.text[at:])


@given(any_page())
def test_columns_agree(html: str) -> None:
    page = read_page(html)
    blocks, tree = segment_page(page).blocks, page.tree
    assert len(blocks.elements) == len(blocks.links) == len(blocks)
    assert all(0 <= element < len(tree) for element in blocks.elements)
    assert all(0 <= links <= len(page.text) for links in blocks.links)
    assert all(
        parent < i < end <= len(tree) for i, (parent, end) in enumerate(zip(tree.parents, tree.ends, strict=True))
    )
    assert all(block.path == tree.path(element) for block, element in zip(blocks, blocks.elements, strict=True))


@given(any_page())
def test_pieces_tile(html: str) -> None:
    result = pipeline().run(html, kind="html")
    assert result.document.text == read_page(html).text
    assert "".join(piece.text for piece in result.pieces()) == result.document.text


# nothing visible is lost, glued or torn


@given(html_pages())
def test_every_visible_word_is_there_once_and_in_order(html: str) -> None:
    assert WORD.findall(read_page(html).text) == visible_words(html)


@given(st.lists(st.sampled_from(["<b>ri</b>ver", "brid<i>ge</i>", "<span>cop</span><b>per</b>"]), min_size=1))
def test_inline_tags_tear_no_word(words: list[str]) -> None:
    text = read_page(f"<p>{' '.join(words)}</p>").text
    assert text.split() == [re.sub("<[^>]*>", "", word) for word in words]


# plain text and HTML agree


def one_line(text: str) -> str:
    return " ".join(text.split())


@given(st.lists(st.one_of(paragraphs(), paragraphs(), noise()).map(one_line), min_size=1, max_size=8))
def test_plain_and_html_agree(parts: list[str]) -> None:
    plain = careful()
    text = "".join(f"{part}\n\n" for part in parts)[:-1]
    html = "".join(f"<p>{escape(part)}</p>" for part in parts)
    of_text, of_page = plain.run(text, kind="text"), plain.run(html, kind="html")
    # a short sentence stays in a bare plain text; in an element of a page it may be a button
    assume(not any(one.promise == "prose" for one in of_text.withdrawn))
    assert of_page.document.text == of_text.document.text
    assert of_page.text == of_text.text
    assert [cut.marks for cut in of_page.cuts] == [cut.marks for cut in of_text.cuts]


@lru_cache(maxsize=1)
def careful() -> Pipeline:
    return Pipeline(profile="careful", classifier="rules", metadata="none")


@given(documents())
def test_markup_is_not_asked_of_text(text: str) -> None:
    of_paths = {rule.id for rule in packs().rules if rule.where.path}
    for cut in pipeline().run(text, kind="text").cuts:
        assert not any(mark.rule in of_paths or mark.rule.startswith(("region/", "links/")) for mark in cut.marks)


@given(pages())
def test_stages_for_markup_say_nothing_of_text(text: str) -> None:
    document = pipeline().run(text, kind="text").document
    assert not [mark for stage in page_stages(packs(), "both") for mark in stage(View(document))]


# the guard only gives back


@given(html_pages(), st.data())
def test_the_page_guard_only_gives_back(html: str, data: st.DataObject) -> None:
    document = segment_page(read_page(html))
    spans = [block.span for block in document.blocks]
    chosen = data.draw(st.lists(st.sampled_from(spans), unique=True)) if spans else []
    cuts = [Cut(span, (Mark(span, "test/rule", "test", "drawn", data.draw(st.integers(80, 120))),)) for span in chosen]
    guarded = Guard(packs())(document, sorted(cuts, key=lambda cut: cut.span), "page")
    assert set(guarded.cuts) | {w.cut for w in guarded.withdrawn} == set(cuts)
    assert not spans or len(guarded.cuts) < len(spans)


@given(
    st.lists(st.one_of(st.sampled_from(["★", "12", "→ 3", "| |", "😀", "y", "Menu"]), sentences()), max_size=6),
    st.data(),
)
def test_a_page_with_words_is_not_emptied_in_silence(words: list[str], data: st.DataObject) -> None:
    tags = ["nav", "footer", "p", "div class=menu", "aside", "li id=nav", "div id=cookie-banner", ""]
    chosen = [(word, data.draw(st.sampled_from(tags))) for word in words]
    html = "".join(f"<{tag}>{word}</{tag.split()[0]}>" if tag else word for word, tag in chosen)
    result = pipeline().run(html, kind="html")
    if any(map(str.isalpha, result.document.text)) and not any(map(str.isalpha, result.text)):
        assert result.status in ("error_page", "consent_page")
        assert result.warnings


# selectors: the index finds what each selector fits


def tags() -> st.SearchStrategy[Tag]:
    name = st.one_of(st.sampled_from(NAMES), st.text("abc-_XY1", max_size=8))
    classes = st.lists(name.filter(lambda text: text.strip() != ""), max_size=3).map(tuple)
    return st.builds(
        Tag, st.sampled_from(BLOCK + INLINE), name, classes, st.sampled_from(["", "dialog"]), st.booleans()
    )


SELECTORS = [f"{sign}{name}" for sign in ".#*" for name in (*NAMES, "^menu", "^c1", "a-b")]
SELECTORS += ["nav", "div.menu", "[hidden]", "[role=dialog]", "p[hidden]", "ul*share"]


@given(st.lists(tags(), min_size=1, max_size=6))
def test_the_index_finds_what_the_selectors_fit(drawn: list[Tag]) -> None:
    tree = Tree(tuple(range(-1, len(drawn) - 1)), tuple(drawn), (len(drawn),) * len(drawn))
    found = dict(index().find(tree))
    for i, tag in enumerate(drawn):
        fitting = [n for n, source in enumerate(SELECTORS) if Selector.parse(source).fits(tag)]
        assert list(found.get(i, ())) == fitting


@lru_cache(maxsize=1)
def index() -> PathIndex:
    return PathIndex(enumerate(SELECTORS))


# hostile markup: bounded without losing a word


@given(st.text("<<<ab", max_size=60), st.integers(1, 12))
def test_long_parts_are_those_of_a_split(html: str, long: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "LONG_TAG", long)
        found = [html[at:].partition("<")[0] for at in markup._long_parts(html)]
    assert found == [part for part in html.split("<") if len(part) > long]


@given(html_pages())
def test_bounding_changes_no_ordinary_page(html: str) -> None:
    assert visible_words("".join(markup._bounded(html, markup._excess(html)))) == visible_words(html)


@given(any_page())
def test_bounding_is_total(html: str) -> None:
    bounded = "".join(markup._bounded(html, markup._excess(html)))
    assert len(bounded) <= 2 * len(html)


@pytest.mark.parametrize("names", [("div",), ("b", "div"), ("x-y", "section", "ul")])
def test_nesting_is_bounded(names: tuple[str, ...]) -> None:
    mended = markup.mend("".join(f"<{name}>" for name in names) * 31_000 + "word")
    assert sum(mended.count(f"<{name}>") for name in names) == markup.MAX_DEPTH
    assert mended.endswith("word")


def test_attributes_are_bounded() -> None:
    bomb = "<div id=x " + " ".join(f"a{n}=1" for n in range(20_000)) + ">word</div>"
    assert markup.mend(bomb).count("=1") < markup.MAX_ATTRIBUTES
    assert read_page(bomb).tree.path(1) == "body/div#x"
    assert read_page(bomb).text == "word\n"


# what a source is


@given(any_text())
def test_every_source_is_something(text: str) -> None:
    assert detect_kind(text) in ("html", "markdown", "text")


@given(st.lists(paragraphs(), min_size=1))
def test_prose_is_no_html(parts: list[str]) -> None:
    assert detect_kind("\n\n".join(parts)) == "text"
    assert detect_kind("<!DOCTYPE html><p>" + "<p>".join(parts)) == "html"


def test_blocks_of_text_have_no_path() -> None:
    assert Blocks().tree is None
    assert pipeline().run("A plain line.", kind="text").document.blocks[0].path == ""


@given(html_pages())
def test_a_stable_page_is_clean_as_text(html: str) -> None:
    text = stable().run(html, kind="html").text
    assert stable().run(text, kind="text").text == text
