"""Classes of characters that several modules read: scripts without spaces, ends of sentences, colons, separators."""

from __future__ import annotations

import re
from collections.abc import Callable

SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
"""Scripts without spaces between words, as a character class of a pattern: Thai, Lao, Burmese, Khmer, Kana, Han."""

HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
"""Hangul, as a character class: Korean has spaces, but particles and endings follow a word without one."""

COLONS = (":", "：")
"""What ends a label or announces a list."""

SENTENCE_ENDS = ".!?…。！？．｡؟۔।॥։።။។៕"
"""What ends a sentence, in the scripts of Unicode's property Sentence_Terminal (UAX #44) that packs have words in."""

CLOSERS = "\"'”’»)]}›」』】）*_"
"""What may follow the end of a sentence: closing quotes and brackets, and the marks of emphasis in Markdown."""

BULLETS = "•◦▪▫■□●○‣⁃*·–—-"
"""What begins the items of lists in plain text, with white space after it."""

LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
"""What ends a line: LF, CR LF, CR, FF, VT, NEL, LS or PS, as in UAX #14 (https://unicode.org/reports/tr14/)."""

OTHER_LINE_ENDS = ("\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
"""The characters that end a line, without LF."""

TAG_SEPARATORS = ",，、،;；؛|•·"
"""What separates the names of a tag list."""

_JOINED = re.compile(f"[{SPACELESS}{HANGUL}]")
_SPACELESS = re.compile(f"[{SPACELESS}]")
_NAME_WORDS = 2  # a name of four characters, which reads as one word


def is_joined(char: str) -> bool:
    """Whether the words of the script of ``char`` may touch: scripts without spaces, and Hangul."""
    return char >= "\u0e00" and _JOINED.match(char) is not None


def is_spaceless(char: str) -> bool:
    """Whether the script of ``char`` has no spaces between words."""
    return char >= "\u0e00" and _SPACELESS.match(char) is not None


def count_words(text: str) -> int:
    """Words of a text with single spaces; in scripts without spaces two characters count as one word."""
    words = text.count(" ") + 1
    if text.isascii() or not _SPACELESS.search(text):
        return words
    return words + len(_SPACELESS.findall(text)) // 2


def words_of_name(text: str) -> int:
    """Words of a name in a list, such as a tag; in scripts without spaces the first four characters count as one."""
    words = text.count(" ") + 1
    return max(words, count_words(text) - _NAME_WORDS)


def word_test(text: str) -> Callable[[str], bool]:
    """The test for a character that makes a word of ``text``: a letter, or in a text without letters a digit, too."""
    return str.isalpha if any(map(str.isalpha, text)) else str.isalnum
