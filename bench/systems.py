"""Systems for ``bench.wcxb_text score --system``: our profiles with rules alone, a line filter, and doing nothing.

The learned scorer was fitted on these pages: ``bench.oof_text`` measures it with models that were not.
"""

from __future__ import annotations

from functools import lru_cache

from cleaner.config import ProfileName
from cleaner.pipeline import Pipeline

_C4_MIN_WORDS = 5
_C4_ENDS = (".", "!", "?", '"')


@lru_cache(maxsize=3)
def _pipeline(profile: ProfileName) -> Pipeline:
    return Pipeline(profile=profile, classifier="rules")


def careful(text: str) -> str:
    return _pipeline("careful").run(text).text


def balanced(text: str) -> str:
    return _pipeline("balanced").run(text).text


def strict(text: str) -> str:
    return _pipeline("strict").run(text).text


def untouched(text: str) -> str:
    return text


def c4(text: str) -> str:
    """The line rules of C4 (Raffel et al. 2020, https://arxiv.org/abs/1910.10683, section 2.2)."""
    return "\n".join(filter(_passes_c4, text.split("\n")))


def _passes_c4(line: str) -> bool:
    bare = line.strip()
    is_sentence = bare.endswith(_C4_ENDS) and len(bare.split()) >= _C4_MIN_WORDS
    return is_sentence and "javascript" not in bare.lower() and "{" not in bare
