"""The whole pipeline with the learned scorer on the development pages, each page scored by a model that never saw it.

    python -m bench.train_scorer html --wcxb DIR --articles DIR --oof FILE.npz  # log-odds of each block, out of fold
    python -m bench.oof_html [--wcxb DIR] [--articles DIR] --oof FILE.npz [--profile balanced ...] [--bounds LOW HIGH]
                [--by-type] [--without STAGE ...] [--every N] [--json FILE] [--articles-json FILE] [--markdown FILE]

Prints what ``wcxb_html.py score`` and ``articles.py score`` print, under the names ``cleaner-oof-PROFILE``. The shipped
model is fitted on all these pages: the system ``cleaner`` of those scripts is for pages it never saw.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.articles import ARTICLES
from bench.measure import Row, markdown, page_row, result
from bench.systems_html import package_version, visible
from bench.text_metrics import words
from bench.wcxb_html import WCXB
from bench.wcxb_pages import fingerprint, page_ids, read_page
from cleaner.config import ProfileName
from cleaner.model import Document
from cleaner.packs.load import load_builtin
from cleaner.pipeline import PROFILES, Pipeline
from cleaner.scorer.columns import Table
from cleaner.scorer.groups import Floats, Ints
from cleaner.stages import SHIPPED
from cleaner.stages.base import built
from cleaner.stages.scorer import BOUNDS, PageScorer

_RULES = {entry.name: entry.stage for entry in SHIPPED if entry.place == "page" and "rules" in entry.classifiers}
_TEXT = {entry.name: entry.stage for entry in SHIPPED if entry.place == "text"}


MEASURES = {"wcxb": WCXB, "articles": ARTICLES}
"""The corpora, by the names that ``train_scorer.py --oof`` puts before the ids of their pages."""


class OutOfFold(PageScorer):
    """The scorer with log-odds that were written down: by corpus and id of the page, one for each block."""

    def __init__(self, odds: dict[str, Floats], bounds: tuple[float, float]) -> None:
        super().__init__(bounds=bounds)
        self._odds = odds

    def odds(self, table: Table, document: Document, heard: Ints) -> Floats:
        """Raises `ValueError` where the file was made by another segmentation."""
        del heard
        found = self._odds[document.id]
        if len(found) != table.values.shape[1]:
            raise ValueError(f"{document.id}: {len(found)} log-odds for {table.values.shape[1]} blocks: train anew")
        return found.astype(np.float64)


def read_odds(path: Path) -> dict[str, Floats]:
    """The log-odds of ``train_scorer.py --oof`` by corpus and id of the page, ``wcxb/0001``."""
    with np.load(path, allow_pickle=False) as file:
        ends = np.cumsum(file["sizes"])
        odds = file["odds"]
        return {str(id): odds[end - size : end] for id, size, end in zip(file["ids"], file["sizes"], ends, strict=True)}


def pipeline_of(
    profile: ProfileName, odds: dict[str, Floats], bounds: tuple[float, float], without: Sequence[str] = ()
) -> Pipeline:
    packs = load_builtin()
    page_stages = [built(stage, packs) for name, stage in _RULES.items() if name not in without]
    if "scorer" not in without:
        page_stages.append(OutOfFold(odds, bounds))
    stages = [built(stage, packs) for name, stage in _TEXT.items() if name not in without]
    return Pipeline(packs, profile=profile, metadata="none", page_stages=page_stages, text_stages=stages)


def measured(pipeline: Pipeline, corpus: str, root: Path, marks: dict[str, str]) -> Row:
    """The rows of all pages, and the share of its own output that a second run removes."""
    rows, taken = [], list[float]()
    for id, mark in marks.items():
        page = read_page(root, id)
        output = pipeline.run(page.html, id=f"{corpus}/{id}", kind="html").text
        taken.append(_share_gone(output, pipeline.run(output, kind="text").text))
        row = page_row(MEASURES[corpus], output, visible(page.html, page.url), page)
        rows.append({**row, "error": "", "fingerprint": mark})
    print(f"a second run, over the clean text, takes {sum(taken) / len(taken):.4%} of its words", flush=True)
    return {"version": package_version("cleaner"), "pages": rows, "second_run": sum(taken) / len(taken)}


def _share_gone(text: str, again: str) -> float:
    size = words(text).total()
    return 1 - words(again).total() / size if size else 0.0


def read_arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wcxb", type=Path, metavar="DIR", help="the pages of WCXB")
    parser.add_argument("--articles", type=Path, metavar="DIR", help="news articles in the same layout")
    parser.add_argument("--oof", type=Path, required=True)
    parser.add_argument("--profile", action="append", choices=PROFILES, help="may be given several times")
    parser.add_argument(
        "--bounds", nargs=2, type=float, default=BOUNDS, metavar=("LOW", "HIGH"), help="of what is kept"
    )
    parser.add_argument("--by-type", "--by-group", action="store_true", help="a table for each group of pages as well")
    parser.add_argument("--json", type=Path, help="the result for WCXB")
    parser.add_argument("--articles-json", type=Path, help="the result for news articles")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--without", nargs="+", default=[], choices=[*_RULES, "scorer", *_TEXT], help="stages")
    parser.add_argument("--every", type=int, default=1, help="take every Nth page")
    args = parser.parse_args(argv)
    if not (args.wcxb or args.articles):
        parser.error("give --wcxb, --articles or both")
    return args


def corpus_result(corpus: str, root: Path, pipelines: Mapping[ProfileName, Pipeline], every: int) -> Row:
    """The result of one corpus, each profile as a system."""
    marks = {id: fingerprint(root, id) for id in page_ids(root)[::every]}
    systems = {
        f"cleaner-oof-{profile}": measured(pipeline, corpus, root, marks) for profile, pipeline in pipelines.items()
    }
    return result(MEASURES[corpus], marks, systems)


def main() -> None:
    args = read_arguments()
    odds = read_odds(args.oof)
    pipelines = {
        profile: pipeline_of(profile, odds, tuple(args.bounds), args.without)
        for profile in args.profile or ["balanced"]
    }
    tables = []
    for corpus, file in (("wcxb", args.json), ("articles", args.articles_json)):
        if root := getattr(args, corpus):
            found = corpus_result(corpus, root, pipelines, args.every)
            tables.append(markdown(MEASURES[corpus], found, args.by_type))
            print(f"{corpus}\n{tables[-1]}", flush=True)
            if file:
                file.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if args.markdown:
        args.markdown.write_text("\n\n".join(tables) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
