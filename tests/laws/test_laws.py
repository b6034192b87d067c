"""The laws, for any input. First on the algebra, then on the pipeline."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies import (
    LINE_ENDS,
    any_text,
    documents,
    markdown,
    marks,
    noise,
    noise_lines,
    packs,
    pages,
    paragraphs,
    sentences,
)

from cleaner.fold import fold, squeeze
from cleaner.gaps import absorb_gaps, takes_whole_lines
from cleaner.guard.judge import Guard
from cleaner.model import Cut, Document, Mark, Result, Span
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Rule
from cleaner.pipeline import PROFILES, Pipeline
from cleaner.resolve import resolve
from cleaner.segment.text import read_lines, segment_lines, segment_text
from cleaner.stages import default_stages
from cleaner.stages.phrases import Phrases
from cleaner.view import View

LENGTH = 60


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    return Matcher(packs())


def stage_marks(document: Document) -> list[Mark]:
    view = View(document)
    for stage in default_stages(packs()):
        view.add(stage(view))
    return view.marks


# 1. blocks tile


@given(documents())
def test_blocks_tile(text: str) -> None:
    """Blocks are in order and disjoint, and all that is outside of them is white space or invisible."""
    at = 0
    outside = []
    for block in segment_text(text).blocks:
        assert at <= block.span.start < block.span.end <= len(text)
        outside.append(text[at : block.span.start])
        at = block.span.end
    outside.append(text[at:])
    assert [gap for gap in outside if squeeze(fold(gap))] == []


@given(documents())
def test_columns_agree(text: str) -> None:
    blocks = segment_text(text).blocks
    columns = (
        blocks.ends,
        blocks.kinds,
        blocks.folded,
        blocks.keys,
        blocks.words,
        blocks.sentences,
        blocks.prose,
        blocks.apart,
    )
    assert {len(column) for column in columns} <= {len(blocks)}
    assert all("\n" not in folded for folded in blocks.folded)


# 2. pieces tile


@given(marks(LENGTH), st.text(min_size=LENGTH, max_size=LENGTH))
def test_pieces_tile_for_any_cuts(drawn: list[Mark], text: str) -> None:
    result = Result(Document("-", text), resolve(drawn))
    assert "".join(piece.text for piece in result.pieces()) == text
    assert all(piece.text for piece in result.pieces())


@given(documents())
def test_pieces_tile(text: str) -> None:
    result = pipeline().run(text, kind="text")
    assert "".join(piece.text for piece in result.pieces()) == text


# 3. cuts are right


def oracle(drawn: Sequence[Mark], threshold: int) -> set[int]:
    """Slow and plain: add up the scores over every character."""
    sums = [0] * LENGTH
    for mark in drawn:
        for offset in range(*mark.span):
            sums[offset] += mark.score
    covered = {offset for mark in drawn for offset in range(*mark.span)}
    return {offset for offset in covered if sums[offset] >= threshold}


@given(marks(LENGTH), st.integers(1, 200))
def test_cuts_are_where_the_scores_reach_the_threshold(drawn: list[Mark], threshold: int) -> None:
    cuts = resolve(drawn, threshold=threshold)
    assert {offset for cut in cuts for offset in range(*cut.span)} == oracle(drawn, threshold)
    assert all(cut.score >= threshold for cut in cuts)
    assert_disjoint(cuts)


def assert_disjoint(cuts: Sequence[Cut]) -> None:
    assert all(cut.span.start < cut.span.end for cut in cuts)
    assert all(a.span.end <= b.span.start for a, b in pairwise(cuts))


@given(documents())
def test_cuts_are_sorted_and_disjoint(text: str) -> None:
    assert_disjoint(pipeline().run(text, kind="text").cuts)


# 4. order is irrelevant


@given(marks(LENGTH), st.randoms())
def test_order_of_marks_is_irrelevant(drawn: list[Mark], random: Random) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert resolve(shuffled) == resolve(drawn)


@given(pages(), st.randoms())
def test_order_of_rules_is_irrelevant(text: str, random: Random) -> None:
    rules, sections = list(packs().rules), list(packs().sections)
    random.shuffle(rules)
    random.shuffle(sections)
    shuffled = Pipeline(replace(packs(), rules=tuple(rules), sections=tuple(sections)))
    spans = [cut.span for cut in pipeline().run(text, kind="text").cuts]
    assert [cut.span for cut in shuffled.run(text, kind="text").cuts] == spans


# 5. nothing is invented


@given(documents())
def test_output_is_the_join_of_kept_slices(text: str) -> None:
    result = pipeline().run(text, kind="text")
    kept = [piece for piece in result.pieces() if piece.cut is None]
    assert result.text == "".join(text[piece.span.start : piece.span.end] for piece in kept)
    for offset in range(0, len(result.text), 7):
        source = result.to_source(offset)
        assert text[source] == result.text[offset]
        assert result.to_clean(source) == offset


# 6. planted prose survives


@given(st.lists(paragraphs(), min_size=1, max_size=8, unique=True), st.lists(noise(), max_size=12), st.randoms())
def test_planted_prose_survives(prose: list[str], drawn: list[str], random: Random) -> None:
    lines = [(paragraph, True) for paragraph in prose] + [(line, False) for line in drawn]
    random.shuffle(lines)
    planted = [line for line, is_prose in lines if is_prose]
    text = "\n\n".join(line for line, _ in lines)
    at = 0
    cleaned = pipeline().run(text, kind="text").text
    for paragraph in planted:
        at = cleaned.index(paragraph, at) + len(paragraph)


# 8. clean is clean


@given(documents())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = pipeline().run(text, kind="text").text
    assert pipeline().run(once, kind="text").text == once


@pytest.mark.parametrize("profile", PROFILES)
@given(text=pages())
def test_cleaning_twice_is_cleaning_once_in_every_profile(profile: str, text: str) -> None:
    run = every_profile()[profile].run
    once = run(text).text
    assert run(once).text == once


@pytest.mark.parametrize("profile", PROFILES)
@given(text=st.one_of(markdown(), markdown(), pages()))
@example(text="- k\n\nDeel dit artikel\n\n\tPřejít k obsahu")
@example(text="3. T\n\n發佈時間：\n\n\tAI總結Podcast\nCopia enlaceImprimir artículo\nAkzeptieren")
def test_cleaning_markdown_twice_is_cleaning_it_once(profile: str, text: str) -> None:
    run = every_profile()[profile].run
    once = run(text, kind="markdown").text
    assert run(once, kind="markdown").text == once


@given(markdown())
def test_the_pieces_of_markdown_tile(text: str) -> None:
    result = pipeline().run(text, kind="markdown")
    assert "".join(piece.text for piece in result.pieces()) == text


@lru_cache(maxsize=1)
def every_profile() -> dict[str, Pipeline]:
    return {profile: Pipeline(packs(), profile=profile) for profile in PROFILES}


@given(documents())
def test_the_second_pass_reads_what_a_reader_of_the_clean_text_reads(text: str) -> None:
    document, _ = matcher().match(segment_text(text))
    cuts = absorb_gaps(document, Guard(packs())(document, resolve(stage_marks(document))).cuts)
    assert takes_whole_lines(document, cuts)
    left = Result(document, cuts).text
    lines = read_lines(text).without([cut.span for cut in cuts])
    assert segment_lines(lines, left) == segment_text(left)


# 9. more rules, less text


@given(marks(LENGTH), marks(LENGTH))
def test_more_positive_marks_cut_no_less(drawn: list[Mark], more: list[Mark]) -> None:
    positive = [mark for mark in more if mark.score > 0]
    before = {offset for cut in resolve(drawn) for offset in range(*cut.span)}
    after = {offset for cut in resolve([*drawn, *positive]) for offset in range(*cut.span)}
    assert before <= after


@given(pages(), st.data())
def test_more_rules_cut_no_less(text: str, data: st.DataObject) -> None:
    rules = [r for r in packs().rules if r.where.zone == "any" and r.where.max_times > 1000 and r.score > 0]
    few = data.draw(st.lists(st.sampled_from(rules), unique_by=lambda rule: rule.id, max_size=10))
    before, after = cut_by_rules(text, few), cut_by_rules(text, rules)
    assert before <= after


def cut_by_rules(text: str, rules: Sequence[Rule]) -> set[Span]:
    some = Packs(tuple(rules))
    document, _ = Matcher(some).match(segment_text(text))
    return {cut.span for cut in resolve(Phrases(some)(View(document)))}


# 10. the guard only gives back


@given(documents(), st.data())
def test_guard_only_gives_back(text: str, data: st.DataObject) -> None:
    document, _ = matcher().match(segment_text(text))
    found = stage_marks(document)
    wild = [Mark(block.span, "test/wild", "test", "drawn") for block in document.blocks if data.draw(st.booleans())]
    proposed = resolve([*found, *wild])
    guarded = Guard(packs())(document, proposed)
    assert set(guarded.cuts) <= set(proposed)
    assert sorted([*guarded.cuts, *(w.cut for w in guarded.withdrawn)], key=lambda c: c.span) == list(proposed)


@given(pages())
def test_a_page_with_words_is_not_emptied_in_silence(text: str) -> None:
    result = pipeline().run(text, kind="text")
    if any(map(str.isalpha, text)) and not any(map(str.isalpha, result.text)):
        assert result.status in ("error_page", "consent_page")
        assert result.warnings


# 12. line ends and a byte order mark don't change what is kept


@given(st.lists(st.one_of(paragraphs(), noise(), sentences(3)), max_size=15), st.sampled_from(LINE_ENDS[:3]))
def test_line_ends_make_no_difference(parts: list[str], end: str) -> None:
    lines = [line for part in parts for line in (*part.splitlines(), "")]
    plain, other = pipeline().run("\n".join(lines)).text, pipeline().run(end.join(lines)).text
    assert other.replace(end, "\n") == plain


# 13. linear


HOSTILE = {
    "blank lines": "\n",
    "menu words": "Home\nNews\nSport\n",
    "glued": "HomeNewsSport",
    "one long word": "abcdefghij",
    "one long line": "word and more words of a line that never ends ",
    "bullets": "- item\n",
    "fences": "```\ncode\n",
    "repeats": "The same long line of twenty words or more comes again and again, and again, and again, until the end of it.\n",
    "prose and noise": "Share this article\nA sentence that is long enough to be taken for prose by anybody at all.\n\nby\n",
    "labels": "a:\nb: c\n",
    "digits": "1 2 3 4 5 6 7 8 9\n",
    "columns": "a | b | c\n",
    "openers": "Related articles\nOne Title In Capitals\n\n",
    "sections": "Community standards\nUsers are obliged to respect the rules of the discussion.\n",
    "expansion": "ﷺ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_work_is_linear(name: str) -> None:
    unit = HOSTILE[name]
    small, large = work(unit * (6000 // len(unit))), work(unit * (24000 // len(unit)))
    assert large <= 4 * 1.3 * small + 20_000, f"{small} calls for n, {large} for 4n"


def work(text: str) -> int:
    """Calls made while cleaning ``text``: a count that no other program on the machine can disturb."""
    run, calls = Pipeline(packs()).run, 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run(text)
    finally:
        sys.setprofile(before)
    return calls


# 14. one by one or many: the same


@given(st.lists(pages(), min_size=2, max_size=4), st.randoms())
def test_what_was_cleaned_before_makes_no_difference(texts: list[str], random: Random) -> None:
    *before, text = texts
    random.shuffle(before)
    for other in before:
        pipeline().run(other, kind="text")
    assert pipeline().run(text, kind="text") == Pipeline(packs()).run(text, kind="text")


@given(documents())
def test_results_and_pipelines_survive_pickling(text: str) -> None:
    result = pipeline().run(text, kind="text")
    assert pickle.loads(pickle.dumps(result)) == result


def test_a_pickled_pipeline_cleans_alike() -> None:
    text = "Skip to main content\nA short report on the harvest of the year.\nShare this article\n"
    assert pickle.loads(pickle.dumps(pipeline())).run(text) == pipeline().run(text, kind="text")


# numbers are not words


@st.composite
def number_lines(draw: st.DrawFn) -> str:
    """A line of digits and signs: a row of a table, a score, a price, an age, a time."""
    digits = st.sampled_from(["0", "3", "12", "16", "18", "404", "1901", "3400", "١٢", "१८", "１６"])
    cell = st.tuples(st.sampled_from(["", "+", "-", "€", "("]), digits, st.sampled_from(["", "+", "%", ")", ".", ".5"]))
    cells = draw(st.lists(cell.map("".join), min_size=1, max_size=6))
    return draw(st.sampled_from([" ", "  ", " | ", "\t", " - ", ", ", " : ", " / "])).join(cells)


@pytest.mark.parametrize("profile", PROFILES)
@given(lines=st.lists(st.one_of(number_lines(), number_lines(), sentences(), st.just("")), max_size=12))
def test_numbers_among_prose_stay(profile: str, lines: list[str]) -> None:
    text = "\n".join(lines)
    assert every_profile()[profile].run(text, kind="text").text == text


# the index finds what a plain search finds


@given(
    st.one_of(
        noise(), st.lists(st.sampled_from(noise_lines()), min_size=1, max_size=3).map(" ".join), any_text(), sentences()
    )
)
def test_whole_line_phrases_are_found_as_a_plain_search_finds_them(line: str) -> None:
    document, _ = matcher().match(segment_text(line))
    for key, hits in zip(document.blocks.keys, document.blocks.hits, strict=True):
        expected = {n for n, rule in enumerate(packs().rules) if key in rule.lines and not rule.unless}
        assert expected <= {n for n, _ in hits}


@given(any_text())
def test_no_text_raises(text: str) -> None:
    assume(text)
    assert pipeline().run(text, kind="text").document.text == text


@given(st.lists(st.one_of(st.sampled_from(noise_lines()), st.text("\ud800aé ", max_size=9)), max_size=8))
def test_lines_scanned_together_hold_what_each_holds_alone(lines: list[str]) -> None:
    folded = [fold(line).replace("\n", " ") for line in lines]
    together = matcher()._index.scan(folded)
    assert [together.get(i, []) for i in range(len(folded))] == [
        matcher()._index.scan([line]).get(0, []) for line in folded
    ]
