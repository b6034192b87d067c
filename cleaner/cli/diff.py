"""The command `diff`, which compares two runs of the same inputs, and so reviews a change of rules."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.errors import plain_errors
from cleaner.cli.help import Command
from cleaner.cli.parameters import Given, with_options
from cleaner.cli.tally import counted
from cleaner.errors import DONE, OVER_LIMIT, SOME_FAILED, ConfigError, refuse_unknown
from cleaner.terminal import print_message

if TYPE_CHECKING:  # slow to import
    from cleaner.compare.comparison import Changed, Comparison
    from cleaner.config import Config
    from cleaner.run.options import RunOptions
    from cleaner.run.report import Report

PathsArgument = Annotated[
    list[str],
    typer.Argument(metavar="PATHS", help="The output folders of two runs. With --rules, the inputs to clean."),
]
RulesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        metavar="FOLDER",
        help="Clean the inputs twice, and compare the two runs. Given twice, each run has the rules of one folder; "
        "given once, the first run does without the folder.",
    ),
]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="NAME", help="Print the comparison as text, markdown or json.")
]
MaxLostOption = Annotated[
    str,
    typer.Option(
        "--max-lost",
        metavar="SHARE",
        help="Exit with code 4 if the second run loses more than this share of the words that the first one keeps, "
        "such as 0.1%.",
    ),
]
MaxChangedOption = Annotated[
    str,
    typer.Option(
        "--max-changed",
        metavar="N",
        help="Exit with code 4 if more than N documents differ; a share, such as 1%, is one of all documents.",
    ),
]
DocumentsOption = Annotated[
    Path | None,
    typer.Option("--documents", metavar="FILE", help="Write a JSON line for each document that differs to this file."),
]
JobsOption = Annotated[
    str,
    typer.Option(
        "--jobs", "-j", metavar="N", help="Number of worker processes of each run. 0: none; auto: one per core."
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress of the two runs.")]
_CODES = (
    "Exit codes: 0 compared, whether or not the runs differ; 1 some documents could not be compared or cleaned; "
    "2 wrong arguments, or there is no output of a run; 3 writing failed; 4 --max-lost or --max-changed is exceeded; "
    "130 interrupted."
)


def add_commands(app: typer.Typer) -> None:
    """Add `diff` to the command line."""
    app.command(cls=Command, epilog=_CODES)(diff)


@with_options("diff")
def diff(
    paths: PathsArgument,
    given: Given,
    folders: RulesOption = None,
    format: FormatOption = "text",
    max_lost: MaxLostOption = "",
    max_changed: MaxChangedOption = "",
    documents: DocumentsOption = None,
    jobs: JobsOption = "auto",
    quiet: QuietOption = False,
) -> None:
    """Compare two runs of the same inputs: what changed, by category and rule, and the largest changes.

    Use it to review a change of rules: cleaner diff OUT_A OUT_B, or cleaner diff --rules A --rules B INPUTS. Both runs
    of --rules read all other options from cleaner.toml.
    """
    with plain_errors():
        from cleaner.compare.budget import Budget
        from cleaner.compare.formats import FORMATS

        refuse_unknown("format", format, tuple(FORMATS))
        budget = Budget(max_lost, max_changed)
        with _written_to(documents) as each:
            if folders:
                comparison, code = _of_rules(paths, folders, given, each, jobs=jobs, quiet=quiet)
            else:
                comparison, code = _of_folders(paths, each), DONE
        exceeded = budget.exceeded(comparison)
        for line in FORMATS[format](comparison, exceeded):
            print(line)
        sys.stdout.flush()  # the comparison comes before the messages about it
        _print_problems(comparison)
        for message in exceeded:
            print_message(message)
        raise typer.Exit(OVER_LIMIT if exceeded else code or (SOME_FAILED if comparison.not_compared else DONE))


def _of_folders(paths: Sequence[str], each: Callable[[Changed], None]) -> Comparison:
    from cleaner.compare.comparison import compare_runs

    if len(paths) != 2:
        what = f"diff compares two output folders, not {len(paths):,}"
        raise ConfigError(f"{what}: cleaner diff OUT_A OUT_B, or cleaner diff --rules A --rules B INPUTS")
    return compare_runs(Path(paths[0]), Path(paths[1]), each=each)


def _of_rules(
    sources: Sequence[str],
    folders: Sequence[str],
    given: Given,
    each: Callable[[Changed], None],
    *,
    jobs: str,
    quiet: bool,
) -> tuple[Comparison, int]:
    """Clean the inputs twice. Returns the comparison, and the exit code of the runs."""
    from cleaner.cli.batch import refuse_nothing, worker_count
    from cleaner.cli.progress import Progress
    from cleaner.compare.comparison import compare_runs
    from cleaner.compare.two_runs import two_runs
    from cleaner.inputs.find import total_bytes
    from cleaner.run import runner

    refuse_nothing(sources)
    workers, total = worker_count(jobs), 0 if quiet else total_bytes(sources)

    def clean_into(name: str, output: Path, config: Config, options: RunOptions) -> Report:
        if not quiet:
            print_message(f"cleaning with {name}")
        with Progress(sys.stderr, quiet=quiet, total=total, is_written=False) as progress:
            return runner.run(sources, output, config, options, jobs=workers, watch=progress)

    with two_runs(sources, folders, given.config(), given.files(), clean_into) as runs:
        return compare_runs(runs.first, runs.second, runs.names, each=each), runs.exit_code


@contextlib.contextmanager
def _written_to(path: Path | None) -> Iterator[Callable[[Changed], None]]:
    """A function that writes a document to the file; without a file, it does nothing."""
    from cleaner.compare.comparison import ignore
    from cleaner.json_lines import to_line

    if path is None:
        yield ignore
        return
    with _naming(path):
        file = path.open("wb")

    def write(document: Changed) -> None:
        with _naming(path):
            file.write(to_line(document.row()))

    with file:
        yield write


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turns `OSError` into an error that names the file."""
    from cleaner.run.folder import WriteError

    try:
        yield
    except OSError as error:
        raise WriteError(f"{path}: can't be written: {error.strerror}; choose another file") from error


def _print_problems(comparison: Comparison) -> None:
    for problem in comparison.problems:
        print_message(problem)
    if comparison.not_compared:
        count = counted(comparison.not_compared, "document")
        print_message(f"{count} could not be compared; `cleaner verify OUT` checks the output of a run")
