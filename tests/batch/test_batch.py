"""Whole runs, and all that can go wrong around a document."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import gc
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cleaner.config import Config
from cleaner.errors import ConfigError, InputError, OutputError, RuleError
from cleaner.inputs import find as sources
from cleaner.inputs.find import OUTPUT_FILES, Source, find
from cleaner.inputs.formats import Settings
from cleaner.inputs.records import Failed, Skipped
from cleaner.json_lines import to_line, to_row
from cleaner.ledger import expand
from cleaner.outputs import parts
from cleaner.pipeline import Pipeline
from cleaner.run import folder as writers
from cleaner.run import runner, single
from cleaner.run.audit import restore_run, safe_path, verify_run
from cleaner.run.folder import WriteError
from cleaner.run.options import RunOptions
from cleaner.run.runner import dry_run, run

ROOT = Path(__file__).parents[2]
PAGE = b"Skip to main content\nRain is expected in the north.\nIt will be dry in the south.\n"
HTML = """<!DOCTYPE html>
<html lang="en"><head><title>Rain in the north</title><script>var x = "<p>no text</p>";</script></head>
<body><nav class="menu"><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<main><h1>Rain in the north</h1><p>Rain is expected in the north of the country until Friday – and wind from Sète.</p>
<p>It will be dry in the south, where nobody asked for it.</p></main>
<footer><p>All rights reserved.</p></footer></body></html>
"""
CLEAN = (
    "Rain in the north\n\nRain is expected in the north of the country until Friday – and wind from Sète.\n\n"
    "It will be dry in the south, where nobody asked for it.\n"
)
CONFIG = Config()


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """A folder of inputs; the working folder is the one above it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_bytes(PAGE)
    return folder


def rows(path):
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


def run_pages(config=CONFIG, **more):
    return run(["pages"], Path("out"), config, **more)


def error_of(report, n=0):
    assert report.exit_code == 1
    return rows("out/failed.jsonl")[n]["error"]


# What a run gives


