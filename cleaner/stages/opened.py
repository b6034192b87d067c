"""Dialogs that belong to the text of a page: a link or a button in the text opens them, and they hold running text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from cleaner.model import HIDDEN, Mark, Tag, Tree
from cleaner.packs.rule import StageRule
from cleaner.resolve import CUTS_ALONE
from cleaner.stages.base import Stage
from cleaner.view import View

_MENTIONS = ("dialog", "modal", "popup", "lightbox", "drawer")
_OPENS = re.compile(
    r"(?:\b(?:data-)?(?:bs-)?target|data-open|data-[\w-]*modal[\w-]*|href|commandfor|popovertarget|aria-controls)"
    r"\s*=\s*[\"']?#?\Z",
    re.IGNORECASE,
)
_OPENING = 80  # characters before a name in which the attribute is
_MAX_DIALOGS = 50
_BORDER = re.compile(r"<(/?)(?:main|article|MAIN|ARTICLE)\b")
_MAX_LINKS = 0.3  # share of the characters

OPENED = StageRule(
    id="hidden/opened",
    category=HIDDEN,
    summary="A dialog with running text that a link or a button in the text opens.",
    why="A note that opens over the page is part of the text: this rule speaks for it.",
    score=-CUTS_ALONE,
    removes=(
        """
  <html><article><p>Rain is expected in the north of the country until Friday morning.</p>
  <a href="#levels">How levels are measured</a></article>
  <div class=modal id=levels>
- <p>The level of a river is measured twice a day, at the old mill and at the bridge of the town.</p>
  </div></html>
""",
    ),
    keeps=(
        """
<html><article><p>Rain is expected in the north of the country until Friday morning.</p></article>
<a href="#levels">How levels are measured</a>
<div class=modal id=levels>
<p>The level of a river is measured twice a day, at the old mill and at the bridge of the town.</p>
</div></html>
""",
    ),
)


class Opened(Stage):
    """Speaks for such dialogs. One with a form, or with many links, is not a part of the text."""

    rules = (OPENED,)
    reads = "markup"

    def __call__(self, page: View) -> Iterator[Mark]:
        document, blocks, tree = page.document, page.document.blocks, page.document.blocks.tree
        if tree is None:
            return
        dialogs = sorted(_dialogs(page, tree))[:_MAX_DIALOGS]
        if not dialogs:
            return
        for element in dialogs:
            end = tree.ends[element]
            if any(tag.name == "form" for tag in tree.tags[element:end]):
                continue
            places = [i for i, one in enumerate(blocks.elements) if element <= one < end]
            if sum(blocks.links[i] for i in places) > _MAX_LINKS * sum(len(blocks.texts[i]) for i in places):
                continue
            if _is_opened(document.source, tree.tags[element].id):
                for i in places:
                    yield OPENED.mark(blocks.span(i))


def _dialogs(page: View, tree: Tree) -> Iterator[int]:
    """The dialogs around running text."""
    blocks = page.document.blocks
    seen: set[int] = set()
    for i, is_prose in enumerate(blocks.prose):
        if is_prose:
            for element in tree.way(blocks.elements[i]):
                if element in seen:
                    break
                seen.add(element)
                if tree.tags[element].id and _is_dialog(tree.tags[element]):
                    yield element


def _is_dialog(tag: Tag) -> bool:
    said = " ".join((tag.name, tag.role, tag.id, *tag.classes)).lower()
    return any(word in said for word in _MENTIONS)


@lru_cache(maxsize=1)
def _borders(source: str) -> list[int]:
    """Where the outermost main elements and articles of a page begin and end, in turn."""
    found: list[int] = []
    depth = 0
    for border in _BORDER.finditer(source):
        before, depth = depth, max(0, depth + (-1 if border[1] else 1))
        if (before > 0) != (depth > 0):
            found.append(border.start())
    return found


def _is_opened(source: str, id: str) -> bool:
    """Whether an attribute of an element inside a main element or an article names an id."""
    at = source.find(id)
    while at >= 0:
        if _OPENS.search(source, max(0, at - _OPENING), at) and bisect_right(_borders(source), at) % 2 == 1:
            return True
        at = source.find(id, at + len(id))
    return False
