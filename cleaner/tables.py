"""The engines that have an adapter: one entry each, from which install hints, errors, docs and tests follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Adapter(NamedTuple):
    """An adapter in ``cleaner/etl``.

    ``name`` is its module there and its page in ``docs/etl``; ``library`` the module and package of the engine,
    ``extra`` the extra in ``pyproject.toml`` that installs it, and ``min_version`` the oldest version that works.
    ``functions`` clean what the engine hands out; the first takes its tables, if ``has_tables``.
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
"""In the order of the table in ``docs/etl.md``."""

_FUNCTIONS = {adapter.library: adapter.path for adapter in ADAPTERS if adapter.has_tables}
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
