"""The commands `check` and `fix`, which treat boilerplate in data files as linters and formatters treat code."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner import __version__
from cleaner.cli.errors import plain_errors
from cleaner.cli.help import Command
from cleaner.cli.parameters import Given, with_options
from cleaner.cli.tally import Tally, counted, print_emptied, print_problems, size_of
from cleaner.errors import SOME_FAILED, UNREADABLE, ConfigError, InputError, refuse_unknown
from cleaner.terminal import print_message, visible, wants_colour

if TYPE_CHECKING:  # slow to import
    from cleaner.config import Config
    from cleaner.lint.baseline import Baseline
    from cleaner.lint.files import Found
    from cleaner.lint.finding import Finding, Linted
    from cleaner.pipeline import Pipeline

CLEAN, HAS_FINDINGS = 0, 1
_STDIN = "-"

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES",
        help="Files of text, Markdown, reStructuredText, HTML or JSON lines, or folders of them; - is stdin.",
    ),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(
        "--baseline", metavar="FILE", help="Ignore the findings in this file, the output of check --format json."
    ),
]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="NAME", help="Print findings as text, json, sarif or github.")
]
StatisticsOption = Annotated[
    bool, typer.Option("--statistics", help="Print how often each rule found something, not where.")
]
FixOption = Annotated[
    bool, typer.Option("--fix", help="Remove what can be removed, as cleaner fix does, and report the rest.")
]
ExitZeroOption = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if something was found.")]
NoGitignoreOption = Annotated[
    bool, typer.Option("--no-gitignore", help="In folders, also read the files that git ignores.")
]
StdinFilenameOption = Annotated[
    str,
    typer.Option("--stdin-filename", metavar="NAME", help="Name of the file on stdin; its ending determines the kind."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print no summary.")]
_CODES = "a file could not be read or written, 130 interrupted."
_CHECK_CODES = f"Exit codes: 0 no findings, 1 something was found, 2 wrong arguments, 5 {_CODES}"
_FIX_CODES = f"Exit codes: 0 nothing to change, 1 something was changed, 2 wrong arguments, 5 {_CODES}"


def add_commands(app: typer.Typer) -> None:
    """Add `check` and `fix` to the command line."""
    app.command(cls=Command, epilog=_CHECK_CODES)(check)
    app.command(cls=Command, epilog=_FIX_CODES)(fix)


@with_options("check")
def check(
    files: FilesArgument,
    given: Given,
    format: FormatOption = "text",
    baseline: BaselineOption = None,
    statistics: StatisticsOption = False,
    fix: FixOption = False,
    exit_zero: ExitZeroOption = False,
    quiet: QuietOption = False,
    no_gitignore: NoGitignoreOption = False,
    stdin_filename: StdinFilenameOption = "",
) -> None:
    """Report boilerplate in data files, one finding per line. No file is changed without --fix."""
    with plain_errors():
        from cleaner.lint import formats

        refuse_unknown("format", format, tuple(formats.FORMATS))
        if statistics and format not in ("text", "json"):
            raise ConfigError("--statistics works only with --format text and json")
        if fix and _STDIN in files:
            raise ConfigError("check --fix can't change stdin; use: cleaner fix -")
        options = _config(given)
        pipeline, found = _lint(
            files, options, baseline=baseline, gitignore=not no_gitignore, stdin_filename=stdin_filename
        )
        tally = Tally(is_fixing=fix)
        findings = tally.findings(found)
        if statistics:
            _print_statistics(list(findings), as_json=format == "json")
        else:
            texts = formats.rule_texts(pipeline.packs)
            colour = format == "text" and wants_colour(sys.stdout)
            printed = formats.Findings(findings, __version__, tally.problems, texts, colour)
            for line in formats.FORMATS[format](printed):
                print(line)
        if format == "text" and not quiet:
            print(tally.checked())
        raise typer.Exit(UNREADABLE if tally.problems else HAS_FINDINGS if tally.left and not exit_zero else CLEAN)


@with_options("fix")
def fix(
    files: FilesArgument,
    given: Given,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, and write nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Restore what the last fix of each file removed.")] = False,
    baseline: BaselineOption = None,
    quiet: QuietOption = False,
    no_gitignore: NoGitignoreOption = False,
    stdin_filename: StdinFilenameOption = "",
) -> None:
    """Remove boilerplate from data files in place. The removed text is saved next to them, in .cleaner-undo.

    With - as the only file, the text on stdin is cleaned and written to stdout.
    """
    with plain_errors():
        if undo and diff:
            raise ConfigError("--undo can't be combined with --diff")
        if _STDIN in files and (undo or len(files) > 1):
            raise ConfigError("- is stdin: use it as the only file, and without --undo")
        if undo:
            raise typer.Exit(_undo(files))
        options = _config(given)
        _, found = _lint(files, options, baseline=baseline, gitignore=not no_gitignore, stdin_filename=stdin_filename)
        if files == [_STDIN] and not diff:
            raise typer.Exit(max(map(_filter, found), default=CLEAN))
        tally = Tally(is_fixing=not diff, is_quiet=quiet)
        for linted in found:
            tally.add(linted)
            if diff:
                _show_diff(linted)
        sys.stdout.flush()  # the diff comes before the message about it
        if not quiet:
            print(tally.would_fix() if diff else tally.did_fix(), file=sys.stderr)
        raise typer.Exit(UNREADABLE if tally.problems else HAS_FINDINGS if tally.fixed else CLEAN)


def _config(given: Given) -> Config:
    """The options. Callers that name the classifier ``blocks`` also get the findings of the learned scorer."""
    config = given.config()
    return config.with_overrides(learned=True) if given.option("classifier") == "blocks" else config


def _lint(
    names: Sequence[str],
    options: Config,
    *,
    baseline: Path | None = None,
    gitignore: bool = True,
    stdin_filename: str = "",
) -> tuple[Pipeline, Iterator[Linted]]:
    """The pipeline, and an iterator over the files with their findings.

    Raises `ConfigError` or `RuleError` for wrong options or rules, before any file is read.
    """
    from cleaner.lint.baseline import Baseline
    from cleaner.lint.finding import lint_pipeline

    if stdin_filename and _STDIN not in names:
        raise ConfigError("--stdin-filename works only with - (stdin) among the files")
    gc.disable()  # rules live as long as the process; scanning them again and again takes a third of a short run
    options.refuse_unknown_keeps()
    pipeline = lint_pipeline(options)
    accepted = Baseline.read(baseline) if baseline else None
    gc.freeze()
    gc.enable()
    return pipeline, _linted(names, pipeline, options, accepted, gitignore=gitignore, stdin_filename=stdin_filename)


def _linted(
    names: Sequence[str],
    pipeline: Pipeline,
    options: Config,
    accepted: Baseline | None,
    *,
    gitignore: bool,
    stdin_filename: str,
) -> Iterator[Linted]:
    from cleaner.lint.files import find_files, leaves, read_stdin
    from cleaner.lint.finding import Linted, lint

    folders = [name for name in names if os.path.isdir(name)]
    named = {os.path.abspath(name) for name in names}
    for found in find_files(names, gitignore=gitignore, without_files=_print_no_files):
        if not isinstance(found, str):
            yield Linted(found[0], problems=[found[1]])
        elif found == _STDIN:
            yield lint(stdin_filename or _STDIN, pipeline, options, baseline=accepted, read=read_stdin)
        else:
            linted = lint(found, pipeline, options, baseline=accepted)
            if linted.findings and os.path.abspath(found) not in named and leaves(found, folders):
                linted.refuse("is a link to a file outside of the folder; to fix that file, name it")
            yield linted


def _print_no_files(folder: str, why: str) -> None:
    from cleaner.lint.files import shown

    print_message(f"no files to check in {shown(folder)} ({why})")


def _filter(linted: Linted) -> int:
    """Write the clean text of stdin to stdout, or nothing if stdin could not be read at all. Returns the exit code."""
    print_problems(linted.path, linted.problems)
    print_problems(linted.path, linted.refused)
    print_emptied(linted)
    if not any(problem.line == 0 for problem in linted.problems):
        sys.stdout.flush()
        sys.stdout.buffer.write(linted.left)
    return UNREADABLE if linted.problems else CLEAN


def _show_diff(linted: Linted) -> None:
    from cleaner.lint.diff import unified_diff

    print_problems(linted.path, linted.refused)
    diff = unified_diff(linted.path, linted.data, linted.deletions)
    if sys.stdout.isatty():  # for people; a patch needs the bytes unchanged
        lines = diff.decode("utf-8", "backslashreplace").split("\n")
        print("\n".join(visible(line.removesuffix("\r"), keep="\t") for line in lines), end="")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(diff)


def _undo(names: Sequence[str]) -> int:
    code = CLEAN
    done: set[str] = set()  # a link and its target are one file: only one fix is undone
    for name in names:
        for one in _fixed(name):
            if not isinstance(one, str):
                print_problems(one[0], [one[1]])
                code = SOME_FAILED
            elif (real := os.path.realpath(one)) not in done:
                done.add(real)
                code = max(code, _undo_file(one))
    return code


def _fixed(name: str) -> list[Found]:
    """The files to restore: the named one, or those in a folder and its subfolders, without links that leave it."""
    from cleaner.lint.files import leaves
    from cleaner.lint.source import Problem
    from cleaner.lint.undo import fixed_files

    if not os.path.isdir(name):
        return [name]
    found = [one for one in fixed_files(name) if not (isinstance(one, str) and leaves(one, [name]))]
    return found or [(name, Problem(0, "there is nothing to restore: `fix` removed nothing from the files in it"))]


def _undo_file(path: str) -> int:
    from cleaner.lint.files import shown
    from cleaner.lint.undo import undo

    try:
        undone = undo(path)
    except (InputError, OSError) as error:
        print_message(f"{shown(path)}: {error.strerror if isinstance(error, OSError) else error}")
        return SOME_FAILED
    size = f" ({size_of(undone.lines, undone.characters)})" if undone.characters else ""
    print(f"{shown(path)}: {counted(undone.pieces, 'piece')} restored{size}", file=sys.stderr)
    return CLEAN


def _print_statistics(findings: Sequence[Finding], *, as_json: bool) -> None:
    from cleaner.lint.formats import statistics

    rows = statistics(findings)
    if as_json:
        print(json.dumps([{"rule": rule, "findings": found, "files": files} for rule, found, files in rows]))
        return
    for rule, found, files in rows:
        print(f"{found:>7}  {rule} ({counted(files, 'file')})")
