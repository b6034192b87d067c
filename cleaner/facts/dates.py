"""Dates as pages write them → ISO 8601 days.

A day is given only if year, month and day are all in the text and their order is certain: nothing is completed and
nothing is computed from today's date. Names of months that `cleaner.calendar_names` does not have are read by
dateparser (https://dateparser.readthedocs.io), and only if the document is in a language that the table lacks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

import regex

from cleaner.calendar_names import MONTH_NUMBERS

_MAX_TEXT = 200  # characters in which a date is looked for
_MIN_YEAR, _MAX_YEAR = 1800, 2100
_BUDDHIST, _MIN_BUDDHIST = 543, 2400  # years that Thai dates count from, and the first that is read so
_ISO = regex.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|(?<!\d)(\d{4})(\d{2})(\d{2})(?=T\d|Z|$)")
_ISO_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?!\d)")
_EAST = regex.compile(
    r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?|(?<!\d)(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})(?!\d)"
)
_NUMERIC = regex.compile(r"(?<![\d.])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_SHORT_YEAR = regex.compile(r"(?<![\d.:])(\d{2})\.(\d{2})\.(\d{2})(?![\d.:])")
_DAY_FIRST = regex.compile(
    r"""(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|[ºª°.]|-?(?:го|е))?[\s,/-]{0,3}(?:(?:de|of|di|ngày|tháng)\s|d['’])?\s?
        ((?:tháng\s\d{1,2})|เ?[ก-ฮ]\p{M}?\.[ก-ฮ]\.|\p{L}[\p{L}\p{M}]{1,15})\.?[\s,/-]{0,3}(?:(?:de|del|năm|พ\.ศ\.)\s?)?(\d{4})(?!\d)""",
    regex.VERBOSE | regex.IGNORECASE,
)
_MONTH_FIRST = regex.compile(
    r"""(?:(?<![\p{L}\p{M}])|(?<=\p{Ll})(?=\p{Lu}))(\p{L}(?:(?!(?<=\p{Ll})\p{Lu})[\p{L}\p{M}]){1,15})\.?\s{0,2}
        (\d{1,2})(?i:st|nd|rd|th)?\s?,?\s{1,2}(?:\d{1,2}:\d{2}(?::\d{2})?\s(?:(?i:[A-Z]{3,4})\s)?)?(\d{4})(?!\d)""",
    regex.VERBOSE,
)
"""A month may follow a name without a space, where a page separates them by its style only: "Ann LeeMay 3, 2024"."""
_SPACES = {ord(char): " " for char in "\u200e\u200f\xa0\u202f\u2009"}
_DATE_LIKE = regex.compile(r"\d{4}|\d\.\d\d\.\d\d")
_SETTINGS: Any = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"], "STRICT_PARSING": True}
_SAME_MONTHS = {"no": "nb", "nn": "nb", "ms": "id"}
"""Languages that have the names of months of another one."""
_THAI = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.".split()
"""The short names of months in Thai, which have full stops inside."""
_WITHOUT_NAMES = frozenset(("ja", "ko", "vi"))
"""Languages that write months as numbers."""
_MONTH_FIRST_LANGUAGES = frozenset(("", "en", "fil", "tl"))
"""Languages in which 05/04/2025 may be the fourth of May or the fifth of April."""


def iso_date(text: str, lang: str = "") -> str:
    """The first full date in ``text`` as ``YYYY-MM-DD``; empty if there is none, or if its order is not certain.

    A date with a time and a zone keeps the day that it names: it is not converted to another zone.
    """
    found = find_date(text, lang)
    return found.day if found else ""


class Dated(NamedTuple):
    """A day as ``YYYY-MM-DD``, and where it is in the text that was searched."""

    start: int
    end: int
    day: str


def find_date(text: str, lang: str = "") -> Dated | None:
    """The first full date in the first characters of ``text``, as `iso_date` reads it, and its place."""
    return _find_date(text[:_MAX_TEXT], lang)


@lru_cache(maxsize=512)
def _find_date(text: str, lang: str) -> Dated | None:
    """The same. Several readers ask for the same line, and for the same value of the head."""
    if (match := _ISO_FIRST.match(text)) and (day := _day(int(match[1]), int(match[2]), int(match[3]), lang)):
        return Dated(0, match.end(), day)  # most values of the head: no other form can begin earlier
    text = _digits(text)
    return min(_found(text, lang), default=None) if _DATE_LIKE.search(text) else None


def is_next(one: str, other: str) -> bool:
    """Whether two days, ``YYYY-MM-DD``, are the same or follow each other."""
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= 1


def is_valid(text: str) -> bool:
    """Whether ``text`` is a day in the form ``YYYY-MM-DD``."""
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _found(text: str, lang: str) -> Iterator[Dated]:
    """The dates in ``text``, one of each form."""
    for match, (year, month, number) in _numbers(text, lang):
        if day := _day(year, month, number, lang):
            yield Dated(match.start(), match.end(), day)


def _numbers(text: str, lang: str) -> Iterator[tuple[regex.Match[str], tuple[int, int, int]]]:
    if match := _ISO.search(text):
        yield match, _three(match, (1, 3, 4) if match[1] else (5, 6, 7))
    if match := _EAST.search(text):
        yield match, _three(match, (1, 2, 3) if match[1] else (4, 5, 6))
    if match := _NUMERIC.search(text):
        first, sign, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
        is_certain = sign == "." or first > 12 or first == second or lang not in _MONTH_FIRST_LANGUAGES
        if is_certain:
            yield match, (year, second, first)
        elif second > 12:
            yield match, (year, first, second)
    if lang not in _MONTH_FIRST_LANGUAGES and (match := _SHORT_YEAR.search(text)):
        yield match, (2000 + int(match[3]), int(match[2]), int(match[1]))
    if match := _DAY_FIRST.search(text):
        yield match, (int(match[3]), month_number(match[2].lower(), lang), int(match[1]))
    for match in _MONTH_FIRST.finditer(text):
        if month := month_number(match[1].lower(), lang):
            yield match, (int(match[3]), month, int(match[2]))
            return


def _three(match: regex.Match[str], groups: tuple[int, int, int]) -> tuple[int, int, int]:
    year, month, day = (int(match[group]) for group in groups)
    return year, month, day


def _day(year: int, month: int, day: int, lang: str) -> str:
    if lang == "th" and year >= _MIN_BUDDHIST:
        year -= _BUDDHIST
    if not _MIN_YEAR <= year <= _MAX_YEAR:
        return ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _digits(text: str) -> str:
    """The text with European digits, and without marks of direction."""
    if text.isascii():
        return text
    text = text.translate(_SPACES)  # one character for each, so that places stay
    return "".join([str(unicodedata.digit(char)) if char >= "\u0660" and char.isdecimal() else char for char in text])


@lru_cache(maxsize=2_000)
def month_number(name: str, lang: str = "") -> int:
    """The number of the month ``name``, in ``lang`` or in English, with or without accents; 0 if it is none.

    A name that is in neither of them counts if all languages that have it mean the same month.
    """
    if name.startswith("tháng "):
        return int(name.removeprefix("tháng "))
    lang = _SAME_MONTHS.get(lang, lang)
    bare = _without_accents(name)
    for months in (_months().get(lang, {}), _months()["en"]):
        if month := months.get(name) or months.get(bare):
            return month
    found = {months.get(name) or months.get(bare, 0) for months in _months().values()} - {0}
    if len(found) == 1:
        return found.pop()
    return _parsed_month(name, lang) if lang and lang not in _WITHOUT_NAMES and lang not in _months() else 0


@cache
def _months() -> Mapping[str, Mapping[str, int]]:
    """The numbers of months by language and name; names have their accents or none."""
    more = {"th": {name: number for number, name in enumerate(_THAI, 1)}}
    return {
        language: {
            **more.get(language, {}),
            **{_without_accents(name): number for name, number in months.items()},
            **months,
        }
        for language, months in MONTH_NUMBERS.items()
    }


def _without_accents(name: str) -> str:
    """A name in Latin letters without accents; other names as they are."""
    if name.isascii():
        return name
    bare = "".join([char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char)])
    return bare if bare.isascii() else name


def _parsed_month(name: str, language: str) -> int:
    """The number of a month in a language whose months are in no table, as dateparser finds it."""
    from dateparser import parse  # lazy: a fifth of a second

    try:
        found = parse(f"1 {name} 2000", languages=[language], settings=_SETTINGS)
    except (ValueError, TypeError):  # a language that dateparser does not know
        return 0
    return int(found.month) if found is not None and (found.year, found.day) == (2000, 1) else 0
