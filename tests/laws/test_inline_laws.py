"""Laws of what is marked up inside lines: it is found where it is, Markdown shows it, and plain text does not change."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from linear import assert_linear
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser
from strategies import any_markup, documents, html_pages, tag_soup

from cleaner.inline.links import links_of
from cleaner.inline.read import _read, marks_of
from cleaner.ledger import _verify_letters
from cleaner.markdown import to_markdown
from cleaner.markdown.raised import on_the_line
from cleaner.model import Cut, Mark, Result, Span
from cleaner.pipeline import Pipeline
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text

READER = MarkdownIt("commonmark", {"maxNesting": 1000}).enable(["table", "strikethrough"])
TAGS = ("b", "strong", "em", "i", "s", "code", "span", "a", "sup", "sub", "u")
PUNCTUATION = (".", ",", "*", "**", "_", "`", "[", "]", "](x)", "~~", "(", ")", "!", "\\", "“", "”", "「", "」", "&lt;", "&amp;lt;", "$", "#", "-", ":")
BLOCKS = ("p", "li", "h2", "td", "dt", "blockquote", "figcaption", "div")
SPACE = re.compile(r"\s+")


def page_of(html, url=""):
    return replace(segment_page(read_page(html)), source=html, url=url)


def cutting(document, spans):
    return Result(document, tuple(Cut(span, (Mark(span, "a/b", "a", "drawn"),)) for span in spans))


@st.composite
def inline(draw, counter, depth=3, in_link=False):
    """Words, signs and inline elements in any order, with spaces between them or without; each word occurs once."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        step = draw(st.sampled_from(["word", "word", "sign", "element" if depth else "word", "space"]))
        if step == "word":
            counter.append(0)
            parts.append(f"w{len(counter)}x")
        elif step == "sign":
            parts.append(draw(st.sampled_from(PUNCTUATION)))
        elif step == "space":
            parts.append(" ")
        else:
            tag = draw(st.sampled_from([tag for tag in TAGS if not (in_link and tag == "a")]))
            inner = draw(inline(counter, depth - 1, in_link or tag == "a"))
            counter.append(0)
            href = f' href="/l{len(counter)}"' if tag == "a" else ""
            parts.append(f"<{tag}{href}>{inner}</{tag}>")
    return "".join(parts)


@st.composite
def marked_pages(draw):
    """A page of blocks that have inline elements in them."""
    counter, parts = [], []
    for _ in range(draw(st.integers(1, 4))):
        tag = draw(st.sampled_from(BLOCKS))
        inner = draw(inline(counter))
        parts.append({"td": "<table><tr><td>{}<td>b</table>", "li": "<ul><li>{}</ul>"}.get(tag, f"<{tag}>{{}}</{tag}>").format(inner))
    return "".join(parts)


def inline_tokens(markdown):
    for token in READER.parse(markdown):
        yield from token.children or ([token] if token.type in ("fence", "code_block", "html_block") else ())


def shown(markdown):
    """The characters that a reader of the Markdown sees, without white space."""
    found = (one.content for one in inline_tokens(markdown) if one.type != "html_inline")
    return SPACE.sub("", "".join(found))


def words_in(markdown, openings, closings):
    """The words inside of an inline element of the Markdown."""
    depth, found = 0, []
    for one in inline_tokens(markdown):
        name = one.content if one.type == "html_inline" else one.type
        depth += (name in openings) - (name in closings)
        if depth and one.type in ("text", "code_inline"):
            found.append(one.content)
    return re.findall(r"w\d+x", "".join(found))


def words_of(html, selector):
    nodes = LexborHTMLParser(html).css(selector)
    return {word for node in nodes for word in re.findall(r"w\d+x", node.text(deep=True))}


# Where it is


@given(st.one_of(html_pages(), tag_soup(), any_markup(), marked_pages()))
@example("<noscript><p>only here</noscript>")
@example("<div><template shadowrootmode=open><p>in the <b>shadow</b></template></div>")
@example("<p>a<table>b<tr><td>c")
def test_each_text_is_found_and_each_element_has_its_number(html):
    document = page_of(html)
    _, elements = _read(document.source, document.text, "")
    assert elements == len(document.blocks.tree)


@given(marked_pages())
def test_the_marks_are_nested_and_in_order(html):
    spans = [one.span for one in marks_of(page_of(html)).spans]
    assert spans == sorted(spans, key=lambda span: (span.start, -span.end))
    for n, outer in enumerate(spans):
        for inner in spans[n + 1 :]:
            assert inner.start >= outer.end or inner.end <= outer.end


