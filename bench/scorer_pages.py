"""Pages for the learned scorer: features, labels and words of each block."""

from __future__ import annotations

import gzip
import json
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import articles
from bench.align import label_lines, tokens
from bench.render import EXTRA_INPUTS, RENDERERS
from bench.text_metrics import words
from bench.wcxb_pages import ARTICLES, WCXB, page_ids, registrable_domain
from bench.wcxb_pages import Page as GoldPage
from bench.wcxb_pages import read_page as read_gold
from cleaner.model import Blocks, Kind
from cleaner.pipeline import Pipeline
from cleaner.scorer.groups import Floats
from cleaner.scorer.table import block_table
from cleaner.segment.html import read_page, segment_page
from cleaner.view import View

CORPORA = (WCXB, ARTICLES)
"""The sources of HTML pages; those of a text are ``CORPUS: RENDERER``."""

Mask = NDArray[np.bool_]
"""One truth value for each block."""


@dataclass(slots=True)
class Page:
    """A page, or one rendering of it: features (blocks, features), labels, the words of its gold.

    ``source`` is one of `CORPORA`, with the renderer of a text. Blocks that are ``neutral`` have no part in training:
    corpora differ about them. The words of ``headline`` cost nothing where the gold lacks them.
    """

    id: str
    source: str
    page_type: str
    domain: str
    names: tuple[str, ...]
    values: Floats
    labels: Mask
    blocks: Blocks
    gold: Counter[str]
    weight: float = 1.0
    neutral: Mask | None = None
    headline: Counter[str] = field(default_factory=Counter)

    @property
    def words(self) -> Floats:
        return np.array(self.blocks.words, np.float32)


def read_html(task: tuple[str, Path, str]) -> Page:
    """A page of a corpus (name, folder, id), segmented, with the votes of the rules for markup.

    Its domain is the registrable one, so that folds by domain hold across corpora.
    """
    corpus, root, id = task
    page = read_gold(root, id)
    document = replace(segment_page(read_page(page.html), id=page.id), source=page.html)
    view = View(document)
    for stage in _rules().page_stages:
        view.add(stage(view))
    labels = (
        label_lines(list(document.blocks.texts), page.gold) if page.gold.strip() else [False] * len(document.blocks)
    )
    table = block_table(document, view.marks, _categories())
    is_article = corpus == ARTICLES
    return Page(
        page.id, corpus, page.page_type, registrable_domain(page.url) or page.domain, table.names,
        table.values.T.copy(), np.array(labels, bool), document.blocks, words_of(corpus, page.gold),
        neutral=neutral_blocks(document.blocks, page) if is_article else None,
        headline=words_of(corpus, page.title) if is_article else Counter(),
    )  # fmt: skip


def words_of(source: str, text: str) -> Counter[str]:
    """The words of a text as the pages of ``source`` are scored."""
    return articles.words(text) if source.startswith(ARTICLES) else words(text)


def neutral_blocks(blocks: Blocks, page: GoldPage) -> Mask:
    """The headline and the captions of a page: publishers and annotators differ about whether the article has them."""
    title = tokens(page.title)
    tree = blocks.tree
    in_caption = [False] * len(tree) if tree else []
    for i in range(len(in_caption)):
        if tree:
            parent = tree.parents[i]
            in_caption[i] = tree.tags[i].name == "figcaption" or (parent >= 0 and in_caption[parent])
    return np.array(
        [
            kind is Kind.CAPTION
            or bool(tree and in_caption[blocks.elements[i]])
            or bool(tree and any(tree.tags[j].name == "h1" for j in tree.way(blocks.elements[i])))
            or bool(title and tokens(blocks.texts[i]) == title)
            for i, kind in enumerate(blocks.kinds)
        ],
        bool,
    )


@lru_cache(maxsize=1)
def _rules() -> Pipeline:
    return Pipeline(classifier="rules")


@lru_cache(maxsize=1)
def _categories() -> tuple[str, ...]:
    """All that rules call what they mark: the votes of each are a feature to choose from."""
    packs = _rules().packs
    by_packs = {rule.category for rule in packs.rules} | {section.category for section in packs.sections}
    return tuple(sorted(by_packs | {rule.category for rule in packs.stage_rules}))


def read_text(task: tuple[str, float, str]) -> Page:
    """A rendering, as a row of ``wcxb_text.py build``; what its labels say of lines goes to blocks by words.

    The headline is neutral: corpora differ about it.
    """
    renderer, weight, line = task
    row = json.loads(line)
    title = tokens(row["title"])
    view = _rules().view(row["text"], id=row["id"])
    document = view.document
    table = block_table(document, view.marks, _categories())
    return Page(
        row["id"], f"{row['corpus']}: {renderer}", row["page_type"],
        registrable_domain(row["url"]) or row["domain"], table.names, table.values.T.copy(),
        np.array(list(block_labels(document.text, document.blocks, row["lines"])), bool), document.blocks,
        words_of(row["corpus"], row["gold"]), weight,
        neutral=np.array([bool(title) and tokens(text) == title for text in document.blocks.texts], bool),
    )  # fmt: skip


def block_labels(text: str, blocks: Blocks, lines: Sequence[dict[str, object]]) -> Iterator[bool]:
    """Whether most of the words of each block's lines are kept; ``lines`` are those of ``text`` that are not blank."""
    at, n = 0, 0
    kept: list[tuple[int, int, bool]] = []
    for raw in text.splitlines(keepends=True):
        if raw.strip():
            kept.append((at, len(raw.split()), bool(lines[n]["keep"])))
            n += 1
        at += len(raw)
    n = 0
    for start, end in zip(blocks.starts, blocks.ends, strict=True):
        yes = no = 0
        while n < len(kept) and kept[n][0] < end:
            if kept[n][2]:
                yes += kept[n][1]
            else:
                no += kept[n][1]
            n += 1
        del start
        yield yes > no


def kind_of(page: Page) -> str:
    return "html" if page.source in CORPORA else "text"


def load_html(roots: Mapping[str, Path], jobs: int, every: int = 1) -> list[Page]:
    """The development pages of the corpora (name to folder); every n-th of each."""
    tasks = [(corpus, root, id) for corpus, root in roots.items() for id in page_ids(root)[::every]]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return list(pool.imap(read_html, tasks, chunksize=16))


def load_text(data: Sequence[Path], jobs: int, every: int = 1) -> list[Page]:
    """All renderings that ``bench.wcxb_text build`` wrote to these folders; every n-th of each.

    The two inputs that need no cleaning are a third of the weight.
    """
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return list(pool.imap(read_text, _text_tasks(data, every), chunksize=16))


def _text_tasks(data: Sequence[Path], every: int) -> Iterator[tuple[str, float, str]]:
    for folder, renderer in product(data, (*RENDERERS, *EXTRA_INPUTS)):
        weight = 0.75 if renderer in EXTRA_INPUTS else 1.0
        with gzip.open(folder / f"dev.{renderer}.jsonl.gz", "rt", encoding="utf-8") as file:
            yield from ((renderer, weight, line) for line in islice(file, 0, None, every))


def line_weights(page: Page) -> Floats:
    """Square roots of the words, together the weight of the page; neutral blocks weigh nothing."""
    roots = np.sqrt(np.maximum(page.words, 0.5))
    if page.neutral is not None:
        roots = np.where(page.neutral, 0, roots)
    return of_sum(roots.astype(np.float32), page.weight)


def of_sum(values: Floats, total: float) -> Floats:
    """Values scaled to a sum; none of them counts where all are 0."""
    scaled: Floats = values * (total / max(float(values.sum()), 1e-9))
    return scaled.astype(np.float32)
