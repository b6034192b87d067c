"""The packs keep their promises, and a pack that can't work does not load."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest

from cleaner.errors import RuleError
from cleaner.examples import failures
from cleaner.packs import keys
from cleaner.packs.load import builtin_folder, load_builtin, load_packs
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs, Rule, Section, Where
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages.phrases import Phrases
from cleaner.view import View

PACKS = load_builtin()
MARKING = [rule for rule in PACKS.rules if not rule.id.endswith("/topic")]
GOOD = """
category = "test"
summary = "A pack for tests."

[[rule]]
id = "thing"
summary = "A thing."
why = "Because."
lines = ["Do the thing"]
removes = ["Do the thing"]
keeps = ["Do the thing well."]
"""


def test_the_patterns_of_the_shipped_packs_are_sound() -> None:
    assert load_packs([builtin_folder()], check_shipped=True).digest == PACKS.digest


def test_every_example_of_every_rule_holds() -> None:
    assert failures(PACKS) == []


@pytest.mark.parametrize("rule", MARKING, ids=lambda rule: rule.id)
def test_every_rule_explains_itself(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert rule.why.endswith(".")
    assert rule.removes
    assert rule.keeps


def test_every_category_of_the_rulings_has_a_pack() -> None:
    wanted = [
        "navigation",
        "consent",
        "login",
        "comment_ui",
        "comment_policy",
        "share",
        "subscribe",
        "related",
        "tags",
        "meta",
        "media",
        "ad",
        "legal",
        "contact",
        "source_note",
        "widget",
        "error",
        "ai_chrome",
        "keep",
    ]
    assert set(wanted) <= set(PACKS.summaries)


def test_rules_hold_no_words_of_the_seeds() -> None:
    """Rules must hold on other sites: no name of a seed's site, agency desk or person."""
    words = re.compile(r"\b(?:sputnik|tass|peskov|kremlin|ilyashenko|jhu csse)\b", re.IGNORECASE)
    found = {
        (path.name, hit[0])
        for path in builtin_folder().rglob("*.toml")
        for hit in words.finditer(path.read_text("utf-8"))
        if hit[0].lower() != "tass"  # an agency among others in the list of photo credits
    }
    assert found == set()


def load(tmp_path: Path, text: str) -> Packs:
    (tmp_path / "test.toml").write_text(text, encoding="utf-8")
    return load_packs([tmp_path])


def test_a_good_pack_loads(tmp_path: Path) -> None:
    packs = load(tmp_path, GOOD)
    assert [rule.id for rule in packs.rules] == ["test/thing"]


