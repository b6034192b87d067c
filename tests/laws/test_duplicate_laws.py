"""Laws of duplicates: who is named, and that the work can stop and go on anywhere."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.duplicates import Duplicates
from cleaner.errors import OutputError

WORDS = tuple("ferry harbour storm council bridge crew school museum baker lamps ropes boats songs nets books".split())


@st.composite
def _texts(draw: st.DrawFn) -> list[str]:
    """Texts of which some are the same, some nearly, and some others."""
    some = draw(st.lists(st.lists(st.sampled_from(WORDS), min_size=20, max_size=60), min_size=1, max_size=3))
    texts = []
    for _ in range(draw(st.integers(1, 12))):
        words = [*draw(st.sampled_from(some))]
        for at in draw(st.lists(st.integers(0, 19), max_size=2)):
            words[at] = draw(st.sampled_from(WORDS))
        texts.append(draw(st.sampled_from([" ", "\n"])).join(words))
    return draw(st.permutations([*texts, *draw(st.lists(st.text(max_size=30), max_size=4))]))


def _marked(texts: list[str], path: Path | None = None) -> list[str]:
    with Duplicates(path) as seen:
        return [seen.first_of(str(i), text) for i, text in enumerate(texts)]


@given(_texts())
def test_a_duplicate_names_an_earlier_document_that_is_none_itself(texts: list[str]) -> None:
    found = _marked(texts)
    for i, first in enumerate(found):
        assert not first or (int(first) < i and not found[int(first)])


@given(_texts())
def test_the_same_words_are_always_marked(texts: list[str]) -> None:
    found = _marked(texts)
    for i, text in enumerate(texts):
        before = [j for j in range(i) if texts[j].split() == text.split() and text.split()]
        assert bool(found[i]) >= bool(before)
        if before:
            assert found[i] in (str(before[0]), found[before[0]])


@given(_texts(), st.integers(0, 16), st.integers(0, 16))
def test_what_is_saved_goes_on_from_any_document(texts: list[str], at: int, more: int) -> None:
    whole = _marked(texts)
    at = min(at, len(texts))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "seen.sqlite")
        _marked(texts[: at + more], path)
        with Duplicates(path) as seen:
            seen.go_back_to(at)
            assert [seen.first_of(str(i), text) for i, text in enumerate(texts[at:], at)] == whole[at:]


@given(_texts())
def test_an_error_leaves_what_was_saved(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "seen.sqlite")
        with suppress(KeyError), Duplicates(path) as seen:
            for i, text in enumerate(texts):
                seen.first_of(str(i), text)
            raise KeyError
        assert _marked(texts, path) == _marked(texts)


@given(st.sampled_from(["", " ", "\n\n", "\t \u00a0"]))
def test_a_text_without_words_duplicates_nothing(text: str) -> None:
    assert _marked([text, text]) == ["", ""]


def test_documents_that_are_not_there_are_missed(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="has 0 documents, not 3"), Duplicates(tmp_path / "seen.sqlite") as seen:
        seen.go_back_to(3)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "seen.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(OutputError, match="start again with --overwrite"):
        Duplicates(path)


def test_pages_of_one_mould_are_compared_with_few_others(tmp_path: Path) -> None:
    """Texts that share two thirds of their words: none is a duplicate, and an exact copy of the last is found."""
    mould = " ".join(f"word{n}" for n in range(60))
    texts = [f"{mould} {' '.join(f'own{i}x{n}' for n in range(30))}" for i in range(120)]
    with Duplicates(tmp_path / "seen.sqlite") as seen:
        found = [seen.first_of(str(i), text) for i, text in enumerate(texts)]
        assert found == [""] * 120
        assert seen.first_of("copy", texts[-1]) == "119"
        assert seen.first_of("nearly", texts[-1] + " and one") == "119"
