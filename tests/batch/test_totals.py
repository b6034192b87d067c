"""Totals by name, as the tables of a report."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.run import totals
from cleaner.run.totals import OTHERS, Table

COUNTS = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 9), st.integers(0, 9)), max_size=20)


def filled(counts, *, is_bounded=False):
    table = Table("hosts", "host", ("documents", "characters"), is_bounded)
    for name, *numbers in counts:
        table.add(name, *numbers)
    return table


@given(COUNTS, COUNTS)
def test_two_tables_merged_are_one_table_of_both(first, second):
    merged = filled(first)
    merged.merge(filled(second))
    assert merged == filled([*first, *second])


@given(COUNTS)
def test_rows_that_are_read_make_the_table_again(counts):
    table, again = filled(counts), filled([])
    again.read(table.rows())
    assert again == table
    assert [row["host"] for row in table.rows()] == sorted({name for name, *_ in counts})


@given(COUNTS, st.integers(1, 4))
def test_a_bounded_table_lists_the_first_names_and_loses_no_count(counts, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totals, "MAX_NAMES", most)
        table = filled(counts, is_bounded=True)
    first = list(dict.fromkeys(name for name, *_ in counts))[:most]
    assert set(table.totals) - {OTHERS} == set(first)
    wanted = Counter()
    for name, number, _ in counts:
        wanted[name if name in first else OTHERS] += number
    assert {name: count for name, count in table.counts() if count} == {name: n for name, n in wanted.items() if n}


def test_rows_of_another_table_are_refused():
    for row in ({"kind": "a"}, {"host": "a", "documents": 1}, {"host": [], "documents": 1, "characters": 1}):
        with pytest.raises((LookupError, TypeError)):
            filled([]).read([row])
