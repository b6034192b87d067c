"""The promises in the order in which they are checked; the table in docs/promises.md is generated from this list.

The order matters. Each promise reads the cuts that are left by the promises before it, and a withdrawal has the name of
the first promise that the cut would break:

- promises about shape come first: such blocks stay, whatever is around them;
- ``lone`` comes before ``prose``, so that a subheading that stays does not count as noise next to a paragraph. It is
  checked again after it, because a line next to a withdrawn paragraph may now be alone;
- ``topic`` and ``share`` weigh what is still cut, so they come after all promises about single lines;
- ``emptied`` reads what the others have left.
"""

from __future__ import annotations

from cleaner.guard import about, edges, emptied, headings, lists, lone, markup, prose, shapes, share, units
from cleaner.guard.promise import Example, Promise
from cleaner.model import EMPTIED

_MENU = "Skip to main content\nLog in\nSubscribe\nPrivacy policy"
"""Four noise lines: a text with these lines is furnished."""

_FLOOD = """\
The river rose by two metres on Monday, and the people of the lower town carried their chairs and tables up to the \
old mill, where the baker had lit a fire for them."""
_STORY = f"""\
{_FLOOD}

Nobody had seen such a flood since the bridge was built, said the oldest of them. She had been a child then and had \
watched the boats go by from the roof of the school.

On Tuesday the water began to fall, and by the evening the first carts could cross again, slowly and one after \
another, while the farmers counted what was left of the harvest.

The mayor thanked everybody who had helped and promised that the walls along the quay would be made higher before the \
next winter, whatever it might cost the town."""
"""Four paragraphs of running text; the first is `_FLOOD`."""

_NEWS = "Sign up for our newsletter to get the latest news from the old mill every week."
"""A sentence that one wording of one rule condemns."""

_LEAD = "The lower town was under water for two days."
_WEEK = "Offers of the week"
_TEASER = "The best of the week is in our shop today."
"""Ten words, less than 8 % of those of `_STORY`."""

_RIGHTS = "All rights reserved"
_ITEMS = "- Log in\n- Subscribe"
"""A menu that is a list."""

_NAMES = (
    "Alder hill",
    "Birch end",
    "Cedar wood",
    "Dogwood lane",
    "Elder bank",
    "Fir tops",
    "Hazel mead",
    "Juniper rise",
    "Larch field",
    "Maple row",
    "Oak green",
    "Pine ridge",
    "Rowan side",
)
"""More short lines than the promise about the edges of a text judges as one unit."""
_COOKIES = (
    "A cookie is a small file that a site leaves in the browser, and cookies are older than most of their readers."
)
_TITLES = (
    "The old mill of the lower town and the baker who lit a fire",
    "The harvest of the farmers on the hill above the quay",
    "The boats that went by the roof of the old school",
    "The walls along the river and what they might cost the town",
)
_PAGE = "".join(f"<p>{text}</p>" for text in _STORY.split("\n\n"))


def _text(*parts: str) -> str:
    """A text of these paragraphs."""
    return "\n\n".join(parts) + "\n"


def _cards(*names: str) -> str:
    return "".join(f"<div class=card><b>{name}</b></div>" for name in names)


