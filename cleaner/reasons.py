"""Reasons in words: what the learned scorer measured, and why a cut was withdrawn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.model import UNCLASSIFIED

_SHORT_WORDS = 8
_SCORED = re.compile(
    r"Content with a probability of (?P<chance>\d\.\d+); (?P<needed>\d\.\d+) is needed here: (?P<why>.*)"
)
_FEATURE = re.compile(r"(?P<name>.*?) -?[\d.]+(?:e[+-]\d+)?(?:, |$)")

_PROMISES = {
    "shape": "it is code, a table row, a numbered step or a specification",
    "list": "it belongs to a list or table that stays",
    "headline": "it is the headline",
    "heading": "the text below it stays",
    "lone": "it is a lone line between text that stays",
    "prose": "it is running text",
    "topic": "the page is about this",
    "share": "too much would be cut for its place alone",
    "emptied": "nothing would be left",
    "caption": "it is a caption of content that stays",
    "group": "most blocks with the same markup stay",
}
_SCOPES = (
    ("within", "its surroundings"),
    ("before", "everything above"),
    ("after", "everything below"),
    ("section", "its section"),
    ("link run", "its run of links"),
    ("short run", "its run of short lines"),
    ("path", "elements like its own"),
    ("short path", "elements like its own"),
    ("names", "elements like its own"),
    ("container", "its element"),
    ("siblings", "the elements next to it"),
    ("around main", "what is outside the main element"),
    ("chunk", "its part of the page"),
    ("shape", "lines like it"),
    ("layout", "lines like it"),
    ("indent", "lines with its indent"),
    ("page", "the page"),
)
_MEASURES = {
    "log words": "length",
    "log blocks": "number of lines",
    "words a block": "length of lines",
    "link share": "share of links",
    "doubt share": "known noise",
    "repeat share": "repetitions",
    "outside share": "share outside the main element",
    "comment share": "share of comments",
    "sentence share": "sentences",
    "prose share": "running text",
    "short share": "short lines",
    "heading share": "headings",
    "digit share": "digits",
    "share of page": "share of the page",
    "share of prose": "share of the running text",
}
_SINGLE = (
    ("kind", "the kind of block"),
    ("vote", "the marks of rules"),
    ("prose before", "the running text above it"),
    ("log prose before", "the running text above it"),
    ("words before", "the words above it"),
    ("log to heading", "its distance from a heading"),
    ("log since heading", "its distance from a heading"),
    ("log to prose", "its distance from running text"),
    ("log words to prose", "its distance from running text"),
    ("log words at", "the length of the next line"),
    ("doubted at", "the noise next to it"),
    ("sure", "the known noise near it"),
    ("log sure", "the known noise near it"),
    ("log copies", "its repetitions"),
    ("seen above", "its repetitions"),
    ("indent", "its indent"),
    ("log lines", "the blank lines around it"),
    ("in ", "the element it is in"),
    ("up to main", "its distance from the main element"),
    ("log above main", "its distance from the main element"),
    ("log below main", "its distance from the main element"),
    ("main", "the main element"),
    ("log siblings", "the number of elements next to it"),
    ("place", "its place in the text"),
    ("log from top", "its place in the text"),
    ("", "its characters"),
)


def in_words(reason: str, words: int, category: str) -> str:
    """A reason for readers: the reason of the learned scorer in words, any other unchanged.

    ``words`` is the number of words in the (first) line, ``category`` the category of the cut.
    """
    scored = _SCORED.fullmatch(reason)
    if scored is None:
        return reason
    line = "Short line" if words <= _SHORT_WORDS else "Line"
    near = "" if category == UNCLASSIFIED else f" near {category.replace('_', ' ')}"
    measured = list(dict.fromkeys(feature_in_words(found["name"]) for found in _FEATURE.finditer(scored["why"])))
    chance, needed = float(scored["chance"]), float(scored["needed"])
    return f"{line}{near}; {chance:.0%} likely to be content ({needed:.0%} needed), judged by {' and '.join(measured)}"


def kind_of_reason(reason: str) -> str:
    """One value for all reasons of the learned scorer, so that neighbours can be shown together; else the reason."""
    return "learned" if _SCORED.fullmatch(reason) else reason


def promise_in_words(promise: str) -> str:
    """Why a cut was withdrawn."""
    return _PROMISES.get(promise, promise)


def feature_in_words(name: str) -> str:
    """A feature of the scorer in words: ``section: link share`` is *the share of links of its section*."""
    scope, is_scoped, measure = name.partition(": ")
    if not is_scoped:
        return next(words for start, words in _SINGLE if name.startswith(start))
    place = next((words for start, words in _SCOPES if scope.startswith(start)), scope)
    return f"the {_MEASURES.get(measure, measure)} of {place}"


def together_in_words(reasons: Sequence[str], category: str) -> str:
    """One reason for neighbouring lines: that of the first, or the range of probabilities of all of them."""
    scored = [found for reason in reasons if (found := _SCORED.fullmatch(reason))]
    if not scored:
        return reasons[0]
    chances = sorted(float(found["chance"]) for found in scored)
    low, high = f"{chances[0]:.0%}", f"{chances[-1]:.0%}"
    likely = low if low == high else f"{low.removesuffix('%')} to {high}"
    near = "" if category == UNCLASSIFIED else f" near {category.replace('_', ' ')}"
    return f"Lines{near}; {likely} likely to be content ({float(scored[0]['needed']):.0%} needed)"
