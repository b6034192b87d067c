"""Which lines of a text belong to a form of its own: each form at its smallest, and its nearest neighbour that is none.

What becomes of such texts in the pipeline is in test_forms.py. Kinds are written as one letter a line: S for a
specification, C for code, H for a heading, a dot for text.
"""

from __future__ import annotations

import pytest

from cleaner.model import Kind
from cleaner.segment.forms import indent, mark_forms
from cleaner.segment.rest import with_syntax
from cleaner.segment.text import read_lines

LETTERS = {Kind.TEXT: ".", Kind.SPEC: "S", Kind.CODE: "C", Kind.HEADING: "H"}


def forms(*lines):
    text = "\n".join(lines)
    found = read_lines(text)
    kinds = [Kind.TEXT] * len(found)
    mark_forms(found.texts, found.starts, found.apart, found.words, found.signs, text, kinds)
    return "".join(LETTERS[kind] for kind in kinds)


def rest(*lines):
    text = "\n".join(lines)
    return "".join(LETTERS.get(kind, ".") for kind in with_syntax(read_lines(text), text).kinds)


RAIN = "Rain is expected in the north."


# indent


def test_the_indent_of_a_line_is_counted_in_columns():
    assert indent("ab\n   cd", 6) == 3
    assert indent("ab\n\tcd", 4) == 8
    assert indent("ab\n  \tcd", 6) == 8
    assert indent(" ab", 1) == 1
    assert indent("ab", 0) == 0


def test_no_more_than_a_hundred_characters_are_looked_at():
    assert indent(" " * 100 + "ab", 100) == 100
    assert indent(" " * 120 + "ab", 120) == 100


# word lists


def test_an_empty_text_has_no_form():
    assert forms("") == ""


def test_five_short_lines_are_a_word_list_and_four_are_not():
    assert forms(*["home"] * 5) == "SSSSS"
    assert forms(*["home"] * 4) == "...."


def test_lines_of_a_word_list_have_one_word_or_two():
    assert forms(*["home page"] * 5) == "SSSSS"
    assert forms(*["the home page"] * 5) == "....."


def test_one_line_in_twenty_of_a_word_list_may_be_longer():
    assert forms(*["home"] * 19, RAIN) == "S" * 20
    assert forms(*["home"] * 18, RAIN) == "." * 19


# help files


def test_a_help_file_has_its_name_in_its_first_line():
    assert forms("*dam.txt*  The dam and its gates", RAIN) == "CC"
    assert forms("*dam.txt*", RAIN) == "CC"
    assert forms(RAIN, "*dam.txt*  The dam and its gates") == ".."
    assert forms("*Note* that the dam is shut", RAIN) == ".."


def test_a_help_file_has_its_mode_in_one_of_its_last_five_lines():
    mode = "vim:tw=78:ft=help:norl:"
    assert forms(RAIN, mode) == "CC"
    assert forms(RAIN, mode, *[RAIN] * 4) == "CCCCCC"
    assert forms(RAIN, mode, *[RAIN] * 5) == "......."
    assert forms(RAIN, "vim:tw=78:ft=text:norl:") == ".."
    assert forms(RAIN, "Run it with --topic=help or without") == ".."


# stanzas

FIELDS = ("Files: all of them", "License: as you like", "Source: the old river")


def test_three_fields_at_the_margin_are_a_stanza():
    assert forms(RAIN, "", *FIELDS, "", RAIN) == ".SSS."
    assert forms(RAIN, "", *FIELDS[:2], "", RAIN) == "...."


def test_a_stanza_goes_on_in_indented_lines():
    assert forms(RAIN, "", FIELDS[0], " and of others", *FIELDS[1:], "", RAIN) == ".SSSS."
    assert forms(RAIN, "", FIELDS[0], "and of others", *FIELDS[1:], "", RAIN) == "......"


def test_other_lines_with_a_colon_are_no_fields():
    for lines in (
        ("all of them: two", "as you like: no", "the river: old"),
        ("Ann:Lee of Alder", "Ben:Fir", "Eve:Yew of Oldport"),
    ):
        assert forms(RAIN, "", *lines, "", RAIN) == "....."


def test_indented_fields_do_not_count():
    assert forms(RAIN, "", *FIELDS[:2], f" {FIELDS[2]}", "", RAIN) == "....."


def test_a_stanza_begins_with_a_field():
    assert forms(" and of others", *FIELDS) == "...."


def test_a_text_made_of_stanzas_may_have_single_fields():
    assert forms(FIELDS[0], "", FIELDS[1], "", FIELDS[2]) == "SSS"
    assert forms(FIELDS[0], "", FIELDS[1]) == ".."


