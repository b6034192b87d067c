"""One text or page, wherever it comes from, as the two rows that `cleaner run` writes of it; or why it has none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

from cleaner import __version__
from cleaner.batch.jsonl import Row
from cleaner.batch.readers import decode_input
from cleaner.batch.runner import rows
from cleaner.config import Config
from cleaner.decode import Decoded
from cleaner.errors import InputError
from cleaner.ledger import Maker, Origin
from cleaner.model import InputKind
from cleaner.pipeline import Pipeline


@dataclass(frozen=True)
class Cleaner:
    """A pipeline with its options. Built once in each process (`cleaner_of`), used for every row there."""

    config: Config
    pipeline: Pipeline
    maker: Maker

    def rows(self, id: str, source: str | bytes, url: str = "") -> tuple[Row, Row]:
        """The document row and the ledger row of ``source``, the same as those of a file of that name.

        ``url`` is where it came from.

        Raises `InputError` for bytes that are no text, and nothing else for any string or bytes.
        """
        data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
        if len(data) > self.config.max_bytes:
            raise InputError(f"too large: over {self.config.max_bytes:,} bytes; split it or raise max_bytes")
        decoded, kind = self._decoded(id, source, data)
        origin = Origin(id, id, hashlib.sha256(data).hexdigest(), decoded, url=url)
        return rows(self.pipeline, origin, kind, self.maker)

    def _decoded(self, id: str, source: str | bytes, data: bytes) -> tuple[Decoded, InputKind | None]:
        if isinstance(source, bytes):
            return decode_input(id, data, self.config)
        config = replace(self.config, encoding="")  # a string needs no guess
        decoded, kind = decode_input(id, data, config)
        if decoded.encoding != "utf-8" or decoded.repairs or decoded.raw:
            decoded = Decoded(source, "utf-8", "utf-8")
        return decoded, kind


def cleaner_of(config: Config, pipeline: Pipeline | None = None) -> Cleaner:
    """The cleaner of these options; of the same ones the same, so that rules are read once in a process.

    Raises `ConfigError` or `RuleError`.
    """
    return _built(config) if pipeline is None else _around(config, pipeline)


@lru_cache(maxsize=8)
def _built(config: Config) -> Cleaner:
    return _around(config, config.pipeline())


def _around(config: Config, pipeline: Pipeline) -> Cleaner:
    profiles = pipeline.profiles
    names = profiles["text"].name, profiles["html"].name
    return Cleaner(config, pipeline, Maker(__version__, pipeline.digest, *names, config.text_format))
