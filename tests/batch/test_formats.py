"""What readers make of files: whole and damaged ones, honest and hostile ones."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Config
from cleaner.errors import ConfigError, InputError
from cleaner.inputs import streams
from cleaner.inputs.columns import json_ready
from cleaner.inputs.formats import Settings
from cleaner.inputs.strict_json import MAX_KEY, json_row
from cleaner.run.audit import restore_run, verify_run
from cleaner.run.chunks import Cursor, Inputs
from cleaner.run.options import RunOptions
from cleaner.run.runner import dry_run, run

TEXT = "Skip to main content\nRain is expected in the north.\nIt will be dry in the south.\n"
CLEAN = "Rain is expected in the north.\nIt will be dry in the south.\n"
HTML = "<html><body><nav><a href='/'>Home</a></nav><p>Rain is expected in the north until Friday.</p></body></html>"
ROWS = [{"id": f"r{n}", "text": TEXT, "url": f"https://www.a{n % 2}.org/{n}", "likes": n} for n in range(5)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def rows(path):
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


def cleaned(name, data, *, config=None, **options):
    """The documents and the failures of one file; every run verifies and adds up."""
    Path(name).write_bytes(data)
    report = run([name], Path("out"), config or Config(), RunOptions().with_overrides(**options), overwrite=True)
    assert verify_run(Path("out")) == (report.out, ())
    documents, failed = rows("out/documents.jsonl"), rows("out/failed.jsonl")
    assert (len(documents), len(failed)) == (report.out, report.failed)
    return documents, failed


def archive(records, kind="response"):
    """A WARC of (address, content type, body) with one gzip member a record."""
    data = b""
    for n, (url, content_type, body) in enumerate(records):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        block, of = (head + body, "application/http; msgtype=response") if kind == "response" else (body, content_type)
        data += gzip.compress(
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0-{n}>\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: {of}\r\nContent-Length: {len(block)}\r\n\r\n".encode()
            + block + b"\r\n\r\n"
        )  # fmt: skip
    return data


def parquet(table, **options):
    import pyarrow as pa
    from pyarrow import parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.table(table), sink, row_group_size=2, **options)
    return sink.getvalue()


def table_of(found):
    return {name: [row[name] for row in found] for name in found[0]}


def csv_of(found, dialect="excel"):
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(found[0]), dialect=dialect)
    writer.writeheader()
    writer.writerows(found)
    return sink.getvalue().encode()


# Every format gives the same documents

FILES = {
    "a.jsonl": lines(ROWS),
    "a.ndjson": b"\xef\xbb\xbf" + lines(ROWS).replace(b"\n", b"\r\n\r\n"),
    "a.jsonl.gz": gzip.compress(lines(ROWS)),
    "b.jsonl.gz": gzip.compress(lines(ROWS[:2])) + gzip.compress(lines(ROWS[2:])),
    "a.jsonl.zst": zstandard.compress(lines(ROWS)),
    "b.jsonl.zst": zstandard.compress(lines(ROWS[:2])) + zstandard.compress(lines(ROWS[2:])),
    "a.json": json.dumps(ROWS, indent=1).encode(),
    "b.json": b"\xef\xbb\xbf" + lines(ROWS),
    "a.json.gz": gzip.compress(json.dumps(ROWS).encode()),
    "a.json.zst": zstandard.compress(json.dumps(ROWS).encode()),
    "a.parquet": parquet(table_of(ROWS)),
    "a.csv": csv_of(ROWS),
    "a.csv.gz": gzip.compress(csv_of(ROWS)),
    "a.tsv": csv_of(ROWS, "excel-tab"),
}


@pytest.mark.parametrize("name", FILES)
def test_rows_of_any_format_are_documents(name):
    documents, failed = cleaned(name, FILES[name])
    assert failed == []
    assert [(row["id"], row["url"], row["text"].replace("\r\n", "\n")) for row in documents] == [
        (row["id"], row["url"], CLEAN) for row in ROWS
    ]
    assert [str(row["extra"]["likes"]) for row in documents] == ["0", "1", "2", "3", "4"]
    assert {row["source"] for row in documents} == {name}
    assert len({row["record"] for row in documents}) == 5
    assert {(row["encoding"], row["encoding_reason"]) for row in documents} == {("utf-8", "column")}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("done", [1, 2, 3, 4])
def test_a_reader_goes_on_behind_any_record(name, done):
    Path(name).write_bytes(FILES[name])

    def found(start=None):
        inputs = Inputs([name], Settings())
        return [(item, cursor) for item, cursor in inputs._with_cursors(*([start] if start else []))]

    whole = found(Inputs([name], Settings()).cursor)
    rest = found(whole[done - 1][1])
    assert [item.record for item, _ in rest] == [item.record for item, _ in whole[done:]]
    assert [item.payload for item, _ in rest] == [item.payload for item, _ in whole[done:]]
    assert [cursor for _, cursor in rest] == [cursor for _, cursor in whole[done:]]


def test_an_archive_gives_its_pages_and_texts():
    records = [
        ("http://a.org/1", "text/html; charset=iso-8859-1", HTML.replace("north", "n\u00f6rth").encode("latin-1")),
        ("http://a.org/2", "image/png", b"\x89PNG"),
        ("http://a.org/3", "text/plain", TEXT.encode()),
    ]
    documents, failed = cleaned("a.warc.gz", archive(records))
    assert failed == []
    assert [(row["url"], row["input_kind"], row["record"]) for row in documents] == [
        ("http://a.org/1", "html", 1), ("http://a.org/3", "text", 3)
    ]  # fmt: skip
    assert "n\u00f6rth" in documents[0]["text"]
    assert documents[0]["id"] == "<urn:uuid:0-0>"
    assert documents[0]["extra"] == {
        "warc_date": "2026-01-02T03:04:05Z",
        "content_type": "text/html",
        "http_status": 200,
    }
    assert json.loads(Path("out/report.json").read_text())["passed_over"] == [
        {"content_type": "image/png", "records": 1}
    ]


def response(head, body):
    block = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body
    return gzip.compress(
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(block), block)
    )


def test_no_record_of_an_archive_is_lost_to_what_servers_did_to_others():
    packed = gzip.compress(HTML.encode())
    heads = b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    data = b"".join(
        (
            response(heads, chunks), response(heads, chunks), response(heads, HTML.encode()), response(heads, chunks[:50]),
            response(b"Server: x\r\n", HTML.encode()), response(b"Content-Type: text/html,text/html\r\n", HTML.encode()),
            response(b"Server: x\r\n", b"\x89PNG\r\n\x1a\n\0\0"), response(b"Content-Type: text/html\r\n", HTML.encode()),
        )
    )  # fmt: skip
    documents, failed = cleaned("a.warc.gz", data)
    assert [row["record"] for row in documents] == [1, 2, 3, 5, 6, 8]
    assert {row["text"] for row in documents} == {"Rain is expected in the north until Friday.\n"}
    assert [(row["record"], row["error"]) for row in failed] == [(4, "its body is truncated")]


def test_an_archive_of_texts_and_one_that_is_not_packed():
    records = [("http://a.org/1", "text/plain", TEXT.encode())] * 3
    documents, _ = cleaned("a.warc.wet.gz", archive(records, "conversion"))
    assert [row["text"] for row in documents] == [CLEAN] * 3
    documents, _ = cleaned("a.warc", b"".join(gzip.decompress(archive([record])) for record in records))
    assert [row["text"] for row in documents] == [CLEAN] * 3


DAMAGES = {
    "intact": lambda member: member,
    "its middle": lambda member: member[:60] + b"\0\0\0\0" + member[64:],
    "its first byte": lambda member: b"\0" + member[1:],
    "its check sum": lambda member: member[:-8] + b"\0\0\0\0" + member[-4:],
    "half of it gone": lambda member: member[: len(member) // 2],
    "garbage before it": lambda member: b"garbage" * 9 + member,
    "nothing left of it": lambda member: bytes(len(member)),
}


def damaged_archive(damage, *, packed):
    """Records 0 to 5, requests between them, the third one damaged."""
    members = list[bytes]()
    for n in range(6):
        members.append(archive([(f"http://a.org/{n}", "text/plain", f"{TEXT}{n}\n".encode())]))
        members.append(archive([("http://a.org/", "text/plain", b"")], "request"))
    if not packed:
        members = [gzip.decompress(member) for member in members]
    members[4] = damage(members[4])
    return b"".join(members)


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_an_archive_is_read_on_behind_any_record_and_behind_damage(name, damage):
    Path(name).write_bytes(damaged_archive(DAMAGES[damage], packed=name.endswith("gz")))
    whole = list(Inputs([name], Settings())._with_cursors(Inputs([name], Settings()).cursor))
    for done in range(1, len(whole)):
        rest = list(Inputs([name], Settings())._with_cursors(whole[done - 1][1]))
        assert rest == whole[done:]
    bodies = [item.payload.body[-2:] for item, _ in whole if item.reader == "warc"]
    others = [b"0\n", b"1\n", b"3\n", b"4\n", b"5\n"]
    assert [body for body in bodies if body in others] == others
    assert len(whole) == 6 + (damage == "garbage before it") or name == "a.warc"
    assert [item.record for item, _ in whole] == list(range(1, len(whole) + 1))


def test_stdin_in_a_named_format(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(ROWS))))
    report = run(["-"], Path("out"), Config(), RunOptions(input_format="jsonl"))
    assert report.out == 5
    assert [row["record"] for row in rows("out/documents.jsonl")] == [1, 2, 3, 4, 5]


def piped(data, name):
    """A run over a pipe that can't seek, in a process of its own."""
    call = [sys.executable, "-m", "cleaner", "run", "-", "--input-format", name, "-o", "out", "-q", "--overwrite"]
    done = subprocess.run(call, check=False, input=data, capture_output=True, timeout=60)
    return done.returncode, rows("out/documents.jsonl"), done.stderr.decode()


