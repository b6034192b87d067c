"""Cleaning one text or page into the two rows that `cleaner run` writes for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from cleaner import __version__
from cleaner.config import Config
from cleaner.decode import Decoded
from cleaner.errors import InputError
from cleaner.inputs.read import decode_record
from cleaner.inputs.records import Record
from cleaner.json_lines import Row
from cleaner.ledger import Maker, Origin
from cleaner.model import InputKind
from cleaner.pipeline import Pipeline, shared_pipeline
from cleaner.run.cleaning import rows_of_document

_NAME_DIGITS = 16


def name_of(text: str | bytes) -> str:
    """The id of a text that has none: the first digits of its SHA-256."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()[:_NAME_DIGITS]


@dataclass(frozen=True)
class Cleaner:
    """A pipeline with its options. All rows of a process with equal options share one pipeline."""

    config: Config
    pipeline: Pipeline
    maker: Maker

    def rows(self, id: str, source: str | bytes, url: str = "", kind: InputKind | None = None) -> tuple[Row, Row]:
        """The document row and the ledger row of ``source``, the same as for a row of JSON lines with this id.

        ``url`` is its address. ``kind`` is ``html`` for a column of HTML; without a kind, the content decides, and
        never the id.

        Raises `InputError` for bytes that are not text or for a source larger than ``max_bytes``.
        """
        data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
        if len(data) > self.config.max_bytes:
            raise InputError(f"too large: over {self.config.max_bytes:,} bytes; split it or raise max_bytes")
        decoded, kind = self._decoded(Record(id, id, 0, data, kind=kind), source)
        origin = Origin(id, id, hashlib.sha256(data).hexdigest(), decoded, url=url)
        return rows_of_document(self.pipeline, origin, kind, self.maker)

    def _decoded(self, record: Record, source: str | bytes) -> tuple[Decoded, InputKind | None]:
        if isinstance(source, bytes):
            return decode_record(record, self.config)
        decoded, kind = decode_record(record, replace(self.config, encoding=""))  # a string is already decoded
        if decoded.encoding != "utf-8" or decoded.repairs or decoded.raw:
            decoded = Decoded(source, "utf-8", "utf-8")
        return decoded, kind


def cleaner_of(config: Config, pipeline: Pipeline | None = None) -> Cleaner:
    """The cleaner for these options. Equal options share a pipeline, so that a process reads the rules once.

    Raises `ConfigError` or `RuleError`.
    """
    return _around(config, shared_pipeline(config) if pipeline is None else pipeline)


def _around(config: Config, pipeline: Pipeline) -> Cleaner:
    profiles = pipeline.profiles
    names = profiles["text"].name, profiles["html"].name
    return Cleaner(config, pipeline, Maker(__version__, pipeline.digest, *names, config.text_format, config.whitespace))
