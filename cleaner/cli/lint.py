"""The commands `check` and `fix`: boilerplate in files of data, as linters and formatters treat style in code."""

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
from cleaner.cli.app import (
    ConfigOption,
    EncodingOption,
    EngineOption,
    IgnoreOption,
    InputKindOption,
    MaxBytesOption,
    ProfileOption,
    RulesOption,
    SelectOption,
    _options,
    _plain_errors,
    _tell,
)
from cleaner.cli.help import Command
from cleaner.errors import ConfigError, InputError, refuse_unknown
from cleaner.terminal import visible

if TYPE_CHECKING:  # slow to import
    from cleaner.config import Config
    from cleaner.lint.files import Found
    from cleaner.lint.finding import Finding, Linted
    from cleaner.lint.source import Problem

CLEAN, FOUND = 0, 1

FilesArgument = Annotated[
    list[str], typer.Argument(metavar="FILES", help="Text, Markdown, HTML or JSON lines; folders of them.")
]
TextColumnOption = Annotated[
    str | None,
    typer.Option(
        "--text-column", metavar="NAME", help="Of JSON lines: the field that holds the text.  [text, content, html]"
    ),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="Findings accepted before, as check --format json wrote them."),
]
_CODES = "Exit codes: 0 clean, 1 something was found, changed or can't be read, 2 wrong use."


def add_commands(app: typer.Typer) -> None:
    """Make `check` and `fix` known to the command line."""
    app.command(cls=Command, epilog=_CODES)(check)
    app.command(cls=Command, epilog=_CODES)(fix)


def check(
    files: FilesArgument,
    format: Annotated[str, typer.Option("--format", metavar="NAME", help="text, json, sarif or github.")] = "text",
    baseline: BaselineOption = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="How often each rule found something, instead of where.")
    ] = False,
    profile: ProfileOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
    config: ConfigOption = None,
    encoding: EncodingOption = None,
    max_bytes: MaxBytesOption = None,
    input_kind: InputKindOption = None,
    engine: EngineOption = None,
    text_column: TextColumnOption = None,
) -> None:
    """Find boilerplate in files of data, one finding a line; nothing is written."""
    with _plain_errors():
        from cleaner.lint import formats

        refuse_unknown("format", format, tuple(formats.FORMATS))
        if statistics and format not in ("text", "json"):
            raise ConfigError("--statistics are told as text or json only")
        options = _options(
            config, profile=profile, select=select, ignore=ignore, rules=rules, encoding=encoding,
            max_bytes=max_bytes, input_kind=input_kind, engine=engine, text_column=text_column,
        )  # fmt: skip
        tally = _Tally()
        findings = (one for linted in _lint(files, options, baseline) for one in tally.of(linted))
        if statistics:
            counted = list(findings)
            _print_statistics(counted, as_json=format == "json")
            found = len(counted)
        else:
            told = _Counted(findings)
            for line in formats.FORMATS[format](told, __version__, tally.problems):
                print(line)
            found = told.count
        raise typer.Exit(FOUND if found or tally.problems else CLEAN)


def fix(
    files: FilesArgument,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, write nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what the last fix of each file took out.")] = False,
    baseline: BaselineOption = None,
    profile: ProfileOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
    config: ConfigOption = None,
    encoding: EncodingOption = None,
    max_bytes: MaxBytesOption = None,
    input_kind: InputKindOption = None,
    engine: EngineOption = None,
    text_column: TextColumnOption = None,
) -> None:
    """Take boilerplate out of files of data in place; what is removed is kept beside them, in .cleaner-undo."""
    with _plain_errors():
        if undo:
            if diff:
                raise ConfigError("--undo and --diff don't go together")
            raise typer.Exit(_undo(files))
        options = _options(
            config, profile=profile, select=select, ignore=ignore, rules=rules, encoding=encoding,
            max_bytes=max_bytes, input_kind=input_kind, engine=engine, text_column=text_column,
        )  # fmt: skip
        codes = [_show_diff(linted) if diff else _fix(linted) for linted in _lint(files, options, baseline)]
        raise typer.Exit(max(codes, default=CLEAN))


