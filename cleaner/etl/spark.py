"""Spark: a DataFrame in, a DataFrame out, through ``mapInArrow``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from cleaner.config import Config
from cleaner.errors import ConfigError
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
    from pyspark.sql.functions import col
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructField, StructType, YearMonthIntervalType

    columns = columns_of(
        text_column=text_column, id_column=id_column, url_column=url_column, carry=carry, config=config
    )
    columns.check(frame.columns)
    fields = {field.name: field for field in frame.schema.fields}
    kinds = {name: field.dataType.typeName().replace("void", "null") for name, field in fields.items()}
    check_text(columns.text, kinds[columns.text])
    url = columns.url_in(frame.columns)
    columns = replace(columns, url=url if url_column or kinds.get(url) in TEXTS else "")
    used = columns.used(frame.columns)
    for name in used:
        if isinstance(fields[name].dataType, YearMonthIntervalType):
            raise ConfigError(f"column {name!r} is of type {kinds[name]}, which Python can't hold; cast it")
    plain = {name: f"c{n}" for n, name in enumerate(used)}  # mapInArrow takes the dot in doc.text for a field's
    selected = frame.select(*(col("`" + name.replace("`", "``") + "`").alias(plain[name]) for name in used))
    carried = [StructField(plain[name], fields[name].dataType) for name in columns.carry]  # Arrow has other types
    work = partial(
        clean_batches, text_column=plain[columns.text], id_column=plain.get(columns.id), config=config or Config(),
        url_column=plain.get(columns.url or "", ""), carry=[plain[name] for name in columns.carry],
    )  # fmt: skip
    cleaned = selected.mapInArrow(work, StructType([*from_arrow_schema(schema()).fields, *carried]))
    return cleaned.toDF(*schema().names, *columns.carry)
