"""Polars: frames, eager or lazy, and an expression."""

from __future__ import annotations

from typing import Any

from cleaner.etl.arrow import clean_table, columns_of, pa, schema
from cleaner.etl.engines import need


def clean_frame(frame: Any, **options: Any) -> Any:
    """``frame``, a ``polars.DataFrame`` or ``LazyFrame``, cleaned: the columns of `cleaner.etl.arrow.schema`.

    ``options`` are those of `clean_batch`. Raises `ConfigError` for columns that are missing or no text; of a lazy
    frame when it is collected.
    """
    polars = need("polars")
    if isinstance(frame, polars.LazyFrame):
        wanted = polars.from_arrow(_schema_of(frame, options).empty_table()).schema
        return frame.map_batches(lambda eager: clean_frame(eager, **options), schema=wanted)
    return polars.from_arrow(clean_table(frame.to_arrow(), **options))


def cleaned(text_column: str = "text", id_column: str = "id", url_column: str = "", **options: Any) -> Any:
    """An expression: for each row a struct with the columns of `cleaner.etl.arrow.schema`."""
    names = {"text_column": text_column, "id_column": id_column, "url_column": url_column}
    polars = need("polars")
    kind = polars.Struct(polars.from_arrow(schema().empty_table()).schema)

    def clean(structs: Any) -> Any:
        frame = structs.struct.unnest()
        return clean_frame(frame, **names, **options).to_struct(structs.name)

    return polars.struct(*dict.fromkeys(filter(None, names.values()))).map_batches(clean, return_dtype=kind)


def _schema_of(frame: Any, options: dict[str, Any]) -> Any:
    carry = columns_of(options).carry
    given = frame.select(*carry).head(0).collect().to_arrow().schema if carry else pa.schema([])
    return schema(given, carry)
