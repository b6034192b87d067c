"""The clean text of a page as Markdown: CommonMark with the tables of GFM (https://github.github.com/gfm/).

What the author of the page marked up becomes markup: headings, lists, tables, code, quotations, terms, captions, and
inside their lines links, emphasis, code, images, formulas, footnotes. All else is text, and characters that would be
Markdown by accident are escaped.
"""

from __future__ import annotations

from cleaner.inline.clean_text import CleanText
from cleaner.inline.marks import What
from cleaner.inline.read import marks_of
from cleaner.markdown.inline import Inliner
from cleaner.markdown.kept import Kept
from cleaner.markdown.parts import parts_of
from cleaner.markdown.places import layout_of
from cleaner.markdown.writer import Writer
from cleaner.model import Result, Span, TextFormat

__all__ = ["Page", "TextFormat", "rewritten", "to_markdown"]


class Page:
    """A page that is to be written in Markdown, as a whole or in stretches, which must be in the order of the text."""

    def __init__(self, result: Result) -> None:
        """``result`` must have a tree."""
        document = result.document
        assert document.blocks.tree is not None  # noqa: S101 - the caller has checked
        self._marks = marks_of(document)
        self._kept = Kept(result)
        self._layout = layout_of(document.blocks, document.blocks.tree, self._marks, self._kept)
        self._inliner = Inliner(self._kept, self._marks, self._layout.notes.values())

    def markdown(self, within: Span | None = None) -> str:
        """What is kept of the page, or of the stretch ``within`` of the text of its document."""
        kept = self._kept if within is None else self._kept.within(within)
        writer = Writer(kept, self._layout, self._marks, self._inliner)
        return "".join(f"{line}\n" for line in writer.write(parts_of(kept, self._layout, self._marks)))


def to_markdown(result: Result) -> str:
    """The kept blocks of a page as Markdown: every kept word, in order.

    Formulas are written in LaTeX, and images, readings of ruby and addresses add words. For plain text it is the clean
    text, unchanged.
    """
    return result.text if result.document.blocks.tree is None else Page(result).markdown()


def rewritten(result: Result) -> list[Span]:
    """Where the Markdown has LaTeX instead of the words: offsets of the clean text, in order, disjoint."""
    if result.document.blocks.tree is None:
        return []
    formulas = [one.span for one in marks_of(result.document).spans if one.what is What.FORMULA]
    if not formulas:
        return []
    clean = CleanText(result)
    return [kept for span in formulas if (kept := clean.span(span)).start < kept.end]
