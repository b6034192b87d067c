"""Golden pages: of each, what must stay stays, and the most of what should go is gone (see tests/pages)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from cleaner.decode import decode
from cleaner.model import Result
from cleaner.pipeline import Pipeline

PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*.html"))
MOST_LEFT = 0.11
"""Share of the noise blocks of all pages together that may be left; lower it when rules get better."""


@lru_cache(maxsize=2)
def pipeline(profile: str = "") -> Pipeline:
    return Pipeline(profile=profile, captions="keep")  # the pages list their captions as content


@lru_cache(maxsize=len(PAGES))
def cleaned(path: Path) -> Result:
    return pipeline().run(decode(path.read_bytes(), is_html=True).text, kind="html")


def gold(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_content_stays(path: Path) -> None:
    text = squeezed(cleaned(path).text)
    assert [block for block in gold(path)["keep"] if block not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_content_stays_with_the_careful_profile(path: Path) -> None:
    text = squeezed(pipeline("careful").run(decode(path.read_bytes(), is_html=True).text, kind="html").text)
    assert [block for block in gold(path)["keep"] if block not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_all_of_it_was_visible(path: Path) -> None:
    text = squeezed(cleaned(path).document.text)
    assert [block for block in gold(path)["keep"] if block not in text] == []


def test_most_noise_goes() -> None:
    left = total = 0
    for path in PAGES:
        text = squeezed(cleaned(path).text)
        noise = gold(path)["cut"]
        left += sum(block in text for block in noise)
        total += len(noise)
    assert left <= MOST_LEFT * total
