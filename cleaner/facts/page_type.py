"""What kind of page a page is: an article, a forum, a product, a listing, documentation, a service, or something else.

A multinomial logistic regression on what a page says of itself (its types in Open Graph and JSON-LD, the words in the
names of its elements) and on its shape (prose, links, headings, cells, code). The features are read from what is there
already, the text and its tree. ``rules/page_type.json`` has the weights and says what they were learned from;
``python -m bench.train_page_type`` makes it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from cleaner.declared import declared
from cleaner.model import Document, Kind, PageType, Tree
from cleaner.packs.load import builtin_folder

FILE = "page_type.json"
TYPES = ("article", "forum", "product", "listing", "documentation", "service")
"""The types that the model distinguishes."""
OTHER = "other"
"""The type of a page for which no type is likely."""

_MIN_CONFIDENCE = 0.4
_MAX_ID = 30  # characters; a longer id was made from a heading
_NAME_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")  # a word in a class or an id
_MONEY = "$€£¥₹"
_LONG_LINK = 0.5  # share of the characters of a block from which it counts as a link


class Weights(NamedTuple):
    """A model: for each feature its weights, one for each of `TYPES`. ``scales`` are mean and deviation of measures."""

    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    scales: Mapping[str, tuple[float, float]]

    def probabilities(self, features: Mapping[str, float]) -> list[float]:
        """The probability of each of `TYPES`."""
        rows = [self.bias]
        for name in sorted(self.weights.keys() & features.keys()):  # sorted: sums depend on the order
            if name in self.scales:
                mean, deviation = self.scales[name]
                value = (features[name] - mean) / deviation
                rows.append(tuple([value * weight for weight in self.weights[name]]))
            else:
                rows.append(self.weights[name])
        sums = list(map(sum, zip(*rows, strict=True)))
        most = max(sums)
        powers = [math.exp(total - most) for total in sums]
        return [power / sum(powers) for power in powers]


def page_type(document: Document) -> PageType:
    """The type of a page, and its probability; nothing for plain text and for a page without text.

    If no type is likely, the type is ``other``, and the confidence is that of the most likely one.
    """
    features = page_features(document)
    if not features:
        return PageType()
    probabilities = _shipped().probabilities(features)
    best = max(range(len(TYPES)), key=probabilities.__getitem__)
    name = TYPES[best] if probabilities[best] >= _MIN_CONFIDENCE else OTHER
    return PageType(name, round(probabilities[best], 3))


def model_bytes() -> bytes:
    """The file of the model."""
    return (builtin_folder() / FILE).read_bytes()


@cache
def _shipped() -> Weights:
    row = json.loads(model_bytes())
    return Weights(
        bias=tuple(row["bias"]),
        weights={name: tuple(values) for name, values in row["weights"].items()},
        scales={name: (mean, deviation) for name, (mean, deviation) in row["scales"].items()},
    )


def page_features(document: Document) -> dict[str, float]:
    """The features of a page by name: ``shape: ...`` is a measure, any other is present or not.

    A page without text, and a plain text, have none.
    """
    tree = document.blocks.tree
    if tree is None or not len(document.blocks):
        return {}
    found = dict.fromkeys((f"type: {name}" for name in declared(document.source).types), 1.0)
    found.update(dict.fromkeys(_names(tree), 1.0))
    found.update((f"shape: {name}", value) for name, value in _shape(document))
    return found


def _names(tree: Tree) -> Iterator[str]:
    """The words in classes and ids of the body, and in classes of all elements; and the tags of elements."""
    tags = {id(tag): tag for tag in tree.tags}.values()
    classes = set[str]().union(*[tag.classes for tag in tags])
    yield from (f"body: {word}" for word in _words((*tree.tags[0].classes, tree.tags[0].id)))
    yield from (f"name: {word}" for word in _words(classes))
    yield from (f"id: {word}" for word in _words({tag.id for tag in tags if len(tag.id) <= _MAX_ID}))
    yield from (f"tag: {name}" for name in {tag.name for tag in tags})


def _words(names: Iterable[str]) -> set[str]:
    """The words in names, in lower case."""
    return {word.lower() for word in set(_NAME_WORD.findall(" ".join(names)))}


def _shape(document: Document) -> Iterator[tuple[str, float]]:
    """Measures of a page, all of them logarithms or shares."""
    blocks, text, tree = document.blocks, document.text, document.blocks.tree or Tree()
    n, words = len(blocks), sum(blocks.words) or 1
    linked = [links >= _LONG_LINK * len(said) for links, said in zip(blocks.links, blocks.texts, strict=True)]
    prose = [i for i, is_prose in enumerate(blocks.prose) if is_prose and not linked[i]]
    words_of_prose, kinds = sum([blocks.words[i] for i in prose]), Counter(blocks.kinds)
    yield "words", math.log(words)
    yield "blocks", math.log(n)
    yield "words of prose", math.log1p(words_of_prose)
    yield "blocks of prose", math.log1p(len(prose))
    yield "share of prose", words_of_prose / words
    yield "share of links", sum(linked) / n
    yield "characters in links", sum(blocks.links) / len(text)
    yield "longest run of prose", math.log1p(_longest_run(prose))
    yield "questions", text.count("?\n") / n
    yield "prices", math.log1p(sum(map(text.count, _MONEY)))
    for kind in (Kind.HEADING, Kind.ITEM, Kind.CELL, Kind.CODE, Kind.SPEC, Kind.QUOTE):
        yield f"blocks of {kind}", math.log1p(kinds[kind])
    yield "largest family", math.log1p(max(Counter(zip(tree.parents, map(id, tree.tags), strict=True)).values()))


def _longest_run(places: list[int]) -> int:
    """The length of the longest run of neighbours in ascending numbers."""
    longest = run = 0
    before = -2
    for place in places:
        run = run + 1 if place == before + 1 else 1
        longest, before = max(longest, run), place
    return longest
