"""Outputs that somebody changed or a disk damaged: `verify` and `restore` say so, and write nowhere else."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.cli.page import as_json, as_lines
from cleaner.cli.view import view_of_rows
from cleaner.compare.comparison import compare_runs
from cleaner.compare.formats import FORMATS
from cleaner.config import Config
from cleaner.errors import CleanerError, LedgerError, OutputError
from cleaner.run.audit import restore_run, verify_run
from cleaner.run.options import RunOptions
from cleaner.run.runner import run
from cleaner.run.single import rows_of

TEXT = "Skip to main content\nRain is expected in the north.\r\nIt will be dry in the s\u00fcd.\nShare this article\n"
HTML = "<html><body><nav><a href='/'>Home</a></nav><p>Rain is expected in the north until Friday.</p></body></html>"
KINDS = ["documents", "ledger", "failed", "report"]


@cache
def output(layout="plain", output_format="jsonl"):
    """The files of a run over inputs of several kinds, by name."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "in"), Path(folder, "out")
        source.mkdir()
        (source / "a.txt").write_bytes(TEXT.encode("latin-1"))
        (source / "b.html").write_text(HTML)
        (source / "c.jsonl").write_text(json.dumps({"id": "x", "text": TEXT, "n": {"deep": [1]}}) + '\n{"id": 1}\n')
        (source / "d.txt").write_bytes(b"\xff\xfeM\x00\x00\xd8x\x00")
        run([str(source)], out, Config(), RunOptions(layout=layout, output_format=output_format))
        return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def places(value, way=()):
    """The ways to all values in a row."""
    yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*way, key))


def changed(value, way, new):
    if not way:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[way[0]] = changed(value[way[0]], way[1:], new)
    return copy


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-3, 60),
    st.sampled_from([2**63, -(2**63), 10**30, 1e308, -0.5, float("inf")]),
    st.text(max_size=4),
    st.sampled_from(["\ud800", "../x", "/etc/x", "a\0b", "", "zlib", "utf-16", "rot13", "ff" * 9, "x" * 3_000, "a/b"]),
    st.sampled_from([[], {}, [None], [[]], [1, "a"], {"a": None}, [{}], "eJwDAAAAAAE="]),
)


@st.composite
def damaged_outputs(draw, layout="plain"):
    """The files of a run, one of them with a value changed, a field removed, or bytes changed."""
    files = dict(output(layout))
    name = draw(st.sampled_from(sorted(files)))
    data = files[name]
    how = draw(st.sampled_from(["value", "value", "value", "lost", "bytes", "lines"]))
    if how == "bytes":
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        files[name] = data[:start] + draw(st.binary(max_size=3)) + data[start + draw(st.integers(0, 20)) :]
        return files
    parts = [data] if name.endswith("report.json") else data.splitlines(keepends=True)
    if not parts:
        return files
    n = draw(st.integers(0, len(parts) - 1))
    if how == "lines":
        parts[n] = draw(st.sampled_from([b"", b"\n", b"null\n", b"[" * 100_000 + b"\n", parts[n] * 2]))
    else:
        row = json.loads(parts[n])
        way = draw(st.sampled_from(list(places(row))))
        if how == "lost" and way and isinstance(way[-1], str):
            row = changed(row, way[:-1], {k: v for k, v in at(row, way[:-1]).items() if k != way[-1]})
        else:
            row = changed(row, way, draw(ODD))
        parts[n] = json.dumps(row).encode() + b"\n"
    files[name] = b"".join(parts)
    return files


def at(row, way):
    return at(row[way[0]], way[1:]) if way else row


def write(files, folder):
    for name, data in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


IDS = ("a.txt", "b.html", "x", "d.txt", "no such id")


def assert_explained(out):
    """Each document is shown, or what is wrong is told with the name of a file of the run."""
    for id in IDS:
        view, problem = None, ""
        try:
            view = view_of_rows(*rows_of(out, id))
        except (LedgerError, OutputError) as error:
            problem = str(error)
        if view is None:
            assert problem.startswith(str(out))
            continue
        assert "".join(part.text for part in view.fragments()) == view.whole
        json.loads(as_json(view))
        assert list(as_lines(view, every_line=True))


def assert_all_is_told(files):
    with tempfile.TemporaryDirectory() as folder:
        out, back = Path(folder, "a", "out"), Path(folder, "a", "back")
        write(files, out)
        try:
            problems = verify_run(out).problems
            assert all(problem.startswith(str(out)) for problem in problems)
        except CleanerError:
            pass
        assert_explained(out)
        with contextlib.suppress(CleanerError):
            problems = restore_run(out, back).problems
            assert all(problem.startswith(str(out)) for problem in problems)
        assert os.listdir(folder) == ["a"]
        assert set(os.listdir(Path(folder, "a"))) <= {"out", "back"}
        assert {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()} == files


