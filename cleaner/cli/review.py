"""The command `review`: a page to read what a run removed, document by document."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.errors import plain_errors
from cleaner.cli.help import Command
from cleaner.cli.tally import counted
from cleaner.errors import SOME_FAILED, ConfigError
from cleaner.option import OUTPUT
from cleaner.terminal import print_message, visible

if TYPE_CHECKING:  # slow to import
    from cleaner.review.make import Review

_MEGABYTE = 1_000_000
_MODE = 0o644
_CODES = (
    "Exit codes: 0 the page is written; 1 some documents could not be read, and the page shows the others; 2 wrong "
    "arguments, or there is no output of a run; 3 writing failed; 130 interrupted."
)


def add_commands(app: typer.Typer) -> None:
    """Add `review` to the command line."""
    app.command(cls=Command, epilog=_CODES)(review)


def review(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a run.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Write the page to this file.", rich_help_panel=OUTPUT),
    ] = Path("review.html"),
    max_size: Annotated[
        float,
        typer.Option("--max-size", metavar="MB", help="Maximum size of the page, in MB.", rich_help_panel=OUTPUT),
    ] = 10,
    max_documents: Annotated[
        int,
        typer.Option(
            "--max-documents", metavar="N", help="Maximum number of documents on the page.", rich_help_panel=OUTPUT
        ),
    ] = 1_000,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace a file that is not a page of review.", rich_help_panel=OUTPUT),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")] = False,
) -> None:
    """Write one HTML page on which you see what a run removed, and why, before you trust it.

    The page needs no network and sends nothing. It has charts of the whole run and a sample of its documents: those
    with the highest risk, and as many drawn at random. Mark lines as wrong there, and export them as a rule pack.
    """
    with plain_errors():
        from cleaner.review.make import review_run

        _refuse_other_file(output, overwrite=overwrite)
        made = review_run(folder, max_bytes=_bytes_of(max_size), max_documents=max_documents)
        _write(output, made.page)
        for problem in made.problems:
            print_message(problem)
        if not quiet:
            print(visible(_summary(made, output)), file=sys.stderr)
        if made.problems:
            raise typer.Exit(SOME_FAILED)


def _bytes_of(megabytes: float) -> int:
    """Raises `ConfigError` for what is not a finite number."""
    if not math.isfinite(megabytes):
        raise ConfigError(f"--max-size: {megabytes} is not a size; give a number of MB")
    return round(megabytes * _MEGABYTE)


def _refuse_other_file(path: Path, *, overwrite: bool) -> None:
    """Raises `ConfigError` if the file exists and no call of this command wrote it."""
    from cleaner.review.page import MARK

    if overwrite or not path.exists():
        return
    try:
        with path.open("rb") as file:
            is_ours = file.read(len(MARK)) == MARK
    except OSError as error:
        raise ConfigError(f"{path}: can't be replaced: {error.strerror}; choose another file") from error
    if not is_ours:
        raise ConfigError(f"{path}: exists and is not a page of review; choose another file, or use --overwrite")


def _write(path: Path, page: bytes) -> None:
    from cleaner.atomic import replace_file
    from cleaner.run.folder import WriteError

    try:
        replace_file(str(path), page, path.parent, _MODE, prefix=".cleaner-review-")
    except OSError as error:
        raise WriteError(f"{path}: can't be written: {error.strerror}; choose another file") from error


def _summary(made: Review, output: Path) -> str:
    size = f"{len(made.page) / _MEGABYTE:.1f} MB"
    if made.shown == made.documents:
        return f"{output}: all {counted(made.documents, 'document')}, {size}"
    return f"{output}: a sample of {made.shown:,} of {counted(made.documents, 'document')}, {size}"