def test_an_archive_from_a_pipe():
    code, documents, said = piped(damaged_archive(lambda member: member, packed=True), "warc")
    assert (code, len(documents), said) == (0, 6, "")
    code, documents, said = piped(damaged_archive(DAMAGES["its middle"], packed=True), "warc")
    assert (code, len(documents)) == (1, 2)
    assert "get the file again" in said


def test_rows_from_a_pipe_are_told_from_a_text():
    for data, count in ((lines(ROWS), 5), (b"\xef\xbb\xbf" + lines(ROWS), 5), (TEXT.encode(), 1), (b"{\n'a': 1}\n", 1)):
        code, documents, _ = piped(data, "auto")
        assert (code, len(documents)) == (0, count)


def test_parquet_from_a_pipe_is_refused_in_words():
    code, documents, said = piped(FILES["a.parquet"], "parquet")
    assert (code, documents) == (1, [])
    assert "save it as a file" in said


def test_a_sidecar_goes_with_its_page():
    Path("p").mkdir()
    Path("p/a.html").write_text(HTML)
    Path("p/a.json").write_text(json.dumps({"url": "https://a.org/x", "crawl": {"depth": 2}}))
    Path("p/lone.json").write_text("A note.\n")
    Path("p/b.html").write_text(HTML)
    Path("p/b.json").write_text("{")
    run(["p"], Path("out"), Config())
    documents = rows("out/documents.jsonl")
    assert [(row["id"], row["url"], row["extra"]) for row in documents] == [
        ("a.html", "https://a.org/x", {"crawl": {"depth": 2}})
    ]
    failed, lone = rows("out/failed.jsonl")
    assert (lone["id"], lone["error"]) == ("lone.json", "is not a JSON array of objects")
    assert (failed["id"], failed["cure"]) == ("b.html", "fix or remove the line")
    assert failed["error"].startswith("its sidecar b.json is not valid JSON")


