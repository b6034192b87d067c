"""Run the same inputs twice, with different rule packs, into temporary folders."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cleaner.config import Config
from cleaner.errors import DONE, OVER_LIMIT, ConfigError
from cleaner.inputs.find import STDIN
from cleaner.run.options import RunOptions
from cleaner.run.report import Report

_MAX_FOLDERS = 2

CleanInto = Callable[[str, Path, Config, RunOptions], Report]
"""Cleans the inputs into a folder, and returns the report. The first argument is the name of the run."""


class TwoRuns(NamedTuple):
    """The folders of two finished runs, their names, and their highest exit code.

    It is not that of a run over the limits ``max_removed``, because those do not matter for a comparison.
    """

    first: Path
    second: Path
    names: tuple[str, str]
    exit_code: int


def configs_of(rules: Sequence[str], config: Config) -> tuple[tuple[str, Config], tuple[str, Config]]:
    """The names and options of the two runs. With one folder of rules, the first run does without it.

    Raises `ConfigError` for more than two folders.
    """
    if not 1 <= len(rules) <= _MAX_FOLDERS:
        raise ConfigError("--rules takes one folder or two: the rules of the first run, then those of the second")
    *before, after = ((name, config.with_overrides(rules=(name,))) for name in rules)
    name = " + ".join(map(str, config.rules)) or "shipped rules"
    return (before[0] if before else (name, config)), after


@contextlib.contextmanager
def two_runs(
    sources: Sequence[str], rules: Sequence[str], config: Config, options: RunOptions, clean_into: CleanInto
) -> Iterator[TwoRuns]:
    """Clean ``sources`` with the rules of both runs. The output is deleted when the context is left.

    ``options`` are those of the inputs; the form of the output is always the same. Raises `ConfigError` for wrong
    options, and what a run raises.
    """
    if STDIN in sources:
        raise ConfigError("diff reads its inputs twice, and stdin can't be read again; write it to a file first")
    plans = configs_of(rules, config)
    for _, plan in plans:
        plan.packs()  # a wrong pack is reported before anything is cleaned
    plain = RunOptions()
    options = replace(
        options, ledger=True, layout=plain.layout, output_format=plain.output_format,
        shard_size=plain.shard_size, keep_folders=plain.keep_folders,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="cleaner-diff-") as folder:
        outputs = [Path(folder, name) for name in ("a", "b")]
        reports = [clean_into(name, output, plan, options) for output, (name, plan) in zip(outputs, plans, strict=True)]
        codes = [report.exit_code for report in reports if report.exit_code != OVER_LIMIT]
        yield TwoRuns(outputs[0], outputs[1], (plans[0][0], plans[1][0]), max(codes, default=DONE))
