"""Many documents: one result each, in order, and none stops the others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_text, documents, html_pages

from cleaner import CleanerError, Config, ConfigError, Pipeline, Stage, StageRule
from cleaner.inputs.columns import InputColumns
from cleaner.inputs.records import Failed
from cleaner.many import in_processes

NOISY = "Skip to main content\nRain is expected in the north of the country until Friday.\n"
CLEAN = "Rain is expected in the north of the country until Friday.\n"


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    return Pipeline(metadata="none")


@settings(max_examples=30)
@given(st.lists(st.one_of(documents(), html_pages(), any_text()), max_size=5))
def test_each_result_is_that_of_its_document_alone(texts: list[str]) -> None:
    wanted = [pipeline().run(text, id=str(n)) for n, text in enumerate(texts)]
    assert list(pipeline().run_many(texts)) == wanted
    assert list(pipeline().run_many((f"{n}", text) for n, text in enumerate(texts))) == wanted


bodies = st.one_of(st.none(), st.just(""), documents(), html_pages(), st.binary(max_size=30), st.integers())
rows = st.dictionaries(st.sampled_from(["html", "raw_html", "text", "content", "id", "url", "title"]), bodies)


@settings(max_examples=60)
@given(rows)
def test_the_columns_of_a_row_are_those_of_the_command(row: dict[str, object]) -> None:
    (result,) = pipeline().run_many([row])
    record = InputColumns().record(row, "rows", 0, lambda: "")
    if isinstance(record, Failed):
        assert result.status == "failed"
    elif result.status != "failed":
        assert result.document.url == (row["url"] if isinstance(row.get("url"), str) else "")
        (same,) = pipeline().run_many(
            [{"html" if record.kind == "html" else "text": record.data, "id": result.document.id}]
        )
        assert same.text == result.text


def test_documents_are_strings_bytes_pairs_and_rows() -> None:
    page = "<p>Rain is expected in the north of the country until Friday.</p>"
    given = [
        NOISY,
        NOISY.encode(),
        ("a", NOISY),
        {"text": NOISY, "id": 7},
        {"raw_html": page, "url": "https://a.org/1"},
    ]
    results = list(Pipeline().run_many(given))
    assert [result.text for result in results] == [CLEAN] * 5
    assert [result.document.id for result in results] == ["0", "1", "a", "7", "4"]
    assert (results[4].document.input_kind, results[4].document.url) == ("html", "https://a.org/1")


def test_a_pair_without_an_id_is_called_by_its_number() -> None:
    given = [("a", NOISY), (None, NOISY), ("", NOISY), (3.5, NOISY)]
    assert [result.document.id for result in pipeline().run_many(given)] == ["a", "1", "2", "3.5"]


def test_what_is_not_a_text_fails_alone() -> None:
    given = [b"\x89PNG\r\n\x1a\n\0\0", None, {"body": NOISY}, {"text": None, "id": "x"}, NOISY]
    results = list(pipeline().run_many(given))
    assert [result.status for result in results] == ["failed"] * 4 + ["ok"]
    assert [result.warnings for result in results[:4]] == [
        ("looks like a PNG image, not text; exclude it, or convert it to text first",),
        ("the source is NoneType, not a string or bytes",),
        ("the row has none of the columns html, raw_html, text, content; rename yours, it has: body",),
        ("the source is NoneType, not a string or bytes",),
    ]
    assert results[3].document.id == "x"


def test_a_stage_that_breaks_costs_no_document() -> None:
    class Breaks(Stage):
        rules = (StageRule(id="mine/any", category="mine", summary="Any.", why="Ours.", removes=("x",), keeps=("y",)),)

        def __call__(self, page):
            raise ZeroDivisionError("no")

    first, second = Pipeline(stages=[Breaks]).run_many([NOISY, "<html><p>Rain.</p></html>"])
    assert (first.text, first.status) == (NOISY, "passed_through")
    assert re.fullmatch(
        r"passed through uncut: the stage .*Breaks failed: ZeroDivisionError: no \(test_many.py:\d+\)",
        first.warnings[0],
    )
    assert (second.text, second.status) == ("Rain.\n", "passed_through")


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ("Rain.", "not str; for a single document write run(page) or run_many([page])"),
        (b"Rain.", "not bytes; for a single document write run(page) or run_many([page])"),
        ({"text": "Rain."}, "not dict; for a single row write run_many([row])"),
        (None, "not NoneType"),
        (7, "not int"),
    ],
    ids=["string", "bytes", "row", "none", "number"],
)
def test_one_document_is_not_many(given, cure) -> None:
    with pytest.raises(TypeError) as caught:
        pipeline().run_many(given)
    assert str(caught.value) == f"run_many takes documents one after another, such as a list or a generator, {cure}"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_is_not_many_and_a_series_is(library: str) -> None:
    module = pytest.importorskip(library)
    frame = module.DataFrame({"text": [NOISY]})
    with pytest.raises(
        TypeError, match=f"not {library}.DataFrame; to clean this table, use cleaner.etl.{library}.clean_frame$"
    ):
        pipeline().run_many(frame)
    assert [result.text for result in pipeline().run_many(frame["text"])] == [CLEAN]
    derived = type("Mine", (module.DataFrame,), {})({"text": [NOISY]})
    with pytest.raises(TypeError, match=f"to clean this table, use cleaner.etl.{library}.clean_frame$"):
        pipeline().run_many(derived)


def test_a_table_of_arrow_is_not_many_and_its_rows_are() -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"text": [NOISY]})
    for one in (table, *table.to_batches()):
        with pytest.raises(TypeError, match="to clean this table, use cleaner.etl.arrow.clean_table$"):
            pipeline().run_many(one)
    assert [result.text for result in pipeline().run_many(table.to_pylist())] == [CLEAN]


@pytest.mark.parametrize("workers", [-1, True, "2", 1.5])
def test_workers_are_a_number(workers) -> None:
    with pytest.raises(ConfigError, match="workers is a number of processes from 0"):
        pipeline().run_many([], workers=workers)


def test_documents_are_taken_as_results_are_asked_for() -> None:
    taken = []
    results = pipeline().run_many(taking(taken, 10))
    assert taken == []
    next(results)
    assert taken == [0]


def taking(taken: list[int], count: int) -> Iterator[str]:
    for n in range(count):
        taken.append(n)
        yield NOISY


# Processes


def test_processes_keep_the_order_and_take_few_documents_ahead() -> None:
    taken: list[int] = []
    results = Config(text_format="markdown").pipeline().run_many(taking(taken, 200), workers=2)
    first = next(results)
    assert len(taken) <= 2 * 2 * 16
    others = list(results)
    assert [result.document.id for result in (first, *others)] == [str(n) for n in range(200)]
    assert {result.output for result in others} == {CLEAN}
    assert others[0].facts == pipeline().run(NOISY).facts
    assert others[0].text_format == "markdown"


def test_large_documents_go_one_by_one() -> None:
    sizes: list[int] = []
    results = in_processes(abs, (sizes.append(n) or n for n in range(10)), 1, lambda _: 2_000_000)
    next(results)
    assert sizes == [0, 1]
    results.close()


def ends_at_three(task: int) -> int:
    if task == 3:
        os._exit(1)
    return task


def raises_at_three(task: int) -> int:
    return task // (3 - task)


@pytest.mark.parametrize("count", [5, 70])
def test_a_process_that_dies_is_a_clear_error_after_the_results_before_it(count: int) -> None:
    results = in_processes(ends_at_three, range(count), 2, lambda _: 1)
    assert list(islice(results, 3)) == [0, 1, 2]
    with pytest.raises(
        CleanerError, match="a worker process died at document 3 .*leave out workers= to work in this process"
    ):
        next(results)


def ends_once(task: tuple[str, int]) -> int:
    path, number = task
    if number == 3 and not os.path.exists(path):
        open(path, "x").close()
        os._exit(1)
    return number


def test_documents_of_a_process_that_died_are_done_again(tmp_path: Path) -> None:
    tasks = [(str(tmp_path / "died"), n) for n in range(70)]
    assert list(in_processes(ends_once, tasks, 2, lambda _: 1)) == list(range(70))


def test_what_the_work_raises_is_raised_in_its_turn() -> None:
    results = in_processes(raises_at_three, range(5), 2, lambda _: 1)
    assert list(islice(results, 3)) == [0, 0, 2]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_document_that_cannot_be_sent_is_raised_in_its_turn() -> None:
    results = Pipeline().run_many([NOISY, lambda: NOISY], workers=1)
    assert next(results).text == CLEAN
    with pytest.raises(Exception, match="pickle|local object"):
        next(results)


@pytest.mark.parametrize("workers", [0, 1, 2])
@pytest.mark.parametrize("count", [0, 1, 5, 70])
def test_what_the_documents_raise_is_raised_after_the_results_before_it(workers: int, count: int) -> None:
    def broken() -> Iterator[str]:
        yield from [NOISY] * count
        raise OSError("the disk is gone")

    results = pipeline().run_many(broken(), workers=workers)
    assert [result.document.id for result in islice(results, count)] == [str(n) for n in range(count)]
    with pytest.raises(OSError, match="the disk is gone"):
        next(results)


ORPHANS = """
import os
from cleaner.many import in_processes

def work(task):
    return os.getpid()

if __name__ == "__main__":
    for pid in in_processes(work, range(1_000_000), 2, lambda task: 1):
        print(pid, flush=True)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_workers_end_when_the_main_process_is_killed(tmp_path):
    script = tmp_path / "main.py"
    script.write_text(ORPHANS)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as main:
        worker = int(main.stdout.readline())
        main.kill()
        main.stdout.close()
    for _ in range(600):
        if not Path(f"/proc/{worker}").exists():
            return
        time.sleep(0.1)
    pytest.fail("a worker is still there")
