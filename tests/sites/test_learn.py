"""What `cleaner learn` learns from sites: laws first, then a site of eight pages, then hand edits and states."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from site_pages import (
    FOOTER,
    MENU,
    NEWSLETTER,
    body,
    content_of,
    html_page,
    packs_in,
    page,
    write_rows,
)  # fmt: skip

from cleaner import Config, Pipeline
from cleaner.errors import OutputError
from cleaner.examples import failures
from cleaner.packs.fmt import formatted
from cleaner.packs.load import load_packs
from cleaner.run.options import RunOptions
from cleaner.sites import state
from cleaner.sites.dates import dateless
from cleaner.sites.learn import Learning, learn

EIGHT = range(8)
LAW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])


def learned(sources: Sequence[Path], output: Path, **options: object) -> Learning:
    return learn([str(path) for path in sources], output, Config(), RunOptions(), say=lambda _: None, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def herald(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packs that were learned from eight pages."""
    folder = tmp_path_factory.mktemp("herald")
    learned([write_rows(folder / "site.jsonl", map(page, EIGHT))], folder / "sites")
    return folder / "sites"


WORDS = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1, max_size=30)
LINES = st.lists(WORDS, max_size=12)


@LAW
@given(st.lists(LINES, min_size=1, max_size=12))
def test_a_corpus_without_repetition_teaches_nothing(texts: list[list[str]]) -> None:
    numbered = [
        "\n".join(f"{_letters(n)} {_letters(at)} {line}" for at, line in enumerate(one)) for n, one in enumerate(texts)
    ]
    with TemporaryDirectory() as folder:
        rows = write_rows(Path(folder) / "site.jsonl", numbered)
        learned([rows], Path(folder) / "sites")
        assert packs_in(Path(folder) / "sites") == {}


def _letters(n: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(n)) + "q"


