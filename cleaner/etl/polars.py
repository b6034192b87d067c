"""Polars: frames, eager or lazy, and an expression."""

from __future__ import annotations

from typing import Any

from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import columns_of, pa
from cleaner.etl.engines import need
from cleaner.etl.schema import schema


def clean_frame(frame: Any, **options: Any) -> Any:
    """``frame``, a ``polars.DataFrame`` or ``LazyFrame``, cleaned: the columns of `cleaner.etl.arrow.schema`.

    ``options`` are those of `clean_batch`. Raises `ConfigError` for columns that are missing or no text; of a lazy
    frame when it is collected.
    """
    polars = need("polars")
    columns = columns_of(**options)
    if isinstance(frame, polars.LazyFrame):
        wanted = polars.from_arrow(_schema_of(frame, columns.carry).empty_table()).schema
        return frame.map_batches(lambda eager: clean_frame(eager, **options), schema=wanted)
    columns.check(frame.columns)
    return polars.from_arrow(clean_table(frame.select(columns.used(frame.columns)).to_arrow(), **options))


def cleaned(
    text_column: str = "text", id_column: str | None = "id", url_column: str | None = "", **options: Any
) -> Any:
    """An expression: for each row a struct with the columns of `cleaner.etl.arrow.schema`."""
    polars = need("polars")
    named = {"text_column": text_column, "id_column": id_column, "url_column": url_column or "", **options}
    columns = columns_of(**named)
    columns.check(columns.read(()))  # nothing is carried: a struct stands beside the columns of its frame
    kind = polars.Struct(polars.from_arrow(schema().empty_table()).schema)

    def clean(structs: Any) -> Any:
        return clean_frame(structs.struct.unnest(), **named).to_struct(structs.name)

    return polars.struct(*columns.read(())).map_batches(clean, return_dtype=kind)


def _schema_of(frame: Any, carry: tuple[str, ...]) -> Any:
    given = frame.select(*carry).head(0).collect().to_arrow().schema if carry else pa.schema([])
    return schema(given, carry)
