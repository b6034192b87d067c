"""One result for several passes: cuts and withdrawals in the places of the source."""

from __future__ import annotations

import pytest

from cleaner.cuts import compose, told_once
from cleaner.model import Cut, Document, Mark, Result, Span, Withdrawal

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


def test_warnings_are_told_once_and_the_last_status_that_is_not_ok_counts():
    first = result(TEXT, [cut(0, 5)], warnings=("a", "b"), status="consent_page")
    assert compose(first, result("", warnings=("b", "c"))).warnings == ("a", "b", "c")
    assert compose(first, result("")).status == "consent_page"
    assert compose(first, result("", status="error_page")).status == "error_page"
    assert compose(result(TEXT), result(TEXT, status="error_page")).status == "error_page"


# told once


def test_of_a_paragraph_that_is_told_in_part_the_rest_is_left():
    text = "Alder and Birch. Cedar and Dogwood. Elder."
    parts = told_once(text, [], [back(0, len(text), "prose")], [back(17, 35, "share")])
    assert told(*parts) == [(0, 16, "prose"), (17, 35, "share"), (36, 42, "prose")]


def test_a_cut_takes_its_part_of_a_withdrawal():
    text = "Alder and Birch. Cedar and Dogwood."
    assert told(*told_once(text, [cut(0, 17)], [back(0, len(text))])) == [(17, 35, "lone")]
    assert told(*told_once(text, [cut(16, 35)], [back(0, len(text))])) == [(0, 16, "lone")]


@pytest.mark.parametrize("taken", [[(5, 10)], [(4, 11)], [(5, 8), (8, 10)], [(0, 28)]])
def test_nothing_is_left_of_what_is_taken_as_a_whole(taken):
    assert told_once(TEXT, [cut(*span) for span in taken], [back(5, 10)]) == ()


def test_white_space_alone_is_no_withdrawal():
    assert told_once("Alder  \n Birch", [cut(0, 5), cut(9, 14)], [back(0, 14)]) == ()


def test_what_touches_is_no_overlap():
    one = back(5, 10)
    assert told_once(TEXT, [cut(0, 5), cut(10, 17)], [one]) == (one,)


def test_three_decisions_are_told_from_the_last_to_the_first():
    found = told_once(
        TEXT, [], [back(0, 4, "a"), back(5, 10, "a"), back(11, 16, "a")], [back(0, 4, "b"), back(5, 10, "b")], [back(5, 10, "c")]
    )
    assert told(*found) == [(0, 4, "b"), (5, 10, "c"), (11, 16, "a")]


def test_without_decisions_nothing_is_told():
    assert told_once(TEXT, [cut(0, 5)]) == told_once(TEXT, [], [], []) == ()
