"""The adapter for Ray Data, which calls ``map_batches``, and ``map_groups`` to learn."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import Job, JobOptions, job_of
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


def learn_dataset(
    dataset: ray.data.Dataset,
    *,
    host_column: str = "",
    batch_size: int = 256,
    ray_options: dict[str, Any] | None = None,
    **options: Unpack[JobOptions],
) -> ray.data.Dataset:
    """Learn what repeats on each host. The result has the columns of `cleaner.etl.learn.packs_schema`.

    `cleaner.etl.learn.write_packs` writes its rows into a folder of rule packs, the same that `cleaner learn` writes.
    One worker judges all documents of a host. ``host_column`` is a column that has the host; without it, the host is
    that of the url. Other parameters and errors are those of `clean_dataset`.
    """
    need("ray")
    from ray.data import Dataset

    from cleaner.etl.learn import HOST, packs_of_group

    job = job_of("learn_dataset()", options)
    if not isinstance(dataset, Dataset):
        raise wrong_type("learn_dataset()", dataset, "a ray.data.Dataset")
    how: dict[str, Any] = {"batch_size": batch_size, **(ray_options or {})}
    work = partial(_counted, job=replace(job, pipeline=None), host_column=host_column)
    counted = dataset.map_batches(work, batch_format="pyarrow", zero_copy_batch=True, **how)
    return counted.groupby(HOST).map_groups(packs_of_group, batch_format="pyarrow")


def _counted(table: Any, job: Job, host_column: str) -> Any:
    import pyarrow as pa

    from cleaner.etl.learn import counted_batches, counted_schema, with_host_column

    columns = with_host_column(job.find_in(table.schema), table.column_names, host_column)
    return pa.Table.from_batches(counted_batches(table.to_batches(), columns, job.config), schema=counted_schema())
