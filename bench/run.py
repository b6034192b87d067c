"""Run the benchmarks that the docs quote, and write one file of results: ``make bench DATA=WCXB``.

    python -m bench.run --data WCXB [--articles ARTICLES] [--cases CASES] [--text TEXT] [--work DIR]
                [--quick] [--only NAME ...] [--out DIR]

DATA is the folder of WCXB pages, TEXT their renderings (built into the work folder if not given; this takes some
minutes). ARTICLES is a folder of news articles in the layout of WCXB, on which the scorer is then trained, too; CASES
is one of small inputs that must come out right. Without them their parts are left out. Results go to
``bench/results.json`` and ``bench/RESULTS.md``. ``--quick`` takes every 20th page and writes into the work folder,
because such figures are for trying the command only.

Each part runs in processes of its own, so one that fails loses no other: its earlier figures stay, with their date, and
the failure is named. The parts that measure quality run two at a time; those that measure time run alone. What a step
wrote to the work folder is not made again, so an interrupted run resumes, but only with the same code, versions and
data; delete the folder to begin anew.

No figure comes from a model that was fitted on the page it judges: the learned scorer is measured out of fold.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.gate import GateError
from bench.parts import INPUTS, PEERS, Figures, Part, Step, gate_figures, parts
from bench.results import markdown
from bench.systems_html import package_of
from bench.wcxb_pages import corpus_digest, fingerprint, page_ids
from bench.wcxb_text import renderings_digest
from cleaner.packs.load import builtin_folder, load_builtin

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = (
    "boilerplate-cleaner", "numpy", "selectolax", "regex", "ahocorasick-rs", "resiliparse", "trafilatura", "justext",
    "readability-lxml", "rs-trafilatura", "beautifulsoup4", "inscriptis", "lightgbm", "orjson", "pyarrow",
)  # fmt: skip
_EVERY_QUICK = 20
_MAX_SECONDS = 3600  # of one step


class PartFailedError(Exception):
    """A step of a part failed; the message is the last line of what it printed."""


def run_step(step: Step, places: Mapping[str, str], work: Path) -> None:
    """Run a command unless its output exists. Raises `PartFailedError`."""
    output = work / step.output
    if output.exists():
        return
    command = [sys.executable, "-m", *(word.format(**places) for word in step.arguments)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    log = work / f"{step.output.replace('/', '-')}.log"
    try:
        with log.open("wb") as file:
            subprocess.run(command, cwd=ROOT, env=env, stdout=file, stderr=file, check=True, timeout=_MAX_SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        if output.is_file():
            output.unlink()  # half of a result must not look like one
        lines = log.read_text("utf-8", "replace").split("\n") if log.exists() else []
        raise PartFailedError(next((line for line in reversed(lines) if line.strip()), str(error))) from error


def run_part(part: Part, places: Mapping[str, str], work: Path) -> Figures:
    """All steps of a part. Raises `PartFailedError`."""
    for step in part.steps:
        run_step(step, places, work)
    written = [(work / step.output).stat().st_mtime for step in part.steps if (work / step.output).exists()]
    try:
        return {"date": _date(max(written, default=time.time())), **part.figures(work)}
    except (OSError, ValueError, KeyError) as error:
        raise PartFailedError(f"{part.name}: its results can't be read: {error!r}") from error


def _date(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date().isoformat()


def refuse_other(work: Path, stamp: Mapping[str, str]) -> None:
    """Raises `SystemExit` if the work folder was begun with other versions, code or data: its files are stale."""
    file = work / "begun.json"
    if not file.exists():
        file.write_text(json.dumps(stamp), "utf-8")
        return
    begun = json.loads(file.read_text("utf-8"))
    if other := sorted(name for name in {*begun, *stamp} if begun.get(name) != stamp.get(name)):
        raise SystemExit(f"{work} was begun with other {', '.join(other)}; delete it, or name another by --work")


def code_digest() -> str:
    """A short digest of the sources of the package and of this folder."""
    paths = sorted([*(ROOT / "cleaner").rglob("*.py"), *(ROOT / "bench").glob("*.py")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def run_parts(
    chosen: Sequence[Part], places: Mapping[str, str], work: Path
) -> tuple[dict[str, Figures], dict[str, str]]:
    """The figures of the parts that succeed, and why the others failed."""
    done: dict[str, Figures] = {}
    failed: dict[str, str] = {}

    def attempt(part: Part) -> None:
        print(f"{part.name} ...", file=sys.stderr, flush=True)
        try:
            done[part.name] = run_part(part, places, work)
        except PartFailedError as error:
            failed[part.name] = str(error).replace(str(work), "WORK")
        print(f"{part.name}: {failed.get(part.name, 'done')}", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(attempt, [part for part in chosen if not part.measures_time]))
    for part in chosen:
        if part.measures_time:
            attempt(part)
    return {part.name: done[part.name] for part in chosen if part.name in done}, failed


def render_pages(places: Mapping[str, str], work: Path, text: Path) -> None:
    """Build the renderings. Raises `PartFailedError`; a folder that is there is complete."""
    new = text.with_name(f"{text.name}.new")
    build = (
        "bench.wcxb_text",
        "build",
        "--wcxb",
        "{data}",
        "--out",
        str(new),
        "--every",
        "{every}",
        "--renderer",
        *INPUTS,
    )
    print("renderings ...", file=sys.stderr, flush=True)
    run_step(Step("renderings", build), places, work)
    new.rename(text)


def versions() -> dict[str, str]:
    """Python, the libraries that are installed, and digests of the rules and models."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    found["packs"] = load_builtin().digest[:16]
    for path in sorted(builtin_folder().glob("scorer_*.npz")):
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return found


