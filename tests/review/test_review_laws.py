"""Laws of the data of a page: it rebuilds each text, explains each removed part, and can't be markup."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from review_runs import HOSTILE
from strategies import any_text

from cleaner.decode import decode
from cleaner.json_lines import to_line
from cleaner.ledger import Maker, Origin, document_row, ledger_row
from cleaner.ledger_form import cuts_of
from cleaner.model import Cut, Document, Mark, Result, Span, Withdrawal
from cleaner.review.document import NONE, page_document, without_text
from cleaner.review.page import as_json
from cleaner.review.phrases import Phrases
from cleaner.review.risk import MAX_REMOVED, Shares, risk_of, shares_of
from cleaner.review.survey import BINS, bin_of

MAKER = Maker("0.0.0", "0" * 64, "careful", "balanced")
RULES = ("share/button", "consent/notice", "menu/<b>")
TEXTS = any_text() | st.lists(
    st.sampled_from(["Share this!\n", "\n", "a\u2028b\n", "x <!-- \u202e\n", HOSTILE, "word " * 9, "\r\n", "你好\n", "\x00", "\ud83d"]), max_size=8
).map("".join)
SHARES = st.floats(0, 1)


@st.composite
def rows(draw, kind="text"):
    """The rows of a document with cuts and withdrawals anywhere."""
    text = decode(draw(TEXTS).encode("utf-8", "surrogatepass")).text
    bounds = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)) | {0, len(text)})
    cuts, withdrawn = [], []
    for start, end in pairwise(bounds):
        rule = draw(st.sampled_from(RULES))
        cut = Cut(Span(start, end), (Mark(Span(start, end), rule, rule.partition("/")[0], f"It is {rule}.", 100),))
        match draw(st.sampled_from(["cut", "withdrawn", "kept", "kept"])):
            case "cut":
                cuts.append(cut)
            case "withdrawn":
                withdrawn.append(Withdrawal(cut, "prose"))
    result = Result(Document("a", text, input_kind=kind), tuple(cuts), withdrawn=tuple(withdrawn))
    data = text.encode("utf-8", "surrogatepass")
    origin = Origin("a", "a", hashlib.sha256(data).hexdigest(), decode(data))
    return text, document_row(result, origin, MAKER), ledger_row(result, origin, MAKER)


def data_of(document, ledger):
    return page_document(document, ledger, risk_of(shares_of(document, ledger), 1), Phrases())


@given(rows() | rows(kind="html"))
def test_the_parts_rebuild_the_text(made):
    text, document, ledger = made
    row = json.loads(as_json(data_of(document, ledger)))
    assert "".join(row["parts"]) == text
    assert all(row["parts"]) or not text
    assert {len(row["parts"])} == {len(row["cuts"]), len(row["lines"])} | ({len(row["stays"])} if row["stays"] else set())


@given(rows() | rows(kind="html"))
def test_each_character_is_shown_with_the_decision_that_removed_it(made):
    text, document, ledger = made
    row = data_of(document, ledger)
    shown = [cut for part, cut in zip(row["parts"], row["cuts"], strict=True) for _ in part]
    wanted = [None] * len(text)
    for cut in cuts_of(ledger):
        wanted[cut.start : cut.end] = [(cut.decision["category"], tuple(cut.decision["rules"]))] * (cut.end - cut.start)
    found = [None if n == NONE else (row["decisions"][n]["category"], tuple(row["decisions"][n]["rules"])) for n in shown]
    assert found == wanted


@given(rows())
def test_each_withdrawal_is_shown_where_it_is_kept(made):
    _, document, ledger = made
    row = data_of(document, ledger)
    at, found = 0, {}
    for part, stay in zip(row["parts"], row["stays"], strict=bool(row["stays"])):
        if stay != NONE:
            found.setdefault(stay, [at, at])[1] = at + len(part)
        at += len(part)
    wanted = sorted((one["start"], one["start"] + len(one["text"])) for one in ledger["withdrawn"])
    assert [tuple(found[n]) for n in sorted(found)] == wanted
    assert len(row["withdrawals"]) == len(wanted)


@given(TEXTS)
def test_data_ends_no_element_and_hides_nothing_in_the_source(text):
    row = json.loads(to_line({"text": text, text: [text]}))  # as it is on disk, where two halves are one character
    source = as_json(row)
    assert json.loads(source) == row
    assert not set(source) & set("<>&\n\r\u2028\u2029\u202e\u2069\x1b\x00")
    source.encode()


@given(rows())
def test_a_document_that_is_too_long_keeps_its_figures(made):
    _, document, ledger = made
    row = data_of(document, ledger)
    short = without_text(row)
    assert short["is_long"]
    assert (short["parts"], short["removed"], short["points"]) == ([], row["removed"], row["points"])


@given(SHARES, SHARES, SHARES, st.integers(0, 1000))
def test_risk_is_from_0_to_100_and_grows_with_each_share(removed, doubtful, withdrawn, documents):
    risk = risk_of(Shares(removed, doubtful, withdrawn), documents)
    assert 0 <= risk.total <= 100
    more = risk_of(Shares(min(removed + 0.1, 1), min(doubtful + 0.1, 1), min(withdrawn + 0.1, 1)), documents)
    assert all(a <= b for a, b in zip(risk, more, strict=True))
    assert risk_of(Shares(1, 0, 0), 0).total == MAX_REMOVED
    assert risk_of(Shares(0, 0, 0), documents + 1).rare >= risk_of(Shares(0, 0, 0), documents + 2).rare


@given(SHARES)
def test_each_share_has_its_step(share):
    assert 0 <= bin_of(share) <= BINS
    assert (bin_of(share) == 0) == (share == 0)
