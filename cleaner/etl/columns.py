"""The columns of a job: which are read, whether they are there, the values in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.config import Config
from cleaner.errors import ConfigError, nearest
from cleaner.etl.engines import need
from cleaner.etl.rows import cleaner_of
from cleaner.etl.schema import schema
from cleaner.pipeline import Pipeline

pa = need("pyarrow")

TEXTS = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}
_URL = "url"
_MOST_ROWS = 512
_MOST_BYTES = 32_000_000  # of text: rows that come out are a few times that, far from the 2 GB an Arrow column can hold


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns: that of the text (strings, or bytes, which are decoded), that of the id.

    An empty ``id`` makes ids of the hash of the text. ``url`` is that of the address the text came from: without one
    the column ``url``, if there is one; an empty one is none. ``carry`` are columns that come out as they went in.
    """

    text: str = "text"
    id: str = "id"
    url: str | None = None
    carry: tuple[str, ...] = ()

    def url_in(self, given: Sequence[str]) -> str:
        """The column of the address among those that are ``given``, empty if there is none."""
        if self.url is not None:
            return self.url
        return _URL if list(given).count(_URL) == 1 else ""

    def read(self, given: Sequence[str]) -> tuple[str, ...]:
        """The columns that are read, of those that are ``given``, each once."""
        return tuple(dict.fromkeys(filter(None, (self.id, self.text, self.url_in(given)))))

    def used(self, given: Sequence[str]) -> tuple[str, ...]:
        """The columns that are read or carried, each once."""
        return tuple(dict.fromkeys((*self.read(given), *self.carry)))

    def check(self, given: Sequence[str]) -> None:
        """Raises `ConfigError` if a column that is used is missing from those ``given``, or there twice."""
        for option, name in (("text_column", self.text), ("id_column", self.id)):
            if name not in given and not (name == "" and option == "id_column"):
                known = ", ".join(given)
                told = f"there is no column {name!r}{nearest(name, given)}: the columns are {known}"
                without = ", or id_column='' to make ids of the text" if option == "id_column" else ""
                raise ConfigError(f"{told}; name one with {option}={without}")
        if self.url and self.url not in given:
            raise ConfigError(f"there is no column {self.url!r} for url_column={nearest(self.url, given)}")
        for name in self.carry:
            if name not in given:
                raise ConfigError(f"there is no column {name!r} to carry{nearest(name, given)}")
            if name in schema().names:
                raise ConfigError(f"column {name!r} can't be carried: what comes out has one of that name; rename it")
        for name in self.used(given):
            if list(given).count(name) > 1:
                raise ConfigError(f"two columns are called {name!r}; rename one")


def columns_of(
    *,
    text_column: str = "text",
    id_column: str | None = "id",
    url_column: str | None = None,
    carry: str | Sequence[str] = (),
    config: Config | None = None,
    pipeline: Pipeline | None = None,
) -> Columns:
    """The names among the options of `cleaner.etl.arrow.clean_batch`.

    Called where a job is made, so that what is wrong with its options is said there and not by its workers. Raises
    `ConfigError`, and `TypeError` for an option there is not.
    """
    if text_column is None:
        raise ConfigError("text_column=None: name the column that holds the texts")
    cleaner_of(config or Config(), pipeline)
    carried = (carry,) if isinstance(carry, str) else carry
    return Columns(text_column, id_column or "", url_column, tuple(dict.fromkeys(carried)))


def check_columns(given: Any, columns: Columns) -> None:
    """Raises `ConfigError` if ``given``, a ``pyarrow.Schema``, lacks a column or has one of another type."""
    columns.check(given.names)
    check_text(columns.text, str(_value_type(given.field(columns.text).type)))


def check_text(name: str, kind: str) -> None:
    """Raises `ConfigError` if a column of type ``kind`` holds no texts; one of nulls alone may."""
    if kind not in (*TEXTS, "null"):
        raise ConfigError(f"column {name!r} is of type {kind}, not string or binary; name another, or cast it")


def slices(batch: Any, columns: Columns) -> Iterator[Any]:
    """``batch`` in parts small enough for what comes out of them. Raises what `check_columns` does."""
    check_columns(batch.schema, columns)
    for start in range(0, batch.num_rows or 1, _MOST_ROWS):
        yield from _halves(batch.slice(start, _MOST_ROWS), columns.text)


def _halves(batch: Any, text: str) -> Iterator[Any]:
    half = batch.num_rows // 2
    if half and _size(batch.column(text)) > _MOST_BYTES:
        yield from _halves(batch.slice(0, half), text)
        yield from _halves(batch.slice(half), text)
    else:
        yield batch


def _size(column: Any) -> int:
    """In bytes. A slice of views counts all that they look into, so these are copied."""
    return int((column.cast(pa.large_binary()) if str(column.type).endswith("_view") else column).nbytes)


def texts(column: Any) -> list[str | bytes | None]:
    """The texts in a column, bytes where they are no UTF-8: these are decoded as the bytes of a file are."""
    column = _plain(column)
    if column.type not in _BYTES:
        return list(column.to_pylist())
    return [_text(data) for data in column.cast(_BYTES[column.type]).to_pylist()]


def addresses(column: Any) -> list[str | None]:
    """The strings in a column; of any other type none."""
    column = _plain(column)
    return names(column) if str(column.type) in TEXTS else [None] * len(column)


def names(column: Any) -> list[str | None]:
    """The values in a column as strings, NaN as none. Raises nothing for any string, number, date or time."""
    column = _plain(column)
    kind = column.type
    if pa.types.is_temporal(kind) and not pa.types.is_interval(kind):  # Python has no value for the year 10,000
        column = column.cast(pa.string())
    values = texts(column)
    return [None if value is None or value != value else _name(value) for value in values]  # noqa: PLR0124 - NaN


def _text(data: bytes | None) -> str | bytes | None:
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _name(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _plain(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _value_type(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
