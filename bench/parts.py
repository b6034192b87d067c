"""The parts of ``make bench``: which commands each runs, and which figures it takes from what they write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import gate
from bench.render import EXTRA_INPUTS, RENDERERS
from bench.text_metrics import summarise
from bench.training import FOLDS
from bench.wcxb_pages import PAGE_TYPES

Figures = dict[str, Any]
"""Plain data: shares, ratios and counts by system."""

DIGITS = 4
PEERS = ("trafilatura", "trafilatura-nc", "resiliparse", "rs-trafilatura", "justext", "readability")
UNTIMED = ("trafilatura-nc",)
"""Peers that cost what another one costs."""
ONE_LANGUAGE = ("justext",)
"""Peers that must be told the language of a page, so that news in many languages is not for them."""
TEXT_SYSTEMS = ("untouched", "c4", "careful")  # with rules alone the profiles differ by less than .002
INPUTS = (*RENDERERS, *EXTRA_INPUTS)
_JSON_PASS, _PYTHON = "orjson loads + dumps", "python -c 'import numpy'"
_PROFILES = ("--profile", "balanced", "--profile", "careful", "--profile", "strict")


@dataclass(frozen=True, slots=True)
class Step:
    """A command, ``python -m bench.NAME ...``, and the file or folder in the work folder that it writes.

    ``{data}``, ``{articles}``, ``{cases}``, ``{text}``, ``{work}``, ``{every}`` and ``{text_every}`` in arguments are
    filled in. A step whose output exists is done.
    """

    output: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Steps, one after the other, and the figures they give. ``measures_time``: it runs while nothing else does."""

    name: str
    title: str
    steps: tuple[Step, ...]
    figures: Callable[[Path], Figures]
    measures_time: bool = False


def parts(peers: tuple[str, ...], *, quick: bool, articles: bool = False, cases: bool = False) -> tuple[Part, ...]:
    """All parts; ``peers`` are the other systems that are installed.

    ``articles`` and ``cases`` say whether there are news articles and small cases to measure on.
    """
    return (*_pages(peers, articles=articles), *_small(cases=cases), *_texts(), *_costs(peers, quick=quick))


def _pages(peers: tuple[str, ...], *, articles: bool) -> Iterator[Part]:
    def systems(*left_out: str) -> tuple[str, ...]:
        named = ("cleaner-rules", "cleaner-rules-careful", *(peer for peer in peers if peer not in left_out))
        return _named("--system", named)

    yield Part(
        "html",
        "Mixed pages: rules alone, and peers",
        (_step("html.json", "wcxb_html score --wcxb {data} --every {every}", *systems()),),
        lambda work: _systems(work, "html.json"),
    )
    if articles:
        yield Part(
            "articles",
            "News: rules alone, and peers",
            (_step("articles.json", "articles score --articles {articles} --every {every}", *systems(*ONE_LANGUAGE)),),
            lambda work: _systems(work, "articles.json"),
        )
    corpora = ("--articles", "{articles}") if articles else ()
    news = ("--articles-json", "{work}/articles-folds.json") if articles else ()
    yield Part(
        "html-folds",
        "Pages: the default engine, out of fold",
        (
            Step("oof.npz", _words("train_scorer html --wcxb {data} --every {every} --oof {work}/oof.npz", *corpora)),
            _step(
                "html-folds.json",
                "oof_html --wcxb {data} --every {every} --oof {work}/oof.npz",
                *corpora,
                *news,
                *_PROFILES,
            ),
        ),
        _html_folds,
    )


def _small(*, cases: bool) -> Iterator[Part]:
    yield Part(
        "gold-pages",
        "Gold texts as pages without furniture",
        (_step("gold-pages.json", "gold_pages --wcxb {data} --every {every}"),),
        lambda work: {"profiles": _read(work, "gold-pages.json")["profiles"]},
    )
    if cases:
        yield Part(
            "cases",
            "Small inputs that must come out right",
            (_step("cases.json", "cases --cases {cases}"),),
            lambda work: {"runs": {name: run["summary"] for name, run in _read(work, "cases.json")["runs"].items()}},
        )


