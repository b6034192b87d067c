"""Small texts and pages of our own that once came out wrong. The files are those of known_failures, mended."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from cleaner.pipeline import Pipeline

CASES = sorted(Path(__file__).parent.glob("*.toml"))


def case(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@lru_cache(maxsize=4)
def pipeline(profile: str | None, classifier: str) -> Pipeline:
    return Pipeline(profile=profile, classifier=classifier)  # type: ignore[arg-type]


def lines_of(path: Path, profile: str | None, classifier: str = "blocks") -> list[str]:
    given = case(path)
    result = pipeline(profile, classifier).run(given["source"], kind=given["kind"])
    return [" ".join(line.split()) for line in result.text.splitlines()]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_default_profile_keeps_and_cuts_what_it_should(path: Path) -> None:
    given, lines = case(path), lines_of(path, None)
    assert [line for line in given["keep"] if " ".join(line.split()) not in lines] == []
    assert [words for words in given["cut"] if any(" ".join(words.split()) in line for line in lines)] == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("classifier", ["blocks", "rules"])
def test_the_careful_profile_loses_nothing(path: Path, classifier: str) -> None:
    given, lines = case(path), lines_of(path, "careful", classifier)
    assert [line for line in given["keep"] if " ".join(line.split()) not in lines] == []
