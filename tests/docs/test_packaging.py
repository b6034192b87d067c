"""What pip, PyPI and a citation say of the package is true, and the documents agree with it."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import cleaner
from cleaner.etl.engines import DISTRIBUTION
from cleaner.tables import ADAPTERS

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = sorted((ROOT / "cleaner").rglob("*.py"))
EXTRAS = PROJECT["optional-dependencies"]
URL = re.compile(r"https://example\.org/cleaner[\w./-]*")


def texts(paths):
    return [(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]


def test_engines_ask_for_the_extras_of_this_distribution():
    assert PROJECT["name"] == DISTRIBUTION


def test_no_page_and_no_message_installs_the_other_package_of_our_name():
    """Another project is called `cleaner` on PyPI: pip may only be given our own name, a path or an address."""
    wrong = re.compile(r"(?:pip|pipx|uv tool|uv pip) install[^`\n]*?(?<![\w/.-])cleaner(?![\w.-])|(?<![\w-])cleaner\[")
    assert [(name, hit[0]) for name, text in texts([*DOCUMENTS, *SOURCES]) for hit in wrong.finditer(text)] == []


def test_every_extra_that_is_named_exists():
    named = {
        extra
        for _, text in texts([*DOCUMENTS, *SOURCES])
        for group in re.findall(rf"{DISTRIBUTION}\[([\w,-]+)\]", text)
        for extra in group.split(",")
    }
    assert {"arrow", "spark"} <= named <= EXTRAS.keys()


def test_every_extra_is_in_the_table_of_the_readme():
    """Those of engines may be in the table of docs/etl.md alone; tests/docs/test_contributing.py compares that."""
    table = (ROOT / "README.md").read_text("utf-8").partition("| extra |")[2].partition("\n\n")[0]
    listed = {name for row in table.splitlines()[2:] for name in re.findall(r"`([\w-]+)`", row.split("|")[1])}
    assert listed <= EXTRAS.keys()
    assert listed | {adapter.extra for adapter in ADAPTERS} == EXTRAS.keys() - {"dev", "docs", "bench"}


def test_the_address_of_the_project_is_the_same_everywhere():
    address = PROJECT["urls"]["Repository"]
    assert all(url.startswith(f"{address}/") or url == address for url in PROJECT["urls"].values())
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["repository-code"]
    assert cited == address
    for name, text in texts(DOCUMENTS):
        for url in URL.findall(text):
            assert url.removesuffix(".git") == address, name


def test_the_citation_is_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], cited["license"]) == (cleaner.__version__, PROJECT["license"])
    assert [author["name"] for author in cited["authors"]] == [author["name"] for author in PROJECT["authors"]]


def test_the_version_is_written_once():
    assert "version" not in PROJECT
    assert PROJECT["dynamic"] == ["version"]


def test_every_dependency_has_a_minimum_and_no_maximum():
    """A maximum would keep others from newer versions; a minimum is what `make test-lowest` installs."""
    for requirement in map(Requirement, chain(PROJECT["dependencies"], *EXTRAS.values())):
        if not requirement.name.startswith("types-"):
            assert [clause.operator for clause in requirement.specifier] == [">="], requirement


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_python_that_is_tested_is_claimed(version):
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert version in makefile
    assert version in (ROOT / "README.md").read_text("utf-8")


def test_every_core_dependency_is_explained():
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    for requirement in map(Requirement, PROJECT["dependencies"]):
        assert f"| {requirement.name} |" in page


def test_the_minimums_that_are_explained_are_those_that_are_set():
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8").partition("## Minimum versions")[2]
    told = {
        name.removesuffix(" (extras)"): least
        for names, least in re.findall(r"^\| ([\w, ()-]+) \| (\d[\d.]*) \|", page, re.MULTILINE)
        for name in names.split(", ")
    }
    assert {"selectolax", "trafilatura", "typer", "pyarrow"} <= told.keys()
    for requirement in map(Requirement, chain(PROJECT["dependencies"], *EXTRAS.values())):
        if requirement.name in told:
            assert str(requirement.specifier) == f">={told[requirement.name]}", requirement
