"""What the documents list is complete: thresholds, public names, decisions, packages."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import thresholds

import cleaner

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_the_table_of_thresholds_is_that_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "docs/tools/generated.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("_MIN = 3  # words", [("_MIN", "3")]),
        ("_A, _B = 0.5, (1, 2)", [("_A", "0.5"), ("_B", "1, 2")]),
        ("WORDS = range(3, 31)", [("WORDS", "3 to 30")]),
        ("_MAX: int = 64_000", [("_MAX", "64,000")]),
        ("_NAME = 'x'\n_FLAG = True\ndef f():\n    n = 3", []),
    ],
)
def test_constants_are_found(source: str, rows: list[tuple[str, str]]) -> None:
    assert list(thresholds._constants(ast.parse(source))) == rows


def test_the_reference_has_all_public_names() -> None:
    named = re.findall(r"^::: cleaner\.(\w+)$", (DOCS / "reference" / "library.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(cleaner.__all__)


def test_the_reference_has_all_adapters() -> None:
    page = (DOCS / "reference" / "adapters.md").read_text("utf-8")
    listed = re.findall(r"`cleaner\.etl\.(\w+)\.(\w+)`", (DOCS / "etl.md").read_text("utf-8"))
    assert len(listed) >= 9
    assert [name for name in listed if f"::: cleaner.etl.{'.'.join(name)}\n" not in page] == []


def test_all_decisions_are_in_the_index_and_have_all_sections() -> None:
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [page.name[:3] for page in pages] == [f"{n:03d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        number, title = re.match(r"# (\d+)\. (.+)", page.read_text("utf-8")).groups()
        assert f"| [{int(number):03d}]({page.name}) | {title} | " in index
        headings = re.findall(r"^## (.+)", page.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Alternatives", "Figures"]
        assert re.search(r"^Date: \d{4}-\d\d-\d\d$", page.read_text("utf-8"), re.MULTILINE)


def test_the_architecture_names_each_package_and_module() -> None:
    page = (DOCS / "architecture.md").read_text("utf-8")
    names = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "cleaner").iterdir()
        if not path.name.startswith("__") and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
