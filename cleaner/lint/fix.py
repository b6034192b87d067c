"""Removing the findings from a file, in place."""

from __future__ import annotations

import os

from cleaner.errors import InputError
from cleaner.lint.finding import Linted
from cleaner.lint.undo import record_removal, replace_file


def other_names(path: str) -> int:
    """How many other names (hard links) a file has; 0 if it does not exist."""
    try:
        return os.stat(path).st_nlink - 1
    except OSError:
        return 0


def fix_file(linted: Linted) -> bool:
    """Rewrite the file without its deletions, and save these next to it. Returns whether the file was changed.

    A file without deletions is not written. Raises `InputError` if it can't be written, or if it has changed since it
    was read.
    """
    if not linted.deletions:
        return False
    path, left = linted.path, linted.left
    try:
        if not os.access(path, os.W_OK):
            raise InputError("is read-only; make it writable to fix it")
        with open(path, "rb") as file:
            if file.read() != linted.data:
                raise InputError("changed while it was checked; run the command again")
        record_removal(path, linted.data, left, linted.deletions, lines=linted.lines, characters=linted.characters)
        replace_file(path, left)
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}; the file was not changed") from error
    return True
