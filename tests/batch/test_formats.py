"""What readers make of files: whole and damaged ones, honest and hostile ones."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from format_files import CLEAN, FILES, HTML, ROWS, SAMPLES, TEXT, archive, cleaned, lines, rows
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Config
from cleaner.errors import ConfigError, InputError
from cleaner.inputs.columns import json_ready
from cleaner.inputs.formats import NAMES, Settings, format_of
from cleaner.inputs.strict_json import MAX_KEY, json_row
from cleaner.run.audit import restore_run
from cleaner.run.chunks import Inputs
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

pytestmark = pytest.mark.usefixtures("folder")


# Every format gives the same documents


@pytest.mark.parametrize("format", NAMES)
def test_a_sample_of_every_format_verifies_restores_and_resumes(format):
    """What each format must do; a new one adds its sample to ``format_files.SAMPLES``."""
    name, data, count = SAMPLES[format]
    assert format_of(name) == format
    documents, failed = cleaned(name, data)
    assert (len(documents), failed) == (count, [])
    assert all(CLEAN in row["text"] or row["text"] == CLEAN for row in documents)
    assert len({row["id"] for row in documents}) == count
    assert restore_run(Path("out"), Path("back"))[1:] == (0, ())

    def found(start=None):
        inputs = Inputs([name], Settings())
        return [(item.source, item.record, mark) for item, mark in inputs._with_cursors(*([start] if start else []))]

    whole = found(Inputs([name], Settings()).cursor)
    assert len(whole) == count
    for done in range(1, count):
        assert found(whole[done - 1][2]) == whole[done:]


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
        return [(item, mark) for item, mark in inputs._with_cursors(*([start] if start else []))]

    whole = found(Inputs([name], Settings()).cursor)
    rest = found(whole[done - 1][1])
    assert [item.record for item, _ in rest] == [item.record for item, _ in whole[done:]]
    assert [item.payload for item, _ in rest] == [item.payload for item, _ in whole[done:]]
    assert [mark for _, mark in rest] == [mark for _, mark in whole[done:]]


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
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(block), block)
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
    b'["text"]': ("is a list, not an object", "one object per line"),
    b"7": ("is a number, not an object", "one object per line"),
    b'{"text": "x", "n": NaN}': ("contains NaN, which is not valid JSON", "write null"),
    b'{"text": "x", "n": -Infinity}': ("contains -Infinity", "write null"),
    b'{"text": "x", "text": "y"}': ("has the key 'text' twice", "write each key once"),
    b'{"text": "x", "a": {"b": 1, "b": 2}}': ("has the key 'b' twice", "write each key once"),
    b'{"text": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}": ("is nested too deeply", "flatten it"),
    b'{"text": "x", "a": ' + b"[" * 300 + b"]" * 300 + b"}": ("is nested over 200 levels deep", "flatten it"),
    b'{"text": "x", "' + b"k" * 10_000_000 + b'": 1}': ("has a key of 10,000,000 characters", "1,000"),
    b"null": ("is null, not an object", "one object per line"),
    b"true": ("is true or false, not an object", "one object per line"),
    b'"x"': ("is text, not an object", "one object per line"),
    b'{"text": {}}': ("column 'text' is an object, not text", "fill it"),
    b'{"text": false}': ("column 'text' is true or false, not text", "fill it"),
    b'{"text": "x", "n": ' + b"9" * 5000 + b"}": ("contains a number of more than 4,300 digits", "as a string"),
    b'{"text": "x", "n": 1e300, "m": ' + b"9" * 5000 + b"}": ("contains a number of more than 4,300 digits", "string"),
    b"\xff\xfe{}": ("is not valid JSON: byte 0 is not UTF-8", "fix"),
    b'{"text": "caf\xe9"}': ("is not valid JSON: byte 13 is not UTF-8", "fix"),
    b"\0" * 20: ("is not valid JSON: it contains only NUL bytes", "remove the line"),
    b'{"text": "\\ud800\\u0000\\u0001\\u0002\\u0003\\u0004 x"}': ("looks like binary data, not text", "exclude it"),
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
