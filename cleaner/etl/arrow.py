"""Cleaning of Arrow record batches, the function that all adapters call.

Each input row has a text (string or bytes) and an id. The output row has the columns of a document row of
`cleaner run`, and its ledger row as JSON in the column ``ledger``. The schema is fixed, the order stays the same, and
no row is missing: a row that can't be cleaned has the status ``failed`` and the reason in ``error`` and ``cure``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from cleaner.config import Config
from cleaner.errors import ConfigError, InputError
from cleaner.etl.columns import Job, JobOptions, TableColumns, addresses, job_of, names, slices, texts
from cleaner.etl.engines import need, wrong_type
from cleaner.etl.rows import Cleaner, cleaner_of, name_of
from cleaner.etl.schema import CURE, ERROR, LEDGER, document_schema, schema
from cleaner.json_lines import Row, to_line
from cleaner.model import InputKind
from cleaner.tables import is_column, is_table

if TYPE_CHECKING:
    from typing import Unpack

    import pyarrow  # noqa: ICN001 - at run time the module is `pa`

pa = need("pyarrow")

__all__ = ["clean_batch", "clean_batches", "clean_row", "clean_table", "document_line", "document_lines", "schema"]

FAILED = "failed"
EXTRA = "extra"  # an object with any fields, as JSON text in one column
_NO_STREAM = (str, bytes, bytearray, memoryview, Mapping, pa.Schema)  # iterable, but not streams of batches


def clean_batch(batch: pyarrow.RecordBatch, **options: Unpack[JobOptions]) -> pyarrow.RecordBatch:
    """Clean a ``pyarrow.RecordBatch``: one row out for each row in, in the same order, with the schema `schema`.

    A ``pyarrow.Table`` is treated as one batch. ``options`` are those of `cleaner.etl.columns.JobOptions`: the columns
    to read and to carry, ``config`` or the options of `clean`, or your own ``pipeline``.

    No row makes it raise. Raises `ConfigError` for a column that is missing, duplicate or not text, for a value that an
    option can't have, and if an output column would be larger than a batch can hold (2 GB). Raises `TypeError` if
    ``batch`` is not a batch, and for an option that does not exist.
    """
    job = job_of("clean_batch()", options)
    whole = _as_batch("clean_batch()", batch)
    return _cleaned(whole, job.find_in(whole.schema), job.cleaner)


def clean_table(table: pyarrow.Table, **options: Unpack[JobOptions]) -> pyarrow.Table:
    """Clean a ``pyarrow.Table`` of any size, a few hundred rows at a time. A batch is treated as a table.

    Options and errors are those of `clean_batch`.
    """
    job = job_of("clean_table()", options)
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    if not isinstance(table, pa.Table):
        raise wrong_type("clean_table()", table, "a pyarrow.Table or RecordBatch")
    columns = job.find_in(table.schema)
    parts = (_cleaned(part, columns, job.cleaner) for batch in table.to_batches() for part in slices(batch, columns))
    return pa.Table.from_batches(parts, schema=schema(table.schema, columns.carry))


def clean_batches(
    batches: Iterable[pyarrow.RecordBatch], **options: Unpack[JobOptions]
) -> Iterator[pyarrow.RecordBatch]:
    """Clean a stream of batches, such as a ``pyarrow.RecordBatchReader``. A large batch yields several.

    Options and errors are those of `clean_batch`. Wrong options raise at once, other errors while the result is read.
    """
    job = job_of("clean_batches()", options)
    if isinstance(batches, pa.RecordBatch):
        batches = [batches]
    elif isinstance(batches, pa.Table):
        batches = batches.to_batches()
    elif (
        isinstance(batches, _NO_STREAM) or is_table(batches) or is_column(batches) or not isinstance(batches, Iterable)
    ):
        raise wrong_type("clean_batches()", batches, "a stream of pyarrow.RecordBatch")
    return _streamed(batches, job)


def clean_columns(
    batches: Iterable[pyarrow.RecordBatch], columns: TableColumns, config: Config
) -> Iterator[pyarrow.RecordBatch]:
    """Clean a stream of batches whose ``columns`` the caller has already found. Raises `ConfigError` or `RuleError`."""
    cleaner = cleaner_of(config)
    return (_cleaned(part, columns, cleaner) for batch in batches for part in slices(batch, columns))


def _streamed(batches: Iterable[pyarrow.RecordBatch], job: Job) -> Iterator[pyarrow.RecordBatch]:
    cleaner = job.cleaner
    for batch in batches:
        whole = _as_batch("clean_batches()", batch)
        columns = job.find_in(whole.schema)
        for part in slices(whole, columns):
            yield _cleaned(part, columns, cleaner)


def _as_batch(caller: str, given: object) -> pyarrow.RecordBatch:
    """``given`` as one batch. Raises `TypeError` if it is not a batch or a table, `ConfigError` if it is too large."""
    if isinstance(given, pa.RecordBatch):
        return given
    if not isinstance(given, pa.Table):
        raise wrong_type(caller, given, "a pyarrow.RecordBatch or Table")
    batches = given.combine_chunks().to_batches()
    if len(batches) > 1:
        raise ConfigError("the table is too large for one batch (over 2 GB in one column); use clean_table")
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=given.schema)


def _cleaned(batch: pyarrow.RecordBatch, columns: TableColumns, cleaner: Cleaner) -> pyarrow.RecordBatch:
    none = [None] * batch.num_rows
    ids = names(batch.column(columns.id)) if columns.id else none
    urls = addresses(batch.column(columns.url)) if columns.url else none
    rows = [
        clean_row(id, text, cleaner, url, "html" if is_html else None)
        for id, (text, is_html), url in zip(ids, bodies_of(batch, columns), urls, strict=True)
    ]
    arrays = [_column(rows, field) for field in schema()]
    carried = [batch.column(name) for name in columns.carry]
    return pa.RecordBatch.from_arrays([*arrays, *carried], schema=schema(batch.schema, columns.carry))


def bodies_of(batch: pyarrow.RecordBatch, columns: TableColumns) -> Iterator[tuple[str | bytes | None, bool]]:
    """Yield the text of each row and whether it is HTML, from the first column with a value, else the first column."""
    kinds = [body.is_html for body in columns.bodies]
    for values in zip(*(texts(batch.column(body.name)) for body in columns.bodies), strict=True):
        yield next((pair for pair in zip(values, kinds, strict=True) if pair[0]), (values[0], kinds[0]))


def clean_row(id: object, text: object, cleaner: Cleaner, url: object = None, kind: InputKind | None = None) -> Row:
    """The output row of one text, without carried columns. No text makes it raise; a ``url`` that is not a string is
    ignored.
    """
    if text is None:
        return _failed(id, "the text is null", "remove the row, or add a text")
    if not isinstance(text, str | bytes):
        return _failed(id, f"the text is {type(text).__name__}, not a string or bytes", "convert it to one")
    name = name_of(text) if id is None or id == "" else str(id)
    try:
        document, ledger = cleaner.rows(name, text, url if isinstance(url, str) else "", kind)
    except InputError as error:
        return _failed(name, *error.what_and_cure)
    return {**document, EXTRA: _json(document[EXTRA]), LEDGER: _json(ledger), ERROR: "", CURE: ""}


def document_lines(table: pyarrow.Table | pyarrow.RecordBatch) -> bytes:
    """The lines of ``documents.jsonl`` for a cleaned batch or table, byte for byte as `cleaner run` writes them.

    Failed rows have no line.
    """
    return b"".join(document_line(row) for row in table.to_pylist() if row["status"] != FAILED)


def document_line(row: Row) -> bytes:
    """The line of ``documents.jsonl`` for one cleaned row."""
    return to_line({name: row[name] for name in document_schema().names} | {EXTRA: json.loads(row[EXTRA])})


def _column(rows: list[Row], field: Any) -> Any:
    array = _array([row[field.name] for row in rows], field.type)
    if isinstance(array, pa.ChunkedArray):
        raise ConfigError(
            f"column {field.name!r} is larger than 2 GB in the clean batch; use smaller batches, or clean_table"
        )
    return array


def _array(values: list[Any], kind: Any) -> Any:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:  # Arrow strings can't contain lone surrogates
        return pa.array([without_surrogates(value) for value in values], kind)


def without_surrogates(value: Any) -> Any:
    """``value``, a string or nested lists and objects, with a question mark in place of each lone surrogate."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: without_surrogates(item) for name, item in value.items()}
    return [without_surrogates(item) for item in value] if isinstance(value, list) else value


@cache
def _empty_values() -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _empty(field.type)) for field in document_schema())


def _empty(kind: Any) -> Any:
    """The value of a column without a value; None for a list, of which each row needs one of its own."""
    if pa.types.is_struct(kind):
        return {field.name: _empty(field.type) for field in kind}
    return {pa.int64(): 0, pa.float64(): 0.0, pa.string(): ""}.get(kind)


def _failed(id: object, error: str, cure: str) -> Row:
    """The output row of a text that could not be cleaned: all columns are empty except id, status, error and cure."""
    nothing = {name: [] if value is None else value for name, value in _empty_values()}
    name = "" if id is None else str(id)
    return {**nothing, "id": name, EXTRA: "{}", "source": name, "status": FAILED, LEDGER: "", ERROR: error, CURE: cure}


def _json(row: Row) -> str:
    return to_line(row).decode().removesuffix("\n")
