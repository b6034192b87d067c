r"""Train the model of page types and measure it out of fold.

    python -m bench.train_page_type --wcxb WCXB --articles ARTICLES [--out cleaner/rules/page_type.json] [--jobs N]

Reads the pages of WCXB, whose types are mapped to ours, and news articles, which are all ``article``. Folds are by
domain. Prints accuracy, the figures of each type, and the calibration of the confidence: the mean confidence and the
accuracy of pages in ten bins of confidence, and their mean distance (ECE, Guo et al. 2017, arXiv:1706.04599).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.train_scorer import SOURCES
from bench.wcxb_pages import corpus_digest, fingerprint, page_ids, read_page, registrable_domain
from cleaner.facts.page_type import TYPES, Weights, page_features
from cleaner.segment.html import read_page as parse
from cleaner.segment.html import segment_page

FOLDS = 5
MAPPED = {"collection": "listing"}  # a page of a shop that lists products lists
MIN_DOMAINS = 8  # in which a feature must occur
FEATURES = 800  # apart from the measures of shape
PENALTY = 20.0  # of squared weights, against the mean loss of a page
ARTICLE_WEIGHT = 0.3  # of a page of news: their pages are alike, and all have one type
STEPS, RATE = 300, 0.05
SHAPE = "shape: "
DECLARED = "type: "

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The features of a page, its type and domain, and its weight."""

    id: str
    domain: str
    type: str
    weight: float
    features: dict[str, float]


def sample(root: Path, weight: float, id: str) -> Sample:
    page = read_page(root, id)
    document = segment_page(parse(page.html), id=id)
    object.__setattr__(document, "source", page.html)  # as `Pipeline` does, without a copy
    domain = registrable_domain(page.url) or page.domain
    return Sample(id, domain, MAPPED.get(page.page_type, page.page_type), weight, page_features(document))


def load(args: argparse.Namespace) -> list[Sample]:
    samples: list[Sample] = []
    with ProcessPoolExecutor(args.jobs) as pool:
        for root, weight in ((args.wcxb, 1.0), (args.articles, ARTICLE_WEIGHT)):
            samples += pool.map(partial(sample, root, weight), page_ids(root), chunksize=20)
    return [one for one in samples if one.features and one.type in TYPES]


def doubled(samples: Sequence[Sample]) -> list[Sample]:
    """Each page twice, with half the weight: as it is, and as if it declared nothing, as many do."""
    silent = [
        Sample(
            s.id, s.domain, s.type, s.weight / 2, {k: v for k, v in s.features.items() if not k.startswith(DECLARED)}
        )
        for s in samples
    ]
    return [Sample(s.id, s.domain, s.type, s.weight / 2, s.features) for s in samples] + silent


def chosen(samples: Sequence[Sample]) -> list[str]:
    """The measures, and the features whose share differs most between types (by mutual information)."""
    domains: dict[str, set[str]] = defaultdict(set)
    joint: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(TYPES, 0.0))
    totals = dict.fromkeys(TYPES, 0.0)
    for one in samples:
        totals[one.type] += one.weight
        for name in one.features:
            domains[name].add(one.domain)
            joint[name][one.type] += one.weight
    whole = sum(totals.values())

    def information(name: str) -> float:
        gain, p = 0.0, sum(joint[name].values()) / whole
        for kind, total in totals.items():
            for part, share in ((joint[name][kind], p), (total - joint[name][kind], 1 - p)):
                if part > 0 and share > 0:
                    gain += part / whole * np.log(part / whole / (share * total / whole))
        return float(gain)

    measures = sorted(name for name in domains if name.startswith(SHAPE))
    others = sorted(
        (name for name in domains if not name.startswith(SHAPE) and len(domains[name]) >= MIN_DOMAINS),
        key=lambda name: (-information(name), name),
    )
    return [*measures, *sorted(others[:FEATURES])]


def fit(samples: Sequence[Sample]) -> Weights:
    """A multinomial logistic regression with squared penalty, by gradient descent with momentum (Adam)."""
    names = chosen(samples)
    samples = doubled(samples)
    values = np.array([[one.features.get(name, 0.0) for name in names] for one in samples])
    is_measure = np.array([is_measured(name) for name in names])
    mean = np.where(is_measure, values.mean(0), 0.0)
    scale = np.where(is_measure, np.maximum(values.std(0), 1e-6), 1.0)
    values = (values - mean) / scale
    labels = np.eye(len(TYPES))[[TYPES.index(one.type) for one in samples]]
    share = np.array([one.weight for one in samples])
    share /= share.sum()
    weights, bias = np.zeros((len(names), len(TYPES))), np.zeros(len(TYPES))
    moments = [[np.zeros_like(p), np.zeros_like(p)] for p in (weights, bias)]
    for step in range(1, STEPS + 1):
        error = (probabilities(values @ weights + bias) - labels) * share[:, None]
        slopes = values.T @ error + PENALTY / len(samples) * weights, error.sum(0)
        rate = RATE * (1 - step / (STEPS + 1))
        for p, slope, (m, v) in zip((weights, bias), slopes, moments, strict=True):
            np.add(m, 0.1 * (slope - m), out=m)
            np.add(v, 0.01 * (slope**2 - v), out=v)
            step_size = m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.99**step)) + 1e-9)
            np.subtract(p, rate * step_size, out=p)
    rows = dict(zip(names, map(tuple, np.round(weights, 2).tolist()), strict=True))
    scales = dict(zip(names, np.round(np.stack([mean, scale], 1), 4).tolist(), strict=True))
    return Weights(
        tuple(np.round(bias, 3).tolist()), rows, {name: (m, s) for name, (m, s) in scales.items() if is_measured(name)}
    )