def test_globs():
    for name in ("x/a.txt", "x/y/b.txt", "x/y/c.md", "x/.hidden/d.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(TEXT)
    run(["x/**/*.txt"], Path("out"), Config())
    assert [row["id"] for row in rows("out/documents.jsonl")] == ["a.txt", "y/b.txt"]
    with pytest.raises(ConfigError, match=r"x/\*.pdf: there is no such file"):
        run(["x/*.pdf"], Path("out2"), Config())


# Columns


@pytest.mark.parametrize(
    ("row", "options", "kind"),
    [
        ({"html": HTML, "text": TEXT}, {}, "html"),
        ({"raw_html": HTML}, {}, "html"),
        ({"html": None, "text": TEXT}, {}, "text"),
        ({"html": "", "content": TEXT}, {}, "text"),
        ({"html": HTML, "text": TEXT}, {"text_column": "text"}, "text"),
        ({"body": TEXT, "text": "other"}, {"text_column": "body"}, "text"),
        ({"page": HTML, "text": TEXT}, {"html_column": "page"}, "html"),
        ({"page": None, "body": TEXT, "text": "other"}, {"html_column": "page", "text_column": "body"}, "text"),
        ({"text": HTML}, {}, "html"),
    ],
)
def test_which_column_is_cleaned(row, options, kind):
    documents, _ = cleaned("a.jsonl", lines([row]), **options)
    assert documents[0]["input_kind"] == kind
    assert documents[0]["text"] == (CLEAN if kind == "text" else "Rain is expected in the north until Friday.\n")


def test_id_and_address_by_option_and_without():
    documents, _ = cleaned(
        "a.jsonl", lines([{"text": TEXT, "key": 7, "link": "https://b.org/x"}, {"text": TEXT}]),
        id_column="key", url_column="link",
    )  # fmt: skip
    assert [(row["id"], row["url"], row["extra"]) for row in documents] == [
        ("7", "https://b.org/x", {}), ("a.jsonl:2", "", {})
    ]  # fmt: skip


BAD = {
    b'{"txet": "x"}': ("has no column 'html' or 'raw_html' or 'text' or 'content'", "--text-column"),
    b'{"text": null}': ("column 'text' is null", "fill it"),
    b'{"text": 7}': ("column 'text' is a number, not text", "fill it"),
    b'{"text": ["a"]}': ("column 'text' is a list, not text", "fill it"),
    b'{"text": "x"': ("is not valid JSON: Expecting ',' delimiter", "fix or remove the line"),
    b'["text"]': ("is a list, not an object", "one object a line"),
    b"7": ("is a number, not an object", "one object a line"),
    b'{"text": "x", "n": NaN}': ("holds NaN, which is not valid JSON", "write null"),
    b'{"text": "x", "n": -Infinity}': ("holds -Infinity", "write null"),
    b'{"text": "x", "text": "y"}': ("has the key 'text' twice", "write each key once"),
    b'{"text": "x", "a": {"b": 1, "b": 2}}': ("has the key 'b' twice", "write each key once"),
    b'{"text": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}": ("is nested too deeply", "flatten it"),
    b'{"text": "x", "a": ' + b"[" * 300 + b"]" * 300 + b"}": ("is nested over 200 levels deep", "flatten it"),
    b'{"text": "x", "' + b"k" * 10_000_000 + b'": 1}': ("has a key of 10,000,000 characters", "1,000"),
    b"null": ("is null, not an object", "one object a line"),
    b"true": ("is true or false, not an object", "one object a line"),
    b'"x"': ("is text, not an object", "one object a line"),
    b'{"text": {}}': ("column 'text' is an object, not text", "fill it"),
    b'{"text": false}': ("column 'text' is true or false, not text", "fill it"),
    b'{"text": "x", "n": ' + b"9" * 5000 + b"}": ("holds a number of more than 4,300 digits", "as a string"),
    b'{"text": "x", "n": 1e300, "m": ' + b"9" * 5000 + b"}": ("holds a number of more than 4,300 digits", "string"),
    b"\xff\xfe{}": ("is not valid JSON: byte 0 is not UTF-8", "fix"),
    b'{"text": "caf\xe9"}': ("is not valid JSON: byte 13 is not UTF-8", "fix"),
    b"\0" * 20: ("is not valid JSON: there is nothing but NUL bytes", "remove the line"),
    b'{"text": "\\ud800\\u0000\\u0001\\u0002\\u0003\\u0004 x"}': ("looks like binary data, not text", "leave it out"),
    b'{"text": "x' + b"x" * 20_000_000 + b'"}': ("too large: a line of over 15,000,000 bytes", "--max-bytes"),
}


@pytest.mark.parametrize("line", BAD, ids=[f"{error}-{len(line)}" for line, (error, _) in BAD.items()])
def test_a_bad_line_fails_and_the_others_go_on(line):
    data = lines(ROWS[:1]) + line + b"\n" + lines(ROWS[1:2])
    documents, failed = cleaned("a.jsonl", data, config=Config(max_bytes=15_000_000))
    assert [row["id"] for row in documents] == ["r0", "r1"]
    error, cure = BAD[line]
    assert error in failed[0]["error"]
    assert cure in failed[0]["cure"]
    assert (failed[0]["source"], failed[0]["record"]) == ("a.jsonl", 2)
    if "binary" not in error:  # then it is the hash of the text
        assert failed[0]["sha256"] in {hashlib.sha256(line + end).hexdigest() for end in (b"", b"\n")}


def test_a_lone_surrogate_and_big_numbers_come_through():
    big = 123456789012345678901234567890
    documents, failed = cleaned("a.jsonl", b'{"text": "Rain \\ud800 in the north.", "n": %d, "id": "\\udc00"}\n' % big)
    assert failed == []
    assert documents[0]["text"] == "Rain \ufffd\ufffd\ufffd in the north."
    assert (documents[0]["extra"], documents[0]["id"]) == ({"n": big}, "\\udc00")
    restore_run(Path("out"), Path("back"))
    assert Path("back/a.jsonl/00000001").read_bytes() == "Rain \ud800 in the north.".encode("utf-8", "surrogatepass")


@given(st.dictionaries(st.text(max_size=5), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8,
)))  # fmt: skip
def test_a_line_gives_the_row_it_was_made_of(row):
    assert json_row(json.dumps(row).encode()) == row


