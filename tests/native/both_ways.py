"""Both ways of the work, for the tests of the native core."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from cleaner import _native

T = TypeVar("T")

needs_core = pytest.mark.skipif(_native.library() is None, reason="the native core was not built, or is switched off")


def both(work: Callable[[], T]) -> tuple[T, T]:
    """What ``work`` returns with the native core, and in pure Python."""
    before = _native.library() is not None
    try:
        _native.use(native=True)
        native = work()
        _native.use(native=False)
        return native, work()
    finally:
        _native.use(native=before)
