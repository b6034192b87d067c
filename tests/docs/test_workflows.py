"""Workflows and forms are valid, and every command in them exists here."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = {name for line in re.findall(r"^([\w. -]+):(?!=)", MAKEFILE, re.MULTILINE) for name in line.split()}


def steps_of(path: Path) -> list[dict[str, Any]]:
    return [step for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("vendor.citation-file-format", [ROOT / "CITATION.cff"]),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_are_valid(schema: str, paths: list[Path]) -> None:
    assert paths
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    if schema.endswith("file-format"):
        command += ["--default-filetype", "yaml"]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_make_target_of_a_workflow_exists(path: Path) -> None:
    called = [
        name for step in steps_of(path) for name in re.findall(r"^make ([\w.-]+)", step.get("run", ""), re.MULTILINE)
    ]
    assert called
    assert set(called) <= TARGETS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_secret_and_few_rights(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "secrets." not in text
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    for step in steps_of(path):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[\w./-]+", step.get("uses", "a/b@v1")), step


def test_the_matrix_has_every_python_that_is_claimed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    claimed = set(re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"])))
    matrix = yaml.safe_load((GITHUB / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]["test"]["strategy"]["matrix"]
    assert set(matrix["python"]) == claimed
    assert matrix["system"] == ["ubuntu-latest"]
    assert matrix["may_fail"] == [False]
    assert "Operating System :: POSIX :: Linux" in project["classifiers"]


def test_the_folders_that_a_workflow_names_exist() -> None:
    named = {name for path in WORKFLOWS for name in re.findall(r"(?<![\w/])tests/\w+", path.read_text("utf-8"))}
    assert [name for name in sorted(named) if not (ROOT / name).is_dir()] == []


def test_every_form_asks_for_the_version() -> None:
    assert {path.stem for path in FORMS} == {"content-lost", "noise-left", "crash"}
    for path in FORMS:
        body = yaml.safe_load(path.read_text("utf-8"))["body"]
        (version,) = [field for field in body if field.get("id") == "version"]
        assert version["validations"]["required"]


def test_the_address_in_the_forms_is_that_of_the_project() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"].values()
    config = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "config.yml").read_text("utf-8"))
    assert all(link["url"] in urls for link in config["contact_links"])
