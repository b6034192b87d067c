"""The adapter for Polars: eager and lazy frames, and an expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from cleaner.column_names import HTML_COLUMNS, ID_COLUMN, TEXT_COLUMNS, URL_COLUMN
from cleaner.config import OPTIONS, refuse_unknown_options, with_new_names
from cleaner.errors import ConfigError
from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import JobOptions, job_of, pa
from cleaner.etl.engines import need, wrong_type
from cleaner.etl.schema import schema

if TYPE_CHECKING:
    from typing import Unpack

    import polars as pl

    from cleaner.config import Config, Options
    from cleaner.pipeline import Pipeline

    Column = str | pl.Expr

Frame = TypeVar("Frame", "pl.DataFrame", "pl.LazyFrame")

_GUESSED = "^({})$"  # a pattern selects only columns that exist


def clean_frame(frame: Frame, **options: Unpack[JobOptions]) -> Frame:
    """Clean a ``polars.DataFrame`` or ``LazyFrame``. The result has the columns of `cleaner.etl.arrow.schema`.

    ``options`` are those of `clean_batch`. Raises `ConfigError` for columns that are missing or not text (for a lazy
    frame, when it is collected), and `TypeError` if ``frame`` is not a Polars frame.
    """
    polars = need("polars")
    job = job_of("clean_frame()", options)
    if isinstance(frame, polars.LazyFrame):
        wanted = polars.from_arrow(_schema_of(frame, job.carry).empty_table()).schema
        lazy: Frame = frame.map_batches(lambda eager: clean_frame(eager, **options), schema=wanted)
        return lazy
    if not isinstance(frame, polars.DataFrame):
        raise wrong_type("clean_frame()", frame, "a polars.DataFrame or LazyFrame")
    columns = job.find(frame.columns)
    cleaned: Frame = polars.from_arrow(clean_table(frame.select(columns.used).to_arrow(), **options))
    return cleaned


def cleaned(
    text_column: Column | None = None,
    id_column: Column | None = None,
    url_column: Column | None = "",
    *,
    html_column: Column | None = None,
    config: Config | Mapping[str, Any] | None = None,
    pipeline: Pipeline | None = None,
    **options: Unpack[Options],
) -> pl.Expr:
    """An expression that returns, for each row, a struct with the columns of `cleaner.etl.arrow.schema`.

    Columns are names or expressions. Columns that are not given are guessed as in `clean_frame`, but addresses are only
    read if ``url_column`` is given; None means the column ``url``. There is no ``carry``, because the frame keeps its
    other columns. Raises `ConfigError` for wrong options, `TypeError` for an option that does not exist.
    """
    polars = need("polars")
    refuse_unknown_options("cleaned()", with_new_names(options), OPTIONS)
    named: dict[str, Any] = {"config": config, "pipeline": pipeline, **options}
    inputs = []
    for option, given, guessed in (
        ("text_column", text_column, () if html_column is not None else (*HTML_COLUMNS, *TEXT_COLUMNS)),
        ("html_column", html_column, ()),
        ("id_column", id_column, (ID_COLUMN,)),
        ("url_column", url_column, (URL_COLUMN,)),
    ):
        if given is None:
            inputs += [polars.col(_GUESSED.format("|".join(guessed)))] * bool(guessed)
        elif isinstance(given, polars.Expr) or (isinstance(given, str) and given):
            named[option] = f"{option} of cleaned"
            inputs.append((polars.col(given) if isinstance(given, str) else given).alias(named[option]))
        elif given == "" and option in ("id_column", "url_column"):
            named[option] = ""
        else:
            raise ConfigError(f"{option} must be the name of a column or an expression, not {given!r}")
    job_of("cleaned()", named)
    kind = polars.Struct(polars.from_arrow(schema().empty_table()).schema)

    def clean(structs: pl.Series) -> pl.Series:
        return clean_frame(structs.struct.unnest(), **named).to_struct(structs.name)

    made: pl.Expr = polars.struct(*inputs).map_batches(clean, return_dtype=kind)
    return made


def _schema_of(frame: pl.LazyFrame, carry: Sequence[str]) -> Any:
    given = frame.select(*carry).head(0).collect().to_arrow().schema if carry else pa.schema([])
    return schema(given, carry)
