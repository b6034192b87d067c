"""The counts and messages of `check` and `fix`, file by file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cleaner.errors import InputError
from cleaner.terminal import print_message

if TYPE_CHECKING:  # slow to import
    from cleaner.lint.finding import Finding, Linted
    from cleaner.lint.source import Problem

_NO_FILES = "Nothing to check: no files."


@dataclass
class Tally:
    """Counts the findings in files, fixes the files if ``is_fixing`` is true, and reports problems."""

    is_fixing: bool = False
    is_quiet: bool = True
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    files: int = 0
    unread: int = 0  # files that could not be read or written
    left: int = 0  # findings that were not fixed
    fixable: int = 0  # findings among those left
    in_files: int = 0  # files with findings left
    fixed: int = 0  # findings
    fixed_files: int = 0
    lines: int = 0
    characters: int = 0
    emptied: int = 0  # texts that would be empty after a fix

    def findings(self, found: Iterable[Linted]) -> Iterator[Finding]:
        """Yield the findings that are left, file by file."""
        for linted in found:
            self.add(linted)
            yield from linted.findings

    def add(self, linted: Linted) -> None:
        """Count one file, and remove the findings that were fixed from its findings."""
        self.files += 1
        fixable = sum(one.fixable for one in linted.findings)
        is_fixed = self.is_fixing and fixable > 0 and _fix(linted, is_quiet=self.is_quiet)
        if self.is_fixing:
            print_problems(linted.path, linted.refused)
        print_emptied(linted)
        self.emptied += len(linted.emptied)
        print_problems(linted.path, linted.problems)
        self.problems += ((linted.path, problem) for problem in linted.problems)
        self.unread += bool(linted.problems)
        if is_fixed or not self.is_fixing:
            self.fixed += fixable
            self.fixed_files += fixable > 0
            self.lines += linted.lines
            self.characters += linted.characters
        if is_fixed:
            linted.findings = [one for one in linted.findings if not one.fixable]
        self.left += len(linted.findings)
        self.fixable += sum(one.fixable for one in linted.findings)
        self.in_files += bool(linted.findings)

    def checked(self) -> str:
        """The last line of `check`."""
        done = [self._fixed("Fixed")] if self.is_fixing and self.fixed else []
        if self.left:
            where = f"{counted(self.left, 'finding')} in {counted(self.in_files, 'file')}"
            done.append(f"{where} left." if done else f"Found {where}{self._cure()}.")
        elif not self.files:
            done.append(_NO_FILES)
        elif not self.unread:
            done.append(f"{'No findings' if self.emptied else 'All clean'}: {counted(self.files, 'file')} checked.")
        return " ".join((*done, *self._unread()))

    def would_fix(self) -> str:
        """The last line of `fix --diff`."""
        left = self.left - self.fixable
        return " ".join((self._fixed("Would fix", left), *self._unread()))

    def did_fix(self) -> str:
        """The last line of `fix`."""
        return " ".join((self._fixed("Fixed", self.left), *self._unread()))

    def _fixed(self, verb: str, left: int = 0) -> str:
        done = []
        if self.fixed:
            size = size_of(self.lines, self.characters)
            done.append(f"{verb} {counted(self.fixed, 'finding')} in {counted(self.fixed_files, 'file')} ({size}).")
        if left:
            done.append(f"{counted(left, 'finding')} can't be fixed in place.")
        nothing = f"Nothing to fix: {counted(self.files, 'file')} checked." if self.files else _NO_FILES
        return " ".join(done) or nothing

    def _cure(self) -> str:
        if not self.fixable:
            return ""
        some = "it" if self.left == 1 else "all" if self.fixable == self.left else f"{self.fixable:,}"
        return f"; {some} can be fixed with `cleaner fix`"

    def _unread(self) -> list[str]:
        return [f"{counted(self.unread, 'file')} could not be read or written in full."] if self.unread else []


def _fix(linted: Linted, *, is_quiet: bool = False) -> bool:
    """Fix one file, and print what was removed. Returns whether it was changed; an error becomes a `Problem`."""
    from cleaner.lint.files import shown
    from cleaner.lint.fix import fix_file, other_names
    from cleaner.lint.source import Problem

    path = shown(linted.path)
    others = other_names(linted.path) if linted.deletions else 0
    try:
        changed = fix_file(linted)
    except InputError as error:
        linted.problems.append(Problem(0, str(error)))
        return False
    if changed:
        if not is_quiet:
            count = counted(sum(one.fixable for one in linted.findings), "finding")
            print(f"{path}: {count} fixed ({size_of(linted.lines, linted.characters)})", file=sys.stderr)
        if others:
            names = (
                "another name (a hard link), which keeps"
                if others == 1
                else f"{others:,} other names (hard links), which keep"
            )
            print_message(f"{path}: had {names} the old text")
    return changed


def print_emptied(linted: Linted) -> None:
    """Print one message per file, because a file of JSON lines may have many such rows."""
    from cleaner.lint.source import Problem

    if len(linted.emptied) > 1:
        message = f"{len(linted.emptied):,} texts would be empty and are not changed; the first is on this line"
    else:
        message = "would be empty and is not changed; remove it yourself, or keep it"
    print_problems(linted.path, [Problem(line, message) for line in linted.emptied[:1]])


def print_problems(path: str, problems: Sequence[Problem]) -> None:
    from cleaner.lint.files import shown

    for problem in problems:
        print_message(f"{shown(path)}{f':{problem.line}' if problem.line else ''}: {problem.message}")


def counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def size_of(lines: int, characters: int) -> str:
    return f"{counted(lines, 'line')}, {counted(characters, 'character')}"
