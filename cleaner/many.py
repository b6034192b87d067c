"""Many documents, in order and in bounded memory, in this process or in several."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from cleaner.errors import CleanerError

_Task = TypeVar("_Task")
_Done = TypeVar("_Done")

_CHUNK = 16  # documents that a process is given at once
_CHUNK_SIZE = 1_000_000  # characters or bytes of them
_AHEAD = 2  # chunks in the making for each process
_DIED = (
    "a worker process ended: a document may need more memory than there is, or the script that started the workers "
    "lacks `if __name__ == '__main__':`; without workers= the work is done in this process"
)


def in_processes(
    work: Callable[[_Task], _Done], tasks: Iterable[_Task], workers: int, size: Callable[[_Task], int]
) -> Iterator[_Done]:
    """What ``work`` makes of each task, in order, in ``workers`` processes.

    No more tasks are taken than keep the processes busy. They are started by a server that was started itself before
    any thread of ours, or anew: forking a process with threads may hang. Raises `CleanerError` if a process dies.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    pool = ProcessPoolExecutor(workers, context, _prepare, (work,))
    waiting: deque[Future[list[_Done]]] = deque()
    try:
        for chunk in _chunks(tasks, size):
            waiting.append(_submitted(pool, chunk))
            if len(waiting) >= _AHEAD * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise CleanerError(_DIED) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, chunk: list[Any]) -> Future[list[Any]]:
    try:
        return pool.submit(_work, chunk)
    except OSError as error:  # it starts processes, and one may end before it has heard what to do
        raise CleanerError(_DIED) from error


def _chunks(tasks: Iterable[_Task], size: Callable[[_Task], int]) -> Iterator[list[_Task]]:
    chunk: list[_Task] = []
    total = 0
    for task in tasks:
        chunk.append(task)
        total += size(task)
        if len(chunk) >= _CHUNK or total >= _CHUNK_SIZE:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk


_prepared: list[Callable[[Any], Any]] = []
"""What a worker process does; set once in each."""


def _prepare(work: Callable[[Any], Any]) -> None:
    _prepared[:] = [work]


def _work(chunk: list[Any]) -> list[Any]:
    (work,) = _prepared
    return [work(task) for task in chunk]
