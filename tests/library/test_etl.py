"""Record batches: the same rows as the command's, whatever stands in them, and no row lost."""

from __future__ import annotations

import ast
import concurrent.futures
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path

import etl_corpus
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_text, documents, html_pages

from cleaner.config import OPTIONS, Config
from cleaner.errors import ConfigError, RuleError
from cleaner.etl import arrow, columns, engines, launch
from cleaner.etl.arrow import clean_batch, clean_batches, clean_table, document_lines
from cleaner.etl.schema import document_schema, schema
from cleaner.inputs import columns as batch_columns
from cleaner.inputs.records import Failed
from cleaner.ledger import verify
from cleaner.packs.rule import StageRule
from cleaner.pipeline import Pipeline
from cleaner.run.audit import verify_run
from cleaner.run.chunks import Chunk, Cursor
from cleaner.run.runner import Batch, run
from cleaner.stages import Stage
from cleaner.tables import ADAPTERS

ROOT = Path(__file__).parents[2]


def batch(texts, ids=None, kind=None, **more):
    ids = [str(n) for n in range(len(texts))] if ids is None else ids
    return pa.record_batch({"id": ids, "text": pa.array(texts, kind), **more})


def test_the_corpus_is_two_hundred_pages_and_the_seeds(cli):
    assert len(cli[0]) == etl_corpus.COUNT + len(etl_corpus.SEEDS) == 205


def test_batches_of_any_size_equal_the_command(cli):
    whole = etl_corpus.table()
    sizes = [1, 2, 0, 50, len(whole)]
    parts = [whole.slice(sum(sizes[:n]), size) for n, size in enumerate(sizes)]
    table = pa.Table.from_batches([batch for part in parts for batch in part.combine_chunks().to_batches()])
    cleaned = clean_table(table, text_column="html")
    assert etl_corpus.lines_of(cleaned.to_pylist()) == cli
    assert document_lines(cleaned) == b"".join(cli[0])
    assert cleaned.schema == schema()


def test_strings_give_the_same_rows_as_their_bytes(cli):
    texts = {name: data for name, data in etl_corpus.corpus().items() if is_utf8(data)}
    assert len(texts) > 150
    cleaned = clean_batch(batch([data.decode() for data in texts.values()], list(texts)))
    wanted = [line for line in cli[0] if json.loads(line)["id"] in texts]
    assert document_lines(cleaned) == b"".join(wanted)


def is_utf8(data):
    try:
        return bool(data.decode()) and "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def test_the_schema_is_that_of_the_rows(cli):
    assert document_schema().names == list(json.loads(cli[0][0]))


texts = st.one_of(st.none(), documents(), html_pages(), any_text()).map(
    lambda text: text if text is None else text.encode("utf-8", "replace").decode()
)


@given(st.lists(st.one_of(texts, st.binary(max_size=40)), max_size=6))
def test_no_row_is_lost_whatever_it_holds(drawn):
    values = [text.encode() if isinstance(text, str) else text for text in drawn]
    cleaned = clean_batch(batch(values, kind=pa.binary()))
    assert cleaned.schema == schema()
    rows = cleaned.to_pylist()
    assert [row["id"] for row in rows] == [str(n) for n in range(len(values))]
    for value, row in zip(values, rows, strict=True):
        if row["status"] == "failed":
            assert row["error"]
            assert (row["text"], row["ledger"]) == ("", "")
            assert value is None or row["error"].startswith("looks like")
        else:
            verify(row, json.loads(row["ledger"]))


@settings(max_examples=20)
@given(st.lists(texts, max_size=4))
def test_order_and_neighbours_do_not_matter(drawn):
    together = clean_batch(batch(drawn, kind=pa.string())).to_pylist()
    alone = [clean_batch(batch([text], [str(n)], pa.string())).to_pylist()[0] for n, text in enumerate(drawn)]
    assert together == alone


def test_null_texts_and_bytes_that_are_none_have_a_status():
    data = [None, b"\x89PNG\r\n\x1a\n\0\0", b"Rain is expected.", b""]
    rows = clean_batch(batch(data, kind=pa.binary())).to_pylist()
    assert [row["status"] for row in rows] == ["failed", "failed", "unchanged", "empty"]
    assert (rows[0]["error"], rows[0]["cure"]) == ("the text is null", "remove the row, or add a text")
    assert rows[1]["error"] == "looks like a PNG image, not text"
    too_large = clean_batch(batch(["x" * 11]), config=Config(max_bytes=10)).to_pylist()
    assert too_large[0]["error"] == "too large: over 10 bytes"


