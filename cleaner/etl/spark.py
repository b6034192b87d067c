"""Spark: a DataFrame in, a DataFrame out, through ``mapInArrow``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from cleaner.config import Config
from cleaner.etl.arrow import clean_batches
from cleaner.etl.columns import TEXTS, check_text, columns_of
from cleaner.etl.engines import need
from cleaner.etl.schema import schema


def clean_dataframe(
    frame: Any,
    *,
    text_column: str = "text",
    id_column: str | None = "id",
    url_column: str | None = None,
    carry: str | Sequence[str] = (),
    config: Config | None = None,
) -> Any:
    """``frame``, a Spark DataFrame, cleaned: the columns of `cleaner.etl.arrow.schema`, carried ones of their own type.

    Raises `ConfigError` for columns that are missing or no text, before any work is done.
    """
    need("pyspark")
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    columns = columns_of(
        text_column=text_column, id_column=id_column, url_column=url_column, carry=carry, config=config
    )
    columns.check(frame.columns)
    fields = {field.name: field for field in frame.schema.fields}
    kinds = {name: field.dataType.typeName().replace("void", "null") for name, field in fields.items()}
    check_text(columns.text, kinds[columns.text])
    url = columns.url_in(frame.columns)
    columns = replace(columns, url=url if url_column or kinds.get(url) in TEXTS else "")
    work = partial(
        clean_batches, text_column=columns.text, id_column=columns.id, url_column=columns.url, carry=columns.carry,
        config=config or Config(),
    )  # fmt: skip
    used = frame.select(*("`" + name.replace("`", "``") + "`" for name in columns.used(frame.columns)))
    carried = [fields[name] for name in columns.carry]  # not by way of Arrow, which has other types
    return used.mapInArrow(work, StructType([*from_arrow_schema(schema()).fields, *carried]))
