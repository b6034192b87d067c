"""Formatting a pack changes its layout only, and only once."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import RuleError
from cleaner.packs.fmt import format_file, formatted, replace_file
from cleaner.packs.load import builtin_folder, load_packs
from cleaner.packs.match import Matcher
from cleaner.packs.rule import Packs
from cleaner.packs.syntax import Array, Blank, Header, Pair, Remark, statements
from cleaner.packs.wrap import WIDTH, joined_pattern, wrapped_pattern, wrapped_text
from cleaner.segment.text import segment_text

PATH = Path("mine.toml")

WORDS = st.text("abÄéжя字한ñ 'x-\u200d", min_size=1, max_size=30).filter(lambda text: any(map(str.isalpha, text)))
SENTENCES = st.lists(
    st.sampled_from(["one", 'say "this"', "back\\slash", "#no", "字" * 40, "a" * 70, "tab\there", "\n"]),
    min_size=1,
    max_size=25,
).map(" ".join)
PATTERNS = st.lists(
    st.sampled_from(
        ["(?:left|right)", r"\bword\b", "[a-z|]{2,9}", r"\d+", "a b", "plain" * 9, r"[\]|(]", "字" * 50, "it's", " "]
    ),
    min_size=1,
    max_size=14,
).flatmap(lambda parts: st.sampled_from(["|", "", " "]).map(lambda glue: "zz" + glue.join(parts)))


def basic(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def continued(text: str) -> str:
    """A basic string of several lines, broken before every letter x."""
    return '"""' + basic(text)[1:-1].replace("x", "\\\n   x") + '"""'


def literal(text: str) -> str:
    return f"'{text}'" if "'" not in text and "\n" not in text else basic(text)


LONG_TABLE = "where = { path = [" + ", ".join(['"*box"'] * 30) + "] }"
TOKEN = st.sampled_from([basic, literal, continued])


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    """A list of strings as some author may have written it: on one line or several, with comments and blank lines."""
    tokens = [draw(TOKEN)(value) for value in draw(st.lists(values, min_size=1, max_size=6))]
    tokens += draw(st.lists(st.sampled_from(tokens), max_size=2))
    if draw(st.booleans()):
        return f"[{', '.join(tokens)}]"
    lines = []
    for n, token in enumerate(tokens):
        comma = "," if n + 1 < len(tokens) or draw(st.booleans()) else ""
        lines.append(f"{token}{comma}{draw(st.sampled_from(['', '  # why ' + str(n), '']))}")
        lines += draw(st.sampled_from([[], [f"# heading {n}"], [""], []]))
    return "[\n\t" + "\n\t".join(lines) + "\n]"


@st.composite
def packs(draw: st.DrawFn) -> str:
    rules = []
    for n in range(draw(st.integers(1, 2))):
        keys = [
            f'id="rule-{n}"',
            f"summary = {draw(TOKEN)('Sum. ' + draw(SENTENCES))}",
            f"why= {basic('Why. ' + draw(SENTENCES))} # because",
            f"lines = {draw(arrays(WORDS))}",
            f"phrases = {draw(arrays(WORDS.map('ab'.__add__)))}",
            f"pattern = {draw(arrays(PATTERNS))}",
            f"needs = {draw(arrays(WORDS))}",
            f"removes = {draw(arrays(SENTENCES.map('R'.__add__)))}",
            f"keeps = {draw(arrays(SENTENCES.map('K'.__add__)))}",
            draw(st.sampled_from(["", "where = {zone='tail',max_words=9}", LONG_TABLE])),
        ]
        rules.append("[[rule]]  # a rule\n" + draw(st.sampled_from(["\n", "\n\n\n", "\n# between\n"])).join(keys))
    head = f'# first\ncategory = "test"\nsummary = "A pack."\ntopic = {draw(arrays(WORDS.map("ab".__add__)))}\n'
    text = head + "\n".join(rules) + draw(st.sampled_from(["", "\n", "\n\n# last"]))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def loaded(text: str, folder: Path) -> Packs:
    (folder / "test.toml").write_bytes(text.encode())
    return load_packs([folder])


def without_order(packs: Packs) -> list[object]:
    """All that rules say; what is in a list of phrases twice, or in another order, says the same."""
    return [
        replace(
            rule,
            place="",
            **{name: tuple(sorted(set(getattr(rule, name)))) for name in ("lines", "starts", "phrases")},
            patterns=tuple(dict.fromkeys(replace(p, needs=tuple(sorted(set(p.needs)))) for p in rule.patterns)),
            removes=tuple(dict.fromkeys(rule.removes)),
            keeps=tuple(dict.fromkeys(rule.keeps)),
        )
        for rule in packs.rules
    ]


def comments(text: str) -> list[str]:
    """The words of all comments of a pack made by `packs`, in which a sign for one is followed by a letter or blank."""
    return sorted(" ".join(re.findall(r"# (first|because|a rule|between|last|why \d|heading \d)", text)).split())


@given(packs())
def test_formatting_twice_is_formatting_once(text: str) -> None:
    once = formatted(PATH, text)
    assert formatted(PATH, once) == once


@given(packs())
def test_formatting_changes_no_rule_and_no_comment(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("pack")
    before, once = loaded(text, folder), formatted(PATH, text)
    after = loaded(once, folder)
    assert without_order(after) == without_order(before)
    assert comments(once) == comments(text)


@given(packs())
def test_no_line_is_too_long_and_each_phrase_has_its_own(text: str) -> None:
    once = formatted(PATH, text)
    assert ("\r\n" in once) == ("\r\n" in text)
    lines = once.replace("\r\n", "\n").split("\n")
    assert max(len(line.partition("  # why")[0].removesuffix(" # because")) for line in lines) <= WIDTH
    assert "" not in (lines[0], lines[-2])
    assert lines[-1] == ""
    assert "\n\n\n" not in "\n".join(lines)
    for statement in statements("\n".join(lines)):
        if isinstance(statement, Pair) and statement.name in ("lines", "phrases", "needs", "topic"):
            assert isinstance(statement.value, Array)
            for group in statement.value.groups:
                values = [item.value for item in group.items]
                assert values == sorted(values, key=lambda value: (value.casefold(), value))
            tokens = [item.token for item in statement.value.items]
            if len(tokens) > 1:
                assert all(f"    {token}," in once.replace("\r\n", "\n") for token in tokens)


@given(PATTERNS, st.integers(4, 30))
def test_a_long_pattern_is_read_as_it_was(pattern: str, taken: int) -> None:
    token = wrapped_pattern(pattern, taken, 1)
    assert joined_pattern(tomllib.loads(f"x = {token}")["x"]) == pattern
    assert all(len(line) <= WIDTH for line in f"{' ' * taken}{token},".split("\n"))


@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(' "\\\n\t'), max_size=600), st.integers(4, 30)
)
def test_a_long_text_is_read_as_it_was(text: str, taken: int) -> None:
    token = wrapped_text(text, taken, 1)
    assert tomllib.loads(f"x = {token}")["x"] == text


@given(packs())
def test_statements_are_those_that_tomllib_reads(text: str) -> None:
    data = tomllib.loads(text)
    found = list(statements(text.replace("\r\n", "\n")))
    assert sum(isinstance(each, Header) for each in found) == len(data["rule"])
    first = {
        each.name: each.value
        for each in found[: 4 + [isinstance(e, Header) for e in found].index(True)]
        if isinstance(each, Pair)
    }
    assert [item.value for item in first["topic"].items] == data["topic"]


def test_the_shipped_packs_are_formatted() -> None:
    folder = builtin_folder()
    for path in (*folder.glob("*.toml"), *folder.glob("lang/*.toml")):
        before, after = format_file(path)
        assert before == after, path.name


LAID_OUT = """\
category = "test"  # a category
summary = "A pack."
topic = ["zeta", "Alpha", "alpha", "beta"]
[[rule]]
id = 'thing'
summary = "Thing."
why = "Because."
lines = ["B", "C",  # third
  "A",
  # from another site
  "E", "D", "B" # again
]
opens = ["b", "a"]
unless = ["one"]
removes = ["second", "first"]
keeps = ["only"]
where = { max_words = 9 }
"""
IN_FORM = """\
category = "test"  # a category
summary = "A pack."
topic = [
    "Alpha",
    "beta",
    "zeta",
]

