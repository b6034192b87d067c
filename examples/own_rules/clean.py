"""A rule pack of your own next to the shipped ones.

    python clean.py

The same on the command line: `cleaner rules test --rules rules`, and `cleaner run page.txt --rules rules -o out`.
"""

from __future__ import annotations

from pathlib import Path

from cleaner import Pipeline

HERE = Path(__file__).parent


def main() -> None:
    pipeline = Pipeline(rules=str(HERE / "rules"))
    result = pipeline.run((HERE / "page.txt").read_text("utf-8"))
    print(result.text, end="")
    for cut in result.cuts:
        line = result.document.text[slice(*cut.span)].strip()
        print(f"removed {line!r} by {cut.marks[0].rule}: {cut.marks[0].reason}")


if __name__ == "__main__":
    main()
