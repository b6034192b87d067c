"""Which files are looked at, how they are read, and how their names are printed."""

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
"""The names that are looked at in folders end with one of these."""
STDIN = "-"
"""The name that stands for stdin."""
_BY_GIT, _HIDDEN = "ignored by git", "hidden"

# The words of a licence are no boilerplate; .pre-commit-hooks.yaml passes over the same names.
_LEGAL = re.compile(r"(?:licen[cs]es?|copying|notices?|copyrights?|authors)(?![a-z]).*", re.IGNORECASE | re.DOTALL)

Found = str | tuple[str, Problem]


def find_files(
    names: Sequence[str],
    *,
    gitignore: bool = True,
    endings: Sequence[str] = ENDINGS,
    without_files: Callable[[str, str], None] | None = None,
) -> Iterator[Found]:
    """The files to look at, each once: those named, and of folders those with one of the ``endings``, by name.

    Links in folders come last, and only those to files that did not come before: a file goes by its own name.

    In folders hidden files, licences and their kin, what git ignores (with ``gitignore``), and what is not a real file
    (pipes, devices, files that the kernel makes up) are passed over. Names that don't exist and folders that can't be
    listed give their name and a `Problem`. No path begins with ``./``. ``without_files`` is called with each named
    folder in which there is nothing to look at, and with what was passed over in it.
    """
    seen: set[str] = set()
    links: list[str] = []
    for name in names:
        passed = Counter[str]()
        is_folder, is_bare = os.path.isdir(name), True
        for found in _below(name, gitignore=gitignore, endings=tuple(endings), passed=passed):
            is_bare = False
            if is_folder and isinstance(found, str) and os.path.islink(found):
                links.append(found)
            elif _is_new(found, seen):
                yield found
        if is_folder and is_bare and without_files:
            without_files(name, _in_words(passed))
    yield from (link for link in links if _is_new(link, seen))


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


def _is_new(found: Found, seen: set[str]) -> bool:
    """Whether a file, by whatever name, did not come before; it is among those ``seen`` then."""
    place = os.path.realpath(found if isinstance(found, str) else found[0])
    is_new = place not in seen
    seen.add(place)
    return is_new


def _in_words(passed: Counter[str]) -> str:
    """What was passed over in a folder, for people."""
    if not passed:
        return "the folder is empty"
    counted = ", ".join(f"{n:,} {what}" for what, n in sorted(passed.items()))
    return f"passed over: {counted}{'; use --no-gitignore to read what git ignores' if _BY_GIT in passed else ''}"


def _below(name: str, *, gitignore: bool, endings: tuple[str, ...], passed: Counter[str]) -> Iterator[Found]:
    name = without_dot(name)
    if name == STDIN:
        yield name
    elif not os.path.lexists(name):
        yield name, Problem(0, "there is no such file or folder")
    elif os.path.isdir(name):
        yield from _walk(name, Ignored.above(name) if gitignore else None, endings, passed)
    else:
        yield name


def _walk(folder: str, ignored: Ignored | None, endings: tuple[str, ...], passed: Counter[str]) -> Iterator[Found]:
    """The files of a folder; ``passed`` counts the others and the folders that are passed over, by the reason."""
    errors: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=errors.append):
        yield from unlisted(errors)
        if ignored is not None:
            ignored.enter(parent, files)
        entered = []
        for name in sorted(folders):
            if name.startswith("."):
                passed[_HIDDEN] += 1
            elif ignored and ignored.holds(os.path.join(parent, name), is_folder=True):
                passed[_BY_GIT] += 1
            else:
                entered.append(name)
        folders[:] = entered
        for name in sorted(files):
            path = without_dot(os.path.join(parent, name))
            if reason := _why_passed_over(name, path, ignored, endings):
                passed[reason] += 1
            else:
                yield path
    yield from unlisted(errors)


def _why_passed_over(name: str, path: str, ignored: Ignored | None, endings: tuple[str, ...]) -> str:
    """Why a file in a folder is not looked at; empty if it is."""
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
