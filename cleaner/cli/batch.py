"""The commands for many documents: `run` cleans them, `verify` and `restore` read the output of a run."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.errors import plain_errors
from cleaner.cli.help import Command
from cleaner.cli.parameters import Given, with_options
from cleaner.errors import SOME_FAILED, ConfigError, OutputError, refuse_unknown
from cleaner.option import CLEANING, INPUT, OUTPUT
from cleaner.terminal import print_message, visible

if TYPE_CHECKING:  # slow to import
    from types import ModuleType

    from cleaner.cli.progress import Progress
    from cleaner.config import Config
    from cleaner.run.options import RunOptions
    from cleaner.run.report import Report

_LOCAL = "local"

SOURCES = typer.Argument(
    metavar="SRC",
    help="Files, folders or globs; - is stdin. Each row of JSONL, JSON, CSV and Parquet, each record of WARC and "
    "each file in a ZIP or tar archive is a document. Any other file is one document.",
)
SourcesArgument = Annotated[list[str], SOURCES]
OutputOption = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="Write documents.jsonl, ledger.jsonl, failed.jsonl and report.json to this folder.",
        rich_help_panel=OUTPUT,
    ),
]
JobsOption = Annotated[
    str, typer.Option("--jobs", "-j", metavar="N", help="Number of worker processes. 0: none; auto: one per core.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Report what would be removed, and write nothing.", rich_help_panel=OUTPUT)
]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace the output of another run.", rich_help_panel=OUTPUT)
]
UpdateOption = Annotated[
    bool,
    typer.Option(
        "--update",
        help="Clean only the inputs that are new or have changed since the finished run in DIR.",
        rich_help_panel=OUTPUT,
    ),
]
SkipUnreadableOption = Annotated[
    bool,
    typer.Option(
        "--skip-unreadable",
        help="List inputs that need a missing library in failed.jsonl, and clean the others.",
        rich_help_panel=INPUT,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors: no progress and no summary.")]
VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="Show all categories, mechanisms, languages, hosts and withdrawn cuts in the summary.",
    ),
]
LearnOption = Annotated[
    bool,
    typer.Option(
        "--learn",
        help="First learn what repeats on each site of the inputs, and write the rule packs to DIR/sites.",
        rich_help_panel=CLEANING,
    ),
]
OnOption = Annotated[str, typer.Option("--on", metavar="PLACE", help="Where to run: local, ray or spark.")]
OutArgument = Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a run.")]


def add_commands(app: typer.Typer) -> None:
    """Add `run`, `restore` and `verify` to the command line."""
    app.command(cls=Command)(run)
    app.command(cls=Command)(restore)
    app.command(cls=Command)(verify)


@dataclass(frozen=True, slots=True)
class _Call:
    """The arguments of a call of `run` that are not in the tables of options."""

    sources: Sequence[str]
    output: Path
    workers: int
    on: str
    dry_run: bool
    overwrite: bool
    update: bool
    skip_unreadable: bool
    quiet: bool
    verbose: bool


@with_options("run")
def run(
    sources: SourcesArgument,
    given: Given,
    output: OutputOption = Path("out"),
    jobs: JobsOption = "auto",
    dry_run: DryRunOption = False,
    overwrite: OverwriteOption = False,
    update: UpdateOption = False,
    learn: LearnOption = False,
    skip_unreadable: SkipUnreadableOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    on: OnOption = _LOCAL,
) -> None:
    """Clean files and folders into a folder of JSON lines. Run the same command again to resume."""

    def resumes() -> str:
        return _resumes(output, restarts=overwrite or "-" in sources)

    started = time.monotonic()
    with plain_errors(interrupted=lambda: f"interrupted; {resumes()}", resumes=resumes):
        _refuse_stdout(output, sources)
        on, given = _place_of(on, given)
        config, files = given.config(), given.files()
        if update and (dry_run or overwrite or on != _LOCAL):
            raise ConfigError("--update can't be combined with --dry-run, --overwrite or --on")
        if learn:
            config = _learned(
                sources, output, config, files, worker_count(jobs), is_alone=not (dry_run or update or on != _LOCAL)
            )
        call = _Call(
            sources, output, worker_count(jobs), on, dry_run, overwrite, update, skip_unreadable, quiet, verbose
        )  # fmt: skip
        report = _cleaned(call, config, files)
        if not quiet:
            _show_summary(report, call, time.monotonic() - started)
        raise typer.Exit(report.exit_code)


def _learned(
    sources: Sequence[str], output: Path, config: Config, files: RunOptions, workers: int, *, is_alone: bool
) -> Config:
    """The options with the rule packs that were learned from the inputs."""
    from cleaner.sites.learn import learn_for_run

    if not is_alone:
        raise ConfigError("--learn can't be combined with --dry-run, --update or --on; call `cleaner learn` first")
    refuse_nothing(sources)
    return learn_for_run(sources, output, config, files, jobs=workers, say=_silent)


def _silent(message: str) -> None:
    """The run itself reports inputs that can't be read."""


