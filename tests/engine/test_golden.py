"""Golden cases: the seeds with their line labels, texts that must not change, noisy pages in many languages."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from pathlib import Path

import pytest
from no_harm_texts import causes
from no_harm_texts import texts as no_harm_texts

from bench.noisy_texts import by_language, figures, measure, texts
from bench.noisy_texts import read as read_noisy
from cleaner.model import Result
from cleaner.pipeline import Pipeline

HERE = Path(__file__).parents[1]
SEEDS = HERE.parent / "seeds"
GOLD = json.loads((HERE / "golden" / "seeds.json").read_text("utf-8"))["files"]
NO_HARM = no_harm_texts()
FAILING = {name: cause for cause, names in causes().items() for name in names}
NOISY = [path for path in texts() if "-" not in path.stem]
SITES = [path for path in texts() if "-" in path.stem]
PIPELINE = Pipeline()
CAREFUL = Pipeline(profile="careful")
MAX_NOISE_LEFT = 0.4


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def verdicts(result: Result) -> list[str]:
    """For each line ``keep``, ``drop``, ``part`` or, of a blank one, nothing."""
    starts = [cut.span.start for cut in result.cuts]
    found, at = [], 0
    for line in result.document.text.split("\n"):
        places = [at + n for n, char in enumerate(line) if not char.isspace()]
        at += len(line) + 1
        cut = [
            i >= 0 and place < result.cuts[i].span.end for place in places for i in [bisect_right(starts, place) - 1]
        ]
        found.append("" if not cut else "drop" if all(cut) else "part" if any(cut) else "keep")
    return found


@pytest.mark.parametrize("name", GOLD, ids=lambda name: name.partition("_")[0])
def test_seeds(name: str) -> None:
    got = verdicts(PIPELINE.run(read(SEEDS / name)))
    wrong = [
        (number, want, got[number - 1], note)
        for number, want, category, note in GOLD[name]
        if got[number - 1] != want and not (category == "caption" and note.startswith("DOUBTFUL"))
    ]
    assert not wrong


def test_captions_of_the_seeds_stay_once() -> None:
    """The ruling for doubtful captions: kept, and kept once."""
    for name, lines in GOLD.items():
        got = verdicts(PIPELINE.run(read(SEEDS / name)))
        assert all(got[n - 1] == "keep" for n, _, category, _ in lines if category == "caption")
        assert all(got[n - 1] == "drop" for n, _, category, _ in lines if category == "caption_repeat")


def test_the_clean_seed_is_unchanged() -> None:
    result = PIPELINE.run(read(SEEDS / "002_0c23c17dab99acbd.txt"))
    assert (result.cuts, result.status) == ((), "unchanged")


def no_harm_cases() -> list[object]:
    return [
        pytest.param(name, marks=[pytest.mark.xfail(reason=FAILING[name], strict=True)] if name in FAILING else [])
        for name in NO_HARM
    ]


@pytest.mark.parametrize("name", no_harm_cases())
def test_no_harm(name: str) -> None:
    text = NO_HARM[name]
    result = PIPELINE.run(text)
    assert [(cut.marks[0].rule, text[slice(*cut.span)]) for cut in result.cuts] == []


def test_every_known_failure_is_a_text_and_has_one_cause() -> None:
    named = [name for names in causes().values() for name in names]
    assert set(named) <= NO_HARM.keys()
    assert len(named) == len(set(named))


def test_there_are_texts_in_many_languages() -> None:
    languages = Counter(name.partition("/")[0] for name in NO_HARM if "/" in name)
    assert len(languages) >= 20
    assert min(languages.values()) >= 10


@pytest.mark.parametrize("profile", ["balanced", "strict"])
def test_numbers_stay_in_every_profile(profile: str) -> None:
    run = Pipeline(profile=profile).run
    numbers = {name: text for name, text in NO_HARM.items() if name.startswith("numbers-")}
    assert len(numbers) >= 12
    assert {name: run(text).text for name, text in numbers.items()} == numbers


@pytest.mark.parametrize("path", NOISY, ids=lambda path: path.stem)
def test_noisy_pages(path: Path) -> None:
    """No line of content is lost, and most of the noise goes."""
    content = [line for line in read(path.with_suffix(".kept.txt")).splitlines() if line.strip()]
    text = read(path)
    kept = [line.strip() for line in PIPELINE.run(text).text.splitlines() if line.strip()]
    assert [line for line in content if line.strip() not in kept] == []
    noise = [line.strip() for line in text.splitlines() if line.strip() and line.strip() not in content]
    left = [line for line in noise if line in kept]
    assert len(left) <= 0.35 * len(noise), left


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_pages_of_news_sites_and_blogs_lose_no_line(path: Path) -> None:
    text, content = read_noisy(path)
    assert figures(path.stem, CAREFUL.run(text, kind="text"), content).lines_lost == ()


@pytest.mark.parametrize("language", sorted({path.stem.partition("-")[0] for path in SITES}))
def test_most_of_the_noise_of_a_language_goes(language: str) -> None:
    paths = [path for path in SITES if path.stem.startswith(f"{language}-")]
    found = by_language(measure(CAREFUL, paths))[language]
    assert found.left <= MAX_NOISE_LEFT * found.noise, f"{found.left} of {found.noise} words"


def test_facts_of_the_seeds() -> None:
    facts = PIPELINE.run(read(SEEDS / "000_e562c4ef3df87d90.txt")).metadata
    assert facts["date"] == ("2021-01-19",)
    assert facts["date_text"] in (("14:11 GMT19 January 2021",), ("date 2021-01-19 Register",))  # two lines state it
    assert facts["title"][0].startswith("World Concerned About US Election Issues")
    assert facts["section"] == ("World",)
    assert facts["url"][0].startswith("https://sputniknews.com/world/")
    assert facts["tags"] == (
        "Joe Biden", "Donald Trump", "US Election 2020", "Kremlin", "Russia", "Dmitry Peskov", "US",
    )  # fmt: skip
    assert len(facts["credit"]) == 3
    assert len(facts["caption"]) == 2
    lead = PIPELINE.run(read(SEEDS / "004_75eef6d140be4b2e.txt")).metadata
    assert (lead["place"], lead["date_text"], lead["agency"]) == (("MOSCOW",), ("October 27",), ("TASS",))
