"""The language of a text, by the frequency of its letters, its script or its commonest words."""

from __future__ import annotations

import unicodedata

_MAX_SAMPLE = 4_000  # characters
_MIN_SAMPLE = 60  # characters; letter statistics are unreliable for shorter texts


def language(text: str) -> str:
    """The language code (ISO 639-1) of a text; empty if the text is short or its language unclear."""
    sample = text[:_MAX_SAMPLE].strip()
    if len(sample) < _MIN_SAMPLE:
        return ""
    from resiliparse.parse.lang import detect_fast  # lazy: only runs need it

    code: str = detect_fast(unicodedata.normalize("NFC", sample))[0]
    return "" if code == "unknown" else code
