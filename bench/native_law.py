"""The native core against pure Python: is every result the same, and what does each way cost?

    python -m bench.native_law FOLDER ... [--every N] [--mutants N] [--seed 0]

A FOLDER has pages (``*.html``, ``*.html.gz``) or texts (``*.txt``). Each page is cleaned as HTML and, rendered by us,
as text, with the scorer and by rules, both ways in turn; ``--mutants`` adds as many copies of random pages with parts
taken out, put in or exchanged. Each way has pipelines of its own, so that neither profits from what the other
remembers. Two results are the same if their texts, blocks, cuts with all marks, withdrawals, facts and warnings are.
Differences are printed, with exit code 1. Time is CPU time of the process: quote the ratios.
"""

from __future__ import annotations

import argparse
import gzip
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner import _native
from cleaner.declared import declared
from cleaner.model import InputKind, Result
from cleaner.pipeline import Pipeline
from cleaner.segment.html import read_page

WAYS = ("native", "python")
ENGINES: dict[str, dict[str, str]] = {
    "default": {"metadata": "none"},
    "rules": {"metadata": "none", "classifier": "rules"},
}


def sources(folders: list[Path], every: int) -> Iterator[tuple[str, str]]:
    """Name and content of the pages and texts."""
    for folder in folders:
        paths = sorted(path for path in folder.rglob("*") if path.name.removesuffix(".gz").endswith((".html", ".txt")))
        for path in paths[::every]:
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield path.name, data.decode("utf-8", "replace")


def mutant(source: str, other: str, draw: random.Random) -> str:
    """``source`` with parts taken out, put in from ``other``, doubled or exchanged."""
    for _ in range(draw.randint(1, 8)):
        a, b = sorted(draw.randrange(len(source) + 1) for _ in range(2))
        b = min(b, a + draw.choice((1, 5, 50, 2_000)))
        at = draw.randrange(len(other) + 1)
        part = draw.choice(
            ("", source[a:b] * 2, other[at : at + b - a], "".join(draw.sample("<>\"'&\0\r\n\ud800é三 0", 3)))
        )
        source = source[:a] + part + source[b:]
    return source


def told(result: Result) -> tuple[Any, ...]:
    """All that a result says."""
    return (
        result.document.text, result.document.blocks, result.cuts, result.withdrawn, tuple(result.facts),
        result.warnings, result.status, result.captions, result.comments,
    )  # fmt: skip


class Law:
    """Cleans sources both ways and counts differences and CPU time."""

    def __init__(self) -> None:
        self.pipelines = {(way, engine): Pipeline(config=config) for way in WAYS for engine, config in ENGINES.items()}
        self.spent: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.different: list[str] = []
        self.count = 0

    def check(self, name: str, source: str, kind: InputKind) -> None:
        """Clean a source in all ways."""
        self.count += 1
        for engine in ENGINES:
            found = {}
            for way in WAYS if self.count // 2 % 2 else WAYS[::-1]:
                _native.use(native=way == "native")
                declared.cache_clear()
                start = time.process_time()
                result = self.pipelines[way, engine].run(source, kind=kind)
                self.spent[f"{kind}, {engine}", way] += time.process_time() - start
                found[way] = told(result)
            if found["native"] != found["python"]:
                self.different.append(f"{name} ({kind}, {engine})")
                print("DIFFERENT:", self.different[-1], flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if _native.library() is None:
        parser.error(f"the native core is {_native.state()}")
    law, draw = Law(), random.Random(args.seed)
    kept: list[tuple[str, str]] = []
    for name, source in sources(args.folders, args.every):
        _check(law, name, source, is_page=".html" in name)
        if args.mutants:
            kept = [*kept[-199:], (name, source)]
    for n in range(args.mutants):
        (name, source), (_, other) = draw.choice(kept), draw.choice(kept)
        _check(law, f"mutant {n} of {name}", mutant(source, other, draw), is_page=".html" in name)
    print(f"{law.count} sources, {len(law.different)} differences")
    for (what, way), seconds in sorted(law.spent.items()):
        if way == "native":
            print(f"{what}: native takes {seconds / law.spent[what, 'python']:.3f} of Python's time")
    return bool(law.different)


def _check(law: Law, name: str, source: str, *, is_page: bool) -> None:
    if is_page:
        law.check(name, source, "html")
    law.check(name, read_page(source).text if is_page else source, "text")


if __name__ == "__main__":
    raise SystemExit(main())
