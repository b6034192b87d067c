"""The forms of output: each can be verified and restored, and is what other tools read."""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from pathlib import Path

import pytest
import zstandard
from jsonschema import Draft202012Validator

from cleaner.config import Config
from cleaner.errors import ConfigError, OutputError
from cleaner.json_lines import to_row
from cleaner.outputs.containers import CONTAINERS, read_rows
from cleaner.outputs.layouts import NAMES, load_layout
from cleaner.run.audit import restore_run, verify_run
from cleaner.run.options import RunOptions, load_options
from cleaner.run.report import Report
from cleaner.run.runner import run

ROOT = Path(__file__).parents[2]
TEXT = "Skip to main content\nRain is expected in the north.\nIt will be dry in the south.\nShare this article\n"
HTML = "<html><body><nav><a href='/'>Home</a></nav><p>Rain is expected in the north until Friday.</p></body></html>"
FORMS = [(layout, form) for layout in NAMES for form in CONTAINERS if (layout, form) != ("dolma", "parquet")]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for n in range(150):
        path = Path(f"in/{n % 3}/{n:03}.txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{n}\n{TEXT}")
    Path("in/a.html").write_text(HTML)
    Path("in/b.jsonl").write_text(json.dumps({"id": "x", "text": TEXT, "n": {"deep": [1, None]}}) + '\n{"id": 1}\n')
    return tmp_path


def cleaned(jobs=0, **options):
    return run(["in"], Path("out"), Config(), RunOptions().with_overrides(**options), jobs=jobs, overwrite=True)


def files(kind):
    told = json.loads(Path("out/report.json").read_text())
    return [Path("out", file["name"]) for file in told["files"] if file["kind"] == kind]


def unpacked(path):
    with path.open("rb") as file:
        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read()


def ungzipped(path):
    return gzip.decompress(Path(path).read_bytes()).splitlines()


def rows(kind):
    return [to_row(line) for path in files(kind) for line in read_rows(path)]


@pytest.mark.parametrize(("layout", "form"), FORMS)
def test_every_form_verifies_and_restores(layout, form):
    report = cleaned(layout=layout, output_format=form)
    assert (report.out, report.failed) == (152, 1)
    assert verify_run(Path("out")) == (152, ())
    assert restore_run(Path("out"), Path("back")) == (152, 1, ())
    for path in Path("in").rglob("*.txt"):
        assert Path("back", path.relative_to("in")).read_bytes() == path.read_bytes()
    assert Path("back/b.jsonl/00000001").read_text() == TEXT


@pytest.mark.parametrize(("layout", "form"), FORMS)
def test_every_form_tells_the_same(layout, form):
    cleaned()
    plain = [rows("documents"), rows("ledger")]
    cleaned(layout=layout, output_format=form)
    assert [[load_layout(layout).row(row) for row in rows("documents")], rows("ledger")] == plain


@pytest.mark.parametrize("form", CONTAINERS)
def test_shards_are_of_their_size_and_hold_all(form):
    cleaned()
    plain = [row["id"] for row in rows("documents")]
    cleaned(output_format=form, shard_size=2_000)
    assert [row["id"] for row in rows("documents")] == plain
    assert len(files("documents")) == len(files("ledger")) == 3
    assert [path.name for path in files("documents")] == [
        f"documents-{n:05}{CONTAINERS[form].ending}" for n in range(3)
    ]
    assert verify_run(Path("out")).problems == ()


def test_the_folders_of_the_input_are_kept_on_request():
    cleaned(keep_folders=True)
    assert sorted(str(path) for path in files("documents")) == [
        "out/0/documents.jsonl", "out/1/documents.jsonl", "out/2/documents.jsonl", "out/documents.jsonl"
    ]  # fmt: skip
    for n in range(3):
        found = [to_row(line)["source"] for line in read_rows(Path(f"out/{n}/documents.jsonl"))]
        assert found == sorted(str(path.relative_to("in")) for path in Path(f"in/{n}").iterdir())
    assert verify_run(Path("out")) == (152, ())


def test_a_folder_that_comes_again_gets_another_file():
    Path("more/0").mkdir(parents=True)
    Path("more/0/x.txt").write_text(TEXT)
    run(["in", "more"], Path("out"), Config(), RunOptions(keep_folders=True))
    assert [path.name for path in files("documents") if path.parent.name == "0"] == [
        "documents.jsonl", "documents-00001.jsonl"
    ]  # fmt: skip
    assert verify_run(Path("out")) == (153, ())


def test_without_a_ledger_there_is_none_to_go_by():
    cleaned(ledger=False)
    assert sorted(os.listdir("out")) == ["documents.jsonl", "failed.jsonl", "report.json"]
    for check in (lambda: verify_run(Path("out")), lambda: restore_run(Path("out"), Path("back"))):
        with pytest.raises(OutputError, match="was written with --no-ledger"):
            check()


