"""Ten made-up sites in six languages, as text and as HTML: what learning them takes, and what it loses.

    python -m bench.sites [--pages 12] [--site NAME ...] [--form text|html] [--show] [--json FILE] [--markdown FILE]
    python -m bench.sites cost FILE ... [--repeat 3]
    python -m bench.sites memory [--lines 10000000] [--folder DIR]
    python -m bench.sites duplicates [--documents 1000000] [--folder DIR]

The first form composes the pages of `sites.toml`, learns the packs of each site from them, and cleans the same pages
in ``careful`` without and with these packs. *Repeated noise* are the words of lines of furniture that at least three
pages of the site have, digits folded. *Content* are headlines, paragraphs, and labels and items within the text. A
line counts as kept if the clean text has it as a line. No sentence is on two pages of a site. The exit code is 1 if
less than 92 % of the repeated noise goes, or more than .1 % of the content.

``cost`` compares the CPU time of `cleaner run --learn` with that of `cleaner run` on files of your own; ``memory``
counts lines of made-up pages and reports the peak memory of the process and the size of the counts; ``duplicates``
compares made-up texts, a tenth of them copies and a tenth nearly so, and reports time and memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

from cleaner.chars import count_words
from cleaner.config import Config
from cleaner.duplicates import Duplicates
from cleaner.fold import fold, numberless
from cleaner.pipeline import Pipeline
from cleaner.run.options import RunOptions
from cleaner.sites.learn import learn

Form = Literal["text", "html"]

MIN_TAKEN, MAX_LOST = 0.92, 0.001
FORMS: tuple[Form, ...] = ("text", "html")
PAGES = 12
_REPEATED = 3  # pages that have a line of repeated noise
_TEASERS = 3

Role = Literal["title", "content", "label", "item", "noise", "teaser", "date"]


class Line(NamedTuple):
    """A line of a page and what it is. Teasers name other pages; neither they nor dates count as noise or content."""

    role: Role
    text: str


class Page(NamedTuple):
    """A page of a site: its address and its lines, from top to end."""

    url: str
    lines: tuple[Line, ...]

    @property
    def content(self) -> list[str]:
        """The lines that must stay."""
        return [line.text for line in self.lines if line.role in ("title", "content", "label", "item")]


@dataclass
class Tally:
    """Words of a site: repeated noise and content, and what was taken of them without and with learned packs."""

    site: str
    form: str
    noise: int = 0
    content: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    """Content that was lost (-) and noise that stayed (+), once each."""

    def row(self) -> dict[str, Any]:
        """The figures as shares."""
        shares = {f"taken_{when}": self.taken[when] / self.noise for when in ("before", "after")}
        return {
            "site": self.site, "form": self.form, "noise": self.noise, "content": self.content, **shares,
            **{f"lost_{when}": self.lost[when] / self.content for when in ("before", "after")},
        }  # fmt: skip


@cache
def sites() -> Mapping[str, Any]:
    """The sites by name, each with the words of its language."""
    found = tomllib.loads(Path(__file__).with_name("sites.toml").read_text("utf-8"))
    return {one["name"]: {**found["language"][one["language"]], **one} for one in found["site"]}


def pages_of(site: Mapping[str, Any], count: int = PAGES) -> list[Page]:
    """The pages of a site. The same name and count give the same pages."""
    random = Random(site["name"])
    sentences = _sentences(site, random)
    titles = _titles(site, random)[: count + _TEASERS]
    return [_page(site, random, i, titles, sentences) for i in range(count)]


def _sentences(site: Mapping[str, Any], random: Random) -> Iterator[str]:
    """Sentences in random order, each once."""
    parts = [(subject, act, end) for subject in site["subjects"] for act in site["acts"] for end in site["ends"]]
    random.shuffle(parts)
    return (site["join"].join(part) + site["stop"] for part in parts)


def _titles(site: Mapping[str, Any], random: Random) -> list[str]:
    titles = [site["join"].join((subject, act)) for subject in site["subjects"] for act in site["acts"]]
    random.shuffle(titles)
    return titles


def _page(site: Mapping[str, Any], random: Random, i: int, titles: Sequence[str], sentences: Iterator[str]) -> Page:
    paragraphs = [site["join"].join(next(sentences) for _ in range(random.randint(2, 3))) for _ in range(5)]
    lines = [Line("noise", text) for text in site["top"]]
    lines += [Line("title", titles[i]), Line("date", f"{random.randint(1, 28)}.{random.randint(1, 12)}.2024")]
    lines += [Line("content", text) for text in paragraphs[:3]]
    lines += [Line("noise", text) for text in site["prose"]]
    if "label" in site:
        lines.append(Line("label", site["label"]))
        lines += [Line("item", _with_number(text, random)) for text in _some(site["items"], random)]
    lines += [Line("content", text) for text in paragraphs[3:]]
    others = random.sample([title for title in titles if title != titles[i]], _TEASERS)
    lines += [Line("noise", site["related"]), *(Line("teaser", title) for title in others)]
    lines += [Line("noise", _with_number(text, random)) for text in (*site["end"], *site["foot"])]
    return Page(f"https://{site['name']}.example/{i}", tuple(lines))


def _some(items: Sequence[str], random: Random) -> list[str]:
    return random.sample(items, min(5, len(items)))


def _with_number(text: str, random: Random) -> str:
    return text.replace("#", str(random.randint(2, 940)))


def text_of(page: Page) -> str:
    """The page as a scraper extracts it: a line for each, and blank lines around running text."""
    parts: list[str] = []
    for line in page.lines:
        is_apart = line.role in ("title", "content") or count_words(fold(line.text)) > 12
        parts += ["", line.text, ""] if is_apart else [line.text]
    return "\n".join(parts).replace("\n\n\n", "\n\n").strip() + "\n"


def html_of(page: Page) -> str:
    """The page as HTML whose markup does not name what is furniture. The related list has an element of its own."""
    tags = {"title": "h1", "content": "p", "label": "h3", "item": "li", "date": "span"}
    parts = [
        f"<li><a href='/{i}'>{escape(line.text)}</a></li>" if line.role == "teaser" else
        f"<{tags.get(line.role, 'div')}>{escape(line.text)}</{tags.get(line.role, 'div')}>"
        for i, line in enumerate(page.lines)
    ]  # fmt: skip
    teasers = [i for i, line in enumerate(page.lines) if line.role == "teaser"]
    parts[teasers[0] - 1] = f"<div class='pane-second'>{parts[teasers[0] - 1]}"  # with the heading of the list
    parts[teasers[-1]] += "</div>"
    return f"<html><head><title>{escape(page.content[0])}</title></head><body><div>{''.join(parts)}</div></body></html>"


def _key(text: str) -> str:
    return numberless(" ".join(fold(text).split()))


def repeated(pages: Sequence[Page]) -> frozenset[str]:
    """The lines of furniture that at least three pages have, with digits folded."""
    counts = Counter(key for page in pages for key in {_key(line.text) for line in page.lines if line.role == "noise"})
    return frozenset(key for key, count in counts.items() if count >= _REPEATED)


def learned_from(pages: Sequence[Page], form: Form, folder: Path) -> list[str]:
    """The folder of the packs that were learned from pages; none if there are none."""
    rows = [{"id": page.url, "url": page.url, form: source_of(page, form)} for page in pages]
    file = folder / f"{form}.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    done = learn([str(file)], folder / form, Config(), RunOptions(), say=_silent)
    if done.faults:
        raise RuntimeError("\n".join(done.faults))
    return [str(folder / form)] if done.packs else []


def _silent(message: str) -> None:
    """The inputs are composed here."""


def source_of(page: Page, form: Form) -> str:
    """The page in one of two forms."""
    return text_of(page) if form == "text" else html_of(page)


def measured(site: Mapping[str, Any], form: Form, count: int = PAGES) -> Tally:
    """What is taken and lost on the pages of a site, without and with the packs learned from them."""
    pages = pages_of(site, count)
    tally = Tally(site["name"], form)
    noise = repeated(pages)
    with tempfile.TemporaryDirectory() as name:
        rules = learned_from(pages, form, Path(name))
        pipelines = {"before": Pipeline(profile="careful"), "after": Pipeline(profile="careful", rules=rules)}
        for page in pages:
            for when, pipeline in pipelines.items():
                text = pipeline.run(source_of(page, form), url=page.url).text
                _add(tally, page, {" ".join(line.split()) for line in text.splitlines()}, noise, when)
    return tally


def _add(tally: Tally, page: Page, kept: set[str], noise: frozenset[str], when: str) -> None:
    for line in page.lines:
        words = count_words(fold(line.text))
        is_gone = line.text not in kept
        if line.role == "noise" and _key(line.text) in noise:
            tally.noise += words if when == "before" else 0
            tally.taken[when] += words * is_gone
            sign = "" if is_gone else "+"
        elif line.text in page.content:
            tally.content += words if when == "before" else 0
            tally.lost[when] += words * is_gone
            sign = "-" if is_gone else ""
        else:
            continue
        shown = f"{sign} {_key(line.text) if sign == '+' else line.text}"
        if sign and when == "after" and shown not in tally.lines:
            tally.lines.append(shown)


def total(tallies: Sequence[Tally]) -> dict[str, float]:
    """The shares of all sites together."""
    noise, content = sum(one.noise for one in tallies), sum(one.content for one in tallies)
    return {
        f"{name}_{when}": sum(getattr(one, name)[when] for one in tallies) / whole
        for name, whole in (("taken", noise), ("lost", content))
        for when in ("before", "after")
    }


def table(tallies: Sequence[Tally]) -> str:
    """The figures as Markdown."""
    head = "| site | form | noise taken | with learned packs | content lost | with learned packs |"
    rows = [one.row() for one in tallies] + [{"site": "all", "form": "", **total(tallies)}]
    lines = [
        f"| {row['site']} | {row['form']} | {row['taken_before']:.1%} | {row['taken_after']:.1%} "
        f"| {row['lost_before']:.2%} | {row['lost_after']:.2%} |"
        for row in rows
    ]
    return "\n".join([head, "|---|---|--:|--:|--:|--:|", *lines])


def quality(args: argparse.Namespace) -> int:
    """Measure the made-up sites."""
    chosen = args.site or sites()
    forms: Sequence[Form] = args.form or FORMS
    tallies = [measured(sites()[name], form, args.pages) for name in chosen for form in forms]
    print(table(tallies))
    if args.show:
        for one in tallies:
            if one.lines:
                print(f"{one.site} ({one.form})", *one.lines, sep="\n  ")
    if args.markdown:
        args.markdown.write_text(table(tallies) + "\n", encoding="utf-8")
    whole = total(tallies)
    if args.json:
        rows = {"pages": args.pages, "sites": [one.row() for one in tallies], "all": whole}
        args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return int(whole["taken_after"] < MIN_TAKEN or whole["lost_after"] > MAX_LOST)


def cost(args: argparse.Namespace) -> int:
    """Compare `run --learn` with `run`, in CPU seconds of the whole command, alternately; the median of ratios."""
    ratios = []
    for _ in range(args.repeat):
        plain, learns = _cpu(args.files, []), _cpu(args.files, ["--learn"])
        ratios.append(learns / plain)
        print(f"run: {plain:.2f} s, run --learn: {learns:.2f} s, {ratios[-1]:.2f} times", flush=True)
    print(f"median: {statistics.median(ratios):.2f} times")
    return 0


def _cpu(files: Sequence[str], options: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory() as output:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "cleaner", "run", *files, "-o", output, "-q", "-j", "0", *options]
        subprocess.run(command, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory(args: argparse.Namespace) -> int:
    """Count many lines and report the peak memory of this process."""
    site = sites()["ferry-gazette"]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        file = Path(name) / "rows.jsonl"
        lines, documents = _write_many(file, site, args.lines)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        learn([str(file)], Path(name) / "sites", Config(), RunOptions(), say=_silent)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        counts = (Path(name) / "sites" / "counts.sqlite").stat().st_size
    seconds = time.monotonic() - begun
    print(f"{lines:,} lines of {documents:,} documents: peak {peak / 1024:.0f} MB ({before / 1024:.0f} before)")
    print(f"counts {counts / 1e6:.0f} MB, {seconds:.0f} s")
    return int(peak > 400 * 1024)


def _write_many(file: Path, site: Mapping[str, Any], least: int) -> tuple[int, int]:
    """Write pages whose lines are all different apart from the furniture, a hundred pages a host."""
    lines = documents = 0
    with file.open("w", encoding="utf-8") as out:
        while lines < least:
            host = f"https://site{documents // 100}.example/"
            texts = [*site["top"], *(f"Line {_letters(lines + n)} of the harbour" for n in range(80)), *site["end"]]
            out.write(json.dumps({"url": f"{host}{documents}", "text": "\n".join(texts)}) + "\n")
            lines, documents = lines + len(texts), documents + 1
    return lines, documents


def _letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


def duplicates(args: argparse.Namespace) -> int:
    """Compare many texts and report how many are marked, the peak memory, and the time without making the texts."""
    random = Random(1)
    seconds = 0.0
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=args.folder) as name, Duplicates(Path(name) / "seen.sqlite") as seen:
        for i in range(args.documents):
            kind, text = _text_of_many(random, i)
            begun = time.process_time()
            found[kind] += bool(seen.first_of(str(i), text))
            seconds += time.process_time() - begun
        seen.save()
        size = (Path(name) / "seen.sqlite").stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{args.documents:,} documents: {found['same']:,} copies, {found['near']:,} near and {found['own']:,} others")
    print(f"peak {peak / 1024:.0f} MB, file {size / 1e6:.0f} MB, {seconds / args.documents * 1e6:.0f} µs a document")
    return int(peak > 400 * 1024)


def _text_of_many(random: Random, i: int) -> tuple[str, str]:
    """Text ``i``, and whether it is of its own, a copy of an earlier one, or nearly one."""
    kind = random.choices(("own", "same", "near"), (8, 1, 1))[0]
    words = Random(random.randrange(i) if kind != "own" and i else i)
    text = " ".join(_letters(words.randrange(100_000)) for _ in range(100))
    return kind, f"{text} printed again" if kind == "near" else text


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(prog="bench.sites", description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.set_defaults(work=quality)
    parser.add_argument("--pages", type=int, default=PAGES, help="number of pages of a site")
    parser.add_argument("--site", action="append", choices=[*sites()], help="only this site; repeatable")
    parser.add_argument("--form", action="append", choices=FORMS, help="only this form")
    parser.add_argument("--show", action="store_true", help="print content that is lost (-) and noise that stays (+)")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    commands = parser.add_subparsers()
    costs = commands.add_parser("cost", help="compare run --learn with run")
    costs.add_argument("files", nargs="+")
    costs.add_argument("--repeat", type=int, default=3)
    costs.set_defaults(work=cost)
    much = commands.add_parser("memory", help="count many lines")
    much.add_argument("--lines", type=int, default=10_000_000)
    much.add_argument("--folder", type=Path, help="folder for temporary files; some gigabytes")
    much.set_defaults(work=memory)
    many = commands.add_parser("duplicates", help="compare many texts")
    many.add_argument("--documents", type=int, default=1_000_000)
    many.add_argument("--folder", type=Path, help="folder for temporary files; a gigabyte")
    many.set_defaults(work=duplicates)
    args = parser.parse_args(argv)
    return int(args.work(args))


if __name__ == "__main__":
    sys.exit(main())
