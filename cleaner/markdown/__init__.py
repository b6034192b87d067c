"""The clean text of a page as Markdown: CommonMark with the tables of GFM (https://github.github.com/gfm/).

What the author of the page marked up becomes markup: headings, lists, tables, code, quotations, terms, captions, and
inside their lines links, emphasis, code, images, formulas, footnotes. All else is text, and characters that would be
Markdown by accident are escaped.
"""

from __future__ import annotations

from cleaner.inline.read import marks_of
from cleaner.markdown.kept import Kept
from cleaner.markdown.parts import parts_of
from cleaner.markdown.places import Layout, layout_of
from cleaner.markdown.writer import Writer
from cleaner.model import Result, Span, TextFormat

__all__ = ["TextFormat", "rewritten", "to_markdown"]


def to_markdown(result: Result, within: Span | None = None) -> str:
    """The kept blocks of a page as Markdown: every kept word, in order.

    Formulas are written in LaTeX, and images, readings of ruby and addresses add words. ``within`` restricts it to a
    stretch of ``document.text``. For plain text it is the clean text, unchanged.
    """
    blocks = result.document.blocks
    if blocks.tree is None:
        return result.text if within is None else "".join(Kept(result, within).texts())
    marks = marks_of(result.document)
    kept = Kept(result, within)
    layout = layout_of(blocks, blocks.tree, marks, kept)
    return "".join(f"{line}\n" for line in Writer(kept, layout, marks).write(parts_of(kept, layout, marks)))