KEYS, VALUES = ["a", "b", 'd"', "e\\", 'f\\"'], ['"x":', 1, "y", '\\":', {"g": '\\\\":'}, {"g\\": "\\"}]


@given(
    st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), max_size=5),
    st.sampled_from(["", " ", "  \t"]),
)
def test_keys_that_come_twice_are_seen(pairs, blank):
    line = "{" + ",".join(f"{json.dumps(key)}{blank}:{json.dumps(value)}" for key, value in pairs) + "}"
    names = [key for key, _ in pairs]
    if len(set(names)) == len(names):
        assert json_row(line.encode()) == dict(pairs)
    else:
        with pytest.raises(InputError, match="twice"):
            json_row(line.encode())


def test_keys_of_any_length_up_to_the_limit():
    assert json_row(json.dumps({"k" * MAX_KEY: 1}).encode()) == {"k" * MAX_KEY: 1}


def test_what_json_does_not_know_is_made_known():
    import datetime as dt
    import decimal

    value = {
        "b": b"\0",
        "d": decimal.Decimal("1.5"),
        "t": dt.date(2026, 1, 2),
        "n": float("nan"),
        1: (2, "\ud800"),
    }
    assert json_ready(value) == {"b": "AA==", "d": "1.5", "t": "2026-01-02", "n": None, "1": [2, "\\ud800"]}


