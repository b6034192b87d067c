r"""Quality on WCXB pages as HTML: what each system keeps of the content and leaves of the noise.

    python -m bench.wcxb_html score --wcxb DIR [--system cleaner --system trafilatura ...] [--by-type] [--jobs N]
                       [--pages ID ... | --pages @FILE] [--every N] [--reuse JSON] [--json FILE] [--markdown FILE]

Systems are named in ``systems_html.py``. Every page counts the same. The words of a text are the multiset of
``\w+`` in lower case, as in WCXB's own evaluation; ``bench/README.md`` defines every figure. With ``--reuse`` the
systems that an earlier ``--json`` file holds are not run again; it is refused if a page or a definition changed since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.measure import Measure, loss, main, read_arguments, share, word_score
from bench.text_metrics import words
from bench.wcxb_pages import PAGE_TYPES, Page


def headline_neutral(
    output: Counter[str], gold: Counter[str], title: Counter[str]
) -> tuple[Counter[str], Counter[str]]:
    """Output and gold less what they differ by in the words of one copy of the headline."""
    return output - ((output - gold) & title), gold - ((gold - output) & title)


def found(snippets: Sequence[str], text: str) -> float | None:
    """Share of the snippets that stand in the text, whatever the case and the white space; None without snippets."""
    flat = _flat(text)
    return sum(_flat(snippet) in flat for snippet in snippets) / len(snippets) if snippets else None


def _flat(text: str) -> str:
    return " ".join(text.lower().split())


def figures(output: str, seen: str, page: Page) -> dict[str, float | None]:
    """All figures of one output; ``seen`` is the visible text of the page."""
    out, gold, everything = words(output), words(page.gold), words(seen)
    leaked = found(page.without, output)
    return {
        **word_score(out, gold)._asdict(),
        "f1_neutral": word_score(*headline_neutral(out, gold, words(page.title))).f1,
        "with": found(page.with_, output),
        "without": None if leaked is None else 1 - leaked,
        "loss": loss(out, gold, everything),
        "noise": share(out - gold, everything - gold),
    }


def page_type(page: Page) -> str:
    return page.page_type


WCXB = Measure(
    kind="wcxb_html",
    version=1,
    figures=figures,
    means=("f1", "precision", "recall", "f1_neutral", "with", "without", "loss", "noise"),
    group=page_type,
    groups=PAGE_TYPES,
    columns={
        "pages": "pages",
        "f1": "F1",
        "f1_error": "±",
        "precision": "P",
        "recall": "R",
        "f1_neutral": "F1, headline neutral",
        "with": "with found",
        "without": "without absent",
        "loss": "loss",
        "heavy_loss": "pages losing > 20 %",
        "noise": "noise left",
        "empty": "empty",
        "errors": "errors",
    },
)


if __name__ == "__main__":
    main(WCXB, read_arguments(__doc__, "wcxb"))
