"""Dask: a DataFrame in, a DataFrame out, partition by partition."""

from __future__ import annotations

from typing import Any

from cleaner.etl.arrow import check_columns, clean_batch, columns_of, pa, schema
from cleaner.etl.engines import need


def clean_dataframe(frame: Any, **options: Any) -> Any:
    """``frame``, a Dask DataFrame, cleaned: the columns of `cleaner.etl.arrow.schema`, as Arrow types, same index.

    ``options`` are those of `clean_batch`. Raises `ConfigError` for columns that are missing.
    """
    need("dask")
    return frame.map_partitions(_clean_partition, options, meta=_clean_partition(frame._meta, options))  # noqa: SLF001


def _clean_partition(part: Any, options: dict[str, Any]) -> Any:
    import pandas as pd

    if len(part):
        cleaned = clean_batch(pa.RecordBatch.from_pandas(part, preserve_index=False), **options)
    else:  # an empty partition knows no types
        fields = [pa.field(name, pa.string()) for name in part.columns]
        columns = columns_of(options)
        check_columns(pa.schema(fields), columns)
        cleaned = schema(pa.schema(fields), columns.carry).empty_table()
    frame = cleaned.to_pandas(types_mapper=pd.ArrowDtype)
    frame.index = part.index
    return frame
