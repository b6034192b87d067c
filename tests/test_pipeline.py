"""The pipeline as its users see it: stages of their own, profiles, statuses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from cleaner import Pipeline, clean, explain
from cleaner.errors import CleanerError
from cleaner.model import KEEP, Document, Mark, Span
from cleaner.packs import builtin_folder, load_builtin
from cleaner.stages import default_stages

TEXT = "Rain is expected in the north of the country until Friday morning.\n\nvalley desk\n\nThe rivers are high.\n"


def desk(document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
    """A stage as a user writes one."""
    for block in document.blocks:
        if document.text[slice(*block.span)] == "valley desk":
            yield Mark(block.span, "mine/desk", "mine", "our own desk line")


def test_a_stage_of_ones_own_needs_no_registration() -> None:
    result = Pipeline(stages=[*default_stages(load_builtin()), desk]).run(TEXT)
    assert "valley desk" not in result.text
    assert [cut.marks[0].reason for cut in result.cuts] == ["our own desk line"]


def test_a_stage_may_cut_inside_a_line() -> None:
    def inner(document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        at = document.text.find(" of the country")
        if at >= 0:
            yield Mark(Span(at, at + len(" of the country")), "mine/inner", "mine", "too long")

    text = Pipeline(stages=[inner]).run(TEXT).text
    assert text.startswith("Rain is expected in the north until Friday morning.\n\nvalley desk\n")


def test_a_veto_outweighs_any_votes() -> None:
    def veto(document: Document, marks: Sequence[Mark]) -> Iterator[Mark]:
        return (Mark(block.span, "mine/keep", "mine", "ours", KEEP) for block in document.blocks)

    result = Pipeline(stages=[*default_stages(load_builtin()), veto]).run("Accept all cookies\nReject all\nLog in\n")
    assert result.cuts == ()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("The rivers are high this year, and nobody knows why.", "unchanged"),
        ("404 Not Found\n\nThe page you are looking for could not be found.\n", "error_page"),
        ("404\nPage not found\n", "error_page"),
        ("403\n404\n500\n", "unchanged"),
        ("12\nShare this article\nAccept all cookies\nLog in\n", "unchanged"),
        ("We use cookies to improve your experience. You agree to our use of cookies.\nAccept all\nReject all\n", "consent_page"),
        ("Share this article\nThe rivers are high this year, and nobody knows why.\n", "ok"),
    ],
)
def test_status(text: str, status: str) -> None:
    assert explain(text).status == status


def test_a_page_of_menus_is_kept_whole_and_says_so() -> None:
    text = "Log in\nSign up\nForgot your password?\nShare this article\nCopy link\n"
    result = explain(text)
    assert result.text == text
    assert any("kept whole" in warning for warning in result.warnings)


def test_a_page_of_menus_beside_a_number_is_kept_whole_and_says_so() -> None:
    result = explain("12\nShare this article\nAccept all cookies\nLog in\n")
    assert result.text == result.document.text
    assert any("kept whole" in warning for warning in result.warnings)


PROSE = "Rain is expected in the north of the country until Friday morning, and nobody in the valley is surprised by it.\n"


@pytest.mark.parametrize(
    ("rows", "cut"),
    [
        ("12, 95, 88, 41\n", False),  # a row of a table
        ("12, Oxford, 95, 88\n", False),
        ("Floods, Dams, 2021\n", True),
    ],
)
def test_a_row_of_numbers_is_no_list_of_topics(rows: str, cut: bool) -> None:
    text = f"{PROSE}{PROSE[:-2]} or her.\n{rows}Share this article\nLog in\nAccept all cookies\n"
    result = Pipeline(engine="rules").run(text)
    assert (rows in result.text) is not cut
    assert "Log in" not in result.text


def test_rows_of_numbers_stay_beside_noise() -> None:
    noise = "Share this article\nLog in\nAccept all cookies\n"
    for rows in ("0 0 0\n3 1 0\n", "0 0 0\n0 0 0\n", "06:10 2021-03-04\n07:40 2021-03-05\n"):
        assert rows in explain(f"{PROSE}{rows}{noise}", profile="strict").text
    assert "0 0 0" not in explain(f"{PROSE}0 0 0\n{noise}").text


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(CleanerError, match="careful, balanced, strict"):
        Pipeline(profile="brave")


def test_offsets_outside_the_text_are_refused() -> None:
    result = explain("Share this article\nThe rivers are high this year, and nobody knows why.\n")
    assert result.to_clean(3) is None
    assert result.to_source(len(result.text)) == len(result.document.text)
    for call in (result.to_source, result.to_clean):
        with pytest.raises(IndexError):
            call(10_000)


def test_line_ends_of_the_source_stay() -> None:
    assert clean("Share this article\r\nThe rivers are high.\r\nNobody knows why.\r\n") == "The rivers are high.\r\nNobody knows why.\r\n"


def test_a_verse_that_comes_again_stays() -> None:
    verse = "The ferry that should have carried the guests across the lake on Sunday stayed in the harbour because nobody had come.\n"
    assert clean(verse * 3) == verse * 3


def test_the_digest_is_of_packs_and_models(monkeypatch, tmp_path):
    whole, by_rules = Pipeline().digest, Pipeline(engine="rules").digest
    assert whole != by_rules
    assert Pipeline().digest == whole == Pipeline(profile="strict").digest
    for path in builtin_folder().iterdir():
        if path.suffix == ".npz":
            (tmp_path / path.name).write_bytes(path.read_bytes() + b"x")
    monkeypatch.setattr("cleaner.stages.scorer.builtin_folder", lambda: tmp_path)
    assert Pipeline().digest != whole
    assert Pipeline(engine="rules").digest == by_rules


@pytest.mark.parametrize(
    ("source", "said"),
    [(None, "is NoneType, not a string"), (b"x", "is bytes, not a string; decode it first"), (7, "is int, not a string")],
)
def test_only_strings_are_cleaned(source, said):
    for function in (clean, explain):
        with pytest.raises(TypeError) as caught:
            function(source)
        assert str(caught.value) == f"the source {said}"