# CSV


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
        ("a.csv", "id,text\n1,a\n".encode("utf-16-le"), "holds NUL bytes", "iconv -f UTF-16LE -t UTF-8"),
        ("a.jsonl", '{"text": "a"}\n'.encode("utf-16") * 5, "is UTF-16", "iconv -f UTF-16 -t UTF-8"),
        ("a.jsonl", '{"text": "a"}\n'.encode("utf-32"), "is UTF-32", "iconv -f UTF-32 -t UTF-8"),
        ("a.jsonl", '{"text": "a"}\n'.encode("utf-16-le"), "is UTF-16LE", "iconv -f UTF-16LE -t UTF-8"),
        ("a.jsonl", gzip.compress(b'{"text": "a"}\n', mtime=0), "is gzip data, not lines", "name its format"),
        ("a.jsonl", zstandard.compress(b'{"text": "a"}\n'), "is zstd data, not lines", "unpack it"),
    ],
)
def test_a_file_that_is_something_else_is_one_error_with_its_cure(name, data, error, cure):
    documents, failed = cleaned(name, data, config=Config(max_bytes=1_000))
    assert (documents, len(failed)) == ([], 1)
    assert failed[0]["error"].startswith(error)
    assert cure in failed[0]["cure"]


@pytest.mark.parametrize(
    ("name", "data", "delimiter"),
    [("a.csv", b"id;text\n1;a, b\n", ";"), ("a.csv", b"id\ttext\n1\ta, b\n", r"\t"), ("a.tsv", b'id,text\n1,"a, b"', ",")],
)
def test_a_delimiter_that_was_named(name, data, delimiter):
    documents, failed = cleaned(name, data, csv_delimiter=delimiter)
    assert ([(row["id"], row["text"].strip()) for row in documents], failed) == ([("1", "a, b")], [])


def test_a_named_delimiter_goes_before_the_look_of_the_header():
    assert cleaned("a.csv", b"text;more\na\n", csv_delimiter=",", text_column="text;more")[1] == []


@pytest.mark.parametrize("delimiter", [";;", '"', "\n", " "])
def test_what_can_be_no_delimiter(delimiter):
    with pytest.raises(ConfigError, match="csv-delimiter is one character"):
        RunOptions().with_overrides(csv_delimiter=delimiter)


# Damage and hostility


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.csv.gz", "a.parquet"])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_file_that_breaks_off_is_told_and_what_was_there_is_read(name, kept):
    many = [{**ROWS[0], "text": f"{TEXT}{hashlib.sha256(b'%d' % n).hexdigest()}"} for n in range(400)]
    whole = {".gz": gzip.compress, ".zst": zstandard.compress}.get(Path(name).suffix, lambda data: data)(
        parquet(table_of(many)) if "parquet" in name else csv_of(many) if "csv" in name else lines(many)
    )
    documents, failed = cleaned(name, whole[: int(len(whole) * kept)])
    assert len(documents) < 400
    assert failed
    assert failed[-1]["source"] == name
    assert "file again" in failed[-1]["cure"] or "write it again" in failed[-1]["cure"] or "fix" in failed[-1]["cure"]


