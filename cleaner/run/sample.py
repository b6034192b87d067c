"""Some documents instead of all: drawn evenly from all inputs, the same ones each time."""

from __future__ import annotations

import random

_SEED = 0


def sample_indices(total: int, wanted: int) -> frozenset[int]:
    """``wanted`` of the numbers below ``total``, or all of them if there are no more."""
    return frozenset(random.Random(_SEED).sample(range(total), min(wanted, total)))  # noqa: S311 - no secret
