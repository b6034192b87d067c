"""Whole runs, and all that can go wrong around a document."""

from __future__ import annotations

import dataclasses
import errno
import gc
import json
import os
from pathlib import Path

import pytest
from batch_pages import CONFIG, HOSTILE, HTML, PAGE, ROOT, error_of, rows, run_pages
from jsonschema import Draft202012Validator

from cleaner.config import Config
from cleaner.errors import InputError, OutputError
from cleaner.inputs import find as sources
from cleaner.inputs.find import OUTPUT_FILES, find
from cleaner.inputs.formats import Settings
from cleaner.inputs.records import Skipped
from cleaner.json_lines import to_line
from cleaner.pipeline import Pipeline
from cleaner.run import folder as writers
from cleaner.run import runner, single
from cleaner.run.audit import restore_run, verify_run
from cleaner.run.runner import dry_run, run

# What a run gives


def test_a_run_writes_rows_that_fit_and_adds_up(pages):
    (pages / "deep" / "er").mkdir(parents=True)
    (pages / "deep" / "er" / "b.md").write_bytes(b"\xef\xbb\xbfA note.\r\n")
    (pages / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    report = run_pages()
    documents, ledger = rows("out/documents.jsonl"), rows("out/ledger.jsonl")
    assert [row["id"] for row in documents] == [row["id"] for row in ledger] == ["a.txt", "deep/er/b.md"]
    assert documents[0]["text"] == "Rain is expected in the north.\nIt will be dry in the south.\n"
    told = json.loads(Path("out/report.json").read_text())
    assert told["documents"] == {"in": 3, "out": 2, "failed": 1}
    characters = told["characters"]
    assert characters["in"] == characters["kept"] + characters["removed"] == sum(r["characters_in"] for r in documents)
    assert sum(row["characters"] for row in told["categories"]) == characters["removed"]
    assert set(told["rules_never_fired"]).isdisjoint(row["rule"] for row in told["rules"])
    assert report.exit_code == 1
    assert verify_run(Path("out")) == (2, ())


@pytest.mark.parametrize("name", ["document", "ledger", "failed", "report"])
def test_what_is_written_fits_its_schema(pages, name):
    (pages / "b.txt").write_bytes(b"")
    (pages / "c.txt").write_bytes(b"PK\x03\x04\0\0\0")
    (pages / "d.txt").write_bytes("Größe, Mühe und Übel.\nAccept all cookies\n".encode("cp1252"))
    (pages / "e.html").write_text(HTML, encoding="utf-8")
    (pages / "f.md").write_text("# Rain\n\n* in the north\n", encoding="utf-8")
    run_pages(Config(text_format="markdown"))
    schema = Draft202012Validator(json.loads((ROOT / f"cleaner/schemas/{name}.schema.json").read_text()))
    file = {"document": "documents.jsonl", "report": "report.json"}.get(name, f"{name}.jsonl")
    found = [json.loads(Path("out/report.json").read_text())] if name == "report" else rows(f"out/{file}")
    assert found
    for row in found:
        schema.validate(row)


def test_the_same_run_again_gives_the_same_bytes(pages):
    run_pages()
    before = {name: Path("out", name).read_bytes() for name in OUTPUT_FILES}
    assert not run_pages(overwrite=True).is_old
    assert before == {name: Path("out", name).read_bytes() for name in OUTPUT_FILES}


def test_nothing_is_left_beside_the_output(pages):
    run_pages()
    assert sorted(os.listdir("out")) == sorted(OUTPUT_FILES)


def test_a_dry_run_tells_the_same_and_writes_nothing(pages):
    assert dry_run(["pages"], CONFIG).row() == run_pages().row()
    assert sorted(os.listdir()) == ["out", "pages"]


def test_pyarrow_reads_what_is_written(pages):
    json_reader = pytest.importorskip("pyarrow.json")
    (pages / "b.txt").write_bytes(b"")
    (pages / "c.html").write_text(HTML, encoding="utf-8")
    run_pages()
    for name in ("documents", "ledger"):
        assert json_reader.read_json(f"out/{name}.jsonl").to_pylist() == rows(f"out/{name}.jsonl")


# Faults of a single input


def test_an_empty_file_is_a_document(pages):
    (pages / "b.txt").write_bytes(b"")
    assert run_pages().exit_code == 0
    assert [(row["status"], row["text"]) for row in rows("out/documents.jsonl")][1] == ("empty", "")


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_comes_through_and_back(pages, data):
    (pages / "b.txt").write_bytes(data)
    assert run_pages().exit_code == 0
    assert verify_run(Path("out")).problems == ()
    restore_run(Path("out"), Path("back"))
    assert Path("back/b.txt").read_bytes() == data
    assert Path("back/a.txt").read_bytes() == PAGE


def test_line_ends_and_bom_change_nothing_of_what_is_kept(pages):
    (pages / "b.txt").write_bytes(PAGE.replace(b"\n", b"\r\n"))
    (pages / "c.txt").write_bytes(b"\xef\xbb\xbf" + PAGE)
    run_pages()
    texts = [row["text"].replace("\r\n", "\n") for row in rows("out/documents.jsonl")]
    assert len(set(texts)) == 1


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("b.bin", b"\x89PNG\r\n\x1a\n\0\0\0", "looks like a PNG image, not text"),
        ("b.txt", bytes(range(256)) * 3, "looks like binary data, not text"),
        ("b.html", b"\x89PNG\r\n\x1a\n\0\0\0", "looks like a PNG image, not text"),
        ("b.htm", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "looks like a JPEG image, not text"),
        ("b.txt", b"x" * 1001, "too large: over 1,000 bytes"),
    ],
)
def test_what_is_no_text_fails_and_the_others_go_on(pages, name, data, error):
    (pages / name).write_bytes(data)
    assert error_of(run_pages(Config(max_bytes=1000))) == error
    assert rows("out/failed.jsonl")[0]["id"] == name
    assert [row["id"] for row in rows("out/documents.jsonl")] == ["a.txt"]


