"""The how-tos of CONTRIBUTING.md are true, and a forgotten step of one fails here: each test looks at a whole registry."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from cleaner.config import Config
from cleaner.inputs import formats
from cleaner.outputs import layouts
from cleaner.packs.load import load_builtin
from cleaner.pipeline import Pipeline
from cleaner.run.options import RunOptions
from cleaner.stages import asked_stages, default_stages, late_stages, page_stages
from cleaner.tables import ADAPTERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))
HOW_TOS = [title for title in SECTIONS if title.startswith("Add ")]
MAX_STEPS = 8
ENGINES = ("blocks", "rules", "trafilatura", "both")
CORE_TOPICS = {"ad", "comment_policy", "comment_ui", "consent", "error", "legal", "login", "subscribe"}
"""Subjects of which every language knows the words."""


def document(path: str) -> str:
    return (ROOT / "docs" / path).read_text("utf-8")


def rows_of(text: str) -> dict[str, str]:
    """The rows of the tables in a document by their first cell, where that is code."""
    return dict(re.findall(r"^\| `([^`]+)`[^|]*\|(.*)\|$", text, re.MULTILINE))


def modules_in(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / "cleaner" / folder).glob("*.py")} - {"__init__"}


# The page


def test_there_are_eight_how_tos_of_at_most_eight_steps() -> None:
    assert len(HOW_TOS) == 8
    for title in HOW_TOS:
        steps = [int(number) for number in re.findall(r"^(\d+)\. ", SECTIONS[title], re.MULTILINE)]
        assert steps == list(range(1, len(steps) + 1)), title
        assert 3 <= len(steps) <= MAX_STEPS, title


def test_every_file_that_is_named_exists() -> None:
    named = set(
        re.findall(r"`((?:cleaner|rules|tests|docs|bench|\.github)/[\w./-]*|[A-Z]+\.md|pyproject\.toml)`", PAGE)
    )
    named |= set(re.findall(r"\]\(([^)#:]+)\)", PAGE))
    named |= {path for paths in re.findall(r'FILE="?([^"`\n]+?)"?[`\s]', PAGE) for path in paths.split()}
    assert len(named) > 30
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("title", HOW_TOS)
def test_every_how_to_names_tests_that_exist(title: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", SECTIONS[title])
    assert named
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"


def test_every_command_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(
        re.findall(r"(?<![\w-])make ([a-z][\w-]*)", "\n".join(re.findall(r"`[^`]*`|^make .*", PAGE, re.MULTILINE)))
    ):
        assert re.search(rf"^(?:[\w. -]+ )?{re.escape(target)}(?: [\w. -]+)?:", makefile, re.MULTILINE), target
    told = subprocess.run(
        [sys.executable, "-m", "cleaner", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    commands = set(re.findall(r"^  (\w+)  ", told.stdout.partition("Commands")[2], re.MULTILINE))
    for line in re.findall(r"`(?:\.venv/bin/)?cleaner ([^`]+)`", PAGE):
        assert shlex.split(line)[0] in commands, line


# Rules and languages


def test_every_category_has_a_pack_of_its_name() -> None:
    for path in sorted((ROOT / "rules").glob("*.toml")):
        assert tomllib.loads(path.read_text("utf-8"))["category"] == path.stem


@pytest.mark.parametrize("path", sorted((ROOT / "rules" / "lang").glob("*.toml")), ids=lambda path: path.stem)
def test_a_language_has_topics_a_page_and_a_row(path: Path) -> None:
    pack = tomllib.loads(path.read_text("utf-8"))
    assert pack["lang"] == path.stem
    assert rows_of(document("rules.md"))[path.stem].strip(" |") == pack["name"]
    assert pack["topic"].keys() >= CORE_TOPICS
    assert all(words for words in pack["topic"].values())
    noisy = ROOT / "tests" / "noisy" / f"{path.stem}.txt"
    assert noisy.exists()
    assert noisy.with_suffix(".kept.txt").exists()
    for id, table in pack.items():
        assert "/" not in id or {"removes", "keeps"} <= table.keys(), id


def test_every_text_that_must_stay_is_listed() -> None:
    folder = ROOT / "tests" / "no_harm"
    listed = set(re.findall(r"^\| ([\w.-]+) \|", (folder / "README.md").read_text("utf-8"), re.MULTILINE)) - {
        "file",
        "---",
    }
    assert listed == {path.name for path in folder.iterdir()} - {"README.md"}


# Stages


def test_every_stage_module_is_in_use() -> None:
    packs = load_builtin()
    in_use = {type(stage) for stage in [*default_stages(packs), *late_stages(packs)]}
    in_use |= {type(stage) for engine in ENGINES for stage in page_stages(packs, engine)}
    in_use |= {type(stage) for stage in asked_stages(packs, dict.fromkeys(Config().asked, "drop"))}
    found = set()
    for name in modules_in("stages"):
        module = __import__(f"cleaner.stages.{name}", fromlist=[name])
        found |= {
            kind for kind in vars(module).values()
            if inspect.isclass(kind) and kind.__module__ == module.__name__
            and any("__call__" in vars(base) for base in kind.__mro__) and not inspect.isabstract(kind) and not kind.__name__.startswith("_")
        }  # fmt: skip
    assert {kind.__qualname__ for kind in found} <= {kind.__qualname__ for kind in in_use}
    assert len(found) >= 10


# Formats and layouts


def test_a_format_has_a_name_an_ending_and_a_row() -> None:
    modules = {
        name for name in modules_in("inputs/formats")
        if {"items", "record"} <= vars(__import__(f"cleaner.inputs.formats.{name}", fromlist=[name])).keys()
    }  # fmt: skip
    assert modules == {*formats.NAMES}
    rows = rows_of(document("batch.md").partition("| format |")[2].partition("\n\n")[0])
    assert rows.keys() == {*formats.NAMES}
    assert {*formats._ENDINGS.values()} == {*formats.NAMES} - {"whole"}
    for ending, name in formats._ENDINGS.items():
        assert ending in rows[name] or re.sub(r"\.(gz|zst)$", "", ending) in rows[name], ending


def test_a_layout_has_a_name_and_a_row() -> None:
    assert modules_in("outputs/layouts") == {*layouts.NAMES}
    assert rows_of(document("batch.md").partition("| `--layout` |")[2].partition("\n\n")[0]).keys() == {*layouts.NAMES}


# Adapters


def test_an_adapter_has_an_entry_an_extra_a_page_and_a_row() -> None:
    helpers = {"columns", "engines", "launch", "learn", "rows", "schema"}
    names = {adapter.name for adapter in ADAPTERS}
    assert modules_in("etl") - helpers == names
    assert {path.stem for path in (ROOT / "docs" / "etl").glob("*.md")} == names - {"arrow"}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for adapter in ADAPTERS:
        needed = {needed.name: str(needed.specifier) for needed in map(Requirement, extras[adapter.extra])}
        assert needed[adapter.library] == f">={'.'.join(map(str, adapter.min_version))}", adapter.name
        assert "pyarrow" in needed, adapter.name
    command = [sys.executable, "docs/tools/generated.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# RunOptions and promises


@pytest.mark.parametrize("table", [Config, RunOptions], ids=lambda table: table.__name__)
def test_every_option_is_documented(table: type) -> None:
    """By its key in the configuration, or by its flag."""
    pages = "".join(map(document, ("config.md", "batch.md", "cli.md", "lint.md")))
    flags = {field.name: field.name.replace("_", "-") for field in fields(table)}
    missing = [name for name, flag in flags.items() if not re.search(rf"\b{name}\b|--(?:no-)?{flag}\b", pages)]
    assert missing == []


def test_every_promise_is_documented() -> None:
    documented = rows_of(document("promises.md")).keys()
    pipeline = Pipeline(profile="strict")
    pages = [
        *(ROOT / "tests" / "pages").glob("*.html"),
        *(ROOT / "tests" / "noisy").glob("*.txt"),
        *(ROOT / "seeds").glob("*"),
    ]
    broken = {
        withdrawal.promise
        for path in pages
        for withdrawal in pipeline.run(
            path.read_bytes().decode("utf-8", "replace"), kind=path.suffix.lstrip(".").replace("txt", "text")
        ).withdrawn
    }
    assert len(broken) >= 5
    assert broken <= documented
