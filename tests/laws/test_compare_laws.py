"""Laws of `cleaner diff`: a run does not differ from itself, and two runs differ by the same words from either side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from cleaner.compare.comparison import MAX_CHANGES, Comparison
from cleaner.compare.formats import FORMATS
from cleaner.compare.join import joined
from cleaner.compare.regions import regions, stretches
from cleaner.json_lines import to_line
from cleaner.ledger import whole_text
from cleaner.ledger_form import NO_ELEMENT, Tables, cuts_of
from cleaner.outputs.layouts import plain
from cleaner.run.audit import Pair

DECISIONS = [
    {"category": category, "mechanism": "rule", "rules": [*rules], "score": 100, "reason": f"It is {category}."}
    for category, rules in (
        ("share", ("share/prompt",)), ("share", ("share/button", "share/prompt")), ("consent", ("consent/notice",)),
        ("media", ("share/prompt",)),
    )
]  # fmt: skip
LINES = ["Rain is expected.\n", "Share this!\n", "你好世界 ok\n", "\n", "- one\n", "สวัสดี\n", "a\u2028b c\n"]
TEXTS = any_text() | st.sampled_from(LINES)


def rows_of(source, pieces):
    """The rows of a document. ``pieces`` are texts, each with the index of the decision that cuts it, or -1."""
    tables, at, line, kept = Tables(), 0, 1, ""
    merged = []
    for text, decision in pieces:
        if merged and merged[-1][1] == decision:
            merged[-1][0] += text
        else:
            merged.append([text, decision])
    for text, decision in merged:
        if decision < 0:
            kept += text
        else:
            tables.cut(at, line, text, tables.decision(DECISIONS[decision], (decision,)), NO_ELEMENT)
        at, line = at + len(text), line + text.count("\n")
    document = {"id": source, "source": source, "record": 0, "text": kept, "text_format": "plain"}
    return document, {"kept": "", **tables.row()}


def pieces(texts):
    """Texts, each with what two runs do with it."""
    decision = st.sampled_from([-1, -1, *range(len(DECISIONS))])
    return st.lists(st.tuples(texts.filter(bool), decision, decision), max_size=12)


@st.composite
def runs(draw, texts=TEXTS):
    """Two runs over the same documents: a list of pairs of rows."""
    return [
        tuple(rows_of(f"{n}.txt", [(text, both[run]) for text, *both in one]) for run in (0, 1))
        for n, one in enumerate(draw(st.lists(pieces(texts), max_size=4)))
    ]


def compared(documents, *, swapped=False):
    comparison = Comparison("a", "b")
    for first, second in documents:
        comparison.add(*((second, first) if swapped else (first, second)))
    return comparison


SWAPPED = {"words_lost": "words_gained", "words_gained": "words_lost", "a": "b", "b": "a"}
MARKS = {"-": "+", "+": "-"}


def swap(value, key=""):
    """A row of a comparison from the other side."""
    if isinstance(value, dict):
        return {SWAPPED.get(name, name): swap(one, name) for name, one in value.items() if name not in ("name", "share_lost")}
    if isinstance(value, list):
        return [swap(one) for one in value]
    if key == "change":
        return "gained" if value == "lost" else "lost"
    return MARKS.get(value, value) if key == "mark" else value


def same(row):
    """The row without what depends on the side."""
    return swap(swap(row))


@given(runs())
def test_a_run_does_not_differ_from_itself(documents):
    comparison = compared([(first, first) for first, _ in documents])
    assert (comparison.documents, comparison.changed, comparison.differing) == (len(documents), 0, 0)
    assert (comparison.words_lost, comparison.words_gained, comparison.words_reassigned) == (0, 0, 0)
    assert comparison.words_first == comparison.words_second
    assert not comparison.categories
    assert not comparison.rules
    assert comparison.largest_documents.items == comparison.largest_changes.items == []


@given(runs())
def test_what_one_side_loses_the_other_gains(documents):
    assert swap(compared(documents).row()) == same(compared(documents, swapped=True).row())


@given(runs())
def test_totals_by_category_are_those_by_rule(documents):
    comparison = compared(documents)
    for table in (comparison.categories, comparison.rules):
        sums = [sum(counts) for counts in zip(*table.totals.values(), strict=True)] or [0, 0]
        assert sums == [comparison.words_lost, comparison.words_gained]
    for column in ("words_lost", "words_gained"):
        assert sum(row[column] for row in comparison.row()["largest_documents"]) == getattr(comparison, column)


@given(runs(st.sampled_from(LINES)))
def test_words_of_whole_lines_are_lost_gained_or_kept(documents):
    comparison = compared(documents)
    assert comparison.words_second == comparison.words_first - comparison.words_lost + comparison.words_gained


@given(runs())
def test_a_document_has_changed_if_its_kept_text_has(documents):
    for first, second in documents:
        changed = Comparison("a", "b").add(first, second)
        if first[0]["text"] != second[0]["text"]:
            assert changed
        if changed is None:
            assert first[0]["text"] == second[0]["text"]


@given(runs())
def test_the_changes_and_documents_with_most_words_come_first(documents):
    comparison = compared(documents)
    words = [one.words for one in comparison.largest_changes.items]
    found = [
        stretch.words
        for first, second in documents
        for stretch in stretches(whole_text(*first), regions(list(cuts_of(first[1])), list(cuts_of(second[1]))))
    ]
    assert words == sorted(filter(None, found), reverse=True)[:MAX_CHANGES]
    of_documents = [one.words_lost + one.words_gained for one in comparison.largest_documents.items]
    assert of_documents == sorted(of_documents, reverse=True)
    assert len(of_documents) == comparison.changed


@given(runs())
def test_lines_that_are_shown_are_lines_of_the_text(documents):
    for first, second in documents:
        comparison = compared([(first, second)])
        lines = whole_text(*first).split("\n")
        for change in comparison.largest_changes.items:
            assert any(part.mark == change.mark for part in change.parts)
            for part in change.parts:
                assert part.line == 0 or part.text.removesuffix("…") in lines[part.line - 1]


@given(runs())
def test_text_and_markdown_have_nothing_that_controls_a_terminal(documents):
    comparison = compared(documents)
    for name in ("text", "markdown"):
        for line in FORMATS[name](comparison, ["a\x1b[2J"] * (name == "markdown")):
            assert not set(line) & set("\x00\x1b\x7f\u2028\u202e"), line


def pair(run, key):
    line = to_line({"source": key[0], "record": key[1]})
    return Pair(f"{run}:{key}", f"ledger of {run}:{key}", line, line, plain)


@given(st.data())
def test_each_document_meets_its_partner_in_any_order(data):
    keys = [(name, record) for name in ("a", "b\ud800", "ü") for record in range(3)]
    sides = [data.draw(st.permutations(data.draw(st.lists(st.sampled_from(keys), unique=True)))) for _ in (0, 1)]
    found = list(joined(*(iter([pair(run, key) for key in side]) for run, side in enumerate(sides))))
    for n, side in enumerate(sides):
        assert sorted(both[n].place for both in found if both[n]) == sorted(f"{n}:{key}" for key in side)
    for left, right in found:
        assert left or right
        if left and right:
            assert left.key() == right.key()
    both = set(sides[0]) & set(sides[1])
    assert sum(1 for left, right in found if left and right) == len(both)
