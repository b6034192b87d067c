"""The commands `check` and `fix`: boilerplate in files of data, as linters and formatters treat style in code."""

from __future__ import annotations

import gc
import json
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
from cleaner.errors import ConfigError, InputError, refuse_unknown

if TYPE_CHECKING:  # slow to import
    from cleaner.config import Config
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
_CODES = "Exit codes: 0 clean, 1 something was found, changed or can't be read, 2 wrong use."


def add_commands(app: typer.Typer) -> None:
    """Make `check` and `fix` known to the command line."""
    app.command(epilog=_CODES)(check)
    app.command(epilog=_CODES)(fix)


def check(
    files: FilesArgument,
    format: Annotated[str, typer.Option("--format", metavar="NAME", help="text, json, sarif or github.")] = "text",
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Findings accepted before, as --format json wrote them."),
    ] = None,
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
    from cleaner.lint import formats
    from cleaner.lint.baseline import Baseline

    with _plain_errors():
        refuse_unknown("format", format, tuple(formats.FORMATS))
        if statistics and format not in ("text", "json"):
            raise ConfigError("--statistics are told as text or json only")
        options = _options(
            config, profile=profile, select=select, ignore=ignore, rules=rules, encoding=encoding,
            max_bytes=max_bytes, input_kind=input_kind, engine=engine, text_column=text_column,
        )  # fmt: skip
        accepted = Baseline.read(baseline) if baseline else Baseline()
        tally = _Tally()
        findings = accepted.new(one for linted in _lint(files, options) for one in tally.of(linted))
        if statistics:
            counted = list(findings)
            _print_statistics(counted, as_json=format == "json")
            found = len(counted)
        else:
            told = _Counted(findings)
            for line in formats.FORMATS[format](told, __version__):
                print(line)
            found = told.count
        raise typer.Exit(FOUND if found or tally.problems else CLEAN)


def fix(
    files: FilesArgument,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, write nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what the last fix of each file took out.")] = False,
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
        codes = [_show_diff(linted) if diff else _fix(linted) for linted in _lint(files, options)]
        raise typer.Exit(max(codes, default=CLEAN))


class _Tally:
    """Hands findings on and tells of problems on the way."""

    def __init__(self) -> None:
        self.problems = 0

    def of(self, linted: Linted) -> list[Finding]:
        _tell_all(linted.path, linted.problems)
        self.problems += len(linted.problems)
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


def _lint(names: Sequence[str], options: Config) -> Iterator[Linted]:
    from cleaner.lint.finding import Linted, find_files, lint

    gc.disable()  # rules live as long as the process; to look at them again and again takes a third of a short one
    pipeline = options.pipeline()
    gc.freeze()
    gc.enable()
    for found in find_files(names):
        if isinstance(found, str):
            yield lint(found, pipeline, options)
        else:
            path, problem = found
            yield Linted(path, problems=[problem])


def _fix(linted: Linted) -> int:
    from cleaner.lint.fix import fix_file

    _tell_all(linted.path, linted.problems)
    _tell_all(linted.path, linted.refused)
    try:
        changed = fix_file(linted)
    except InputError as error:
        _tell(f"{linted.path}: {error}")
        return FOUND
    if changed:
        pieces = f"{len(linted.deletions):,} {'piece' if len(linted.deletions) == 1 else 'pieces'}"
        print(f"{linted.path}: {pieces} removed", file=sys.stderr)
    return FOUND if changed or linted.problems else CLEAN


def _show_diff(linted: Linted) -> int:
    from cleaner.lint.diff import unified_diff

    _tell_all(linted.path, linted.problems)
    _tell_all(linted.path, linted.refused)
    sys.stdout.flush()
    sys.stdout.buffer.write(unified_diff(linted.path, linted.data, linted.deletions))
    return FOUND if linted.deletions or linted.problems else CLEAN


def _undo(names: Sequence[str]) -> int:
    from cleaner.lint.undo import undo

    code = CLEAN
    for name in names:
        try:
            pieces = undo(name)
            print(f"{name}: {pieces:,} {'piece' if pieces == 1 else 'pieces'} put back", file=sys.stderr)
        except (InputError, OSError) as error:
            _tell(f"{name}: {error.strerror if isinstance(error, OSError) else error}")
            code = FOUND
    return code


def _print_statistics(findings: Sequence[Finding], *, as_json: bool) -> None:
    from cleaner.lint.formats import statistics

    rows = statistics(findings)
    if as_json:
        print(json.dumps([{"rule": rule, "findings": found, "files": files} for rule, found, files in rows]))
        return
    for rule, found, files in rows:
        print(f"{found:>7}  {rule} ({files:,} {'file' if files == 1 else 'files'})")


def _tell_all(path: str, problems: Sequence[Problem]) -> None:
    for problem in problems:
        _tell(f"{path}{f':{problem.line}' if problem.line else ''}: {problem.message}")
