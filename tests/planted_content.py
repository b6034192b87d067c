"""Documents with planted content: what must come out whole, between furniture that may go or stay.

The content is in ``planted/*.toml``, one file a language. The furniture is what the packs say they remove, in that
language or in English, and lines as menus have them. Everything is drawn from a seed: the same name gives the same
documents in any order and process.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from cleaner.packs.load import builtin_folder, load_builtin

FOLDER = Path(__file__).parent / "planted"
KINDS = ("prose", "dialogue", "poem", "list", "faq", "quotation", "table", "numbers", "code")
POSITIONS = ("start", "middle", "end")
LINE_ENDS = ("\n", "\r\n", "\r", "\u2028", "\x85")

_NUMBERS = (
    ("1901 | 12 | 3400", "1902 | 15 | 4100"),
    ("1 12", "2 16", "3 18"),
    ("06:10 07:40 09:10", "12:00 13:30 15:00"),
    ("0 0 0", "12 16 18", "3 0 1"),
    ("2 : 1", "0 : 0", "12 : 18"),
    ("41.5 %", "12.0 %", "46.5 %"),
)
_CODE = (
    ("```", "def depth(lake):", "    return lake.bottom - lake.top", "", "print(depth(lune))", "```"),
    ("```sh", "$ ls boats", "heron  teal  coot", "$ rm -r boats/coot", "```"),
    ("~~~", "for (i = 0; i < 12; i++) {", "  row[i] = 0;", "}", "~~~"),
)
UNKNOWN = (
    "Minister Visits Flooded Valley for the Second Time",
    "Seven Bridges to See Before the Winter",
    "Ferry Strike Enters Third Week",
    "The Lune Valley Weekly",
    "Est. 1891",
    "12 photos",
    "3 hours ago",
    "Edition: North",
    "12°C, light rain",
    "Front page of today",
    "Harbour webcam",
    "Our shops: Lune, Upper Lune, Mill End",
    "Ann Lee",
    "Saturday, 6 March 2021",
)
"""Furniture in words that no pack has."""
_FEW_WORDS = 8  # of a line of furniture
_FEW_CHARACTERS = 60  # of the same, as some scripts don't separate words


class Planted(NamedTuple):
    """A document and its planted lines, each as it must come out."""

    document: str
    lines: tuple[str, ...]
    language: str


@lru_cache(maxsize=1)
def languages() -> dict[str, dict[str, Any]]:
    """The content by language."""
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


@lru_cache(maxsize=1)
def furniture() -> tuple[str, ...]:
    """Short lines that rules of the packs remove."""
    rules = [rule for rule in load_builtin().rules if rule.score > 0 and rule.has_words]
    lines = [line for rule in rules for line in rule.removes if "\n" not in line and len(line.split()) <= _FEW_WORDS]
    return tuple(dict.fromkeys(lines))


@lru_cache(maxsize=32)
def furniture_of(language: str) -> tuple[str, ...]:
    """Short lines that rules of the packs remove in ``language``; none if no pack has it."""
    counted = {rule.id for rule in load_builtin().rules if rule.score > 0 and rule.has_words}
    rules = [rule for id, rule in _written(language) if id in counted]
    lines = [line for rule in rules for name in ("lines", "removes") for line in rule.get(name, ())]
    return tuple(dict.fromkeys(filter(_is_short, lines)))


def _written(language: str) -> list[tuple[str, dict[str, Any]]]:
    """The rules as a language's pack writes them, or as the packs of the categories do, which are English."""
    if language != "en":
        path = builtin_folder() / "lang" / f"{language}.toml"
        pack = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        return [(id, table) for id, table in pack.items() if "/" in id]
    packs = [tomllib.loads(path.read_text("utf-8")) for path in sorted(builtin_folder().glob("*.toml"))]
    return [(f"{pack['category']}/{rule['id']}", rule) for pack in packs for rule in pack.get("rule", ())]


def _is_short(line: str) -> bool:
    is_one_line = "\n" not in line and not line.startswith("<")
    return is_one_line and len(line.split()) <= _FEW_WORDS and len(line) <= _FEW_CHARACTERS


@lru_cache(maxsize=1)
def notices() -> tuple[str, ...]:
    """Whatever rules of the packs remove, in one line."""
    rules = [rule for rule in load_builtin().rules if rule.score > 0 and rule.has_words]
    return tuple(dict.fromkeys(line for rule in rules for line in rule.removes if "\n" not in line))


def unit(kind: str, words: dict[str, Any], random: Random) -> list[str]:
    """The lines of one piece of content."""
    if kind == "prose":
        return random.sample(words["prose"], 2)
    if kind == "numbers":
        return list(random.choice(_NUMBERS))
    if kind == "code":
        return list(random.choice(_CODE))
    if kind == "steps":
        return [f"{number}. {line}" for number, line in enumerate(random.choice(words["steps"]), 1)]
    if kind == "quotation":
        return [f"> {line}" for line in words["quote"]]
    if kind == "list":
        sign = random.choice(["- ", "• ", "* "])
        return [sign + line for line in random.choice(words["list"])]
    if kind == "table":
        between = random.choice([" | ", "\t"])
        return [between.join(row) for row in random.choice(words["table"])]
    return list(random.choice(words[kind]))


