"""Work on many tasks in several processes, in order and in bounded memory."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any, NamedTuple, TypeVar

from cleaner.errors import CleanerError

_Task = TypeVar("_Task")
_Done = TypeVar("_Done")

_CHUNK = 16  # documents that a process receives at once
_CHUNK_SIZE = 1_000_000  # characters or bytes of a chunk
_CHUNKS_PER_WORKER = 2  # in progress at once
_DIED = (
    "a worker process died at document {} (the first is 0): the document may need more memory than is available, or "
    "the script that started the workers lacks `if __name__ == '__main__':`; leave out workers= to work in this process"
)


class _Made(NamedTuple):
    """The results of a chunk, up to the task that raised ``error``, if one did."""

    done: list[Any]
    error: Exception | None = None


def in_processes(
    work: Callable[[_Task], _Done], tasks: Iterable[_Task], workers: int, size: Callable[[_Task], int]
) -> Iterator[_Done]:
    """Yield the result of ``work`` for each task, in order, computed in ``workers`` processes.

    ``size`` returns the size of a task in characters or bytes. Tasks are read only as fast as the processes need them.
    A fork server starts the processes, or they are spawned, because forking a process with threads may hang.

    Raises what ``tasks`` or ``work`` raises, after the results of all earlier tasks. If a process dies, the unfinished
    tasks and all later ones run in a single new process, one at a time. Raises `CleanerError` with the number of the
    task if that process dies, too.
    """
    pool, alone = _pool(work, workers), _pool(work, 1)  # processes start with the first task
    waiting: deque[tuple[Future[_Made], list[_Task]]] = deque()
    errors: list[Exception] = []
    count = 0

    def finished() -> Iterator[_Done]:
        nonlocal count
        try:
            for made in _results(alone, *waiting.popleft()):
                for done in made.done:
                    count += 1
                    yield done
                if made.error is not None:
                    raise made.error
        except BrokenProcessPool as error:
            raise CleanerError(_DIED.format(count)) from error

    try:
        for chunk in _chunks(tasks, size, errors):
            waiting.append((_submitted(pool, chunk), chunk))
            if len(waiting) >= _CHUNKS_PER_WORKER * workers:
                yield from finished()
        while waiting:
            yield from finished()
        for error in errors:
            raise error
    finally:
        for one in (pool, alone):
            one.shutdown(wait=False, cancel_futures=True)


def _pool(work: Callable[[Any], Any], workers: int) -> ProcessPoolExecutor:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    return ProcessPoolExecutor(workers, context, _prepare, (work,))


def _submitted(pool: ProcessPoolExecutor, chunk: list[Any]) -> Future[_Made]:
    try:
        return pool.submit(_work, chunk)
    except (
        BrokenProcessPool,
        OSError,
    ) as error:  # submitting starts processes, and one may die before it gets its task
        broken: Future[_Made] = Future()
        broken.set_exception(error if isinstance(error, BrokenProcessPool) else BrokenProcessPool(str(error)))
        return broken


def _results(alone: ProcessPoolExecutor, future: Future[_Made], chunk: list[Any]) -> Iterator[_Made]:
    """Yield the results of ``chunk``. If its process died or it can't be sent, they run one by one in ``alone``."""
    try:
        made = future.result()
    except Exception:  # noqa: BLE001 - the loop shows which task it was
        for task in chunk:
            yield _submitted(alone, [task]).result()
    else:
        yield made


def _chunks(tasks: Iterable[_Task], size: Callable[[_Task], int], errors: list[Exception]) -> Iterator[list[_Task]]:
    """Yield the tasks in chunks. An error that ``tasks`` raises is added to ``errors``, and ends the chunks."""
    chunk: list[_Task] = []
    total = 0
    try:
        for task in tasks:
            chunk.append(task)
            total += size(task)
            if len(chunk) >= _CHUNK or total >= _CHUNK_SIZE:
                yield chunk
                chunk, total = [], 0
    except Exception as error:  # noqa: BLE001 - a user's iterable may raise anything; it is raised later, in order
        errors.append(error)
    if chunk:
        yield chunk


_prepared: list[Callable[[Any], Any]] = []
"""The work of this worker process; `_prepare` sets it once."""


def _prepare(work: Callable[[Any], Any]) -> None:
    _prepared[:] = [work]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the main process. A killed one can't end its workers, which would wait for tasks forever."""
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _work(chunk: list[Any]) -> _Made:
    (work,) = _prepared
    done: list[Any] = []
    for task in chunk:
        try:
            done.append(work(task))
        except Exception as error:  # noqa: BLE001 - raised in the main process, in order
            return _Made(done, error)
    return _Made(done)
