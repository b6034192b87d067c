"""``--update``: only what is new or changed is cleaned, and the output is that of a run anew."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.config import Config
from cleaner.errors import ConfigError, OutputError
from cleaner.pipeline import Pipeline
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

TEXT = (
    "Skip to main content\nRain is expected in the north, day {}.\nIt will be dry in the south.\nShare this article\n"
)
NAMES = ["a.txt", "b/c.txt", "b/d.html", "e.jsonl", "f.zip", "g.csv"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cleaned_texts(monkeypatch):
    """The ids of the documents that go through the pipeline."""
    real, seen = Pipeline.run, []

    def run_and_note(self, source, **more):
        seen.append(more["id"])
        return real(self, source, **more)

    monkeypatch.setattr(Pipeline, "run", run_and_note)
    return seen


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def write(name, days):
    """An input that holds so many days, in the form of its ending."""
    path = Path("in", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"id": f"{name}-{day}", "text": TEXT.format(day), "day": str(day)} for day in days]
    if name.endswith(".jsonl"):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif name.endswith(".csv"):
        path.write_text("id,text\n" + "".join(f'{row["id"]},"{row["text"]}"\n' for row in rows))
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as target:
            for row in {row["day"]: row for row in rows}.values():  # a name comes once
                target.writestr(f"{row['day']}.txt", row["text"])
    else:
        text = "".join(row["text"] for row in rows)
        path.write_text(f"<html><body><nav>Home</nav><p>{text}</p></body></html>" if name.endswith("html") else text)


def remove(name):
    Path("in", name).unlink(missing_ok=True)


def test_only_what_is_new_or_changed_is_cleaned(cleaned_texts):
    for name in NAMES:
        write(name, [1, 2, 3])
    run(["in"], Path("out"), Config())
    write("a.txt", [7])
    write("new.txt", [8])
    write("e.jsonl", [1, 9, 3])
    write("f.zip", [1, 2, 3, 4])
    remove("g.csv")
    cleaned_texts.clear()
    said = []
    report = run(["in"], Path("out"), Config(), update=True, watch=lambda _, message: said.append(message))
    assert cleaned_texts == ["a.txt", "e.jsonl-9", "f.zip/4.txt", "new.txt"]
    assert "7 of 11 documents are unchanged and were not cleaned again" in said
    assert not report.is_old
    run(["in"], Path("anew"), Config())
    assert everything("out") == everything("anew")
    assert run(["in"], Path("out"), Config(), update=True).is_old


CHANGES = st.lists(st.tuples(st.sampled_from(NAMES), st.lists(st.integers(0, 9), max_size=4)), max_size=5)
FORMS = [
    RunOptions(output_format="jsonl.gz", shard_size=2_000, layout="dolma"),
    RunOptions(output_format="parquet", layout="fineweb", keep_folders=True),
]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=CHANGES, after=CHANGES)
def test_an_updated_output_is_that_of_a_run_anew(before, after):
    updated_is_anew(RunOptions(), before, after)


@pytest.mark.parametrize("options", FORMS, ids=["dolma", "fineweb"])
def test_an_updated_output_of_any_form_is_that_of_a_run_anew(options):
    before = [(name, [1, 2, 3]) for name in NAMES]
    updated_is_anew(options, before, [("b/c.txt", []), ("e.jsonl", [1, 3]), ("g.csv", [4]), ("b/d.html", [7])])


def updated_is_anew(options, before, after):
    for name in ("in", "out", "anew"):
        shutil.rmtree(name, ignore_errors=True)
    Path("in").mkdir()
    for name, days in before:
        write(name, days)
    run(["in"], Path("out"), Config(), options)
    for name, days in after:
        write(name, days) if days else remove(name)
    run(["in"], Path("out"), Config(), options, update=True)
    run(["in"], Path("anew"), Config(), options)
    assert everything("out") == everything("anew")


class Off(BaseException):
    """The power goes."""


@pytest.mark.parametrize("goes_on", [True, False])
def test_an_update_that_breaks_off_leaves_the_old_output_and_goes_on(goes_on, cleaned_texts):
    write("a.jsonl", range(200))
    write("b.jsonl", range(3))
    run(["in"], Path("out"), Config())
    before = everything("out")
    write("b.jsonl", range(100))
    seen = []

    def watch(report, message):
        seen.append(message)
        if len([one for one in seen if not one]) == 4:
            raise Off

    with pytest.raises(Off):
        run(["in"], Path("out"), Config(), update=True, watch=watch, checkpoint_seconds=0)
    assert {name: data for name, data in everything("out").items() if name in before} == before
    cleaned_texts.clear()
    run(["in"], Path("out"), Config(), update=goes_on)
    assert (len(cleaned_texts) < 100) == goes_on
    run(["in"], Path("anew"), Config())
    assert everything("out") == everything("anew")


def test_workers_update_to_the_same_bytes():
    for n in range(80):
        write(f"{n}.txt", [n])
    run(["in"], Path("out"), Config())
    write("7.txt", [100])
    run(["in"], Path("out"), Config(), update=True, jobs=2)
    run(["in"], Path("anew"), Config())
    assert everything("out") == everything("anew")


def test_a_sidecar_or_another_column_that_changed_is_a_change(cleaned_texts):
    write("a.html", [1])
    Path("in/a.json").write_text('{"likes": 1}')
    write("b.jsonl", [1])
    run(["in"], Path("out"), Config())
    Path("in/a.json").write_text('{"likes": 2}')
    Path("in/b.jsonl").write_text(Path("in/b.jsonl").read_text().replace('"day": "1"', '"day": "2"'))
    cleaned_texts.clear()
    run(["in"], Path("out"), Config(), update=True)
    assert cleaned_texts == ["a.html", "b.jsonl-1"]


def test_rows_that_were_tampered_with_are_not_taken_over(cleaned_texts):
    write("a.txt", [1])
    write("b.txt", [2])
    run(["in"], Path("out"), Config())
    path = Path("out/documents.jsonl")
    path.write_bytes(path.read_bytes().replace(b"day 1", b"day 9"))
    write("c.txt", [3])
    cleaned_texts.clear()
    run(["in"], Path("out"), Config(), update=True)
    assert cleaned_texts == ["a.txt", "c.txt"]
    run(["in"], Path("anew"), Config())
    assert everything("out") == everything("anew")


def test_what_failed_is_tried_again(monkeypatch):
    write("a.txt", [1])
    Path("in/b.txt").write_bytes(b"%PDF-1.4\0\0")
    assert run(["in"], Path("out"), Config()).failed == 1
    write("b.txt", [2])
    assert run(["in"], Path("out"), Config(), update=True).failed == 0


def test_without_update_one_line_says_that_all_is_done_again():
    for name in NAMES:
        write(name, [1])
    run(["in"], Path("out"), Config())
    said = []
    later = Path("out/report.json").stat().st_mtime_ns + 1_000_000_000
    write("new.txt", [1])
    write("a.txt", [2])
    os.utime("in/a.txt", ns=(later, later))
    for name in NAMES[1:]:
        os.utime(f"in/{name}", ns=(1, 1))
    run(["in"], Path("out"), Config(), watch=lambda _, message: said.append(message))
    assert "1 new input, 1 changed: cleaning all 7 inputs again (use --update to clean only the new ones)" in said


def said_again(**more):
    said = []
    assert not run(["in"], Path("out"), Config(), watch=lambda _, message: said.append(message), **more).is_old
    return next(line for line in said if "cleaning" in line)


def test_why_all_is_done_again_is_said():
    for name in NAMES:
        write(name, [1])
    run(["in"], Path("out"), Config())
    for name in NAMES:
        os.utime(f"in/{name}", ns=(1, 1))
    assert said_again().startswith(
        "the inputs, or the libraries that read them, have changed since the last run: cleaning"
    )
    Path("in/a.txt").unlink()
    assert said_again().startswith("0 new inputs, 0 changed, 1 missing: cleaning all 5 inputs again")
    Path("out/documents.jsonl").write_bytes(b"")
    assert said_again() == "output files are missing or damaged: cleaning all 5 inputs again"
    Path("out/ledger.jsonl").unlink()
    assert said_again() == "output files are missing or damaged: cleaning all 5 inputs again"


def test_a_library_that_is_installed_now_is_named(monkeypatch):
    write("a.txt", [1])
    Path("in/b.jsonl.zst").write_bytes(zstandard.compress(b'{"text": "Rain."}'))
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "zstandard", None)
        run(["in"], Path("out"), Config(), skip_unreadable=True)
    assert said_again().startswith("the library zstandard is installed now: cleaning all 2 inputs again (use --update")


def test_update_of_nothing_is_a_run():
    write("a.txt", [1])
    assert run(["in"], Path("out"), Config(), update=True).out == 1


def test_update_needs_a_ledger_and_the_same_options():
    write("a.txt", [1])
    with pytest.raises(ConfigError, match="--update needs the ledger"):
        run(["in"], Path("out"), Config(), RunOptions(ledger=False), update=True)
    run(["in"], Path("out"), Config())
    with pytest.raises(OutputError, match="another run"):
        run(["in"], Path("out"), Config(profile="strict"), update=True)