def test_a_run_writes_rows_that_fit_and_adds_up(pages):
    (pages / "deep" / "er").mkdir(parents=True)
    (pages / "deep" / "er" / "b.md").write_bytes(b"\xef\xbb\xbfA note.\r\n")
    (pages / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    report = run_pages()
    documents, ledger = rows("out/documents.jsonl"), rows("out/ledger.jsonl")
    assert [row["id"] for row in documents] == [row["id"] for row in ledger] == ["a.txt", "deep/er/b.md"]
    assert documents[0]["text"] == "Rain is expected in the north.\nIt will be dry in the south.\n"
    told = json.loads(Path("out/report.json").read_text())
    assert told["documents"] == {"in": 3, "out": 2, "failed": 1}
    characters = told["characters"]
    assert characters["in"] == characters["kept"] + characters["removed"] == sum(r["characters_in"] for r in documents)
    assert sum(row["characters"] for row in told["categories"]) == characters["removed"]
    assert set(told["rules_never_fired"]).isdisjoint(row["rule"] for row in told["rules"])
    assert report.exit_code == 1
    assert verify_run(Path("out")) == (2, ())


@pytest.mark.parametrize("name", ["document", "ledger", "failed", "report"])
def test_what_is_written_fits_its_schema(pages, name):
    (pages / "b.txt").write_bytes(b"")
    (pages / "c.txt").write_bytes(b"PK\x03\x04\0\0\0")
    (pages / "d.txt").write_bytes("Größe, Mühe und Übel.\nAccept all cookies\n".encode("cp1252"))
    (pages / "e.html").write_text(HTML, encoding="utf-8")
    (pages / "f.md").write_text("# Rain\n\n* in the north\n", encoding="utf-8")
    run_pages(Config(text_format="markdown"))
    schema = Draft202012Validator(json.loads((ROOT / f"cleaner/schemas/{name}.schema.json").read_text()))
    file = {"document": "documents.jsonl", "report": "report.json"}.get(name, f"{name}.jsonl")
    found = [json.loads(Path("out/report.json").read_text())] if name == "report" else rows(f"out/{file}")
    assert found
    for row in found:
        schema.validate(row)


def test_the_same_run_again_gives_the_same_bytes(pages):
    run_pages()
    before = {name: Path("out", name).read_bytes() for name in OUTPUT_FILES}
    assert not run_pages(overwrite=True).is_old
    assert before == {name: Path("out", name).read_bytes() for name in OUTPUT_FILES}


def test_nothing_is_left_beside_the_output(pages):
    run_pages()
    assert sorted(os.listdir("out")) == sorted(OUTPUT_FILES)


def test_a_dry_run_tells_the_same_and_writes_nothing(pages):
    assert dry_run(["pages"], CONFIG).row() == run_pages().row()
    assert sorted(os.listdir()) == ["out", "pages"]


def test_pyarrow_reads_what_is_written(pages):
    json_reader = pytest.importorskip("pyarrow.json")
    (pages / "b.txt").write_bytes(b"")
    (pages / "c.html").write_text(HTML, encoding="utf-8")
    run_pages()
    for name in ("documents", "ledger"):
        assert json_reader.read_json(f"out/{name}.jsonl").to_pylist() == rows(f"out/{name}.jsonl")


# Faults of a single input


def test_an_empty_file_is_a_document(pages):
    (pages / "b.txt").write_bytes(b"")
    assert run_pages().exit_code == 0
    assert [(row["status"], row["text"]) for row in rows("out/documents.jsonl")][1] == ("empty", "")


HOSTILE = {
    "NULs": b"Some words\0and\0more words.\nAccept all cookies\n",
    "invalid UTF-8": b"Caf\xc3\xa9 na\xc3\xafve \xff and \xc3\nAccept all cookies\n",
    "CRLF": PAGE.replace(b"\n", b"\r\n"),
    "CR": PAGE.replace(b"\n", b"\r"),
    "a BOM": b"\xef\xbb\xbf" + PAGE,
    "two BOMs": b"\xef\xbb\xbf" * 2 + PAGE,
    "UTF-16": PAGE.decode().encode("utf-16"),
    "UTF-16 without BOM": PAGE.decode().encode("utf-16-le"),
    "an odd UTF-16": PAGE.decode().encode("utf-16") + b"\0",
    "half a surrogate pair": b"\xff\xfe\x00\xd8a\x00\n\x00",
    "CESU-8": "a \ud83d\ude00 b".encode("utf-8", "surrogatepass"),
    "Windows Western": "Größe über alles\nAccept all cookies\n".encode("cp1252"),
    "white space": b" \n\t\n\r\n\xc2\xa0",
    "other line ends": "a\u2028b\x85c\x0bd\x0ce\u2029".encode(),
    "no line end": b"Accept all cookies",
    "a long line": b"word " * 40_000,
    "many lines": b"\n".join(b"line %d" % n for n in range(5000)),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_comes_through_and_back(pages, data):
    (pages / "b.txt").write_bytes(data)
    assert run_pages().exit_code == 0
    assert verify_run(Path("out")).problems == ()
    restore_run(Path("out"), Path("back"))
    assert Path("back/b.txt").read_bytes() == data
    assert Path("back/a.txt").read_bytes() == PAGE


def test_line_ends_and_bom_change_nothing_of_what_is_kept(pages):
    (pages / "b.txt").write_bytes(PAGE.replace(b"\n", b"\r\n"))
    (pages / "c.txt").write_bytes(b"\xef\xbb\xbf" + PAGE)
    run_pages()
    texts = [row["text"].replace("\r\n", "\n") for row in rows("out/documents.jsonl")]
    assert len(set(texts)) == 1


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("b.bin", b"\x89PNG\r\n\x1a\n\0\0\0", "looks like a PNG image, not text"),
        ("b.txt", bytes(range(256)) * 3, "looks like binary data, not text"),
        ("b.html", b"\x89PNG\r\n\x1a\n\0\0\0", "looks like a PNG image, not text"),
        ("b.htm", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "looks like a JPEG image, not text"),
        ("b.txt", b"x" * 1001, "too large: over 1,000 bytes"),
    ],
)
def test_what_is_no_text_fails_and_the_others_go_on(pages, name, data, error):
    (pages / name).write_bytes(data)
    assert error_of(run_pages(Config(max_bytes=1000))) == error
    assert rows("out/failed.jsonl")[0]["id"] == name
    assert [row["id"] for row in rows("out/documents.jsonl")] == ["a.txt"]


def test_an_unreadable_file_fails_and_the_others_go_on(pages, monkeypatch):
    (pages / "b.txt").write_bytes(PAGE)
    real_open = Path.open

    def refuse(path, *args, **kwargs):
        if path.name == "a.txt":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    assert error_of(run_pages()) == "can't be read: Permission denied"
    assert [row["id"] for row in rows("out/documents.jsonl")] == ["b.txt"]


def test_an_unreadable_folder_fails_and_the_others_go_on(pages, monkeypatch):
    (pages / "shut").mkdir()
    real_scandir = os.scandir

    def refuse(path):
        if Path(path).name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_scandir(path)

    monkeypatch.setattr(sources.os, "scandir", refuse)
    assert error_of(run_pages()) == "the folder can't be listed: Permission denied"


def test_a_file_that_vanishes_fails(pages):
    (pages / "b.txt").write_bytes(PAGE)
    found = find(["pages"])
    assert next(found).id == "a.txt"
    (pages / "b.txt").unlink()
    assert next(found).error == "was removed during the run"


def test_a_link_to_nothing_and_a_pipe_fail(pages):
    (pages / "b.txt").symlink_to("nowhere")
    os.mkfifo(pages / "c.txt")
    report = run_pages()
    assert [error_of(report, n) for n in range(2)] == ["is a broken symbolic link", "is a device or a pipe"]


def test_a_document_on_which_the_pipeline_fails_is_passed_through(pages, monkeypatch):
    def fail(self, text, *, id, kind, url):
        raise ZeroDivisionError("oh dear")

    monkeypatch.setattr(Pipeline, "run", fail)
    report = run_pages()
    row = rows("out/documents.jsonl")[0]
    assert (row["status"], row["text"].encode(), report.exit_code) == ("passed_through", PAGE, 3)
    assert "ZeroDivisionError: oh dear (test_batch.py:" in row["warnings"][0]
    assert verify_run(Path("out")).problems == ()


