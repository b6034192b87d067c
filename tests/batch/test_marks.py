"""`--mark-duplicates`: each row names the first document with nearly its text, whatever happens to the run."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from batch_pages import CONFIG, rows

from cleaner.errors import OutputError
from cleaner.run import runner
from cleaner.run.chunks import Chunk
from cleaner.run.cleaning import Cleaning, Done
from cleaner.run.folder import DUPLICATES
from cleaner.run.options import RunOptions

WORDS = "ferry harbour storm council bridge crew school museum baker lamps ropes boats songs nets books maps".split()
MARKED = RunOptions(mark_duplicates=True)


def _text(random: Random) -> str:
    return "\n\n".join(" ".join(random.choices(WORDS, k=40)).capitalize() + "." for _ in range(3)) + "\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    random = Random(7)
    texts = [_text(random) for _ in range(90)]
    for i in range(30, 60, 3):
        texts[i] = texts[i - 30]
        texts[i + 1] = texts[i - 29].replace(".", ";", 1) + "\nPrinted in the harbour.\n"
    path = tmp_path / "site.jsonl"
    path.write_text("".join(f"{json.dumps({'id': f'd{i}', 'text': text})}\n" for i, text in enumerate(texts)))
    return path


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _marks(folder: Path) -> dict[str, str]:
    return {row["id"]: row["duplicate_of"] for row in rows(folder / "documents.jsonl") if row["duplicate_of"]}


def test_exact_and_near_duplicates_name_the_first(source: Path, tmp_path: Path) -> None:
    report = runner.run([str(source)], tmp_path / "out", CONFIG, MARKED)
    found = _marks(tmp_path / "out")
    assert found == {f"d{i + n}": f"d{i + n - 30}" for i in range(30, 60, 3) for n in (0, 1)}
    assert (report.duplicates, report.out) == (len(found), 90)
    assert not (tmp_path / "out" / DUPLICATES).exists()


def test_nothing_is_marked_unless_asked_for(source: Path, tmp_path: Path) -> None:
    runner.run([str(source)], tmp_path / "out", CONFIG)
    assert _marks(tmp_path / "out") == {}


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "parquet"])
def test_workers_change_no_byte(source: Path, tmp_path: Path, ending: str) -> None:
    options = RunOptions(mark_duplicates=True, output_format=ending)
    for jobs in (0, 2):
        runner.run([str(source)], tmp_path / str(jobs), CONFIG, options, jobs=jobs)
    assert _files(tmp_path / "0") == _files(tmp_path / "2")


@pytest.mark.parametrize("layout", ["dolma", "fineweb"])
def test_other_layouts_are_marked(source: Path, tmp_path: Path, layout: str) -> None:
    runner.run([str(source)], tmp_path / "out", CONFIG, RunOptions(mark_duplicates=True, layout=layout))
    found = rows(next((tmp_path / "out" / "documents").iterdir()))
    assert sum(bool(row.get("metadata", row)["duplicate_of"]) for row in found) == 20


def _killed(source: Path, output: Path, after: int) -> None:
    """Start a run and stop it after some chunks, with a checkpoint after each but the last."""
    left = iter(range(after))

    def watch(report: runner.Report, message: str) -> None:
        if not message and next(left, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner.run([str(source)], output, CONFIG, MARKED, watch=watch, checkpoint_seconds=0)


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_run_that_stopped_goes_on_with_the_same_bytes(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("cleaner.run.chunks.MAX_ITEMS", 20)
    runner.run([str(source)], tmp_path / "whole", CONFIG, MARKED)
    _killed(source, tmp_path / "killed", after)
    runner.run([str(source)], tmp_path / "killed", CONFIG, MARKED)
    assert _files(tmp_path / "killed") == _files(tmp_path / "whole")


def test_a_run_whose_originals_are_gone_is_refused(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.run.chunks.MAX_ITEMS", 20)
    _killed(source, tmp_path / "out", 2)
    (tmp_path / "out" / DUPLICATES).unlink()
    with pytest.raises(OutputError, match="start again with --overwrite"):
        runner.run([str(source)], tmp_path / "out", CONFIG, MARKED)
    runner.run([str(source)], tmp_path / "out", CONFIG, MARKED, overwrite=True)
    assert len(_marks(tmp_path / "out")) == 20


def test_an_update_marks_like_a_new_run(source: Path, tmp_path: Path) -> None:
    lines = source.read_text().splitlines(keepends=True)
    runner.run([str(source)], tmp_path / "out", CONFIG, MARKED)
    source.write_text("".join(lines[4:]))
    runner.run([str(source)], tmp_path / "out", CONFIG, MARKED, update=True)
    runner.run([str(source)], tmp_path / "new", CONFIG, MARKED)
    assert _files(tmp_path / "out") == _files(tmp_path / "new")


def test_a_dry_run_counts_them(source: Path) -> None:
    assert runner.dry_run([str(source)], CONFIG, MARKED).duplicates == 20


def test_an_engine_that_cleans_elsewhere_marks_the_same(source: Path, tmp_path: Path) -> None:
    def elsewhere(chunks: Iterator[Chunk], cleaning: Cleaning) -> Iterator[tuple[Chunk, Done]]:
        sent = pickle.dumps(cleaning)
        for chunk in chunks:
            yield chunk, pickle.loads(pickle.dumps(pickle.loads(sent).packed(chunk.items)))

    options = RunOptions(mark_duplicates=True, output_format="jsonl.gz")
    runner.run([str(source)], tmp_path / "here", CONFIG, options)
    runner.run([str(source)], tmp_path / "there", CONFIG, options, executor=elsewhere)
    assert _files(tmp_path / "here") == _files(tmp_path / "there")
