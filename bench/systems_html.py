"""Systems that make text of an HTML page: cleaner, its peers and doing nothing.

`SYSTEMS` maps a name to a function of the HTML and its URL. A package is imported when its system is called first, so
that one which is not installed is missed by its own system only, and memory is that of the system measured.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

System = Callable[[str, str], str]


def _cleaner(**options: str) -> System:
    def system(html: str, url: str) -> str:
        return str(importlib.import_module("cleaner").explain(html, url=url, **options).text)

    return system


def _trafilatura(*, include_comments: bool) -> System:
    def system(html: str, url: str) -> str:
        extract = importlib.import_module("trafilatura").extract
        return extract(html, url=url, include_comments=include_comments, deduplicate=False) or ""

    return system


def resiliparse(html: str, _url: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=True, alt_texts=False))


def rs_trafilatura(html: str, url: str) -> str:
    """The Rust extractor with a classifier of page types; its own default leaves comments out."""
    return str(importlib.import_module("rs_trafilatura").extract(html, url=url or None).main_content)


def visible(html: str, _url: str) -> str:
    """All that a reader of the page may see, menus and notices and alternative texts included; nothing is cut."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=False))


def justext(html: str, _url: str) -> str:
    """The paragraphs that jusText holds for good, with its English stop words (nearly all of WCXB is English)."""
    package = importlib.import_module("justext")
    paragraphs = package.justext(html, package.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def readability(html: str, _url: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    summary = importlib.import_module("readability").Document(html).summary()
    return str(extract_plain_text(summary, main_content=False, alt_texts=False))


SYSTEMS: dict[str, System] = {
    "cleaner": _cleaner(),
    "cleaner-careful": _cleaner(profile="careful"),
    "cleaner-strict": _cleaner(profile="strict"),
    "cleaner-rules": _cleaner(classifier="rules"),
    "cleaner-rules-careful": _cleaner(classifier="rules", profile="careful"),
    "cleaner-trafilatura": _cleaner(classifier="trafilatura"),
    "cleaner-both": _cleaner(classifier="both"),
    "trafilatura": _trafilatura(include_comments=True),
    "trafilatura-nc": _trafilatura(include_comments=False),
    "resiliparse": resiliparse,
    "rs-trafilatura": rs_trafilatura,
    "justext": justext,
    "readability": readability,
    "visible": visible,
}

_PACKAGES = {
    "cleaner": "boilerplate-cleaner", "readability": "readability-lxml", "visible": "resiliparse",
    "rs-trafilatura": "rs-trafilatura", "html-to-markdown": "html-to-markdown",
}  # fmt: skip


def package_of(name: str) -> str:
    """The distribution of a system."""
    return _PACKAGES.get(name, name.partition("-")[0])


def package_version(name: str) -> str:
    """The package behind a system and its version, "resiliparse 2.0.1"."""
    package = package_of(name)
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package}, not installed as a package"