def test_a_result_that_breaks_its_promise_is_passed_through(pages, monkeypatch):
    real_run = Pipeline.run

    def lie(self, text, *, id, kind, url):
        result = real_run(self, text, id=id, kind=kind)
        return type(result)(result.document, (*result.cuts, *result.cuts))

    monkeypatch.setattr(Pipeline, "run", lie)
    assert run_pages().exit_code == 3
    assert rows("out/documents.jsonl")[0]["text"].encode() == PAGE


# HTML pages


def run_page(data, name="b.html", config=CONFIG):
    """The row and the ledger of one page in a run that verifies."""
    Path("pages", name).write_bytes(data)
    run([f"pages/{name}"], Path("out"), config, overwrite=True)
    assert verify_run(Path("out")).problems == ()
    return rows("out/documents.jsonl")[0], rows("out/ledger.jsonl")[0]


def test_a_folder_may_hold_all_kinds(pages):
    (pages / "b.html").write_text(HTML, encoding="utf-8")
    (pages / "c.md").write_text("# Rain\n\nRain is expected in the north.\n", encoding="utf-8")
    (pages / "d").write_text(HTML, encoding="utf-8")
    report = run_pages()
    documents = rows("out/documents.jsonl")
    assert [row["input_kind"] for row in documents] == ["text", "html", "markdown", "html"]
    assert [row["profile"] for row in documents] == ["careful", "balanced", "careful", "balanced"]
    assert documents[1]["text"] == documents[3]["text"] == CLEAN
    assert report.row()["input_kinds"] == [
        {"input_kind": "html", "documents": 2},
        {"input_kind": "markdown", "documents": 1},
        {"input_kind": "text", "documents": 1},
    ]
    assert "2 html, 1 markdown, 1 text" in report.summary()
    assert verify_run(Path("out")) == (4, ())


def test_a_page_is_restored_as_its_visible_text(pages):
    (pages / "b.html").write_text(HTML, encoding="utf-8")
    for text_format in ("plain", "markdown"):
        run_pages(Config(text_format=text_format), overwrite=True)
        back = Path(f"back-{text_format}")
        assert restore_run(Path("out"), back) == (2, 1, ())
        assert sorted(path.name for path in back.iterdir()) == ["a.txt", "b.html.txt"]
        assert (back / "a.txt").read_bytes() == PAGE
        assert (back / "b.html.txt").read_text(encoding="utf-8") == f"Home Sport\n\n{CLEAN}\nAll rights reserved.\n"


def test_a_text_that_is_called_like_the_text_of_a_page_is_said_before_anything_is_written(pages):
    (pages / "b.html").write_text(HTML, encoding="utf-8")
    (pages / "b.html.txt").write_bytes(PAGE)
    run_pages()
    with pytest.raises(OutputError, match=r"b.html.txt would be written for two sources"):
        restore_run(Path("out"), Path("back"))
    assert not Path("back").exists()


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("b.html", "auto", "html"),
        ("b.HTM", "auto", "html"),
        ("b.xhtml", "auto", "html"),
        ("b.txt", "auto", "html"),
        ("b", "auto", "html"),
        ("b.md", "auto", "markdown"),
        ("b.markdown", "auto", "markdown"),
        ("b.html", "text", "text"),
        ("b.html", "markdown", "markdown"),
        ("b.txt", "html", "html"),
    ],
)
def test_the_kind_is_told_by_the_option_or_the_ending_or_the_content(pages, name, kind, wanted):
    document, _ = run_page(HTML.encode(), name, Config(input_kind=kind))
    assert document["input_kind"] == wanted
    assert (document["text"] == CLEAN) == (wanted == "html")


def test_a_text_called_html_is_a_text(pages):
    document, _ = run_page(PAGE)
    assert (document["input_kind"], document["text"].encode()) == ("text", PAGE.split(b"\n", 1)[1])
    assert run_page(b"a < b and c <> d\n")[0]["input_kind"] == "text"
    assert run_page(PAGE, config=Config(input_kind="html"))[0]["input_kind"] == "html"


def run_all(inputs):
    """The rows of many pages in a run that verifies."""
    for n, data in enumerate(inputs):
        Path("pages", f"{n:04}.html").write_bytes(data)
    Path("pages/a.txt").unlink()
    assert run_pages().exit_code == 0
    assert verify_run(Path("out")).problems == ()
    return rows("out/documents.jsonl")


def test_a_page_that_breaks_off_is_read_as_far_as_it_goes(pages):
    data = HTML.encode()
    documents = run_all([data[:size] for size in range(0, len(data), 7)] + [data[: data.index(b"where nobody")]])
    assert all(len(row["text"].split()) <= len(CLEAN.split()) + 5 for row in documents)
    assert documents[-1]["text"].startswith(CLEAN.partition("It will")[0])


