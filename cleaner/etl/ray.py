"""The adapter for Ray Data, which calls ``map_batches``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import JobOptions, job_of
from cleaner.etl.engines import need, wrong_type

if TYPE_CHECKING:
    from typing import Unpack

    import ray.data


def clean_dataset(
    dataset: ray.data.Dataset,
    *,
    batch_size: int = 256,
    ray_options: dict[str, Any] | None = None,
    **options: Unpack[JobOptions],
) -> ray.data.Dataset:
    """Clean a Ray Dataset. The result has the columns of `cleaner.etl.arrow.schema`.

    ``options`` are those of `clean_batch`, ``batch_size`` counts rows, and ``ray_options`` are passed to
    ``map_batches`` (concurrency, num_cpus ...). Raises `ConfigError` for columns that are missing or not text, if the
    dataset knows its schema, and `TypeError` if ``dataset`` is not a Ray Dataset.
    """
    need("ray")
    from ray.data import Dataset

    job = job_of("clean_dataset()", options)
    if not isinstance(dataset, Dataset):
        raise wrong_type("clean_dataset()", dataset, "a ray.data.Dataset")
    known = dataset.schema(fetch_if_missing=False)
    if known is not None and hasattr(known.base_schema, "field"):
        job.find_in(known.base_schema)
    how: dict[str, Any] = {"batch_size": batch_size, **(ray_options or {})}
    return dataset.map_batches(
        clean_table, fn_kwargs=dict(options), batch_format="pyarrow", zero_copy_batch=True, **how
    )
