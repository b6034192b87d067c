"""Clean documents: turn records into rows and counts. One failing document never stops the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from cleaner.duplicates import Fingerprint, fingerprint_of
from cleaner.errors import InputError, LedgerError
from cleaner.inputs.formats import Settings, load_format
from cleaner.inputs.read import decode_record
from cleaner.inputs.records import (
    NO_READER,
    REUSED,
    Blank,
    Changed,
    EarlierRows,
    Failed,
    Item,
    PassedOver,
    Record,
    Skipped,
    place,
)
from cleaner.json_lines import to_line, to_row
from cleaner.ledger import Maker, Origin, Row, document_row, kept_text, ledger_row, verify
from cleaner.model import InputKind, Result
from cleaner.outputs.layouts import DOCUMENTS, LEDGER, Layout, load_layout
from cleaner.pipeline import Pipeline, passed_through
from cleaner.run.report import Report


def _nothing() -> None:
    """Called before each document if nothing is to be done there."""


@dataclass(slots=True)
class Done:
    """The results of some items: the lines of each kind of output, the lines of failed inputs, counts and messages.

    ``rows`` is the number of documents; ``reused`` is how many of them have the rows of an earlier run.
    ``fingerprints`` are those of the documents, with their ids, if duplicates are to be marked.
    """

    lines: dict[str, bytes] = field(default_factory=dict)
    rows: int = 0
    failed: bytes = b""
    report: Report = field(default_factory=lambda: Report({}))
    messages: list[str] = field(default_factory=list)
    reused: int = 0
    fingerprints: list[tuple[str, Fingerprint]] = field(default_factory=list)

    def add(self, more: Done) -> None:
        """Append the results of the items after these."""
        for kind, lines in more.lines.items():
            self.lines[kind] = self.lines.get(kind, b"") + lines
        self.rows += more.rows
        self.failed += more.failed
        self.report.merge(more.report)
        self.messages += more.messages
        self.reused += more.reused
        self.fingerprints += more.fingerprints


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Everything that a worker needs: the pipeline, the options, the maker of the rows, and their layout.

    ``max_removed`` is the share of a document that may be removed, from 0 to 1; ``pack`` compresses the lines of a
    chunk. With ``marks_duplicates``, the lines of documents stay uncompressed until `cleaner.run.marks` marks them.
    """

    pipeline: Pipeline
    settings: Settings
    maker: Maker
    layout_name: str
    pack: Callable[[bytes], bytes]
    max_removed: float = 1.0
    has_ledger: bool = True
    marks_duplicates: bool = False

    @property
    def layout(self) -> Layout:
        """The layout of the rows."""
        return load_layout(self.layout_name)  # a module can't be pickled for a worker

    def packed(self, items: Sequence[Item]) -> Done:
        """The results of a chunk, with compressed lines. Raises `MemoryError` if memory runs out."""
        return self.pack_lines(self.plain(items))

    def pack_lines(self, done: Done) -> Done:
        """The same results with their lines compressed, but for those of documents that are yet to be marked."""
        waits = DOCUMENTS if self.marks_duplicates else ""
        done.lines = {kind: lines if kind == waits else self.pack(lines) for kind, lines in done.lines.items()}
        return done

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of output that are written."""
        return tuple(kind for kind in self.layout.kinds if self.has_ledger or kind != LEDGER)

    def plain(self, items: Sequence[Item], begin: Callable[[], None] = _nothing) -> Done:
        """The results of items, with uncompressed lines. ``begin`` is called before each item.

        Raises `MemoryError` if memory runs out.
        """
        done = Done()
        lines: dict[str, list[bytes]] = {kind: [] for kind in self.kinds}
        failed = list[bytes]()
        for item in items:
            begin()
            rows = self._rows(item, done)
            if isinstance(rows, Failed):
                failed.append(to_line(rows._asdict()))
                done.report.add_failed()
                done.messages.append(rows.message)
            elif rows:
                done.rows += 1
                if self.marks_duplicates:
                    done.fingerprints.append((rows[0]["id"], fingerprint_of(kept_text(*rows))))
                for kind, line in self.layout.lines(*rows):
                    if kind in lines:
                        lines[kind].append(line)
        done.lines = {kind: b"".join(parts) for kind, parts in lines.items()}
        done.failed = b"".join(failed)
        return done

    def _rows(self, item: Item, done: Done) -> tuple[Row, Row] | Failed | None:
        old = item.payload if item.reader == REUSED else None
        item = old.item if old else item
        found = item.payload if item.reader == NO_READER else read_record(item, self.settings)
        if isinstance(found, Skipped):
            done.messages.append(f"{found.name}: skipped, {found.reason}")
            done.report.add_warning(done.messages[-1])
            return None
        if isinstance(found, (Changed, Blank)) or (isinstance(found, Record) and found.is_changed):
            remark = Changed(found.source) if isinstance(found, Record) else found
            done.messages.append(remark.message)
            done.report.add_warning(remark.message)
        if isinstance(found, (Changed, Blank)):
            return None
        if isinstance(found, PassedOver):
            done.report.passed_over.add(found.what, 1)
            return None
        rows = found if isinstance(found, Failed) else self._clean(found, old, done)
        if not isinstance(rows, Failed):
            document, ledger = rows
            done.report.add(document, ledger)
            if document["status"] == "passed_through":
                done.messages.append(f"{place(document['source'], document['record'])}: {document['warnings'][-1]}")
        return rows

    def _clean(self, record: Record, old: EarlierRows | None, done: Done) -> tuple[Row, Row] | Failed:
        data = record.data if isinstance(record.data, bytes) else record.data.encode("utf-8", "surrogatepass")
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            decoded, kind = decode_record(record, self.settings.config)
        except InputError as error:
            return _failed(record.id, record.source, record.record, error, sha256)
        origin = Origin(
            record.id,
            record.source,
            sha256,
            decoded,
            record.record,
            record.url,
            record.extra,
            has_sidecar=record.has_sidecar,
        )
        if old and (known := self._old_rows(old, input_sha256(origin, kind))):
            done.reused += 1
            return known
        return rows_of_document(self.pipeline, origin, kind, self.maker, max_removed=self.max_removed)

    def _old_rows(self, old: EarlierRows, made_of: str) -> tuple[Row, Row] | None:
        """The rows of an earlier run; None if they are from another input or damaged."""
        try:
            document, ledger = self.layout.row(to_row(old.document)), to_row(old.ledger)
            if ledger["input_sha256"] != made_of or document["status"] == "passed_through":
                return None
            document["duplicate_of"] = ""  # depends on the other inputs
            verify(document, ledger)
        except (LedgerError, LookupError, TypeError, ValueError, AttributeError):
            return None
        return document, ledger


def read_record(item: Item, settings: Settings) -> Record | Failed:
    """The record of an item, read by its format, or why there is none."""
    try:
        return load_format(item.reader).record(item, settings)
    except InputError as error:
        sha256 = hashlib.sha256(item.payload).hexdigest() if isinstance(item.payload, bytes) else ""
        return _failed(place(item.source, item.record), item.source, item.record, error, sha256)


def rows_of_document(
    pipeline: Pipeline, origin: Origin, kind: InputKind | None, maker: Maker, *, max_removed: float = 1.0
) -> tuple[Row, Row]:
    """The document row and the ledger row of one source, checked.

    ``origin`` needs no ``input_sha256``. If cleaning fails, the document is passed through uncut, with the status
    ``passed_through``. If more than the share ``max_removed`` of its characters would be removed, it is uncut, with the
    status ``over_limit``. Raises `MemoryError` only.
    """
    origin = replace(origin, input_sha256=input_sha256(origin, kind))
    try:
        result = _limited(pipeline.run(origin.decoded.text, id=origin.id, kind=kind, url=origin.url), max_removed)
        document, ledger = document_row(result, origin, maker), ledger_row(result, origin, maker)
        verify(document, ledger)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug in the program or in a user's stage must not lose content
        result = passed_through(origin.id, origin.decoded.text, kind, error)
        document, ledger = document_row(result, origin, maker), ledger_row(result, origin, maker)
    return document, ledger


def input_sha256(origin: Origin, kind: InputKind | None) -> str:
    """A hash of everything that the rows of an input depend on, except rules and options."""
    decoded = origin.decoded
    made_of = {
        "id": origin.id,
        "source": origin.source,
        "record": origin.record,
        "sha256": origin.sha256,
        "encoding": decoded.encoding,
        "encoding_reason": decoded.reason,
        "kind": kind or "",
        "url": origin.url,
        "extra": dict(origin.extra),
        **({"has_sidecar": True} if origin.has_sidecar else {}),
    }
    return hashlib.sha256(to_line(made_of)).hexdigest()


def _limited(result: Result, max_removed: float) -> Result:
    """The result, or the uncut document if more than the share ``max_removed`` of it would be removed."""
    whole = len(result.document.text)
    removed = sum(cut.span.end - cut.span.start for cut in result.cuts)
    if removed <= max_removed * whole:
        return result
    warning = f"uncut: {removed / whole:.0%} would have been removed, more than --max-removed allows"
    return Result(result.document, facts=result.facts, warnings=(*result.warnings, warning), status="over_limit")


def _failed(id: str, source: str, record: int, error: InputError, sha256: str) -> Failed:
    return Failed(id, source, *error.what_and_cure, sha256, record)
