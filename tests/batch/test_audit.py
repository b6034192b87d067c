"""`verify` finds damage, and `restore` puts back the sources and nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from batch_pages import PAGE, rows, run_pages

from cleaner.errors import OutputError
from cleaner.json_lines import to_line, to_row
from cleaner.run.audit import restore_run, safe_path, verify_run
from cleaner.run.options import RunOptions


def damaged(path, change):
    data = Path(path).read_bytes()
    assert change(data) != data
    Path(path).write_bytes(change(data))


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("documents.jsonl", lambda data: data.replace(b"Rain", b"Snow"), "documents.jsonl:1: a.txt: source_sha256"),
        (
            "documents.jsonl",
            lambda data: data.replace(b'"title":""', b'"title":"x"'),
            "not the file that the run wrote",
        ),
        ("documents.jsonl", lambda data: data[:-40], "is not a JSON object"),
        ("documents.jsonl", lambda data: data.replace(b'"text"', b'"taxt"'), "the row has no field 'text'"),
        ("documents.jsonl", lambda data: b"", "has more lines than documents.jsonl"),
        ("ledger.jsonl", lambda data: b"", "the row is missing"),
        ("ledger.jsonl", lambda data: data.replace(b"main", b"mein"), "source_sha256"),
        ("failed.jsonl", lambda data: b"{}\n", "documents does not match the rows"),
        ("report.json", lambda data: data.replace(b'"out": 1', b'"out": 2'), "documents does not match the rows"),
    ],
)
def test_verify_finds_damage(pages, name, change, problem):
    run_pages()
    damaged(f"out/{name}", change)
    problems = verify_run(Path("out")).problems
    assert any(problem in line for line in problems), problems


def test_verify_needs_a_whole_run(pages):
    run_pages()
    Path("out/report.json").unlink()
    with pytest.raises(OutputError, match="has no report.json, so it is not the output of a finished run"):
        verify_run(Path("out"))
    with pytest.raises(OutputError, match="has no report.json, so it is not the output of a finished run"):
        restore_run(Path("out"), Path("back"))


def test_a_file_that_is_missing_is_named(pages):
    run_pages()
    Path("out/ledger.jsonl").unlink()
    files, _, problems = restore_run(Path("out"), Path("back"))
    assert files == 0
    assert problems[0].startswith("out/ledger.jsonl: can't be read")


def test_restore_writes_into_an_empty_folder_only(pages):
    run_pages()
    with pytest.raises(OutputError, match="is not an empty folder"):
        restore_run(Path("out"), pages)


def test_restore_refuses_what_is_not_the_source(pages):
    run_pages()
    damaged("out/documents.jsonl", lambda data: data.replace(b"Rain", b"Snow"))
    files, _, problems = restore_run(Path("out"), Path("back"))
    assert files == 0
    assert problems == ("out/documents.jsonl:1: a.txt: the restored file is not the source that was read (sha256)",)


@pytest.mark.parametrize("layout", ["plain", "dolma"])
@pytest.mark.parametrize("kind", ["documents", "ledger"])
@pytest.mark.parametrize("line", [b"no json\n", b"null\n", b"{}\n"], ids=["no JSON", "null", "no fields"])
def test_sound_documents_are_restored_beside_a_damaged_one(pages, kind, line, layout):
    for n in range(5):
        (pages / f"{n}.txt").write_bytes(PAGE)
    run_pages(options=RunOptions(layout=layout))
    name = next(
        file["name"] for file in json.loads(Path("out/report.json").read_bytes())["files"] if file["kind"] == kind
    )
    lines = Path("out", name).read_bytes().splitlines(keepends=True)
    Path("out", name).write_bytes(b"".join((*lines[:2], line, *lines[3:])))
    files, pages_, problems = restore_run(Path("out"), Path("back"))
    assert (files, pages_) == (5, 0)
    assert [problem.partition(": ")[0] for problem in problems] == [f"out/{name}:3"]
    assert sorted(path.name for path in Path("back").iterdir()) == ["0.txt", "1.txt", "3.txt", "4.txt", "a.txt"]
    assert all(path.read_bytes() == PAGE for path in Path("back").iterdir())


@pytest.mark.parametrize("source", ["../x", "/etc/x", "a/../../x", "a\0b", "", "a/.."])
def test_restore_does_not_leave_its_folder(pages, source):
    run_pages()
    for name in ("documents.jsonl", "ledger.jsonl"):
        row = rows(f"out/{name}")[0]
        Path("out", name).write_bytes(to_line({**row, "source": source}))
    files, _, problems = restore_run(Path("out"), Path("back"))
    assert files == 0
    assert ["is not a path below the target" in problem for problem in problems] == [True]
    assert sorted(os.listdir()) == ["out", "pages"]


@pytest.mark.parametrize("source", ["C:\\x", "c:x", "..\\x", "\\\\host\\x"])
def test_paths_that_lead_out_on_windows(source):
    assert safe_path(source, windows=False) == Path(source)
    with pytest.raises(OutputError, match="is not a path below the target"):
        safe_path(source, windows=True)


@pytest.mark.parametrize("source", ["con", "a/NUL.txt", "com1.md", "a./b", "a /b"])
def test_names_that_windows_keeps_for_itself(source):
    assert safe_path(source, windows=False) == Path(source)
    with pytest.raises(OutputError, match="is not a file name on Windows"):
        safe_path(source, windows=True)


@pytest.mark.parametrize("row", [{"a": "\ud800"}, {"a": 1 << 70}, {"a": "\0\u2028", "b": []}])
def test_lines_hold_whatever_a_string_can(row):
    assert to_row(to_line(row)) == row
    assert to_line(row).count(b"\n") == 1
