"""The view of a `Result` in a notebook: the page, with cuts struck through, coloured and labelled by category.

The colours (`cleaner.palette`) are half transparent, so that the text keeps the colour of a light or dark theme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from cleaner.model import Piece, Result
from cleaner.palette import BORDERS, COLOURS, looks
from cleaner.terminal import visible

_MAX_SHOWN = 200_000  # characters of a page; browsers are slow with more
_MAX_UNFOLDED = 5  # lines of a run of cuts
_MAX_NAMED = 4  # categories in the line of a folded run
_FORM = "\t\r\n"  # harmless in HTML, so not escaped

_STYLE = (
    """
.cleaner-result { --cleaner-tint: .2; line-height: 1.5; color: var(--jp-content-font-color1, inherit); }
@media (prefers-color-scheme: dark) { .cleaner-result { --cleaner-tint: .35; } }
[data-jp-theme-light="false"] .cleaner-result, .vscode-dark .cleaner-result { --cleaner-tint: .35; }
[data-jp-theme-light="true"] .cleaner-result, .vscode-light .cleaner-result { --cleaner-tint: .2; }
.cleaner-head { margin-bottom: .5em; }
.cleaner-page { white-space: pre-wrap; overflow-wrap: anywhere; }
.cleaner-key, .cleaner-page del {
  background: rgba(var(--cleaner-colour), var(--cleaner-tint)); border-left: 4px solid rgb(var(--cleaner-colour));
  padding: 0 .3em; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.cleaner-key { white-space: nowrap; margin-left: .5em; }
.cleaner-page del { color: inherit; text-decoration: line-through rgb(var(--cleaner-colour)); }
.cleaner-page del::before { content: attr(data-category); display: inline-block; font-size: .75em; font-weight: 600;
  margin-right: .6em; opacity: .8; }
.cleaner-page details { border-left: 4px solid rgba(128,128,128,.5); margin: .2em 0; padding-left: .5em; }
.cleaner-page summary { cursor: pointer; opacity: .85; }
"""
    + "".join(f".cleaner-colour-{n} {{ --cleaner-colour: {rgb}; }}\n" for n, rgb in enumerate(COLOURS))
    + "".join(f".cleaner-border-{name}.cleaner-border-{name} {{ border-left-style: {name}; }}\n" for name in BORDERS)
)


def as_html(result: Result) -> str:
    """The page as HTML. Cuts are marked, long runs of cuts are folded, and rule and reason are tooltips."""
    pieces, left = _shown(result)
    counts = Counter(cut.category for cut in result.cuts)
    looks = _looks([name for name, _ in counts.most_common()])
    more = f"<em>… {left:,} more characters</em>" if left else ""
    return (
        f'<div class="cleaner-result"><style>{_STYLE}</style><div class="cleaner-head">{_head(result, looks)}</div>'
        f'<div class="cleaner-page">{"".join(_runs(pieces, looks))}{more}</div></div>'
    )


def _text(text: str) -> str:
    """``text`` of a page or a rule, escaped for HTML. All such text must go through this function."""
    return escape(visible(text, keep=_FORM))


def _head(result: Result, looks: Mapping[str, str]) -> str:
    document, cuts = result.document, result.cuts
    name = f"<b>{_text(document.id)}</b> " if document.id != "-" else ""
    size = f"{len(result.text):,} of {len(document.text):,} characters kept, {_counted(len(cuts), 'cut')}"
    status = f" ({_text(result.status)})" if result.status != "ok" else ""
    keys = "".join(
        f' <span class="cleaner-key {looks[category]}">{_text(category)} {count:,}</span>'
        for category, count in Counter(cut.category for cut in cuts).most_common()
    )
    warnings = "".join(f"<div>Warning: {_text(warning)}</div>" for warning in result.warnings)
    return f"{name}{size}{status}{keys}{warnings}"


def _shown(result: Result) -> tuple[list[Piece], int]:
    """The pieces to show, of which the last may be truncated, and the number of characters that are not shown."""
    shown = []
    for piece in result.pieces():
        if piece.span.start >= _MAX_SHOWN:
            break
        shown.append(piece._replace(text=piece.text[: _MAX_SHOWN - piece.span.start]))
    return shown, max(len(result.document.text) - _MAX_SHOWN, 0)


def _runs(pieces: Sequence[Piece], looks: Mapping[str, str]) -> Iterator[str]:
    """The page, with each long run of cuts folded into one line. White space between two cuts belongs to the run."""
    for is_cut, run in groupby(pieces, key=lambda piece: piece.cut is not None or piece.text.isspace()):
        parts = list(run)
        shown = "".join(_piece(piece, looks) for piece in parts)
        lines = sum(not line.isspace() for piece in parts if piece.cut for line in piece.text.splitlines() if line)
        if is_cut and lines > _MAX_UNFOLDED:
            yield f"<details><summary>{lines:,} lines cut: {_named(parts)}</summary>{shown}</details>"
        else:
            yield shown


def _named(pieces: Iterable[Piece]) -> str:
    """The categories of a run of cuts, the largest first."""
    sizes: Counter[str] = Counter()
    for piece in pieces:
        if piece.cut is not None:
            sizes[piece.cut.category] += len(piece.text)
    names = [_text(name) for name, _ in sizes.most_common(_MAX_NAMED)]
    more = len(sizes) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _piece(piece: Piece, looks: Mapping[str, str]) -> str:
    if piece.cut is None:
        return _text(piece.text)
    mark, category, words = piece.cut.marks[0], piece.cut.category, piece.text.strip()
    if not words:
        return _text(piece.text)
    before, _, after = piece.text.partition(words)  # blank lines are not coloured
    why = _text(f"{mark.rule} ({piece.cut.score}): {mark.reason}")
    start = f'<del class="{looks[category]}" data-category="{_text(category)}" title="{why}">'
    return f"{_text(before)}{start}{_text(words)}</del>{_text(after)}"


def _looks(categories: Sequence[str]) -> dict[str, str]:
    """The CSS classes of each category."""
    return {
        category: f"cleaner-colour-{look.colour} cleaner-border-{BORDERS[look.border]}"
        for category, look in looks(categories).items()
    }


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
