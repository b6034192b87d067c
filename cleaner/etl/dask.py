"""Dask: a DataFrame in, a DataFrame out, partition by partition."""

from __future__ import annotations

from typing import Any

from cleaner.errors import ConfigError
from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import Columns, columns_of, pa
from cleaner.etl.engines import need


def clean_dataframe(frame: Any, **options: Any) -> Any:
    """``frame``, a Dask DataFrame, cleaned: the columns of `cleaner.etl.arrow.schema`, as Arrow types, same index.

    ``options`` are those of `clean_batch`; carried columns keep their types. Raises `ConfigError` for columns that are
    missing or no text.
    """
    need("dask")
    columns = columns_of(**options)
    given = [str(name) for name in frame.columns]
    columns.check(given)
    used = frame[list(columns.used(given))]
    told = {**options, "carry": ()}, columns
    return used.map_partitions(_clean_partition, *told, meta=_clean_partition(used._meta, *told))  # noqa: SLF001


def _clean_partition(part: Any, options: dict[str, Any], columns: Columns) -> Any:
    import pandas as pd

    texts = pa.table({name: _array(part[name]) for name in columns.read(part.columns)})
    frame = clean_table(texts, **options).to_pandas(types_mapper=pd.ArrowDtype)
    frame.index = part.index
    return frame.assign(**{name: part[name] for name in columns.carry})


def _array(series: Any) -> Any:
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        told = f"column {series.name!r} holds values of several types"
        raise ConfigError(f"{told}; cast it: frame.astype({{{series.name!r}: 'string'}})") from error
