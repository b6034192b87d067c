"""The two rows of a document: complete, checked, and the way back to the bytes."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cleaner.decode import decode
from cleaner.errors import LedgerError
from cleaner.json_lines import to_line, to_row
from cleaner.ledger import (
    METADATA,
    Maker,
    Origin,
    compact,
    count_lines,
    document_row,
    expand,
    language,
    ledger_row,
    restore,
    verify,
    whole_text,
)
from cleaner.ledger_form import cuts_of
from cleaner.model import Cut, Document, Fact, Mark, Result, Span, Withdrawal
from cleaner.pipeline import Pipeline

SCHEMAS = Path(__file__).parents[2] / "cleaner" / "schemas"
MAKER = Maker("0.0.0", "0" * 64, "careful", "balanced")
MARKDOWN = replace(MAKER, text_format="markdown")
PAGE = "Skip to main content\nRain is expected in the north.\r\nAccept all cookies\nIt will be dry in the south.\n"


@lru_cache
def validator(name):
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text()))


def result_of(text, spans=(), **more):
    marks = (Mark(Span(0, 0), "menu/item", "menu", "a menu line"), Mark(Span(0, 0), "menu/bar", "menu", "a bar", 20))
    return Result(Document("a.txt", text), tuple(Cut(Span(*span), marks) for span in spans), **more)


def rows_of(data, spans=(), **more):
    decoded = decode(data)
    result = result_of(decoded.text, spans, **more)
    origin = Origin("a.txt", "a.txt", hashlib.sha256(data).hexdigest(), decoded, input_sha256="1" * 64)
    return document_row(result, origin, MAKER), ledger_row(result, origin, MAKER)


@st.composite
def cut_sources(draw):
    """Bytes of any kind, and any disjoint spans of their text."""
    data = draw(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "replace"))))
    length = len(decode(data).text)
    ends = sorted(draw(st.sets(st.integers(0, length), max_size=12)))
    return data, list(zip(ends[::2], ends[1::2], strict=False))


@given(cut_sources())
def test_both_rows_are_the_source_through_json(source):
    data, spans = source
    document, ledger = (to_row(to_line(row)) for row in rows_of(data, spans))
    verify(document, ledger)
    assert restore(document, ledger) == data


@given(cut_sources())
def test_rows_fit_their_schema(source):
    document, ledger = rows_of(*source)
    validator("document").validate(document)
    validator("ledger").validate(ledger)


@pytest.mark.parametrize("name", ["document", "ledger", "report", "failed"])
def test_schemas_are_schemas_and_every_key_is_required(name):
    schema = validator(name).schema
    Draft202012Validator.check_schema(schema)
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False


def test_the_rows_of_a_real_page_fit():
    result = Pipeline().run(PAGE, id="a.txt")
    data = PAGE.encode()
    origin = Origin("a.txt", "a.txt", hashlib.sha256(data).hexdigest(), decode(data), input_sha256="1" * 64)
    document, ledger = document_row(result, origin, MAKER), ledger_row(result, origin, MAKER)
    verify(document, ledger)
    validator("document").validate(document)
    validator("ledger").validate(ledger)
    assert "Skip to main content" not in document["text"]


def test_a_row_in_full():
    data = "\ufeffMenu\nRain.\r\nMenu".encode()
    cut = Cut(Span(5, 10), (Mark(Span(5, 10), "ad/label", "ad", "a label"),))
    facts = (
        Fact("title", "Rain", 2, "headline"),
        Fact("title", "Sun", 2),
        Fact("tags", "a", 3, "line"),
        Fact("tags", "b", 3),
    )
    document, ledger = rows_of(
        data, [(0, 5), (10, 16)], facts=facts, withdrawn=(Withdrawal(cut, "the headline stays"),), warnings=("w",)
    )
    sha256 = hashlib.sha256(data).hexdigest()
    assert document == {
        "id": "a.txt", "text": "Rain.", "text_format": "plain", "title": "Rain", "author": "", "authors": [], "date": "", "date_text": "",
        "date_modified": "", "url": "", "site": "", "lang": "", "tags": ["a", "b"], "section": "", "description": "", "image": "", "paywall": "",
        "metadata_from": {**dict.fromkeys(METADATA, ""), "title": "headline", "tags": "line"}, "page_type": "", "page_type_confidence": 0.0, "captions": [], "comments": [], "extra": {}, "source": "a.txt", "record": 0, "source_sha256": sha256, "encoding": "utf-8",
        "encoding_reason": "bom", "input_kind": "text", "status": "ok", "duplicate_of": "", "warnings": ["w"],
        "characters_in": 16, "characters_out": 5, "lines_in": 3, "lines_out": 1,
        "categories": [{"category": "menu", "cuts": 2, "characters": 11}],
        "cleaner_version": "0.0.0", "packs_hash": "0" * 64, "profile": "careful",
    }  # fmt: skip
    head = {
        "id": "a.txt", "source": "a.txt", "record": 0, "source_sha256": sha256, "input_sha256": "1" * 64,
        "text_sha256": hashlib.sha256(data[3:]).hexdigest(), "encoding": "utf-8", "bom": "efbbbf",
        "repairs": [], "raw": "", "kept": "", "rewritten": [], "facts": [fact._asdict() for fact in facts],
    }  # fmt: skip
    assert ledger == {
        **head,
        "ledger_version": 2,
        "elements": {"parents": [], "labels": [], "names": []},
        "decisions": [
            {
                "category": "menu",
                "mechanism": "rule",
                "rules": ["menu/item", "menu/bar"],
                "score": 120,
                "reason": "a menu line",
            },
            {"category": "ad", "mechanism": "rule", "rules": ["ad/label"], "score": 100, "reason": "a label"},
        ],
        "cuts": [
            {"start": 0, "line": 1, "lengths": [5], "decisions": [0], "elements": [-1], "text": "Menu\n"},
            {"start": 10, "line": 2, "lengths": [6], "decisions": [0], "elements": [-1], "text": "\r\nMenu"},
        ],
        "withdrawn": [{"start": 5, "decision": 1, "element": -1, "promise": "the headline stays", "text": "Rain."}],
    }
    common = {
        "category": "menu",
        "mechanism": "rule",
        "rules": ["menu/item", "menu/bar"],
        "score": 120,
        "path": "",
        "reason": "a menu line",
    }
    assert expand(ledger) == {
        **head,
        "cuts": [
            {"start": 0, "end": 5, "text": "Menu\n", "line": 1, **common},
            {"start": 10, "end": 16, "text": "\r\nMenu", "line": 2, **common},
        ],
        "withdrawn": [
            {"start": 5, "end": 10, "category": "ad", "mechanism": "rule", "rules": ["ad/label"], "score": 100, "text": "Rain.",
             "path": "", "reason": "a label", "promise": "the headline stays"}
        ],
    }  # fmt: skip


DAMAGE = {
    "another id": lambda d, c: c.update(id="b.txt"),
    "another hash": lambda d, c: [row.update(source_sha256="0" * 64) for row in (d, c)],
    "the hash of the text": lambda d, c: c.update(text_sha256="0" * 64),
    "a changed text": lambda d, c: d.update(text=d["text"].replace("R", "T")),
    "a lost character": lambda d, c: d.update(text=d["text"][:-1]),
    "a count": lambda d, c: d.update(characters_in=99),
    "a count of lines": lambda d, c: d.update(lines_out=99),
    "a category": lambda d, c: d["categories"][0].update(cuts=7),
    "a lost cut": lambda d, c: c["cuts"].pop(),
    "the order of cuts": lambda d, c: c["cuts"].reverse(),
    "an overlap": lambda d, c: c["cuts"][1].update(start=4),
    "an empty run": lambda d, c: c["cuts"][0].update(lengths=[], decisions=[], elements=[], text=""),
    "an empty cut": lambda d, c: c["cuts"][0].update(lengths=[0, 5], decisions=[0, 0], elements=[-1, -1]),
    "a length": lambda d, c: c["cuts"][0].update(lengths=[4]),
    "a decision that is not there": lambda d, c: c["cuts"][0].update(decisions=[1]),
    "a negative decision": lambda d, c: c["cuts"][0].update(decisions=[-1]),
    "a decision too many": lambda d, c: c["cuts"][0].update(decisions=[0, 0]),
    "an element that is not there": lambda d, c: c["cuts"][0].update(elements=[0]),
    "a negative element": lambda d, c: c["cuts"][0].update(elements=[-2]),
    "the text of a cut": lambda d, c: c["cuts"][0].update(text=c["cuts"][0]["text"].upper()),
    "the length of a cut": lambda d, c: c["cuts"][0].update(text="x"),
    "a line": lambda d, c: c["cuts"][1].update(line=9),
    "a cut outside": lambda d, c: c["cuts"][1].update(start=900),
    "the encoding": lambda d, c: [row.update(encoding="ascii") for row in (d, c)],
    "an unknown encoding": lambda d, c: [row.update(encoding="nonsense") for row in (d, c)],
    "a byte order mark": lambda d, c: c.update(bom="efbbbf"),
    "a repair": lambda d, c: c["repairs"].append({"at": 0, "bytes": "ff"}),
    "raw bytes": lambda d, c: c.update(raw="eJwDAAAAAAE="),
    "no raw bytes": lambda d, c: c.update(raw="AAAA"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_found(damage):
    document, ledger = rows_of("Menü\nRain.\r\nMenu".encode(), [(0, 5), (10, 16)])
    verify(document, ledger)
    before = copy.deepcopy((document, ledger))
    damage(document, ledger)
    assert (document, ledger) != before
    with pytest.raises(LedgerError):
        verify(document, ledger)


def test_a_text_that_raw_bytes_do_not_prove_is_checked_too():
    data = b"\xff\xfeM\x00\x00\xd8x\x00"  # UTF-16 with half a surrogate pair: no way back but the bytes
    document, ledger = rows_of(data, [(0, 1)])
    verify(document, ledger)
    assert ledger["raw"]
    ledger["cuts"][0]["text"] = "N"
    with pytest.raises(LedgerError, match="the text is"):
        verify(document, ledger)


def test_pyarrow_reads_rows_with_empty_columns(tmp_path):
    json_reader = pytest.importorskip("pyarrow.json")
    document, ledger = rows_of(b"plain")
    for name, row in (("documents", document), ("ledger", ledger)):
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(to_line(row) * 3)
        table = json_reader.read_json(path)
        assert table.column_names == list(row)
        assert table.to_pylist()[0] == row


def test_pyarrow_reads_full_and_empty_rows_together(tmp_path):
    json_reader = pytest.importorskip("pyarrow.json")
    full = rows_of("Menü\nRain.\r\nMenu".encode(), [(0, 5), (10, 16)])
    empty = rows_of(b"")
    for n, name in enumerate(("documents", "ledger")):
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(to_line(empty[n]) + to_line(full[n]) + to_line(empty[n]))
        assert json_reader.read_json(path).to_pylist() == [empty[n], full[n], empty[n]]


# The compact form

NAMES = st.sampled_from(["body", "div", "div.w-1/2", "p", ""])
PATHS = st.lists(NAMES, max_size=5).map("/".join)
DECISIONS = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["menu", "ad"]),
        "rules": st.lists(st.sampled_from(["menu/item", "menu/bar", "ad/label"]), min_size=1, max_size=3),
        "score": st.integers(-5, 5),
        "reason": st.sampled_from(["", "a menu line"]),
    }
)


@st.composite
def explicit_rows(draw):
    """Ledger rows with all fields in each cut; neighbours touch or have kept text between them."""
    cuts, at, line = [], 0, 1
    for _ in range(draw(st.integers(0, 8))):
        gap, text = draw(st.sampled_from([0, 0, 3])), draw(st.text("ab\n", min_size=1, max_size=4))
        start = at + gap
        line += draw(st.integers(0, gap))
        more = {"start": start, "end": start + len(text), "text": text, "path": draw(PATHS), "line": line}
        cuts.append({**draw(DECISIONS), **more})
        at, line = start + len(text), line + text.count("\n")
    withdrawn = [
        {**draw(DECISIONS), "start": n, "end": n + 1, "text": "x", "path": draw(PATHS), "promise": "list"}
        for n in range(draw(st.integers(0, 3)))
    ]
    return {"id": "a", "cuts": cuts, "withdrawn": withdrawn, "facts": []}


@given(explicit_rows())
def test_the_compact_form_loses_nothing(explicit):
    assert expand(to_row(to_line(compact(explicit)))) == explicit


@given(explicit_rows())
def test_the_compact_form_writes_what_is_shared_once(explicit):
    row = compact(explicit)
    decisions = [repr(decision) for decision in row["decisions"]]
    assert len(set(decisions)) == len(decisions)
    elements = list(zip(row["elements"]["parents"], row["elements"]["labels"], strict=True))
    assert len(set(elements)) == len(elements)
    names = row["elements"]["names"]
    assert len(set(names)) == len(names)
    ends = [run["start"] + len(run["text"]) for run in row["cuts"]]
    assert all(run["start"] > end for run, end in zip(row["cuts"][1:], ends, strict=False))


def test_a_decision_may_have_further_fields():
    cut = {"start": 0, "end": 1, "text": "a", "path": "", "line": 1, "category": "menu", "rules": ["menu/item"]}
    explicit = {"cuts": [{**cut, "score": 1, "reason": "", "mechanism": "scorer"}], "withdrawn": []}
    assert compact(explicit)["decisions"][0]["mechanism"] == "scorer"
    assert expand(compact(explicit)) == explicit


@pytest.mark.parametrize("parents", [[0], [1, -1], [-1], [-1, 0, 2]])
def test_elements_that_are_no_tree_are_refused(parents):
    elements = {"parents": parents, "labels": [0, 1], "names": ["body", "p"]}
    with pytest.raises(LedgerError, match="elements"):
        expand({"elements": elements, "decisions": [], "cuts": [], "withdrawn": []})


@pytest.mark.parametrize("label", [-1, 1])
def test_an_element_without_a_name_is_refused(label):
    elements = {"parents": [-1], "labels": [label], "names": ["body"]}
    with pytest.raises(LedgerError, match=r"elements\.labels\[0\]"):
        expand({"elements": elements, "decisions": [], "cuts": [], "withdrawn": []})


def test_elements_nested_without_end_are_refused():
    elements = {"parents": list(range(-1, 5_000)), "labels": [0] * 5_001, "names": ["p"]}
    with pytest.raises(LedgerError, match="levels deep"):
        expand({"elements": elements, "decisions": [], "cuts": [], "withdrawn": []})


@given(cut_sources())
def test_expand_gives_the_cuts_of_the_result(source):
    data, spans = source
    _, ledger = rows_of(data, spans)
    text = decode(data).text
    assert [(cut["start"], cut["end"], cut["text"]) for cut in expand(ledger)["cuts"]] == [
        (start, end, text[start:end]) for start, end in spans
    ]
    assert [cut["line"] for cut in expand(ledger)["cuts"]] == [1 + text.count("\n", 0, start) for start, _ in spans]
    assert expand(compact(expand(ledger))) == expand(ledger)


# HTML pages

HTML = """<html lang="de-AT"><head><title>Rain</title><meta name="author" content="Ann Lee"></head><body>
<nav class="menu"><a href="/">Home</a></nav><main><h1>Rain in the north</h1>
<p>Rain is expected in the north of the country, and nobody there will be pleased to hear of it again.</p>
<ul><li>Monday: rain from early morning on.</li><li>Tuesday: more of it, and wind.</li></ul></main>
<footer id="foot"><p>All rights reserved.</p></footer></body></html>"""


@lru_cache
def pipeline():
    return Pipeline()


def rows_of_page(html=HTML, maker=MAKER, encoding="utf-8"):
    data = html.encode(encoding)
    decoded = decode(data, is_html=True)
    origin = Origin("a.html", "a.html", hashlib.sha256(data).hexdigest(), decoded, input_sha256="1" * 64)
    result = pipeline().run(origin.decoded.text, id="a.html", kind="html")
    return document_row(result, origin, maker), ledger_row(result, origin, maker)


def test_the_rows_of_a_page():
    document, ledger = rows_of_page()
    verify(document, ledger)
    validator("document").validate(document)
    validator("ledger").validate(ledger)
    assert (document["input_kind"], document["profile"], document["text_format"]) == ("html", "balanced", "plain")
    assert (document["title"], document["author"], document["lang"]) == ("Rain in the north", "Ann Lee", "de")
    assert document["source_sha256"] == hashlib.sha256(HTML.encode()).hexdigest()
    assert {cut["path"] for cut in expand(ledger)["cuts"]} == {"body/nav.menu/a", "body/footer#foot/p"}
    text = "Home\n\n" + document["text"] + "\nAll rights reserved.\n"
    assert ledger["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert restore(document, ledger) == text.encode()


def test_the_way_back_to_the_bytes_of_a_page_is_not_kept():
    document, ledger = rows_of_page(encoding="utf-16")
    assert (document["encoding"], ledger["bom"], ledger["raw"], ledger["repairs"]) == ("utf-16-le", "", "", [])
    verify(document, ledger)


def test_a_withdrawn_cut_of_a_page_has_its_path_too():
    data = HTML.encode()
    result = pipeline().run(HTML, kind="html")
    start = result.document.text.index("Tuesday")
    cut = Cut(Span(start, start + 7), (Mark(Span(start, start + 7), "menu/item", "menu", "a menu line"),))
    origin = Origin("a.html", "a.html", hashlib.sha256(data).hexdigest(), decode(data))
    ledger = ledger_row(replace(result, withdrawn=(Withdrawal(cut, "lists"),)), origin, MAKER)
    assert [row["path"] for row in expand(ledger)["withdrawn"]] == ["body/main/ul/li"]


def test_markdown_keeps_the_slices_in_the_ledger():
    plain, (document, ledger) = rows_of_page()[0], rows_of_page(maker=MARKDOWN)
    verify(document, ledger)
    validator("document").validate(document)
    validator("ledger").validate(ledger)
    assert document["text_format"] == "markdown"
    assert document["text"].startswith("# Rain in the north\n\nRain is expected")
    assert document["text"].endswith("\n\n- Monday: rain from early morning on.\n- Tuesday: more of it, and wind.\n")
    assert ledger["kept"] == plain["text"]
    assert {name: document[name] for name in plain if name not in ("text", "text_format")} == {
        name: plain[name] for name in plain if name not in ("text", "text_format")
    }
    assert restore(document, ledger) == restore(*rows_of_page())


def test_a_text_stays_plain_where_markdown_is_asked_for():
    data = b"Menu\nRain.\n"
    origin = Origin("a.txt", "a.txt", hashlib.sha256(data).hexdigest(), decode(data))
    result = result_of("Menu\nRain.\n", [(0, 5)])
    document, ledger = document_row(result, origin, MARKDOWN), ledger_row(result, origin, MARKDOWN)
    assert (document["text"], document["text_format"], ledger["kept"]) == ("Rain.\n", "plain", "")
    verify(document, ledger)


PAGE_DAMAGE = {
    "the hash of the text": lambda d, c: c.update(text_sha256="0" * 64),
    "a cut": lambda d, c: c["cuts"][0].update(text="Hame\n\n"),
    "a lost cut": lambda d, c: c["cuts"].pop(),
    "a lost word": lambda d, c: d.update(text=d["text"].replace("Tuesday", "")),
    "a changed word": lambda d, c: d.update(text=d["text"].replace("Tuesday", "Wednesday")),
    "the order of words": lambda d, c: d.update(text="".join(reversed(d["text"].splitlines(keepends=True)))),
    "the hash of the source": lambda d, c: d.update(source_sha256="0" * 64),
}


@pytest.mark.parametrize("maker", [MAKER, MARKDOWN], ids=["plain", "markdown"])
@pytest.mark.parametrize("damage", PAGE_DAMAGE.values(), ids=PAGE_DAMAGE)
def test_damage_to_the_rows_of_a_page_is_found(damage, maker):
    document, ledger = rows_of_page(maker=maker)
    damage(document, ledger)
    with pytest.raises(LedgerError):
        verify(document, ledger)


def test_damage_to_the_kept_slices_is_found():
    document, ledger = rows_of_page(maker=MARKDOWN)
    ledger["kept"] = ledger["kept"].replace("Tuesday", "Monday!")
    with pytest.raises(LedgerError):
        verify(document, ledger)


@pytest.mark.parametrize(("text", "lines"), [("", 0), ("\n", 1), ("a", 1), ("a\n", 1), ("a\r\nb", 2), ("a\n\n", 2)])
def test_lines_are_counted_as_editors_do(text, lines):
    assert count_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ""),
        ("Too short.", ""),
        ("The council met on Tuesday and decided to open the road again after the long winter.", "en"),
        ("Der Gemeinderat beschloss am Dienstag, die Straße nach dem langen Winter wieder zu öffnen.", "de"),
    ],
)
def test_language(text, code):
    assert language(text) == code


# What is known of a page, each from its fact


def row_of(text, facts=(), url="", maker=MAKER):
    data = text.encode()
    origin = Origin("a.txt", "a.txt", hashlib.sha256(data).hexdigest(), decode(data), url=url)
    result = result_of(text, facts=tuple(Fact(name, value, 0) for name, value in facts))
    return document_row(result, origin, maker)


@pytest.mark.parametrize("name", ["title", "date", "url", "site", "lang"])
def test_of_a_fact_told_more_than_once_the_first_counts(name):
    row = row_of("Rain.\n", [(name, "first"), (name, "second")])
    assert row[name] == "first"
    assert row_of("Rain.\n")[name] == ""


def test_all_authors_are_in_a_row():
    row = row_of("Rain.\n", [("author", "Ann Lee"), ("author", "Jo van Dam"), ("author", "Ann Lee")])
    assert (row["authors"], row["author"]) == (["Ann Lee", "Jo van Dam"], "Ann Lee, Jo van Dam")


def test_the_address_that_a_document_came_from_goes_before_what_it_says():
    assert (
        row_of("Rain.\n", [("url", "https://said.example")], url="https://came.example")["url"]
        == "https://came.example"
    )


def test_the_language_that_a_page_says_goes_before_a_guess():
    text = "The council met on Tuesday and decided to open the road again after the long winter.\n"
    assert row_of(text)["lang"] == "en"
    assert row_of(text, [("lang", "sco")])["lang"] == "sco"


def test_categories_are_sorted_and_counted_by_cuts_and_characters():
    text = "Menu\nRain.\nAd\nSun.\nNext\n"
    spans = {Span(0, 5): "menu", Span(11, 14): "ad", Span(19, 24): "menu"}
    cuts = tuple(Cut(span, (Mark(span, f"{name}/made", name, "made"),)) for span, name in spans.items())
    data = text.encode()
    origin = Origin("a.txt", "a.txt", hashlib.sha256(data).hexdigest(), decode(data))
    result = Result(Document("a.txt", text), cuts)
    document, ledger = document_row(result, origin, MAKER), ledger_row(result, origin, MAKER)
    assert document["categories"] == [
        {"category": "ad", "cuts": 1, "characters": 3},
        {"category": "menu", "cuts": 2, "characters": 10},
    ]
    verify(document, ledger)
    assert whole_text(document, ledger) == text


def test_a_language_is_guessed_by_letters_of_sixty_characters_and_more():
    text = "Councils met Tuesday deciding that roadways should open throughout town."
    assert text[57:60].strip()
    assert (language(text[:60]), language(text[:59])) == ("en", "")
    assert language(f"   {text[:59]}   \n") == ""


def test_the_language_of_a_text_is_that_of_its_beginning():
    english = "The council met on Tuesday and decided to open the road again after the long winter. "
    german = "Der Gemeinderat beschloss am Dienstag, die Straße nach dem langen Winter wieder zu öffnen. "
    assert language(english * 50 + german * 500) == "en"


def test_a_text_without_words_has_no_language():
    assert language("12345 67890 " * 20) == ""


# What is wrong is told


TOLD = {
    "id in the ledger": lambda d, c: c.update(id="b.txt"),
    "source in the ledger": lambda d, c: c.update(source="b.txt"),
    "record in the ledger": lambda d, c: c.update(record=7),
    "source_sha256 in the ledger": lambda d, c: c.update(source_sha256="0" * 64),
    "encoding in the ledger": lambda d, c: c.update(encoding="cp1252"),
    "characters_in": lambda d, c: d.update(characters_in=99),
    "characters_out": lambda d, c: d.update(characters_out=99),
    "lines_in": lambda d, c: d.update(lines_in=99),
    "lines_out": lambda d, c: d.update(lines_out=99),
    "categories": lambda d, c: d.update(categories=[]),
    "source_sha256": lambda d, c: [row.update(source_sha256="0" * 64) for row in (d, c)],
    "text_sha256": lambda d, c: c.update(text_sha256="0" * 64),
}


@pytest.mark.parametrize(("name", "damage"), TOLD.items(), ids=TOLD)
def test_damage_is_told_by_its_name(name, damage):
    document, ledger = rows_of("Menü\nRain.\r\nMenu".encode(), [(0, 5), (10, 16)])
    damage(document, ledger)
    with pytest.raises(LedgerError, match=rf"^{name} is .*, but should be "):
        verify(document, ledger)


def test_a_long_value_is_told_by_its_beginning():
    document, ledger = rows_of(b"Rain.\n")
    for length, shown in ((68, f"'{'a' * 68}'"), (69, f"'{'a' * 66}...")):
        ledger["id"] = "a" * length
        with pytest.raises(LedgerError) as caught:
            verify(document, ledger)
        assert str(caught.value) == f"id in the ledger is {shown}, but should be 'a.txt'"


def test_a_changed_withdrawal_is_found():
    cut = Cut(Span(5, 10), (Mark(Span(5, 10), "ad/label", "ad", "a label"),))
    document, ledger = rows_of(b"Menu\nRain.\nMenu", [(0, 5)], withdrawn=(Withdrawal(cut, "lone"),))
    verify(document, ledger)
    damaged = json.loads(json.dumps(ledger).replace('"Rain."', '"Hail."'))
    assert damaged != ledger
    with pytest.raises(LedgerError, match=r"withdrawn\[0\]"):
        verify(document, damaged)


def test_cuts_that_touch_are_put_together_again():
    document, ledger = rows_of(b"Menu\nHome\nRain.\n", [(0, 5), (5, 10)])
    verify(document, ledger)
    assert whole_text(document, ledger) == "Menu\nHome\nRain.\n"


def test_a_cut_at_the_very_end_is_put_back_there():
    document, ledger = rows_of(b"Rain.\nMenu", [(6, 10)])
    assert whole_text(document, ledger) == "Rain.\nMenu"


def test_what_has_no_way_back_to_bytes_is_told():
    document, ledger = rows_of("Grüße\n".encode())
    for row in (document, ledger):
        row["encoding"] = "ascii"
    with pytest.raises(LedgerError, match="^the text can't be encoded in ascii: "):
        restore(document, ledger)


def test_half_a_surrogate_pair_in_a_text_stops_nothing():
    origin = Origin("a", "a", "0" * 64, decode(b""))
    result = result_of("Menu\nRain \ud800\n", [(0, 5)])
    html = replace(result, document=replace(result.document, input_kind="html"))
    document, ledger = document_row(html, origin, MAKER), ledger_row(html, origin, MAKER)
    verify(document, ledger)
    assert restore(document, ledger) == "Menu\nRain \ud800\n".encode("utf-8", "surrogatepass")


# Markdown lacks no letter of what was kept


def markdown_rows(markdown, kept):
    """The rows of a page whose clean text is ``kept``, written as ``markdown``."""
    document, ledger = rows_of_page(f"<p>{kept}</p>", maker=MARKDOWN)
    verify(document, ledger)
    document["text"] = markdown
    return document, ledger


@pytest.mark.parametrize(
    "markdown",
    [
        "Two ferries sail.\n",
        "- Two **ferries** sail.\n",
        "1. Two ferries sail.\n2. And more.\n",
        "Tw*o fer*ries [sail](x).\n",
        "A Two B ferries C sail.\n",
    ],
)
def test_markdown_may_hold_signs_and_words_of_its_own(markdown):
    verify(*markdown_rows(markdown, "Two ferries sail."))


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "Two ferries.\n",
        "Two ferries sai.\n",
        "ferries Two sail.\n",
        "Two sail ferries.\n",
        "wo ferries sail.\n",
        "Two feries sail.\n",
    ],
)
def test_markdown_that_lacks_a_letter_or_turns_them_round_is_found(markdown):
    with pytest.raises(LedgerError, match="^the Markdown lacks "):
        verify(*markdown_rows(markdown, "Two ferries sail."))


@pytest.mark.parametrize(
    ("markdown", "kept"),
    [("Rain here.\n", "Rain x here."), ("Rain.\n", "Rain Rain."), ("A Rain.\n", "Rain n.")],
)
def test_markdown_that_lacks_a_word_is_found(markdown, kept):
    with pytest.raises(LedgerError, match="^the Markdown lacks "):
        verify(*markdown_rows(markdown, kept))


EMPTY = "is empty, or starts at {start}, before the end of the cut before it"
CUTS = [
    (EMPTY, {"start": 3, "lengths": [0], "text": ""}),
    (EMPTY, {"start": 2, "lengths": [], "decisions": [], "elements": [], "text": ""}),
    ("has 4 characters, but its lengths add up to 6", {"lengths": [6], "text": "Rain"}),
    ("starts at 7, outside the text", {"start": 7, "lengths": [1], "text": "x"}),
    ("starts at 12, outside the text", {"start": 12, "lengths": [1], "text": "x"}),
]


@pytest.mark.parametrize(
    ("said", "cut"), CUTS, ids=["empty", "no cut", "another length", "beyond the end", "far beyond"]
)
def test_cuts_that_fit_no_text_are_reported(said, cut):
    document, ledger = rows_of(b"Menu\nRain.\n", [(0, 5)])
    ledger["cuts"][0].update(cut)
    with pytest.raises(LedgerError, match=rf"^cuts\[0\].*{said.format(**ledger['cuts'][0])}"):
        (whole_text(document, ledger), list(cuts_of(ledger)))


def test_cuts_that_overlap_are_reported():
    document, ledger = rows_of(b"Menu\nRain.\nMenu", [(0, 5), (11, 15)])
    ledger["cuts"][1].update(start=4)
    with pytest.raises(
        LedgerError, match=r"^cuts\[1\] is empty, or starts at 4, before the end of the cut before it \(5\)$"
    ):
        whole_text(document, ledger)


def test_a_cut_below_a_blank_first_line_is_on_the_second():
    document, ledger = rows_of(b"\nMenu\nRain.\n", [(1, 6)])
    verify(document, ledger)
    assert expand(ledger)["cuts"][0]["line"] == 2


def test_a_cut_below_the_last_block_of_a_page_is_in_no_element():
    result = pipeline().run("<p>Rain is expected in the north.</p>", kind="html")
    end = len(result.document.text)
    assert result.document.text[end - 1] == "\n"
    cut = Cut(Span(end - 1, end), (Mark(Span(end - 1, end), "mine/end", "mine", "the last line end"),))
    origin = Origin("a.html", "a.html", "0" * 64, decode(b""))
    assert expand(ledger_row(replace(result, cuts=(cut,)), origin, MAKER))["cuts"][0]["path"] == ""


def test_the_bad_bytes_of_a_page_are_not_kept():
    data = HTML.encode().replace(b"Monday", b"Monda\xff")
    decoded = decode(data, declared="utf-8", is_html=True)
    assert decoded.repairs
    result = pipeline().run(decoded.text, id="a.html", kind="html")
    origin = Origin("a.html", "a.html", hashlib.sha256(data).hexdigest(), decoded)
    document, ledger = document_row(result, origin, MAKER), ledger_row(result, origin, MAKER)
    verify(document, ledger)
    assert ledger["repairs"] == []


def test_the_paths_of_the_cuts_of_a_page_are_whole():
    html = (
        "<main><p>Rain is expected in the north of the country, and nobody there will be pleased.</p></main>"
        '<footer id="foot"><nav class="menu"><a href="/">Home</a><b>Imprint</b></nav><p>All rights reserved.</p></footer>'
    )
    document, ledger = rows_of_page(html)
    verify(document, ledger)
    text = json.dumps(expand(ledger))
    assert '"body/footer#foot/p"' in text
    assert '"body/footer#foot/nav.menu' in text
