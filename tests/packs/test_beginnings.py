"""With which characters the matches of a pattern begin: never too few, and most shipped patterns say so."""

from __future__ import annotations

import re

import pytest
from ahocorasick_rs import AhoCorasick
from hypothesis import given
from hypothesis import strategies as st
from strategies import noise_lines, packs

from cleaner.fold import fold, squeeze
from cleaner.packs.beginnings import beginnings
from cleaner.packs.pattern import LazyPattern

atoms = st.sampled_from(("a", "b", "^", "$", ".", r"\d", "[ab]", "[^a]", "[a-c]", r"\b", "(?=a)", "(?!b)", "", r"\s"))
sources = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(("?", "*", "+?", "{0,2}", "{1,3}", "*+"))).map(lambda p: f"(?:{p[0]}){p[1]}"),
        inner.map(lambda part: f"({part})"),
    ),
    max_leaves=8,
)


@given(sources | sources.map("^{}".format), st.lists(st.text("abc1 \n", max_size=8), min_size=1, max_size=8))
def test_every_match_begins_the_text_with_one_of_the_beginnings(source, texts):
    begins = beginnings(source)
    assert all(1 <= len(one) <= 3 for one in begins)
    for text in texts if begins else ():
        assert all(not found.start() and found[0].startswith(begins) for found in re.finditer(source, text))


@pytest.mark.parametrize(
    ("source", "begins"),
    [
        ("^(?:by|von) x", ("by ", "von")),
        (r"^\(?(?:a|[b-d])e", ("(ae", "(be", "(ce", "(de", "ae", "be", "ce", "de")),
        ("^(?=.{0,60}9)(?P<date>a?b)", ("ab", "b")),
        (r"^a\bb", ("ab",)),
        ("^ab*c", ("ab", "ac")),
        (r"^ab\d", ("ab",)),
        (r"^[ab]{2}c", ("a", "b")),
        ("^(?:a?){3}b", ("a", "b")),
        ("(?:^a)|(?:^b)", ("a", "b")),
        ("(?:^a)|b", ()),
        ("a", ()),
        ("^a?", ()),
        ("a?^b", ()),
        (r"^\d", ()),
        ("(?i)^a", ()),
        ("(?m)^a", ()),
        ("^(?i:a)b", ()),
        (r"^\p{Lu}", ()),
        ("(", ()),
        ("^[a-z]{1,2}[a-z][0-9]", tuple("abcdefghijklmnopqrstuvwxyz")),
    ],
)
def test_what_is_read_off_a_pattern(source, begins):
    assert beginnings(source) == begins


def test_shipped_patterns_find_nothing_in_lines_with_other_beginnings():
    patterns = [pattern for rule in packs().rules for pattern in rule.patterns]
    assert sum(bool(pattern.begins) for pattern in patterns) > len(patterns) / 2
    examples = [line for rule in packs().rules for text in (*rule.removes, *rule.keeps) for line in text.splitlines()]
    lines = [line for line in map(squeeze, map(fold, (*examples, *noise_lines()))) if line]
    having = lines_by_need(lines, {need for pattern in patterns for need in pattern.needs})
    for pattern in patterns:
        if pattern.begins and not pattern.digits:
            compiled = LazyPattern(pattern.source, is_trusted=True).compiled
            tried = {line for need in pattern.needs for line in having[need]}
            assert not any(map(compiled.search, [line for line in tried if not line.startswith(pattern.begins)]))


def lines_by_need(lines, needs):
    """The lines that contain each of ``needs``: one pass over all lines for all needs."""
    words, found = sorted(needs), {need: set() for need in needs}
    automaton = AhoCorasick(words)
    for line in lines:
        for number, _, _ in automaton.find_matches_as_indexes(line, overlapping=True):
            found[words[number]].add(line)
    return found
