"""The promise about short lines that are content at the edges of a text.

A document is given as its lines. ``known`` is noise by its words, ``doubted`` a line that only the learned scorer
speaks against, ``near`` one that only its surroundings do, and ``listed`` one below a marker of related pages. The
promise is asked alone, so no other promise and no rule of the packs matters here.
"""

from __future__ import annotations

from typing import NamedTuple

import planted_content as planted
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.guard.case import Case
from cleaner.guard.edges import short_lines
from cleaner.guard.known import Known
from cleaner.model import CONTEXT, LEARNED, REGION, Cut, Mark
from cleaner.packs.load import load_builtin
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Rule, Section
from cleaner.resolve import CUTS_ALONE
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages import shipped_rules

MENU = Rule("menu/word", "menu", "summary", "why", CUTS_ALONE)
PACKS = Packs(
    rules=(MENU,),
    stage_rules=shipped_rules(),
    categories=load_builtin().categories,
    sections=(Section("related/list", "related", "s", "w", (), (), 1, 0, 0, "list", CUTS_ALONE, "any", False, ""),),
)
KNOWN = Known(PACKS)


class Proposed(NamedTuple):
    """A line that is to be cut, with its marks: rule, category, and a score if it is not one that cuts alone."""

    text: str
    marks: tuple[tuple[str, str] | tuple[str, str, int], ...]


def known(text, *more):
    return Proposed(text, (("menu/word", "menu"), *more))


def doubted(text, *more):
    return Proposed(text, (("scorer/block", LEARNED), *more))


def near(text):
    return Proposed(text, (("context/near", CONTEXT),))


def outside(text):
    return Proposed(text, (("region/tail", REGION),))


def voted(text, score):
    """A line that the scorer speaks against, with a vote of a rule that finds its words."""
    return Proposed(text, (("scorer/block", LEARNED), ("menu/word", "menu", score)))


def listed(text):
    return Proposed(text, (("related/list", "related"),))


def spared(*lines, threshold=CUTS_ALONE, document=None):
    """The lines that the promise gives back, in order."""
    shown = [line.text if isinstance(line, Proposed) else line for line in lines]
    document, _ = Matcher(PACKS).match(document or segment_text("\n".join(shown)))
    blocks, cuts, i = document.blocks, [], 0
    for line, text in zip(lines, shown, strict=True):
        if not text.strip():
            continue
        assert blocks.texts[i] == text
        if isinstance(line, Proposed):
            span = blocks.span(i)
            given = [(*mark, CUTS_ALONE)[:3] for mark in line.marks]
            cuts.append(Cut(span, tuple(Mark(span, id, category, "made", score) for id, category, score in given)))
        i += 1
    found = short_lines(Case(document, cuts, KNOWN, threshold))
    return [blocks.texts[i] for i in sorted(found)]


def doubt(lines):
    return [doubted(line) for line in lines]


ENGLISH = planted.languages()["en"]
PROSE = tuple(ENGLISH["prose"])
ABOVE = (known("Home"), known("News"), "", *PROSE[:4])
"""Furniture and four paragraphs."""
END = (known("Privacy policy"), known("Imprint"))
HEADLINES = (
    "Minister visits the valley", "Seven bridges before winter", "Ferry strike goes on", "Mills for sale",
    "A bakery by the sea", "Storm over Oldport", "Ten walks in the hills", "School fair opens", "Boats for the brave",
    "Lamps of the harbour", "Old maps found", "The last lighthouse", "Beekeepers meet again", "A barn on the move",
)  # fmt: skip
"""Fourteen lines without a sign at their ends: more than one unit."""
TIDE = ("The tide goes out,", "the tide comes in;", "what it has left", "is grey and thin.")


# laws

SHORT = ("dialogue", "poem", "list", "faq", "headed")


@st.composite
def units(draw):
    """Prose of a language, and a piece of short lines in it."""
    words = planted.languages()[draw(st.sampled_from(sorted(planted.languages())))]
    kind = draw(st.sampled_from(SHORT))
    lines = planted.unit(kind, words, draw(st.randoms(use_true_random=False)))
    prose = draw(st.permutations(words["prose"]))
    return tuple(prose[:5]), tuple(line for line in lines if line), draw(st.booleans())


