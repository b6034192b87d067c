"""The table of months says what dateparser says, so that most pages do without it."""

from __future__ import annotations

import pytest
from dateparser import parse

from cleaner.calendar_names import MONTH_NUMBERS, NAMES
from cleaner.facts.dates import month_number
from cleaner.packs.load import builtin_folder

LANGUAGES = {"en", *(path.stem for path in (builtin_folder() / "lang").glob("*.toml"))}


@pytest.mark.parametrize("language", MONTH_NUMBERS)
def test_each_name_is_that_month_in_its_language(language: str) -> None:
    for name, number in MONTH_NUMBERS[language].items():
        found = parse(f"1 {name} 2000", languages=[language])
        assert found is not None, name
        assert found.month == month_number(name, language) == number, name
        assert name == name.lower()


def test_each_month_of_a_language_has_names() -> None:
    for months in MONTH_NUMBERS.values():
        assert {*months.values()} == {*range(1, 13)}
        assert months.keys() <= NAMES


def test_all_languages_of_the_packs_have_names_or_write_numbers() -> None:
    assert LANGUAGES - MONTH_NUMBERS.keys() == {"ja", "ko", "vi"}
