"""The options of a run that are about files, not about cleaning; ``[run]`` in ``cleaner.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.config import FILE_NAME, RUN_TABLE, read_toml
from cleaner.errors import ConfigError, refuse_unknown, refuse_unknown_key
from cleaner.option import INPUT, LIMITS, OUTPUT, READERS, option, options_of

if TYPE_CHECKING:  # slow to import, and every command reads this table
    from cleaner.inputs.columns import InputColumns
    from cleaner.ledger import Row

AUTO = "auto"
_NO_DELIMITER = ('"', " ", "\r", "\n")
_TAB = r"\t"


def _input_formats() -> Sequence[str]:
    from cleaner.inputs.formats import NAMES

    return (AUTO, *NAMES)


def _output_formats() -> Sequence[str]:
    from cleaner.outputs.containers import CONTAINERS

    return tuple(CONTAINERS)


def _layouts() -> Sequence[str]:
    from cleaner.outputs.layouts import NAMES

    return NAMES


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How inputs are read and outputs are written. Each field is an entry of the table of options.

    An empty column is guessed; an empty ``csv_delimiter`` is a comma, or a tab in TSV. ``shard_size``
    is in bytes, 0 for one file; ``sample`` in documents, 0 for all. ``max_removed`` is the share of a document that may
    be cut, ``max_removed_run`` that of all. ``cpu_seconds`` and ``memory`` (megabytes) limit the work on one document.
    """

    input_format: str = option(
        AUTO,
        "Read every file as whole (one document), jsonl, json, csv, parquet, warc or archive (ZIP, tar).",
        commands=READERS, group=INPUT, metavar="NAME", shown="auto: by its ending", choices=_input_formats,
    )  # fmt: skip
    text_column: str = option(
        "", "Column that holds the text.", commands=READERS, group=INPUT, metavar="NAME", shown="text, content"
    )
    html_column: str = option(
        "", "Column that holds the HTML; it is preferred to the text.",
        commands=READERS, group=INPUT, metavar="NAME", shown="html, raw_html",
    )  # fmt: skip
    id_column: str = option(
        "", "Column that holds the id of a document.", commands=READERS, group=INPUT, metavar="NAME", shown="id"
    )
    url_column: str = option(
        "", "Column or key of a sidecar file that holds the address of a document.",
        commands=READERS, group=INPUT, metavar="NAME", shown="url",
    )  # fmt: skip
    csv_delimiter: str = option(
        "", r"Character between the cells of CSV; \t is a tab.",
        commands=READERS, group=INPUT, metavar="CHAR", shown="comma; in TSV a tab",
    )  # fmt: skip
    output_format: str = option(
        "jsonl", "Format of documents and ledger: jsonl, jsonl.gz, jsonl.zst or parquet.",
        commands=("run",), group=OUTPUT, metavar="NAME", choices=_output_formats,
    )  # fmt: skip
    layout: str = option(
        "plain", "Files and columns of the output: plain, dolma or fineweb.",
        commands=("run",), group=OUTPUT, metavar="NAME", choices=_layouts,
    )  # fmt: skip
    shard_size: int = option(
        0, "Start a new output file after this many bytes. 0: never.",
        commands=("run",), group=OUTPUT, metavar="BYTES", minimum=0,
    )  # fmt: skip
    keep_folders: bool = option(
        default=False, help="Write a folder of output for each folder of the input.", commands=("run",), group=OUTPUT
    )
    ledger: bool = option(
        default=True, help="Write what was removed, or not. verify, restore and explain need it.",
        commands=("run",), group=OUTPUT, flag="--ledger/--no-ledger", shown="ledger",
    )  # fmt: skip
    mark_duplicates: bool = option(
        default=False, help="Mark exact and near duplicates of the clean text: duplicate_of names the first document.",
        commands=("run",), group=OUTPUT,
    )  # fmt: skip
    max_removed: float = option(
        1.0, "Leave a document uncut if more than this share of it would go (exit code 4).",
        commands=("run",), group=LIMITS, metavar="SHARE", minimum=0, maximum=1,
    )  # fmt: skip
    max_removed_run: float = option(
        1.0, "Exit with code 4 if the run removes more than this share of all text.",
        commands=("run",), group=LIMITS, metavar="SHARE", minimum=0, maximum=1,
    )  # fmt: skip
    sample: int = option(
        0, "Clean only N documents, drawn evenly from all inputs. 0: all.",
        commands=("run",), group=LIMITS, metavar="N", minimum=0,
    )  # fmt: skip
    cpu_seconds: int = option(
        60, "CPU seconds allowed for one document.", commands=("run",), group=LIMITS, metavar="N", minimum=1
    )
    memory: int = option(
        2_000, "Megabytes allowed for one document.", commands=("run",), group=LIMITS, metavar="MB", minimum=1
    )

    @property
    def columns(self) -> InputColumns:
        """The columns of rows, as readers need them."""
        from cleaner.inputs.columns import InputColumns

        delimiter = "\t" if self.csv_delimiter == _TAB else self.csv_delimiter
        return InputColumns(self.text_column, self.html_column, self.id_column, self.url_column, delimiter)

    def with_overrides(self, **given: Any) -> RunOptions:
        """These options with the values of ``given`` that are not None. Raises `ConfigError` for an invalid value."""
        options = replace(self, **{name: value for name, value in given.items() if value is not None})
        options.check()
        return options

    def check(self) -> None:
        """Raises `ConfigError` for an invalid value."""
        for name, entry in options_of(RunOptions).items():
            value, flag = getattr(self, name), name.replace("_", "-")
            if entry.choices:
                refuse_unknown(entry.words, value, entry.choices())
            if entry.maximum is not None and not (entry.minimum or 0) <= value <= entry.maximum:
                raise ConfigError(f"{flag} must be a share from {entry.minimum} to {entry.maximum}, not {value}")
            if entry.minimum is not None and value < entry.minimum:
                raise ConfigError(f"{flag} must be at least {entry.minimum}, not {value}")
        if len(self.columns.delimiter) > 1 or self.columns.delimiter in _NO_DELIMITER:
            raise ConfigError(
                rf"csv-delimiter must be one character, such as ; or \t for a tab, not {self.csv_delimiter!r}"
            )
        if self.layout == "dolma" and self.output_format == "parquet":
            raise ConfigError("the dolma layout needs JSON lines; use another --output-format than parquet")

    def row(self) -> Row:
        """The options as the report contains them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def load_options(path: Path | None = None) -> RunOptions:
    """The options in the table ``[run]`` of ``path``, or of ``cleaner.toml`` in the working folder.

    Raises `ConfigError` with the file and the key.
    """
    if path is None:
        path = Path(FILE_NAME)
        if not path.is_file():
            return RunOptions()
    return _checked(read_toml(path).get(RUN_TABLE, {}), path)


def _checked(table: Any, path: Path) -> RunOptions:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: run must be a table: [run]")
    known = options_of(RunOptions)
    for name, value in table.items():
        refuse_unknown_key(str(path), f"run.{name}", name, known)
        wanted: Any = type(known[name].default)
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            raise ConfigError(f"{path}: run.{name} must be a {wanted.__name__}, not {value!r}")
    try:
        return RunOptions().with_overrides(**table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
