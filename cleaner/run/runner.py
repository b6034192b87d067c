"""A run: send chunks of inputs to workers, write their rows to files, and add up the counts."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Self

from cleaner import __version__
from cleaner.config import Config
from cleaner.errors import CleanerError, ConfigError, OutputError
from cleaner.inputs.columns import json_ready
from cleaner.inputs.find import CHECKPOINT, REPORT, STDIN, find, single_files
from cleaner.inputs.formats import Settings
from cleaner.inputs.records import REUSED, Failed, Item, place
from cleaner.json_lines import to_line, to_row
from cleaner.ledger import Maker
from cleaner.outputs.containers import CONTAINERS, require
from cleaner.packs.rule import Packs
from cleaner.run.checkpoint import Checkpoint, load_checkpoint
from cleaner.run.chunks import Chunk, Cursor, Inputs
from cleaner.run.cleaning import Cleaning, Done
from cleaner.run.folder import Folder, NullSink, Sink, publish
from cleaner.run.fork_server import WorkerStarter, open_starter
from cleaner.run.limits import Limits
from cleaner.run.marks import Marker
from cleaner.run.options import RunOptions
from cleaner.run.output_state import fingerprint_of, is_whole, state_of
from cleaner.run.pool import Pool, failed_result
from cleaner.run.report import Report, describe_run
from cleaner.run.sample import sample_indices
from cleaner.run.update import FinishedRun, changes
from cleaner.run.worker import WorkerLoop

__all__ = ["Batch", "cutting_rules", "dry_run", "run"]

Watch = Callable[[Report, str], None]
"""Called after each chunk with the report so far, and with each message about an input."""

Executor = Callable[[Iterator[Chunk], Cleaning], Iterator[tuple[Chunk, Done]]]
"""Cleans chunks in place of our own workers: yields each chunk with its results, in order."""

CHECKPOINT_SECONDS = 5.0
"""The time between checkpoints."""


def silent(report: Report, message: str) -> None:
    """Ignore all messages."""


def run(
    sources: Sequence[str],
    output: Path,
    config: Config,
    options: RunOptions = RunOptions(),  # noqa: B008 - frozen
    *,
    jobs: int = 0,
    overwrite: bool = False,
    skip_unreadable: bool = False,
    update: bool = False,
    watch: Watch = silent,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    executor: Executor | None = None,
) -> Report:
    """Clean all documents in ``sources`` into the folder ``output``.

    ``jobs`` is the number of worker processes. With 0, this process cleans the documents itself, and a document that
    hangs or crashes stops the run. An ``executor`` replaces both. If a library is missing that an input needs, the run
    does not start; with ``skip_unreadable``, such inputs are recorded as failed. An interrupted run resumes from its
    last checkpoint. A finished run is not repeated; its report has ``is_old`` set. With ``update``, only inputs that
    are new or have changed since the finished run in ``output`` are cleaned; the output is the same.

    Raises `ConfigError`, `RuleError` or `OutputError` before anything is written, `WriteError` if writing fails. The
    report counts inputs that can't be read.
    """
    batch = Batch(sources, config, options, jobs=jobs, skip_unreadable=skip_unreadable, executor=executor)
    fingerprint = batch.report.run["fingerprint"]
    inputs = single_files(sources)
    state = state_of(output, sources, fingerprint, inputs=inputs, overwrite=overwrite)
    if state == "done" and (report := batch.old_report(output)):
        return report
    if update:
        batch.reuse(output, fingerprint)
    elif state == "done":
        watch(batch.report, changes(output, find(sources)))
    checkpoint = load_checkpoint(output) if state == "unfinished" else None
    if checkpoint and checkpoint.is_finished:
        return batch.published(output, checkpoint)
    folder = Folder(output, options, fingerprint, inputs=inputs, overwrite=overwrite)
    with batch, folder:
        if checkpoint:
            batch.resume(folder, checkpoint)
        else:
            folder.begin()
        with batch.marker(output):
            return batch.run(folder, watch, checkpoint_seconds)


def dry_run(
    sources: Sequence[str],
    config: Config,
    options: RunOptions = RunOptions(),  # noqa: B008 - frozen
    *,
    jobs: int = 0,
    skip_unreadable: bool = False,
    watch: Watch = silent,
) -> Report:
    """The report that `run` would return; nothing is written. Raises `ConfigError` or `RuleError`."""
    with Batch(sources, config, options, jobs=jobs, skip_unreadable=skip_unreadable) as batch, batch.marker():
        return batch.run(NullSink(), watch)


class Batch:
    """A pipeline, the options of a run, its inputs and its report. A context manager: leaving it ends the workers.

    Raises `ConfigError` or `RuleError`.
    """

    def __init__(
        self,
        sources: Sequence[str],
        config: Config,
        options: RunOptions = RunOptions(),  # noqa: B008 - frozen
        *,
        jobs: int = 0,
        skip_unreadable: bool = False,
        executor: Executor | None = None,
    ) -> None:
        options.check()
        require(CONTAINERS[options.output_format])
        pipeline = config.pipeline()
        packs, profiles = pipeline.packs, pipeline.profiles
        maker = Maker(
            __version__,
            pipeline.digest,
            profiles["text"].name,
            profiles["html"].name,
            config.text_format,
            config.whitespace,
        )
        settings = Settings(config, options.columns)
        self.sources, self.options, self.jobs, self.executor = sources, options, jobs, executor
        self.inputs = Inputs(sources, settings, options.input_format)
        if not skip_unreadable:
            self.inputs.refuse_missing_libraries()
        self.cleaning = Cleaning(
            pipeline, settings, maker, options.layout, CONTAINERS[options.output_format].pack, options.max_removed,
            options.ledger, options.mark_duplicates,
        )  # fmt: skip
        self.limits = Limits(options.cpu_seconds, options.memory)
        self.rules = cutting_rules(packs)
        self.report = Report(describe_run(sources, config, options, maker), self.rules)
        self.start = Cursor()
        self._old: FinishedRun | None = None
        self._marker: Marker | None = None
        self._resumed = ""
        self._starter: WorkerStarter | None = None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if self.jobs and not self.executor:  # before any file is open: a forked process would inherit it with its lock
            self._starter = open_starter(WorkerLoop(self.cleaning, self.limits))
            self._open.callback(self._starter.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def old_report(self, output: Path) -> Report | None:
        """The report of this run if it is finished and its inputs are unchanged; else None."""
        with contextlib.suppress(OSError, LookupError, TypeError, ValueError, OutputError):
            report = Report.from_row(to_row((output / REPORT).read_bytes()), self.rules)
            if report.inputs == self.inputs.digest() and is_whole(output):
                report.is_old = True
                return report
        return None

    def reuse(self, output: Path, fingerprint: str) -> None:
        """Take the rows of unchanged inputs from the finished run in ``output``, if there is one.

        Raises `ConfigError` if the run has no ledger, which records what its rows depend on.
        """
        if not self.options.ledger:
            raise ConfigError("--update needs the ledger to know what has changed; run without --no-ledger")
        if fingerprint_of(output / REPORT) == fingerprint:
            self._old = FinishedRun(output)

    def published(self, output: Path, checkpoint: Checkpoint) -> Report:
        """Finish a run that was interrupted while its files were renamed. Returns its report.

        Raises `OutputError` if renaming fails.
        """
        try:
            publish(output, [row["name"] for row in checkpoint.closed])
        except OSError as error:
            raise OutputError(f"{output}: can't be written: {error.strerror}; run the same command again") from error
        return Report.from_row(checkpoint.report, self.rules)

    def resume(self, folder: Folder, checkpoint: Checkpoint) -> None:
        """Resume from a checkpoint. Raises `OutputError` if its parts are damaged."""
        folder.resume(checkpoint)
        self.report = Report.from_row(checkpoint.report, self.rules)
        self.start = checkpoint.cursor
        self.report.read = checkpoint.cursor.read
        self.inputs.saved = (folder.path / CHECKPOINT).stat().st_mtime_ns
        self._resumed = f"resuming after {self.report.done:,} finished {_documents(self.report.done)}"

    def marker(self, folder: Path | None = None) -> contextlib.AbstractContextManager[Marker | None]:
        """What marks duplicates during the run, if that is asked for; ``folder`` is that of the output.

        Raises `OutputError` if its file can't be used.
        """
        if self.options.mark_duplicates:
            self._marker = Marker(self.cleaning, folder, self.report.out)
        return self._marker or contextlib.nullcontext()

    def run(self, sink: Sink, watch: Watch, checkpoint_seconds: float = CHECKPOINT_SECONDS) -> Report:
        """Clean the inputs; write rows to ``sink`` and add counts to the report, which is returned.

        Raises `OutputError` if writing fails, `CleanerError` if workers die at their start or the counts differ.
        """
        saved, cursor, reused = time.monotonic(), self.start, 0
        for chunk, done in self._cleaned(self._announced(self._chunks(), watch)):
            if self._marker:
                self._marker.mark(done)
            sink.add(done, chunk.folder)
            self.report.merge(done.report)
            reused += done.reused
            self.report.read, cursor = chunk.cursor.read, chunk.cursor
            for message in done.messages:
                watch(self.report, message)
            watch(self.report, "")
            if sink.is_shard_full or time.monotonic() - saved >= checkpoint_seconds:
                if self._marker:
                    self._marker.save()  # before the checkpoint, which may count less than it has, but not more
                sink.checkpoint(cursor, self.report)
                saved = time.monotonic()
        self.report.inputs = self.inputs.cursor.inputs
        if self.report.out + self.report.failed != self.inputs.items:
            counts = f"{self.inputs.items} documents in, {self.report.done} out"
            raise CleanerError(f"internal error: {counts}; please report it")
        if self._marker:
            self._marker.close()
        sink.finish(cursor, self.report)
        if self._old:
            watch(self.report, f"{reused:,} of {self.report.out:,} documents are unchanged and were not cleaned again")
        return self.report

    def _announced(self, chunks: Iterator[Chunk], watch: Watch) -> Iterator[Chunk]:
        """The chunks. The run reports that it resumes with the first one, when its inputs are known to be unchanged."""
        first = next(chunks, None)
        if self._resumed:
            watch(self.report, self._resumed)
        if first:
            yield first
            yield from chunks

    def _cleaned(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Done]]:
        if self.executor:
            yield from self.executor(chunks, self.cleaning)
            return
        if not self.jobs:
            for chunk in chunks:
                yield chunk, self._cleaned_here(chunk)
            return
        if self._starter is None:
            raise CleanerError("internal error: a batch with workers was run outside its context; please report it")
        pool = Pool(self._starter, self.cleaning, self.limits, as_failed, jobs=self.jobs)
        yield from pool.run(chunks)

    def _cleaned_here(self, chunk: Chunk) -> Done:
        whole = Done(dict.fromkeys(self.cleaning.kinds, b""))
        for item in chunk.items:
            try:
                whole.add(self.cleaning.plain([item]))
            except MemoryError:
                whole.add(failed_result(as_failed(item, "needs more memory than there is", "exclude it")))
        return self.cleaning.pack_lines(whole)

    def _chunks(self) -> Iterator[Chunk]:
        """The chunks to clean, with the rows of an earlier run if there are any."""
        only, by_folder = self._sample(), self.options.keep_folders
        chunks = self.inputs.chunks(self.start, done=self.report.done, only=only, by_folder=by_folder)
        if old := self._old:
            chunks = (chunk._replace(items=tuple(map(old.with_old, chunk.items))) for chunk in chunks)
        return chunks

    def _sample(self) -> Collection[int] | None:
        """The numbers of the items to clean; None: all."""
        wanted = self.options.sample
        if not wanted:
            return None
        return range(wanted) if STDIN in self.sources else sample_indices(self.inputs.count(), wanted)


def _documents(count: int) -> str:
    return "document" if count == 1 else "documents"


def as_failed(item: Item, error: str, cure: str) -> Failed:
    """The failed row of an item, from cause and cure."""
    item = item.payload.item if item.reader == REUSED else item
    id = place(item.source, item.record)
    return Failed(id, item.source, error, cure, _sha256(item), item.record)


def _sha256(item: Item) -> str:
    """The hash of the bytes of an item; for a row of columns, the hash of the row as a line."""
    payload = item.payload
    if isinstance(payload, os.PathLike):
        with contextlib.suppress(OSError), open(payload, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return ""
    data = payload if isinstance(payload, bytes) else getattr(payload, "body", None)
    return hashlib.sha256(to_line(json_ready(payload)) if data is None else data).hexdigest()


def cutting_rules(packs: Packs) -> tuple[str, ...]:
    """The ids of the rules and sections that can cut."""
    return tuple(rule.id for rule in packs.rules if rule.score > 0) + tuple(s.id for s in packs.sections)