@pytest.mark.parametrize(
    ("charset", "encoding", "wanted"),
    [
        ("utf-8", "utf-8", ("utf-8", "meta")),
        ("iso-8859-1", "utf-8", ("utf-8", "utf-8")),
        ("utf-8", "cp1252", ("cp1252", "detected: by the frequency of its bytes")),
        ("iso-8859-1", "cp1252", ("cp1252", "meta")),
        ("nonsense", "utf-8", ("utf-8", "utf-8")),
        ("utf-8", "utf-16", ("utf-16-le", "bom")),
        ("utf-16", "utf-16-le", ("utf-16-le", "detected: every second byte is NUL")),
        ("utf-8", "utf-8-sig", ("utf-8", "bom")),
    ],
)
@pytest.mark.parametrize("name", ["b.html", "b.txt"])
def test_no_charset_makes_garbled_words(pages, charset, encoding, wanted, name):
    html = HTML.replace("<head>", f'<head><meta charset="{charset}">')
    document, _ = run_page(html.encode(encoding), name)
    assert document["text"] == CLEAN
    assert (document["encoding"], document["encoding_reason"]) == wanted


def test_the_declared_encoding_of_a_page_goes_before_its_own(pages):
    html = HTML.replace("<head>", '<head><meta charset="koi8-r">')
    document, _ = run_page(html.encode("cp1252"), config=Config(encoding="cp1252"))
    assert (document["text"], document["encoding_reason"]) == (CLEAN, "declared")


def test_a_page_of_script_is_empty(pages):
    document, ledger = run_page(
        b"<html><head><script>let x = 1</script></head><body><script>x()</script></body></html>"
    )
    assert (document["status"], document["input_kind"], document["text"]) == ("empty", "html", "")
    assert (document["characters_in"], ledger["cuts"]) == (0, [])


def test_an_empty_page_is_empty(pages):
    for document in run_all([b"", b"\n", b"\xef\xbb\xbf", b"<html></html>", b"<!-- -->"]):
        assert (document["status"], document["text"].strip()) == ("empty", "")


@pytest.mark.parametrize("text_format", ["plain", "markdown"])
def test_a_page_of_50_000_nested_elements_is_read(pages, text_format):
    for tag in ("div", "ul><li", "blockquote", "table><tr><td"):
        html = f"<{tag}>" * 50_000 + "<p>Rain is expected in the north of the country until Friday.</p>"
        document, _ = run_page(html.encode(), config=Config(text_format=text_format))
        assert "Rain is expected in the north of the country until Friday." in document["text"]


def test_hostile_pages_come_through(pages):
    run_all([*HOSTILE.values(), *(b"<html><body><p>" + data for data in HOSTILE.values() if b"\0" not in data)])


def test_a_page_on_which_the_pipeline_fails_is_passed_through_as_its_visible_text(pages, monkeypatch):
    def fail(self, text, *, id, kind, url):
        raise ZeroDivisionError("oh dear")

    monkeypatch.setattr(Pipeline, "run", fail)
    document, ledger = run_page(HTML.encode(), config=Config(text_format="markdown"))
    assert (document["status"], document["input_kind"], document["text_format"]) == ("passed_through", "html", "plain")
    assert document["text"] == f"Home Sport\n\n{CLEAN}\nAll rights reserved.\n"
    assert ledger["kept"] == ""


def test_a_page_that_can_not_be_parsed_is_passed_through_as_it_is(pages, monkeypatch):
    def fail(html):
        raise ZeroDivisionError("oh dear")

    monkeypatch.setattr("cleaner.pipeline.read_page", fail)
    document, _ = run_page(HTML.encode())
    assert (document["status"], document["input_kind"], document["text"]) == ("passed_through", "text", HTML)


@pytest.mark.parametrize("level", ["none", "light", "full"])
def test_the_level_of_metadata(pages, level):
    html = HTML.replace("<head>", '<head><meta property="og:site_name" content="Lune Valley News">')
    document, ledger = run_page(html.encode(), config=Config(metadata=level))
    assert document["site"] == ("" if level == "none" else "Lune Valley News")
    assert any(fact["line"] == 0 for fact in ledger["facts"]) == (level != "none")


@pytest.mark.parametrize("classifier", ["blocks", "trafilatura", "both"])
def test_the_classifier(pages, classifier):
    document, ledger = run_page(HTML.encode(), config=Config(classifier=classifier))
    assert "Rain is expected in the north" in document["text"]
    if classifier != "both":  # it may have nothing to add
        dropped = [cut for cut in expand(ledger)["cuts"] if "trafilatura/dropped" in cut["rules"]]
        assert bool(dropped) == (classifier == "trafilatura")


OTHER = {"input_kind": "text", "text_format": "markdown", "metadata": "none", "classifier": "both", "profile": "strict"}


@pytest.mark.parametrize("option", OTHER)
def test_a_run_with_another_option_is_another_run(pages, option):
    run_pages()
    with pytest.raises(OutputError, match="holds the output of another run"):
        run_pages(Config(**{option: OTHER[option]}))


# Finding


def found_in(*sources):
    return [
        item.id if isinstance(item, Source) else f"{type(item).__name__}: {item.error or item.cure}"
        if isinstance(item, Failed) else f"{item.name}: {item.reason}"
        for item in find(sources)
    ]  # fmt: skip


