"""The measure of linear work measures."""

from __future__ import annotations

import pytest
from linear import assert_linear


def test_linear_work_passes() -> None:
    assert_linear(lambda n: sum(range(n)), 300_000)


def test_quadratic_work_does_not() -> None:
    with pytest.raises(AssertionError, match="4 times the input costs"):
        assert_linear(lambda n: [sum(range(n)) for _ in range(n // 20)], 3_000)
