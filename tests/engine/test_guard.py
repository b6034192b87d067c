"""The promises of the guard (docs/promises.md), each with a text that keeps it and its nearest neighbour.

A document is given as its lines. A line that a stage wants to cut is written ``cut(line, *marks)``; the guard decides
what becomes of it. The packs hold a few rules made for these tests, so that no rule of the real ones matters here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from cleaner.guard.judge import Guard, Guarded
from cleaner.model import Cut, Kind, Mark, Span, Withdrawal
from cleaner.packs.load import load_builtin
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Rule, Section, Where
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages import shipped_rules

CLEAR = 100  # the score at which a mark needs no other
BALANCED = 80  # the threshold of a profile in which the promise ``edge`` is not made


def rule(id, *, alone=False, score=CLEAR, phrases=()):
    return Rule(id, id.split("/")[0], "summary", "why", score, phrases=phrases, where=Where(alone=alone))


PACKS = Packs(
    rules=(
        rule("menu/word"),
        rule("menu/item"),
        rule("ad/label", alone=True),
        rule("related/word"),
        rule("consent/button"),
        rule("consent/notice", phrases=("we use cookies to",)),
        rule("consent/topic", score=0, phrases=("cookies",)),
        rule("legal/topic", score=0, phrases=("copyright law",)),
        rule("ad/topic", score=0, phrases=("billboards",)),
        rule("error/page"),
    ),
    stage_rules=shipped_rules(),
    categories=load_builtin().categories,
    sections=(
        Section("login/dialogue", "login", "s", "w", (), (), 1, 0, 0, "members", CLEAR, "any", False, ""),
        Section("related/list", "related", "s", "w", (), (), 1, 0, 0, "list", CLEAR, "any", False, ""),
        Section("related/enclosed-list", "related", "s", "w", (), (), 1, 0, 0, "headlines", CLEAR, "any", True, ""),
    ),
)

WORDS = (
    "the river and bridge were closed at dawn so people of both towns had to walk along old walls until evening came "
    "while farmers brought apples bread cheese butter in small carts which nobody wanted before snow melted"
).split()


def sentence(words, first=0):
    """A sentence of so many words; another one for each ``first``."""
    chosen = [WORDS[(first + 5 * n) % len(WORDS)] for n in range(words)]
    return " ".join(chosen).capitalize() + "."


PROSE = tuple(sentence(30, first) for first in range(1, 20))  # paragraphs of thirty words each


@dataclass(frozen=True)
class Proposed:
    text: str
    marks: tuple[tuple[str, int], ...]


def cut(text, *marks):
    """A line that is to be cut, with its marks: rule and score, or a rule that is sure by itself."""
    given = marks or ("menu/word",)
    return Proposed(text, tuple((mark, CLEAR) if isinstance(mark, str) else mark for mark in given))


def scorer(score=CLEAR):
    """The mark of the learned scorer."""
    return ("scorer/block", score)


def context(score=CLEAR):
    """The mark of a stage that looks at the surroundings of a line only."""
    return ("context/near", score)


@dataclass(frozen=True)
class Outcome:
    """What the guard gave back, with the promise it kept, and what stays cut."""

    back: dict[str, str]
    gone: list[str]
    guarded: Guarded


def guard(*lines, threshold=CLEAR, packs=PACKS, kinds=None):
    """What becomes of the cuts proposed; ``kinds`` says of some lines what they are, where no text would."""
    text = "\n".join(line.text if isinstance(line, Proposed) else line for line in lines)
    document, _ = Matcher(packs).match(segment_text(text))
    blocks = document.blocks
    if kinds:
        given = tuple(kinds.get(line, kind) for line, kind in zip(blocks.texts, blocks.kinds, strict=True))
        document = replace(document, blocks=replace(blocks, kinds=given))
    cuts, at = [], 0
    for line in lines:
        text_of_line = line.text if isinstance(line, Proposed) else line
        if not text_of_line.strip():
            continue
        i = blocks.texts.index(" ".join(text_of_line.split("\n")), at)
        at = i + 1
        if isinstance(line, Proposed):
            span = Span(blocks.starts[i], blocks.ends[i])
            cuts.append(Cut(span, tuple(Mark(span, id, id.split("/")[0], "made", score) for id, score in line.marks)))
    guarded = Guard(packs)(document, cuts, threshold=threshold)
    assert Guard(packs)(document, cuts[::-1], threshold=threshold) == guarded  # the order of cuts is no matter
    shown = {c.span: document.text[slice(*c.span)] for c in cuts}
    back = {shown[w.cut.span]: w.promise for w in guarded.withdrawn}
    assert len(guarded.cuts) + len(guarded.withdrawn) == len(cuts)
    return Outcome(back, [shown[c.span] for c in guarded.cuts], guarded)


def parted(*lines):
    """Lines with blank lines between them."""
    return [part for line in lines for part in (line, "")]


MENU = (cut("Home"), cut("News"), cut("Sport"), cut("Weather"))
"""Four noise lines: a page that has them shows the furniture of its site."""

ABOVE = (*MENU, "", *parted(*PROSE[:8]))
BELOW = parted(*PROSE[8:12])
"""What stands above and below on a furnished page with a long article."""


def in_article(*lines, kinds=None, threshold=CLEAR):
    return guard(*ABOVE, *lines, "", *BELOW, kinds=kinds, threshold=threshold)


def after_article(*lines):
    return guard(*ABOVE, *BELOW, *lines)


# In general


def test_without_cuts_there_is_nothing_to_guard():
    assert guard(*PROSE[:3]).guarded == Guarded(())


def test_noise_around_an_article_is_cut():
    outcome = after_article(cut("Imprint"), cut("Privacy"))
    assert outcome.back == {}
    assert outcome.gone == ["Home", "News", "Sport", "Weather", "Imprint", "Privacy"]
    assert outcome.guarded.status == "ok"
    assert outcome.guarded.warnings == ()


def test_cuts_and_withdrawals_come_in_the_order_of_the_text():
    outcome = guard(
        *MENU, "", *parted(*PROSE[:8]),
        cut("Ferries again"), "",
        *parted(*PROSE[8:10]),
        "These towns were without a bridge:", cut("Alder"), cut("Birch"), "",
        *parted(*PROSE[10:12]), cut("Imprint"),
    )  # fmt: skip
    assert list(outcome.back.items()) == [("Ferries again", "lone"), ("Alder", "list"), ("Birch", "list")]
    spans = [c.span for c in outcome.guarded.cuts]
    assert spans == sorted(spans)
    withdrawn = [w.cut.span for w in outcome.guarded.withdrawn]
    assert withdrawn == sorted(withdrawn)


def test_a_cut_inside_a_line_is_no_matter_of_the_guard():
    document, _ = Matcher(PACKS).match(segment_text("\n\n".join(PROSE[:3])))
    inside = Span(4, 9)
    proposed = (Cut(inside, (Mark(inside, "mine/word", "mine", "ours"),)),)
    assert Guard(PACKS)(document, proposed) == Guarded(proposed)


def test_cuts_inside_lines_keep_their_places_among_others():
    text = "Home\nNews and sport\n\n" + "\n\n".join(PROSE[:3]) + "\nImprint"
    document, _ = Matcher(PACKS).match(segment_text(text))
    spans = (Span(0, 4), Span(9, 13), Span(len(text) - 7, len(text)))
    proposed = tuple(Cut(span, (Mark(span, "menu/word", "menu", "made"),)) for span in spans)
    assert Guard(PACKS)(document, proposed).cuts == proposed


# shape

SHAPES = {
    "code": ("```", "make install now", "```"),
    "a table": ("Alder | 12 | 30", "Birch | 15 | 41", "Cedar | 18 | 52"),
    "numbered steps": ("1. Open the lid", "2. Pour the water", "3. Close the lid"),
    "a specification": ("Height: 12 m", "Width: 30 m", "Weight: 41 t"),
}


@pytest.mark.parametrize("lines", SHAPES.values(), ids=SHAPES)
def test_code_tables_steps_and_specifications_stay(lines):
    outcome = after_article(*(cut(line, "ad/label") for line in lines))
    assert outcome.back == dict.fromkeys(lines, "shape")


def test_items_and_plain_lines_have_no_such_shape():
    lines = [
        cut("- Alder", "ad/label"),
        cut("- Birch", "ad/label"),
        cut("Cedar", "ad/label"),
        cut("> Dogwood", "ad/label"),
    ]
    assert after_article(*lines).back == {}


# shape: rows of numbers


def in_article_keeps(*lines):
    """What comes back of lines in the article; a text is cut by a rule that stands alone, one in brackets is not cut."""
    return in_article(*[line[0] if isinstance(line, tuple) else cut(line, "ad/label") for line in lines]).back


def shaped(*lines):
    return dict.fromkeys(lines, "shape")


def test_two_rows_of_numbers_of_as_many_columns_stay():
    assert in_article_keeps("12 30", "15 41") == shaped("12 30", "15 41")
    assert in_article_keeps("12 30 7", "15 41 8", "18 52 9") == shaped("12 30 7", "15 41 8", "18 52 9")


NO_ROWS = {
    "a single row": ("12 30",),
    "numbers in one column": ("12", "15"),
    "rows of different lengths": ("12 30", "15 41 7"),
    "words among the numbers": ("12 kg", "15 kg"),
    "signs without a number": ("% %", "$ $"),
    "rows that are apart": ("12 30", "Ships", "15 41"),
}


@pytest.mark.parametrize("lines", NO_ROWS.values(), ids=NO_ROWS)
def test_other_lines_are_no_rows_of_numbers(lines):
    assert in_article_keeps(*lines) == {}


def test_rows_that_are_not_cut_count_above_and_below():
    assert in_article_keeps(("12 30",), "15 41") == shaped("15 41")
    assert in_article_keeps("12 30", ("15 41",)) == shaped("12 30")
    assert in_article_keeps("12 30", ("15 41",), "18 52") == shaped("12 30", "18 52")
    assert in_article_keeps("Ships", ("12 30",), "15 41", "Boats") == shaped("15 41")


def test_rows_may_begin_or_end_a_text():
    rows, page = [cut("12 30", "ad/label"), cut("15 41", "ad/label")], ["", *parted(*PROSE[:8]), *MENU]
    assert guard(*rows, *page).back == shaped("12 30", "15 41")
    assert guard(rows[0], "15 41", *page).back == shaped("12 30")
    assert guard("12 30", rows[1], *page).back == shaped("15 41")
    assert after_article(*rows).back == shaped("12 30", "15 41")


def test_the_last_row_of_a_text_is_not_above_its_first():
    assert guard(cut("12 30", "ad/label"), "", *parted(*PROSE[:8]), "Page 3", *MENU, "15 41").back == {}


def test_each_run_of_rows_is_judged_by_itself():
    two = shaped("12 30", "15 41", "18 52", "21 63")
    assert in_article_keeps("12 30", "15 41", "Ships", "18 52", "21 63") == two
    assert in_article_keeps("12 30", "15 41", "Ships", "18 52", "Boats") == shaped("12 30", "15 41")
    assert in_article_keeps("12 30", ("15 41",), "1 2 3", ("4 5 6",)) == shaped("12 30", "1 2 3")


def test_numbers_that_a_rule_or_the_scorer_cuts_stay_on_a_page_without_furniture():
    for mark in ("ad/label", scorer()):
        line = cut("12", mark)
        assert guard(*MENU[:2], "", *CLEAN, "Page 3", line, "Page 4").back == shaped("12")
        lines = [line, cut("Ships", "ad/label")]
        assert guard(*MENU[:2], "", *CLEAN, "Page 3", *lines, "Page 4", threshold=BALANCED).back == {}


def test_numbers_that_a_users_stage_cuts_go():
    assert guard(*MENU[:2], "", *CLEAN, "Page 3", cut("12", "mine/stage"), "Page 4").back == {}


def test_numbers_are_no_furniture_themselves():
    lines = [cut(text, "ad/label") for text in ("12", "15 41", "18 52 7", "21")]
    assert guard("Page 1", "", *CLEAN, "Page 3", *lines, "Page 4").back == shaped("12", "15 41", "18 52 7", "21")


def test_what_has_another_shape_and_stays_is_no_furniture():
    steps = ("1. Open the lid", "2. Pour the water", "3. Close the lid")
    lines = [*(cut(step, "ad/label") for step in steps), "", "Page 3", cut("12", "ad/label"), "Page 4"]
    assert guard("Page 1", "", *CLEAN, *lines).back == shaped(*steps, "12")


# Promise list, announced ones


def announced(line, *below, kinds=None):
    """Cut lines below a line, in the article; their rule is one that stands alone, so that nothing else keeps them."""
    lines = [cut(text, "ad/label") if text else "" for text in below]
    return guard(*ABOVE, line, *lines, "", *BELOW, kinds=kinds).back


@pytest.mark.parametrize("colon", [":", "："])
def test_a_list_that_a_sentence_announces_stays(colon):
    line = f"These five towns were cut off{colon}"
    assert announced(line, "Alder", "Birch", "Cedar") == {"Alder": "list", "Birch": "list", "Cedar": "list"}
    assert announced(line, "- Alder", "- Birch") == {"- Alder": "list", "- Birch": "list"}


def test_a_sentence_that_ends_otherwise_announces_nothing():
    assert announced("These five towns were cut off", "Alder", "Birch", "Cedar") == {}


def test_four_words_announce_nothing():
    assert announced("These towns were cut:", "Alder", "Birch", "Cedar") == {}
    assert announced("These towns were cut off:", "Alder", "Birch", "Cedar") != {}


def test_an_announcement_that_is_cut_itself_announces_nothing():
    line = cut("These five towns were cut off:", "ad/label")
    assert announced(line, "Alder", "Birch", "Cedar") == {}


def test_an_item_announces_nothing():
    assert announced("- These five towns were cut off:", "Alder", "Birch", "Cedar") == {}


def test_an_announced_list_of_items_ends_at_the_first_line_that_is_none():
    assert announced("These five towns were cut off:", "", "- Alder", "", "- Birch", "Cedar") == {
        "- Alder": "list",
        "- Birch": "list",
    }


def test_announced_lines_end_at_the_first_blank_line():
    assert announced("These five towns were cut off:", "Alder", "Birch", "", "Cedar") == {
        "Alder": "list",
        "Birch": "list",
    }
    assert announced("These five towns were cut off:", "", "Alder", "Birch") == {"Alder": "list", "Birch": "list"}


def test_announced_lines_end_at_the_first_long_one():
    ten = "Alder on the hill where the old road to Birch"
    assert len(ten.split()) == 10
    assert announced("These five towns were cut off:", "Alder", ten, "Cedar") == dict.fromkeys(
        ("Alder", ten, "Cedar"), "list"
    )
    assert announced("These five towns were cut off:", "Alder", f"{ten} began", "Cedar") == {"Alder": "list"}


def test_only_what_is_below_is_announced():
    line = "These five towns were cut off:"
    lines = [*parted(*PROSE[:8]), cut("Above", "ad/label"), line, cut("Below", "ad/label"), "", *BELOW]
    assert guard(*MENU, "", *lines).back == {"Below": "list"}


def test_an_announced_list_may_end_the_text():
    assert after_article("These five towns were cut off:", cut("Alder", "ad/label")).back == {"Alder": "list"}
    assert after_article("These five towns were cut off:", cut("- Alder", "ad/label")).back == {"- Alder": "list"}


def test_the_last_line_of_a_text_announces_nothing():
    assert after_article(cut("Imprint"), "And these five towns were cut off:").back == {}


# Promise list, torn ones


def items(*names, marks=("menu/word",)):
    return [cut(f"- {name}", *marks) for name in names]


def test_a_list_most_of_which_is_no_noise_stays():
    lines = ["- Alder", "- Birch", *items("Home"), "", cut("Imprint")]
    assert in_article(*lines).back["- Home"] == "list"


def test_a_list_half_of_which_is_noise_is_torn():
    lines = ["- Alder", "- Birch", "- Cedar", *items("Home", "News", "Sport", marks=("ad/label",))]
    assert in_article(*lines).back == {}


def test_a_list_less_than_half_of_which_is_noise_is_not_torn():
    lines = ["- Alder", "- Birch", "- Cedar", "- Dogwood", *items("Home", "News", "Sport", marks=("ad/label",))]
    assert in_article(*lines).back == dict.fromkeys(("- Home", "- News", "- Sport"), "list")


def test_only_items_in_which_a_rule_found_words_count_as_noise():
    placed = items("Alder", "Birch", "Cedar", marks=(context(),))
    lines = [*placed, *items("Home", "News", marks=("ad/label",))]
    assert in_article(*lines).back == dict.fromkeys(("- Alder", "- Birch", "- Cedar", "- Home", "- News"), "list")


def test_votes_against_a_cut_are_no_words_of_noise():
    doubted = items("Alder", "Birch", marks=(context(200), ("menu/word", -50)))
    assert in_article(*doubted, *items("Home", marks=("ad/label",))).back != {}
    silent = items("Alder", "Birch", marks=(context(), ("menu/word", 0)))
    assert in_article(*silent, *items("Home", marks=("ad/label",))).back != {}
    heard = items("Alder", "Birch", marks=(context(), ("menu/word", 1)))
    assert in_article(*heard, *items("Home", marks=("ad/label",))).back == {}


def test_the_items_of_a_unit_go_with_it():
    lines = ["- Alder", "- Birch", "- Cedar", *items("Name", "Password", "Log in", marks=("login/dialogue",))]
    assert in_article(*lines).back == {}


def test_a_list_below_a_heading_that_stays_stays():
    noise = items("Home", "News", "Sport", marks=("ad/label",))
    assert in_article("## Places to see", *noise).back == dict.fromkeys(("- Home", "- News", "- Sport"), "list")
    assert in_article("Places to see", *noise).back == {}


def test_a_list_below_a_heading_that_is_cut_goes():
    noise = items("Home", "News", "Sport", marks=("ad/label",))
    assert in_article(cut("## Places to see", "ad/label"), *noise).back == {}


def test_a_list_at_the_beginning_has_nothing_above_it():
    """Neither a heading nor items at the end of the text count as being above."""
    noise = items("Home", "News", marks=("ad/label",))
    assert guard(*noise, "", *CLEAN, "## More").back == {}
    assert guard("## More", *noise, "", *CLEAN).back == {"- Home": "list", "- News": "list"}
    assert guard(*noise, "- Alder", "", *CLEAN, "- Birch", "- Cedar").back == {}
    assert guard(noise[0], "- Alder", "", *CLEAN, "- Birch").back == {}


def test_a_list_at_the_beginning_counts_as_a_whole():
    noise = items("Home", marks=("ad/label",))
    for lines in (["- Alder", "- Birch", *noise], ["- Alder", *noise, "- Birch"], [*noise, "- Alder", "- Birch"]):
        assert guard(*lines, "", *CLEAN).back == {"- Home": "list"}


def test_a_list_is_all_items_in_a_row():
    """The kept items count, whether they are above or below those that are cut, or between them."""
    kept, noise = ["- Alder", "- Birch", "- Cedar"], items("Home", "News", marks=("ad/label",))
    for lines in ([*kept, *noise], [*noise, *kept], [noise[0], *kept, noise[1]]):
        assert in_article(*lines).back == {"- Home": "list", "- News": "list"}
    assert in_article(*noise, "Another line.", *kept).back == {}


def test_numbered_steps_are_items_of_a_list_too():
    lines = ["1. Open the lid", "2. Pour the water", "3. Close the lid", *items("Home", "News", marks=("ad/label",))]
    assert in_article(*lines).back == {"- Home": "list", "- News": "list"}


def test_the_menus_of_a_page_may_be_torn():
    menu = ["- Alder", "- Birch", *items("Imprint")]
    assert guard(*MENU, *menu, "", *parted(*PROSE[:8])).back == {}
    assert after_article(*menu).back == {}


def test_a_list_of_the_article_is_no_menu():
    """Lists that touch the body: right after its first paragraph, right before its last one."""
    menu = ["- Alder", "- Birch", *items("Imprint")]
    for n in (1, 7):
        assert guard(*MENU, "", *parted(*PROSE[:n]), *menu, "", *parted(*PROSE[n:8])).back == {"- Imprint": "list"}


def test_a_list_that_begins_with_the_last_running_text_is_no_menu():
    assert after_article(f"- {PROSE[14]}", "- Alder", *items("Imprint")).back == {"- Imprint": "list"}


def test_a_page_with_few_words_has_no_menus():
    menu = ["- Alder", "- Birch", *items("Imprint")]
    fitting = [sentence(25, n) for n in range(8)]  # 200 words
    assert guard(*MENU, *menu, "", *parted(*fitting)).back == {}
    short = [*fitting[:7], sentence(24, 7)]
    assert guard(*MENU, *menu, "", *parted(*short)).back == {"- Imprint": "list"}


def test_words_that_are_no_prose_make_no_article():
    menu = ["- Alder", "- Birch", *items("Imprint")]
    paragraphs = [sentence(25, n) for n in range(7)]
    short = [" ".join(f"{word}{n}" for word in WORDS[:9]) for n in range(9)]
    assert guard(*MENU, *menu, "", *parted(*paragraphs, *short)).back == {"- Imprint": "list"}


def test_a_page_with_three_noise_lines_has_no_menus_and_with_four_it_has():
    menu = ["- Alder", "- Birch", *items("Imprint")]
    assert guard(*MENU[:3], *menu, "", *parted(*PROSE[:8])).back == {}
    assert guard(*MENU[:2], *menu, "", *parted(*PROSE[:8])).back == {"- Imprint": "list"}
    assert guard(*MENU[:2], MENU[0], MENU[0], *menu, "", *parted(*PROSE[:8])).back == {"- Imprint": "list"}


# list: only the scorer doubts it


def test_items_that_only_the_scorer_doubts_stay_with_more_than_half_of_their_list():
    doubted = items("Home", "News", marks=(scorer(),))
    kept = ["- Alder", "- Birch", "- Cedar"]
    assert in_article(*doubted, *kept).back == {"- Home": "list", "- News": "list"}
    assert in_article(*kept, *doubted).back == {"- Home": "list", "- News": "list"}


def test_items_that_only_the_scorer_doubts_go_where_half_of_their_list_goes():
    doubted = items("Home", "News", marks=(scorer(),))
    assert in_article(*doubted, "- Alder", "- Birch", threshold=BALANCED).back == {}
    assert in_article(*doubted, "- Alder", "- Birch", "- Cedar", threshold=BALANCED).back != {}


def test_items_that_the_scorer_and_a_rule_doubt_are_no_matter_of_the_scorer():
    both = items("Home", "News", marks=(scorer(), "ad/label"))
    assert in_article(*both, "- Alder", "- Birch", "- Cedar").back == {}


def test_a_list_that_loses_no_item_to_the_scorer_alone_is_not_asked_about_it():
    sure = items("Name", "Password", marks=("login/dialogue",))
    assert in_article(*sure, "- Alder", "- Birch", "- Cedar").back == {}


def test_each_list_is_judged_by_itself():
    first = [*items("Home", marks=(scorer(),)), "- Alder", "- Birch"]
    second = [*items("News", "Sport", marks=(scorer(),)), "- Cedar"]
    lines = [*first, "", "And then there was more.", "", *second]
    assert in_article(*lines, threshold=BALANCED).back == {"- Home": "list"}


# headline

STORY = (
    "Ferries stand still in the harbour of Oldport, and the mayor says that nobody knows when they will sail again over the sound.",
    "The harbour was closed on Monday, after engineers of the ferries had found cracks in the walls that nobody could explain to them.",
)
STORY_PAGE = (*parted(*STORY), *parted(*PROSE[:8]))


def test_a_headline_whose_words_come_back_in_the_prose_stays():
    for title in ("Ferries stand still in Oldport", "Cracks found in harbour walls"):
        outcome = guard(*MENU, "", cut(title, ("mine/title", CLEAR)), "", *STORY_PAGE)
        assert outcome.back == {title: "headline"}


def test_a_line_of_the_head_whose_words_do_not_come_back_is_no_headline():
    title = "Subscribe today and save money"
    lines = ["Ferries stand still in Oldport", "6 March", cut(title, ("mine/title", CLEAR))]
    assert guard(*MENU, "", *lines, "", *STORY_PAGE).back == {}


def test_a_line_in_which_a_rule_found_words_is_no_headline():
    title = "Ferries stand still in Oldport"
    outcome = guard(*MENU, "", "Weather forecast for Tuesday", cut(title, "ad/label"), "", *STORY_PAGE)
    assert outcome.back == {}


def test_a_line_that_is_cut_for_its_place_is_spared_by_that_stage_itself():
    title = "Ferries stand still in Oldport"
    outcome = guard(*MENU, "", "Weather forecast for Tuesday", cut(title, context()), "", *STORY_PAGE)
    assert "headline" not in outcome.back.values()


def test_noise_lines_are_not_asked_whether_they_are_the_headline():
    """The last short line above the prose is one; noise that a rule knows, or that goes for its place, is none."""
    title = "Nobody sails today"
    for noise in (
        cut("Ferries stand still in Oldport", "ad/label"),
        cut("Ferries stand still in Oldport", context(), "ad/label"),
    ):
        outcome = guard(*MENU, "", cut(title, ("mine/title", CLEAR)), noise, "", *STORY_PAGE)
        assert outcome.back == {title: "headline"}


# headline: the first line of a text

NEVER_FIRST = ("related", "comment_ui", "comment_policy", "legal", "tags", "source_note", "contact")


@pytest.mark.parametrize("category", NEVER_FIRST)
def test_the_first_line_of_a_text_is_not_what_pages_have_at_their_end(category):
    packs = replace(PACKS, rules=(*PACKS.rules, rule(f"{category}/made")))
    line = cut("Oldport", f"{category}/made")
    noise = [cut("Imprint"), cut("Privacy"), cut("Jobs")]
    assert guard(line, PROSE[0], "", *parted(*PROSE[1:8]), *noise, packs=packs).back == {"Oldport": "headline"}


def test_the_first_line_of_a_text_may_be_a_menu():
    assert (
        guard(cut("Oldport", "menu/word"), PROSE[0], "", *parted(*PROSE[1:8]), cut("Imprint"), cut("Jobs")).back == {}
    )


def test_only_the_very_first_line_right_above_prose_is_a_title():
    noise = [cut("Imprint"), cut("Privacy"), cut("Jobs")]
    rest = [*parted(*PROSE[1:8]), *noise]
    assert guard(cut("Oldport", "related/word"), "Page 3", PROSE[0], "", *rest).back == {}
    assert guard(cut("Home"), cut("Oldport", "related/word"), PROSE[0], "", *rest).back == {}
    assert guard("Home", cut("Oldport", "related/word"), PROSE[0], "", *rest).back == {}
    assert (
        guard(cut("Oldport", "related/word"), cut(sentence(12), "ad/label", "menu/word"), PROSE[0], "", *rest).back
        == {}
    )


def test_a_text_of_one_line_has_no_first_line_above_prose():
    assert guard(cut("Oldport", "related/word"), PROSE[0]).back == {"Oldport": "headline"}
    assert guard(cut("Oldport", "related/word")).back == {"Oldport": "emptied"}


# heading


def test_a_heading_stays_over_what_stays():
    assert in_article(cut("## More from the harbour", "ad/label"), "Ships", "Boats").back == {
        "## More from the harbour": "heading"
    }


def test_a_heading_goes_with_what_is_below_it():
    assert in_article(cut("## More from the harbour", "ad/label"), cut("Ships", "ad/label"), "Boats").back == {}


def test_a_heading_over_another_heading_has_nothing_to_stand_over():
    assert in_article(cut("## More from the harbour", "ad/label"), "## Ships", "Boats").back == {}


def over(heading, *below, kinds=None):
    """What comes back of a heading that is cut above lines with blank lines between them, in the article."""
    return in_article(*parted(cut(heading, "ad/label"), *below), kinds=kinds).back


def test_a_heading_stays_over_a_deeper_one_that_stays():
    assert over("# More from the harbour", "## Ships", "Boats") == {"# More from the harbour": "heading"}
    assert over("## More from the harbour", "#### Ships", "Boats") == {"## More from the harbour": "heading"}
    assert over("## More from the harbour", "# Ships", "Boats") == {}
    assert over("# More from the harbour", cut("## Ships", "ad/label"), cut("Boats", "ad/label")) == {}


def test_headings_stay_with_the_deeper_ones_that_stay_for_their_text():
    lines = ("# More from the harbour", "## Ships", "### Old ones")
    assert over(*[lines[0], *(cut(line, "ad/label") for line in lines[1:])], "Boats") == dict.fromkeys(lines, "heading")


def test_headings_whose_levels_are_not_known_stand_over_no_other():
    assert over("**More from the harbour**", "## Ships", "Boats") == {}
    assert over("# More from the harbour", "**Ships**", "Boats") == {}
    assert over("# More from the harbour", "xx ships", "Boats", kinds={"xx ships": Kind.HEADING}) == {}


def test_the_signs_of_markdown_are_no_levels_in_a_page_with_markup():
    html = "<h2># More</h2><h2>## Ships</h2>" + "".join(f"<p>{text}</p>" for text in PROSE[:8])
    document, _ = Matcher(PACKS).match(segment_page(read_page(html)))
    span = document.blocks.span(0)
    cuts = (Cut(span, (Mark(span, "ad/label", "ad", "made", CLEAR),)),)
    assert Guard(PACKS)(document, cuts) == Guarded(cuts)


def test_a_heading_at_the_end_stands_over_nothing():
    assert after_article(cut("Imprint"), "Ships", cut("## More from the harbour", "ad/label")).back == {}
    assert after_article(cut("## More from the harbour", "ad/label"), "Ships").back == {
        "## More from the harbour": "heading"
    }


def test_a_plain_line_is_no_heading():
    assert in_article(cut("More from the harbour", "ad/label"), "Ships", "Boats").back == {}


# heading: a term and what is said of it


def test_a_short_line_that_opens_a_paragraph_stays_with_its_sentence():
    assert in_article(cut("Contact", "ad/label"), "A touch of two wires.", "").back == {"Contact": "heading"}


def test_a_short_line_stays_with_its_sentence_at_the_end_too():
    assert after_article(cut("Contact", "ad/label"), "A touch of two wires.").back == {"Contact": "heading"}
    assert guard(*ABOVE, cut("Contact", "ad/label"), "A touch of two wires.").back == {"Contact": "heading"}


NO_TERM = {
    "what follows is no sentence": (cut("Contact", "ad/label"), "Two wires", ""),
    "a blank line is between": (cut("Contact", "ad/label"), "", "A touch of two wires.", ""),
    "the paragraph has more lines": (cut("Contact", "ad/label"), "A touch of two wires.", "And more.", ""),
    "it does not open the paragraph": ("Wires", cut("Contact", "ad/label"), "A touch of two wires.", ""),
    "the sentence goes, too": (cut("Contact", "ad/label"), cut("A touch of two wires.", "ad/label"), ""),
}


@pytest.mark.parametrize("lines", NO_TERM.values(), ids=NO_TERM)
def test_other_lines_are_no_terms(lines):
    assert in_article(*lines).back == {}


def test_the_first_line_of_a_text_is_no_term():
    rest = [*parted(*PROSE[:8]), cut("Imprint"), cut("Jobs"), cut("Help")]
    assert guard(cut("Contact", "ad/label"), "A touch of two wires.", "", *rest).back == {}
    assert guard("Two", "", cut("Contact", "ad/label"), "A touch of two wires.", "", *rest).back == {
        "Contact": "heading"
    }


# lone


def test_one_or_two_short_lines_between_paragraphs_may_be_subheadings():
    assert in_article(cut("Ferries")).back == {"Ferries": "lone"}
    assert in_article(cut("Ferries"), cut("Buses")).back == {"Ferries": "lone", "Buses": "lone"}
    assert in_article(cut("Ferries"), cut("Buses"), cut("Trains")).back == {}


def test_a_line_whose_rule_is_known_to_stand_alone_goes():
    assert in_article(cut("Advertisement", "ad/label")).back == {}
    assert in_article(cut("Advertisement", "ad/label"), cut("Ferries")).back == {}


def test_a_rule_that_needs_another_does_not_stand_alone():
    assert in_article(cut("Ferries", ("ad/label", 99), ("menu/word", 50))).back == {"Ferries": "lone"}


BY_PLACE = ("context/near", "context/among", "tags/list", "related/titles", "widget/empty-label")


@pytest.mark.parametrize("id", BY_PLACE)
def test_what_is_cut_for_its_place_does_not_stand_alone(id):
    assert in_article(cut("Ferries", id)).back == {"Ferries": "lone"}


def test_the_marks_of_a_users_own_stage_stand_alone():
    assert in_article(cut("Ferries", "mine/stage")).back == {}


def test_what_the_scorer_doubts_stands_alone():
    assert in_article(cut("Ferries", scorer(60), ("menu/word", CLEAR))).back == {}


def test_a_unit_does_not_stand_alone():
    assert in_article(cut("Ferries", "login/dialogue")).back == {"Ferries": "lone"}


SIDES = {
    "a sentence": ("It rained all night.", True),
    "a sentence of three words": ("It rained again.", False),
    "four words that are no sentence": ("Ships boats trains buses", False),
    "a long line without a full stop": (" ".join(WORDS[:25]), True),
    "a heading": ("## Rain", True),
}


@pytest.mark.parametrize(("side", "is_content"), SIDES.values(), ids=SIDES)
def test_a_lone_line_is_between_lines_of_the_text(side, is_content):
    expected = {"Ferries": "lone"} if is_content else {}
    assert guard(*ABOVE, side, "", cut("Ferries"), "", *BELOW).back == expected
    assert guard(*ABOVE, cut("Ferries"), "", side, "", *BELOW).back == expected


def test_a_line_at_the_beginning_or_the_end_is_not_between_paragraphs():
    assert guard(cut("Ferries"), "", *parted(*PROSE[:4])).back == {}
    assert guard(*parted(*PROSE[:4]), cut("Ferries")).back == {}


CLEAN = [*parted(*PROSE[:4])]


def test_a_page_without_furniture_keeps_its_short_lines():
    lines = [cut("Ferries"), cut("Buses"), cut("Trains"), cut("Trams")]
    assert set(guard(*CLEAN, *lines, "", *BELOW).back.values()) == {"lone"}


def test_three_other_noise_lines_are_furniture():
    lines = [cut("Ferries"), cut("Buses"), cut("Trains")]
    assert guard(*MENU[:3], *CLEAN, *lines, "", *BELOW).back == {}
    back = {"Ferries": "lone", "Buses": "lone", "Trains": "lone"}
    assert guard(*MENU[:2], *CLEAN, *lines, "", *BELOW).back == back
    assert guard(*MENU[:2], MENU[0], MENU[1], *CLEAN, *lines, "", *BELOW).back == back


def test_a_line_that_is_elsewhere_too_is_other_noise():
    lines = [cut("Home"), cut("News"), cut("Sport")]
    assert guard(*MENU[:3], *CLEAN, *lines, "", *BELOW).back == {}


def test_a_line_that_is_cut_here_for_its_place_is_other_noise_where_a_rule_knows_it():
    lines = [cut("Ferries"), cut("Home", context()), cut("Buses", context())]
    assert guard(*MENU[:3], *CLEAN, *lines, "", *BELOW, threshold=BALANCED).back == {}
    assert guard(*MENU[:2], *CLEAN, *lines, "", *BELOW, threshold=BALANCED).back != {}


def test_counters_are_one_kind_of_noise_whatever_they_count_to():
    lines, counters = (
        [cut("Ferries"), cut("Buses"), cut("Trains")],
        [cut(f"{count} comments") for count in (3, 12, 407)],
    )
    back = {"Ferries": "lone", "Buses": "lone", "Trains": "lone"}
    assert guard(*counters, "", *CLEAN, *lines, "", *BELOW).back == back
    assert guard(*MENU[:2], counters[0], "", *CLEAN, *lines, "", *BELOW).back == {}


def test_only_short_lines_in_which_a_rule_found_words_are_furniture():
    lines = [cut("Ferries"), cut("Buses"), cut("Trains")]
    back = {"Ferries": "lone", "Buses": "lone", "Trains": "lone"}
    assert guard(*MENU[:2], cut("Sport", "mine/stage"), *CLEAN, *lines, "", *BELOW).back == back
    for words, expected in ((20, {}), (21, back)):
        line = cut(" ".join(WORDS[:words]))
        assert guard(*MENU[:2], line, *CLEAN, *lines, "", *BELOW).back == expected


def test_the_lines_of_a_run_beside_no_text_are_furniture_themselves():
    """Between scraps a run of three different lines shows the furniture of a page; beside text it does not."""
    lines = [cut("Ferries"), cut("Buses"), cut("Trains")]
    back = {"Ferries": "lone", "Buses": "lone", "Trains": "lone"}
    assert guard(*CLEAN, "Page 3", *lines, "Page 4", "", *BELOW).back == {}
    assert guard(*CLEAN, "Page 3", *lines[:2], "Page 4", "", *BELOW).back == {"Ferries": "lone", "Buses": "lone"}
    assert guard(*CLEAN, *lines, "Page 4", "", *BELOW).back == back
    assert guard(*CLEAN, "Page 3", *lines, "", *BELOW).back == back


def test_long_lines_are_no_lone_lines():
    for words, back in ((20, {"Ferries", " ".join(WORDS[:20])}), (21, {"Ferries"})):
        line = cut(" ".join(WORDS[:words]))
        assert set(in_article(line, cut("Ferries")).back) == back


def test_each_run_of_cut_lines_is_judged_by_itself():
    lines = [
        cut("Ferries"),
        "",
        PROSE[14],
        "",
        cut("Buses"),
        cut("Trains"),
        cut("Trams"),
        "",
        PROSE[15],
        "",
        cut("Carts"),
    ]
    assert in_article(*lines).back == {"Ferries": "lone", "Carts": "lone"}


# prose: the end of a wrapped sentence

WRAPPED = "The ferry left the harbour of Oldport at the same hour"
FIFTY = "The ferry left the harbour of Oldport one hour ago"


def ends_below(above, end, *before):
    """What comes back of a line that is cut directly below another one, in the article."""
    return in_article(*before, above, cut(end, "ad/label")).back


def test_the_last_words_of_a_wrapped_sentence_stay():
    assert ends_below(WRAPPED, "every day.") == {"every day.": "prose"}
    assert ends_below(f"{WRAPPED},", "every day.") == {"every day.": "prose"}
    assert ends_below(f"{WRAPPED} as 7", "every day.") == {"every day.": "prose"}
    assert ends_below(f"{WRAPPED} (nearly", "every day)") == {"every day)": "prose"}


def test_only_the_line_right_above_is_asked():
    assert ends_below(WRAPPED, "every day.", "Page 3") == {"every day.": "prose"}
    assert ends_below(f"{WRAPPED},", "every day.", "Page 3 -") == {"every day.": "prose"}
    assert ends_below(WRAPPED, "every day.", cut("Buses", "ad/label")) == {"every day.": "prose"}
    assert in_article(WRAPPED, cut("every day.", "ad/label"), cut("Buses", "ad/label")).back == {"every day.": "prose"}
    assert ends_below("Page 3", "every day.", WRAPPED) == {}


def test_three_words_may_be_the_end_of_a_sentence_and_four_may_not():
    assert ends_below(WRAPPED, "every other day.") == {"every other day.": "prose"}
    assert ends_below(WRAPPED, "on every other day.") == {}


def test_a_line_of_fifty_characters_is_wrapped_and_a_shorter_one_is_not():
    assert (len(FIFTY), len(FIFTY[1:])) == (50, 49)
    assert ends_below(FIFTY, "every day.") == {"every day.": "prose"}
    assert ends_below(FIFTY[1:], "every day.") == {}


def test_a_wrapped_line_has_four_words():
    four = "Unaccountability notwithstanding, interdepartmental correspondence"
    assert ends_below(four, "every day.") == {"every day.": "prose"}
    assert ends_below(four.replace(" correspondence", "-correspondence"), "every day.") == {}


NO_ENDS = {
    "a blank line is between": (WRAPPED, "", cut("every day.", "ad/label")),
    "the line above goes, too": (cut(WRAPPED, "ad/label"), cut("every day.", "ad/label")),
    "the line above is a sentence": (f"{WRAPPED}.", cut("every day.", "ad/label")),
    "the line above ends in a dash": (f"{WRAPPED} -", cut("every day.", "ad/label")),
    "it is no end of a sentence": (WRAPPED, cut("every day", "ad/label")),
    "its brackets are closed": (WRAPPED, cut("every (other) day", "ad/label")),
}


@pytest.mark.parametrize("lines", NO_ENDS.values(), ids=NO_ENDS)
def test_other_short_lines_are_no_ends_of_sentences(lines):
    assert in_article(*lines).back == {}


# prose

NOTICE = sentence(12, 3)


def article(*lines, noise=MENU):
    """Lines inside an article that has ``noise`` above it."""
    return guard(*noise, "", *parted(*PROSE[:4]), "Page 3", *lines, "Page 4", "", *BELOW).back


def test_running_text_that_one_wording_condemns_stays():
    assert article(cut(NOTICE)) == {NOTICE: "prose"}


def test_ten_words_that_are_a_sentence_are_running_text():
    assert article(cut(sentence(10, 3))) == {sentence(10, 3): "prose"}
    assert article(cut(sentence(9, 3))) == {}


def test_twenty_five_words_are_running_text_without_a_full_stop():
    assert article(cut(" ".join(WORDS[:25]))) == {" ".join(WORDS[:25]): "prose"}
    assert article(cut(" ".join(WORDS[:24]))) == {}


def test_running_text_goes_by_two_rules_or_two_wordings_of_one():
    assert article(cut(NOTICE, "menu/word", ("ad/label", 1))) == {}
    assert article(cut(NOTICE, "menu/word", ("ad/label", 0))) == {NOTICE: "prose"}
    assert article(cut(NOTICE, ("menu/word", 120))) == {}
    assert article(cut(NOTICE, ("menu/word", 119))) == {NOTICE: "prose"}


def test_the_surroundings_of_running_text_are_no_second_rule():
    assert article(cut(NOTICE, "menu/word", context(50))) == {NOTICE: "prose"}
    assert article(cut(NOTICE, ("menu/word", 100), ("ad/label", -10))) == {NOTICE: "prose"}


def test_running_text_goes_by_a_unit_or_a_users_own_stage():
    assert article(cut(NOTICE, "login/dialogue")) == {}
    assert article(cut(NOTICE, "mine/stage")) == {}
    assert article(cut(NOTICE, "menu/word", ("mine/stage", 50))) == {}


def test_a_vote_of_a_users_stage_for_the_text_is_no_evidence():
    assert article(cut(NOTICE, ("menu/word", 110), ("mine/stage", -10))) == {NOTICE: "prose"}


@pytest.mark.parametrize("lines", [(cut("Home"), cut(NOTICE)), (cut(NOTICE), cut("Home"))], ids=["above", "below"])
def test_running_text_directly_beside_known_noise_goes(lines):
    assert article(*lines) == {}
    assert article(*lines, noise=MENU[1:3]) == {}
    assert article(*lines, noise=MENU[1:2])[NOTICE] == "prose"


def test_only_short_noise_that_a_rule_knows_takes_running_text_with_it():
    assert article(cut("Ferries", "mine/stage"), cut(NOTICE)) == {NOTICE: "prose"}
    assert article("Ferries", cut(NOTICE)) == {NOTICE: "prose"}
    assert article(cut(sentence(12, 9)), cut(NOTICE)) == {NOTICE: "prose", sentence(12, 9): "prose"}
    assert article(cut("Home"), "Ferries", cut(NOTICE)) == {NOTICE: "prose"}
    assert article("These five towns were cut off:", cut("Alder"), cut(NOTICE)) == {"Alder": "list", NOTICE: "prose"}


# prose: sentences of a page without furniture

FIVE_WORDS, FOUR_WORDS = "Accept all our cookies here.", "Accept all cookies here."


def test_a_sentence_of_five_words_stays_on_a_page_without_furniture():
    """Three other noise lines are furniture; the sentence itself is none."""
    assert article(cut(FIVE_WORDS, "ad/label"), noise=MENU[:2]) == {FIVE_WORDS: "prose"}
    assert article(cut(FIVE_WORDS, "ad/label"), noise=MENU[:3]) == {}
    assert article(cut(FIVE_WORDS, "ad/label"), noise=[MENU[0], MENU[0]]) == {FIVE_WORDS: "prose"}


def test_four_words_may_be_a_button():
    assert article(cut(FOUR_WORDS, "ad/label"), noise=MENU[:1]) == {}


def test_five_words_that_are_no_sentence_go_on_a_page_without_furniture():
    assert article(cut("Accept all our cookies here", "ad/label"), noise=MENU[:1]) == {}


def test_a_sentence_on_a_page_without_furniture_stays_whatever_number_of_rules_condemns_it():
    assert article(cut(FIVE_WORDS, "ad/label", "menu/word"), noise=MENU[:1]) == {FIVE_WORDS: "prose"}
    assert article(cut(FIVE_WORDS, "mine/stage"), noise=MENU[:1]) == {}


def test_a_page_on_which_no_text_stays_is_not_taken_for_one_without_furniture():
    """What stays is a sentence of any length, or running text that is none."""
    line = cut(FIVE_WORDS, "ad/label")
    assert guard("Page 1", line, "Page 2").back == {}
    assert guard("Page 1", line, "It rained.").back == {FIVE_WORDS: "prose"}
    assert guard("Page 1", line, "", " ".join(WORDS[:25])).back == {FIVE_WORDS: "prose"}
    assert guard("Page 1", line, cut("It rained.", "mine/stage"), "Page 2").back == {}


def at_end(*lines, noise=MENU):
    """Lines below an article."""
    return guard(*noise, "", *parted(*PROSE[:8]), "Page 4", *lines).back


def test_running_text_at_the_edge_of_a_furnished_page_goes():
    assert at_end(cut(NOTICE)) == {}
    assert at_end(cut(NOTICE), noise=MENU[:3]) == {}
    assert at_end(cut(NOTICE), noise=MENU[:2]) == {NOTICE: "prose"}
    assert at_end(cut(NOTICE), noise=[*MENU[:2], *MENU[:2]]) == {NOTICE: "prose"}
    assert guard(*MENU, cut(NOTICE), "Page 1", "", *parted(*PROSE[:8])).back == {}


def test_running_text_is_no_furniture():
    others = [cut(sentence(12, n), "ad/label", "menu/word") for n in (17, 19, 21)]
    assert at_end(cut(NOTICE), noise=others)[NOTICE] == "prose"


def test_noise_that_was_given_back_is_no_furniture():
    lines = [*MENU[:2], "", *parted(*PROSE[:4]), cut("Ferries"), "", *parted(*PROSE[4:8]), "Page 4", cut(NOTICE)]
    assert guard(*lines).back == {"Ferries": "lone", NOTICE: "prose"}


def test_noise_that_no_rule_knows_is_no_furniture():
    others = [cut(text, "mine/stage") for text in ("Home", "News", "Sport")]
    assert at_end(cut(NOTICE), noise=others) == {NOTICE: "prose"}


def test_running_text_between_running_text_stays_whatever_number_of_rules_condemns_it():
    many = cut(NOTICE, "menu/word", "ad/label", "menu/item")
    for lines in ((PROSE[13], many, PROSE[14]), (PROSE[13], "", many, "", PROSE[14])):
        assert guard(*MENU, "", *parted(*PROSE[:4]), *lines, "", *BELOW).back == {NOTICE: "prose"}
    assert guard(*MENU, "", *parted(*PROSE[:4]), many, "", PROSE[5]).back == {NOTICE: "prose"}
    assert guard(PROSE[5], "", many, "", *parted(*PROSE[:4]), *MENU).back == {NOTICE: "prose"}


BESIDE = {
    "a scrap above": ("Page 3", PROSE[14]),
    "a scrap below": (PROSE[13], "Page 4"),
    "what goes above": (cut(sentence(12, 9), "mine/stage"), PROSE[14]),
    "what goes below": (PROSE[13], cut(sentence(12, 9), "mine/stage")),
}


@pytest.mark.parametrize(("above", "below"), BESIDE.values(), ids=BESIDE)
def test_running_text_is_between_running_text_only_if_both_sides_are_and_stay(above, below):
    many = cut(NOTICE, "menu/word", "ad/label", "menu/item")
    assert guard(*MENU, "", *parted(*PROSE[:4]), above, many, below, "", *BELOW).back == {}


def test_running_text_at_the_ends_of_a_text_is_between_nothing():
    many = cut(NOTICE, "menu/word", "ad/label", "menu/item")
    menu = [cut("Imprint"), cut("Jobs"), cut("Help")]
    assert guard(many, *parted(*PROSE[:4]), *menu).back == {}
    assert guard(*menu, *parted(*PROSE[:4]), many).back == {}


def test_a_users_stage_cuts_running_text_between_running_text():
    assert guard(*MENU, *parted(*PROSE[:4]), cut(NOTICE, "mine/stage"), "", *BELOW).back == {}


def test_running_text_of_a_page_without_furniture_stays_whatever_number_of_rules_condemns_it():
    many = cut(NOTICE, "menu/word", "ad/label", "menu/item")
    assert article(many, noise=MENU[:3]) == {}
    assert article(many, noise=MENU[:2]) == {NOTICE: "prose"}
    assert at_end(many, noise=MENU[:2]) == {NOTICE: "prose"}


def test_a_page_all_of_whose_running_text_is_condemned_by_many_rules_is_no_clean_page():
    many = [cut(sentence(12, n), "menu/word", "ad/label", "menu/item") for n in (1, 9)]
    assert guard("Page 1", "", *parted(*many), "Page 2").back == {}


def on_page(html, *gone):
    """What the guard gives back of lines of a page with markup, each cut by two rules."""
    document, _ = Matcher(PACKS).match(segment_page(read_page(html)))
    blocks = document.blocks
    spans = [blocks.span(blocks.texts.index(line)) for line in gone]
    cuts = [
        Cut(span, tuple(Mark(span, id, id.split("/")[0], "made", CLEAR) for id in ("menu/word", "ad/label")))
        for span in spans
    ]
    shown = dict(zip(spans, gone, strict=True))
    return {shown[w.cut.span]: w.promise for w in Guard(PACKS)(document, cuts).withdrawn}


def test_a_sentence_of_a_page_with_markup_may_be_a_button():
    html = f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p><div>Page 3</div><div>{{}}</div><div>Page 4</div>"
    assert on_page(html.format(FIVE_WORDS), FIVE_WORDS) == {}
    assert on_page(html.format(NOTICE), NOTICE) == {NOTICE: "prose"}


def test_only_running_text_shows_that_a_page_with_markup_has_text():
    html = f"<div>Page 1</div><div>{NOTICE}</div><div>{{}}</div>"
    assert on_page(html.format("It rained."), NOTICE) == {}
    assert on_page(html.format(" ".join(WORDS[:25])), NOTICE) == {NOTICE: "prose"}


# lone, once more


def test_short_lines_beside_running_text_that_was_given_back_are_judged_again():
    """Three short lines and a notice: the notice stays, so that two of the lines stand between paragraphs."""
    lines = [cut("Ferries"), cut("Buses"), "", cut(NOTICE, "consent/button")]
    noise = [*MENU, "", *parted(*PROSE[:4]), *lines, "", *BELOW]
    assert guard(*noise).back == {}  # known noise is directly beside the notice
    lines = [cut("Ferries", context()), cut("Buses", context()), "", cut(NOTICE)]
    assert guard(*MENU, "", *parted(*PROSE[:4]), *lines, "", *BELOW).back == {
        "Ferries": "lone",
        "Buses": "lone",
        NOTICE: "prose",
    }


def test_other_lines_that_were_given_back_do_not_matter_for_that():
    lines = [cut("Ferries", context()), cut("Buses", context()), "", cut(NOTICE)]
    assert guard(*MENU, "", *parted(*PROSE[:4]), *lines, "", *BELOW, cut("Trains"), "", PROSE[14]).back == {
        "Ferries": "lone",
        "Buses": "lone",
        NOTICE: "prose",
        "Trains": "lone",
    }


# prose: only the scorer doubts it


def test_careful_keeps_running_text_that_only_the_scorer_doubts():
    assert at_end(cut(PROSE[14], scorer())) == {PROSE[14]: "prose"}
    assert article(cut(PROSE[14], scorer())) == {PROSE[14]: "prose"}


def test_balanced_does_not():
    lines = [*MENU, "", *parted(*PROSE[:8]), "Page 4", cut(PROSE[14], scorer())]
    assert guard(*lines, threshold=80).back == {}
    assert guard(*lines, threshold=99).back == {}
    assert guard(*lines, threshold=100).back == {PROSE[14]: "prose"}


OF_EIGHT = 20  # words; 8 % of 240
PAST, SHORT = sentence(OF_EIGHT, 3), sentence(OF_EIGHT - 1, 3)


def test_a_small_paragraph_may_go_apart_from_other_running_text():
    """Small is less than 8 % of the running text that stays, apart is after known noise or far away."""
    known, far = cut("Log in"), [f"Page {n}" for n in range(5, 9)]
    assert at_end(known, cut(PAST, scorer())) == {PAST: "prose"}
    assert at_end(known, cut(SHORT, scorer())) == {}
    assert at_end(*far[:3], cut(SHORT, scorer())) == {SHORT: "prose"}
    assert at_end(*far, cut(SHORT, scorer())) == {}
    assert guard(*MENU, "", *parted(*PROSE[:8]), cut(SHORT, scorer())).back == {SHORT: "prose"}
    assert guard(*MENU, "", *parted(*PROSE[:8]), "Page 4", cut(SHORT, scorer()), "", *BELOW).back == {SHORT: "prose"}


def test_running_text_that_goes_itself_is_no_company():
    gone = cut(PROSE[14], "mine/stage")
    assert at_end(cut("Log in"), gone, cut(SHORT, scorer())) == {}
    assert at_end(cut("Log in"), PROSE[14], cut(SHORT, scorer())) == {SHORT: "prose"}


def outside(text):
    """A line that is outside the content, and that the scorer doubts."""
    return cut(text, scorer(80), ("region/tail", 20))


def test_a_small_paragraph_may_go_outside_the_content_unless_running_text_is_next_to_it():
    beside = [*MENU, "", *parted(*PROSE[:8])]
    assert guard(*beside, "Page 4", outside(PAST)).back == {PAST: "prose"}
    assert guard(*beside, "Page 4", outside(SHORT)).back == {}
    assert guard(*beside, "Page 4", cut(SHORT, scorer())).back == {SHORT: "prose"}
    assert guard(*beside, outside(SHORT)).back == {SHORT: "prose"}


def test_only_the_running_text_that_stays_is_a_measure_of_small():
    """With seven of the eight paragraphs 8 % are less than 17 words."""
    text = sentence(17, 3)
    assert at_end(cut("Log in"), cut(text, scorer())) == {}
    lines = [*MENU, "", *parted(*PROSE[:7]), cut(PROSE[7], "mine/stage"), "", "Page 4", cut("Log in")]
    assert guard(*lines, cut(text, scorer())).back == {text: "prose"}


def test_careful_cuts_running_text_in_which_a_rule_found_words():
    assert at_end(cut(NOTICE, scorer(60), ("menu/word", 60))) == {}


def test_careful_keeps_any_line_that_only_the_scorer_doubts_in_a_text_without_prose():
    names = (
        "Alder by the lake",
        "Birch on the hill",
        "Cedar at home",
        "Dogwood in bloom",
        "Elder and nettle",
        "Fir in the snow",
    )
    lines = [*names[:2], cut(names[2], scorer()), cut(names[3], scorer()), *names[4:]]
    assert guard(*lines).back == {names[2]: "prose", names[3]: "prose"}
    for prose in (PROSE[:1], [*PROSE[:1], sentence(29, 2)]):  # less than 60 words are hardly any prose
        assert guard(*lines, *prose).back == {names[2]: "prose", names[3]: "prose"}
        assert guard(*prose, *lines).back == {names[2]: "prose", names[3]: "prose"}
    for found in (guard(*lines, "", *parted(*PROSE[:2])).back, guard(*parted(*PROSE[:2]), *lines).back):
        assert "prose" not in found.values()


# lone: only the scorer doubts it


def test_a_block_that_only_the_scorer_doubts_stays_between_two_that_stay():
    one, two = cut("Ferries", scorer()), cut("Buses", scorer())
    assert in_article("Page 3", one, "Page 4", threshold=BALANCED).back == {"Ferries": "lone"}
    assert in_article("Page 3", one, two, "Page 4", threshold=BALANCED).back == {}
    assert in_article("Page 3", cut("Ferries", scorer(60), ("ad/label", CLEAR)), "Page 4").back == {}


def test_a_block_that_only_the_scorer_doubts_goes_at_the_ends_of_a_text():
    line, prose = cut("Ferries", scorer()), parted(*PROSE[:8])
    assert guard(line, "Page 1", "", *prose, threshold=BALANCED).back == {}
    assert guard(*prose, "Page 1", line, threshold=BALANCED).back == {}
    assert guard("Page 1", line, "", *prose, threshold=BALANCED).back == {"Ferries": "lone"}
    assert guard(*prose, line, "Page 1", threshold=BALANCED).back == {"Ferries": "lone"}


def test_what_the_scorer_cuts_at_a_threshold_is_what_the_rules_alone_would_not():
    lines = ["Page 3", cut("Ferries", scorer(60), ("ad/label", 80)), "Page 4"]
    page = [*MENU, "", *parted(*PROSE[:8]), *lines, "", *BELOW]
    assert guard(*page, threshold=80).back == {}
    assert guard(*page, threshold=81).back == {"Ferries": "lone"}


def test_what_is_cut_for_its_surroundings_is_no_doubt_of_the_scorer():
    assert in_article("Page 3", cut("Ferries", context()), "Page 4", threshold=BALANCED).back == {}


def test_what_the_surroundings_say_does_not_make_a_doubt_sure():
    line = cut("Ferries", scorer(60), context(60))
    assert in_article("Page 3", line, "Page 4", threshold=BALANCED).back == {"Ferries": "lone"}


# topic

COOKIES = (
    "Cookies are small files that a browser keeps for a site, and nearly every site of the web sets some of them today.",
    "Cookies were made in 1994, when a shop wanted to remember what its visitors had laid into the cart before they paid.",
)


def on_cookies(*lines, packs=PACKS, above=COOKIES, threshold=CLEAR):
    """Lines in the head of a page about cookies, below its menu."""
    return guard(*MENU, *lines, "", *parted(*above), packs=packs, threshold=threshold).back


def test_a_page_about_cookies_keeps_what_is_said_of_cookies():
    assert on_cookies(cut("Accept all", "consent/button")) == {"Accept all": "topic"}


def test_another_page_does_not():
    assert on_cookies(cut("Accept all", "consent/button"), above=PROSE[:2]) == {}


def test_a_page_about_cookies_keeps_no_menu():
    assert on_cookies(cut("Accept all", "menu/word")) == {}
    assert on_cookies(cut("Accept all", ("consent/button", 60), "menu/word")) == {}
    assert on_cookies(cut("Accept all", ("consent/button", 60), ("menu/word", 60))) == {"Accept all": "topic"}


def test_what_is_left_of_the_score_is_held_against_the_threshold():
    line = cut("Accept all", ("consent/button", 60), ("menu/word", 80))
    assert on_cookies(line, threshold=80) == {}
    assert on_cookies(line, threshold=81) == {"Accept all": "topic"}


def test_the_scorer_has_heard_the_marks_of_the_topic():
    """It counts only where no mark speaks of the topic."""
    assert on_cookies(cut("Accept all", "consent/button", scorer(200))) == {"Accept all": "topic"}
    assert on_cookies(cut("Accept all", ("menu/word", 60), scorer(60))) == {}


@pytest.mark.parametrize("category", ["subscribe", "login", "comment_policy"])
def test_policies_speak_of_accounts_and_comments_too(category):
    packs = replace(PACKS, rules=(*PACKS.rules, rule(f"{category}/made")))
    line = cut("Accept all", f"{category}/made")
    assert on_cookies(line, packs=packs) == {"Accept all": "topic"}
    law = [text.replace("Cookies", "Copyright law") for text in COOKIES]
    assert on_cookies(line, packs=packs, above=law) == {"Accept all": "topic"}
    assert on_cookies(cut("Accept all", "menu/word"), packs=packs, above=law) == {}


def test_any_policy_speaks_of_cookies():
    law = [text.replace("Cookies", "Copyright law") for text in COOKIES]
    assert on_cookies(cut("Accept all", "consent/button"), above=law) == {"Accept all": "topic"}


def test_pages_about_other_things_are_no_policies():
    packs = replace(PACKS, rules=(*PACKS.rules, rule("login/made")))
    billboards = [text.replace("Cookies", "Billboards") for text in COOKIES]
    lines = [cut("Accept all", "login/made"), cut("Sponsored", "ad/label"), cut("I agree", "consent/button")]
    assert on_cookies(*lines, packs=packs, above=billboards) == {"Sponsored": "topic"}


def test_the_headline_that_stays_names_the_topic():
    """One paragraph that quotes a notice is no witness of the topic; under a headline that names it it is."""
    quoting = f"We use cookies to make this site better, says {sentence(20).lower()}"
    title, other = "The trouble with cookies", "The trouble with winters"
    for line, back in ((title, {"Accept all": "topic"}), (other, {})):
        lines = [
            *MENU,
            cut("Accept all", "consent/button"),
            "One",
            "Two",
            "Three",
            line,
            "",
            quoting,
            "",
            *parted(*PROSE[:6]),
        ]
        assert guard(*lines).back == back


# share


def below_a_marker(*lines, noise=MENU, threshold=CLEAR):
    return guard(*noise, "", *parted(*PROSE[:4]), "Page 4", *lines, threshold=threshold).back


def beside_prose(*lines):
    """What comes back where the promise about short lines at the edge of a text is not made."""
    return below_a_marker(*lines, threshold=BALANCED)


def listed(text, *more):
    return cut(text, "related/list", *more)


def test_a_dialogue_is_below_no_marker():
    assert below_a_marker(cut("Ferries in winter", "login/dialogue"), noise=MENU[:2]) == {}


@pytest.mark.parametrize("id", ["related/list", "related/enclosed-list"])
def test_a_list_below_a_marker_goes_on_a_furnished_page_only(id):
    line = cut("Ferries in winter", id)
    assert below_a_marker(line) == {}
    assert below_a_marker(line, noise=MENU[:3]) == {}
    assert below_a_marker(line, noise=MENU[:2]) == {"Ferries in winter": "share"}
    assert below_a_marker(line, noise=[*MENU[:2], *MENU[:2]]) == {"Ferries in winter": "share"}


def test_lines_of_related_pages_are_no_other_furniture():
    others = [cut(text, "related/word") for text in ("See also", "More", "Read on")]
    assert below_a_marker(listed("Ferries in winter"), noise=others) == {"Ferries in winter": "share"}


def test_lines_that_no_rule_knows_are_no_furniture_either():
    others = [cut(text, "mine/stage") for text in ("See also", "More", "Read on")]
    assert below_a_marker(listed("Ferries in winter"), noise=others) == {"Ferries in winter": "share"}


def test_a_line_below_a_marker_that_is_sure_by_its_words_goes():
    assert below_a_marker(listed("Ferries in winter", "menu/word"), noise=MENU[:1]) == {}
    assert below_a_marker(listed("Ferries in winter", ("menu/word", 99)), noise=MENU[:1]) == {
        "Ferries in winter": "share"
    }


def test_a_list_outside_the_content_is_no_matter_of_shares():
    line = listed("Ferries in winter", ("region/tail", 20))
    assert below_a_marker(line, noise=MENU[:2]) == {}
    lines = placed(30, 6, "related/list", ("region/tail", 20))
    assert below_a_marker(*lines) == {}
    assert set(below_a_marker(*placed(30, 6, "related/list")).values()) == {"share"}


def test_a_page_without_lists_below_a_marker_is_not_asked_about_them():
    assert below_a_marker(cut("Ferries in winter", "mine/stage"), noise=MENU[:1]) == {}


def words(number):
    """A line of so many words that is no prose."""
    return " ".join(["word"] * number)


def placed(number, size, *marks):
    """So many different lines of ``size`` words, each cut for its place."""
    return [cut(f"{words(size - 1)} n{n}", *marks) for n in range(number)]


PLACED = {  # of 120 words of prose: 35 % are 42 words, 100 % are 120
    "by its surroundings": ((context(),), 42),
    "below a marker": (("related/list",), 120),
}


@pytest.mark.parametrize(("marks", "most"), PLACED.values(), ids=PLACED)
def test_what_goes_for_its_place_is_little_beside_the_prose_that_stays(marks, most):
    lines = placed(most // 6, 6, *marks)
    assert beside_prose(*lines) == {}
    assert beside_prose(*lines, cut("more", *marks)) == dict.fromkeys([line.text for line in lines] + ["more"], "share")


@pytest.mark.parametrize(("marks", "most"), PLACED.values(), ids=PLACED)
def test_lines_in_which_a_rule_found_words_do_not_count_as_cut_for_their_place(marks, most):
    lines = placed(most // 6, 6, *marks)
    assert beside_prose(*lines, cut("more", *marks, ("menu/word", 50))) == {}


@pytest.mark.parametrize(("marks", "most"), PLACED.values(), ids=PLACED)
def test_what_is_sure_by_its_words_goes_whatever_the_share(marks, most):
    lines = placed(most // 6 + 1, 6, *marks)
    back = dict.fromkeys([line.text for line in lines], "share")
    assert beside_prose(*lines, cut("sure", *marks, "menu/word")) == back
    assert beside_prose(*lines, cut("half", *marks, ("menu/word", 50))) == {**back, "half": "share"}


def test_surroundings_and_marker_have_shares_of_their_own():
    lines = [*placed(7, 6, context()), *placed(20, 6, "related/list")]
    assert beside_prose(*[cut(f"{line.text} {n}", *line.marks) for n, line in enumerate(lines[:6] + lines[7:24])]) == {}


def test_what_both_say_counts_for_the_surroundings():
    both = (context(60), ("related/list", 60))
    assert beside_prose(*placed(7, 6, *both)) == {}
    assert beside_prose(*placed(8, 6, *both)) != {}
    assert below_a_marker(cut("Ferries", *both), noise=MENU[:2]) == {}


def test_only_prose_that_stays_is_set_against_it():
    lines = placed(7, 6, context())
    gone = cut(PROSE[4], "mine/stage")
    assert beside_prose(gone, *lines) == {}
    assert beside_prose(gone, *lines, cut("more", context())) != {}
    assert beside_prose("Ships boats trains", *lines, cut("more", context())) != {}


# emptied


def test_a_text_is_not_emptied():
    outcome = guard(cut("Home"), cut("News"), cut("Sport"))
    assert outcome.back == {"Home": "emptied", "News": "emptied", "Sport": "emptied"}
    assert outcome.gone == []
    assert outcome.guarded.status == "ok"
    assert outcome.guarded.warnings == ("every line looked like noise; the page was kept whole",)


def test_signs_are_no_text():
    assert guard(cut("Home"), "***", cut("News")).back == {"Home": "emptied", "News": "emptied"}
    assert guard(cut("Home"), "* Rain *", cut("News")).back == {}


def test_numbers_are_the_text_only_where_there_are_no_words():
    assert guard(cut("Home"), "12").back == {"Home": "emptied"}
    assert guard(cut("12", "mine/stage"), "15").back == {}
    assert guard(cut("12", "mine/stage"), cut("15", "mine/stage")).back == {"12": "emptied", "15": "emptied"}


def test_an_emptied_text_lists_what_came_back_in_order():
    outcome = guard(cut("Home"), cut("```"), cut("```"), cut("News"))
    assert set(outcome.back.values()) == {"emptied", "shape"}
    withdrawn = [w.cut.span for w in outcome.guarded.withdrawn]
    assert withdrawn == sorted(withdrawn)


def test_a_text_of_signs_that_loses_nothing_is_no_page_of_noise():
    outcome = guard(cut("```"), cut("```"))
    assert (outcome.back, outcome.guarded.status, outcome.guarded.warnings) == ({"```": "shape"}, "ok", ())


def test_an_error_page_may_be_empty():
    outcome = guard(cut("Not found", "error/page"), cut("Home"), cut("News"), cut("Sport"))
    assert outcome.back == {}
    assert outcome.gone == ["Not found", "Home", "News", "Sport"]
    assert outcome.guarded.status == "error_page"
    assert outcome.guarded.warnings == ("the whole page is noise: error_page",)


def test_an_error_that_is_not_sure_is_no_error_page():
    outcome = guard(cut("Not found", ("error/page", 50), ("menu/word", 49)), cut("Home"))
    assert set(outcome.back.values()) == {"emptied"}
    outcome = guard(cut("Not found", ("error/page", 50), ("menu/word", 50)), cut("Home"))
    assert outcome.guarded.status == "error_page"


def test_a_page_half_of_which_is_a_consent_notice_may_be_empty():
    notice = cut("Accept", "consent/button")
    outcome = guard(notice, cut("Weather"[:6]))
    assert outcome.back == {}
    assert outcome.guarded.status == "consent_page"
    assert outcome.guarded.warnings == ("the whole page is noise: consent_page",)
    for lines in ([notice, cut("Weather")], [cut("Weather"), notice]):
        assert set(guard(*lines).back.values()) == {"emptied"}


def test_a_consent_notice_that_another_rule_condemns_too_is_one():
    outcome = guard(cut("Accept all", "menu/word", ("consent/button", 10)), cut("News"))
    assert outcome.guarded.status == "consent_page"


def test_an_error_page_with_a_consent_notice_is_an_error_page():
    outcome = guard(cut("Not found", "error/page"), cut("Accept all cookies", "consent/button"))
    assert outcome.guarded.status == "error_page"


def test_a_page_that_keeps_a_word_is_neither():
    outcome = guard(cut("Not found", "error/page"), cut("Home"), "Alder")
    assert (outcome.guarded.status, outcome.guarded.warnings) == ("ok", ())


def test_kinds_are_what_the_tests_take_them_for():
    assert segment_text("- Alder\n").blocks.kinds == (Kind.ITEM,)
    assert segment_text("## Alder\n").blocks.kinds == (Kind.HEADING,)
    assert segment_text(NOTICE).blocks.prose == (True,)
    assert [segment_text(text).blocks.words[0] for text in (NOTICE, PROSE[0])] == [12, 30]


# the cuts of a more careful profile, too


def joined(careful, own, text="Alder\n\nBirch\n\nCedar\n", applies_to="text"):
    """What becomes of the lines that a more careful profile cuts, and of those that the profile cuts or gives back."""
    document, _ = Matcher(PACKS).match(segment_text(text))
    blocks = document.blocks
    cuts = {
        line: Cut(blocks.span(i), (Mark(blocks.span(i), "menu/word", "menu", "made", CLEAR),))
        for i, line in enumerate(blocks.texts)
    }
    back = tuple(Withdrawal(cuts[line], promise) for line, promise in own.items() if promise)
    ours = Guarded(tuple(cuts[line] for line, promise in own.items() if not promise), back, "ok", ("ours",))
    theirs = Guarded(tuple(cuts[line] for line in careful))
    guarded = Guard(PACKS).joined(document, theirs, ours, applies_to)
    shown = {one.span: line for line, one in cuts.items()}
    told = {shown[one.cut.span]: one.promise for one in guarded.withdrawn}
    assert list(told) == sorted(told)
    return [shown[one.span] for one in guarded.cuts], told, guarded


def test_a_profile_that_cuts_all_that_the_careful_one_cuts_is_left_alone():
    cuts, told, guarded = joined(["Alder"], {"Alder": "", "Birch": "", "Cedar": "lone"})
    assert (cuts, told, guarded.warnings) == (["Alder", "Birch"], {"Cedar": "lone"}, ("ours",))


def test_what_the_careful_profile_cuts_goes_whatever_promise_the_other_keeps():
    cuts, told, guarded = joined(["Birch"], {"Alder": "", "Birch": "share", "Cedar": "lone"})
    assert (cuts, told, guarded.warnings) == (["Alder", "Birch"], {"Cedar": "lone"}, ())


@pytest.mark.parametrize("applies_to", ["text", "page"])
def test_both_together_empty_no_text(applies_to):
    cuts, told, guarded = joined(
        ["Alder", "Birch"], {"Alder": "share", "Birch": "share", "Cedar": ""}, applies_to=applies_to
    )
    assert (cuts, told, guarded.status) == (["Alder", "Birch"], {"Cedar": "emptied"}, "ok")


def test_both_together_may_find_a_page_of_errors():
    document, _ = Matcher(PACKS).match(segment_text("Alder\n\nBirch\n"))
    cuts = [
        Cut(span, (Mark(span, rule, rule.split("/")[0], "made", CLEAR),))
        for span, rule in zip(map(document.blocks.span, (0, 1)), ("error/page", "menu/word"), strict=True)
    ]
    guarded = Guard(PACKS).joined(document, Guarded((cuts[0],)), Guarded((cuts[1],)), "text")
    assert guarded == Guarded(tuple(cuts), (), "error_page", ("the whole page is noise: error_page",))


def test_no_promise_but_the_last_is_asked_about_both_together():
    text = "These five towns were cut off:\n- Alder\n- Birch\n\nCedar\n"
    cuts, told, _ = joined(["- Alder"], {"- Birch": ""}, text)
    assert (cuts, told) == (["- Alder", "- Birch"], {})
