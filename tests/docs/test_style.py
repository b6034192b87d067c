"""The habits of English that docs/style.md lists do not come back: in documents, help, rules and source.

`SOURCES` is the list of what is checked, each a function that gives texts with the names of their places.
"""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HABITS = tomllib.loads((ROOT / "docs" / "tools" / "habits.toml").read_text("utf-8"))["habit"]
STYLE = ROOT / "docs" / "style.md"

_CODE = re.compile(r"^( *)```.*?^\1```|(`+).*?\2|\]\([^)]*\)|<[^>]*>", re.DOTALL | re.MULTILINE)


def documents() -> Iterator[tuple[str, str]]:
    """The paragraphs of all documents, without code."""
    pages = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md")]
    pages += sorted((ROOT / "docs").rglob("*.md"))
    for page in pages:
        if page.exists() and page != STYLE:
            text = _CODE.sub(lambda code: "\n" * code[0].count("\n") or "CODE", page.read_text("utf-8"))
            for start in re.finditer(r"(?:[^\n]+\n?)+", text):
                line = text.count("\n", 0, start.start()) + 1
                yield f"{page.relative_to(ROOT)}:{line}", start[0]


_READ_HELP = """
import json, cleaner.cli.help
def walk(command, path):
    yield path, f"{command.help or ''}\\n\\n{command.epilog or ''}"
    for parameter in command.params:
        yield f"{path} {parameter.opts[0]}", getattr(parameter, "help", None) or ""
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from walk(child, f"{path} {name}")
cleaner.cli.help.call = lambda command: print(json.dumps(list(walk(command, "cleaner")))) or 0
cleaner.cli.main()
"""


@cache
def _help() -> list[tuple[str, str]]:
    done = subprocess.run([sys.executable, "-c", _READ_HELP], capture_output=True, text=True, check=True)
    return [(place, text) for place, text in json.loads(done.stdout)]


def help_texts() -> Iterator[tuple[str, str]]:
    """The help of each command, argument and option."""
    yield from _help()


def rule_texts() -> Iterator[tuple[str, str]]:
    """What the shipped packs say of themselves and of their rules: reasons and `cleaner rules show` print it."""
    for path in sorted((ROOT / "rules").glob("*.toml")):
        pack = tomllib.loads(path.read_text("utf-8"))
        yield path.name, f"{pack['summary']} {pack.get('not_covered', '')}"
        for rule in pack.get("rule", []) + pack.get("section", []):
            yield f"{path.name} {rule['id']}", f"{rule['summary']} {rule['why']}"


_CODE_NAMES = re.compile(r"(`+).*?\1", re.DOTALL)


def source_texts() -> Iterator[tuple[str, str]]:
    """The messages, docstrings and comments of the package: strings of several words, without names of code."""
    for path in sorted((ROOT / "cleaner").rglob("*.py")):
        source = path.read_text("utf-8")
        name = path.relative_to(ROOT)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                yield f"{name}:{node.lineno}", _CODE_NAMES.sub("CODE", node.value)
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield f"{name}:{token.start[0]}", _CODE_NAMES.sub("CODE", token.string.lstrip("# "))


SOURCES: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
    "documents": documents,
    "help": help_texts,
    "rules": rule_texts,
    "source": source_texts,
}


def found(pattern: str, text: str) -> list[str]:
    """What the pattern finds in a text whose lines are joined."""
    return [hit[0] for hit in re.finditer(pattern, " ".join(text.split()), re.IGNORECASE)]


@pytest.mark.parametrize("source", SOURCES)
def test_no_habit_to_avoid(source: str) -> None:
    texts = list(SOURCES[source]())
    assert len(texts) > 50
    hits = [
        f"{place}: {hit!r}: {habit['write']}"
        for place, text in texts
        for habit in HABITS
        for hit in found(habit["pattern"], text)
    ]
    assert hits == []


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit["avoid"])
def test_a_pattern_finds_what_is_to_be_avoided_and_not_what_is_to_be_written(habit: dict[str, str]) -> None:
    for example in re.split("[;,] ", habit["avoid"]):
        assert found(habit["pattern"], example), example
    assert found(habit["pattern"], habit["write"]) == []


def test_the_help_of_all_commands_is_read() -> None:
    commands = {place.split()[1] for place, _ in help_texts() if " " in place and "-" not in place.split()[1]}
    assert commands >= {"clean", "explain", "run", "verify", "restore", "check", "fix", "rules"}


def test_help_is_whole_sentences() -> None:
    """The value of a default, in brackets at the end, is no part of the sentence."""
    texts = [(place, re.sub(r"\s+\[[^\]]*\]$", "", text.strip())) for place, text in help_texts() if text.strip()]
    wrong = [
        f"{place}: {text}" for place, text in texts if not re.match(r"[A-Z`].*\.$|.*\n\nExamples:", text, re.DOTALL)
    ]
    assert wrong == []


def test_the_page_shows_all_habits() -> None:
    rows = re.findall(r"^\| (.+) \| (.+) \|$", STYLE.read_text("utf-8").partition("## Habits")[2], re.MULTILINE)
    assert rows[1:] == [(habit["avoid"], habit["write"]) for habit in HABITS]


def test_the_page_is_one_page() -> None:
    assert len(STYLE.read_text("utf-8").splitlines()) <= 70
