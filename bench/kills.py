"""Kill `cleaner run --learn --mark-duplicates` at random moments, resume it, and compare the bytes.

    python -m bench.kills [--points 50] [--orders 5] [--seed 1] [--pages 12] [--site NAME ...]

The inputs are the made-up sites of `bench.sites`, as rows of text and of HTML, with some pages twice. For each of a few
orders of the inputs, one run without workers is the expected output. Every other run has a random number of workers,
receives SIGKILL at a random moment once or twice (only its main process, or all), and is then repeated until it ends.
Checkpoints are written after each chunk, so that moments after the first one are likely.

All files of each output must be the same as expected, byte for byte, apart from the file of counts. Over all orders the
packs must be the same, and so must be the rows apart from their order and what depends on it (`duplicate_of`). The exit
code is 1 if they are not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random

from bench.sites import FORMS, PAGES, pages_of, sites, source_of
from cleaner.config import Config
from cleaner.inputs.find import CHECKPOINT, REPORT
from cleaner.run import runner
from cleaner.run.options import RunOptions
from cleaner.sites.learn import SITES, STATE, learn_for_run

_MAX_JOBS = 3
_TWICE = 5  # every fifth page is there again
Files = dict[str, str]
"""The hash of each file of an output."""


def write_inputs(folder: Path, names: Sequence[str], count: int) -> list[str]:
    """A file of rows for each site and form. Returns their paths."""
    paths = []
    for name in names:
        for form in FORMS:
            pages = pages_of(sites()[name], count)
            rows = [{"id": f"{form} {page.url}", "url": page.url, form: source_of(page, form)} for page in pages]
            rows += [{**row, "id": f"{row['id']} again"} for row in rows[::_TWICE]]
            path = folder / f"{name}-{form}.jsonl"
            path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
            paths.append(str(path))
    return paths


def clean(output: Path, jobs: int, sources: Sequence[str]) -> None:
    """What the command does, with a checkpoint after each chunk."""
    options = RunOptions(mark_duplicates=True)
    config = learn_for_run(sources, output, Config(), options, jobs=jobs, say=_silent)
    runner.run(sources, output, config, options, jobs=jobs, checkpoint_seconds=0)


def _silent(message: str) -> None:
    """The inputs are composed here."""


def _start(output: Path, jobs: int, sources: Sequence[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.kills", "--clean", str(output), "--jobs", str(jobs), *sources]
    return subprocess.Popen(command, start_new_session=True)


def _finish(output: Path, jobs: int, sources: Sequence[str]) -> float:
    """Run to the end. Returns the seconds it took."""
    begun = time.monotonic()
    if _start(output, jobs, sources).wait():
        raise RuntimeError(f"the run into {output} failed")
    return time.monotonic() - begun


def kill(process: subprocess.Popen[bytes], seconds: float, *, whole: bool) -> bool:
    """Send SIGKILL after some time, to the process or to its whole group. False if it had ended before."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        (os.killpg if whole else os.kill)(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def files_of(output: Path) -> Files:
    """The files of an output, without the counts, whose bytes depend on the order in which they were made."""
    return {
        str(path.relative_to(output)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.name != STATE
    }


def in_any_order(output: Path) -> tuple[Files, list[str]]:
    """The packs of an output, and its rows, sorted, without what depends on the order of inputs."""
    packs = {name: sha256 for name, sha256 in files_of(output).items() if name.startswith(f"{SITES}/")}
    rows = [
        json.dumps({**json.loads(line), "duplicate_of": ""}, sort_keys=True)
        for name in ("documents.jsonl", "ledger.jsonl")
        for line in (output / name).read_text("utf-8").splitlines()
    ]
    return packs, sorted(rows)


def _phase(output: Path) -> str:
    """How far a run came, by its files."""
    if (output / REPORT).is_file():
        return "after the end"
    if (output / CHECKPOINT).is_file():
        return "after a checkpoint"
    return "before a checkpoint" if any(output.glob("*.part")) else "while counting"


def survived(folder: Path, sources: Sequence[str], expected: Files, seconds: float, random: Random) -> tuple[bool, str]:
    """Kill one run and resume it. Returns whether its files are as expected, and when it was killed first."""
    output = folder / "killed"
    begin: Callable[[], subprocess.Popen[bytes]] = partial(_start, output, random.randint(0, _MAX_JOBS), sources)
    phase = ""
    for _ in range(random.randint(1, 2)):
        was_killed = kill(begin(), random.uniform(0, seconds), whole=random.random() < 0.5)
        phase = phase or (_phase(output) if was_killed else "after the end")
    _finish(output, random.randint(0, _MAX_JOBS), sources)
    found = files_of(output)
    for name in sorted(found.keys() ^ expected.keys() | {name for name in found if found[name] != expected.get(name)}):
        print(f"{name} differs")
    shutil.rmtree(output)
    return found == expected, phase


def measured(folder: Path, names: Sequence[str], count: int, points: int, orders: int, seed: int) -> int:
    """Kill ``points`` runs and report. Returns how many came out differently."""
    random = Random(seed)
    sources = write_inputs(folder, names, count)
    phases: Counter[str] = Counter()
    wrong, first = 0, None
    for n in range(orders):
        random.shuffle(sources)
        whole = folder / f"whole-{n}"
        seconds = _finish(whole, 0, sources)
        expected, others = files_of(whole), in_any_order(whole)
        first = first or others
        wrong += first != others
        for _ in range(n, points, orders):
            same, phase = survived(folder, sources, expected, seconds, random)
            phases[phase] += 1
            wrong += not same
    shown = ", ".join(f"{count} {phase}" for phase, count in sorted(phases.items()))
    print(f"{phases.total()} runs killed ({shown}), {orders} orders of {len(sources)} inputs: {wrong} differ")
    return wrong


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, or clean as one of the processes that are killed."""
    parser = argparse.ArgumentParser(prog="bench.kills", description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--points", type=int, default=50, help="number of runs to kill")
    parser.add_argument("--orders", type=int, default=5, help="number of orders of the inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=PAGES, help="number of pages of a site")
    parser.add_argument("--site", action="append", choices=[*sites()], help="only this site; repeatable")
    parser.add_argument("--clean", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("sources", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.clean:
        clean(args.clean, args.jobs, args.sources)
        return 0
    with tempfile.TemporaryDirectory() as name:
        names = args.site or [*sites()]
        return int(measured(Path(name), names, args.pages, args.points, args.orders, args.seed) > 0)


if __name__ == "__main__":
    sys.exit(main())
