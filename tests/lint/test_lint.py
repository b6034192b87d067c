"""The data linter: what it finds, and that `fix` takes out these bytes and no others."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import time
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import any_text, documents, pages

from cleaner.cli import lint as cli
from cleaner.cli import tally
from cleaner.config import Config
from cleaner.decode import decode
from cleaner.errors import ConfigError, InputError
from cleaner.keep import STAGE_CATEGORIES, STAGE_RULES, Keep, line_hash, read_keeps
from cleaner.lint import formats
from cleaner.lint.baseline import Baseline
from cleaner.lint.diff import unified_diff
from cleaner.lint.files import find_files
from cleaner.lint.files import shown as printed
from cleaner.lint.finding import Finding, Linted, excerpt, lint, lint_pipeline, without
from cleaner.lint.fix import fix_file
from cleaner.lint.json_field import find_field, raw_starts
from cleaner.lint.source import Place, Problem
from cleaner.lint.undo import FOLDER, fixed_files, remember, undo, undo_file
from cleaner.lint.words import Words
from cleaner.model import MECHANISMS, Mark
from cleaner.pipeline import Pipeline
from cleaner.terminal import visible

ROOT = Path(__file__).parents[2]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
CONFIG = Config()
NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\nShare this article\n"
CLEAN = "Rain is expected in the north of the country until Friday.\n"


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline()


def linted(
    name: str, data: bytes, config: Config = CONFIG, made: Pipeline | None = None, accepted: Baseline | None = None
) -> Linted:
    return lint(name, made or pipeline(), config, baseline=accepted, read=lambda path, max_bytes: data)


# JSON


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), any_text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)
SPACES = st.sampled_from(["", " ", "  ", "\t", " \r"])


@st.composite
def escaped(draw: st.DrawFn, text: str) -> str:
    """A JSON string for ``text``, each character plain or as one of its escapes."""
    short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    way = draw(st.integers(0, 3))
    parts = []
    for n, char in enumerate(text):
        must = char < " " or char in '"\\' or "\ud800" <= char <= "\udfff"
        units = char.encode("utf-16-be", "surrogatepass")
        as_units = "".join(f"\\u{int.from_bytes(units[i : i + 2], 'big'):04x}" for i in range(0, len(units), 2))
        if char in short and (must or way == 1) and way != 2:
            parts.append(short[char])
        else:
            parts.append(as_units if must or way == 2 or (way == 3 and n % 3 == 0) else char)
    return f'"{"".join(parts)}"'


@st.composite
def json_rows(draw: st.DrawFn, text: st.SearchStrategy[str]) -> tuple[str, str]:
    """A line of JSON as people write it, and the text in it."""
    value = draw(text)
    others = draw(st.dictionaries(st.text(max_size=5).filter(lambda name: name != "text"), JSON_VALUES, max_size=3))
    fields = [(json.dumps(name), json.dumps(other)) for name, other in others.items()]
    fields.insert(draw(st.integers(0, len(fields))), ('"text"', draw(escaped(value))))
    space = [draw(SPACES) for _ in range(6)]
    inner = f"{space[0]},{space[1]}".join(f"{name}{space[2]}:{space[3]}{other}" for name, other in fields)
    return f"{space[4]}{{{space[5]}{inner}{space[0]}}}{space[1]}", value


@given(json_rows(any_text()))
def test_a_field_is_found_with_each_of_its_characters(row: tuple[str, str]) -> None:
    line, text = row
    field = find_field(line, ("text",))
    # two halves of a character that stand side by side are one character to every reader
    assume(json.loads(line)["text"] == text)
    assert field is not None
    assert field.value == text
    assert json.loads(line[field.start : field.end]) == text
    starts = raw_starts(line, field)
    assert len(starts) == len(text) + 1
    assert "".join(json.loads(f'"{line[a:b]}"') for a, b in pairwise(starts)) == text


@given(st.lists(json_rows(pages()), min_size=1, max_size=3), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_of_json_lines_only_characters_of_the_text_go(rows, has_bom, line_end) -> None:
    assume(all(json.loads(line)["text"] == text for line, text in rows))
    data = b"\xef\xbb\xbf" * has_bom + line_end.join(line for line, _ in rows).encode("utf-8", "surrogatepass")
    found = linted("a.jsonl", data, Config(input_kind="text"))
    assert not found.problems
    left = found.left
    before, after = data.split(b"\n"), left.split(b"\n")
    assert len(before) == len(after)
    pairs = zip(before, after, strict=True)
    for old, new in ([line.removeprefix(b"\xef\xbb\xbf").decode() for line in pair] for pair in pairs):
        here, there = find_field(old, ("text",)), find_field(new, ("text",))
        assert here is not None
        assert there is not None
        assert old[: here.start] == new[: there.start]
        assert old[here.end :] == new[there.end :]
        assert is_subsequence(str(there.value), str(here.value))
    assert not linted("a.jsonl", left, Config(input_kind="text")).deletions


def is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


@given(pages())
def test_a_row_is_cleaned_as_the_pipeline_cleans_its_text(text: str) -> None:
    found = linted("a.jsonl", json.dumps({"id": 1, "text": text}).encode(), Config(input_kind="text"))
    result = pipeline().run(text, kind="text")
    wanted = text if found.refused else result.text
    assert json.loads(found.left) == {"id": 1, "text": wanted}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"text": "a"', "is not a JSON object: unexpected character, or none, in column 13"),
        (b'{"text" "a"}', "a name and a colon are missing in column 9"),
        (b'{1: "a"}', "a name and a colon are missing in column 3"),
        (b'{"text": a}', "is not valid JSON: Expecting value in column 10"),
        (b"[1]", "is not a JSON object"),
        (b'{"text": "a"} {"text": "b"}', "unexpected character, or none, in column 15"),
        (b'{"text": "' + b"\xff" + b'"}', "is not UTF-8 (byte 11); write the file as UTF-8"),
        (b'{"a": ' + b"[" * 100_000 + b'], "text": ""}', "is nested too deeply"),
        (b'{"body": "a"}', "has no field text or content or html or raw_html at its top level; name the one "),
        (b'{"text": 7}', "text is a number, not a text; name another field with --text-column"),
    ],
)
def test_a_row_that_can_not_be_read_is_named_and_the_others_go_on(line: bytes, said: str) -> None:
    good = json.dumps({"text": NOISY}).encode()
    found = linted("a.jsonl", good + b"\n" + line + b"\n\n" + good)
    ((n, message),) = found.problems
    assert n == 2
    assert said in message
    assert {one.place.line for one in found.findings} == {1, 4}
    assert found.left.split(b"\n")[1] == line


@pytest.mark.parametrize("row", ['{"text": "a", "text": "b"}', '{"text": "a", "m": [{"k": 1, "k": 2}]}'])
def test_a_row_with_a_key_twice_is_told_and_left(row: str) -> None:
    found = linted("a.jsonl", f"{row}\n".encode())
    key = "text" if '"text": "b"' in row else "k"
    assert found.problems == [Problem(1, f"has the key {key!r} twice; write each key once")]
    assert (found.findings, found.deletions) == ([], [])


@given(documents(), st.sampled_from(["a.txt", "a.md", "a.rst"]))
def test_check_and_fix_agree(text: str, name: str) -> None:
    found = linted(name, text.encode("utf-8", "ignore"))
    assert bool(found.deletions) == any(one.fixable for one in found.findings) == bool(found.characters)
    assert all(one.fixable for one in found.findings) or found.refused
    assert [one.place for one in found.findings] == sorted(one.place for one in found.findings)
    if not found.refused:
        assert linted(name, found.left).findings == []


def test_the_learned_scorer_is_heard_only_on_request_and_speaks_in_words() -> None:
    text = (ROOT / "tests" / "cmd" / "explain.in" / "pages" / "a.txt").read_bytes()
    texts = [text, *(path.read_bytes() for path in sorted((ROOT / "seeds").rglob("*.txt"))[:6])]
    config = Config(learned=True)
    for data in texts:
        assert not any(one.category == "scorer" for one in linted("a.txt", data, made=lint_pipeline(CONFIG)).findings)
    loud = [one for data in texts for one in linted("a.txt", data, config, lint_pipeline(config)).findings]
    learned = [one for one in loud if one.rule == "scorer/block"]
    assert learned
    for one in learned:
        assert re.fullmatch(r"(Short line|Line)( near .*)?; \d+% likely to be content \(\d+% needed\), judged by .*", one.message)


def test_numbers_of_any_length_are_no_matter() -> None:
    row = b'{"n": ' + b"9" * 5000 + b', "text": ' + json.dumps(NOISY).encode() + b"}"
    found = linted("a.jsonl", row)
    assert not found.problems
    assert found.left == row.replace(json.dumps(NOISY).encode(), json.dumps(CLEAN).encode())


def test_a_field_within_another_is_said_not_to_be_read() -> None:
    ((_, message),) = linted("a.jsonl", b'{"doc": {"text": "a"}}', Config(text_column="doc.text")).problems
    assert message == (
        "has no field doc.text at its top level; fields within others are not read: name one of the top level, "
        "or write the text into one"
    )


def test_rows_without_a_text_are_left_alone() -> None:
    found = linted("a.jsonl", b'{"text": null}\n{"text": ""}\n')
    assert (found.findings, found.problems) == ([], [])


def test_the_column_can_be_named_and_html_in_rows_is_told_but_left() -> None:
    page = "<html><body><nav><a href='/'>Home</a> <a href='/n'>News</a></nav><p>Rain is expected.</p></body></html>"
    data = json.dumps({"text": "x", "body": page}).encode()
    found = linted("a.jsonl", data, Config(text_column="body"))
    assert found.findings
    assert {one.place for one in found.findings} == {Place(1, 23)}
    assert found.left == data
    assert found.refused[0] == Problem(1, "is HTML, which is not rewritten in place; `cleaner run` writes its text")


def test_columns_of_rows_count_what_stands_in_the_line() -> None:
    line = '{"n": "é", "text": "Rain is expected in the north until Friday.\\nAccept all cookies"}'
    (one,) = linted("a.jsonl", line.encode()).findings
    assert one.place.column == line.index("Accept") + 1
    assert one.end.column == line.index('"}') + 1


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


def peel(document, marks):
    """A stage that is never done: of an even number of blocks the first one goes."""
    del marks
    if len(document.blocks) % 2 == 0 and len(document.blocks):
        yield Mark(document.blocks.span(0), "test/peel", "test", "Even", 1000)


def peel_two(document, marks):
    del marks
    yield from (
        Mark(document.blocks.span(i), "test/peel", "test", "First", 1000) for i in range(len(document.blocks) > 3)
    )


@given(pages())
def test_fix_comes_to_an_end_whatever_the_stages_are(text: str) -> None:
    made = Pipeline(stages=[*pipeline().stages, peel, peel_two])
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
            "is HTML, which is not rewritten",
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


# Diff


def applied(data: bytes, diff: bytes) -> bytes:
    """What `patch` makes of it, written from the format's description only."""
    if not diff:
        return data
    old = data.split(b"\n")
    ends = data.endswith(b"\n")
    if ends:
        old.pop()
    new, at, size = [], 0, None
    lines = diff.split(b"\n")[2:]
    assert lines.pop() == b""
    new_ends = ends
    sign = b" "
    for line in lines:
        if line.startswith(b"@@"):
            start, _, count = line.split()[1][1:].partition(b",")
            first = int(start) - (count != b"0")
            new += old[at:first]
            at = first
        elif line.startswith(b"\\"):
            if sign != b"-":
                new_ends = False
            elif sign == b"-":
                new_ends = True if new_ends is ends else new_ends
        else:
            sign, text = line[:1], line[1:]
            if sign != b"+":
                assert old[at] == text
                at += 1
            if sign != b"-":
                new.append(text)
    del size
    new += old[at:]
    return b"\n".join(new) + b"\n" * (new_ends and bool(new))


