"""The page as a file: its size, its sample, what it says of itself, and what happens with damaged output."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_runs import data_of, input_rows, make_run, shuffled, text_of

from cleaner.errors import ConfigError, OutputError
from cleaner.outputs.containers import CONTAINERS
from cleaner.outputs.layouts import NAMES
from cleaner.review.make import MIN_BYTES, review_run
from cleaner.review.phrases import BROAD, DUPLICATE, LONG, MAX_LENGTH, UNFINDABLE, WORDLESS, Phrases
from cleaner.review.risk import Risk
from cleaner.review.sample import AT_RANDOM, BOTH, BY_RISK, EXAMPLE, choose, turns_that_fit
from cleaner.review.survey import Entry
from cleaner.run.options import RunOptions

FORMS = [
    RunOptions(layout=layout, output_format=output_format)
    for layout in NAMES for output_format in CONTAINERS if (layout, output_format) != ("dolma", "parquet")
]  # fmt: skip


@pytest.fixture
def out(tmp_path):
    return make_run(tmp_path)


def test_all_documents_of_a_small_run_are_shown_with_their_texts(out):
    made = review_run(out)
    data = data_of(made.page)
    assert (made.shown, made.documents, made.problems) == (12, 12, ())
    texts = {row["id"]: "".join(row["parts"]) for row in data["documents"]}
    assert texts == {row["id"]: row["text"] for row in input_rows()}
    assert [row["risk"] for row in data["documents"]] == sorted((row["risk"] for row in data["documents"]), reverse=True)
    assert {row["drawn"] for row in data["documents"]} == {BOTH}
    assert sum(data["overview"]["bins"]) == 12
    assert {row["host"]: row["documents"] for row in data["overview"]["hosts"]} == {"lumen.example": 6, "marnay.example": 5}


@pytest.mark.parametrize("options", FORMS, ids=lambda one: f"{one.layout}-{one.output_format}")
def test_every_form_of_output_has_the_same_documents(tmp_path, out, options):
    (tmp_path / "other").mkdir()
    other = data_of(review_run(make_run(tmp_path / "other", options=options)).page)
    assert other["documents"] == data_of(review_run(out).page)["documents"]


def test_the_page_does_not_depend_on_the_order_of_rows(tmp_path, out):
    pages = set()
    for order in (range(12), range(11, -1, -1), [5, 3, 8, 0, 1, 2, 4, 6, 7, 11, 10, 9]):
        shutil.copytree(out, tmp_path / "copy" / "out", dirs_exist_ok=True)
        shuffled(tmp_path / "copy" / "out", list(order))
        pages.add(review_run(tmp_path / "copy" / "out", max_documents=7).page)
    assert len(pages) == 1


def test_a_sample_says_so_and_has_both_kinds_of_documents(out):
    made = review_run(out, max_documents=6)
    data = data_of(made.page)
    drawn = [row["drawn"] for row in data["documents"]]
    assert len(drawn) == made.shown <= 6
    assert {BY_RISK, AT_RANDOM} <= set(drawn)
    assert data["overview"]["all_documents"] == 12
    assert data["overview"]["at_random"] == sum(one in (AT_RANDOM, BOTH) for one in drawn)


def test_each_rule_has_a_document_in_a_sample(tmp_path):
    rows = [*input_rows(60), {"id": "rare", "text": f"{text_of(0, 'Lumen')}\nEnter your email address\nSubscribe to our newsletter\n"}]
    data = data_of(review_run(make_run(tmp_path, rows), max_documents=30).page)
    shown = {rule for row in data["documents"] for one in row["decisions"][: row["removing"]] for rule in one["rules"]}
    assert shown == {row["rule"] for row in data["overview"]["rules"]}
    assert EXAMPLE in {row["drawn"] for row in data["documents"]}


def test_a_page_is_never_larger_than_asked_for(tmp_path):
    rows = [{"id": f"{n}", "text": text_of(n, "Ærø 港") * (1 + 40 * (n % 7 == 0))} for n in range(400)]
    out = make_run(tmp_path, rows)
    for size in (MIN_BYTES, 700_000):
        made = review_run(out, max_bytes=size)
        assert len(made.page) <= size
        assert 20 < made.shown < 400


def test_a_document_that_would_fill_the_page_is_listed_without_its_text(tmp_path):
    rows = [*input_rows(4), {"id": "long", "text": text_of(1, "Lumen") * 800}]
    data = data_of(review_run(make_run(tmp_path, rows), max_bytes=MIN_BYTES).page)
    (long,) = (row for row in data["documents"] if row["id"] == "long")
    assert long["is_long"]
    assert long["parts"] == []
    assert len(data["documents"]) == 5


def test_damaged_rows_are_problems_and_the_others_are_shown(out):
    for name, n, new in (("documents.jsonl", 2, b"{\n"), ("ledger.jsonl", 5, None)):
        lines = (out / name).read_bytes().splitlines(keepends=True)
        row = json.loads(lines[n])
        lines[n] = new or json.dumps({**row, "text_sha256": "0" * 64}).encode() + b"\n"
        (out / name).write_bytes(b"".join(lines))
    made = review_run(out)
    assert made.shown == 10
    assert sorted(re.findall(r"\w+\.jsonl:\d+", " ".join(made.problems))) == ["documents.jsonl:3", "documents.jsonl:6"]
    assert data_of(made.page)["overview"]["documents"]["damaged"] == 2


def test_wrong_sizes_and_folders_are_refused(tmp_path, out):
    for more in ({"max_bytes": 10}, {"max_documents": 1}):
        with pytest.raises(ConfigError):
            review_run(out, **more)
    with pytest.raises(OutputError):
        review_run(tmp_path / "nowhere")
    (tmp_path / "bare").mkdir()
    with pytest.raises(OutputError, match="--no-ledger"):
        review_run(make_run(tmp_path / "bare", options=RunOptions(ledger=False)))


def test_the_policy_of_the_page_allows_its_own_parts_only(out):
    page = review_run(out).page.decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    markup = re.sub(r"(?s)<style>.*</style>", "", page.partition('id="data"')[0])
    assert set(re.findall(r"(?i)\b(?:src|href|action|srcset|poster)\s*=.*?(?=[ >])", markup)) == {'href="#content"'}
    assert "url(" not in page.partition("</style>")[0]
    assert "innerHTML" not in page


def test_the_parts_of_the_page_are_files_of_the_package():
    folder = Path(sys.modules["cleaner.review.page"].__file__).parent / "template"
    assert {path.name for path in folder.iterdir()} == {"app.js", "charts.js", "page.html", "rules.js", "style.css", "text.js"}


class _Made:
    """A survey of which only the orders are asked for."""

    def __init__(self, risks, sizes):
        entries = [Entry(n, sizes[n], Risk(risk, 0, 0, 0)) for n, risk in enumerate(risks)]
        self.risky = sorted(entries, key=lambda one: -one.risk.total)
        self.lots = sorted(entries, key=lambda one: (one.number * 7919) % 104_729)

    def by_risk(self):
        return iter(self.risky)

    def by_lot(self):
        return iter(self.lots)

    def examples(self):
        return iter(self.risky[1:4:2])


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9_000)), max_size=60), st.integers(0, 90_000), st.integers(1, 40))
def test_a_sample_is_the_first_of_both_orders(documents, room, most):
    made = _Made([risk for risk, _ in documents], [size for _, size in documents])
    chosen = choose(made, room, most, 5_000)
    turns = turns_that_fit(chosen, {one.entry.number: one.entry.size for one in chosen}, room)
    shown = {one.entry.number: one.drawn(turns) for one in chosen if one.turn < turns}
    assert {one.entry.number for one in chosen if one.is_example} <= {one.number for one in made.examples()}
    assert len(chosen) <= most
    assert sum(documents[n][1] for n in shown) <= room
    assert {n for n, drawn in shown.items() if drawn in (BY_RISK, BOTH)} == {one.number for one in made.risky[:turns]}
    assert {n for n, drawn in shown.items() if drawn in (AT_RANDOM, BOTH)} == {one.number for one in made.lots[:turns]}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("Ring the tide bell", 0), ("Accept all cookies", DUPLICATE), ("newsletter", BROAD | DUPLICATE), ("18 / 20", WORDLESS),
        ("the quiet harbour,", UNFINDABLE), ("tide " * MAX_LENGTH, LONG),
    ],
    ids=["new", "known", "common", "numbers", "a verse", "long"],
)  # fmt: skip
def test_lines_have_the_flags_of_their_rules(text, flag):
    phrases = Phrases()
    number = phrases.number(text)
    flags = phrases.flags([number])
    assert flags.get(number, 0) == flag
    assert phrases.number(f"• {text}") == number
    assert phrases.number("—") == 0
