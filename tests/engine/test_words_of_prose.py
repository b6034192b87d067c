"""Long words are found by two patterns, the faster one in scripts for which both find the same."""

from __future__ import annotations

import sys

from cleaner.features import _LONG_WORD, _PLAIN, _PLAIN_LONG_WORD


def test_both_patterns_take_the_same_characters_for_letters_where_the_faster_one_is_used():
    plain = [char for char in map(chr, range(sys.maxunicode + 1)) if _PLAIN.fullmatch(char)]
    assert {"a", "é", "я", "λ", "ấ"} <= set(plain)
    for char in plain:
        assert bool(_PLAIN_LONG_WORD.search(char * 4)) == bool(_LONG_WORD.search(char * 4)), ascii(char)
