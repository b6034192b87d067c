"""What a run may write over, and what it leaves when it is stopped."""

from __future__ import annotations

import contextlib
import errno
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_pages import CONFIG, PAGE, ROOT, ROW, put, rows, run_pages

from cleaner.config import Config
from cleaner.errors import ConfigError, OutputError, RuleError
from cleaner.inputs.find import OUTPUT_FILES
from cleaner.outputs import parts
from cleaner.run import folder as writers
from cleaner.run import runner
from cleaner.run.folder import WriteError
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

# The output folder


def test_the_output_is_not_written_into_an_input(pages):
    for output in ("pages", "pages/out", "pages/deep/out"):
        with pytest.raises(OutputError, match="is the input pages or in it"):
            run(["pages"], Path(output), CONFIG)
    assert os.listdir("pages") == ["a.txt"]


def test_an_input_is_not_overwritten(pages):
    Path("documents.jsonl").write_bytes(PAGE)
    with pytest.raises(OutputError, match="the input documents.jsonl would be overwritten"):
        run(["documents.jsonl"], Path(), CONFIG, overwrite=True)


def test_the_output_of_another_run_is_not_overwritten(pages):
    run_pages()
    with pytest.raises(OutputError, match="contains the output of another run; .* --overwrite"):
        run_pages(Config(profile="strict"))
    run_pages(Config(profile="strict"), overwrite=True)
    assert rows("out/documents.jsonl")[0]["profile"] == "strict"


def test_foreign_files_are_not_overwritten(pages):
    Path("out").mkdir()
    Path("out/ledger.jsonl").write_text("mine")
    with pytest.raises(OutputError, match=r"contains ledger.jsonl, but no report"):
        run_pages()
    assert Path("out/ledger.jsonl").read_text() == "mine"


def test_a_file_is_no_output_folder(pages):
    Path("out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        run_pages()


def test_a_wrong_pack_or_profile_stops_before_anything_is_written(pages):
    with pytest.raises(RuleError):
        run_pages(Config(select=("nothing",)))
    with pytest.raises(ConfigError):
        run_pages(Config(profile="wild"))
    assert not Path("out").exists()


def test_two_runs_do_not_write_into_one_folder(pages):
    pytest.importorskip("fcntl")
    with writers.Folder(Path("out")), pytest.raises(OutputError, match="another run is writing here"):
        run_pages()
    assert not Path("out").exists()


def full_disk(monkeypatch, part, method):
    def fail(self, *args):
        if self.path.name == part:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, *args)

    real = getattr(parts.Part, method)
    monkeypatch.setattr(parts.Part, method, fail)


@pytest.mark.parametrize("part", ["documents.jsonl", "ledger.jsonl", "failed.jsonl"])
@pytest.mark.parametrize("method", ["write", "sync"])
def test_a_full_disk_leaves_the_folder_as_it_was(pages, monkeypatch, part, method):
    run_pages()
    before = {name: Path("out", name).read_bytes() for name in OUTPUT_FILES}
    full_disk(monkeypatch, part, method)
    with pytest.raises(WriteError, match="No space left on device; make room and run the same command again"):
        run_pages(overwrite=True)
    assert before == {name: Path("out", name).read_bytes() for name in os.listdir("out")}


def test_a_full_disk_in_a_new_folder_leaves_none(pages, monkeypatch):
    full_disk(monkeypatch, "ledger.jsonl", "write")
    with pytest.raises(WriteError):
        run_pages()
    assert not Path("out").exists()


