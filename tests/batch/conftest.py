"""Fixtures of the tests of runs."""

from __future__ import annotations

import pytest
from batch_pages import PAGE


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """A folder of inputs; the working folder is the one above it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_bytes(PAGE)
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder that is the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
