"""Which files are looked at, how they are read, and how their names are printed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from cleaner.batch.readers import read_bytes
from cleaner.batch.sources import printable
from cleaner.errors import InputError
from cleaner.lint.ignored import Ignored
from cleaner.lint.source import JSON_LINES, Problem
from cleaner.terminal import visible

ENDINGS = (".txt", ".md", ".markdown", ".rst", ".rest", ".html", ".htm", ".xhtml", *JSON_LINES)
"""The names that are looked at in folders end with one of these."""
STDIN = "-"
"""The name that stands for stdin."""

# The words of a licence are no boilerplate; .pre-commit-hooks.yaml passes over the same names.
_LEGAL = re.compile(r"(?:licen[cs]es?|copying|notices?|copyrights?|authors)(?![a-z]).*", re.IGNORECASE | re.DOTALL)

Found = str | tuple[str, Problem]


def find_files(names: Sequence[str], *, gitignore: bool = True, endings: Sequence[str] = ENDINGS) -> Iterator[Found]:
    """The files to look at, each once: those named, and of folders those with one of the ``endings``, by name.

    In folders hidden files, licences and their kin, what git ignores (with ``gitignore``), and what is not a real file
    (pipes, devices, files that the kernel makes up) are passed over. Names that don't exist and folders that can't be
    listed give their name and a `Problem`. No path begins with ``./``.
    """
    seen: set[str] = set()
    for name in names:
        for found in _below(name, gitignore=gitignore, endings=tuple(endings)):
            place = os.path.abspath(found if isinstance(found, str) else found[0])
            if place not in seen:
                seen.add(place)
                yield found


def read_file(path: str, max_bytes: int) -> bytes:
    """The bytes of a file. Raises `InputError` if it can't be read, is not a file, or is larger than ``max_bytes``."""
    if os.path.exists(path) and not _is_real_file(path):  # to read a pipe or a kernel log can wait without end
        raise InputError("is a pipe, a device or a folder, not a file; write its content to a file")
    return read_bytes(Path(path), max_bytes)


def read_stdin(path: str, max_bytes: int) -> bytes:
    """All of stdin, whatever it is called. Raises `InputError` if it can't be read or is larger than ``max_bytes``."""
    del path
    return read_bytes(None, max_bytes)


def leaves(path: str, folders: Sequence[str]) -> str:
    """The file outside ``folders`` that the link ``path`` leads to; empty if it is in one of them, or is not a link."""
    if not os.path.islink(path):
        return ""
    real = os.path.realpath(path)
    inside = any(os.path.commonpath([real, os.path.realpath(folder)]) == os.path.realpath(folder) for folder in folders)
    return "" if inside else real


def shown(path: str | Path) -> str:
    """A path on one line, safe to print: control characters and bytes that are no UTF-8 become backslash escapes."""
    return visible(printable(path))


def _below(name: str, *, gitignore: bool, endings: tuple[str, ...]) -> Iterator[Found]:
    name = _without_dot(name)
    if name == STDIN:
        yield name
    elif not os.path.lexists(name):
        yield name, Problem(0, "there is no such file or folder")
    elif os.path.isdir(name):
        yield from _walk(name, Ignored.above(name) if gitignore else None, endings)
    else:
        yield name


def _walk(folder: str, ignored: Ignored | None, endings: tuple[str, ...]) -> Iterator[Found]:
    errors: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=errors.append):
        yield from unlisted(errors)
        if ignored is not None:
            ignored.enter(parent, files)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not (ignored and ignored.holds(os.path.join(parent, name), is_folder=True))
        )
        for name in sorted(files):
            if name.lower().endswith(endings) and not name.startswith(".") and not _LEGAL.fullmatch(name):
                path = _without_dot(os.path.join(parent, name))
                if ignored and ignored.holds(path, is_folder=False):
                    continue
                if _is_real_file(path) or not os.path.exists(path):  # broken links are reported
                    yield path
    yield from unlisted(errors)


def _without_dot(name: str) -> str:
    """The path without ``./`` at its start, unless it would mean something else then."""
    bare = name
    while bare.startswith("." + os.sep):
        bare = bare[2:].lstrip(os.sep)
    return name if bare in ("", STDIN) else bare


def _is_real_file(path: str) -> bool:
    return os.path.isfile(path) and os.stat(path).st_dev not in _made_up()


@cache
def _made_up() -> frozenset[int]:
    """The devices whose files the kernel makes up as they are read, such as its log, which never ends."""
    return frozenset(os.stat(root).st_dev for root in ("/proc", "/sys") if os.path.ismount(root))


def unlisted(errors: list[OSError]) -> Iterator[tuple[str, Problem]]:
    """The folders that could not be listed; ``errors`` is empty then."""
    while errors:
        error = errors.pop(0)
        message = f"the folder can't be listed: {error.strerror}; check that it may be read"
        yield str(error.filename), Problem(0, message)
