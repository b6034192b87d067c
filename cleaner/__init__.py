r"""Strip boilerplate from scraped pages. Every removal has its rule and its reason.

>>> from cleaner import clean, explain
>>> clean("Skip to main content\nRain is expected in the north.\n")
'Rain is expected in the north.\n'
>>> explain("Skip to main content\nRain is expected in the north.\n")
Result(id='-', ok, 31 of 52 characters kept, 1 cut)

`clean` returns the clean text of one page. `explain` returns every decision about it as a `Result`. For many pages,
create a `Pipeline` and call `run` or `run_many`. The options are the same everywhere: keywords, or a `Config`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.config import PROFILES, Config, Options, Profile, load_config
    from cleaner.duplicates import Duplicates
    from cleaner.errors import CleanerError, ConfigError, InputError, RuleError
    from cleaner.model import (
        Block,
        Blocks,
        Chunk,
        Cut,
        Document,
        Fact,
        InputKind,
        Kind,
        Link,
        Mark,
        Piece,
        Result,
        Span,
        TextFormat,
        Withdrawal,
    )
    from cleaner.packs.load import load_packs
    from cleaner.packs.rule import Packs, StageRule
    from cleaner.pipeline import Pipeline, clean, explain
    from cleaner.stages import Classifier, Stage, default_stages
    from cleaner.view import View

__version__ = "0.1.0"
__all__ = [
    "PROFILES",
    "Block",
    "Blocks",
    "Chunk",
    "Classifier",
    "CleanerError",
    "Config",
    "ConfigError",
    "Cut",
    "Document",
    "Duplicates",
    "Fact",
    "InputError",
    "InputKind",
    "Kind",
    "Link",
    "Mark",
    "Options",
    "Packs",
    "Piece",
    "Pipeline",
    "Profile",
    "Result",
    "RuleError",
    "Span",
    "Stage",
    "StageRule",
    "TextFormat",
    "View",
    "Withdrawal",
    "clean",
    "default_stages",
    "explain",
    "load_config",
    "load_packs",
]

_HOMES = {
    "config": ("PROFILES", "Config", "Options", "Profile", "load_config"),
    "duplicates": ("Duplicates",),
    "errors": ("CleanerError", "ConfigError", "InputError", "RuleError"),
    "packs.load": ("load_packs",),
    "packs.rule": ("Packs", "StageRule"),
    "pipeline": ("Pipeline", "clean", "explain"),
    "stages": ("Classifier", "Stage", "default_stages"),
    "view": ("View",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import cleaner`` is fast."""
    if name not in __all__:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"cleaner.{_HOME.get(name, 'model')}"), name)
    globals()[name] = value  # later look-ups do not call this function
    return value


def __dir__() -> list[str]:
    """The public names, without submodules and helpers."""
    return [*__all__, "__version__"]