class _Tally:
    """Hands findings on and tells of problems on the way."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, Problem]] = []

    def of(self, linted: Linted) -> list[Finding]:
        _tell_all(linted.path, linted.problems)
        self.problems += ((linted.path, problem) for problem in linted.problems)
        return linted.findings


class _Counted:
    """Findings that can be counted once they are gone through."""

    def __init__(self, findings: Iterator[Finding]) -> None:
        self._findings = findings
        self.count = 0

    def __iter__(self) -> Iterator[Finding]:
        for finding in self._findings:
            self.count += 1
            yield finding


def _lint(names: Sequence[str], options: Config, baseline: Path | None) -> Iterator[Linted]:
    """What is found in the files, one after the other. What is wrong with options and rules is told before."""
    from cleaner.lint.baseline import Baseline
    from cleaner.lint.files import find_files
    from cleaner.lint.finding import Linted, lint

    gc.disable()  # rules live as long as the process; to look at them again and again takes a third of a short one
    options.refuse_unknown_keeps()
    pipeline = options.pipeline()
    accepted = Baseline.read(baseline) if baseline else None
    gc.freeze()
    gc.enable()
    return (
        lint(found, pipeline, options, baseline=accepted)
        if isinstance(found, str)
        else Linted(found[0], problems=[found[1]])
        for found in find_files(names)
    )


def _fix(linted: Linted) -> int:
    from cleaner.lint.files import shown
    from cleaner.lint.fix import fix_file, other_names

    _tell_all(linted.path, linted.problems)
    _tell_all(linted.path, linted.refused)
    path = shown(linted.path)
    others = other_names(linted.path) if linted.deletions else 0
    try:
        changed = fix_file(linted)
    except InputError as error:
        _tell(f"{path}: {error}")
        return FOUND
    if changed:
        pieces = f"{len(linted.deletions):,} {'piece' if len(linted.deletions) == 1 else 'pieces'}"
        print(f"{path}: {pieces} removed", file=sys.stderr)
        if others:
            names = "another name (a hard link)" if others == 1 else f"{others:,} other names (hard links)"
            _tell(f"{path}: had {names}, where the text stays as it was")
    return FOUND if changed or linted.problems else CLEAN


def _show_diff(linted: Linted) -> int:
    from cleaner.lint.diff import unified_diff

    _tell_all(linted.path, linted.problems)
    _tell_all(linted.path, linted.refused)
    diff = unified_diff(linted.path, linted.data, linted.deletions)
    if sys.stdout.isatty():  # for the eyes; a patch is made of the bytes as they are
        lines = diff.decode("utf-8", "backslashreplace").split("\n")
        print("\n".join(visible(line.removesuffix("\r"), keep="\t") for line in lines), end="")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(diff)
    return FOUND if linted.deletions or linted.problems else CLEAN


def _undo(names: Sequence[str]) -> int:
    code = CLEAN
    done: set[str] = set()  # a link and what it leads to are one file, and one fix of it is undone
    for name in names:
        for one in _fixed(name):
            if not isinstance(one, str):
                _tell_all(one[0], [one[1]])
                code = FOUND
            elif (real := os.path.realpath(one)) not in done:
                done.add(real)
                code = max(code, _undo_file(one))
    return code


def _fixed(name: str) -> list[Found]:
    """The files to undo: the one that is named, or those below a folder."""
    from cleaner.lint.source import Problem
    from cleaner.lint.undo import fixed_files

    if not os.path.isdir(name):
        return [name]
    return list(fixed_files(name)) or [
        (name, Problem(0, "nothing was taken out of the files in it that could be put back"))
    ]


def _undo_file(path: str) -> int:
    from cleaner.lint.files import shown
    from cleaner.lint.undo import undo

    try:
        pieces = undo(path)
    except (InputError, OSError) as error:
        _tell(f"{shown(path)}: {error.strerror if isinstance(error, OSError) else error}")
        return FOUND
    print(f"{shown(path)}: {pieces:,} {'piece' if pieces == 1 else 'pieces'} put back", file=sys.stderr)
    return CLEAN


def _print_statistics(findings: Sequence[Finding], *, as_json: bool) -> None:
    from cleaner.lint.formats import statistics

    rows = statistics(findings)
    if as_json:
        print(json.dumps([{"rule": rule, "findings": found, "files": files} for rule, found, files in rows]))
        return
    for rule, found, files in rows:
        print(f"{found:>7}  {rule} ({files:,} {'file' if files == 1 else 'files'})")


def _tell_all(path: str, problems: Sequence[Problem]) -> None:
    from cleaner.lint.files import shown

    for problem in problems:
        _tell(f"{shown(path)}{f':{problem.line}' if problem.line else ''}: {problem.message}")
