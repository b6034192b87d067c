"""A run: chunks of inputs go to workers, their rows go to files, and the counts add up."""

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
from cleaner.run.options import RunOptions
from cleaner.run.output_state import fingerprint_of, is_whole, state_of
from cleaner.run.pool import Pool, given_up
from cleaner.run.report import Report, describe_run
from cleaner.run.sample import sample_indices
from cleaner.run.update import Finished, changes
from cleaner.run.worker import WorkerLoop

__all__ = ["Batch", "cutting_rules", "dry_run", "run"]

Watch = Callable[[Report, str], None]
"""Called after each chunk with the report so far, and with each message about an input."""

Elsewhere = Callable[[Iterator[Chunk], Cleaning], Iterator[tuple[Chunk, Done]]]
"""Does the work in place of workers of ours: what becomes of each chunk, in order."""

CHECKPOINT_SECONDS = 5.0


def silent(report: Report, message: str) -> None:
    """Watch nothing."""


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
    elsewhere: Elsewhere | None = None,
) -> Report:
    """Clean all documents in ``sources`` into the folder ``output``.

    ``jobs`` worker processes do it; with 0 it is done in this process, where a document that hangs or crashes takes
    the run with it; ``elsewhere`` does it in place of both. Inputs for which a library is missing end the run before
    it begins, or with ``skip_unreadable`` are recorded as failed. A run that broke off goes on from its last
    checkpoint; one that is done is not done again, and its report says ``is_old``. With ``update`` only inputs that are
    new or changed since the finished run in ``output`` are cleaned; the output is the same.

    Raises `ConfigError`, `RuleError` or `OutputError` before anything is written, `WriteError` if writing breaks
    off. Inputs that can't be read are in the report.
    """
    batch = Batch(sources, config, options, jobs=jobs, skip_unreadable=skip_unreadable, elsewhere=elsewhere)
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
    """The report that `run` would give; nothing is written. Raises `ConfigError` or `RuleError`."""
    with Batch(sources, config, options, jobs=jobs, skip_unreadable=skip_unreadable) as batch:
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
        elsewhere: Elsewhere | None = None,
    ) -> None:
        options.check()
        require(CONTAINERS[options.output_format])
        pipeline = config.pipeline()
        packs, profiles = pipeline.packs, pipeline.profiles
        maker = Maker(__version__, pipeline.digest, profiles["text"].name, profiles["html"].name, config.text_format)
        settings = Settings(config, options.columns)
        self.sources, self.options, self.jobs, self.elsewhere = sources, options, jobs, elsewhere
        self.inputs = Inputs(sources, settings, options.input_format)
        if not skip_unreadable:
            self.inputs.refuse_missing_libraries()
        self.cleaning = Cleaning(
            pipeline, settings, maker, options.layout, CONTAINERS[options.output_format].pack, options.max_removed,
            options.ledger,
        )  # fmt: skip
        self.limits = Limits(options.cpu_seconds, options.memory)
        self.rules = cutting_rules(packs)
        self.report = Report(describe_run(sources, config, options, maker), self.rules)
        self.start = Cursor()
        self._old: Finished | None = None
        self._resumed = ""
        self._starter: WorkerStarter | None = None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if self.jobs and not self.elsewhere:  # before any file is open: what is forked would hold its lock
            self._starter = open_starter(WorkerLoop(self.cleaning, self.limits))
            self._open.callback(self._starter.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def old_report(self, output: Path) -> Report | None:
        """The report of this run if it is done and its inputs are what they were."""
        with contextlib.suppress(OSError, LookupError, TypeError, ValueError, OutputError):
            report = Report.from_row(to_row((output / REPORT).read_bytes()), self.rules)
            if report.inputs == self.inputs.digest() and is_whole(output):
                report.is_old = True
                return report
        return None

    def reuse(self, output: Path, fingerprint: str) -> None:
        """Take the rows of unchanged inputs from the finished run in ``output``, if there is one.

        Raises `ConfigError` if a run has no ledger, which tells what is unchanged.
        """
        if not self.options.ledger:
            raise ConfigError("--update needs the ledger to know what has changed; run without --no-ledger")
        if fingerprint_of(output / REPORT) == fingerprint:
            self._old = Finished(output)

    def published(self, output: Path, checkpoint: Checkpoint) -> Report:
        """The report of a run that broke off while its files got their names; now they have them."""
        try:
            publish(output, [row["name"] for row in checkpoint.closed])
        except OSError as error:
            raise OutputError(f"{output}: can't be written: {error.strerror}; run the same command again") from error
        return Report.from_row(checkpoint.report, self.rules)

    def resume(self, folder: Folder, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint. Raises `OutputError` if its parts are damaged."""
        folder.resume(checkpoint)
        self.report = Report.from_row(checkpoint.report, self.rules)
        self.start = checkpoint.cursor
        self.report.read = checkpoint.cursor.read
        self.inputs.saved = (folder.path / CHECKPOINT).stat().st_mtime_ns
        self._resumed = f"resuming after {self.report.done:,} finished {_documents(self.report.done)}"

    def run(self, sink: Sink, watch: Watch, checkpoint_seconds: float = CHECKPOINT_SECONDS) -> Report:
        """Clean what there is; rows go to ``sink``, counts to the report. Raises `OutputError`, `CleanerError`."""
        saved, cursor, reused = time.monotonic(), self.start, 0
        for chunk, done in self._cleaned(self._announced(self._chunks(), watch)):
            sink.add(done, chunk.folder)
            self.report.merge(done.report)
            reused += done.reused
            self.report.read, cursor = chunk.cursor.read, chunk.cursor
            for message in done.messages:
                watch(self.report, message)
            watch(self.report, "")
            if sink.is_shard_full or time.monotonic() - saved >= checkpoint_seconds:
                sink.checkpoint(cursor, self.report)
                saved = time.monotonic()
        self.report.inputs = self.inputs.cursor.inputs
        if self.report.out + self.report.failed != self.inputs.items:
            counts = f"{self.inputs.items} documents in, {self.report.done} out"
            raise CleanerError(f"internal error: {counts}; please report it")
        sink.finish(cursor, self.report)
        if self._old:
            watch(self.report, f"{reused:,} of {self.report.out:,} documents are unchanged and were not cleaned again")
        return self.report

    def _announced(self, chunks: Iterator[Chunk], watch: Watch) -> Iterator[Chunk]:
        """The chunks; that the run goes on is said once the first is there, because then its inputs are the same."""
        first = next(chunks, None)
        if self._resumed:
            watch(self.report, self._resumed)
        if first:
            yield first
            yield from chunks

    def _cleaned(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Done]]:
        if self.elsewhere:
            yield from self.elsewhere(chunks, self.cleaning)
            return
        if not self.jobs:
            for chunk in chunks:
                yield chunk, self._cleaned_here(chunk)
            return
        if self._starter is None:
            raise CleanerError("a batch with workers is to be entered before it is run")
        pool = Pool(self._starter, self.cleaning, self.limits, give_up, jobs=self.jobs)
        yield from pool.run(chunks)

    def _cleaned_here(self, chunk: Chunk) -> Done:
        whole = Done(dict.fromkeys(self.cleaning.kinds, b""))
        for item in chunk.items:
            try:
                whole.add(self.cleaning.plain([item]))
            except MemoryError:
                whole.add(given_up(give_up(item, "needs more memory than there is", "leave it out")))
        return self.cleaning.pack_lines(whole)

    def _chunks(self) -> Iterator[Chunk]:
        only, by_folder = self._sample(), self.options.keep_folders
        chunks = self.inputs.chunks(self.start, done=self.report.done, only=only, by_folder=by_folder)
        if old := self._old:
            chunks = (chunk._replace(items=tuple(map(old.with_old, chunk.items))) for chunk in chunks)
        return chunks

    def _sample(self) -> Collection[int] | None:
        wanted = self.options.sample
        if not wanted:
            return None
        return range(wanted) if STDIN in self.sources else sample_indices(self.inputs.count(), wanted)


def _documents(count: int) -> str:
    return "document" if count == 1 else "documents"


def give_up(item: Item, error: str, cure: str) -> Failed:
    """The row of an item that no worker survived."""
    item = item.payload.item if item.reader == REUSED else item
    id = place(item.source, item.record)
    return Failed(id, item.source, error, cure, _sha256(item), item.record)


def _sha256(item: Item) -> str:
    """Of the bytes of an item; of a row of columns, of it as a line."""
    payload = item.payload
    if isinstance(payload, os.PathLike):
        with contextlib.suppress(OSError), open(payload, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return ""
    data = payload if isinstance(payload, bytes) else getattr(payload, "body", None)
    return hashlib.sha256(to_line(json_ready(payload)) if data is None else data).hexdigest()


def cutting_rules(packs: Packs) -> tuple[str, ...]:
    """The ids of the rules and sections that can speak for a cut."""
    return tuple(rule.id for rule in packs.rules if rule.score > 0) + tuple(s.id for s in packs.sections)
