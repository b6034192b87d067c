"""CSV and TSV: rows that are wrong cost themselves alone, and a wrong file is one error with its cure."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from pathlib import Path

import pytest
import zstandard
from format_files import cleaned
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Config
from cleaner.errors import ConfigError
from cleaner.inputs.formats import Settings
from cleaner.run.chunks import Cursor, Inputs
from cleaner.run.options import RunOptions

pytestmark = pytest.mark.usefixtures("folder")


def test_rows_of_csv_that_are_wrong():
    data = b'text,id\n"Rain, in\nthe north.",1\na,b,c\n\nSnow.,2\n"open'
    documents, failed = cleaned("a.csv", data)
    assert [(row["id"], row["text"], row["record"]) for row in documents] == [
        ("1", "Rain, in\nthe north.", 3), ("2", "Snow.", 6)
    ]  # fmt: skip
    assert [(row["record"], row["error"]) for row in failed] == [
        (4, "has 3 cells, the header has 2"), (7, "is not a valid CSV row: a quote is not closed, or the row is too long")
    ]  # fmt: skip


def test_a_csv_in_another_encoding_and_one_without_header():
    documents, _ = cleaned(
        "a.csv", "text\nGr\u00f6\u00dfe und M\u00fche, \u00fcberall im Land.\n".replace(",", ";").encode("cp1252")
    )
    assert documents[0]["text"] == "Gr\u00f6\u00dfe und M\u00fche; \u00fcberall im Land."
    assert cleaned("b.csv", b"")[1][0]["error"] == "has no header"
    assert cleaned("c.csv", b"a,a\n1,2\n")[1][0]["error"] == "has the column 'a' twice"


def test_a_line_of_csv_that_is_too_long():
    data = b"text\n" + b"x" * 3000 + b"\nSnow.\n"
    documents, failed = cleaned("a.csv", data, config=Config(max_bytes=1000))
    assert [row["text"] for row in documents] == ["Snow."]
    assert [(row["record"], row["error"]) for row in failed] == [(2, "too large: a line of over 1,000 bytes")]


OPEN = "is not a valid CSV row: a quote is not closed, or the row is too long"


def test_a_stray_quote_costs_its_row_only():
    bad = b'1,"unclosed quote here\n'
    data = b"id,text\n0,row 0\n" + bad + b"".join(b"%d,row %d\n" % (n, n) for n in range(2, 500))
    for end in (b"", b'500,"a ""good"" one"\n', b'500,"two\nlines"\n'):
        documents, failed = cleaned("a.csv", data + end)
        assert [row["id"] for row in documents] == [str(n) for n in range(500 + bool(end)) if n != 1]
        assert [(row["record"], row["error"], row["sha256"]) for row in failed] == [
            (3, OPEN, hashlib.sha256(bad).hexdigest())
        ]


def test_what_stands_before_a_stray_quote_in_its_row_is_not_read_again():
    data = b'id,text\n"two\nlines","open\n2,row 2\n'
    documents, failed = cleaned("a.csv", data)
    assert ([row["id"] for row in documents], [row["record"] for row in failed]) == (["2"], [2])
    assert failed[0]["sha256"] == hashlib.sha256(b'"two\nlines","open\n').hexdigest()


def test_a_row_of_csv_of_more_bytes_or_lines_than_may_be(monkeypatch):
    data = b'id,text\n1,"open\n' + b"2,row\n" * 100
    documents, failed = cleaned("a.csv", data, config=Config(max_bytes=60))
    assert (len(documents), [row["record"] for row in failed]) == (100, [2])
    monkeypatch.setattr("cleaner.inputs.formats.csv._MAX_LINES", 5)
    documents, failed = cleaned("a.csv", data)
    assert (len(documents), [row["record"] for row in failed]) == (100, [2])
    documents, failed = cleaned("a.csv", b'id,text\n1,"a\n' + b"x" * 90 + b"\n2,b\n", config=Config(max_bytes=60))
    assert ([row["id"] for row in documents], [row["record"] for row in failed]) == (["2"], [2, 3])


@given(st.lists(st.text('a",\n', max_size=12).map(str.encode), max_size=30))
def test_no_line_of_csv_is_lost_and_reading_goes_on_behind_any_row(found):
    Path("a.csv").write_bytes(b"\n".join([b"id,text", *found]))
    whole = list(Inputs(["a.csv"], Settings())._with_cursors(Cursor()))
    assert [item.record for item, _ in whole] == sorted({item.record for item, _ in whole})
    for done in range(len(whole)):
        assert list(Inputs(["a.csv"], Settings())._with_cursors(whole[done][1])) == whole[done + 1 :]


@given(st.lists(st.tuples(st.integers(), st.text('ab,;"\n\t|', min_size=1)), max_size=9), st.sampled_from(",;\t|"))
def test_good_rows_of_csv_are_read_with_any_delimiter(pairs, delimiter):
    sink = io.StringIO()
    csv.writer(sink, delimiter=delimiter).writerows([("id", "text"), *pairs])
    Path("a.csv").write_bytes(sink.getvalue().encode())
    settings = Settings(columns=RunOptions(csv_delimiter=delimiter).columns)
    found = [item.payload for item, _ in Inputs(["a.csv"], settings)._with_cursors(Cursor())]
    assert found == [{"id": str(n), "text": text} for n, text in pairs]


@pytest.mark.parametrize(
    ("name", "data", "error", "cure"),
    [
        ("a.csv", b"id;text\n1;a\n", "its delimiter seems to be ';'", "name it: --csv-delimiter ';'"),
        ("a.csv", b"id\ttext\n1\ta\n", r"its delimiter seems to be '\t'", r"name it: --csv-delimiter '\t'"),
        ("a.csv", b"id|text\n1|a\n", "its delimiter seems to be '|'", "name it: --csv-delimiter '|'"),
        ("a.tsv", b"id,text\n1,a\n", "its delimiter seems to be ','", "name it: --csv-delimiter ','"),
        ("a.csv", b"\nid,text\n1,a\n", "has no header", "write the names of the columns on the first line"),
        ("a.csv", b"i" * 2000 + b",text\n1,a\n", "its header is a line of over 1,000 bytes", "check its line ends"),
        ("a.csv", b"id,text\r1,a\r2,b\r", "has the line ends of old Macs (CR)", r"tr '\r' '\n'"),
        ("a.csv", b'id,"text\n1,a\n', "its header is not a valid CSV row", "fix the first line"),
        ("a.csv", "id,text\n1,a\n".encode("utf-16"), "is UTF-16", "iconv -f UTF-16 -t UTF-8"),
        ("a.csv", "id,text\n1,a\n".encode("utf-16-le"), "contains NUL bytes", "iconv -f UTF-16LE -t UTF-8"),
        ("a.jsonl", '{"text": "a"}\n'.encode("utf-16") * 5, "is UTF-16", "iconv -f UTF-16 -t UTF-8"),
        ("a.jsonl", '{"text": "a"}\n'.encode("utf-32"), "is UTF-32", "iconv -f UTF-32 -t UTF-8"),
        ("a.jsonl", '{"text": "a"}\n'.encode("utf-16-le"), "is UTF-16LE", "iconv -f UTF-16LE -t UTF-8"),
        ("a.jsonl", gzip.compress(b'{"text": "a"}\n', mtime=0), "is gzip data, not lines", "name its format"),
        ("a.jsonl", zstandard.compress(b'{"text": "a"}\n'), "is zstd data, not lines", "decompress it"),
    ],
)
def test_a_file_that_is_something_else_is_one_error_with_its_cure(name, data, error, cure):
    documents, failed = cleaned(name, data, config=Config(max_bytes=1_000))
    assert (documents, len(failed)) == ([], 1)
    assert failed[0]["error"].startswith(error)
    assert cure in failed[0]["cure"]


@pytest.mark.parametrize(
    ("name", "data", "delimiter"),
    [
        ("a.csv", b"id;text\n1;a, b\n", ";"),
        ("a.csv", b"id\ttext\n1\ta, b\n", r"\t"),
        ("a.tsv", b'id,text\n1,"a, b"', ","),
    ],
)
def test_a_delimiter_that_was_named(name, data, delimiter):
    documents, failed = cleaned(name, data, csv_delimiter=delimiter)
    assert ([(row["id"], row["text"].strip()) for row in documents], failed) == ([("1", "a, b")], [])


def test_a_named_delimiter_goes_before_the_look_of_the_header():
    assert cleaned("a.csv", b"text;more\na\n", csv_delimiter=",", text_column="text;more")[1] == []


@pytest.mark.parametrize("delimiter", [";;", '"', "\n", " "])
def test_what_can_be_no_delimiter(delimiter):
    with pytest.raises(ConfigError, match="csv-delimiter must be one character"):
        RunOptions().with_overrides(csv_delimiter=delimiter)