def _texts() -> tuple[Part, ...]:
    return (
        Part(
            "text",
            "Plain text: rules alone, a line filter, and nothing done",
            tuple(
                _step(
                    f"text-{name}.json",
                    f"wcxb_text score --data {{text}} --every {{text_every}} --system bench.systems:{name}",
                    "--renderer",
                    *INPUTS,
                )
                for name in TEXT_SYSTEMS
            ),
            _text,
        ),
        Part(
            "text-folds",
            "Plain text: the default engine, out of fold",
            (
                Step(
                    f"models/fold-{FOLDS - 1}.npz",
                    _words("train_scorer text --data {text} --every {text_every} --models {work}/models"),
                ),
                _step(
                    "text-folds.json",
                    "oof_text --data {text} --every {text_every} --jobs 1 --models {work}/models",
                    *_PROFILES,
                ),
            ),
            _text_folds,
        ),
    )


def _costs(peers: tuple[str, ...], *, quick: bool) -> tuple[Part, ...]:
    timed = ("cleaner", "cleaner-rules", *(peer for peer in peers if peer not in UNTIMED), "parse")
    count = {"html": 20, "batch": 20, "etl": 40} if quick else {"html": 200, "batch": 100, "etl": 200}
    megabytes = 1 if quick else 8
    return (
        Part(
            "html-cost",
            "HTML: CPU time",
            (
                _step(
                    "html-cost.json", f"html_cost --wcxb {{data}} --pages {count['html']}", *_named("--system", timed)
                ),
            ),
            _html_cost,
            measures_time=True,
        ),
        Part(
            "text-cost",
            "Plain text: CPU time",
            (_step("text-cost.json", f"text_speed {{data}}/html --megabytes {megabytes}"),),
            _text_cost,
            measures_time=True,
        ),
        Part(
            "batch",
            "A run compared with the cleaning alone",
            (_step("batch.json", f"batch_overhead {{data}}/html --pages {count['batch']}"),),
            _batch,
            measures_time=True,
        ),
        Part(
            "etl",
            "A record batch compared with plain calls",
            (_step("etl.json", f"etl_overhead {{data}}/html --pages {count['etl']}"),),
            _etl,
            measures_time=True,
        ),
        Part("start", "Starts", (_step("start.json", "lint_speed"),), _start, measures_time=True),
    )


def _words(command: str, *more: str) -> tuple[str, ...]:
    name, *arguments = command.split()
    return (f"bench.{name}", *arguments, *more)


def _step(output: str, command: str, *more: str) -> Step:
    return Step(output, _words(command, *more, "--json", f"{{work}}/{output}"))


def _named(option: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for value in values for word in (option, value))


# --------------------------------------------------------------------------
# figures


