"""Record batches of Arrow in, record batches of Arrow out: the one function that all engines carry.

A row goes in as a text (string or bytes) and an id, and comes out as the document row of `cleaner run`, one column a
field, with its ledger row as JSON beside it. The schema is fixed, the order kept, and no row is ever missing: what
can't be cleaned has the status ``failed``, and says why in ``error`` and ``cure``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from cleaner.batch.jsonl import Row, to_line
from cleaner.config import Config
from cleaner.errors import ConfigError, InputError
from cleaner.etl.columns import Columns, addresses, check_columns, columns_of, names, slices, texts
from cleaner.etl.engines import need
from cleaner.etl.rows import Cleaner, cleaner_of
from cleaner.etl.schema import CURE, ERROR, LEDGER, document_schema, schema
from cleaner.pipeline import Pipeline

pa = need("pyarrow")

__all__ = ["clean_batch", "clean_batches", "clean_row", "clean_table", "document_line", "document_lines", "schema"]

FAILED = "failed"
EXTRA = "extra"  # an object of any fields: JSON text in a column
_ID_DIGITS = 16


def clean_batch(
    batch: Any,
    *,
    text_column: str = "text",
    id_column: str | None = "id",
    url_column: str | None = None,
    carry: str | Sequence[str] = (),
    config: Config | None = None,
    pipeline: Pipeline | None = None,
) -> Any:
    """Clean a ``pyarrow.RecordBatch``: one row out for each row in, in the same order, with the schema `schema`.

    ``config`` are the options of a run, ``pipeline`` is one of your own in place of theirs. Raises `ConfigError` for
    a column that is missing, there twice or no text, and for more than a batch can hold (2 GB in one column that comes
    out), and nothing for any row.
    """
    columns = columns_of(
        text_column=text_column, id_column=id_column, url_column=url_column, carry=carry, config=config,
        pipeline=pipeline,
    )  # fmt: skip
    check_columns(batch.schema, columns)
    return _cleaned(batch, columns, cleaner_of(config or Config(), pipeline))


def _cleaned(batch: Any, columns: Columns, cleaner: Cleaner) -> Any:
    none, url = [None] * batch.num_rows, columns.url_in(batch.schema.names)
    ids = names(batch.column(columns.id)) if columns.id else none
    urls = addresses(batch.column(url)) if url else none
    values = zip(ids, texts(batch.column(columns.text)), urls, strict=True)
    rows = [clean_row(id, text, cleaner, url) for id, text, url in values]
    arrays = [_column(rows, field) for field in schema()]
    carried = [batch.column(name) for name in columns.carry]
    return pa.RecordBatch.from_arrays([*arrays, *carried], schema=schema(batch.schema, columns.carry))


def clean_table(table: Any, **options: Any) -> Any:
    """The same for a ``pyarrow.Table`` of any size, a few hundred rows at a time; ``options`` as in `clean_batch`."""
    columns = columns_of(**options)
    check_columns(table.schema, columns)
    return pa.Table.from_batches(
        clean_batches(table.to_batches(), **options), schema=schema(table.schema, columns.carry)
    )


def clean_batches(batches: Iterable[Any], **options: Any) -> Iterator[Any]:
    """The same for a stream of batches; large ones come out as several."""
    columns = columns_of(**options)
    cleaner = cleaner_of(options.get("config") or Config(), options.get("pipeline"))
    return (_cleaned(part, columns, cleaner) for batch in batches for part in slices(batch, columns))


def clean_row(id: object, text: object, cleaner: Cleaner, url: object = None) -> Row:
    """All columns of one row but those carried. Raises nothing for any text; a ``url`` that is no string is none."""
    if text is None:
        return _failed(id, "the text is null", "leave the row out or fill it")
    if not isinstance(text, str | bytes):
        return _failed(id, f"the text is {type(text).__name__}, not a string or bytes", "convert it")
    name = _digest(text)[:_ID_DIGITS] if id is None or id == "" else str(id)
    try:
        document, ledger = cleaner.rows(name, text, url if isinstance(url, str) else "")
    except InputError as error:
        return _failed(name, *error.told)
    return {**document, EXTRA: _json(document[EXTRA]), LEDGER: _json(ledger), ERROR: "", CURE: ""}


def document_lines(table: Any) -> bytes:
    """The lines of ``documents.jsonl`` that a cleaned batch or table holds, byte for byte as `cleaner run` writes them.

    Failed rows have none.
    """
    return b"".join(document_line(row) for row in table.to_pylist() if row["status"] != FAILED)


def document_line(row: Row) -> bytes:
    """The line of one cleaned row."""
    return to_line({name: row[name] for name in document_schema().names} | {EXTRA: json.loads(row[EXTRA])})


def _column(rows: list[Row], field: Any) -> Any:
    array = _array([row[field.name] for row in rows], field.type)
    if isinstance(array, pa.ChunkedArray):
        raise ConfigError(f"column {field.name!r} of the clean batch is over 2 GB; use smaller batches, or clean_table")
    return array


def _array(values: list[Any], kind: Any) -> Any:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:  # a lone surrogate, which no Arrow string can hold
        return pa.array([_mended(value) for value in values], kind)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return [_mended(item) for item in value] if isinstance(value, list) else value


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