[[rule]]
id = 'thing'
summary = "Thing."
why = "Because."
lines = [
    "A",
    "B",  # again
    "C",  # third
    # from another site
    "D",
    "E",
]
opens = ["b", "a"]
unless = ["one"]
removes = [
    "second",
    "first",
]
keeps = ["only"]
where = { max_words = 9 }
"""


def test_the_form() -> None:
    assert formatted(PATH, LAID_OUT) == IN_FORM


def test_a_long_inline_table_becomes_dotted_keys() -> None:
    names = ", ".join(f'"*name-{n}"' for n in range(14))
    text = f'category = "test"\nsummary = "A."\n[[rule]]\nid = "a"\nwhere = {{ path = [{names}], zone = "tail" }}  # here\n'
    lines = formatted(PATH, text).split("\n")
    assert lines[5:8] == ["# here", "where.path = [", '    "*name-0",']
    assert lines[-2] == 'where.zone = "tail"'
    assert tomllib.loads("\n".join(lines)) == tomllib.loads(text)


def test_words_of_a_language_are_phrases() -> None:
    text = 'lang = "xx"\n[topic]\nconsent = ["b", "a"]\n["test/thing"]\nstarts = ["b:", "a:"]'
    assert formatted(PATH, text) == (
        'lang = "xx"\n\n[topic]\nconsent = [\n    "a",\n    "b",\n]\n\n["test/thing"]\nstarts = [\n    "a:",\n    "b:",\n]\n'
    )


def test_nothing_is_said_of_what_is_laid_out_by_hand() -> None:
    """A pattern on several lines, all short enough, is left as its author wrote it."""
    text = "category = \"test\"\nsummary = \"A.\"\n[[rule]]\nid = \"a\"\npattern = ['''\n    ^one|\n    two$\n''']\n"
    assert "'''\n    ^one|\n    two$\n'''," in formatted(PATH, text)


@pytest.mark.parametrize(
    ("source", "joined"),
    [
        ("a b", "a b"),
        ("^a|\n    b |\nc", "^a|b |c"),
        ("\n  ^one|\n  two$\n", "^one|two$"),
        ("(?x) a  # one\n b", "(?x) a  # one\n b"),
        ("(?ix) a  # one\n b", "(?ix) a  # one\n b"),
    ],
)
def test_patterns_on_several_lines(source: str, joined: str) -> None:
    assert joined_pattern(source) == joined


BAD = {
    "not toml": ('category = "a"\nsummary == 1', "mine.toml:2: is not TOML"),
    "another file": ('[project]\nname = "x"', "mine.toml:1: is not a rule pack"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_a_pack_is_named(name: str) -> None:
    text, message = BAD[name]
    with pytest.raises(RuleError, match=re.escape(message)):
        formatted(PATH, text)


def test_files_keep_their_mode_their_links_and_their_mark(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_bytes(b"\xef\xbb\xbf" + LAID_OUT.encode())
    real.chmod(0o640)
    link.symlink_to(real)
    before, after = format_file(link)
    assert before == real.read_bytes()
    replace_file(link, after)
    assert real.read_bytes() == b"\xef\xbb\xbf" + IN_FORM.encode()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["link.toml", "real.toml"]


def test_a_file_that_cannot_be_written_is_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.toml"
    path.write_text(LAID_OUT, "utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(RuleError, match="can't be written: No space left on device; it is unchanged"):
        replace_file(path, b"new")
    assert path.read_text("utf-8") == LAID_OUT
    assert os.listdir(tmp_path) == ["a.toml"]


def test_the_order_of_needs_changes_no_match(tmp_path: Path) -> None:
    """Patterns that wait for the same literals are searched as one, in whatever order the literals are written."""
    pack = """category = "test"
