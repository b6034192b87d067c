"""Finding the files to check, reading them, and printing their names."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from cleaner.errors import InputError
from cleaner.inputs.find import printable
from cleaner.inputs.read import read_bytes
from cleaner.lint.ignored import Ignored
from cleaner.lint.source import JSON_LINES, Problem
from cleaner.terminal import visible

ENDINGS = (".txt", ".md", ".markdown", ".rst", ".rest", ".html", ".htm", ".xhtml", *JSON_LINES)
"""The endings of the files that are checked in folders."""
STDIN = "-"
"""The name that means stdin."""
_BY_GIT, _HIDDEN = "ignored by git", "hidden"

# The text of a licence is not boilerplate; .pre-commit-hooks.yaml skips the same names.
_LEGAL = re.compile(r"(?:licen[cs]es?|copying|notices?|copyrights?|authors)(?![a-z]).*", re.IGNORECASE | re.DOTALL)

Found = str | tuple[str, Problem]


def find_files(
    names: Sequence[str],
    *,
    gitignore: bool = True,
    endings: Sequence[str] = ENDINGS,
    without_files: Callable[[str, str], None] | None = None,
) -> Iterator[Found]:
    """Yield the files to check, each once: the named files, and the files in named folders with one of the ``endings``.

    Files in folders are sorted by name. Links in folders come last, and only if their target did not come before, so
    that a file is reported under its own name.

    In folders, these are skipped: hidden files; licences, notices and lists of authors; what git ignores (if
    ``gitignore`` is true); pipes, devices and the virtual files of the kernel. A name that does not exist or a folder
    that can't be listed yields its name and a `Problem`. No path begins with ``./``. ``without_files`` is called with
    each named folder that has no files to check, and with a text about what was skipped in it.
    """
    seen: set[str] = set()
    links: list[str] = []
    for name in names:
        skipped = Counter[str]()
        is_folder, is_bare = os.path.isdir(name), True
        for found in _files_of(name, gitignore=gitignore, endings=tuple(endings), skipped=skipped):
            is_bare = False
            if is_folder and isinstance(found, str) and os.path.islink(found):
                links.append(found)
            elif _is_new(found, seen):
                yield found
        if is_folder and is_bare and without_files:
            without_files(name, _in_words(skipped))
    yield from (link for link in links if _is_new(link, seen))


def read_file(path: str, max_bytes: int) -> bytes:
    """The bytes of a file. Raises `InputError` if it can't be read, is not a file, or is larger than ``max_bytes``."""
    if os.path.exists(path) and not _is_real_file(path):  # reading a pipe or a kernel log may never end
        raise InputError("is a pipe, a device or a folder, not a file; write its content to a file")
    return read_bytes(Path(path), max_bytes)


def read_stdin(path: str, max_bytes: int) -> bytes:
    """The bytes of stdin; ``path`` is ignored. Raises `InputError` if it can't be read or has over ``max_bytes``."""
    del path
    return read_bytes(None, max_bytes)


def leaves(path: str, folders: Sequence[str]) -> str:
    """The target of the link ``path`` if it is outside ``folders``; empty if it is inside, or if this is not a link."""
    if not os.path.islink(path):
        return ""
    real = os.path.realpath(path)
    inside = any(os.path.commonpath([real, os.path.realpath(folder)]) == os.path.realpath(folder) for folder in folders)
    return "" if inside else real


def shown(path: str | Path) -> str:
    """A path on one line, safe to print: control characters and bytes that are not UTF-8 become backslash escapes."""
    return visible(printable(path))


def _is_new(found: Found, seen: set[str]) -> bool:
    """Whether a file did not come before under any name. Its real path is added to ``seen``."""
    place = os.path.realpath(found if isinstance(found, str) else found[0])
    is_new = place not in seen
    seen.add(place)
    return is_new


def _in_words(skipped: Counter[str]) -> str:
    """What was skipped in a folder, in words."""
    if not skipped:
        return "the folder is empty"
    counted = ", ".join(f"{n:,} {what}" for what, n in sorted(skipped.items()))
    return f"skipped: {counted}{'; use --no-gitignore to read what git ignores' if _BY_GIT in skipped else ''}"


def _files_of(name: str, *, gitignore: bool, endings: tuple[str, ...], skipped: Counter[str]) -> Iterator[Found]:
    name = without_dot(name)
    if name == STDIN:
        yield name
    elif not os.path.lexists(name):
        yield name, Problem(0, "there is no such file or folder")
    elif os.path.isdir(name):
        yield from _walk(name, Ignored.above(name) if gitignore else None, endings, skipped)
    else:
        yield name


def _walk(folder: str, ignored: Ignored | None, endings: tuple[str, ...], skipped: Counter[str]) -> Iterator[Found]:
    """Yield the files of a folder. ``skipped`` counts the files and folders that are skipped, by reason."""
    errors: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=errors.append):
        yield from unlisted(errors)
        if ignored is not None:
            ignored.enter(parent, files)
        entered = []
        for name in sorted(folders):
            if name.startswith("."):
                skipped[_HIDDEN] += 1
            elif ignored and ignored.holds(os.path.join(parent, name), is_folder=True):
                skipped[_BY_GIT] += 1
            else:
                entered.append(name)
        folders[:] = entered
        for name in sorted(files):
            path = without_dot(os.path.join(parent, name))
            if reason := _why_skipped(name, path, ignored, endings):
                skipped[reason] += 1
            else:
                yield path
    yield from unlisted(errors)


def _why_skipped(name: str, path: str, ignored: Ignored | None, endings: tuple[str, ...]) -> str:
    """Why a file in a folder is skipped; empty if it is not."""
    if name.startswith("."):
        return _HIDDEN
    if not name.lower().endswith(endings):
        return "with other endings"
    if _LEGAL.fullmatch(name):
        return "with the name of a licence"
    if ignored and ignored.holds(path, is_folder=False):
        return _BY_GIT
    if os.path.exists(path) and not _is_real_file(path):  # broken links are reported
        return "not a real file"
    return ""


def without_dot(name: str) -> str:
    """The path without ``./`` at its start, unless that changes its meaning."""
    bare = name
    while bare.startswith("." + os.sep):
        bare = bare[2:].lstrip(os.sep)
    return name if bare in ("", STDIN) else bare


def _is_real_file(path: str) -> bool:
    return os.path.isfile(path) and os.stat(path).st_dev not in _virtual_devices()


@cache
def _virtual_devices() -> frozenset[int]:
    """The devices whose files the kernel generates while they are read, such as its log, which never ends."""
    return frozenset(os.stat(root).st_dev for root in ("/proc", "/sys") if os.path.ismount(root))


def unlisted(errors: list[OSError]) -> Iterator[tuple[str, Problem]]:
    """Yield the folders that could not be listed, and empty ``errors``."""
    while errors:
        error = errors.pop(0)
        message = f"can't list the folder: {error.strerror}; check its permissions"
        yield str(error.filename), Problem(0, message)
