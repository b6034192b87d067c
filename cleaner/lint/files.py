"""Which files are looked at, how they are read, and how their names are printed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from cleaner.batch.readers import read_bytes
from cleaner.batch.sources import printable
from cleaner.errors import InputError
from cleaner.lint.source import JSON_LINES, Problem
from cleaner.terminal import visible

_ENDINGS = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", *JSON_LINES)
# The words of a licence are no boilerplate; .pre-commit-hooks.yaml passes over the same names.
_LEGAL = re.compile(r"(?:licen[cs]es?|copying|notices?|copyrights?|authors)(?![a-z]).*", re.IGNORECASE | re.DOTALL)

Found = str | tuple[str, Problem]


def find_files(names: Sequence[str]) -> Iterator[Found]:
    """The files to look at, each once: those named, and of folders those with an ending of ours, by name.

    In folders hidden files, licences and their kin, and what is no file (pipes, devices) are passed over. What does
    not exist and folders that can't be listed give their name and a `Problem`.
    """
    seen: set[str] = set()
    for name in names:
        for found in _below(name):
            place = os.path.abspath(found if isinstance(found, str) else found[0])
            if place not in seen:
                seen.add(place)
                yield found


def read_file(path: str, max_bytes: int) -> bytes:
    """The bytes of a file. Raises `InputError` if it can't be read, is none, or is larger than ``max_bytes``."""
    if os.path.exists(path) and not os.path.isfile(path):  # a pipe would be waited for, without an end
        raise InputError("is a pipe, a device or a folder, not a file; write its content to a file")
    return read_bytes(Path(path), max_bytes)


def shown(path: str | Path) -> str:
    """A path on one line, safe to print: control characters and bytes that are no UTF-8 become backslash escapes."""
    return visible(printable(path))


def _below(name: str) -> Iterator[Found]:
    if not os.path.lexists(name):
        yield name, Problem(0, "there is no such file or folder")
    elif os.path.isdir(name):
        yield from _walk(name)
    else:
        yield name


def _walk(folder: str) -> Iterator[Found]:
    errors: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=errors.append):
        yield from unlisted(errors)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(_ENDINGS) and not name.startswith(".") and not _LEGAL.fullmatch(name):
                path = os.path.join(parent, name)
                if os.path.isfile(path) or not os.path.exists(path):  # a link to nothing is told of
                    yield path
    yield from unlisted(errors)


def unlisted(errors: list[OSError]) -> Iterator[tuple[str, Problem]]:
    """The folders that could not be listed; ``errors`` is empty then."""
    while errors:
        error = errors.pop(0)
        message = f"the folder can't be listed: {error.strerror}; check that it may be read"
        yield str(error.filename), Problem(0, message)
