r"""Words lost on pages without furniture: each gold text of WCXB as a page whose lines are paragraphs.

    python -m bench.gold_pages --wcxb DIR [--profile NAME] [--classifier NAME] [--every N] [--pages N]

Everything on such a page is content, so every cut is a loss. ``--pages N`` lists the N pages that lose most, with their
cut lines.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from bench.text_metrics import words
from bench.wcxb_pages import page_ids, read_page
from cleaner.pipeline import Pipeline


class Loss(NamedTuple):
    """A page, its words, how many of them are lost, and the cut texts."""

    id: str
    words: int
    lost: int
    cut: tuple[str, ...]


def page_of(gold: str) -> str:
    """A page whose body has nothing but the lines of ``gold``, each as a paragraph."""
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in gold.splitlines() if line.strip())
    return f"<!doctype html><html><head><title>Page</title></head><body>\n{paragraphs}\n</body></html>"


def losses(root: Path, ids: Sequence[str], pipeline: Pipeline) -> Iterator[Loss]:
    """What ``pipeline`` loses of each page with a gold text."""
    for id in ids:
        gold = read_page(root, id).gold
        if not gold.strip():
            continue
        result = pipeline.run(page_of(gold), kind="html")
        given, kept = words(result.document.text), words(result.text)
        cut = tuple(result.document.text[cut.span.start : cut.span.end].strip() for cut in result.cuts)
        yield Loss(id, given.total(), (given - kept).total(), cut)


def main() -> None:
    """Print the figures of the profiles, or of one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wcxb", type=Path, required=True)
    parser.add_argument("--profile", choices=("careful", "balanced", "strict"))
    parser.add_argument("--classifier", default="blocks")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--pages", type=int, default=0)
    args = parser.parse_args()
    ids = page_ids(args.wcxb)[:: args.every]
    for profile in [args.profile] if args.profile else ["careful", "balanced"]:
        pipeline = Pipeline(profile=profile, classifier=args.classifier, metadata="none")
        found = sorted(losses(args.wcxb, ids, pipeline), key=lambda loss: -loss.lost)
        lost, given = sum(loss.lost for loss in found), sum(loss.words for loss in found)
        losing = sum(loss.lost > 0 for loss in found)
        print(f"{profile}: {len(found)} pages, {given:,} words, {lost:,} lost ({lost / given:.3%}) on {losing} pages")
        for loss in found[: args.pages]:
            print(f"  {loss.id}: {loss.lost} of {loss.words}", *loss.cut[:20], sep="\n    ")


if __name__ == "__main__":
    main()
