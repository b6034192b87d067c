"""The batch loop: one document at a time, whatever befalls a single one."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from cleaner import __version__
from cleaner.batch.readers import STDIN, Failed, Found, Skipped, Source, decode_input, find, read
from cleaner.batch.report import Report, describe_run
from cleaner.batch.writers import Folder, Nowhere, Sink, refuse_folder
from cleaner.config import Config
from cleaner.decode import Decoded
from cleaner.errors import InputError
from cleaner.ledger import Maker, Origin, Row, document_row, ledger_row, verify
from cleaner.model import Document, InputKind, Result
from cleaner.packs import Packs
from cleaner.pipeline import Pipeline
from cleaner.segment.html import read_page

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
    found = find(sources)
    refuse_folder(output, sources, batch.report.run["fingerprint"], overwrite=overwrite)
    with Folder(output) as folder:
        return batch.run(found, folder, watch)


def dry_run(sources: Sequence[str], config: Config, *, watch: Watch = silent) -> Report:
    """The report that `run` would give; nothing is written. Raises `ConfigError` or `RuleError`."""
    return Batch(sources, config).run(find(sources), Nowhere(), watch)


def explain_source(source: str, config: Config, *, url: str = "") -> Result:
    """What becomes of one file (or ``-``), with every decision. ``url`` is where it came from.

    Raises `InputError` if it can't be read, `ConfigError` or `RuleError`.
    """
    pipeline = pipeline_of(config)
    path = None if source == STDIN else Path(source)
    if path and path.is_dir():
        raise InputError(f"{source}: is a folder; name a file in it")
    item = Source(path.name if path else STDIN, path)
    try:
        decoded, kind = decode_input(item.id, read(item, config.max_bytes), config)
    except InputError as error:
        raise InputError(f"{item.name}: {error}") from error
    return pipeline.run(decoded.text, id=item.id, kind=kind, url=url)


def pipeline_of(config: Config) -> Pipeline:
    """The pipeline that the options ask for. Raises `ConfigError` or `RuleError`."""
    return Pipeline(config.packs(), profile=config.profile, engine=config.engine, metadata=config.metadata)


class Batch:
    """A pipeline, the options of a run and its report. Raises `ConfigError` or `RuleError`."""

    def __init__(self, sources: Sequence[str], config: Config) -> None:
        self.config = config
        self.pipeline = pipeline_of(config)
        packs, profiles = self.pipeline.packs, self.pipeline.profiles
        self.maker = Maker(__version__, packs.digest, profiles["text"].name, profiles["html"].name, config.text_format)
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
            decoded, kind = decode_input(source.id, data, self.config)
        except InputError as error:
            what, _, cure = str(error).partition("; ")
            return Failed(source.id, source.id, what, cure, hashlib.sha256(data).hexdigest() if data else "")
        origin = Origin(source.id, source.id, hashlib.sha256(data).hexdigest(), decoded)
        return rows(self.pipeline, origin, kind, self.maker)


def rows(pipeline: Pipeline, origin: Origin, kind: InputKind, maker: Maker) -> tuple[Row, Row]:
    """The document row and the ledger row of one source, checked.

    Whatever fails on the way to them, the document is passed through uncut and its status says so.
    """
    try:
        result = pipeline.run(origin.decoded.text, id=origin.id, kind=kind)
        document, ledger = document_row(result, origin, maker), ledger_row(result, origin, maker)
        verify(document, ledger)
    except Exception as error:  # noqa: BLE001 - a bug of ours or of a user's stage: content is never lost to it
        result = _passed_through(origin, kind, error)
        document, ledger = document_row(result, origin, maker), ledger_row(result, origin, maker)
    return document, ledger


def cutting_rules(packs: Packs) -> tuple[str, ...]:
    """The ids of the rules and sections that can speak for a cut."""
    return tuple(rule.id for rule in packs.rules if rule.score > 0) + tuple(s.id for s in packs.sections)


def _passed_through(origin: Origin, kind: InputKind, error: Exception) -> Result:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    warning = f"passed through uncut: {type(error).__name__}: {error}{place}"
    return Result(_whole(origin.id, origin.decoded, kind), warnings=(warning,), status="passed_through")


def _whole(id: str, decoded: Decoded, kind: InputKind) -> Document:
    """All of a source: of a page what can be seen of it, or the HTML if even that can't be told."""
    if kind != "html":
        return Document(id, decoded.text, input_kind=kind)
    try:
        return Document(id, read_page(decoded.text).text, input_kind=kind)
    except Exception:  # noqa: BLE001 - perhaps it was this that failed before
        return Document(id, decoded.text)
