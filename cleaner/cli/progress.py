"""Telling how far a run is: a bar where a person looks on, a line now and then in a log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Self, TextIO

from cleaner.batch.report import Report

LOG_SECONDS = 30.0
MAX_FAILURES = 20
"""Rows of one file that are told one by one; a wrong column fails them all."""
_ROW = re.compile(r"(.*?):\d+: (?!passed through)", re.DOTALL)
_BAR_SECONDS = 0.2
_MB = 1_000_000


class Progress:
    """Watches a run: documents, MB/s, share removed, failures, and the time left where ``total`` bytes are known.

    A context manager, so that the bar is gone when anything else is printed. A line for each input that needs one
    is printed in any case, but of the rows of one file that failed only so many; ``is_written`` tells whether the
    others can be looked up.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        quiet: bool = False,
        total: int = 0,
        is_written: bool = True,
        clock: Callable[[], float] = time.monotonic,
        log_seconds: float = LOG_SECONDS,
    ) -> None:
        self.stream, self.quiet, self._total, self._clock = stream, quiet, total, clock
        self._is_terminal = stream.isatty() and not quiet
        self._every = _BAR_SECONDS if self._is_terminal else log_seconds
        self._begun = self._told = clock()
        self._read_before: int | None = None
        self._bar: Any = None
        self._where = "are in failed.jsonl" if is_written else "are not shown"
        self._file, self._failures = "", 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, report: Report, message: str) -> None:
        """Told after each chunk, and with a message if there is something to say."""
        if self._read_before is None:
            self._read_before = report.read  # by the run that this one goes on with
        if message:
            self._tell(message)
        now = self._clock()
        if self.quiet or now - self._told < self._every:
            return
        self._told = now
        line = state(report, self._speed(report, now))
        if self._is_terminal:
            self._show(report, line)
        else:
            self._say(line + self._left(report, now))

    def _tell(self, message: str) -> None:
        row = _ROW.match(message)
        if row:
            self._failures = self._failures + 1 if row[1] == self._file else 1
            self._file = row[1]
        if not row or self._failures <= MAX_FAILURES:
            self._say(f"cleaner: {message}")
        elif self._failures == MAX_FAILURES + 1:
            self._say(f"cleaner: further failures of {self._file} {self._where}")

    def _speed(self, report: Report, now: float) -> float:
        """Bytes a second since the run began."""
        return (report.read - (self._read_before or 0)) / max(now - self._begun, 1e-9)

    def _left(self, report: Report, now: float) -> str:
        speed = self._speed(report, now)
        if not self._total or not speed:
            return ""
        minutes, seconds = divmod(round(max(self._total - report.read, 0) / speed), 60)
        return f", {minutes}:{seconds:02} left"

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            print(line, file=self.stream, flush=True)

    def _show(self, report: Report, line: str) -> None:
        if self._bar is None:
            self._bar = _bar(self.stream)
            self._bar.start()
            self._bar.add_task("", total=self._total or None)
        self._bar.update(self._bar.task_ids[0], completed=report.read, description=line)
        self._bar.refresh()


def state(report: Report, speed: float) -> str:
    """How far a run is, on one line."""
    failed = f", {report.failed:,} failed" if report.failed else ""
    return f"{report.done:,} documents, {speed / _MB:.1f} MB/s, {report.removed_share:.0%} removed{failed}"


def _bar(stream: TextIO) -> Any:
    from rich.console import Console  # lazy: a tenth of a second, and only people see it
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Bar(*columns, console=Console(file=stream), auto_refresh=False, transient=True)