@given(marked_pages())
def test_the_text_of_a_link_is_that_of_its_anchor(html):
    document = page_of(html, "https://example.org/a/")
    links = {link.url: link for link in links_of(Result(document))}
    for node in LexborHTMLParser(html).css("a"):
        text = SPACE.sub("", node.text(deep=True))
        link = links.pop("https://example.org" + node.attributes["href"], None)
        assert SPACE.sub("", link.text if link else "") == text
    assert not links


@given(marked_pages(), st.data())
def test_a_link_says_where_its_text_is(html, data):
    document = page_of(html)
    ends = sorted(data.draw(st.sets(st.integers(0, len(document.text)), max_size=6)))
    result = cutting(document, [Span(*pair) for pair in zip(ends[::2], ends[1::2], strict=False)])
    for link in result.links:
        assert link.text == result.text[slice(*link.span)]
        assert link.text == link.text.strip() != ""
        assert result.to_source(link.span.start) == link.source.start
        assert result.to_source(link.span.end - 1) == link.source.end - 1


# What Markdown shows


@given(marked_pages())
@example("<p>a<b>“w1x”</b>b<b><i>w2x</i></b><i>w3x</i>")
@example("<p><a href=/l1>w1x [</a>]](<a href=/l2>w2x</a>")
@example("<p><sup>w1x</sup>2<sub>2</sub><code>`w2x</code>`")
def test_read_as_markdown_it_has_the_text_of_the_page(html):
    result = Result(page_of(html))
    assert on_the_line(shown(to_markdown(result))) == on_the_line(SPACE.sub("", result.text))


@given(marked_pages())
@example("<p>w1x<a href=/l1>w2x</a>w3x<b><a href=/l2><code>`</code></a></b>")
def test_read_as_markdown_it_has_the_links_of_the_result(html):
    result = Result(page_of(html, "https://example.org/"))
    found, href = {}, None
    for one in inline_tokens(to_markdown(result)):
        if one.type in ("link_open", "link_close"):
            href = one.attrs["href"] if one.type == "link_open" else None
        elif href and one.type in ("text", "code_inline"):
            found[href] = found.get(href, "") + one.content
    wanted = {link.url: on_the_line(SPACE.sub("", link.text)) for link in result.links}
    assert {url: on_the_line(SPACE.sub("", text)) for url, text in found.items()} == wanted


@pytest.mark.parametrize(
    ("selector", "openings", "closings"),
    [
        ("b, strong", ("strong_open", "<strong>"), ("strong_close", "</strong>")),
        ("em, i", ("em_open", "<em>"), ("em_close", "</em>")),
        ("s", ("s_open", "<del>"), ("s_close", "</del>")),
    ],
    ids=["strong", "emphasis", "struck"],
)
@given(html=marked_pages())
def test_read_as_markdown_it_emphasizes_what_the_page_does(selector, openings, closings, html):
    html = re.sub(r"<(/?)(?:dt|figcaption)>", r"<\1p>", html)  # which are emphasized as a whole
    found = words_in(to_markdown(Result(page_of(html))), openings, closings)
    assert set(found) == words_of(html, selector)


@given(marked_pages())
def test_read_as_markdown_code_is_code(html):
    tokens = inline_tokens(to_markdown(Result(page_of(html))))
    found = {word for one in tokens if one.type == "code_inline" for word in re.findall(r"w\d+x", one.content)}
    assert found == words_of(html, "code")


@given(marked_pages(), st.data())
def test_with_cuts_anywhere_no_kept_letter_is_lost_and_no_cut_word_is_there(html, data):
    document = page_of(html)
    words = [Span(*found.span()) for found in re.finditer(r"w\d+x", document.text)]
    cut = data.draw(st.sets(st.sampled_from(words))) if words else set()
    result = cutting(document, sorted(cut))
    markdown = to_markdown(result)
    _verify_letters(markdown, result.text)
    shown_words = re.findall(r"w\d+x", re.sub(r"\]\([^)]*\)", "]", markdown))
    assert not {document.text[slice(*span)] for span in cut}.intersection(shown_words)


@given(marked_pages(), st.sampled_from(["careful", "balanced"]))
def test_markdown_does_not_change_the_plain_text(html, profile):
    plain = Pipeline(profile=profile, classifier="rules").run(html, kind="html")
    other = Pipeline(profile=profile, classifier="rules", text_format="markdown").run(html, kind="html")
    assert (plain.text, plain.cuts) == (other.text, other.cuts)


# Chunks


@st.composite
def cut_results(draw):
    """A page or a plain text, with cuts anywhere."""
    source = draw(st.one_of(marked_pages(), html_pages(), documents()))
    is_page = draw(st.booleans())
    document = page_of(source) if is_page else segment_text(source)
    ends = sorted(draw(st.sets(st.integers(0, len(document.text)), max_size=6)))
    return cutting(document, [Span(*pair) for pair in zip(ends[::2], ends[1::2], strict=False)])


