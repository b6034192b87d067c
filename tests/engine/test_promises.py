"""The examples of the promises, through the pipeline, and the table that is made of their list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import promise_tables
import pytest
from parts import rewritten

from cleaner import Config, Pipeline, Result
from cleaner.guard import judge
from cleaner.guard.promise import Example, Promise
from cleaner.guard.promises import PROMISES
from cleaner.model import LEARNED, Mark
from cleaner.stages import Stage, page_stages
from cleaner.stages.scorer import Scorer

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
EACH = pytest.mark.parametrize(
    "promise", PROMISES, ids=[f"{promise.applies_to}-{promise.name}-{promise.broken.__name__}" for promise in PROMISES]
)


def run(example: Example, applies_to: str) -> Result:
    """The result of an example; the learned scorer is a stage here that doubts the lines it names."""

    score = 100 if applies_to == "text" else 90  # on pages some promises yield to a scorer that is sure

    class Doubt(Stage):
        rules = Scorer.rules

        def __call__(self, page):
            for block in page.document.blocks:
                if block.text in example.doubts:
                    yield Mark(block.span, "scorer/block", LEARNED, "made for the example", score)

    packs = Config().packs()
    if applies_to == "text":
        return Pipeline(packs, classifier="rules", late_stages=[Doubt()]).run(example.source, kind="text")
    return Pipeline(packs, classifier="rules", page_stages=[*page_stages(packs, "rules"), Doubt()]).run(
        example.source, kind="html"
    )


def lines(result: Result, spans) -> set[str]:
    return {line.strip() for start, end in spans for line in result.document.text[start:end].split("\n")} - {""}


@EACH
def test_the_promise_gives_its_example_back(promise: Promise, monkeypatch):
    given_back = set()

    def watched(case):
        found = promise.broken(case)
        given_back.update(case.blocks.texts[i] for i in found)
        return found

    watching = [replace(one, broken=watched) if one is promise else one for one in PROMISES]
    monkeypatch.setattr(judge, "PROMISES", watching)
    result = run(promise.breaks, promise.applies_to)
    assert set(promise.breaks.lines) <= given_back
    assert set(promise.breaks.lines) <= lines(result, result.kept())


@EACH
def test_a_near_neighbour_of_the_example_goes(promise: Promise):
    result = run(promise.keeps, promise.applies_to)
    assert set(promise.keeps.lines) <= lines(result, [cut.span for cut in result.cuts])


@EACH
def test_what_is_given_back_is_told_with_the_promise(promise: Promise):
    result = run(promise.breaks, promise.applies_to)
    told = lines(result, [one.cut.span for one in result.withdrawn if one.promise == promise.name])
    assert set(promise.breaks.lines) <= told


def test_the_page_of_the_promises_holds_the_table_of_the_list():
    page = PAGE.read_text("utf-8")
    for part in promise_tables.PARTS:
        assert rewritten(page, part) == page, "run: make tables"


def test_each_name_of_a_promise_is_a_word_that_reports_can_group_by():
    assert all(promise.name.isascii() and promise.name.isalpha() and promise.name.islower() for promise in PROMISES)


def test_a_table_has_a_row_for_each_promise_and_no_line_end_inside_one():
    for applies_to in ("text", "page"):
        rows = promise_tables.table(applies_to).strip().splitlines()[2:]
        assert len(rows) == sum(promise.applies_to == applies_to for promise in PROMISES)
        assert all(row.count("|") == 3 for row in rows)


def test_a_page_without_the_place_of_a_table_is_refused():
    with pytest.raises(ValueError, match="promises: text"):
        rewritten("# What the guard promises\n", promise_tables.PARTS[0])
