"""What the output of a run proves: rebuild its sources from it, or check that all of it fits together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.config import Config, with_new_names
from cleaner.errors import InputError, LedgerError, LedgerRowError, OutputError
from cleaner.inputs.find import REPORT
from cleaner.inputs.formats import unpacked_name
from cleaner.json_lines import Row, to_row
from cleaner.ledger import HTML, expand, restore, verify
from cleaner.option import aliases_of
from cleaner.outputs.containers import read_rows
from cleaner.outputs.layouts import DOCUMENTS, LEDGER, Layout, load_layout
from cleaner.outputs.safe_paths import safe_path
from cleaner.run.folder import WriteError
from cleaner.run.report import Report
from cleaner.run.shapes import misfit

_MAX_PROBLEMS = 100
_AGAIN = "run again with --overwrite"


class Verdict(NamedTuple):
    """How many documents were checked and what is wrong, one line each (the first hundred)."""

    documents: int
    problems: tuple[str, ...]


class Restored(NamedTuple):
    """How many files were written, how many of them hold the visible text of a page instead of its HTML, and what
    could not be restored, one line each.
    """

    files: int
    pages: int
    problems: tuple[str, ...] = ()


def _paths(files: Sequence[_File]) -> list[Path]:
    """Where each document of a run is restored. Raises `OutputError` if two go to one place."""
    names = _unpacked_names([file.path for file in files])
    paths = [
        name.with_name(f"{name.name}.txt") if file.is_page else name for name, file in zip(names, files, strict=True)
    ]
    _refuse_clashes(paths)
    return paths


class _File(NamedTuple):
    path: Path
    data: bytes
    is_page: bool


def restore_run(output: Path, target: Path) -> Restored:
    """Write every source of a run under its path below ``target``, byte for byte.

    Of an HTML page the rows only have the visible text: it is written under the page's path and ``.txt``. A document
    that was compressed is written unpacked, under its name without ``.gz`` or ``.zst``.

    A document whose rows are damaged is named in the answer, and the others are restored.

    Raises `OutputError` if ``target`` is not empty, there is no report of a whole run, or two sources would go to one
    place, `WriteError` if the disk gives up.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError(f"{target}: is not an empty folder; choose another one")
    problems = list[str]()
    found = [file._replace(data=b"") for file in _files(output, problems)]
    paths = _paths(found)  # before anything is written
    for path, file in zip(paths, _files(output, []), strict=True):
        _write(target / path, file.data)
    return Restored(len(paths), sum(file.is_page for file in found), tuple(problems))


def _files(output: Path, problems: list[str]) -> Iterator[_File]:
    """The files of a run that can be restored; what can't is added to ``problems``. Raises `OutputError`."""
    try:
        for pair in pairs(output):
            try:
                yield _restored(pair)
            except LedgerError as error:
                problems.append(str(error))
    except LedgerError as error:  # of a whole file
        problems.append(str(error))


def _unpacked_names(sources: Sequence[Path]) -> list[Path]:
    """Where sources go: a document that was compressed goes, unpacked, to its name without that ending.

    Where another source has that name, it goes to its whole name and ``.txt``.
    """
    taken = Counter(map(_unpacked, sources))
    return [
        path if (name := _unpacked(path)) == path else name if taken[name] == 1 else path.with_name(f"{path.name}.txt")
        for path in sources
    ]


def _unpacked(path: Path) -> Path:
    return path.with_name(unpacked_name(path.name))


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
    counted.passed_over.read(told.get("passed_over", ()))
    counted.inputs = told.get("inputs", "")
    problems: list[str] = []
    try:
        problems += _wrong_files(output, told)
        for pair in pairs(output):
            problems += _wrong_rows(pair, counted)
        counted.failed = sum(1 for name in _names(told, "failed") for _ in read_lines(output / name))
    except LedgerError as error:
        problems.append(str(error))
    problems += _wrong_totals(output, told, counted.row())
    return Verdict(counted.out, tuple(problems[:_MAX_PROBLEMS]))


