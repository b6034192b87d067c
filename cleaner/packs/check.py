"""Reading single values of a pack. Each function takes a value and its place, ``file:line: rule: key``.

It returns the value in the form that rules keep. It raises `RuleError`, which begins with the place, if the value is of
the wrong type or could not work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import regex

from cleaner.errors import RuleError, nearest
from cleaner.fold import fold, key, squeeze
from cleaner.model import KEEP
from cleaner.packs.host_names import comparable, is_glob
from cleaner.packs.pattern import PATTERN_SECONDS
from cleaner.packs.selectors import Selector
from cleaner.packs.wrap import joined_pattern

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CATEGORY = re.compile(r"[a-z]+(?:_[a-z]+)*")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")


def refuse_unknown(table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    """Raise `RuleError` for a key that is not ``known``."""
    names = list(known)
    for name in table:
        if name not in names:
            raise RuleError(f"{place}: unknown key {name!r}{nearest(name, names)}")


def identifier(value: Any, place: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise RuleError(f"{place} must be in kebab-case, such as 'banner-button'; found {value!r}")
    return value


def category(value: Any, place: str) -> str:
    if not isinstance(value, str) or not _CATEGORY.fullmatch(value):
        raise RuleError(f"{place} must be a name such as 'consent', not {value!r}")
    return value


def sentence(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RuleError(f"{place} must be a sentence, not {value!r}")
    return value


def text(value: Any, place: str) -> str:
    """A string that may be empty."""
    if not isinstance(value, str):
        raise RuleError(f"{place} must be a string, not {value!r}")
    return value


def texts(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise RuleError(f"{place} must be a list of non-empty strings")
    return tuple(value)


def tables(value: Any, place: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise RuleError(f"{place} must be tables, each with its own header in double brackets")
    return value


def number(value: Any, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RuleError(f"{place} must be a whole number, not {value!r}")
    return value


def flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise RuleError(f"{place} must be true or false, not {value!r}")
    return value


def score(value: Any, place: str) -> int:
    if value == "keep":
        return KEEP
    if not isinstance(value, int) or isinstance(value, bool):
        raise RuleError(f'{place} must be a whole number or "keep"; it is {value!r}')
    return value


def one_of(choices: tuple[str, ...]) -> Callable[[Any, str], str]:
    def read(value: Any, place: str) -> str:
        if value not in choices:
            raise RuleError(f"{place} must be one of {', '.join(choices)}, not {value!r}")
        return str(value)

    return read


def line_form(phrase: str) -> str:
    """The form in which a whole-line phrase is kept and compared."""
    return key(phrase_form(phrase))


def phrase_form(phrase: str) -> str:
    """The form in which any other phrase, or a literal, is kept and compared."""
    return squeeze(fold(phrase))


def lines(value: Any, place: str) -> tuple[str, ...]:
    """The matching forms of whole-line phrases."""
    return tuple([_line(each, place) for each in texts(value, place)])


def _line(phrase: str, place: str) -> str:
    found = line_form(phrase)
    _refuse_wordless(found, f"{place}: {phrase!r}")
    return found


def folded(value: Any, place: str) -> tuple[str, ...]:
    """The matching forms of other phrases and literals."""
    return tuple(map(phrase_form, texts(value, place)))


def phrases(value: Any, place: str) -> tuple[str, ...]:
    """The matching forms of phrases and openings. Raises `RuleError` for one that many texts would contain."""
    found = folded(value, place)
    for phrase in found:
        if len(phrase) < 2:
            raise RuleError(f"{place}: phrase {phrase!r} is too short, it would match nearly everything")
        _refuse_wordless(phrase, f"{place}: phrase {phrase!r}")
    return found


def _refuse_wordless(phrase: str, place: str) -> None:
    """Raise `RuleError` for a phrase without a letter: signs are decoration, and digits are in many tables."""
    if not any(map(str.isalpha, phrase)):
        what = f"matches as {phrase!r}, a number" if any(map(str.isalnum, phrase)) else "has only signs"
        raise RuleError(f"{place} {what}: add a word of the line, or write a pattern")


def selectors(value: Any, place: str) -> tuple[str, ...]:
    sources = texts(value, place)
    for n, source in enumerate(sources):
        try:
            Selector.parse(source)
        except ValueError as error:
            raise RuleError(f"{place}[{n}] {error}") from error
    return sources


def hosts(value: Any, place: str) -> tuple[str, ...]:
    """Hosts, such as ``example.com``, or all below one, ``*.example.com``, as they are compared."""
    for n, glob in enumerate(texts(value, place)):
        if not is_glob(glob):
            what = f"must be a host, such as 'example.com' or '*.example.com', not {glob!r}"
            raise RuleError(f"{place}[{n}] {what}; leave out scheme, port and path")
    if not value:
        raise RuleError(f"{place} is empty; name a host, or leave out the key")
    return tuple(dict.fromkeys(map(comparable, value)))


def elements(value: Any, place: str) -> tuple[str, ...]:
    """Selectors of a tag, such as ``nav``, or of a role, such as ``[role=menu]``."""
    for n, source in enumerate(selectors(value, place)):
        selector = Selector.parse(source)
        if source not in (selector.tag, f"[role={selector.role}]"):
            raise RuleError(f"{place}[{n}] must be a tag such as 'nav' or a role such as '[role=menu]', not {source!r}")
    return tuple(value)


def patterns(value: Any, place: str) -> tuple[str, ...]:
    """Patterns, each on one line. They are not compiled: see `check_patterns`."""
    return tuple(map(joined_pattern, texts(value, place)))


def check_patterns(sources: Iterable[str], place: str) -> None:
    """Raise `RuleError` for a pattern that is invalid, matches anything or could take time without end."""
    for n, source in enumerate(sources):
        _check_pattern(source, f"{place}[{n}]")


def _check_pattern(source: str, place: str) -> None:
    try:
        pattern = _compiled(source)
    except regex.error as error:
        raise RuleError(f"{place} is not a regular expression: {error}") from error
    if repeat := _nested_repeat(source):
        what = f"has a nested quantifier ({repeat}), which can take exponential time"
        raise RuleError(f"{place} {what}; rewrite the pattern without it")
    try:
        if pattern.search("", timeout=PATTERN_SECONDS):
            raise RuleError(f"{place} matches the empty string")
        if all(pattern.search(sample, timeout=PATTERN_SECONDS) for sample in ("x", "7", "a b", "ж", "字")):
            raise RuleError(f"{place} matches everything")
    except TimeoutError as error:
        raise RuleError(f"{place} takes too long on a short text") from error


@lru_cache(maxsize=4096)
def _compiled(source: str) -> regex.Pattern[str]:
    return regex.compile(source, regex.VERSION0)


def _nested_repeat(source: str) -> str:
    """The first group of ``source`` that is repeated without bound and holds an unbounded repetition itself."""
    bare = re.sub(r"\\.", "xx", source)
    bare = re.sub(r"\[\^?\]?[^\]]*\]", lambda m: "x" * len(m[0]), bare)
    opened: list[int] = []
    for at, char in enumerate(bare):
        if char == "(":
            opened.append(at)
        elif char == ")" and opened:
            start = opened.pop()
            if _UNBOUNDED.match(bare, at + 1) and _UNBOUNDED.search(bare[start + 1 : at].replace("(?+", "")):
                return source[start : at + 2]
    return ""
