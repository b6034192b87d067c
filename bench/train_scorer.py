"""Train the learned scorer on the development pages of WCXB and on news articles, and measure it out of fold.

    python -m bench.train_scorer html --wcxb DIR --articles DIR [--out rules/scorer_html.npz] [--oof FILE.npz]
    python -m bench.train_scorer text --data DIR ... [--out rules/scorer_text.npz] [--models DIR]

``--data`` are folders that ``bench.wcxb_text build`` wrote from both corpora, with the inputs "extracted" and "clean"
as well as the three naive renderings. Folds are grouped by registrable domain, across both corpora of pages. Features
are chosen and networks trained inside each fold, so no figure printed comes from a page the model was fitted on. The
file written is then fitted on all pages. Seeds are fixed; the figures repeat on one machine with one number of threads.
Needs lightgbm; takes minutes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.articles import without_headline
from bench.learn_names import put_names
from bench.learn_words import put_words
from bench.scorer_pages import CORPORA, Mask, Page, load_html, load_text, words_of
from bench.training import FOLDS, Recipe, fit, folds_of
from bench.wcxb_pages import ARTICLES, PAGE_TYPES, WCXB, corpus_digest, fingerprint, page_ids
from bench.wcxb_text import renderings_digest
from cleaner.scorer.decide import repeated, threshold
from cleaner.scorer.groups import Floats
from cleaner.scorer.model import run, standardised
from cleaner.scorer.provenance import Provenance
from cleaner.stages.scorer import BOUNDS

FEATURES = {"html": 240, "text": 120}
RECIPES = {
    "html": (Recipe((128, 32), 0.0, 0.3, 1),),
    "text": (),  # trees alone: a network gave 0.0005 on HTML
}

SOURCES = {
    WCXB: "WCXB v1.0 (Murrough Foley, CC-BY-4.0), development pages",
    ARTICLES: "news articles: article-extraction-dataset (AndyTheFactory, Apache-2.0), "
    "test pages of fundus (flairNLP, MIT)",
}
"""What models of pages are trained on, with authors and licences."""


# --------------------------------------------------------------------------
# measuring


def keeps(page: Page, log_odds: Floats, bounds: tuple[float, float] = BOUNDS) -> Mask:
    """The blocks kept of a page: by the threshold for its expected F1, each text once."""
    p = 1 / (1 + np.exp(-log_odds.astype(np.float64)))
    kept: Mask = p >= threshold(p, page.blocks.words, bounds)
    kept[repeated(page.blocks, kept.tolist())] = False
    return kept


class Figures(NamedTuple):
    """Shares of words: F1, precision and recall of what is kept; loss and noise of what the input has of each."""

    f1: float
    precision: float
    recall: float
    loss: float | None
    noise: float | None


def figures(page: Page, kept: Mask) -> Figures:
    """The figures of the blocks kept of one page."""
    text = "\n".join(text for text, keep in zip(page.blocks.texts, kept, strict=True) if keep)
    out = without_headline(words_of(page.source, text), page.gold, page.headline)
    seen = without_headline(words_of(page.source, "\n".join(page.blocks.texts)), page.gold, page.headline)
    hit, size, wanted = (out & page.gold).total(), out.total(), page.gold.total()
    held = (page.gold & seen).total()
    noise = (seen - page.gold).total()
    loss = 1 - (out & page.gold & seen).total() / held if held else None
    left = (out - page.gold).total() / noise if noise else None
    if not size or not wanted:
        same = float(not size and not wanted)
        return Figures(same, same, same, loss, left)
    precision, recall = hit / size, hit / wanted
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    return Figures(f1, precision, recall, loss, left)


def show(name: str, pages: Sequence[Page], masks: Sequence[Mask]) -> None:
    """Print one line: mean figures of all pages, F1 of each type."""
    rows = [figures(page, mask) for page, mask in zip(pages, masks, strict=True)]
    by_type: dict[str, list[float]] = defaultdict(list)
    for page, row in zip(pages, rows, strict=True):
        by_type[page.page_type].append(row.f1)

    def mean(values: Sequence[float | None]) -> float:
        present = [value for value in values if value is not None]
        return float(np.mean(present)) if present else 0.0

    f1, precision, recall, loss, noise = (mean(column) for column in zip(*rows, strict=True))
    heavy = mean([None if row.loss is None else float(row.loss > 0.2) for row in rows])
    types = " ".join(f"{kind[:5]} {np.mean(by_type[kind]):.3f}" for kind in PAGE_TYPES if by_type[kind])
    print(
        f"{name:26} F1 {f1:.4f} P {precision:.3f} R {recall:.3f} loss {loss:.4f} >20% {heavy:.3f} "
        f"noise {noise:.3f} | {types}", flush=True,
    )  # fmt: skip


def show_all(pages: Sequence[Page], odds: Sequence[Floats]) -> None:
    """Print figures of each input: the labels, the model, its trees alone, fixed probabilities."""
    for source in dict.fromkeys(page.source for page in pages):
        chosen = [i for i, page in enumerate(pages) if page.source == source]
        part, found = [pages[i] for i in chosen], [odds[i] for i in chosen]

        def masks(
            keep: Callable[[Page, Floats], Mask], part: Sequence[Page] = part, found: Sequence[Floats] = found
        ) -> list[Mask]:
            return [keep(page, one) for page, one in zip(part, found, strict=True)]

        show(f"{source}: labels", part, [page.labels for page in part])
        show(f"{source}: mean, expected F1", part, masks(lambda page, one: keeps(page, averaged(one))))
        if len(found[0]) > 1:
            show(f"{source}: trees alone", part, masks(lambda page, one: keeps(page, one[0])))
        for p in (0.05, 0.1, 0.2, 0.35, 0.5):
            level = float(np.log(p / (1 - p)))
            show(f"{source}: mean, p >= {p}", part, [averaged(one) >= level for one in found])


def out_of_fold(
    pages: Sequence[Page],
    recipes: Sequence[Recipe],
    count: int,
    threads: int,
    models: Path | None = None,
    trees: int | None = None,
) -> list[Floats]:
    """Log-odds of the blocks of each page, by a model that knows no page of its domain.

    One row is for the trees, one for each network. The models are written to the folder ``models``.
    """
    fold = folds_of(pages)
    if models:
        models.mkdir(parents=True, exist_ok=True)
        (models / "folds.json").write_text(json.dumps({page.id: int(n) for page, n in zip(pages, fold, strict=True)}))
    odds: list[Floats] = [np.zeros((1 + len(recipes), len(page.labels)), np.float32) for page in pages]
    for n in range(FOLDS):
        began = time.monotonic()
        others = [page for page, f in zip(pages, fold, strict=True) if f != n]
        model = fit(others, recipes, count, threads, trees)
        if models:
            model.save(models / f"fold-{n}.npz")
        chosen = [pages[0].names.index(name) for name in model.names]
        for i in np.flatnonzero(fold == n).tolist():
            if len(pages[i].labels):
                put_names(pages[i], model.name_odds)
                put_words(pages[i], model.word_odds)
                values = pages[i].values[:, chosen]
                near = standardised(values, model.mean, model.scale)
                odds[i][:] = [model.trees.sums(values), *(run(network, near) for network in model.networks)]
        print(f"fold {n}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return odds


def averaged(odds: Floats) -> Floats:
    """The log-odds of a model from those of its parts, as `Model.log_odds` joins them."""
    found: Floats = odds[0] if len(odds) == 1 else (odds[0] + odds[1:].mean(0)) / 2
    return found


def write_odds(path: Path, pages: Sequence[Page], odds: Sequence[Floats]) -> None:
    """Write the log-odds of all blocks, for ``bench.oof_html``."""
    np.savez_compressed(
        path,
        ids=[f"{page.source}/{page.id}" for page in pages],
        sizes=[len(page.labels) for page in pages],
        odds=np.concatenate([averaged(part) for part in odds]),
    )


# --------------------------------------------------------------------------


def corpora(args: argparse.Namespace) -> dict[str, Path]:
    """The folders of pages on the command line, by the name of the corpus."""
    return {name: root for name in CORPORA if (root := getattr(args, name))}


def provenance_of(args: argparse.Namespace, count: int) -> Provenance:
    """What the file of a model says of its training; folders are named by what they hold, not by their paths."""
    if args.kind == "html":
        marks = [fingerprint(root, id) for root in corpora(args).values() for id in page_ids(root)[:: args.every]]
        digest, data = corpus_digest(marks), "; ".join(SOURCES[name] for name in corpora(args))
        place = " ".join(f"--{name} {name.upper()}" for name in corpora(args))
        if ARTICLES in corpora(args):
            place += f" --article-weight {args.article_weight:g}"
    else:
        digest = " ".join(renderings_digest(folder) for folder in args.data)
        data = "; ".join(SOURCES.values()) + ": rendered to text"
        place = f"--data {' '.join(['DATA'] * len(args.data))} --article-weight {args.article_weight:g}"
    options = f"--features {count} --threads {args.threads} --every {args.every}"
    options += f" --trees {args.trees}" if args.trees else ""
    options += " --trees-alone" if args.trees_alone else ""
    versions = ", ".join(f"{name} {version(name)}" for name in ("boilerplate-cleaner", "numpy", "lightgbm"))
    return Provenance(
        command=f"OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')} python -m bench.train_scorer "
        f"{args.kind} {place} {options} --out {args.out.name}",
        data=data,
        data_digest=digest,
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        versions=f"Python {platform.python_version()}, {versions}",
    )


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=RECIPES)
    parser.add_argument("--wcxb", type=Path, help="the pages of WCXB")
    parser.add_argument("--articles", type=Path, help="news articles in the same layout")
    parser.add_argument("--article-weight", type=float, default=3.0, help="weight of an article; other pages have 1")
    parser.add_argument("--data", type=Path, nargs="+")
    parser.add_argument("--features", type=int, help="how many are chosen")
    parser.add_argument("--trees", type=int, help="how many are grown")
    parser.add_argument("--trees-alone", action="store_true", help="train no network")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--threads", type=int, default=1, help="of LightGBM; more than there are free cores slow it down"
    )
    parser.add_argument("--every", type=int, default=1, help="use only every n-th page")
    parser.add_argument("--no-folds", action="store_true", help="only fit the model that is written")
    parser.add_argument("--oof", type=Path, help="write the out-of-fold log-odds here")
    parser.add_argument("--models", type=Path, help="write the models of the folds to this folder")
    parser.add_argument("--out", type=Path, help="write the model fitted on all pages here")
    args = parser.parse_args()
    if args.kind == "html" and not corpora(args):
        parser.error("html needs --wcxb or --articles")
    if args.kind == "text" and args.data is None:
        parser.error("text needs --data")
    return args


def main() -> None:
    args = read_arguments()
    recipes, began = () if args.trees_alone else RECIPES[args.kind], time.monotonic()
    count = args.features or FEATURES[args.kind]
    if args.kind == "html":
        pages = load_html(corpora(args), args.jobs, args.every)
        for page in pages:
            page.weight = args.article_weight if page.source == ARTICLES else 1.0
    else:
        pages = load_text(args.data, args.jobs, args.every)
        for page in pages:
            page.weight *= args.article_weight if page.source.startswith(ARTICLES) else 1.0
    blocks = sum(len(page.labels) for page in pages)
    print(f"{len(pages)} pages, {blocks} blocks, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if args.out:
        fit(pages, recipes, count, args.threads, args.trees).save(args.out, provenance_of(args, count))
        print(f"{args.out}: {args.out.stat().st_size} bytes, {time.monotonic() - began:.0f} s", file=sys.stderr)
    if args.no_folds:
        return
    odds = out_of_fold(pages, recipes, count, args.threads, args.models, args.trees)
    if args.oof:
        write_odds(args.oof, pages, odds)
    show_all(pages, odds)


if __name__ == "__main__":
    main()
