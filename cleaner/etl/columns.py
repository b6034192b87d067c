"""The columns of a job: finding them in a table, checking their types, and reading their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner.column_names import HTML_COLUMNS, ID_COLUMN, TEXT_COLUMNS, URL_COLUMN
from cleaner.config import OPTIONS, Config, Options, config_of, refuse_unknown_options, with_new_names
from cleaner.errors import ConfigError, nearest
from cleaner.etl.engines import need
from cleaner.etl.rows import Cleaner, cleaner_of
from cleaner.etl.schema import schema
from cleaner.pipeline import Pipeline

if TYPE_CHECKING:
    import pyarrow  # noqa: ICN001 - at run time the module is `pa`

pa = need("pyarrow")

TEXTS = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}
_MAX_ROWS = 512
_MAX_BYTES = 32_000_000  # of text; the output is a few times larger, far below the 2 GB limit of an Arrow column


class JobOptions(Options, total=False):
    """The options of a job: those of cleaning, the columns to read, and the columns to carry."""

    text_column: str | None
    """The column of texts: strings, or bytes, which are decoded. If neither this nor ``html_column`` is given, the
    columns are guessed as in `cleaner run`: ``html``, ``raw_html``, ``text``, ``content``; each row uses the first
    column with a value."""
    html_column: str | None
    """The column of HTML pages; it is preferred to ``text_column``."""
    id_column: str | None
    """The column of ids. Default: ``id``, if it exists. ``""``: ids are derived from the hash of the text."""
    url_column: str | None
    """The column of addresses. Default: ``url``, if it exists. ``""``: no addresses."""
    carry: str | Sequence[str]
    """Columns that are copied to the output unchanged."""
    config: Config | Mapping[str, Any] | None
    """Options of cleaning; keywords override it."""
    pipeline: Pipeline | None
    """Your own pipeline, instead of options of cleaning."""


class Body(NamedTuple):
    """A column that may contain the text of a row, and whether that is HTML."""

    name: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns of a table to read and to carry.

    The text of a row is the first value among ``bodies``. If ``id`` is empty, ids are derived from the hash of the
    text. If ``url`` is empty, rows have no address.
    """

    bodies: tuple[Body, ...]
    id: str = ""
    url: str = ""
    carry: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """The columns to read, each once."""
        return tuple(dict.fromkeys(filter(None, (self.id, *(body.name for body in self.bodies), self.url))))

    @property
    def used(self) -> tuple[str, ...]:
        """The columns to read or to carry, each once."""
        return tuple(dict.fromkeys((*self.read, *self.carry)))


@dataclass(frozen=True, slots=True)
class Job:
    """The checked options of a job. The driver creates it, so that wrong options fail there and not on the workers."""

    config: Config
    pipeline: Pipeline | None = None
    text: str = ""
    html: str = ""
    id: str | None = None
    url: str | None = None
    carry: tuple[str, ...] = ()

    @property
    def cleaner(self) -> Cleaner:
        """The cleaner of its rows. Raises `ConfigError` or `RuleError`."""
        return cleaner_of(self.config, self.pipeline)

    def find(self, given: Sequence[str], kinds: Mapping[str, str] | None = None) -> TableColumns:
        """The columns of the job in a table with the columns ``given``; ``kinds`` maps them to their types, if known.

        Raises `ConfigError` for a column that is missing, duplicate or not text.
        """
        given = list(given)
        self._refuse_missing(given)
        columns = TableColumns(self._bodies(given, kinds), self._id(given), self._url(given), self.carry)
        for name in columns.used:
            if given.count(name) > 1:
                raise ConfigError(f"two columns have the name {name!r}; rename one")
        return columns

    def find_in(self, of: pyarrow.Schema) -> TableColumns:
        """The columns of the job in an Arrow schema. Raises `ConfigError`, as `find` does."""
        return self.find(of.names, {field.name: str(_value_type(field.type)) for field in of})

    def _bodies(self, given: Sequence[str], kinds: Mapping[str, str] | None) -> tuple[Body, ...]:
        named = [Body(self.html, is_html=True)] * bool(self.html) + [Body(self.text, is_html=False)] * bool(self.text)
        guessed = [Body(name, is_html=name in HTML_COLUMNS) for name in (*HTML_COLUMNS, *TEXT_COLUMNS) if name in given]
        bodies = named or guessed
        if not bodies:
            wanted, known = ", ".join((*HTML_COLUMNS, *TEXT_COLUMNS)), ", ".join(map(str, given))
            cure = f"name one with text_column= or html_column=; the columns are {known}"
            raise ConfigError(f"there is no column with one of the names {wanted}; {cure}")
        if kinds is not None:
            held = [body for body in bodies if named or is_text(kinds[body.name])]
            for body in held or bodies[:1]:
                check_text(body.name, kinds[body.name])
            bodies = held
        return tuple(bodies)

    def _id(self, given: Sequence[str]) -> str:
        return (ID_COLUMN if ID_COLUMN in given else "") if self.id is None else self.id

    def _url(self, given: Sequence[str]) -> str:
        return (URL_COLUMN if list(given).count(URL_COLUMN) == 1 else "") if self.url is None else self.url

    def _refuse_missing(self, given: Sequence[str]) -> None:
        known = ", ".join(map(str, given))
        for option, name in (("text_column", self.text), ("html_column", self.html), ("id_column", self.id)):
            if name and name not in given:
                without = ", or use id_column='' to derive ids from the text" if option == "id_column" else ""
                what = f"there is no column {name!r}{nearest(name, given)}; the columns are {known}"
                raise ConfigError(f"{what}; name one with {option}={without}")
        if self.url and self.url not in given:
            raise ConfigError(f"there is no column {self.url!r} for url_column={nearest(self.url, given)}")
        for name in self.carry:
            if name not in given:
                raise ConfigError(f"there is no column {name!r} to carry{nearest(name, given)}")
            if name in schema().names:
                raise ConfigError(
                    f"column {name!r} can't be carried, because the output has a column with this name; rename it"
                )