def test_html_and_text_may_be_mixed():
    page = "<html><body><nav><a href='/'>Home</a></nav><p>Rain is expected in the north.</p></body></html>"
    rows = clean_batch(batch([page, "Accept all cookies\nRain is expected in the north.\n"])).to_pylist()
    assert [row["input_kind"] for row in rows] == ["html", "text"]
    assert [row["text"] for row in rows] == ["Rain is expected in the north.\n"] * 2


def test_strings_that_look_like_another_encoding_are_taken_at_their_word():
    odd = ["a\0b\0c\0d\0e\0f\0", "\ufeffRain is expected.", "<meta charset=iso-8859-2><p>Ą rain is expected.</p>"]
    rows = clean_batch(batch(odd), config=Config(encoding="cp1252")).to_pylist()
    assert [row["encoding"] for row in rows] == ["utf-8"] * 3
    assert rows[2]["text"] == "Ą rain is expected.\n"


def test_ids_may_be_numbers_or_missing():
    given = pa.record_batch({"id": pa.array([7, None]), "text": ["Rain.", "Rain."]})
    first, second = clean_batch(given).to_pylist()
    assert first["id"] == "7"
    assert second["id"] == clean_batch(given, id_column="").to_pylist()[0]["id"]
    assert len(second["id"]) == 16


def test_the_address_of_a_text_goes_with_it():
    page = "<html><head><title>Rain</title></head><body><p>Rain is expected.</p></body></html>"
    given = batch([page] * 3, url=["https://a.org/1", None, ""], page=["https://b.org/1"] * 3)
    assert clean_batch(given).column("url").to_pylist() == ["https://a.org/1", "", ""]
    assert clean_batch(given, url_column="page").column("url").to_pylist() == ["https://b.org/1"] * 3
    assert clean_batch(given, url_column="").column("url").to_pylist() == [""] * 3
    assert clean_batch(batch([page], url=[7])).column("url").to_pylist() == [""]  # no address


def test_columns_are_carried():
    given = batch(["Rain.", "Snow."], crawl=pa.array([1, None], pa.int8()))
    cleaned = clean_batch(given, carry=["crawl"])
    assert cleaned.schema.field("crawl").type == pa.int8()
    assert cleaned.column("crawl").to_pylist() == [1, None]


def test_all_kinds_of_strings_are_texts():
    wanted = clean_batch(batch(["Rain."])).to_pylist()
    for kind in (
        pa.large_string(),
        pa.string_view(),
        pa.binary(),
        pa.large_binary(),
        pa.dictionary(pa.int8(), pa.string()),
    ):
        assert clean_batch(batch(["Rain."], kind=kind)).to_pylist() == wanted


def test_empty_batches_keep_the_schema():
    assert clean_batch(batch([], kind=pa.string())).schema == schema()
    assert (
        clean_table(pa.table({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())})).schema == schema()
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"text_column": "txt"},
            "there is no column 'txt'; did you mean 'text'?; the columns are id, text, n; name one with ",
        ),
        ({"id_column": "key"}, "name one with id_column=, or use id_column='' to derive ids from the text"),
        ({"text_column": "n"}, "column 'n' is of type int64, not string or binary; name another, or cast it"),
        ({"url_column": "uri"}, "there is no column 'uri' for url_column="),
        ({"html_column": "page"}, "there is no column 'page'; the columns are id, text, n; name one with html_column="),
        ({"text_column": 7}, "text_column must be the name of a column, not 7"),
        ({"carry": 1}, "carry must be the name of a column or a list of names, not 1"),
        ({"carry": b"n"}, "carry must be the name of a column or a list of names, not b'n'"),
        ({"carry": [7]}, "carry must be the name of a column or a list of names, not [7]"),
        (
            {"pipeline": Pipeline(), "profile": "strict"},
            "a pipeline already has options; leave out profile, or pipeline",
        ),
        ({"carry": ["m"]}, "there is no column 'm' to carry"),
        (
            {"carry": ["text"]},
            "column 'text' can't be carried, because the output has a column with this name; rename it",
        ),
    ],
)
def test_columns_that_do_not_fit_are_one_clear_error(options, said):
    with pytest.raises(ConfigError) as caught:
        clean_batch(batch(["Rain."], n=[1]), **options)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_table_without_the_column_is_an_error_too():
    with pytest.raises(
        ConfigError, match="there is no column with one of the names html, raw_html, text, content; name one with"
    ):
        clean_table(pa.table({"id": pa.array([], pa.string())}))


