"""The options of a run that are about files, not about cleaning; ``[run]`` in ``cleaner.toml``."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from cleaner.config import FILE_NAME, RUN_TABLE, read_toml
from cleaner.errors import ConfigError, refuse_unknown, refuse_unknown_key
from cleaner.inputs.columns import Columns
from cleaner.inputs.formats import NAMES as FORMATS
from cleaner.ledger import Row
from cleaner.outputs.containers import CONTAINERS
from cleaner.outputs.layouts import NAMES as LAYOUTS

AUTO = "auto"
_CHOICES = {"input_format": (AUTO, *FORMATS), "output_format": tuple(CONTAINERS), "layout": LAYOUTS}
_SHARES = ("max_removed", "max_removed_run")
_LEAST = {"shard_size": 0, "sample": 0, "cpu_seconds": 1, "memory": 1}
_NO_DELIMITER = ('"', " ", "\r", "\n")
_TAB = r"\t"


@dataclass(frozen=True, slots=True)
class Options:
    """How inputs are read and outputs written.

    An empty column is guessed; an empty ``csv_delimiter`` is a comma, or a tab in TSV. ``shard_size``
    is in bytes, 0 for one file; ``sample`` in documents, 0 for all. ``max_removed`` is the share of a document that may
    go, ``max_removed_run`` that of all. A document may take ``cpu_seconds`` of work and ``memory`` megabytes.
    """

    input_format: str = AUTO
    text_column: str = ""
    html_column: str = ""
    id_column: str = ""
    url_column: str = ""
    csv_delimiter: str = ""
    output_format: str = "jsonl"
    layout: str = "plain"
    shard_size: int = 0
    keep_folders: bool = False
    ledger: bool = True
    max_removed: float = 1.0
    max_removed_run: float = 1.0
    sample: int = 0
    cpu_seconds: int = 60
    memory: int = 2_000

    @property
    def columns(self) -> Columns:
        delimiter = "\t" if self.csv_delimiter == _TAB else self.csv_delimiter
        return Columns(self.text_column, self.html_column, self.id_column, self.url_column, delimiter)

    def having(self, **given: Any) -> Options:
        """The same with ``given`` on top; None leaves what is. Raises `ConfigError` for a value that can't be."""
        options = replace(self, **{name: value for name, value in given.items() if value is not None})
        options.check()
        return options

    def check(self) -> None:
        """Raises `ConfigError` for a value that can't be."""
        for name, choices in _CHOICES.items():
            refuse_unknown(name.replace("_", " "), getattr(self, name), choices)
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"{name.replace('_', '-')} is a share from 0 to 1, not {getattr(self, name)}")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise ConfigError(f"{name.replace('_', '-')} is a number from {least}, not {getattr(self, name)}")
        if len(self.columns.delimiter) > 1 or self.columns.delimiter in _NO_DELIMITER:
            raise ConfigError(rf"csv-delimiter is one character such as ; or \t for a tab, not {self.csv_delimiter!r}")
        if self.layout == "dolma" and self.output_format == "parquet":
            raise ConfigError("Dolma reads JSON lines only: take another --output-format than parquet")

    def row(self) -> Row:
        """What the report tells of them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def load_options(path: Path | None = None) -> Options:
    """The options in the table ``[run]`` of ``path``, else of ``cleaner.toml`` in the working folder.

    Raises `ConfigError` naming file and key.
    """
    if path is None:
        path = Path(FILE_NAME)
        if not path.is_file():
            return Options()
    return _checked(read_toml(path).get(RUN_TABLE, {}), path)


def _checked(table: Any, path: Path) -> Options:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: run must be a table: [run]")
    known = {field.name: field.default for field in fields(Options)}
    for name, value in table.items():
        refuse_unknown_key(str(path), f"run.{name}", name, known)
        wanted: Any = type(known[name])
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            raise ConfigError(f"{path}: run.{name} must be a {wanted.__name__}, not {value!r}")
    try:
        return Options().having(**table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
