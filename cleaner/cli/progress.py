"""The progress of a run, as a bar on a terminal or as lines in a log, and the messages about its inputs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Self, TextIO

from cleaner.run.report import Report
from cleaner.terminal import visible

LOG_SECONDS = 30.0
MAX_KINDS = 5
"""How many different errors in the rows of one file are reported; each has one line with the number of rows."""
_ROW = re.compile(r"(?P<file>.*?):(?P<row>\d+): (?P<error>(?!passed through).*)", re.DOTALL)
_BAR_SECONDS = 0.2
_MB = 1_000_000


class Progress:
    """Shows the progress of a run: documents, MB/s, share removed, failures, and the time left if ``total`` is given.

    ``total`` is the size of all inputs in bytes, 0 if it is not known. It is a context manager, so that the bar is
    removed before anything else is printed. Messages about inputs are printed even if ``quiet`` is true. Rows of one
    file that fail for the same reason share one line, which is printed when the file is finished or after
    ``log_seconds``. ``is_written`` is whether failed.jsonl lists the failures.
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
        self._started = self._shown_at = clock()
        self._read_before: int | None = None
        self._bar: Any = None
        self._where = "are in failed.jsonl" if is_written else "are not shown"
        self._log_seconds = log_seconds
        self._file, self._held_since = "", 0.0
        self._held: dict[str, list[str]] = {}  # error → the rows that have it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._release()
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, report: Report, message: str) -> None:
        """Show the progress. The run calls this after each chunk, and with each ``message`` about an input."""
        if self._read_before is None:
            self._read_before = report.read  # by the earlier run that this one resumes
        if message:
            self._hold(message)
        now = self._clock()
        if self._held and now - self._held_since >= self._log_seconds:
            self._release()
        if self.quiet or now - self._shown_at < self._every:
            return
        self._shown_at = now
        line = state(report, self._speed(report, now))
        if self._is_terminal:
            self._show(report, line)
        else:
            self._say(line + self._left(report, now))

    def _hold(self, message: str) -> None:
        """Hold a message about a row until its file is finished; print any other at once."""
        row = _ROW.fullmatch(message)
        if row is None or row["file"] != self._file:
            self._release()
        if row is None:
            self._say(f"cleaner: {message}")
            return
        self._file = row["file"]
        self._held_since = self._held_since if self._held else self._clock()
        self._held.setdefault(row["error"], []).append(row["row"])

    def _release(self) -> None:
        """Print the messages that are held."""
        for error, rows in list(self._held.items())[:MAX_KINDS]:
            where = f"{self._file}:{rows[0]}"
            if len(rows) > 1:
                where = f"{self._file}: {len(rows):,} rows from row {rows[0]} to {rows[-1]}"
            self._say(f"cleaner: {where}: {error}")
        others = sum(map(len, list(self._held.values())[MAX_KINDS:]))
        if others:
            self._say(f"cleaner: {self._file}: {others:,} further failures {self._where}")
        self._held.clear()

    def _speed(self, report: Report, now: float) -> float:
        """Bytes per second since the run started."""
        return (report.read - (self._read_before or 0)) / max(now - self._started, 1e-9)

    def _left(self, report: Report, now: float) -> str:
        speed = self._speed(report, now)
        if not self._total or not speed:
            return ""
        minutes, seconds = divmod(round(max(self._total - report.read, 0) / speed), 60)
        return f", {minutes}:{seconds:02} left"

    def _say(self, line: str) -> None:
        line = visible(line)
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
    """The progress of a run on one line; ``speed`` is in bytes per second."""
    failed = f", {report.failed:,} failed" if report.failed else ""
    return f"{report.done:,} documents, {speed / _MB:.1f} MB/s, {report.removed_share:.0%} removed{failed}"


def _bar(stream: TextIO) -> Any:
    from rich.console import Console  # lazy: the import takes a tenth of a second, and only terminals need it
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Bar(*columns, console=Console(file=stream), auto_refresh=False, transient=True)
