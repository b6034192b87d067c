"""The hooks for pre-commit, tried for real: a repository, a commit that is refused, a fix, a commit that passes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PACKAGE = ("cleaner", "rules", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
ADDRESS = "https://example.org/cleaner"
PLACEHOLDER = "<commit>"
REGISTRY = "No matching distribution found for hatchling"  # what builds the package, so it is asked for first
SENTENCE = "Rain is expected in the north of the country until Friday.\n"
QUOTES = f"{SENTENCE}ACME 182.31 (+0.4%)\nUMBRA 3.10 (-1.2%)\n{SENTENCE}"
NOISY = f"Skip to main content\n{SENTENCE}Share this article\n"


def documented(page: str) -> str:
    """The configuration that a page tells its readers to write."""
    (config,) = re.findall(r"^```yaml\n(repos:\n.*?)^```", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return config


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command in the repository ``data`` and gives its exit code and all it says."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for name, value in {
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "A Tester"),
        **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "tester@example.org"),
    }.items():
        monkeypatch.setenv(name, value)

    def run(*command, cwd="data"):
        done = subprocess.run(
            command,
            cwd=tmp_path / cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=400,
        )
        return done.returncode, done.stdout

    return run


def checkout(folder: Path, run) -> None:
    """This checkout as a repository with one commit: what is not committed yet is tested, too."""
    folder.mkdir()
    for name in PACKAGE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for command in (["git", "init", "-q"], ["git", "add", "."], ["git", "commit", "-qm", "x"]):
        code, said = run(*command, cwd=folder.name)
        assert code == 0, said


def as_its_reader_writes_it(config: str, repository: Path, run) -> str:
    """The documented configuration with the reader's address, and the commit that the documented command prints."""
    mine = config.replace(ADDRESS, str(repository))
    (command,) = re.findall(r"# (git ls-remote .+)", mine)
    code, said = run(*command.split(), cwd=".")
    assert code == 0, said
    assert mine.count(PLACEHOLDER) == 1
    return mine.replace(PLACEHOLDER, said.split()[0])


def test_the_readme_has_the_hooks_of_their_page():
    assert documented("README.md") == documented("docs/lint.md")


def test_the_hook_for_packs_formats_packs_and_nothing_else(tmp_path, run):
    """Its entry and its pattern of file names, without the installation of a hook."""
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    hook = hooks["cleaner-rules-fmt"]
    names = [
        "rules/mine.toml",
        "rules/lang/da.toml",
        "etl/rules/mine.toml",
        "pyproject.toml",
        "rules.toml",
        "myrules/a.toml",
    ]
    assert [name for name in names if re.search(hook["files"], name)] == names[:3]
    for name in names[:2]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / names[0]).write_text('category = "a"\nsummary = "A."\ntopic = ["b", "a"]\n', "utf-8")
    (tmp_path / names[1]).write_text('lang = "da"\n', "utf-8")
    command = (sys.executable, "-m", *hook["entry"].split(), *names[:2])
    assert run(*command, cwd=".") == (0, f"{names[0]}\n1 file formatted; 1 file already formatted\n")
    assert run(*command, cwd=".") == (0, "2 files already formatted\n")


def test_the_documented_hooks_refuse_and_fix_a_noisy_file(tmp_path, run):
    checkout(tmp_path / "hooks", run)
    data = tmp_path / "data"
    data.mkdir()
    config = as_its_reader_writes_it(documented("docs/lint.md"), tmp_path / "hooks", run)
    (data / ".pre-commit-config.yaml").write_text(config, "utf-8")
    (data / "page.txt").write_text(NOISY, "utf-8")
    (data / "rows.jsonl").write_text('{"text": "' + NOISY.replace("\n", "\\n") + '", "n": 1.0}\n', "utf-8")
    (data / "code.py").write_text('"""Share this article"""\n', "utf-8")
    for name in ("cleaner.toml", "ticker.py"):  # a stage of one's own in the repository that is checked
        shutil.copy(ROOT / "examples" / "own_stage" / name, data)
    (data / "quotes.txt").write_text(QUOTES, "utf-8")
    legal = [data / name for name in ("LICENSE.txt", "docs/licence-old.md", "NOTICE.txt", "Copying.txt")]
    for path in legal:
        path.parent.mkdir(exist_ok=True)
        path.write_text(NOISY, "utf-8")
    assert run("git", "init", "-q")[0] == 0
    pre_commit = (sys.executable, "-m", "pre_commit")
    check = (*pre_commit, "run", "--hook-stage", "manual", "cleaner-check", "--all-files")
    code, said = run(*pre_commit, "install", "--install-hooks")
    if REGISTRY in said:
        pytest.skip("pip reaches no registry, and hooks are installed by pip")
    assert code == 0, said
    assert run("git", "add", ".")[0] == 0

    code, said = run(*check)
    assert code == 1, said
    assert "page.txt:1:1: navigation/skip-link: Skip to main content" in said
    assert "rows.jsonl:1:" in said
    assert "quotes.txt:2:1: ticker/quote: ACME 182.31 (+0.4%)" in said
    assert "code.py" not in said
    assert not [path for path in legal if path.name in said]

    code, said = run("git", "commit", "-m", "noisy")
    assert code != 0, said
    assert "files were modified by this hook" in said
    assert run("git", "rev-parse", "HEAD")[0] != 0
    assert (data / "page.txt").read_text("utf-8") == SENTENCE
    assert (data / "rows.jsonl").read_text("utf-8") == '{"text": "' + SENTENCE.replace("\n", "\\n") + '", "n": 1.0}\n'
    assert (data / "quotes.txt").read_text("utf-8") == f"{SENTENCE}\n{SENTENCE}"
    assert {path.read_text("utf-8") for path in legal} == {NOISY}
    assert run(*check)[0] == 0

    assert run("git", "add", ".")[0] == 0
    code, said = run("git", "commit", "-m", "clean")
    assert code == 0, said
    committed = [
        ".pre-commit-config.yaml",
        "cleaner.toml",
        "code.py",
        "page.txt",
        "quotes.txt",
        "rows.jsonl",
        "ticker.py",
        *(str(path.relative_to(data)) for path in legal),
    ]
    assert sorted(run("git", "ls-files")[1].split()) == sorted(committed)
    assert run("git", "status", "--porcelain")[1] == ""