def test_a_stage_that_breaks_costs_no_row():
    class Breaks(Stage):
        rules = (StageRule(id="mine/any", category="mine", summary="Any.", why="Ours.", removes=("x",), keeps=("y",)),)

        def __call__(self, page):
            raise ZeroDivisionError

    (row,) = clean_batch(batch(["Rain is expected."]), pipeline=Pipeline(stages=[Breaks])).to_pylist()
    assert (row["status"], row["text"]) == ("passed_through", "Rain is expected.")


def test_lone_surrogates_do_not_stop_a_batch():
    assert arrow._array(["a\ud800", ""], pa.string()).to_pylist() == ["a?", ""]
    assert arrow._array([["a\ud800"], []], pa.list_(pa.string())).to_pylist() == [["a?"], []]


# What columns may hold


def unchecked(values, kind=pa.string()):  # noqa: B008 - as frozen as it gets
    """A column of strings that are what they are: UTF-8 is not looked at, as in files others wrote."""
    made = pa.array(values, pa.binary())
    return pa.Array.from_buffers(pa.string(), len(made), made.buffers()).cast(kind, safe=False)


@given(
    st.lists(st.one_of(st.none(), st.binary(max_size=60), texts.map(lambda text: (text or "").encode())), max_size=5)
)
def test_strings_that_are_no_utf8_go_the_way_of_bytes(drawn):
    ids = [str(n) for n in range(len(drawn))]
    cleaned = clean_batch(pa.record_batch({"id": ids, "text": unchecked(drawn), "url": unchecked(drawn)}))
    for n, (data, row) in enumerate(zip(drawn, cleaned.to_pylist(), strict=True)):
        try:
            alone = batch([data.decode()], [str(n)]) if data is not None else batch([None], [str(n)], pa.string())
        except UnicodeDecodeError:
            alone = batch([data], [str(n)], pa.binary())
        (wanted,) = clean_batch(alone).to_pylist()
        assert row["text"] == wanted["text"]
        assert (row["status"], row["encoding"], row["error"]) == (
            wanted["status"], wanted["encoding"], wanted["error"],
        )  # fmt: skip


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_names_that_are_no_utf8_are_mended(kind):
    given = {"id": unchecked([b"a\xff"], kind), "text": unchecked([b"Caf\xe9 au lait."], kind)}
    (row,) = clean_batch(pa.record_batch(given | {"url": unchecked([b"http://a.org/\xff"], kind)})).to_pylist()
    assert (row["id"], row["text"], row["url"]) == ("a\ufffd", "Caf\xe9 au lait.", "http://a.org/\ufffd")
    as_names = pa.record_batch(given | {"id": given["id"].cast(pa.binary()).dictionary_encode()})
    assert clean_batch(as_names).column("id").to_pylist() == ["a\ufffd"]


def test_a_batch_of_nulls_is_a_batch_of_failures():
    for kind in (pa.null(), pa.string(), pa.binary()):
        rows = clean_batch(batch([None, None], kind=kind, url=pa.nulls(2))).to_pylist()
        assert [(row["id"], row["status"], row["error"]) for row in rows] == [
            ("0", "failed", "the text is null"), ("1", "failed", "the text is null"),
        ]  # fmt: skip
    (row,) = clean_batch(pa.record_batch({"id": pa.nulls(1), "text": ["Rain."]})).to_pylist()
    assert len(row["id"]) == 16