def test_an_unreadable_file_fails_and_the_others_go_on(pages, monkeypatch):
    (pages / "b.txt").write_bytes(PAGE)
    real_open = Path.open

    def refuse(path, *args, **kwargs):
        if path.name == "a.txt":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    assert error_of(run_pages()) == "can't be read: Permission denied"
    assert [row["id"] for row in rows("out/documents.jsonl")] == ["b.txt"]


def test_an_unreadable_folder_fails_and_the_others_go_on(pages, monkeypatch):
    (pages / "shut").mkdir()
    real_scandir = os.scandir

    def refuse(path):
        if Path(path).name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_scandir(path)

    monkeypatch.setattr(sources.os, "scandir", refuse)
    assert error_of(run_pages()) == "the folder can't be listed: Permission denied"


def test_a_file_that_vanishes_fails(pages):
    (pages / "b.txt").write_bytes(PAGE)
    found = find(["pages"])
    assert next(found).id == "a.txt"
    (pages / "b.txt").unlink()
    assert next(found).error == "was removed during the run"


def test_a_link_to_nothing_and_a_pipe_fail(pages):
    (pages / "b.txt").symlink_to("nowhere")
    os.mkfifo(pages / "c.txt")
    report = run_pages()
    assert [error_of(report, n) for n in range(2)] == ["is a broken symbolic link", "is a device or a pipe"]


def test_a_document_on_which_the_pipeline_fails_is_passed_through(pages, monkeypatch):
    def fail(self, text, *, id, kind, url):
        raise ZeroDivisionError("oh dear")

    monkeypatch.setattr(Pipeline, "run", fail)
    report = run_pages()
    row = rows("out/documents.jsonl")[0]
    assert (row["status"], row["text"].encode(), report.exit_code) == ("passed_through", PAGE, 3)
    assert "ZeroDivisionError: oh dear (test_batch.py:" in row["warnings"][0]
    assert verify_run(Path("out")).problems == ()


def test_a_result_that_breaks_its_promise_is_passed_through(pages, monkeypatch):
    real_run = Pipeline.run

    def lie(self, text, *, id, kind, url):
        result = real_run(self, text, id=id, kind=kind)
        return type(result)(result.document, (*result.cuts, *result.cuts))

    monkeypatch.setattr(Pipeline, "run", lie)
    assert run_pages().exit_code == 3
    assert rows("out/documents.jsonl")[0]["text"].encode() == PAGE


# Memory and the library


def test_memory_does_not_grow_with_the_number_of_documents(tmp_path):
    tracemalloc = pytest.importorskip("tracemalloc")
    path = tmp_path / "a.jsonl"
    pipeline = CONFIG.pipeline()

    def clean(count):
        path.write_bytes(to_line({"text": PAGE.decode()}) * count)
        batch = runner.Batch([str(path)], CONFIG)
        batch.cleaning = dataclasses.replace(batch.cleaning, pipeline=pipeline)
        assert batch.run(writers.NullSink(), runner.silent).out == count

    clean(20)
    tracemalloc.start()
    clean(300)  # until then the interpreter fills its free lists
    gc.collect()
    few, _ = tracemalloc.get_traced_memory()
    clean(800)
    gc.collect()
    many, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert many - few < 50_000


def test_one_document_that_can_not_be_read_is_named(pages):
    with pytest.raises(InputError, match="pages: is a folder"):
        single.read_one("pages", Settings(CONFIG))
    with pytest.raises(InputError, match=r"nothing.txt: can't be read: No such file"):
        single.explained(single.read_one("nothing.txt", Settings(CONFIG)), CONFIG.pipeline(), Settings(CONFIG))
    assert single.read_one("pages/a.txt", Settings(CONFIG)).id == "a.txt"


def test_skipped_is_told_to_the_watch(pages):
    (pages / "link.txt").symlink_to("a.txt")
    told = []
    run_pages(watch=lambda report, message: told.append((report.done, message)))
    assert told == [(1, "pages/link.txt: skipped, the same file as pages/a.txt"), (1, "")]
    assert Skipped("x", "y").reason == "y"


def test_a_file_name_with_a_colon_comes_back(pages):
    (pages / "y:z.txt").write_text("Rain.\n", encoding="utf-8")
    run(["pages"], Path("out"), CONFIG)
    assert restore_run(Path("out"), Path("back")) == (2, 0, ())
    assert Path("back/y:z.txt").read_text(encoding="utf-8") == "Rain.\n"


def test_a_file_that_is_a_folder_elsewhere_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("p").mkdir()
    Path("q/a").mkdir(parents=True)
    Path("p/a").write_text("one\n", encoding="utf-8")
    Path("q/a/b.txt").write_text("two\n", encoding="utf-8")
    run(["p", "q"], Path("out"), CONFIG)
    with pytest.raises(OutputError, match="is a file of one source and a folder of another"):
        restore_run(Path("out"), Path("back"))
    assert not Path("back").exists()


def test_another_folder_of_the_same_name_is_another_run(tmp_path, monkeypatch):
    for name in ("x", "y"):
        folder = tmp_path / name / "data"
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(f"{name}\n", encoding="utf-8")
        monkeypatch.chdir(folder.parent)
        if name == "x":
            run(["data"], tmp_path / "out", CONFIG)
        else:
            with pytest.raises(OutputError, match="another run"):
                run(["data"], tmp_path / "out", CONFIG)