def test_folders_are_read_in_order_and_hidden_files_are_not(pages):
    for name in ("b/z.txt", "b/a.md", "B.txt", ".hidden", "b/.git/x.txt", "c.unknown"):
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        (pages / name).write_bytes(PAGE)
    assert found_in("pages") == ["B.txt", "a.txt", "c.unknown", "b/a.md", "b/z.txt"]


def test_a_loop_of_links_ends(pages):
    (pages / "loop").symlink_to(pages)
    (pages / "z").mkdir()
    (pages / "z" / "back").symlink_to(pages)
    assert found_in("pages") == [
        "a.txt", "pages/loop: the same folder as pages", "pages/z/back: the same folder as pages"
    ]  # fmt: skip


@pytest.fixture
def deep(tmp_path, monkeypatch):
    """A folder so deep that recursion would give up, pytest's own cleaning too."""
    monkeypatch.chdir(tmp_path)
    depth = 1200
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    Path("a.txt").write_bytes(PAGE)
    os.chdir(tmp_path)
    yield "d/" * depth
    for _ in range(depth):
        os.chdir("d")
    Path("a.txt").unlink()
    for _ in range(depth):
        os.chdir("..")
        os.rmdir("d")


def test_a_very_deep_folder_is_read(deep):
    assert [item.id for item in find(["."])] == [f"{deep}a.txt"]


def test_the_same_file_is_read_once(pages):
    (pages / "link.txt").symlink_to("a.txt")
    assert found_in("pages", "pages/a.txt") == [
        "a.txt", "pages/link.txt: the same file as pages/a.txt", "pages/a.txt: the same file as pages/a.txt"
    ]  # fmt: skip
    report = run_pages()
    assert (report.out, report.failed, len(report.warnings)) == (1, 0, 1)


def test_two_inputs_with_one_id(pages):
    Path("more").mkdir()
    Path("more/a.txt").write_bytes(b"Other words.\n")
    report = run(["pages", "more"], Path("out"), CONFIG)
    row = rows("out/failed.jsonl")[0]
    assert row["error"] == "would get the id 'a.txt' of another input: pages/a.txt and more/a.txt"
    assert "rename one" in row["cure"]
    assert (report.out, report.failed) == (1, 1)


def test_files_of_one_name_have_their_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sources = [put(f"{folder}/part-0.jsonl") for folder in ("x", "y")] + [
        put("z.jsonl"),
        str(tmp_path / "x/part-0.jsonl"),
    ]
    report = runner.run([*sources, "../" + tmp_path.name + "/y/part-0.jsonl"], Path("out"), CONFIG)
    assert [row["source"] for row in rows("out/documents.jsonl")] == ["x/part-0.jsonl", "y/part-0.jsonl", "z.jsonl"]
    assert (report.failed, len(report.warnings)) == (0, 2)  # the same files again
    restore_run(Path("out"), Path("back"))


def test_the_output_of_another_run_is_no_input(pages):
    run(["pages"], Path("out"), CONFIG)
    Path("out").rename(pages / "old")
    (pages / "old" / "b.txt").write_text("Rain.\n", encoding="utf-8")
    assert found_in("pages") == ["a.txt", "old/b.txt"]


def test_a_source_that_is_not_there_is_an_error_of_the_call(pages):
    with pytest.raises(ConfigError, match="nowhere: there is no such file or folder"):
        run(["pages", "nowhere"], Path("out"), CONFIG)
    assert not Path("out").exists()


def test_stdin_is_a_source(pages, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE)))
    run(["-", "pages", "-"], Path("out"), CONFIG)
    assert [row["id"] for row in rows("out/documents.jsonl")] == ["-", "a.txt"]
    restore_run(Path("out"), Path("back"))
    assert Path("back/-").read_bytes() == PAGE


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_a_file_name_that_is_no_utf_8(pages):
    os.rename(b"pages/a.txt", b"pages/\xff.txt")
    run_pages()
    assert rows("out/documents.jsonl")[0]["id"] == "\\xff.txt"
    restore_run(Path("out"), Path("back"))
    assert [path.read_bytes() for path in Path("back").iterdir()] == [PAGE]


# The output folder


def test_the_output_is_not_written_into_an_input(pages):
    for output in ("pages", "pages/out", "pages/deep/out"):
        with pytest.raises(OutputError, match="is or lies in the input pages"):
            run(["pages"], Path(output), CONFIG)
    assert os.listdir("pages") == ["a.txt"]


def test_an_input_is_not_overwritten(pages):
    Path("documents.jsonl").write_bytes(PAGE)
    with pytest.raises(OutputError, match="the input documents.jsonl would be overwritten"):
        run(["documents.jsonl"], Path(), CONFIG, overwrite=True)


def test_the_output_of_another_run_is_not_overwritten(pages):
    run_pages()
    with pytest.raises(OutputError, match="holds the output of another run; .* --overwrite"):
        run_pages(Config(profile="strict"))
    run_pages(Config(profile="strict"), overwrite=True)
    assert rows("out/documents.jsonl")[0]["profile"] == "strict"


def test_foreign_files_are_not_overwritten(pages):
    Path("out").mkdir()
    Path("out/ledger.jsonl").write_text("mine")
    with pytest.raises(OutputError, match=r"holds ledger.jsonl, but no report"):
        run_pages()
    assert Path("out/ledger.jsonl").read_text() == "mine"


