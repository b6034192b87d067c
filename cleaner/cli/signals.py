"""Ctrl-C (SIGINT) and a polite kill (SIGTERM) end the program with one line and the same exit code.

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
    """From here on Ctrl-C or a kill ends the program. Where Ctrl-C is ignored, as in the background, it stays so."""
    signal.signal(signal.SIGTERM, _leave)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Within, Ctrl-C or a kill raises `KeyboardInterrupt`; after it, none comes through any more."""
    ours = [name for name in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(name) is _leave]
    for name in ours:  # none in the process of another program
        signal.signal(name, _interrupt)
    try:
        yield
    finally:
        for name in ours:
            signal.signal(name, signal.SIG_IGN)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"cleaner: interrupted\n")
    os._exit(INTERRUPTED)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
