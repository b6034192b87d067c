"""Each adapter on its real engine, run locally: the same rows as the command's, byte for byte.

An engine that is not installed is skipped; ``make test-engines`` installs all of them. Pages, 205 of them, come from
`etl_corpus`; Spark and Ray lose a worker midway and give the same rows all the same.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import etl_corpus
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner.cli.app import app  # noqa: F401  loaded before engines change warnings
from cleaner.config import Config
from cleaner.errors import ConfigError
from cleaner.etl.arrow import clean_table
from cleaner.etl.schema import document_schema, schema
from cleaner.json_lines import to_line
from cleaner.pipeline import Pipeline, clean

pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("default")]  # engines warn of many things
ROOT = Path(__file__).parents[2]


NOISY = (ROOT / "examples" / "own_stage" / "page.txt").read_text("utf-8")
QUIET = NOISY.replace("ACME 182.31 (+0.4%)\nUMBRA 3.10 (-1.2%)\n\n", "", 1)


@pytest.fixture
def own_stage():
    """A stage in a module that workers import by its path, as an installed one."""
    return "examples.own_stage.ticker:Ticker"


def kill_once(marker: str, victim: str, table, **options):
    """Clean a table; whoever first meets the page ``victim`` dies as if the power had gone."""
    if victim in table.column("id").to_pylist():
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return clean_table(table, **options)


def refuses_other_tables(clean, wanted):
    """One error that says what was handed over, what is taken and the cure."""
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"text": ["Rain."]})
    for given, told in (
        ({"text": ["Rain."]}, "not dict; convert it to a table: pyarrow.table(columns)"),
        (None, "not NoneType"),
        (frame.lazy().group_by("text"), "not polars.LazyGroupBy"),
    ):
        with pytest.raises(TypeError) as caught:
            clean(given)
        assert str(caught.value) == f"{clean.__name__}() takes {wanted}, {told}"


def refuses_wrong_options(make):
    """Where the job is made, and not when its workers start."""
    for options, error in (
        ({"profile": "nope"}, ConfigError),
        ({"config": {"profile": "nope"}}, ConfigError),
        ({"txt_column": "html"}, TypeError),
        ({"text_column": 7}, ConfigError),
    ):
        with pytest.raises(error, match="nope|txt_column|text_column"):
            make(**options)


# Polars


def test_polars_frames_eager_and_lazy(cli):
    polars = pytest.importorskip("polars")
    from cleaner.etl.polars import clean_frame

    frame = polars.from_arrow(etl_corpus.table())
    assert etl_corpus.lines_of(clean_frame(frame, text_column="html").to_dicts()) == cli
    lazy = frame.with_columns(n=polars.lit(1)).lazy()
    cleaned = clean_frame(lazy, text_column="html", carry=["n"]).select("id", "text", "n").head(3).collect()
    assert cleaned.columns == ["id", "text", "n"]
    assert cleaned["text"].to_list() == clean_frame(frame.head(3), text_column="html")["text"].to_list()


def test_polars_expression(cli):
    polars = pytest.importorskip("polars")
    from cleaner.etl.polars import cleaned

    frame = polars.from_arrow(etl_corpus.table()).with_columns(page=cleaned("html"))
    assert etl_corpus.lines_of(frame["page"].to_list()) == cli
    assert frame.lazy().select(cleaned("html").struct.field("text")).collect_schema() == {"text": polars.String}


def test_polars_columns_and_options():
    polars = pytest.importorskip("polars")
    from cleaner.etl.polars import clean_frame, cleaned

    frame = polars.DataFrame({"id": ["a"], "text": [None], "any": [object()]})  # objects have no Arrow type
    assert clean_frame(frame)["error"].to_list() == ["the text is null"]
    assert clean_frame(frame.drop("any").lazy()).select("error").collect()["error"].to_list() == ["the text is null"]
    assert frame.select(page=cleaned(id_column=""))["page"].to_list()[0]["status"] == "failed"
    refuses_wrong_options(partial(clean_frame, frame.drop("any").lazy()))
    refuses_wrong_options(cleaned)
    with pytest.raises(TypeError, match=r"cleaned\(\) has no option 'carry'"):
        cleaned(carry="n")
    refuses_other_tables(clean_frame, "a polars.DataFrame or LazyFrame")


def test_polars_expressions_take_expressions_and_guess_as_frames_do():
    polars = pytest.importorskip("polars")
    from cleaner.etl.polars import clean_frame, cleaned

    page = "<html><p>Rain is expected in the north of the country until Friday.</p></html>"
    frame = polars.DataFrame(
        {"id": ["a", "b"], "html": [page, None], "text": ["", "Snow."], "url": ["https://a.org/1", None]}
    )
    wanted = clean_frame(frame)
    assert frame.select(cleaned(url_column=None).alias("page"))["page"].struct.unnest().equals(wanted)
    named = cleaned(polars.col("text"), polars.lit("x"), html_column=polars.col("html"), url_column=polars.col("url"))
    assert frame.select(named.alias("page"))["page"].struct.unnest()["text"].equals(wanted["text"])
    assert frame.select(named.struct.field("id"))["id"].to_list() == ["x", "x"]
    assert frame.select(cleaned(profile="strict").struct.field("profile"))["profile"].to_list() == ["strict"] * 2
    assert frame.select(cleaned(html_column="html").struct.field("error"))["error"].to_list() == [
        "",
        "the text is null",
    ]
    for wrong in ({"text_column": ""}, {"id_column": 7}):
        with pytest.raises(ConfigError, match="must be the name of a column or an expression"):
            cleaned(**wrong)


# pandas


def test_pandas(cli):
    pd = pytest.importorskip("pandas")
    from cleaner.etl.pandas import clean_frame

    frame = etl_corpus.table().to_pandas()
    cleaned = clean_frame(frame.set_index(frame["id"] + "!"), text_column="html")
    assert etl_corpus.lines_of(pa.Table.from_pandas(cleaned, preserve_index=False).to_pylist()) == cli
    assert list(cleaned.index) == list(frame["id"] + "!")
    few = pandas_pages(n=[1, 2])
    assert list(clean_frame(few, carry="n")["n"]) == [1, 2]
    with pytest.raises(ConfigError, match="there is no column 'txt'; did you mean 'text'"):
        clean_frame(few.rename(columns={"n": 7}), text_column="txt")
    with pytest.raises(ConfigError, match="there is no column with one of the names html, raw_html, text, content"):
        clean_frame(few[["id"]])
    refuses_wrong_options(partial(clean_frame, few))
    refuses_other_tables(clean_frame, "a pandas.DataFrame")
    assert pd.api.types.is_string_dtype(clean_frame(few)["text"])


# DuckDB


def test_duckdb(cli):
    duckdb = pytest.importorskip("duckdb")
    from cleaner.etl.duckdb import register

    with duckdb.connect() as connection:
        register(connection, text_type="BLOB")
        connection.register("pages", etl_corpus.table())
        rows = connection.sql("SELECT unnest(clean(id, html)) FROM pages").to_arrow_table().to_pylist()
        assert etl_corpus.lines_of(rows) == cli
        texts = connection.sql("SELECT clean(html) AS text FROM pages").to_arrow_table().column("text").to_pylist()
        assert texts == [
            row["text"]
            for row in connection.sql("SELECT unnest(clean(NULL, html)) FROM pages").to_arrow_table().to_pylist()
        ]
        nothing = connection.sql("SELECT clean('x', NULL).status, clean('x', NULL).error").fetchall()
        assert nothing == [("failed", "the text is null")]


def test_duckdb_functions_are_replaced():
    duckdb = pytest.importorskip("duckdb")
    from cleaner.etl.duckdb import register

    with duckdb.connect() as connection:
        register(connection)
        register(connection, config=Config(profile="strict"))
        assert connection.sql("SELECT clean(7, 'Rain.').profile, clean(7, 'Rain.').id").fetchall() == [("strict", "7")]
        register(connection, 'my "clean"', text_format="markdown")
        page = "<h1>Weather</h1><p>Rain is expected.</p>"
        assert connection.execute('SELECT "my ""clean"""(?), clean(?), clean(NULL)', [page, page]).fetchall() == [
            ("# Weather\n\nRain is expected.\n", clean(page, profile="strict"), None)
        ]
        refuses_wrong_options(partial(register, connection))
        with pytest.raises(
            TypeError, match=r"register\(\) takes a DuckDB connection \(duckdb.connect\(\)\), not NoneType"
        ):
            register(None)
        with pytest.raises(ConfigError, match="there is no column 'n' to carry"):
            register(connection, carry="n")