@pytest.mark.parametrize(
    ("ids", "name"),
    [
        (pa.array([b"p1.html"]), "p1.html"),
        (pa.array([7]), "7"),
        (pa.array([1], pa.timestamp("ns")), "1970-01-01 00:00:00.000000001"),
        (pa.array([10**17], pa.timestamp("us")), "5138-11-16 09:46:40.000000"),
        (pa.array([10**7], pa.int32()).cast(pa.date32()), "29349-01-26"),
        (pa.array([5], pa.time64("ns")), "00:00:00.000000005"),
        (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), "MonthDayNano(months=1, days=2, nanoseconds=3)"),
    ],
)
def test_ids_of_any_type_are_names(ids, name):
    given = pa.record_batch({"id": ids, "text": ["Rain."]})
    assert clean_batch(given).column("id").to_pylist() == [name]


def test_times_no_calendar_has_are_names_too():
    ids = pa.array([10**15], pa.timestamp("s"))
    (row,) = clean_batch(pa.record_batch({"id": ids, "text": ["Rain."]})).to_pylist()
    assert row["id"]


def test_an_id_that_is_no_number_is_none():
    given = pa.record_batch({"id": pa.array([float("nan"), 7.0]), "text": ["Rain.", "Rain."]})
    first, second = clean_batch(given).column("id").to_pylist()
    assert (len(first), second) == (16, "7.0")


def test_addresses_may_be_bytes():
    assert clean_batch(batch(["Rain."], url=[b"https://a.org/1"])).column("url").to_pylist() == ["https://a.org/1"]


# Names of columns


bodies = st.one_of(
    st.none(), st.just(""), st.sampled_from(["Rain is expected.", "<p>Rain is <b>expected</b>.</p>", "<b>"])
)


@given(
    st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(["html", "raw_html", "text", "content"], bodies)),
        min_size=1,
        max_size=4,
    )
)
def test_columns_are_guessed_as_the_command_guesses_them(drawn):
    names = sorted({name for row in drawn for name in row})
    rows = [{name: row.get(name) for name in names} for row in drawn]
    if not names:
        return
    cleaned = clean_table(
        pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names})
    ).to_pylist()
    for row, made in zip(rows, cleaned, strict=True):
        record = batch_columns.InputColumns().record(row, "rows", 1, str)
        if isinstance(record, Failed):
            assert (record.error.endswith("is null"), made["error"]) == (True, "the text is null")
        else:
            column = {"html_column" if record.kind == "html" else "text_column": "it"}
            alone = clean_table(pa.table({"it": [record.data]}), **column).to_pylist()
            assert alone == [made]


def test_the_command_and_a_batch_make_the_same_of_a_row(tmp_path):
    page = "<nav><a href='/'>Home</a></nav><p>Rain is expected in the north of the country until Friday.</p>"
    rows = [
        {"id": "a", "html": page, "text": "Snow.", "url": "https://a.org/1"},
        {"id": "b", "html": "", "text": NOISY},
    ]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    run([str(tmp_path / "rows.jsonl")], tmp_path / "out", Config())
    wanted = [json.loads(line) for line in (tmp_path / "out" / "documents.jsonl").read_bytes().splitlines()]
    got = clean_table(pa.Table.from_pylist(rows)).to_pylist()
    for name in ("id", "text", "url", "input_kind", "status", "title", "characters_in"):
        assert [row[name] for row in got] == [row[name] for row in wanted], name


LIKE_MARKDOWN = "---\ntitle: Rain\n---\n\n# Rain\n\nRain is expected in the north.\n\n    Share this article\n\nShare this article\n"


@pytest.mark.parametrize("ending", [".md", ".rst", ".html", ".txt", ""])
@pytest.mark.parametrize("column", ["text", "html"])
def test_the_kind_of_a_row_is_that_of_the_command_whatever_its_id(tmp_path, ending, column):
    texts = [
        LIKE_MARKDOWN,
        "<nav><a href='/'>Home</a></nav><p>Rain is expected.</p>",
        "Rain is expected.\nShare this article\n",
        "%PDF-1.7 Rain",
        "a\0b",
    ]
    rows = [{"id": f"{n}{ending}", column: text} for n, text in enumerate(texts)]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    run([str(tmp_path / "rows.jsonl")], tmp_path / "out", Config())
    wanted = [json.loads(line) for line in (tmp_path / "out" / "documents.jsonl").read_bytes().splitlines()]
    failed = [json.loads(line) for line in (tmp_path / "out" / "failed.jsonl").read_bytes().splitlines()]
    made = clean_table(pa.Table.from_pylist(rows)).to_pylist()
    for name in ("id", "text", "input_kind", "status"):
        assert [row[name] for row in made if row["status"] != "failed"] == [row[name] for row in wanted], name
    assert [(row["id"], row["error"]) for row in made if row["status"] == "failed"] == [
        (row["id"], row["error"]) for row in failed
    ]
    assert len(failed) == 2


