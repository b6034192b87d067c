"""Spark: a DataFrame in, a DataFrame out, through ``mapInArrow``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from cleaner.config import Config
from cleaner.etl.arrow import Columns, check_columns, clean_batches, schema
from cleaner.etl.engines import need


def clean_dataframe(
    frame: Any,
    *,
    text_column: str = "text",
    id_column: str = "id",
    url_column: str | None = None,
    carry: Sequence[str] = (),
    config: Config | None = None,
) -> Any:
    """``frame``, a Spark DataFrame, cleaned: the columns of `cleaner.etl.arrow.schema`.

    Raises `ConfigError` for columns that are missing or no text, before any work is done.
    """
    need("pyspark")
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    given = to_arrow_schema(frame.schema)
    columns = Columns(text_column, id_column, url_column, tuple(carry))
    check_columns(given, columns)
    work = partial(
        clean_batches, text_column=text_column, id_column=id_column, url_column=columns.url_in(given),
        carry=columns.carry, config=config or Config(),
    )  # fmt: skip
    return frame.select(*columns.used(given)).mapInArrow(work, from_arrow_schema(schema(given, carry)))
