"""Which columns of a row contain its text, HTML, id and URL, and which are passed through."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cleaner.column_names import HTML_COLUMNS, ID_COLUMN, TEXT_COLUMNS, URL_COLUMN
from cleaner.errors import InputError
from cleaner.inputs.records import Failed, Record, place
from cleaner.inputs.strict_json import kind_of
from cleaner.inputs.table_beside import NAME as TABLE_BESIDE

_MAX_DEPTH = 200


@dataclass(frozen=True, slots=True)
class InputColumns:
    """The names of columns. An empty name is guessed: ``html``, ``raw_html``, ``text``, ``content``; ``id``; ``url``.

    If either a text or an HTML column is named, the other is not guessed. ``delimiter`` separates the columns of CSV;
    if it is empty, a comma does, and in TSV a tab.
    """

    text: str = ""
    html: str = ""
    id: str = ""
    url: str = ""
    delimiter: str = ""

    @property
    def bodies(self) -> tuple[str, ...]:
        """The columns that may contain the text or HTML to clean, the preferred ones first: HTML, then text."""
        return (*self._html, *self._text)

    @property
    def _html(self) -> tuple[str, ...]:
        return (self.html,) if self.html else () if self.text else HTML_COLUMNS

    @property
    def _text(self) -> tuple[str, ...]:
        return (self.text,) if self.text else () if self.html else TEXT_COLUMNS

    def record(self, row: Mapping[str, Any], source: str, number: int, sha256: Callable[[], str]) -> Record | Failed:
        """The record in ``row``, which has the number ``number`` in ``source``, or why there is none.

        ``sha256`` returns the hash of the row; it is called only if the row has no text or HTML.
        """
        name, is_html = self._body(row)
        id = _id(row, self.id) or place(source, number)
        if not name:
            return Failed(id, source, *self._missing_column(row, source), sha256(), number)
        body = row[name]
        if not isinstance(body, (str, bytes)):
            what = "null" if body is None else f"{kind_of(body)}, not text"
            return Failed(id, source, f"column {name!r} is {what}", "fill it or remove the row", sha256(), number)
        url = row.get(self.url or URL_COLUMN)
        url = printable_text(url) if isinstance(url, str) else ""
        used = {name, *_named(row, self.id or ID_COLUMN), *((self.url or URL_COLUMN,) if url else ())}
        extra = {key: json_ready(value) for key, value in row.items() if key not in used}
        return Record(id, source, number, body, kind="html" if is_html else None, url=url, extra=extra)

    def _body(self, row: Mapping[str, Any]) -> tuple[str, bool]:
        """The column to clean, and whether it is HTML: the first that is not empty, else the first that exists."""
        existing = [(name, name in self._html) for name in self.bodies if name in row]
        filled = [pair for pair in existing if row[pair[0]]]
        return (filled or existing or [("", False)])[0]

    def _missing_column(self, row: Mapping[str, Any], source: str) -> tuple[str, str]:
        """What is wrong with a row of ``source`` that has no column to clean, and the cure."""
        wanted = [name for name in (self.html, self.text) if name] or [*HTML_COLUMNS, *TEXT_COLUMNS]
        has = ", ".join(str(name)[:40] for name in list(row)[:8]) or "none"
        beside = ""
        if posixpath.basename(source) == TABLE_BESIDE:
            beside = "if it describes the pages next to it, add a column 'file' with their names; else "
        return (
            f"has no column {' or '.join(map(repr, wanted))}",
            f"{beside}name the right one with --text-column or --html-column; the columns are: {has}",
        )


def _id(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name or ID_COLUMN)
    return printable_text(str(value)) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _named(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return (name,) if _id(row, name) else ()


def printable_text(text: str) -> str:
    """``text`` with lone surrogates as backslash escapes, so that every encoder accepts it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def json_ready(value: Any, depth: int = 0) -> Any:
    """``value`` as JSON can represent it: bytes as base64, decimals and dates as text, NaN and infinity as null.

    Raises `InputError` for a value nested more than `_MAX_DEPTH` levels deep, which writers of JSON refuse.
    """
    if isinstance(value, str):
        return printable_text(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None  # JSON has neither NaN nor infinity
    if depth > _MAX_DEPTH:
        raise InputError(f"is nested over {_MAX_DEPTH} levels deep; flatten it")
    if isinstance(value, Mapping):
        return {printable_text(str(key)): json_ready(one, depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_ready(one, depth + 1) for one in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else getattr(value, "isoformat", value.__str__)()