@given(cut_results(), st.integers(1, 40))
def test_chunks_are_the_clean_text_and_say_where_they_are(result, max_words):
    chunks = list(result.chunks(max_words))
    assert "".join(chunk.text for chunk in chunks) == result.text
    at = 0
    for chunk in chunks:
        assert chunk.span.start == at < chunk.span.end
        assert chunk.text == result.text[slice(*chunk.span)]
        assert result.to_source(chunk.span.start) == chunk.source.start
        assert result.to_source(chunk.span.end - 1) == chunk.source.end - 1
        at = chunk.span.end


@given(cut_results(), st.integers(1, 40))
def test_no_chunk_has_too_many_words(result, max_words):
    for chunk in result.chunks(max_words):
        assert chunk.words <= max_words
        assert len(chunk.text.split()) <= chunk.words


@given(cut_results(), st.integers(1, 40))
def test_chunks_of_markdown_are_at_the_same_places(result, max_words):
    assume(result.document.blocks.tree is not None)
    plain, other = list(result.chunks(max_words)), list(result.chunks(max_words, text_format="markdown"))
    assert [chunk.span for chunk in plain] == [chunk.span for chunk in other]
    for one, two in zip(plain, other, strict=True):
        _verify_letters(two.text, one.text)


@pytest.mark.parametrize(
    ("text_format", "mark"), [("plain", {1: "[1]", 2: "2", 3: "3"}), ("markdown", {1: "[^1]", 2: "[^2]", 3: "3"})]
)
@given(after=st.integers(0, 12), max_words=st.integers(3, 40))
@example(after=0, max_words=3)
def test_the_mark_of_a_footnote_is_in_the_chunk_of_its_word(text_format, mark, after, max_words):
    """Marks are written as in the format of the whole text; the third note is cut, so its mark is text."""
    html = (
        "<p>Costs of 3.5 rose wordA.<a id=r1 href='#n1'>[1]</a> Rain fell.”"
        f"<sup><a id=r2 href='#n2'>2</a></sup> {'b ' * after}Snow fell wordB.<sup><a id=r3 href='#n3'>3</a></sup> End."
        "<ol><li id=n1>x <a href='#r1'>a</a><li id=n2>y <a href='#r2'>b</a><li id=n3>cut <a href='#r3'>c</a></ol>"
    )
    document = page_of(html)
    at = document.text.index("cut")
    result = cutting(document, [Span(at, len(document.text))])
    texts = [chunk.text for chunk in result.chunks(max_words, text_format=text_format)]
    for word, number in (("wordA.", 1), ("fell.”", 2), ("wordB.", 3)):
        assert sum(word + mark[number] in text for text in texts) == 1
    assert any("3.5" in text for text in texts)
    notes = [text for text in texts if "[^1]: x" in text]
    assert len(notes) == (text_format == "markdown")


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 30)), max_size=8), st.integers(5, 40))
def test_a_chunk_has_the_headings_above_it(sections, max_words):
    html = "".join(f"<h{level}>t{n}</h{level}><p>{f'w{n} ' * words}</p>" for n, (level, words) in enumerate(sections))
    for chunk in Result(page_of(html)).chunks(max_words):
        for n in {int(found) for found in re.findall(r"w(\d+)", chunk.text)}:
            path = []
            for m, (level, _) in enumerate(sections[: n + 1]):
                path = [*[other for other in path if other[0] < level], (level, f"t{m}")]
            assert chunk.headings == tuple(title for _, title in path)


# Work


@pytest.mark.parametrize(
    ("opening", "unit", "n"),
    [
        ("<p>", "<a href=x>a</a> ", 4_000),
        ("<p>", "<b>a", 400),
        ("<p>", "a<sup><a href=#n>1</a></sup> ", 2_000),
        ("", "<p>x<img src=a.png alt=b></p><img src=c.png>", 1_500),
        ("", "<p>$$x$$ \\(a\\) mathjax</p>", 1_500),
        ("<table>", "<tr><td>a<br>b<td><b>c</b>", 1_200),
        ("<math>", "<mrow><mi>x</mi>", 2_000),
        ("<p>", "<b>“a”</b>b", 2_000),
    ],
    ids=["links", "bold in bold", "notes", "images", "raw formulas", "cells", "formulas", "tags"],
)
def test_deep_and_large_pages_take_linear_time(opening, unit, n):
    results = {size: Result(page_of(opening + unit * size)) for size in (n, 4 * n)}

    def work(size):
        _read.cache_clear()
        to_markdown(results[size])
        for _ in results[size].chunks(50, text_format="markdown"):
            pass

    assert_linear(work, n)


