"""Draw a sample of the documents, evenly from all inputs and always the same one."""

from __future__ import annotations

import random

_SEED = 0


def sample_indices(total: int, wanted: int) -> frozenset[int]:
    """``wanted`` numbers below ``total``, or all of them if there are fewer."""
    return frozenset(random.Random(_SEED).sample(range(total), min(wanted, total)))  # noqa: S311 - not used for secrets
