"""What words are worth is the same both ways, to the last bit, and no name that a selector matches is passed over."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from both_ways import both, needs_core
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Tag, Tree
from cleaner.packs.load import builtin_folder
from cleaner.packs.selectors import PathIndex
from cleaner.scorer.model import Model
from cleaner.scorer.names import NameOdds, words_of
from cleaner.scorer.wording import WordOdds, checksums, wording_columns

pytestmark = needs_core
MODELS = {name: Model.load(builtin_folder() / f"scorer_{name}.npz") for name in ("html", "text")}
LETTERS = "aAbBzZ09 -_:?é中กß\U00020000\U0001f600\udc80\0\x1f\u0301"
lines = st.lists(st.text(LETTERS, max_size=60) | st.text(max_size=400), max_size=12)
odds = st.floats(-8, 8, width=32)
names = st.text("abcABZ09-_é?.", max_size=12) | st.text("abAB", min_size=20, max_size=60) | st.text(max_size=8)
tags = st.builds(Tag, st.sampled_from(("p", "div")), names, st.lists(names, max_size=4).map(tuple), names)


def fresh(model: Model) -> tuple[NameOdds, WordOdds]:
    return NameOdds(model.name_odds), WordOdds(model.word_odds)


def of(tags: list[Tag]) -> Tree:
    """A tree of elements with these start tags, each in the one before."""
    return Tree(tuple(range(-1, len(tags) - 1)), tuple(tags), (len(tags),) * len(tags))


@given(lines, st.data())
def test_the_words_of_any_lines(lines, data):
    keys = sorted({key for line in lines for key in checksums(line)})
    known = data.draw(st.dictionaries(st.sampled_from(keys), odds)) if keys else {}

    def work() -> bytes:
        return np.array(WordOdds(known).of_lines(lines), np.float64).tobytes()

    native, python = both(work)
    assert native == python


@given(lines.filter(len))
def test_the_shipped_odds_of_lines(lines):
    native, python = both(lambda: wording_columns(lines, fresh(MODELS["text"])[1]).tobytes())
    assert native == python


@given(st.lists(tags, max_size=8), st.data())
def test_the_names_of_any_tags(tags, data):
    tree, words = of(tags), sorted({word for tag in tags for word in words_of(tag)})
    known = data.draw(st.dictionaries(st.sampled_from(words), odds)) if words else {}
    native, python = both(lambda: np.ascontiguousarray(NameOdds(known).of_tags(tree)).tobytes())
    assert native == python
    native, python = both(lambda: np.ascontiguousarray(fresh(MODELS["html"])[0].of_tags(tree)).tobytes())
    assert native == python


parts = st.sampled_from(("a", "ab", "B", "aB", "ABc", "9", "is", "no", "-", "--", "_", "é", "?", "\n", "x" * 30))
built = st.lists(parts, max_size=9).map("".join)
built_tags = st.builds(Tag, st.sampled_from(("p", "div")), built, st.lists(built, max_size=4).map(tuple), built)
of_selectors = st.lists(st.sampled_from(("a", "ab", "b", "9", "is", "é", "a-b", "ab-9", "b-b-ab", "is-a")), max_size=5)


@given(st.lists(built_tags | tags, min_size=1, max_size=8), of_selectors, st.sampled_from(("", "p")))
def test_selectors_find_the_same_elements(tags, words, tag):
    tree = of(tags)
    forms = [f"{tag}{sign}{first}{word}" for word in words for sign in ".#*" for first in ("", "^")]
    native, python = both(lambda: PathIndex(enumerate(forms)).find(tree))
    assert native == python


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        (Tag("p", "", ("-".join("abcdefghij"),)), (0, 1)),
        (Tag("p", "b-c-d-e-f"), (2,)),
        (Tag("p", "b-c-d-e-f-g"), ()),  # it has too many words
        (Tag("p", "b-c--d", ("b--c",)), (2,)),
        (Tag("p", "", ("hentry", "tag-b-c", "b-c")), (1,)),
        (Tag("p", "", ("hentry", "tag-b-c")), ()),
        (Tag("p", "", ("#b-c",)), (1,)),
        (Tag("p", "b\nc", ("b\nc",)), (1, 2)),
        (Tag("p", "", ("é", "bC")), (1,)),
        (Tag("p", "b\0c", ("b-c",)), (1, 2)),
        (Tag("p", "hide-b-c", ("hide-b-c",), "Menu"), (2, 3)),
        (Tag("b", "", ("b-c",), "menu", hidden=True), (1, 3, 4)),
    ],
)
def test_what_selectors_find(tag, found):
    selectors = [(0, "." + "-".join("abcdefghi")), (1, ".b-c"), (2, "#b-c"), (3, "[role=menu]"), (4, "b[hidden]")]
    tree = of([Tag("i"), tag, Tag("i", "", ("b-c",)), Tag("i")])
    here = [(1, found)] if found else []
    assert both(lambda: PathIndex(selectors).find(tree)) == ([*here, (2, (1,))],) * 2
    assert both(lambda: PathIndex(selectors).of_tag(tag)) == (found,) * 2


def test_what_words_are_worth_can_be_pickled_after_use():
    of_names, of_words = fresh(MODELS["html"])[0], fresh(MODELS["text"])[1]
    of_names.of_tags(of([Tag("p", "footer")]))
    of_words.of_lines(["privacy policy"])
    assert pickle.loads(pickle.dumps(of_names)) == of_names
    assert pickle.loads(pickle.dumps(of_words)) == of_words
