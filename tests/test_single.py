"""One document of a file of many, by its number or its id, in every format; and of a finished run."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner.batch.formats import Settings
from cleaner.batch.options import Options
from cleaner.batch.runner import run
from cleaner.batch.single import cleaned, explained, is_output, read_one, rows_of
from cleaner.cli.view import view_of, view_of_rows
from cleaner.config import Config
from cleaner.errors import InputError, LedgerError

CONFIG = Config()
SETTINGS = Settings(CONFIG)
PAGES = [f"<nav>Home</nav><p>Snow is expected in the south of the country on {day}.</p>" for day in ("Monday", "Friday")]


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


def test_what_a_run_passes_over_is_no_document(folder):
    Path("i.warc.gz").write_bytes(capture(b"abc", b"image/png"))
    with pytest.raises(InputError, match="i.warc.gz: the record is passed over: it is image/png"):
        read_one("i.warc.gz", SETTINGS, record=1)


@pytest.mark.parametrize("options", [Options(), Options(output_format="parquet"), Options(layout="dolma"), Options(layout="fineweb")])
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
