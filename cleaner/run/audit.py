"""Audit the output of a run: rebuild its sources from it, or check that all of its files match."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.config import Config, with_new_names
from cleaner.errors import InputError, LedgerError, LedgerRowError, OutputError
from cleaner.inputs.find import CHECKPOINT, REPORT
from cleaner.inputs.formats import unpacked_name
from cleaner.json_lines import Row, to_row
from cleaner.ledger import HTML, expand, restore, verify
from cleaner.option import aliases_of
from cleaner.outputs.containers import read_rows
from cleaner.outputs.layouts import DOCUMENTS, LEDGER, Layout, load_layout
from cleaner.outputs.safe_paths import safe_path
from cleaner.run.folder import WriteError
from cleaner.run.report import Report
from cleaner.run.shapes import mismatch

_MAX_PROBLEMS = 100
_CURE = "run again with --overwrite"


class Verdict(NamedTuple):
    """The number of documents checked, and the problems found, one line each (at most `_MAX_PROBLEMS`)."""

    documents: int
    problems: tuple[str, ...]


class Restored(NamedTuple):
    """The number of files written, how many of them contain the visible text of a page instead of its HTML, and what
    could not be restored, one line each.
    """

    files: int
    pages: int
    problems: tuple[str, ...] = ()


def _paths(files: Sequence[_File]) -> list[Path]:
    """The path at which each document is restored. Raises `OutputError` if two documents have the same path."""
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
    """Write every source of a run to its path below ``target``, byte for byte.

    For an HTML page, the rows contain only its visible text, which is written to the path of the page plus ``.txt``. A
    document that was compressed is written decompressed, under its name without ``.gz`` or ``.zst``. A document whose
    rows are damaged is listed in the problems, and the others are restored.

    Raises `OutputError` if ``target`` is not an empty folder, if ``output`` has no report of a finished run, or if two
    sources have the same path; `WriteError` if writing fails.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError(f"{target}: is not an empty folder; choose another folder")
    problems = list[str]()
    files = [file._replace(data=b"") for file in _files(output, problems)]
    paths = _paths(files)  # before anything is written
    for path, file in zip(paths, _files(output, []), strict=True):
        _write(target / path, file.data)
    return Restored(len(paths), sum(file.is_page for file in files), tuple(problems))


def _files(output: Path, problems: list[str]) -> Iterator[_File]:
    """The files of a run that can be restored; what can't be is added to ``problems``.

    Raises `OutputError` if there is no report of a finished run.
    """
    try:
        for pair in pairs(output):
            try:
                yield _restored(pair)
            except LedgerError as error:
                problems.append(str(error))
    except LedgerError as error:  # a whole file can't be read
        problems.append(str(error))


