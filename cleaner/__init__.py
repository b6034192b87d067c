r"""Strip boilerplate from scraped pages; every removal carries its rule and reason.

>>> from cleaner import clean, explain
>>> clean("Skip to main content\nRain is expected in the north.\n")
'Rain is expected in the north.\n'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.errors import CleanerError
    from cleaner.model import Block, Cut, Document, Mark, Result, Span
    from cleaner.pipeline import Pipeline, clean, explain

__version__ = "0.1.0"
__all__ = ["Block", "CleanerError", "Cut", "Document", "Mark", "Pipeline", "Result", "Span", "clean", "explain"]

_HOMES = {"CleanerError": "errors", "Pipeline": "pipeline", "clean": "pipeline", "explain": "pipeline"}


def __getattr__(name: str) -> Any:
    """Public names are imported when first used, so that ``import cleaner`` costs next to nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"cleaner.{_HOMES.get(name, 'model')}"), name)
