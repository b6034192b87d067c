"""Dask: a DataFrame in, a DataFrame out, partition by partition."""

from __future__ import annotations

from typing import Any

from cleaner.etl.arrow import Columns, check_columns, clean_batch, pa, schema
from cleaner.etl.engines import need


def clean_dataframe(frame: Any, **options: Any) -> Any:
    """``frame``, a Dask DataFrame, cleaned: the columns of `cleaner.etl.arrow.schema`, as Arrow types, same index.

    ``options`` are those of `clean_batch`. Raises `ConfigError` for columns that are missing.
    """
    need("dask")
    return frame.map_partitions(_clean_partition, options, meta=_clean_partition(frame._meta, options))  # noqa: SLF001


def _clean_partition(part: Any, options: dict[str, Any]) -> Any:
    import pandas as pd

    carry = tuple(options.get("carry", ()))
    names = Columns(options.get("text_column", "text"), options.get("id_column", "id"), carry)
    if len(part):
        cleaned = clean_batch(pa.RecordBatch.from_pandas(part, preserve_index=False), **options)
    else:  # an empty partition knows no types
        fields = [pa.field(name, pa.string()) for name in part.columns]
        check_columns(pa.schema(fields), names)
        cleaned = schema(pa.schema(fields), carry).empty_table()
    frame = cleaned.to_pandas(types_mapper=pd.ArrowDtype)
    frame.index = part.index
    return frame