def test_a_guessed_column_that_holds_no_text_is_passed_over():
    given = pa.table({"text": ["Rain."], "content": [7]})
    assert clean_table(given).column("text").to_pylist() == ["Rain."]
    with pytest.raises(ConfigError, match="column 'content' is of type int64, not string or binary"):
        clean_table(given.drop_columns("text"))


# What is handed over


def test_batches_and_tables_stand_for_each_other():
    given = batch(["Rain.", "Snow."])
    wanted = clean_batch(given)
    table = pa.Table.from_batches([given, given]).slice(0, 2)
    assert clean_batch(table).equals(wanted)
    assert clean_batch(table.slice(0, 0)).num_rows == 0
    assert clean_table(given).equals(pa.Table.from_batches([wanted]))
    for stream in (given, table, [given], iter([given]), pa.RecordBatchReader.from_batches(given.schema, [given])):
        assert pa.Table.from_batches(clean_batches(stream)).equals(pa.Table.from_batches([wanted]))


@pytest.mark.parametrize("clean", [clean_batch, clean_table, clean_batches])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"text": ["Rain."]}, "not dict; convert it to a table: pyarrow.table(columns)"),
        ("Rain.", "not str; to clean one text, use cleaner.clean"),
        (None, "not NoneType"),
        (7, "not int"),
    ],
    ids=["dict", "string", "none", "number"],
)
def test_what_is_no_batch_is_one_clear_error(clean, given, told):
    with pytest.raises(TypeError) as caught:
        clean(given)
    assert str(caught.value).startswith(f"{clean.__name__}() takes a ")
    assert str(caught.value).endswith(told)


def test_tables_of_other_libraries_name_their_adapter():
    polars = pytest.importorskip("polars")
    for clean in (clean_batch, clean_table):
        with pytest.raises(
            TypeError, match=r"not polars.DataFrame; to clean this table, use cleaner.etl.polars.clean_frame$"
        ):
            clean(polars.DataFrame({"text": ["Rain."]}))
    with pytest.raises(TypeError, match=r"not list; convert it to a table: pyarrow.Table.from_pylist\(rows\)"):
        clean_table([{"text": "Rain."}])
    with pytest.raises(TypeError, match=r"clean_batches\(\) takes a pyarrow.RecordBatch or Table, not dict"):
        list(clean_batches([{"text": "Rain."}]))
    with pytest.raises(
        TypeError, match=r"not polars.DataFrame; to clean this table, use cleaner.etl.polars.clean_frame$"
    ):
        clean_batches(polars.DataFrame({"text": ["Rain."]}))
    with pytest.raises(TypeError, match=r"not polars.Series; convert it to a table: series.to_frame\('text'\)$"):
        clean_table(polars.Series(["Rain."]))


def test_what_is_no_table_has_a_cure_that_helps():
    array = pa.array(["Rain."])
    for column in (array, pa.chunked_array([array])):
        for clean in (clean_batch, clean_table, clean_batches):
            with pytest.raises(TypeError, match=r"Array; convert it to a table: pyarrow.table\({'text': array}\)$"):
                clean(column)
    assert clean_table(pa.table({"text": array})).column("text").to_pylist() == ["Rain."]
    for clean in (clean_batch, clean_table, clean_batches):
        with pytest.raises(TypeError, match=r"not pyarrow.Schema$"):
            clean(pa.schema([]))
        for text in (b"Rain.", bytearray(b"Rain."), memoryview(b"Rain.")):
            with pytest.raises(TypeError, match=r"; to clean one text, use cleaner.clean$"):
                clean(text)
    with pytest.raises(TypeError, match=r"to clean a stream of batches, use cleaner.etl.arrow.clean_batches$"):
        clean_table(pa.RecordBatchReader.from_batches(pa.schema([]), []))


