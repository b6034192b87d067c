"""The columns of a job: which are read, whether they are there, the values in them."""

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
    import pyarrow  # noqa: ICN001 - `pa` is the module that is there at run time

pa = need("pyarrow")

TEXTS = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}
_MAX_ROWS = 512
_MAX_BYTES = 32_000_000  # of text: rows that come out are a few times that, far from the 2 GB an Arrow column can hold


class JobOptions(Options, total=False):
    """The options of a job: those of cleaning, the columns that are read, and what is carried along."""

    text_column: str | None
    """The column of the texts: strings, or bytes, which are decoded. Without a name for it or for ``html_column`` it
    is guessed as `cleaner run` does: ``html``, ``raw_html``, ``text``, ``content``, in each row the first that holds
    something."""
    html_column: str | None
    """The column of HTML pages; it goes before ``text_column``."""
    id_column: str | None
    """The column of the ids; without one ``id``, if it is there; ``""``: ids are made of the hash of the text."""
    url_column: str | None
    """The column of addresses; without one ``url``, if it is there; ``""``: none."""
    carry: str | Sequence[str]
    """Columns that come out as they went in."""
    config: Config | Mapping[str, Any] | None
    """Options of cleaning; keywords go on top of it."""
    pipeline: Pipeline | None
    """A pipeline of your own in place of that of the options."""


class Body(NamedTuple):
    """A column that may hold the text of a row, and whether that is HTML."""

    name: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns of a table that are read and carried.

    Of ``bodies`` the first that holds something is the text of a row. An empty ``id`` makes ids of the hash of the
    text, an empty ``url`` is none.
    """

    bodies: tuple[Body, ...]
    id: str = ""
    url: str = ""
    carry: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        return tuple(dict.fromkeys(filter(None, (self.id, *(body.name for body in self.bodies), self.url))))

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that are read or carried, each once."""
        return tuple(dict.fromkeys((*self.read, *self.carry)))


@dataclass(frozen=True, slots=True)
class Job:
    """The checked options of a job. Made where the job is, so that wrong options are not reported by its workers."""

    config: Config
    pipeline: Pipeline | None = None
    text: str = ""
    html: str = ""
    id: str | None = None
    url: str | None = None
    carry: tuple[str, ...] = ()

    @property
    def cleaner(self) -> Cleaner:
        """What cleans its rows."""
        return cleaner_of(self.config, self.pipeline)

    def find(self, given: Sequence[str], kinds: Mapping[str, str] | None = None) -> TableColumns:
        """The columns of the job among those ``given``; ``kinds`` are their types, if they are known.

        Raises `ConfigError` for a column that is missing, there twice or not text.
        """
        given = list(given)
        self._refuse_missing(given)
        columns = TableColumns(self._bodies(given, kinds), self._id(given), self._url(given), self.carry)
        for name in columns.used:
            if given.count(name) > 1:
                raise ConfigError(f"two columns are called {name!r}; rename one")
        return columns

    def find_in(self, of: pyarrow.Schema) -> TableColumns:
        """The same in an Arrow schema."""
        return self.find(of.names, {field.name: str(_value_type(field.type)) for field in of})

    def _bodies(self, given: Sequence[str], kinds: Mapping[str, str] | None) -> tuple[Body, ...]:
        named = [Body(self.html, is_html=True)] * bool(self.html) + [Body(self.text, is_html=False)] * bool(self.text)
        guessed = [Body(name, is_html=name in HTML_COLUMNS) for name in (*HTML_COLUMNS, *TEXT_COLUMNS) if name in given]
        bodies = named or guessed
        if not bodies:
            wanted, known = ", ".join((*HTML_COLUMNS, *TEXT_COLUMNS)), ", ".join(map(str, given))
            cure = f"name one with text_column= or html_column=: the columns are {known}"
            raise ConfigError(f"there is no column called one of {wanted}; {cure}")
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
                without = ", or id_column='' to make ids of the text" if option == "id_column" else ""
                what = f"there is no column {name!r}{nearest(name, given)}: the columns are {known}"
                raise ConfigError(f"{what}; name one with {option}={without}")
        if self.url and self.url not in given:
            raise ConfigError(f"there is no column {self.url!r} for url_column={nearest(self.url, given)}")
        for name in self.carry:
            if name not in given:
                raise ConfigError(f"there is no column {name!r} to carry{nearest(name, given)}")
            if name in schema().names:
                raise ConfigError(f"column {name!r} can't be carried: what comes out has one of that name; rename it")


JOB_OPTIONS = tuple(JobOptions.__annotations__)
"""The names of `JobOptions`, those of cleaning first."""

_OWN = tuple(name for name in JOB_OPTIONS if name not in OPTIONS)


def job_of(caller: str, options: Mapping[str, Any]) -> Job:
    """The job that the ``options`` of a call of ``caller`` ask for; they are those of `JobOptions`.

    Raises `ConfigError` for a value that an option can't have, `TypeError` for an option that does not exist and for
    a ``pipeline`` that is none, `RuleError` for rule packs that are wrong.
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
        raise ConfigError(f"a pipeline has options of its own: leave out {', '.join(cleaning)}, or pipeline")
    config = own["config"] if pipeline is None or own["config"] is not None else pipeline.config
    job = Job(
        config_of(caller, config, cleaning), pipeline, own["text_column"] or "", own["html_column"] or "",
        own["id_column"], own["url_column"], _carried(own["carry"]),
    )  # fmt: skip
    _ = job.cleaner  # its rules are read, or refused, here
    return job


def _carried(carry: Any) -> tuple[str, ...]:
    given = (carry,) if isinstance(carry, str) else () if carry is None else carry
    names = tuple(given) if isinstance(given, Iterable) and not isinstance(given, bytes | Mapping) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise ConfigError(f"carry must be the name of a column or a list of names, not {carry!r}")
    return tuple(dict.fromkeys(names))


def is_text(kind: str) -> bool:
    """Whether a column of type ``kind`` may hold texts; one of nulls alone may."""
    return kind in (*TEXTS, "null")


def check_text(name: str, kind: str) -> None:
    """Raises `ConfigError` if a column of type ``kind`` can't hold texts."""
    if not is_text(kind):
        raise ConfigError(f"column {name!r} is of type {kind}, not string or binary; name another, or cast it")


def slices(batch: pyarrow.RecordBatch, columns: TableColumns) -> Iterator[pyarrow.RecordBatch]:
    """``batch`` in parts small enough for what comes out of them."""
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
