"""Many documents, in order and in bounded memory, in this process or in several."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, NamedTuple, TypeVar

from cleaner.errors import CleanerError

_Task = TypeVar("_Task")
_Done = TypeVar("_Done")

_CHUNK = 16  # documents that a process is given at once
_CHUNK_SIZE = 1_000_000  # characters or bytes of them
_AHEAD = 2  # chunks in the making for each process
_DIED = (
    "a worker process ended at document {} (the first is 0): the document may need more memory than there is, or the "
    "script that started the workers lacks `if __name__ == '__main__':`; without workers= the work is done in this "
    "process"
)


class _Made(NamedTuple):
    """What became of a chunk: what was made of its tasks, up to the one that raised ``error``, if one did."""

    done: list[Any]
    error: Exception | None = None


def in_processes(
    work: Callable[[_Task], _Done], tasks: Iterable[_Task], workers: int, size: Callable[[_Task], int]
) -> Iterator[_Done]:
    """What ``work`` makes of each task, in order, in ``workers`` processes.

    No more tasks are taken than keep the processes busy. They are started by a server that was started itself before
    any thread of ours, or started anew: forking a process with threads may hang.

    Raises what ``tasks`` or ``work`` raises, after what was made of all tasks before. If a process dies, the unfinished
    tasks and those after them are done in a single new process, one at a time. Raises `CleanerError` with the number of
    the task if that dies too.
    """
    pool, alone = _pool(work, workers), _pool(work, 1)  # processes start with the first task
    waiting: deque[tuple[Future[_Made], list[_Task]]] = deque()
    ended: list[Exception] = []
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
        for chunk in _chunks(tasks, size, ended):
            waiting.append((_submitted(pool, chunk), chunk))
            if len(waiting) >= _AHEAD * workers:
                yield from finished()
        while waiting:
            yield from finished()
        for error in ended:
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
    except (BrokenProcessPool, OSError) as error:  # it starts processes, and one may end before it gets its task
        broken: Future[_Made] = Future()
        broken.set_exception(error if isinstance(error, BrokenProcessPool) else BrokenProcessPool(str(error)))
        return broken


def _results(alone: ProcessPoolExecutor, future: Future[_Made], chunk: list[Any]) -> Iterator[_Made]:
    """What was made of ``chunk``; if its process died or it can't be sent, task by task in ``alone``."""
    try:
        made = future.result()
    except Exception:  # noqa: BLE001 - which of the tasks it was shows below
        for task in chunk:
            yield _submitted(alone, [task]).result()
    else:
        yield made


def _chunks(tasks: Iterable[_Task], size: Callable[[_Task], int], ended: list[Exception]) -> Iterator[list[_Task]]:
    """The tasks in chunks. What ``tasks`` raises is put into ``ended``, after the last chunk."""
    chunk: list[_Task] = []
    total = 0
    try:
        for task in tasks:
            chunk.append(task)
            total += size(task)
            if len(chunk) >= _CHUNK or total >= _CHUNK_SIZE:
                yield chunk
                chunk, total = [], 0
    except Exception as error:  # noqa: BLE001 - whatever a user's iterable raises; raised in its turn
        ended.append(error)
    if chunk:
        yield chunk


_prepared: list[Callable[[Any], Any]] = []
"""What a worker process does; set once in each."""


def _prepare(work: Callable[[Any], Any]) -> None:
    _prepared[:] = [work]


def _work(chunk: list[Any]) -> _Made:
    (work,) = _prepared
    done: list[Any] = []
    for task in chunk:
        try:
            done.append(work(task))
        except Exception as error:  # noqa: BLE001 - raised where the results are taken, in its turn
            return _Made(done, error)
    return _Made(done)