@given(st.lists(st.sampled_from([b"a", b"b", b"", b"c\r"]), max_size=14), st.booleans(), st.data())
def test_the_diff_leads_to_what_is_left(lines: list[bytes], ends: bool, data: st.DataObject) -> None:
    text = b"\n".join(lines) + b"\n" * ends
    borders = data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True).map(sorted))
    spans = list(zip(borders[::2], borders[1::2], strict=False))
    left = without(text, spans)
    assume(not left or left.endswith(b"\n") == text.endswith(b"\n"))
    assert applied(text, unified_diff("x", text, spans)) == left


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (b"a\nb\nc\n", [(2, 4)]),
        (b"a\nb\nc", [(3, 5)]),
        (b"a\nb\nc", [(4, 5)]),
        (b"a\nb\nc\n", [(1, 2), (5, 6)]),
        (b"a\nb\n" * 20, [(0, 2), (30, 33), (79, 80)]),
        (b"a\r\nb\r\n", [(0, 3)]),
        (b"abc", [(1, 2)]),
    ],
)
def test_git_takes_the_diff(tmp_path: Path, text: bytes, spans: list[tuple[int, int]]) -> None:
    (tmp_path / "f.txt").write_bytes(text)
    diff = unified_diff("./f.txt", text, spans)
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path, check=True)
    assert (tmp_path / "f.txt").read_bytes() == without(text, spans)


