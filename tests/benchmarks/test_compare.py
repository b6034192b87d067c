"""Two results compared page by page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import compare

VALUES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=9)


def row(id: str, f1: float | None, domain: str = "a", mark: str = "m") -> dict[str, Any]:
    return {"id": id, "f1": f1, "domain": domain, "fingerprint": mark}


@given(VALUES)
def test_a_difference_is_that_of_the_means_and_changes_its_sign_with_the_order(
    values: list[tuple[int, int, int]],
) -> None:
    before = [row(str(n), old / 100, str(domain)) for n, (domain, old, _) in enumerate(values)]
    after = [row(str(n), new / 100, str(domain)) for n, (domain, _, new) in enumerate(values)]
    there = compare.difference(compare.paired(before, after), "f1")
    back = compare.difference(compare.paired(after, before), "f1")
    assert there
    assert back
    assert (there.before, there.after) == (back.after, back.before)
    assert there.error == pytest.approx(back.error)
    assert compare.difference(compare.paired(before, before), "f1") == (
        "f1", pytest.approx(there.before), pytest.approx(there.before), 0,
    )  # fmt: skip


def test_only_pages_that_are_in_both_and_the_same_are_compared() -> None:
    before = [row("1", 0.5), row("2", 0.5), row("3", 0.5, mark="old")]
    pairs = compare.paired(before, [row("2", 0.7), row("3", 1.0), row("4", 1.0)])
    assert [one["id"] for one, _ in pairs] == ["2"]
    assert compare.difference(pairs, "lost") is None


def test_pages_that_changed_most_are_listed_the_worst_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def write(name: str, figures: list[float | None]) -> str:
        rows = [row(str(n), f1, str(n)) for n, f1 in enumerate(figures)]
        (tmp_path / name).write_text(json.dumps({"systems": {name: {"pages": rows}}}), "utf-8")
        return str(tmp_path / name)

    files = [write("old", [0.5, 0.5, 0.5, 0.5, None]), write("new", [0.9, 0.2, 0.5, 0.6, 0.1])]
    compare.main([*files, "--pages", "2"])
    printed = capsys.readouterr().out
    assert printed.startswith("5 pages in both, 4 differ\n")
    assert "f1        0.5000 -> 0.5500  +0.0500 ± " in printed
    assert [line.split(":")[0] for line in printed.splitlines()[2:]] == ["  1", "  0"]
    with pytest.raises(SystemExit, match="name one of the systems of the result: old"):
        compare.main([*files, "--system", "new"])
