"""Noise between the paragraphs of a page goes on two signs: words and make, or a marker and links. One is not enough."""

from __future__ import annotations

import pytest

from cleaner.pipeline import Pipeline

RIVER = "<p>The river rose by two metres on Monday, and the lower town carried its chairs up to the old mill.</p>"
BAKER = "<p>The baker had lit a fire for them there, and nobody slept before the water began to fall again.</p>"
CARTS = "<p>On Tuesday the first carts crossed the bridge, slowly and one after another, said the miller.</p>"
MENU = '<nav><a href="/">Home</a> <a href="/news">News</a></nav>'
PIPELINE = Pipeline(profile="careful", classifier="rules", metadata="none")


def kept(middle: str) -> str:
    """What is kept of a page with ``middle`` between its paragraphs."""
    page = f"{MENU}<main><article><h1>The river and the mill</h1>{RIVER}{BAKER}{middle}{CARTS}{RIVER}</article></main>"
    return PIPELINE.run(page, kind="html").text


@pytest.mark.parametrize(
    "middle",
    [
        '<div class="newsletter-cta"><p>Sign up for our newsletter and read the news of the mill each Friday.</p></div>',
        '<p>Sign up for our newsletter <a href="/n">on this page</a> and read the news of the mill.</p>',
        '<div class="embed-placeholder"><p>To view this content, please accept cookies of the network.</p></div>',
        "<p>Loading...</p>",
        "<p>34 shares</p>",
        "<p>1.2K views</p>",
        "<div>Advertisement</div>",
        "<h3>Related articles</h3><ul><li><a href='/a'>A bridge for two towns</a></li></ul>",
        "<div>Read also</div><p><a href='/a'>A bridge for two towns</a></p><p><a href='/b'>The old school</a></p>",
        '<p>More on this — <a href="/a">A bridge for two towns</a></p>',
    ],
)
def test_two_signs_are_enough(middle: str) -> None:
    assert kept(middle) == kept("")


@pytest.mark.parametrize(
    "middle",
    [
        "<p>Sign up for our newsletter, the poster of the mill said, and read what the flood has left.</p>",
        '<div class="promo"><p>The mill was built in the year of the great frost, of oak and of stone.</p></div>',
        "<h2>Loading</h2>",
        "<h3>Related articles</h3><p>The law has two articles on mills, and both are older than the mill.</p>",
        "<h3>Related work</h3><ul><li><a href='/a'>A bridge for two towns</a></li></ul>",
        (
            "<p>These are the sources of the chronicle of the flood and of the mill in three volumes:</p>"
            "<ul><li><a href='/a'>A bridge for two towns</a></li><li><a href='/b'>The school on the hill</a></li>"
            "<li><a href='/c'>The harvest of the dry year</a></li></ul>"
        ),
    ],
)
def test_one_sign_is_not_enough(middle: str) -> None:
    text = kept(middle)
    assert all(line in text for line in PIPELINE.run(f"<p>x</p>{middle}", kind="html").document.text.split("\n")[1:])


ABOUT = {
    "cookies": (
        "The law on cookies",
        "Cookies are small files, and the law on cookies wants that a site asks before it sets them.",
        "This website uses cookies to improve your experience, says nearly each banner that we counted.",
        "We use cookies and similar technologies, says the next one, by continuing you agree to cookies.",
        "Accept all cookies",
    ),
    "newsletters": (
        "Why newsletters come back",
        "Newsletters are older than the web, and a newsletter needs no network but the post.",
        'Sign up for our newsletter <a href="/n">here</a>, says the last line of every newsletter that we read.',
        "Subscribe to our newsletter to get the latest news, they ask, straight to your inbox.",
        "Subscribe to our newsletter",
    ),
    "advertising": (
        "A short history of advertising",
        "Advertising pays for most newspapers, and advertisers know to the penny what a reader is worth.",
        "This article contains affiliate links, we may earn a commission, wrote the first such paper in advertising.",
        "The label of advertising was set in small type, and the word advertisement was older than the rule.",
        "Advertisement",
    ),
}


@pytest.mark.parametrize("subject", sorted(ABOUT))
@pytest.mark.parametrize("tag", ["main", "article", "div"])
def test_an_article_about_noise_loses_no_sentence(subject: str, tag: str) -> None:
    title, *sentences, _ = ABOUT[subject]
    text = "".join(f"<p>{sentence}</p>" for sentence in (*sentences, *sentences[:1]))
    page = f"{MENU}<{tag}><h1>{title}</h1>{text}</{tag}><footer><p>Privacy policy</p></footer>"
    result = PIPELINE.run(page, kind="html")
    for sentence in sentences:
        assert sentence.split(" <a")[0].split("</a>")[-1] in result.text
