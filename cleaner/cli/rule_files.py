"""`cleaner rules fmt`: finds the rule packs, formats them, and reports what changed."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cleaner.errors import DONE, SOME_FAILED, USAGE, RuleError
from cleaner.packs.fmt import format_file, replace_file
from cleaner.packs.load import builtin_folder, pack_files
from cleaner.terminal import print_message, visible


def pack_folders(configured: Sequence[str]) -> list[Path]:
    """The folders to format if none is named: those of the configuration, else `rules` in a checkout of this project.

    Raises `RuleError` if there are none.
    """
    if configured:
        return [Path(folder) for folder in configured]
    here = Path("rules")
    if here.is_dir() and here.resolve() == builtin_folder():
        return [here]
    raise RuleError("there are no rule packs to format; name files or folders, or set `rules` in cleaner.toml")


def format_packs(paths: Iterable[Path], *, check: bool, diff: bool) -> int:
    """Format packs in place, or with ``check`` or ``diff`` report those that would change. Returns the exit code.

    A file that is not a valid pack is reported and not changed; the others are formatted.
    """
    changed = same = wrong = 0
    for path in _files(paths):
        try:
            before, after = format_file(path)
            if before == after:
                same += 1
                continue
            if not (check or diff):
                replace_file(path, after)
            changed += 1
        except RuleError as error:
            print_message(error)
            wrong += 1
            continue
        if diff:
            sys.stdout.writelines(_diff(path, before.decode(), after.decode()))
        else:
            print(visible(str(path)))
    would = "would be " if check or diff else ""
    counts = [(changed, f"{would}formatted"), (same, "already formatted"), (wrong, "with errors")]
    print("; ".join(f"{_files_of(count)} {what}" for count, what in counts if count), file=sys.stderr)
    if wrong:
        return USAGE
    return SOME_FAILED if changed and (check or diff) else DONE


def _files_of(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The packs of folders and of their folders `lang`, and the named files, each once.

    Raises `RuleError` for a folder without packs.
    """
    seen: set[Path] = set()
    for path in paths:
        found = [*pack_files(path), *pack_files(path / "lang")] if path.is_dir() else [path]
        if not found:
            raise RuleError(f"{path}: contains no rule pack (*.toml)")
        for file in found:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _diff(path: Path, before: str, after: str) -> Iterator[str]:
    name = visible(path.as_posix()).lstrip("/")
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
