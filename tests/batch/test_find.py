"""Which files a run reads, in which order, and what they are called."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from batch_pages import CONFIG, PAGE, put, rows, run_pages

from cleaner.errors import ConfigError
from cleaner.inputs.find import Source, find
from cleaner.inputs.records import Failed
from cleaner.run import runner
from cleaner.run.audit import restore_run
from cleaner.run.runner import run


def found_in(*sources):
    return [
        item.id if isinstance(item, Source) else f"{type(item).__name__}: {item.error or item.cure}"
        if isinstance(item, Failed) else f"{item.name}: {item.reason}"
        for item in find(sources)
    ]  # fmt: skip


def test_folders_are_read_in_order_and_hidden_files_are_not(pages):
    for name in ("b/z.txt", "b/a.md", "B.txt", ".hidden", "b/.git/x.txt", "c.unknown"):
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        (pages / name).write_bytes(PAGE)
    assert found_in("pages") == ["B.txt", "a.txt", "c.unknown", "b/a.md", "b/z.txt"]


def test_a_loop_of_links_ends(pages):
    (pages / "loop").symlink_to(pages)
    (pages / "z").mkdir()
    (pages / "z" / "back").symlink_to(pages)
    assert found_in("pages") == [
        "a.txt", "pages/loop: the same folder as pages", "pages/z/back: the same folder as pages"
    ]  # fmt: skip


@pytest.fixture
def deep(tmp_path, monkeypatch):
    """A folder so deep that recursion would give up, pytest's own cleaning too."""
    monkeypatch.chdir(tmp_path)
    depth = 1200
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    Path("a.txt").write_bytes(PAGE)
    os.chdir(tmp_path)
    yield "d/" * depth
    for _ in range(depth):
        os.chdir("d")
    Path("a.txt").unlink()
    for _ in range(depth):
        os.chdir("..")
        os.rmdir("d")


def test_a_very_deep_folder_is_read(deep):
    assert [item.id for item in find(["."])] == [f"{deep}a.txt"]


def test_the_same_file_is_read_once(pages):
    (pages / "link.txt").symlink_to("a.txt")
    assert found_in("pages", "pages/a.txt") == [
        "a.txt", "pages/link.txt: the same file as pages/a.txt", "pages/a.txt: the same file as pages/a.txt"
    ]  # fmt: skip
    report = run_pages()
    assert (report.out, report.failed, len(report.warnings)) == (1, 0, 1)


def test_two_inputs_with_one_id(pages):
    Path("more").mkdir()
    Path("more/a.txt").write_bytes(b"Other words.\n")
    report = run(["pages", "more"], Path("out"), CONFIG)
    row = rows("out/failed.jsonl")[0]
    assert row["error"] == "would get the id 'a.txt' of another input: pages/a.txt and more/a.txt"
    assert "rename one" in row["cure"]
    assert (report.out, report.failed) == (1, 1)


def test_files_of_one_name_have_their_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sources = [put(f"{folder}/part-0.jsonl") for folder in ("x", "y")] + [
        put("z.jsonl"),
        str(tmp_path / "x/part-0.jsonl"),
    ]
    report = runner.run([*sources, "../" + tmp_path.name + "/y/part-0.jsonl"], Path("out"), CONFIG)
    assert [row["source"] for row in rows("out/documents.jsonl")] == ["x/part-0.jsonl", "y/part-0.jsonl", "z.jsonl"]
    assert (report.failed, len(report.warnings)) == (0, 2)  # the same files again
    restore_run(Path("out"), Path("back"))


def test_the_output_of_another_run_is_no_input(pages):
    run(["pages"], Path("out"), CONFIG)
    Path("out").rename(pages / "old")
    (pages / "old" / "b.txt").write_text("Rain.\n", encoding="utf-8")
    assert found_in("pages") == ["a.txt", "old/b.txt"]


def test_a_source_that_is_not_there_is_an_error_of_the_call(pages):
    with pytest.raises(ConfigError, match="nowhere: there is no such file or folder"):
        run(["pages", "nowhere"], Path("out"), CONFIG)
    assert not Path("out").exists()


def test_stdin_is_a_source(pages, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    run(["-", "pages", "-"], Path("out"), CONFIG)
    assert [row["id"] for row in rows("out/documents.jsonl")] == ["-", "a.txt"]
    restore_run(Path("out"), Path("back"))
    assert Path("back/-").read_bytes() == PAGE


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_a_file_name_that_is_no_utf_8(pages):
    os.rename(b"pages/a.txt", b"pages/\xff.txt")
    run_pages()
    assert rows("out/documents.jsonl")[0]["id"] == "\\xff.txt"
    restore_run(Path("out"), Path("back"))
    assert [path.read_bytes() for path in Path("back").iterdir()] == [PAGE]
