"""The adapter for Spark, which calls ``mapInArrow``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from cleaner.config import Config
from cleaner.errors import ConfigError
from cleaner.etl.arrow import clean_columns
from cleaner.etl.columns import TEXTS, Body, JobOptions, TableColumns, job_of
from cleaner.etl.engines import need, wrong_type
from cleaner.etl.schema import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Unpack

    import pyspark.sql


def clean_dataframe(frame: pyspark.sql.DataFrame, **options: Unpack[JobOptions]) -> pyspark.sql.DataFrame:
    """Clean a Spark DataFrame. The result has the columns of `cleaner.etl.arrow.schema`.

    ``options`` are those of `clean_batch` without ``pipeline``, because each worker builds its pipeline from the other
    options. Carried columns keep their types. Raises `ConfigError` for columns that are missing or not text, before any
    work starts, and `TypeError` if ``frame`` is not a Spark DataFrame.
    """
    need("pyspark")
    if not hasattr(frame, "mapInArrow"):
        raise wrong_type("clean_dataframe()", frame, "a Spark DataFrame")
    if options.get("pipeline") is not None:
        raise ConfigError(
            "Spark does not accept a pipeline, because each worker builds one from the options; leave it out"
        )
    from pyspark.sql.functions import col
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructField, StructType, YearMonthIntervalType

    job = job_of("clean_dataframe()", options)
    fields = {field.name: field for field in frame.schema.fields}
    kinds = {name: field.dataType.typeName().replace("void", "null") for name, field in fields.items()}
    columns = job.find(frame.columns, kinds)
    if job.url is None and kinds.get(columns.url) not in TEXTS:
        columns = replace(columns, url="")
    for name in columns.used:
        if isinstance(fields[name].dataType, YearMonthIntervalType):
            raise ConfigError(f"column {name!r} is of type {kinds[name]}, which Python can't represent; cast it")
    plain = {
        name: f"c{n}" for n, name in enumerate(columns.used)
    }  # mapInArrow reads the dot in doc.text as a field access
    selected = frame.select(*(col("`" + name.replace("`", "``") + "`").alias(plain[name]) for name in columns.used))
    carried = [
        StructField(plain[name], fields[name].dataType) for name in columns.carry
    ]  # because Arrow has other types
    work = partial(_work, columns=_renamed(columns, plain), config=job.config)
    cleaned = selected.mapInArrow(work, StructType([*from_arrow_schema(schema()).fields, *carried]))
    made: pyspark.sql.DataFrame = cleaned.toDF(*schema().names, *columns.carry)
    return made


def _renamed(columns: TableColumns, plain: dict[str, str]) -> TableColumns:
    return TableColumns(
        tuple(Body(plain[name], is_html=is_html) for name, is_html in columns.bodies),
        plain.get(columns.id, ""), plain.get(columns.url, ""), tuple(plain[name] for name in columns.carry),
    )  # fmt: skip


def _work(batches: Iterable[Any], columns: TableColumns, config: Config) -> Iterator[Any]:
    return clean_columns(batches, columns, config)
