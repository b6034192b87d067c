"""Rows of JSON lines as the linter reads them: a field with its places, and what `fix` leaves of a row."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from linting import CLEAN, CONFIG, NOISY, ROOT, linted, pipeline
from strategies import any_text, documents, pages

from cleaner.config import Config
from cleaner.lint.finding import lint_pipeline
from cleaner.lint.json_field import find_field, raw_starts
from cleaner.lint.source import Place, Problem

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
        (b'{"text": "a"', "is not a JSON object: unexpected or missing character in column 13"),
        (b'{"text" "a"}', "expected a name and a colon in column 9"),
        (b'{1: "a"}', "expected a name and a colon in column 3"),
        (b'{"text": a}', "is not valid JSON: Expecting value in column 10"),
        (b"[1]", "is not a JSON object"),
        (b'{"text": "a"} {"text": "b"}', "unexpected or missing character in column 15"),
        (b'{"text": "' + b"\xff" + b'"}', "is not UTF-8 (byte 11); write the file as UTF-8"),
        (b'{"a": ' + b"[" * 100_000 + b'], "text": ""}', "is nested too deeply"),
        (b'{"body": "a"}', "has no field text or content or html or raw_html at its top level; name the field "),
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
        assert re.fullmatch(
            r"(Short line|Line)( near .*)?; \d+% likely to be content \(\d+% needed\), judged by .*", one.message
        )


def test_numbers_of_any_length_are_no_matter() -> None:
    row = b'{"n": ' + b"9" * 5000 + b', "text": ' + json.dumps(NOISY).encode() + b"}"
    found = linted("a.jsonl", row)
    assert not found.problems
    assert found.left == row.replace(json.dumps(NOISY).encode(), json.dumps(CLEAN).encode())


def test_a_field_within_another_is_said_not_to_be_read() -> None:
    ((_, message),) = linted("a.jsonl", b'{"doc": {"text": "a"}}', Config(text_column="doc.text")).problems
    assert message == (
        "has no field doc.text at its top level; nested fields are not supported: "
        "name a field at the top level, or move the text to one"
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
    assert found.refused[0] == Problem(
        1, "is HTML, which `fix` can't change in place; `cleaner run` writes its clean text"
    )


def test_columns_of_rows_count_what_stands_in_the_line() -> None:
    line = '{"n": "é", "text": "Rain is expected in the north until Friday.\\nAccept all cookies"}'
    (one,) = linted("a.jsonl", line.encode()).findings
    assert one.place.column == line.index("Accept") + 1
    assert one.end.column == line.index('"}') + 1
