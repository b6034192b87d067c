"""What cuts are called: the category of what they are nearest to, and the mechanism that made them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from cleaner.categories import named_cuts, named_withdrawals
from cleaner.model import MECHANISMS, UNCLASSIFIED, Cut, Document, Mark, Span, Withdrawal
from cleaner.pipeline import Pipeline

PIPELINE = Pipeline(profile="strict")
ELEMENTS = PIPELINE.packs.elements()


def cut(start: int, *categories: str, scores: tuple[int, ...] = ()) -> Cut:
    """A cut of one line of two characters, with a mark for each category."""
    span = Span(start, start + 2)
    said = zip(categories, scores or (100,) * len(categories), strict=True)
    return Cut(span, tuple(Mark(span, f"{name}/x", name, "", score) for name, score in said))


def named(text: str, *cuts: Cut) -> list[str]:
    return [one.category for one in named_cuts(Document("a", text), cuts, ELEMENTS)]


LINES = "a\n" * 9


@pytest.mark.parametrize(
    ("cuts", "names"),
    [
        ([cut(0, "scorer")], [UNCLASSIFIED]),
        ([cut(0, "consent")], ["consent"]),
        ([cut(0, "region", "share")], ["share"]),  # the rule that spoke, too
        ([cut(0, "scorer", "share", scores=(120, -30))], [UNCLASSIFIED]),  # it spoke against the cut
        ([cut(0, "consent"), cut(2, "scorer"), cut(4, "share")], ["consent", "consent", "share"]),  # the one above
        ([cut(0, "consent"), cut(2, "scorer"), cut(4, "scorer"), cut(6, "share")], ["consent", "consent", "share", "share"]),
        ([cut(0, "consent"), cut(4, "scorer")], ["consent", UNCLASSIFIED]),  # a line that stays is between
        ([cut(0, "ad"), *(cut(2 * n, "context") for n in range(1, 8))], ["ad"] * 6 + [UNCLASSIFIED] * 2),  # too far
    ],
    ids=["alone", "by-rule", "other-mark", "veto", "tie", "nearest", "apart", "far"],
)  # fmt: skip
def test_a_cut_is_called_after_what_it_is_nearest_to(cuts: list[Cut], names: list[str]) -> None:
    assert named(LINES, *cuts) == names


def test_elements_name_what_is_in_them() -> None:
    page = "<nav><p>One line of words</p></nav><footer><p>Another line</p></footer><div role=search><p>Third</p></div><div><p>Last</p></div>"
    document = PIPELINE.run(page, kind="html").document
    spans = [block.span for block in document.blocks]
    cuts = tuple(Cut(span, (Mark(span, "scorer/block", "scorer", ""),)) for span in spans)
    assert [one.category for one in named_cuts(document, cuts, ELEMENTS)] == ["navigation", "legal", "form", "form"]
    kept = named_withdrawals(document, (Withdrawal(cuts[0], "prose"), Withdrawal(cuts[3], "prose")), ELEMENTS)
    assert [one.cut.category for one in kept] == ["navigation", UNCLASSIFIED]


@given(st.lists(st.sampled_from(("scorer", "region", "context", "consent", "share")), max_size=9), st.data())
def test_names_depend_on_nothing_else_and_change_nothing_else(categories: list[str], data: st.DataObject) -> None:
    starts = sorted(
        data.draw(st.lists(st.integers(0, 8), unique=True, min_size=len(categories), max_size=len(categories)))
    )
    cuts = tuple(cut(2 * start, category) for start, category in zip(starts, categories, strict=True))
    given_names = named_cuts(Document("a", LINES), cuts, ELEMENTS)
    assert [(one.span, one.marks) for one in given_names] == [(one.span, one.marks) for one in cuts]
    assert named_cuts(Document("a", LINES), given_names, ELEMENTS) == given_names
    for before, after in zip(cuts, given_names, strict=True):
        assert after.category not in MECHANISMS
        assert after.mechanism == (before.marks[0].category if before.marks[0].category in MECHANISMS else "rule")
        assert before.marks[0].category in MECHANISMS or after.category == before.category


@given(documents())
def test_no_category_is_a_mechanism(text: str) -> None:
    result = PIPELINE.run(text)
    cuts = (*result.cuts, *(one.cut for one in result.withdrawn))
    assert {one.category for one in cuts} & MECHANISMS == set()
