r"""Quality on news articles as HTML: what each system keeps of the article and leaves of the noise.

    python -m bench.articles score --articles DIR [--system cleaner --system trafilatura-nc ...] [--by-group] [--jobs N]
                       [--pages ID ... | --pages @FILE] [--every N] [--reuse JSON] [--json FILE] [--markdown FILE]

The folder has the layout of WCXB: ``html/ID.html.gz``, ``ground-truth/ID.json``, and a ``pages.json`` that names the
source and the country of each page. Every page counts the same. Words are ``\w+`` in lower case; in scripts without
spaces each character is one. A headline that is kept and not in the gold costs nothing. ``bench/README.md`` defines
every figure.
"""

from __future__ import annotations

import re
from collections import Counter

from bench.measure import Measure, loss, main, read_arguments, share, word_score
from bench.wcxb_pages import Page

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_BEYOND = "\U00020000-\U0003ffff"
_WORD = re.compile(rf"(?=\w)[{_SPACELESS}{_HAN_BEYOND}]|[^\W{_SPACELESS}{_HAN_BEYOND}]+")

GROUPS = {
    "aed": "article-extraction-dataset",
    "german": "Germany, Austria, Switzerland",
    "english": "United States, Canada, United Kingdom, Australia, South Africa",
    "cjk": "China, Japan, Korea, Taiwan",
    "other": "other countries",
}
"""The groups of pages and what is in each: all pages of one source, those of the other by country."""

_COUNTRIES = {
    **dict.fromkeys(("de", "at", "ch"), "german"),
    **dict.fromkeys(("us", "ca", "uk", "au", "za"), "english"),
    **dict.fromkeys(("cn", "jp", "kr", "tw"), "cjk"),
}


def words(text: str) -> Counter[str]:
    r"""The multiset of ``\w+`` in lower case; in Thai, Lao, Burmese, Khmer, Kana and Han each character is a word."""
    return Counter(_WORD.findall(text.lower()))


def group_of(page: Page) -> str:
    return "aed" if page.source == "aed" else _COUNTRIES.get(page.country, "other")


def without_headline(output: Counter[str], gold: Counter[str], title: Counter[str]) -> Counter[str]:
    """The output less the words of one copy of the headline that are not in the gold."""
    return output - ((output - gold) & title)


def figures(output: str, seen: str, page: Page) -> dict[str, float | None]:
    """All figures of one output; ``seen`` is the visible text of the page."""
    gold, title, everything = words(page.gold), words(page.title), words(seen)
    out = without_headline(words(output), gold, title)
    score = word_score(out, gold)
    return {
        **score._asdict(),
        "lost": 1 - score.recall,
        "loss": loss(out, gold, everything),
        "noise": share(out - gold, without_headline(everything, gold, title) - gold),
    }


ARTICLES = Measure(
    kind="articles",
    version=1,
    figures=figures,
    means=("f1", "precision", "recall", "lost", "loss", "noise"),
    group=group_of,
    groups=tuple(GROUPS),
    columns={
        "pages": "pages",
        "f1": "F1",
        "f1_error": "±",
        "precision": "P",
        "recall": "R",
        "lost": "lost",
        "loss": "loss of what is visible",
        "heavy_loss": "pages losing > 20 %",
        "noise": "noise left",
        "empty": "empty",
        "errors": "errors",
    },
    by_group=("f1", "lost"),
)


if __name__ == "__main__":
    main(ARTICLES, read_arguments(__doc__, "articles"))