def test_a_file_is_no_output_folder(pages):
    Path("out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        run_pages()


def test_a_wrong_pack_or_profile_stops_before_anything_is_written(pages):
    with pytest.raises(RuleError):
        run_pages(Config(select=("nothing",)))
    with pytest.raises(ConfigError):
        run_pages(Config(profile="wild"))
    assert not Path("out").exists()


def test_two_runs_do_not_write_into_one_folder(pages):
    pytest.importorskip("fcntl")
    with writers.Folder(Path("out")), pytest.raises(OutputError, match="another run is writing here"):
        run_pages()
    assert not Path("out").exists()


def full_disk(monkeypatch, part, method):
    def fail(self, *args):
        if self.path.name == part:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, *args)

    real = getattr(parts.Part, method)
    monkeypatch.setattr(parts.Part, method, fail)


@pytest.mark.parametrize("part", ["documents.jsonl", "ledger.jsonl", "failed.jsonl"])
@pytest.mark.parametrize("method", ["write", "sync"])
def test_a_full_disk_leaves_the_folder_as_it_was(pages, monkeypatch, part, method):
    run_pages()
    before = {name: Path("out", name).read_bytes() for name in OUTPUT_FILES}
    full_disk(monkeypatch, part, method)
    with pytest.raises(WriteError, match="No space left on device; make room and run the same command again"):
        run_pages(overwrite=True)
    assert before == {name: Path("out", name).read_bytes() for name in os.listdir("out")}


def test_a_full_disk_in_a_new_folder_leaves_none(pages, monkeypatch):
    full_disk(monkeypatch, "ledger.jsonl", "write")
    with pytest.raises(WriteError):
        run_pages()
    assert not Path("out").exists()


def test_an_interrupt_leaves_nothing(pages, monkeypatch):
    def interrupt(report, message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pages(watch=interrupt)
    assert os.listdir() == ["pages"]


def test_a_killed_run_leaves_no_half_file_under_a_final_name(pages):
    for n in range(2000):
        (pages / f"{n}.txt").write_bytes(PAGE * 20)
    process = subprocess.Popen(
        [sys.executable, "-m", "cleaner", "run", "pages", "-q"], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    while process.poll() is None and not Path("out/documents.jsonl.part").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert Path("out/documents.jsonl.part").exists()
    assert not set(OUTPUT_FILES) & set(os.listdir("out"))
    assert run(["pages/a.txt"], Path("out"), CONFIG, overwrite=True).out == 1  # what was left is in nobody's way
    assert sorted(os.listdir("out")) == sorted(OUTPUT_FILES)


# Verify and restore


def damaged(path, change):
    data = Path(path).read_bytes()
    assert change(data) != data
    Path(path).write_bytes(change(data))


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("documents.jsonl", lambda data: data.replace(b"Rain", b"Snow"), "documents.jsonl:1: a.txt: source_sha256"),
        (
            "documents.jsonl",
            lambda data: data.replace(b'"title":""', b'"title":"x"'),
            "not the file that the run wrote",
        ),
        ("documents.jsonl", lambda data: data[:-40], "is not a JSON object"),
        ("documents.jsonl", lambda data: data.replace(b'"text"', b'"taxt"'), "the row has no field 'text'"),
        ("documents.jsonl", lambda data: b"", "has more lines than documents.jsonl"),
        ("ledger.jsonl", lambda data: b"", "the row is missing"),
        ("ledger.jsonl", lambda data: data.replace(b"main", b"mein"), "source_sha256"),
        ("failed.jsonl", lambda data: b"{}\n", "documents does not match the rows"),
        ("report.json", lambda data: data.replace(b'"out": 1', b'"out": 2'), "documents does not match the rows"),
    ],
)
def test_verify_finds_damage(pages, name, change, problem):
    run_pages()
    damaged(f"out/{name}", change)
    problems = verify_run(Path("out")).problems
    assert any(problem in line for line in problems), problems


def test_verify_needs_a_whole_run(pages):
    run_pages()
    Path("out/report.json").unlink()
    with pytest.raises(OutputError, match="has no report.json, so it holds no finished run"):
        verify_run(Path("out"))
    with pytest.raises(OutputError, match="has no report.json, so it holds no finished run"):
        restore_run(Path("out"), Path("back"))


def test_a_file_that_is_missing_is_named(pages):
    run_pages()
    Path("out/ledger.jsonl").unlink()
    files, _, problems = restore_run(Path("out"), Path("back"))
    assert files == 0
    assert problems[0].startswith("out/ledger.jsonl: can't be read")


def test_restore_writes_into_an_empty_folder_only(pages):
    run_pages()
    with pytest.raises(OutputError, match="is not an empty folder"):
        restore_run(Path("out"), pages)


def test_restore_refuses_what_is_not_the_source(pages):
    run_pages()
    damaged("out/documents.jsonl", lambda data: data.replace(b"Rain", b"Snow"))
    files, _, problems = restore_run(Path("out"), Path("back"))
    assert files == 0
    assert problems == ("out/documents.jsonl:1: a.txt: what is restored is not what was read (sha256)",)