TOOLS = [
    pytest.param(command, marks=pytest.mark.skipif(not shutil.which(command[0]), reason=f"needs {command[0]}"))
    for command in (("git", "apply", "-"), ("patch", "-p1", "-s"))
]
NAMES = [
    "a b.txt", "trail .txt ", " lead", "a\tb", "a\nb", "a\rb", 'q"x', '"q"', "back\\slash", "\x1b[31m\x7f", "é x", "a\u2028b", "-x",
    "x 2020-01-01 10:00:00", os.fsdecode(b"\xff.txt"), "d e/f g.txt", "sub/../up.txt", "./a.txt",
]  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", NAMES)
def test_tools_take_the_diff_of_a_file_of_any_name(tmp_path: Path, monkeypatch, tool, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    Path(name).parent.mkdir(exist_ok=True)
    for spelt in (name, str(tmp_path / name)):
        Path(name).write_bytes(b"a\nb\nc\nd\n")
        diff = unified_diff(spelt, b"a\nb\nc\nd\n", [(2, 4)])
        done = subprocess.run(tool, input=diff, capture_output=True, check=False)
        assert (done.returncode, Path(name).read_bytes()) == (0, b"a\nc\nd\n"), done


def test_the_diff_of_a_file_outside_names_it_from_the_root(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    wanted = b"a/" + os.fsencode(tmp_path / "a.txt").lstrip(b"/")
    for name in ("../a.txt", str(tmp_path / "a.txt")):
        assert unified_diff(name, b"a\nb\n", [(0, 2)]).split(b"\n")[0] == b"--- " + wanted


# Fix and undo


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(NOISY, "utf-8")
    return path


def fixed(path: Path) -> bool:
    return fix_file(lint(str(path), pipeline(), CONFIG))


def test_fix_changes_once_and_undo_brings_back(noisy: Path) -> None:
    noisy.chmod(0o640)
    assert fixed(noisy)
    assert noisy.read_text("utf-8") == CLEAN
    assert stat.S_IMODE(noisy.stat().st_mode) == 0o640
    when = noisy.stat().st_mtime_ns
    assert not fixed(noisy)
    assert noisy.stat().st_mtime_ns == when
    assert [piece["text"] for piece in json.loads(undo_file(str(noisy)).read_text())["entries"][0]["removed"]] == [
        "Skip to main content\n", "Share this article\n",
    ]  # fmt: skip
    assert undo(str(noisy)).pieces == 2
    assert noisy.read_text("utf-8") == NOISY
    assert stat.S_IMODE(noisy.stat().st_mode) == 0o640
    assert not (noisy.parent / FOLDER).exists()


def test_two_fixes_are_undone_one_after_the_other(noisy: Path) -> None:
    fixed(noisy)
    more = CLEAN + "Accept all cookies\n"
    noisy.write_text(more, "utf-8")
    fixed(noisy)
    assert noisy.read_text("utf-8") == CLEAN
    undo(str(noisy))
    assert noisy.read_text("utf-8") == more
    with pytest.raises(InputError, match="was changed since it was fixed; what was removed is in"):
        undo(str(noisy))
    noisy.write_text(CLEAN, "utf-8")
    undo(str(noisy))
    assert noisy.read_text("utf-8") == NOISY


@given(st.binary(max_size=60), st.data())
def test_what_is_remembered_is_put_back(tmp_path_factory, data: bytes, drawn: st.DataObject) -> None:
    borders = (
        drawn.draw(st.lists(st.integers(0, len(data)), min_size=2, max_size=6, unique=True).map(sorted))
        if len(data) > 1
        else []
    )
    spans = list(zip(borders[::2], borders[1::2], strict=False))
    path = tmp_path_factory.mktemp("undo") / "f"
    path.write_bytes(without(data, spans))
    remember(str(path), data, without(data, spans), spans)
    assert undo(str(path)).pieces == len(spans)
    assert path.read_bytes() == data


def test_a_link_is_followed_and_stays_a_link(noisy: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    link = tmp_path / "sub" / "link.txt"
    link.symlink_to("../a.txt")
    assert fixed(link)
    assert link.is_symlink()
    assert noisy.read_text("utf-8") == CLEAN
    assert undo(str(noisy)).pieces == 2


def test_undo_says_what_is_wrong(noisy: Path) -> None:
    with pytest.raises(InputError, match="nothing was taken out of it"):
        undo(str(noisy))
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    del told["sha256"]
    told["entries"][0]["removed"][0]["text"] = "x"
    file.write_text(json.dumps(told))
    with pytest.raises(InputError, match="does not lead back to the file as it was"):
        undo(str(noisy))
    file.write_text(json.dumps({**told, "version": 99}))
    with pytest.raises(InputError, match="by another version"):
        undo(str(noisy))
    assert noisy.read_text("utf-8") == CLEAN


DAMAGED = [
    "{", "[]", "5", '"version"', "\xff", "[" * 100_000, "{}", '{"version": 1}', '{"version": 1, "entries": 5}',
    '{"version": 1, "entries": [5]}', '{"version": 1, "entries": [{"before": "a", "after": "b"}]}',
    '{"version": 1, "entries": [{"before": "a", "after": "b", "removed": [5]}]}',
    '{"version": 1, "entries": [{"before": "a", "after": "b", "removed": [{"at": "x", "text": "x"}]}]}',
    '{"version": 1, "entries": [{"before": "a", "after": "b", "removed": [{"at": 0}]}]}',
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_undo_file_is_told_with_its_cure(noisy: Path, content: str) -> None:
    file = undo_file(str(noisy))
    file.parent.mkdir()
    file.write_text(content, "utf-8")
    for deed in (lambda: fixed(noisy), lambda: undo(str(noisy))):
        with pytest.raises(InputError, match=r"a.txt.json is damaged: .*; remove it to continue without undo"):
            deed()
    assert noisy.read_text("utf-8") == NOISY
    file.unlink()
    assert fixed(noisy)


@pytest.mark.parametrize("key", ["text", "at", "sha256"])
def test_an_undo_file_that_was_edited_is_neither_undone_nor_added_to(noisy: Path, key: str) -> None:
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    if key == "sha256":
        told["sha256"] = 5
    else:
        told["entries"][0]["removed"][0][key] = {"text": "Skip to other content\n", "at": 1}[key]
    edited = json.dumps(told)
    file.write_text(edited)
    more = f"{CLEAN}Share this article\n"
    noisy.write_text(more)
    for deed in (lambda: fixed(noisy), lambda: undo(str(noisy))):
        with pytest.raises(InputError, match=r"a.txt.json is damaged: its entries were changed; remove it to continue"):
            deed()
    assert (noisy.read_text("utf-8"), file.read_text()) == (more, edited)


def test_an_undo_file_without_a_hash_is_as_good(noisy: Path) -> None:
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    del told["sha256"], told["entries"][0]["lines"], told["entries"][0]["characters"]
    file.write_text(json.dumps(told))
    assert undo(str(noisy)) == (2, 0, 0)
    assert noisy.read_text("utf-8") == NOISY


@pytest.mark.parametrize("piece", [{"base64": "é"}, {"base64": "a"}, {"text": "\ud800"}])
def test_a_damaged_piece_is_told(noisy: Path, piece: dict[str, str]) -> None:
    fixed(noisy)
    file = undo_file(str(noisy))
    told = json.loads(file.read_text())
    del told["sha256"]
    told["entries"][0]["removed"][0] = {"at": 0, **piece}
    file.write_text(json.dumps(told))
    with pytest.raises(InputError, match="is damaged: a piece is neither text nor base64"):
        undo(str(noisy))


def test_a_file_in_place_of_the_folder_is_named(noisy: Path) -> None:
    (noisy.parent / FOLDER).write_text("x")
    with pytest.raises(InputError, match=rf"{FOLDER} is a file; remove or rename it"):
        fixed(noisy)
    assert noisy.read_text("utf-8") == NOISY


def test_a_folder_that_is_a_link_is_neither_written_nor_read_through(noisy: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (noisy.parent / FOLDER).symlink_to(elsewhere)
    with pytest.raises(InputError, match=rf"{FOLDER} is a link; remove it"):
        fixed(noisy)
    with pytest.raises(InputError, match=rf"{FOLDER} is a link; remove it"):
        undo(str(noisy))
    assert noisy.read_text("utf-8") == NOISY
    assert list(elsewhere.iterdir()) == []
    ((_, problem),) = [one for one in fixed_files(str(tmp_path)) if not isinstance(one, str)]
    assert problem.message.startswith("is a link; remove it")


@pytest.mark.parametrize("name", [".gitignore", "a.txt.json"])
@pytest.mark.parametrize("kind", ["dangling link", "link", "pipe"])
def test_strange_files_in_the_folder_are_refused(noisy: Path, tmp_path: Path, name: str, kind: str) -> None:
    target = tmp_path / "target.txt"
    folder = noisy.parent / FOLDER
    folder.mkdir()
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to(target)
    if kind == "link":
        target.write_text("x")
    for act in (lambda: fixed(noisy), lambda: undo(str(noisy))):
        with pytest.raises(InputError, match=r"is a link or not a file; remove it to continue"):
            act()
    assert noisy.read_text("utf-8") == NOISY
    assert target.exists() == (kind == "link")
    assert kind != "link" or target.read_text() == "x"


def test_a_pipe_can_not_be_undone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(InputError, match="is a pipe"):
        undo(str(tmp_path / "a.txt"))


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.floats()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=4,
)


@given(st.data())
def test_a_tampered_entry_is_an_error_and_the_file_stays(tmp_path_factory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("x") / "a.txt"
    path.write_text(NOISY, "utf-8")
    assert fixed(path)
    kept = json.loads(undo_file(str(path)).read_text())
    places = [
        (kept, "version"),
        (kept, "entries"),
        *((kept["entries"][0], key) for key in ("before", "after", "removed")),
    ]
    places += [(piece, key) for piece in kept["entries"][0]["removed"] for key in ("at", "text")]
    holder, key = data.draw(st.sampled_from(places))
    new = data.draw(JUNK)
    assume(new != holder[key])
    holder[key] = new
    undo_file(str(path)).write_text(json.dumps(kept))
    try:
        undo(str(path))
    except InputError as error:
        said = str(error)
    else:
        said = ""
    assert not said or "; " in said or "stands in" in said or "nothing to put back" in said
    assert path.read_text("utf-8") == (CLEAN if said else NOISY)


def test_a_file_that_came_back_by_itself_is_fixed_and_undone_as_if_for_the_first_time(noisy: Path) -> None:
    fixed(noisy)
    noisy.write_text(NOISY, "utf-8")
    with pytest.raises(InputError, match="is as it was before it was fixed: there is nothing to put back"):
        undo(str(noisy))
    fixed(noisy)
    undo(str(noisy))
    assert noisy.read_text("utf-8") == NOISY
    with pytest.raises(InputError, match="nothing was taken out of it"):
        undo(str(noisy))


def test_what_is_not_whole_yet_is_written_where_git_does_not_look(noisy: Path, monkeypatch) -> None:
    places = []
    monkeypatch.setattr(os, "replace", lambda old, new, replace=os.replace: (places.append(old), replace(old, new)))
    fixed(noisy)
    undo(str(noisy))
    assert len(places) == 3
    assert {os.path.dirname(place) for place in places} == {str(noisy.parent / FOLDER)}


def test_what_a_killed_fix_left_is_swept_up_when_it_is_old(noisy: Path) -> None:
    folder = noisy.parent / FOLDER
    folder.mkdir()
    for name, hours in {"new-old": 2, "new-young": 0, "new-file.txt.json": 2}.items():
        (folder / name).write_text("x")
        when = time.time() - hours * 3600
        os.utime(folder / name, (when, when))
    fixed(noisy)
    assert {path.name for path in folder.iterdir()} == {".gitignore", "a.txt.json", "new-young", "new-file.txt.json"}


def test_what_was_fixed_below_a_folder_is_found(tmp_path: Path) -> None:
    names = ["a.txt", "b/c.txt", "b/odd.ending", "link/to.txt", "elsewhere/x.txt"]
    for name in names:
        (tmp_path / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "d" / name).write_text(NOISY, "utf-8")
    (tmp_path / "d" / "elsewhere").rename(tmp_path / "elsewhere")
    (tmp_path / "d" / "b" / "l.txt").symlink_to("../../elsewhere/x.txt")
    for name in ("a.txt", "b/odd.ending", "b/l.txt"):
        assert fixed(tmp_path / "d" / name)
    found = [os.path.relpath(str(one), tmp_path / "d") for one in fixed_files(str(tmp_path / "d"))]
    assert found == ["a.txt", "b/l.txt", "b/odd.ending"]
    assert list(fixed_files(str(tmp_path / "d" / "link"))) == []


def test_one_fix_of_a_file_is_undone_however_often_it_is_named(noisy: Path, capsys) -> None:
    (noisy.parent / "link.txt").symlink_to("a.txt")
    fixed(noisy)
    noisy.write_text("Accept all cookies\n" + CLEAN, "utf-8")
    fixed(noisy)
    assert cli._undo([str(noisy.parent), str(noisy), str(noisy.parent / "link.txt")]) == 0
    assert noisy.read_text("utf-8") == "Accept all cookies\n" + CLEAN
    assert capsys.readouterr().err == f"{noisy}: 1 piece put back (1 line, 19 characters)\n"


def test_other_names_of_a_file_keep_what_was_there_and_that_is_told(noisy: Path, capsys) -> None:
    os.link(noisy, noisy.parent / "b.txt")
    assert tally._fix(lint(str(noisy), pipeline(), CONFIG), is_quiet=True)
    assert (noisy.read_text("utf-8"), (noisy.parent / "b.txt").read_text("utf-8")) == (CLEAN, NOISY)
    assert f"{noisy}: had another name (a hard link), where the text stays as it was" in capsys.readouterr().err


def test_a_file_that_changed_meanwhile_is_not_written(noisy: Path) -> None:
    found = lint(str(noisy), pipeline(), CONFIG)
    noisy.write_text("Something else.\n", "utf-8")
    with pytest.raises(InputError, match="was changed while it was looked at"):
        fix_file(found)
    assert noisy.read_text("utf-8") == "Something else.\n"


def test_a_disk_that_gives_up_leaves_the_file_whole(noisy: Path, monkeypatch) -> None:
    found = lint(str(noisy), pipeline(), CONFIG)
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match="can't be written: No space left on device; nothing of it was changed"):
        fix_file(found)
    assert noisy.read_text("utf-8") == NOISY


def test_read_only_files_stay(noisy: Path, monkeypatch) -> None:
    found = lint(str(noisy), pipeline(), CONFIG)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="is read-only"):
        fix_file(found)


def test_files_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    def said(name, data=None, config=CONFIG):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        found = lint(str(path), pipeline(), config)
        assert not found.findings
        return found.problems[0]

    assert said("none.txt").message.startswith("can't be read: No such file")
    assert said("a.png", b"\x89PNG\r\n\x1a\n\0\0").message.startswith("looks like a PNG image")
    assert said("big.txt", b"x" * 100, Config(max_bytes=10)).message.startswith("too large: over 10 bytes")


def test_pipes_are_passed_over_in_folders_and_told_when_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.txt")
    (tmp_path / "a.txt").write_text("x")
    assert list(find_files([str(tmp_path)])) == [str(tmp_path / "a.txt")]
    ((_, message),) = lint(str(tmp_path / "p.txt"), pipeline(), CONFIG).problems
    assert message == "is a pipe, a device or a folder, not a file; write its content to a file"


def test_links_that_leave_the_folder_are_left_alone(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("data", "other"):
        Path(name).mkdir()
    for name in ("other/b.txt", "data/inner.txt", "data/.hidden.txt"):
        Path(name).write_text(NOISY)
    Path("data/out.txt").symlink_to("../other/b.txt")
    Path("data/z.txt").symlink_to(".hidden.txt")
    _, found = cli._lint(["data"], CONFIG)
    by_path = {one.path: one for one in found}
    assert [bool(by_path[f"data/{name}.txt"].deletions) for name in ("inner", "out", "z")] == [True, False, True]
    assert by_path["data/out.txt"].refused[0].message.startswith("is a link that leaves the folder")
    assert not any(one.fixable for one in by_path["data/out.txt"].findings)
    _, found = cli._lint(["data", "data/out.txt"], CONFIG)
    assert any(one.deletions for one in found if one.path == "data/out.txt")
    assert fixed(Path("other/b.txt"))
    assert cli._undo(["data"]) == 1
    assert Path("other/b.txt").read_text() == CLEAN
    assert "nothing was taken out" in capsys.readouterr().err


@pytest.mark.skipif(not os.path.ismount("/proc"), reason="needs /proc")
def test_files_that_the_kernel_makes_up_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("/proc/self/status")
    assert list(find_files([str(tmp_path)])) == []
    (problem,) = lint(str(tmp_path / "a.txt"), pipeline(), CONFIG).problems
    assert problem.message.startswith("is a pipe, a device or a folder, not a file")


def test_what_git_ignores_is_passed_over(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = ("a.txt", "b.tmp.txt", "keep.tmp.txt", "out/c.txt", "in/d.txt", "in/x.txt", "in/deep/x.txt", "local.txt")
    for name in files:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("Rain.\n")
    for name in (".git/info/exclude", ".gitignore", "in/.gitignore"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(".git/info/exclude").write_text("local.txt\n")
    Path(".gitignore").write_text("*.tmp.txt\n!keep.tmp.txt\nout/\nx.txt\n")
    Path("in/.gitignore").write_text("/d.txt\n!/x.txt\n")
    assert list(find_files(["."])) == ["a.txt", "keep.tmp.txt", "in/x.txt"]
    assert list(find_files(["in"])) == ["in/x.txt"]
    assert list(find_files(["out/c.txt", "in/deep"])) == ["out/c.txt"]
    assert sorted(find_files(["."], gitignore=False)) == sorted(files)


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@given(st.data())
def test_git_ignores_the_same(tmp_path_factory, data: st.DataObject) -> None:
    root = tmp_path_factory.mktemp("git")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    patterns = st.sampled_from(["a.txt", "/a.txt", "d/", "!a.txt", "*.txt", "!d/", "e/a.txt", "**/e", "# x", "b*"])
    for folder in ("", "d", "d/e"):
        (root / folder).mkdir(exist_ok=True)
        for name in ("a.txt", "b.txt"):
            (root / folder / name).write_text("Rain.\n")
        lines = data.draw(st.lists(patterns, max_size=3))
        if lines:
            (root / folder / ".gitignore").write_text("\n".join(lines) + "\n")
    command = ["git", "-C", str(root), "ls-files", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    found = [os.path.relpath(str(one), root) for one in find_files([str(root)])]
    assert sorted(found) == sorted(name for name in listed if name.endswith(".txt"))


def test_a_folder_that_can_not_be_listed_is_told_and_the_others_go_on(tmp_path: Path, monkeypatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("x")

    def scandir(path, scandir=os.scandir):
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    problem = Problem(0, "the folder can't be listed: Permission denied; check that it may be read")
    assert list(find_files([str(tmp_path)])) == [(str(tmp_path / "a"), problem), str(tmp_path / "b" / "x.txt")]
    assert list(fixed_files(str(tmp_path))) == [(str(tmp_path / "a"), problem)]
    assert list(find_files([str(tmp_path / "a")])) == [(str(tmp_path / "a"), problem)]


def test_a_file_is_looked_at_once_however_often_it_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.txt").write_text("x")
    names = ["./d/a.txt", "d", "d/../d/a.txt", str(tmp_path), "none", "./none"]
    assert [name if isinstance(name, str) else name[0] for name in find_files(names)] == ["d/a.txt", "none"]


def test_a_file_is_looked_at_once_whatever_links_lead_to_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("d", "e"):
        Path(name).mkdir()
        Path(name, "m.txt").write_text(NOISY)
    for link, target in {"d/a.txt": "m.txt", "d/z.txt": "m.txt", "d/b.txt": "../e/m.txt", "d/h.txt": ".h.txt"}.items():
        Path(link).symlink_to(target)
    Path("d/.h.txt").write_text(NOISY)
    assert list(find_files(["d"])) == ["d/m.txt", "d/b.txt", "d/h.txt"]
    assert list(find_files(["d", "e"])) == ["d/m.txt", "e/m.txt", "d/h.txt"]
    assert list(find_files(["d/z.txt", "d", "e/m.txt"])) == ["d/z.txt", "e/m.txt", "d/h.txt"]


def test_what_is_kept_by_a_rule_is_not_told_to_be_emptied() -> None:
    text = b"Skip to main content\nShare this article\n"
    assert linted("a.txt", text).emptied == [0]
    assert linted("a.txt", text, Config(keep=(Keep(files=("*.txt",)),))).emptied == []


@pytest.mark.parametrize(
    ("name", "is_legal"),
    [
        ("LICENSE.txt", True), ("licence.md", True), ("LICENSE-MIT.txt", True), ("Licenses.txt", True), ("COPYING.txt", True),
        ("NOTICE.md", True), ("Notices.txt", True), ("copyright.html", True), ("AUTHORS.md", True), ("LICENSE_2.txt", True),
        ("licensed.txt", False), ("noticeboard.txt", False), ("my-license.txt", False), ("copyrighted.md", False),
    ],
)  # fmt: skip
def test_licences_are_passed_over_unless_named(tmp_path: Path, name: str, is_legal: bool) -> None:
    path = tmp_path / name
    path.write_text("x")
    assert list(find_files([str(tmp_path)])) == ([] if is_legal else [str(path)])
    assert list(find_files([str(path)])) == [str(path)]
    for hook in HOOKS.split("- id:")[1:]:
        (pattern,) = re.findall(r"^  exclude: (.*)$", hook, re.MULTILINE)
        assert bool(re.search(pattern, f"d/{name}")) is bool(re.search(pattern, name)) is is_legal
        assert re.search(pattern, "d/.cleaner-undo/a.txt.json")


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_names_are_printed_on_one_line_and_drive_no_terminal(name: str) -> None:
    told = printed(name)
    assert len(told.splitlines()) == 1
    assert not [char for char in told if unicodedata.category(char) == "Cc"]
    if name.isprintable():
        assert told == name


def test_names_that_are_no_utf_8_are_printed_as_everywhere() -> None:
    assert printed(os.fsdecode(b"a\xff\n\x1b[31m.txt")) == r"a\xff\n\x1b[31m.txt"


def test_folders_are_walked_by_name(tmp_path: Path) -> None:
    for name in ("b/x.txt", "a.md", "a.py", ".hidden/x.txt", "b/.x.txt", "b/y.JSONL", ".cleaner-undo/a.txt.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [os.path.relpath(str(name), tmp_path) for name in find_files([str(tmp_path)])]
    assert found == ["a.md", "b/x.txt", "b/y.JSONL"]
    assert list(find_files([str(tmp_path / "a.py"), "none"])) == [
        str(tmp_path / "a.py"), ("none", Problem(0, "there is no such file or folder")),
    ]  # fmt: skip


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
        ({}, r"c.toml: keep must be tables, \[\[keep\]\] with"),
        ([1], "keep must be tables"),
        ([{}], "c.toml: keep 1: would keep everything"),
        ([{"why": "x"}], "would keep everything"),
        ([{"files": ["a"]}, {"file": ["a"]}], "c.toml: keep 2: unknown key 'file'; did you mean 'files'?"),
        ([{"files": "a"}], "files must be a list of strings, not 'a'"),
        ([{"rules": []}], "rules must be a list of strings"),
        ([{"lines": ["Share"]}], "'Share' is not a line hash; copy it from `cleaner check --format json`"),
        (
            [{"files": ["*.{txt,md}"]}],
            "c.toml: keep 1: files: '\\*.{txt,md}': braces are not known; write one pattern for each",
        ),
        ([{"files": ["!a.txt"]}], "keep 1: files: '!a.txt': there are no exceptions"),
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


def test_stages_have_the_categories_that_are_listed() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "cleaner" / "stages").glob("*.py"))
    for id in STAGE_RULES:
        said = set(re.findall(rf'"{id}", "([a-z]+)"', sources))
        assert said - MECHANISMS == ({STAGE_CATEGORIES[id]} if id in STAGE_CATEGORIES else set()), id


def test_the_rules_of_stages_are_those_that_stages_have() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "cleaner" / "stages").glob("*.py"))
    assert set(re.findall(r'"([a-z]+/[a-z-]+)"', sources)) <= {*STAGE_RULES, *Config().packs().ids()}
    assert all(f'"{id}"' in sources for id in STAGE_RULES)


# Formats, baseline


FINDINGS = [
    Finding("a,b.txt", Place(3, 1), Place(3, 19), "share/prompt", "share", "A prompt", "Share: 100 %", "0123456789ab"),
    Finding("ü x.txt", Place(9, 2), Place(9, 2), "consent/button", "consent", "A button", "OK\\", "ba9876543210"),
]


def told(name: str, findings=FINDINGS) -> str:
    return "\n".join(formats.FORMATS[name](formats.Findings(findings, "1.0")))


def test_text_is_one_line_a_finding() -> None:
    assert told("text").split("\n") == [
        "a,b.txt:3:1: share/prompt: Share: 100 % (A prompt)",
        "ü x.txt:9:2: consent/button: OK\\ (A button)",
    ]
    assert told("text", []) == ""


def test_json_is_a_list_of_rows() -> None:
    assert json.loads(told("json")) == [one.row() for one in FINDINGS]
    assert json.loads(told("json", [])) == []
    assert json.loads(told("json", FINDINGS[:1]))[0]["line_hash"] == "0123456789ab"


def test_github_escapes_what_ends_a_command() -> None:
    assert told("github").split("\n")[0] == (
        "::warning file=a%2Cb.txt,line=3,endLine=3,col=1,title=share/prompt::A prompt: Share: 100 %25."
    )


def test_colour_is_only_added() -> None:
    plain, coloured = ("\n".join(formats.as_text(formats.Findings(FINDINGS, "1", colour=colour))) for colour in (False, True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_every_rule_has_a_text_for_code_scanning() -> None:
    packs = pipeline().packs
    texts = formats.rule_texts(packs)
    ids = [rule.id for rule in packs.rules if rule.place] + [section.id for section in packs.sections] + [*STAGE_RULES]
    findings = [FINDINGS[0]._replace(rule=id) for id in ids]
    (run,) = json.loads("\n".join(formats.as_sarif(formats.Findings(findings, "1", texts=texts))))["runs"]
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert described.keys() == set(ids)
    for id, rule in described.items():
        assert rule["shortDescription"]["text"] == texts[id].summary, id
        assert rule["fullDescription"]["text"] == texts[id].why, id
        assert all(f'rules = ["{id}"]' in rule["help"][key] for key in ("text", "markdown")), id
        assert rule["helpUri"].startswith("https://"), id


@given(st.text(), st.text())
def test_no_finding_drives_a_terminal_or_breaks_a_line(reason: str, text: str) -> None:
    one = FINDINGS[0]._replace(reason=visible(reason), excerpt=excerpt(text))
    for line in (*formats.as_text(formats.Findings([one], "1")), *formats.as_github(formats.Findings([one], "1"))):
        assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in line)
        assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in line)


def test_sarif_has_what_the_standard_asks_for() -> None:
    log = json.loads(told("sarif"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {one.rule for one in FINDINGS}
    first, second = run["results"]
    assert all(result["message"]["text"] and result["ruleId"] for result in run["results"])
    place = first["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 19}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%C3%BC%20x.txt"
    assert "endLine" not in second["locations"][0]["physicalLocation"]["region"]
    assert json.loads(told("sarif", []))["runs"][0]["results"] == []


PROBLEMS = [("b\n.txt", Problem(0, "can't be read: 100 %")), ("c.jsonl", Problem(3, "is no JSON"))]


def test_what_can_not_be_read_is_told_to_code_scanning() -> None:
    (run,) = json.loads("\n".join(formats.as_sarif(formats.Findings(FINDINGS, "1", PROBLEMS))))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    first, second = invocation["toolExecutionNotifications"]
    assert (first["level"], first["message"]) == ("error", {"text": "can't be read: 100 %"})
    assert first["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "b%0A.txt"}}}]
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert len(run["results"]) == 2
    assert json.loads(told("sarif"))["runs"][0]["invocations"] == [{"executionSuccessful": True}]


def test_what_can_not_be_read_is_told_to_github() -> None:
    lines = list(formats.as_github(formats.Findings(FINDINGS, "1", PROBLEMS)))
    assert lines[2:] == [r"::error file=b\n.txt::can't be read: 100 %25", "::error file=c.jsonl,line=3::is no JSON"]


def test_names_do_not_break_lines() -> None:
    bad = FINDINGS[0]._replace(path="a\n\x1b[31m.txt")
    assert told("text", [bad]).startswith(r"a\n\x1b[31m.txt:3:1: ")
    assert told("github", [bad]).startswith(r"::warning file=a\n\x1b[31m.txt,line=3")


def test_statistics_begin_with_the_commonest_rule() -> None:
    assert formats.statistics([*FINDINGS, FINDINGS[1]]) == [("consent/button", 2, 1), ("share/prompt", 1, 1)]


def baseline(findings) -> Baseline:
    return Baseline([(one.path, one.rule, one.line_hash) for one in findings])


@given(pages(), st.data())
def test_what_a_baseline_accepts_is_neither_told_nor_taken(text: str, drawn: st.DataObject) -> None:
    data = text.encode("utf-8", "ignore")
    config = Config(input_kind="text")
    found = linted("a.txt", data, config).findings
    accepted = drawn.draw(st.lists(st.sampled_from(found), unique_by=id) if found else st.just([]))
    left = linted("./a.txt", data, config, accepted=baseline(accepted))
    assert not Counter(keys(found)) - Counter(keys(accepted)) - Counter(keys(left.findings))
    nothing = linted("a.txt", data, config, accepted=baseline(found))
    assert (nothing.findings, nothing.deletions, nothing.refused) == ([], [], [])
    assert linted("b.txt", data, config, accepted=baseline(found)).left == linted("b.txt", data, config).left


def keys(findings):
    return [(one.rule, one.line_hash) for one in findings]


def test_a_baseline_accepts_each_finding_once_however_its_path_is_spelt(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = linted("x/a.txt", NOISY.encode()).findings
    path = tmp_path / "base.json"
    path.write_text("\n".join(formats.as_json(formats.Findings(found, "1"))))
    twice = (CLEAN + NOISY + NOISY).encode()
    for name in ("x/a.txt", "./x/../x/a.txt", str(tmp_path / "x" / "a.txt")):
        left = linted(name, twice, accepted=Baseline.read(path))
        assert Counter(keys(left.findings)) == Counter(keys(linted("a.txt", twice).findings)) - Counter(keys(found))


def test_a_baseline_accepts_in_the_first_rows_what_it_names_once() -> None:
    rows = b"\n".join([json.dumps({"text": NOISY}).encode()] * 3)
    first = [one for one in linted("a.jsonl", rows).findings if one.place.line == 1]
    left = linted("a.jsonl", rows, accepted=baseline(first))
    assert {one.place.line for one in left.findings} == {2, 3}
    assert [json.loads(row)["text"] for row in left.left.split(b"\n")] == [NOISY, CLEAN, CLEAN]


NO_BASELINES = [
    "{",
    "[1]",
    "{}",
    "",
    "null",
    '"a"',
    '[{"path": 1, "rule": "a", "line_hash": "b"}]',
    "[" * 100_000,
    "\xff",
]


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "can't be read: No such file"), *((content, "is not the output of") for content in NO_BASELINES)],
)
def test_a_baseline_that_is_none_is_refused(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "base.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(
        ConfigError, match=rf"base.json: .*{said}.*; make it with: cleaner check FILES --format json > "
    ):
        Baseline.read(path)


def test_excerpts_are_one_short_line_that_does_not_drive_the_terminal() -> None:
    assert excerpt("a \n\t b\x1b[31m") == "a b\\x1b[31m"
    assert len(excerpt("word " * 50)) == 60
