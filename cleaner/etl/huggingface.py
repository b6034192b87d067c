"""The adapter for Hugging Face datasets, which calls ``map`` on Arrow tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cleaner.etl.arrow import clean_table
from cleaner.etl.columns import JobOptions, job_of
from cleaner.etl.engines import need, wrong_type
from cleaner.etl.schema import schema

if TYPE_CHECKING:
    from typing import Unpack

    import datasets

Data = TypeVar("Data", "datasets.Dataset", "datasets.DatasetDict")


def clean_dataset(
    dataset: Data,
    *,
    batch_size: int = 256,
    map_options: dict[str, Any] | None = None,
    **options: Unpack[JobOptions],
) -> Data:
    """Clean a ``datasets.Dataset``, or each split of a ``DatasetDict``.

    The result has the columns of `cleaner.etl.arrow.schema`; carried columns keep their features. ``options`` are those
    of `clean_batch`, ``batch_size`` counts rows, and ``map_options`` are passed to ``map`` (num_proc, desc ...). The
    key of the cache includes the version and the rules. Raises `ConfigError` for columns that are missing or not text,
    `TypeError` for any other dataset, such as a streamed one.
    """
    datasets = need("datasets")
    job = job_of("clean_dataset()", options)
    if isinstance(dataset, datasets.DatasetDict):
        how: dict[str, Any] = {"batch_size": batch_size, "map_options": map_options, **options}
        split_by_split: Data = datasets.DatasetDict(
            {name: clean_dataset(split, **how) for name, split in dataset.items()}
        )
        return split_by_split
    if not isinstance(dataset, datasets.Dataset):
        raise wrong_type("clean_dataset()", dataset, "a datasets.Dataset or DatasetDict")
    columns = job.find_in(dataset.features.arrow_schema)
    maker = job.cleaner.maker
    carried = {name: dataset.features[name] for name in columns.carry}
    cleaned: Data = dataset.with_format("arrow").map(
        _clean_table, batched=True, remove_columns=dataset.column_names,
        fn_kwargs={"made_by": f"{maker.version} {maker.packs_hash}", "options": dict(options)},
        features=datasets.Features({**datasets.Features.from_arrow_schema(schema()), **carried}),
        **{"batch_size": batch_size, **(map_options or {})},
    ).with_format(None)  # fmt: skip
    return cleaned


def _clean_table(table: Any, made_by: str, options: JobOptions) -> Any:
    del made_by  # it is only part of the key of the cache
    return clean_table(table, **options)
