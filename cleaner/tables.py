"""The engines that have an adapter, one entry each, from which install hints, errors, docs and tests are derived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Adapter(NamedTuple):
    """An adapter in ``cleaner/etl``.

    ``name`` is its module there and its page in ``docs/etl``. ``library`` is the module and package of the engine,
    ``extra`` the extra in ``pyproject.toml`` that installs it, and ``min_version`` the oldest supported version.
    ``functions`` clean the data of the engine. If ``has_tables`` is true, the first one accepts its tables.
    """

    name: str
    title: str
    library: str
    extra: str
    min_version: tuple[int, ...]
    functions: tuple[str, ...]
    has_tables: bool = True

    @property
    def path(self) -> str:
        """The import path of the first function."""
        return f"cleaner.etl.{self.name}.{self.functions[0]}"


ADAPTERS = (
    Adapter("arrow", "Arrow alone", "pyarrow", "arrow", (18,), ("clean_table", "clean_batch")),
    Adapter("spark", "Spark", "pyspark", "spark", (3, 5), ("clean_dataframe",)),
    Adapter("ray", "Ray Data", "ray", "ray", (2, 9), ("clean_dataset",)),
    Adapter("datatrove", "datatrove", "datatrove", "datatrove", (0, 4), ("CleanStep",), has_tables=False),
    Adapter("huggingface", "Hugging Face datasets", "datasets", "datasets", (2, 19), ("clean_dataset",)),
    Adapter("dask", "Dask", "dask", "dask", (2024, 5), ("clean_dataframe",)),
    Adapter("polars", "Polars", "polars", "polars", (1, 0), ("clean_frame", "cleaned")),
    Adapter("pandas", "pandas", "pandas", "pandas", (2, 2), ("clean_frame",)),
    Adapter("duckdb", "DuckDB", "duckdb", "duckdb", (1, 1), ("register",), has_tables=False),
)
"""The adapters, in the order of the table in ``docs/etl.md``."""

_FUNCTIONS = {adapter.library: adapter.path for adapter in ADAPTERS if adapter.has_tables}
_BY_COLUMN = ("DataFrame", "LazyFrame", "RecordBatch", "Table")
_TABLES = (*_BY_COLUMN, "Dataset", "DatasetDict")
_COLUMNS = ("Array", "ChunkedArray", "Series")


def library_of(given: object) -> str:
    """The library that defines the type of ``given``: the first part of the name of its module."""
    return _library(type(given))


def is_table(given: object) -> bool:
    """Whether ``given`` is a table of a library that has an adapter."""
    return bool(_library_with(given, _TABLES))


def is_by_column(given: object) -> bool:
    """Whether ``given`` is a table whose iteration yields columns or their names, not rows."""
    return bool(_library_with(given, _BY_COLUMN))


def is_column(given: object) -> bool:
    """Whether ``given`` is a single column of a library that has an adapter."""
    return bool(_library_with(given, _COLUMNS))


def table_cure(given: object) -> str:
    """The end of a message that says how to clean ``given``, a table or a column; empty for anything else."""
    if is_table(given):
        return f"; to clean this table, use {_FUNCTIONS[_library_with(given, _TABLES)]}"
    if is_column(given):
        is_arrow = _library_with(given, _COLUMNS) == "pyarrow"
        return "; convert it to a table: " + (
            "pyarrow.table({'text': array})" if is_arrow else "series.to_frame('text')"
        )
    if _library_with(given, ("RecordBatchReader",)):
        return "; to clean a stream of batches, use cleaner.etl.arrow.clean_batches"
    return ""


def _library_with(given: object, names: Sequence[str]) -> str:
    """The library that defines the type of ``given``, or a base of it, under one of ``names``; or empty."""
    libraries = (_library(kind) for kind in type(given).__mro__ if kind.__name__ in names)
    return next((library for library in libraries if library in _FUNCTIONS), "")


def _library(kind: type) -> str:
    return kind.__module__.partition(".")[0].replace("dask_expr", "dask")
