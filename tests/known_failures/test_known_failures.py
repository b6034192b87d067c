"""What we get wrong today, strictly: a case that is mended must leave this folder. README.md describes the files."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from cleaner.pipeline import Pipeline

CASES = sorted(Path(__file__).parent.glob("*.toml"))
KEYS = {"why", "fault", "kind", "keep", "cut", "source"}


def case(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


def faults(path: Path) -> dict[str, list[str]]:
    """The lines that are lost, and the words that are left."""
    given = case(path)
    lines = [" ".join(line.split()) for line in pipeline().run(given["source"], kind=given["kind"]).text.splitlines()]
    return {
        "lost": [line for line in given["keep"] if " ".join(line.split()) not in lines],
        "left": [words for words in given["cut"] if any(" ".join(words.split()) in line for line in lines)],
    }


def strict(path: Path) -> Any:
    return pytest.param(
        path, id=path.stem, marks=pytest.mark.xfail(reason=case(path)["why"], strict=True, raises=AssertionError)
    )


@pytest.mark.parametrize("path", [strict(path) for path in CASES])
def test_a_known_failure(path: Path) -> None:
    fault = case(path)["fault"]
    assert faults(path)[fault] == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_rest_of_the_case_is_right(path: Path) -> None:
    given = case(path)
    assert given.keys() == KEYS
    assert given["why"].endswith(".")
    assert given[{"lost": "keep", "left": "cut"}[given["fault"]]]
    other = {"lost": "left", "left": "lost"}[given["fault"]]
    assert faults(path)[other] == []