BAD = {
    "unknown key": ("why =", "becuase =", r"test\.toml:6: test/thing: unknown key 'becuase'"),
    "nearest key": ("lines = [", "line = [", "did you mean 'lines'"),
    "no examples": ('keeps = ["Do the thing well."]', "", "needs examples"),
    "no test": ('lines = ["Do the thing"]', "", "could never match"),
    "bad id": ('"thing"', '"Thing One"', "kebab-case"),
    "bad score": ("why =", 'score = "high"\nwhy =', "score must be"),
    "bad zone": ("removes", 'where = { zone = "middle" }\nremoves', "zone must be one of"),
    "not toml": ("category =", "category ==", r"test\.toml:2: is not TOML"),
    "bad regex": (
        'lines = ["Do the thing"]',
        "needs = ['do']\npattern = ['do (it']",
        r"pattern\[0\] is not a regular expression",
    ),
    "empty match": ('lines = ["Do the thing"]', "needs = ['do']\npattern = ['x*']", "matches the empty string"),
    "all match": ('lines = ["Do the thing"]', "needs = ['do']\npattern = ['.']", "matches everything"),
    "no literal": ('lines = ["Do the thing"]', "pattern = ['do it']", "needs a literal"),
    "explosive": ('lines = ["Do the thing"]', "needs = ['do']\npattern = ['(do+)+$']", "has a nested quantifier"),
    "empty phrase": (
        'lines = ["Do the thing"]',
        'lines = ["***"]',
        r"test\.toml:6: .*'\*\*\*' has only signs: add a word",
    ),
    "number as a line": (
        'lines = ["Do the thing"]',
        'lines = ["Do the thing", "18+"]',
        r"test\.toml:6: test/thing: lines: '18\+' matches as '18', a number: add a word",
    ),
    "number as a phrase": (
        'lines = ["Do the thing"]',
        'phrases = ["24/7"]',
        r"phrase '24/7' matches as '24/7', a number",
    ),
    "number as an opening": ('lines = ["Do the thing"]', 'starts = ["12 |"]', r"phrase .* a number: add a word"),
    "short phrase": ('lines = ["Do the thing"]', 'phrases = ["a"]', "too short"),
    "wrong type": ('lines = ["Do the thing"]', 'lines = "Do the thing"', "must be a list"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_pack_is_refused(name: str, tmp_path: Path) -> None:
    old, new, message = BAD[name]
    assert old in GOOD
    with pytest.raises(RuleError, match=message):
        load(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize("name", ["lines", "starts", "phrases"])
def test_a_language_adds_no_numbers(name: str, tmp_path: Path) -> None:
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "xx.toml").write_text(f'["test/thing"]\n{name} = ["18+"]', encoding="utf-8")
    with pytest.raises(RuleError, match=r"xx\.toml:1: test/thing: .*'18\+' matches as .*, a number: add a word"):
        load(tmp_path, GOOD)


def test_no_phrase_of_the_shipped_packs_is_without_a_letter() -> None:
    phrases = [(rule.id, phrase) for rule in MARKING for phrase in (*rule.lines, *rule.starts, *rule.phrases)]
    assert [found for found in phrases if not any(map(str.isalpha, found[1]))] == []


def test_a_pack_that_is_nested_without_end_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"test\.toml:1: is nested too deeply"):
        load(tmp_path, "x = " + "[" * 50_000)


def test_pipes_and_folders_are_no_packs(tmp_path: Path) -> None:
    (tmp_path / "lang").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    os.mkfifo(tmp_path / "lang" / "xx.toml")
    (tmp_path / "folder.toml").mkdir()
    assert [rule.id for rule in load(tmp_path, GOOD).rules] == ["test/thing"]
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nothing")
    with pytest.raises(RuleError, match=r"gone\.toml: can't be read"):
        load(tmp_path, GOOD)


def test_ids_are_unique(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="this id is taken"):
        load(tmp_path, GOOD + GOOD[GOOD.index("[[rule]]") :])


def test_a_language_names_known_rules(tmp_path: Path) -> None:
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "xx.toml").write_text(
        'lang = "xx"\nname = "X"\n["test/thin"]\nlines = ["tu"]\n', encoding="utf-8"
    )
    with pytest.raises(
        RuleError, match=r"xx\.toml:3: test/thin: there is no rule with this id; did you mean 'test/thing'"
    ):
        load(tmp_path, GOOD)


def test_a_language_adds_words_to_rules(tmp_path: Path) -> None:
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "xx.toml").write_text(
        'lang = "xx"\nname = "X"\n["test/thing"]\nlines = ["Tu la"]\n', encoding="utf-8"
    )
    packs = load(tmp_path, GOOD)
    document, _ = Matcher(packs).match(segment_text("» Tu  la!"))
    assert [hit.found for hit in document.blocks.hits[0]] == ["tu la"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such folder"):
        load_packs([tmp_path / "none"])
    with pytest.raises(RuleError, match="holds no rule pack"):
        load_packs([tmp_path])


def test_a_pattern_that_explodes_at_run_time_is_given_up(tmp_path: Path) -> None:
    slow = GOOD.replace('lines = ["Do the thing"]', "needs = ['aaaaa']\npattern = ['^(?:a|a|aa)(?:a|a|aa)*b$']")
    packs = load(tmp_path, slow.replace('"Do the thing"', '"aaaab"').replace("Do the thing well.", "aaaac"))
    document, warnings = Matcher(packs).match(segment_text("a" * 5000))
    assert document.blocks.hits == ((),)
    assert "test/thing" in "".join(warnings)


def test_select_and_ignore() -> None:
    only = PACKS.only(select=["consent/"], ignore=["consent/button"])
    marking = {rule.id for rule in only.rules if rule.score > 0}
    assert "consent/notice" in marking
    assert all(id.startswith("consent/") and not id.startswith("consent/button") for id in marking)
    assert only.digest != PACKS.digest
    with pytest.raises(RuleError, match="did you mean"):
        PACKS.only(select=["consnt"])


ON_PAGES = """category = "test"
summary = "Test."
[[rule]]
id = "word"
summary = "A word in a box."
why = "Only there it is noise."
lines = ["Details"]
removes = ["Details"]
keeps = ["The details are known."]
where = { path = ["*box"], outside = ["article"] }
[[rule]]
id = "slot"
summary = "A slot."
why = "It is noise."
removes = ['<div class="slot">']
keeps = ['<div class="slots">']
where = { path = ["*slot"] }
"""


def test_rules_with_words_and_a_path_are_asked_inside_it_only(tmp_path: Path) -> None:
    (tmp_path / "test.toml").write_text(ON_PAGES, "utf-8")
    stage = Phrases(load_packs([tmp_path]))
    matcher = Matcher(load_packs([tmp_path]))

    def marked(html: str) -> list[str]:
        document, _ = matcher.match(segment_page(read_page(html)))
        return [mark.rule for mark in stage(View(document))]

    assert marked("<div class=box><p>Details</p></div>") == ["test/word"]
    assert marked("<div class=card><p>Details</p></div>") == []
    assert marked("<article><div class=box><p>Details</p></div></article>") == []
    assert [mark.rule for mark in stage(View(matcher.match(segment_text("Details"))[0]))] == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("[]", "could never match"),
        ('["..x"]', "is not a valid selector"),
        ('["[href=x]"]', "only [role=...] and [hidden]"),
    ],
)
def test_wrong_selectors_are_refused(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "test.toml").write_text(ON_PAGES.replace('["*slot"]', path), "utf-8")
    with pytest.raises(RuleError, match=re.escape(message)) as caught:
        load_packs([tmp_path])
    assert "test/slot" in str(caught.value)
    assert "test.toml:" in str(caught.value)


