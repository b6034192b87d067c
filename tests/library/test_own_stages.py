"""A stage of a user's own, by configuration alone: on the command line, in hooks, in processes and in data jobs."""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from cleaner import Config, ConfigError, Pipeline, clean, load_config
from cleaner.etl.arrow import clean_batches
from cleaner.etl.columns import job_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "own_stage"
TEXT = (EXAMPLE / "page.txt").read_text("utf-8")
CLEAN = TEXT.replace("ACME 182.31 (+0.4%)\nUMBRA 3.10 (-1.2%)\n\n", "", 1)
STAGE = "ticker:Ticker"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the example as the working folder; the module is not on the path of this process."""
    copy = tmp_path / "project"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__", "out"))
    monkeypatch.chdir(copy)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in [name for name in sys.modules if name.partition(".")[0] in ("ticker", "lib", "broken")]:
        monkeypatch.delitem(sys.modules, name)
    yield copy
    for name in ("ticker", "lib", "broken"):
        sys.modules.pop(name, None)


def cleaner(*args, cwd, code=0):
    done = subprocess.run(
        [Path(sys.executable).parent / "cleaner", *args], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def code_of(path: Path) -> str:
    return re.findall(r"^```python\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)[0]


def test_the_page_shows_the_example():
    program = (EXAMPLE / "ticker.py").read_text("utf-8")
    assert program.partition("\n\n")[2] == code_of(ROOT / "docs" / "stages.md")


def test_every_command_asks_it(folder):
    assert cleaner("clean", "page.txt", cwd=folder) == CLEAN
    assert "[ticker/quote]" in cleaner("explain", "page.txt", cwd=folder)
    said = cleaner("check", "page.txt", cwd=folder, code=1)
    assert "page.txt:3:1: ticker/quote: ACME 182.31 (+0.4%) (A line of a stock ticker)\n" in said
    assert "All clean" in cleaner("check", "page.txt", "--ignore", "ticker", cwd=folder)
    assert "score 100" in cleaner("rules", "show", "ticker/quote", cwd=folder)
    assert "37 more are implemented by stages" in cleaner("rules", "list", cwd=folder)
    cleaner("run", "page.txt", "-j", "2", "-o", "out", cwd=folder)
    document = json.loads((folder / "out" / "documents.jsonl").read_bytes())
    report = json.loads((folder / "out" / "report.json").read_bytes())
    assert document["text"] == CLEAN
    assert report["run"]["stages"] == [STAGE]
    assert report["run"]["packs_hash"] == document["packs_hash"] == Pipeline(stages=STAGE).digest
    cleaner("verify", "out", cwd=folder)
    cleaner("fix", "page.txt", cwd=folder, code=1)
    assert (folder / "page.txt").read_text("utf-8") == CLEAN


@pytest.mark.parametrize("command", ["clean", "explain", "check", "fix", "run", "rules show", "rules list"])
def test_an_option_names_it(folder, command):
    (folder / "cleaner.toml").unlink()
    what = {"rules show": ["ticker/quote"], "rules list": [], "run": ["page.txt", "-j", "0"]}.get(command, ["page.txt"])
    said = cleaner(*command.split(), *what, "--stage", STAGE, cwd=folder, code=command in ("check", "fix"))
    assert "ACME" not in said if command == "clean" else "ticker" in said or "2 findings" in said


def test_a_project_file_names_it(folder):
    (folder / "cleaner.toml").unlink()
    (folder / "pyproject.toml").write_text(f'[tool.cleaner]\nstages = ["{STAGE}"]\n', "utf-8")
    assert clean(TEXT, config=load_config()) == CLEAN


def test_its_examples_are_tested(folder):
    assert "all correct" in cleaner("rules", "test", cwd=folder)
    program = folder / "ticker.py"
    program.write_text(program.read_text("utf-8").replace("UMBRA 3.10 (-1.2%)", "Umbra 3.10"), "utf-8")
    said = cleaner("rules", "test", cwd=folder, code=2)
    assert "ticker/quote: removes[0]: the rule does not mark 'ACME 182.31 (+0.4%)'" in said


def test_check_describes_its_rule_and_leaves_alone_what_a_keep_rule_names(folder):
    log = json.loads(cleaner("check", "--format", "sarif", "page.txt", cwd=folder, code=1))
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]["text"]) == ("ticker/quote", "A line of a stock ticker.")
    with (folder / "cleaner.toml").open("a") as file:
        file.write('[[keep]]\nrules = ["ticker/quote"]\n')
    assert "All clean" in cleaner("check", "page.txt", cwd=folder)


def test_a_file_elsewhere_names_stages_in_its_folder(folder, tmp_path):
    config = load_config(folder / "cleaner.toml")
    os.chdir(tmp_path)
    said = cleaner("check", "project/page.txt", "--config", "project/cleaner.toml", cwd=tmp_path, code=1)
    assert "ticker/quote" in said
    assert config.pipeline().run(TEXT).text == CLEAN
    cleaner("run", "project/page.txt", "--config", "project/cleaner.toml", "-j", "2", "-o", "out", cwd=tmp_path)
    assert json.loads((tmp_path / "out" / "documents.jsonl").read_bytes())["text"] == CLEAN


def test_a_module_of_ours_is_not_hidden_by_a_file_of_theirs(folder):
    (folder / "json.py").write_text("raise SystemExit(3)\n", "utf-8")
    assert cleaner("clean", "page.txt", cwd=folder) == CLEAN


def test_a_stage_in_a_package(folder):
    (folder / "lib").mkdir()
    shutil.move(folder / "ticker.py", folder / "lib" / "mine.py")
    (folder / "lib" / "__init__.py").touch()
    assert clean(TEXT, stages="lib.mine:Ticker") == CLEAN


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("ticker:Tickr", "module 'ticker' has no 'Tickr'; did you mean 'Ticker'?"),
        ("ticker:QUOTE", "StageRule is not a stage: it has no __call__(self, page)"),
        ("tickr:Ticker", "there is no module 'tickr'; install it, or put it into "),
        ("ticker", "'ticker' is not the import path of a stage; write module:Class"),
        ("broken:Ticker", "importing 'broken' failed: ZeroDivisionError: division by zero"),
        ("broken.mine:Ticker", "importing 'broken.mine' failed: ZeroDivisionError"),
        ("lib:Ticker", "importing 'lib' failed: ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_path_that_leads_to_no_stage_is_an_error_with_file_and_key(folder, path, said):
    (folder / "broken.py").write_text("1 / 0\n", "utf-8")
    (folder / "lib.py").write_text("import nowhere\n", "utf-8")
    (folder / "cleaner.toml").write_text(f'stages = ["{path}"]\n', "utf-8")
    with pytest.raises(ConfigError, match=rf"^cleaner.toml: stages: .*{re.escape(said)}"):
        load_config()
    with pytest.raises(ConfigError, match=re.escape(said)):
        Pipeline(stages=path)


def test_the_command_line_names_the_path_that_leads_nowhere(folder):
    assert "cleaner: 'ticker:Tickr': module" in cleaner(
        "check", "page.txt", "--stage", "ticker:Tickr", cwd=folder, code=2
    )


def test_a_path_that_was_not_found_leaves_no_trace(folder):
    before = list(sys.path)
    with pytest.raises(ConfigError):
        Config(stages="nowhere:Ticker").load_stages()
    assert sys.path == before


def test_a_list_of_strings_is_wanted_in_a_file(folder):
    (folder / "cleaner.toml").write_text('stages = "ticker:Ticker"\n', "utf-8")
    with pytest.raises(ConfigError, match="cleaner.toml: stages must be a list of strings, not 'ticker:Ticker'"):
        load_config()


# Carried by name


def test_options_carry_the_path_and_each_process_imports_it(folder):
    job = job_of("clean_batch()", {"stages": [STAGE], "text_column": "text"})
    assert job.config.stages == (STAGE,)
    (folder / "job").write_bytes(pickle.dumps(job))
    program = "import pickle; print(pickle.load(open('job', 'rb')).cleaner.pipeline.run(open('page.txt').read()).text, end='')"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == CLEAN


def test_batches_of_a_table(folder):
    table = pa.table({"id": ["a", "b"], "text": [TEXT, "Rain."]})
    rows = [row for batch in clean_batches(table.to_batches(), config=load_config()) for row in batch.to_pylist()]
    assert [row["text"] for row in rows] == [CLEAN, "Rain."]
    assert rows[0]["packs_hash"] != Pipeline().digest


def test_many_documents_in_processes(folder):
    program = (
        "import sys; from cleaner import Pipeline\n"
        "if __name__ == '__main__':\n"
        "    from ticker import Ticker\n"
        "    for stages in ('ticker:Ticker', Ticker, Ticker()):\n"
        "        text = open('page.txt').read()\n"
        "        results = list(Pipeline(stages=stages).run_many([text] * 3, workers=2))\n"
        "        print(*('ACME' in result.text for result in results), results[0].cuts[0].marks[0].rule)\n"
    )
    (folder / "job.py").write_text(program, "utf-8")
    done = subprocess.run([sys.executable, "job.py"], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "False False False ticker/quote\n" * 3


def test_a_pipeline_with_it_can_be_pickled(folder):
    made = pickle.loads(pickle.dumps(Pipeline(stages=STAGE)))
    assert made.run(TEXT).text == CLEAN
    assert made.digest == Pipeline(stages=STAGE).digest


def test_a_change_of_its_file_is_another_hash(folder):
    digests = []
    for line in ("", "# changed\n"):
        with (folder / "ticker.py").open("a") as file:
            file.write(line)
        cleaner("run", "page.txt", "-j", "0", "-o", f"out{len(digests)}", cwd=folder)
        digests.append(json.loads((folder / f"out{len(digests)}" / "report.json").read_bytes())["run"]["packs_hash"])
    assert len(set(digests)) == 2


def test_a_stage_that_fails_leaves_its_document_whole_and_the_run_goes_on(folder):
    program = (folder / "ticker.py").read_text("utf-8")
    broken = program.replace("        blocks =", '        assert "broken" not in page.document.text\n        blocks =')
    (folder / "ticker.py").write_text(broken, "utf-8")
    (folder / "other.txt").write_text(f"This one is broken.\n{TEXT}", "utf-8")
    cleaner("run", "page.txt", "other.txt", "-j", "2", "-o", "out", cwd=folder, code=3)
    rows = [json.loads(line) for line in (folder / "out" / "documents.jsonl").read_bytes().splitlines()]
    assert {row["id"]: row["status"] for row in rows} == {"page.txt": "ok", "other.txt": "passed_through"}
    assert "AssertionError" in rows[1]["warnings"][0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('raise KeyError("desk")', "the stage ticker:Ticker failed: KeyError: 'desk'"),
        ("return None", "the stage ticker:Ticker failed: TypeError"),
        ('return ["a line"]', "the stage ticker:Ticker yields str, not Mark; write yield rule.mark(span)"),
        ("return [QUOTE.mark(Span(0, 10**6))]", "which is not in the text"),
        ("return [QUOTE.mark((0, 4))]", "marks (0, 4), which is not a Span"),
        ("return [Mark(Span(0, 4), 'ticker/other', 'ticker', 'why')]", "which its rules do not declare"),
    ],
)
def test_a_fault_of_a_stage_is_an_error_that_names_stage_and_file(folder, body, said):
    program = (folder / "ticker.py").read_text("utf-8")
    begin = program.index("        blocks =")
    (folder / "ticker.py").write_text(f"{program[:begin]}        {body}\n\n\nfrom cleaner import Mark, Span\n", "utf-8")
    for command in (["check", "page.txt"], ["fix", "page.txt"]):
        done = cleaner(*command, cwd=folder, code=5)
        assert "page.txt" in done
        assert said in done
    assert (folder / "page.txt").read_text("utf-8") == TEXT
    for command, code in ((["clean", "page.txt"], 3), (["explain", "page.txt"], 2), (["rules", "test"], 2)):
        done = cleaner(*command, cwd=folder, code=code)
        assert said in done
        assert "bug in cleaner" not in done


def test_a_stage_that_cannot_be_made_is_a_wrong_option(folder):
    program = (folder / "ticker.py").read_text("utf-8")
    (folder / "ticker.py").write_text(
        program.replace(
            "    def __call__(",
            "    def __init__(self, packs, lines, /, *, more):\n        pass\n\n    def __call__(",
            1,
        ),
        "utf-8",
    )
    done = cleaner("run", "page.txt", "-o", "out", cwd=folder, code=2)
    assert "stages: making ticker:Ticker failed: TypeError" in done