def article(prose, unit, place, *, is_apart):
    """Paragraphs with blank lines between them, and a unit at one end."""
    paragraphs = [line for text in prose for line in (text, "")][:-1]
    gap = [""] if is_apart else []
    return [*unit, *gap, *paragraphs] if place == "start" else [*paragraphs, *gap, *unit]


@pytest.mark.parametrize("place", ["start", "end"])
@given(units())
def test_a_unit_next_to_the_text_stays_whole_in_every_language(place, drawn):
    prose, unit, is_apart = drawn
    lines = [*doubt(["xx"]), known("Home"), *article(prose, doubt(unit), place, is_apart=is_apart), known("Imprint")]
    assert spared(*lines) == list(unit)


@pytest.mark.parametrize("place", ["start", "end"])
@given(units())
def test_a_unit_on_which_rules_agree_stays_cut_in_every_language(place, drawn):
    prose, unit, is_apart = drawn
    marked = [known(line, ("scorer/block", LEARNED)) for line in unit]
    assert spared(known("Home"), *article(prose, marked, place, is_apart=is_apart), known("Imprint")) == []


@given(
    st.lists(st.sampled_from(["known", "doubted", "near", "outside", "listed", "stays", ""]), min_size=1, max_size=30),
    st.integers(0, 30),
    st.data(),
)
def test_neither_running_text_nor_what_rules_know_is_given_back(kinds, at, data):
    """Only lines without a word that rules know, and lines below a marker, come back."""
    made = {"known": known, "doubted": doubted, "near": near, "outside": outside, "listed": listed, "stays": str}
    lines, may = [], []
    for number, kind in enumerate(kinds):
        text = data.draw(st.sampled_from([*HEADLINES, *TIDE, "He left. She stayed.", "- Apples"])) + f" {number}"
        lines.append(made[kind](text) if kind else "")
        may += [text] if kind not in ("known", "stays", "") else []
    lines[at:at] = [*PROSE[:2], doubted(PROSE[2]), *PROSE[3:]]
    assert set(spared(*lines)) <= set(may)


@given(st.integers(1, 12), st.booleans(), st.booleans())
def test_lines_without_signs_next_to_the_text_stay_or_go_as_one(count, is_below, is_near):
    """Whatever one line in a short run is doubted for, all of them come back; alone among noise none does."""
    run = [near(line) if is_near else doubted(line) for line in HEADLINES[:count]]
    beside = [known("Home"), *run, *PROSE[:4]] if is_below else [*PROSE[:4], *run, known("Home")]
    assert spared(*beside) == list(HEADLINES[:count])
    assert spared(*PROSE[:4], known("Home"), *run, known("News")) == []


# what is judged


def test_only_the_careful_profile_makes_the_promise():
    assert spared(*ABOVE, *doubt(TIDE), *END) == list(TIDE)
    assert spared(*ABOVE, *doubt(TIDE), *END, threshold=CUTS_ALONE - 1) == []


def test_it_is_about_plain_texts_only():
    lines = [*PROSE[:4], *TIDE]
    page = segment_page(read_page("".join(f"<p>{line}</p>" for line in lines)))
    proposed = [*PROSE[:4], *doubt(TIDE)]
    assert spared(*proposed, document=page) == []
    assert spared(*proposed) == list(TIDE)


@pytest.mark.parametrize("made", [doubted, near, outside], ids=["scorer", "surroundings", "outside"])
def test_neither_the_scorer_nor_the_place_of_a_line_is_enough(made):
    assert spared(*ABOVE, *map(made, HEADLINES[:3]), *END) == list(HEADLINES[:3])


def test_a_word_that_a_rule_knows_is_enough():
    assert spared(*ABOVE, doubted("Mills for sale", ("menu/word", "menu")), *END) == []


def test_a_vote_for_a_line_is_no_evidence_against_it():
    for score, back in ((-20, ["Mills for sale"]), (0, ["Mills for sale"]), (1, [])):
        assert spared(*ABOVE, voted("Mills for sale", score), *END) == back


def test_the_mark_of_a_users_own_stage_is_enough():
    assert spared(*ABOVE, doubted("Mills for sale", ("mine/desk", "mine")), *END) == []


def test_running_text_is_no_matter_of_this_promise():
    assert spared(*ABOVE, doubted(PROSE[5]), *END) == []
    assert spared(*ABOVE, doubted(f"{PROSE[5]} {PROSE[6]}"), *END) == []


# beside the text


