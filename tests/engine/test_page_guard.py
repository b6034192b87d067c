"""The promises for cuts by markup (docs/promises.md), each with a page that keeps it and its nearest neighbour.

A page is given as HTML. The lines named ``unsure`` are those that only the learned scorer wants to cut, ``sure`` those
that a rule cuts, too; the guard decides what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cleaner import Pipeline
from cleaner.guard.judge import Guard, Guarded
from cleaner.model import Cut, Kind, Mark, Span
from cleaner.packs.rule import Packs, StageRule
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages import Stage

CLEAR = 100  # the score at which a mark needs no other

STORY = (
    "Ferries stand still in the harbour of Oldport, and the mayor says that nobody knows when they will sail again.",
    "The harbour was closed on Monday, after engineers had found cracks in the walls that nobody could explain to them.",
    "Farmers brought apples and cheese in small carts, which the people of both towns bought before the snow melted.",
)
ARTICLE = "".join(f'<p id="story">{text}</p>' for text in STORY)  # 60 words


@dataclass(frozen=True)
class Outcome:
    """What the guard gave back, with the promise it kept, and what stays cut."""

    back: dict[str, str]
    gone: list[str]
    guarded: Guarded


def scorer(score=CLEAR):
    return ("scorer/block", "scorer", score)


def by_rule(score=CLEAR):
    return ("menu/word", "menu", score)


def guard_page(document, cuts, threshold=CLEAR):
    return Guard(Packs())(document, cuts, "page", threshold=threshold)


def guard(html, unsure=(), sure=(), threshold=CLEAR, **marked):
    """What becomes of the cuts proposed; ``marks`` gives other lines marks of their own."""
    document = segment_page(read_page(html))
    blocks = document.blocks
    names = [text.split("\t")[0] for text in blocks.texts]  # of a row its first cell
    wanted = dict.fromkeys(unsure, (scorer(),)) | dict.fromkeys(sure, (scorer(), by_rule())) | marked.get("marks", {})
    assert wanted.keys() <= set(names)
    cuts = []
    for i, text in enumerate(names):
        if text in wanted:
            marks = tuple(Mark(blocks.span(i), rule, category, "made", score) for rule, category, score in wanted[text])
            cuts.append(Cut(blocks.span(i), marks))
    guarded = guard_page(document, cuts, threshold=threshold)
    assert guard_page(document, cuts[::-1], threshold=threshold) == guarded  # the order of cuts is no matter
    shown = {c.span: document.text[slice(*c.span)].split("\t")[0] for c in cuts}
    assert len(guarded.cuts) + len(guarded.withdrawn) == len(cuts)
    return Outcome(
        {shown[w.cut.span]: w.promise for w in guarded.withdrawn}, [shown[c.span] for c in guarded.cuts], guarded
    )


FIVE = ("Alder", "Birch", "Cedar", "Dogwood", "Elder")


def lines(*texts, tag="p"):
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


# In general


def test_without_cuts_there_is_nothing_to_guard():
    assert guard(ARTICLE).guarded == Guarded(())


@pytest.mark.parametrize("text", ["# Alder\n\nBirch\n\nCedar\n", "- Alder\n- Birch\n- Cedar\n\nDogwood\n"])
def test_what_is_said_of_elements_does_not_hold_of_plain_text(text):
    document = segment_text(text)
    span = document.blocks.span(0)
    cuts = (Cut(span, (Mark(span, *scorer()[:2], "made"),)),)
    assert guard_page(document, cuts) == Guarded(cuts)


def test_noise_around_an_article_is_cut():
    outcome = guard(
        f"<nav>{lines('Home', 'News')}</nav>{ARTICLE}<footer><p>Imprint</p></footer>", sure=["Home", "News", "Imprint"]
    )
    assert outcome.guarded == Guarded(outcome.guarded.cuts)
    assert outcome.gone == ["Home", "News", "Imprint"]


def test_cuts_and_withdrawals_come_in_the_order_of_the_text():
    html = f"<p>Home</p><p>News</p><p>Alder</p>{ARTICLE}<h1>Ferries</h1><div>Imprint</div><b>Jobs</b>"
    outcome = guard(html, unsure=["Alder", "Ferries", STORY[1]], sure=["Home", "News", "Imprint", "Jobs"])
    assert list(outcome.back) == [STORY[1], "Ferries"]
    assert outcome.back["Ferries"] == "headline"
    assert outcome.gone == ["Home", "News", "Alder", "Imprint", "Jobs"]


def test_a_cut_that_begins_inside_a_line_is_no_matter_of_the_promises_about_blocks():
    document = segment_page(read_page(ARTICLE))
    inside = Span(3, 9)
    cuts = (Cut(inside, (Mark(inside, *scorer()[:2], "made"),)),)
    assert guard_page(document, cuts) == Guarded(cuts)


def test_a_stage_may_cut_inside_a_line_of_a_page():
    class Word(Stage):
        rules = (
            StageRule(id="mine/word", category="mine", summary="A word.", why="Ours.", removes=("x",), keeps=("y",)),
        )

        def __call__(self, page):
            at = page.document.text.find("harbour of ")
            if at >= 0:
                yield self.rules[0].mark(Span(at, at + 11))

    result = Pipeline(classifier="rules", page_stages=[Word()]).run(ARTICLE, kind="html")
    assert result.text.startswith("Ferries stand still in the Oldport, and")
    assert [cut.span.end - cut.span.start for cut in result.cuts] == [11]


# unsure


def test_what_the_scorer_cuts_at_a_threshold_is_what_the_rules_alone_would_not():
    html = f"{ARTICLE}<p>Alder</p>{ARTICLE}"
    marks = {"Alder": (scorer(10), by_rule(80))}
    assert guard(html, marks=marks, threshold=80).back == {}
    assert guard(html, marks=marks, threshold=81).back == {"Alder": "prose"}


# headline


def test_one_or_two_first_level_headings_that_only_the_scorer_doubts_stay():
    one = f"<p>Home</p><h1>Oldport</h1>{ARTICLE}"
    two = f"<p>Home</p><h1>Oldport</h1><h1>Newport</h1><p>Jobs</p>{ARTICLE}"
    assert guard(one, unsure=["Oldport"], sure=["Home"]).back == {"Oldport": "headline"}
    assert guard(two, unsure=["Oldport", "Newport"], sure=["Home", "Jobs"]).back == {
        "Oldport": "headline",
        "Newport": "headline",
    }


def test_of_three_first_level_headings_each_belongs_to_a_part_of_the_page():
    html = f"{ARTICLE}{lines('Oldport', 'Newport', 'Westport', tag='h1')}<p>Jobs</p>"
    assert guard(html, unsure=["Oldport", "Newport", "Westport"], sure=["Jobs"]).back == {}


def test_a_first_level_heading_that_stays_is_headline_enough():
    html = f"{ARTICLE}<h1>Oldport</h1><p>Jobs</p><h1>Newport</h1>"
    assert guard(html, unsure=["Newport"], sure=["Jobs"]).back == {}
    assert guard(html, unsure=["Newport"], sure=["Jobs", "Oldport"]).back == {"Newport": "headline"}


def test_other_headings_are_no_headline():
    assert guard(f"{ARTICLE}<h2>Oldport</h2>", unsure=["Oldport"]).back == {}
    assert guard(f"{ARTICLE}<h1>Oldport</h1>", unsure=["Oldport"]).back == {"Oldport": "headline"}


def test_words_in_a_link_in_a_heading_are_in_the_heading():
    assert guard(f'{ARTICLE}<h1><a href="/">Oldport</a></h1>', unsure=["Oldport"]).back == {"Oldport": "headline"}


def test_code_in_a_heading_is_no_headline():
    html = f"{ARTICLE}<h1><pre>Oldport</pre></h1>"
    assert guard(html, unsure=["Oldport"], threshold=99).back == {}
    assert guard(html, unsure=["Oldport"]).back == {}


def test_a_sure_cut_of_the_headline_is_given_back_if_its_words_come_back_in_the_prose():
    html = "<p>Home</p><h1>{}</h1><p>6 March</p><h2>Ferries of Oldport in the harbour</h2>" + ARTICLE
    title, slogan = "Harbour closed on Monday", "Read more every day"
    assert guard(html.format(title), sure=["Home", title]).back == {title: "headline"}
    assert guard(html.format(slogan), sure=["Home", slogan]).back == {}


def test_more_doubted_headings_are_asked_for_their_words_too():
    title = "Harbour closed on Monday"
    html = f"<p>Home</p><h1>{title}</h1>{ARTICLE}{lines('Newport', 'Westport', tag='h1')}<p>Jobs</p>"
    assert guard(html, unsure=[title, "Newport", "Westport"], sure=["Home", "Jobs"]).back == {title: "headline"}


# list

WHOLES = {
    "ul": ("<ul>{}</ul>", "<li>{}</li>"),
    "ol": ("<ol>{}</ol>", "<li>{}</li>"),
    "table": ("<table>{}</table>", "<tr><td>{}</td><td>1</td></tr>"),
    "dl": ("<dl>{}</dl>", "<dd>{}</dd>"),
}


def whole(name, *texts):
    outer, inner = WHOLES[name]
    return outer.format("".join(inner.format(text) for text in texts))


@pytest.mark.parametrize("name", WHOLES)
def test_unsure_parts_of_a_table_or_list_stay_with_more_than_half_of_it(name):
    html = whole(name, "Alder", "Birch", "Cedar") + ARTICLE
    assert guard(html, unsure=["Alder"]).back == {"Alder": "list"}
    assert guard(html, unsure=["Alder", "Birch"]).back == {}


@pytest.mark.parametrize("name", WHOLES)
def test_half_of_a_table_or_list_is_not_more(name):
    html = "<p>Home</p>" + whole(name, "Alder", "Birch", "Cedar", "Dogwood") + ARTICLE
    assert "list" not in guard(html, unsure=["Alder", "Birch"], sure=["Home"]).back.values()
    assert guard(html, unsure=["Alder"], sure=["Home"]).back == {"Alder": "list"}


def test_sure_cuts_of_a_list_are_none_of_the_scorer():
    assert guard(whole("ul", "Alder", "Birch", "Cedar") + ARTICLE, sure=["Alder"]).back == {}


def test_the_sure_and_the_unsure_cuts_of_a_list_count_together():
    html = "<p>Home</p>" + whole("ul", "Alder", "Birch", "Cedar", "Dogwood") + ARTICLE
    assert guard(html, unsure=["Alder"], sure=["Home", "Birch"]).back == {}


def test_a_little_more_than_half_is_enough():
    html = "<p>Home</p>" + whole("ul", *FIVE) + ARTICLE
    assert guard(html, unsure=FIVE[:2], sure=["Home"]).back == {"Alder": "list", "Birch": "list"}


def test_numbered_steps_are_parts_of_a_list():
    steps = ("Open the lid of it", "Pour the water into it", "Close the lid of it")
    html = "<p>Home</p>" + whole("ol", *steps) + ARTICLE
    assert segment_page(read_page(html)).blocks.kinds[1] is Kind.STEP
    assert guard(html, unsure=steps[:1], sure=["Home"]).back == {steps[0]: "list"}


@pytest.mark.parametrize("name", WHOLES)
def test_two_tables_or_lists_in_a_row_are_two(name):
    html = "<p>Home</p>" + whole(name, "Alder") + whole(name, "Birch", "Cedar") + ARTICLE
    assert guard(html, unsure=["Alder"], sure=["Home"]).back == {}


def test_each_list_is_judged_by_itself():
    html = "<p>Home</p>" + whole("ul", "Alder", "Birch") + whole("ol", "Cedar", "Dogwood", "Elder") + ARTICLE
    assert guard(html, unsure=["Alder", "Birch", "Cedar"], sure=["Home"]).back == {"Cedar": "list"}


def test_of_lists_in_lists_the_inner_one_counts():
    inner = whole("ol", "Birch", "Cedar")
    html = f"<p>Home</p><ul><li>{inner}</li><li>Dogwood</li><li>Elder</li><li>Fir</li></ul>{ARTICLE}"
    assert "list" not in guard(html, unsure=["Birch", "Cedar"], sure=["Home"]).back.values()


def test_paragraphs_are_no_parts_of_a_list():
    html = "<div>" + lines("Alder", "Birch", "Cedar") + f"</div>{ARTICLE}"
    assert guard(html, unsure=["Alder"]).back == {}


# rows: code that the scorer doubts


def test_careful_keeps_code_that_only_the_scorer_doubts():
    html = f"{ARTICLE}<pre>make install</pre>"
    assert guard(html, unsure=["make install"]).back == {"make install": "rows"}
    assert guard(html, unsure=["make install"], threshold=99).back == {}
    assert guard(html, sure=["make install"]).back == {}
    assert guard(f"{ARTICLE}<div>make install</div>", unsure=["make install"]).back == {}


# caption


def caption(between, after=ARTICLE):
    others = [f"Word {n}" for n in range(between)]
    html = f"<figure><figcaption>A boat</figcaption></figure>{lines(*others)}{after}"
    return html, others


def test_an_unsure_caption_stays_within_five_blocks_of_content():
    html, others = caption(4)
    assert guard(html, unsure=["A boat"], sure=others).back == {"A boat": "caption"}
    html, others = caption(5)
    assert guard(html, unsure=["A boat"], sure=others).back == {}


def test_content_above_a_caption_is_as_good():
    for between, back in ((4, {"A boat": "caption"}), (5, {})):
        others = [f"Word {n}" for n in range(between)]
        html = f"{ARTICLE}{lines(*others)}<figure><figcaption>A boat</figcaption></figure>"
        assert guard(html, unsure=["A boat"], sure=others).back == back


def test_a_sure_cut_of_a_caption_and_an_unsure_one_of_another_line_go():
    html, others = caption(4)
    assert guard(html, sure=["A boat", *others]).back == {}
    assert guard(f"<p>A boat</p>{lines(*others)}{ARTICLE}", unsure=["A boat"], sure=others).back == {}


# group


def cards(*texts, card='<div class="card"><p>{}</p></div>'):
    return "".join(card.format(text) for text in texts)


def test_of_five_cards_three_of_which_stay_all_stay():
    html = f"<p>Home</p>{cards(*FIVE)}<p>Jobs</p>{ARTICLE}"
    assert guard(html, unsure=["Alder", "Birch"], sure=["Home", "Jobs"]).back == {"Alder": "group", "Birch": "group"}


def test_of_five_cards_two_of_which_stay_none_comes_back():
    html = f"<p>Home</p>{cards(*FIVE)}<p>Jobs</p>{ARTICLE}"
    assert guard(html, unsure=["Alder", "Birch", "Cedar"], sure=["Home", "Jobs"]).back == {}


def test_of_nine_cards_five_of_which_stay_none_comes_back():
    nine = [f"Card {n}" for n in range(9)]
    html = f"<p>Home</p>{cards(*nine)}<p>Jobs</p>{ARTICLE}"
    assert guard(html, unsure=nine[:4], sure=["Home", "Jobs"]).back == {}
    assert set(guard(html, unsure=nine[:3], sure=["Home", "Jobs"]).back.values()) == {"group"}


def test_four_cards_are_no_group():
    html = f"<p>Home</p>{cards(*FIVE[:4])}<p>Jobs</p>{ARTICLE}"
    assert "group" not in guard(html, unsure=["Alder"], sure=["Home", "Jobs"]).back.values()


def test_sure_cuts_of_cards_do_not_come_back():
    html = f"<p>Home</p>{cards(*FIVE)}<p>Jobs</p>{ARTICLE}"
    assert guard(html, unsure=["Alder"], sure=["Home", "Jobs", "Birch"]).back == {"Alder": "group"}


def test_cards_of_another_make_are_another_group():
    other = '<div class="teaser"><p>{}</p></div>'
    html = f"<p>Home</p>{cards('Fir', card=other)}{cards(*FIVE)}<p>Jobs</p>{ARTICLE}"
    assert guard(html, unsure=["Fir"], sure=["Home", "Jobs"]).back == {}


DEEP = {
    "four levels up": ('<div class="{}"><div><div><p>{}</p></div></div></div>', False),
    "five levels up": ('<div class="{}"><div><div><div><p>{}</p></div></div></div></div>', True),
}


@pytest.mark.parametrize(("card", "is_group"), DEEP.values(), ids=DEEP)
def test_four_elements_from_the_inside_out_are_the_make_of_a_card(card, is_group):
    inner = "".join(f"<div>{card.format('b', text)}</div>" for text in FIVE[1:])
    html = f"<p>Home</p><div>{card.format('a', 'Alder')}</div>{inner}<p>Jobs</p>{ARTICLE}"
    back = guard(html, unsure=["Alder"], sure=["Home", "Jobs"]).back
    assert back == ({"Alder": "group"} if is_group else {})


# prose: what belongs to what stays around it

TEXT = "On Tuesday the first ship in weeks came into the harbour, and all the children of the town stood there."


def between(above, text, below, unsure=(), sure=()):
    """A line between others, all below some lines that go and above some others that go."""
    html = f"{ARTICLE}<p>Home</p>{above}{text}{below}<p>Jobs</p>{ARTICLE.replace('story', 'more')}"
    return guard(html, unsure=unsure, sure=["Home", "Jobs", *sure]).back


def test_unsure_running_text_between_two_blocks_stays():
    assert between("<p>Alder</p>", f"<b>{TEXT}</b>", "<p>Birch</p>", [TEXT]) == {TEXT: "prose"}


def test_unsure_running_text_below_a_block_or_above_one_goes():
    assert between("<p>Alder</p>", f"<div>{TEXT}</div>", "", [TEXT]) == {}
    assert between("", f"<div>{TEXT}</div>", "<p>Birch</p>", [TEXT]) == {}


def test_unsure_running_text_below_a_heading_stays():
    assert between("<h2>Alder</h2>", f"<div>{TEXT}</div>", "", [TEXT]) == {TEXT: "prose"}
    assert between("<h2>Alder</h2>", f"<div>{TEXT}</div>", "", [TEXT], ["Alder"]) == {}
    assert between("", f"<div>{TEXT}</div>", "<h2>Alder</h2>", [TEXT]) == {}


BESIDE = {name: whole(name, "Alder") for name in WHOLES} | {
    "caption": "<figure><figcaption>Alder</figcaption></figure>"
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_unsure_running_text_beside_a_table_or_list_or_caption_stays(beside):
    assert between(beside, f"<div>{TEXT}</div>", "", [TEXT]) == {TEXT: "prose"}
    assert between("", f"<div>{TEXT}</div>", beside, [TEXT]) == {TEXT: "prose"}
    assert between(beside, f"<div>{TEXT}</div>", "", [TEXT], ["Alder"]) == {}
    assert between("", f"<div>{TEXT}</div>", beside, [TEXT], ["Alder"]) == {}


def test_unsure_running_text_beside_a_step_stays():
    steps = whole("ol", "Open the lid of it", "Pour the water into it", "Close the lid of it")
    assert between(steps, f"<div>{TEXT}</div>", "", [TEXT]) == {TEXT: "prose"}


def test_an_unsure_lone_block_between_two_stays():
    assert between("<p>Alder</p>", "<div>Ships</div>", "<p>Birch</p>", ["Ships"]) == {"Ships": "prose"}
    assert between("<p>Alder</p>", "<div>Ships</div>", "", ["Ships"]) == {}
    assert between("", "<div>Ships</div>", "<p>Birch</p>", ["Ships"]) == {}
    assert between("<h2>Alder</h2>", "<div>Ships</div>", "", ["Ships"]) == {}
    assert between("<ul><li>Alder</li></ul>", "<div>Ships</div>", "", ["Ships"]) == {}


def test_a_sure_cut_between_two_blocks_goes():
    assert between("<p>Alder</p>", f"<div>{TEXT}</div>", "<p>Birch</p>", sure=[TEXT]) == {}


def test_an_unsure_heading_of_running_text_stays():
    assert between("", "<h2>Ships</h2>", f"<div>{TEXT}</div>", ["Ships"]) == {"Ships": "prose"}
    assert between("", "<h2>Ships</h2>", "<div>Birch</div>", ["Ships"]) == {}
    assert between("", "<h2>Ships</h2>", f"<div>{TEXT}</div>", ["Ships"], [TEXT]) == {}
    assert between("", "<div>Ships</div>", f"<div>{TEXT}</div>", ["Ships"]) == {}


def test_what_was_given_back_is_content_for_what_is_below_it():
    second = TEXT.replace("Tuesday", "Monday")
    below = f"<div>{TEXT}</div><div>{second}</div><p>Birch</p>"
    assert between("<h2>Alder</h2>", "", below, [TEXT, second]) == {TEXT: "prose", second: "prose"}
    assert between("<p>Alder</p>", "", below, [TEXT, second]) == {}
    for n in range(8):  # wherever on the page they are
        html = lines(*[f"Word {i}" for i in range(n)]) + f"<h2>Alder</h2>{below}{ARTICLE}"
        assert guard(html, unsure=[TEXT, second]).back == {TEXT: "prose", second: "prose"}


def test_the_first_and_the_last_block_of_a_page_are_content():
    assert guard(f"<h2>Alder</h2><div>Ships</div><p>Birch</p>{ARTICLE}", unsure=["Ships"]).back == {"Ships": "prose"}
    assert guard(f"{ARTICLE}<div>Ships</div><p>Birch</p>", unsure=["Ships"]).back == {"Ships": "prose"}


def test_the_ends_of_a_page_are_no_content():
    assert guard(f"<div>Ships</div>{ARTICLE}", unsure=["Ships"]).back == {}
    assert guard(f"{ARTICLE}<div>Ships</div>", unsure=["Ships"]).back == {}


# emptied


def words(number, name="word"):
    return " ".join(f"{name}{n}" for n in range(number))


def test_a_page_of_which_fifty_words_are_left_is_not_emptied():
    noise = words(600, "noise")
    assert guard(f"<p>{noise}</p><h2>{words(50)}</h2>", sure=[noise]).back == {}
    assert guard(f"<p>{noise}</p><h2>{words(49)}</h2>", sure=[noise]).back == {noise: "emptied"}


def test_a_page_of_which_a_tenth_is_left_is_not_emptied():
    noise = words(90, "noise")
    assert guard(f"<p>{noise}</p><h2>{words(10)}</h2>", sure=[noise]).back == {}
    assert guard(f"<p>{noise}</p><h2>{words(9)}</h2>", sure=[noise]).back == {noise: "emptied"}


def test_numbers_and_signs_are_not_counted_where_there_are_words():
    noise, numbers = words(90, "noise"), " ".join(str(n) for n in range(40))
    for other in (numbers, "***", "~ ~ ~"):
        assert guard(f"<p>{noise}</p><h2>{words(10)}</h2><p>{other}</p>", sure=[noise]).back == {}
        assert guard(f"<p>{noise}</p><h2>{words(9)}</h2><p>{other}</p>", sure=[noise]).back == {noise: "emptied"}


def test_unsure_cuts_come_back_first():
    noise, doubted = words(200, "noise"), words(60, "doubt")
    html = f"<p>{noise}</p><div>{doubted}</div>"
    assert guard(html, sure=[noise], unsure=[doubted]).back == {doubted: "emptied"}


def test_all_cuts_come_back_where_the_unsure_ones_are_not_enough():
    noise, doubted = words(600, "noise"), words(40, "doubt")
    html = f"<p>{noise}</p><div>{doubted}</div>"
    assert guard(html, sure=[noise], unsure=[doubted]).back == {noise: "emptied", doubted: "emptied"}


def test_a_cut_that_several_rules_vote_for_is_unsure_where_a_page_would_be_emptied():
    noise, doubted = words(200, "noise"), words(60, "doubt")
    html = f"<p>{noise}</p><div>{doubted}</div>"
    for score, back in ((99, {doubted}), (100, {noise, doubted})):
        marks = {doubted: (by_rule(score), ("menu/item", "menu", 60))}
        assert set(guard(html, sure=[noise], marks=marks).back) == back