@settings(max_examples=300)
@given(damaged_outputs())
def test_any_damage_is_told_in_words_and_writes_nothing_elsewhere(files):
    assert_all_is_told(files)


@settings(max_examples=60)
@given(damaged_outputs(layout="dolma"))
def test_any_damage_to_another_layout_is_told_too(files):
    assert_all_is_told(files)


@settings(max_examples=200)
@given(damaged_outputs(), st.booleans())
def test_a_comparison_names_the_damage_too(files, is_first):
    with tempfile.TemporaryDirectory() as folder:
        whole, damaged = Path(folder, "whole"), Path(folder, "damaged")
        write(output(), whole)
        write(files, damaged)
        first, second = (damaged, whole) if is_first else (whole, damaged)
        try:
            comparison = compare_runs(first, second)
            problems = comparison.problems
            assert all(list(as_lines_of(comparison, [])) for as_lines_of in FORMATS.values())
        except CleanerError as error:
            problems = [str(error)]
        assert all(problem.startswith(folder) for problem in problems)


@pytest.mark.parametrize("value", [None, 7, "x", [], [None], {}])
@pytest.mark.parametrize("field", ["files", "run", "passed_over", "rules_never_fired", "warnings", "documents"])
def test_a_damaged_report_is_told_with_its_field(tmp_path, field, value):
    write(output(), tmp_path)
    report = json.loads((tmp_path / "report.json").read_bytes())
    (tmp_path / "report.json").write_text(json.dumps({**report, field: value}))
    try:
        problems = verify_run(tmp_path).problems
    except OutputError as error:
        problems = (str(error),)
    fits = value == [] and (report[field] == [] or field == "rules_never_fired")  # which rules there were is not known
    assert bool(problems) != fits
    assert all("report.json" in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("documents.jsonl", {"source": "\ud800"}, "can't be the name of a file"),
        ("documents.jsonl", {"characters_in": "9"}, "documents.jsonl:1: characters_in is text, not a whole number"),
        ("ledger.jsonl", {"cuts": None}, "ledger.jsonl:1: cuts is null, not a list"),
        ("ledger.jsonl", {"ledger_version": 3}, "ledger.jsonl:1: ledger_version is 3, not 2"),
        ("ledger.jsonl", {"more": 3}, "ledger.jsonl:1: the row has an unknown field 'more'"),
        ("ledger.jsonl", {"source": "b.html"}, "documents.jsonl:1: source and record are not those of"),
        (
            "ledger.jsonl",
            {"repairs": [{"at": 0, "bytes": "x"}]},
            "repairs[0].bytes is 'x', which does not have the form",
        ),
    ],
)
def test_a_row_of_another_shape_is_told_with_file_line_and_field(tmp_path, name, change, problem):
    write(output(), tmp_path / "out")
    lines = output()[name].splitlines(keepends=True)
    lines[0] = json.dumps({**json.loads(lines[0]), **change}).encode() + b"\n"
    (tmp_path / "out" / name).write_bytes(b"".join(lines))
    restored = restore_run(tmp_path / "out", tmp_path / "back")
    assert restored.files == 3
    assert [problem in one for one in restored.problems] == [True]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda run: run.update(start=10_000), "cuts[0] starts at 10000, outside the text"),
        (lambda run: run.update(lengths=[1]), "its lengths add up to 1"),
        (lambda run: run.update(decisions=[99] * len(run["decisions"])), "refers to decision 99"),
        (lambda run: run.update(line=9), "cuts[0].line is 9, but should be 1"),
    ],
)
def test_a_cut_that_does_not_fit_is_told_with_file_and_line(tmp_path, change, problem):
    write(output(), tmp_path / "out")
    lines = [json.loads(line) for line in output()["ledger.jsonl"].splitlines()]
    change(lines[0]["cuts"][0])
    (tmp_path / "out" / "ledger.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
    with pytest.raises(LedgerError) as error:
        rows_of(tmp_path / "out", lines[0]["id"])
    assert str(error.value).startswith(f"{tmp_path}/out/ledger.jsonl:1: ")
    assert problem in str(error.value)
    assert any(
        f"ledger.jsonl:1: a.txt: {problem[:10]}" in one or problem in one
        for one in verify_run(tmp_path / "out").problems
    )
    assert rows_of(tmp_path / "out", lines[1]["id"])[0]["id"] == lines[1]["id"]


def test_explain_passes_over_the_damage_to_other_documents(tmp_path):
    write(output(), tmp_path)
    lines = output()["documents.jsonl"].splitlines(keepends=True)
    (tmp_path / "documents.jsonl").write_bytes(b"".join([b"{]\n", *lines[1:]]))
    second = json.loads(lines[1])["id"]
    assert rows_of(tmp_path, second)[0]["id"] == second
    with pytest.raises(LedgerError, match=r"no document has the id 'a.txt'; .*documents.jsonl:1: is not a JSON object"):
        rows_of(tmp_path, "a.txt")


def test_a_ledger_of_an_older_version_is_named(tmp_path):
    write(output(), tmp_path)
    lines = [json.loads(line) for line in output()["ledger.jsonl"].splitlines()]
    for row in lines:
        del row["ledger_version"]
    (tmp_path / "ledger.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
    assert any(
        "from an older version of cleaner; run again with --overwrite" in line for line in verify_run(tmp_path).problems
    )


@pytest.mark.parametrize("name", ["documents.jsonl", "ledger.jsonl", "failed.jsonl", "report.json"])
@pytest.mark.parametrize("what", ["folder", "pipe"])
def test_what_is_no_file_is_not_waited_for(tmp_path, name, what):
    write(output(), tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir() if what == "folder" else os.mkfifo(tmp_path / name)
    try:
        problems = verify_run(tmp_path).problems
    except OutputError as error:
        problems = (str(error),)
    assert any("is not a file" in problem for problem in problems)


def test_damage_to_parquet_is_told(tmp_path):
    files = output("plain", "parquet")
    for name in ("documents.parquet", "ledger.parquet"):
        for at_ in range(4, len(files[name]), max(len(files[name]) // 12, 1)):
            shutil.rmtree(tmp_path / "out", ignore_errors=True)
            data = files[name]
            write({**files, name: data[:at_] + bytes([data[at_] ^ 255]) + data[at_ + 1 :]}, tmp_path / "out")
            assert verify_run(tmp_path / "out").problems


# Inputs that behave badly while they are read


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")
def test_a_file_of_the_kernel_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/a.txt").symlink_to("/proc/kmsg")
    Path("in/b.txt").symlink_to("/proc/self/status")
    Path("in/c.jsonl").symlink_to("/proc/kmsg")
    Path("in/d.txt").write_text(TEXT)
    report = run(["in"], Path("out"), Config())
    assert (report.out, report.failed) == (1, 3)
    failed = [json.loads(line) for line in Path("out/failed.jsonl").read_bytes().splitlines()]
    assert {row["error"] for row in failed} == {"is a file of the kernel (/proc or /sys), which may never end"}


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_an_input_that_changes_during_the_run_is_told(tmp_path, monkeypatch, name):
    from cleaner.inputs.formats import jsonl, whole

    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in", name).write_text(json.dumps({"text": TEXT}) + "\n")
    Path("in/z.txt").write_text(TEXT)
    read_document, stream = whole.read_document, jsonl.Stream

    def grow():
        with Path("in", name).open("a") as file:
            file.write("\n")

    def read_and_grow(path, max_bytes):
        data = read_document(path, max_bytes)
        if path.name == name:
            grow()
        return data

    class Growing(stream):
        def __exit__(self, *error):
            grow()
            super().__exit__(*error)

    monkeypatch.setattr(whole, "read_document", read_and_grow)
    monkeypatch.setattr(jsonl, "Stream", Growing)
    said = []
    report = run(["in"], Path("out"), Config(), watch=lambda _, message: said.append(message))
    assert len(report.warnings) == 1
    assert f"{name}: changed during the run" in report.warnings[0]
    assert report.warnings[0] in said
    assert verify_run(Path("out")).problems == ()


@pytest.mark.parametrize(
    ("number", "kept"),
    [("1e400", "1e400"), ("-1E+999", "-1E+999"), ("1.5", 1.5), (f"{10**30}", 10**30)],
    ids=["1e400", "-1E+999", "1.5", "ten to the thirtieth"],
)
def test_a_number_that_floats_can_not_hold_is_kept(tmp_path, monkeypatch, number, kept):
    monkeypatch.chdir(tmp_path)
    pair = f'"n": {number}'
    Path("a.jsonl").write_text(f'{{"text": "Rain.", {pair}, "deep": [{{{pair}}}]}}\n')
    run(["a.jsonl"], Path("out"), Config())
    assert json.loads(Path("out/documents.jsonl").read_bytes())["extra"] == {"n": kept, "deep": [{"n": kept}]}
