"""A bolder profile cuts all that a more careful one cuts; only white space may go with other lines."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, html_pages, noise, pages, paragraphs, shapes

from cleaner.model import Mark, Result
from cleaner.packs.rule import StageRule
from cleaner.pipeline import PROFILES, Pipeline
from cleaner.stages import Stage
from cleaner.view import View

HERE = Path(__file__).parents[1]
TEXTS = sorted(path for folder in ("no_harm", "noisy") for path in (HERE / folder).glob("*.txt"))
PAGES = sorted((HERE / "pages").glob("*.html"))
SEEDS = sorted((HERE.parent / "seeds").glob("*.txt"))


def name_of(path: Path) -> str:
    """The name of a file; of a seed its number."""
    return path.stem.partition("_")[0] if path in SEEDS else path.stem


@lru_cache(maxsize=16)
def pipelines(classifier: str = "rules", *, stable: bool = False) -> tuple[Pipeline, ...]:
    return tuple(Pipeline(profile=name, classifier=classifier, metadata="none", stable=stable) for name in PROFILES)


def places(result: Result) -> set[int]:
    """The places of all that was cut but white space."""
    text = result.document.text
    return {place for cut in result.cuts for place in range(*cut.span) if not text[place].isspace()}


def is_monotone(given: tuple[Pipeline, ...], source: str | bytes, kind: str) -> None:
    results = [one.run(source, kind=kind) for one in given]
    for careful, bold in pairwise(results):
        assert places(careful) <= places(bold)
    for result in results:
        if any(map(str.isalpha, result.document.text)) and not any(map(str.isalpha, result.text)):
            assert result.status in ("error_page", "consent_page")


@given(
    st.one_of(documents(), pages(), st.lists(st.one_of(paragraphs(), noise(), shapes()), max_size=25).map("\n".join))
)
def test_of_a_text_a_bolder_profile_cuts_all_and_more(text: str) -> None:
    is_monotone(pipelines(), text, "text")


@given(html_pages(), st.booleans())
def test_of_a_page_a_bolder_profile_cuts_all_and_more(html: str, stable: bool) -> None:
    is_monotone(pipelines(stable=stable), html, "html")


class Drawn(Stage):
    """Says what the list of scores holds, which a test fills."""

    rules = (StageRule(id="mine/any", category="mine", summary="Drawn.", why="Any.", removes=("x",), keeps=("y",)),)
    reads = "both"
    scores: ClassVar[list[int]] = []

    def __call__(self, page: View) -> list[Mark]:
        drawn = self.scores
        return [self.rules[0].mark(b.span, "drawn", drawn[len(b.text) % len(drawn)]) for b in page.document.blocks]


@lru_cache(maxsize=1)
def drawn_pipelines() -> tuple[Pipeline, ...]:
    return tuple(Pipeline(profile=name, classifier="rules", metadata="none", stages=[Drawn]) for name in PROFILES)


@given(pages(), st.randoms(use_true_random=False))
def test_it_holds_for_stages_that_say_anything(text: str, random: Random) -> None:
    Drawn.scores = [random.choice((0, 0, 60, 80, 100, 120)) for _ in range(97)]
    is_monotone(drawn_pipelines(), text, "text")
    is_monotone(drawn_pipelines(), "".join(f"<p>{line}</p>" for line in text.splitlines() if "<" not in line), "html")


@given(st.one_of(documents(), pages()), st.sampled_from([*PROFILES]))
def test_a_clean_text_is_clean_in_every_profile(text: str, profile: str) -> None:
    one = pipelines()[[*PROFILES].index(profile)]
    clean = one.run(text, kind="text").text
    assert one.run(clean, kind="text").text == clean


@pytest.mark.parametrize("classifier", ["rules", "blocks"])
@pytest.mark.parametrize("path", [*TEXTS, *SEEDS, *PAGES], ids=name_of)
def test_it_holds_of_golden_texts_and_pages(path: Path, classifier: str) -> None:
    is_monotone(pipelines(classifier), path.read_bytes(), "html" if path.suffix == ".html" else "text")
