"""Whole pages as Markdown: golden files, and html-to-markdown as an oracle for links, tables and code."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
from markdown_it import MarkdownIt

from cleaner.config import Config
from cleaner.decode import decode
from cleaner.markdown import to_markdown
from cleaner.model import Result
from cleaner.pipeline import Pipeline
from cleaner.run.audit import verify_run
from cleaner.run.runner import run
from cleaner.segment.html import read_page, segment_page

TESTS = Path(__file__).parents[1]
MARKED = sorted((TESTS / "marked").glob("*.html"))
PAGES = [*sorted((TESTS / "pages").glob("*.html")), *MARKED]
ADDRESSES = tomllib.loads((TESTS / "marked" / "golden.toml").read_text("utf-8"))
READER = MarkdownIt("commonmark", {"maxNesting": 1000}).enable(["table", "strikethrough"])
BASE = "https://base.example.org/a/b"


def letters(text):
    return re.sub(r"[\W_]+", "", text)


def links_of(markdown):
    """The text of all links to each address, without signs."""
    found, href = defaultdict(list), None
    for token in READER.parse(markdown):
        for one in token.children or ():
            if one.type in ("link_open", "link_close"):
                href = urljoin(BASE, one.attrs["href"]) if one.type == "link_open" else None
                if href:
                    found[href].append("")
            elif href and one.type in ("text", "code_inline"):
                found[href][-1] += letters(one.content)
    return found


def tables_of(markdown):
    """The words of the cells of all tables, by table and row."""
    tables, row = [], []
    for token in READER.parse(markdown):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            row = []
        elif token.type in ("th_open", "td_open"):
            row.append("")
        elif token.type == "inline" and row and tables:
            row[-1] += letters("".join(one.content for one in token.children if one.type in ("text", "code_inline")))
        elif token.type == "tr_close":
            tables[-1].append(row)
            row = []
    return [[row for row in table if any(row)] for table in tables]


def code_of(markdown):
    return [(token.info, token.content) for token in READER.parse(markdown) if token.type == "fence"]


@pytest.fixture(scope="module")
def oracle():
    """The Markdown of all of a page by html-to-markdown. Its own guess at what is content is switched off."""
    converter = pytest.importorskip("html_to_markdown")
    options = converter.ConversionOptions(
        preprocessing=converter.PreprocessingOptions(enabled=False),
        escape_misc=True,
        escape_asterisks=True,
        escape_underscores=True,
        hidden_content="all",
        br_in_tables=True,
        extract_metadata=False,
    )
    return lambda html: converter.convert(html, options).content


def whole(path):
    """A page of which nothing is cut, and the source without what it says of its address."""
    html = re.sub(r"<(?:base|link)\b[^>]*>", "", decode(path.read_bytes()).text)
    return Result(replace(segment_page(read_page(html)), source=html)), html


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_a_page_is_written_as_its_golden_file(path):
    result = Pipeline(text_format="markdown").run(path.read_bytes(), kind="html", url=ADDRESSES[path.stem])
    assert result.output == path.with_suffix(".md").read_text("utf-8")


def test_a_run_that_writes_markdown_can_be_verified(tmp_path):
    run([str(TESTS / "marked")], tmp_path / "out", Config(text_format="markdown"))
    assert verify_run(tmp_path / "out").problems == ()


def test_nearly_all_links_of_the_oracle_are_there(oracle):
    wanted = missed = 0
    for path in PAGES:
        result, html = whole(path)
        ours = {href: "".join(texts) for href, texts in links_of(to_markdown(result)).items()}
        for href, texts in links_of(oracle(html)).items():
            shown = [text for text in texts if text and text in letters(result.text)]
            wanted += len(shown)
            missed += sum(text not in ours.get(href, "") for text in shown)
    assert wanted > 500
    assert 1 - missed / wanted >= 0.98


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_tables_of_several_rows_are_those_of_the_oracle(oracle, path):
    result, html = whole(path)
    ours, theirs = tables_of(to_markdown(result)), tables_of(oracle(html))
    assert [table for table in ours if len(table) > 1] == [table for table in theirs if len(table) > 1]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_code_is_that_of_the_oracle(oracle, path):
    result, html = whole(path)
    ours, theirs = code_of(to_markdown(result)), code_of(oracle(html))
    assert [content.strip("\n") for _, content in ours] == [content.strip("\n") for _, content in theirs]
