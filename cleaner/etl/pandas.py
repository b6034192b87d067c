"""The adapter for pandas DataFrames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleaner.errors import ConfigError
from cleaner.etl.arrow import clean_table, without_surrogates
from cleaner.etl.columns import JobOptions, job_of, pa
from cleaner.etl.engines import need, wrong_type

if TYPE_CHECKING:
    from typing import Unpack

    import pandas as pd


def clean_frame(frame: pd.DataFrame, **options: Unpack[JobOptions]) -> pd.DataFrame:
    """Clean a DataFrame. The result has the columns of `cleaner.etl.arrow.schema`, as Arrow types, and its index.

    ``options`` are those of `clean_batch`; carried columns keep their types. Raises `ConfigError` for columns that are
    missing, not text, or contain values of several types; `TypeError` if ``frame`` is not a pandas DataFrame.
    """
    pandas = need("pandas")
    job = job_of("clean_frame()", options)
    if not isinstance(frame, pandas.DataFrame):
        raise wrong_type("clean_frame()", frame, "a pandas.DataFrame")
    columns = job.find(list(frame.columns))
    table = pa.table({name: _array(frame[name]) for name in columns.read})
    alone: JobOptions = {**options, "carry": ()}
    cleaned = clean_table(table, **alone).to_pandas(types_mapper=pandas.ArrowDtype)
    cleaned.index = frame.index
    made: pd.DataFrame = cleaned.assign(**{name: frame[name] for name in columns.carry})
    return made


def _as_arrow(series: Any) -> Any:
    try:
        return pa.Array.from_pandas(series)
    except UnicodeEncodeError:  # Arrow strings can't contain lone surrogates
        return pa.Array.from_pandas(series.map(without_surrogates))


def _array(series: Any) -> Any:
    try:
        return _as_arrow(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        what = f"column {series.name!r} contains values of several types"
        raise ConfigError(f"{what}; cast it: frame.astype({{{series.name!r}: 'string'}})") from error
