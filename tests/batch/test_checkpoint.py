"""How far a run is: written whole or not at all, and read only by the program that wrote it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.inputs.find import CHECKPOINT
from cleaner.inputs.records import Position
from cleaner.json_lines import to_line, to_row
from cleaner.outputs.parts import sync_folder
from cleaner.run import checkpoint
from cleaner.run.checkpoint import Checkpoint, load_checkpoint
from cleaner.run.chunks import Cursor

NONE = Checkpoint("f" * 64, Cursor(), {}, [], {}, {})
SOME = Checkpoint(
    fingerprint="a" * 64,
    cursor=Cursor(Position(2, 7, 40), 9, 12, "b" * 64, 4096),
    report={"documents": 9, "categories": {"menu": 3}},
    closed=[{"name": "documents-00000.jsonl", "size": 120}],
    open={"ledger": {"name": "ledger-00001.jsonl", "size": 77}},
    failed={"name": "failed.jsonl", "size": 0},
    folder="pages/Größe",
    shard=4,
    is_finished=True,
)

rows = st.dictionaries(st.text(max_size=5), st.integers(0, 2**40) | st.text(max_size=5), max_size=3)
numbers = st.integers(0, 2**40)
checkpoints = st.builds(
    Checkpoint,
    st.text(max_size=9),
    st.builds(
        Cursor, st.builds(Position, *[numbers] * len(Position._fields)), numbers, numbers, st.text(max_size=9), numbers
    ),
    rows,
    st.lists(rows, max_size=3),
    st.dictionaries(st.text(max_size=5), rows, max_size=2),
    rows,
    st.text(max_size=5),
    numbers,
    st.booleans(),
)


@given(checkpoints)
def test_what_was_saved_is_loaded(saved):
    with tempfile.TemporaryDirectory() as folder:
        saved.save(Path(folder))
        assert load_checkpoint(Path(folder)) == saved


def test_a_new_one_takes_the_place_of_the_old_one_and_leaves_nothing_beside(tmp_path):
    NONE.save(tmp_path)
    SOME.save(tmp_path)
    assert load_checkpoint(tmp_path) == SOME
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def test_of_what_is_not_told_nothing_is_open_and_the_run_goes_on():
    assert (NONE.folder, NONE.shard, NONE.is_finished) == ("", 0, False)


@pytest.mark.parametrize("function", ["replace", "fsync"])
def test_a_power_cut_leaves_the_one_before(tmp_path, monkeypatch, function):
    def stop(*arguments):
        raise OSError("no power")

    NONE.save(tmp_path)
    monkeypatch.setattr(os, function, stop)
    with pytest.raises(OSError, match="no power"):
        SOME.save(tmp_path)
    assert load_checkpoint(tmp_path) == NONE


def test_it_is_on_the_disk_before_it_has_its_name_and_the_name_is_after(tmp_path, monkeypatch):
    done = []
    replace = os.replace

    def synced(handle):
        target = Path(os.readlink(f"/proc/self/fd/{handle}"))
        size = target.stat().st_size if target.is_file() else 0
        done.append(("sync", target.name, size > 0 or target == tmp_path))

    def renamed(old, new):
        done.append(("rename", Path(old).name, Path(new).name))
        replace(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    SOME.save(tmp_path)
    new = f"{CHECKPOINT}.new"
    assert done == [("sync", new, True), ("rename", new, CHECKPOINT), ("sync", tmp_path.name, True)]


def test_syncing_a_folder_leaves_no_file_open(tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        sync_folder(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


def test_folders_are_synced_where_the_system_can(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", done.append)
    sync_folder(tmp_path)
    assert len(done) == 1
    monkeypatch.setattr(checkpoint.os, "name", "nt")
    sync_folder(tmp_path)
    assert len(done) == 1


def test_without_a_checkpoint_there_is_none(tmp_path):
    assert load_checkpoint(tmp_path) is None
    assert load_checkpoint(tmp_path / "no such folder") is None


def changed(**values):
    def change(row):
        return {**row, **values}

    return change


DAMAGE = {
    "another version": changed(version=3),
    "an older version": changed(version=0),
    "no version": lambda row: {name: value for name, value in row.items() if name != "version"},
    "a key too many": changed(more=1),
    "a key too few": lambda row: {name: value for name, value in row.items() if name != "failed"},
    "a cursor that is none": changed(cursor={"position": [1, 2, 3], "places": 7}),
    "a cursor without a position": changed(cursor={}),
    "a position that is none": changed(cursor={"position": 7}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_one_that_this_program_did_not_write_is_none(tmp_path, damage):
    SOME.save(tmp_path)
    path = tmp_path / CHECKPOINT
    row = to_row(path.read_bytes())
    assert row["version"] == 2
    path.write_bytes(to_line(damage(row)))
    assert load_checkpoint(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"\xff", b"null"])
def test_one_that_is_no_row_is_none(tmp_path, content):
    (tmp_path / CHECKPOINT).write_bytes(content)
    assert load_checkpoint(tmp_path) is None
