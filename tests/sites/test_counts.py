"""The file of counts: which documents are compared when near duplicates are left out."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from cleaner.near import are_alike
from cleaner.sites import state
from cleaner.sites.lines import Counted
from cleaner.sites.state import State

HOST = "mould.example"


def sketch(values: Iterable[int]) -> bytes:
    return b"\1" + array("I", values).tobytes()


def of_one_mould(count: int) -> list[Counted]:
    """Documents whose sketches share their first band alone, and two that are alike."""
    random = Random(4)
    sketches = [[*range(6), *(random.getrandbits(32) for _ in range(54))] for _ in range(count)]
    sketches += [[7, *sketches[0][1:]], [8, *sketches[0][1:]]]
    return [
        Counted(HOST, random.randbytes(16), f"p{n}", b"", (), sketch=sketch(values)) for n, values in enumerate(sketches)
    ]


def near_in(documents: Iterable[Counted]) -> tuple[int, list[str]]:
    with State(Path(":memory:")) as counts:
        for one in documents:
            counts.add(one)
        return counts.leave_out_near(HOST), [name for name, _ in counts.documents(HOST)]


def test_documents_of_one_mould_are_not_all_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def counting(one: bytes, other: bytes) -> bool:
        calls.append(1)
        return are_alike(one, other)

    monkeypatch.setattr(state, "are_alike", counting)
    documents = of_one_mould(400)
    found, names = near_in(documents)
    assert found == 2
    assert len(names) == 400
    assert len(calls) <= 50 * len(documents)
    assert near_in(reversed(documents)) == (found, names)