def text(kind: str, position: str, random: Random, *, is_apart: bool) -> Planted:
    """A text with a piece of content of ``kind`` at the start, in the middle or at the end of an article.

    With ``is_apart`` blank lines part it from what is around it.
    """
    language = random.choice(list(languages()))
    words = languages()[language]
    article = list(words["prose"])
    random.shuffle(article)
    planted = unit(kind, words, random) if kind != "prose" else [article.pop(), article.pop()]
    half = len(article) // 2
    parts = {
        "start": [planted, article],
        "middle": [article[:half], planted, article[half:]],
        "end": [article, planted],
    }[position]
    end = random.choice(LINE_ENDS)
    units = [_menu(words, random, most=5), *parts, _menu(words, random, most=8)]
    document = (end * (2 if is_apart else 1)).join(end.join(lines) for lines in units)
    return Planted(document + end, tuple(line.strip() for part in parts for line in part if line), language)


def _menu(words: dict[str, Any], random: Random, *, most: int) -> list[str]:
    """Furniture of a page: lines that the packs remove, and those of a menu."""
    lines = random.sample(furniture(), random.randint(1, most))
    menu: Sequence[str] = words["menu"]
    lines += random.choice([list(menu), [" | ".join(menu)], []])
    return lines


def html(kind: str, position: str, random: Random) -> Planted:
    """A page with a piece of content of ``kind``, in ``article``, ``main`` or the bare body."""
    language = random.choice(list(languages()))
    words = languages()[language]
    article = list(words["prose"])
    random.shuffle(article)
    if kind == "prose":
        planted = [article.pop(), article.pop()]
        marked = "".join(f"<p>{escape(line)}</p>" for line in planted)
    else:
        planted = unit(kind, words, random)
        marked = _MARKED[kind](planted, random)
    paragraphs = [f"<p>{escape(line)}</p>" for line in article]
    half = len(paragraphs) // 2
    parts = {
        "start": [marked, *paragraphs],
        "middle": [*paragraphs[:half], marked, *paragraphs[half:]],
        "end": [*paragraphs, marked],
    }[position]
    body = "\n".join(parts)
    tag = random.choice(["article", "main", "", "div"])
    if tag:
        body = f"<{tag}>{body}</{tag}>"
    nav = "".join(f'<li><a href="/{n}">{escape(line)}</a></li>' for n, line in enumerate(words["menu"]))
    footer = "".join(f"<p>{escape(line)}</p>" for line in random.sample(furniture(), random.randint(1, 6)))
    page = (
        f"<!doctype html><html><head><title>t</title></head><body><header><nav><ul>{nav}</ul></nav></header>"
        f"{body}<footer>{footer}</footer></body></html>"
    )
    shown = [line for line in (*article, *planted) if line]
    return Planted(page, tuple(_seen(kind, line) for line in shown), language)


def _seen(kind: str, line: str) -> str:
    """What a reader of the page sees of a line: without the signs that are elements there."""
    for sign in ("- ", "• ", "* ", "> ") if kind in ("list", "quotation") else ():
        line = line.removeprefix(sign)
    return line.replace(" | ", "\t").strip() if kind in ("table", "numbers") else line.strip()


def _paragraphs(lines: Sequence[str], random: Random) -> str:
    written = [escape(line) for line in lines]
    if random.random() < 0.5:
        return "".join(f"<p>{line}</p>" for line in written)
    return f"<div>{'<br>'.join(written)}</div>"


def _quotation(lines: Sequence[str], random: Random) -> str:
    del random
    inner = "".join(f"<p>{escape(line.removeprefix('> '))}</p>" for line in lines)
    return f"<blockquote>{inner}</blockquote>"


def _list(lines: Sequence[str], random: Random) -> str:
    tag = random.choice(["ul", "ol"])
    return f"<{tag}>{''.join(f'<li>{escape(line[2:])}</li>' for line in lines)}</{tag}>"


def _faq(lines: Sequence[str], random: Random) -> str:
    if random.random() < 0.5:
        pairs = zip(lines[::2], lines[1::2], strict=True)
        return f"<dl>{''.join(f'<dt>{escape(a)}</dt><dd>{escape(b)}</dd>' for a, b in pairs)}</dl>"
    return _paragraphs(lines, random)


def _table(lines: Sequence[str], random: Random) -> str:
    del random
    rows = [line.replace("\t", " | ").split(" | ") for line in lines]
    cells = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _code(lines: Sequence[str], random: Random) -> str:
    del random
    return f"<pre>{escape(chr(10).join(lines))}</pre>"


_MARKED: dict[str, Callable[[Sequence[str], Random], str]] = {
    "dialogue": _paragraphs,
    "poem": _paragraphs,
    "list": _list,
    "faq": _faq,
    "quotation": _quotation,
    "table": _table,
    "numbers": _table,
    "code": _code,
}
