"""One document: from a file, from a record in a file of many, or from the output of a run."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator
from pathlib import Path

from cleaner import __version__
from cleaner.decode import Decoded
from cleaner.errors import InputError, LedgerError, nearest
from cleaner.inputs.find import REPORT, STDIN, printable, stdin_holds_rows
from cleaner.inputs.formats import NAMES, File, Settings, format_of, load_format
from cleaner.inputs.read import decode_record
from cleaner.inputs.records import NO_READER, Failed, Item, PassedOver, Record, Skipped
from cleaner.json_lines import Row
from cleaner.ledger import Maker, Origin
from cleaner.model import InputKind, Result
from cleaner.pipeline import Pipeline
from cleaner.run.audit import pairs
from cleaner.run.cleaning import read_record, rows_of_document
from cleaner.run.options import AUTO

_WHOLE = NAMES[0]
_CURE = "select one with --record N (its line, row or number, as in documents.jsonl) or with --id ID"
_AS_ONE = ", or read the file as one document with --input-format whole"
_TEXTS = ("jsonl", "json", "csv")
_ARCHIVE = "archive"
_MAX_IDS = 10_000  # compared to suggest the nearest one


def read_one(source: str, settings: Settings, input_format: str = AUTO, *, record: int = 0, id: str = "") -> Record:
    """The document in a file (``-``: stdin). In a file of many, that with the number ``record``, or the first ``id``.

    A file of rows or an archive with a single document needs neither. Raises `InputError` if the document does not
    exist or can't be read, or if the file has several and neither ``record`` nor ``id`` is given.
    """
    path = None if source == STDIN else Path(source)
    name = "stdin" if path is None else printable(path)
    if path and path.is_dir():
        raise InputError(f"{name}: is a folder; name a file in it")
    if path and not path.exists():
        raise InputError(f"{name}: can't be read: No such file or directory; check that it exists")
    reader = _format(source, input_format)
    if reader == _WHOLE and (record or id):
        raise InputError(
            f"{name}: is read as one document; omit --record and --id, or name its format with --input-format"
        )
    try:
        items = load_format(reader).items(File(path.name if path else STDIN, path), settings)
        if reader == _WHOLE:
            return _read(next(items), settings)
        if not (record or id):
            return _only(items, settings, reader)
        return _of_many(items, settings, record, id)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error


def explained(record: Record, pipeline: Pipeline, settings: Settings, *, url: str = "") -> Result:
    """The result of cleaning a document, with every decision. ``url`` is its URL; empty: the one its reader found.

    Raises `InputError` for binary data.
    """
    decoded, kind = _decoded(record, settings)
    return pipeline.run(decoded.text, id=record.id, kind=kind, url=url or record.url)


def cleaned(record: Record, pipeline: Pipeline, settings: Settings, *, url: str = "") -> Row:
    """The document row, as in ``documents.jsonl``. Raises `InputError` for binary data."""
    decoded, kind = _decoded(record, settings)
    data = record.data if isinstance(record.data, bytes) else record.data.encode("utf-8", "surrogatepass")
    sha256 = hashlib.sha256(data).hexdigest()
    origin = Origin(record.id, record.source, sha256, decoded, record.record, url or record.url, record.extra)
    profiles, config = pipeline.profiles, settings.config
    names = profiles["text"].name, profiles["html"].name
    maker = Maker(__version__, pipeline.digest, *names, config.text_format, config.whitespace)
    return rows_of_document(pipeline, origin, kind, maker)[0]


def is_output(folder: str) -> bool:
    """Whether ``folder`` is the output of a finished run."""
    return folder != STDIN and Path(folder, REPORT).is_file()


def rows_of(output: Path, id: str) -> tuple[Row, Row]:
    """The rows of the first document with the id ``id`` in a finished run. They match each other.

    Raises `OutputError` if there is no output with a ledger, `LedgerError` if no document has this id, or with file and
    line if one of its rows is damaged. Damage to other documents is ignored.
    """
    ids, damage = list[str](), ""
    for pair in pairs(output):
        try:
            found = str(pair.document()["id"])
        except LedgerError as error:
            damage = damage or str(error)
            continue
        except LookupError:
            damage = damage or f"{pair.place}: the row has no id"
            continue
        if found == id:
            return pair.verified()
        if len(ids) < _MAX_IDS:
            ids.append(found)
    cure = f"; {damage}" if damage else nearest(id, ids) or "; documents.jsonl contains all ids"
    raise LedgerError(f"{output}: no document has the id {id!r}{cure}")


def _format(source: str, input_format: str) -> str:
    if input_format != AUTO:
        return input_format
    if source == STDIN:
        return "jsonl" if stdin_holds_rows() else _WHOLE
    return format_of(source)


def _only(items: Iterator[Item], settings: Settings, reader: str) -> Record:
    """The only document of a file. Raises `InputError` if the file has none or several."""
    documents = _documents(items)
    first = next(documents, None)
    if first is None:
        raise InputError("contains no document")
    if next(documents, None) is not None:
        raise InputError(f"contains several documents ({reader}); {_cure(reader, first, settings)}")
    return _read(first, settings)


def _documents(items: Iterator[Item]) -> Iterator[Item]:
    """The items that are documents, or failed to be one."""
    return (item for item in items if item.reader != NO_READER or isinstance(item.payload, Failed))


def _cure(reader: str, first: Item, settings: Settings) -> str:
    if reader == _ARCHIVE:
        return _by_id(first, settings)
    return _CURE + _AS_ONE * (reader in _TEXTS)


def _by_id(item: Item, settings: Settings) -> str:
    """How to select a document of an archive, whose files have no numbers."""
    found = item.payload if item.reader == NO_READER else read_record(item, settings)
    return f"select one with --id, such as --id {shlex.quote(found.id)}"


def _of_many(items: Iterator[Item], settings: Settings, record: int, id: str) -> Record:
    """The record with the number ``record``, or with the id ``id`` if that is 0.

    Raises `InputError` if there is no such record, or it can't be read.
    """
    last, first = 0, None
    for item in items:
        last, first = item.record or last, first or item
        if record and item.record == record:
            return _read(item, settings)
        if not record and item.reader != NO_READER:
            found = read_record(item, settings)
            if isinstance(found, Record) and found.id == id:
                return found
    if record and not last and first and first.reader != NO_READER:
        raise InputError(f"its files have no numbers; {_by_id(first, settings)}")
    if record:
        raise InputError(f"has no record {record}; the last one is {last}")
    raise InputError(f"no record has the id {id!r}; documents.jsonl contains the ids, or use --record N")


def _read(item: Item, settings: Settings) -> Record:
    found = item.payload if item.reader == NO_READER else read_record(item, settings)
    if isinstance(found, Failed):
        raise InputError("; ".join(filter(None, (found.error, found.cure))))
    if isinstance(found, PassedOver):
        raise InputError(f"the record is {found.what}, neither a page nor a text; name another one")
    if isinstance(found, Skipped):
        raise InputError(found.reason)
    record: Record = found
    return record


def _decoded(record: Record, settings: Settings) -> tuple[Decoded, InputKind | None]:
    try:
        return decode_record(record, settings.config)
    except InputError as error:
        name = "stdin" if record.source == STDIN else record.id
        raise InputError(f"{name}: {error}") from error
