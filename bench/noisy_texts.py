"""Noise left and content lost on the noisy texts of the tests, by language.

    python -m bench.noisy_texts --by-language --profile careful

A text is `NAME.txt` in `tests/noisy`, its gold `NAME.kept.txt`: the lines that must stay, in order. The language is the
part of the name before the first hyphen.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cleaner.chars import SPACELESS
from cleaner.config import ProfileName
from cleaner.model import Result
from cleaner.pipeline import PROFILES, Pipeline

FOLDER = Path(__file__).parents[1] / "tests" / "noisy"

_WORD = re.compile(rf"[{SPACELESS}]|[^\s{SPACELESS}]+")


@dataclass(frozen=True, slots=True)
class Figures:
    """Words of content and noise in a text, and how many of them were lost and left.

    In scripts without spaces a character counts as a word. ``titles`` are headlines, the first lines of the gold, of
    which something was lost.
    """

    name: str
    content: int
    lost: int
    noise: int
    left: int
    titles: int
    lines_lost: tuple[str, ...] = ()
    lines_left: tuple[str, ...] = ()

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.name,
            self.content + other.content,
            self.lost + other.lost,
            self.noise + other.noise,
            self.left + other.left,
            self.titles + other.titles,
        )


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    words: tuple[int, ...]  # where they begin
    is_content: bool


def texts(folder: Path = FOLDER) -> list[Path]:
    """The noisy texts of a folder, by name."""
    return sorted(path for path in folder.glob("*.txt") if not path.name.endswith(".kept.txt"))


def read(path: Path) -> tuple[str, list[str]]:
    """A text, and the lines of its gold without blank ones and indents.

    Raises `ValueError` if the gold is not a part of the text, line by line and in order.
    """
    gold = path.with_suffix(".kept.txt").read_bytes().decode("utf-8")
    text, content = path.read_bytes().decode("utf-8"), [line.strip() for line in gold.splitlines() if line.strip()]
    lines = iter([line.strip() for line in text.split("\n")])
    if missing := next((line for line in content if line not in lines), None):
        raise ValueError(f"{path.stem}.kept.txt: {path.name} has no such line, or not in this order: {missing}")
    return text, content


def figures(name: str, result: Result, content: Sequence[str]) -> Figures:
    """The figures of a result; ``content`` are the lines that must stay, in order."""
    cut = bytearray(len(result.document.text))
    for one in result.cuts:
        cut[slice(*one.span)] = b"\1" * (one.span.end - one.span.start)
    lines = list(_lines(result.document.text, content))
    gone = [sum(cut[at] for at in line.words) for line in lines]
    lost = [(line.text, n) for line, n in zip(lines, gone, strict=True) if line.is_content]
    left = [(line.text, len(line.words) - n) for line, n in zip(lines, gone, strict=True) if not line.is_content]
    return Figures(
        name,
        content=sum(len(line.words) for line in lines if line.is_content),
        lost=sum(n for _, n in lost),
        noise=sum(len(line.words) for line in lines if not line.is_content),
        left=sum(n for _, n in left),
        titles=int(bool(lost) and lost[0][1] > 0),
        lines_lost=tuple(text for text, n in lost if n),
        lines_left=tuple(text for text, n in left if n),
    )


def _lines(text: str, content: Sequence[str]) -> Iterator[_Line]:
    wanted = iter([*content, None])
    following = next(wanted)
    at = 0
    for line in text.split("\n"):
        words = tuple(at + word.start() for word in _WORD.finditer(line) if any(map(str.isalnum, word[0])))
        is_content = line.strip() == following
        if is_content:
            following = next(wanted)
        yield _Line(line.strip(), words, is_content)
        at += len(line) + 1


def measure(pipeline: Pipeline, paths: Iterable[Path]) -> Iterator[Figures]:
    """The figures of each text, read as a plain text."""
    for path in paths:
        text, content = read(path)
        yield figures(path.stem, pipeline.run(text, kind="text"), content)


def by_language(found: Iterable[Figures]) -> dict[str, Figures]:
    """The sums of the texts of each language."""
    sums: dict[str, Figures] = defaultdict(lambda: Figures("", 0, 0, 0, 0, 0))
    for one in found:
        sums[one.name.partition("-")[0]] += one
    return dict(sums)


def table(rows: Iterable[tuple[str, Figures]]) -> str:
    """The figures as aligned text, one row each."""
    head = f"{'':<16}{'words':>8}{'lost':>8}{'noise':>8}{'left':>8}{'headlines lost':>16}"
    return "\n".join(
        [head]
        + [
            f"{name:<16}{one.content:>8}{one.lost / max(1, one.content):>8.4f}{one.noise:>8}"
            f"{one.left / max(1, one.noise):>8.3f}{one.titles:>16}"
            for name, one in rows
        ]
    )


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only texts whose names begin with it, such as fr")
    parser.add_argument("--folder", type=Path, default=FOLDER, metavar="DIR")
    parser.add_argument("--profile", choices=PROFILES, default="careful")
    parser.add_argument("--classifier", default="blocks", help="as for cleaner; rules leaves the scorer out")
    parser.add_argument("--by-language", action="store_true", help="sums of languages instead of texts")
    parser.add_argument("--show", action="store_true", help="print the lines lost (-) and left (+)")
    args = parser.parse_args(argv)
    profile: ProfileName = args.profile
    paths = [path for path in texts(args.folder) if not args.names or path.name.startswith(tuple(args.names))]
    found = list(measure(Pipeline(profile=profile, classifier=args.classifier), paths))
    sums = by_language(found)
    print(table([*(sums.items() if args.by_language else ((one.name, one) for one in found)), ("all", _all(found))]))
    if args.show:
        for one in found:
            print("", one.name, *(f"- {line}" for line in one.lines_lost), sep="\n")
            print("\n".join(f"+ {line}" for line in one.lines_left))


def _all(found: Iterable[Figures]) -> Figures:
    return sum(found, Figures("", 0, 0, 0, 0, 0))


if __name__ == "__main__":
    main()
