"""`cleaner run` on an engine: the same files, the same output, the work done by Spark or Ray.

Files are found and rows are written here; reading and cleaning is what the engine's workers do, so they must see the
files under the same paths. Rows come back as the lines they will be, in the order of the inputs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from cleaner.batch.jsonl import to_line, to_row
from cleaner.batch.readers import STDIN, Failed, Found, Source, find, read
from cleaner.batch.report import Report, describe_run
from cleaner.batch.runner import Watch, cutting_rules, silent
from cleaner.batch.writers import Folder, refuse_folder
from cleaner.config import Config
from cleaner.errors import ConfigError, InputError, refuse_unknown
from cleaner.etl.arrow import pa
from cleaner.etl.engines import PLACES, need
from cleaner.etl.rows import cleaner_of

_BATCH = 64
_COLUMNS = ("at", "document", "ledger", "failed")


def run(
    sources: Sequence[str],
    output: Path,
    config: Config,
    *,
    on: str,
    overwrite: bool = False,
    watch: Watch = silent,
) -> Report:
    """Clean all documents in ``sources`` into the folder ``output``, on the engine ``on``: ``ray`` or ``spark``.

    The files are those of a run on this machine, byte for byte. Raises what `cleaner.batch.runner.run` does, and
    `ConfigError` if the engine is not installed.
    """
    refuse_unknown("engine to run on", on, tuple(_ENGINES))
    need(PLACES[on])
    if STDIN in sources:
        raise ConfigError(f"stdin can't be handed to {on}; write it to a file")
    config = replace(config, rules=tuple(map(os.path.abspath, config.rules)))
    start = _ENGINES[on]
    cleaner = cleaner_of(config)
    report = Report(describe_run(sources, config, cleaner.maker), cutting_rules(cleaner.pipeline.packs))
    found = list(find(sources))
    refuse_folder(output, sources, report.run["fingerprint"], overwrite=overwrite)
    files = [
        (n, item.id, os.path.abspath(item.path))
        for n, item in enumerate(found)
        if isinstance(item, Source) and item.path is not None
    ]
    with Folder(output) as folder:
        rows = start(files, partial(_clean_files, config=config))
        for item in found:
            watch(report, _write(item, rows, folder, report))
        folder.finish(report.row())
    return report


def _write(item: Found, rows: Iterator[dict[str, Any]], folder: Folder, report: Report) -> str:
    """Deal with one input: its row comes from the engine, or is told here."""
    if isinstance(item, Source):
        row = next(rows)
        if row["document"]:
            document, ledger = to_row(row["document"]), to_row(row["ledger"])
            folder.add(document, ledger)
            report.add(document, ledger)
            return f"{item.id}: {document['warnings'][-1]}" if document["status"] == "passed_through" else ""
        failed = Failed(**to_row(row["failed"]))
    elif isinstance(item, Failed):
        failed = item
    else:
        report.warnings.append(f"{item.name}: skipped, {item.reason}")
        return report.warnings[-1]
    folder.add_failed(failed._asdict())
    report.add_failed()
    return "; ".join(filter(None, (f"{failed.source}: {failed.error}", failed.cure)))


def _clean_files(table: Any, *, config: Config) -> Any:
    """What a worker does: the lines of each file of a table of number, id and path."""
    rows = [(row["at"], *_lines(row["id"], Path(row["path"]), config)) for row in table.to_pylist()]
    return pa.Table.from_pylist([dict(zip(_COLUMNS, row, strict=True)) for row in rows], schema=_schema())


def _lines(id: str, path: Path, config: Config) -> tuple[bytes, bytes, bytes]:
    data = b""
    try:
        data = read(Source(id, path), config.max_bytes)
        document, ledger = cleaner_of(config).rows(id, data)
    except InputError as error:
        what, _, cure = str(error).partition("; ")
        failed = Failed(id, id, what, cure, hashlib.sha256(data).hexdigest() if data else "")
        return b"", b"", to_line(failed._asdict())
    return to_line(document), to_line(ledger), b""


def _schema() -> Any:
    return pa.schema([(_COLUMNS[0], pa.int64()), *((name, pa.binary()) for name in _COLUMNS[1:])])


Files = Sequence[tuple[int, str, str]]
Work = Callable[[Any], Any]


def _on_ray(files: Files, work: Work) -> Iterator[dict[str, Any]]:
    from ray import data as ray_data

    context = ray_data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    dataset = ray_data.from_arrow(_table(files)).repartition(max(1, len(files) // _BATCH))
    cleaned = dataset.map_batches(work, batch_format="pyarrow", batch_size=_BATCH)
    return _in_order(cleaned.iter_rows(), files)


def _on_spark(files: Files, work: Work) -> Iterator[dict[str, Any]]:
    from pyspark.sql import SparkSession
    from pyspark.sql.pandas.types import from_arrow_schema

    session = SparkSession.builder.appName("cleaner").getOrCreate()
    frame = session.createDataFrame(list(files) or [(0, "", "")], "at long, id string, path string").limit(len(files))

    def part(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            yield from work(pa.Table.from_batches([batch])).to_batches()

    cleaned = frame.repartitionByRange(max(1, len(files) // _BATCH), "at").sortWithinPartitions("at")
    rows = cleaned.mapInArrow(part, from_arrow_schema(_schema())).toLocalIterator()
    return _in_order((row.asDict() for row in rows), files)


def _in_order(rows: Iterable[dict[str, Any]], files: Files) -> Iterator[dict[str, Any]]:
    """The rows, after checking that each is that of its file: an engine that sorts otherwise must not go unseen."""
    for (at, id, _), row in zip(files, rows, strict=True):
        if row["at"] != at:
            raise ConfigError(f"the engine gave back another row than that of {id}; run on this machine, and report it")
        yield row


def _table(files: Files) -> Any:
    kinds = pa.schema([("at", pa.int64()), ("id", pa.string()), ("path", pa.string())])
    return pa.Table.from_pylist([dict(zip(kinds.names, file, strict=True)) for file in files], schema=kinds)


_ENGINES: dict[str, Callable[[Files, Work], Iterator[dict[str, Any]]]] = {"ray": _on_ray, "spark": _on_spark}
