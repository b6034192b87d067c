"""`fix` changes a file once, and `undo` puts back what it took, whatever happened to the file between."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from linting import CLEAN, CONFIG, NOISY, fixed, pipeline

from cleaner.cli import lint as cli
from cleaner.cli import tally
from cleaner.errors import InputError
from cleaner.lint.finding import lint, without
from cleaner.lint.fix import fix_file
from cleaner.lint.undo import FOLDER, fixed_files, record_removal, undo, undo_file


def test_fix_changes_once_and_undo_brings_back(noisy: Path) -> None:
    noisy.chmod(0o640)
    assert fixed(noisy)
    assert noisy.read_text("utf-8") == CLEAN
    assert stat.S_IMODE(noisy.stat().st_mode) == 0o640
    when = noisy.stat().st_mtime_ns
    assert not fixed(noisy)
    assert noisy.stat().st_mtime_ns == when
    assert [piece["text"] for piece in json.loads(undo_file(str(noisy)).read_text())["entries"][0]["removed"]] == [
        "Skip to main content\n", "Share this article\n",
    ]  # fmt: skip
    assert undo(str(noisy)).pieces == 2
    assert noisy.read_text("utf-8") == NOISY
    assert stat.S_IMODE(noisy.stat().st_mode) == 0o640
    assert not (noisy.parent / FOLDER).exists()


def test_two_fixes_are_undone_one_after_the_other(noisy: Path) -> None:
    fixed(noisy)
    more = CLEAN + "Accept all cookies\n"
    noisy.write_text(more, "utf-8")
    fixed(noisy)
    assert noisy.read_text("utf-8") == CLEAN
    undo(str(noisy))
    assert noisy.read_text("utf-8") == more
    with pytest.raises(InputError, match="has changed since it was fixed; the removed text is in"):
        undo(str(noisy))
    noisy.write_text(CLEAN, "utf-8")
    undo(str(noisy))
    assert noisy.read_text("utf-8") == NOISY


@given(st.binary(max_size=60), st.data())
def test_what_is_remembered_is_put_back(tmp_path_factory, data: bytes, drawn: st.DataObject) -> None:
    borders = (
        drawn.draw(st.lists(st.integers(0, len(data)), min_size=2, max_size=6, unique=True).map(sorted))
        if len(data) > 1
        else []
    )
    spans = list(zip(borders[::2], borders[1::2], strict=False))
    path = tmp_path_factory.mktemp("undo") / "f"
    path.write_bytes(without(data, spans))
    record_removal(str(path), data, without(data, spans), spans)
    assert undo(str(path)).pieces == len(spans)
    assert path.read_bytes() == data


def test_a_link_is_followed_and_stays_a_link(noisy: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    link = tmp_path / "sub" / "link.txt"
    link.symlink_to("../a.txt")
    assert fixed(link)
    assert link.is_symlink()
    assert noisy.read_text("utf-8") == CLEAN
    assert undo(str(noisy)).pieces == 2


def test_undo_says_what_is_wrong(noisy: Path) -> None:
    with pytest.raises(InputError, match="there is nothing to restore"):
        undo(str(noisy))
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    del told["sha256"]
    told["entries"][0]["removed"][0]["text"] = "x"
    file.write_text(json.dumps(told))
    with pytest.raises(InputError, match="does not restore the original file"):
        undo(str(noisy))
    file.write_text(json.dumps({**told, "version": 99}))
    with pytest.raises(InputError, match="by another version"):
        undo(str(noisy))
    assert noisy.read_text("utf-8") == CLEAN


DAMAGED = [
    "{", "[]", "5", '"version"', "\xff", "[" * 100_000, "{}", '{"version": 1}', '{"version": 1, "entries": 5}',
    '{"version": 1, "entries": [5]}', '{"version": 1, "entries": [{"before": "a", "after": "b"}]}',
    '{"version": 1, "entries": [{"before": "a", "after": "b", "removed": [5]}]}',
    '{"version": 1, "entries": [{"before": "a", "after": "b", "removed": [{"at": "x", "text": "x"}]}]}',
    '{"version": 1, "entries": [{"before": "a", "after": "b", "removed": [{"at": 0}]}]}',
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_undo_file_is_told_with_its_cure(noisy: Path, content: str) -> None:
    file = undo_file(str(noisy))
    file.parent.mkdir()
    file.write_text(content, "utf-8")
    for deed in (lambda: fixed(noisy), lambda: undo(str(noisy))):
        with pytest.raises(InputError, match=r"a.txt.json is damaged: .*; remove it to continue without undo"):
            deed()
    assert noisy.read_text("utf-8") == NOISY
    file.unlink()
    assert fixed(noisy)


@pytest.mark.parametrize("key", ["text", "at", "sha256"])
def test_an_undo_file_that_was_edited_is_neither_undone_nor_added_to(noisy: Path, key: str) -> None:
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    if key == "sha256":
        told["sha256"] = 5
    else:
        told["entries"][0]["removed"][0][key] = {"text": "Skip to other content\n", "at": 1}[key]
    edited = json.dumps(told)
    file.write_text(edited)
    more = f"{CLEAN}Share this article\n"
    noisy.write_text(more)
    for deed in (lambda: fixed(noisy), lambda: undo(str(noisy))):
        with pytest.raises(
            InputError, match=r"a.txt.json is damaged: its entries do not match their hash; remove it to continue"
        ):
            deed()
    assert (noisy.read_text("utf-8"), file.read_text()) == (more, edited)


def test_an_undo_file_without_a_hash_is_as_good(noisy: Path) -> None:
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    del told["sha256"], told["entries"][0]["lines"], told["entries"][0]["characters"]
    file.write_text(json.dumps(told))
    assert undo(str(noisy)) == (2, 0, 0)
    assert noisy.read_text("utf-8") == NOISY


@pytest.mark.parametrize("piece", [{"base64": "é"}, {"base64": "a"}, {"text": "\ud800"}])
def test_a_damaged_piece_is_told(noisy: Path, piece: dict[str, str]) -> None:
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    del told["sha256"]
    told["entries"][0]["removed"][0] = {"at": 0, **piece}
    file.write_text(json.dumps(told))
    with pytest.raises(InputError, match="is damaged: a piece is neither text nor base64"):
        undo(str(noisy))


def test_a_file_in_place_of_the_folder_is_named(noisy: Path) -> None:
    (noisy.parent / FOLDER).write_text("x")
    with pytest.raises(InputError, match=rf"{FOLDER} is a file; remove or rename it"):
        fixed(noisy)
    assert noisy.read_text("utf-8") == NOISY


def test_a_folder_that_is_a_link_is_neither_written_nor_read_through(noisy: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (noisy.parent / FOLDER).symlink_to(elsewhere)
    with pytest.raises(InputError, match=rf"{FOLDER} is a link; remove it"):
        fixed(noisy)
    with pytest.raises(InputError, match=rf"{FOLDER} is a link; remove it"):
        undo(str(noisy))
    assert noisy.read_text("utf-8") == NOISY
    assert list(elsewhere.iterdir()) == []
    ((_, problem),) = [one for one in fixed_files(str(tmp_path)) if not isinstance(one, str)]
    assert problem.message.startswith("is a link; remove it")


@pytest.mark.parametrize("name", [".gitignore", "a.txt.json"])
@pytest.mark.parametrize("kind", ["dangling link", "link", "pipe"])
def test_strange_files_in_the_folder_are_refused(noisy: Path, tmp_path: Path, name: str, kind: str) -> None:
    target = tmp_path / "target.txt"
    folder = noisy.parent / FOLDER
    folder.mkdir()
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to(target)
    if kind == "link":
        target.write_text("x")
    for act in (lambda: fixed(noisy), lambda: undo(str(noisy))):
        with pytest.raises(InputError, match=r"is a link or not a file; remove it to continue"):
            act()
    assert noisy.read_text("utf-8") == NOISY
    assert target.exists() == (kind == "link")
    assert kind != "link" or target.read_text() == "x"


def test_a_pipe_can_not_be_undone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(InputError, match="is a pipe"):
        undo(str(tmp_path / "a.txt"))


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.floats()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=4,
)


@given(st.data())
def test_a_tampered_entry_is_an_error_and_the_file_stays(tmp_path_factory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("x") / "a.txt"
    path.write_text(NOISY, "utf-8")
    assert fixed(path)
    kept = json.loads(undo_file(str(path)).read_text())
    places = [
        (kept, "version"),
        (kept, "entries"),
        *((kept["entries"][0], key) for key in ("before", "after", "removed")),
    ]
    places += [(piece, key) for piece in kept["entries"][0]["removed"] for key in ("at", "text")]
    holder, key = data.draw(st.sampled_from(places))
    new = data.draw(JUNK)
    assume(new != holder[key])
    holder[key] = new
    undo_file(str(path)).write_text(json.dumps(kept))
    try:
        undo(str(path))
    except InputError as error:
        said = str(error)
    else:
        said = ""
    assert not said or "; " in said or "stands in" in said or "nothing to restore" in said
    assert path.read_text("utf-8") == (CLEAN if said else NOISY)


def test_a_file_that_came_back_by_itself_is_fixed_and_undone_as_if_for_the_first_time(noisy: Path) -> None:
    fixed(noisy)
    noisy.write_text(NOISY, "utf-8")
    with pytest.raises(InputError, match="has its content from before the fix: there is nothing to restore"):
        undo(str(noisy))
    fixed(noisy)
    undo(str(noisy))
    assert noisy.read_text("utf-8") == NOISY
    with pytest.raises(InputError, match="there is nothing to restore"):
        undo(str(noisy))


def test_what_is_not_whole_yet_is_written_where_git_does_not_look(noisy: Path, monkeypatch) -> None:
    places = []
    monkeypatch.setattr(os, "replace", lambda old, new, replace=os.replace: (places.append(old), replace(old, new)))
    fixed(noisy)
    undo(str(noisy))
    assert len(places) == 3
    assert {os.path.dirname(place) for place in places} == {str(noisy.parent / FOLDER)}


def test_what_a_killed_fix_left_is_swept_up_when_it_is_old(noisy: Path) -> None:
    folder = noisy.parent / FOLDER
    folder.mkdir()
    for name, hours in {"new-old": 2, "new-young": 0, "new-file.txt.json": 2}.items():
        (folder / name).write_text("x")
        when = time.time() - hours * 3600
        os.utime(folder / name, (when, when))
    fixed(noisy)
    assert {path.name for path in folder.iterdir()} == {".gitignore", "a.txt.json", "new-young", "new-file.txt.json"}


def test_what_was_fixed_below_a_folder_is_found(tmp_path: Path) -> None:
    names = ["a.txt", "b/c.txt", "b/odd.ending", "link/to.txt", "elsewhere/x.txt"]
    for name in names:
        (tmp_path / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "d" / name).write_text(NOISY, "utf-8")
    (tmp_path / "d" / "elsewhere").rename(tmp_path / "elsewhere")
    (tmp_path / "d" / "b" / "l.txt").symlink_to("../../elsewhere/x.txt")
    for name in ("a.txt", "b/odd.ending", "b/l.txt"):
        assert fixed(tmp_path / "d" / name)
    found = [os.path.relpath(str(one), tmp_path / "d") for one in fixed_files(str(tmp_path / "d"))]
    assert found == ["a.txt", "b/l.txt", "b/odd.ending"]
    assert list(fixed_files(str(tmp_path / "d" / "link"))) == []


def test_one_fix_of_a_file_is_undone_however_often_it_is_named(noisy: Path, capsys) -> None:
    (noisy.parent / "link.txt").symlink_to("a.txt")
    fixed(noisy)
    noisy.write_text("Accept all cookies\n" + CLEAN, "utf-8")
    fixed(noisy)
    assert cli._undo([str(noisy.parent), str(noisy), str(noisy.parent / "link.txt")]) == 0
    assert noisy.read_text("utf-8") == "Accept all cookies\n" + CLEAN
    assert capsys.readouterr().err == f"{noisy}: 1 piece restored (1 line, 19 characters)\n"


def test_other_names_of_a_file_keep_what_was_there_and_that_is_told(noisy: Path, capsys) -> None:
    os.link(noisy, noisy.parent / "b.txt")
    assert tally._fix(lint(str(noisy), pipeline(), CONFIG), is_quiet=True)
    assert (noisy.read_text("utf-8"), (noisy.parent / "b.txt").read_text("utf-8")) == (CLEAN, NOISY)
    assert f"{noisy}: had another name (a hard link), which keeps the old text" in capsys.readouterr().err


def test_a_file_that_changed_meanwhile_is_not_written(noisy: Path) -> None:
    found = lint(str(noisy), pipeline(), CONFIG)
    noisy.write_text("Something else.\n", "utf-8")
    with pytest.raises(InputError, match="changed while it was checked"):
        fix_file(found)
    assert noisy.read_text("utf-8") == "Something else.\n"


def test_a_disk_that_gives_up_leaves_the_file_whole(noisy: Path, monkeypatch) -> None:
    found = lint(str(noisy), pipeline(), CONFIG)
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match="can't be written: No space left on device; the file was not changed"):
        fix_file(found)
    assert noisy.read_text("utf-8") == NOISY


def test_read_only_files_stay(noisy: Path, monkeypatch) -> None:
    found = lint(str(noisy), pipeline(), CONFIG)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="is read-only"):
        fix_file(found)
