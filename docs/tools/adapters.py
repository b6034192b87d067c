"""The adapters of `cleaner.tables.ADAPTERS` as the documents list them.

python docs/tools/adapters.py            rewrites the table in docs/etl.md, the reference, and the menu in mkdocs.yml
python docs/tools/adapters.py --check    exits with 1 and names the files that are outdated
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from cleaner.etl.engines import DISTRIBUTION  # noqa: E402 - of this checkout
from cleaner.tables import ADAPTERS  # noqa: E402

OTHERS = [adapter for adapter in ADAPTERS if adapter.name != "arrow"]
"""The adapters that have a page of their own."""


def table() -> str:
    """The table in docs/etl.md."""
    rows = ["| engine | install | page | function |", "|---|---|---|---|"]
    for adapter in ADAPTERS:
        first, *others = adapter.functions
        functions = ", ".join([f"`cleaner.etl.{adapter.name}.{first}`", *(f"`{name}`" for name in others)])
        page = f"[{adapter.name}](etl/{adapter.name}.md)" if adapter in OTHERS else "this one"
        rows.append(f"| {adapter.title} | `{DISTRIBUTION}[{adapter.extra}]` | {page} | {functions} |")
    return "\n".join(rows) + "\n"


def reference() -> str:
    """The sections of docs/reference/adapters.md."""
    sections = []
    for adapter in OTHERS:
        functions = "".join(f"\n::: cleaner.etl.{adapter.name}.{name}\n" for name in adapter.functions)
        sections.append(f"## {adapter.title}\n{functions}")
    return "\n".join(sections)


def menu() -> str:
    """The entries of the menu in mkdocs.yml."""
    pages = sorted(OTHERS, key=lambda adapter: adapter.title.lower())
    return "".join(f"      - {adapter.title}: etl/{adapter.name}.md\n" for adapter in pages)


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "docs/etl.md": ("<!-- {} -->", table),
    "docs/reference/adapters.md": ("<!-- {} -->", reference),
    "mkdocs.yml": ("      # {}", menu),
}
"""The files with a generated part, how a comment is written there, and the part."""


def rewritten(text: str, comment: str, part: str) -> str:
    """``text`` with the part between its two comments replaced."""
    begin, end = (re.escape(comment.format(words)) for words in ("adapters", "end of adapters"))
    pattern = re.compile(rf"(?<={begin}\n).*?(?={end})", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"there is no {comment.format('adapters')!r} with its end")
    return pattern.sub(lambda _: part, text)


def main(arguments: list[str]) -> int:
    """Rewrite the parts, or compare them with the entries."""
    outdated = []
    for name, (comment, part) in PARTS.items():
        old = (ROOT / name).read_text("utf-8")
        new = rewritten(old, comment, part())
        if new != old and arguments == ["--check"]:
            outdated.append(name)
        elif new != old:
            (ROOT / name).write_text(new, "utf-8")
    if outdated:
        print(f"outdated: {', '.join(outdated)}; run python docs/tools/adapters.py", file=sys.stderr)
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
