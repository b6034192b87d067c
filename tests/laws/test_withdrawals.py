"""What a stage proposed and the result keeps is withdrawn, with the promise that kept it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, html_pages, noise, packs, pages, paragraphs, shapes

from cleaner.evidence import BEYOND_EVIDENCE
from cleaner.guard.judge import Guard, Guarded
from cleaner.guard.promises import PROMISES
from cleaner.model import Cut, Document, Result, Span
from cleaner.pipeline import PROFILES, Pipeline

NAMES = {promise.name for promise in PROMISES} | {BEYOND_EVIDENCE}


class Watched(Guard):
    """The guard, which remembers the lines of all that it was asked about."""

    def __init__(self) -> None:
        super().__init__(packs())
        self.asked: set[str] = set()

    def __call__(self, document: Document, cuts: tuple[Cut, ...], *given: object, **more: object) -> Guarded:
        self.asked.update(lines_in(document.text, [cut.span for cut in cuts]))
        return super().__call__(document, cuts, *given, **more)  # type: ignore[arg-type]


def lines_in(text: str, spans: list[Span]) -> Iterator[str]:
    """The lines of the spans, without white space and of lines without a word."""
    for start, end in spans:
        for line in text[start:end].splitlines():
            if any(map(str.isalnum, line)):
                yield "".join(line.split())


@lru_cache(maxsize=16)
def pipeline(profile: str, stable: bool) -> Pipeline:
    return Pipeline(packs(), profile=profile, classifier="rules", metadata="none", stable=stable)


def watched(source: str, kind: str, profile: str, *, stable: bool = False) -> tuple[Result, set[str]]:
    """The result of a run, and the lines that were proposed as cuts in any pass of it."""
    one = pipeline(profile, stable)
    guard = one._guard = Watched()
    return one.run(source, kind=kind), guard.asked


def is_well_told(result: Result, asked: set[str]) -> None:
    text = result.document.text
    withdrawn = [one.cut.span for one in result.withdrawn]
    told = {*lines_in(text, withdrawn), *lines_in(text, [cut.span for cut in result.cuts])}
    assert asked <= told
    assert {one.promise for one in result.withdrawn} <= NAMES
    assert all(a.end <= b.start for a, b in pairwise(withdrawn))
    for start, end in withdrawn:
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not any(cut.span.start < end and start < cut.span.end for cut in result.cuts)


def profiles() -> st.SearchStrategy[str]:
    return st.sampled_from([*PROFILES])


@given(st.one_of(documents(), pages()), profiles())
def test_of_a_text_everything_proposed_is_cut_or_withdrawn(text: str, profile: str) -> None:
    is_well_told(*watched(text, "text", profile))


@given(st.lists(st.one_of(paragraphs(), noise(), shapes()), max_size=25).map("\n".join), profiles())
def test_of_wrapped_paragraphs_everything_proposed_is_cut_or_withdrawn(text: str, profile: str) -> None:
    wrapped = "\n".join(line[at : at + 60] for line in text.splitlines() for at in range(0, max(len(line), 1), 60))
    is_well_told(*watched(wrapped, "text", profile))


@given(html_pages(), profiles(), st.booleans())
def test_of_a_page_everything_proposed_is_cut_or_withdrawn(html: str, profile: str, stable: bool) -> None:
    is_well_told(*watched(html, "html", profile, stable=stable))
