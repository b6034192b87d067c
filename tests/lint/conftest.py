"""Fixtures of the tests of the linter."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import NOISY


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(NOISY, "utf-8")
    return path
