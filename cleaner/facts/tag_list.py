"""Tags of a page, as sites write them: several in one line, or in one value of the head."""

from __future__ import annotations

import re

from cleaner.chars import TAG_SEPARATORS, words_of_name

_END = re.compile(rf"\s*[{TAG_SEPARATORS}]\s*")
_MAX_TAG = 60  # characters; what is longer is prose, not a tag
_MAX_WORDS = 8


def split_tags(text: str) -> list[str]:
    """The tags in ``text``, each once: split at commas, semicolons, bars and dots. Prose among them is left out."""
    tags = dict.fromkeys(part.strip() for part in _END.split(text))
    return [tag for tag in tags if tag and len(tag) <= _MAX_TAG and words_of_name(" ".join(tag.split())) <= _MAX_WORDS]
