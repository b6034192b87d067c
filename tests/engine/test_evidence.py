"""How far the evidence for a cut reaches in a wrapped paragraph: where it is split, and its nearest neighbour where not.

Each paragraph is given as its lines. ``split`` says below which of them, counted from 0, the paragraph would be split.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from cleaner.evidence import Evidence
from cleaner.model import Cut, Hit, Mark, Span
from cleaner.packs.rule import Packs, Rule, Section, Where
from cleaner.segment.text import read_lines, segment_text


def rule(id):
    return Rule(id, id.split("/")[0], "summary", "why", 100, where=Where())


RULES = ("consent/notice", "menu/word", "login/open", "login/open/short", "login/opener", "share/button")
PACKS = Packs(
    rules=tuple(rule(id) for id in RULES),
    sections=(
        Section(
            "login/dialogue", "login", "s", "w", ("login/open",), ("share",), 1, 0, 0, "members", 100, "any", False, ""
        ),
    ),
)

BEFORE = (
    "The ferry left the harbour of Oldport at dawn, and nobody",
    "of the crew could say whether the bridge was still closed.",
)
NOTICE = (
    "We use cookies to remember what you have seen on our pages",
    "and to show you things that you may want to look at again.",
)
AFTER = (
    "Farmers brought apples and cheese in small carts over land",
    "until the evening came and the snow melted on every field.",
)
OPEN = (*NOTICE[:1], "and to show you things that you may want to look at in the")  # no sentence ends in it
FOUND = {"consent/notice": ("we use cookies",)}


def read(*lines, hits=None):
    """A document, its lines, and what the rules found in its first block."""
    text = "\n".join(lines)
    document = segment_text(text)
    found = tuple(
        Hit(RULES.index(id), word) for id, words in (FOUND if hits is None else hits).items() for word in words
    )
    blocks = document.blocks
    return replace(document, blocks=replace(blocks, hits=(found,) * len(blocks))), read_lines(text)


def proposed(span, *marks):
    given = [mark if isinstance(mark, tuple) else (mark, 100) for mark in marks or ("consent/notice",)]
    return Cut(span, tuple(Mark(span, id, id.split("/")[0], "made", score) for id, score in given))


def split(*lines, marks=(), hits=None):
    document, found = read(*lines, hits=hits)
    assert len(document.blocks) == 1 < len(found)  # one wrapped paragraph
    borders = Evidence(PACKS).borders(document, found, [proposed(document.blocks.span(0), *marks)])
    assert borders <= set(found.starts)
    return [found.starts.index(border) - 1 for border in sorted(borders)]


# Where a paragraph is split


def test_a_notice_is_split_from_the_prose_around_it():
    assert split(*BEFORE, *NOTICE, *AFTER) == [1, 3]
    assert split(*NOTICE, *AFTER, *BEFORE) == [1]
    assert split(*BEFORE, *AFTER, *NOTICE) == [3]


def test_prose_and_notices_are_not_split_in_themselves():
    assert split(*NOTICE, *AFTER, hits={"consent/notice": ("cookies", "small carts")}) == []
    assert split(*BEFORE, *AFTER) == []


def test_evidence_in_any_line_of_a_part_is_evidence_of_it():
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("look at again",)}) == [1, 3]
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("pages",)}) == [1, 3]


def test_evidence_is_found_wherever_its_words_come_back():
    """The notice has no "the", the prose above and below has."""
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("the",)}) == [1, 3]


def test_evidence_that_runs_over_the_end_of_a_line_holds_its_lines_together():
    over = ("still closed. we use",)
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": over}) == [3]
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("look at again. farmers",)}) == [1]
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("our pages and to show",)}) == [1, 3]


def test_evidence_at_the_ends_of_lines_is_of_that_line_only():
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("look at again.",)}) == [1, 3]
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("still closed.",)}) == [1]
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("still closed. ",)}) == [1]
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("farmers",)}) == [3]


def test_two_hundred_wordings_are_looked_for():
    for number, expected in ((199, [1, 3]), (200, [])):
        words = (*(f"word {n}" for n in range(number)), "we use cookies")
        assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": words}) == expected


# Whose evidence counts


def test_only_what_the_rules_of_the_cut_found_is_evidence():
    hits = {**FOUND, "menu/word": ("small carts",)}
    assert split(*BEFORE, *NOTICE, *AFTER, hits=hits) == [1, 3]
    assert split(*BEFORE, *NOTICE, *AFTER, hits=hits, marks=("menu/word",)) == [3]
    assert split(*BEFORE, *NOTICE, *AFTER, hits=hits, marks=("consent/notice", "menu/word")) == [1]


def test_what_a_rule_found_without_words_is_no_evidence():
    assert split(*BEFORE, *NOTICE, *AFTER, hits={"consent/notice": ("", "we use cookies")}) == [1, 3]
    assert split(*BEFORE, *NOTICE, *AFTER, hits={}) == []


def test_a_users_stage_speaks_of_the_paragraph_as_a_whole():
    assert split(*BEFORE, *NOTICE, *AFTER, marks=("consent/notice", "mine/stage")) == []
    assert split(*BEFORE, *NOTICE, *AFTER, marks=("consent/notice", ("mine/stage", 1))) == []
    for score in (0, -10):
        assert split(*BEFORE, *NOTICE, *AFTER, marks=("consent/notice", ("mine/stage", score))) == [1, 3]


@pytest.mark.parametrize("id", ["context/near", "scorer/block"])
def test_surroundings_and_scorer_say_nothing_of_it(id):
    assert split(*BEFORE, *NOTICE, *AFTER, marks=("consent/notice", id)) == [1, 3]
    assert split(*BEFORE, *NOTICE, *AFTER, marks=(id,)) == []


@pytest.mark.parametrize("id", ["login/open", "login/open/short", "share/button"])
def test_a_unit_has_the_evidence_of_the_rules_that_open_it_and_of_its_members(id):
    assert split(*BEFORE, *NOTICE, *AFTER, hits={id: ("cookies",)}, marks=("login/dialogue",)) == [1, 3]


def test_a_unit_has_no_other_evidence():
    for id in ("login/opener", "menu/word"):
        assert split(*BEFORE, *NOTICE, *AFTER, hits={id: ("cookies",)}, marks=("login/dialogue",)) == []


# The rest of a sentence


def test_a_few_words_below_a_line_without_an_end_are_the_rest_of_its_sentence():
    assert split(*BEFORE, *OPEN, "Oldport Gazette.") == [1]
    nine = "Oldport Gazette that all of us read every day."
    assert len(nine.split()) == 9
    assert split(*BEFORE, *OPEN, nine) == [1]
    assert split(*BEFORE, *OPEN, nine.replace("every", "on every")) == [1, 3]


def test_a_few_words_below_the_end_of_a_sentence_are_another_one():
    assert split(*BEFORE, *NOTICE, "Oldport Gazette.") == [1, 3]


def test_the_rest_of_a_sentence_may_be_of_several_lines():
    lines = ("Oldport Interdepartmental Correspondence Administrations", "that all of us read.")
    assert split(*BEFORE, *OPEN, *lines) == [1]
    assert split(*BEFORE, *OPEN, lines[0], "that all of us like to read.") == [1, 3]


def test_the_rest_of_a_sentence_ends_with_it():
    rest = "Oldport Interdepartmental Correspondence Administration."
    assert split(*BEFORE, *OPEN, rest, *AFTER) == [1, 4]


# Which cuts are split


def test_a_text_without_wrapped_paragraphs_is_not_split():
    document, lines = read("Home", "News", "Sport")
    cuts = [proposed(document.blocks.span(i)) for i in range(3)]
    assert Evidence(PACKS).borders(document, lines, cuts) == frozenset()


def test_each_cut_paragraph_is_split():
    document, lines = read(*BEFORE, *NOTICE, "", *NOTICE, *AFTER, "", "News", "", *BEFORE, *NOTICE)
    blocks = document.blocks
    assert len(blocks) == 4
    evidence = Evidence(PACKS)
    borders = [evidence.borders(document, lines, [proposed(blocks.span(i))]) for i in range(4)]
    assert [[lines.starts.index(start) for start in sorted(found)] for found in borders] == [[2], [6], [], [11]]
    cuts = [proposed(blocks.span(i)) for i in range(4)]
    assert evidence.borders(document, lines, cuts) == frozenset().union(*borders)
    assert evidence.borders(document, lines, []) == frozenset()


def test_a_cut_of_a_part_of_a_paragraph_is_not_split():
    paragraph = (*BEFORE, *NOTICE, *AFTER)
    for lines in ((*paragraph, "", *paragraph), paragraph):
        document, found = read(*lines)
        part = Span(found.starts[1], document.blocks.ends[0])
        assert Evidence(PACKS).borders(document, found, [proposed(part)]) == frozenset()
