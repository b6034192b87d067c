"""The names of months and days that are folded in counted lines are those that the Unicode locale data has."""

from __future__ import annotations

import pytest

from cleaner.fold import fold, numberless
from cleaner.packs.load import builtin_folder
from cleaner.sites.dates import NAME, dateless, names_in

LANGUAGES = ["en", *sorted(path.stem for path in (builtin_folder() / "lang").glob("*.toml"))]
DOTTED = {"th"}  # abbreviations of several letters with a full stop after each: they stay as they are


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_each_month_of_a_language_is_folded(language: str, width: str) -> None:
    babel = pytest.importorskip("babel")
    if width == "abbreviated" and language in DOTTED:
        pytest.skip("abbreviations with full stops inside")
    months = babel.Locale.parse(language).months
    for context in ("format", "stand-alone"):
        for name in months[context][width].values():
            form = dateless(numberless(fold(f"7 {name} 2024")))
            assert not any(map(str.isalpha, form.replace(NAME, ""))) or "0" in numberless(fold(name)), name


def test_names_have_a_place() -> None:
    line = "seen on 0 march 0, not in march or may or june"
    assert [line[start:end] for start, end in names_in(line)] == ["march"]
