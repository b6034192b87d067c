"""The whole pipeline with the learned scorer on plain-text renderings, each by a model that never saw its domain.

    python -m bench.train_scorer text --data DIR ... --models MODELS                  # a model for each fold
    python -m bench.oof_text --data DIR ... --models MODELS [--profile careful ...] [--without STAGE ...] [--by-type]
                             [--json FILE]

``--data`` are folders of ``wcxb_text build``. Prints for each profile and corpus the figures of ``wcxb_text score``:
for the noisy renderings together and each by itself, for the inputs "extracted" and "clean", and the share of words
that a second run over the output takes. ``--without STAGE`` leaves stages out, for the ablation of docs/scorer.md;
``--every N`` takes every Nth page.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import product
from pathlib import Path
from typing import Any

from bench.render import EXTRA_INPUTS, RENDERERS
from bench.scorer_pages import words_of
from bench.text_metrics import format_table, page_metrics, summarise
from bench.wcxb_pages import PAGE_TYPES
from cleaner.config import ProfileName
from cleaner.packs.load import load_builtin
from cleaner.pipeline import PROFILES, Pipeline
from cleaner.scorer.model import Model
from cleaner.stages import SHIPPED
from cleaner.stages.base import built
from cleaner.stages.scorer import TextScorer

_TEXT = {entry.name: entry.stage for entry in SHIPPED if entry.place == "text"}
Row = dict[str, Any]
Task = tuple[str, Path | None, int, ProfileName, tuple[str, ...]]
"""A line of the data, the folder of models, the fold, the profile, the stages to leave out."""


@lru_cache(maxsize=32)
def pipeline_of(models: Path | None, fold: int, profile: ProfileName, without: tuple[str, ...]) -> Pipeline:
    packs = load_builtin()
    stages = [built(stage, packs) for name, stage in _TEXT.items() if name not in without]
    least = PROFILES[profile].threshold
    late = [TextScorer(packs, model=Model.load(models / f"fold-{fold}.npz"), least=least)] if models else []
    return Pipeline(packs, profile=profile, text_stages=stages, late_stages=late)


def measured(task: Task) -> Row:
    line, *how = task
    row = json.loads(line)
    pipeline = pipeline_of(*how)
    output = pipeline.run(row["text"], kind="text").text
    again = pipeline.run(output, kind="text").text
    size = words_of(row["corpus"], output).total()
    return {
        "id": row["id"], "corpus": row["corpus"], "renderer": row["renderer"], "page_type": row["page_type"],
        "again": 1 - words_of(row["corpus"], again).total() / size if size else 0.0,
        **page_metrics(output, row["text"], row["gold"], partial(words_of, row["corpus"])),
    }  # fmt: skip


def tasks(args: argparse.Namespace, profile: ProfileName) -> Iterator[Task]:
    """Raises `KeyError` for a page that is in no fold: no model is known that was fitted without it."""
    folds = json.loads((args.models / "folds.json").read_text()) if args.models else None
    for folder, renderer in product(args.data, args.renderer):
        with gzip.open(folder / f"dev.{renderer}.jsonl.gz", "rt", encoding="utf-8") as file:
            for n, line in enumerate(file):
                if n % args.every == 0:
                    fold = folds[json.loads(line)["id"]] if folds else 0
                    yield line, args.models, fold, profile, tuple(args.without)


def table(name: str, rows: Sequence[Row], by_type: bool) -> list[tuple[str, Row]]:
    noisy = [row for row in rows if row["renderer"] in RENDERERS]
    found = [(f"{name}: noisy", summarise(noisy))] if noisy else []
    for renderer in dict.fromkeys(row["renderer"] for row in rows):
        found.append((f"{name}: {renderer}", summarise([row for row in rows if row["renderer"] == renderer])))
    for kind in PAGE_TYPES if by_type else ():
        found.append((f"{name}: {kind}", summarise([row for row in noisy if row["page_type"] == kind])))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--models", type=Path, help="of train_scorer.py; without it the rules alone")
    parser.add_argument("--profile", action="append", choices=PROFILES, help="may be given several times")
    inputs = RENDERERS + EXTRA_INPUTS
    parser.add_argument("--renderer", nargs="+", default=inputs, choices=inputs)
    parser.add_argument("--without", nargs="+", default=[], choices=_TEXT, help="stages to leave out")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--by-type", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    found: list[tuple[str, Row]] = []
    pages: dict[str, list[Row]] = {}
    with multiprocessing.get_context("spawn").Pool(args.jobs) as pool:
        for profile in args.profile or ["careful"]:
            rows = pages[profile] = list(pool.imap(measured, tasks(args, profile), chunksize=16))
            for corpus in dict.fromkeys(row["corpus"] for row in rows):
                found += table(f"{profile}, {corpus}", [row for row in rows if row["corpus"] == corpus], args.by_type)
            again = sum(row["again"] for row in rows) / len(rows)
            print(f"{profile}: a second run takes {again:.4%} of the words of its own output", flush=True)
    print(format_table(found))
    if args.json:
        args.json.write_text(json.dumps({"summary": dict(found), "pages": pages}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
