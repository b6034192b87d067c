"""Taking what was found out of a file: all of it, only it, and never without a way back."""

from __future__ import annotations

import errno
import os

import pytest

from cleaner.errors import InputError
from cleaner.lint import fix
from cleaner.lint.finding import Linted
from cleaner.lint.fix import fix_file, other_names
from cleaner.lint.undo import undo, undo_file

BEFORE = b"Home\nThe rivers are high.\nShare\n"
AFTER = b"The rivers are high.\n"
DELETIONS = [(0, 5), (26, 32)]


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "page.txt"
    file.write_bytes(BEFORE)
    return str(file)


def found(path, deletions=DELETIONS, data=BEFORE):
    return Linted(path, data, deletions=list(deletions))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def test_what_was_found_is_taken_out_and_can_be_put_back(path):
    assert fix_file(found(path)) is True
    assert read(path) == AFTER
    assert undo(path).pieces == 2
    assert read(path) == BEFORE


def test_a_file_with_nothing_to_take_out_is_not_touched(path):
    os.chmod(path, 0o444)
    assert fix_file(found(path, [])) is False
    assert read(path) == BEFORE
    assert not undo_file(path).exists()


def test_a_file_of_which_nothing_is_known_is_not_looked_for(tmp_path):
    assert fix_file(Linted(str(tmp_path / "none.txt"))) is False


def test_a_read_only_file_is_not_touched(path, monkeypatch):
    asked = []

    def access(name, mode):
        asked.append((name, mode))
        return False

    monkeypatch.setattr(os, "access", access)
    with pytest.raises(InputError, match="^is read-only; make it writable to fix it$"):
        fix_file(found(path))
    assert asked == [(path, os.W_OK)]
    assert read(path) == BEFORE
    assert not undo_file(path).exists()


def test_a_file_that_is_another_one_than_was_looked_at_is_not_touched(path):
    with pytest.raises(InputError, match="^changed while it was checked; run the command again$"):
        fix_file(found(path, data=BEFORE + b"More.\n"))
    assert read(path) == BEFORE
    assert not undo_file(path).exists()


def test_a_file_that_went_away_is_told(path):
    os.unlink(path)
    with pytest.raises(InputError):
        fix_file(found(path))
    assert not os.path.exists(path)


@pytest.mark.parametrize("step", ["record_removal", "replace_file"])
def test_a_disk_that_gives_up_leaves_the_file_as_it_was_and_says_so(path, monkeypatch, step):
    def full(*arguments, **size):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(fix, step, full)
    with pytest.raises(InputError, match="^can't be written: No space left on device; the file was not changed$"):
        fix_file(found(path))
    assert read(path) == BEFORE


def test_what_is_taken_out_is_kept_before_the_file_is_changed(path, monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(fix, "replace_file", stop)
    with pytest.raises(KeyboardInterrupt):
        fix_file(found(path))
    assert read(path) == BEFORE
    assert undo_file(path).exists()


def test_what_is_kept_holds_all_that_was_taken_out(path, monkeypatch):
    kept = []
    monkeypatch.setattr(fix, "record_removal", lambda *arguments, **size: kept.append(arguments))
    monkeypatch.setattr(fix, "replace_file", lambda *arguments: kept.append(arguments))
    fix_file(found(path))
    assert kept == [(path, BEFORE, AFTER, DELETIONS), (path, AFTER)]


def test_other_names_of_a_file_are_counted(path, tmp_path):
    assert other_names(path) == 0
    os.link(path, tmp_path / "second.txt")
    assert other_names(path) == 1
    os.link(path, tmp_path / "third.txt")
    assert other_names(path) == 2


def test_a_file_that_is_not_there_has_no_names(tmp_path):
    assert other_names(str(tmp_path / "none.txt")) == 0
