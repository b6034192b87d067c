"""Record batches of Arrow in, record batches of Arrow out: the one function that all engines carry.

A row goes in as a text (string or bytes) and an id, and comes out as the document row of `cleaner run`, one column a
field, with its ledger row as JSON beside it. The schema is fixed, the order kept, and no row is ever missing: what
can't be cleaned has the status ``failed``, and says why in ``error`` and ``cure``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cleaner.batch.jsonl import Row, to_line
from cleaner.config import Config
from cleaner.errors import ConfigError, InputError, nearest
from cleaner.etl.engines import need
from cleaner.etl.rows import Cleaner, cleaner_of
from cleaner.pipeline import Pipeline

pa = need("pyarrow")

FAILED = "failed"
LEDGER, ERROR, CURE = "ledger", "error", "cure"
EXTRA = "extra"  # an object of any fields: JSON text in a column
_ID_DIGITS = 16
_URL = "url"
_TEXTS = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns: that of the text (strings, or bytes, which are decoded), that of the id.

    An empty ``id`` makes ids of the hash of the text. ``url`` is that of the address the text came from: without one
    the column ``url``, if it is there; an empty one is none. ``carry`` are columns that come out as they went in.
    """

    text: str = "text"
    id: str = "id"
    url: str | None = None
    carry: tuple[str, ...] = ()

    def used(self, given: Any) -> tuple[str, ...]:
        """The columns that are read, of those in the schema ``given``."""
        return tuple(dict.fromkeys(filter(None, (self.id, self.text, self.url_in(given), *self.carry))))

    def url_in(self, given: Any) -> str:
        """The column of the address, empty if there is none."""
        if self.url is not None:
            return self.url
        return _URL if _URL in given.names and _is_text(given.field(_URL).type) else ""


def clean_batch(
    batch: Any,
    *,
    text_column: str = "text",
    id_column: str = "id",
    url_column: str | None = None,
    carry: Sequence[str] = (),
    config: Config | None = None,
    pipeline: Pipeline | None = None,
) -> Any:
    """Clean a ``pyarrow.RecordBatch``: one row out for each row in, in the same order, with the schema `schema`.

    ``config`` are the options of a run, ``pipeline`` is one of your own in place of theirs. Raises `ConfigError` for
    a column that is missing or no text, and nothing for any row.
    """
    columns = Columns(text_column, id_column, url_column, tuple(carry))
    check_columns(batch.schema, columns)
    cleaner = cleaner_of(config or Config(), pipeline)
    texts = _plain(batch.column(columns.text)).to_pylist()
    ids = _plain(batch.column(columns.id)).to_pylist() if columns.id else [None] * len(texts)
    url = columns.url_in(batch.schema)
    urls = _plain(batch.column(url)).to_pylist() if url else [None] * len(texts)
    rows = [clean_row(id, text, cleaner, url) for id, text, url in zip(ids, texts, urls, strict=True)]
    fields = schema()
    arrays = [_array([row[field.name] for row in rows], field.type) for field in fields]
    carried = [batch.column(name) for name in columns.carry]
    return pa.RecordBatch.from_arrays([*arrays, *carried], schema=schema(batch.schema, columns.carry))


def clean_table(table: Any, **options: Any) -> Any:
    """The same for a ``pyarrow.Table``, batch by batch; ``options`` are those of `clean_batch`."""
    check_columns(table.schema, columns_of(options))
    batches = [clean_batch(batch, **options) for batch in table.to_batches()]
    return pa.Table.from_batches(batches, schema=schema(table.schema, options.get("carry", ())))


def columns_of(options: Mapping[str, Any]) -> Columns:
    """The names among options of `clean_batch`."""
    given = {"text": options.get("text_column"), "id": options.get("id_column"), "url": options.get("url_column")}
    told = {name: value for name, value in given.items() if value is not None}
    return Columns(**told, carry=tuple(options.get("carry", ())))


def clean_batches(batches: Iterable[Any], **options: Any) -> Iterator[Any]:
    """The same for a stream of batches."""
    return (clean_batch(batch, **options) for batch in batches)


