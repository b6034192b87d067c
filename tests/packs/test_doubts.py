"""The linter of rules: each check finds a rule that is made for it, and nothing in the shipped packs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cleaner.config import Config
from cleaner.doubts import MAX_KEPT, MAX_KEPT_LINE, MIN_LETTERS, doubts
from cleaner.errors import RuleError
from cleaner.packs.load import load_builtin, load_packs
from cleaner.packs.rule import CHECKS, Packs

RULE = """
[[rule]]
id = "{id}"
summary = "A thing."
why = "Because."
{keys}
removes = ["{removes}"]
keeps = ["{keeps}"]
"""


def rule(id: str, keys: str, *, removes: str = "Do the strange thing", keeps: str = "Nothing of the kind.") -> str:
    return RULE.format(id=id, keys=keys, removes=removes, keeps=keeps)


def pack(tmp_path: Path, *rules: str, more: str = "") -> Packs:
    text = 'category = "test"\nsummary = "A pack for tests."\n' + "".join(rules) + more
    (tmp_path / "test.toml").write_text(text, "utf-8")
    return load_packs([tmp_path])


def found(packs: Packs) -> list[tuple[str, str]]:
    return [(doubt.place.rpartition("/")[2], doubt.check) for doubt in doubts(packs)]


def with_shipped(tmp_path: Path, *rules: str) -> list[str]:
    pack(tmp_path, *rules)
    return list(map(str, doubts(Config(rules=(str(tmp_path),)).packs())))


def test_the_shipped_packs_have_no_doubtful_rules() -> None:
    assert list(map(str, doubts(load_builtin()))) == []


def test_the_limits_are_what_the_shipped_packs_need() -> None:
    """A limit that could be stricter is not measured: each is next to what the packs contain."""
    packs = load_builtin()
    words = [
        phrase.removesuffix("*")
        for each in packs.rules
        if each.score >= 60 and each.where.at_least == 1
        for phrase in (*each.phrases, *each.starts)
    ]
    assert MIN_LETTERS < min(len(word) for word in words if re.fullmatch(r"[a-z]+", word)) <= MIN_LETTERS + 2
    assert MAX_KEPT == 1
    assert MAX_KEPT_LINE < 12


@pytest.mark.parametrize("kind", ["lines", "phrases", "starts"])
def test_a_common_word_is_too_broad_for_a_cutting_score(kind: str, tmp_path: Path) -> None:
    said = with_shipped(tmp_path, rule("word", f'{kind} = ["the"]', removes="The"))
    assert said
    assert all(re.match(r".*test\.toml:5: test/word: broad: .*'the' is ", line) for line in said)


def test_what_other_rules_keep_counts_in_every_language(tmp_path: Path) -> None:
    """Two examples to keep with one phrase make it too broad; the words of the rule itself are no evidence."""
    broad = rule("a", 'phrases = ["kleine rote fische"]', removes="Kleine rote Fische hier")
    others = [
        rule(f"b{n}", f'lines = ["Nur {n} mal"]', removes=f"Nur {n} mal", keeps=f"Kleine rote Fische, {n} mal.")
        for n in (1, 2)
    ]
    assert found(pack(tmp_path, broad, *others[:1])) == []
    assert found(pack(tmp_path, broad, *others)) == [("a", "broad")]
    own = broad.replace("Nothing of the kind.", "Kleine rote Fische, 3 mal.")
    assert found(pack(tmp_path, own, *others[:1])) == []
    by_pattern = rule("a", "needs = ['rote']\npattern = ['kleine rote \\w+']", removes="Kleine rote Fische")
    assert found(pack(tmp_path, by_pattern, *others)) == [("a", "broad")]
    narrow = broad.replace("phrases", "score = 40\nphrases")
    assert found(pack(tmp_path, narrow, *others)) == []
    few_words = broad.replace("phrases", "where = { max_words = 4 }\nphrases")
    assert found(pack(tmp_path, few_words, *others)) == []


@pytest.mark.parametrize(
    ("keys", "is_broad"),
    [
        ('phrases = ["sanoma"]', True),
        ('phrases = ["sanoma*"]', True),
        ('starts = ["sanoma"]', True),
        ('phrases = ["sanoma lehti"]', False),
        ('starts = ["sanoma:"]', False),
        ('phrases = ["sanomalehdistö"]', False),
        ('score = 50\nphrases = ["sanoma"]', False),
        ('where = { at_least = 2 }\nphrases = ["sanoma", "lehti"]', False),
        ('lines = ["sanoma"]', False),
        ('phrases = ["侵删"]', False),
    ],
)
def test_one_short_word_may_not_cut_wherever_it_is(keys: str, is_broad: bool, tmp_path: Path) -> None:
    packs = pack(tmp_path, rule("a", keys, removes="Sanoma: sanoma lehti sanomalehdistö 侵删"))
    assert [check for _, check in found(packs)].count("broad") == is_broad


WIDE = rule("wide", 'phrases = ["strange thing"]')
SHADOWED = {
    "same phrase": 'phrases = ["strange thing"]',
    "longer phrase": 'phrases = ["do the strange thing"]',
    "opening": 'starts = ["do the strange thing"]',
    "line": 'lines = ["Do the strange thing"]',
    "lower score": 'score = 60\nlines = ["Do the strange thing"]',
    "narrower": 'where = { max_words = 9, zone = "tail" }\nphrases = ["the strange thing"]',
}
NOT_SHADOWED = {
    "another phrase": 'phrases = ["strange thing", "odd things"]',
    "open ending": 'phrases = ["strange thing*"]',
    "higher score": 'score = 120\nphrases = ["the strange thing"]',
    "fact": 'fact = "site"\nphrases = ["the strange thing"]',
    "pattern": "needs = ['strange']\npattern = ['the strange thing']",
    "witness": 'score = 0\nphrases = ["the strange thing"]',
}


@pytest.mark.parametrize("name", SHADOWED)
def test_a_rule_whose_phrases_another_finds_is_shadowed(name: str, tmp_path: Path) -> None:
    assert found(pack(tmp_path, WIDE, rule("thing", SHADOWED[name]))) == [("thing", "shadowed")]
    assert found(pack(tmp_path, rule("thing", SHADOWED[name]), WIDE))[0][1] == "shadowed"


@pytest.mark.parametrize("name", NOT_SHADOWED)
def test_a_rule_with_something_of_its_own_is_not_shadowed(name: str, tmp_path: Path) -> None:
    packs = pack(tmp_path, WIDE, rule("thing", NOT_SHADOWED[name]))
    assert ("thing", "shadowed") not in found(packs)


@pytest.mark.parametrize(
    "where",
    [
        "where = { max_words = 9 }",
        "where = { min_words = 2 }",
        "where = { at_least = 2 }",
        "where = { max_times = 3 }",
        "where = { alone = false }",
        'where = { zone = "tail" }',
        'where = { path = ["*box"] }',
        'where = { outside = ["pre"] }',
        'unless = ["recipe"]',
    ],
)
def test_a_rule_with_a_narrower_place_shadows_nothing(where: str, tmp_path: Path) -> None:
    narrow = rule("wide", f'{where}\nphrases = ["strange thing", "do the"]')
    packs = pack(tmp_path, narrow, rule("thing", 'phrases = ["do the strange thing"]'))
    assert [each for each in found(packs) if each[1] == "shadowed"] == []


def test_a_rule_with_a_part_in_a_section_is_not_shadowed(tmp_path: Path) -> None:
    section = '\n[[section]]\nid = "s"\nsummary = "S."\nwhy = "S."\nmembers = ["test/thing"]\n'
    packs = pack(tmp_path, WIDE, rule("thing", SHADOWED["line"]), more=section)
    assert found(packs) == []


def test_a_rule_that_finds_nothing_alone_is_silent(tmp_path: Path) -> None:
    """Two lines that are glued together are found by the rules of both; alone, neither finds them."""
    first = rule("first", 'lines = ["Accept everything"]', removes="Accept everythingRefuse everything")
    second = rule("second", 'lines = ["Refuse everything"]', removes="Refuse everything")
    assert found(pack(tmp_path, first, second)) == [("first", "silent")]
    element = rule("box", 'where = { path = ["*box"] }', removes="<div class='box'>", keeps="<div class='boxing'>")
    assert found(pack(tmp_path, element, second)) == []
    assert found(pack(tmp_path, element.replace("'box'", "'bag'"), second)) == [("box", "silent")]


def test_a_phrase_in_two_rules_is_a_duplicate(tmp_path: Path) -> None:
    one = rule("one", 'score = 60\nlines = ["Do the strange thing", "One"]')
    two = rule("two", 'score = 60\nlines = ["Do the strange thing", "Two"]')
    packs = pack(tmp_path, one, two)
    assert found(packs) == [("two", "duplicate")]
    assert str(doubts(packs)[0]).endswith("'do the strange thing' is in test/one as well; the scores add up to 120")
    elsewhere = two.replace("lines", 'where = { zone = "tail" }\nlines')
    assert found(pack(tmp_path, one.replace("lines", 'where = { zone = "head" }\nlines'), elsewhere)) == []
    assert found(pack(tmp_path, one, two.replace("score = 60", 'score = "keep"'))) == []


def test_the_words_of_shipped_rules_are_duplicates_in_a_pack_of_ones_own(tmp_path: Path) -> None:
    said = with_shipped(tmp_path, rule("word", 'lines = ["Skip to main content", "Zxq"]', removes="Zxq"))
    assert len(said) == 1
    assert re.match(r".*test\.toml:5: test/word: duplicate: 'skip to main content' is in navigation/", said[0])


def test_a_rule_may_allow_a_check_with_a_reason(tmp_path: Path) -> None:
    keys = 'allow = { broad = "The word is no word of any language." }\nphrases = ["sanoma"]'
    assert found(pack(tmp_path, rule("a", keys, removes="Sanoma"))) == []
    assert found(pack(tmp_path, rule("a", keys.replace("sanoma", "strange thing")))) == [("a", "allow")]


@pytest.mark.parametrize(
    ("allow", "message"),
    [
        ('{ brod = "Why." }', "test/a: allow: unknown key 'brod'; did you mean 'broad'"),
        ('{ broad = "" }', "test/a: allow: broad must be a sentence"),
        ('["broad"]', "test/a: allow must be a table of checks with reasons"),
    ],
)
def test_what_is_allowed_is_a_check_and_has_a_reason(allow: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=re.escape(message)):
        pack(tmp_path, rule("a", f'allow = {allow}\nlines = ["Strange"]'))


def test_each_check_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
    assert [check for check in CHECKS if f"| `{check}` |" not in text] == []
