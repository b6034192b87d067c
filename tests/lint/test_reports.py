"""Findings as text, JSON, SARIF and GitHub annotations, and baselines of accepted findings."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import CLEAN, NOISY, linted, pipeline
from strategies import pages

from cleaner.config import Config
from cleaner.errors import ConfigError
from cleaner.lint import formats
from cleaner.lint.baseline import Baseline
from cleaner.lint.finding import Finding, excerpt
from cleaner.lint.source import Place, Problem
from cleaner.terminal import visible

FINDINGS = [
    Finding("a,b.txt", Place(3, 1), Place(3, 19), "share/prompt", "share", "A prompt", "Share: 100 %", "0123456789ab"),
    Finding("ü x.txt", Place(9, 2), Place(9, 2), "consent/button", "consent", "A button", "OK\\", "ba9876543210"),
]


def told(name: str, findings=FINDINGS) -> str:
    return "\n".join(formats.FORMATS[name](formats.Findings(findings, "1.0")))


def test_text_is_one_line_a_finding() -> None:
    assert told("text").split("\n") == [
        "a,b.txt:3:1: share/prompt: Share: 100 % (A prompt)",
        "ü x.txt:9:2: consent/button: OK\\ (A button)",
    ]
    assert told("text", []) == ""


def test_json_is_a_list_of_rows() -> None:
    assert json.loads(told("json")) == [one.row() for one in FINDINGS]
    assert json.loads(told("json", [])) == []
    assert json.loads(told("json", FINDINGS[:1]))[0]["line_hash"] == "0123456789ab"


def test_github_escapes_what_ends_a_command() -> None:
    assert told("github").split("\n")[0] == (
        "::warning file=a%2Cb.txt,line=3,endLine=3,col=1,title=share/prompt::A prompt: Share: 100 %25."
    )


def test_colour_is_only_added() -> None:
    plain, coloured = (
        "\n".join(formats.as_text(formats.Findings(FINDINGS, "1", colour=colour))) for colour in (False, True)
    )
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_every_rule_has_a_text_for_code_scanning() -> None:
    packs = pipeline().packs
    texts = formats.rule_texts(packs)
    ids = [one.id for one in (*packs.rules, *packs.sections, *packs.stage_rules) if getattr(one, "place", "?")]
    findings = [FINDINGS[0]._replace(rule=id) for id in ids]
    (run,) = json.loads("\n".join(formats.as_sarif(formats.Findings(findings, "1", texts=texts))))["runs"]
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert described.keys() == set(ids)
    for id, rule in described.items():
        assert rule["shortDescription"]["text"] == texts[id].summary, id
        assert rule["fullDescription"]["text"] == texts[id].why, id
        assert all(f'rules = ["{id}"]' in rule["help"][key] for key in ("text", "markdown")), id
        assert rule["helpUri"].startswith("https://"), id


@given(st.text(), st.text())
def test_no_finding_drives_a_terminal_or_breaks_a_line(reason: str, text: str) -> None:
    one = FINDINGS[0]._replace(reason=visible(reason), excerpt=excerpt(text))
    for line in (*formats.as_text(formats.Findings([one], "1")), *formats.as_github(formats.Findings([one], "1"))):
        assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in line)
        assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in line)


def test_sarif_has_what_the_standard_asks_for() -> None:
    log = json.loads(told("sarif"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {one.rule for one in FINDINGS}
    first, second = run["results"]
    assert all(result["message"]["text"] and result["ruleId"] for result in run["results"])
    place = first["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 19}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%C3%BC%20x.txt"
    assert "endLine" not in second["locations"][0]["physicalLocation"]["region"]
    assert json.loads(told("sarif", []))["runs"][0]["results"] == []


PROBLEMS = [("b\n.txt", Problem(0, "can't be read: 100 %")), ("c.jsonl", Problem(3, "is no JSON"))]


def test_what_can_not_be_read_is_told_to_code_scanning() -> None:
    (run,) = json.loads("\n".join(formats.as_sarif(formats.Findings(FINDINGS, "1", PROBLEMS))))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    first, second = invocation["toolExecutionNotifications"]
    assert (first["level"], first["message"]) == ("error", {"text": "can't be read: 100 %"})
    assert first["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "b%0A.txt"}}}]
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert len(run["results"]) == 2
    assert json.loads(told("sarif"))["runs"][0]["invocations"] == [{"executionSuccessful": True}]


def test_what_can_not_be_read_is_told_to_github() -> None:
    lines = list(formats.as_github(formats.Findings(FINDINGS, "1", PROBLEMS)))
    assert lines[2:] == [r"::error file=b\n.txt::can't be read: 100 %25", "::error file=c.jsonl,line=3::is no JSON"]


def test_names_do_not_break_lines() -> None:
    bad = FINDINGS[0]._replace(path="a\n\x1b[31m.txt")
    assert told("text", [bad]).startswith(r"a\n\x1b[31m.txt:3:1: ")
    assert told("github", [bad]).startswith(r"::warning file=a\n\x1b[31m.txt,line=3")


def test_statistics_begin_with_the_commonest_rule() -> None:
    assert formats.statistics([*FINDINGS, FINDINGS[1]]) == [("consent/button", 2, 1), ("share/prompt", 1, 1)]


def baseline(findings) -> Baseline:
    return Baseline([(one.path, one.rule, one.line_hash) for one in findings])


@given(pages(), st.data())
def test_what_a_baseline_accepts_is_neither_told_nor_taken(text: str, drawn: st.DataObject) -> None:
    data = text.encode("utf-8", "ignore")
    config = Config(input_kind="text")
    found = linted("a.txt", data, config).findings
    accepted = drawn.draw(st.lists(st.sampled_from(found), unique_by=id) if found else st.just([]))
    left = linted("./a.txt", data, config, accepted=baseline(accepted))
    assert not Counter(keys(found)) - Counter(keys(accepted)) - Counter(keys(left.findings))
    nothing = linted("a.txt", data, config, accepted=baseline(found))
    assert (nothing.findings, nothing.deletions, nothing.refused) == ([], [], [])
    assert linted("b.txt", data, config, accepted=baseline(found)).left == linted("b.txt", data, config).left


def keys(findings):
    return [(one.rule, one.line_hash) for one in findings]


def test_a_baseline_accepts_each_finding_once_however_its_path_is_spelt(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = linted("x/a.txt", NOISY.encode()).findings
    path = tmp_path / "base.json"
    path.write_text("\n".join(formats.as_json(formats.Findings(found, "1"))))
    twice = (CLEAN + NOISY + NOISY).encode()
    for name in ("x/a.txt", "./x/../x/a.txt", str(tmp_path / "x" / "a.txt")):
        left = linted(name, twice, accepted=Baseline.read(path))
        assert Counter(keys(left.findings)) == Counter(keys(linted("a.txt", twice).findings)) - Counter(keys(found))


def test_a_baseline_accepts_in_the_first_rows_what_it_names_once() -> None:
    rows = b"\n".join([json.dumps({"text": NOISY}).encode()] * 3)
    first = [one for one in linted("a.jsonl", rows).findings if one.place.line == 1]
    left = linted("a.jsonl", rows, accepted=baseline(first))
    assert {one.place.line for one in left.findings} == {2, 3}
    assert [json.loads(row)["text"] for row in left.left.split(b"\n")] == [NOISY, CLEAN, CLEAN]


NO_BASELINES = [
    "{",
    "[1]",
    "{}",
    "",
    "null",
    '"a"',
    '[{"path": 1, "rule": "a", "line_hash": "b"}]',
    "[" * 100_000,
    "\xff",
]


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "can't read the baseline: No such file"), *((content, "is not the output of") for content in NO_BASELINES)],
)
def test_a_baseline_that_is_none_is_refused(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "base.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(
        ConfigError, match=rf"base.json: .*{said}.*; create it with: cleaner check FILES --format json > "
    ):
        Baseline.read(path)


def test_excerpts_are_one_short_line_that_does_not_drive_the_terminal() -> None:
    assert excerpt("a \n\t b\x1b[31m") == "a b\\x1b[31m"
    assert len(excerpt("word " * 50)) == 60
