"""The command line, as data: each ``cmd/<case>.toml`` is a call and what it gives, ``cmd/<case>.in`` its folder.

Keys: ``args``, ``stdin``, ``status`` (0), fragments of ``stdout`` and ``stderr``, ``silent`` and ``mute`` (nothing on
stdout, on stderr), ``before`` (calls that come first), paths that are ``there`` or ``missing`` afterwards.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from cleaner.cli import page
from cleaner.cli.progress import MAX_KINDS, Progress
from cleaner.cli.view import view_of
from cleaner.pipeline import Pipeline
from cleaner.reasons import feature_in_words, in_words, kind_of_reason, together_in_words
from cleaner.run.report import Report

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests" / "cmd").glob("*.toml"))
KEYS = {
    "about",
    "args",
    "stdin",
    "status",
    "stdout",
    "stderr",
    "silent",
    "mute",
    "before",
    "there",
    "missing",
    "folder",
}
HTML = (ROOT / "tests" / "cmd" / "explain-html.in" / "page.html").read_text(encoding="utf-8")
PAGE = (ROOT / "tests" / "cmd" / "explain.in" / "pages" / "a.txt").read_text(encoding="utf-8")


def cleaner(args, stdin="", **more):
    return subprocess.run(
        [sys.executable, "-m", "cleaner", *args],
        input=stdin.encode(), capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}, **more,
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case, tmp_path):
    wanted = tomllib.loads(case.read_text(encoding="utf-8"))
    assert set(wanted) <= KEYS
    folder = case.with_name(wanted.get("folder", case.stem)).with_suffix(".in")
    if folder.is_dir():
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    for args in wanted.get("before", []):
        cleaner(args, cwd=tmp_path).check_returncode()
    got = cleaner(wanted["args"], wanted.get("stdin", ""), cwd=tmp_path)
    stdout, stderr = got.stdout.decode(), got.stderr.decode()
    assert got.returncode == wanted.get("status", 0), stderr
    assert [fragment for fragment in wanted.get("stdout", []) if fragment not in stdout] == [], stdout
    assert [fragment for fragment in wanted.get("stderr", []) if fragment not in stderr] == [], stderr
    assert "Traceback" not in stderr
    assert not (wanted.get("silent") and stdout)
    assert not (wanted.get("mute") and stderr)
    assert [path for path in wanted.get("there", []) if not (tmp_path / path).exists()] == []
    assert [path for path in wanted.get("missing", []) if (tmp_path / path).exists()] == []


def test_every_folder_of_a_case_has_its_case():
    folders = {path.stem for path in (ROOT / "tests" / "cmd").glob("*.in")}
    assert folders <= {path.stem for path in CASES}


def python(code, folder=None):
    """Run ``code`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    (tmp_path / "a.txt").write_text("A line of words that goes on for a while.\n" * 20_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "cleaner", "explain", "a.txt"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    process.stdout.readline()
    process.stdout.close()
    stderr = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), stderr) == (0, b"")


FAULT = "import sys; import cleaner.run.audit as audit; audit.verify_run = {}; sys.argv = ['cleaner', 'verify', '.'];"
INTERRUPT = FAULT.replace("{}", "lambda out: (_ for _ in ()).throw(KeyboardInterrupt)")
FULL = FAULT.replace(
    "{}", "lambda out: (_ for _ in ()).throw(__import__('cleaner.run.folder').run.folder.WriteError('x: full'))"
)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (FAULT.format("lambda out: 1 // 0"), 3, "ZeroDivisionError"),
        (FAULT.format("lambda out: 1 // 0"), 3, "this is a bug in cleaner"),
        (INTERRUPT, 130, "cleaner: interrupted"),
        (FULL, 3, "cleaner: x: full"),
    ],
)
def test_faults_and_interrupts_have_their_exit_codes(code, status, said):
    got = python(f"{code} from cleaner.cli import main; main()")
    assert got.returncode == status, got.stderr
    assert said in got.stderr


KILLED = (
    "import os, signal, sys; import cleaner.{module} as there; from cleaner.cli import main;"
    "kill = lambda *a, **k: os.kill(os.getpid(), signal.{signal}); there.{name} = kill;"
    "sys.argv = ['cleaner', 'check', 'a.txt']; main()"
)


@pytest.mark.parametrize("signal", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize(
    ("module", "name"), [("cli.lint", "add_commands"), ("cli.lint", "_config"), ("lint.files", "find_files")]
)
def test_a_kill_is_one_line_and_the_exit_code_of_an_interrupt(tmp_path, module, name, signal):
    (tmp_path / "a.txt").write_text("A line.")
    got = python(KILLED.format(module=module, name=name, signal=signal), tmp_path)
    assert (got.returncode, got.stderr) == (130, "cleaner: interrupted\n")


ON_IMPORT = (
    "import os, signal, sys\n"
    "class Finder:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
    "from cleaner.cli import main\n"
    "sys.meta_path.insert(0, Finder()); sys.argv = ['cleaner', *{args!r}]; main()"
)
COMMANDS = (
    "clean a.txt",
    "explain a.txt",
    "run a.txt",
    "verify .",
    "restore . -o b",
    "diff a b",
    "review .",
    "check a.txt",
    "fix a.txt",
    "rules",
)


@pytest.mark.parametrize("args", COMMANDS)
@pytest.mark.parametrize("module", ["typer.main", "cleaner.cli.app", "cleaner.cli.lint", "cleaner.cli.document"])
def test_ctrl_c_during_the_start_is_one_line(tmp_path, module, args):
    (tmp_path / "a.txt").write_text("A line.")
    got = python(ON_IMPORT.format(module=module, args=args.split()), tmp_path)
    assert (got.returncode, got.stdout, got.stderr) == (130, "", "cleaner: interrupted\n")


@pytest.mark.parametrize(
    ("args", "module"),
    [
        ("clean a.txt", "cleaner.run.single"),
        ("explain a.txt", "cleaner.cli.view"),
        ("verify .", "cleaner.run.audit"),
        ("restore . -o b", "cleaner.run.audit"),
        ("diff a b", "cleaner.compare.comparison"),
        ("review .", "cleaner.review.make"),
        ("check a.txt", "cleaner.pipeline"),
        ("rules", "cleaner.packs.load"),
    ],
)
def test_ctrl_c_while_a_command_imports_what_it_needs_is_one_line(tmp_path, module, args):
    (tmp_path / "a.txt").write_text("A line.")
    got = python(ON_IMPORT.format(module=module, args=args.split()), tmp_path)
    assert (got.returncode, got.stdout, got.stderr) == (130, "", "cleaner: interrupted\n")


def test_a_kill_after_the_work_changes_nothing(tmp_path):
    (tmp_path / "a.txt").write_text("A line.")
    code = (
        "import atexit, os, signal, sys; from cleaner.cli import main; sys.argv = ['cleaner', 'check', 'a.txt'];"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGTERM)); main()"
    )
    got = python(code, tmp_path)
    assert (got.returncode, got.stderr) == (0, "")


STOPS = (
    "import cleaner.run.runner as runner, sys; from cleaner.run.folder import WriteError; from cleaner.cli import main;"
    "from pathlib import Path\n"
    "def stopped(sources, output, *more, **named):\n"
    "    output.mkdir()\n"
    "    if {is_saved}: (output / 'checkpoint.json').write_text('')\n"
    "    raise {error}\n"
    "runner.run = stopped; sys.argv = ['cleaner', 'run', 'a.txt', '-q']; main()"
)
ANEW, RESUMES = (
    "nothing is saved yet, so the same command starts from the beginning",
    "the same command resumes after the last checkpoint",
)


@pytest.mark.parametrize(
    ("error", "is_saved", "status", "said"),
    [
        ("KeyboardInterrupt", False, 130, f"cleaner: interrupted; {ANEW}\n"),
        ("KeyboardInterrupt", True, 130, f"cleaner: interrupted; {RESUMES}\n"),
        ("WriteError('out: no room; make room')", False, 3, f"cleaner: out: no room; make room; {ANEW}\n"),
        ("WriteError('out: no room; make room')", True, 3, f"cleaner: out: no room; make room; {RESUMES}\n"),
    ],
)
def test_a_run_that_breaks_off_says_what_is_saved(tmp_path, error, is_saved, status, said):
    (tmp_path / "a.txt").write_text("A line.")
    got = python(STOPS.format(error=error, is_saved=is_saved), tmp_path)
    assert (got.returncode, got.stderr) == (status, said)


def test_every_feature_of_the_scorer_has_words():
    for model in ("scorer_html.npz", "scorer_text.npz"):
        for name in np.load(ROOT / "rules" / model)["names"].tolist():
            said = feature_in_words(name)
            assert ":" not in said
            assert said.startswith(("the ", "its ", "what "))


SCORED = "Content with a probability of 0.05; 0.28 is needed here: indent: log words 1.1, log words to prose above 9.2"


def test_reasons_of_the_scorer_are_words():
    assert in_words(SCORED, 3, "navigation") == (
        "Short line near navigation; 5% likely to be content (28% needed), judged by the length of lines with its "
        "indent and its distance from running text"
    )
    assert in_words("A rule: x", 3, "share") == "A rule: x"
    others = [SCORED, SCORED.replace("0.05", "0.01")]
    assert together_in_words(others, "unclassified") == "Lines; 1 to 5% likely to be content (28% needed)"
    assert kind_of_reason(SCORED) == kind_of_reason(others[1])


@pytest.mark.parametrize("only", ["", "cut", "kept"])
def test_lines_of_one_choice_are_all_of_that_kind(only):
    view = view_of(Pipeline().run(PAGE))
    lines = list(page.as_lines(view, only=only))
    signs = {found[1] for line in lines if (found := re.match(r" *\d+ ([- ]) ", line))}
    assert signs == {"": {"-", " "}, "cut": {"-"}, "kept": {" "}}[only]


def test_a_finished_run_shows_what_was_shown_before(tmp_path):
    (tmp_path / "a.txt").write_text(PAGE)
    cleaner(["run", "a.txt", "-q", "-j", "0"], cwd=tmp_path)
    assert (
        cleaner(["explain", "out", "a.txt"], cwd=tmp_path).stdout == cleaner(["explain", "a.txt"], cwd=tmp_path).stdout
    )


def test_a_folder_with_a_pipe_in_it_is_checked_and_fixed(tmp_path):
    os.mkfifo(tmp_path / "p.txt")
    (tmp_path / "a.txt").write_text(
        "Skip to main content\nRain is expected in the north of the country until Friday.\n"
    )
    assert cleaner(["check", "."], cwd=tmp_path, timeout=60).returncode == 1
    said = cleaner(["fix", "."], cwd=tmp_path, timeout=60).stderr.split(b"\n")
    assert said[0] == b"a.txt: 1 finding fixed (1 line, 21 characters)"
    got = cleaner(["check", "p.txt"], cwd=tmp_path, timeout=60)
    assert (got.returncode, got.stderr.count(b"\n")) == (5, 1)


# What is slow to import is imported where it is needed.


def modules_after(code):
    got = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return set(got.stdout.split())


SLOW = {"typer", "rich", "trafilatura", "lxml", "pyarrow", "numpy", "resiliparse"}


@pytest.mark.parametrize(
    ("code", "not_loaded"),
    [
        ("import cleaner", SLOW | {"regex", "orjson"}),
        ("import cleaner; cleaner.clean('A plain page.')", SLOW | {"orjson"}),
        ("import cleaner.cli.app", SLOW - {"typer"}),
        ("from cleaner import Config; print(len(Config().packs().stage_rules))", SLOW | {"orjson"}),
    ],
)
def test_imports_are_lazy(code, not_loaded):
    assert modules_after(code) & not_loaded == set()


# What people look at


def test_the_fragments_of_a_page_joined_are_the_page():
    for text in (PAGE, "", "\n\n", "Accept all cookies", PAGE.replace("\n", "\r\n"), "a\0b\u2028c\n"):
        fragments = list(view_of(Pipeline().run(text)).fragments())
        assert "".join(fragment.text for fragment in fragments) == text
        assert [f.line for f in fragments] == sorted(f.line for f in fragments)


def test_the_fragments_of_an_html_page_joined_are_its_visible_text():
    result = Pipeline().run(HTML)
    fragments = list(view_of(result).fragments())
    assert "".join(fragment.text for fragment in fragments) == result.document.text
    paths = {f.text.strip(): f.path.rpartition("/")[2] for f in fragments}
    assert (paths["Home Sport"], paths["Rain in the north"], paths[""]) == ("nav.menu.main-menu", "h1", "")
    assert all(f.path.startswith("body#top-of-the-page.home") for f in fragments if f.text.strip())


def test_blank_lines_between_cut_blocks_are_not_shown():
    html = "<nav><p>Home</p><p>Sport</p><p>News</p></nav><p>Rain is expected in the north until Friday.</p>"
    lines = list(page.as_lines(view_of(Pipeline().run(html, kind="html")), every_line=True))
    numbers = [line[:5].strip() for line in lines[lines.index("") :]]
    assert [number for number in numbers if number[:1].isdigit()] == ["1 -", "3 -", "5 -", "7"]


@pytest.mark.parametrize(
    ("path", "width", "shown"),
    [
        ("", 30, ""),
        ("body/main/p", 11, "body/main/p"),
        ("body#a.b/div.c-d/div.e-f/p", 24, "body/…/div.c-d/div.e-f/p"),
        ("body.wide/div.first/div.second/ul/li.item/a", 30, "body/…/div.second/ul/li.item/a"),
        ("body/div.a-class-that-goes-on.and-on.and-on", 30, "body/…/div.a-class-that-goes-…"),
        ("div.a-class-that-goes-on.and-on.and-on", 30, "div.a-class-that-goes-on.and-…"),
        ("div/" * 20 + "p", 27, "div/…/" + "div/" * 5 + "p"),
        ("a-name-that-goes-on-and-on/p/p/p/p", 20, "a-name-tha/…/p/p/p/p"),
    ],
)
def test_paths_are_shortened_in_the_middle(path, width, shown):
    assert page.shortened(path, width) == shown
    assert len(shown) <= width


def test_json_tells_what_the_lines_tell():
    told = json.loads(page.as_json(view_of(Pipeline().run(PAGE, id="x"))))
    assert told["id"] == "x"
    assert [row["line"] for row in told["lines"] if not row["kept"] and row["text"].strip()] == [1, 2, 3]
    assert told["lines"][0]["category"] == "navigation"


def test_colours_only_where_they_are_wanted():
    view = view_of(Pipeline().run(PAGE))
    assert "\x1b" in "".join(page.as_lines(view, colour=True))
    assert "\x1b" not in "".join(page.as_lines(view))


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    """Says what time it is told to be."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def told(stream, *, quiet=False):
    """What a run of four million bytes says in two steps, the second with a message."""
    clock = Clock()
    report = Report({}, characters=Counter({"in": 100, "kept": 60}), failed=1)
    report.statuses.add("ok", 50)
    with Progress(stream, quiet=quiet, total=4_000_000, clock=clock, log_seconds=10) as progress:
        progress(report, "")
        report.read = 1_000_000
        clock.now = 10.0
        progress(report, "")
        progress(report, "a.txt: odd")
    return stream.getvalue()


STATE = "51 documents, 0.1 MB/s, 40% removed, 1 failed"


def test_progress_in_a_log_is_a_line_now_and_then():
    assert told(io.StringIO()) == f"{STATE}, 0:30 left\ncleaner: a.txt: odd\n"


def test_progress_on_a_terminal_is_a_bar_that_goes_away(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    said = told(Terminal())
    assert STATE in said
    assert "25%" in said
    assert "cleaner: a.txt: odd" in said
    assert "\x1b[2K" in said.rpartition("odd")[2]  # the line of the bar is wiped


@pytest.mark.parametrize("quiet", [True, False])
def test_rows_of_one_file_that_fail_alike_share_one_line(quiet):
    report, stream = Report({}), io.StringIO()
    with Progress(stream, quiet=quiet) as progress:
        for file in ("a.csv", "b.csv"):
            for n in range(1, 101):
                progress(report, f"{file}:{n}: has no column 'x'; name yours")
            progress(report, f"{file}:7: is not a text")
            progress(report, f"{file}: breaks off")
            progress(report, f"{file}:7: passed through uncut: odd")
    assert stream.getvalue().replace("b.csv", "a.csv").splitlines() == 2 * [
        "cleaner: a.csv: 100 rows from row 1 to 100: has no column 'x'; name yours",
        "cleaner: a.csv:7: is not a text",
        "cleaner: a.csv: breaks off",
        "cleaner: a.csv:7: passed through uncut: odd",
    ]


@pytest.mark.parametrize(("is_written", "where"), [(True, "are in failed.jsonl"), (False, "are not shown")])
def test_a_file_has_so_many_lines_of_failures(is_written, where):
    stream = io.StringIO()
    with Progress(stream, is_written=is_written) as progress:
        for n in range(30):
            progress(Report({}), f"a.csv:{n}: odd {n}")
    *lines, last = stream.getvalue().splitlines()
    assert len(lines) == MAX_KINDS
    assert last == f"cleaner: a.csv: {30 - MAX_KINDS} further failures {where}"


def test_failures_are_not_held_for_long():
    clock, stream = Clock(), io.StringIO()
    progress = Progress(stream, clock=clock, log_seconds=10)
    progress(Report({}), "a.csv:1: odd")
    assert stream.getvalue() == ""
    clock.now = 10.0
    progress(Report({}), "a.csv:2: odd")
    assert stream.getvalue().startswith("cleaner: a.csv: 2 rows from row 1 to 2: odd\n")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_progress_is_quiet_on_demand(stream):
    assert told(stream, quiet=True) == "cleaner: a.txt: odd\n"