class Pair(NamedTuple):
    """The two lines of a document, not parsed yet, and what messages call each of them."""

    place: str
    ledger_place: str
    line: bytes
    ledger_line: bytes
    layout: Layout

    def document(self) -> Row:
        """The row of ``documents.jsonl``. Raises `LedgerError` naming its line if it is not a JSON object."""
        return _from_layout(self.layout, _row(self.line, self.place), self.place)

    def rows(self) -> tuple[Row, Row]:
        """Both rows, of the right shape. Raises `LedgerError` naming the file and line of the one that is not."""
        document, ledger = self.document(), _row(self.ledger_line, self.ledger_place)
        if wrong := misfit(document, "document"):
            raise LedgerError(f"{self.place}: {wrong}")
        if "ledger_version" not in ledger and "cuts" in ledger:
            raise LedgerError(f"{self.ledger_place}: the row is of an older version of cleaner; {_AGAIN}")
        if wrong := misfit(ledger, "ledger"):
            raise LedgerError(f"{self.ledger_place}: {wrong}")
        return document, ledger

    def verified(self) -> tuple[Row, Row]:
        """Both rows, which fit each other. Raises `LedgerError` naming the file and line of the one that is wrong."""
        document, ledger = self.rows()
        try:
            verify(document, ledger)
            expand(ledger)
        except DAMAGES as error:
            raise self.blamed(error) from error
        return document, ledger

    def blamed(self, error: Exception, source: str = "") -> LedgerError:
        """``error`` with the file and line of the row that it is about, and the name of the source."""
        place = self.ledger_place if isinstance(error, LedgerRowError) else self.place
        return LedgerError(": ".join(filter(None, (place, source, _said(error)))))