JOB_OPTIONS = tuple(JobOptions.__annotations__)
"""The names of `JobOptions`, with those of cleaning first."""

_OWN = tuple(name for name in JOB_OPTIONS if name not in OPTIONS)


def job_of(caller: str, options: Mapping[str, Any]) -> Job:
    """The job for the ``options`` (those of `JobOptions`) of a call of ``caller``, the name that messages use.

    Raises `ConfigError` for a value that an option can't have, `TypeError` for an option that does not exist or a
    ``pipeline`` that is not a `Pipeline`, and `RuleError` for invalid rule packs.
    """
    options = with_new_names(options)
    refuse_unknown_options(caller, options, JOB_OPTIONS)
    own = {name: options.get(name) for name in _OWN}
    cleaning = {name: value for name, value in options.items() if name in OPTIONS and value is not None}
    for name in ("text_column", "html_column", "id_column", "url_column"):
        if own[name] is not None and not isinstance(own[name], str):
            raise ConfigError(f"{name} must be the name of a column, not {own[name]!r}")
    pipeline = own["pipeline"]
    if pipeline is not None and not isinstance(pipeline, Pipeline):
        raise TypeError(f"pipeline is {type(pipeline).__name__}, not a Pipeline")
    if pipeline is not None and cleaning:
        raise ConfigError(f"a pipeline already has options; leave out {', '.join(cleaning)}, or pipeline")
    config = own["config"] if pipeline is None or own["config"] is not None else pipeline.config
    job = Job(
        config_of(caller, config, cleaning), pipeline, own["text_column"] or "", own["html_column"] or "",
        own["id_column"], own["url_column"], _carried(own["carry"]),
    )  # fmt: skip
    _ = job.cleaner  # reads the rules now, so that errors are raised here
    return job


def _carried(carry: Any) -> tuple[str, ...]:
    given = (carry,) if isinstance(carry, str) else () if carry is None else carry
    names = tuple(given) if isinstance(given, Iterable) and not isinstance(given, bytes | Mapping) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise ConfigError(f"carry must be the name of a column or a list of names, not {carry!r}")
    return tuple(dict.fromkeys(names))


def is_text(kind: str) -> bool:
    """Whether a column of type ``kind`` may contain texts. A column of nulls may."""
    return kind in (*TEXTS, "null")


def check_text(name: str, kind: str) -> None:
    """Raise `ConfigError` if a column of type ``kind`` can't contain texts."""
    if not is_text(kind):
        raise ConfigError(f"column {name!r} is of type {kind}, not string or binary; name another, or cast it")


def slices(batch: pyarrow.RecordBatch, columns: TableColumns) -> Iterator[pyarrow.RecordBatch]:
    """Yield ``batch`` in parts whose output is small enough for a batch."""
    for start in range(0, batch.num_rows or 1, _MAX_ROWS):
        yield from _halves(batch.slice(start, _MAX_ROWS), columns.bodies)


def _halves(batch: pyarrow.RecordBatch, bodies: Sequence[Body]) -> Iterator[pyarrow.RecordBatch]:
    half = batch.num_rows // 2
    if half and sum(_size(batch.column(body.name)) for body in bodies) > _MAX_BYTES:
        yield from _halves(batch.slice(0, half), bodies)
        yield from _halves(batch.slice(half), bodies)
    else:
        yield batch


def _size(column: Any) -> int:
    """The size of a column in bytes. Views are copied, because a slice of views counts the whole buffer."""
    return int((column.cast(pa.large_binary()) if str(column.type).endswith("_view") else column).nbytes)


def texts(column: Any) -> list[str | bytes | None]:
    """The texts in a column. Texts that are not UTF-8 stay bytes, which are later decoded like the bytes of a file."""
    column = _plain(column)
    if column.type not in _BYTES:
        return list(column.to_pylist())
    return [_text(data) for data in column.cast(_BYTES[column.type]).to_pylist()]


def addresses(column: Any) -> list[str | None]:
    """The strings in a column; None for each row if the column has another type."""
    column = _plain(column)
    return names(column) if str(column.type) in TEXTS else [None] * len(column)


def names(column: Any) -> list[str | None]:
    """The values in a column as strings, NaN as None. No string, number, date or time makes it raise."""
    column = _plain(column)
    kind = column.type
    if pa.types.is_temporal(kind) and not pa.types.is_interval(kind):  # Python dates end with the year 9999
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