def clean_row(id: object, text: str | bytes | None, cleaner: Cleaner, url: object = None) -> Row:
    """All columns of one row but those carried. Raises nothing for any text; a ``url`` that is no string is none."""
    if text is None:
        return _failed(id, "the text is null", "leave the row out or fill it")
    name = _digest(text)[:_ID_DIGITS] if id is None or id == "" else str(id)
    try:
        document, ledger = cleaner.rows(name, text, url if isinstance(url, str) else "")
    except InputError as error:
        what, _, cure = str(error).partition("; ")
        return _failed(name, what, cure)
    return {**document, EXTRA: _json(document[EXTRA]), LEDGER: _json(ledger), ERROR: "", CURE: ""}


def document_lines(table: Any) -> bytes:
    """The lines of ``documents.jsonl`` that a cleaned batch or table holds, byte for byte as `cleaner run` writes them.

    Failed rows have none.
    """
    return b"".join(document_line(row) for row in table.to_pylist() if row["status"] != FAILED)


def document_line(row: Row) -> bytes:
    """The line of one cleaned row."""
    return to_line({name: row[name] for name in document_schema().names} | {EXTRA: json.loads(row[EXTRA])})


def schema(of: Any = None, carry: Sequence[str] = ()) -> Any:
    """The ``pyarrow.Schema`` of what comes out: the fields of a document row, ledger, error, cure, what is carried.

    ``of`` is the schema of what goes in, asked for the types of ``carry``.
    """
    told = [pa.field(name, pa.string()) for name in (LEDGER, ERROR, CURE)]
    return pa.schema([*document_schema(), *told, *(of.field(name) for name in carry)])


@cache
def document_schema() -> Any:
    """The fields of a document row, from the published JSON Schema."""
    told = json.loads(Path(__file__).parents[1].joinpath("schemas", "document.schema.json").read_bytes())
    return pa.schema([pa.field(name, _type(kind)) for name, kind in told["properties"].items()])


def check_columns(given: Any, columns: Columns) -> None:
    """Raises `ConfigError` if ``given``, a ``pyarrow.Schema``, lacks a column or has one of another type."""
    for option, name in (("text_column", columns.text), ("id_column", columns.id)):
        if name not in given.names and not (name == "" and option == "id_column"):
            known = ", ".join(given.names)
            told = f"there is no column {name!r}{nearest(name, given.names)}: the columns are {known}"
            without = ", or id_column='' to make ids of the text" if option == "id_column" else ""
            raise ConfigError(f"{told}; name one with {option}={without}")
    if columns.url and columns.url not in given.names:
        raise ConfigError(f"there is no column {columns.url!r} for url_column={nearest(columns.url, given.names)}")
    kind = given.field(columns.text).type
    if not _is_text(kind):
        raise ConfigError(f"column {columns.text!r} is of type {kind}, not string or binary; name another, or cast it")
    for name in columns.carry:
        if name not in given.names:
            raise ConfigError(f"there is no column {name!r} to carry{nearest(name, given.names)}")
        if name in schema().names:
            raise ConfigError(f"column {name!r} can't be carried: what comes out has one of that name; rename it")


def _is_text(kind: Any) -> bool:
    return str(kind.value_type if pa.types.is_dictionary(kind) else kind) in _TEXTS


def _plain(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _array(values: list[Any], kind: Any) -> Any:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:  # a lone surrogate, which no Arrow string can hold
        return pa.array([_mended(value) for value in values], kind)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return [_mended(item) for item in value] if isinstance(value, list) else value


def _type(kind: dict[str, Any]) -> Any:
    """The Arrow type of a property of a JSON Schema."""
    if kind.get("type") == "array":
        return pa.list_(_type(kind["items"]))
    if kind.get("type") == "object" and "properties" in kind:
        return pa.struct([(name, _type(inner)) for name, inner in kind["properties"].items()])
    return pa.int64() if kind.get("type") == "integer" else pa.string()


@cache
def _empty_values() -> tuple[tuple[str, Any], ...]:
    absent = {pa.int64(): 0, pa.string(): ""}
    return tuple((field.name, absent.get(field.type)) for field in document_schema())


def _failed(id: object, error: str, cure: str) -> Row:
    """A row that says only why there is none."""
    nothing = {name: [] if value is None else value for name, value in _empty_values()}
    name = "" if id is None else str(id)
    return {**nothing, "id": name, EXTRA: "{}", "source": name, "status": FAILED, LEDGER: "", ERROR: error, CURE: cure}


def _json(row: Row) -> str:
    return to_line(row).decode().removesuffix("\n")


def _digest(text: str | bytes) -> str:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()
