"""The pipeline as its users see it: stages of their own, profiles, statuses."""

from __future__ import annotations

import inspect
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import get_args

import pytest

import cleaner
from cleaner import Config, ConfigError, InputError, InputKind, Pipeline, RuleError, clean, explain
from cleaner.config import OPTIONS
from cleaner.errors import CleanerError
from cleaner.keep import Keep
from cleaner.model import KEEP, Mark, Span
from cleaner.packs.load import builtin_folder, load_builtin
from cleaner.packs.rule import StageRule
from cleaner.pipeline import shared_pipeline
from cleaner.stages import Stage
from cleaner.view import View

TEXT = "Rain is expected in the north of the country until Friday morning.\n\nvalley desk\n\nThe rivers are high.\n"


def rule(id: str, score: int = 100) -> StageRule:
    return StageRule(id=id, category="mine", summary="Ours.", why="It is.", score=score, removes=("x",), keeps=("y",))


class Desk(Stage):
    """A stage as a user writes one."""

    rules = (rule("mine/desk"),)

    def __call__(self, page: View) -> Iterator[Mark]:
        for block in page.document.blocks:
            if block.text == "valley desk":
                yield self.rules[0].mark(block.span, "our own desk line")


def test_a_stage_of_ones_own_needs_no_registration() -> None:
    for own in (Desk, Desk(), [Desk], [Desk()]):
        result = Pipeline(stages=own).run(TEXT)
        assert "valley desk" not in result.text
        assert [cut.marks[0].reason for cut in result.cuts] == ["our own desk line"]


def test_a_stage_may_cut_inside_a_line() -> None:
    class Inner(Stage):
        rules = (rule("mine/inner"),)

        def __call__(self, page: View) -> Iterator[Mark]:
            at = page.document.text.find(" of the country")
            if at >= 0:
                yield self.rules[0].mark(Span(at, at + len(" of the country")), "too long")

    text = Pipeline(stages=[Inner]).run(TEXT).text
    assert text.startswith("Rain is expected in the north until Friday morning.\n\nvalley desk\n")


def test_a_veto_outweighs_any_votes() -> None:
    class Veto(Stage):
        rules = (rule("mine/keep", KEEP),)

        def __call__(self, page: View) -> Iterator[Mark]:
            return (self.rules[0].mark(block.span) for block in page.document.blocks)

    text = "Accept all cookies\nReject all\nLog in\n"
    for chosen in ({}, {"ignore": "mine"}, {"select": "consent,login"}):  # rules that only protect always stay
        assert Pipeline(stages=Veto, **chosen).run(text).cuts == ()


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
        (
            "We use cookies to improve your experience. You agree to our use of cookies.\nAccept all\nReject all\n",
            "consent_page",
        ),
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


PROSE = (
    "Rain is expected in the north of the country until Friday morning, and nobody in the valley is surprised by it.\n"
)


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
    result = Pipeline(classifier="rules").run(text)
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
    assert (
        clean("Share this article\r\nThe rivers are high.\r\nNobody knows why.\r\n")
        == "The rivers are high.\r\nNobody knows why.\r\n"
    )


def test_a_verse_that_comes_again_stays() -> None:
    verse = "The ferry that should have carried the guests across the lake on Sunday stayed in the harbour because nobody had come.\n"
    assert clean(verse * 3) == verse * 3


def test_the_digest_is_of_packs_and_models(monkeypatch, tmp_path):
    whole, by_rules = Pipeline().digest, Pipeline(classifier="rules").digest
    assert whole != by_rules
    assert Pipeline().digest == whole == Pipeline(profile="strict").digest
    for path in builtin_folder().iterdir():
        if path.suffix == ".npz":
            (tmp_path / path.name).write_bytes(path.read_bytes() + b"x")
    monkeypatch.setattr("cleaner.stages.scorer.builtin_folder", lambda: tmp_path)
    assert Pipeline().digest != whole
    assert Pipeline(classifier="rules").digest == by_rules


NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\n"
CLEAN = "Rain is expected in the north of the country until Friday.\n"
PAGE = "<html><nav><a href='/'>Home</a></nav><h1>Weather</h1><p>Rain is expected in the north until Friday.</p></html>"
MARKDOWN = "# Weather\n\nRain is expected in the north until Friday.\n"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "is NoneType, not a string or bytes"),
        (7, "is int, not a string or bytes"),
        (Path("a.html"), "not a string or bytes; read the file first: clean(path.read_bytes())"),
        (io.StringIO("Rain."), "is StringIO, not a string or bytes; read the file first: clean(file.read())"),
        (["Rain."], "is list, not a string or bytes; for several documents use Pipeline().run_many(documents)"),
    ],
    ids=["none", "number", "path", "file", "list"],
)
def test_what_is_not_a_text_is_refused_with_the_cure(source, said):
    for function in (clean, explain, Pipeline()):
        with pytest.raises(TypeError) as caught:
            function(source)
        assert str(caught.value).endswith(said)


