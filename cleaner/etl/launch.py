"""`cleaner run` on Spark or Ray, with the same inputs and the same output.

The driver finds the inputs and writes the output, chunk by chunk, with checkpoints as in any run. The workers of the
engine read, clean and compress. They receive files as paths, so each worker must see the files under the same paths.
They receive rows of JSON lines, CSV, Parquet and WARC as data. The engine repeats the work of a worker that died.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

from cleaner.config import Config
from cleaner.errors import refuse_unknown
from cleaner.etl.engines import PLACES, need
from cleaner.inputs.records import Item
from cleaner.run import runner
from cleaner.run.chunks import Chunk
from cleaner.run.cleaning import Cleaning, Done
from cleaner.run.options import RunOptions
from cleaner.run.report import Report
from cleaner.run.runner import Watch, silent

_CHUNKS_PER_CORE = 4  # in progress at once

Work = Callable[[bytes], bytes]
"""A function from pickled items to pickled results. Both ends are processes of this run."""


def run(
    sources: Sequence[str],
    output: Path,
    config: Config,
    options: RunOptions = RunOptions(),  # noqa: B008 - frozen
    *,
    on: str,
    overwrite: bool = False,
    skip_unreadable: bool = False,
    watch: Watch = silent,
) -> Report:
    """Clean all documents in ``sources`` into the folder ``output``, on the engine ``on``: ``ray`` or ``spark``.

    The output is the same as that of a run on this machine, byte for byte. Raises what `cleaner.run.runner.run`
    raises, and `ConfigError` if the engine is unknown or not installed.
    """
    refuse_unknown("engine to run on", on, tuple(_ENGINES))
    need(PLACES[on])
    executor = partial(cleaned, engine=_ENGINES[on])
    how = {"overwrite": overwrite, "skip_unreadable": skip_unreadable, "watch": watch}
    return runner.run(sources, output, config, options, executor=executor, **how)  # type: ignore[arg-type]


def cleaned(
    chunks: Iterator[Chunk], cleaning: Cleaning, engine: Callable[[Iterator[bytes], Work], Iterator[bytes]]
) -> Iterator[tuple[Chunk, Done]]:
    """Yield each chunk with its results, in order. Chunks are read only as fast as the engine accepts them."""
    waiting = deque[Chunk]()

    def tasks() -> Iterator[bytes]:
        for chunk in chunks:
            waiting.append(chunk)
            yield pickle.dumps([_with_absolute_path(item) for item in chunk.items])

    for done in engine(tasks(), partial(_work, pickle.dumps(cleaning))):
        yield waiting.popleft(), pickle.loads(done)  # noqa: S301 - sent by our own workers


def _with_absolute_path(item: Item) -> Item:
    if isinstance(item.payload, os.PathLike):
        return item._replace(payload=Path(os.path.abspath(item.payload)))
    return item


def _work(cleaning: bytes, items: bytes) -> bytes:
    return pickle.dumps(_loaded(cleaning).packed(pickle.loads(items)))  # noqa: S301 - sent by our own run


@lru_cache(maxsize=2)
def _loaded(cleaning: bytes) -> Cleaning:
    """The unpickled cleaning, once in each process of the engine."""
    made: Cleaning = pickle.loads(cleaning)  # noqa: S301
    return made


def _on_ray(tasks: Iterator[bytes], work: Work) -> Iterator[bytes]:
    ray = need("ray")
    if not ray.is_initialized():
        ray.init(logging_level="warning")
    shared = ray.put(work)
    remote = ray.remote(_call)
    waiting: deque[Any] = deque()
    max_waiting = _CHUNKS_PER_CORE * int(ray.cluster_resources().get("CPU", 1))
    for task in tasks:
        waiting.append(remote.remote(shared, task))
        if len(waiting) >= max_waiting:
            yield ray.get(waiting.popleft())
    while waiting:
        yield ray.get(waiting.popleft())


def _call(work: Work, task: bytes) -> bytes:
    return work(task)


def _on_spark(tasks: Iterator[bytes], work: Work) -> Iterator[bytes]:
    from pyspark.sql import SparkSession

    context = SparkSession.builder.appName("cleaner").getOrCreate().sparkContext
    window_size = _CHUNKS_PER_CORE * context.defaultParallelism
    while window := list(islice(tasks, window_size)):
        yield from context.parallelize(window, len(window)).map(work).collect()


_ENGINES: dict[str, Callable[[Iterator[bytes], Work], Iterator[bytes]]] = {"ray": _on_ray, "spark": _on_spark}
