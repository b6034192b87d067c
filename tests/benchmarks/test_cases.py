"""Cases that must come out right, and gold texts as pages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from gold_corpus import FURNITURE, PROSE, write_corpus
from hypothesis import given
from hypothesis import strategies as st

from bench import cases, gold_pages
from bench.cases import Case, outcome
from cleaner.model import Cut, Result, Span
from cleaner.pipeline import Pipeline

TEXTS = st.lists(st.sampled_from(["The rain fell.", "Share this", "A mill\n and its  weir"]), max_size=3, unique=True)


def case(keep: list[str], drop: list[str], meta: dict[str, str] | None = None) -> Case:
    folded = [tuple(map(cases.folded, texts)) for texts in (keep, drop)]
    return Case("a", "html", "", "group", folded[0], folded[1], meta or {})


@given(TEXTS, TEXTS)
def test_a_case_is_right_if_and_only_if_all_is_kept_and_nothing_left(keep: list[str], drop: list[str]) -> None:
    found = outcome(case(keep, drop), "  \n".join(keep), {})
    assert not found.lost
    assert {*found.left} == {cases.folded(one) for one in drop} & {cases.folded(one) for one in keep}
    assert found.right == (not found.left)
    assert outcome(case(keep, drop), "", {}).right == (not keep)


@pytest.mark.parametrize(
    ("metadata", "wrong"),
    [
        ({"author": ("Ida Brook",)}, ()),
        ({"author": ("Ida  Brook", "Staff")}, ()),
        ({"author": ("Staff", "Ida Brook")}, ("author: Staff",)),
        ({}, ("author: ",)),
    ],
)
def test_the_first_value_of_a_field_is_what_a_page_says_of_itself(
    metadata: dict[str, tuple[str, ...]], wrong: tuple[str, ...]
) -> None:
    found = outcome(case([], [], {"author": "Ida Brook"}), "", metadata)
    assert found.wrong == wrong
    assert found.right == (not wrong)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def write(name: str, ending: str, text: str, keep: str, drop: str) -> None:
        (tmp_path / f"{name}.{ending}").write_text(text, "utf-8")
        spec = {"must_keep": [keep], "must_drop": [drop], "group": "bridges", "kind": ending, "why": "a test"}
        (tmp_path / f"{name}.json").write_text(json.dumps(spec), "utf-8")

    page = f"<body>{FURNITURE}<main>{''.join(f'<p>{one}</p>' for one in PROSE)}</main></body>"
    write("01-page", "html", page, PROSE[0], "Weather")
    write("02-wrong", "html", page, "a text that is not there", PROSE[1])
    write("03-text", "txt", "\n\n".join(PROSE), PROSE[2], "Weather")
    return tmp_path


def test_html_runs_in_two_profiles_and_text_in_careful(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases.main(["--cases", str(folder), "--show", "--by-group", "--json", str(tmp_path / "out")])
    printed = capsys.readouterr().out
    assert "| html-careful | 2 | 1 | 1 | 1 | 0 |" in printed
    assert "| bridges | 1 | 1 | 0 | 0 | 0 |" in printed
    assert "lost: a text that is not there" in printed
    found = json.loads((tmp_path / "out").read_text("utf-8"))
    assert {name: run["summary"]["right"] for name, run in found["runs"].items()} == {
        "html-balanced": 1, "html-careful": 1, "text-careful": 1,
    }  # fmt: skip


def test_cases_are_chosen_by_how_their_names_begin(folder: Path) -> None:
    assert [one.name for one in cases.read_cases(folder, ["03", "01-p"])] == ["01-page", "03-text"]
    with pytest.raises(ValueError, match="has no case 9, x$"):
        cases.read_cases(folder, ["9", "01", "x"])


@pytest.mark.parametrize(
    ("spec", "said"), [("{", "is not a case"), ("[]", "is not a case"), ("{}", "has no input: neither 04.html nor")]
)
def test_a_file_that_is_not_a_case_is_named(folder: Path, spec: str, said: str) -> None:
    (folder / "04.json").write_text(spec, "utf-8")
    with pytest.raises(ValueError, match=rf"04\.json {said}"):
        cases.read_cases(folder)


# --------------------------------------------------------------------------
# gold texts as pages


@given(st.lists(st.sampled_from([*PROSE, "a < b & c"]), min_size=1, unique=True))
def test_a_gold_text_is_a_page_of_its_lines(lines: list[str]) -> None:
    found = Pipeline().run(gold_pages.page_of("\n\n".join(lines)), kind="html").document.text
    assert [line for line in found.splitlines() if line.strip()] == lines


class Silent:
    """A pipeline that keeps nothing."""

    def run(self, source: str, *, kind: Literal["html"]) -> Result:
        whole = Pipeline().run(source, kind=kind)
        return replace(whole, cuts=(Cut(Span(0, len(whole.document.text)), ()),))


def test_all_that_is_cut_of_a_gold_text_is_lost() -> None:
    gold = "\n".join(PROSE)
    assert gold_pages.loss_of("a", gold, Pipeline()) == gold_pages.Loss("a", 58, 0, ())
    lost = gold_pages.loss_of("a", gold, Silent())  # type: ignore[arg-type]
    assert (lost.words, lost.lost, len(lost.cut)) == (58, 58, 1)
    assert gold_pages.summary([lost, lost._replace(lost=0)]) == {
        "pages": 2, "words": 116, "lost": 0.5, "lost_mean": 0.5, "losing": 0.5,
    }  # fmt: skip


def test_losses_are_printed_by_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = {"a": {"html": "", "gold": "\n\n".join(PROSE)}, "b": {"html": "", "gold": ""}}
    root = write_corpus(tmp_path / "wcxb", pages)
    gold_pages.main(["--wcxb", str(root), "--show", "3", "--json", str(tmp_path / "out")])
    printed = capsys.readouterr().out
    assert [line.partition(":")[0] for line in printed.splitlines()] == ["balanced", "careful"]
    assert "0.000% of 58 words lost" in printed
    found = json.loads((tmp_path / "out").read_text("utf-8"))
    assert found["profiles"]["careful"]["pages"] == 1
