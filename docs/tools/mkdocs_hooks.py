"""What mkdocs needs to know to make a site of our pages: called by mkdocs, see mkdocs.yml.

The pages are written to be read where they are, in the repository. So this file brings the pages that are outside docs/
into the site, and turns links to other files of the repository into their addresses.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
OUTSIDE = {  # pages of the repository → pages of the site
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "bench/README.md": "benchmarks.md",
    "bench/RESULTS.md": "results.md",
}
_LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")
_REMOTE = re.compile(r"""<(?:script|img|iframe)\b[^>]*\bsrc="https?:[^>]*>|<link\b[^>]*stylesheet[^>]*"https?:[^>]*>""")
_FENCE = re.compile(r"^( *```\w+) (.+)$", re.MULTILINE)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are not in docs/."""
    for source, target in OUTSIDE.items():
        if (ROOT / source).exists():
            files.append(File.generated(config, target, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """The page with links that lead somewhere on the site, and code blocks whose names are titles."""
    homes = {target: source for source, target in OUTSIDE.items()}
    home = homes.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def moved(link: re.Match[str]) -> str:
        return link[1] + address(link[2], home, page.file.src_uri, config["repo_url"], files) + link[3]

    return _FENCE.sub(r'\1 title="\2"', _LINK.sub(moved, markdown))


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Refuse a page that would load something from the network. Raises `PluginError`."""
    remote = _REMOTE.search(output)
    if remote:
        raise PluginError(f"{page.file.src_uri} loads {remote[0]}")
    return output


def address(link: str, home: str, page: str, repository: str, files: Files) -> str:
    """Where a relative ``link`` of the file ``home`` leads from ``page`` of the site."""
    target = os.path.normpath(os.path.join(os.path.dirname(home), link))
    if not (ROOT / target).exists():
        return link  # mkdocs reports it
    inside = OUTSIDE.get(target, target.removeprefix("docs/"))
    if files.get_file_from_path(inside) is None or (inside == target and target not in OUTSIDE):
        return f"{repository}/blob/main/{target}"
    return os.path.relpath(inside, os.path.dirname(page) or ".")