@pytest.mark.parametrize("layout", ["plain", "dolma"])
@pytest.mark.parametrize("kind", ["documents", "ledger"])
@pytest.mark.parametrize("line", [b"no json\n", b"null\n", b"{}\n"], ids=["no JSON", "null", "no fields"])
def test_sound_documents_are_restored_beside_a_damaged_one(pages, kind, line, layout):
    for n in range(5):
        (pages / f"{n}.txt").write_bytes(PAGE)
    run_pages(options=RunOptions(layout=layout))
    name = next(file["name"] for file in json.loads(Path("out/report.json").read_bytes())["files"] if file["kind"] == kind)
    lines = Path("out", name).read_bytes().splitlines(keepends=True)
    Path("out", name).write_bytes(b"".join((*lines[:2], line, *lines[3:])))
    files, pages_, problems = restore_run(Path("out"), Path("back"))
    assert (files, pages_) == (5, 0)
    assert [problem.partition(": ")[0] for problem in problems] == [f"out/{name}:3"]
    assert sorted(path.name for path in Path("back").iterdir()) == ["0.txt", "1.txt", "3.txt", "4.txt", "a.txt"]
    assert all(path.read_bytes() == PAGE for path in Path("back").iterdir())


@pytest.mark.parametrize("source", ["../x", "/etc/x", "a/../../x", "a\0b", "", "a/.."])
def test_restore_does_not_leave_its_folder(pages, source):
    run_pages()
    for name in ("documents.jsonl", "ledger.jsonl"):
        row = rows(f"out/{name}")[0]
        Path("out", name).write_bytes(to_line({**row, "source": source}))
    files, _, problems = restore_run(Path("out"), Path("back"))
    assert files == 0
    assert ["is not a path below the target" in problem for problem in problems] == [True]
    assert sorted(os.listdir()) == ["out", "pages"]


@pytest.mark.parametrize("source", ["C:\\x", "c:x", "..\\x", "\\\\host\\x"])
def test_paths_that_lead_out_on_windows(source):
    assert safe_path(source, windows=False) == Path(source)
    with pytest.raises(OutputError, match="is not a path below the target"):
        safe_path(source, windows=True)


@pytest.mark.parametrize("source", ["con", "a/NUL.txt", "com1.md", "a./b", "a /b"])
def test_names_that_windows_keeps_for_itself(source):
    assert safe_path(source, windows=False) == Path(source)
    with pytest.raises(OutputError, match="is not a file name on Windows"):
        safe_path(source, windows=True)


@pytest.mark.parametrize("row", [{"a": "\ud800"}, {"a": 1 << 70}, {"a": "\0\u2028", "b": []}])
def test_lines_hold_whatever_a_string_can(row):
    assert to_row(to_line(row)) == row
    assert to_line(row).count(b"\n") == 1


# Memory and the library


def test_memory_does_not_grow_with_the_number_of_documents(tmp_path):
    tracemalloc = pytest.importorskip("tracemalloc")
    path = tmp_path / "a.jsonl"
    pipeline = CONFIG.pipeline()

    def clean(count):
        path.write_bytes(to_line({"text": PAGE.decode()}) * count)
        batch = runner.Batch([str(path)], CONFIG)
        batch.cleaning = dataclasses.replace(batch.cleaning, pipeline=pipeline)
        assert batch.run(writers.NullSink(), runner.silent).out == count

    clean(20)
    tracemalloc.start()
    clean(100)
    gc.collect()
    few, _ = tracemalloc.get_traced_memory()
    clean(600)
    gc.collect()
    many, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert many - few < 50_000


def test_one_document_that_can_not_be_read_is_named(pages):
    with pytest.raises(InputError, match="pages: is a folder"):
        single.read_one("pages", Settings(CONFIG))
    with pytest.raises(InputError, match=r"nothing.txt: can't be read: No such file"):
        single.explained(single.read_one("nothing.txt", Settings(CONFIG)), CONFIG.pipeline(), Settings(CONFIG))
    assert single.read_one("pages/a.txt", Settings(CONFIG)).id == "a.txt"


def test_skipped_is_told_to_the_watch(pages):
    (pages / "link.txt").symlink_to("a.txt")
    told = []
    run_pages(watch=lambda report, message: told.append((report.done, message)))
    assert told == [(1, "pages/link.txt: skipped, the same file as pages/a.txt"), (1, "")]
    assert Skipped("x", "y").reason == "y"


def test_a_file_name_with_a_colon_comes_back(pages):
    (pages / "y:z.txt").write_text("Rain.\n", encoding="utf-8")
    run(["pages"], Path("out"), CONFIG)
    assert restore_run(Path("out"), Path("back")) == (2, 0, ())
    assert Path("back/y:z.txt").read_text(encoding="utf-8") == "Rain.\n"


def test_a_file_that_is_a_folder_elsewhere_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("p").mkdir()
    Path("q/a").mkdir(parents=True)
    Path("p/a").write_text("one\n", encoding="utf-8")
    Path("q/a/b.txt").write_text("two\n", encoding="utf-8")
    run(["p", "q"], Path("out"), CONFIG)
    with pytest.raises(OutputError, match="is a file and, of another source, a folder"):
        restore_run(Path("out"), Path("back"))
    assert not Path("back").exists()


