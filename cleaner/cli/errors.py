"""Expected errors of commands: one line each, and the exit code."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

import typer

from cleaner.cli.signals import interruptible
from cleaner.errors import FAULT, INTERRUPTED, SOME_FAILED, USAGE, CleanerError, InputError, LedgerError
from cleaner.terminal import print_message


@contextlib.contextmanager
def plain_errors(
    *, interrupted: Callable[[], str] = lambda: "interrupted", resumes: Callable[[], str] = lambda: ""
) -> Iterator[None]:
    """Print an expected error as one line, and exit with its code.

    ``interrupted`` returns the message after Ctrl-C, ``resumes`` where a run will resume if the output could not be
    written. Both are called after all files are closed.
    """
    try:
        with interruptible():
            yield
            sys.stdout.flush()
    except (InputError, LedgerError) as error:
        print_message(error)
        raise typer.Exit(SOME_FAILED) from error
    except CleanerError as error:
        print_message("; ".join(filter(None, (str(error), resumes() if _is_write_error(error) else ""))))
        raise typer.Exit(FAULT if _is_fault(error) else USAGE) from error
    except BrokenPipeError as error:  # the reader has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from error
    except OSError as error:
        print_message(f"can't write: {error.strerror}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAULT) from error
    except KeyboardInterrupt as error:
        print_message(interrupted())
        raise typer.Exit(INTERRUPTED) from error


def _is_fault(error: CleanerError) -> bool:
    return type(error) is CleanerError or _is_write_error(error)


def _is_write_error(error: CleanerError) -> bool:
    from cleaner.run.folder import WriteError

    return isinstance(error, WriteError)