def test_a_column_of_pandas_has_a_cure_that_helps():
    pandas = pytest.importorskip("pandas")
    from cleaner.etl.pandas import clean_frame

    series = pandas.Series(["Rain."])
    with pytest.raises(TypeError, match=r"not pandas.Series; convert it to a table: series.to_frame\('text'\)$"):
        clean_frame(series)
    assert list(clean_frame(series.to_frame("text"))["text"]) == ["Rain."]


def test_lone_surrogates_in_a_frame_stop_no_row():
    pandas = pytest.importorskip("pandas")
    from cleaner.etl.pandas import clean_frame

    frame = pandas.DataFrame({"id": ["a\ud800", "b"], "text": ["a\ud800b", None], "url": ["\udfff", "u"]}, dtype=object)
    cleaned = clean_frame(frame)
    assert cleaned[["id", "text", "status", "url"]].to_numpy().tolist() == [
        ["a?", "a?b", "unchanged", "?"],
        ["b", "", "failed", ""],
    ]
    with pytest.raises(ConfigError, match="column 'text' contains values of several types"):
        clean_frame(pandas.DataFrame({"text": ["a\ud800b", 7]}, dtype=object))


# Options


def test_every_adapter_has_every_option():
    assert set(OPTIONS) < set(columns.JOB_OPTIONS)
    found = set()
    for path in sorted((ROOT / "cleaner" / "etl").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.args.kwarg:
                told = {"polars.cleaned": "Unpack[Options]"}.get(f"{path.stem}.{node.name}", "Unpack[JobOptions]")
                assert ast.unparse(node.args.kwarg.annotation) == told
                found.add(f"{path.stem}.{node.name}")
    functions = {f"{adapter.name}.{name}" for adapter in ADAPTERS for name in adapter.functions}
    learning = {"spark.learn_dataframe", "ray.learn_dataset"}
    assert found == functions - {"datatrove.CleanStep"} | {"arrow.clean_batches"} | learning


def test_options_are_keywords_a_mapping_or_a_config():
    given = batch(["<h1>Weather</h1><p>Rain is expected in the north of the country.</p>"])
    options = {"text_format": "markdown", "profile": "careful"}
    wanted = clean_batch(given, config=Config(**options))
    assert wanted.column("text").to_pylist() == ["# Weather\n\nRain is expected in the north of the country.\n"]
    assert clean_batch(given, **options).equals(wanted)
    assert clean_batch(given, config=options).equals(wanted)
    assert clean_batch(given, config={"text_format": "markdown"}, profile="careful").equals(wanted)
    assert clean_batch(given, pipeline=Pipeline(**options)).equals(wanted)


def test_types_reach_the_user(tmp_path):
    """What a checker makes of a user's file, with the types of Polars, which has some."""
    (tmp_path / "user.py").write_text(
        "import polars as pl\n"
        "from cleaner import Config, Pipeline, Result, clean, load_config\n"
        "from cleaner.etl.polars import clean_frame, cleaned\n"
        "frame: pl.DataFrame = clean_frame(pl.DataFrame(), profile='strict', carry=['n'])\n"
        "lazy: pl.LazyFrame = clean_frame(pl.LazyFrame(), classifier='rules')\n"
        "made: pl.Expr = cleaned(pl.col('text'))\n"
        "text: str = clean(b'Rain.', select=['consent'], text_format='markdown')\n"
        "results: list[Result] = list(Pipeline(rules='mine').run_many(['Rain.', ('a', b'Rain.'), {'text': 'Rain.'}]))\n"
        "config = Config(select=['a'], ignore='b', max_bytes=5)\n"
        "loaded = load_config('cleaner.toml').with_overrides(profile='strict')\n"
        "clean('Rain.', classifier='fast')\n"
        "clean_frame(pl.DataFrame(), txt_column='a')\n"
        "Config(profil='strict')\n"
        "clean(7)\n"
        "clean('Rain.', profile='stric')\n"
        "Config(profile='stric')\n"
        "clean_frame(pl.DataFrame(), profile='stric')\n"
        "load_config('cleaner.toml', 'x')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", tmp_path / "cache", "user.py"],
        cwd=tmp_path, env={**os.environ, "MYPYPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [line for line in done.stdout.splitlines() if line.startswith("user.py:") and ": error:" in line]
    assert [int(line.split(":")[1]) for line in wrong] == [11, 12, 13, 14, 15, 16, 17, 18], done.stdout


def test_a_name_says_one_column():
    given = batch(["Rain."], crawl=["en"], x=[1])
    assert clean_batch(given, carry="crawl").schema.names[-2:] == ["cure", "crawl"]
    assert clean_batch(given, carry=["x", "crawl", "x"]).schema.names[-3:] == ["cure", "x", "crawl"]
    assert clean_table(pa.Table.from_batches([given]), carry="crawl").schema.names[-2:] == ["cure", "crawl"]
    assert clean_batch(given, id_column=None).equals(clean_batch(given, id_column="id"))


@pytest.mark.parametrize("name", ["id", "text", "page", "crawl"])
def test_two_columns_of_one_name_are_an_error_if_they_are_used(name):
    fields = ["id", "text", "page", "crawl"]
    given = pa.record_batch([*(pa.array(["Rain."]) for _ in fields), pa.array(["Snow."])], names=[*fields, name])
    with pytest.raises(ConfigError, match=f"two columns have the name '{name}'; rename one"):
        clean_batch(given, url_column="page", carry=["crawl"])


def test_two_columns_that_nobody_asked_for_do_not_matter():
    names = ["id", "text", "url", "url", "n", "n"]
    given = pa.record_batch([pa.array(["Rain."]) for _ in names], names=names)
    assert clean_batch(given).column("url").to_pylist() == [""]


def test_what_is_wrong_with_options_is_told_before_any_batch_comes():
    for options, error in (
        ({"config": {"profile": "nope"}}, ConfigError),
        ({"profile": "nope"}, ConfigError),
        ({"ignore": "nope"}, RuleError),
        ({"txt_column": "html"}, TypeError),
        ({"pipeline": "mine"}, TypeError),
        ({"config": "cleaner.toml"}, TypeError),
        ({"text_column": 7}, ConfigError),
    ):
        with pytest.raises(error):
            clean_batches(iter(()), **options)


# Large batches


@given(st.lists(st.binary(max_size=30), max_size=40), st.integers(1, 9), st.integers(1, 60))
def test_slices_are_small_and_join_to_the_batch(values, rows, size):
    counts = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_MAX_ROWS", rows)
        patch.setattr(columns, "_MAX_BYTES", size)
        for kind in (pa.large_binary(), pa.binary_view()):
            whole = batch(values, kind=kind)
            parts = list(columns.slices(whole, columns.TableColumns((columns.Body("text", is_html=False),))))
            assert pa.Table.from_batches(parts).to_pylist() == whole.to_pylist()
            counts.append([part.num_rows for part in parts])
            for part in parts:
                assert part.num_rows <= rows
                assert part.num_rows <= 1 or sum(map(len, part.column("text").to_pylist())) <= size
    assert counts[0] == counts[1]


def test_a_large_batch_comes_out_as_small_ones():
    parts = list(clean_batches([batch(["Rain."] * 1100)]))
    assert [part.num_rows for part in parts] == [512, 512, 76]
    assert clean_table(pa.Table.from_batches([batch(["Rain."] * 1100)])).num_rows == 1100


def test_more_than_a_batch_can_hold_is_one_clear_error(monkeypatch):
    monkeypatch.setattr(arrow, "_array", lambda values, kind: pa.chunked_array([values, values], kind))
    with pytest.raises(
        ConfigError, match="is larger than 2 GB in the clean batch; use smaller batches, or clean_table"
    ):
        clean_batch(batch(["Rain."]))


# A run on an engine; on the real ones in test_engines.py


@pytest.fixture
def here(monkeypatch):
    """An engine that is this process."""
    monkeypatch.setitem(launch.PLACES, "here", "pyarrow")
    monkeypatch.setitem(launch._ENGINES, "here", in_order)


def in_order(tasks, work):
    return map(work, tasks)


def test_a_run_on_an_engine_is_the_run_on_this_machine(tmp_path, here):
    folder = tmp_path / "pages"
    folder.mkdir()
    for path in etl_corpus.SEEDS + etl_corpus.PAGES[:3]:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (folder / "z.txt").symlink_to("v001.txt")
    (folder / "y.txt").symlink_to("b.png")
    one = run([str(folder)], tmp_path / "one", Config())
    other = launch.run([str(folder)], tmp_path / "other", Config(), on="here")
    for name in ("documents.jsonl", "ledger.jsonl", "failed.jsonl", "report.json"):
        assert (tmp_path / "other" / name).read_bytes() == (tmp_path / "one" / name).read_bytes(), name
    assert other.exit_code == one.exit_code == 1
    assert verify_run(tmp_path / "other").problems == ()


def test_rows_of_files_go_to_an_engine_too(tmp_path, here):
    lines = "".join(f'{{"id": "{n}", "text": "Rain is expected in the north. {n}"}}\n' for n in range(150)) + "no row\n"
    (tmp_path / "rows.jsonl").write_text(lines)
    for name, start in (("one", run), ("other", partial(launch.run, on="here"))):
        start([str(tmp_path / "rows.jsonl")], tmp_path / name, Config())
    for name in ("documents.jsonl", "ledger.jsonl", "failed.jsonl", "report.json"):
        assert (tmp_path / "other" / name).read_bytes() == (tmp_path / "one" / name).read_bytes(), name


def test_an_engine_is_asked_for_what_it_can_take(here):
    asked = []

    def chunks():
        for n in range(10):
            asked.append(n)
            yield Chunk((), Cursor())

    cleaning = Batch([str(ROOT / "seeds")], Config()).cleaning
    done = launch.cleaned(chunks(), cleaning, in_order)
    next(done)
    assert asked == [0]


def test_an_engine_is_one_of_two(tmp_path):
    with pytest.raises(ConfigError, match="there is no engine to run on 'dask'; choose one of ray, spark"):
        launch.run(["seeds"], tmp_path / "out", Config(), on="dask")


# Processes


def run_in_worker(made, text):
    return made.run(text).text


NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\n"


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_pipelines_go_to_other_processes(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    made = Pipeline()
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context(method)) as pool:
        assert pool.submit(run_in_worker, made, NOISY).result(60) == made.run(NOISY).text


def test_pipelines_go_through_loky():
    joblib = pytest.importorskip("joblib")
    made = Pipeline()
    jobs = [joblib.delayed(run_in_worker)(made, NOISY)] * 2
    assert joblib.Parallel(2, backend="loky")(jobs) == [made.run(NOISY).text] * 2


def test_a_pickled_pipeline_is_the_same_pipeline():
    made = pickle.loads(pickle.dumps(Pipeline(profile="strict", classifier="rules")))
    assert made.profiles == Pipeline(profile="strict").profiles
    for path in etl_corpus.SEEDS[:2] + etl_corpus.PAGES[:2]:
        text = path.read_bytes().decode("utf-8", "replace")
        assert made.run(text).cuts == Pipeline(profile="strict", classifier="rules").run(text).cuts


# Engines that are not there, or too old


def test_an_engine_that_is_missing_names_its_extra(monkeypatch):
    monkeypatch.setattr(engines, "version", lambda name: (_ for _ in ()).throw(engines.PackageNotFoundError(name)))
    with pytest.raises(ConfigError, match=r"ray is not installed; pip install 'boilerplate-cleaner\[ray\]'"):
        engines.need("ray")


@pytest.mark.parametrize(
    ("found", "old"), [("2.8.9", True), ("2.9.0", False), ("2.60", False), ("3", False), ("1.99rc1", True)]
)
def test_an_engine_that_is_too_old_says_what_it_takes(monkeypatch, found, old):
    monkeypatch.setattr(engines, "version", lambda name: found)
    monkeypatch.setattr(engines, "import_module", lambda name: name)
    if not old:
        assert engines.need("ray") == "ray"
        return
    with pytest.raises(
        ConfigError, match=r"ray .* is too old, 2.9 or newer is needed; pip install 'boilerplate-cleaner\[ray\]'"
    ):
        engines.need("ray")


def test_no_engine_comes_with_the_package():
    code = "import sys, cleaner; cleaner.clean('Rain.'); import cleaner.cli.app, cleaner.cli.lint; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    libraries = [adapter.library for adapter in ADAPTERS]
    assert not {*libraries} & set(loaded)
    needed = (ROOT / "pyproject.toml").read_text("utf-8").partition("\ndependencies = [")[2].partition("\n]")[0]
    assert not [name for name in libraries if f'"{name}' in needed]
