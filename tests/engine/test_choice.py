"""The options that say what counts as content, on pages written for this purpose."""

from __future__ import annotations

import pytest

from cleaner.model import Result
from cleaner.pipeline import explain

PROSE = (
    "<p>Rain is expected in the north of the country until Friday morning, and the rivers are high.</p>"
    "<p>Farmers had asked for help in June, and a vote on it is due in the autumn, the water board said on Monday.</p>"
)
MILL = "The mill on the river in May"


def run(body: str, **options: str) -> Result:
    head = "<head><title>Rain in the north | The Planet</title></head>"
    return explain(f"<html>{head}<body>{body}</body></html>", classifier="rules", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "caption",
    [
        f"<figure><img src=a.jpg><figcaption>{MILL}</figcaption></figure>",
        f"<figure><img src=a.jpg><div><span>{MILL}</span></div></figure>",
        f"<div class=photo><img src=a.jpg><p class=caption>{MILL}</p></div>",
        f"<div class=wp-caption><img src=a.jpg><p class=wp-caption-text>{MILL}</p></div>",
        f"<div class=imageCaption>{MILL}</div>",
    ],
)
def test_a_caption_of_a_picture(caption: str) -> None:
    assert MILL in run(PROSE + caption + PROSE).text
    assert run(PROSE + caption + PROSE, captions="separate").captions == (MILL,)


@pytest.mark.parametrize(
    "other",
    [
        f"<table><caption>{MILL}</caption><tr><td>May</td><td>31 mm</td></tr><tr><td>June</td><td>9 mm</td></tr></table>",
        f"<figure><table><tr><td>May</td><td>31 mm</td></tr></table><figcaption>{MILL}</figcaption></figure>",
        f"<figure><pre>x = mill(3)</pre><figcaption>{MILL}</figcaption></figure>",
        f"<figure><blockquote>It rained.</blockquote><figcaption>{MILL}</figcaption></figure>",
        f"<div class=captions>{MILL}</div>",
        f"<figure><h1>{MILL}</h1></figure>",
    ],
)
def test_what_is_not_a_caption_of_a_picture(other: str) -> None:
    result = run(PROSE + other + PROSE, captions="separate")
    assert MILL in result.text
    assert not result.captions


def test_an_element_that_holds_the_article_is_no_caption() -> None:
    whole = run(f"<div class=caption>{PROSE * 3}</div>", captions="drop")
    assert whole.text == run(f"<div class=caption>{PROSE * 3}</div>").text
    open_figure = run(f"<figure><img src=a.jpg>{PROSE * 3}", captions="drop")
    assert open_figure.text == run(f"<figure><img src=a.jpg>{PROSE * 3}").text


def test_a_caption_of_several_blocks_is_one() -> None:
    caption = (
        "<figure><img src=a.jpg><figcaption><p>The mill in May.</p><p>It was built in 1820.</p></figcaption></figure>"
    )
    assert run(PROSE + caption, captions="separate").captions == ("The mill in May.\nIt was built in 1820.",)


THREAD = (
    "<ol id=comments><li><p>The bridge has been shut since May.</p><p>Why?</p><a href=#>Log in to reply</a></li>"
    "<li><p>Nobody says why.</p><ol><li><p>They never do.</p></li></ol></li></ol>"
)
COMMENTS = ("The bridge has been shut since May.\nWhy?", "Nobody says why.", "They never do.")


def test_one_string_for_each_comment_without_its_buttons() -> None:
    result = run(PROSE + THREAD, comments="separate")
    assert result.comments == COMMENTS
    assert result.text == run(PROSE).text


def test_comments_stay_if_they_are_wanted() -> None:
    text = run(PROSE + THREAD, comments="keep").text
    assert all(line in text.split("\n") for comment in COMMENTS for line in comment.split("\n"))
    assert "Log in" not in text
    assert text.startswith(run(PROSE).text)


@pytest.mark.parametrize("comments", ["auto", "keep", "drop", "separate"])
def test_where_the_thread_is_the_page_its_posts_are_the_content(comments: str) -> None:
    posts = "".join(
        f"<li class=comment><p>Post {n}: the bridge has been shut since May, they say.</p></li>" for n in range(40)
    )
    page = f"<h1>Bridge</h1><ol id=comments>{posts}</ol>"
    result = run(page, comments=comments)
    assert result.text == run(page).text
    assert "Post 39" in result.text
    assert not result.comments


def test_the_headline_is_dropped_and_stays_a_fact() -> None:
    page = f"<h1>Rain in the north</h1>{PROSE}<h2>Rain</h2>{PROSE}"
    result = run(page, headline="drop")
    assert "Rain in the north" not in result.text
    assert "Rain\n" in result.text
    assert result.metadata["title"] == run(page).metadata["title"]


@pytest.mark.parametrize("page", [PROSE, f"<h1>Farms</h1>{PROSE}<h1>Roads</h1>{PROSE}", f"<h2>Farms</h2>{PROSE}"])
def test_a_page_whose_headline_is_not_known_stays(page: str) -> None:
    assert run(page, headline="drop").text == run(page).text


@pytest.mark.parametrize(
    "title", ["<h1>Rain in the north</h1>", "<h2>Rain in the north</h2>", "<div>Rain in the north</div>"]
)
def test_the_line_that_is_the_title_is_the_headline(title: str) -> None:
    assert run(f"{title}<h1>Farms</h1>{PROSE}<h1>Roads</h1>{PROSE}", headline="drop").text.startswith("Farms\n")


TEXT = "Rain is expected in the north of the country until Friday morning, and the rivers are high.\n"


def test_a_text() -> None:
    lines = f"# Rain\n\n{TEXT}\nThe mill in May (Photo: Ann Lee)\n\nFarmers had asked for help in June.\n"
    result = explain(lines, captions="separate", headline="drop", comments="drop")
    assert result.captions == ("The mill in May (Photo: Ann Lee)",)
    assert result.text == f"{TEXT}\nFarmers had asked for help in June.\n"
    assert explain(TEXT, headline="drop").text == TEXT


def test_no_promise_keeps_what_is_not_wanted() -> None:
    assert run("<h1>Rain in the north</h1>", headline="drop").text.strip() == ""
    assert run(f"<figure><figcaption>{MILL}</figcaption></figure>", captions="drop").text.strip() == ""


def test_an_option_outranks_a_choice_of_rules() -> None:
    figure = f"{PROSE}<figure><img src=a.jpg><figcaption>{MILL}</figcaption></figure>"
    assert MILL not in run(figure, captions="drop", select="consent").text
