"""Limits on what one document may cost. The kernel enforces them, so no library can ignore them."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import NamedTuple

OUT_OF_MEMORY = 71
"""Exit code of a worker that ran out of memory."""
WORKER_FAULT = 70
"""Exit code of a worker after an unexpected error."""
_WALL_FACTOR = 10  # wall-clock seconds allowed per CPU second; they stop work that only waits
_TIMED_OUT = {"SIGPROF": "took over {} s of CPU time", "SIGALRM": "took over {} s"}


class Limits(NamedTuple):
    """Limits per document: CPU seconds, ten times that in wall-clock seconds, and MB beyond the worker's start."""

    cpu_seconds: float = 60
    memory: int = 2_000

    def begin(self) -> None:
        """Start the timers of a document; when one expires, the kernel ends this process."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, self.cpu_seconds)
            signal.setitimer(signal.ITIMER_REAL, self.cpu_seconds * _WALL_FACTOR)

    def end(self) -> None:
        """Stop the timers."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)

    def bind_memory(self) -> None:
        """Make allocations beyond the limit fail for the rest of this process (Linux only)."""
        if sys.platform != "linux":
            return
        import resource

        with contextlib.suppress(OSError, ValueError):  # a lower limit may be set already
            limit = _data_bytes() + self.memory * 1_000_000
            resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))

    def cause(self, status: int) -> tuple[str, str]:
        """Why a worker ended, given its ``status`` from `os.waitpid`, and what to do about it."""
        code = os.waitstatus_to_exitcode(status) if os.name == "posix" else status
        if code == OUT_OF_MEMORY:
            return f"needs over {self.memory:,} MB of memory", "exclude it or raise --memory"
        if code >= 0:
            return f"the worker ended with exit code {code}", "please report it with the document"
        name = _signal_name(-code)
        if name in _TIMED_OUT:
            seconds = self.cpu_seconds if name == "SIGPROF" else self.cpu_seconds * _WALL_FACTOR
            return _TIMED_OUT[name].format(f"{seconds:g}"), "exclude it or raise --cpu-seconds"
        if name == "SIGKILL":
            what = "its worker was killed (SIGKILL), perhaps because memory ran out"
            return what, "run it alone, with more memory free"
        return f"its worker crashed ({name})", "please report it with the document"


def is_from_outside(status: int) -> bool:
    """Whether another process ended a worker, so that its document is probably not the cause."""
    code = os.waitstatus_to_exitcode(status) if os.name == "posix" else status
    return code < 0 and _signal_name(-code) in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _data_bytes() -> int:
    """The data memory of this process in bytes, which counts against the limit."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * os.sysconf("SC_PAGE_SIZE")