@LAW
@given(st.permutations(range(12)), st.lists(LINES, min_size=1, max_size=3), st.integers(1, 11))
def test_neither_order_nor_a_second_call_nor_merging_changes_a_byte(
    order: list[int], lines: list[list[str]], half: int
) -> None:
    texts = [f"{chr(10).join(lines[i % len(lines)])}\n{page(i)}" for i in range(12)]
    rows = [{"id": f"p{i}", "url": f"https://{'ab'[i % 2]}.example/", "text": text} for i, text in enumerate(texts)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        first = _learn_rows(folder / "first", rows)
        second = _learn_rows(folder / "second", [rows[i] for i in order])
        assert first == second
        _learn_rows(folder / "third", [rows[i] for i in order[:half]])
        third = _learn_rows(folder / "third", [rows[i] for i in order[half:]])
        assert _phrases(third) == _phrases(first)  # the examples of the first call stay
        _learn_rows(folder / "left", rows[:half])
        _learn_rows(folder / "right", rows[half:])
        states = [folder / side / "counts.sqlite" for side in ("left", "right")]
        learned([], folder / "merged", merge=states)
        assert packs_in(folder / "merged") == first


def _phrases(packs: dict[str, str]) -> dict[str, set[str]]:
    return {name: {line for line in source.split("\n") if " documents, " in line} for name, source in packs.items()}


def _learn_rows(folder: Path, rows: Sequence[dict[str, str]]) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    learned([folder / "rows.jsonl"], folder)
    return packs_in(folder)


@LAW
@given(
    st.lists(WORDS, min_size=1, max_size=8),
    st.lists(WORDS, max_size=4),
    st.sampled_from(["herald.example", "a-b.c", "x"]),
)
def test_learned_packs_are_formatted_and_their_examples_hold(top: list[str], end: list[str], host: str) -> None:
    texts = [f"{chr(10).join(top)}\n\n{page(i)}\n{chr(10).join(f'{line} {i}' for line in end)}\n" for i in range(6)]
    with TemporaryDirectory() as name:
        folder = Path(name) / "sites"
        done = learned([write_rows(Path(name) / "site.jsonl", texts, host)], folder)
        assert done.faults == []
        for path in folder.glob("*.toml"):
            source = path.read_text("utf-8")
            assert formatted(path, source) == source
            assert tomllib.loads(source)["where"]["host"] == [host]
        assert failures(load_packs([folder])) == []


@LAW
@given(
    st.sampled_from(["", "https://other.example/", "https://sub.herald.example/x", "https://herald.example.org"]),
    st.sampled_from(EIGHT),
)
def test_a_learned_pack_changes_nothing_on_other_hosts(herald: Path, url: str, i: int) -> None:
    plain, pipeline = _plain(), _with(herald)
    for source in (page(i), html_page(i)):
        assert pipeline.run(source, url=url).cuts == plain.run(source, url=url).cuts


_PIPELINES: dict[str, Pipeline] = {}


def _plain() -> Pipeline:
    return _PIPELINES.setdefault("", Pipeline())


def _with(folder: Path) -> Pipeline:
    if str(folder) not in _PIPELINES:
        _PIPELINES[str(folder)] = Pipeline(rules=[str(folder)])
    return _PIPELINES[str(folder)]


def _cleaned(folder: Path, texts: Iterator[str]) -> list[str]:
    return [" ".join(_with(folder).run(text, url="https://herald.example/new").text.split()) for text in texts]


def test_eight_pages_lose_their_furniture_and_no_word_of_content(herald: Path) -> None:
    assert _cleaned(herald, map(page, EIGHT)) == content_of(EIGHT)
    assert _cleaned(herald, map(html_page, EIGHT)) == content_of(EIGHT)


def test_pages_that_were_not_seen_lose_it_too(herald: Path) -> None:
    assert _cleaned(herald, map(page, range(20, 26))) == content_of(range(20, 26))


def test_html_teaches_the_same_lines(herald: Path, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "site.jsonl", map(html_page, EIGHT), column="html")
    learned([rows], tmp_path / "sites")
    assert _cleaned(tmp_path / "sites", map(page, EIGHT)) == content_of(EIGHT)


def test_workers_change_no_byte(herald: Path, tmp_path: Path) -> None:
    learned([herald.parent / "site.jsonl"], tmp_path, jobs=2)
    assert packs_in(tmp_path) == packs_in(herald)


def test_counts_places_and_documents_are_in_comments(herald: Path) -> None:
    (source,) = packs_in(herald).values()
    assert '"Ferry times",  # 8 of 8 documents, at the top: p000, p001' in source
    assert "# 8 of 8 documents, at the end: p000, p001" in source
    assert f'"{FOOTER}",  # 8 of 8 documents, in the text: p000, p001' in source


DATES = {
    "en": ("Printed on {} March 2024", "Printed on {} Oct. 2023", "Printed on {} May 2024"),
    "de": ("Gedruckt am {}. März 2024", "Gedruckt am {}. Oktober 2023", "Gedruckt am {}. Mai 2024"),
    "es": ("Impreso el {} de marzo de 2024", "Impreso el {} de octubre de 2023", "Impreso el {} de mayo de 2024"),
    "ru": ("Напечатано {} марта 2024", "Напечатано {} октября 2023", "Напечатано {} мая 2024"),
    "hi": ("छपाई {} मार्च 2024", "छपाई {} अक्टूबर 2023", "छपाई {} मई 2024"),
}


@pytest.mark.parametrize("language", DATES)
def test_dates_with_names_of_months_are_one_line(tmp_path: Path, language: str) -> None:
    first, second, other = DATES[language]
    texts = [f"{page(i)}\n{(first, second)[i % 2].format(i + 1)}\n" for i in EIGHT]
    done = learned([write_rows(tmp_path / "site.jsonl", texts)], tmp_path / "sites")
    assert done.faults == []
    (source,) = packs_in(tmp_path / "sites").values()
    assert source.count("# 8 of 8 documents, at the end") == 2  # and the number of comments
    new = f"{page(20)}\n{other.format(27)}\n"
    assert _cleaned(tmp_path / "sites", iter([new])) == content_of([20])


def test_a_name_without_a_number_is_a_word() -> None:
    assert dateless("may contain nuts") == "may contain nuts"
    assert dateless("open since march, see page 0") == "open since march, see page 0"
    assert dateless("0 march 0") == dateless("0 october 0")


def test_duplicates_of_a_document_count_once(tmp_path: Path) -> None:
    done = learned([write_rows(tmp_path / "site.jsonl", [page(1)] * 9)], tmp_path / "sites")
    assert (done.documents, done.repeated, done.packs) == (9, 8, 0)


def test_versions_of_a_document_prove_nothing(tmp_path: Path) -> None:
    texts = [
        f"{page(1)}\nThis is edition {_letters(n)} of the story, which was changed once more at noon.\n"
        for n in range(9)
    ]
    learned([write_rows(tmp_path / "site.jsonl", texts)], tmp_path / "sites")
    assert packs_in(tmp_path / "sites") == {}


def test_near_duplicates_count_once(tmp_path: Path) -> None:
    """Each version changes a word of its only paragraph, so they share no line of running text."""
    text = " ".join(line for i in (10, 11, 12, 13) for line in body(i)[1:])
    versions = [f"{text} So said {_letters(n)}.\n\nJonas Lumen\n\nPier four" for n in range(9)]
    learned([write_rows(tmp_path / "versions.jsonl", versions)], tmp_path / "versions")
    assert packs_in(tmp_path / "versions") == {}
    learned([write_rows(tmp_path / "site.jsonl", [*map(page, EIGHT), *versions])], tmp_path / "sites")
    (source,) = packs_in(tmp_path / "sites").values()
    assert "Jonas Lumen" not in source
    assert '"Letters",  # 8 of 9 documents' in source


def test_text_that_a_few_pages_share_stays(tmp_path: Path) -> None:
    shared = "The agency reports that the strait will be closed for a week because of repairs to the lights."
    texts = [page(i) + (f"\n{shared}\n" if i < 5 else "") for i in range(24)]
    learned([write_rows(tmp_path / "site.jsonl", texts)], tmp_path / "sites")
    (source,) = packs_in(tmp_path / "sites").values()
    assert shared not in source
    assert FOOTER in source


def test_headlines_and_labels_in_the_text_stay(tmp_path: Path) -> None:
    def recipe(i: int) -> str:
        title, first, second, third = body(i)
        teasers = "\n".join(body(j)[0] for j in (0, 1, 2))
        menu = "\n".join(MENU)
        return f"{menu}\n\n{title}\n\n{first}\n{second}\n\nIngredients\n\n{third}\n\n{teasers}\n\n{FOOTER}\n"

    learned([write_rows(tmp_path / "site.jsonl", map(recipe, range(12)))], tmp_path / "sites")
    (source,) = packs_in(tmp_path / "sites").values()
    assert MENU[2] in source
    assert "Ingredients" not in source
    assert body(0)[0] not in source


def test_the_headline_of_a_page_that_a_menu_names_stays(tmp_path: Path) -> None:
    items = ("Headlamps", "Kayaks", "Water bottles", "Tents")

    def shop(i: int) -> str:
        paragraphs = "".join(f"<p>{text}</p>" for text in body(i)[1:])
        menu = "".join(f"<li>{item}</li>" for item in items)
        return (
            f"<body><ul>{menu}</ul><h1>{items[i % 8] if i < 4 else body(i)[0]}</h1>{paragraphs}<p>{FOOTER}</p></body>"
        )

    learned([write_rows(tmp_path / "site.jsonl", map(shop, range(12)), column="html")], tmp_path / "sites")
    pipeline = Pipeline(rules=[str(tmp_path / "sites")])
    for i, item in enumerate(items):
        text = pipeline.run(shop(i), url="https://herald.example/").text
        assert item in text.split("\n"), item
        assert FOOTER not in text


BOX = (
    "Letters of the bay come to your table each Friday morning",
    "Our editors read everything so that you can choose the five stories that are worth a second cup of tea.",
    "Put me on the list",
)


def _after_learning(texts: Sequence[str], folder: Path) -> list[str]:
    """The texts after a run with the packs that were learned from them."""
    learned([write_rows(folder / "site.jsonl", texts)], folder / "sites")
    pipeline = Pipeline(rules=[str(folder / "sites")] if packs_in(folder / "sites") else [])
    return [pipeline.run(text, url="https://herald.example/").text for text in texts]


def test_a_box_amid_the_text_goes_and_its_lines_elsewhere_stay(tmp_path: Path) -> None:
    def story(i: int) -> str:
        title, first, second, third = body(i)
        box = "\n".join(BOX) if i % 3 == 0 else BOX[0] if i == 1 else ""
        return f"{title}\n\n{first}\n\n{second}\n\n{box}\n\nRecipe\n\n{third}\n"

    texts = [story(i) for i in range(40)]
    for i, (text, cleaned) in enumerate(zip(texts, _after_learning(texts, tmp_path), strict=True)):
        gone = [line for line in text.split("\n") if line not in cleaned.split("\n")]
        assert gone == (list(BOX) if i % 3 == 0 else []), i


def test_content_that_repeats_in_any_order_is_no_box(tmp_path: Path) -> None:
    items = ("a pinch of salt", "butter for the pan", "two onions", "honey", "half a lemon", "oats")

    def recipe(i: int) -> str:
        title, first, second, third = body(i)
        chosen = [items[(i + k * (1 + i % 2)) % 6] for k in range(3)]
        return "\n\n".join((title, first, second, "What you need\n" + "\n".join(chosen), BOX[1], third)) + "\n"

    texts = [recipe(i) for i in range(40)]
    for text, cleaned in zip(texts, _after_learning(texts, tmp_path), strict=True):
        assert cleaned.split() == text.replace(BOX[1], "").split()


def test_what_is_between_the_title_of_a_page_and_its_headline_goes(tmp_path: Path) -> None:
    def story(i: int) -> str:
        title, first, second, third = body(i)
        return f"{title} - The Herald\n" + "\n".join((*MENU[:3], title, "Gazette", first, second, third)) + "\n"

    texts = [story(i) for i in range(12)]
    for i, cleaned in enumerate(_after_learning(texts, tmp_path)):
        assert not {*MENU[:3]} & {*cleaned.split("\n")}
        assert set(body(i)) <= {*cleaned.split("\n")}
        assert "Gazette" in cleaned.split("\n"), "below the headline it may be a label"


def test_labels_below_the_title_of_a_page_stay(tmp_path: Path) -> None:
    def offer(i: int) -> str:
        title, first, second, third = body(i)
        return f"{title}\nBrand\nLumen\nColour\nSand\nMade in the bay\n{first}\n{second}\n{third}" + "\n"

    texts = [offer(i) for i in range(12)]
    assert _after_learning(texts, tmp_path) == texts


def test_teasers_that_several_pages_have_belong_to_the_row_that_ends_them(tmp_path: Path) -> None:
    def story(i: int) -> str:
        title, first, second, third = body(i)
        teasers = [f"The harbour master counted {_letters(i // 4 + k)} gulls on the pier" for k in range(3)]
        return "\n".join((title, first, second, third, "Seen from the pier", *teasers, FOOTER)) + "\n"

    texts = [story(i) for i in range(16)]
    for cleaned in _after_learning(texts, tmp_path):
        assert "Seen from the pier" not in cleaned


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A pack that may be edited."""
    learned([write_rows(tmp_path / "site.jsonl", map(page, EIGHT))], tmp_path)
    return tmp_path / "herald.example.toml"


def _edit(path: Path, old: str, new: str) -> None:
    source = path.read_text("utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")


def _again(path: Path) -> str:
    folder = path.parent
    done = learned([write_rows(folder / "more.jsonl", map(page, range(8, 12)))], folder)
    assert done.faults == []
    return path.read_text("utf-8")


def test_a_second_call_updates_counts(own: Path) -> None:
    assert '"Letters",  # 12 of 12 documents, at the top: p000, p000' in _again(own)


def test_a_deleted_phrase_does_not_come_back(own: Path) -> None:
    _edit(own, '    "Letters",  # 8 of 8 documents, at the top: p000, p001\n', "")
    assert '"Letters"' not in _again(own)
    assert '"Letters"' not in _again(own)


def test_what_was_added_by_hand_stays(own: Path) -> None:
    _edit(own, '    "Letters",  # 8 of 8', '    "Tide tables",  # by the desk\n    "Letters",  # 8 of 8')
    _edit(own, "A paragraph that recurs on", "A box that recurs on")
    source = _again(own)
    assert '"Tide tables",  # by the desk' in source
    assert "A box that recurs on" in source


def test_a_line_that_keeps_names_is_not_learned(own: Path) -> None:
    _edit(own, '    "Letters",  # 8 of 8 documents, at the top: p000, p001\n', "")
    own.parent.joinpath("counts.sqlite").unlink()
    _edit(own, "keeps = [", 'keeps = [\n    "Letters",')
    assert '    "Letters",  #' not in _again(own)


def test_a_deleted_pack_does_not_come_back(own: Path) -> None:
    own.unlink()
    learned([write_rows(own.parent / "more.jsonl", map(page, range(8, 12)))], own.parent)
    assert packs_in(own.parent) == {}


def test_what_no_longer_repeats_goes(own: Path) -> None:
    texts = [page(i).replace("\n".join(MENU), "").replace(NEWSLETTER, "").replace(FOOTER, "") for i in range(8, 96)]
    done = learned([write_rows(own.parent / "more.jsonl", texts)], own.parent)
    assert done.faults == []
    source = own.read_text("utf-8")
    assert NEWSLETTER not in source
    assert "Ferry times" not in source
    assert "comments" in source


def test_folders_and_columns_name_the_host(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "herald.example"
    folder.mkdir(parents=True)
    for i in EIGHT:
        (folder / f"{i}.txt").write_text(page(i), encoding="utf-8")
    learned([tmp_path / "in"], tmp_path / "by-folder")
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(f"{json.dumps({'site': 'WWW.Herald.example', 'text': page(i)})}\n" for i in EIGHT), "utf-8")
    learned([rows], tmp_path / "by-column", host_column="site")
    assert [*packs_in(tmp_path / "by-folder")] == [*packs_in(tmp_path / "by-column")] == ["herald.example.toml"]
    done = learned([rows], tmp_path / "none", host_column="absent")
    assert (done.without_host, done.documents) == (8, 0)


def test_counts_that_are_no_counts(tmp_path: Path) -> None:
    (tmp_path / "counts.sqlite").write_text("not a database, " * 100, encoding="utf-8")
    with pytest.raises(OutputError, match="name another file with --state"):
        learned([write_rows(tmp_path / "site.jsonl", [page(1)])], tmp_path)


def test_an_error_leaves_the_counts_as_they_were(own: Path) -> None:
    own.write_text("no toml", encoding="utf-8")
    before = _dump(own.parent / "counts.sqlite")
    with pytest.raises(Exception, match="is not TOML"):
        learned([write_rows(own.parent / "more.jsonl", map(page, range(8, 12)))], own.parent)
    assert _dump(own.parent / "counts.sqlite") == before


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [*database.iterdump()]


def test_frequent_lines_are_read_through_an_index(herald: Path) -> None:
    """Otherwise each host would cost a walk over the lines of all hosts."""
    with closing(sqlite3.connect(herald / "counts.sqlite")) as database:
        plan = [row[-1] for row in database.execute(f"EXPLAIN QUERY PLAN {state._FREQUENT}", ("herald.example", 3))]
    assert any("INDEX often" in step for step in plan), plan
