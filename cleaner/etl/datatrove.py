"""datatrove: a pipeline step, for its local, Slurm and Ray executors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaner.config import Config
from cleaner.etl.engines import need

need("datatrove")

from datatrove.pipeline.base import PipelineStep  # noqa: E402  said in one line if it is not there

from cleaner.etl.arrow import FAILED, clean_row  # noqa: E402
from cleaner.etl.rows import cleaner_of  # noqa: E402


class CleanStep(PipelineStep):  # type: ignore[misc]  # untyped
    """Cleans each document: ``text`` becomes the clean text, ``metadata["cleaner"]`` holds the other columns.

    A document that can't be cleaned goes on as it was, with status, error and cure. Raises `ConfigError` for options
    that are wrong.
    """

    name, type = "🧹 cleaner", "🔻 - FORMAT"

    def __init__(self, config: Config | None = None) -> None:
        super().__init__()
        self.config = config or Config()
        cleaner_of(self.config)  # options that are wrong are told here, not by the workers

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Clean what comes, document by document."""
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
