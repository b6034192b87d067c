"""The matching form of text: what two spellings of the same words have in common.

The matching form is NFKC text (https://unicode.org/reports/tr15/), casefolded, without invisible characters, with one
kind of quote, dash and space. Folding never adds or removes a line feed, so the lines of the folded text correspond to
the lines of the text.
"""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"\d+")
_INVISIBLE = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufeff")
_SAME = (
    ("\u2018", "'"), ("\u2019", "'"), ("\u201b", "'"), ("\u02bc", "'"), ("`", "'"),
    ("\u201c", '"'), ("\u201d", '"'), ("\u201e", '"'), ("\u201f", '"'),
    ("\u2010", "-"), ("\u2011", "-"), ("\u2012", "-"), ("\u2013", "-"), ("\u2014", "-"), ("\u2212", "-"),
    ("\u3000", " "), ("\t", " "), ("\u0451", "\u0435"),
)  # fmt: skip
# Turkish pages often write I for both letters in capitals, so İ, I, i and ı are treated as one letter.
_TURKISH = (("\u0131", "i"), ("i\u0307", "i"))

DECORATION = " \t*•◦▪▫■□●○►▶▸▷◄◀◂▲△▼▽←→↑↓↗›‹>»«|·∙・⋅–—-_=+#~^/\\,;:.!?¡¿؟؛،…。、！？：；()[]{}（）【】「」★☆✓✔×✕✖"
"""Characters that may surround the words of a button or menu line without changing its meaning.

Quotes are not among them: a quoted phrase is somebody's words."""


def fold(text: str) -> str:
    """The matching form of ``text``, with the same number of line feeds. Linear in the length of the text."""
    if text.isascii():
        return text.lower().replace("\t", " ").replace("`", "'")
    # replace the two most common compatibility characters first: normalize does not rewrite text without others
    folded = text.replace("\u00a0", " ").replace("\u2026", "...")
    folded = unicodedata.normalize("NFKC", folded).casefold()
    for old in _INVISIBLE:
        folded = folded.replace(old, "")
    for old, new in _SAME:
        folded = folded.replace(old, new)
    for old, new in _TURKISH:
        folded = folded.replace(old, new)
    return folded


def squeeze(folded: str) -> str:
    """``folded`` with each run of white space as one space, and none at the ends."""
    return " ".join(folded.split())


def numberless(text: str) -> str:
    """``text`` with each run of digits as one zero: what counters, dates and prices of one kind have in common."""
    return _DIGITS.sub("0", text)


def key(folded: str) -> str:
    """The words of a folded line without the decoration around them.

    Guillemets are arrows (``Next »``) unless they form a pair around the line, which makes it a quotation.
    """
    if folded[:1] == "«" and folded[-1:] == "»":
        return folded
    return folded.strip(DECORATION)
