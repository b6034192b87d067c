"""Hugging Face datasets: a Dataset in, a Dataset out, through ``map`` on Arrow tables."""

from __future__ import annotations

from typing import Any

from cleaner.config import Config
from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import check_columns, columns_of
from cleaner.etl.engines import need
from cleaner.etl.rows import cleaner_of
from cleaner.etl.schema import schema


def clean_dataset(
    dataset: Any, *, batch_size: int = 256, map_options: dict[str, Any] | None = None, **options: Any
) -> Any:
    """``dataset``, a ``datasets.Dataset``, cleaned: the columns of `cleaner.etl.arrow.schema`; a DatasetDict by split.

    ``options`` are those of `clean_batch`, ``map_options`` go to ``map`` (num_proc, desc ...). Version and rules are
    part of the cache's key. Carried columns keep their features. Raises `ConfigError` for columns that are missing or
    no text.
    """
    datasets = need("datasets")
    if isinstance(dataset, datasets.DatasetDict):
        told = {"batch_size": batch_size, "map_options": map_options, **options}
        return datasets.DatasetDict({name: clean_dataset(split, **told) for name, split in dataset.items()})
    columns = columns_of(**options)
    check_columns(dataset.features.arrow_schema, columns)
    maker = cleaner_of(options.get("config") or Config(), options.get("pipeline")).maker
    carried = {name: dataset.features[name] for name in columns.carry}
    return dataset.with_format("arrow").map(
        _clean_table, batched=True, remove_columns=dataset.column_names,
        fn_kwargs={"made_by": f"{maker.version} {maker.packs_hash}", "options": options},
        features=datasets.Features({**datasets.Features.from_arrow_schema(schema()), **carried}),
        **{"batch_size": batch_size, **(map_options or {})},
    ).with_format(None)  # fmt: skip


def _clean_table(table: Any, made_by: str, options: dict[str, Any]) -> Any:
    del made_by  # only for the key of the cache
    return clean_table(table, **options)
