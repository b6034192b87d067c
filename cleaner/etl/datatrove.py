"""The adapter for datatrove: a pipeline step for its local, Slurm and Ray executors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cleaner.config import Config, Options, config_of
from cleaner.etl.engines import need

if TYPE_CHECKING:
    from typing import Unpack

need("datatrove")

from datatrove.pipeline.base import PipelineStep  # noqa: E402  `need` reports it if it is not installed

from cleaner.etl.arrow import FAILED, clean_row  # noqa: E402
from cleaner.etl.rows import cleaner_of  # noqa: E402


class CleanStep(PipelineStep):  # type: ignore[misc]  # untyped
    """Replaces the ``text`` of each document with its clean text; ``metadata["cleaner"]`` contains the other columns.

    A document that can't be cleaned keeps its text; its metadata has status, error and cure. Raises `ConfigError` for
    a value that an option can't have, `TypeError` for an option that does not exist.
    """

    name, type = "🧹 cleaner", "🔻 - FORMAT"

    def __init__(self, config: Config | Mapping[str, Any] | None = None, **options: Unpack[Options]) -> None:
        """``config`` contains options of cleaning; ``options`` override it."""
        super().__init__()
        self.config = config_of("CleanStep()", config, options)
        cleaner_of(self.config)  # wrong options fail on the driver, not on the workers

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Yield the documents of ``data``, cleaned."""
        del rank, world_size
        cleaner = cleaner_of(self.config)
        for document in data:
            with self.track_time():
                row = clean_row(document.id, document.text, cleaner, document.metadata.get("url"))
            self.stat_update(row["status"])
            text = row.pop("text")
            document.text = document.text if row["status"] == FAILED else text
            document.metadata["cleaner"] = row
            yield document
