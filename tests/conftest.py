"""Hypothesis profiles: quick by default, ``HYPOTHESIS_PROFILE=deep`` for 1,000 examples a law and more, ``mutants`` and
``coverage`` for runs that measure the tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", derandomize=True, max_examples=60, deadline=None, suppress_health_check=_QUIET)
# for make coverage, which asks what is reached and not whether it is right
settings.register_profile(
    "coverage", derandomize=True, max_examples=8, database=None, deadline=None, suppress_health_check=_QUIET
)
settings.register_profile("deep", max_examples=1500, deadline=None, suppress_health_check=_QUIET)
# for bench/mutants.py: the same examples each time, and no time spent on shrinking
_NO_SHRINKING = (Phase.explicit, Phase.generate)
settings.register_profile(
    "mutants", derandomize=True, database=None, phases=_NO_SHRINKING, deadline=None, suppress_health_check=_QUIET
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_make_parametrize_id(val, argname):
    """Bytes are named by their argument: packed data may hold the time, and no blob says anything to a reader."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def cli(tmp_path_factory):
    """What `cleaner run` makes of the pages of `etl_corpus`, for all that has to make the same of them."""
    import etl_corpus  # lazy: it needs pyarrow

    folder = tmp_path_factory.mktemp("etl")
    etl_corpus.write(folder / "pages")
    return etl_corpus.by_cli(folder / "pages", folder / "out")
