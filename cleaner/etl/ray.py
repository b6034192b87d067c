"""Ray Data: a Dataset in, a Dataset out, through ``map_batches``."""

from __future__ import annotations

from typing import Any

from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import check_columns, columns_of
from cleaner.etl.engines import need


def clean_dataset(
    dataset: Any, *, batch_size: int = 256, ray_options: dict[str, Any] | None = None, **options: Any
) -> Any:
    """``dataset``, a Ray Dataset, cleaned: the columns of `cleaner.etl.arrow.schema`.

    ``options`` are those of `clean_batch`, ``ray_options`` go to ``map_batches`` (concurrency, num_cpus ...). Raises
    `ConfigError` for columns that are missing or no text, if the dataset knows its schema.
    """
    need("ray")
    columns, known = columns_of(**options), dataset.schema(fetch_if_missing=False)
    if known is not None and hasattr(known.base_schema, "field"):
        check_columns(known.base_schema, columns)
    return dataset.map_batches(
        clean_table, fn_kwargs=options, batch_format="pyarrow", zero_copy_batch=True,
        **{"batch_size": batch_size, **(ray_options or {})},
    )  # fmt: skip
