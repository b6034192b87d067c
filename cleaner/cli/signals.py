"""Ctrl-C (SIGINT) and SIGTERM end the program with one line and the same exit code.

A `KeyboardInterrupt` is safe only where code handles it. Before the work starts, there is nothing to clean up, so the
program exits at once. After the work, both signals are ignored until the program has finished.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType

from cleaner.errors import INTERRUPTED


def leave_when_killed() -> None:
    """Exit at once on Ctrl-C or SIGTERM. If Ctrl-C is ignored, as in a background job, it stays ignored."""
    signal.signal(signal.SIGTERM, _leave)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Within, Ctrl-C or SIGTERM raises `KeyboardInterrupt`; afterwards, both are ignored."""
    ours = [name for name in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(name) is _leave]
    for name in ours:  # empty if another program has imported us
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
