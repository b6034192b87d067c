"""The title of a page: its headline, or what it declares, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import regex

from cleaner.facts.people import key
from cleaner.model import Blocks, Kind

_BAR = regex.compile(r"\s*[|｜]\s*")
_SEPARATOR = regex.compile(r"\s+[|·•»«:–—-]+\s+|\s*[|｜]\s*|(?<=\S)_(?=\S)")
_SIGNS = frozenset("|｜·•»«:–—-_")
"""The signs of which one is in any separator."""
_WORD = re.compile(r"[^\W_]+")
_MAX_TITLE = 500  # characters of a headline that is an element
_MIN_SHARED = 0.34  # share of the words of the shorter title that two wordings of one title have in common
_MAX_LINES = 4  # blocks in one heading
_MIN_LEFT = 2  # words that are left of a title without the name of the site


_MIN_ALIKE = 0.6  # the same for a heading of a lower level, which is the headline only if it is like the title
_MIN_WORDS = 3  # words of a headline that is like no declared title
_MIN_MAIN, _MAX_BESIDE = 4, 3  # words of a title between bars, and of the sections around it


class Headline(NamedTuple):
    """The text of a heading, its first block, and whether it is kept."""

    text: str
    block: int
    is_kept: bool


def _headings(blocks: Blocks, cut_blocks: Collection[int], names: tuple[str, ...]) -> list[Headline]:
    """The headings of some levels, in the order of the text."""
    tree = blocks.tree
    if tree is None:
        return []
    found: dict[int, list[int]] = {}
    heading = Kind.HEADING  # looked up once: in the loop it would cost as much as the rest
    for i in [i for i, kind in enumerate(blocks.kinds) if kind is heading]:
        for number in tree.way(blocks.elements[i]):
            if tree.tags[number].name in names:
                found.setdefault(number, []).append(i)
                break
    return [
        Headline(" ".join([blocks.texts[i] for i in places]), places[0], not cut_blocks or places[0] not in cut_blocks)
        for places in found.values()
    ]


def headline(
    blocks: Blocks, cut_blocks: Collection[int], declared: Sequence[str], sites: Collection[str]
) -> Headline | None:
    """The heading that is the title of the page, if it is certain.

    That is the first-level heading that is most like a declared title. If none is like it, the only one that is kept,
    unless it is short, as the name of a section is. Without a first-level heading, another one that is like the title.
    """
    named = _named(_headings(blocks, cut_blocks, ("h1",)), sites)
    share, best = _most_alike(named, declared)
    if best and share >= _MIN_SHARED:
        return _without_kicker(best, blocks, declared)
    kept = [one for one in named if one.is_kept and len(_words(one.text)) >= _MIN_WORDS]
    if len(kept) == 1:
        return kept[0]
    share, best = _most_alike(_named(_headings(blocks, cut_blocks, ("h2", "h3")), sites), declared)
    return best if share >= _MIN_ALIKE and best and len(_words(best.text)) >= _MIN_WORDS else None


def _named(headings: Sequence[Headline], sites: Collection[str]) -> list[Headline]:
    return [one for one in headings if key(one.text) and key(one.text) not in sites and len(one.text) <= _MAX_TITLE]


def _most_alike(headings: Sequence[Headline], declared: Sequence[str]) -> tuple[float, Headline | None]:
    titles = [_words(title) for title in declared]
    rated = [(max([_shared(_words(one.text), title) for title in titles], default=0.0), one) for one in headings]
    return max(rated, key=lambda one: one[0], default=(0.0, None))


def _without_kicker(best: Headline, blocks: Blocks, declared: Sequence[str]) -> Headline:
    """The line of a heading of several lines that is a declared title by itself, else all of them."""
    titles = {key(title) for title in declared}
    for i in range(best.block, min(best.block + _MAX_LINES, len(blocks))):
        if key(blocks.texts[i]) in titles and blocks.texts[i] in best.text:
            return best._replace(text=blocks.texts[i], block=i)
    return best


def _shared(words: set[str], others: set[str]) -> float:
    """Share of the words of the shorter text that the other has as well; in scripts without spaces, of characters."""
    fewer = min(len(words), len(others))
    return len(words & others) / fewer if fewer else 0.0


def _words(text: str) -> set[str]:
    words = set(_WORD.findall(text.casefold()))
    return words if len(words) > 2 or text.isascii() else set(key(text))


def without_site(title: str, sites: Collection[str]) -> str:
    """The title without the name of the site at its start or its end, ``sites`` being names as `key` gives them."""
    if _SIGNS.isdisjoint(title):
        return title.strip()
    title = _between_bars(title)
    for _ in range(2):
        parts = list(_SEPARATOR.finditer(title))
        if not parts:
            break
        first, last = parts[0], parts[-1]
        if _is_site(title[last.end() :], sites) and _has_words(title[: last.start()]):
            title = title[: last.start()]
        elif _is_site(title[: first.start()], sites) and _has_words(title[first.end() :]):
            title = title[first.end() :]
        else:
            break
    return title.strip()


def _between_bars(title: str) -> str:
    """The long part of a title with short sections between bars."""
    if "|" not in title and "｜" not in title:
        return title
    parts = _BAR.split(title)
    sizes = [len(_words(part)) for part in parts]
    longest = max(range(len(parts)), key=sizes.__getitem__)
    others = sizes[:longest] + sizes[longest + 1 :]
    return parts[longest] if others and sizes[longest] >= _MIN_MAIN and max(others) <= _MAX_BESIDE else title


def _is_site(text: str, sites: Collection[str]) -> bool:
    short = key(text)
    return short in sites or (len(short) > 3 and any(short.startswith(site) and len(site) > 3 for site in sites))


def _has_words(text: str) -> bool:
    return len(_words(text)) >= _MIN_LEFT


def names_of_site(names: Collection[str], url: str) -> frozenset[str]:
    """The names of a site for comparison: those that it declares, and the parts of its host."""
    host = (urlsplit(url).hostname or "") if url.startswith(("http://", "https://")) else ""
    labels = [label for label in host.removeprefix("www.").split(".") if len(label) > 2]
    bare = host.removeprefix("www.")
    longest = max(labels, key=len, default="")
    every = {key(name) for name in names} | {key(bare), key(longest), key("".join(labels[-2:]))}
    every |= {one.removeprefix("the") for one in every if len(one) > 6} | {f"the{one}" for one in every if len(one) > 2}
    return frozenset(one for one in every if one)