def test_dolma_reads_what_is_written_for_it():
    cleaned(layout="dolma", output_format="jsonl.gz")
    documents = [json.loads(line) for line in ungzipped("out/documents/00000.jsonl.gz")]
    attributes = [json.loads(line) for line in ungzipped("out/attributes/cleaner/00000.jsonl.gz")]
    assert [row["id"] for row in documents] == [row["id"] for row in attributes]
    for document, beside in zip(documents, attributes, strict=True):
        assert {"id", "text", "source", "metadata"} == set(document)
        for name, spans in beside["attributes"].items():
            assert name.startswith("cleaner__removed_")
            assert all(0 <= start <= end <= len(document["text"]) and score >= 0 for start, end, score in spans)
    text = next(row for row in attributes if row["id"] == "0/000.txt")
    assert text["attributes"]["cleaner__removed_share"][0][2] > 0.3


@pytest.mark.parametrize("form", ["jsonl.gz", "jsonl.zst", "parquet"])
def test_pyarrow_and_others_read_the_columns_of_fineweb(form):
    import pyarrow.parquet

    cleaned(layout="fineweb", output_format=form)
    path = files("documents")[0]
    read = {
        "jsonl.gz": lambda: [json.loads(line) for line in ungzipped(path)],
        "jsonl.zst": lambda: [json.loads(line) for line in unpacked(path).splitlines()],
        "parquet": lambda: pyarrow.parquet.read_table(path).to_pylist(),
    }
    found = read[form]()
    assert len(found) == 152
    assert list(found[0])[:6] == ["text", "id", "url", "date", "file_path", "language"]
    assert {row["file_path"] for row in found if row["id"] == "x"} == {"b.jsonl"}


def test_documents_in_parquet_have_the_columns_of_the_schema():
    import pyarrow.parquet

    cleaned(output_format="parquet")
    schema = json.loads((ROOT / "cleaner/schemas/document.schema.json").read_text())
    table = pyarrow.parquet.read_table(files("documents")[0])
    assert table.column_names == list(schema["properties"])
    for row in table.to_pylist():
        Draft202012Validator(schema).validate({**row, "extra": json.loads(row["extra"])})


@pytest.mark.parametrize(("layout", "form"), FORMS)
def test_the_report_fits_its_schema(layout, form):
    cleaned(layout=layout, output_format=form)
    schema = json.loads((ROOT / "cleaner/schemas/report.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(Path("out/report.json").read_text()))


def test_what_a_run_before_wrote_in_another_form_goes():
    cleaned(shard_size=2_000)
    Path("out/mine.txt").write_text("mine")
    cleaned(layout="dolma")
    assert sorted(os.listdir("out")) == ["attributes", "documents", "failed.jsonl", "ledger", "mine.txt", "report.json"]


def test_a_report_that_names_files_elsewhere_removes_none():
    cleaned()
    told = json.loads(Path("out/report.json").read_text())
    told["files"][0]["name"] = "../in/a.html"
    Path("out/report.json").write_text(json.dumps(told))
    cleaned()
    assert Path("in/a.html").exists()


def test_any_form_of_output_is_no_input():
    cleaned(layout="dolma")
    Path("out").rename("in/old")
    assert run(["in"], Path("out"), Config()).out == 152


# Limits on what goes


def test_a_document_that_would_lose_too_much_stays_whole():
    cleaned()
    over = [row["id"] for row in rows("documents") if row["characters_out"] < 0.8 * row["characters_in"]]
    report = cleaned(max_removed=0.2)
    kept = [row for row in rows("documents") if row["status"] == "over_limit"]
    assert [row["id"] for row in kept] == over != []
    assert all(row["characters_in"] == row["characters_out"] for row in kept)
    assert "more than --max-removed allows" in kept[0]["warnings"][-1]
    assert report.exit_code == 4
    assert verify_run(Path("out")).problems == ()
    assert cleaned(max_removed=0.9).exit_code == 1


def test_a_run_that_removed_too_much_says_so():
    share = cleaned().removed_share
    assert cleaned(max_removed_run=share - 0.01).exit_code == 4
    assert cleaned(max_removed_run=share + 0.01).exit_code == 1


# RunOptions


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"layout": "fine"}, f"there is no layout 'fine'; choose one of {', '.join(NAMES)}; did you mean 'fineweb'?"),
        ({"output_format": "csv"}, "there is no output format 'csv'"),
        ({"input_format": "xml"}, "there is no input format 'xml'"),
        ({"max_removed": 1.5}, "max-removed must be a share from 0 to 1, not 1.5"),
        ({"layout": "dolma", "output_format": "parquet"}, "the dolma layout needs JSON lines"),
    ],
)
def test_options_that_can_not_be(options, error):
    with pytest.raises(ConfigError) as raised:
        cleaned(**options)
    assert error in str(raised.value)


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ("[run]\nlayuot = 'dolma'", "my.toml: unknown key 'run.layuot'; did you mean 'layout'?"),
        ("[run]\nsample = '5'", "my.toml: run.sample must be a int, not '5'"),
        ("[run]\nlayout = 'fine'", "my.toml: there is no layout 'fine'"),
        ("run = 5", "my.toml: run must be a table"),
        ("[run", "my.toml: is not valid TOML"),
    ],
)
def test_a_wrong_table_is_named(table, error):
    Path("my.toml").write_text(table)
    with pytest.raises(ConfigError) as raised:
        load_options(Path("my.toml"))
    assert error in str(raised.value)