def test_nine_lines_in_ten_make_a_text_of_stanzas():
    single = [line for n in range(9) for line in (f"Field{n}: as you like", "")]
    assert forms(*single, RAIN) == "S" * 9 + "."
    assert forms(*single[2:], RAIN) == "." * 9


def test_indented_paragraphs_below_a_stanza_belong_to_it():
    more = (" There is more of it", " than of the rest")
    assert forms(*FIELDS, "", *more) == "SSSSS"
    assert forms(*more, "", *FIELDS) == "..SSS"
    assert forms(*FIELDS, "", RAIN, "", *more) == "SSS..."


def test_indented_paragraphs_below_other_text_do_not():
    many = [f"Field{n}: as you like" for n in range(20)]
    assert forms(*many, "", RAIN, "", " There is more of it") == "S" * 20 + ".."


# labels

LABELLED = ("the authors:", "    Ann Lee of Oldport", "the source:", "    a dam in the river")


def test_two_labels_with_what_they_name_below_are_a_form():
    assert forms(*LABELLED) == "SSSS"
    assert forms(*LABELLED[:2]) == ".."


def test_what_a_label_names_may_be_of_several_lines():
    assert forms(*LABELLED[:2], "    and Ben Fir of Alder", *LABELLED[2:], "    and two in the sea") == "SSSSSS"


NO_LABELS = {
    "no colon": ("the authors", *LABELLED[1:]),
    "it is indented": (f" {LABELLED[0]}", *LABELLED[1:]),
    "what is below is not": (LABELLED[0], "Ann Lee of Oldport", *LABELLED[2:]),
    "what is below is a list": (LABELLED[0], "    * Ann Lee of Oldport", *LABELLED[2:]),
    "what is below the last is a list": (RAIN, *LABELLED[:3], "    * a dam in the river"),
    "nothing is below": (*LABELLED[:2], LABELLED[2]),
}


@pytest.mark.parametrize("lines", NO_LABELS.values(), ids=NO_LABELS)
def test_other_lines_are_no_labels(lines):
    assert forms(*lines) == "." * len(lines)


def test_a_label_has_sixty_characters_or_fewer():
    long = "the " + "x" * 55 + ":"
    assert len(long) == 60
    assert forms(long, *LABELLED[1:]) == "SSSS"
    assert forms(f"x{long}", *LABELLED[1:]) == "...."


def test_half_of_a_text_of_labels_is_below_labels():
    assert forms(*LABELLED, *[RAIN] * 4) == "SSSS...."
    assert forms(*LABELLED, *[RAIN] * 5) == "........."
    assert forms(*[RAIN] * 4, *LABELLED) == "....SSSS"


# manual pages

MANUAL = ("NAME", "   dam opens the dam", "NOTES", "   the water stays here")


def test_two_headings_in_capitals_over_indented_text_are_a_manual_page():
    assert forms(*MANUAL) == "CCCC"
    assert forms(*MANUAL[:2]) == ".."


def test_the_text_of_a_manual_page_is_indented_by_three_columns():
    assert forms(*MANUAL[:3], "  the water stays here") == "...."
    assert forms(*MANUAL[:3], "    the water stays here") == "CCCC"


def test_the_headings_of_a_manual_page_are_at_the_margin():
    assert forms(f"  {MANUAL[0]}", *MANUAL[1:]) == "...."


def test_what_is_above_and_below_a_manual_page_is_not_part_of_it():
    assert forms(RAIN, *MANUAL, RAIN) == ".CCCC."
    assert forms(RAIN, *MANUAL, RAIN, RAIN) == ".CCCC.."


def test_the_last_heading_of_a_manual_page_has_text_below():
    assert forms(*MANUAL, "SEE ALSO") == "CCCC."


def test_one_line_in_ten_of_a_manual_page_may_be_at_the_margin():
    body = ["   the water stays here"]
    assert forms("NAME", *body * 4, RAIN, "NOTES", *body * 3) == "C" * 10
    assert forms("NAME", *body * 4, RAIN, "NOTES", *body * 2) == "." * 9


NO_CAPITALS = {
    "small letters": "Name",
    "a number first": "1 NAME",
    "a full stop": "NAME.",
    "a colon": "NAME:",
    "a comma": "NAME,",
    "more than forty characters": "N" * 41,
}


@pytest.mark.parametrize("heading", NO_CAPITALS.values(), ids=NO_CAPITALS)
def test_other_lines_are_no_headings_of_a_manual_page(heading):
    assert forms(heading, *MANUAL[1:]) == "...."


