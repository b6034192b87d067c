"""Telling how far a run is."""

from __future__ import annotations

from typing import Self, TextIO

from cleaner.batch.report import Report

_EVERY = 50


class Progress:
    """Watches a run: a counter where a person looks on, and a line for each input that needs one.

    A context manager, so that the counter is gone when anything else is printed.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self.stream = stream
        self.counts = stream.isatty() and not quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._wipe()

    def __call__(self, report: Report, message: str) -> None:
        if message:
            self._wipe()
            print(f"cleaner: {message}", file=self.stream)
        if self.counts and report.done % _EVERY == 0:
            print(f"\r{report.done:,} documents", end="", file=self.stream, flush=True)

    def _wipe(self) -> None:
        if self.counts:
            print("\r\x1b[K", end="", file=self.stream, flush=True)
