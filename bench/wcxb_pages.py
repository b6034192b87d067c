"""The pages of WCXB one by one: HTML and gold, from the published layout or a folder of one split's pages."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """A page as downloaded and what WCXB says of it. ``with_`` and ``without`` are snippets."""

    id: str
    url: str
    domain: str
    page_type: str
    html: str
    gold: str
    title: str
    with_: tuple[str, ...]
    without: tuple[str, ...]


def page_ids(root: Path) -> list[str]:
    """Ids of the development pages, sorted; pages that the published test split holds too are left out."""
    shared = {path.stem for path in (root / "test" / "ground-truth").glob("*.json")}
    return sorted({path.stem for path in (_folder(root) / "ground-truth").glob("*.json")} - shared)


def read_page(root: Path, id: str) -> Page:
    """Raises `FileNotFoundError` for an unknown id."""
    html_file, gold_file = _files(root, id)
    data = json.loads(gold_file.read_text(encoding="utf-8"))
    truth = data.get("ground_truth") or {}
    known = _metadata(root).get(id, {})
    own_type = (data.get("_internal") or {}).get("page_type")
    own_type = own_type.get("primary") if isinstance(own_type, dict) else own_type
    page_type = own_type or known.get("page_type") or "article"
    return Page(
        id=id,
        url=data.get("url") or known.get("url") or "",
        domain=known.get("domain") or id,
        page_type="collection" if page_type == "category" else page_type,
        html=gzip.decompress(html_file.read_bytes()).decode("utf-8", "replace"),
        gold=truth.get("main_content") or "",
        title=truth.get("title") or "",
        with_=tuple(truth.get("with") or ()),
        without=tuple(truth.get("without") or ()),
    )


def fingerprint(root: Path, id: str) -> str:
    """A short digest of the files of one page: the same as long as the page and its gold are."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in _files(root, id))).hexdigest()[:16]


def corpus_digest(fingerprints: Iterable[str]) -> str:
    """A short digest of a set of pages, from their fingerprints in order of id."""
    return hashlib.sha256(" ".join(fingerprints).encode()).hexdigest()[:16]


def _folder(root: Path) -> Path:
    return root if (root / "pages.json").exists() else root / "dev"


def _files(root: Path, id: str) -> tuple[Path, Path]:
    folder = _folder(root)
    return folder / "html" / f"{id}.html.gz", folder / "ground-truth" / f"{id}.json"


@lru_cache(maxsize=1)
def _metadata(root: Path) -> dict[str, Any]:
    flat = root / "pages.json"
    if flat.exists():
        return dict(json.loads(flat.read_text(encoding="utf-8")))
    return dict(json.loads((root / "metadata.json").read_text(encoding="utf-8"))["files"])
