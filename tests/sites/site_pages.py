"""Pages of made-up sites: a menu, prose that differs, a newsletter in its midst, comments, and a footer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

MENU = ("Harbour", "Weather desk", "Ferry times", "Letters", "About the paper")
NEWSLETTER = (
    "Every Friday our editors send the five best stories of the bay to your inbox, and you can leave the list whenever "
    "you like."
)
FOOTER = "The Lumen Bay Herald is printed by the Harbour Press Cooperative in Lumen Bay."
SUBJECTS = (
    "The ferry",
    "A storm",
    "The council",
    "The old bridge",
    "A fishing crew",
    "The school",
    "A museum",
    "A baker",
)
THINGS = ("lamps", "ropes", "boats", "songs", "nets", "books", "maps", "flour")


def body(i: int) -> tuple[str, ...]:
    """The headline and three paragraphs of page ``i``; no two pages share a line."""
    subject, thing = SUBJECTS[i % 8], THINGS[(i // 8 + i) % 8]
    number = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")[i // 8]
    return (
        f"{subject} surprised the bay, and {thing} too, for the {number}th time",
        f"{subject} kept the {thing} makers busy for most of the week, and nobody at pier {number} could say how it ends.",
        f"Officials who were asked about {thing} said that {subject.lower()} would be on the agenda of meeting {number}.",
        f"Neighbours brought bread, soup and {thing} to square {number}, where {subject.lower()} was the talk of the day.",
    )


def page(i: int) -> str:
    """Page ``i`` as text."""
    headline, first, second, third = body(i)
    blocks = ("\n".join(MENU), headline, first, second, NEWSLETTER, third, f"{i * 3 + 1} comments", FOOTER)
    return "\n\n".join(blocks) + "\n"


def html_page(i: int) -> str:
    """Page ``i`` as HTML without a hint in its markup."""
    headline, first, second, third = body(i)
    menu = "".join(f"<li><a href='/{n}'>{item}</a></li>" for n, item in enumerate(MENU))
    paragraphs = "".join(f"<p>{text}</p>" for text in (first, second, NEWSLETTER, third))
    return f"<body><ul>{menu}</ul><h1>{headline}</h1>{paragraphs}<p>{i * 3 + 1} comments</p><p>{FOOTER}</p></body>"


def write_rows(path: Path, texts: Iterable[str], host: str = "herald.example", column: str = "text") -> Path:
    """A JSONL file with one row for each text, from ``host``."""
    rows = [{"id": f"p{i:03}", "url": f"https://www.{host}/{i}", column: text} for i, text in enumerate(texts)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def packs_in(folder: Path) -> dict[str, str]:
    """The text of each pack in a folder, by its name."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))}


def content_of(pages: Sequence[int]) -> list[str]:
    """The clean text of pages, as words."""
    return [" ".join(" ".join(body(i)).split()) for i in pages]
