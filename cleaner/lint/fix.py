"""Taking what was found out of a file, in place."""

from __future__ import annotations

import os

from cleaner.errors import InputError
from cleaner.lint.finding import Linted
from cleaner.lint.undo import remember, replace_file


def other_names(path: str) -> int:
    """How many more names (hard links) a file has; 0 for one that is not there."""
    try:
        return os.stat(path).st_nlink - 1
    except OSError:
        return 0


def fix_file(linted: Linted) -> bool:
    """Rewrite the file without its deletions, and keep these beside it. Returns whether the file was changed.

    A file with nothing to take out is not touched. Raises `InputError` if it can't be written or is another one than
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
                raise InputError("was changed while it was looked at; run again")
        remember(path, linted.data, left, linted.deletions, lines=linted.lines, characters=linted.characters)
        replace_file(path, left)
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}; nothing of it was changed") from error
    return True
