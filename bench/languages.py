"""The language of short texts: how often it is right, wrong and left open.

    python -m bench.languages [--words 5 --words 10 --words 20] [--by-language]

The texts are those of ``tests/no_harm`` and the kept parts of ``tests/noisy``, all written for the tests. Each
paragraph that is long enough gives its first words; in Chinese, Japanese and Thai two characters count as one word.
*right*, *wrong* and *open* count snippets; *open* are those without an answer. resiliparse reads the same snippets.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cleaner.facts.language import language

ROOT = Path(__file__).parent.parent
SPACELESS = ("ja", "th", "zh")
WORDS = (5, 10, 20)
ANSWERS = ("right", "wrong", "open")


def codes() -> list[str]:
    """The languages of the packs, and English."""
    return sorted(["en", *(path.stem for path in (ROOT / "rules" / "lang").glob("*.toml"))])


def texts(code: str) -> Iterator[str]:
    """The texts in a language."""
    for path in sorted((ROOT / "tests" / "noisy").glob(f"{code}*.kept.txt")):
        yield path.read_text("utf-8")
    toml = ROOT / "tests" / "no_harm" / f"{code}.toml"
    if toml.exists():
        yield from (one["text"] for one in tomllib.loads(toml.read_text("utf-8")).values())


def snippets(code: str, words: int) -> list[str]:
    """The first words of each paragraph in a language that has as many."""
    glue, size = ("", 2 * words) if code in SPACELESS else (" ", words)
    lines = [line.strip() for text in texts(code) for line in text.splitlines()]
    parts = [list(line) if code in SPACELESS else line.split() for line in lines]
    return [glue.join(part[:size]) for part in parts if len(part) >= max(size, 20 if code in SPACELESS else 10)]


def judged(detect: Callable[[str], str], code: str, found: Sequence[str]) -> Counter[str]:
    """How many answers are ``right``, ``wrong`` and ``open``."""
    answers = map(detect, found)
    return Counter("open" if not one else "right" if one == code else "wrong" for one in answers)


def by_letters(text: str) -> str:
    """The answer of resiliparse."""
    from resiliparse.parse.lang import detect_fast

    code = detect_fast(text)[0]
    return "" if code == "unknown" else code


SYSTEMS: dict[str, Callable[[str], str]] = {"cleaner": language, "resiliparse": by_letters}


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description="The language of short texts: right, wrong, open.")
    parser.add_argument("--words", type=int, action="append", help="Words of a snippet. By default 5, 10 and 20.")
    parser.add_argument("--by-language", action="store_true", help="Show each language.")
    args = parser.parse_args()
    print("| words | system | language | snippets | right | wrong | open |\n|--:|---|---|--:|--:|--:|--:|")
    for words in args.words or WORDS:
        found = {code: snippets(code, words) for code in codes()}
        for name, detect in SYSTEMS.items():
            counts = {code: judged(detect, code, found[code]) for code in found}
            rows = {**(counts if args.by_language else {}), "all": sum(counts.values(), Counter())}
            for code, count in rows.items():
                cells = (words, name, code, count.total(), *(count[answer] for answer in ANSWERS))
                print(f"| {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main()
