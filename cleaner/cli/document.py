"""The commands about one document: `clean` prints its clean text, `explain` what was cut and why."""

from __future__ import annotations

import contextlib
import json as json_lines
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cleaner.cli.app import (
    INPUT,
    OUTPUT,
    ConfigOption,
    CsvDelimiterOption,
    EncodingOption,
    EngineOption,
    HtmlColumnOption,
    IdColumnOption,
    IgnoreOption,
    InputFormatOption,
    InputKindOption,
    MaxBytesOption,
    MetadataOption,
    ProfileOption,
    RulesOption,
    SelectOption,
    StableOption,
    StageOption,
    TextColumnOption,
    TextFormatOption,
    UrlColumnOption,
    _options,
    _plain_errors,
    _tell,
)
from cleaner.cli.help import Command
from cleaner.errors import FAULT, ConfigError, refuse_unknown
from cleaner.terminal import visible, wants_colour

if TYPE_CHECKING:  # slow to import
    from cleaner.cli.view import View
    from cleaner.config import Config
    from cleaner.inputs.formats import Settings
    from cleaner.inputs.records import Record

_ONLY = ("cut", "kept")
_LESS = {"LESS": "FRX"}  # quit if it fits one screen, keep colours: as git sets it

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for stdin.")]
RecordOption = Annotated[
    int,
    typer.Option(
        "--record",
        metavar="N",
        min=0,
        show_default=False,
        help="In a file of many documents (JSONL, JSON, CSV, Parquet, WARC): the one on line, row or number N, as "
        "documents.jsonl and failed.jsonl count them.",
        rich_help_panel=INPUT,
    ),
]
IdOption = Annotated[
    str,
    typer.Option(
        "--id",
        metavar="ID",
        help="In a file of many documents: the first one with this id; in an archive, archive.zip/path/in/it.",
        rich_help_panel=INPUT,
    ),
]
UrlOption = Annotated[
    str, typer.Option("--url", metavar="URL", help="The address of the document.", rich_help_panel=INPUT)
]


def add_commands(app: typer.Typer) -> None:
    """Add `clean` and `explain` to the command line."""
    app.command(cls=Command)(clean)
    app.command(cls=Command)(explain)


def clean(
    file: FileArgument,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print the row of documents.jsonl instead of the text.", rich_help_panel=OUTPUT),
    ] = False,
    record: RecordOption = 0,
    id: IdOption = "",
    url: UrlOption = "",
    input_format: InputFormatOption = None,
    text_column: TextColumnOption = None,
    html_column: HtmlColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    csv_delimiter: CsvDelimiterOption = None,
    profile: ProfileOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
    stage: StageOption = None,
    config: ConfigOption = None,
    encoding: EncodingOption = None,
    max_bytes: MaxBytesOption = None,
    input_kind: InputKindOption = None,
    text_format: TextFormatOption = None,
    metadata: MetadataOption = None,
    engine: EngineOption = None,
    stable: StableOption = False,
) -> None:
    """Print the clean text of one document."""
    from cleaner.run import single

    with _plain_errors():
        options = _options(
            config, profile=profile, select=select, ignore=ignore, rules=rules, stage=stage, encoding=encoding,
            max_bytes=max_bytes, input_kind=input_kind, text_format=text_format, metadata=metadata, engine=engine,
            stable=stable,
        )  # fmt: skip
        settings, found = _found(
            file, options, config, record, id, input_format=input_format, text_column=text_column,
            html_column=html_column, id_column=id_column, url_column=url_column, csv_delimiter=csv_delimiter,
        )  # fmt: skip
        row = single.cleaned(found, options.pipeline(), settings, url=url)
        for warning in row["warnings"]:
            _tell(f"{file}: {warning}")
        if json:
            print(json_lines.dumps(row))
        else:
            _print_text(row["text"])
        if row["status"] == "passed_through":
            raise typer.Exit(FAULT)


