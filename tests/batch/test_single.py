"""One document of a file of many, by its number or its id, in every format; and of a finished run."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner.cli.view import view_of, view_of_rows
from cleaner.config import Config
from cleaner.errors import InputError, LedgerError
from cleaner.inputs.formats import Settings
from cleaner.run.options import RunOptions
from cleaner.run.runner import run
from cleaner.run.single import cleaned, explained, is_output, read_one, rows_of

CONFIG = Config()
SETTINGS = Settings(CONFIG)
PAGES = [
    f"<nav>Home</nav><p>Snow is expected in the south of the country on {day}.</p>" for day in ("Monday", "Friday")
]


def capture(body: bytes, kind: bytes = b"text/html") -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n\r\n" + body
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Target-URI: http://a.org/\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    return gzip.compress(head + body + b"\r\n\r\n", mtime=0)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The same pages as rows and records."""
    monkeypatch.chdir(tmp_path)
    rows = [{"id": f"page {n}", "html": html} for n, html in enumerate(PAGES, 1)]
    Path("p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    Path("p.csv").write_text("id,html\n" + "".join(f"{row['id']},{row['html']}\n" for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), "p.parquet")
    Path("p.warc.gz").write_bytes(b"".join(map(capture, (html.encode() for html in PAGES))))
    return tmp_path


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv", "p.parquet", "p.warc.gz"])
def test_a_number_finds_what_the_row_of_a_run_has(folder, name):
    run([name], Path("out"), CONFIG)
    for line in Path("out/documents.jsonl").read_text().splitlines():
        row = json.loads(line)
        assert cleaned(read_one(name, SETTINGS, record=row["record"]), CONFIG.pipeline(), SETTINGS) == row
        assert row["text"].startswith("Snow is expected")


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv", "p.parquet"])
def test_an_id_finds_its_row(folder, name):
    assert "Friday" in str(read_one(name, SETTINGS, id="page 2").data)
    with pytest.raises(InputError, match=f"{name}: no record has the id 'page 3'"):
        read_one(name, SETTINGS, id="page 3")


@pytest.mark.parametrize("name", ["p.jsonl", "p.csv", "p.parquet", "p.warc.gz"])
def test_one_of_many_must_be_named(folder, name):
    with pytest.raises(InputError, match=f"{name}: contains several documents .*; select one with --record N"):
        read_one(name, SETTINGS)


def test_a_file_in_an_archive_is_named_by_its_id(folder):
    with zipfile.ZipFile("p.zip", "w") as archive:
        for n, page in enumerate(PAGES):
            archive.writestr(f"in it/{n}.html", page)
    cure = "select one with --id, such as --id 'p.zip/in it/0.html'"
    with pytest.raises(InputError, match=f"p.zip: contains several documents .*; {cure}$"):
        read_one("p.zip", SETTINGS)
    with pytest.raises(InputError, match=f"p.zip: its files have no numbers; {cure}$"):
        read_one("p.zip", SETTINGS, record=1)
    assert read_one("p.zip", SETTINGS, id="p.zip/in it/0.html").data == PAGES[0].encode()


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.zip"])
def test_a_file_of_one_document_is_read_as_a_run_reads_it(folder, name):
    row = json.dumps({"id": "x", "html": PAGES[0]}) + "\n"
    if name == "a.zip":
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr("a.html", PAGES[0])
    else:
        Path(name).write_text(row)
    run([name], Path("out"), CONFIG)
    assert cleaned(read_one(name, SETTINGS), CONFIG.pipeline(), SETTINGS) == json.loads(
        Path("out/documents.jsonl").read_bytes()
    )


def test_an_object_over_several_lines_is_refused_as_a_run_refuses_it(folder):
    Path("a.json").write_text(json.dumps({"html": PAGES[0]}, indent=1))
    run(["a.json"], Path("out"), CONFIG)
    failed = json.loads(Path("out/failed.jsonl").read_bytes())
    with pytest.raises(InputError) as error:
        read_one("a.json", SETTINGS)
    assert str(error.value) == f"a.json: {failed['error']}; {failed['cure']}"


def test_a_file_that_is_not_there_is_said_to_be_missing(folder):
    for name in ("nodir", "nodir.jsonl", "nodir.zip"):
        with pytest.raises(InputError, match=f"{name}: can't be read: No such file or directory"):
            read_one(name, SETTINGS, id="x")


@pytest.mark.parametrize("name", ["a.jsonl", "a.warc"])
def test_an_empty_file_is_said_to_be(folder, name):
    Path(name).write_bytes(b"")
    with pytest.raises(InputError, match=f"{name}: is empty"):
        read_one(name, SETTINGS)


def test_what_a_run_passes_over_is_no_document(folder):
    Path("i.warc.gz").write_bytes(capture(b"abc", b"image/png"))
    with pytest.raises(InputError, match="i.warc.gz: the record is image/png"):
        read_one("i.warc.gz", SETTINGS, record=1)


@pytest.mark.parametrize(
    "options",
    [RunOptions(), RunOptions(output_format="parquet"), RunOptions(layout="dolma"), RunOptions(layout="fineweb")],
)
def test_a_finished_run_has_the_view_of_its_documents(folder, options):
    run(["p.jsonl"], Path("out"), CONFIG, options)
    assert is_output("out")
    old = view_of_rows(*rows_of(Path("out"), "page 2"))
    new = view_of(explained(read_one("p.jsonl", SETTINGS, record=2), CONFIG.pipeline(), SETTINGS))
    assert [(f.line, f.text, f.decision and f.decision.rules) for f in old.fragments()] == [
        (f.line, f.text, f.decision and f.decision.rules) for f in new.fragments()
    ]
    assert (old.status, old.clean, old.characters_kept) == (new.status, new.clean, new.characters_kept)
    with pytest.raises(LedgerError, match="no document has the id 'page 9'; did you mean 'page"):
        rows_of(Path("out"), "page 9")
