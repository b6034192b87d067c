"""Pages for the learned scorer: features, labels and words of each block."""

from __future__ import annotations

import gzip
import json
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.align import label_lines
from bench.render import EXTRA_INPUTS, RENDERERS
from bench.text_metrics import words
from bench.wcxb_pages import page_ids
from bench.wcxb_pages import read_page as read_wcxb
from cleaner.model import Blocks
from cleaner.pipeline import Pipeline
from cleaner.scorer.groups import Floats
from cleaner.scorer.table import block_table
from cleaner.segment.html import read_page, segment_page
from cleaner.view import View


@dataclass(slots=True)
class Page:
    """A page, or one rendering of it: features (blocks, features), labels, the words of its gold."""

    id: str
    source: str
    page_type: str
    domain: str
    names: tuple[str, ...]
    values: Floats
    labels: NDArray[np.bool_]
    blocks: Blocks
    gold: Counter[str]
    weight: float = 1.0

    @property
    def words(self) -> Floats:
        return np.array(self.blocks.words, np.float32)


def read_html(task: tuple[Path, str]) -> Page:
    """A page of WCXB, segmented, with the votes of the rules for markup."""
    page = read_wcxb(*task)
    document = segment_page(read_page(page.html), id=page.id)
    view = View(document)
    for stage in _rules().page_stages:
        view.add(stage(view))
    labels = (
        label_lines(list(document.blocks.texts), page.gold) if page.gold.strip() else [False] * len(document.blocks)
    )
    table = block_table(document, view.marks, _categories())
    return Page(
        page.id, "html", page.page_type, page.domain, table.names, table.values.T.copy(), np.array(labels, bool),
        document.blocks, words(page.gold),
    )  # fmt: skip


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
    """A rendering, as a row of ``wcxb_text.py build``; what its labels say of lines goes to blocks by words."""
    renderer, weight, line = task
    row = json.loads(line)
    view = _rules().view(row["text"], id=row["id"])
    document = view.document
    table = block_table(document, view.marks, _categories())
    return Page(
        row["id"], renderer, row["page_type"], row.get("domain") or row["id"], table.names, table.values.T.copy(),
        np.array(list(_block_labels(document.text, document.blocks, row["lines"])), bool), document.blocks,
        words(row["gold"]), weight,
    )  # fmt: skip


def _block_labels(text: str, blocks: Blocks, lines: Sequence[dict[str, object]]) -> Iterator[bool]:
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
    return "html" if page.source == "html" else "text"


def load_html(root: Path, jobs: int, every: int = 1) -> list[Page]:
    """The development pages of WCXB; every n-th of them."""
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return list(pool.imap(read_html, [(root, id) for id in page_ids(root)[::every]], chunksize=16))


def load_text(data: Path, jobs: int, every: int = 1) -> list[Page]:
    """All renderings that ``bench.wcxb_text build`` wrote to a folder; every n-th of each.

    The two inputs that need no cleaning are a third of the weight.
    """
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return list(pool.imap(read_text, _text_tasks(data, every), chunksize=16))


def _text_tasks(data: Path, every: int) -> Iterator[tuple[str, float, str]]:
    for renderer in (*RENDERERS, *EXTRA_INPUTS):
        weight = 0.75 if renderer in EXTRA_INPUTS else 1.0
        with gzip.open(data / f"dev.{renderer}.jsonl.gz", "rt", encoding="utf-8") as file:
            yield from ((renderer, weight, line) for line in islice(file, 0, None, every))
