"""The commands for one document: `clean` prints its clean text, `explain` shows what was cut and why."""

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

from cleaner.cli.errors import plain_errors
from cleaner.cli.help import Command
from cleaner.cli.parameters import Given, with_options
from cleaner.errors import FAULT, ConfigError, refuse_unknown
from cleaner.option import INPUT, OUTPUT
from cleaner.terminal import print_message, visible, wants_colour

if TYPE_CHECKING:  # slow to import
    from cleaner.cli.view import View
    from cleaner.inputs.formats import Settings
    from cleaner.inputs.records import Record

_ONLY = ("cut", "kept")
_LESS = {"LESS": "FRX"}  # quit if the text fits on one screen, and keep colours: the options that git sets

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="The file to clean, or - for stdin.")]
RecordOption = Annotated[
    int,
    typer.Option(
        "--record",
        metavar="N",
        min=0,
        show_default=False,
        help="In a file of many documents (JSONL, JSON, CSV, Parquet, WARC), read line, row or record N, counted as in "
        "documents.jsonl and failed.jsonl.",
        rich_help_panel=INPUT,
    ),
]
IdOption = Annotated[
    str,
    typer.Option(
        "--id",
        metavar="ID",
        help="In a file of many documents, read the first one with this id; in an archive, archive.zip/path/in/it.",
        rich_help_panel=INPUT,
    ),
]
UrlOption = Annotated[str, typer.Option("--url", metavar="URL", help="Address of the document.", rich_help_panel=INPUT)]


def add_commands(app: typer.Typer) -> None:
    """Add `clean` and `explain` to the command line."""
    app.command(cls=Command)(clean)
    app.command(cls=Command)(explain)


JsonRowOption = Annotated[
    bool, typer.Option("--json", help="Print the row of documents.jsonl instead of the text.", rich_help_panel=OUTPUT)
]
FileOrRunArgument = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A file, - for stdin, or the output folder of a run (then also name an ID)."),
]
OfArgument = Annotated[
    str, typer.Argument(metavar="[ID]", help="Id of the document in a run or in a file of many; the same as --id.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print all details as one JSON object.", rich_help_panel=OUTPUT)
]
AllOption = Annotated[
    bool,
    typer.Option("--all", help="Show every line that was cut, not only the first of a group.", rich_help_panel=OUTPUT),
]
OnlyOption = Annotated[
    str,
    typer.Option(
        "--only",
        metavar="WHICH",
        help="Show only lines that were cut, or only lines that were kept: cut or kept.",
        rich_help_panel=OUTPUT,
    ),
]
NoPagerOption = Annotated[
    bool,
    typer.Option(
        "--no-pager",
        help="Print without a pager, also on a terminal. The variable PAGER names the pager.",
        rich_help_panel=OUTPUT,
    ),
]


@with_options("clean")
def clean(
    file: FileArgument,
    given: Given,
    json: JsonRowOption = False,
    record: RecordOption = 0,
    id: IdOption = "",
    url: UrlOption = "",
) -> None:
    """Print the clean text of one document."""
    from cleaner.run import single

    with plain_errors():
        settings, found = _found(file, given, record, id)
        row = single.cleaned(found, settings.config.pipeline(), settings, url=url)
        for warning in row["warnings"]:
            print_message(f"{file}: {warning}")
        if json:
            print(json_lines.dumps(row))
        else:
            _print_text(row["text"])
        if row["status"] == "passed_through":
            raise typer.Exit(FAULT)


@with_options("explain")
def explain(
    file: FileOrRunArgument,
    given: Given,
    of: OfArgument = "",
    json: JsonOption = False,
    all: AllOption = False,
    only: OnlyOption = "",
    no_pager: NoPagerOption = False,
    record: RecordOption = 0,
    id: IdOption = "",
    url: UrlOption = "",
) -> None:
    """Show one document line by line: each line is kept, or cut (-) with rule and reason."""
    from cleaner.cli import page
    from cleaner.run import single

    with plain_errors():
        if only:
            refuse_unknown("choice of lines", only, _ONLY)
        if of and id:
            raise ConfigError("two ids are given; leave out --id")
        id = id or of
        is_run = single.is_output(file)
        view = _view_of_run(file, id) if is_run else _view_of_file(file, given, record, id, url)
        if json:
            print(page.as_json(view))
        else:
            _show(view, only, every_line=all, wants_pager=not no_pager)


def _view_of_run(folder: str, id: str) -> View:
    from cleaner.cli.view import view_of_rows
    from cleaner.run import single

    if not id:
        raise ConfigError(f"{folder}: is the output of a run; give the id of a document: cleaner explain {folder} ID")
    return view_of_rows(*single.rows_of(Path(folder), id))


def _view_of_file(file: str, given: Given, record: int, id: str, url: str) -> View:
    from cleaner.cli.view import view_of
    from cleaner.run import single

    settings, found = _found(file, given, record, id)
    result = single.explained(found, settings.config.pipeline(), settings, url=url)
    return view_of(result, settings.config.text_format)


def _found(file: str, given: Given, record: int, id: str) -> tuple[Settings, Record]:
    """The document that the arguments name, read as `run` would read it."""
    from cleaner.inputs.formats import Settings
    from cleaner.run import single

    config, files = given.config(), given.files()
    if record and id:
        raise ConfigError("--record and --id both name a document; leave out one")
    settings = Settings(config, files.columns)
    return settings, single.read_one(file, settings, files.input_format, record=record, id=id)


def _print_text(text: str) -> None:
    """Print the text unchanged for programs, or made safe for a terminal."""
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
    """The command of the pager; empty if there is none, or if the user wants none."""
    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:  # a quote that is not closed
        return []
    wanted = bool(command) and command[0] != "cat" and os.environ.get("TERM") != "dumb"
    return command if wanted and shutil.which(command[0]) else []


def _page(command: list[str], lines: Iterable[str]) -> None:
    """Show lines in a pager. The lines are already safe; our own colours are the only escape sequences."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={**_LESS, **os.environ}) as pager, _ignoring_interrupts():  # noqa: S603  the user's own command
        assert pager.stdin  # noqa: S101  it is a pipe
        with contextlib.suppress(BrokenPipeError):  # the user has closed the pager
            for line in lines:
                pager.stdin.write(f"{line}\n".encode("utf-8", "backslashreplace"))
        with contextlib.suppress(BrokenPipeError):
            pager.stdin.close()
        pager.wait()


@contextlib.contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Within, only the pager handles Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
