"""The adapter for Spark, which calls ``mapInArrow``, and ``applyInArrow`` or ``applyInPandas`` to learn."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner.config import Config
from cleaner.errors import ConfigError
from cleaner.etl.arrow import clean_columns
from cleaner.etl.columns import TEXTS, Body, Job, JobOptions, TableColumns, job_of
from cleaner.etl.engines import need, wrong_type
from cleaner.etl.schema import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Unpack

    import pyspark.sql


def clean_dataframe(frame: pyspark.sql.DataFrame, **options: Unpack[JobOptions]) -> pyspark.sql.DataFrame:
    """Clean a Spark DataFrame. The result has the columns of `cleaner.etl.arrow.schema`.

    ``options`` are those of `clean_batch` without ``pipeline``, because each worker builds its pipeline from the other
    options. Carried columns keep their types. Raises `ConfigError` for columns that are missing or not text, before any
    work starts, and `TypeError` if ``frame`` is not a Spark DataFrame.
    """
    job = _job_of("clean_dataframe()", frame, options)
    selected = _selected(frame, job, job.find)
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructField, StructType

    carried = [
        StructField(selected.plain[name], selected.types[name]) for name in selected.columns.carry
    ]  # because Arrow has other types
    work = partial(_work, columns=_renamed(selected.columns, selected.plain), config=job.config)
    cleaned = selected.frame.mapInArrow(work, StructType([*from_arrow_schema(schema()).fields, *carried]))
    made: pyspark.sql.DataFrame = cleaned.toDF(*schema().names, *selected.columns.carry)
    return made


def learn_dataframe(
    frame: pyspark.sql.DataFrame, *, host_column: str = "", **options: Unpack[JobOptions]
) -> pyspark.sql.DataFrame:
    """Learn what repeats on each host. The result has the columns of `cleaner.etl.learn.packs_schema`.

    `cleaner.etl.learn.write_packs` writes its rows into a folder of rule packs, the same that `cleaner learn` writes.
    One worker judges all documents of a host. ``host_column`` is a column that has the host; without it, the host is
    that of the url. ``options`` and errors are those of `clean_dataframe`.
    """
    job = _job_of("learn_dataframe()", frame, options)
    from pyspark.sql.pandas.types import from_arrow_schema

    from cleaner.etl.learn import HOST, counted_schema, packs_of_group, packs_schema, with_host_column

    def find(given: list[str], kinds: dict[str, str]) -> TableColumns:
        return with_host_column(job.find(given, kinds), given, host_column)

    selected = _selected(frame, job, find)
    work = partial(_count, columns=_renamed(selected.columns, selected.plain), config=job.config)
    groups = selected.frame.mapInArrow(work, from_arrow_schema(counted_schema())).groupBy(HOST)
    types = from_arrow_schema(packs_schema())
    has_arrow = hasattr(groups, "applyInArrow")  # since Spark 4
    made: pyspark.sql.DataFrame = (
        groups.applyInArrow(packs_of_group, types) if has_arrow else groups.applyInPandas(_packs_of_frame, types)
    )
    return made


class _Selected(NamedTuple):
    """The columns of a frame that a job reads, under plain names, and the types of all of its columns."""

    frame: Any
    columns: TableColumns
    plain: dict[str, str]
    types: dict[str, Any]


def _job_of(caller: str, frame: object, options: JobOptions) -> Job:
    """The job of a call. Raises `TypeError` and `ConfigError`, as `clean_dataframe` does."""
    need("pyspark")
    if not hasattr(frame, "mapInArrow"):
        raise wrong_type(caller, frame, "a Spark DataFrame")
    if options.get("pipeline") is not None:
        raise ConfigError(
            "Spark does not accept a pipeline, because each worker builds one from the options; leave it out"
        )
    return job_of(caller, options)


def _selected(frame: Any, job: Job, find: Callable[[list[str], dict[str, str]], TableColumns]) -> _Selected:
    from pyspark.sql.functions import col
    from pyspark.sql.types import YearMonthIntervalType

    types = {field.name: field.dataType for field in frame.schema.fields}
    kinds = {name: kind.typeName().replace("void", "null") for name, kind in types.items()}
    columns = find(frame.columns, kinds)
    if job.url is None and kinds.get(columns.url) not in TEXTS:
        columns = replace(columns, url="")
    for name in columns.used:
        if isinstance(types[name], YearMonthIntervalType):
            raise ConfigError(f"column {name!r} is of type {kinds[name]}, which Python can't represent; cast it")
    plain = {
        name: f"c{n}" for n, name in enumerate(columns.used)
    }  # mapInArrow reads the dot in doc.text as a field access
    selected = frame.select(*(col("`" + name.replace("`", "``") + "`").alias(plain[name]) for name in columns.used))
    return _Selected(selected, columns, plain, types)


def _renamed(columns: TableColumns, plain: dict[str, str]) -> TableColumns:
    return TableColumns(
        tuple(Body(plain[name], is_html=is_html) for name, is_html in columns.bodies),
        plain.get(columns.id, ""), plain.get(columns.url, ""), tuple(plain[name] for name in columns.carry),
    )  # fmt: skip


def _work(batches: Iterable[Any], columns: TableColumns, config: Config) -> Iterator[Any]:
    return clean_columns(batches, columns, config)


def _count(batches: Iterable[Any], columns: TableColumns, config: Config) -> Iterator[Any]:
    from cleaner.etl.learn import counted_batches

    return counted_batches(batches, columns, config)


def _packs_of_frame(frame: Any) -> Any:
    """The packs of a group as Spark 3 passes it, a frame of pandas."""
    import pyarrow as pa

    from cleaner.etl.learn import counted_schema, packs_of_group

    return packs_of_group(pa.Table.from_pandas(frame, schema=counted_schema(), preserve_index=False)).to_pandas()
