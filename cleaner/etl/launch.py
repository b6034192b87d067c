"""`cleaner run` on an engine: the same inputs, the same output, the work done by Spark or Ray.

Inputs are told apart and files are written here, chunk by chunk, with checkpoints as in any run; reading, cleaning and
compressing is what the engine's workers do. Files go to them by path, so they must see them under the same ones; rows
of JSON lines, CSV, Parquet and WARC go by themselves. The engine retries what a dead worker had.
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

_AHEAD = 4  # chunks in the making for each core of the engine

Work = Callable[[bytes], bytes]
"""Pickled items in, what became of them out, pickled. Both ends are processes of this run."""


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

    The files are those of a run on this machine, byte for byte. Raises what `cleaner.run.runner.run` does, and
    `ConfigError` if the engine is not installed.
    """
    refuse_unknown("engine to run on", on, tuple(_ENGINES))
    need(PLACES[on])
    executor = partial(cleaned, engine=_ENGINES[on])
    how = {"overwrite": overwrite, "skip_unreadable": skip_unreadable, "watch": watch}
    return runner.run(sources, output, config, options, executor=executor, **how)  # type: ignore[arg-type]


def cleaned(
    chunks: Iterator[Chunk], cleaning: Cleaning, engine: Callable[[Iterator[bytes], Work], Iterator[bytes]]
) -> Iterator[tuple[Chunk, Done]]:
    """What becomes of each chunk, in order. No more chunks are asked for than the engine has use for."""
    waiting = deque[Chunk]()

    def told() -> Iterator[bytes]:
        for chunk in chunks:
            waiting.append(chunk)
            yield pickle.dumps([_from_anywhere(item) for item in chunk.items])

    for done in engine(told(), partial(_work, pickle.dumps(cleaning))):
        yield waiting.popleft(), pickle.loads(done)  # noqa: S301 - what our own workers sent


def _from_anywhere(item: Item) -> Item:
    if isinstance(item.payload, os.PathLike):
        return item._replace(payload=Path(os.path.abspath(item.payload)))
    return item


def _work(cleaning: bytes, items: bytes) -> bytes:
    return pickle.dumps(_loaded(cleaning).packed(pickle.loads(items)))  # noqa: S301 - what our own run sent


@lru_cache(maxsize=2)
def _loaded(cleaning: bytes) -> Cleaning:
    """Once in each process of the engine."""
    made: Cleaning = pickle.loads(cleaning)  # noqa: S301
    return made


def _on_ray(tasks: Iterator[bytes], work: Work) -> Iterator[bytes]:
    ray = need("ray")
    if not ray.is_initialized():
        ray.init(logging_level="warning")
    shared = ray.put(work)
    remote = ray.remote(_called)
    waiting: deque[Any] = deque()
    most = _AHEAD * int(ray.cluster_resources().get("CPU", 1))
    for task in tasks:
        waiting.append(remote.remote(shared, task))
        if len(waiting) >= most:
            yield ray.get(waiting.popleft())
    while waiting:
        yield ray.get(waiting.popleft())


def _called(work: Work, task: bytes) -> bytes:
    return work(task)


def _on_spark(tasks: Iterator[bytes], work: Work) -> Iterator[bytes]:
    from pyspark.sql import SparkSession

    context = SparkSession.builder.appName("cleaner").getOrCreate().sparkContext
    most = _AHEAD * context.defaultParallelism
    while window := list(islice(tasks, most)):
        yield from context.parallelize(window, len(window)).map(work).collect()


_ENGINES: dict[str, Callable[[Iterator[bytes], Work], Iterator[bytes]]] = {"ray": _on_ray, "spark": _on_spark}
