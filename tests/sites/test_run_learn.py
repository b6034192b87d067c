"""`cleaner run --learn`: the same bytes after a kill and with workers, and nothing learned where nothing repeats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from site_pages import body, content_of, packs_in, page, write_rows

from cleaner import Config
from cleaner.errors import ConfigError, OutputError
from cleaner.run import runner
from cleaner.run.options import RunOptions
from cleaner.sites.learn import learn_for_run


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "site.jsonl", map(page, range(40)))


def _run(rows: Path, output: Path, jobs: int = 0) -> list[str]:
    config = learn_for_run([str(rows)], output, Config(), RunOptions(), jobs=jobs)
    runner.run([str(rows)], output, config, jobs=0)
    return [json.loads(line)["text"] for line in (output / "documents.jsonl").read_text("utf-8").splitlines()]


def _files(folder: Path) -> dict[str, bytes]:
    names = ("documents.jsonl", "ledger.jsonl")
    return {name: (folder / name).read_bytes() for name in names} | {
        name: text.encode() for name, text in packs_in(folder / "sites").items()
    }


def test_furniture_goes_and_content_stays(rows: Path, tmp_path: Path) -> None:
    assert [" ".join(text.split()) for text in _run(rows, tmp_path / "out")] == content_of(range(40))


def test_a_second_call_has_nothing_to_do(rows: Path, tmp_path: Path) -> None:
    _run(rows, tmp_path / "out")
    before = _files(tmp_path / "out")
    config = learn_for_run([str(rows)], tmp_path / "out", Config(), RunOptions())
    assert runner.run([str(rows)], tmp_path / "out", config).is_old
    assert _files(tmp_path / "out") == before


@pytest.mark.parametrize("after", [1, 9, 33])
def test_a_killed_run_goes_on_with_the_same_bytes(
    rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    _run(rows, whole)
    from cleaner.sites import state

    add, calls = state.State.add, iter(range(after))

    def dies(self: state.State, document: object) -> bool:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return add(self, document)  # type: ignore[arg-type]

    monkeypatch.setattr(state.State, "add", dies)
    with pytest.raises(KeyboardInterrupt):
        learn_for_run([str(rows)], killed, Config(), RunOptions())
    monkeypatch.undo()
    learn_for_run([str(rows)], killed, Config(), RunOptions())  # killed before the run began
    _run(rows, killed)
    assert _files(killed) == _files(whole)


def test_what_a_killed_run_left_of_a_pack_is_deleted(rows: Path, tmp_path: Path) -> None:
    _run(rows, tmp_path / "out")
    left = tmp_path / "out" / "sites" / ".cleaner-learn-x1"
    left.write_text("[where", encoding="utf-8")
    _run(rows, tmp_path / "out")
    assert not left.exists()


def test_workers_change_no_byte(rows: Path, tmp_path: Path) -> None:
    _run(rows, tmp_path / "one")
    _run(rows, tmp_path / "two", jobs=2)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_a_page_of_each_host_stays_to_the_character(tmp_path: Path) -> None:
    texts = ["\n\n".join(body(i)) + "\n" for i in range(12)]
    lines = [json.dumps({"url": f"https://site{i}.example/", "text": text}) for i, text in enumerate(texts)]
    rows = tmp_path / "hosts.jsonl"
    rows.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert _run(rows, tmp_path / "out") == texts
    assert packs_in(tmp_path / "out" / "sites") == {}


def test_packs_of_a_user_are_never_deleted(rows: Path, tmp_path: Path) -> None:
    own = tmp_path / "out" / "sites" / "mine.toml"
    own.parent.mkdir(parents=True)
    own.write_text('category = "ad"\nsummary = "Mine."\n', encoding="utf-8")
    with pytest.raises(OutputError, match="that no run has learned"):
        learn_for_run([str(rows)], tmp_path / "out", Config(), RunOptions())
    assert own.exists()


def test_an_output_in_the_input_is_refused_before_anything_is_written(rows: Path) -> None:
    with pytest.raises(OutputError, match="is the input"):
        learn_for_run([str(rows.parent)], rows.parent / "out", Config(), RunOptions())
    assert not (rows.parent / "out").exists()


def test_stdin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="only once"):
        learn_for_run(["-"], tmp_path / "out", Config(), RunOptions())
