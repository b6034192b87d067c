"""The keys of each table of a pack, and how the value of each is read. All that a pack may contain is declared here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from cleaner.errors import RuleError
from cleaner.model import WHOLE_PAGES
from cleaner.packs import check
from cleaner.packs.rule import CHECKS, Takes, Trait, Zone

Keys = Mapping[str, Callable[[Any, str], Any]]


def read_table(table: Any, keys: Keys, place: str, *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values of a table in the form that rules keep, without the keys that are not in it.

    Raises `RuleError` for a key that is unknown, a value that could not work, and a required key that is absent.
    """
    if not isinstance(table, dict):
        raise RuleError(f"{place} must be a table, not {table!r}")
    check.refuse_unknown(table, keys, place)
    for name in required:
        if name not in table:
            raise RuleError(f"{place}: {name} is missing")
    return {name: keys[name](value, f"{place}: {name}") for name, value in table.items()}


_trait = check.one_of(get_args(Trait))


def _traits(value: Any, place: str) -> tuple[str, ...]:
    return tuple(_trait(each, f"{place}[{n}]") for n, each in enumerate(check.texts(value, place)))


def _allowed(value: Any, place: str) -> tuple[str, ...]:
    """The checks that a rule allows; each needs a reason."""
    if not isinstance(value, dict):
        raise RuleError(f'{place} must be a table of checks with reasons, such as {{ duplicate = "..." }}')
    check.refuse_unknown(value, CHECKS, place)
    for name, reason in value.items():
        check.sentence(reason, f"{place}: {name}")
    return tuple(value)


_zone = check.one_of(get_args(Zone))

WHERE: Keys = {
    "min_words": check.number,
    "max_words": check.number,
    "at_least": check.number,
    "zone": _zone,
    "alone": check.flag,
    "max_times": check.number,
    "path": check.selectors,
    "outside": check.selectors,
    "max_share": check.number,
    "max_prose": check.number,
    "min_links": check.number,
    "amid_text": check.flag,
    "beside": check.number,
    "host": check.hosts,
}


def _where(value: Any, place: str) -> dict[str, Any]:
    return read_table(value, WHERE, place)


_HOSTS: Keys = {"host": check.hosts}


def _where_of_hosts(value: Any, place: str) -> tuple[str, ...]:
    """The hosts of a table ``where`` that can have no other key."""
    return tuple(read_table(value, _HOSTS, place, required=("host",))["host"])


WORDS: Keys = {
    "lines": check.lines,
    "starts": check.phrases,
    "phrases": check.phrases,
    "pattern": check.patterns,
    "needs": check.folded,
    "removes": check.texts,
    "keeps": check.texts,
}
"""What a language may add to a rule."""

RULE: Keys = {
    "id": check.identifier,
    "summary": check.sentence,
    "why": check.sentence,
    "langs": check.texts,
    "score": check.score,
    "digits": check.flag,
    "unless": check.patterns,
    "where": _where,
    "fact": check.text,
    "announces": check.text,
    "allow": _allowed,
    **WORDS,
}

SECTION: Keys = {
    "id": check.identifier,
    "summary": check.sentence,
    "why": check.sentence,
    "opens": check.texts,
    "members": check.texts,
    "least": check.number,
    "gap": check.number,
    "gap_words": check.number,
    "takes": check.one_of(get_args(Takes)),
    "score": check.number,
    "zone": _zone,
    "enclosed": check.flag,
    "alone": check.flag,
    "where": _where_of_hosts,
}

PACK: Keys = {
    "category": check.category,
    "summary": check.sentence,
    "not_covered": check.text,
    "traits": _traits,
    "whole_page": check.one_of(WHOLE_PAGES),
    "elements": check.elements,
    "topic": check.folded,
    "where": _where_of_hosts,
    "rule": check.tables,
    "section": check.tables,
}