def test_options_of_a_file():
    Path("cleaner.toml").write_text("profile = 'strict'\n[run]\nlayout = 'dolma'\nmax_removed = 1\nledger = false\n")
    assert load_options() == RunOptions(layout="dolma", max_removed=1, ledger=False)
    assert load_options(Path("cleaner.toml")).with_overrides(layout="plain").layout == "plain"


@pytest.mark.parametrize(
    ("name", "least"), [("sample", 0), ("shard_size", 0), ("cpu_seconds", 1), ("memory", 1)]
)  # fmt: skip
def test_options_of_a_file_have_the_bounds_of_the_command_line(name, least):
    Path("cleaner.toml").write_text(f"[run]\n{name} = {least}\n")
    assert getattr(load_options(), name) == least
    Path("cleaner.toml").write_text(f"[run]\n{name} = {least - 1}\n")
    with pytest.raises(ConfigError, match=f"cleaner.toml: {name.replace('_', '-')} must be at least {least}, not"):
        load_options()


def test_a_file_that_is_nested_without_end_is_named():
    Path("cleaner.toml").write_text("x = " + "[" * 50_000)
    with pytest.raises(ConfigError, match=r"cleaner.toml: is not valid TOML: nested too deeply"):
        load_options()


@pytest.mark.parametrize("form", ["jsonl.gz", "jsonl.zst", "parquet"])
def test_output_that_packs_like_a_bomb_is_verified_and_restored(form, monkeypatch):
    monkeypatch.setattr("cleaner.inputs.streams._MIN_CHECKED", 10_000)
    monkeypatch.setattr("cleaner.inputs.formats.parquet._MIN_CHECKED", 10_000)
    Path("rows.jsonl").write_text((json.dumps({"text": "a" * 400_000}) + "\n") * 9)
    run(["rows.jsonl"], Path("out"), Config(), RunOptions(output_format=form))
    assert verify_run(Path("out")) == (9, ())
    assert restore_run(Path("out"), Path("back")).files == 9


# The summary


def test_the_summary_lists_hosts_and_languages():
    Path("in/c.jsonl").write_text(
        "".join(json.dumps({"text": TEXT * 3, "url": f"https://www.h{n % 12}.org/{n}"}) + "\n" for n in range(30))
    )
    report = cleaned()
    summary = report.summary(verbose=True)
    assert "languages   en: " in summary
    assert "hosts       h0.org: 3 documents, " in summary
    assert "            and 2 more" in summary


def test_a_report_with_the_old_name_of_an_option_is_read():
    cleaned()
    path = Path("out/report.json")
    report = json.loads(path.read_text("utf-8"))
    report["run"]["engine"] = report["run"].pop("classifier")
    path.write_text(json.dumps(report), encoding="utf-8")
    assert verify_run(Path("out")).problems == ()
    del report["run"]["engine"]
    path.write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(OutputError, match="run has no field 'classifier'"):
        verify_run(Path("out"))


def many(count: int) -> Report:
    """The report of a run with this many of everything that is counted by name."""
    names = [f"kind{n}" for n in range(count)]
    report = Report(
        {"text_profile": "careful", "html_profile": "balanced"}, characters=Counter({"in": 9_999, "kept": 5})
    )
    report.statuses.add("ok", 7)
    report.passed_over.add("x" * 10_000, 1)
    for n, name in enumerate(names, 1):
        report.categories.add(name, n, n, n)
        report.hosts.add(name, n, n, 0)
        report.passed_over.add(name, n)
    return report


def test_the_summary_fits_one_screen():
    few, lots = many(3).summary(seconds=2).splitlines(), many(3_000).summary(seconds=2).splitlines()
    assert len(lots) <= 15
    assert "and 2,994 more categories in report.json" in lots
    assert "and 2,994 more categories with -v" in many(3_000).summary(is_written=False).splitlines()
    assert not any(" more " in line for line in few)
    assert lots[0].split() == ["category", "documents", "cuts", "characters", "share"]
    assert lots[1] == "kind2999      3,000  3,000       3,000  30.0%"
    assert lots[-1] == "documents   7 in = 7 out + 0 failed, 2.0 s, 3.5 documents/s"
    assert max(map(len, lots)) <= 1_000


def test_the_time_is_only_said_if_it_is_known():
    assert many(1).summary().splitlines()[-1] == "documents   7 in = 7 out + 0 failed"


def test_row_groups_are_bounded_in_rows_and_bytes(monkeypatch):
    from cleaner.outputs import containers

    monkeypatch.setattr(containers, "_ROW_GROUP", 3)
    monkeypatch.setattr(containers, "_GROUP_BYTES", 10)
    lines = [b"x" * size for size in (4, 4, 4, 1, 1, 1, 30, 2, 9, 1)]
    groups = list(containers._groups(lines))
    assert [line for group in groups for line in group] == lines
    assert [len(group) for group in groups] == [2, 3, 1, 1, 1, 2]