def _unpacked_names(sources: Sequence[Path]) -> list[Path]:
    """The paths of sources; for a document that was compressed, the path without the ending of its compression.

    If another source has that path, it is the whole path plus ``.txt``.
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
            raise OutputError(f"{taken.pop()} is a file of one source and a folder of another; restore them separately")
    if len(known) < len(paths):
        twice = next(path for path, count in Counter(paths).items() if count > 1)
        raise OutputError(f"{twice} would be written for two sources; restore them separately")


def verify_run(output: Path) -> Verdict:
    """Check the files of a run against each other: every row, every hash, every total.

    Raises `OutputError` if there is no report of a finished run.
    """
    report = read_report(output)
    counted = Report(report.get("run", {}), _rule_ids(report), warnings=report.get("warnings", []))
    counted.passed_over.read(report.get("passed_over", ()))
    counted.inputs = report.get("inputs", "")
    problems: list[str] = []
    try:
        problems += _wrong_files(output, report)
        for pair in pairs(output):
            problems += _wrong_rows(pair, counted)
        counted.failed = sum(1 for name in _names(report, "failed") for _ in read_lines(output / name))
    except LedgerError as error:
        problems.append(str(error))
    problems += _wrong_totals(output, report, counted.row())
    return Verdict(counted.out, tuple(problems[:_MAX_PROBLEMS]))


class Pair(NamedTuple):
    """The two lines of a document, not parsed yet, and the name of each (``file:line``) in messages."""

    place: str
    ledger_place: str
    line: bytes
    ledger_line: bytes
    layout: Layout

    def document(self) -> Row:
        """The document row. Raises `LedgerError` with its file and line if it is not a JSON object."""
        return _from_layout(self.layout, _row(self.line, self.place), self.place)

    def ledger(self) -> Row:
        """The ledger row. Raises `LedgerError` with its file and line if it is not a JSON object."""
        return _row(self.ledger_line, self.ledger_place)

    def key(self) -> tuple[str, int]:
        """Source and record of the document, from either row. Raises `LedgerError` if neither row has them."""
        try:
            return _key_of(self.document(), self.place)
        except LedgerError:
            try:
                return _key_of(self.ledger(), self.ledger_place)
            except LedgerError:
                pass
            raise

    def rows(self) -> tuple[Row, Row]:
        """Both rows. Raises `LedgerError` with the file and line of a row that does not match its schema."""
        document, ledger = self.document(), self.ledger()
        if wrong := mismatch(document, "document"):
            raise LedgerError(f"{self.place}: {wrong}")
        if "ledger_version" not in ledger and "cuts" in ledger:
            raise LedgerError(f"{self.ledger_place}: the row is from an older version of cleaner; {_CURE}")
        if wrong := mismatch(ledger, "ledger"):
            raise LedgerError(f"{self.ledger_place}: {wrong}")
        return document, ledger

    def verified(self) -> tuple[Row, Row]:
        """Both rows, which match each other. Raises `LedgerError` with file and line if they do not."""
        document, ledger = self.rows()
        try:
            verify(document, ledger)
            expand(ledger)
        except DAMAGE_ERRORS as error:
            raise self.located(error) from error
        return document, ledger

    def located(self, error: Exception, source: str = "") -> LedgerError:
        """``error`` with the file and line of the row it is about, and the name of the source."""
        place = self.ledger_place if isinstance(error, LedgerRowError) else self.place
        return LedgerError(": ".join(filter(None, (place, source, _described(error)))))


DAMAGE_ERRORS = (LedgerError, OutputError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""The errors of reading a row that was changed."""


class FilePair(NamedTuple):
    """Two files with the same documents, line by line, and the layout of the document rows."""

    documents: Path
    ledger: Path
    layout: Layout


def file_pairs(output: Path) -> list[FilePair]:
    """The files of a run. Raises `OutputError` if there is no report of a finished run, or no ledger."""
    report = read_report(output)
    run = report.get("run", {})
    if run.get("ledger") is False:
        what = "was written with --no-ledger, so it has no record of what was removed; run again without --no-ledger"
        raise OutputError(f"{output}: {what}")
    try:
        layout = load_layout(run["layout"])
        names = {
            kind: [file["name"] for file in report["files"] if file["kind"] == kind] for kind in (DOCUMENTS, LEDGER)
        }
        documents, ledgers = ([output / safe_path(name) for name in names[kind]] for kind in (DOCUMENTS, LEDGER))
        return [FilePair(*pair, layout) for pair in zip(documents, ledgers, strict=True)]
    except OutputError as error:
        raise OutputError(f"{output / REPORT}: {error}") from error
    except (ImportError, LookupError, TypeError, ValueError) as error:
        raise OutputError(f"{output / REPORT}: does not list the files of the run; {_CURE}") from error


def pairs(output: Path) -> Iterator[Pair]:
    """The lines of each document of a finished run.

    Raises `OutputError` if there is no report of a finished run with a ledger, `LedgerError` if a file can't be read.
    """
    for files in file_pairs(output):
        for n, line, ledger in pairs_of_lines(files):
            yield Pair(f"{files.documents}:{n}", f"{files.ledger}:{n}", line, ledger, files.layout)


def pairs_of_lines(files: FilePair) -> Iterator[tuple[int, bytes, bytes]]:
    """The number, from 1, and the two lines of each document. Raises `LedgerError` if the files can't be read."""
    ledgers = read_lines(files.ledger)
    for n, line in enumerate(read_lines(files.documents), 1):
        yield n, line, next(ledgers, b"")
    if next(ledgers, b""):
        raise LedgerError(f"{files.ledger} has more lines than {files.documents.name}")


def _key_of(row: Row, place: str) -> tuple[str, int]:
    source, record = row.get("source"), row.get("record")
    if not isinstance(source, str) or type(record) is not int:
        raise LedgerError(f"{place}: the row has no source and record")
    return source, record


