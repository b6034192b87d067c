"""The language of a text: by its script, its function words and the frequency of its letters."""

from __future__ import annotations

import re
import unicodedata

from cleaner.facts.function_words import IN_PACKS, KNOWN, points_of, words_of

_MAX_SAMPLE = 4_000  # characters
_SCRIPTS = {
    "ko": re.compile("[\uac00-\ud7a3]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "th": re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]"),
    "el": re.compile("[\u0391-\u03c9]"),
    "he": re.compile("[\u05d0-\u05ea]"),
}
"""Scripts of one language each; of Japanese the syllables, which are among Chinese characters."""
_HAN = re.compile("[\u4e00-\u9fff]")
_CHINESE = re.compile("[的了是在這这們们吗嗎]")  # most Chinese sentences have one of them, Japanese ones hardly ever
_LETTER = re.compile(r"[^\W\d_]")
_MIN_HAN = 8
_MIN_SHARE = 0.3  # share of all letters
_MIN_LETTERS = 4
_MIN_SAMPLE = 60  # characters; letter statistics are unreliable for shorter texts
_LONG = 300  # characters; here letter statistics are right in any language
_WORDS_IN = 800  # characters in which letters and words are counted
_MIN_WORDS, _LEAD = 3, 1.5  # words for a language, and how many times more than for any other one
_LEAD_OF_LONG = 1.1  # in many words chance is smaller
_MIN_WORDS_SHARE = 0.15  # share of all words; in languages without a table fewer words look like those of another one


def language(text: str) -> str:
    """The language code (ISO 639-1) of a text; empty if its language is unclear.

    A script decides, or words: at least three, and clearly more than for any other language. Else the letters decide,
    if the words agree with them; in a language without a table of words, if the text is long.
    """
    sample = unicodedata.normalize("NFC", text[:_MAX_SAMPLE].strip())
    if code := _of_script(sample[:_WORDS_IN]):
        return code
    words = words_of(sample[:_WORDS_IN])
    points = points_of(words)
    (best, most), (_, second) = [*points.most_common(2), ("", 0), ("", 0)][:2]
    is_much = most >= _MIN_WORDS and most >= _MIN_WORDS_SHARE * len(words)
    if is_much and best in IN_PACKS and most >= (_LEAD if len(sample) < _LONG else _LEAD_OF_LONG) * second:
        return best
    if len(sample) < _MIN_SAMPLE:
        return ""
    code = _of_letters(sample)
    if code in KNOWN:
        return code if most and points[code] == most else ""
    return code if len(sample) >= _LONG and not is_much else ""


def _of_letters(text: str) -> str:
    from resiliparse.parse.lang import detect_fast  # lazy: not all texts need it

    code: str = detect_fast(text)[0]
    return "" if code == "unknown" else code


def _of_script(text: str) -> str:
    """The language of a text in a script that only one language is written in; else empty."""
    if text.isascii():
        return ""
    letters = len(_LETTER.findall(text))
    for code, script in _SCRIPTS.items():
        if len(script.findall(text)) >= max(_MIN_SHARE * letters, _MIN_LETTERS):
            return code
    is_chinese = _CHINESE.search(text) and not _SCRIPTS["ja"].search(text)
    return "zh" if is_chinese and len(_HAN.findall(text)) >= max(_MIN_SHARE * letters, _MIN_HAN) else ""