PROMISES: tuple[Promise, ...] = (
    Promise(
        "shape",
        "the block is code, a table row, a numbered step or a `key: value` specification, unless a rule that needs two "
        "signs, such as words and shape, marks it",
        "text",
        shapes.shapes,
        breaks=Example(_text(_MENU, _STORY, "1. Log in\n2. Subscribe\n3. Log out"), ("1. Log in", "3. Log out")),
        keeps=Example(_text(_MENU, _STORY, "Log in\nSubscribe\nLog out"), ("Log in", "Log out")),
    ),
    Promise(
        "shape",
        "it is one of two or more rows of numbers with the same number of columns",
        "text",
        shapes.rows_of_numbers,
        breaks=Example(_text(_MENU, _STORY, "12 30\n15 41"), ("12 30", "15 41"), doubts=("12 30", "15 41")),
        keeps=Example(_text(_MENU, _STORY, "Log in", "12 30", _RIGHTS), ("12 30",), doubts=("12 30",)),
    ),
    Promise(
        "shape",
        "it is a number, and the page shows fewer than three noise lines",
        "text",
        shapes.lone_numbers,
        breaks=Example(_text("Log in", _STORY, "12"), ("12",), doubts=("12",)),
        keeps=Example(_text(_MENU, _STORY, "Log in", "12", _RIGHTS), ("12",), doubts=("12",)),
    ),
    Promise(
        "list",
        "a kept sentence that ends in a colon announces the list",
        "text",
        lists.announced,
        breaks=Example(
            _text(_MENU, _STORY, "The sign had two buttons only:\n- Log in\n- Log out"), ("- Log in", "- Log out")
        ),
        keeps=Example(_text(_MENU, _STORY, "- Log in\n- Log out"), ("- Log in", "- Log out")),
    ),
    Promise(
        "list",
        "most items of the list are not noise, or the list is below a kept heading: a list is cut as a whole or stays. "
        "Menus of furnished pages are an exception",
        "text",
        lists.torn,
        breaks=Example(_text(_MENU, _STORY, "- Apples\n- Cheese\n- Log in", _FLOOD), ("- Log in",)),
        keeps=Example(_text(_MENU, _STORY, "- Log out\n- Skip to main content\n- Log in", _FLOOD), ("- Log in",)),
    ),
    Promise(
        "list",
        "only the learned scorer doubts it, and more than half of its list stays",
        "text",
        lists.doubted_items,
        breaks=Example(
            _text(_ITEMS, _MENU, _STORY, "Log in", "- Apples\n- Cheese\n- Butter", _RIGHTS),
            ("- Butter",),
            doubts=("- Butter",),
        ),
        keeps=Example(
            _text(_ITEMS, _MENU, _STORY, "Log in", "- Apples\n- Butter", _RIGHTS), ("- Butter",), doubts=("- Butter",)
        ),
    ),
    Promise(
        "headline",
        "no rule found words in it, it is near the first prose, and the prose repeats its words; or it is a line of "
        "four or more words that shares a word with the prose, alone or one of two among shorter lines",
        "text",
        headings.headline,
        breaks=Example(
            _text(_MENU, "The river and the bridge", _STORY),
            ("The river and the bridge",),
            doubts=("The river and the bridge",),
        ),
        keeps=Example(_text(_MENU, _WEEK, "Log in", "The river and the bridge", _STORY), (_WEEK,), doubts=(_WEEK,)),
    ),
    Promise(
        "headline",
        "it is the first line of the text, directly above prose, and its category is noise at the end of pages",
        "text",
        headings.first_line,
        breaks=Example(_text("Related articles", _STORY, _MENU), ("Related articles",)),
        keeps=Example(_text("Skip to main content", _STORY, _MENU), ("Skip to main content",)),
    ),
    Promise(
        "heading",
        "it is a marked-up heading, and the text below it stays",
        "text",
        headings.headings,
        breaks=Example(_text(_MENU, _STORY, "## Share this article", _FLOOD), ("## Share this article",)),
        keeps=Example(_text(_MENU, _STORY, "## Share this article", "Log in"), ("## Share this article",)),
    ),
    Promise(
        "heading",
        "it is a short line, and the sentence that follows it in its paragraph stays",
        "text",
        headings.labels,
        breaks=Example(_text(_MENU, _STORY, "Log in\nThe farmers do so at the mill.", _FLOOD), ("Log in",)),
        keeps=Example(_text(_MENU, _STORY, "Log in", _FLOOD), ("Log in",)),
    ),
    Promise(
        "prose",
        "it is the last line of a wrapped sentence",
        "text",
        prose.sentence_ends,
        breaks=Example(
            _text(_MENU, _STORY, "The guide of the mill is at the door on Sundays, and so is the\nlog in."),
            ("log in.",),
        ),
        keeps=Example(_text(_MENU, _STORY, "log in."), ("log in.",)),
    ),
    Promise(
        "lone",
        "it is one of at most two short lines between two paragraphs, unless lines of its rule typically are alone "
        "there (`where.alone`, such as advertising labels); or it is a short line inside a page with fewer than three "
        "other noise lines (lines that differ only in their numbers count as one). In plain text this does not "
        "protect sure noise that is between paragraphs more than three times: a subheading does not return",
        "text",
        lone.lone,
        breaks=Example(_text(_MENU, _STORY, "Share this article", _FLOOD), ("Share this article",)),
        keeps=Example(_text(_MENU, _STORY, "Advertisement", _FLOOD), ("Advertisement",)),
    ),
    Promise(
        "prose",
        "it is running text (a sentence of ten words, or any 25 words), and only one wording of one rule matches it. "
        "On a furnished page (one with three other noise lines) it is nevertheless cut if known noise is directly "
        "above or below, or if the block is at the edge of the page. If running text that stays is directly above and "
        "below, or the page is not furnished, no number of wordings is enough. In a plain text that is not furnished, "
        "any sentence of five or more words stays",
        "text",
        prose.single_evidence,
        breaks=Example(_text(_STORY, _NEWS, _FLOOD), (_NEWS,)),
        keeps=Example(_text(_MENU, _STORY, _NEWS), (_NEWS,)),
    ),
    Promise(
        "lone",
        "the same is true after a paragraph was withdrawn",
        "text",
        lone.lone_again,
        breaks=Example(_text(_STORY, "Share this article", _NEWS, _FLOOD), ("Share this article",)),
        keeps=Example(_text(_MENU, _STORY, "Share this article", _NEWS), ("Share this article",)),
    ),
    Promise(
        "prose",
        "in `careful`, it is running text that only the learned scorer doubts, and no rule found words in it. A "
        "paragraph with less than 8 % of the words of the running text that stays is nevertheless cut if no running "
        "text that stays is within five blocks above or below, before any known noise; outside the content (rules "
        "`region/…`) before any line that is not a sentence. In a text with less than 60 words of running "
        "text the promise applies to any line",
        "text",
        prose.doubted_by_scorer_alone,
        breaks=Example(_text(_MENU, _STORY), (_FLOOD,), doubts=(_FLOOD,)),
        keeps=Example(_text(_MENU, _STORY, "Log in", _TEASER), (_TEASER,), doubts=(_TEASER,)),
    ),
    Promise(
        "edge",
        "in `careful`, it is a short line of a plain text that only the learned scorer or its place speak against, and "
        "it ends as a sentence does, or announces a list, or is an item of that list; or it is one of at most twelve "
        "such lines between running text and known noise, which are next to running text that stays, are mostly items, "
        "or end as lines of verse do",
        "text",
        edges.short_lines,
        breaks=Example(
            _text(_MENU, _STORY, "The tide goes out,\nthe tide comes in", "All rights reserved"),
            ("the tide comes in",),
            doubts=("the tide comes in",),
        ),
        keeps=Example(
            _text(_MENU, _STORY, "Log in", "The tide goes out", "All rights reserved"),
            ("The tide goes out",),
            doubts=("The tide goes out",),
        ),
    ),
    Promise(
        "lone",
        "only the learned scorer doubts it, and both neighbouring blocks stay",
        "text",
        lone.doubted_between,
        breaks=Example(
            _text(_MENU, _STORY, "Log in", "\n".join(_NAMES), _RIGHTS), ("Cedar wood",), doubts=("Cedar wood",)
        ),
        keeps=Example(
            _text(_MENU, _STORY, "Log in", "\n".join(_NAMES), _RIGHTS),
            ("Cedar wood", "Dogwood lane"),
            doubts=("Cedar wood", "Dogwood lane"),
        ),
    ),
    Promise(
        "topic",
        "without the marks of categories that are the subject of the page, the score is too low. Lines of a menu "
        "outside the text are an exception if three others of it have nothing to do with the subject",
        "text",
        about.about,
        breaks=Example(_text("How cookies work", _COOKIES, "Accept all cookies", _COOKIES), ("Accept all cookies",)),
        keeps=Example(_text(_MENU, _STORY, "Accept all cookies"), ("Accept all cookies",)),
    ),
    Promise(
        "share",
        "it is in a list below a marker inside the content, and the page is not furnished apart from such lists",
        "text",
        share.below_marker,
        breaks=Example(_text(_STORY, "Related articles\nA bridge for two towns"), ("A bridge for two towns",)),
        keeps=Example(_text(_MENU, _STORY, "Related articles\nA bridge for two towns"), ("A bridge for two towns",)),
    ),
    Promise(
        "share",
        "it was cut for its place inside the content, not for its words, and all such cuts have too many words "
        "compared with the prose that stays (context: 35 %, lists below a marker: 100 %)",
        "text",
        share.past_share,
        breaks=Example(_text(_MENU, _FLOOD, "Related articles", *_TITLES), (_TITLES[0],)),
        keeps=Example(_text(_MENU, _STORY, "Related articles", *_TITLES), (_TITLES[0],)),
    ),
    Promise(
        "unit",
        "it is a marker such as `Related articles`, and a line of the list below it stays; or it is such a line, and "
        "the marker stays. Lines that are noise for their own words are cut in any case",
        "text",
        units.torn_units,
        breaks=Example(_text(_STORY, "Related articles\nA bridge for two towns"), ("Related articles",)),
        keeps=Example(_text(_MENU, _STORY, "Related articles\nA bridge for two towns"), ("Related articles",)),
    ),
    Promise(
        EMPTIED,
        "no word would be left (signs do not count as words; numbers count only if the text has no letters). A text "
        "may become empty if its pack declares a status for whole pages (`whole_page`), as those of the categories "
        "`error` and `consent` do: the row then has the status `error_page` or `consent_page`, and a warning",
        "text",
        emptied.emptied_text,
        breaks=Example(_text("Log in\nSkip to main content\nPrivacy policy"), ("Log in", "Privacy policy")),
        keeps=Example(
            _text("Page not found\nThe page you requested was not found\nLog in"), ("Page not found", "Log in")
        ),
        warning="every line looked like noise; the page was kept whole",
    ),
    Promise(
        "headline",
        "no first-level heading would be left: one or two that only the scorer doubts stay; others stay if they are "
        "near the first prose and the prose repeats their words",
        "page",
        headings.last_title,
        breaks=Example(f"<h1>{_WEEK}</h1>{_PAGE}", (_WEEK,), doubts=(_WEEK,)),
        keeps=Example(f"<h1>River</h1>{_PAGE}<h2>{_WEEK}</h2>", (_WEEK,), doubts=(_WEEK,)),
    ),
    Promise(
        "headline",
        "it is a sentence directly below a first-level heading that stays, and it was cut only because it is in a head "
        "of the page or outside the main element",
        "page",
        headings.standfirst,
        breaks=Example(f"<header><h1>The river and the bridge</h1><p>{_LEAD}</p></header>{_PAGE}", (_LEAD,)),
        keeps=Example(f"<header><p>{_LEAD}</p></header><h1>The river and the bridge</h1>{_PAGE}", (_LEAD,)),
    ),
    Promise(
        "list",
        "only the scorer doubts it, and more than half of its table or list stays",
        "page",
        lists.doubted_parts,
        breaks=Example(f"{_PAGE}<ul><li>Apples<li>Cheese<li>Butter</ul>", ("Butter",), doubts=("Butter",)),
        keeps=Example(f"{_PAGE}<ul><li>Apples<li>Butter</ul>", ("Butter",), doubts=("Butter",)),
    ),
    Promise(
        "rows",
        "it is a row of a table or a specification with few links, and the scorer, which alone doubts it, is not sure; "
        "or in `careful` it is code that only the scorer doubts",
        "page",
        markup.unsure_rows,
        breaks=Example(
            f"{_PAGE}<table><tr><td>Pier<td>cracked<tr><td>Deck<td>lost</table>",
            ("Pier\tcracked",),
            doubts=("Pier\tcracked",),
        ),
        keeps=Example(f"{_PAGE}<div>Pier cracked</div>", ("Pier cracked",), doubts=("Pier cracked",)),
    ),
    Promise(
        "caption",
        "it is a caption that only the scorer doubts, within five blocks of content",
        "page",
        markup.captions,
        breaks=Example(
            f"{_PAGE}<figure><figcaption>The mill</figcaption></figure>", ("The mill",), doubts=("The mill",)
        ),
        keeps=Example(f"{_PAGE}<div>The mill</div>", ("The mill",), doubts=("The mill",)),
    ),
    Promise(
        "group",
        "only the scorer doubts it, and at least three fifths of the blocks with the same markup stay (the same tags "
        "and classes on four levels; five or more blocks)",
        "page",
        markup.alike,
        breaks=Example(_PAGE + _cards("Ash", "Elm", "Fir", "Oak", "Yew"), ("Yew",), doubts=("Yew",)),
        keeps=Example(_PAGE + _cards("Ash", "Elm", "Fir", "Yew"), ("Yew",), doubts=("Yew",)),
    ),
    Promise(
        "prose",
        "only the scorer doubts it, and the block belongs to kept blocks around it: running text between two kept "
        "blocks, below a heading, or next to a table or list; a heading above running text; a single block between two "
        "kept blocks; a list, quotation or figure with few links between running text",
        "page",
        markup.amid_content,
        breaks=Example(f"{_PAGE}<div>{_WEEK}</div>{_PAGE}", (_WEEK,), doubts=(_WEEK,)),
        keeps=Example(f"{_PAGE}<div>{_WEEK}</div>", (_WEEK,), doubts=(_WEEK,)),
    ),
    Promise(
        EMPTIED,
        "fewer than 50 words and numbers, and less than a tenth of the page's words with letters would be left; "
        "cuts that only the scorer is sure of are withdrawn first, then all",
        "page",
        emptied.emptied_page,
        breaks=Example(f"<div>{_FLOOD}</div>", (_FLOOD,), doubts=(_FLOOD,)),
        keeps=Example(f"<nav><a href=/>Home</a> <a href=/news>News</a></nav>{_PAGE}", ("Home News",)),
    ),
)
