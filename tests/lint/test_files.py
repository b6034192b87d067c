"""Which files the linter reads, and what it reports of those it cannot read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import CLEAN, CONFIG, HOOKS, NOISY, fixed, linted, pipeline

from cleaner.cli import lint as cli
from cleaner.config import Config
from cleaner.keep import Keep
from cleaner.lint.files import find_files
from cleaner.lint.files import shown as printed
from cleaner.lint.finding import lint
from cleaner.lint.source import Problem
from cleaner.lint.undo import fixed_files


def test_files_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    def said(name, data=None, config=CONFIG):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        found = lint(str(path), pipeline(), config)
        assert not found.findings
        return found.problems[0]

    assert said("none.txt").message.startswith("can't be read: No such file")
    assert said("a.png", b"\x89PNG\r\n\x1a\n\0\0").message.startswith("looks like a PNG image")
    assert said("big.txt", b"x" * 100, Config(max_bytes=10)).message.startswith("too large: over 10 bytes")


def test_pipes_are_passed_over_in_folders_and_told_when_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.txt")
    (tmp_path / "a.txt").write_text("x")
    assert list(find_files([str(tmp_path)])) == [str(tmp_path / "a.txt")]
    ((_, message),) = lint(str(tmp_path / "p.txt"), pipeline(), CONFIG).problems
    assert message == "is a pipe, a device or a folder, not a file; write its content to a file"


def test_links_that_leave_the_folder_are_left_alone(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("data", "other"):
        Path(name).mkdir()
    for name in ("other/b.txt", "data/inner.txt", "data/.hidden.txt"):
        Path(name).write_text(NOISY)
    Path("data/out.txt").symlink_to("../other/b.txt")
    Path("data/z.txt").symlink_to(".hidden.txt")
    _, found = cli._lint(["data"], CONFIG)
    by_path = {one.path: one for one in found}
    assert [bool(by_path[f"data/{name}.txt"].deletions) for name in ("inner", "out", "z")] == [True, False, True]
    assert by_path["data/out.txt"].refused[0].message.startswith("is a link to a file outside of the folder")
    assert not any(one.fixable for one in by_path["data/out.txt"].findings)
    _, found = cli._lint(["data", "data/out.txt"], CONFIG)
    assert any(one.deletions for one in found if one.path == "data/out.txt")
    assert fixed(Path("other/b.txt"))
    assert cli._undo(["data"]) == 1
    assert Path("other/b.txt").read_text() == CLEAN
    assert "there is nothing to restore" in capsys.readouterr().err


@pytest.mark.skipif(not os.path.ismount("/proc"), reason="needs /proc")
def test_files_that_the_kernel_makes_up_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("/proc/self/status")
    assert list(find_files([str(tmp_path)])) == []
    (problem,) = lint(str(tmp_path / "a.txt"), pipeline(), CONFIG).problems
    assert problem.message.startswith("is a pipe, a device or a folder, not a file")


def test_what_git_ignores_is_passed_over(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = ("a.txt", "b.tmp.txt", "keep.tmp.txt", "out/c.txt", "in/d.txt", "in/x.txt", "in/deep/x.txt", "local.txt")
    for name in files:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("Rain.\n")
    for name in (".git/info/exclude", ".gitignore", "in/.gitignore"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(".git/info/exclude").write_text("local.txt\n")
    Path(".gitignore").write_text("*.tmp.txt\n!keep.tmp.txt\nout/\nx.txt\n")
    Path("in/.gitignore").write_text("/d.txt\n!/x.txt\n")
    assert list(find_files(["."])) == ["a.txt", "keep.tmp.txt", "in/x.txt"]
    assert list(find_files(["in"])) == ["in/x.txt"]
    assert list(find_files(["out/c.txt", "in/deep"])) == ["out/c.txt"]
    assert sorted(find_files(["."], gitignore=False)) == sorted(files)


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@given(st.data())
def test_git_ignores_the_same(tmp_path_factory, data: st.DataObject) -> None:
    root = tmp_path_factory.mktemp("git")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    patterns = st.sampled_from(["a.txt", "/a.txt", "d/", "!a.txt", "*.txt", "!d/", "e/a.txt", "**/e", "# x", "b*"])
    for folder in ("", "d", "d/e"):
        (root / folder).mkdir(exist_ok=True)
        for name in ("a.txt", "b.txt"):
            (root / folder / name).write_text("Rain.\n")
        lines = data.draw(st.lists(patterns, max_size=3))
        if lines:
            (root / folder / ".gitignore").write_text("\n".join(lines) + "\n")
    command = ["git", "-C", str(root), "ls-files", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    found = [os.path.relpath(str(one), root) for one in find_files([str(root)])]
    assert sorted(found) == sorted(name for name in listed if name.endswith(".txt"))


def test_a_folder_that_can_not_be_listed_is_told_and_the_others_go_on(tmp_path: Path, monkeypatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("x")

    def scandir(path, scandir=os.scandir):
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    problem = Problem(0, "can't list the folder: Permission denied; check its permissions")
    assert list(find_files([str(tmp_path)])) == [(str(tmp_path / "a"), problem), str(tmp_path / "b" / "x.txt")]
    assert list(fixed_files(str(tmp_path))) == [(str(tmp_path / "a"), problem)]
    assert list(find_files([str(tmp_path / "a")])) == [(str(tmp_path / "a"), problem)]


def test_a_file_is_looked_at_once_however_often_it_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.txt").write_text("x")
    names = ["./d/a.txt", "d", "d/../d/a.txt", str(tmp_path), "none", "./none"]
    assert [name if isinstance(name, str) else name[0] for name in find_files(names)] == ["d/a.txt", "none"]


def test_a_file_is_looked_at_once_whatever_links_lead_to_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("d", "e"):
        Path(name).mkdir()
        Path(name, "m.txt").write_text(NOISY)
    for link, target in {"d/a.txt": "m.txt", "d/z.txt": "m.txt", "d/b.txt": "../e/m.txt", "d/h.txt": ".h.txt"}.items():
        Path(link).symlink_to(target)
    Path("d/.h.txt").write_text(NOISY)
    assert list(find_files(["d"])) == ["d/m.txt", "d/b.txt", "d/h.txt"]
    assert list(find_files(["d", "e"])) == ["d/m.txt", "e/m.txt", "d/h.txt"]
    assert list(find_files(["d/z.txt", "d", "e/m.txt"])) == ["d/z.txt", "e/m.txt", "d/h.txt"]


def test_what_is_kept_by_a_rule_is_not_told_to_be_emptied() -> None:
    text = b"Skip to main content\nShare this article\n"
    assert linted("a.txt", text).emptied == [0]
    assert linted("a.txt", text, Config(keep=(Keep(files=("*.txt",)),))).emptied == []


@pytest.mark.parametrize(
    ("name", "is_legal"),
    [
        ("LICENSE.txt", True), ("licence.md", True), ("LICENSE-MIT.txt", True), ("Licenses.txt", True), ("COPYING.txt", True),
        ("NOTICE.md", True), ("Notices.txt", True), ("copyright.html", True), ("AUTHORS.md", True), ("LICENSE_2.txt", True),
        ("licensed.txt", False), ("noticeboard.txt", False), ("my-license.txt", False), ("copyrighted.md", False),
    ],
)  # fmt: skip
def test_licences_are_passed_over_unless_named(tmp_path: Path, name: str, is_legal: bool) -> None:
    path = tmp_path / name
    path.write_text("x")
    assert list(find_files([str(tmp_path)])) == ([] if is_legal else [str(path)])
    assert list(find_files([str(path)])) == [str(path)]
    for hook in re.findall(r"- id: cleaner-(?:check|fix)\n.*?(?=\n- id:|\Z)", HOOKS, re.DOTALL):
        (pattern,) = re.findall(r"^  exclude: (.*)$", hook, re.MULTILINE)
        assert bool(re.search(pattern, f"d/{name}")) is bool(re.search(pattern, name)) is is_legal
        assert re.search(pattern, "d/.cleaner-undo/a.txt.json")


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_names_are_printed_on_one_line_and_drive_no_terminal(name: str) -> None:
    told = printed(name)
    assert len(told.splitlines()) == 1
    assert not [char for char in told if unicodedata.category(char) == "Cc"]
    if name.isprintable():
        assert told == name


def test_names_that_are_no_utf_8_are_printed_as_everywhere() -> None:
    assert printed(os.fsdecode(b"a\xff\n\x1b[31m.txt")) == r"a\xff\n\x1b[31m.txt"


def test_folders_are_walked_by_name(tmp_path: Path) -> None:
    for name in ("b/x.txt", "a.md", "a.py", ".hidden/x.txt", "b/.x.txt", "b/y.JSONL", ".cleaner-undo/a.txt.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [os.path.relpath(str(name), tmp_path) for name in find_files([str(tmp_path)])]
    assert found == ["a.md", "b/x.txt", "b/y.JSONL"]
    assert list(find_files([str(tmp_path / "a.py"), "none"])) == [
        str(tmp_path / "a.py"), ("none", Problem(0, "there is no such file or folder")),
    ]  # fmt: skip
