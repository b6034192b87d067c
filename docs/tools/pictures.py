"""Draw the pictures of the documents: what `explain` prints, a result in a notebook, the packages and their imports.

python docs/tools/pictures.py            writes them to docs/pictures/
python docs/tools/pictures.py --check    exits with 1 if one of them is out of date

The first two show the example of the README, so a change of its text, of a rule or of a view is a change of a picture.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import architecture
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from cleaner import Result, explain
from cleaner.cli.page import as_lines
from cleaner.cli.view import view_of
from cleaner.notebook import as_html

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"

_COLUMNS = 104  # of the terminal
_WIDTH = 860  # of the notebook view, pixels
_LINE = 24  # height of a line of the notebook view, pixels: line-height 1.5 of 16
_MARGIN = 16  # pixels
_THEME = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [
        (36, 41, 47), (192, 38, 32), (17, 99, 41), (77, 45, 0),
        (9, 105, 218), (130, 80, 223), (27, 124, 131), (87, 96, 106),
    ],
)  # fmt: skip
# The frame of rich, without the font that it would load from the network.
_TERMINAL = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {terminal_width} {terminal_height}" role="img">
<title>cleaner explain page.txt</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
<rect width="100%" height="100%" rx="8" fill="#ffffff" stroke="#d0d7de"/>
<g transform="translate(9, 9)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def example() -> Result:
    """The page of the README, cleaned."""
    (text,) = re.findall(r"```text before\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return explain(text, id="page.txt")


def explain_picture(result: Result) -> str:
    """What ``cleaner explain page.txt`` prints to a terminal, as SVG."""
    console = Console(
        record=True, width=_COLUMNS + 2, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text("$ cleaner explain page.txt", style="bold"))
    for line in as_lines(view_of(result), colour=True, width=_COLUMNS):
        console.print(Text.from_ansi(line))
    return console.export_svg(code_format=_TERMINAL, theme=_THEME, unique_id="explain")


def notebook_picture(result: Result) -> str:
    """The view of a result in a notebook, as SVG that holds its HTML."""
    html = as_html(result)
    shown = re.sub(r"</summary>.*?</details>", "</summary></details>", html, flags=re.DOTALL)  # a folded run
    body = re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)
    height = _LINE * (body.count("\n") + 2) + 2 * _MARGIN
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">
<title>A result in a notebook</title>
<rect width="100%" height="100%" rx="8" fill="#ffffff" stroke="#d0d7de"/>
<foreignObject x="{_MARGIN}" y="{_MARGIN}" width="{_WIDTH - 2 * _MARGIN}" height="{height - 2 * _MARGIN}">
<div xmlns="http://www.w3.org/1999/xhtml" style="font: 14px/1.5 system-ui, 'DejaVu Sans', sans-serif; color: #24292f">
{html}
</div>
</foreignObject>
</svg>
"""


def pictures() -> dict[str, str]:
    """Each picture by the name of its file."""
    result = example()
    return {
        "explain.svg": explain_picture(result),
        "notebook.svg": notebook_picture(result),
        "architecture.svg": architecture.picture(),
    }


def main(arguments: list[str]) -> int:
    """Write the pictures, or compare them with those that are there."""
    outdated = 0
    for name, svg in pictures().items():
        path = PICTURES / name
        if arguments != ["--check"]:
            path.write_text(svg, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != svg:
            outdated += 1
            print(f"{path.relative_to(ROOT)} is out of date; run `make pictures`", file=sys.stderr)
    return min(outdated, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
