"""A corpus that is cleaned again with a new version or other options: which words each category would lose and gain.

    python upgrade_check.py pages out new   # exit code 1: look at the changes before you use the folder `new`

`out` is the finished run that is in use, and `new` the folder for the next one. `cleaner diff out new` prints the same
comparison with all its parts; a program of your own can decide by site, by category or by document.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cleaner.compare.comparison import Changed, compare_runs

MIN_WORDS = 5
"""A document that loses at least this number of words is an alarm."""


def main(pages: str, before: str, after: str, *options: str) -> int:
    command = [sys.executable, "-m", "cleaner", "run", pages, "-o", after, "--quiet", *options]
    done = subprocess.run(command, check=False)  # noqa: S603
    if done.returncode:
        print(f"cleaner ended with exit code {done.returncode}; see {after}/failed.jsonl")
        return done.returncode
    alarms = list[Changed]()

    def look_at(document: Changed) -> None:
        if document.words_lost >= MIN_WORDS:
            alarms.append(document)

    comparison = compare_runs(Path(before), Path(after), each=look_at)
    for row in comparison.categories.rows():
        print(f"{row['category']}: {row['words_lost']:,} words lost, {row['words_gained']:,} gained")
    for one in alarms:
        print(f"{one.source}: {one.words_lost:,} words lost; see: cleaner explain {after} {one.id}")
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
