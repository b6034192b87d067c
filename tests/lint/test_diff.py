"""The diff of `fix --diff` leads to what `fix` would leave, and the usual tools accept it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cleaner.lint.diff import unified_diff
from cleaner.lint.finding import without


def applied(data: bytes, diff: bytes) -> bytes:
    """What `patch` makes of it, written from the format's description only."""
    if not diff:
        return data
    old = data.split(b"\n")
    ends = data.endswith(b"\n")
    if ends:
        old.pop()
    new, at, size = [], 0, None
    lines = diff.split(b"\n")[2:]
    assert lines.pop() == b""
    new_ends = ends
    sign = b" "
    for line in lines:
        if line.startswith(b"@@"):
            start, _, count = line.split()[1][1:].partition(b",")
            first = int(start) - (count != b"0")
            new += old[at:first]
            at = first
        elif line.startswith(b"\\"):
            if sign != b"-":
                new_ends = False
            elif sign == b"-":
                new_ends = True if new_ends is ends else new_ends
        else:
            sign, text = line[:1], line[1:]
            if sign != b"+":
                assert old[at] == text
                at += 1
            if sign != b"-":
                new.append(text)
    del size
    new += old[at:]
    return b"\n".join(new) + b"\n" * (new_ends and bool(new))


@given(st.lists(st.sampled_from([b"a", b"b", b"", b"c\r"]), max_size=14), st.booleans(), st.data())
def test_the_diff_leads_to_what_is_left(lines: list[bytes], ends: bool, data: st.DataObject) -> None:
    text = b"\n".join(lines) + b"\n" * ends
    borders = data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True).map(sorted))
    spans = list(zip(borders[::2], borders[1::2], strict=False))
    left = without(text, spans)
    assume(not left or left.endswith(b"\n") == text.endswith(b"\n"))
    assert applied(text, unified_diff("x", text, spans)) == left


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (b"a\nb\nc\n", [(2, 4)]),
        (b"a\nb\nc", [(3, 5)]),
        (b"a\nb\nc", [(4, 5)]),
        (b"a\nb\nc\n", [(1, 2), (5, 6)]),
        (b"a\nb\n" * 20, [(0, 2), (30, 33), (79, 80)]),
        (b"a\r\nb\r\n", [(0, 3)]),
        (b"abc", [(1, 2)]),
    ],
)
def test_git_takes_the_diff(tmp_path: Path, text: bytes, spans: list[tuple[int, int]]) -> None:
    (tmp_path / "f.txt").write_bytes(text)
    diff = unified_diff("./f.txt", text, spans)
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path, check=True)
    assert (tmp_path / "f.txt").read_bytes() == without(text, spans)


TOOLS = [
    pytest.param(command, marks=pytest.mark.skipif(not shutil.which(command[0]), reason=f"needs {command[0]}"))
    for command in (("git", "apply", "-"), ("patch", "-p1", "-s"))
]
NAMES = [
    "a b.txt", "trail .txt ", " lead", "a\tb", "a\nb", "a\rb", 'q"x', '"q"', "back\\slash", "\x1b[31m\x7f", "é x", "a\u2028b", "-x",
    "x 2020-01-01 10:00:00", os.fsdecode(b"\xff.txt"), "d e/f g.txt", "sub/../up.txt", "./a.txt",
]  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", NAMES)
def test_tools_take_the_diff_of_a_file_of_any_name(tmp_path: Path, monkeypatch, tool, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    Path(name).parent.mkdir(exist_ok=True)
    for spelt in (name, str(tmp_path / name)):
        Path(name).write_bytes(b"a\nb\nc\nd\n")
        diff = unified_diff(spelt, b"a\nb\nc\nd\n", [(2, 4)])
        done = subprocess.run(tool, input=diff, capture_output=True, check=False)
        assert (done.returncode, Path(name).read_bytes()) == (0, b"a\nc\nd\n"), done


def test_the_diff_of_a_file_outside_names_it_from_the_root(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    wanted = b"a/" + os.fsencode(tmp_path / "a.txt").lstrip(b"/")
    for name in ("../a.txt", str(tmp_path / "a.txt")):
        assert unified_diff(name, b"a\nb\n", [(0, 2)]).split(b"\n")[0] == b"--- " + wanted
