"""HTML pages in a run: their kinds and encodings, hostile ones, and the options for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_pages import CLEAN, CONFIG, HOSTILE, HTML, PAGE, rows, run_pages

from cleaner.config import Config
from cleaner.errors import OutputError
from cleaner.ledger import expand
from cleaner.pipeline import Pipeline
from cleaner.run.audit import restore_run, verify_run
from cleaner.run.runner import run


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
    with pytest.raises(OutputError, match="contains the output of another run"):
        run_pages(Config(**{option: OTHER[option]}))