PACKS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def read_lines(name, data, limit=1_000_000):
    """The lines of a file up to its damage, and what is said of that."""
    Path(name).write_bytes(data)
    found = list[streams.Line]()
    with streams.Stream(Path(name)) as stream:
        try:
            found.extend(stream.lines(limit))
        except InputError as error:
            return found, str(error)
    return found, ""


@given(
    st.lists(st.binary(max_size=9).map(lambda data: data * 40), max_size=5).map(b"\n".join),
    st.integers(1, 400),
    st.integers(1, 4),
)
def test_lines_are_the_same_packed_or_not(data, limit, members):
    cut = len(data) // members + 1
    parts = [data[at : at + cut] for at in range(0, len(data), cut)]
    plain, *packed = [read_lines(f"a{end}", b"".join(map(pack, parts)), limit) for end, pack in PACKS.items()]
    assert packed == [plain, plain]
    assert [line.data or line.sha256 for line in plain[0]] == [
        line if len(line) <= limit else hashlib.sha256(line).hexdigest() for line in io.BytesIO(data)
    ]


@pytest.mark.parametrize("frames", [1, 10])
@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_what_stands_before_damage_is_read(ending, frames):
    texts = [b'{"text": "Document number %d of a long file."}\n' % n for n in range(10_000)]
    parts = [b"".join(texts[at : at + 10_000 // frames]) for at in range(0, 10_000, 10_000 // frames)]
    found, said = read_lines(f"a{ending}", b"".join(map(PACKS[ending], parts)) + b"garbage")
    assert [line.data for line in found] == texts
    assert "is damaged" in said


@given(st.integers(0, 2**32), st.binary(min_size=1, max_size=3))
def test_zstd_gives_all_that_the_library_gives(at, damage):
    frames = [b"".join(b"%d %s\n" % (n, hashlib.sha256(b"%d" % n).hexdigest().encode()) for n in range(start, start + 3000))
              for start in (0, 3000)]  # fmt: skip
    data = bytearray(b"".join(map(zstandard.compress, frames)))
    at %= len(data)
    data[at : at + len(damage)] = damage
    frame, given = zstandard.ZstdDecompressor().decompressobj(), b""
    second = len(zstandard.compress(frames[0]))
    try:
        for byte in range(len(data)):
            if frame.eof:
                assert byte == second or at < second
                frame = zstandard.ZstdDecompressor().decompressobj()
            given += frame.decompress(data[byte : byte + 1])
    except zstandard.ZstdError:
        given = given[: given.rfind(b"\n") + 1]
    found, said = read_lines("a.zst", data)
    assert b"".join(line.data for line in found) == (given if frame.eof else given[: given.rfind(b"\n") + 1])
    assert bool(said) == (not frame.eof)


@pytest.mark.parametrize("name", [name for name in FILES if "jsonl" not in name or "gz" in name or "zst" in name])
def test_garbage_with_the_name_of_a_format(name):
    data = bytes(range(256)) * 50
    documents, failed = cleaned(name, data)
    assert documents == []
    assert failed


def test_an_archive_with_a_damaged_record():
    data = archive([(f"http://a.org/{n}", "text/plain", TEXT.encode()) for n in range(3)])
    at = len(data) // 2
    documents, failed = cleaned("a.warc.gz", data[:at] + b"\0\0\0\0" + data[at + 4 :])
    assert [(row["record"], row["text"]) for row in documents] == [(1, CLEAN), (3, CLEAN)]
    assert failed[0]["error"].startswith("is damaged")
    assert failed[0]["error"].endswith(f"up to byte {len(data) // 3 * 2:,}")
    for lost in range(10, 120, 20):
        documents, failed = cleaned("b.warc.gz", data[:-lost])
        assert all(row["text"] == CLEAN for row in documents)
        assert len(documents) == 3 or failed


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor(level=19).compress])
def test_a_bomb_is_not_unpacked(pack, monkeypatch):
    monkeypatch.setattr(streams, "_FREE", 4_000_000)
    name = "a.jsonl.gz" if pack is gzip.compress else "a.jsonl.zst"
    documents, failed = cleaned(name, pack(lines(ROWS[:1]) + b" " * 60_000_000), config=Config(max_bytes=1_000_000))
    assert len(documents) == 1
    assert failed[0]["error"] == "expands to over 500 times its size (decompression bomb?)"


def test_a_bomb_of_blank_lines_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(streams, "_FREE", 200_000)
    documents, failed = cleaned("a.jsonl.gz", gzip.compress(lines(ROWS[:1]) + b"\n" * 1_500_000))
    assert (len(documents), failed[0]["error"]) == (1, "expands to over 500 times its size (decompression bomb?)")


def test_a_bomb_of_parquet_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("cleaner.inputs.formats.parquet._FREE", 1_000_000)
    documents, failed = cleaned("a.parquet", parquet({"text": ["x" * 9_000_000]}, compression="zstd"))
    assert (documents, failed[0]["error"]) == ([], "expands to over 500 times its size (decompression bomb?)")


def broken_strings():
    import pyarrow as pa

    offsets = b"".join(at.to_bytes(4, "little") for at in (0, 3, 6, 9))
    return pa.Array.from_buffers(pa.string(), 3, [None, pa.py_buffer(offsets), pa.py_buffer(b"abc\xe9t\xe9def")])


def test_cells_of_parquet_that_python_has_no_value_for():
    import pyarrow as pa

    texts = [TEXT] * 3
    documents, failed = cleaned("a.parquet", parquet({"text": texts, "x": broken_strings()}))
    assert ([row["extra"]["x"] for row in documents], failed) == (["abc", "6XTp", "def"], [])
    documents, failed = cleaned("b.parquet", parquet({"text": broken_strings()}))
    assert ([row["text"] for row in documents], failed) == (["abc", "\xe9t\xe9", "def"], [])
    times = pa.array([2**62, 0, 1], pa.timestamp("us"))
    documents, failed = cleaned("c.parquet", parquet({"text": texts, "x": times}))
    assert (len(documents), failed) == (3, [])
    nested = pa.ListArray.from_arrays([0, 1, 2, 3], broken_strings())
    zone = pa.array([0, 1, None], pa.timestamp("us", "Mars/Olympus"))
    documents, failed = cleaned("d.parquet", parquet({"text": texts, "x": nested, "zone": zone}))
    assert ([row["extra"]["x"] for row in documents], failed) == ([["abc"], None, ["def"]], [])
    assert {row["extra"]["zone"] for row in documents} == {None}
    documents, failed = cleaned("e.parquet", parquet({"text": texts, "html": nested}))
    assert (failed[1]["record"], failed[1]["error"][:25]) == (2, "column 'html' can't be re")
    documents, failed = cleaned("e.parquet", parquet({"text": texts, "html": nested}), text_column="text")
    assert ([row["record"] for row in documents], failed) == ([1, 2, 3], [])


def test_columns_of_parquet_with_one_name():
    import pyarrow as pa

    documents, failed = cleaned("a.parquet", parquet(pa.table([pa.array(["a"]), pa.array(["b"])], ["text", "text"])))
    assert (documents, failed[0]["error"]) == ([], "has 2 columns called 'text'")


def test_a_reader_that_fails_unforeseen_ends_its_file_and_not_the_run(monkeypatch):
    def items(*_):
        raise ZeroDivisionError("of a library")
        yield

    monkeypatch.setattr("cleaner.inputs.formats.csv.items", items)
    Path("a.csv").write_bytes(FILES["a.csv"])
    Path("b.jsonl").write_bytes(FILES["a.jsonl"])
    assert run(["a.csv", "b.jsonl"], Path("out"), Config()).out == 5
    assert rows("out/failed.jsonl")[0]["error"] == "can't be read further: ZeroDivisionError: of a library"


def test_a_record_of_an_archive_that_is_too_large():
    records = [("http://a.org/1", "text/plain", b"x" * 5000), ("http://a.org/2", "text/plain", TEXT.encode())]
    documents, failed = cleaned("a.warc.gz", archive(records), config=Config(max_bytes=1000))
    assert [row["text"] for row in documents] == [CLEAN]
    assert (failed[0]["error"], failed[0]["record"]) == ("too large: over 1,000 bytes", 1)
    assert failed[0]["sha256"] == hashlib.sha256(b"x" * 5000).hexdigest()


@pytest.mark.parametrize("id", ["../../x", "/etc/x", "a\0b", "C:\\x", "x" * 5000, "con"])
def test_ids_are_no_paths(id, folder):
    run_folder = folder / "deep" / "er"
    run_folder.mkdir(parents=True)
    os.chdir(run_folder)
    documents, _ = cleaned("a.jsonl", lines([{"id": id, "text": TEXT}]))
    assert documents[0]["id"] == id
    restore_run(Path("out"), Path("back"))
    assert Path("back/a.jsonl/00000001").read_text() == TEXT
    assert sorted(os.listdir()) == ["a.jsonl", "back", "out"]
    assert os.listdir(folder) == ["deep"]


def test_no_folder_is_too_twisted(folder):
    outside = folder / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "sub" / "a.txt").write_text(TEXT)
    (outside / "sub" / "up").symlink_to(outside)
    (outside / "sub" / "self").symlink_to(outside / "sub")
    Path("in").mkdir()
    Path("in/link").symlink_to(outside)
    Path("in/loop").symlink_to("loop")
    report = dry_run(["in"], Config())
    assert (report.out, report.failed, len(report.warnings)) == (1, 1, 2)


