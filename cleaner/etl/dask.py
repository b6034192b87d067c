"""The adapter for Dask: cleans a DataFrame partition by partition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleaner.etl.columns import JobOptions, job_of
from cleaner.etl.engines import need, wrong_type
from cleaner.etl.pandas import clean_frame

if TYPE_CHECKING:
    from typing import Unpack

    import dask.dataframe


def clean_dataframe(frame: dask.dataframe.DataFrame, **options: Unpack[JobOptions]) -> dask.dataframe.DataFrame:
    """Clean a Dask DataFrame. The result has the columns of `cleaner.etl.arrow.schema`, as Arrow types, and its index.

    ``options`` are those of `clean_batch`; carried columns keep their types. Raises `ConfigError` for columns that are
    missing or not text, `TypeError` if ``frame`` is not a Dask DataFrame.
    """
    need("dask")
    from dask.dataframe import DataFrame

    job = job_of("clean_dataframe()", options)
    if not isinstance(frame, DataFrame):
        raise wrong_type("clean_dataframe()", frame, "a Dask DataFrame")
    columns = job.find([str(name) for name in frame.columns])
    used = frame[list(columns.used)]
    meta = _clean_partition(used._meta, options)  # noqa: SLF001
    made: dask.dataframe.DataFrame = used.map_partitions(_clean_partition, options, meta=meta)
    return made


def _clean_partition(part: Any, options: JobOptions) -> Any:
    return clean_frame(part, **options)
