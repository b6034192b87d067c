"""The data linter: what it finds, and that `fix` takes out these bytes and no others."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import CLEAN, NOISY, ROOT, linted, pipeline
from strategies import documents, pages

from cleaner.config import Config
from cleaner.decode import decode
from cleaner.errors import ConfigError
from cleaner.keep import Keep, line_hash, read_keeps
from cleaner.lint.finding import Linted
from cleaner.lint.source import Place
from cleaner.lint.words import Words
from cleaner.packs.rule import StageRule
from cleaner.pipeline import Pipeline
from cleaner.stages import Stage

# Plain text and Markdown


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@given(documents(), st.sampled_from(ENCODINGS), st.sampled_from([b"", b"\xff", b"\x81\n"]))
def test_the_bytes_of_what_is_kept_stay_and_all_come_back(text: str, encoding: str, tail: bytes) -> None:
    data = text.encode(encoding, "ignore") + tail
    found = linted("a.txt", data, Config(input_kind="text"))
    assert all(a < b for span in found.deletions for a, b in [span])
    assert all(a[1] < b[0] for a, b in pairwise(found.deletions))
    if found.problems or found.refused:
        assert found.left == data
        return
    assert pipeline().run(decode(data).text, kind="text").text == kept(data, found)


def kept(data: bytes, found: Linted) -> str:
    """The text of the rest, in the encoding of the whole: a rest may look like another one."""
    decoded = decode(data)
    escaped_text = found.left.removeprefix(decoded.bom).decode(decoded.encoding, "surrogateescape")
    return "".join("\ufffd" if "\udc80" <= char <= "\udcff" else char for char in escaped_text)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-16-le"])
def test_line_ends_marks_and_encodings_stay(name: str, line_end: str, encoding: str) -> None:
    text = NOISY.replace("north", "nörth").replace("\n", line_end)
    wanted = CLEAN.replace("north", "nörth").replace("\n", line_end)
    assert linted(name, text.encode(encoding)).left == wanted.encode(encoding)


def test_an_encoding_with_shifts_is_left_alone() -> None:
    data = ("Skip to main content\n日本語の文章が続きます。今日は雨が降るでしょう。\n").encode("iso2022_jp")
    found = linted("a.txt", data, Config(encoding="iso2022_jp"))
    assert found.findings
    assert found.left == data or found.left.decode("iso2022_jp").startswith("日本語")


@given(pages(), st.lists(st.sampled_from(["consent", "share", "navigation", "related", "login", "meta"]), min_size=1))
def test_what_is_kept_by_rule_is_neither_told_nor_taken(text: str, rules: list[str]) -> None:
    config = Config(keep=(Keep(rules=tuple(rules)),), input_kind="text")
    found = linted("a.txt", text.encode("utf-8", "ignore"), config)
    assert not [one for one in found.findings if one.rule.startswith(tuple(rules))]
    again = linted("a.txt", found.left, config)
    assert not again.deletions


PEEL = StageRule(
    id="test/peel", category="test", summary="The first block.", why="It is.", score=1000, removes=("a",), keeps=("b",)
)


class Peel(Stage):
    """A stage that is never done: of an even number of blocks the first one goes."""

    rules = (PEEL,)

    def __call__(self, page):
        blocks = page.document.blocks
        if len(blocks) % 2 == 0 and len(blocks):
            yield PEEL.mark(blocks.span(0), "Even")


class PeelTwo(Peel):
    def __call__(self, page):
        blocks = page.document.blocks
        yield from (PEEL.mark(blocks.span(i), "First") for i in range(len(blocks) > 3))


@given(pages())
def test_fix_comes_to_an_end_whatever_the_stages_are(text: str) -> None:
    made = Pipeline(stages=[Peel, PeelTwo])
    found = linted("a.txt", text.encode("utf-8", "ignore"), Config(input_kind="text"), made)
    again = linted("a.txt", found.left, Config(input_kind="text"), made)
    assert not again.deletions


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "a.txt",
            "404 Not Found\nThe page you are looking for could not be found.\n",
            "nothing would be left of this error page",
        ),
        (
            "a.html",
            "<html><nav><p>Home</p></nav><p>Rain is expected in the north.</p></html>",
            "is HTML, which `fix` can't change in place",
        ),
    ],
)
def test_what_is_refused_is_told_and_left(name: str, text: str, said: str) -> None:
    found = linted(name, text.encode())
    assert found.findings
    assert found.refused[0].message.startswith(said)
    assert found.left == text.encode()


def test_what_the_guard_gives_back_is_no_finding() -> None:
    text = (ROOT / "docs" / "promises.md").read_text("utf-8")
    assert linted("promises.md", text.encode()).findings == []
    about_cookies = "We use cookies baked the day before, and the cook says why they were so good in those years.\n" * 3
    result = pipeline().run(about_cookies)
    assert len(linted("a.txt", about_cookies.encode()).findings) == len(result.cuts)


# Places


def test_places_count_lines_and_code_points() -> None:
    found = linted("a.txt", ("é\n\n  Rain is expected in the north until Friday.\r\n  Accept all cookies\n").encode())
    (one,) = found.findings
    assert (one.place, one.end, one.excerpt) == (Place(4, 3), Place(4, 21), "Accept all cookies")


def test_of_pages_the_words_are_found_in_the_source() -> None:
    source = (ROOT / "tests" / "cmd" / "explain-html.in" / "page.html").read_text("utf-8")
    found = linted("page.html", source.encode()).findings
    assert found
    lines = source.split("\n")
    for one in found:
        word = one.excerpt.split()[0]
        assert lines[one.place.line - 1][one.place.column - 1 :].startswith(word), one


@pytest.mark.parametrize(
    ("source", "shown", "word", "place"),
    [
        ("<!-- Home --><script>Home</script><p title='Home'>Home</p>", "Home", "Home", 50),
        ("<p>a b c</p><p>a b d</p>", "a b c\n\na b d", "d", 19),
        ("<p>caf&eacute; au lait</p>", "café au lait", "au", 15),
        ("", "x", "x", 0),
        ("<p>one</p>", "", "", 0),
    ],
)
def test_words_have_their_places(source: str, shown: str, word: str, place: int) -> None:
    assert Words(source, shown).source_of(shown.rindex(word) if word else 0) == place


@given(st.lists(st.sampled_from(["a", "b", "the", "rain"]), max_size=40))
def test_words_come_in_order(words: list[str]) -> None:
    source = "".join(f"<p>{word}</p>" for word in words)
    shown = "\n".join(words)
    places = [Words(source, shown).source_of(at) for at in range(len(shown))]
    assert places == sorted(places)
    assert all(source[Words(source, shown).source_of(0) :].startswith(word) for word in words[:1])


# Keep-rules


@pytest.mark.parametrize(
    ("keep", "holds"),
    [
        (Keep(files=("*.txt",)), True),
        (Keep(files=("data/**",)), True),
        (Keep(files=("data/*.txt",)), False),
        (Keep(files=("**/a.txt",)), True),
        (Keep(files=("./data/*/?.txt",)), True),
        (Keep(files=("b.txt",)), False),
        (Keep(files=("data",)), True),
        (Keep(files=("x/",)), True),
        (Keep(files=("data/x",)), True),
        (Keep(files=("data/*/",)), True),
        (Keep(files=("/data/x/",)), True),
        (Keep(files=("/x",)), False),
        (Keep(files=("/*/a.txt",)), False),
        (Keep(files=("a.txt/",)), False),
        (Keep(files=("data/x/a.txt/",)), False),
        (Keep(files=("at",)), False),
        (Keep(rules=("share",)), True),
        (Keep(rules=("share/prompt", "consent")), True),
        (Keep(rules=("consent",)), False),
        (Keep(lines=(line_hash(" Share  this article\n"),)), True),
        (Keep(lines=(line_hash("Share that article"),)), False),
        (Keep(files=("*.txt",), rules=("consent",)), False),
        (Keep(files=("*.txt",), rules=("share",), lines=(line_hash("Share this article"),)), True),
    ],
)
def test_a_keep_holds_what_fits_all_it_says(keep: Keep, holds: bool) -> None:
    assert keep.holds("data/x/a.txt", line_hash("Share this article"), "share/prompt") is holds


def test_globs_are_relative_to_the_folder_of_the_file() -> None:
    keep = Keep(files=("x/*.txt",), folder="data")
    assert keep.holds("data/x/a.txt", "", "r")
    assert not keep.holds("x/a.txt", "", "r")
    assert keep.holds(os.path.abspath("data/x/a.txt"), "", "r")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({}, r"c.toml: keep must be a list of tables \[\[keep\]\] with"),
        ([1], "keep must be a list of tables"),
        ([{}], "c.toml: keep 1: matches every finding"),
        ([{"why": "x"}], "matches every finding"),
        ([{"files": ["a"]}, {"file": ["a"]}], "c.toml: keep 2: unknown key 'file'; did you mean 'files'?"),
        ([{"files": "a"}], "files must be a list of strings, not 'a'"),
        ([{"rules": []}], "rules must be a list of strings"),
        ([{"lines": ["Share"]}], "'Share' is not a line hash; copy it from `cleaner check --format json`"),
        (
            [{"files": ["*.{txt,md}"]}],
            "c.toml: keep 1: files: '\\*.{txt,md}': braces are not supported; write one pattern for each",
        ),
        ([{"files": ["!a.txt"]}], "keep 1: files: '!a.txt': exceptions are not supported"),
        ([{"rules": ["a"], "why": 1}], "why must be a string, not 1"),
    ],
)
def test_keeps_that_say_nothing_sensible_are_refused(rows: object, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_keeps(rows, "c.toml", "")


@pytest.mark.parametrize(
    ("rule", "cure"),
    [("sharing", "; did you mean 'share'\\?"), ("consent/xnotice", "; did you mean 'consent/"), ("0", "")],
)
def test_keeps_of_rules_that_are_none_are_refused(rule: str, cure: str) -> None:
    keep = read_keeps([{"rules": ["share"]}, {"rules": [rule]}], "c.toml", "")
    with pytest.raises(
        ConfigError, match=rf"c.toml: keep 2: no rule id starts with '{rule}'{cure}.*; see `cleaner rules"
    ):
        Config(keep=keep).refuse_unknown_keeps()


def test_keeps_of_rules_that_are_not_used_and_of_stages_are_known() -> None:
    keep = read_keeps([{"rules": ["share", "consent/", "scorer", "repeats/copy"]}], "c.toml", "")
    Config(keep=keep, ignore=("share",)).refuse_unknown_keeps()
