"""The adapter for DuckDB: functions for SQL."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cleaner.etl.arrow import FAILED, clean_batch
from cleaner.etl.columns import JobOptions, job_of, pa
from cleaner.etl.engines import need, wrong_type
from cleaner.etl.schema import schema

if TYPE_CHECKING:
    from typing import Unpack

    import duckdb

pc = import_module("pyarrow.compute")

_COLUMNS = ["id", "text"]
_MACRO = """
CREATE OR REPLACE TEMP MACRO {name}("text") AS {text}("text"), (id, "text") AS {row}(CAST(id AS VARCHAR), "text")
"""


def register(
    connection: duckdb.DuckDBPyConnection,
    name: str = "clean",
    *,
    text_type: str = "VARCHAR",
    **options: Unpack[JobOptions],
) -> None:
    """Register the functions ``clean(text)`` and ``clean(id, text)`` with a DuckDB connection.

    ``clean(text)`` returns the clean text, or null if it can't be cleaned. ``clean(id, text)`` returns a struct with
    the columns of `cleaner.etl.arrow.schema`. ``name`` is the name of both functions; earlier functions of this name
    are replaced. ``text_type`` is ``VARCHAR``, or ``BLOB`` for bytes, which are decoded. ``options`` are those of
    `clean_batch`. Raises `ConfigError` for wrong options, `TypeError` if ``connection`` is not a connection.
    """
    duckdb = need("duckdb")
    if not isinstance(connection, duckdb.DuckDBPyConnection):
        raise wrong_type("register()", connection, "a DuckDB connection (duckdb.connect())")
    job_of("register()", options).find(_COLUMNS)

    def clean(ids: Any, texts: Any) -> Any:
        batch = pa.RecordBatch.from_arrays([_whole(ids), _whole(texts)], names=_COLUMNS)
        return clean_batch(batch, **options).to_struct_array()

    def clean_text(texts: Any) -> Any:
        rows = clean(pa.nulls(len(texts), pa.string()), texts)
        return pc.if_else(pc.equal(rows.field("status"), FAILED), None, rows.field("text"))

    struct = connection.dtype(sql_type(pa.struct(list(schema()))))
    row, text = f"{name}__row", f"{name}__text"
    for function, made, kinds, kind in (
        (row, clean, ["VARCHAR", text_type], struct),
        (text, clean_text, [text_type], "VARCHAR"),
    ):
        with suppress(duckdb.InvalidInputException):  # the function does not exist yet
            connection.remove_function(function)
        connection.create_function(function, made, kinds, kind, type="arrow", null_handling="special")
    connection.execute(_MACRO.format(name=_quoted(name), row=_quoted(row), text=_quoted(text)))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def sql_type(kind: Any) -> str:
    """The DuckDB type for an Arrow type."""
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{chr(34)}{field.name}{chr(34)} {sql_type(field.type)}' for field in kind)})"
    if pa.types.is_list(kind):
        return f"{sql_type(kind.value_type)}[]"
    if pa.types.is_floating(kind):
        return "DOUBLE"
    return "BIGINT" if pa.types.is_integer(kind) else "VARCHAR"


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
