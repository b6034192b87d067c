"""The signs of cuts, which promises read instead of marks, and the ground that the cases of a document share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, html_pages, packs

from cleaner.guard import signs
from cleaner.guard.ground import Ground
from cleaner.guard.judge import Guard
from cleaner.guard.known import Known
from cleaner.model import CONTEXT, LEARNED, MECHANISMS, REGION, Cut, Mark, Span
from cleaner.packs.rule import Packs
from cleaner.resolve import CUTS_ALONE, CUTS_STRICT, resolve
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages import shipped_rules

KNOWN = Known(packs().declaring(shipped_rules()))
GUARD = Guard(packs().declaring(shipped_rules()))
RULES = [*sorted({*packs().ids(), *(rule.id for rule in shipped_rules())}), "desk/line"]
CATEGORIES = [*sorted(MECHANISMS), *sorted(KNOWN.of_markers), "menu", "desk"]
MARKS = st.builds(
    Mark,
    st.just(Span(0, 1)),
    st.sampled_from(RULES),
    st.sampled_from(CATEGORIES),
    st.just("made"),
    st.sampled_from([-1_000_000, -20, 0, 1, 40, CUTS_ALONE - 1, CUTS_ALONE, 120]),
)


@given(st.lists(st.lists(MARKS, min_size=1, max_size=4), max_size=4))
def test_signs_say_what_the_marks_say(cuts: list[list[Mark]]) -> None:
    found = KNOWN.signs.of({i: Cut(Span(0, 1), tuple(marks)) for i, marks in enumerate(cuts)})
    for i, marks in enumerate(cuts):
        alone = [m for m in marks if m.score >= CUTS_ALONE]
        said = {
            signs.OWN: any(m.rule in KNOWN.rules and m.score > 0 for m in marks),
            signs.PROVEN: any(m.category not in MECHANISMS and m.score > 0 for m in marks),
            signs.SURE: any(m.rule in KNOWN.rules and m.category not in KNOWN.of_markers for m in alone),
            signs.NO_SUBHEADING: any(m.rule not in KNOWN.may_be_subheadings for m in alone),
            signs.OPENER: any(m.rule in KNOWN.openers for m in alone),
            signs.OF_UNIT: any(m.rule not in KNOWN.rules and m.category != CONTEXT for m in marks),
            signs.BELOW: any(m.rule in KNOWN.below_markers for m in marks),
            signs.TWO_SIGNS: any(m.rule in KNOWN.two_signs for m in marks),
            signs.DOUBTED: any(m.category == LEARNED for m in marks),
            signs.AMONG: any(m.category == CONTEXT for m in marks),
            signs.OUTSIDE: any(m.category == REGION for m in marks),
        }
        assert {sign: bool(found[i] & sign) for sign in said} == said


@given(documents(), html_pages(), st.data())
def test_a_shared_ground_changes_nothing(text: str, html: str, data: st.DataObject) -> None:
    """Whatever was cut of a document before, the guard says of other cuts what it says without having seen them."""
    for document, applies_to in ((segment_text(text), "text"), (segment_page(read_page(html)), "page")):
        ground = Ground(document)
        spans = list(map(document.blocks.span, range(len(document.blocks))))
        for threshold in (CUTS_ALONE, CUTS_STRICT):
            chosen = data.draw(st.lists(st.tuples(st.sampled_from(spans), MARKS), max_size=12)) if spans else []
            cuts = resolve([mark._replace(span=span) for span, mark in chosen], threshold=threshold)
            shared = GUARD(document, cuts, applies_to, threshold=threshold, ground=ground)
            assert shared == GUARD(document, cuts, applies_to, threshold=threshold)


def test_packs_without_rules_have_signs() -> None:
    cut = Cut(Span(0, 1), (Mark(Span(0, 1), "a/b", "a", "made", CUTS_ALONE),))
    assert Known(Packs()).signs.of({3: cut}) == {3: signs.PROVEN | signs.NO_SUBHEADING | signs.OF_UNIT}