def test_twelve_lines_are_one_unit_and_thirteen_are_not():
    assert spared(*ABOVE, *doubt(HEADLINES[:12]), *END) == list(HEADLINES[:12])
    assert spared(*ABOVE, *doubt(HEADLINES[:13]), *END) == []
    assert spared(known("Home"), *doubt(HEADLINES[:12]), *PROSE[:4]) == list(HEADLINES[:12])
    assert spared(known("Home"), *doubt(HEADLINES[:13]), *PROSE[:4]) == []


def test_lines_that_stay_count_in_the_run():
    assert spared(*ABOVE, *HEADLINES[:11], doubted(HEADLINES[11]), *END) == [HEADLINES[11]]
    assert spared(*ABOVE, *HEADLINES[:12], doubted(HEADLINES[12]), *END) == []


def test_known_noise_between_the_text_and_the_lines_parts_them():
    assert spared(*ABOVE, known("Share"), *doubt(HEADLINES[:3]), *END) == []
    assert spared(known("Home"), *doubt(HEADLINES[:3]), known("Share"), *PROSE[:4]) == []


def test_the_text_next_to_a_run_stays_itself():
    assert spared(*ABOVE, known("Share"), doubted(PROSE[5]), *doubt(HEADLINES[:3]), *END) == []
    assert spared(*ABOVE, known("Share"), PROSE[5], *doubt(HEADLINES[:3]), *END) == list(HEADLINES[:3])


def test_a_paragraph_below_a_tenth_of_the_text_is_a_teaser():
    """A biography or a teaser between lines of noise makes no content of the lines next to it."""
    teaser = "The best of the week is in our old shop today."  # eleven words
    eighty, more = PROSE[:4], [*PROSE, *PROSE]
    assert spared(*eighty, known("Share"), teaser, *doubt(HEADLINES[:3]), *END) == list(HEADLINES[:3])
    assert spared(*more, known("Share"), teaser, *doubt(HEADLINES[:3]), *END) == []
    assert spared(*more, known("Share"), *doubt(HEADLINES[:3]), teaser, *END) == []


def test_running_text_that_is_cut_is_no_known_noise():
    """What is below it may be next to the rest of the text, as far as there is no line of known noise."""
    teaser, more = "The best of the week is in our old shop today.", [*PROSE, *PROSE]
    lines = [*doubt(HEADLINES[:3]), teaser, *END]
    assert spared(*more, doubted(PROSE[5]), *lines) == list(HEADLINES[:3])
    assert spared(*more, known("Share"), *lines) == []


def test_a_text_between_two_runs_keeps_both():
    lines = [known("Home"), *doubt(HEADLINES[:2]), *PROSE[:4], *doubt(HEADLINES[2:5]), *END]
    assert spared(*lines) == list(HEADLINES[:5])


def test_a_text_without_running_text_has_no_edges():
    assert spared(known("Home"), *doubt(HEADLINES[:3]), *END) == []


# content by its own form


def apart(*lines):
    """What comes back of lines that known noise separates from the text."""
    return spared(*ABOVE, known("Share"), *lines, *END)


def test_a_stanza_apart_from_the_text_stays_by_the_ends_of_its_lines():
    assert apart(*doubt(TIDE)) == list(TIDE)


def test_half_of_the_lines_of_verse_end_with_a_sign():
    assert apart(*doubt(["The tide goes out,", "the tide comes in"])) == ["The tide goes out,", "the tide comes in"]
    assert apart(*doubt(["The tide goes out,", "the tide comes in", "and stays"])) == []


SENTENCES = {
    "a full stop": ("He left at noon.", "Nobody saw him"),
    "a question": ("Where is the key?", "Under the stone"),
    "Chinese": ("他中午走了。", "没有人看见他"),
    "Arabic": ("أين المفتاح؟", "تحت الحجر هنا"),
    "Hindi": ("वह दोपहर को गया।", "किसी ने नहीं देखा"),
    "Urdu": ("وہ دوپہر کو گیا۔", "کسی نے نہیں دیکھا"),
    "a closing quotation mark": ("“Under the stone.”", "He shrugged again"),
    "speech between quotation marks": ("“Under the stone”", "He shrugged again"),
    "speech after a dash": ("— Under the stone", "He shrugged again"),
    "a quotation": ("> under the stone", "He shrugged again"),
}


@pytest.mark.parametrize("lines", SENTENCES.values(), ids=SENTENCES)
def test_half_of_the_lines_are_sentences_speech_or_quotations(lines):
    assert apart(*doubt(lines)) == list(lines)
    assert apart(*doubt([*lines, "Mills for sale"])) == []