def is_measured(name: str) -> bool:
    """Whether a feature is a measure of the shape of a page."""
    return name.startswith(SHAPE)


def probabilities(sums: Floats) -> Floats:
    powers = np.exp(sums - sums.max(1, keepdims=True))
    found: Floats = powers / powers.sum(1, keepdims=True)
    return found


def out_of_fold(samples: Sequence[Sample], *, silent: bool = False) -> Floats:
    """The probabilities of each page by a model that knows no page of its domain."""
    domains = sorted({one.domain for one in samples})
    np.random.default_rng(0).shuffle(domains)
    fold = {domain: n % FOLDS for n, domain in enumerate(domains)}
    found = np.zeros((len(samples), len(TYPES)))
    for n in range(FOLDS):
        model = fit([one for one in samples if fold[one.domain] != n])
        for i, one in enumerate(samples):
            if fold[one.domain] == n:
                hidden = DECLARED if silent else ()
                found[i] = model.probabilities({k: v for k, v in one.features.items() if not k.startswith(hidden)})
    return found


def show(samples: Sequence[Sample], found: Floats) -> None:
    """Print accuracy, precision and recall of each type, and the calibration."""
    truth = np.array([TYPES.index(one.type) for one in samples])
    best, sure = found.argmax(1), found.max(1)
    right = best == truth
    of_wcxb = np.array([one.weight == 1.0 for one in samples])
    print(f"accuracy: wcxb {right[of_wcxb].mean():.3f}, articles {right[~of_wcxb].mean():.3f}")
    for n, name in enumerate(TYPES):
        is_it, said = (truth == n) & of_wcxb, (best == n) & of_wcxb
        found_of_it = f"precision {right[said].mean():.3f}  recall {right[is_it].mean():.3f}"
        print(f"  {name:14} {is_it.sum():4} pages  {found_of_it}")
    distance = 0.0
    print("confidence on wcxb: from, pages, mean confidence, accuracy")
    for low in np.arange(0, 1, 0.1):
        part = of_wcxb & (sure > low) & (sure <= low + 0.1)
        if part.any():
            distance += part.sum() / of_wcxb.sum() * abs(sure[part].mean() - right[part].mean())
            print(f"  {low:.1f}  {part.sum():4}  {sure[part].mean():.3f}  {right[part].mean():.3f}")
    print(f"ECE {distance:.3f}")


def provenance(args: argparse.Namespace) -> dict[str, str]:
    roots = {"wcxb": args.wcxb, "articles": args.articles}
    marks = [fingerprint(root, id) for root in roots.values() for id in page_ids(root)]
    return {
        "command": "python -m bench.train_page_type --wcxb WCXB --articles ARTICLES --out page_type.json",
        "data": "; ".join(SOURCES[name] for name in roots),
        "data_digest": corpus_digest(marks),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "versions": f"Python {platform.python_version()}, numpy {version('numpy')}",
        "note": "A multinomial logistic regression: docs/scorer.md.",
    }


def write(path: Path, model: Weights, told: dict[str, str]) -> None:
    """Write a model, one feature on a line."""
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(model.weights.items()))
    scales = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(model.scales.items()))
    head = {"provenance": told, "types": TYPES, "bias": model.bias}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items()]
    tables = f'  "scales": {{\n{scales}\n  }},\n  "weights": {{\n{rows}\n  }}\n'
    path.write_text(f"{{\n{''.join(lines)}{tables}}}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wcxb", type=Path, required=True, help="the pages of WCXB")
    parser.add_argument("--articles", type=Path, required=True, help="news articles in the same layout")
    parser.add_argument("--out", type=Path, help="write the model of all pages here")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    samples = load(args)
    print(f"{len(samples)} pages of {len({one.domain for one in samples})} domains")
    show(samples, out_of_fold(samples))
    print("as if no page declared its type:")
    show(samples, out_of_fold(samples, silent=True))
    if args.out:
        write(args.out, fit(samples), provenance(args))


if __name__ == "__main__":
    main()