def rounded(value: Any) -> Any:
    """Plain data with its fractions rounded to four digits."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, Mapping):
        return {key: rounded(part) for key, part in value.items()}
    return value


def _read(work: Path, name: str) -> Figures:
    return dict(json.loads((work / name).read_text(encoding="utf-8")))


def _systems(work: Path, name: str) -> Figures:
    """The corpus, and the version and summaries of each system."""
    found = _read(work, name)
    systems = {name: {"version": held["version"], **held["summary"]} for name, held in found["systems"].items()}
    return {"corpus": found["corpus"], "systems": rounded(systems)}


def _html_folds(work: Path) -> Figures:
    """The figures on mixed pages, and those on news, where they were measured, as ``articles``."""
    news = _folds(work, "articles-folds.json") if (work / "articles-folds.json").exists() else None
    return {**_folds(work, "html-folds.json"), **({"articles": news} if news else {})}


def _folds(work: Path, name: str) -> Figures:
    found = _read(work, name)
    systems = {
        name.removeprefix("cleaner-oof-"): {"second run": held["second_run"], **held["summary"]}
        for name, held in found["systems"].items()
    }
    return {"corpus": found["corpus"], "systems": rounded(systems)}


def by_input(pages: list[Figures]) -> dict[str, dict[str, float]]:
    """Summaries of the three naive renderings together, of each input, and of each page type of the naive ones."""
    noisy = [page for page in pages if page["renderer"] in RENDERERS]
    found = {"noisy": summarise(noisy)}
    found |= {name: summarise([page for page in pages if page["renderer"] == name]) for name in INPUTS}
    found |= {kind: summarise([page for page in noisy if page["page_type"] == kind]) for kind in PAGE_TYPES}
    return {name: summary for name, summary in found.items() if summary["pages"]}


def _text(work: Path) -> Figures:
    return {"systems": rounded({name: by_input(_read(work, f"text-{name}.json")["pages"]) for name in TEXT_SYSTEMS})}


def _text_folds(work: Path) -> Figures:
    pages = _read(work, "text-folds.json")["pages"]
    again = {profile: {"second run": sum(row["again"] for row in rows) / len(rows)} for profile, rows in pages.items()}
    return {"systems": rounded({profile: {**again[profile], **by_input(rows)} for profile, rows in pages.items()})}


def _html_cost(work: Path) -> Figures:
    found = _read(work, "html-cost.json")
    columns = ("ratio_mean", "ratio_median", "peak_mb", "errors")
    systems = {
        name: {"version": held["version"], **{key: held["summary"][key] for key in columns}}
        for name, held in found["systems"].items()
    }
    return {"corpus": found["corpus"], "seed": found["seed"], "systems": rounded(systems)}


def _text_cost(work: Path) -> Figures:
    found = _read(work, "text-cost.json")
    seconds = found["cpu_seconds"]
    ratios = {name: round(spent / seconds[_JSON_PASS], 1) for name, spent in seconds.items()}
    return {"pages": found["pages"], "megabytes": round(found["megabytes"], 1), "times a JSON pass": ratios}


def _batch(work: Path) -> Figures:
    inputs = _read(work, "batch.json")["inputs"]
    ratios = {kind: round(held["run"] / held["pure"], 3) for kind, held in inputs.items()}
    return {"pages": inputs["html"]["pages"], "times the cleaning alone": ratios}


def _etl(work: Path) -> Figures:
    found = _read(work, "etl.json")
    seconds, pages = found["cpu_seconds"], found["pages"]
    return {
        "pages": pages,
        "times plain calls": {name: round(spent / seconds["plain calls"], 3) for name, spent in seconds.items()},
        "bytes a page": {
            kind: {"as they are": round(plain / pages), "by zstd": round(packed / pages)}
            for kind, (plain, packed) in found["rows"].items()
        },
    }


def _start(work: Path) -> Figures:
    seconds = _read(work, "start.json")["cpu_seconds"]
    return {
        "times python -c 'import numpy'": {name: round(spent / seconds[_PYTHON], 1) for name, spent in seconds.items()}
    }


def gate_figures(work: Path) -> Figures:
    """What the gate says of the results in the work folder. Raises `GateError` for results of other pages."""
    names = (
        "html.json", "html-folds.json", "articles.json", "articles-folds.json", "html-cost.json", "text-careful.json",
    )  # fmt: skip
    results = [gate.read_result(work / name) for name in names if (work / name).exists()]
    floors = gate.read_floors(gate.FLOORS)
    gate.check_corpus(floors, results)
    verdicts = gate.check(floors.floors, {k: v for result in results for k, v in gate.measured(result).items()})
    broken = [verdict for verdict in verdicts if not verdict.floor.holds(verdict.value)]
    return {
        "floors": len(verdicts),
        "hold": len(verdicts) - len(broken),
        "broken": {one.floor.metric: {"floor": one.floor.value, "measured": rounded(one.value)} for one in broken},
    }
