"""What an output folder contains before a run: nothing, an unfinished run, or the complete output of a run."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Literal

from cleaner.errors import OutputError
from cleaner.inputs.find import OUTPUT_FILES, REPORT, STDIN
from cleaner.json_lines import to_row
from cleaner.outputs.safe_paths import safe_path
from cleaner.run.checkpoint import load_checkpoint

State = Literal["new", "unfinished", "done"]


def state_of(
    path: Path, sources: Sequence[str], fingerprint: str, *, inputs: Container[str] = (), overwrite: bool = False
) -> State:
    """What ``path`` contains of the run with this fingerprint. ``inputs`` are real paths that are never written to.

    Raises `OutputError` if the run can't write there: ``path`` is an input or in one, or contains something else and
    ``overwrite`` is not given.
    """
    refuse_place(path, sources, inputs)
    if overwrite:
        return "new"
    checkpoint = load_checkpoint(path)
    if checkpoint and checkpoint.fingerprint == fingerprint:
        return "new" if STDIN in sources else "unfinished"  # stdin can't be read again
    if checkpoint:
        what = "an unfinished run with other inputs, options or rules"
        raise OutputError(f"{path}: contains {what}; choose another folder, or replace it with --overwrite")
    existing = [name for name in OUTPUT_FILES if os.path.lexists(path / name)]
    same = STDIN not in sources and fingerprint_of(path / REPORT) == fingerprint  # stdin is new each time
    if existing and not same:
        other = f"{existing[0]}, but no report of a finished run"
        whose = "the output of another run" if REPORT in existing else other
        raise OutputError(f"{path}: contains {whose}; choose another folder, or replace it with --overwrite")
    return "done" if existing else "new"


def refuse_place(path: Path, sources: Sequence[str], inputs: Container[str]) -> None:
    """Raises `OutputError` if a run can't write to ``path`` at all, whatever it contains."""
    try:
        real = path.resolve()
        path.exists()
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}; choose another folder") from error
    for source in sources:
        if source != STDIN:
            _refuse_within(path, real, source, Path(source).resolve())
    for name in OUTPUT_FILES:
        if os.path.realpath(path / name) in inputs:
            raise OutputError(f"{path}: the input {name} would be overwritten; choose another folder")
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path}: is a file; name a folder for the output")


def _refuse_within(path: Path, real: Path, source: str, real_source: Path) -> None:
    if real_source.is_dir() and real.is_relative_to(real_source):
        raise OutputError(f"{path}: is the input {source} or in it; choose a folder outside of it")


def is_whole(path: Path) -> bool:
    """Whether all files in the report in ``path`` exist with the recorded sizes.

    Raises `OSError`, `LookupError`, `TypeError`, `ValueError` or `OutputError` if there is no valid report.
    """
    files = to_row((path / REPORT).read_bytes())["files"]
    return all((path / safe_path(file["name"])).stat().st_size == file["bytes"] for file in files)


def fingerprint_of(report: Path) -> str:
    """The fingerprint of the run that wrote a report; empty if there is none."""
    try:
        return str(to_row(report.read_bytes())["run"]["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