def _from_layout(layout: Layout, row: Row, place: str) -> Row:
    try:
        return layout.row(row)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise LedgerError(f"{place}: {_described(error)}") from error


def read_lines(path: Path) -> Iterator[bytes]:
    """The rows of a file as lines of JSON. Raises `LedgerError` if the file can't be read."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a name that is too long does not exist
            raise LedgerError(f"{path}: is not a file")
        yield from read_rows(path)
    except InputError as error:
        raise LedgerError(f"{path}: {error}") from error
    except (LookupError, TypeError, ValueError, RecursionError) as error:  # unexpected cells in Parquet
        raise LedgerError(f"{path}: contains a row that can't be read: {error}") from error


def _row(line: bytes, place: str) -> Row:
    if not line:
        raise LedgerError(f"{place}: the row is missing")
    try:
        return to_row(line)
    except ValueError as error:
        raise LedgerError(f"{place}: is not a JSON object: {error}") from error


def _restored(pair: Pair) -> _File:
    """The file of a document. Raises `LedgerError` with the file and line of a row that is damaged."""
    document, ledger = pair.rows()
    try:
        path, data, is_page = _target(document), restore(document, ledger), document["input_kind"] == HTML
    except DAMAGE_ERRORS as error:
        raise pair.located(error) from error
    sha256 = ledger["text_sha256"] if is_page else document["source_sha256"]
    if hashlib.sha256(data).hexdigest() != sha256:
        raise LedgerError(f"{pair.place}: {path}: the restored file is not the source that was read (sha256)")
    if (document["source"], document["record"]) != (ledger["source"], ledger["record"]):
        raise LedgerError(f"{pair.place}: source and record are not those of {pair.ledger_place}")
    return _File(path, data, is_page)


def _target(document: Row) -> Path:
    """The path of a source. A record of a file is a file named by its number, in a folder with the path of its file."""
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
    """The report; if an earlier version wrote it, with the current names of options."""
    run = report.get("run")
    if not isinstance(run, dict) or any(name in run for name in aliases_of(Config).values()):
        return report
    return {**report, "run": with_new_names(run)}


def read_report(output: Path) -> Row:
    """The report of a finished run. Raises `OutputError` if there is none, or if it is damaged."""
    path = output / REPORT
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a name that is too long does not exist
            raise OutputError(f"{path}: is not a file; remove it and run again")
        report = _with_new_names(to_row(path.read_bytes()))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise OutputError(f"{output}: {_without_report(output)}") from error
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}; {_CURE}") from error
    if wrong := mismatch(report, "report"):
        raise OutputError(f"{path}: {wrong}; it is damaged, or from another version of cleaner; {_CURE}")
    return report


def _without_report(output: Path) -> str:
    """Why a path is not the output of a finished run, and the cure."""
    if not output.is_dir():
        what = "is not a folder" if output.exists() else "there is no such folder"
    elif (output / CHECKPOINT).is_file():
        return "contains an unfinished run; run the same command again to finish it"
    else:
        what = f"has no {REPORT}, so it is not the output of a finished run"
    return f"{what}; name the output folder of a run"


def _names(report: Row, kind: str) -> list[Path]:
    return [safe_path(file["name"]) for file in report.get("files", ()) if file.get("kind") == kind]


def _rule_ids(report: Row) -> tuple[str, ...]:
    return tuple(report.get("rules_never_fired", ()))


def _wrong_rows(pair: Pair, counted: Report) -> Iterator[str]:
    try:
        document, ledger = pair.rows()
    except LedgerError as error:
        yield str(error)
        return
    try:
        verify(document, ledger)
        counted.add(document, ledger)
    except DAMAGE_ERRORS as error:
        yield str(pair.located(error, document["source"]))


def _described(error: Exception) -> str:
    return f"the row has no field {error}" if isinstance(error, KeyError) else str(error)


def _wrong_files(output: Path, report: Row) -> Iterator[str]:
    for file in report.get("files", ()):
        path = output / safe_path(file["name"])
        if os.path.exists(path) and not os.path.isfile(path):  # a name that is too long does not exist
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


def _wrong_totals(output: Path, report: Row, counted: dict[str, Any]) -> Iterator[str]:
    for name, value in counted.items():
        if report.get(name) != value:
            yield f"{output / REPORT}: {name} does not match the rows"