def test_one_heading_in_capitals_makes_no_manual_page():
    body = ["   the water stays here"]
    assert forms("Name", *body * 7, "NOTES", *body) == "." * 10


@pytest.mark.parametrize("heading", ["N" * 40, "A B", "SEE ALSO", "NAME 1"])
def test_headings_of_a_manual_page_are_short_lines_in_capitals(heading):
    assert forms(heading, *MANUAL[1:]) == "CCCC"


# Single lines of reStructuredText


@pytest.mark.parametrize(
    "line", ["+----+----+", "| Ann | Lee |", ":Author: Ann Lee", ":ref:`search`", "|logo|_ |sign|"]
)
def test_rows_of_grids_fields_and_roles_are_code(line):
    assert rest(RAIN, line, RAIN) == ".C."


@pytest.mark.parametrize("line", ["| Ann Lee", "see :ref:`search`", "Author: Ann Lee", "the |logo|"])
def test_other_lines_with_such_signs_are_text(line):
    assert rest(RAIN, line, RAIN) == "..."


# Titles of reStructuredText


def test_a_title_is_above_a_line_of_three_signs():
    assert rest("Sponsor", "---", RAIN) == "HC."
    assert rest("Sponsor", "--", RAIN) == "..."


def test_a_title_of_two_letters_needs_two_signs():
    assert rest("Ad", "--", RAIN) == "HC."
    assert rest("Top", "--", RAIN) == "..."


def test_a_title_may_have_a_line_above_it_too():
    assert rest("===", "Top", "===", RAIN) == "CHC."
    assert rest("===", "Top", "===") == "CHC"
    assert rest("===", "Top", "---", RAIN) == ".HC."


def test_a_line_of_four_signs_stands_for_itself():
    assert rest(RAIN, "", "----", "", RAIN) == ".C."
    assert rest(RAIN, "", "---", "", RAIN) == "..."
    assert rest(RAIN, "", "---", "", RAIN, "", RAIN) == "...."


def test_a_line_of_signs_is_no_title():
    assert rest("====", "----") == "CC"


def test_a_title_begins_with_a_sign_that_can_be_seen():
    assert rest("\x01Top", "---") == ".."
    assert rest("T\x01op", "---") == "HC"


# Blocks of reStructuredText


def test_all_that_is_indented_below_a_directive_is_code():
    assert rest(".. toctree::", "   contact", "", "   search", "     log in", "", "Rain") == "CCCC."
    assert rest("  .. toctree::", "     contact", "", "  Rain") == "CC."


def test_so_it_is_below_comments():
    assert rest(".. Share this article", "   and this one", "", RAIN) == "CC."


@pytest.mark.parametrize("name", ["note", "py:function"])
def test_directives_with_running_text_are_code_and_their_text_is_not(name):
    assert rest(f".. {name}:: dam", "   Rain is expected", "", RAIN) == "C.."


def test_literal_blocks_begin_below_a_blank_line():
    assert rest("Type this::", "", "  log in") == ".C"
    assert rest("Type this::", "", "  log in", "  log out", "", RAIN) == ".CC."
    assert rest(RAIN, RAIN, "Type this::", "", "  log in") == "...C"
    assert rest("Type this::", "  log in") == ".."
    assert rest("Type this:", "", "  log in") == ".."
    assert rest(RAIN, "Type this::") == ".."


def test_a_literal_block_ends_at_the_margin_of_what_announced_it():
    assert rest("  Type this::", "", "    log in", "", "  log out") == ".C."


# Simple tables of reStructuredText

RULE = "====  ===="


def test_a_simple_table_ends_with_its_third_rule_or_with_its_second():
    assert rest(RULE, "Ann Lee", RULE, "Ben Fir", RULE, RAIN) == "CCCCC."
    assert rest(RULE, "Ann Lee", RULE, RAIN) == "CCC."
    assert rest(RULE, RAIN) == ".."
    assert rest("=  ===", "1  Ann", "=  ===", RAIN) == "CCC."


def test_each_simple_table_is_one_by_itself():
    table = (RULE, "Ann Lee", RULE, "Ben Fir", RULE)
    assert rest(*table, RAIN, *table, RAIN) == "CCCCC.CCCCC."


def test_the_rules_of_a_simple_table_are_the_same():
    assert rest(RULE, "Ann Lee", "==  ==", RAIN) == "...."
    assert rest("==  ==", "Ann Lee", RULE, "Ben Fir", RULE, RAIN) == "..CCC."


def test_rules_of_other_signs_make_no_simple_table():
    assert rest("----  ----", "Ann Lee", "----  ----", RAIN) == "...."
    assert rest("= Ann Lee =", "Ben Fir", "= Ann Lee =", RAIN) == "...."
