"""The examples in docs/ are run: each page's Python in a folder with pages to clean, each console line by line."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import etl_corpus
import pyarrow.parquet as pq
import pytest
from packaging.requirements import Requirement

from cleaner.etl.arrow import clean_table
from cleaner.json_lines import to_line
from cleaner.tables import ADAPTERS

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ENGINES = {"notebook": "pandas", **{adapter.name: adapter.library for adapter in ADAPTERS}}
"""The library that the example of a page needs."""
DEVELOPMENT = {Requirement(line).name for line in PROJECT["optional-dependencies"]["dev"]}
HEAVY = {adapter.name for adapter in ADAPTERS if adapter.library not in DEVELOPMENT}
"""Adapters whose engine `make test` does not install: `make test-engines` runs their examples."""
ORCHESTRATORS = ("airflow", "prefect", "dagster")
NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\nShare this article\n"
COUNT = 20


def blocks(path: Path, kind: str) -> list[str]:
    """The code blocks of a kind; those of a list are indented, and lose their indent."""
    return [block for _, block in named_blocks(path, kind)]


def named_blocks(path: Path, kind: str) -> list[tuple[str, str]]:
    """The blocks whose first line is the kind and perhaps a name: of a file, where the page needs that file."""
    found = re.finditer(
        rf"^( *)```{kind}(?: (\S+/\S+))?\n(.*?)^\1```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return [(match[2] or "", textwrap.dedent(match[3])) for match in found]


def has(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.fixture
def folder(tmp_path):
    """Pages as Parquet and as JSON lines, and files."""
    table = etl_corpus.table().slice(0, COUNT)
    pq.write_table(table, tmp_path / "pages.parquet")
    (tmp_path / "pages").mkdir()
    rows = [{"id": str(n), "text": NOISY} for n in range(COUNT)]
    (tmp_path / "pages" / "0.jsonl").write_bytes(b"".join(map(to_line, rows)))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text(NOISY, "utf-8")
    shutil.copy(ROOT / "examples" / "own_stage" / "ticker.py", tmp_path)
    shutil.copy(ROOT / "examples" / "own_stage" / "page.txt", tmp_path / "ticker.txt")
    return tmp_path


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "example.py").write_text(code, "utf-8")
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0", "PYSPARK_PYTHON": sys.executable,
        "HF_HOME": str(folder / "hf"), "DAGSTER_HOME": "", "PREFECT_HOME": str(folder / "prefect"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "example.py"], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300
    )


PYTHON = [path for path in DOCS if blocks(path, "python")]


def marks(path: Path) -> list[pytest.MarkDecorator]:
    return [pytest.mark.engines] if path.stem in HEAVY or path.stem == "orchestrators" else []


@pytest.mark.parametrize("path", [pytest.param(path, marks=marks(path), id=path.stem) for path in PYTHON])
def test_the_example_runs(path, folder):
    engine = ENGINES.get(path.stem, "cleaner")
    if not has(engine):
        pytest.skip(f"{engine} is not installed")
    if path.stem == "spark" and not shutil.which("java"):
        pytest.skip("Spark needs Java 17")
    done = run("\n".join(blocks(path, "python")), folder)
    assert done.returncode == 0, done.stderr[-3000:]
    clean = folder / "clean.parquet"
    if "clean.parquet" in path.read_text("utf-8"):
        rows = pq.read_table(clean).to_pylist()
        assert len(rows) == COUNT
        wanted = clean_table(pq.read_table(folder / "pages.parquet")).to_pylist()
        assert {row["id"]: row["text"] for row in rows} == {row["id"]: row["text"] for row in wanted}
    if path.stem == "datatrove":
        assert len(list((folder / "clean").glob("*.jsonl.gz"))) >= 1


@pytest.mark.parametrize(
    "adapter", [adapter for adapter in ADAPTERS if adapter.name != "arrow"], ids=lambda one: one.name
)
def test_an_adapter_has_a_page_with_an_example_that_calls_it(adapter):
    (code,) = blocks(ROOT / "docs" / "etl" / f"{adapter.name}.md", "python")
    imported = {
        alias.name for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and node.module == f"cleaner.etl.{adapter.name}" for alias in node.names
    }  # fmt: skip
    assert imported == {*adapter.functions}


@pytest.mark.parametrize("name", ORCHESTRATORS)
def test_orchestrators_parse(name):
    (code,) = blocks(ROOT / "docs" / "orchestrators.md", f"python {name}")
    assert any(isinstance(node, ast.FunctionDef) and node.name == "clean_pages" for node in ast.walk(ast.parse(code)))


@pytest.mark.engines
@pytest.mark.parametrize("name", ["prefect", "dagster"])
def test_orchestrators_run(name, folder):
    if not has(name):
        pytest.skip(f"{name} is not installed")
    (folder / "pages" / "0.jsonl").unlink()
    (folder / "pages" / "a.txt").write_text(NOISY, "utf-8")
    (code,) = blocks(ROOT / "docs" / "orchestrators.md", f"python {name}")
    done = run(code, folder)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (folder / "clean" / "documents.jsonl").read_bytes().count(b"\n") == 1


@pytest.mark.parametrize("path", [path for path in DOCS if blocks(path, "console")], ids=lambda path: path.stem)
def test_console_examples_are_true(path, folder):
    """The output is that of the page; `...` stands for any output of a command that succeeds."""
    files = [(name, content) for kind in ("text", "toml") for name, content in named_blocks(path, kind) if name]
    for name, content in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    if files:
        (folder / "data" / "a.txt").unlink()
    for block in blocks(path, "console"):
        for command, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            program, *arguments = shlex.split(command)
            assert program == "cleaner"
            done = subprocess.run(
                [sys.executable, "-m", "cleaner", *arguments], cwd=folder, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            if output == "...\n":
                assert done.returncode == 0, done.stdout
            else:
                assert done.stdout == output


def test_the_hooks_of_the_pages_are_those_there_are():
    pages = "".join((ROOT / "docs" / page).read_text("utf-8") for page in ("lint.md", "rules.md"))
    told = set(re.findall(r"^      - id: (\S+)", pages, re.MULTILINE))
    assert told == set(re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), re.MULTILINE))


def test_keep_rules_of_the_page_load(tmp_path):
    from cleaner.config import load_config

    (example,) = blocks(ROOT / "docs" / "lint.md", "toml")
    path = tmp_path / "cleaner.toml"
    path.write_text(example, "utf-8")
    assert len(load_config(path).keep) == 3


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)#:]+\.md)\)", path.read_text("utf-8")):
        assert (path.parent / link).exists(), link
