"""Addresses of links and images: resolved against that of the page, and only those that lead somewhere."""

from __future__ import annotations

import re
from urllib.parse import urljoin

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_NOWHERE = frozenset(("javascript", "data", "vbscript", "blob", "about"))
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def resolved(address: str | None, base: str) -> str:
    """``address`` as an absolute address, if ``base`` is one; empty if it leads nowhere, as a script does.

    Tabs and line ends are removed as browsers remove them (https://url.spec.whatwg.org/#concept-basic-url-parser).
    """
    address = _CONTROLS.sub("", address or "").strip()
    scheme = _SCHEME.match(address)
    if not address or (scheme and scheme[1].lower() in _NOWHERE):
        return ""
    if not base or (scheme and len(scheme[1]) > 1):
        return address
    try:
        return urljoin(base, address)
    except ValueError:  # an address that is not valid stays as the author wrote it
        return address


def fragment_of(address: str | None) -> str:
    """The fragment of an address that leads to a place on the same page; empty for any other address."""
    address = (address or "").strip()
    return address[1:] if address.startswith("#") else ""


def best_of(candidates: str | None) -> str:
    """The address of the largest image in a ``srcset``; empty if there is none."""
    best, size = "", -1.0
    for candidate in re.findall(r"\s*(\S+[^\s,])(?:\s+([\d.]+)[wx])?\s*(?:,|$)", candidates or ""):
        address, width = candidate
        number = float(width) if width.replace(".", "", 1).isdigit() else 0.0
        if number > size:
            best, size = address, number
    return best
