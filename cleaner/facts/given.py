"""What a sidecar states about a document, as facts, and where it contradicts the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cleaner.facts.claims import SIDECAR
from cleaner.facts.dates import iso_date
from cleaner.facts.people import key
from cleaner.facts.tag_list import split_tags
from cleaner.model import Fact

_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline", "creator"),
    "date": ("date", "date_published", "datePublished", "published", "publish_date", "pub_date"),
    "date_modified": ("date_modified", "dateModified", "modified", "updated"),
    "site": ("site", "site_name", "sitename", "publisher"),
    "lang": ("lang", "language"),
    "tags": ("tags", "keywords"),
    "section": ("section", "category"),
    "description": ("description", "summary", "excerpt"),
    "image": ("image", "image_url"),
}
"""The fields and the keys of a sidecar that fill them, in the order in which they are looked for."""
_TOLD = ("title", "author", "date", "lang", "site")  # fields whose conflicts are worth a warning
_MAX_SHOWN = 60  # characters of a value in a warning


def with_given(facts: Sequence[Fact], given: Mapping[str, Any]) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """The facts, of which those that a sidecar states replace those of the page, and a warning for each conflict.

    ``given`` are the fields of the sidecar. A value that is neither a text nor a list of texts is left out, and so is a
    date that is not a full date.
    """
    stated = {name: tuple(dict.fromkeys(_values(name, given, keys))) for name, keys in _NAMES.items()}
    stated = {name: values for name, values in stated.items() if values}
    replaced = {*stated, "date_text"} if "date" in stated else set(stated)
    kept = tuple(fact for fact in facts if fact.name not in replaced)
    made = [Fact(name, value, 0, SIDECAR) for name, values in stated.items() for value in values]
    if "date" in stated:
        made.append(Fact("date_text", next(_texts(given, _NAMES["date"])), 0, SIDECAR))
    return (*made, *kept), tuple(_conflicts(stated, facts))


def _values(name: str, given: Mapping[str, Any], keys: Sequence[str]) -> Iterator[str]:
    for text in _texts(given, keys):
        if name in ("date", "date_modified"):
            if day := iso_date(text):
                yield day
            return
        if name == "tags":
            yield from split_tags(text)
        elif name == "author":
            yield from (part.strip() for part in text.split(";") if part.strip())
        else:
            yield text


def _texts(given: Mapping[str, Any], keys: Sequence[str]) -> Iterator[str]:
    """The texts of the first of ``keys`` that has any."""
    for name in keys:
        value = given.get(name)
        texts = [
            " ".join(one.split()) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)
        ]
        if any(texts):
            yield from filter(None, texts)
            return


def _conflicts(stated: Mapping[str, Sequence[str]], facts: Sequence[Fact]) -> Iterator[str]:
    for name in _TOLD:
        found = [fact.value for fact in facts if fact.name == name]
        if name in stated and found and {*map(key, found)}.isdisjoint(map(key, stated[name])):
            yield f"{name}: the sidecar says {_short(stated[name])}, the document says {_short(found)}"


def _short(values: Sequence[str]) -> str:
    text = ", ".join(values)
    return repr(text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}...")
