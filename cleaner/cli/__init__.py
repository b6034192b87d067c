"""The command line: parse, call, print."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

from cleaner.cli.signals import leave_when_killed
from cleaner.errors import INTERRUPTED
from cleaner.terminal import tell, visible


def main() -> None:
    """Run the command ``cleaner`` and leave the process with its exit code."""
    sys.excepthook = _fault
    leave_when_killed()
    from typer.main import get_command  # lazy: an import of this package may only want its name

    from cleaner.cli import batch, document, lint
    from cleaner.cli.app import app
    from cleaner.cli.help import call

    batch.add_commands(app)
    document.add_commands(app)
    lint.add_commands(app)
    if "_CLEANER_COMPLETE" in os.environ:  # a shell asks for completion
        from typer.completion import get_completion_inspect_parameters

        get_completion_inspect_parameters()  # makes Typer's shells known
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  closed by the shell
    sys.stderr = _Forgiving(sys.stderr or open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to stop
    try:
        code = call(get_command(app))
    except KeyboardInterrupt:  # came where the command did not wait for it
        tell("interrupted")
        raise SystemExit(INTERRUPTED) from None
    raise SystemExit(code)


class _Forgiving:
    """A stream of messages nobody has to listen to: when its reader is gone, the work goes on."""

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


def _fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error that nobody expected is a bug: the whole story, and its own exit code. Ctrl-C is not one."""
    import traceback  # lazy: only a bug needs it

    if issubclass(kind, KeyboardInterrupt):
        tell("interrupted")
        raise SystemExit(INTERRUPTED)
    for lines in traceback.format_exception(kind, error, trace):
        print(visible(lines, keep="\n"), end="", file=sys.stderr)
    print("cleaner: this is a bug in cleaner; please report it with the lines above", file=sys.stderr)
    raise SystemExit(3)