@pytest.mark.parametrize("given", [None, 1, b"a"])
def test_an_id_is_a_string(given):
    for function in (explain, Pipeline().run):
        with pytest.raises(TypeError, match=rf"id is {type(given).__name__}, not a string; write id=str\(...\)"):
            function("Rain.", id=given)


def test_the_first_argument_is_packs():
    for given in (Config(profile="strict"), "strict", {"profile": "strict"}):
        with pytest.raises(
            TypeError, match=r"the first argument of Pipeline\(\) is rule packs, not .*; write config=..., profile=..."
        ):
            Pipeline(given)


@pytest.mark.parametrize("name", ["text_stages", "page_stages", "late_stages"])
def test_stages_in_place_of_the_shipped_ones_are_stages(name):
    desk = Desk()
    for given, said in (
        ("x", f"{name} is str, not a list of stages"),
        (7, f"{name} is int, not a list of stages"),
        (desk, f"{name} is Desk, not a list of stages; write {name}=[stage]"),
        ([desk, 1], f"{name}[1]: int is not a stage: it has no __call__(self, page)"),
        ([desk, clean], f"{name}[1]: clean is not a stage: it declares no rules; write rules = (StageRule(...),)"),
        ([Desk], f"{name}[0]: Desk is a class; make a stage of it"),
    ):
        with pytest.raises(TypeError) as caught:
            Pipeline(**{name: given})
        assert str(caught.value).startswith(said)
    assert getattr(Pipeline(**{name: (one for one in [desk])}), name) == (desk,)


# Options: the same everywhere


@pytest.mark.parametrize("function", [clean, explain, Pipeline], ids=["clean", "explain", "Pipeline"])
def test_every_option_is_listed_everywhere(function):
    named = inspect.signature(function).parameters
    assert set(OPTIONS) <= set(named)
    assert {name: named[name].default for name in OPTIONS} == {name: getattr(Config(), name) for name in OPTIONS}


OF_FILES = {"max_bytes", "text_column", "learned", "keep"}
"""What only the command asks of a `Config`: it is about files, rows and findings."""


def test_the_config_and_the_command_have_every_option():
    assert {field.name for field in fields(Config)} == {*OPTIONS, "max_bytes", "text_column", "learned", "keep"}
    flags = {name.replace("_", "-") for name in OPTIONS if name != "stages"} | {"stage"}
    for command in ("run", "explain", "clean"):
        done = subprocess.run(
            [sys.executable, "-m", "cleaner", command, "--help"], capture_output=True, text=True, check=True
        )
        assert flags <= set(re.findall(r"--([a-z][a-z-]*)", done.stdout)), command


@pytest.mark.parametrize("function", [clean, explain], ids=["clean", "explain"])
def test_options_mean_the_same_in_every_form(function):
    options = {"profile": "strict", "classifier": "rules", "text_format": "markdown", "select": ["navigation"]}
    wanted = function(PAGE, **options)
    assert function(PAGE, config=Config(**options)) == wanted
    assert function(PAGE, config=options) == wanted
    assert function(PAGE, config=Config(profile="careful", text_format="markdown"), **options) == wanted
    made = Config(**options).pipeline().run(PAGE)
    assert wanted == (made.output if function is clean else made)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"profil": "strict"}, TypeError, "has no option 'profil'; did you mean 'profile'?"),
        ({"xyz": 1}, TypeError, "has no option 'xyz'; options are profile, select, "),
        (
            {"profile": "stric"},
            ConfigError,
            "there is no profile 'stric'; choose one of careful, balanced, strict; did you mean 'strict'?",
        ),
        ({"profile": 3}, ConfigError, "profile must be a string, not 3"),
        ({"text_format": "md"}, ConfigError, "there is no text format 'md'; choose one of plain, markdown"),
        ({"stable": "yes"}, ConfigError, "stable must be true or false, not 'yes'"),
        ({"select": 7}, ConfigError, "select must be a string or a list of strings, not 7"),
        ({"rules": [None]}, ConfigError, "rules must be a string or a list of strings, not [None]"),
        ({"ignore": "xyz"}, RuleError, "no rule id starts with 'xyz'"),
        ({"encoding": "utf-9"}, ConfigError, "'utf-9' is not a known text encoding"),
        ({"config": {"classifer": "rules"}}, TypeError, "Config has no option 'classifer'; did you mean 'classifier'?"),
        (
            {"config": "cleaner.toml"},
            TypeError,
            "config is str, not a Config or a mapping of options; to read a file, use load_config(path)",
        ),
        ({"config": {"keep": 1}}, ConfigError, "keep must be a list of keep-rules, not 1"),
        (
            {"config": {"keep": ["x"]}},
            ConfigError,
            "the options: keep must be a list of tables [[keep]] with files, lines or rules, not ['x']",
        ),
        (
            {"config": {"keep": [{"file": ["a"]}]}},
            ConfigError,
            "the options: keep 1: unknown key 'file'; did you mean 'files'?",
        ),
        (
            {"config": {"keep": [Keep(files=["a"])]}},
            ConfigError,
            "keep: files, lines and rules of a Keep must be tuples of strings",
        ),
        ({"config": 7}, TypeError, "config is int, not a Config or a mapping of options"),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_option_is_one_clear_error(options, error, said):
    for function in (partial(clean, "Rain."), partial(explain, "Rain."), Pipeline):
        with pytest.raises(error) as caught:
            function(**options)
        assert said in str(caught.value)