def _cleaned(call: _Call, config: Config, files: RunOptions) -> Report:
    """Run the call and show its progress."""
    from cleaner.cli.progress import Progress
    from cleaner.inputs.find import total_bytes

    if call.on != _LOCAL and call.dry_run:
        raise ConfigError("--dry-run works only on this machine; leave out --on")
    launch = _launch(call.on) if call.on != _LOCAL else None
    refuse_nothing(call.sources)
    total = 0 if call.quiet else total_bytes(call.sources)
    with Progress(sys.stderr, quiet=call.quiet, total=total, is_written=not call.dry_run) as progress:
        return _report_of(call, config, files, launch, progress)


def _report_of(call: _Call, config: Config, files: RunOptions, launch: ModuleType | None, progress: Progress) -> Report:
    from cleaner.run import runner

    if launch:
        report: Report = launch.run(
            call.sources, call.output, config, files,
            on=call.on, overwrite=call.overwrite, skip_unreadable=call.skip_unreadable, watch=progress,
        )  # fmt: skip
        return report
    if call.dry_run:
        return runner.dry_run(
            call.sources, config, files, jobs=call.workers, skip_unreadable=call.skip_unreadable, watch=progress
        )
    return runner.run(
        call.sources, call.output, config, files, jobs=call.workers, overwrite=call.overwrite, update=call.update,
        skip_unreadable=call.skip_unreadable, watch=progress,
    )  # fmt: skip


def _show_summary(report: Report, call: _Call, seconds: float) -> None:
    where = "nothing was written" if call.dry_run else f"written to {call.output}"
    if report.is_old:
        where, seconds = f"nothing to do: {call.output} already contains the complete output of this run", 0.0
    print(report.summary(seconds=seconds, verbose=call.verbose, is_written=not call.dry_run), file=sys.stderr)
    print(visible(where), file=sys.stderr)


def _refuse_stdout(output: Path, sources: Sequence[str]) -> None:
    if str(output) == "-":
        name = sources[0] if len(sources) == 1 and not os.path.isdir(sources[0]) else "FILE"
        raise ConfigError(f"-o names a folder; to print one document: cleaner clean {name} (with --json its row)")


def refuse_nothing(sources: Sequence[str]) -> None:
    """Raise `ConfigError` if there are no inputs: an empty output would look like a success."""
    from cleaner.inputs.find import find

    if next(find(sources), None) is None:
        raise ConfigError(f"no inputs found in {', '.join(sources)}; hidden files and the output of runs are not read")


def _resumes(output: Path, *, restarts: bool) -> str:
    """What the same command will do after this one was interrupted."""
    from cleaner.inputs.find import CHECKPOINT

    if restarts or not (output / CHECKPOINT).is_file():
        return "nothing is saved yet, so the same command starts from the beginning"
    return "the same command resumes after the last checkpoint"


def worker_count(wanted: str) -> int:
    """The number of worker processes that ``--jobs`` asks for. Raises `ConfigError`."""
    if wanted == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if wanted.isdecimal():
        return int(wanted)
    raise ConfigError(f"--jobs must be a number or auto, not {wanted!r}")


def _place_of(on: str, given: Given) -> tuple[str, Given]:
    """The place to run, and the options without it. ``--engine ray`` means ``--on ray``: it is not a classifier."""
    from cleaner.etl.engines import PLACES

    engine = given.cleaning.get("engine")
    if engine not in (_LOCAL, *PLACES):
        return on, given
    if on not in (_LOCAL, engine):
        raise ConfigError(f"--on {on} and --engine {engine} name two places to run; leave out one")
    return engine, given.without("engine")


def _launch(on: str) -> ModuleType:
    """The module that starts a run on the engine ``on``. Raises `ConfigError` if it is unknown or not installed."""
    from cleaner.etl.engines import PLACES, need

    refuse_unknown("place to run on", on, (_LOCAL, *PLACES))
    need(PLACES[on])
    from cleaner.etl import launch

    return launch


def restore(
    out: OutArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Write the sources to this new or empty folder.")
    ],
) -> None:
    """Rebuild the sources of a run from its output: text byte for byte, HTML pages as their visible text."""
    from cleaner.run.audit import restore_run

    with plain_errors():
        _refuse_absent(out)
        restored = restore_run(out, output)
        for problem in restored.problems:
            print_message(problem)
        print(f"{restored.files:,} files restored to {visible(output)}", file=sys.stderr)
        if restored.pages:
            print(f"HTML pages restored as their visible text (.txt): {restored.pages:,}", file=sys.stderr)
        if restored.problems:
            print(f"{len(restored.problems):,} not restored: see the messages above", file=sys.stderr)
            raise typer.Exit(SOME_FAILED)


def verify(out: OutArgument) -> None:
    """Check that the documents, ledger and report of a run match, and that no text was lost."""
    from cleaner.run.audit import verify_run

    with plain_errors():
        _refuse_absent(out)
        verdict = verify_run(out)
        for problem in verdict.problems:
            print_message(problem)
        if verdict.problems:
            raise typer.Exit(SOME_FAILED)
        print(f"{verdict.documents:,} documents: nothing lost, all totals match", file=sys.stderr)


def _refuse_absent(out: Path) -> None:
    if not out.is_dir():
        raise OutputError(f"{out}: {'is not a folder' if out.exists() else 'there is no such folder'}")
