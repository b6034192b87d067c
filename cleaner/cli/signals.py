"""A polite kill (SIGTERM) ends the program as Ctrl-C does, with one line and the same exit code.

An exception that comes at any moment is only safe where somebody waits for it: before the work there is nothing to
tidy up, so the program leaves at once, and after it what little is left to do is done.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

from cleaner.errors import INTERRUPTED


def leave_when_killed() -> None:
    """From here on a kill ends the program."""
    signal.signal(signal.SIGTERM, _leave)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Within, a kill raises `KeyboardInterrupt`; behind it, none comes through any more."""
    if signal.getsignal(signal.SIGTERM) is not _leave:  # another program's process
        yield
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"cleaner: interrupted\n")
    os._exit(INTERRUPTED)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
