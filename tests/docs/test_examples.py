"""The programs in examples/ run, and do what their first lines say."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PROGRAMS = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.py"))
PROSE = "Rain is expected in the north of the country until Friday, and the ferry stays in the harbour on both days."
NOISY = f"Skip to main content\n\n{PROSE}\n\nShare this article\n"


def run(name: str, *arguments: str | Path, folder: Path, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.txt").write_text(NOISY.replace("north", f"north {n}"), "utf-8")
    return folder


def test_folder_to_jsonl(pages, tmp_path):
    (pages / "a.html").write_bytes((ROOT / "tests" / "pages" / "aspnet-form.html").read_bytes())
    run("folder_to_jsonl.py", pages, "clean.jsonl", folder=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "clean.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["0.txt", "1.txt", "2.txt", "a.html"]
    assert rows[0]["text"] == PROSE.replace("north", "north 0") + "\n"
    assert rows[0]["removed"] == ["navigation", "share"]
    assert rows[3]["title"]


def test_rag_chunks(tmp_path):
    text = NOISY.replace(PROSE, "\n\n".join(f"{n}. {PROSE}" for n in range(9)))
    (tmp_path / "page.txt").write_text(text, "utf-8")
    chunks = [json.loads(line) for line in run("rag_chunks.py", "page.txt", folder=tmp_path).splitlines()]
    assert len(chunks) == 3
    clean = "\n\n".join(f"{n}. {PROSE}" for n in range(9))
    for chunk in chunks:
        assert (
            chunk["text"] == text[chunk["source_start"] : chunk["source_end"]] == clean[chunk["start"] : chunk["end"]]
        )
        assert len(chunk["text"]) <= 400
    assert sum(chunk["text"].count(PROSE) for chunk in chunks) == 9


def test_own_rules(tmp_path):
    said = run("own_rules/clean.py", folder=tmp_path)
    assert said.startswith("The harbour was dredged in the spring")
    assert "removed 'Weather now: rain, 7 degrees' by weather/box: A line of the weather box" in said
    rules = EXAMPLES / "own_rules" / "rules"
    command = [sys.executable, "-m", "cleaner", "rules", "test", "--rules", rules]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_own_stage(tmp_path):
    folder = shutil.copytree(EXAMPLES / "own_stage", tmp_path / "own_stage")
    for command, code, said in (
        (["rules", "test"], 0, "all correct"), (["check", "page.txt"], 1, "ticker/quote: ACME 182.31 (+0.4%)"),
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "cleaner", *command], cwd=folder, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr


def test_watch_site(pages, tmp_path):
    assert re.fullmatch(r"first day: \d+\.\d% removed\n", run("watch_site.py", pages, "out", folder=tmp_path))
    (pages / "3.txt").write_text(NOISY, "utf-8")
    assert run("watch_site.py", pages, "out", folder=tmp_path) == ""
    assert json.loads((tmp_path / "out" / "report.json").read_bytes())["documents"]["out"] == 4
    for n in range(4, 8):
        (pages / f"{n}.txt").write_text(PROSE + "\n", "utf-8")
    said = run("watch_site.py", pages, "out", folder=tmp_path, code=1)
    assert re.search(r"^all: \d+\.\d% removed yesterday, \d+\.\d% today$", said, re.MULTILINE)


def test_upgrade_check(pages, tmp_path):
    (pages / "3.txt").write_text(PROSE + "\n", "utf-8")
    ignore = ("--ignore", "share", "--ignore", "navigation")
    assert run("upgrade_check.py", pages, "out", "out", *ignore, folder=tmp_path) == ""
    said = run("upgrade_check.py", pages, "out", "new", folder=tmp_path, code=1)
    assert said.splitlines() == [
        "navigation: 12 words lost, 0 gained", "share: 9 words lost, 0 gained",
        *(f"{n}.txt: 7 words lost; see: cleaner explain new {n}.txt" for n in range(3)),
    ]  # fmt: skip
    said = run("upgrade_check.py", pages, "new", "more", *ignore[:2], folder=tmp_path)
    assert said == "share: 0 words lost, 9 gained\n"


@pytest.mark.engines
def test_spark_job(tmp_path):
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java 17")
    import pyarrow as pa
    from pyarrow import parquet as pq

    pq.write_table(pa.table({"id": ["a", "b"], "html": [NOISY, None]}), tmp_path / "pages.parquet")
    assert set(run("spark_job.py", "pages.parquet", "clean.parquet", folder=tmp_path).splitlines()) == {
        "ok: 1",
        "failed: 1",
    }


def test_every_example_is_listed_explains_itself_and_is_run_by_a_test():
    listed = set(re.findall(r"\]\(([\w./]+)\)", (EXAMPLES / "README.md").read_text("utf-8"))) - {"../docs/batch.md"}
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for name in PROGRAMS:
        folder, _, _ = name.rpartition("/")
        assert name in listed or any(one.startswith(f"{folder}/") for one in listed), name
        tree = ast.parse((EXAMPLES / name).read_text("utf-8"))
        assert ast.get_docstring(tree), name
        assert f'"{name}"' in tests or (folder and f'"{folder}"' in tests), name
    assert all((EXAMPLES / name).exists() for name in listed)