def data_digests(data: Path, articles: Path | None, text: Path, every: int) -> dict[str, str]:
    """Digests of the pages, of the news articles if there are any, and of the renderings."""
    folders = {"pages": data, "articles": articles}
    found = {
        name: corpus_digest(fingerprint(folder, id) for id in page_ids(folder)[::every])
        for name, folder in folders.items()
        if folder
    }
    return {**found, "renderings": renderings_digest(text)}


def merged(
    earlier: Mapping[str, Any], done: Mapping[str, Figures], failed: Mapping[str, str], stamp: Figures
) -> Figures:
    """The results with the new figures in place of earlier ones of the same parts."""
    stamped = {name: {**stamp, **figures} for name, figures in done.items()}
    return {"parts": {**earlier.get("parts", {}), **stamped}, "failed": dict(failed)}


def is_installed(peer: str) -> bool:
    """Whether a peer's package is there."""
    try:
        version(package_of(peer))
    except PackageNotFoundError:
        return False
    return True


# --------------------------------------------------------------------------


def read_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="the pages of WCXB; bench/README.md says where they are"
    )
    parser.add_argument("--articles", type=Path, help="news articles in the layout of WCXB")
    parser.add_argument("--cases", type=Path, help="small inputs that must come out right")
    parser.add_argument("--text", type=Path, help="their renderings, from bench.wcxb_text build")
    parser.add_argument("--work", type=Path, default=ROOT / "out" / "bench", help="for what the steps write")
    parser.add_argument("--out", type=Path, help="the folder of results.json and RESULTS.md; default: bench")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these parts; others stay")
    parser.add_argument("--quick", action="store_true", help="every 20th page, into the work folder")
    args = parser.parse_args(argv)
    if not page_ids(args.data):
        parser.error(f"{args.data} holds no pages of WCXB; bench/README.md says where they are")
    if args.articles and not page_ids(args.articles):
        parser.error(f"{args.articles} holds no articles; bench/README.md describes the layout")
    if args.quick:
        args.work = args.work.with_name(f"{args.work.name}-quick")
    args.out = args.out or (args.work if args.quick else ROOT / "bench")
    args.work.mkdir(parents=True, exist_ok=True)
    return args


def chosen_parts(every: Iterable[Part], names: Sequence[str]) -> list[Part]:
    """The parts of these names, or all. Raises `SystemExit` for an unknown name."""
    known = {part.name: part for part in every}
    if unknown := sorted(set(names) - known.keys()):
        raise SystemExit(f"no part is called {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names or known]


def command_of(args: argparse.Namespace) -> str:
    """The call of ``make`` that runs this; folders are named by what they hold."""
    words = (
        "ARTICLES=NEWS" if args.articles else "",
        "CASES=CASES" if args.cases else "",
        "QUICK=1" if args.quick else "",
    )
    return " ".join(filter(None, ("make bench DATA=WCXB", *words)))


def main(argv: Sequence[str] | None = None) -> int:
    args = read_arguments(argv)
    every = _EVERY_QUICK if args.quick else 1
    peers = tuple(filter(is_installed, PEERS))
    known = parts(peers, quick=args.quick, articles=bool(args.articles), cases=bool(args.cases))
    chosen = chosen_parts(known, args.only)
    work, text = args.work.resolve(), (args.text or args.work / "text").resolve()
    places = {
        "data": str(args.data.resolve()),
        "articles": str(args.articles.resolve()) if args.articles else "",
        "cases": str(args.cases.resolve()) if args.cases else "",
        "text": str(text),
        "work": str(work),
        "every": str(every),
        "text_every": str(every if args.text else 1),
    }
    if not text.exists():
        render_pages(places, work, text)
    data, used = data_digests(args.data, args.articles, text, every), versions()
    refuse_other(work, {**used, **data, "code": code_digest()})
    done, failed = run_parts(chosen, places, work)
    if not args.quick:
        try:
            done["gate"] = gate_figures(work)
        except GateError as error:
            failed["gate"] = str(error)
    file = args.out / "results.json"
    earlier = json.loads(file.read_text("utf-8")) if file.exists() else {}
    stamp = {
        "date": _date(time.time()),
        "command": command_of(args),
        "every": every,
        "data": data,
        "versions": used,
        "not installed": [peer for peer in PEERS if peer not in peers],
    }
    results = merged(earlier, done, failed, stamp)
    file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (args.out / "RESULTS.md").write_text(markdown(results), encoding="utf-8")
    print(f"{file.name} and RESULTS.md written to {args.out}")
    for name, why in failed.items():
        print(f"{name} failed: {why}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