# Hugging Face datasets


def test_huggingface_datasets(cli, tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    from cleaner.etl.huggingface import clean_dataset

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    datasets.disable_progress_bars()
    given = datasets.Dataset(etl_corpus.table())
    cleaned = clean_dataset(given, text_column="html", batch_size=50)
    assert etl_corpus.lines_of(list(cleaned)) == cli
    assert clean_dataset(given, text_column="html", batch_size=50)._fingerprint == cleaned._fingerprint
    other = clean_dataset(given.select(range(3)), text_column="html", config=Config(profile="strict"))
    assert other["profile"] == ["strict"] * 3
    with pytest.raises(ConfigError, match="there is no column 'text'"):
        clean_dataset(given, text_column="text")


def test_huggingface_splits_features_and_options(tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    from cleaner.etl.huggingface import clean_dataset

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    datasets.disable_progress_bars()
    given = datasets.Dataset.from_dict({"id": ["a", "b"], "text": [None, None], "label": [0, 1]})
    given = given.cast_column("label", datasets.ClassLabel(names=["no", "yes"]))
    splits = datasets.DatasetDict(train=given, test=given.select([0]))
    cleaned = clean_dataset(splits, carry="label", map_options={"batch_size": 1})
    assert {name: split["error"][:] for name, split in cleaned.items()} == {
        "train": ["the text is null"] * 2, "test": ["the text is null"],
    }  # fmt: skip
    assert cleaned["train"].features["label"] == given.features["label"]
    assert cleaned["train"]["label"][:] == [0, 1]
    refuses_wrong_options(partial(clean_dataset, given))
    refuses_other_tables(clean_dataset, "a datasets.Dataset or DatasetDict")
    with pytest.raises(TypeError, match="a datasets.Dataset or DatasetDict, not datasets.IterableDataset"):
        clean_dataset(given.to_iterable_dataset())


# Dask


def test_dask(cli):
    pytest.importorskip("dask.dataframe")
    import dask
    import dask.dataframe as dd
    import pandas as pd

    from cleaner.etl.dask import clean_dataframe

    # as Arrow types: Dask takes any other column of bytes for text in UTF-8
    frame = dd.from_pandas(etl_corpus.table().to_pandas(types_mapper=pd.ArrowDtype), npartitions=4)
    with dask.config.set(scheduler="processes", num_workers=2):
        cleaned = clean_dataframe(frame, text_column="html").compute()
    rows = pa.Table.from_pandas(cleaned, preserve_index=False).to_pylist()
    assert etl_corpus.lines_of(rows) == cli
    with pytest.raises(ConfigError, match="there is no column 'text'"):
        clean_dataframe(frame, text_column="text")


def pandas_pages(**columns):
    import pandas as pd

    return pd.DataFrame({"id": ["a", "b"], "text": ["Rain.", None], **columns})


def test_dask_looks_at_the_columns_that_are_used():
    pytest.importorskip("dask.dataframe")
    import dask
    import dask.dataframe as dd
    import pandas as pd

    from cleaner.etl.dask import clean_dataframe

    mixed = pd.Series([1, "x"], dtype=object)
    with dask.config.set({"scheduler": "synchronous", "dataframe.convert-string": False}):
        frame = dd.from_pandas(
            pandas_pages(size=[1.5, 2.5], any=mixed, n=[1, 2]).rename(columns={"n": 7}), npartitions=2
        )
        cleaned = clean_dataframe(frame, carry=["size", "any"])
        rows = cleaned.compute()
        assert list(rows.dtypes) == list(cleaned._meta.dtypes)
        assert list(rows.dtypes[-2:]) == list(frame._meta.dtypes[["size", "any"]])
        assert (list(rows["status"]), list(rows["size"]), list(rows["any"])) == (
            ["unchanged", "failed"], [1.5, 2.5], [1, "x"],
        )  # fmt: skip
        with pytest.raises(ConfigError, match="column 'text' contains values of several types; cast it"):
            clean_dataframe(dd.from_pandas(pandas_pages(text=mixed), npartitions=1)).compute()
        with pytest.raises(ConfigError, match="there is no column 'txt'"):
            clean_dataframe(frame, text_column="txt")
    twice = pandas_pages(n=[1, 2]).rename(columns={"n": "text"})
    with pytest.raises(ConfigError, match="two columns have the name 'text'"):
        clean_dataframe(dd.from_pandas(twice, npartitions=1))
    refuses_wrong_options(partial(clean_dataframe, frame))
    refuses_other_tables(clean_dataframe, "a Dask DataFrame")


# datatrove


def test_datatrove(cli, tmp_path):
    pytest.importorskip("datatrove")
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from cleaner.etl.datatrove import CleanStep

    pages = {name: data.decode() for name, data in etl_corpus.corpus().items() if is_utf8(data)}
    (tmp_path / "in").mkdir()
    for part in range(2):
        rows = [to_line({"id": name, "text": text}) for name, text in list(pages.items())[part::2]]
        (tmp_path / "in" / f"{part}.jsonl").write_bytes(b"".join(rows))
    LocalPipelineExecutor(
        [JsonlReader(str(tmp_path / "in")), CleanStep(), JsonlWriter(str(tmp_path / "out"), compression=None)],
        tasks=2, workers=2, logging_dir=str(tmp_path / "log"),
    ).run()  # fmt: skip
    rows = []
    for path in sorted((tmp_path / "out").glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            row = json.loads(line)
            rows.append({**row["metadata"]["cleaner"], "text": row["text"]})
    wanted = [[line for line in lines if json.loads(line)["id"] in pages] for lines in cli]
    assert etl_corpus.lines_of(rows) == tuple(wanted)


def is_utf8(data):
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def test_datatrove_passes_on_what_it_can_not_clean():
    pytest.importorskip("datatrove")
    from datatrove.data import Document

    from cleaner.etl.datatrove import CleanStep

    step = CleanStep(Config(max_bytes=4))
    (left,) = step.run([Document(text="too long", id="x")])
    assert (left.text, left.metadata["cleaner"]["status"]) == ("too long", "failed")


def test_datatrove_takes_no_text_for_a_failure():
    pytest.importorskip("datatrove")
    from datatrove.data import Document

    from cleaner.etl.datatrove import CleanStep

    left = list(
        CleanStep().run([Document(text=7, id="x"), Document(text=None, id="y"), Document(text="Rain.", id="z")])
    )
    assert [(document.text, document.metadata["cleaner"]["error"]) for document in left] == [
        (7, "the text is int, not a string or bytes"), (None, "the text is null"), ("Rain.", ""),
    ]  # fmt: skip
    with pytest.raises(ConfigError, match="there is no profile 'nope'"):
        CleanStep(profile="nope")
    with pytest.raises(TypeError, match=r"CleanStep\(\) has no option 'profil'; did you mean 'profile'"):
        CleanStep(profil="strict")
    assert CleanStep({"classifier": "rules"}, profile="strict").config == Config(classifier="rules", profile="strict")


# Spark


@pytest.fixture(scope="module")
def spark():
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java 17")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    made = (
        SparkSession.builder.master("local[2,4]")  # two threads, and four tries for each task
        .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.host", "127.0.0.1").config("spark.sql.execution.arrow.maxRecordsPerBatch", "20")
        .getOrCreate()
    )  # fmt: skip
    yield made
    made.stop()


@pytest.fixture
def parquet(tmp_path):
    """The corpus in four files."""
    folder = tmp_path / "parquet"
    folder.mkdir()
    table = etl_corpus.table()
    for part in range(4):
        pq.write_table(table.slice(part * 52, 52), folder / f"{part}.parquet")
    return folder


def test_spark(cli, spark, parquet):
    from cleaner.etl.spark import clean_dataframe

    frame = spark.read.parquet(str(parquet))
    rows = [row.asDict(recursive=True) for row in clean_dataframe(frame, text_column="html").collect()]
    assert etl_corpus.lines_of(rows) == cli
    carried = clean_dataframe(frame.limit(2).withColumnRenamed("html", "text").withColumn("n", frame.id), carry=["n"])
    assert [row.n for row in carried.collect()] == [row.id for row in frame.limit(2).collect()]
    with pytest.raises(ConfigError, match="there is no column 'text'"):
        clean_dataframe(frame, text_column="text")


def test_spark_asks_a_stage_that_is_named_by_its_path(spark, own_stage):
    from cleaner.etl.spark import clean_dataframe

    (row,) = clean_dataframe(spark.createDataFrame([("a", NOISY)], ["id", "text"]), stages=own_stage).collect()
    assert row.text == QUIET


def test_spark_looks_at_the_columns_that_are_used(spark):
    from cleaner.etl.spark import clean_dataframe

    unused = ", timestamp'2020-01-01 00:00:00' AS at, interval '1' month AS months, 1 AS n, 2 AS n, interval '1' month AS url"
    frame = spark.sql("SELECT 'a' AS id, 'Rain.' AS text" + unused)
    cleaned = clean_dataframe(frame, carry="at")
    assert cleaned.schema["at"].dataType == frame.schema["at"].dataType
    assert cleaned.select("status", "at").collect() == frame.selectExpr("'unchanged' AS status", "at").collect()
    for column in ("months", "n"):
        with pytest.raises(ConfigError, match="cast it|two columns have the name 'n'; rename one"):
            clean_dataframe(frame, carry=[column])
    dotted = spark.sql("SELECT 'a' AS `page.id`, NULL AS `page.text`, 7 AS `page.n`")
    (row,) = clean_dataframe(dotted, text_column="page.text", id_column="page.id", carry="page.n").collect()
    assert (row["id"], row["error"], row["page.n"]) == ("a", "the text is null", 7)
    refuses_wrong_options(partial(clean_dataframe, frame))
    refuses_other_tables(clean_dataframe, "a Spark DataFrame")
    with pytest.raises(ConfigError, match="Spark takes no pipeline"):
        clean_dataframe(frame, pipeline=Pipeline())
    both = spark.sql("SELECT '<p>Rain.</p>' AS html, '' AS text UNION ALL SELECT NULL, 'Snow.'")
    assert {row["text"] for row in clean_dataframe(both).collect()} == {"Rain.\n", "Snow."}


def test_spark_with_a_worker_killed_midway(cli, spark, parquet, tmp_path):
    from pyspark import cloudpickle
    from pyspark.sql.pandas.types import from_arrow_schema

    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers can't import a test
    work = partial(kill_once, str(tmp_path / "killed"), "v100.html", text_column="html")

    def part(batches):
        for batch in batches:
            yield from work(pa.Table.from_batches([batch])).to_batches()

    cleaned = spark.read.parquet(str(parquet)).mapInArrow(part, from_arrow_schema(schema()))
    rows = [row.asDict(recursive=True) for row in cleaned.collect()]
    assert (tmp_path / "killed").exists()
    assert etl_corpus.lines_of(rows) == cli


# Ray


@pytest.fixture(scope="module")
def ray():
    pytest.importorskip("ray")
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_DATA_DISABLE_PROGRESS_BARS="1", RAY_DEDUP_LOGS="0")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200_000_000)
    yield ray
    ray.shutdown()


