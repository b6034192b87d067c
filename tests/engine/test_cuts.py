"""One result for several passes: cuts and withdrawals in the places of the source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cleaner.cuts import compose, listed_once, united
from cleaner.model import Cut, Document, Mark, Result, Span, Withdrawal
from cleaner.segment.text import read_lines

TEXT = "Menu\nAlder\nBirch\nCedar\nFoot\n"


def cut(start, end, rule="made/one"):
    span = Span(start, end)
    return Cut(span, (Mark(span, rule, rule.split("/")[0], "made"),))


def back(start, end, promise="lone"):
    return Withdrawal(cut(start, end), promise)


def told(*withdrawals):
    return [(*one.cut.span, one.promise) for one in withdrawals]


def result(text, cuts=(), withdrawn=(), **more):
    return Result(Document("a", text), tuple(cuts), tuple(withdrawn), **more)


# compose


def test_cuts_of_the_second_pass_are_told_in_the_places_of_the_source():
    first = result(TEXT, [cut(0, 5)])
    again = result("Alder\nBirch\nCedar\nFoot\n", [cut(6, 12), cut(18, 23)])
    both = compose(first, again)
    assert [one.span for one in both.cuts] == [(0, 5), (11, 17), (23, 28)]
    assert both.text == "Alder\nCedar\n"


def test_a_cut_over_a_gap_of_the_first_pass_is_a_cut_on_either_side():
    both = compose(result(TEXT, [cut(11, 17)]), result("Menu\nAlder\nCedar\nFoot\n", [cut(5, 17)]))
    assert [one.span for one in both.cuts] == [(5, 11), (11, 17), (17, 23)]
    assert both.text == "Menu\nFoot\n"


def test_a_cut_that_ends_at_a_gap_of_the_first_pass_goes_no_further():
    both = compose(result(TEXT, [cut(11, 17)]), result("Menu\nAlder\nCedar\nFoot\n", [cut(5, 11)]))
    assert [one.span for one in both.cuts] == [(5, 11), (11, 17)]


def test_a_cut_over_a_later_gap_ends_with_its_slice():
    both = compose(result(TEXT, [cut(0, 5), cut(11, 17)]), result("Alder\nCedar\nFoot\n", [cut(0, 12)]))
    assert [one.span for one in both.cuts] == [(0, 5), (5, 11), (11, 17), (17, 23)]


def test_withdrawals_of_both_passes_are_told_in_order():
    first = result(TEXT, [cut(5, 11)], [back(17, 22, "list")])
    again = result("Menu\nBirch\nCedar\nFoot\n", (), [back(0, 4, "lone"), back(17, 21, "share")])
    assert told(*compose(first, again).withdrawn) == [(0, 4, "lone"), (17, 22, "list"), (23, 27, "share")]


def test_what_a_later_pass_cuts_after_all_is_no_withdrawal():
    first = result(TEXT, [cut(0, 5)], [back(5, 10), back(23, 27)])
    assert told(*compose(first, result("Alder\nBirch\nCedar\nFoot\n", [cut(0, 6)])).withdrawn) == [(23, 27, "lone")]


def test_what_is_given_back_twice_has_the_last_promise():
    first = result(TEXT, [cut(0, 5)], [back(5, 10, "lone")])
    again = result("Alder\nBirch\nCedar\nFoot\n", (), [back(0, 5, "prose")])
    assert told(*compose(first, again).withdrawn) == [(5, 10, "prose")]


def test_a_withdrawal_keeps_the_marks_that_proposed_it():
    again = result("Alder\nBirch\nCedar\nFoot\n", (), [Withdrawal(cut(0, 5, "made/other"), "prose")])
    (one,) = compose(result(TEXT, [cut(0, 5)]), again).withdrawn
    assert [mark.rule for mark in one.cut.marks] == ["made/other"]


def test_a_withdrawal_over_a_cut_of_the_first_pass_leaves_the_cut_out():
    both = compose(result(TEXT, [cut(11, 17)]), result("Menu\nAlder\nCedar\nFoot\n", (), [back(5, 16)]))
    assert told(*both.withdrawn) == [(5, 10, "lone"), (17, 22, "lone")]


def test_warnings_are_listed_once_and_the_last_status_that_is_not_ok_counts():
    first = result(TEXT, [cut(0, 5)], warnings=("a", "b"), status="consent_page")
    assert compose(first, result("", warnings=("b", "c"))).warnings == ("a", "b", "c")
    assert compose(first, result("")).status == "consent_page"
    assert compose(first, result("", status="error_page")).status == "error_page"
    assert compose(result(TEXT), result(TEXT, status="error_page")).status == "error_page"


# told once


def test_of_a_paragraph_that_is_told_in_part_the_rest_is_left():
    text = "Alder and Birch. Cedar and Dogwood. Elder."
    parts = listed_once(text, [], [back(0, len(text), "prose")], [back(17, 35, "share")])
    assert told(*parts) == [(0, 16, "prose"), (17, 35, "share"), (36, 42, "prose")]


def test_a_cut_takes_its_part_of_a_withdrawal():
    text = "Alder and Birch. Cedar and Dogwood."
    assert told(*listed_once(text, [cut(0, 17)], [back(0, len(text))])) == [(17, 35, "lone")]
    assert told(*listed_once(text, [cut(16, 35)], [back(0, len(text))])) == [(0, 16, "lone")]


@pytest.mark.parametrize("taken", [[(5, 10)], [(4, 11)], [(5, 8), (8, 10)], [(0, 28)]])
def test_nothing_is_left_of_what_is_taken_as_a_whole(taken):
    assert listed_once(TEXT, [cut(*span) for span in taken], [back(5, 10)]) == ()


def test_white_space_alone_is_no_withdrawal():
    assert listed_once("Alder  \n Birch", [cut(0, 5), cut(9, 14)], [back(0, 14)]) == ()


def test_what_touches_is_no_overlap():
    one = back(5, 10)
    assert listed_once(TEXT, [cut(0, 5), cut(10, 17)], [one]) == (one,)


def test_three_decisions_are_told_from_the_last_to_the_first():
    found = listed_once(
        TEXT,
        [],
        [back(0, 4, "a"), back(5, 10, "a"), back(11, 16, "a")],
        [back(0, 4, "b"), back(5, 10, "b")],
        [back(5, 10, "c")],
    )
    assert told(*found) == [(0, 4, "b"), (5, 10, "c"), (11, 16, "a")]


def test_without_decisions_nothing_is_told():
    assert listed_once(TEXT, [cut(0, 5)]) == listed_once(TEXT, [], [], []) == ()


# united: what a more careful profile cuts in the end, and the first pass of another one


def both(text, careful, own):
    """The result for two lists of cuts, each given as the words it takes."""
    found = united(read_lines(text), taking(text, careful, "made/careful"), taking(text, own, "made/own"))
    return found, [(text[slice(*one.span)], one.marks[0].rule) for one in found.cuts]


def taking(text, words, rule):
    at = [(text.index(word), word) for word in words]
    return result(text, [cut(start, start + len(word), rule) for start, word in at], warnings=(rule,))


def test_where_the_bolder_one_takes_all_its_cuts_are_left_as_they_are():
    text = "Alder\n\nBirch\nCedar\n\nDogwood\n"
    found, cuts = both(text, ["Birch"], ["Birch\nCedar\n", "Dogwood\n"])
    assert cuts == [("Birch\nCedar\n", "made/own"), ("Dogwood\n", "made/own")]
    assert found.warnings == ("made/careful", "made/own")


def test_lines_that_either_takes_go_with_their_white_space():
    text = "Alder\nBirch\n\nCedar\nDogwood\n"
    found, cuts = both(text, ["Cedar\n"], ["Birch\n"])
    assert cuts == [("Birch\n\n", "made/own"), ("Cedar", "made/careful")]
    assert found.text == "Alder\n\nDogwood\n"


def test_a_single_line_of_the_careful_one_is_enough_to_unite_both():
    text = "Alder\nBirch\nCedar\n\nDogwood\n\nElder\n"
    _, cuts = both(text, ["Birch", "Dogwood\n\n"], ["Birch\nCedar\n"])
    assert cuts == [("Birch\nCedar\n\n", "made/own"), ("Dogwood\n", "made/careful")]


def test_a_cut_of_several_lines_is_still_a_single_one():
    text = "Alder\nBirch\nCedar\nDogwood\nElder\n"
    found, cuts = both(text, ["Birch\nCedar"], ["Elder\n"])
    assert cuts == [("Birch\nCedar", "made/careful"), ("Elder\n", "made/own")]
    assert found.text == "Alder\n\nDogwood\n"


def test_of_a_line_that_both_take_the_bolder_one_says_why():
    _, cuts = both("Alder\nBirch\nCedar\nDogwood\n", ["Birch\nCedar"], ["Cedar"])
    assert [rule for _, rule in cuts] == ["made/careful", "made/own"]


def test_cuts_inside_lines_stay_beside_those_of_lines():
    text = "Alder and Birch\n\nCedar\n\nDogwood and Elder\n"
    found, cuts = both(text, ["Alder and ", "Cedar\n\n"], ["and Elder"])
    assert [word for word, _ in cuts] == ["Alder and", "Cedar\n\n", "and Elder"]
    assert found.text == " Birch\n\nDogwood \n"


def test_of_cuts_inside_a_line_the_part_that_both_take_is_of_the_bolder_one():
    _, cuts = both("Alder and Birch and Cedar\n", ["and Birch"], ["Birch and"])
    assert cuts == [("and", "made/careful"), ("Birch and", "made/own")]


def test_no_text_is_emptied_by_both_together():
    text = "Alder\n\nBirch\n\n12\n"
    careful, own = taking(text, ["Alder\n\n"], "made/careful"), taking(text, ["Birch\n\n"], "made/own")
    found = united(read_lines(text), careful, own)
    assert found.cuts == careful.cuts
    assert told(*found.withdrawn) == [(7, 12, "emptied")]
    assert found.warnings == ("made/careful",)


def test_of_a_text_without_letters_numbers_are_words():
    text = "12\n\n34\n\n56\n"
    assert both(text, ["12\n\n"], ["34\n\n"])[0].text == "56\n"
    assert both(text, ["12\n\n"], ["34\n\n", "56\n"])[0].text == "34\n\n56\n"


@pytest.mark.parametrize("is_careful", [True, False])
def test_a_page_of_errors_may_be_emptied(is_careful):
    text = "Alder\n\nBirch\n"
    first, second = taking(text, ["Alder\n\n"], "made/careful"), taking(text, ["Birch\n"], "made/own")
    errors = {"status": "error_page"}
    first, second = (replace(first, **errors), second) if is_careful else (first, replace(second, **errors))
    found = united(read_lines(text), first, second)
    assert (found.text, found.status) == ("", "error_page")


def test_a_text_that_had_no_words_left_is_not_emptied_by_the_bolder_one():
    text = "12\n\nBirch\n"
    assert both(text, ["Birch\n"], ["12\n\n"])[0].text == ""


def test_withdrawals_of_both_are_told_once():
    text = "Alder\n\nBirch\n\nCedar\n\nDogwood\n"
    careful = result(text, [cut(0, 7)], [back(7, 12, "share"), back(14, 19, "share"), back(21, 28, "share")])
    own = result(text, [cut(7, 14)], [back(0, 5, "lone"), back(14, 19, "lone")])
    assert told(*united(read_lines(text), careful, own).withdrawn) == [(14, 19, "lone"), (21, 28, "share")]
