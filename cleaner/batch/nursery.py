"""Where workers come from: a small process, forked before anything is open, that forks one whenever it is asked.

So a worker is there within milliseconds, with the rules compiled, and inherits no file, no lock and no thread of the
main process. Where the system can't fork, each worker starts from nothing.
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

from cleaner.batch.limits import FAULT, OUT_OF_MEMORY
from cleaner.errors import CleanerError


class Work(Protocol):
    """What a worker does until its connection ends, and what may be done before it is forked."""

    def prepare(self) -> None: ...
    def __call__(self, connection: Connection) -> None: ...


_NUMBER = struct.Struct("q")
_FORK, _REAP = b"f", b"r"


@dataclass(slots=True, eq=False)
class Worker:
    """A process at the other end of ``connection``: how many documents it was sent, and whether it has spoken."""

    connection: Connection
    pid: int
    handle: Any = None
    documents: int = field(default=0)
    is_ready: bool = False


class Source(Protocol):
    """Gives workers, and buries them."""

    def start(self) -> Worker: ...
    def bury(self, worker: Worker) -> int: ...
    def close(self) -> None: ...


def open_source(work: Work) -> Source:
    """A nursery, or what does instead of one on other systems than Linux."""
    return Nursery(work) if sys.platform == "linux" else Spawner(work)


class Nursery:
    """The process that forks. To be made before the main process has files, locks or threads of its own."""

    def __init__(self, work: Work) -> None:
        self._socket, theirs = socket.socketpair()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, from Python 3.12 on
            self.pid = os.fork()
        if not self.pid:
            _never_return(lambda: _serve(theirs, self._socket, work))
        theirs.close()

    def start(self) -> Worker:
        """A new worker. Raises `CleanerError` if the nursery is gone."""
        ours, theirs = Pipe()
        with _gone():
            socket.send_fds(self._socket, [_FORK], [theirs.fileno()])
        theirs.close()
        return Worker(ours, self._number())

    def bury(self, worker: Worker) -> int:
        """End a worker, if it has not ended. Returns its status as `os.waitpid` does.

        Raises `CleanerError` if the nursery is gone.
        """
        worker.connection.close()
        with _gone():
            self._socket.sendall(_REAP + _NUMBER.pack(worker.pid))
        return self._number()

    def close(self) -> None:
        """End it and all its workers."""
        self._socket.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _number(self) -> int:
        with _gone():
            data = _exactly(self._socket, _NUMBER.size)
            if not data:
                raise EOFError
        number: int = _NUMBER.unpack(data)[0]
        return number


@contextlib.contextmanager
def _gone() -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError) as error:
        what = "the process that starts workers is gone, perhaps killed for want of memory"
        raise CleanerError(f"{what}; run the same command again") from error


class Spawner:
    """Starts each worker as a fresh interpreter."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._context = get_context("spawn")

    def start(self) -> Worker:
        """A new worker."""
        ours, theirs = Pipe()
        process = self._context.Process(target=self._work, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        return Worker(ours, process.pid or 0, process)

    def bury(self, worker: Worker) -> int:
        """End a worker, if it has not ended. Returns its status as `os.waitpid` does."""
        worker.connection.close()
        worker.handle.join(timeout=0.05)
        worker.handle.kill()
        worker.handle.join()
        code: int = worker.handle.exitcode
        return (-code if code < 0 else code << 8) if os.name == "posix" else code

    def close(self) -> None:
        """Nothing is left to end."""


def _serve(asked: socket.socket, mains: socket.socket, work: Work) -> None:
    """Fork and bury on demand. When the main process is gone, however it went, so are all workers."""
    mains.close()
    _signals_for_children()
    work.prepare()
    gc.freeze()  # what is there stays shared
    children = set[int]()
    while True:
        order, files, _, _ = socket.recv_fds(asked, 1, 1)
        if order == _FORK:
            pid = os.fork()
            if not pid:
                asked.close()
                _never_return(partial(work, Connection(files[0])))
            os.close(files[0])
            children.add(pid)
            asked.sendall(_NUMBER.pack(pid))
        elif order == _REAP and (data := _exactly(asked, _NUMBER.size)):
            pid = _NUMBER.unpack(data)[0]
            children.discard(pid)
            asked.sendall(_NUMBER.pack(_buried(pid)))
        else:
            for child in children:
                _buried(child)
            return


def _buried(pid: int) -> int:
    """End a child; what it died of goes before the kill, if it was dying already."""
    done, status = os.waitpid(pid, os.WNOHANG)
    if not done:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    return status


def _signals_for_children() -> None:
    """Ctrl-C is for the main process, which tells its children; a polite kill is for whom it reaches."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGPROF", "SIGALRM"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def _never_return(run: Callable[[], None]) -> None:
    """Run a forked process to its end, without what its parent would do at its own."""
    code = 0
    try:
        run()
    except MemoryError:
        code = OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - nothing may return into the parent's frames
        code = FAULT
        traceback.print_exc()
    finally:
        os._exit(code)


def _exactly(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = source.recv(size - len(data))
        if not more:
            return b""
        data += more
    return data