def test_an_interrupt_leaves_nothing(pages, monkeypatch):
    def interrupt(report, message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pages(watch=interrupt)
    assert os.listdir() == ["pages"]


def test_a_killed_run_leaves_no_half_file_under_a_final_name(pages):
    for n in range(2000):
        (pages / f"{n}.txt").write_bytes(PAGE * 20)
    process = subprocess.Popen(
        [sys.executable, "-m", "cleaner", "run", "pages", "-q"], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    while process.poll() is None and not Path("out/documents.jsonl.part").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert Path("out/documents.jsonl.part").exists()
    assert not set(OUTPUT_FILES) & set(os.listdir("out"))
    assert run(["pages/a.txt"], Path("out"), CONFIG, overwrite=True).out == 1  # what was left is in nobody's way
    assert sorted(os.listdir("out")) == sorted(OUTPUT_FILES)


# What is there stays there


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("source", "output", "options"),
    [
        ("a/documents.jsonl.gz", "a", {"output_format": "jsonl.gz"}),
        ("a/documents/00000.jsonl", "a", {"layout": "dolma"}),
        ("a/documents-00000.jsonl", "a", {"shard_size": 1}),
        ("a/doc*.jsonl.gz", "a", {"output_format": "jsonl.gz"}),
        ("a/failed.jsonl", "a", {"output_format": "jsonl.gz"}),
        ("a/doc*.jsonl", "a", {}),
    ],
)
def test_an_input_is_never_written_to(tmp_path, monkeypatch, source, output, options, overwrite):
    monkeypatch.chdir(tmp_path)
    there = Path(put(source.replace("*", "uments")))
    if there.suffix == ".gz":
        there.write_bytes(gzip.compress(ROW.encode()))
    before = there.read_bytes()
    with contextlib.suppress(OutputError):
        runner.run([source], Path(output), CONFIG, RunOptions().with_overrides(**options), overwrite=overwrite)
    assert there.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("documents.jsonl.gz", {"output_format": "jsonl.gz"}),
        ("documents/00000.parquet", {"layout": "fineweb", "output_format": "parquet"}),
        ("ledger/00000.jsonl", {"layout": "dolma"}),
    ],
)
def test_a_file_of_somebody_else_is_replaced_on_request_only(tmp_path, monkeypatch, name, options):
    monkeypatch.chdir(tmp_path)
    source, options = put("s.jsonl"), RunOptions().with_overrides(**options)
    there = Path(put(f"out/{name}", "precious"))
    with pytest.raises(OutputError, match="exists and is not the output of a run"):
        runner.run([source], Path("out"), CONFIG, options)
    assert there.read_text() == "precious"
    assert [path for path in Path("out").rglob("*") if path.is_file()] == [there]
    assert runner.run([source], Path("out"), CONFIG, options, overwrite=True).out == 1
    assert runner.run([source], Path("out"), CONFIG, options).is_old


def test_a_glob_finds_no_output_of_a_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("in/s.jsonl")
    for layout in ("plain", "dolma"):
        runner.run(["**/*.jsonl"], Path(f"out/{layout}"), CONFIG, RunOptions(layout=layout))
        again = runner.run(["**/*.jsonl"], Path(f"out/{layout}"), CONFIG, RunOptions(layout=layout))
        assert (again.is_old, again.out) == (True, 1)


def test_no_glob_leads_out_of_the_output(tmp_path, monkeypatch):
    put(tmp_path / "b" / "evil" / "s.jsonl")
    (tmp_path / "a" / "s1").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    report = runner.run(["s*/../../b/evil/*.jsonl"], Path("../deep/out"), CONFIG, RunOptions(keep_folders=True))
    assert report.out == 1
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "deep"]


def test_a_finished_run_whose_files_are_gone_is_done_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = put("s.jsonl")
    runner.run([source], Path("out"), CONFIG)
    Path("out/documents.jsonl").unlink()
    assert not runner.run([source], Path("out"), CONFIG).is_old
    assert Path("out/documents.jsonl").is_file()
    Path("out/ledger.jsonl").write_text("")
    assert not runner.run([source], Path("out"), CONFIG).is_old
    assert runner.run([source], Path("out"), CONFIG).is_old


def test_a_sidecar_that_changed_is_seen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("in/p.html", "<html><body><p>Rain is expected in the north.</p></body></html>")
    sidecar = Path(put("in/p.json", '{"url": "https://a.org/1"}'))
    runner.run(["in"], Path("out"), CONFIG)
    sidecar.write_text('{"url": "https://a.org/200"}')
    assert not runner.run(["in"], Path("out"), CONFIG).is_old
    assert json.loads(Path("out/documents.jsonl").read_text())["url"] == "https://a.org/200"


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_two_names_that_we_would_call_the_same_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkdir("in")
    for name in (b"in/\xff.txt", b"in/\\xff.txt"):
        with open(name, "w") as file:
            file.write("Rain is expected.")
    report = runner.run(["in"], Path("out"), CONFIG)
    assert (report.out, report.failed) == (1, 1)
    assert "rename one" in Path("out/failed.jsonl").read_text()


def test_a_path_that_can_not_be_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=r"d{300}: can't be written: .*; choose another folder"):
        runner.run([put("s.jsonl")], Path("d" * 300), CONFIG)
