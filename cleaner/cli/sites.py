"""The command `learn`: rule packs for sites, from what repeats on their pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.batch import SOURCES, JobsOption, QuietOption, worker_count
from cleaner.cli.errors import plain_errors
from cleaner.cli.help import Command
from cleaner.cli.parameters import Given, with_options
from cleaner.cli.tally import counted
from cleaner.errors import SOME_FAILED, USAGE, ConfigError
from cleaner.option import INPUT, OUTPUT
from cleaner.terminal import print_message, visible

if TYPE_CHECKING:  # slow to import
    from cleaner.sites.learn import Learning


def add_commands(app: typer.Typer) -> None:
    """Add `learn` to the command line."""
    app.command(cls=Command)(learn)


@with_options("learn")
def learn(
    given: Given,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="DIR",
            help="Write one rule pack for each host to this folder. Packs in it are updated.", rich_help_panel=OUTPUT,
        ),
    ],
    sources: Annotated[list[str] | None, SOURCES] = None,
    host_column: Annotated[
        str,
        typer.Option(
            "--host-column", metavar="NAME",
            help="Column that holds the host of a document.  [the host of its url, else the folder of its file]",
            rich_help_panel=INPUT,
        ),
    ] = "",
    state: Annotated[
        Path | None,
        typer.Option(
            "--state", metavar="FILE", help="Keep the counts in this file.  [counts.sqlite in DIR]",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    merge: Annotated[
        list[Path] | None,
        typer.Option(
            "--merge", metavar="FILE", help="Add the counts of this file, which another call has written. Repeatable.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    jobs: JobsOption = "0",
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Learn which lines repeat on the pages of a site, and write them into a rule pack for that site.

    Use the packs with --rules DIR. Each applies only to documents whose url has its host. Read them first: a phrase
    that you delete does not come back, and what you add stays.
    """
    with plain_errors(interrupted=lambda: "interrupted; the counts and the packs are as before"):
        from cleaner.sites.learn import learn as count_and_write

        if not sources and not merge:
            raise ConfigError("no inputs: name files or folders, or counts with --merge")
        done = count_and_write(
            sources or (), output, given.config(), given.files(), host_column=host_column, state=state,
            merge=merge or (), jobs=worker_count(jobs), say=print_message,
        )  # fmt: skip
        for fault in done.faults:
            print_message(fault)
        if not quiet:
            print(visible("\n".join(_summary(done, output)), keep="\n"), file=sys.stderr)
        if done.faults:
            raise typer.Exit(USAGE)
        if done.failed:
            raise typer.Exit(SOME_FAILED)


def _summary(done: Learning, output: Path) -> list[str]:
    read = f"{counted(done.documents, 'document')} of {counted(done.hosts, 'host')}"
    lines = [f"{read}: {counted(done.phrases, 'phrase')} in {counted(done.packs, 'pack')}, written to {output}"]
    if done.repeated:
        lines.append(f"{done.repeated:,} had been counted before, or have the lines of another document")
    if done.without_host:
        lines.append(f"{done.without_host:,} without a host were not counted; name its column with --host-column")
    if done.failed:
        lines.append(f"{done.failed:,} could not be read: see the messages above")
    return lines