def test_dots_are_no_end_of_a_sentence_but_may_be_one_of_a_line():
    lines = ["Read the whole story …", "Mills for sale", "Old maps found…"]
    assert apart(*doubt(lines)) == lines  # two of three lines end with a sign
    assert spared(*ABOVE, *doubt(HEADLINES[:12]), doubted(lines[0]), *END) == []
    assert spared(*ABOVE, *doubt(HEADLINES[:12]), doubted("He left."), *END) == ["He left."]


def test_one_line_is_no_unit():
    assert apart(doubted("The tide goes out,")) == []
    assert apart(doubted("He left at noon.")) == []


def test_thirteen_lines_of_verse_are_no_unit_either():
    verse = [f"{line}," for line in HEADLINES]
    assert apart(*doubt(verse[:12])) == verse[:12]
    assert apart(*doubt(verse[:13])) == []


def test_words_alone_on_a_line_speak_for_nothing():
    assert apart(*doubt(["Home.", "News.", "Mills for sale"])) == []


def test_two_sentences_on_a_line_stay_anywhere():
    for line in ("He left. She stayed.", "他走了。她留下了。", "“Gone?” he asked."):
        assert apart(doubted(line)) == [line]
        assert apart(*doubt(HEADLINES[:13]), doubted(line)) == [line]


def test_a_sentence_in_a_long_run_next_to_the_text_stays_alone():
    lines = [*HEADLINES[:12], "He left at noon."]
    assert spared(*ABOVE, *doubt(lines), *END) == ["He left at noon."]
    assert spared(known("Home"), *doubt(lines), *PROSE[:4]) == ["He left at noon."]
    assert apart(*doubt(lines)) == []


# items


def test_items_stay_where_no_item_is_known():
    items = ["- Apples", "- Cheese and butter"]
    assert apart(*doubt(items)) == items
    assert apart(doubted(items[0]), doubted("Cheese and butter")) == []


def test_items_go_where_the_menus_of_the_page_are_lists():
    items = doubt(["- Apples and pears", "- Cheese and butter"])
    assert spared(*ABOVE, known("Share"), *items, known("- Privacy policy")) == []


# parts between blank lines


def test_a_stanza_in_a_long_run_is_judged_on_its_own():
    assert apart(*doubt(HEADLINES[:12]), "", *doubt(TIDE)) == list(TIDE)
    assert apart(*doubt(TIDE), "", *doubt(HEADLINES[:12])) == list(TIDE)


def test_a_part_next_to_the_text_stays_and_the_other_goes():
    assert spared(*ABOVE, *doubt(HEADLINES[:2]), "", *doubt(HEADLINES[2:14]), *END) == list(HEADLINES[:2])
    lines = [known("Home"), *doubt(HEADLINES[2:14]), "", *doubt(HEADLINES[:2]), *PROSE[:4]]
    assert spared(*lines) == list(HEADLINES[:2])


def test_one_line_is_no_part():
    assert spared(*ABOVE, doubted(HEADLINES[0]), "", *doubt(HEADLINES[1:14]), *END) == []


def test_where_items_begin_a_part_ends():
    items = ["- Apples", "- Cheese and butter"]
    assert apart(*doubt(HEADLINES[:12]), *doubt(items)) == items
    assert apart(*doubt(items), *doubt(HEADLINES[:12])) == items


# lists below a marker


def test_what_is_below_a_marker_comes_back_by_its_own_form_only():
    assert apart(*map(listed, TIDE)) == list(TIDE)
    assert apart(*map(listed, HEADLINES[:12]), "", *map(listed, TIDE)) == list(TIDE)
    assert apart(*map(listed, HEADLINES[:3])) == []
    assert spared(*ABOVE, *map(listed, HEADLINES[:3]), *END) == []
    assert spared(*ABOVE, *map(listed, TIDE), *END) == list(TIDE)


def test_lines_below_a_marker_are_known_noise_to_the_lines_around_them():
    assert spared(*ABOVE, *map(listed, HEADLINES[:2]), *doubt(HEADLINES[2:4]), *END) == []


def test_running_text_below_a_marker_is_left_to_other_promises():
    assert spared(*ABOVE, listed(PROSE[5]), *map(listed, TIDE), *END) == list(TIDE)
