"""The pages of WCXB, or of a folder in its layout, one by one: HTML and gold.

The layout is the published one, with a folder for each split, or that of one split with a ``pages.json``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PAGE_TYPES = ("article", "forum", "product", "collection", "listing", "documentation", "service")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as downloaded and what its corpus says of it. ``with_`` and ``without`` are snippets.

    ``source`` and ``country`` are where articles come from, empty for WCXB.
    """

    id: str
    url: str
    domain: str
    page_type: str
    html: str
    gold: str
    title: str
    with_: tuple[str, ...]
    without: tuple[str, ...]
    source: str = ""
    country: str = ""


ARTICLES, WCXB = "articles", "wcxb"
"""The corpora of pages: news articles, and the mixed pages of WCXB."""


def corpus_of(page: Page) -> str:
    """The corpus that a page is from: only news articles name their source."""
    return ARTICLES if page.source else WCXB


def registrable_domain(url: str) -> str:
    """The part of a URL's host that somebody registered, ``example.co.uk``; empty if there is none."""
    from tld import get_fld  # comes with trafilatura

    return get_fld(url, fail_silently=True) or ""


def page_ids(root: Path, split: str = "dev") -> list[str]:
    """Ids of the pages of a split, sorted. Development pages that the published test split holds, too, are left out."""
    ids = {path.stem for path in (_folder(root, split) / "ground-truth").glob("*.json")}
    if split == "dev":
        ids -= {path.stem for path in (root / "test" / "ground-truth").glob("*.json")}
    return sorted(ids)


def read_page(root: Path, id: str, split: str = "dev") -> Page:
    """Raises `FileNotFoundError` for an unknown id."""
    html_file, gold_file = _files(root, id, split)
    data = json.loads(gold_file.read_text(encoding="utf-8"))
    truth = data.get("ground_truth") or {}
    known = _metadata(root).get(id, {})
    url = data.get("url") or known.get("url") or ""
    return Page(
        id=id,
        url=url,
        domain=known.get("domain") or registrable_domain(url) or id,
        page_type=_page_type(data, known),
        html=gzip.decompress(html_file.read_bytes()).decode("utf-8", "replace"),
        gold=truth.get("main_content") or "",
        title=truth.get("title") or "",
        with_=tuple(truth.get("with") or ()),
        without=tuple(truth.get("without") or ()),
        source=known.get("source") or "",
        country=known.get("country") or "",
    )


def _page_type(data: dict[str, Any], known: dict[str, Any]) -> str:
    """The type that the page's own file names, else that of the list of pages."""
    named = (data.get("_internal") or {}).get("page_type")
    named = named.get("primary") if isinstance(named, dict) else named
    found = str(named or known.get("page_type") or "article")
    return "collection" if found == "category" else found


def fingerprint(root: Path, id: str) -> str:
    """A short digest of the files of one page: the same as long as the page and its gold are."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in _files(root, id, "dev"))).hexdigest()[:16]


def corpus_digest(fingerprints: Iterable[str]) -> str:
    """A short digest of a set of pages, from their fingerprints in order of id."""
    return hashlib.sha256(" ".join(fingerprints).encode()).hexdigest()[:16]


def _folder(root: Path, split: str) -> Path:
    return root if (root / "pages.json").exists() else root / split


def _files(root: Path, id: str, split: str) -> tuple[Path, Path]:
    folder = _folder(root, split)
    return folder / "html" / f"{id}.html.gz", folder / "ground-truth" / f"{id}.json"


@lru_cache(maxsize=4)
def _metadata(root: Path) -> dict[str, Any]:
    flat = root / "pages.json"
    if flat.exists():
        return dict(json.loads(flat.read_text(encoding="utf-8")))
    return dict(json.loads((root / "metadata.json").read_text(encoding="utf-8"))["files"])
