"""Clean pages as Markdown: what the author marked up, every kept word, nothing by accident."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linear import assert_linear

from cleaner.markdown import to_markdown
from cleaner.model import Cut, Mark, Result, Span
from cleaner.pipeline import Pipeline
from cleaner.segment.html import read_page, segment_page


def page_of(html, url=""):
    return replace(segment_page(read_page(html)), source=html, url=url)


def result_of(html, cut=lambda line: False):
    """A page of which the lines that ``cut`` chooses are cut."""
    document = page_of(html)
    spans = [block.span for block in document.blocks if cut(document.text[slice(*block.span)])]
    return Result(document, tuple(Cut(span, (Mark(span, "a/b", "a", "chosen"),)) for span in spans))


def markdown(html, cut=lambda line: False):
    return to_markdown(result_of(html, cut))


EXAMPLES = {
    "headings": (
        "<h1>One</h1><h2>Two <em>words</em></h2><h6><a href='/'>Six</a></h6>",
        "# One\n\n## Two *words*\n\n###### [Six](/)\n",
    ),
    "a heading on two lines": ("<h2>One<br>two</h2>", "## One two\n"),
    "a heading that ends in hashes": ("<h2>C #</h2><h3>##</h3><h3>C#</h3>", "## C \\#\n\n### \\##\n\n### C#\n"),
    "paragraphs": ("<p>One</p><div>two</div><p>three<br>four", "One\n\ntwo\n\nthree  \nfour\n"),
    "a break between inline elements": ("<p><span>a</span><br><a href=x>b</a></p>", "a  \n[b](x)\n"),
    "lists": ("<ul><li>a<li>b</ul><p>c</p><ol><li>d<li>e</ol>", "- a\n- b\n\nc\n\n1. d\n2. e\n"),
    "lists in lists": (
        "<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>",
        "- a\n  - b\n    1. c\n- d\n",
    ),
    "a list in an item without words": ("<ul><li><ol><li>a<li>b</ol></ul>", "- 1. a\n  2. b\n"),
    "ten items": ("<ol>" + "<li>x" * 10 + "<p>y</p></ol>", "".join(f"{n}. x\n" for n in range(1, 11)) + "\n    y\n"),
    "paragraphs of an item": ("<ul><li><p>a</p><p>b</p><li>c</ul>", "- a\n\n  b\n- c\n"),
    "a heading in an item": ("<ul><li><h3>a</h3><p>b</p></ul>", "- ### a\n\n  b\n"),
    "text after a list in a list": ("<ul><li>a<ul><li>b</ul>c</ul>", "- a\n  - b\n\n  c\n"),
    "a table": (
        "<table><tr><th>a<th>b<tr><td>1<td>2|3<tr><td>4<td>5</table>",
        "| a | b |\n| --- | --- |\n| 1 | 2\\|3 |\n| 4 | 5 |\n",
    ),
    "empty cells": (
        "<table><tr><td><td>a<td>b<tr><td>c<td><td>d<tr><td>e<td>f<td></table>",
        "|  | a | b |\n| --- | --- | --- |\n| c |  | d |\n| e | f |  |\n",
    ),
    "a row of one cell": (
        "<table><tr><td>a<td>b<tr><td>c<tr><td>d<td>e</table>",
        "| a | b |\n| --- | --- |\n| c |  |\n| d | e |\n",
    ),
    "a cell on two lines": (
        "<table><tr><td>a<td>b<br>c<tr><td>d<td>e</table>",
        "| a | b<br>c |\n| --- | --- |\n| d | e |\n",
    ),
    "a cell with an image": (
        "<table><tr><th>a<th>b<tr><td><img src=q alt=w><td>c<tr><td>x<img src=q><td>d</table>",
        "| a | b |\n| --- | --- |\n| ![w](q) | c |\n| x ![](q) | d |\n",
    ),
    "a row of images": (
        "<table><tr><td><img src=q alt=p><td><img src=r><tr><th>a<th>b<tr><td>c<td><img src=s><tr><td><img src=t><td></table>",
        "| ![p](q) | ![](r) |\n| --- | --- |\n| a | b |\n| c | ![](s) |\n| ![](t) |  |\n",
    ),
    "columns that are aligned": (
        ("<table><tr><th align=left>a<th>b<th>c<th align=center>d"
        "<tr><td>1<td style='color:red;text-align: RIGHT'>2<td align=justify>3<td>4</table>"),
        "| a | b | c | d |\n| :-- | --: | --- | :-: |\n| 1 | 2 | 3 | 4 |\n",
    ),
    "the cells below a heading decide": (
        "<table align=right><thead align=center><tr><th>a<th>b<tbody><tr align=right><td>1<td align=left>2<tr align=right><td colspan=2>3</table>",
        "| a | b |\n| --: | :-- |\n| 1 | 2 |\n| 3 |  |\n",
    ),
    "two tables": (
        "<table><tr><td>a<td>b</table><table><tr><td>c<td>d</table>",
        "| a | b |\n| --- | --- |\n\n| c | d |\n| --- | --- |\n",
    ),
    "a table in an item": ("<ul><li>x<table><tr><td>a<td>b</table></ul>", "- x\n\n  | a | b |\n  | --- | --- |\n"),
    "a table for the layout": ("<table><tr><td><p>a</p><p>b</p></table>", "a\n\nb\n"),
    "code": (
        "<pre><code>def f():\n    return 1\n\nx = 2  # *\n</code></pre>",
        "```\ndef f():\n    return 1\n\nx = 2  # *\n```\n",
    ),
    "code with fences": ("<pre>````\na</pre>", "`````\n````\na\n`````\n"),
    "two pieces of code": ("<pre>a</pre><pre>b</pre>", "```\na\n```\n\n```\nb\n```\n"),
    "code in an item": ("<ol><li>x<pre>a\n\n  b</pre></ol>", "1. x\n\n   ```\n   a\n\n     b\n   ```\n"),
    "a line of code": (
        "<p><code>a_b*</code></p><p><code>`a`</code></p><p>c <code>d</code></p>",
        "`a_b*`\n\n`` `a` ``\n\nc `d`\n",
    ),
    "quotations": (
        "<blockquote><p>a</p><p>b</p></blockquote><p>c</p><blockquote>d</blockquote>",
        "> a\n>\n> b\n\nc\n\n> d\n",
    ),
    "a quotation in an item and an item in it": (
        "<ul><li>a<blockquote>b<ul><li>c</ul></blockquote></ul>",
        "- a\n\n  > b\n  >\n  > - c\n",
    ),
    "code in a quotation": ("<blockquote><pre>a\n\nb</pre></blockquote>", "> ```\n> a\n>\n> b\n> ```\n"),
    "terms": ("<dl><dt>a<dd>b<dt>c<dt>d<dd>e</dl>", "**a**  \nb\n\n**c**\n\n**d**  \ne\n"),
    "captions": (
        "<figure><img><figcaption>a * b<br>c</figcaption></figure><table><caption>d*</caption><tr><td>e<td>f</table>",
        "*a \\* b*  \n*c*\n\n*d\\**\n\n| e | f |\n| --- | --- |\n",
    ),
    "emphasis": (
        "<p>a<b>b</b> <i>c <b>d</b></i> <s>e</s> f<b>“g”</b>h <b>i</b><i>j</i>",
        "a**b** *c **d*** ~~e~~ f<strong>“g”</strong>h **i**<em>j</em>\n",
    ),
    "a weight that is none": ("<b style='font-weight:normal'>a <b>b</b></b>", "a **b**\n"),
    "code next to markup": ("<p><code>a `b`</code> <a href=x><code>c</code></a> [d]", "`` a `b` `` [`c`](x) \\[d\\]\n"),
    "links": (
        "<p><a href='a b.html' title='t \"u\"'>x</a>! <a href=y>[z]</a> <a href='f(1'>g</a> <a href='javascript:x'>h</a> <a>i</a>",
        '[x](a%20b.html "t &quot;u&quot;")! [\\[z\\]](y) [g](f\\(1) h i\n',
    ),
    "a link over several blocks": ("<a href=x><h2>a</h2><p>b</p></a>", "## [a](x)\n\n[b](x)\n"),
    "a sign that links a heading to itself": ("<h2>a <a href='#b'>¶</a></h2><p>c <a href='#b'>¶</a>", "## a\n\nc [¶](#b)\n"),
    "images": (
        "<p>a<img src=b alt='c [d]'>e</p><p>!<a href=f>g</a><img src=h></p><p><img src=i width=1></p><p>j<img src=data:x data-src=k></p>",
        "a ![c \\[d\\]](b) e\n\n\\![g](f) ![](h)\n\nj ![](k)\n",
    ),
    "the largest of several images": ("<p>a <img srcset='s.png 1x, m.png 2x, l.png 1.5x'>", "a ![](m.png)\n"),
    "raised and lowered": (
        "<p>n<sup>2</sup> x<sub>n</sub> 10<sup>-3</sup> 1<sup>st</sup> a<sup>®</sup> b<sub>i,j</sub> c<sup>x</sup> m<sup>a+b</sup>",
        "n² xₙ 10⁻³ 1st a® b<sub>i,j</sub> c<sup>x</sup> m<sup>a+b</sup>\n",
    ),
    "ruby": ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>。", "漢(かん)。\n"),
    "tasks": ("<ul><li><input type=checkbox checked>a<li><input type=checkbox> b</ul>", "- [x] a\n- [ ] b\n"),
    "numbers of items": ("<ol start=3><li>a<li value=7>b<li>c</ol><ol reversed><li>d<li>e</ol>", "3. a\n7. b\n8. c\n\n2. d\n1. e\n"),
    "a callout": (
        "<div class='admonition note'><p class=admonition-title>A note</p><p>a</p></div><div class='alert alert-danger'>b</div>",
        "> [!NOTE]\n> **A note**\n>\n> a\n\n> [!CAUTION]\n> b\n",
    ),
    "no callout": ("<div class=alert>a</div><p class=note>b", "a\n\nb\n"),
    "details": ("<details><summary>a</summary><p>b</p></details>", "**a**\n\nb\n"),
    "the language of code": (
        ("<pre><code class=language-py>a</code></pre><div class=highlight-source-rust><pre>b</pre></div><pre class='brush: js'>c</pre>"
        "<pre data-lang=go>d</pre><pre class=language-none>e</pre><div class='sourceCode'><pre class='sourceCode r'>f</pre></div>"),
        "```py\na\n```\n\n```rust\nb\n```\n\n```js\nc\n```\n\n```go\nd\n```\n\n```\ne\n```\n\n```r\nf\n```\n",
    ),
    "blank lines in code": ("<pre>a\n\n\n  b\n</pre>", "```\na\n\n\n  b\n```\n"),
    "a footnote": (
        "<p>a<sup><a href='#n' id=r>1</a></sup> b<sup><a href='#m'>2</a></sup></p><ol><li id=n>c <a href='#r'>↩</a></ol><p>d",
        "a[^1] b[2](#m)\n\n[^1]: c\n\nd\n",
    ),
    "a line across the page": ("<hr><h1>a</h1><hr><p>b<hr><hr>c<hr>", "# a\n\n---\n\nb\n\n---\n\nc\n"),
    "a line in an item": ("<ul><li><hr>a<hr>b<hr><li>c</ul>", "- a\n\n  ---\n\n  b\n- c\n"),
    "a line between items": ("<ul><li>a<hr></ul><hr><ul><li>b</ul>", "- a\n\n---\n\n- b\n"),
    "a line in a quotation": ("<blockquote>a<hr>b</blockquote><hr>c", "> a\n>\n> ---\n>\n> b\n\n---\n\nc\n"),
    "a line in code and in a table": ("<pre>a<hr>b</pre><table><tr><th>c<hr>d<td>e</table>", "```\na\n\nb\n```\n\n| c<br>d | e |\n| --- | --- |\n"),
    "a line above the footnotes": (
        "<p>a<sup><a href='#n' id=r>1</a></sup></p><hr><ol><li id=n>c <a href='#r'>↩</a></ol>", "a[^1]\n\n[^1]: c\n",
    ),
    "a link that is not a footnote": ("<p><a href='#n'>1</a></p><h2 id=n>a</h2><p>b", "[1](#n)\n\n## a\n\nb\n"),
    "nothing": ("", ""),
    "nothing that can be seen": ("<script>x</script>", ""),
}


@pytest.mark.parametrize(("html", "wanted"), EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_marked_up_is_markdown(html, wanted):
    assert markdown(html) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# a", "\\# a"),
        ("#a", "#a"),
        ("&gt; a", "\\> a"),
        ("- a", "\\- a"),
        ("+ a", "\\+ a"),
        ("-a", "-a"),
        ("1. a", "1\\. a"),
        ("12) a", "12\\) a"),
        ("1.5 a", "1.5 a"),
        ("12. April 2021", "12\\. April 2021"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("- - -", "\\- - -"),
        ("~~~", "\\~\\~\\~"),
        ("```", "\\`\\`\\`"),
        ("[a]: b", "\\[a]: b"),
        ("[a](b)", "[a\\](b)"),
        ("[1]", "[1]"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("5* and more", "5* and more"),
        ("*a* b", "\\*a\\* b"),
        ("a*b*c", "a\\*b\\*c"),
        ("**a** b", "\\*\\*a\\*\\* b"),
        ("snake_case_name", "snake_case_name"),
        ("__init__", "\\_\\_init\\_\\_"),
        ("~~a~~", "\\~\\~a\\~\\~"),
        ("~5 to ~10", "~5 to ~10"),
        ("a ` b", "a ` b"),
        ("a `b` c", "a \\`b\\` c"),
        ("a &lt;b&gt; c", "a \\<b> c"),
        ("a &lt; b", "a < b"),
        ("&amp;amp; &amp; b", "\\&amp; & b"),
        ("C:\\dir\\*", "C:\\dir\\\\*"),
        ("a\\", "a\\\\"),
        ("a | b", "a | b"),
        ("| --- |", "\\| --- |"),
    ],
)
def test_what_would_be_markdown_by_accident_is_escaped(text, wanted):
    assert markdown(f"<p>{text}</p>") == f"{wanted}\n"
    assert markdown(f"<p>a<br>{text}</p>") == f"a  \n{wanted}\n"
    assert markdown(f"<pre>{text}</pre>").splitlines()[1] == read_page(f"<p>{text}</p>").text.rstrip("\n")


def test_a_text_is_left_as_it_is():
    text = "Share this article\nRain is *expected* in the north of the country until Friday morning.\n"
    result = Pipeline().run(text)
    assert to_markdown(result) == result.text
    assert result.cuts


CUT = {
    "an item": ("<ol><li>a<li>x<li>b</ol>", "1. a\n3. b\n"),
    "the first item of a nested list": ("<ol><li>a<ol><li>x<li>b</ol></ol>", "1. a\n\n   2. b\n"),
    "the words of an item with a list": ("<ul><li>x<ul><li>a<li>b</ul></ul>", "- - a\n  - b\n"),
    "a line of a paragraph": ("<p>a<br>x<br>b</p>", "a\n\nb\n"),
    "a line of code": ("<pre>a\nx\n  b</pre>", "```\na\n\n  b\n```\n"),
    "a row": ("<table><tr><td>a<td>b<tr><td>x<td>x<tr><td>c<td>d</table>", "| a | b |\n| --- | --- |\n| c | d |\n"),
    "the header": ("<table><tr><td>x<td>x<tr><td>c<td>d</table>", "| c | d |\n| --- | --- |\n"),
    "a term": ("<dl><dt>x<dd>a</dl>", "a\n"),
    "a paragraph of a quotation": ("<blockquote><p>a<p>x<p>b</blockquote>", "> a\n>\n> b\n"),
    "all": ("<h1>x</h1><p>x", ""),
    "a footnote whose text is cut": (
        "<p>a<sup><a href='#n' id=r>1</a></sup></p><ol><li id=n>x <a href='#r'>↩</a></ol>", "a1\n",
    ),
    "a footnote whose reference is cut": (
        "<p>x<sup><a href='#n' id=r>1</a></sup></p><ol><li id=n>a <a href='#r'>↩</a></ol>", "1. a\n",
    ),
    "an image whose caption is cut": (
        "<p>a</p><figure><img src=b><figcaption>x</figcaption></figure><p>c</p>", "a\n\n![](b)\n\nc\n",
    ),
    "an image among what is cut": ("<div><p>x</p><img src=b><p>x</p></div><p>c</p>", "c\n"),
    "the logo above a menu that is cut": ("<img src=b><ul><li>x</ul><p>c</p>", "c\n"),
    "a picture next to a line that is cut": ("<article><p>a</p><img src=b><p>x</p></article>", "a\n\n![](b)\n"),
    "the text next to a line across the page": ("<p>a<hr><p>x<hr><p>b<hr><p>c", "a\n\nb\n\n---\n\nc\n"),
    "the row below a row of images": (
        "<table><tr><th>a<th>b<tr><td><img src=q><td><tr><td>x<td>x<tr><td>c<td>d</table>",
        "| a | b |\n| --- | --- |\n| c | d |\n",
    ),
    "a line of a cell": (
        "<table><tr><td>a<br>x<td>b<tr><td>c<td>d</table>", "| a | b |\n| --- | --- |\n| c | d |\n",
    ),
}


@pytest.mark.parametrize(("html", "wanted"), CUT.values(), ids=CUT)
def test_what_is_cut_is_not_there(html, wanted):
    assert markdown(html, cut=lambda line: "x" in line) == wanted


@pytest.mark.parametrize(
    ("images", "wanted"),
    [
        ("keep", "| ![p](q) | ![](r) |\n| --- | --- |\n| a | ![s](t) |\n"),
        ("alt", "| p |  |\n| --- | --- |\n| a | s |\n"),
        ("drop", "| a |  |\n| --- | --- |\n"),
    ],
)
def test_cells_of_images_are_written_as_asked(images, wanted):
    html = "<table><tr><th><img src=q alt=p><th><img src=r><tr><td>a<td><img src=t alt=s></table>"
    assert to_markdown(replace(result_of(html), images=images)) == wanted


# Any page

SIGNS = ["*", "**", "_", "__", "`", "``", "```", "~~", "#", "##", "-", "+", "1.", "2)", ">", "|", "\\", "&lt;b&gt;",
         "&lt;!--", "&amp;amp;", "[", "]", "](", "[a]:", "(b)", "---", "===", "| - |", "!", "$", "&#x2003;", "\u200b"]  # fmt: skip
TAGS = ["p", "div", "ul", "ol", "li", "blockquote", "pre", "code", "h1", "h3", "table", "tr", "td", "th", "caption", "dl",
        "dt", "dd", "figure", "figcaption", "span", "b", "section", "textarea"]  # fmt: skip


@st.composite
def pages(draw):
    """A page of any elements in each other; each word occurs once."""
    parts, opened = [], []
    for n in range(draw(st.integers(1, 30))):
        step = draw(st.sampled_from(["text", "text", "open", "open", "close", "br"]))
        if step == "open":
            opened.append(draw(st.sampled_from(TAGS)))
            parts.append(f"<{opened[-1]}>")
        elif step == "close" and opened:
            parts.append(f"</{opened.pop()}>")
        elif step == "br":
            parts.append(draw(st.sampled_from(["<br>", "\n", "<li>", "<td>", "<tr>", "<hr>", "<img src=i>"])))
        else:
            words = [f"w{n}x{m}" for m in range(draw(st.integers(1, 4)))]
            signs = draw(st.lists(st.sampled_from(SIGNS), max_size=4))
            glue = draw(st.sampled_from(["", " ", "  "]))
            parts.append(glue.join(draw(st.permutations([*words, *signs]))))
    return "".join(parts)


def words_of(text):
    return re.findall(r"w\d+x\d+", text)


def is_in_order(words, text):
    left = iter(text)
    return all(word in left for word in words)


@given(pages(), st.sets(st.integers(0, 20)))
@example("<ul><li>w1x1<ul><li>w2x1", {0})
def test_every_kept_word_is_there_in_order_and_no_cut_one(html, chosen):
    document = page_of(html)
    spans = [block.span for i, block in enumerate(document.blocks) if i in chosen]
    result = Result(document, tuple(Cut(span, (Mark(span, "a/b", "a", "drawn"),)) for span in spans))
    found = to_markdown(result)
    kept = [
        word
        for i, block in enumerate(document.blocks)
        if i not in chosen
        for word in words_of(document.text[slice(*block.span)])
    ]
    assert words_of(found) == kept


@given(pages(), st.data())
def test_no_letter_is_lost_wherever_the_cuts_are(html, data):
    document = page_of(html)
    ends = sorted(data.draw(st.sets(st.integers(0, len(document.text)), max_size=8)))
    spans = [Span(*pair) for pair in zip(ends[::2], ends[1::2], strict=False)]
    result = Result(document, tuple(Cut(span, (Mark(span, "a/b", "a", "drawn"),)) for span in spans))
    assert is_in_order(filter(str.isalnum, result.text), to_markdown(result))


@given(pages())
def test_read_as_markdown_it_shows_what_the_page_does(html):
    markdown_it = pytest.importorskip("markdown_it")
    result = result_of(html)
    reader = markdown_it.MarkdownIt("commonmark", {"maxNesting": 1000}).enable(["table", "strikethrough"])
    shown = "".join(
        child.content
        for token in reader.parse(to_markdown(result))
        for child in ([token] if token.type in ("fence", "code_block", "html_block") else token.children or ())
    )
    visible = re.compile(r"[^\s\u200b]")
    assert visible.findall(shown) == visible.findall(result.text)


@pytest.mark.parametrize(
    ("opening", "unit", "n"),
    [
        ("", "<ul><li>a", 1_000),
        ("", "<blockquote>a", 1_000),
        ("", "<table><tr><td>a<td>b", 1_200),
        ("<p>", "*a* `b` _c_ ", 5_000),
        ("<p>", "a<br>", 12_000),
        ("<pre>", "`", 25_000),
    ],
)
def test_deep_and_large_pages_take_linear_time(opening, unit, n):
    results = {size: result_of(opening + unit * size) for size in (n, 4 * n)}
    assert_linear(lambda size: to_markdown(results[size]), n)