def test_ray(cli, ray, parquet):
    from cleaner.etl.ray import clean_dataset

    dataset = ray.data.read_parquet(str(parquet))
    rows = clean_dataset(dataset, text_column="html", batch_size=50).take_all()
    assert etl_corpus.lines_of(plain(rows)) == cli
    with pytest.raises(ConfigError, match="there is no column 'text'"):
        clean_dataset(dataset, text_column="text")
    refuses_other_tables(clean_dataset, "a ray.data.Dataset")


def test_ray_asks_a_stage_that_is_named_by_its_path(ray, own_stage):
    from cleaner.etl.ray import clean_dataset

    (row,) = clean_dataset(ray.data.from_items([{"id": "a", "text": NOISY}]), stages=own_stage).take_all()
    assert row["text"] == QUIET


def test_ray_options(ray):
    from cleaner.etl.ray import clean_dataset

    dataset = ray.data.from_items([{"id": "a", "text": None}, {"id": "b", "text": None}])
    cleaned = clean_dataset(dataset, ray_options={"num_cpus": 1, "concurrency": 64, "batch_size": 1})
    assert [row["error"] for row in cleaned.take_all()] == ["the text is null"] * 2
    refuses_wrong_options(partial(clean_dataset, dataset))


def test_ray_with_a_worker_killed_midway(cli, ray, parquet, tmp_path):
    work = partial(kill_once, str(tmp_path / "killed"), "v100.html", text_column="html")
    dataset = ray.data.read_parquet(str(parquet)).map_batches(work, batch_format="pyarrow", batch_size=20)
    rows = dataset.take_all()
    assert (tmp_path / "killed").exists()
    assert etl_corpus.lines_of(plain(rows)) == cli


def plain(rows):
    """Rows as Ray hands them out: lists come as arrays of numpy."""
    lists = [field.name for field in document_schema() if pa.types.is_list(field.type)]
    return [{**row, **{name: list(row[name]) for name in lists}} for row in rows]


# The command on an engine


@pytest.mark.parametrize("place", ["spark", "ray"])
def test_the_command_on_an_engine_writes_the_same_files(place, tmp_path, request):
    request.getfixturevalue(place)
    from cleaner.etl import launch
    from cleaner.run.runner import run

    folder = tmp_path / "pages"
    etl_corpus.write(folder)
    (folder / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (folder / "z.txt").symlink_to("v001.txt")
    here = run([str(folder)], tmp_path / "here", Config())
    there = launch.run([str(folder)], tmp_path / "there", Config(), on=place)
    for name in ("documents.jsonl", "ledger.jsonl", "failed.jsonl", "report.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name
    assert there.row() == here.row()
    assert there.exit_code == 1
    (tmp_path / "empty").mkdir()
    assert launch.run([str(tmp_path / "empty")], tmp_path / "none", Config(), on=place).out == 0
