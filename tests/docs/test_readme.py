"""The examples of the README are true."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner import clean

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", README, re.DOTALL)
    assert found, kind
    return found[1]


def test_before_and_after() -> None:
    assert clean(block("text before")) == block("text after")


def test_library_example() -> None:
    examples = doctest.DocTestParser().get_doctest(block("python"), {}, "README", "README.md", 0)
    assert doctest.DocTestRunner().run(examples).failed == 0


@pytest.mark.parametrize("name", ["cleaner", "cleaner.pipeline"])
def test_docstring_examples(name: str) -> None:
    __import__(name)
    assert doctest.testmod(sys.modules[name]).failed == 0


def test_command_example(tmp_path: Path) -> None:
    os.symlink(ROOT / "seeds", tmp_path / "seeds")
    commands = re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block("console"), re.MULTILINE)
    assert len(commands) >= 3
    for command, output in commands:
        program, *arguments = shlex.split(command)
        assert program == "cleaner"
        done = subprocess.run(
            [sys.executable, "-m", "cleaner", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert (done.stdout + done.stderr).strip() == output.strip()


def test_every_document_that_is_named_exists() -> None:
    for path in re.findall(r"`((?:docs|bench|rules|cleaner)/[\w./-]+)`", README):
        assert (ROOT / path).exists(), path


def test_exit_codes_are_those_of_the_help() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "cleaner", "--help"], capture_output=True, text=True, check=True
    ).stdout
    page = (ROOT / "docs" / "cli.md").read_text("utf-8").partition("## Exit codes")[2]
    codes = set(re.findall(r"^\| (\d+) \|", page, re.MULTILINE))
    assert codes == set(re.findall(r"(?<![\d.])(\d+)\s+(?=[a-z])", help_text.partition("Exit codes: ")[2]))


def test_every_relative_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README)
    assert len(links) > 20
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_the_pictures_are_those_that_their_command_draws() -> None:
    done = subprocess.run(
        [sys.executable, "docs/tools/pictures.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
