"""The loop of a worker process: receive items, clean them, send the results, until the connection closes."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from cleaner.inputs.records import Item
from cleaner.run.cleaning import Cleaning, Done
from cleaner.run.limits import OUT_OF_MEMORY, Limits

_GC_THRESHOLDS = (50_000, 20, 20)  # documents leave few cycles, and the default thresholds cost a tenth of the time


@dataclass(frozen=True, slots=True)
class WorkerLoop:
    """The loop of a worker. A task is a sequence of items, and whether to compress their lines."""

    cleaning: Cleaning
    limits: Limits

    def prepare(self) -> None:
        """Load what every worker needs: once, before the fork and before the memory limit is set."""
        self.cleaning.pipeline.warm_up()

    def __call__(self, connection: Connection) -> None:
        self.prepare()
        self.limits.bind_memory()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)
        try:
            connection.send(None)  # ready
            while True:
                items, is_packed = connection.recv()
                connection.send(self._cleaned(items, is_packed=is_packed))
        except EOFError:
            return
        except (BrokenPipeError, ConnectionResetError):
            return  # the main process has ended
        except MemoryError:
            os._exit(OUT_OF_MEMORY)

    def _cleaned(self, items: Sequence[Item], *, is_packed: bool) -> Done:
        try:
            done = self.cleaning.plain(items, self.limits.begin)
        finally:
            self.limits.end()
        return self.cleaning.pack_lines(done) if is_packed else done
