"""The signs of Markdown in a file that is named Markdown: front matter, breaks, comments, tags, indented code.

They are its form, not its text, and are kept like code. This is only done for files that are declared to be Markdown
(by their ending or by an option): in a scraped text, such signs may be what some tool made of menus.
CommonMark 0.31 (https://spec.commonmark.org/0.31.2/), and what common tools add to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cleaner.model import Kind
from cleaner.segment.text import Lines

_FRONT = {"---": ("---", "..."), "+++": ("+++",), ";;;": (";;;",)}
_YAML = re.compile(r"[\w.-]+\s*:(?:\s|$)|#")
_ENCLOSED = (("<!--", "-->"), ("$$", "$$"))
_MAX_ENCLOSED = 300  # lines that are searched for an end
_CODE_INDENT, _MARGIN = 4, 100  # columns, and characters that are looked at
_LISTS = frozenset((Kind.ITEM, Kind.STEP))
_ALONE = re.compile(
    r"""
      ([-*_])(?:[ \t]*\1){2,} | =+ | :{3,}.*             # breaks, underlined headings, fenced divisions
    | \[[^\]]{1,500}\]:\s*\S.*                           # definitions of links and footnotes
    | (?:</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>\s*)+          # tags
    | \{[%{<].*[%}>]\} | \[\[?_?TOC_?\]?\]               # templates, the place of a table of contents
    | (?:\[?!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])(?:\](?:\([^)]*\)|\[[^\]]*\]))?\s*)+   # images, badges
    | [-*+][ ]\[[ xX]\][ ].*                             # tasks
    """,
    re.VERBOSE,
)


def with_syntax(lines: Lines, text: str) -> Lines:
    """The ``lines`` of ``text``; those that are signs of Markdown are of the kind `Kind.CODE`."""
    kinds = list(lines.kinds)
    signs = (i for i, line in enumerate(lines.texts) if _ALONE.fullmatch(line))
    for i in (*_front_matter(lines.texts), *_enclosed(lines.texts), *_indented(lines, text), *signs):
        kinds[i] = Kind.CODE
    return replace(lines, kinds=tuple(kinds))


def _front_matter(texts: Sequence[str]) -> range:
    """The lines above the text that hold metadata such as title and date: YAML, TOML, JSON, or those of Pandoc."""
    if not texts:
        return range(0)
    ends = _FRONT.get(texts[0].lstrip("\ufeff"), ())
    if ends and (ends[0] != "---" or (len(texts) > 1 and _YAML.match(texts[1]))):
        for i, line in enumerate(texts[1:_MAX_ENCLOSED], start=1):
            if line in ends:
                return range(i + 1)
    titles = 0
    while titles < len(texts) and texts[titles].startswith("% "):
        titles += 1
    return range(titles)


def _enclosed(texts: Sequence[str]) -> Iterator[int]:
    """Comments and formulas, from the line with their beginning to that with their end."""
    behind = 0
    for i, line in enumerate(texts):
        for opening, closing in _ENCLOSED:
            if i >= behind and line.startswith(opening):
                behind = i + 1 if closing in line[len(opening) :] else _end(texts, i, closing)
        if i < behind:
            yield i


def _end(texts: Sequence[str], start: int, closing: str) -> int:
    """After the line with ``closing``; after the first one if there is none."""
    for i in range(start + 1, min(start + _MAX_ENCLOSED, len(texts))):
        if closing in texts[i]:
            return i + 1
    return start + 1


def _indented(lines: Lines, text: str) -> Iterator[int]:
    """Indented code: a blank line above, no list around."""
    is_code = in_list = False
    for i, start in enumerate(lines.starts):
        above = text[max(0, start - _MARGIN) : start]
        margin = above[len(above.rstrip(" \t")) :]
        if len(margin.expandtabs(_CODE_INDENT)) < _CODE_INDENT:
            is_code = False
            in_list = lines.kinds[i] in _LISTS or (in_list and not lines.apart[i])
        else:
            is_code = not in_list and (is_code or lines.apart[i])
            if is_code:
                yield i
