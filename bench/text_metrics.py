"""Figures of a cleaned text beside its input and its gold: word F1, content lost, noise left."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.align import tokens

Row = dict[str, Any]
"""The figures of one page; None where the page has nothing to measure."""

COLUMNS = ("f1", "precision", "recall", "loss", "loss>5%", "loss>20%", "noise", "noise_pooled")

_WORD = re.compile(r"\w+")


def words(text: str) -> Counter[str]:
    r"""The multiset of ``\w+`` in lower case, as in WCXB's own evaluation."""
    return Counter(_WORD.findall(text.lower()))


def page_metrics(cleaned: str, source: str, gold: str, count: Callable[[str], Counter[str]] = words) -> Row:
    """Precision, recall and F1 as in WCXB; loss and noise relative to the words of the input.

    ``loss`` is the share of the gold words of the input that the output lacks; ``noise`` the share of the other words
    of the input that the output still has, None if there are none. ``count`` finds the words of a text.
    """
    pred, given, ref = count(cleaned), count(source), count(gold)
    n_pred, n_ref = pred.total(), ref.total()
    hit = (pred & ref).total()
    reachable = (given & ref).total()
    noise_in = given.total() - reachable
    precision = hit / n_pred if n_pred else float(not n_ref)
    recall = hit / n_ref if n_ref else float(not n_pred)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "loss": (reachable - hit) / reachable if reachable else 0.0,
        "noise": (n_pred - hit) / noise_in if noise_in > 0 else None,
        "words_lost": reachable - hit,
        "words_reachable": reachable,
        "noise_words_left": n_pred - hit,
        "noise_words_in": noise_in,
    }


def without_title(cleaned: str, title: str, gold: str) -> str:
    """The output without one copy of the page's title, where the gold leaves it out.

    WCXB's gold starts below the headline on about three pages of four, so a headline that is kept, as most users want,
    would count as noise.
    """
    wanted = tokens(title)
    if not wanted or any(tokens(line) == wanted for line in gold.splitlines()[:5]):
        return cleaned
    lines = cleaned.split("\n")
    for n, line in enumerate(lines):
        if tokens(line) == wanted:
            return "\n".join(lines[:n] + lines[n + 1 :])
    return cleaned


def summarise(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Means over pages, shares of pages with a heavy loss, and loss and noise over all words together (pooled)."""

    def mean(key: str) -> float:
        values = [row[key] for row in rows if row[key] is not None]
        return statistics.fmean(values) if values else 0.0

    def pooled(part: str, whole: str) -> float:
        return float(sum(row[part] for row in rows) / max(1, sum(row[whole] for row in rows)))

    n = max(1, len(rows))
    return {
        "pages": len(rows),
        "f1": mean("f1"),
        "precision": mean("precision"),
        "recall": mean("recall"),
        "loss": mean("loss"),
        "loss>5%": sum(row["loss"] > 0.05 for row in rows) / n,
        "loss>20%": sum(row["loss"] > 0.20 for row in rows) / n,
        "loss_pooled": pooled("words_lost", "words_reachable"),
        "noise": mean("noise"),
        "noise_pooled": pooled("noise_words_left", "noise_words_in"),
    }


def format_table(named: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """Summaries as aligned text, one row each."""
    head = f"{'':<32}{'pages':>7}" + "".join(f"{column:>13}" for column in COLUMNS)
    body = [
        f"{name:<32}{summary['pages']:>7}" + "".join(f"{summary[column]:>13.4f}" for column in COLUMNS)
        for name, summary in named
    ]
    return "\n".join([head, *body])
