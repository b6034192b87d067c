"""Send chunks to workers, return results in order, and handle workers that die.

A chunk whose worker died is split: each of its documents is sent to a worker alone. A document that kills a worker
again is recorded as failed, and all others are cleaned. Results are yielded in the order of the chunks, whichever
worker was faster.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from cleaner.errors import CleanerError
from cleaner.inputs.records import Failed, Item
from cleaner.json_lines import to_line
from cleaner.run.chunks import Chunk
from cleaner.run.cleaning import Cleaning, Done
from cleaner.run.fork_server import Worker, WorkerStarter
from cleaner.run.limits import Limits, is_from_outside

RENEW_AFTER = 20_000
"""Documents after which a worker is replaced, so that memory leaks of libraries do not add up."""
_AHEAD = 4  # chunks in progress per worker
_BYTES_AHEAD = 48_000_000  # bytes in all chunks in progress
_TRIES_ALONE = 1
_TRIES_IF_KILLED = 3  # a kill from outside says little about a document
_MAX_FAILED_STARTS = 3  # workers in a row that die before their first message


@dataclass(slots=True)
class _Slot:
    """A chunk in progress. Once it is split, ``parts`` are the results of its documents."""

    chunk: Chunk
    done: Done | None = None
    parts: list[Done | None] = field(default_factory=list)


@dataclass(slots=True)
class _Task:
    slot: _Slot
    document: int = -1  # index in a split chunk; -1: the whole chunk
    deaths: int = 0

    @property
    def items(self) -> tuple[Item, ...]:
        items = self.slot.chunk.items
        return items if self.document < 0 else items[self.document : self.document + 1]


class Pool:
    """Workers that clean chunks. The caller owns the worker source; closing it ends the workers."""

    def __init__(
        self,
        starter: WorkerStarter,
        cleaning: Cleaning,
        limits: Limits,
        as_failed: Callable[[Item, str, str], Failed],
        *,
        jobs: int,
        renew_after: int = RENEW_AFTER,
    ) -> None:
        """``as_failed`` returns the failed row of an item that killed its workers, from item, cause and cure."""
        self._starter, self._cleaning, self._limits, self._give_up = starter, cleaning, limits, as_failed
        self._jobs, self._renew_after = jobs, renew_after
        self._idle: list[Worker] = []
        self._busy: dict[Worker, _Task] = {}
        self._retries: deque[_Task] = deque()
        self._slots: deque[_Slot] = deque()
        self._failed_starts = 0
        self._is_exhausted = False

    def run(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Done]]:
        """Yield each chunk with its results, in order. Raises `CleanerError` if workers die as soon as they start."""
        while True:
            while len(self._busy) < self._jobs and (task := self._next(chunks)):
                self._send(task)
            while self._slots and self._slots[0].done:
                slot = self._slots.popleft()
                yield slot.chunk, slot.done or Done()
            if self._busy:
                self._receive()
            elif self._is_exhausted and not self._retries and not self._slots:
                return

    def _next(self, chunks: Iterator[Chunk]) -> _Task | None:
        """The next task: a retry, else the next chunk unless too many results wait for a slow one, else None."""
        if self._retries:
            return self._retries.popleft()
        waiting = sum(slot.chunk.size for slot in self._slots)
        if self._is_exhausted or len(self._slots) >= _AHEAD * self._jobs or waiting > _BYTES_AHEAD:
            return None
        chunk = next(chunks, None)
        if chunk is None:
            self._is_exhausted = True
            return None
        self._slots.append(_Slot(chunk))
        return _Task(self._slots[-1])

    def _send(self, task: _Task) -> None:
        """Send a task to a worker. A worker that died while idle is replaced; that counts against no document."""
        while True:
            worker = self._idle.pop() if self._idle else self._starter.start()
            try:
                worker.connection.send((task.items, task.document < 0))
            except OSError:
                self._count_failed_start(worker)
                self._starter.reap(worker)
                continue
            worker.documents += len(task.items)
            self._busy[worker] = task
            return

    def _receive(self) -> None:
        """Wait for workers and take their results."""
        by_connection = {worker.connection: worker for worker in self._busy}
        for connection in wait(list(by_connection)):
            worker = by_connection[connection]  # type: ignore[index]
            task = self._busy.pop(worker)
            try:
                done = worker.connection.recv()
            except (EOFError, OSError):
                self._count_failed_start(worker)
                self._died(task, self._starter.reap(worker))
            else:
                self._failed_starts = 0
                self._busy_or_done(worker, task, done)

    def _busy_or_done(self, worker: Worker, task: _Task, done: Done | None) -> None:
        """A worker's first message only says that it is ready."""
        if done is None:
            worker.is_ready = True
            self._busy[worker] = task
        else:
            self._finished(task, done)
            self._rest(worker)

    def _rest(self, worker: Worker) -> None:
        if worker.documents < self._renew_after:
            self._idle.append(worker)
        else:
            self._starter.reap(worker)

    def _died(self, task: _Task, status: int) -> None:
        """Split the chunk of a worker that died, try its document again, or record the document as failed."""
        if task.document < 0:
            count = len(task.items)
            task.slot.parts = [None] * count
            self._retries.extend(_Task(task.slot, n) for n in range(count))
            return
        task.deaths += 1
        if task.deaths < (_TRIES_IF_KILLED if is_from_outside(status) else _TRIES_ALONE):
            self._retries.append(task)
            return
        failed = self._give_up(task.items[0], *self._limits.cause(status))
        self._finished(task, failed_result(failed))

    def _finished(self, task: _Task, done: Done) -> None:
        slot = task.slot
        if task.document < 0:
            slot.done = done
            return
        slot.parts[task.document] = done
        if None not in slot.parts:
            whole = Done(dict.fromkeys(self._cleaning.kinds, b""))
            for part in slot.parts:
                whole.add(part or Done())
            slot.done = self._cleaning.pack_lines(whole)

    def _count_failed_start(self, worker: Worker) -> None:
        self._failed_starts += not worker.is_ready
        if self._failed_starts >= _MAX_FAILED_STARTS:
            raise CleanerError("workers die as soon as they start; run with --jobs 0 to see why")


def failed_result(failed: Failed) -> Done:
    """The result of an item that killed its workers."""
    done = Done(failed=to_line(failed._asdict()), messages=[failed.message])
    done.report.add_failed()
    return done
