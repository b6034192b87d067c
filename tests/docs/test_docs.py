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
from pathlib import Path

import etl_corpus
import pyarrow.parquet as pq
import pytest

from cleaner.json_lines import to_line

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
OWN_STAGE = ROOT / "examples" / "own_stage"
ENGINES = {
    "batch": "json", "spark": "pyspark", "huggingface": "datasets", "notebook": "pandas", "dask": "dask.dataframe",
    "etl": "pyarrow", "library": "cleaner", "stages": "cleaner",
}  # fmt: skip
LIGHT = ("batch", "etl", "library", "notebook", "polars", "duckdb", "pandas", "stages")
ORCHESTRATORS = ("airflow", "prefect", "dagster")
NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\nShare this article\n"
COUNT = 20


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)


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
    shutil.copy(OWN_STAGE / "ticker.py", tmp_path)
    shutil.copy(OWN_STAGE / "page.txt", tmp_path / "ticker.txt")
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
    return [] if path.stem in LIGHT else [pytest.mark.engines]


@pytest.mark.parametrize("path", [pytest.param(path, marks=marks(path), id=path.stem) for path in PYTHON])
def test_the_example_runs(path, folder):
    engine = ENGINES.get(path.stem, path.stem)
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
        assert {row["status"] for row in rows} <= {"ok", "unchanged"}
    if path.stem == "datatrove":
        assert len(list((folder / "clean").glob("*.jsonl.gz"))) >= 1


def test_every_engine_has_its_page_and_is_in_the_table():
    table = (ROOT / "docs" / "etl.md").read_text("utf-8")
    pages = {path.stem for path in (ROOT / "docs" / "etl").glob("*.md")}
    modules = {path.stem for path in (ROOT / "cleaner" / "etl").glob("*.py")}
    assert pages == modules - {"__init__", "arrow", "columns", "engines", "launch", "rows", "schema"}
    assert all(f"(etl/{name}.md)" in table for name in pages)


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
    for block in blocks(path, "console"):
        for command, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            program, *arguments = shlex.split(command)
            assert program == "cleaner"
            done = subprocess.run(
                [sys.executable, "-m", "cleaner", *arguments], cwd=folder, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            assert done.stdout == output


def test_the_hooks_of_the_page_are_those_there_are():
    told = set(re.findall(r"^      - id: (\S+)", (ROOT / "docs" / "lint.md").read_text("utf-8"), re.MULTILINE))
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
