"""The native core leads Python to the same hits, in the same order, as Python alone finds."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from both_ways import both, needs_core
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_text, documents, noise_lines, packs, pages, tag_soup

from cleaner import _native
from cleaner.fold import key
from cleaner.model import Blocks, Document
from cleaner.packs.beginnings import beginnings
from cleaner.packs.index import Index
from cleaner.packs.match import Matcher
from cleaner.packs.native_index import EVERYTHING
from cleaner.packs.rule import Packs, Pattern, Rule, Where
from cleaner.segment.text import segment_text

pytestmark = needs_core
TESTS = Path(__file__).parents[1]
TEXTS = sorted(path for name in ("noisy", "no_harm", "pages", "golden") for path in (TESTS / name).iterdir())
LETTERS = 'abk1 .,:|«»日글"é\ud800?İ٣'
words = st.text(LETTERS.replace("\ud800", ""), min_size=1, max_size=6).map(lambda text: text.strip() or "a")


def of_lines(lines: list[str]) -> Document:
    """A document whose lines are in the matching form."""
    folded = tuple(lines)
    sizes = tuple(line.count(" ") + 1 for line in folded)
    places = tuple(range(len(folded)))
    blocks = Blocks(starts=places, ends=places, texts=folded, folded=folded, keys=tuple(map(key, folded)), words=sizes)
    return Document("-", "", blocks)


@lru_cache(maxsize=1)
def shipped() -> Matcher:
    return Matcher(packs())


def check(document: Document, rules: Packs) -> None:
    matcher = shipped() if rules is packs() else Matcher(rules)

    def match() -> tuple[Document, tuple[str, ...]]:
        matcher._memo.clear()
        matcher._old_memo.clear()
        return matcher.match(document)

    native, python = both(match)
    assert native == python


@st.composite
def rule_sets(draw):
    """Rules whose words overlap."""

    def some(most: int) -> tuple[str, ...]:
        return tuple(draw(st.lists(words, max_size=most, unique=True)))

    def rule(n: int) -> Rule:
        phrases = tuple(phrase + draw(st.sampled_from(("", "*"))) for phrase in some(5))
        needs = some(3)
        source = draw(st.sampled_from((r"a+", r"\d", r"^b", ".", "^[ak]b?", "^(?:日|a)")))
        patterns = (Pattern(source, needs, draw(st.booleans()), beginnings(source)),)
        where = Where(max_words=draw(st.sampled_from((1, 2, 10**6))))
        has_pattern = needs or patterns[0].digits
        return Rule(
            f"t/{n}", "t", "A.", "B.", 100, some(5), some(3), phrases, patterns if has_pattern else (), (), where
        )

    return Packs(tuple(rule(n) for n in range(draw(st.integers(1, 4)))))


@given(rule_sets(), st.lists(st.text(LETTERS, max_size=30), max_size=6), st.data())
def test_hits_of_any_rules(rules, lines, data):
    own = [word for rule in rules.rules for word in (*rule.lines, *rule.starts, *rule.phrases)]
    if own:
        lines += data.draw(st.lists(st.lists(st.sampled_from(own), max_size=4).map("".join), max_size=4))
        lines += data.draw(st.lists(st.lists(st.sampled_from(own), max_size=4).map(" ".join), max_size=4))
    check(of_lines([" ".join(line.split()) for line in lines]), rules)


@given(st.one_of(pages(), documents(), any_text(), tag_soup(), st.lists(st.sampled_from(noise_lines())).map("\n".join)))
def test_hits_of_the_shipped_rules(text):
    check(segment_text(text), packs())


def test_hits_in_the_texts_of_the_tests():
    joined = "\n".join(path.read_bytes().decode("utf-8", "replace") for path in TEXTS)
    check(segment_text(joined), packs())


@given(st.lists(st.sampled_from(noise_lines()), min_size=1, max_size=20), st.booleans())
def test_literals_are_those_of_the_automaton_that_lead_to_something(lines, is_joined):
    """Without limits of words, at beginnings of words, the core finds all; what it leaves out leads to nothing."""
    lines = [" ".join(lines)] if is_joined else lines
    folded = [" ".join(line.lower().split()) for line in lines]
    assume(all(folded))
    index = shipped()._index
    native, python = both(lambda: index.look(folded, [line.count(" ") + 1 for line in folded]))
    assert set(python[0]) == {EVERYTHING}
    for n in range(len(folded)):
        found, every = native[1].get(n, []), python[1].get(n, [])
        assert found == [one for one in every if one in set(found)], "in the same order"


def test_a_line_that_is_there_several_times_has_the_same_hits():
    lines = ["share this article", "rain", "share this article", "home", "rain", "home"]
    native, python = both(lambda: Matcher(packs()).match(of_lines(lines))[0].blocks.hits)
    assert native == python
    assert native[0] == native[2] != ()
    assert native[3] == native[5] != ()
    assert native[1] == native[4] == ()


def test_many_literals_in_one_line():
    """There is more than the room that is made at first."""
    phrase = next(rule.phrases[0].removesuffix("*") for rule in packs().rules if rule.phrases)
    check(of_lines([" ".join([phrase] * 500), phrase]), packs())


def test_a_text_with_more_lines_than_announced_is_refused():
    index = Index(packs())
    index.look(["a"], [1])
    core, native = _native.library(), index._native
    sizes, flags, found = (array("i", bytes(64)) for _ in range(3))
    addresses = [one.buffer_info()[0] for one in (sizes, flags, found)]
    codes = "a\nb".encode("utf-32-le")
    assert core.match(native._address, codes, 3, addresses[0], 2, *addresses[1:], 4) == 0
    assert core.match(native._address, codes, 3, addresses[0], 1, *addresses[1:], 4) < 0


def test_packs_without_words():
    check(of_lines(["home", "", "12 comments"]), Packs())
    check(of_lines(["home", "", "12 comments"]), replace(packs(), rules=packs().rules[:1]))