def test_a_library_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    Path("a.jsonl.zst").write_bytes(FILES["a.jsonl.zst"])
    with pytest.raises(ConfigError, match=r"pip install zstandard \(or pip install 'boilerplate-cleaner\[zstd\]'\)"):
        run(["a.jsonl.zst"], Path("out"), Config())
    with pytest.raises(ConfigError, match="files that end in .zst need the library zstandard"):
        run(["a.jsonl.zst"], Path("out"), Config(), RunOptions(output_format="jsonl.zst"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"pip install pyarrow \(or pip install 'boilerplate-cleaner\[parquet\]'\)"):
        run(["a.jsonl.zst"], Path("out"), Config(), RunOptions(output_format="parquet"))
    assert not Path("out").exists()


def test_all_inputs_that_need_a_missing_library_are_counted_before_the_first_document(monkeypatch):
    for name in ("zstandard", "pyarrow", "fastwarc"):
        monkeypatch.setitem(sys.modules, name, None)
    Path("in").mkdir()
    for n in range(5):
        Path(f"in/{n}.parquet").write_bytes(FILES["a.parquet"])
    Path("in/a.jsonl.zst").write_bytes(FILES["a.jsonl.zst"])
    Path("in/a.warc").write_bytes(b"")
    Path("in/z.txt").write_text(TEXT)
    for call in (lambda: run(["in"], Path("out"), Config()), lambda: dry_run(["in"], Config())):
        with pytest.raises(ConfigError) as error:
            call()
        message = str(error.value)
        assert "5 inputs need it: in/0.parquet, in/1.parquet, in/2.parquet and 2 more; pip install pyarrow" in message
        assert "1 input needs it: in/a.jsonl.zst; pip install zstandard" in message
        assert "1 input needs it: in/a.warc; pip install fastwarc" in message
        assert "--skip-unreadable" in message
    assert not Path("out").exists()


def test_inputs_that_need_a_missing_library_can_be_skipped_and_are_read_when_it_is_there(monkeypatch):
    Path("in").mkdir()
    Path("in/a.parquet").write_bytes(FILES["a.parquet"])
    Path("in/z.txt").write_text(TEXT)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pyarrow", None)
        report = run(["in"], Path("out"), Config(), skip_unreadable=True)
        assert run(["in"], Path("out"), Config(), skip_unreadable=True).is_old
    assert (report.out, report.failed, report.exit_code) == (1, 1, 1)
    [failed] = rows("out/failed.jsonl")
    assert failed["source"] == "a.parquet"
    assert failed["error"] == "needs the library pyarrow, which is not installed"
    assert failed["cure"].startswith("pip install pyarrow")
    report = run(["in"], Path("out"), Config())
    assert (report.out, report.failed) == (6, 0)


@pytest.mark.parametrize("options", [[], ["--skip-unreadable"]])
def test_the_command_without_a_library(options):
    Path("in").mkdir()
    Path("in/a.parquet").write_bytes(FILES["a.parquet"])
    Path("in/z.txt").write_text(TEXT)
    code = (
        "import sys\n"
        "class Hook:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'pyarrow': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hook())\n"
        "from cleaner.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "run", "in", "-j", "2", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if options else 2), done.stderr
    assert "pip install pyarrow" in done.stderr
    assert Path("out").exists() == bool(options)
    if options:
        assert len(rows("out/failed.jsonl")) == len(rows("out/documents.jsonl")) == 1


# Samples


def test_a_sample_is_drawn_evenly_and_always_the_same():
    Path("a.jsonl").write_bytes(lines({**ROWS[0], "id": str(n)} for n in range(300)))
    drawn = [[row["id"] for row in cleaned_sample(n)] for n in (20, 20, 400)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 20
    assert drawn[0] == sorted(drawn[0], key=int)
    assert max(map(int, drawn[0])) > 150
    assert len(drawn[2]) == 300


def cleaned_sample(count):
    run(["a.jsonl"], Path("out"), Config(), RunOptions(sample=count), overwrite=True)
    return rows("out/documents.jsonl")