def test_names_of_rules_may_be_joined_as_on_the_command_line():
    assert Config(select="consent, share", ignore=["a,b", "c"]) == Config(
        select=("consent", "share"), ignore=("a", "b", "c")
    )
    assert Config(rules=Path("mine")).rules == Config(rules="mine").rules == ("mine",)


def test_keep_rules_are_tables_or_keeps():
    keep = Keep(files=("a",), rules=("consent",))
    for given in ([keep], (keep,), [{"files": ["a"], "rules": ["consent"]}]):
        assert Config(keep=given).keep == (keep,)
        assert clean(NOISY, config={"keep": given}) == CLEAN


def test_none_is_not_given():
    assert clean(NOISY, profile=None, select=None, stable=None) == CLEAN
    assert Config(profile=None) == Config()


@pytest.mark.parametrize("kind", ["pdf", "htm", "auto", 3])
def test_an_unknown_kind_is_refused(kind):
    with pytest.raises(ConfigError, match=f"there is no kind {kind!r}; choose one of {', '.join(get_args(InputKind))}"):
        clean("Rain", kind=kind)


def test_the_kind_of_all_documents_is_an_option():
    assert explain("Rain <b>falls</b>", input_kind="html").text == "Rain falls\n"
    assert explain("Rain <b>falls</b>", input_kind="html", kind="text").text == "Rain <b>falls</b>"


def test_equal_options_share_a_pipeline():
    assert shared_pipeline(Config()) is shared_pipeline(Config())
    assert shared_pipeline(Config(classifier="rules")) is not shared_pipeline(Config())


def test_a_pack_that_changed_is_read_again(tmp_path):
    pack = """
category = "desk"
summary = "Desks."

[[rule]]
id = "line"
summary = "A desk."
why = "It is ours."
lines = ["{0}"]
removes = ["{0}"]
keeps = ["The {0} wrote this."]
"""
    for at, name in enumerate(("valley desk", "river desk")):
        (tmp_path / "mine.toml").write_text(pack.format(name))
        os.utime(tmp_path / "mine.toml", (at, at))
        config = Config(rules=tmp_path)
        assert shared_pipeline(config).packs.rule("desk/line").removes == (name,)
        assert shared_pipeline(config) is shared_pipeline(config)


def test_packs_and_a_choice_of_rules_exclude_each_other():
    with pytest.raises(ConfigError, match="give one or the other"):
        Pipeline(load_builtin(), select="consent")


# Bytes


def test_bytes_are_decoded_as_the_command_does():
    assert clean(b"Caf\xe9 au lait is served in the north of the country.\n").startswith("Café")
    assert clean(bytearray(NOISY, "utf-8")) == clean(memoryview(NOISY.encode())) == CLEAN
    assert clean("Rain in Łódź.".encode("utf-16")) == "Rain in Łódź."
    assert clean("Rain in Łódź.".encode("cp1250"), encoding="cp1250") == "Rain in Łódź."
    page = "<meta charset=iso-8859-2><p>Rain is expected in Łódź.</p>"
    assert clean(page.encode("iso-8859-2")) == "Rain is expected in Łódź.\n"
    with pytest.raises(InputError, match="looks like a PNG image, not text"):
        clean(b"\x89PNG\r\n\x1a\n\0\0")


# Formats


def test_markdown_is_an_option_and_a_view():
    assert clean(PAGE, text_format="markdown") == MARKDOWN
    result = Config(text_format="markdown").pipeline().run(PAGE)
    assert result.output == result.markdown() == result.to_dict()["text"] == MARKDOWN
    assert result.text == explain(PAGE).output  # offsets are those of the plain text
    assert result.to_dict()["text_format"] == "markdown"
    assert explain(PAGE).markdown() == MARKDOWN
    text = explain(NOISY, text_format="markdown")
    assert (text.output, text.to_dict()["text_format"]) == (CLEAN, "plain")


