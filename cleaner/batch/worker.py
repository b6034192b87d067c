"""What a worker process does: take items, clean them, send what became of them, until nobody asks any more."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from cleaner.batch.cleaning import Cleaning, Done
from cleaner.batch.limits import OUT_OF_MEMORY, Limits
from cleaner.batch.records import Item

_GC_THRESHOLDS = (50_000, 20, 20)  # documents leave few cycles behind, and looking for them costs a tenth


@dataclass(frozen=True, slots=True)
class Serving:
    """The work of a worker. A task is items and whether their lines are to be packed."""

    cleaning: Cleaning
    limits: Limits

    def prepare(self) -> None:
        """Load what every worker needs: once, before it is forked, and before its memory is bounded."""
        self.cleaning.pipeline.warm_up()

    def __call__(self, connection: Connection) -> None:
        self.prepare()
        self.limits.bind_memory()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)
        try:
            connection.send(None)  # I am there
            while True:
                items, is_packed = connection.recv()
                connection.send(self._cleaned(items, is_packed=is_packed))
        except EOFError:
            return
        except (BrokenPipeError, ConnectionResetError):
            return  # the main process is gone
        except MemoryError:
            os._exit(OUT_OF_MEMORY)

    def _cleaned(self, items: Sequence[Item], *, is_packed: bool) -> Done:
        try:
            done = self.cleaning.plain(items, self.limits.begin)
        finally:
            self.limits.end()
        return self.cleaning.pack_lines(done) if is_packed else done
