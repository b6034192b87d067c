"""The command line: parse, call, print."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType


def main() -> None:
    """Run the command ``cleaner`` and leave the process with its exit code."""
    from typer.main import get_command  # lazy: who imports this package may only want its name

    from cleaner.cli.app import app

    sys.excepthook = _fault
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to stop
    get_command(app)(prog_name="cleaner")


def _fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error that nobody expected is a bug: the whole story, and its own exit code."""
    traceback.print_exception(kind, error, trace)
    print("cleaner: this is a bug in cleaner; please report it with the lines above", file=sys.stderr)
    raise SystemExit(3)