# What a shell shows


def test_representations_are_short():
    result = explain("Skip to main content\nRain is expected.\nShare this article\n", id="a")
    assert repr(result) == "Result(id='a', ok, 18 of 58 characters kept, 2 cuts)"
    assert repr(result.cuts[0]) == "Cut(0:21, navigation/skip-link, score 100)"
    assert repr(result.document) == "Document(id='a', text, 58 characters, 3 blocks)"
    assert repr(result.document.blocks) == "Blocks(3 blocks)"
    assert re.fullmatch(r"Tree\(\d+ elements\)", repr(explain(PAGE).document.blocks.tree))
    assert re.fullmatch(
        r"Pipeline\(profile='strict', classifier='rules', text_format='markdown', \d+ rules\)",
        repr(Pipeline(profile="strict", classifier="rules", text_format="markdown")),
    )
    assert repr(Pipeline()).startswith(
        "Pipeline(profile='careful' for text, 'balanced' for HTML, classifier='blocks', "
    )
    assert re.fullmatch(r"Packs\(\d+ rules, \d+ sections\)", repr(load_builtin()))


def test_the_package_lists_its_public_names():
    assert set(dir(cleaner)) == {*cleaner.__all__, "__version__"}
    assert all(getattr(cleaner, name) is not None for name in cleaner.__all__)
    with pytest.raises(AttributeError, match="no attribute 'cleen'"):
        _ = cleaner.cleen


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, cleaner; print(sorted(name for name in sys.modules if name.startswith('cleaner')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['cleaner']"


# Ids of stages are chosen like rules

RAIN = "Rain is expected in the north of the country until Friday morning, and the rivers are high.\n"
RAIN_TOO = RAIN.replace("north", "south")
FURNITURE = (
    "Share this article\nSkip to main content\nOur offices\nSign up for our newsletter\nFollow us on Facebook\n"
    "Privacy policy\nTerms of use\nAll rights reserved\nThe desk\nContact us\n"
)
OF_STAGES = (
    f"Home\nViews:\nSkip to main content\nShare this article\n\n{RAIN}\n{RAIN_TOO}",
    f"{RAIN}\n{RAIN_TOO}\nTags:\nweather, rain, rivers, floods\n\nShare this article\nAccept all cookies\n",
    f"{RAIN}\n{RAIN_TOO}\n{FURNITURE}",
    (Path(__file__).parents[1] / "pages" / "cookie-law-article.html").read_text("utf-8"),
)


def rules_of(text: str, **options: str) -> set[str]:
    result = explain(text, profile="balanced", **options)
    return {mark.rule for cut in (*result.cuts, *(w.cut for w in result.withdrawn)) for mark in cut.marks}


@pytest.mark.parametrize(
    ("n", "id"),
    [
        (0, "widget/empty-label"), (1, "tags/list"), (2, "context/among"), (2, "context"), (2, "scorer/block"),
        (3, "links/run"), (3, "region/outside"), (3, "scorer"),
    ],
)  # fmt: skip
def test_what_a_stage_says_can_be_ignored(n: int, id: str) -> None:
    assert any(rule.startswith(id) for rule in rules_of(OF_STAGES[n]))
    left = rules_of(OF_STAGES[n], ignore=id)
    assert left
    assert not any(rule.startswith(id) for rule in left)


def test_of_stages_only_those_selected_speak() -> None:
    assert rules_of(OF_STAGES[1], select="tags,share") == {"tags/label", "tags/list", "share/prompt"}
    assert rules_of(OF_STAGES[1], select="tags/label,share") <= {"tags/label", "share/prompt"}
    assert rules_of(OF_STAGES[2], select="share") == {"share/prompt", "share/follow"}


def test_stages_of_ones_own_are_chosen_by_id() -> None:
    for chosen, goes in (
        ({}, True), ({"ignore": "mine"}, False), ({"ignore": "context"}, True), ({"select": "share"}, False),
        ({"select": "share,mine/desk"}, True),
    ):  # fmt: skip
        assert ("valley desk" not in Pipeline(stages=Desk, **chosen).run(TEXT).text) is goes, chosen


def test_ignored_stages_have_a_digest_of_their_own() -> None:
    digests = {Pipeline(ignore=id).digest for id in ("", "context", "context/among", "widget/empty-label")}
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("prefix", "near"),
    [("context/amog", "context/among"), ("contexx", "context"), ("widget/empty-lable", "widget/empty-label")],
)
@pytest.mark.parametrize("option", ["select", "ignore"])
def test_an_unknown_id_is_refused_with_the_nearest_of_rules_and_stages(option: str, prefix: str, near: str) -> None:
    with pytest.raises(RuleError, match=f"no rule id starts with '{prefix}'; did you mean '{near}'"):
        Pipeline(**{option: prefix})
