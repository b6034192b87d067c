"""False findings of `cleaner check`: what it reports in text files that hold no web pages.

    python -m bench.false_findings [--root FOLDER ...] [--json FILE] [--worst 10] [--show] [--learned]

Read are the files that packages on this machine bring along: ``*.md``, ``*.rst`` and ``*.txt`` below each folder
``site-packages`` and below ``/usr/share``, and the copyright files of Debian packages, read as plain text. Such files
have no menus, consent notices or share buttons around them, so each finding counts as false.

Left out, by their path alone:

* files that `cleaner check` passes over in a folder (licences, authors, hidden files), except Debian's ``copyright``;
* files below a folder ``test``, ``tests``, ``testing``, ``testdata`` or ``fixtures``, or with ``fixture`` in their
  name: what they hold may be a scraped page;
* files of packages that ship scraped pages (`_SCRAPERS`).

Files with the same content count once. A file counts as lost if fix would take out more than 5 % of its characters.
The exit code is 1 if a bar is missed: at most one file in 500 with a finding for Markdown and reST, one in 100 for
plain text and for copyright files, and no file that loses more than 5 %.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.config import Config
from cleaner.lint.files import find_files
from cleaner.lint.finding import Finding, lint, lint_pipeline

_KINDS = {".md": "Markdown", ".rst": "reST", ".txt": "plain text"}
_BARS = {"Markdown": 1 / 500, "reST": 1 / 500, "plain text": 1 / 100, "copyright": 1 / 100}
_MAX_LOSS = 0.05
_TEST_FOLDERS = frozenset(("test", "tests", "testing", "testdata", "fixtures"))
_SCRAPERS = frozenset(("trafilatura", "htmldate", "courlan", "readability", "goose3", "newspaper", "cleaner"))
_MAX_BYTES = 4_000_000


@dataclass
class Tally:
    """What was found in the files of one kind."""

    files: int = 0
    with_findings: int = 0
    findings: int = 0
    characters: int = 0
    lost: int = 0
    lossy: int = 0  # files that lose more than 5 %
    rules: Counter[str] = field(default_factory=Counter)
    worst: list[tuple[float, int, str]] = field(default_factory=list)

    def add(self, path: str, characters: int, findings: list[Finding], lost: int) -> None:
        """Count one file."""
        self.files += 1
        self.characters += characters
        if not findings:
            return
        self.with_findings += 1
        self.findings += len(findings)
        self.lost += lost
        self.lossy += lost > _MAX_LOSS * characters
        self.rules.update(one.rule for one in findings)
        self.worst.append((lost / max(characters, 1), len(findings), path))


def default_roots() -> list[str]:
    """The folders ``site-packages`` of the Pythons of pyenv and below ``/usr``, and ``/usr/share``."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    pythons = [pyenv / "versions", Path("/usr/lib"), Path("/usr/local/lib")]
    found = [str(path) for root in pythons if root.is_dir() for path in sorted(root.rglob("site-packages"))]
    return [*found, "/usr/share"]


def files(roots: list[str]) -> Iterator[tuple[str, str]]:
    """Each file to read and its kind."""
    for root in roots:
        for found in find_files([root], gitignore=False, endings=tuple(_KINDS)):
            if isinstance(found, str) and not _is_left_out(found):
                yield found, _KINDS[os.path.splitext(found)[1].lower()]
        for path in sorted(Path(root).glob("doc/*/copyright")):
            yield str(path), "copyright"


def _is_left_out(path: str) -> bool:
    names = path.lower().split(os.sep)
    return not _TEST_FOLDERS.isdisjoint(names[:-1]) or "fixture" in names[-1] or not _SCRAPERS.isdisjoint(names[:-1])


def measure(roots: list[str], *, show: bool, learned: bool = False) -> dict[str, Tally]:
    """The tallies of all kinds."""
    config = Config(max_bytes=_MAX_BYTES, learned=learned)
    pipeline = lint_pipeline(config)
    tallies = {kind: Tally() for kind in _BARS}
    seen: set[bytes] = set()
    for path, kind in files(roots):
        try:
            data = Path(path).read_bytes()
        except OSError:
            continue
        digest = hashlib.sha256(data).digest()
        if digest in seen or len(data) > _MAX_BYTES:
            continue
        seen.add(digest)
        name = path if kind != "copyright" else f"{path}.txt"
        linted = lint(name, pipeline, config, read=_reads(data))
        if linted.problems:
            continue
        text = data.decode("utf-8", "replace")
        lost = len(text) - len(linted.left.decode("utf-8", "replace"))
        tallies[kind].add(path, len(text), linted.findings, lost)
        if show:
            for one in linted.findings:
                print(f"{path}:{one.place.line}: {one.rule}: {one.excerpt}")
    return tallies


def _reads(data: bytes) -> Callable[[str, int], bytes]:
    return lambda _path, _limit: data


def report(tallies: dict[str, Tally], worst: int) -> bool:
    """Print the figures. Returns whether all bars hold."""
    holds = True
    print(f"{'kind':<12}{'files':>7}{'found in':>10}{'one in':>8}{'findings':>10}{'lost':>9}{'over 5 %':>10}  bar")
    for kind, tally in tallies.items():
        ok = tally.with_findings <= _BARS[kind] * tally.files and not tally.lossy
        holds &= ok
        one_in = f"{tally.files / tally.with_findings:.0f}" if tally.with_findings else "-"
        share = tally.lost / tally.characters if tally.characters else 0
        print(
            f"{kind:<12}{tally.files:>7,}{tally.with_findings:>10,}{one_in:>8}{tally.findings:>10,}"
            f"{share:>9.3%}{tally.lossy:>10,}  {'holds' if ok else 'missed'}"
        )
    for kind, tally in tallies.items():
        if tally.with_findings:
            print(f"\n{kind}: " + ", ".join(f"{rule} {n}" for rule, n in tally.rules.most_common()))
            for share, findings, path in sorted(tally.worst, reverse=True)[:worst]:
                print(f"  {share:6.1%} {findings:5} {path}")
    return holds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", action="append", metavar="FOLDER", help="folders to read instead of those above")
    parser.add_argument("--worst", type=int, default=10, help="how many files to name for each kind")
    parser.add_argument("--show", action="store_true", help="print each finding")
    parser.add_argument("--learned", action="store_true", help="also count what the learned scorer alone finds")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file")
    args = parser.parse_args()
    tallies = measure(args.root or default_roots(), show=args.show, learned=args.learned)
    if args.json:
        rows = {kind: {**vars(tally), "worst": sorted(tally.worst, reverse=True)} for kind, tally in tallies.items()}
        Path(args.json).write_text(json.dumps(rows, indent=1), "utf-8")
    sys.exit(0 if report(tallies, args.worst) else 1)


if __name__ == "__main__":
    main()
