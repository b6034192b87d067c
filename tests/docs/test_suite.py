"""The suite itself: its tests have the same names in every process, or workers that run it in parallel refuse to start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COLLECT = """
import sys, time
import pytest

now, shift = time.time, float(sys.argv[1])
time.time = lambda: now() + shift
sys.exit(pytest.main(["--collect-only", "--quiet", "-p", "no:cacheprovider", "-p", "no:xdist"]))
"""
HOUR = 3600.0
UNSTABLE = {
    "a path": re.compile(re.escape(str(ROOT)) + r"|/tmp/|pytest-of-"),
    "an address": re.compile(r"0x[0-9a-f]{6,}"),
    "a hash": re.compile(r"(?<![0-9a-f])[0-9a-f]{12,}(?![0-9a-f])"),
    "a blob": re.compile(r"(\\x[0-9a-f]{2}.?){4}"),
}
"""What no name of a test may hold, for it may be another one elsewhere or says nothing to a reader."""


def collect(seed: int, shift: float) -> subprocess.Popen[str]:
    """Collects the tests in a process with its own seed of hashes, on a clock that is ``shift`` seconds ahead."""
    return subprocess.Popen(
        [sys.executable, "-c", COLLECT, str(shift)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def names_in(process: subprocess.Popen[str]) -> list[str]:
    """The names of the tests that a process has collected, in order."""
    output = process.communicate(timeout=300)[0]
    assert process.returncode == 0, output[-2000:]
    return [line for line in output.splitlines() if line.startswith("tests/")]


def test_two_processes_collect_the_same_tests_by_stable_names():
    first, second = map(names_in, [collect(1, 0), collect(2, HOUR)])
    assert any(name.startswith(f"tests/docs/{Path(__file__).name}::") for name in first)
    assert first == second
    for what, pattern in UNSTABLE.items():
        assert [name for name in first if pattern.search(name)] == [], f"these names hold {what}"


def first_cells(title: str) -> set[str]:
    """The first cells of the table below a heading of tests/README.md."""
    section = (ROOT / "tests" / "README.md").read_text("utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([\w./]+)` \|", section, re.MULTILINE))


def test_the_map_lists_every_folder_and_every_helper():
    files = [path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("*.py")]
    with_tests = {path.parts[0] for path in files if path.name.startswith("test_")}
    folders = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith(("_", "."))
    }
    assert first_cells("Folders of tests") == with_tests
    assert first_cells("Folders of data") == folders - with_tests
    assert first_cells("Helpers") == {path.as_posix() for path in files if not path.name.startswith("test_")}


def test_every_test_is_in_a_folder():
    assert sorted(path.name for path in (ROOT / "tests").glob("test_*.py")) == []
    modules = [path.stem for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert len(modules) == len(set(modules)), "two modules of one name: pytest imports each by its name alone"
