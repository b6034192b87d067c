"""How a page becomes lines and blocks: examples for each kind of markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linear import assert_linear

from cleaner.facts.head import read_head
from cleaner.facts.tag_list import split_tags
from cleaner.model import Kind
from cleaner.pipeline import Pipeline, clean, explain
from cleaner.segment.html import MAX_DEPTH, read_page, segment_page
from cleaner.segment.kind import detect_kind


def text(html: str) -> str:
    return read_page(html).text


def kinds(html: str) -> list[str]:
    return [str(kind) for kind in segment_page(read_page(html)).blocks.kinds]


def paths(html: str) -> list[str]:
    return [block.path for block in segment_page(read_page(html)).blocks]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("", ""),
        ("word", "word\n"),
        ("<p>one<p>two", "one\n\ntwo\n"),
        ("<div>one</div><div>two</div>", "one\ntwo\n"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree\n"),
        ("<p>un<b>bro</b>ken, <i>too</i>.</p>", "unbroken, too.\n"),
        ("<p>  white \n\t space  </p>", "white space\n"),
        ("<a>Home</a><a>News</a><button>Go</button>", "Home News\nGo\n"),
        ("<span>Login</span><span>Register</span>", "Login Register\n"),
        ("<span>H</span><span>ello</span>", "Hello\n"),
        ("<p>a<img>b</p>", "a b\n"),
        ("<ul><li>one<li>two</ul>", "one\ntwo\n"),
        ("<dl><dt>Weight<dd>2 kg</dl>", "Weight\n2 kg\n"),
        ("<h1>Head</h1>text", "Head\n\ntext\n"),
        ("<pre>  one\n\n two\n<b>three</b> x</pre>after", "  one\n\n two\nthree x\n\nafter\n"),
        ("<table><tr><td>a<td><p>b</p><tr><th>1<th><th>3</table>", "a\tb\n1\t\t3\n"),
        ("<table><tr><td>a<td><pre>x<td>b\nc</pre>", "a\tx\tb c\n"),
        ("<table><tr><td><div>a</div><div>b</div><td>c</table>", "a\nb\nc\n"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a\tb\n\nc\n"),
        ("<script>x()</script><style>p{}</style><!-- no --><p>word", "word\n"),
        ("<svg><title>no</title><path d='M0'/></svg>word", "word\n"),
        ("<noscript><p>only this</p></noscript>", "only this\n"),
        ("<template>no</template><x-a><template shadowrootmode=open><p>yes</template></x-a>", "yes\n"),
        ("a <g-mark>b</g-mark> c<p><x-card>1</x-card><x-card>2</x-card>", "a b c\n\n1\n2\n"),
        ("<body><p>one</p></body></html><p>two</p>", "one\n\ntwo\n"),
        ("<a href=x><h3>Title</h3><p>blurb</p></a>", "Title\n\nblurb\n"),
        ("<select><option>one<option>two</select>", "one\ntwo\n"),
        (
            "<?xml version='1.0'?><html><body><p><![CDATA[1 < 2]]></p><script src='x'/><p>end</p></body></html>",
            "1 < 2\n\nend\n",
        ),
        ("<p>cut off <a href='", "cut off\n"),
    ],
)
def test_text(html: str, wanted: str) -> None:
    assert text(html) == wanted


def test_kinds() -> None:
    assert kinds("<h2>a</h2><p>b<ul><li>c</ul><blockquote>d</blockquote><pre>e</pre><figcaption>f</figcaption>") == [
        Kind.HEADING,
        Kind.TEXT,
        Kind.ITEM,
        Kind.QUOTE,
        Kind.CODE,
        Kind.CAPTION,
    ]
    assert kinds("<ol><li>Take five eggs and beat them.<li>Serve</ol>") == [Kind.STEP, Kind.ITEM]
    assert kinds("<table><tr><td>a<td>b</table><dl><dt>k<dd>v</dl>") == [Kind.CELL, Kind.SPEC, Kind.SPEC]
    assert kinds("<p>Use <code>x</code> here.</p><p><code>x</code></p>") == [Kind.TEXT, Kind.CODE]


def test_paths_and_links() -> None:
    html = '<div id="top" class="a b"><p>one <a href="x">two</a></p><p><a href="y"><b>three</b></a></div>'
    assert paths(html) == ["body/div#top.a.b/p", "body/div#top.a.b/p/a"]
    assert read_page(html).lines.links == (3, 5)


def test_hidden_elements_are_read_and_known_as_hidden() -> None:
    html = "<p hidden>a<p style='display: none'>b<dialog>c</dialog><dialog open>d</dialog><p>e"
    page = read_page(html)
    assert page.text.split() == ["a", "b", "c", "d", "e"]
    assert [page.tree.tags[element].hidden for element in page.lines.elements] == [True, True, True, False, False]


def test_what_is_nested_too_deep_belongs_to_an_element_above() -> None:
    page = read_page("<div>" * 400 + "word")
    assert page.text == "word\n"
    assert len(page.tree) == MAX_DEPTH


def test_tags_that_html_does_not_know_stay_apart() -> None:
    for n in range(200):  # their numbers are addresses, which come again
        assert text(f"<unknown{n}>a</unknown{n}><other{n}><p>b</p></other{n}>") == "a\n\nb\n"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<!doctype html><p>x", "html"),
        ("\ufeff  <?xml version='1.0'?>\n<!-- x --><html>", "html"),
        ("<p>one</p>", "html"),
        ("<div><p>one</p><p>two</p><p>thr", "html"),
        ("The tag <p> begins a paragraph, </p> ends it.", "text"),
        ("<table> is an element. It has rows, each made of <tr>, and cells, each made of <td>, and it is old.", "text"),
        ("# Title\n\nA [link](http://x.org) in it.", "markdown"),
        ("```html\n<div><p>one</p></div>\n```\n\n## More", "markdown"),
        ("a < b and c > d", "text"),
        ("", "text"),
    ],
)
def test_kind_of_source(source: str, kind: str) -> None:
    assert detect_kind(source) == kind


def test_a_page_is_told_by_itself() -> None:
    assert clean("<html><nav><a href=x>Home</a></nav><p>Rain is expected in the north until Friday.</p>") == (
        "Rain is expected in the north until Friday.\n"
    )
    assert explain("<p>x</p>", kind="text").document.text == "<p>x</p>"


def test_the_head_is_harvested_when_somebody_asks() -> None:
    html = (
        "<html lang='de-AT'><head><title>Regen im Norden - Der Bote</title><meta name='author' content='Ann Lee'>"
        "<meta property='og:site_name' content='Der Bote'><link rel='canonical' href='https://bote.example/regen'>"
        "<meta property='article:published_time' content='2024-05-06T07:08:09Z'></head><body><p>Es regnet.</p>"
    )
    found = explain(html).metadata
    assert found["author"] == ("Ann Lee",)
    assert found["date"][0] == "2024-05-06"
    assert found["site"] == ("Der Bote",)
    assert found["url"] == ("https://bote.example/regen",)
    assert found["lang"] == ("de",)
    assert list(read_head("")) == []
    assert Pipeline(metadata="none").run(html).facts[:] == ()


@pytest.mark.parametrize("level", ["light", "full"])
@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("News,Breakfast, franchising", ("News", "Breakfast", "franchising")),
        ("rain; snow;rain;;", ("rain", "snow")),
        ("\u96e8\uff0c\u96ea\u3001\u98a8\uff1b\u96f2", ("\u96e8", "\u96ea", "\u98a8", "\u96f2")),
        (
            "\u0645\u0637\u0631\u060c \u062b\u0644\u062c\u061b \u0631\u064a\u062d",
            ("\u0645\u0637\u0631", "\u062b\u0644\u062c", "\u0631\u064a\u062d"),
        ),
        (f"rain, {'a word of ' * 3} more, {'x' * 61}, " + "snow " * 200, ("rain",)),
    ],
)
def test_tags_of_a_page_are_split_and_hold_no_prose(tags: str, found: tuple[str, ...], level: str) -> None:
    html = f"<html><head><title>Rain</title><meta name='keywords' content='{tags}'></head><body><p>It rains.</p>"
    assert Pipeline(metadata=level).run(html).metadata["tags"] == found


@given(st.text(max_size=300))
def test_tags_hold_no_separator_and_no_prose(text: str) -> None:
    tags = split_tags(text)
    assert all(tag == tag.strip() and 0 < len(tag) <= 60 and len(tag.split()) <= 8 for tag in tags)
    assert len(set(tags)) == len(tags)
    assert split_tags(", ".join(tags)) == tags


@pytest.mark.parametrize(
    "html", ["", "<html>", "<head>", "<head><title>", "<script type='application/ld+json'>{", "\x00<"]
)
def test_a_broken_head_has_no_facts(html: str) -> None:
    assert list(read_head(html)) == []


@pytest.mark.parametrize("scrap", ["<script a>", "<style>x", '<script type="application/ld+json">'])
def test_code_that_never_ends_is_looked_at_once(scrap: str) -> None:
    """Looked at anew from each opening, this would take minutes."""
    found = read_head(f"<html lang=fr><head><title>Un titre</title></head>{scrap * 50_000}")
    assert [claim.value for claim in found] == ["Un titre", "fr"]
    assert [claim.value for claim in read_head(f"<html lang=fr><head>{scrap * 50_000}")][-1] == "fr"


PAGE = (
    "<html><body><div class='top'><p>Shop at our sister site, where everything is cheaper this week than last.</p></div>"
    "<article><h1>The dam holds</h1>"
    + "".join(
        f"<p>Paragraph {n} tells what the engineers found when they climbed the dam above the town on that day, "
        "and what the people of the valley said to them.</p>"
        for n in range(8)
    )
    + "</article></body></html>"
)


def test_trafilatura_as_classifier() -> None:
    result = explain(PAGE, classifier="trafilatura")
    assert "sister site" not in result.text
    assert "Paragraph 7" in result.text
    assert {mark.rule for cut in result.cuts for mark in cut.marks} == {"trafilatura/dropped"}


def test_trafilatura_beside_our_own_stages() -> None:
    result = explain(PAGE, classifier="both")
    assert "sister site" not in result.text
    assert "trafilatura/dropped" in {mark.rule for cut in result.cuts for mark in cut.marks}


def test_where_nothing_would_be_left_the_page_stays() -> None:
    result = explain("<html><body><nav><p>Every word of this page stands in its menu.</p></nav></body></html>")
    assert result.text == "Every word of this page stands in its menu.\n"
    assert {w.promise for w in result.withdrawn} == {"emptied"}


def test_the_headline_stays_though_it_stands_in_the_head_of_the_site() -> None:
    prose = "<p>The engineers climbed the dam on Monday and found no cracks in its walls, said the water board.</p>" * 3
    result = explain(
        f"<html><header><a href=/>The Bote</a><h1>The dam holds, engineers say</h1></header>{prose}</html>"
    )
    assert result.text.startswith("The dam holds, engineers say\n")
    assert "The Bote" not in result.text


@pytest.mark.parametrize(
    "html",
    [
        "><nav>y",
        "*<li id=nav>S",
        "12 34 56<nav>Home News</nav>",
        "<nav>日本</nav>※ ※ ※",
        "😀 😀 😀<footer>Home</footer>",
    ],
)
def test_words_in_a_menu_stay_where_nothing_else_is_left_but_signs(html: str) -> None:
    result = explain(html, kind="html")
    assert result.text == result.document.text
    assert {withdrawal.promise for withdrawal in result.withdrawn} == {"emptied"}


@pytest.mark.parametrize("tags", ["div", "ul><li", "blockquote", "table><tr><td"])
def test_nested_elements_are_read_in_linear_time(tags: str) -> None:
    assert_linear(lambda n: Pipeline(metadata="none").run(f"<{tags}>" * n + "<p>Rain is expected."), 5_000)