DAMAGES = (LedgerError, OutputError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What reading a row raises that somebody changed."""


class FilePair(NamedTuple):
    """Two files that hold the same documents, line by line, and how their documents are laid out."""

    documents: Path
    ledger: Path
    layout: Layout


def file_pairs(output: Path) -> list[FilePair]:
    """The files of a run. Raises `OutputError` if there is no report of a whole run, or no ledger to check by."""
    told = _report(output)
    run = told.get("run", {})
    if run.get("ledger") is False:
        what = "was written with --no-ledger, so there is no record of what was removed to check or restore"
        raise OutputError(f"{output}: {what}")
    try:
        layout = load_layout(run["layout"])
        names = {kind: [file["name"] for file in told["files"] if file["kind"] == kind] for kind in (DOCUMENTS, LEDGER)}
        documents, ledgers = ([output / safe_path(name) for name in names[kind]] for kind in (DOCUMENTS, LEDGER))
        return [FilePair(*pair, layout) for pair in zip(documents, ledgers, strict=True)]
    except (ImportError, LookupError, TypeError, ValueError) as error:
        raise OutputError(f"{output / REPORT}: does not list the files of the run; {_AGAIN}") from error


def pairs(output: Path) -> Iterator[Pair]:
    """The lines of each document of a finished run.

    Raises `OutputError` if there is no report of a whole run with a ledger, `LedgerError` if a file can't be read.
    """
    for files in file_pairs(output):
        for n, line, ledger in pairs_of_lines(files):
            yield Pair(f"{files.documents}:{n}", f"{files.ledger}:{n}", line, ledger, files.layout)


def pairs_of_lines(files: FilePair) -> Iterator[tuple[int, bytes, bytes]]:
    """The lines of each document with their number, from 1. Raises `LedgerError` if the files can't be read."""
    ledgers = read_lines(files.ledger)
    for n, line in enumerate(read_lines(files.documents), 1):
        yield n, line, next(ledgers, b"")
    if next(ledgers, b""):
        raise LedgerError(f"{files.ledger} has more lines than {files.documents.name}")


def _from_layout(layout: Layout, row: Row, place: str) -> Row:
    try:
        return layout.row(row)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise LedgerError(f"{place}: {_said(error)}") from error


def read_lines(path: Path) -> Iterator[bytes]:
    """The rows of a file as lines of JSON. Raises `LedgerError` if it can't be read."""
    try:
        if path.exists() and not path.is_file():
            raise LedgerError(f"{path}: is not a file")
        yield from read_rows(path)
    except InputError as error:
        raise LedgerError(f"{path}: {error}") from error
    except (LookupError, TypeError, ValueError, RecursionError) as error:  # cells of Parquet that are not ours
        raise LedgerError(f"{path}: holds a row that can't be read: {error}") from error


def _row(line: bytes, place: str) -> Row:
    if not line:
        raise LedgerError(f"{place}: the row is missing")
    try:
        return to_row(line)
    except ValueError as error:
        raise LedgerError(f"{place}: is not a JSON object: {error}") from error


def _restored(pair: Pair) -> _File:
    """The file of a document. Raises `LedgerError` naming the line of a row that is damaged."""
    document, ledger = pair.rows()
    try:
        path, data, is_page = _target(document), restore(document, ledger), document["input_kind"] == HTML
    except DAMAGES as error:
        raise pair.blamed(error) from error
    sha256 = ledger["text_sha256"] if is_page else document["source_sha256"]
    if hashlib.sha256(data).hexdigest() != sha256:
        raise LedgerError(f"{pair.place}: {path}: what is restored is not what was read (sha256)")
    if (document["source"], document["record"]) != (ledger["source"], ledger["record"]):
        raise LedgerError(f"{pair.place}: source or record is not that of {pair.ledger_place}")
    return _File(path, data, is_page)


def _target(document: Row) -> Path:
    """Where a source goes: a file under its path, the record of a file under its number in a folder called like it."""
    path = safe_path(document["source"])
    return path / f"{document['record']:08}" if document["record"] else path


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise WriteError(f"{path}: can't be written: {error.strerror}; choose another folder") from error


def _with_new_names(report: Row) -> Row:
    """A report of an earlier version, with the names that options have today."""
    run = report.get("run")
    if not isinstance(run, dict) or any(name in run for name in aliases_of(Config).values()):
        return report
    return {**report, "run": with_new_names(run)}


def _report(output: Path) -> Row:
    path = output / REPORT
    try:
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: is not a file; remove it and run again")
        report = _with_new_names(to_row(path.read_bytes()))
    except FileNotFoundError as error:
        what = "there is no such folder" if not output.is_dir() else f"has no {REPORT}, so it holds no finished run"
        raise OutputError(f"{output}: {what}; name the output folder of a run") from error
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}; {_AGAIN}") from error
    if wrong := misfit(report, "report"):
        raise OutputError(f"{path}: {wrong}; it is damaged, or of another version of cleaner: {_AGAIN}")
    return report


def _names(told: Row, kind: str) -> list[Path]:
    return [safe_path(file["name"]) for file in told.get("files", ()) if file.get("kind") == kind]


def _rule_ids(told: Row) -> tuple[str, ...]:
    return tuple(told.get("rules_never_fired", ()))


def _wrong_rows(pair: Pair, counted: Report) -> Iterator[str]:
    try:
        document, ledger = pair.rows()
    except LedgerError as error:
        yield str(error)
        return
    try:
        verify(document, ledger)
        counted.add(document, ledger)
    except DAMAGES as error:
        yield str(pair.blamed(error, document["source"]))


def _said(error: Exception) -> str:
    return f"the row has no field {error}" if isinstance(error, KeyError) else str(error)


def _wrong_files(output: Path, told: Row) -> Iterator[str]:
    for file in told.get("files", ()):
        path = output / safe_path(file["name"])
        if path.exists() and not path.is_file():
            yield f"{path}: is not a file"
            continue
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
            yield f"{output / REPORT}: {name} does not match the rows"