def test_another_folder_of_the_same_name_is_another_run(tmp_path, monkeypatch):
    for name in ("x", "y"):
        folder = tmp_path / name / "data"
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(f"{name}\n", encoding="utf-8")
        monkeypatch.chdir(folder.parent)
        if name == "x":
            run(["data"], tmp_path / "out", CONFIG)
        else:
            with pytest.raises(OutputError, match="another run"):
                run(["data"], tmp_path / "out", CONFIG)


# What is there stays there


ROW = '{"text": "Rain is expected in the north of the country until Friday."}\n'


def put(path, text=ROW):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("source", "output", "options"),
    [
        ("a/documents.jsonl.gz", "a", {"output_format": "jsonl.gz"}),
        ("a/documents/00000.jsonl", "a", {"layout": "dolma"}),
        ("a/documents-00000.jsonl", "a", {"shard_size": 1}),
        ("a/doc*.jsonl.gz", "a", {"output_format": "jsonl.gz"}),
        ("a/failed.jsonl", "a", {"output_format": "jsonl.gz"}),
        ("a/doc*.jsonl", "a", {}),
    ],
)
def test_an_input_is_never_written_to(tmp_path, monkeypatch, source, output, options, overwrite):
    monkeypatch.chdir(tmp_path)
    there = Path(put(source.replace("*", "uments")))
    if there.suffix == ".gz":
        there.write_bytes(gzip.compress(ROW.encode()))
    before = there.read_bytes()
    with contextlib.suppress(OutputError):
        runner.run([source], Path(output), CONFIG, RunOptions().with_overrides(**options), overwrite=overwrite)
    assert there.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("documents.jsonl.gz", {"output_format": "jsonl.gz"}),
        ("documents/00000.parquet", {"layout": "fineweb", "output_format": "parquet"}),
        ("ledger/00000.jsonl", {"layout": "dolma"}),
    ],
)
def test_a_file_of_somebody_else_is_replaced_on_request_only(tmp_path, monkeypatch, name, options):
    monkeypatch.chdir(tmp_path)
    source, options = put("s.jsonl"), RunOptions().with_overrides(**options)
    there = Path(put(f"out/{name}", "precious"))
    with pytest.raises(OutputError, match="is there and no output of a run"):
        runner.run([source], Path("out"), CONFIG, options)
    assert there.read_text() == "precious"
    assert [path for path in Path("out").rglob("*") if path.is_file()] == [there]
    assert runner.run([source], Path("out"), CONFIG, options, overwrite=True).out == 1
    assert runner.run([source], Path("out"), CONFIG, options).is_old


def test_a_glob_finds_no_output_of_a_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("in/s.jsonl")
    for layout in ("plain", "dolma"):
        runner.run(["**/*.jsonl"], Path(f"out/{layout}"), CONFIG, RunOptions(layout=layout))
        again = runner.run(["**/*.jsonl"], Path(f"out/{layout}"), CONFIG, RunOptions(layout=layout))
        assert (again.is_old, again.out) == (True, 1)


def test_no_glob_leads_out_of_the_output(tmp_path, monkeypatch):
    put(tmp_path / "b" / "evil" / "s.jsonl")
    (tmp_path / "a" / "s1").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    report = runner.run(["s*/../../b/evil/*.jsonl"], Path("../deep/out"), CONFIG, RunOptions(keep_folders=True))
    assert report.out == 1
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "deep"]


def test_a_finished_run_whose_files_are_gone_is_done_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = put("s.jsonl")
    runner.run([source], Path("out"), CONFIG)
    Path("out/documents.jsonl").unlink()
    assert not runner.run([source], Path("out"), CONFIG).is_old
    assert Path("out/documents.jsonl").is_file()
    Path("out/ledger.jsonl").write_text("")
    assert not runner.run([source], Path("out"), CONFIG).is_old
    assert runner.run([source], Path("out"), CONFIG).is_old


def test_a_sidecar_that_changed_is_seen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("in/p.html", "<html><body><p>Rain is expected in the north.</p></body></html>")
    sidecar = Path(put("in/p.json", '{"url": "https://a.org/1"}'))
    runner.run(["in"], Path("out"), CONFIG)
    sidecar.write_text('{"url": "https://a.org/200"}')
    assert not runner.run(["in"], Path("out"), CONFIG).is_old
    assert json.loads(Path("out/documents.jsonl").read_text())["url"] == "https://a.org/200"


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_two_names_that_we_would_call_the_same_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkdir("in")
    for name in (b"in/\xff.txt", b"in/\\xff.txt"):
        with open(name, "w") as file:
            file.write("Rain is expected.")
    report = runner.run(["in"], Path("out"), CONFIG)
    assert (report.out, report.failed) == (1, 1)
    assert "rename one" in Path("out/failed.jsonl").read_text()


def test_a_path_that_can_not_be_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=r"d{300}: can't be written: .*; choose another folder"):
        runner.run([put("s.jsonl")], Path("d" * 300), CONFIG)
