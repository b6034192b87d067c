"""Start workers: a small process, forked before anything is open, forks a worker on request.

So a worker starts within milliseconds, with the rules compiled, and inherits no file, lock or thread of the main
process. On systems that cannot fork, each worker is a fresh interpreter.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import struct
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol

from cleaner.errors import CleanerError
from cleaner.run.limits import OUT_OF_MEMORY, WORKER_FAULT


class Work(Protocol):
    """What a worker does until its connection closes, and what is prepared before it is forked."""

    def prepare(self) -> None: ...
    def __call__(self, connection: Connection) -> None: ...


_NUMBER = struct.Struct("q")
_FORK, _REAP = b"f", b"r"


@dataclass(slots=True, eq=False)
class Worker:
    """A process at the other end of ``connection``, the number of documents sent to it, and whether it is ready."""

    connection: Connection
    pid: int
    handle: Any = None
    documents: int = field(default=0)
    is_ready: bool = False


class WorkerStarter(Protocol):
    """Starts workers and reaps them."""

    def start(self) -> Worker: ...
    def reap(self, worker: Worker) -> int: ...
    def close(self) -> None: ...


def open_starter(work: Work) -> WorkerStarter:
    """A fork server on Linux, a spawner on other systems."""
    return ForkServer(work) if sys.platform == "linux" else Spawner(work)


class ForkServer:
    """The process that forks workers. Create it before the main process has files, locks or threads of its own."""

    def __init__(self, work: Work) -> None:
        self._socket, theirs = socket.socketpair()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about forks with threads, since Python 3.12
            self.pid = os.fork()
        if not self.pid:
            _never_return(lambda: _serve(theirs, self._socket, work))
        theirs.close()

    def start(self) -> Worker:
        """Start a worker. Raises `CleanerError` if the fork server has ended."""
        ours, theirs = Pipe()
        with _server_errors():
            socket.send_fds(self._socket, [_FORK], [theirs.fileno()])
        theirs.close()
        return Worker(ours, self._number())

    def reap(self, worker: Worker) -> int:
        """End a worker if it is still running. Returns its status as `os.waitpid` does.

        Raises `CleanerError` if the fork server has ended.
        """
        worker.connection.close()
        with _server_errors():
            self._socket.sendall(_REAP + _NUMBER.pack(worker.pid))
        return self._number()

    def close(self) -> None:
        """End the fork server and all its workers."""
        self._socket.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _number(self) -> int:
        with _server_errors():
            data = _exactly(self._socket, _NUMBER.size)
            if not data:
                raise EOFError
        number: int = _NUMBER.unpack(data)[0]
        return number


@contextlib.contextmanager
def _server_errors() -> Iterator[None]:
    """Turns the errors of a closed connection to the fork server into `CleanerError`."""
    try:
        yield
    except (OSError, EOFError) as error:
        what = "the process that starts workers has ended, perhaps killed because memory ran out"
        raise CleanerError(f"{what}; run the same command again") from error


class Spawner:
    """Starts each worker as a fresh interpreter."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._context = get_context("spawn")

    def start(self) -> Worker:
        """Start a worker."""
        ours, theirs = Pipe()
        process = self._context.Process(target=self._work, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        return Worker(ours, process.pid or 0, process)

    def reap(self, worker: Worker) -> int:
        """End a worker if it is still running. Returns its status as `os.waitpid` does."""
        worker.connection.close()
        worker.handle.join(timeout=0.05)
        worker.handle.kill()
        worker.handle.join()
        code: int = worker.handle.exitcode
        return (-code if code < 0 else code << 8) if os.name == "posix" else code

    def close(self) -> None:
        """Nothing to clean up: each worker is reaped."""


def _serve(requests: socket.socket, main_end: socket.socket, work: Work) -> None:
    """Fork and reap workers on request. When the main process ends for any reason, end all workers."""
    main_end.close()
    _signals_for_children()
    work.prepare()
    gc.freeze()  # existing objects stay shared between processes
    children = set[int]()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the main process has ended
        _answer(requests, work, children)
    for child in children:
        _reaped(child)


def _answer(requests: socket.socket, work: Work, children: set[int]) -> None:
    """Fork and reap workers until the requests end. ``children`` are those that run."""
    while True:
        order, files, _, _ = socket.recv_fds(requests, 1, 1)
        if order == _FORK:
            pid = os.fork()
            if not pid:
                requests.close()
                _never_return(partial(work, Connection(files[0])))
            os.close(files[0])
            children.add(pid)
            requests.sendall(_NUMBER.pack(pid))
        elif order == _REAP and (data := _exactly(requests, _NUMBER.size)):
            pid = _NUMBER.unpack(data)[0]
            children.discard(pid)
            requests.sendall(_NUMBER.pack(_reaped(pid)))
        else:
            return


def _reaped(pid: int) -> int:
    """End a child and reap it. Returns its wait status; if it had already died, the status of that death."""
    done, status = os.waitpid(pid, os.WNOHANG)
    if not done:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    return status


def _signals_for_children() -> None:
    """Ignore Ctrl-C, which the main process handles; let workers die on SIGTERM and on their timers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGPROF", "SIGALRM"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def _never_return(run: Callable[[], None]) -> None:
    """Run a forked process and exit without the exit handlers of its parent."""
    code = 0
    try:
        run()
    except MemoryError:
        code = OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - nothing may return into the frames of the parent
        code = WORKER_FAULT
        traceback.print_exc()
    finally:
        os._exit(code)


def _exactly(source: socket.socket, size: int) -> bytes:
    """Receive ``size`` bytes; empty if the connection closes before."""
    data = b""
    while len(data) < size:
        more = source.recv(size - len(data))
        if not more:
            return b""
        data += more
    return data
