"""Formulas become LaTeX, once: of KaTeX, MathJax, Wikipedia, and of plain MathML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cleaner.decode import decode
from cleaner.ledger import Maker, Origin, document_row, ledger_row, restore, verify
from cleaner.markdown import rewritten, to_markdown
from cleaner.model import Cut, Mark, Result, Span
from cleaner.segment.html import read_page, segment_page

MATHML = "<math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi></mrow><annotation encoding='application/x-tex'>E=m</annotation></semantics></math>"
SEEN = "<span class=katex-html aria-hidden=true><span>E</span><span>=</span><span>m</span></span>"
KATEX = f"<span class=katex><span class=katex-mathml>{MATHML}</span>{SEEN}</span>"


def page_of(html):
    return replace(segment_page(read_page(html)), source=html)


def markdown(html):
    return to_markdown(Result(page_of(html)))


CARRIED = {
    "KaTeX": (f"<p>So {KATEX} holds.", "So $E=m$ holds.\n"),
    "KaTeX on a line of its own": (f"<p><span class=katex-display>{KATEX}</span></p>", "$$E=m$$\n"),
    "KaTeX without MathML": ("<p>So <span class=katex><span class=katex-html>E</span></span> holds.", "So E holds.\n"),
    "MathML with its source": (f"<p>So {MATHML} holds.", "So $E=m$ holds.\n"),
    "MathML with alternative text": ("<p><math alttext='\\displaystyle a_1'><mi>a</mi></math>", "$a_1$\n"),
    "Wikipedia": (
        ("<p>So <span class=mwe-math-element><span style='display:none'><math alttext='{\\displaystyle v=gt}'><mi>v</mi></math></span>"
        "<img src=x.svg class=mwe-math-fallback-image-inline alt='{\\displaystyle v=gt}'></span> holds."),
        "So $v=gt$ holds.\n",
    ),
    "MathJax 2": (
        "<p>So <span class=MathJax_Preview></span><span class=MathJax><span>E</span></span><script type='math/tex'>E = m</script> holds.",
        "So $E = m$ holds.\n",
    ),
    "MathJax 2 before it has run": ("<p>So <script type='math/tex'>E = m</script> holds.", "So $E = m$ holds.\n"),
    "MathJax 2 on a line of its own": (
        "<p>a</p><div><script type='math/tex; mode=display'>E = m</script></div><p>b</p>", "a\n\n$$E = m$$\n\nb\n",
    ),
    "MathJax 3": (
        (f"<p>So <mjx-container><mjx-math aria-hidden=true><mjx-mi>E</mjx-mi></mjx-math><mjx-assistive-mml>{MATHML}</mjx-assistive-mml>"
        "</mjx-container> holds."),
        "So $E=m$ holds.\n",
    ),
    "the source in the text": (
        "<script src=mathjax.js></script><p>So \\(a_1\\) and $$b*c*d$$ hold.</p><p>\\[ x<br>y \\]</p><pre>\\(z\\)</pre>",
        "So $a_1$ and $$b*c*d$$ hold.\n\n$$x y$$\n\n```\n\\(z\\)\n```\n",
    ),
    "the source in the text of a page without a script for it": ("<p>So \\(a\\)", "So \\\\(a\\\\)\n"),
    "an image of a formula": ("<p>So <img class=latex src=x.png alt='x^2'> holds.", "So $x^2$ holds.\n"),
    "emphasis and links in it": ("<p><b><math alttext=x><mi>a</mi></math></b> <i>b</i>", "**$x$** *b*\n"),
    "a price next to it": ("<p><math alttext=x><mi>a</mi></math> costs $5", "$x$ costs \\$5\n"),
    "code next to it": ("<p><code>$HOME</code> is $5", "`$HOME` is $5\n"),
}


@pytest.mark.parametrize(("html", "wanted"), CARRIED.values(), ids=CARRIED)
def test_a_formula_is_there_once_as_latex(html, wanted):
    assert markdown(html) == wanted


TRANSLATED = {
    "<mfrac><mn>1</mn><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></mfrac>": r"\frac{1}{x+1}",
    "<msup><mi>x</mi><mn>2</mn></msup>": "x^2",
    "<msup><mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow><mn>10</mn></msup>": "(a)^{10}",
    "<msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>n</mi></msup>": "{a+b}^n",
    "<msub><mi>x</mi><mrow><mi>i</mi><mo>,</mo><mi>j</mi></mrow></msub>": "x_{i,j}",
    "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>": "x_1^2",
    "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>": r"\sum_{i=1}^ni",
    "<munder><mi>lim</mi><mrow><mi>n</mi><mo>→</mo><mi>∞</mi></mrow></munder>": r"\lim_{n\to\infty}",
    "<mover><mi>x</mi><mo>¯</mo></mover>": r"\bar{x}",
    "<mover><mi>v</mi><mo>→</mo></mover>": r"\vec{v}",
    "<mover><mo>=</mo><mi>def</mi></mover>": r"\overset{\mathrm{def}}{=}",
    "<munder><mi>x</mi><mi>y</mi></munder>": r"\underset{y}{x}",
    "<msqrt><mi>x</mi><mo>−</mo><mn>1</mn></msqrt>": r"\sqrt{x-1}",
    "<mroot><mi>x</mi><mn>3</mn></mroot>": r"\sqrt[3]{x}",
    "<mi>α</mi><mi>x</mi><mo>≤</mo><mi>Ω</mi>": r"\alpha x\le\Omega",
    "<mi>sin</mi><mi>x</mi>": r"\sin x",
    "<mi>rate</mi>": r"\mathrm{rate}",
    "<mtext>if so</mtext>": r"\text{if so}",
    "<mfenced><mi>a</mi><mi>b</mi></mfenced>": "(a,b)",
    "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>": r"\begin{matrix}a & b \\ 1 & 2\end{matrix}",
    "<mi>x</mi><mphantom><mi>y</mi></mphantom>": "x",
    "<mo>{</mo><mn>50</mn><mo>%</mo><mo>}</mo>": r"\{50\%\}",
}


@pytest.mark.parametrize(("mathml", "wanted"), TRANSLATED.items(), ids=TRANSLATED.values())
def test_mathml_without_a_source_is_translated(mathml, wanted):
    assert markdown(f"<p><math>{mathml}</math>") == f"${wanted}$\n"


MAKER = Maker("0.0.0", "0" * 64, "careful", "balanced", text_format="markdown")


def rows_of(html, cut=()):
    document = replace(page_of(html), input_kind="html")
    cuts = tuple(Cut(Span(*span), (Mark(Span(*span), "a/b", "a", "chosen"),)) for span in cut)
    result = Result(document, cuts)
    origin = Origin("a", "a", "0" * 64, decode(html.encode()))
    return result, document_row(result, origin, MAKER), ledger_row(result, origin, MAKER)


def test_the_ledger_says_where_the_words_are_another_text():
    result, document, ledger = rows_of(f"<p>So α {KATEX} holds.")
    (stretch,) = rewritten(result)
    assert result.text[slice(*stretch)] == "E=mE=m"
    assert ledger["rewritten"] == [list(stretch)]
    verify(document, ledger)
    assert restore(document, ledger).decode() == result.document.text


def test_of_a_formula_that_is_cut_in_part_the_rest_counts():
    html = f"<p>So {KATEX} holds."
    at = page_of(html).text.index("E=mE")
    result, document, ledger = rows_of(html, [(at + 3, at + 6)])
    assert document["text"] == "So $E=m$ holds.\n"
    assert [result.text[slice(*stretch)] for stretch in rewritten(result)] == ["E=m"]
    verify(document, ledger)
    assert rows_of(html, [(at, at + 6)])[1]["text"] == "So  holds.\n"


def test_deep_mathml_is_read_as_text():
    assert "x" in markdown(f"<p><math>{'<mrow>' * 200}<mi>x</mi>")
