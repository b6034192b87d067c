"""What `cleaner check` costs on small files: CPU seconds of the process, first run (no cache) and later ones.

    python -m bench.lint_speed [--files 100] [--json FILE]

Made are texts, Markdown, HTML pages and JSON lines of some 40 lines each, from words and noise of our own. A start is
the same command on one file with one line; beside it what Python takes for nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = "river bridge morning harvest window quarry lantern orchard valley the of and to in was with for had".split()
NOISE = ("Skip to main content", "Share this article", "Accept all cookies", "Log in", "Related articles", "Read more")


def page(draw: random.Random) -> list[str]:
    """Lines: paragraphs, with noise around them."""
    prose = [" ".join(draw.choices(WORDS, k=30)).capitalize() + "." for _ in range(30)]
    return [*draw.sample(NOISE, 3), *prose, *draw.sample(NOISE, 4)]


def write(folder: Path, count: int) -> None:
    """``count`` files of four kinds."""
    draw = random.Random(6)
    for n in range(count):
        lines = page(draw)
        kind = (".txt", ".md", ".html", ".jsonl")[n % 4]
        if kind == ".html":
            text = "<html><body>" + "".join(f"<p>{line}</p>\n" for line in lines) + "</body></html>\n"
        elif kind == ".jsonl":
            text = json.dumps({"id": n, "text": "\n".join(lines)}) + "\n"
        else:
            text = "\n\n".join(lines) + "\n"
        (folder / f"{n:03}{kind}").write_text(text, "utf-8")


def cpu(command: list[str], env: dict[str, str]) -> float:
    """CPU seconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(count: int) -> dict[str, float]:
    """CPU seconds of each command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "data")
        folder.mkdir()
        write(folder, count)
        one = Path(name, "one.txt")
        one.write_text("Rain is expected in the north.\n", "utf-8")
        env = {**os.environ, "XDG_CACHE_HOME": str(Path(name, "cache"))}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its bytecode
        check = [sys.executable, "-m", "cleaner", "check"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
            "cleaner --version": [sys.executable, "-m", "cleaner", "--version"],
            "cleaner check, one line of text, first time": [*check, str(one)],
            "cleaner check, one line of text": [*check, str(one)],
            f"cleaner check, {count} files": [*check, str(folder)],
        }
        return {
            title: min(cpu(command, env) for _ in range(1 if "first" in title else 5))
            for title, command in commands.items()
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    found = measure(args.files)
    print("| command | CPU s |\n|---|--:|")
    for title, seconds in found.items():
        print(f"| {title} | {seconds:.2f} |")
    if args.json:
        args.json.write_text(json.dumps({"kind": "lint_speed", "cpu_seconds": found}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