def explain(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A file, - for stdin, or the output folder of a run (then name an ID)."),
    ],
    of: Annotated[
        str, typer.Argument(metavar="[ID]", help="The same as --id: the document of a run, or of a file of many.")
    ] = "",
    json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON object, with all details.", rich_help_panel=OUTPUT),
    ] = False,
    all: Annotated[
        bool,
        typer.Option(
            "--all", help="Show every line that was cut, not only the first of a group.", rich_help_panel=OUTPUT
        ),
    ] = False,
    only: Annotated[
        str,
        typer.Option("--only", metavar="WHICH", help="Show only lines that were cut, or kept.", rich_help_panel=OUTPUT),
    ] = "",
    no_pager: Annotated[
        bool,
        typer.Option(
            "--no-pager", help="Print directly, also to a terminal. The pager is that of PAGER.", rich_help_panel=OUTPUT
        ),
    ] = False,
    record: RecordOption = 0,
    id: IdOption = "",
    url: UrlOption = "",
    input_format: InputFormatOption = None,
    text_column: TextColumnOption = None,
    html_column: HtmlColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    csv_delimiter: CsvDelimiterOption = None,
    profile: ProfileOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
    stage: StageOption = None,
    config: ConfigOption = None,
    encoding: EncodingOption = None,
    max_bytes: MaxBytesOption = None,
    input_kind: InputKindOption = None,
    text_format: TextFormatOption = None,
    metadata: MetadataOption = None,
    engine: EngineOption = None,
    stable: StableOption = False,
) -> None:
    """Show one document line by line: kept, or cut (-) with rule and reason."""
    from cleaner.cli import page
    from cleaner.cli.view import view_of, view_of_rows
    from cleaner.run import single

    with _plain_errors():
        if only:
            refuse_unknown("choice of lines", only, _ONLY)
        if of and id:
            raise ConfigError("the id is given twice; leave out --id")
        id = id or of
        if single.is_output(file):
            if not id:
                raise ConfigError(
                    f"{file}: is the output of a run; name the id of a document: cleaner explain {file} ID"
                )
            view = view_of_rows(*single.rows_of(Path(file), id))
        else:
            options = _options(
                config, profile=profile, select=select, ignore=ignore, rules=rules, stage=stage, encoding=encoding,
                max_bytes=max_bytes, input_kind=input_kind, text_format=text_format, metadata=metadata, engine=engine,
                stable=stable,
            )  # fmt: skip
            settings, found = _found(
                file, options, config, record, id, input_format=input_format, text_column=text_column,
                html_column=html_column, id_column=id_column, url_column=url_column, csv_delimiter=csv_delimiter,
            )  # fmt: skip
            result = single.explained(found, options.pipeline(), settings, url=url)
            view = view_of(result, options.text_format)
        if json:
            print(page.as_json(view))
        else:
            _show(view, only, every_line=all, wants_pager=not no_pager)


def _found(
    file: str, options: Config, config: Path | None, record: int, id: str, **given: str | None
) -> tuple[Settings, Record]:
    """The document that is meant, read as `run` would read it."""
    from cleaner.inputs.formats import Settings
    from cleaner.run import single
    from cleaner.run.options import load_options

    if record and id:
        raise ConfigError("--record and --id both name a document; leave out one")
    files = load_options(config).having(**given)
    settings = Settings(options, files.columns)
    return settings, single.read_one(file, settings, files.input_format, record=record, id=id)


def _print_text(text: str) -> None:
    """The text as it is for programs, and made safe for a terminal."""
    if sys.stdout.isatty():
        print(visible(text.replace("\r\n", "\n").removesuffix("\n"), keep="\t\n"))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def _show(view: View, only: str, *, every_line: bool, wants_pager: bool) -> None:
    from cleaner.cli import page

    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else 0
    look: Any = {"only": only, "every_line": every_line, "colour": wants_colour(sys.stdout), "width": width}
    lines = page.as_lines(view, **look)
    pager = _pager() if is_terminal and wants_pager else []
    if pager:
        _page(pager, lines)
    else:
        for line in lines:
            print(line)


def _pager() -> list[str]:
    """The command of the pager; empty if there is none, or none is wanted."""
    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:  # a quote that nothing closes
        return []
    wanted = bool(command) and command[0] != "cat" and os.environ.get("TERM") != "dumb"
    return command if wanted and shutil.which(command[0]) else []


def _page(command: list[str], lines: Iterable[str]) -> None:
    """Show lines in a pager. Whatever the lines hold was made safe; only our own colours are escapes."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={**_LESS, **os.environ}) as pager, _ignoring_interrupts():  # noqa: S603  the user's own
        assert pager.stdin  # noqa: S101  it is a pipe
        with contextlib.suppress(BrokenPipeError):  # they have seen enough
            for line in lines:
                pager.stdin.write(f"{line}\n".encode("utf-8", "backslashreplace"))
        with contextlib.suppress(BrokenPipeError):
            pager.stdin.close()
        pager.wait()


@contextlib.contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Ctrl-C belongs to the pager."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
