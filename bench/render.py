"""Plain text of a page as naive scrapers write it, and inputs with little noise that show harm."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from bench.wcxb_pages import Page

RENDERERS = ("resiliparse", "bs4", "inscriptis")
"""Naive renderings of the whole page."""
EXTRA_INPUTS = ("extracted", "clean")
"""Inputs that must not be harmed: the output of another extractor, and the gold itself."""


def render(page: Page, renderer: str) -> str:
    """The text of a page; only line ends are unified. Raises `KeyError` for an unknown renderer."""
    html = page.html.replace("\r\n", "\n").replace("\r", "\n")
    text = page.gold if renderer == "clean" else _RENDER[renderer](html)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def _by_resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=False))


def _by_bs4(html: str) -> str:
    from bs4 import BeautifulSoup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(html, "lxml")
    for tag in soup(["script", "style"]):
        tag.decompose()
    return str(soup.get_text("\n"))


def _by_inscriptis(html: str) -> str:
    from inscriptis import get_text

    return str(get_text(html))


def _extracted(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=True, alt_texts=False))


_RENDER: dict[str, Callable[[str], str]] = {
    "resiliparse": _by_resiliparse,
    "bs4": _by_bs4,
    "inscriptis": _by_inscriptis,
    "extracted": _extracted,
}
