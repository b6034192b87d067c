"""The language of a text, by the frequency of its letters; of short texts by their script."""

from __future__ import annotations

import unicodedata

_MAX_SAMPLE = 4_000  # characters
_SCRIPTS = {
    "ko": (("\uac00", "\ud7a3"),),
    "ja": (("\u3040", "\u30ff"),),
    "th": (("\u0e01", "\u0e3a"), ("\u0e40", "\u0e4e")),
    "el": (("\u0391", "\u03c9"),),
    "he": (("\u05d0", "\u05ea"),),
}
"""Scripts of one language each; of Japanese the syllables, which are among Chinese characters."""
_MIN_SHARE = 0.3  # share of all letters
_MIN_LETTERS = 4
_MIN_SAMPLE = 60  # characters; letter statistics are unreliable for shorter texts


def language(text: str) -> str:
    """The language code (ISO 639-1) of a text; empty if its language is unclear.

    Of texts below 60 characters only scripts that one language is written in are certain.
    """
    sample = text[:_MAX_SAMPLE].strip()
    if len(sample) < _MIN_SAMPLE:
        return _of_script(sample)
    from resiliparse.parse.lang import detect_fast  # lazy: only runs need it

    code: str = detect_fast(unicodedata.normalize("NFC", sample))[0]
    return "" if code == "unknown" else code


def _of_script(text: str) -> str:
    """The language of a short text in a script that only one language is written in; else empty."""
    letters = [char for char in text if char.isalpha()]
    for code, ranges in _SCRIPTS.items():
        inside = [char for char in letters if any(first <= char <= last for first, last in ranges)]
        if len(inside) >= _MIN_SHARE * len(letters) and len(inside) >= _MIN_LETTERS:
            return code
    return ""
