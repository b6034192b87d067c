"""Nothing that comes from outside drives a terminal: the laws of `visible`, of wrapped lines, and of whole commands."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from cleaner.cli import page
from cleaner.cli.view import view_of
from cleaner.lint import formats
from cleaner.lint.finding import Finding
from cleaner.lint.source import Place, Problem
from cleaner.pipeline import Pipeline
from cleaner.terminal import aligned, visible, wrapped

ROOT = Path(__file__).parents[2]
PIPELINE = Pipeline()
BAD = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
JOINERS = "\u200c\u200d"
TRICKS = (
    "\x1b[2J", "\x1b]0;title\x07", "\r", "\n", "\x9b31m", "\x7f", "\u202e", "\u2066", "\u2028", "\u2029", "\u200b", "\ufeff", "\u00ad",
    "\u200d", "\ud800", "\U000e0041", "\u3164",
)  # fmt: skip


def tricky() -> st.SearchStrategy[str]:
    """Words with what drives, breaks, hides or reorders between them."""
    parts = st.one_of(st.sampled_from(TRICKS), st.text(max_size=5), st.sampled_from(("Home", "می", "👩", "नि", " ")))
    return st.lists(parts, max_size=8).map("".join)


def hidden_in(text: str) -> list[str]:
    """The characters that no output may hold."""
    return [char for char in text if unicodedata.category(char) in BAD and char not in JOINERS]


@given(tricky())
@example("é\u200d\u200dé")
def test_what_is_visible_holds_nothing_that_drives_or_hides(text: str) -> None:
    shown = visible(text)
    assert hidden_in(shown) == []
    assert shown.splitlines() == [shown] * bool(shown)
    for n, char in enumerate(shown):  # joiners stay between two letters or signs beyond ASCII
        if char in JOINERS:
            assert all(side > "\x7f" and side not in JOINERS for side in (shown[n - 1], shown[n + 1]))


@given(tricky())
def test_visible_is_done_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(
    st.text(
        st.characters(
            exclude_categories=["C", "Zl", "Zp"], exclude_characters="\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f"
        )
    )
)
def test_what_everybody_can_see_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_every_character_that_hides_is_escaped() -> None:
    shown = {code: visible(chr(code)) for code in range(0x110000) if unicodedata.category(chr(code)) in BAD}
    assert [hex(code) for code, text in shown.items() if not text.startswith("\\")] == []


@given(tricky())
def test_only_what_is_asked_for_is_kept(text: str) -> None:
    assert hidden_in(visible(text, keep="\n\t").replace("\n", "").replace("\t", "")) == []
    assert visible(text, keep="\n").count("\n") == text.count("\n")


def test_scripts_that_need_joiners_have_them() -> None:
    for text in ("می‌خواهم", "👨‍👩‍👧", "क्‍ष"):
        assert visible(text) == text


@given(
    st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\xa0"), max_size=200),
    st.integers(20, 90),
)
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrapped(text, width, "  ")
    assert all(cell_len(line.rstrip()) <= width for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_table_is_aligned() -> None:
    assert aligned([("name", "n"), ("a", "1,000")]) == ["name      n", "a     1,000"]


@given(tricky(), tricky())
def test_explain_is_safe_and_shows_each_number_once(one: str, other: str) -> None:
    text = f"Skip to main content\n{one}\nRain is expected in the north of the country until Friday.\n{other}\nShare this article\n"
    lines = list(page.as_lines(view_of(PIPELINE.run(text, id=one, kind="text")), every_line=True, width=60))
    assert hidden_in("".join(lines)) == []
    body = lines[lines.index("", 3) :]
    numbers = [found[1] for line in body if (found := re.match(r" *(\d+) [ -]", line + " "))]
    assert len(numbers) == len(set(numbers))


@given(tricky(), tricky(), tricky())
def test_all_formats_of_findings_are_safe(path: str, reason: str, excerpt: str) -> None:
    path = path.replace("\0", "").encode("utf-8", "backslashreplace").decode() or "a"
    finding = Finding(path, Place(1, 1), Place(1, 2), "a/b", "a", reason, visible(excerpt), "0" * 12)
    for name, format in formats.FORMATS.items():
        told = list(format(formats.Findings([finding], "1", [(path, Problem(1, reason))])))
        assert hidden_in("".join("\n".join(told).split("\n"))) == [], name
        if name in ("text", "github"):
            assert len(told) <= 2
        if name == "sarif":
            (run,) = json.loads(told[0])["runs"]
            assert hidden_in(run["results"][0]["message"]["text"]) == []


@given(tricky())
def test_the_view_of_a_notebook_is_safe(text: str) -> None:
    html = PIPELINE.run(text, id=text, kind="text")._repr_html_()
    assert [char for char in hidden_in(html) if char not in "\t\r\n"] == []


# The whole command


def inputs(folder: Path, trick: str) -> None:
    """Inputs of each kind that fail or are passed over, with ``trick`` wherever a stranger can put it."""
    name = trick.replace("/", "").replace("\0", "").encode("utf-8", "replace")
    (folder / os.fsdecode(b"x" + name + b"y.txt")).write_bytes(b"\0\1\2\xff" * 200)
    (folder / "r.jsonl").write_text(json.dumps({"id": f"b{trick}", f"no{trick}": 1}) + "\n{no\n")
    (folder / "t.csv").write_text(f"id,te{trick}xt\n1,a\n", encoding="utf-8", errors="replace", newline="")
    kind = re.sub(r"[\r\n]", "", trick).encode("utf-8", "replace")
    body = b"HTTP/1.1 200 OK\r\nContent-Type: image/" + kind + b"x\r\n\r\nabc"
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Target-URI: http://a.org/\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    (folder / "w.warc.gz").write_bytes(gzip.compress(head + body + b"\r\n\r\n", mtime=0))
    (folder / "good.txt").write_text(
        "Skip to main content\nRain is expected in the north of the country until Friday.\n"
    )


@pytest.mark.parametrize(
    "trick", ["\x1b[31m\x1b]0;PWNED\x07", "\n\r2 documents: nothing lost", "\u202e\u2066\u200b", "\x9b2J\x7f\u2028"]
)
def test_a_run_prints_nothing_that_drives_a_terminal(tmp_path: Path, trick: str) -> None:
    (tmp_path / "in").mkdir()
    inputs(tmp_path / "in", trick)
    got = subprocess.run(
        [sys.executable, "-m", "cleaner", "run", "in", "-o", "out", "-v", "-j", "0"],
        cwd=tmp_path, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    said = got.stdout.decode() + got.stderr.decode()
    assert got.returncode == 1, said
    assert "good.txt" not in said
    assert hidden_in(said.replace("\n", "")) == []
    assert not any(line.startswith("2 documents") for line in said.splitlines())


def on_a_terminal(args: list[str], folder: Path, **more: str) -> str:
    """What a command writes to a terminal that is its stdout."""
    ours, its = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm", "COLUMNS": "80", **more}
    process = subprocess.Popen([sys.executable, "-m", "cleaner", *args], cwd=folder, stdout=its, env=env)
    os.close(its)
    parts = []
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    process.wait()
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


NOISY = "Skip to main content\nRain \x1b[31mis\x1b[0m expected \u202ein the north of the country until Friday.\nShare this article\n"


@pytest.mark.parametrize(
    "args", [["clean", "a.txt"], ["fix", "--diff", "a.txt"], ["explain", "a.txt", "--no-pager"], ["explain", "a.txt"]], ids=" ".join
)  # fmt: skip
def test_on_a_terminal_only_our_own_colours_are_escapes(tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "a.txt").write_text(NOISY, encoding="utf-8", newline="")
    said = on_a_terminal(args, tmp_path, PAGER="sed s/^/P/")
    ours = re.sub(r"\x1b\[(?:31|2|0)m", "", said) if args[0] == "explain" else said
    assert hidden_in(ours.replace("\n", "").replace("\t", "")) == []
    assert "\\x1b[31mis" in said
    assert (said[0] == "P") is (args == ["explain", "a.txt"])  # a pager was asked


def test_data_that_is_piped_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NOISY, encoding="utf-8", newline="")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    for args in (["clean", "a.txt"], ["fix", "--diff", "a.txt"]):
        got = subprocess.run(
            [sys.executable, "-m", "cleaner", *args], cwd=tmp_path, capture_output=True, check=False, env=env
        )
        assert "\x1b[31mis\x1b[0m expected \u202ein" in got.stdout.decode()


def test_no_colour_is_honoured(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Skip to main content\nRain is expected in the north of the country until Friday.\n"
    )
    assert "\x1b" in on_a_terminal(["explain", "a.txt", "--no-pager"], tmp_path)
    assert "\x1b" not in on_a_terminal(["explain", "a.txt", "--no-pager"], tmp_path, NO_COLOR="1")
