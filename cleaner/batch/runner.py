"""The batch loop: one document at a time, whatever befalls a single one."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from cleaner import __version__
from cleaner.batch.readers import STDIN, Failed, Found, Skipped, Source, find, read, refuse_other_kinds
from cleaner.batch.report import Report, describe_run
from cleaner.batch.writers import Folder, Nowhere, Sink, refuse_folder
from cleaner.config import Config
from cleaner.decode import decode
from cleaner.errors import InputError
from cleaner.ledger import Maker, Origin, Row, document_row, ledger_row, verify
from cleaner.model import Document, Result
from cleaner.packs import Packs
from cleaner.pipeline import Pipeline

Watch = Callable[[Report, str], None]
"""Told after each input how far the run is, with a message if there is something to say about the input."""


def silent(report: Report, message: str) -> None:
    """Watch nothing."""


def run(
    sources: Sequence[str], output: Path, config: Config, *, overwrite: bool = False, watch: Watch = silent
) -> Report:
    """Clean all documents in ``sources`` into the folder ``output``.

    Raises `ConfigError`, `RuleError` or `OutputError` before anything is written, `WriteError` if writing breaks
    off; then, as after Ctrl-C, the folder is as it was. Inputs that can't be read are in the report.
    """
    batch = Batch(sources, config)
    refuse_folder(output, sources, batch.report.run["fingerprint"], overwrite=overwrite)
    found = find(sources)
    with Folder(output) as folder:
        return batch.run(found, folder, watch)


def dry_run(sources: Sequence[str], config: Config, *, watch: Watch = silent) -> Report:
    """The report that `run` would give; nothing is written. Raises `ConfigError` or `RuleError`."""
    return Batch(sources, config).run(find(sources), Nowhere(), watch)


def explain_source(source: str, config: Config) -> Result:
    """What becomes of one file (or ``-``), with every decision.

    Raises `InputError` if it can't be read, `ConfigError` or `RuleError`.
    """
    pipeline = Pipeline(config.packs(), profile=config.profile)
    path = None if source == STDIN else Path(source)
    if path and path.is_dir():
        raise InputError(f"{source}: is a folder; name a file in it")
    item = Source(path.name if path else STDIN, path)
    try:
        data = read(item, config.max_bytes)
        refuse_other_kinds(item, data)
    except InputError as error:
        raise InputError(f"{item.name}: {error}") from error
    return pipeline.run(decode(data, declared=config.encoding or None).text, id=item.id)


class Batch:
    """A pipeline, the options of a run and its report. Raises `ConfigError` or `RuleError`."""

    def __init__(self, sources: Sequence[str], config: Config) -> None:
        self.config = config
        self.pipeline = Pipeline(config.packs(), profile=config.profile)
        packs = self.pipeline.packs
        self.maker = Maker(__version__, packs.digest, self.pipeline.profile.name)
        self.report = Report(describe_run(sources, config, self.maker), cutting_rules(packs))

    def run(self, found: Iterable[Found], sink: Sink, watch: Watch) -> Report:
        """Deal with each input; rows go to ``sink``, counts to the report."""
        for item in found:
            message = self._deal_with(item, sink)
            watch(self.report, message)
        sink.finish(self.report.row())
        return self.report

    def _deal_with(self, item: Found, sink: Sink) -> str:
        if isinstance(item, Skipped):
            self.report.warnings.append(f"{item.name}: skipped, {item.reason}")
            return self.report.warnings[-1]
        done = self._clean(item) if isinstance(item, Source) else item
        if isinstance(done, Failed):
            sink.add_failed(done._asdict())
            self.report.add_failed()
            return "; ".join(filter(None, (f"{done.source}: {done.error}", done.cure)))
        document, ledger = done
        sink.add(document, ledger)
        self.report.add(document, ledger)
        return f"{document['source']}: {document['warnings'][-1]}" if document["status"] == "passed_through" else ""

    def _clean(self, source: Source) -> tuple[Row, Row] | Failed:
        data = b""
        try:
            data = read(source, self.config.max_bytes)
            refuse_other_kinds(source, data)
        except InputError as error:
            what, _, cure = str(error).partition("; ")
            return Failed(source.id, source.id, what, cure, hashlib.sha256(data).hexdigest() if data else "")
        return rows(self.pipeline, source.id, data, self.maker, declared=self.config.encoding)


def rows(pipeline: Pipeline, id: str, data: bytes, maker: Maker, *, declared: str = "") -> tuple[Row, Row]:
    """The document row and the ledger row of one source, checked.

    Whatever fails on the way to them, the document is passed through uncut and its status says so.
    """
    decoded = decode(data, declared=declared or None)
    origin = Origin(id, id, hashlib.sha256(data).hexdigest(), decoded)
    try:
        result = pipeline.run(decoded.text, id=id)
        document, ledger = document_row(result, origin, maker), ledger_row(result, origin)
        verify(document, ledger)
    except Exception as error:  # noqa: BLE001 - a bug of ours or of a user's stage: content is never lost to it
        result = _passed_through(decoded.text, id, error)
        document, ledger = document_row(result, origin, maker), ledger_row(result, origin)
    return document, ledger


def cutting_rules(packs: Packs) -> tuple[str, ...]:
    """The ids of the rules and sections that can speak for a cut."""
    return tuple(rule.id for rule in packs.rules if rule.score > 0) + tuple(s.id for s in packs.sections)


def _passed_through(text: str, id: str, error: Exception) -> Result:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    warning = f"passed through uncut: {type(error).__name__}: {error}{place}"
    return Result(Document(id, text), warnings=(warning,), status="passed_through")
