"""Tiny corpora of HTML pages with gold, in the layout of WCXB."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

PROSE = (
    "The bridge over the river was closed on Monday after engineers found a crack in one of its four piers.",
    "Repairs will take three weeks, the council said, and buses will be sent round by the northern road.",
    "Farmers on the far bank asked for a ferry, because the detour is longer than the way to the market.",
)
FURNITURE = "<nav><ul><li><a href=/a>Home</a><li><a href=/b>Weather</a><li><a href=/c>Sport</a></ul></nav>"


def article(title: str, paragraphs: tuple[str, ...] = PROSE) -> str:
    """A page with a menu, a headline, a picture with its caption, paragraphs and a footer."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{title}</title></head><body>{FURNITURE}<main><h1>{title}</h1>"
        f"<figure><img src=a.png><figcaption>The closed bridge</figcaption></figure>{body}</main>"
        "<footer><p>Contact | Imprint | Privacy</p></footer></body></html>"
    )


def write_corpus(root: Path, pages: dict[str, dict[str, Any]]) -> Path:
    """A folder of pages: by id, ``html``, ``gold``, and optionally ``title``, ``url``, ``source``, ``country``."""
    for name in ("html", "ground-truth"):
        (root / name).mkdir(parents=True)
    known = {}
    for id, page in pages.items():
        (root / "html" / f"{id}.html.gz").write_bytes(gzip.compress(page["html"].encode(), mtime=0))
        url = page.get("url", f"https://www.{id}.example.com/story")
        truth = {"main_content": page["gold"], "title": page.get("title", "")}
        (root / "ground-truth" / f"{id}.json").write_text(json.dumps({"url": url, "ground_truth": truth}), "utf-8")
        known[id] = {"page_type": "article", "url": url, **{k: page.get(k, "") for k in ("source", "country")}}
    (root / "pages.json").write_text(json.dumps(known), "utf-8")
    return root
