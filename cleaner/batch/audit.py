"""What the output of a run proves: rebuild its sources from it, or check that all of it fits together."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.batch.jsonl import Row, to_row
from cleaner.batch.report import Report
from cleaner.batch.writers import DOCUMENTS, FAILED, LEDGER, REPORT, WriteError
from cleaner.errors import LedgerError, OutputError
from cleaner.ledger import HTML, restore, verify

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_DRIVE = re.compile(r"[a-zA-Z]:")
_MAX_PROBLEMS = 100


class Verdict(NamedTuple):
    """How many documents were checked and what is wrong, one line each (the first hundred)."""

    documents: int
    problems: tuple[str, ...]


class Restored(NamedTuple):
    """How many files were written, and how many of them hold the visible text of a page instead of its HTML."""

    files: int
    pages: int


class _File(NamedTuple):
    path: Path
    data: bytes
    is_page: bool


def restore_run(output: Path, target: Path) -> Restored:
    """Write every source of a run under its path below ``target``, byte for byte.

    Of an HTML page the rows only have the visible text: it is written under the page's path and ``.txt``.

    Raises `LedgerError` naming the line that can't be restored, `OutputError` if ``target`` is not empty or a path
    would lead out of it, `WriteError` if the disk gives up.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError(f"{target}: is not an empty folder; choose another one")
    _refuse_clashes([_restored(*pair).path for pair in _pairs(output)])  # before anything is written
    files = pages = 0
    for pair in _pairs(output):
        file = _restored(*pair)
        _write(target / file.path, file.data)
        files, pages = files + 1, pages + file.is_page
    return Restored(files, pages)


def _refuse_clashes(paths: Sequence[Path]) -> None:
    known = set(paths)
    for path in paths:
        if taken := known.intersection(path.parents):
            raise OutputError(f"{taken.pop()} is a file and, of another source, a folder; restore the sources apart")
    if len(known) < len(paths):
        twice = next(path for path, count in Counter(paths).items() if count > 1)
        raise OutputError(f"{twice} would be written for two sources; restore the sources apart")


def verify_run(output: Path) -> Verdict:
    """Check the files of a run against each other: every row, every hash, every total.

    Raises `OutputError` if there is no report of a whole run.
    """
    told = _report(output)
    counted = Report(told.get("run", {}), _rule_ids(told), warnings=told.get("warnings", []))
    problems: list[str] = []
    try:
        problems += _wrong_files(output, told)
        for place, document, ledger in _pairs(output):
            problems += _wrong_rows(place, document, ledger, counted)
        counted.failed = sum(1 for _ in _lines(output / FAILED))
    except LedgerError as error:
        problems.append(str(error))
    problems += _wrong_totals(output, told, counted.row())
    return Verdict(counted.out, tuple(problems[:_MAX_PROBLEMS]))


def safe_path(source: str, *, windows: bool = os.name == "nt") -> Path:
    """``source`` as a path that stays below the folder it is joined to. Raises `OutputError` for any other."""
    parts = re.split(r"[/\\]" if windows else "/", source)
    is_outside = (
        source.startswith("/") or ".." in parts or (windows and (source.startswith("\\") or _DRIVE.match(source)))
    )
    if not source or "\0" in source or is_outside:
        raise OutputError(
            f"{source!r} is no path below the target; the documents were changed, or made on another system"
        )
    if windows and any(_DEVICES.fullmatch(part) or part[-1:] in (".", " ") for part in parts):
        raise OutputError(f"{source!r} is no file name on Windows; restore on another system")
    return Path(source)


def _pairs(output: Path) -> Iterator[tuple[str, Row, Row]]:
    """The rows of each document, with the place to name in messages."""
    ledgers = _lines(output / LEDGER)
    for n, line in enumerate(_lines(output / DOCUMENTS), 1):
        place = f"{output / DOCUMENTS}:{n}"
        yield place, _row(line, place), _row(next(ledgers, b""), f"{output / LEDGER}:{n}")
    if next(ledgers, b""):
        raise LedgerError(f"{output / LEDGER} has more lines than {DOCUMENTS}")


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise LedgerError(f"{path}: can't be read: {error.strerror}") from error


def _row(line: bytes, place: str) -> Row:
    try:
        return to_row(line)
    except ValueError as error:
        raise LedgerError(f"{place}: holds no row: {error}") from error


def _restored(place: str, document: Row, ledger: Row) -> _File:
    try:
        path, data, is_page = safe_path(document["source"]), restore(document, ledger), document["input_kind"] == HTML
        sha256 = ledger["text_sha256"] if is_page else document["source_sha256"]
    except (LedgerError, LookupError, TypeError, ValueError) as error:
        raise LedgerError(f"{place}: {_said(error)}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise LedgerError(f"{place}: {path}: what is restored is not what was read (sha256)")
    return _File(path.with_name(f"{path.name}.txt") if is_page else path, data, is_page)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise WriteError(f"{path}: can't be written: {error.strerror}; choose another folder") from error


def _report(output: Path) -> Row:
    path = output / REPORT
    try:
        return to_row(path.read_bytes())
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: is no report of a whole run; run again") from error


def _rule_ids(told: Row) -> tuple[str, ...]:
    return tuple(told.get("rules_never_fired", ()))


def _wrong_rows(place: str, document: Row, ledger: Row, counted: Report) -> Iterator[str]:
    try:
        verify(document, ledger)
        counted.add(document, ledger)
    except (LedgerError, LookupError, TypeError, ValueError) as error:
        yield f"{place}: {document.get('source', '')}: {_said(error)}"


def _said(error: Exception) -> str:
    return f"the row lacks {error}" if isinstance(error, KeyError) else str(error)


def _wrong_files(output: Path, told: Row) -> Iterator[str]:
    for file in told.get("files", ()):
        path = output / Path(file["name"]).name
        try:
            with path.open("rb") as data:
                sha256 = hashlib.file_digest(data, "sha256").hexdigest()
        except OSError as error:
            yield f"{path}: can't be read: {error.strerror}"
            continue
        if sha256 != file["sha256"]:
            yield f"{path}: is not the file that the run wrote (sha256)"


def _wrong_totals(output: Path, told: Row, counted: dict[str, Any]) -> Iterator[str]:
    for name, value in counted.items():
        if told.get(name) != value:
            yield f"{output / REPORT}: {name} does not fit the rows"
