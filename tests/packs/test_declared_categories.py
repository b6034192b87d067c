"""What a pack declares about its category: traits, the status of a whole page, and elements."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from cleaner import Pipeline
from cleaner.errors import RuleError
from cleaner.model import COMMENTS, MECHANISMS, WHOLE_PAGES
from cleaner.packs.load import builtin_folder, load_builtin, load_packs
from cleaner.packs.rule import Category, Trait
from cleaner.scorer.model import Model
from cleaner.stages import shipped_rules

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
PACK = """\
category = "{category}"
summary = "A pack for tests."
{keys}
[[rule]]
id = "line"
summary = "A line."
why = "Because."
lines = ["{line}"]
removes = ["{line}"]
keeps = ["The words {line} in a sentence."]
"""
STORY = "The river rose by two metres on Monday, and the people of the lower town carried their chairs to the mill."


def pack(folder: Path, keys: str, *, category: str = "swap", line: str = "Swap shop", name: str = "swap") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(PACK.format(category=category, keys=keys, line=line), "utf-8")
    return folder


def pipeline(folder: Path) -> Pipeline:
    return Pipeline(load_packs([builtin_folder(), folder]))


def test_packs_of_one_category_are_combined(tmp_path: Path) -> None:
    pack(tmp_path, 'traits = ["policy"]\nelements = ["nav"]', name="a")
    (tmp_path / "b.toml").write_text(
        PACK.format(
            category="swap",
            keys='traits = ["policy", "at-the-end"]\nwhole_page = "error_page"\nelements = ["[role=menu]"]',
            line="Swap fair",
        ).replace('id = "line"', 'id = "fair"'),
        "utf-8",
    )
    found = load_packs([tmp_path])
    assert found.categories == {"swap": Category(("policy", "at-the-end"), "error_page", ("nav", "[role=menu]"))}
    assert found.with_trait("policy") == {"swap"}
    assert found.with_trait("in-policies") == frozenset()
    assert found.elements() == {"nav": "swap", "[role=menu]": "swap"}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('traits = ["at-the-start"]', "swap.toml:1: traits[0] must be one of at-the-end, policy, in-policies, not 'at-the-s"),
        ('whole_page = "ok"', "swap.toml:1: whole_page must be one of error_page, consent_page, not 'ok'"),
        ('elements = ["nav", ".menu"]', "swap.toml:1: elements[1] must be a tag such as 'nav' or a role such as"),
        ('elements = ["[hidden]"]', "swap.toml:1: elements[0] must be a tag"),
        ('elements = ["nav"]', "swap.toml:1: elements: the category 'navigation' has 'nav' already"),
    ],
)  # fmt: skip
def test_a_declaration_that_can_not_work_does_not_load(keys: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=re.escape(message)):
        load_packs([builtin_folder(), pack(tmp_path, keys)])


def test_a_category_has_one_status_of_whole_pages(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="whole_page is 'consent_page' in an earlier pack of this category"):
        load_packs([builtin_folder(), pack(tmp_path, 'whole_page = "error_page"', category="consent")])


@pytest.mark.parametrize("status", WHOLE_PAGES)
def test_a_pack_of_a_user_declares_whole_pages(status: str, tmp_path: Path) -> None:
    assert pipeline(pack(tmp_path, "")).run("Swap shop\n").status == "unchanged"
    declared = pipeline(pack(tmp_path, f'whole_page = "{status}"')).run("Swap shop\n")
    assert (declared.status, declared.text) == (status, "")


def test_a_first_line_at_the_end_of_other_pages_stays(tmp_path: Path) -> None:
    text = f"Swap shop\n\n{STORY}\n\n{STORY}\n\nSkip to main content\n\nLog in\n\nSubscribe\n\nPrivacy policy\n"
    assert pipeline(pack(tmp_path, "")).run(text).text.startswith(STORY)
    assert pipeline(pack(tmp_path, 'traits = ["at-the-end"]')).run(text).text.startswith("Swap shop")


def test_elements_of_a_pack_of_a_user_name_cuts(tmp_path: Path) -> None:
    names = pipeline(pack(tmp_path, 'elements = ["dialog", "[role=log]"]')).packs.elements()
    assert names["dialog"] == names["[role=log]"] == "swap"
    assert names["nav"] == "navigation"


@pytest.mark.parametrize("value", [*get_args(Trait), *WHOLE_PAGES])
def test_each_value_is_documented(value: str) -> None:
    assert f"`{value}`" in DOCS.read_text("utf-8")


@pytest.mark.parametrize("trait", get_args(Trait))
def test_each_trait_is_declared_by_a_shipped_pack(trait: Trait) -> None:
    assert load_builtin().with_trait(trait)


def test_categories_that_code_names_are_those_of_packs() -> None:
    """A category that is renamed in its pack and not in a stage, or in a learned model, would be silently unknown."""
    packs = load_builtin()
    known = packs.summaries.keys() | MECHANISMS | {"sum"}
    assert {rule.category for rule in shipped_rules()} <= known
    for path in builtin_folder().glob("*.npz"):
        assert set(Model.load(path).categories) <= known
    assert COMMENTS in packs.summaries
    assert any(rule.announces for rule in packs.rules)
