"""What the tests of the linter share: a noisy text, and a file linted without a disk."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cleaner.config import Config
from cleaner.lint.baseline import Baseline
from cleaner.lint.finding import Linted, lint
from cleaner.lint.fix import fix_file
from cleaner.pipeline import Pipeline

ROOT = Path(__file__).parents[2]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
CONFIG = Config()
NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\nShare this article\n"
CLEAN = "Rain is expected in the north of the country until Friday.\n"


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


def linted(
    name: str, data: bytes, config: Config = CONFIG, made: Pipeline | None = None, accepted: Baseline | None = None
) -> Linted:
    return lint(name, made or pipeline(), config, baseline=accepted, read=lambda path, max_bytes: data)


def fixed(path: Path) -> bool:
    return fix_file(lint(str(path), pipeline(), CONFIG))