WRONG_TYPES = {
    "where": ("removes", "where = 3\nremoves", "test.toml:6: test/thing: where must be a table, not 3"),
    "number": (
        "removes",
        "where = { max_words = true }\nremoves",
        "test/thing: where: max_words must be a whole number",
    ),
    "flag": ("removes", "where = { alone = 1 }\nremoves", "test/thing: where: alone must be true or false, not 1"),
    "digits": ("removes", 'digits = "yes"\nremoves', "test/thing: digits must be true or false, not 'yes'"),
    "langs": ("removes", 'langs = "en"\nremoves', "test/thing: langs must be a list of non-empty strings"),
    "summary": ('summary = "A thing."', "", "test/thing: summary is missing"),
    "category": ('category = "test"', "", "test.toml:1: category is missing"),
}


@pytest.mark.parametrize("name", WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_named(name: str, tmp_path: Path) -> None:
    old, new, message = WRONG_TYPES[name]
    assert old in GOOD
    with pytest.raises(RuleError, match=re.escape(message)):
        load(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize("value", ["3", "[3]", "{ id = 'a' }"])
def test_rules_are_tables(value: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"test\.toml:1: rule must be tables"):
        load(tmp_path, f'category = "test"\nsummary = "A."\nrule = {value}')


def test_the_line_of_a_rule_is_that_of_its_id(tmp_path: Path) -> None:
    """Not that of a phrase with the same word, which may be above it."""
    text = GOOD.replace('summary = "A pack for tests."', 'summary = "A pack."\ntopic = ["thing"]', 1)
    assert load(tmp_path, text).rules[0].place.endswith("test.toml:7: test/thing")  # type: ignore[attr-defined]


def test_each_key_of_a_pack_is_data_of_a_rule_or_section() -> None:
    def names(data: type, *others: str) -> set[str]:
        return {field.name for field in dataclasses.fields(data)} - {"category", "place", *others}  # type: ignore[arg-type]

    assert set(keys.WHERE) == names(Where)
    assert set(keys.SECTION) == names(Section, "host") | {"where"}  # of which it has the host only
    # patterns are written with the literals they need; languages are a note for readers
    assert set(keys.RULE) == names(Rule, "patterns", "is_trusted") | {"pattern", "needs", "digits", "langs"}


@pytest.mark.parametrize("table", ["PACK", "RULE", "SECTION", "WHERE", "WORDS"])
def test_each_key_of_a_pack_is_documented(table: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
    known = set(re.findall(r"^\[*(\w+)\]* *(?:=|\]\])|\b(\w+) = |`(\w+)`|\[\[(\w+)\]\]", text, re.MULTILINE))
    assert sorted(set(getattr(keys, table)) - {name for found in known for name in found}) == []
