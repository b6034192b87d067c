"""Systems for ``bench/wcxb_text.py score --system``: our profiles, rules alone.

The learned scorer knows these pages: `oof_text.py` measures it with models that don't.
"""

from __future__ import annotations

from functools import lru_cache

from cleaner.pipeline import Pipeline


@lru_cache(maxsize=3)
def _pipeline(profile: str) -> Pipeline:
    return Pipeline(profile=profile, classifier="rules")


def careful(text: str) -> str:
    return _pipeline("careful").run(text).text


def balanced(text: str) -> str:
    return _pipeline("balanced").run(text).text


def strict(text: str) -> str:
    return _pipeline("strict").run(text).text