summary = "A."
[[rule]]
id = "a"
summary = "A."
why = "A."
needs = ["gamma", "delta"]
pattern = ["gamma (?:one|two)"]
removes = ["gamma one"]
keeps = ["gamma"]
"""
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "xx.toml").write_text(
        '["test/a"]\nneeds = ["delta", "gamma", "delta"]\npattern = ["(?:delta|gamma) .*"]\n', "utf-8"
    )
    line = segment_text("Gamma one and delta two")
    before = Matcher(loaded(pack, tmp_path)).match(line)[0].blocks.hits
    assert formatted(PATH, pack) != pack
    replace_file(tmp_path / "lang" / "xx.toml", format_file(tmp_path / "lang" / "xx.toml")[1])
    after = Matcher(loaded(formatted(PATH, pack), tmp_path)).match(line)[0].blocks.hits
    assert {hit.found for hit in after[0]} == {hit.found for hit in before[0]}


def test_comments_and_blanks_are_statements() -> None:
    found = list(statements("# a\n\n\nx = 1\n[t]"))
    assert [type(each) for each in found] == [Remark, Blank, Pair, Header]


UNUSUAL = {
    "keys": '"a=b" = 1\n\'c#d\' = 2\ne . f = 3\n"" = 4\n',
    "headers": "[ \"a]b\" . c ]  # one\nx = 1\n[[d.'e]]']]\ny = 1\n[empty]\n",
    "values": "a = 1979-05-27 07:32:00  # time\nb = [inf, -inf, 0x1F]\nc = +1_000\nd = true# no blank\n",
    "nested arrays": 'a = [[1, 2], ["x",  # inside\n"y"], []]\nb = [{ c = [1, 2] }, { c = "}" }]\n',
    "strings": 'a = \'\'\'\n\'one\' ]]] # no comment\n\n\n\'\'\'\nb = """x\\\n   y""""\nc = "\\"#"\n',
    "inline": 'a = {b = {c = [{d = "}"}]}, "e" = []}  # end\nf={}\n',
    "commas": "a = [ # first\n  ]\n" + 'b = ["x" # before the comma\n , "y", ]\n',
    "blank": "\n\n\t\n# only a comment",
    "nothing": "",
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_toml_is_kept(name: str) -> None:
    text = 'category = "a"\n' + UNUSUAL[name]
    once = formatted(PATH, text)
    assert tomllib.loads(once) == tomllib.loads(text)
    assert formatted(PATH, once) == once
    assert once.count("# ") == text.count("# ")


def test_the_manifest_of_hooks_is_valid() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    subprocess.run(command, cwd=root, check=True, timeout=60)
