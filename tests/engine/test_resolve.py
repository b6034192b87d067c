"""Marks become cuts: the sums, the spans they are taken over, and which mark names a cut."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st
from strategies import marks

from cleaner.model import KEEP, Cut, Mark, Span
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT, resolve

LENGTH = 12  # of the text, in characters: short, so that spans often touch and overlap


def mark(start, end, score=100, rule="menu/word", category="menu", reason="made"):
    return Mark(Span(start, end), rule, category, reason, score)


def by_character(drawn, threshold):
    """Slow and plain: the marks over each character; neighbours with the same marks are one span."""
    over = [tuple(sorted(m for m in drawn if m.span.start <= at < m.span.end)) for at in range(LENGTH)]
    found = {}
    for found_marks, run in groupby(range(LENGTH), key=over.__getitem__):
        places = list(run)
        if found_marks and sum(m.score for m in found_marks) >= threshold:
            found[Span(places[0], places[-1] + 1)] = found_marks
    return found


@given(marks(LENGTH), st.integers(1, 200))
def test_a_cut_is_the_longest_span_over_which_the_same_marks_reach_the_threshold(drawn, threshold):
    cuts = resolve(drawn, threshold=threshold)
    assert {cut.span: tuple(sorted(cut.marks)) for cut in cuts} == by_character(drawn, threshold)
    assert [cut.span for cut in cuts] == sorted(cut.span for cut in cuts)


@given(st.lists(st.integers(0, LENGTH), min_size=2, max_size=6, unique=True).map(sorted), st.data())
def test_marks_on_blocks_are_summed_block_by_block(borders, data):
    """Blocks never overlap: then each has the marks it was given."""
    blocks = [Span(a, b) for a, b in zip(borders[::2], borders[1::2], strict=False)]
    given_marks = st.sampled_from(blocks).flatmap(lambda span: st.integers(-50, 120).map(lambda n: mark(*span, n)))
    drawn = data.draw(st.lists(given_marks, max_size=8))
    sums = {span: sum(m.score for m in drawn if m.span == span) for span in blocks}
    assert [cut.span for cut in resolve(drawn)] == [span for span in blocks if sums[span] >= 100]


def test_the_thresholds_of_the_profiles():
    assert (CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT) == (100, 80, 60)
    assert resolve([mark(0, 5, 99)]) == ()
    assert resolve([mark(0, 5, 100)]) == (Cut(Span(0, 5), (mark(0, 5, 100),)),)


def test_votes_add_up_and_a_veto_outweighs_them():
    votes = [mark(0, 5, 60), mark(0, 5, 40, rule="menu/item")]
    assert [cut.score for cut in resolve(votes)] == [100]
    assert resolve([*votes, mark(0, 5, 90), mark(0, 5, KEEP)]) == ()


def test_a_mark_over_nothing_cuts_nothing():
    assert resolve([mark(3, 3), mark(5, 4)]) == ()
    assert [cut.span for cut in resolve([mark(3, 3), mark(2, 6)])] == [Span(2, 6)]


def test_touching_spans_stay_two_cuts():
    assert [cut.span for cut in resolve([mark(0, 4), mark(4, 8)])] == [Span(0, 4), Span(4, 8)]


def test_spans_that_overlap_far_from_each_other_are_cut_in_the_order_of_the_text():
    far = [mark(0, 90_001), mark(70_003, 100_000, rule="menu/item"), mark(5, 1_000_003, 30)]
    spans = [Span(0, 5), Span(5, 70_003), Span(70_003, 90_001), Span(90_001, 100_000)]
    assert [cut.span for cut in resolve(far)] == spans


def names(*given_marks):
    (cut,) = resolve(given_marks, threshold=1)
    return [m.rule for m in cut.marks]


def test_a_cut_is_named_by_what_a_rule_says_then_by_the_scorer_then_by_its_place():
    by_words = mark(0, 5, 10, "menu/word")
    by_scorer = mark(0, 5, 50, "scorer/block", "scorer")
    by_place = mark(0, 5, 90, "context/near", "context")
    assert names(by_place, by_scorer, by_words) == ["menu/word", "scorer/block", "context/near"]
    assert names(by_place, by_words) == ["menu/word", "context/near"]
    assert names(by_scorer, by_place) == ["scorer/block", "context/near"]


def test_the_stronger_mark_is_named_first():
    assert names(mark(0, 5, 30, "menu/a"), mark(0, 5, 70, "menu/z")) == ["menu/z", "menu/a"]


def test_marks_that_speak_against_a_cut_are_named_last():
    against = mark(0, 5, -10, "keep/word", "keep")
    nothing = mark(0, 5, 0, "keep/nothing", "keep")
    by_place = mark(0, 5, 90, "context/near", "context")
    assert names(against, by_place) == ["context/near", "keep/word"]
    assert names(nothing, by_place) == ["context/near", "keep/nothing"]
    assert names(mark(0, 5, 1, "menu/weak", "context"), nothing) == ["menu/weak", "keep/nothing"]


def test_equal_marks_are_named_in_the_order_of_their_rules():
    assert names(mark(0, 5, 50, "menu/b"), mark(0, 5, 50, "menu/a")) == ["menu/a", "menu/b"]


@given(marks(LENGTH), st.randoms())
def test_the_order_of_marks_is_no_matter(drawn, random):
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert resolve(shuffled) == resolve(drawn)


def test_marks_that_differ_in_span_or_reason_only_have_an_order_too():
    inner, outer = mark(2, 4), mark(0, 6)
    assert resolve([inner, outer]) == resolve([outer, inner])
    one, other = mark(0, 6, reason="a"), mark(0, 6, reason="b")
    assert resolve([one, other]) == resolve([other, one])
    assert [m.reason for m in resolve([other, one])[0].marks] == ["a", "b"]
