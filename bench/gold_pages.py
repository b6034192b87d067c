"""Words lost on pages without furniture: each gold text of a corpus as a page whose lines are paragraphs.

    python -m bench.gold_pages --wcxb DIR [--profile NAME ...] [--classifier NAME] [--every N] [--show N] [--json FILE]

Everything on such a page is content, so every cut is a loss. ``--show N`` lists the N pages that lose most, with what
was cut. The folder may be any in the layout of WCXB.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from bench.text_metrics import words
from bench.wcxb_pages import page_ids, read_page
from cleaner.config import ProfileName
from cleaner.pipeline import PROFILES, Pipeline


class Loss(NamedTuple):
    """A page, its words, how many of them are lost, and the texts that were cut."""

    id: str
    words: int
    lost: int
    cut: tuple[str, ...]


def page_of(gold: str) -> str:
    """A page whose body has nothing but the lines of ``gold``, each as a paragraph."""
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in gold.splitlines() if line.strip())
    return f"<!doctype html><html><head><title>Page</title></head><body>\n{paragraphs}\n</body></html>"


def loss_of(id: str, gold: str, pipeline: Pipeline) -> Loss:
    """What ``pipeline`` loses of the page made of ``gold``."""
    result = pipeline.run(page_of(gold), kind="html")
    given, kept = words(gold), words(result.text)
    texts = tuple(result.document.text[cut.span.start : cut.span.end].strip() for cut in result.cuts)
    return Loss(id, given.total(), (given - kept).total(), texts)


def losses(root: Path, ids: Sequence[str], pipeline: Pipeline) -> Iterator[Loss]:
    """What ``pipeline`` loses of each page with a gold text."""
    for id in ids:
        gold = read_page(root, id).gold
        if words(gold):
            yield loss_of(id, gold, pipeline)


def summary(found: Sequence[Loss]) -> dict[str, float]:
    """Pages, words, the share of all words that are lost, its mean over pages, and the share of pages that lose any."""
    pages = max(1, len(found))
    return {
        "pages": len(found),
        "words": sum(loss.words for loss in found),
        "lost": sum(loss.lost for loss in found) / max(1, sum(loss.words for loss in found)),
        "lost_mean": sum(loss.lost / loss.words for loss in found) / pages,
        "losing": sum(loss.lost > 0 for loss in found) / pages,
    }


def line(profile: str, figures: dict[str, float]) -> str:
    """The figures of a profile as a sentence."""
    lost, mean = (
        f"{figures['lost']:.3%} of {figures['words']:,} words lost",
        f"mean of pages {figures['lost_mean']:.3%}",
    )
    return f"{profile}: {lost} ({mean}), some on {figures['losing']:.1%} of {figures['pages']} pages"


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wcxb", type=Path, required=True, metavar="DIR")
    parser.add_argument("--profile", action="append", choices=PROFILES, help="may be given several times")
    parser.add_argument("--classifier", default="blocks", help="as for cleaner; rules leaves the scorer out")
    parser.add_argument("--every", type=int, default=1, help="only every n-th page")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="list the N pages that lose most")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(argv)
    ids = page_ids(args.wcxb)[:: args.every]
    figures: dict[ProfileName, dict[str, float]] = {}
    for profile in args.profile or ["balanced", "careful"]:
        pipeline = Pipeline(profile=profile, classifier=args.classifier, metadata="none")
        found = list(losses(args.wcxb, ids, pipeline))
        figures[profile] = summary(found)
        print(line(profile, figures[profile]), flush=True)
        for loss in sorted(found, key=lambda loss: -loss.lost)[: args.show]:
            if loss.lost:
                print(f"  {loss.id}: {loss.lost} of {loss.words} words", *loss.cut, sep="\n    ")
    if args.json:
        args.json.write_text(json.dumps({"kind": "gold_pages", "profiles": figures}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
