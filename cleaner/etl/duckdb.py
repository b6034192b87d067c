"""DuckDB: a function for SQL."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from cleaner.etl.arrow import clean_batch
from cleaner.etl.columns import columns_of, pa
from cleaner.etl.engines import need
from cleaner.etl.schema import schema

_COLUMNS = ["id", "text"]


def register(connection: Any, name: str = "clean", *, text_type: str = "VARCHAR", **options: Any) -> None:
    """Make ``clean(id, text)`` known to a DuckDB connection: a struct with the columns of `cleaner.etl.arrow.schema`.

    ``text_type`` is ``VARCHAR`` or, for bytes to be decoded, ``BLOB``; ``options`` are those of `clean_batch`. A
    function of that name which was registered before is replaced. Raises `ConfigError` for options that are wrong.
    """
    duckdb = need("duckdb")
    columns_of(**options).check(_COLUMNS)

    def clean(ids: Any, texts: Any) -> Any:
        batch = pa.RecordBatch.from_arrays([_whole(ids), _whole(texts)], names=_COLUMNS)
        return clean_batch(batch, **options).to_struct_array()

    struct = connection.dtype(sql_type(pa.struct(list(schema()))))
    with suppress(duckdb.InvalidInputException):  # there is none yet
        connection.remove_function(name)
    connection.create_function(name, clean, ["VARCHAR", text_type], struct, type="arrow", null_handling="special")


def sql_type(kind: Any) -> str:
    """The type of DuckDB for one of Arrow."""
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{chr(34)}{field.name}{chr(34)} {sql_type(field.type)}' for field in kind)})"
    if pa.types.is_list(kind):
        return f"{sql_type(kind.value_type)}[]"
    return "BIGINT" if pa.types.is_integer(kind) else "VARCHAR"


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
