"""Where words begin and end in folded text, in scripts with and without spaces."""

from __future__ import annotations

from cleaner.chars import is_joined


def ends_word(text: str, at: int) -> bool:
    """Whether a place in a text is not inside a word."""
    return at >= len(text) or not are_of_one_word(text[at - 1], text[at])


def are_of_one_word(before: str, after: str) -> bool:
    """Whether two neighbours belong to one word: letters or digits, of scripts that have spaces."""
    if is_joined(after) or is_joined(before):
        return False
    return (before.isalpha() and after.isalpha()) or (before.isdigit() and after.isdigit())


def is_quoted(folded: str, at: int) -> bool:
    """Whether a place is inside quotation marks: what is quoted is talked about."""
    if at == 0:
        return False
    before = folded[:at]
    return (
        before.count('"') % 2 == 1 or before.count("«") > before.count("»") or before.count("「") > before.count("」")
    )
