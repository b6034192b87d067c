"""Learning on engines: the same packs as on one machine, whatever the partitions and the order of rows."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
import pytest
from site_pages import body, html_page, packs_in, page

from cleaner import Config
from cleaner.errors import ConfigError
from cleaner.etl import learn as etl_learn
from cleaner.etl.columns import job_of
from cleaner.run.options import RunOptions
from cleaner.sites.learn import learn
from cleaner.sites.lines import counted

HOSTS = ("herald.example", "www.Bay.example", "once.example", "")


def table() -> pa.Table:
    """Pages of two hosts, text and HTML, some twice; one page of a third host, rows without a host and without a text."""
    rows: list[dict[str, Any]] = []
    for n, host in enumerate(HOSTS):
        for i in range(12 if n < 2 else 1):
            url = f"https://{host}/{i}" if host else None
            text = None if n == 1 and i == 3 else page(i + n)
            html = html_page(i + n) if n == 1 and i % 2 else None
            rows += [{"id": f"{n}-{i:02}", "url": url, "site": host, "text": text, "html": html}] * (1 + (i == 4))
    return pa.Table.from_pylist(rows[::2] + rows[1::2])


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The rows in four files of Parquet, and the packs that `cleaner learn` writes for them."""
    folder = tmp_path_factory.mktemp("pages")
    rows = table()
    for part in range(4):
        pq.write_table(rows.slice(part * 8, 8), folder / f"{part}.parquet")
    learn([str(folder)], folder / "sites", Config(), RunOptions(), say=lambda _: None, host_column="site")
    packs = packs_in(folder / "sites")
    assert [*packs] == ["bay.example.toml", "herald.example.toml"]
    shutil.rmtree(folder / "sites")
    return folder, packs


def _packs_of(rows: pa.Table, host_column: str = "") -> dict[str, str]:
    """What an engine does, without one: partitions are counted, rows are grouped by host, each group is judged."""
    job = job_of("a test", {})
    columns = etl_learn.with_host_column(job.find_in(rows.schema), rows.column_names, host_column)
    parts = [rows.slice(start, 7).to_batches() for start in range(0, rows.num_rows, 7)]
    batches = [one for part in parts for one in etl_learn.counted_batches(part, columns, Config())]
    counted = pa.Table.from_batches(batches, schema=etl_learn.counted_schema())
    hosts = counted.column("host").unique().to_pylist()
    groups = [counted.filter(pa.compute.equal(counted.column("host"), host)) for host in hosts]
    found = [row for group in groups for row in etl_learn.packs_of_group(group).to_pylist()]
    return {row["file"]: row["pack"] for row in found}


@pytest.mark.parametrize("host_column", ["", "site"])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_groups_give_the_packs_of_one_machine(
    local: tuple[Path, dict[str, str]], host_column: str, *, is_reversed: bool
) -> None:
    rows = table()
    order = range(rows.num_rows - 1, -1, -1) if is_reversed else range(rows.num_rows)
    assert _packs_of(rows.take(list(order)), host_column) == local[1]


def test_a_row_has_all_that_was_counted() -> None:
    """Names of elements and lists of links among it."""
    source = "".join(f"<p>{line}</p>" for line in body(1)) + '<ul class="pane"><li><a href="/1">A</a><li><a>B</a></ul>'
    found = counted(source, "herald.example", "p1", is_page=True)
    assert [name.text for name in found.names] == [".pane"]
    assert etl_learn._document(etl_learn._row(found)) == found


def test_counts_of_a_large_host_are_in_a_file(
    local: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etl_learn, "_IN_MEMORY", 0)
    assert _packs_of(table()) == local[1]


def test_packs_are_written_as_files(tmp_path: Path) -> None:
    rows = [{"file": "a.toml", "pack": "category = 'a'\n"}, {"file": "b.toml", "pack": "category = 'b'\n"}]
    assert etl_learn.write_packs(rows, tmp_path / "sites") == 2
    assert packs_in(tmp_path / "sites") == {"a.toml": "category = 'a'\n", "b.toml": "category = 'b'\n"}


def test_a_column_of_hosts_that_is_missing_is_reported() -> None:
    with pytest.raises(ConfigError, match=r"there is no column 'sit' for host_column.*did you mean 'site'"):
        _packs_of(table(), "sit")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java 17")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    made = (
        SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )  # fmt: skip
    yield made
    made.stop()


@pytest.mark.engines
@pytest.mark.filterwarnings("default")
def test_spark_learns_the_same_packs(spark: Any, local: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    from cleaner.etl.spark import _packs_of_frame, learn_dataframe

    folder, packs = local
    frame = spark.read.parquet(str(folder))
    for column in ("", "site"):
        made = learn_dataframe(frame, host_column=column)
        etl_learn.write_packs((row.asDict() for row in made.collect()), tmp_path / f"sites{column}")
        assert packs_in(tmp_path / f"sites{column}") == packs
    assert callable(_packs_of_frame)
    with pytest.raises(ConfigError, match="there is no column 'sit'"):
        learn_dataframe(frame, host_column="sit")
    with pytest.raises(TypeError, match=r"learn_dataframe\(\) takes a Spark DataFrame"):
        learn_dataframe({})  # type: ignore[arg-type]


@pytest.mark.engines
@pytest.mark.filterwarnings("default")
def test_ray_learns_the_same_packs(local: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    ray = pytest.importorskip("ray")
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_DATA_DISABLE_PROGRESS_BARS="1", RAY_DEDUP_LOGS="0")
    from cleaner.etl.ray import learn_dataset

    folder, packs = local
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200_000_000)
    try:
        dataset = ray.data.from_arrow([pq.read_table(path) for path in sorted(folder.glob("*.parquet"))])
        for column in ("", "site"):
            made = learn_dataset(dataset, host_column=column, batch_size=7)
            etl_learn.write_packs(made.take_all(), tmp_path / f"sites{column}")
            assert packs_in(tmp_path / f"sites{column}") == packs
        with pytest.raises(TypeError, match=r"learn_dataset\(\) takes a ray.data.Dataset"):
            learn_dataset({})  # type: ignore[arg-type]
    finally:
        ray.shutdown()
