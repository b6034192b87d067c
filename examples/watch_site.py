"""A site that is cleaned daily: new pages are cleaned, and an alarm says when the share that is removed changes.

    python watch_site.py pages out      # each day, for example by cron; exit code 1 is an alarm

A crawler adds pages to the folder. `cleaner run --update` cleans only those that are new or changed. When a site gets a
new design, rules that fitted may remove too much or too little. Both show as another share of removed text, here for
each category, and are worth a look with `cleaner explain` before the texts are used.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

MAX_CHANGE = 0.05
"""By how much the share may differ between two days: 0.05 is five characters of a hundred."""


def shares(report: dict[str, Any]) -> dict[str, float]:
    """The share of all characters that each category removed, and the share of all together."""
    whole = max(report["characters"]["in"], 1)
    found = {row["category"]: row["characters"] / whole for row in report["categories"]}
    return {"all": report["characters"]["removed"] / whole, **found}


def main(pages: str, output: str) -> int:
    path = Path(output, "report.json")
    before = shares(json.loads(path.read_bytes())) if path.exists() else None
    command = [sys.executable, "-m", "cleaner", "run", pages, "-o", output, "--quiet"]
    done = subprocess.run([*command, "--update"] if before else command, check=False)  # noqa: S603
    if done.returncode:
        print(f"cleaner ended with exit code {done.returncode}; see {output}/failed.jsonl")
        return done.returncode
    after = shares(json.loads(path.read_bytes()))
    if before is None:
        print(f"first day: {after['all']:.1%} removed")
        return 0
    alarms = 0
    for name in sorted({*before, *after}):
        old, new = before.get(name, 0.0), after.get(name, 0.0)
        if abs(new - old) > MAX_CHANGE:
            print(f"{name}: {old:.1%} removed yesterday, {new:.1%} today")
            alarms += 1
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
