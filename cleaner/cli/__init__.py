"""The command line: parses the arguments, calls the library, and prints the results."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

from cleaner.cli.signals import leave_when_killed
from cleaner.errors import INTERRUPTED
from cleaner.terminal import print_message, visible


def main() -> None:
    """Run the command ``cleaner`` and leave the process with its exit code."""
    sys.excepthook = _report_bug
    leave_when_killed()
    from typer.main import get_command  # lazy: callers may import this package without running a command

    from cleaner.cli import batch, diff, document, lint, review, sites
    from cleaner.cli.app import app
    from cleaner.cli.help import call

    batch.add_commands(app)
    diff.add_commands(app)
    document.add_commands(app)
    lint.add_commands(app)
    review.add_commands(app)
    sites.add_commands(app)
    if "_CLEANER_COMPLETE" in os.environ:  # a shell requests completion
        from typer.completion import get_completion_inspect_parameters

        get_completion_inspect_parameters()  # registers the shells that Typer supports
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  closed by the shell
    sys.stderr = _WithoutReader(sys.stderr or open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a character that the terminal lacks must not stop us
    try:
        code = call(get_command(app))
    except KeyboardInterrupt:  # raised outside of the part that handles it
        print_message("interrupted")
        raise SystemExit(INTERRUPTED) from None
    raise SystemExit(code)


class _WithoutReader:
    """A stream of messages whose reader may close it: after that, messages are discarded and the work continues."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            return int(self._stream.write(text))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an unexpected error with its traceback and exit with code 3. Ctrl-C is not an error: it exits with 130."""
    import traceback  # lazy: only a bug needs it

    if issubclass(kind, KeyboardInterrupt):
        print_message("interrupted")
        raise SystemExit(INTERRUPTED)
    for lines in traceback.format_exception(kind, error, trace):
        print(visible(lines, keep="\n"), end="", file=sys.stderr)
    print("cleaner: this is a bug in cleaner; please report it with the lines above", file=sys.stderr)
    raise SystemExit(3)
