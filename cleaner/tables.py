"""Which function cleans the tables of a library, for errors that name the cure."""

from __future__ import annotations

from collections.abc import Sequence

_FUNCTIONS = {
    "pyarrow": "cleaner.etl.arrow.clean_table",
    "pandas": "cleaner.etl.pandas.clean_frame",
    "polars": "cleaner.etl.polars.clean_frame",
    "pyspark": "cleaner.etl.spark.clean_dataframe",
    "ray": "cleaner.etl.ray.clean_dataset",
    "datasets": "cleaner.etl.huggingface.clean_dataset",
    "dask": "cleaner.etl.dask.clean_dataframe",
}
_BY_COLUMN = ("DataFrame", "LazyFrame", "RecordBatch", "Table")
_TABLES = (*_BY_COLUMN, "Dataset", "DatasetDict")
_COLUMNS = ("Array", "ChunkedArray", "Series")


def library_of(given: object) -> str:
    """The library that the type of ``given`` is from: the first part of its module."""
    return _library(type(given))


def is_table(given: object) -> bool:
    """Whether ``given`` is a table of a library that has an adapter."""
    return bool(_home(given, _TABLES))


def is_by_column(given: object) -> bool:
    """Whether ``given`` is such a table that gives columns or their names, not rows, when it is iterated over."""
    return bool(_home(given, _BY_COLUMN))


def is_column(given: object) -> bool:
    """Whether ``given`` is a single column of such a library."""
    return bool(_home(given, _COLUMNS))


def table_cure(given: object) -> str:
    """How to clean ``given``, a table or a column, as the end of a message; empty for anything else."""
    if is_table(given):
        return f"; a table like this is cleaned by {_FUNCTIONS[_home(given, _TABLES)]}"
    if is_column(given):
        is_arrow = _home(given, _COLUMNS) == "pyarrow"
        return "; make a table of it: " + ("pyarrow.table({'text': array})" if is_arrow else "series.to_frame('text')")
    if _home(given, ("RecordBatchReader",)):
        return "; a stream of batches is cleaned by cleaner.etl.arrow.clean_batches"
    return ""


def _home(given: object, names: Sequence[str]) -> str:
    """The library of which ``given`` is a type, or one derived from it, called one of ``names``; or empty."""
    libraries = (_library(kind) for kind in type(given).__mro__ if kind.__name__ in names)
    return next((library for library in libraries if library in _FUNCTIONS), "")


def _library(kind: type) -> str:
    return kind.__module__.partition(".")[0].replace("dask_expr", "dask")
