"""Whether work grows no faster than its input, by CPU time: what else the machine does makes no difference."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

TIMES = 4  # the larger input is so many times the smaller one
GROWTH = 10.0  # linear work grows 4 times, quadratic work 16 times
TRIES = 5
_LEAST = 0.002  # CPU seconds that no clock measures well


def assert_linear(work: Callable[[int], object], n: int) -> None:
    """``work(4 * n)`` costs less than ten times the CPU time of ``work(n)``, in one of five tries."""
    ratios: list[float] = []
    for _ in range(TRIES):
        small, large = _cost(work, n), _cost(work, TIMES * n)
        ratios.append(large / max(small, _LEAST))
        if ratios[-1] <= GROWTH:
            return
    raise AssertionError(f"{TIMES} times the input costs {min(ratios):.1f} times the CPU time or more")


def _cost(work: Callable[[int], object], n: int) -> float:
    start = process_time()
    work(n)
    return process_time() - start
