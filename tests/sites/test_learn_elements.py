"""Elements that `cleaner learn` learns: lists of links to other pages, by their names, and nothing else."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from site_pages import SUBJECTS, body, packs_in, write_rows

from cleaner import Config, Pipeline
from cleaner.examples import failures
from cleaner.packs.fmt import formatted
from cleaner.packs.load import load_packs
from cleaner.run.options import RunOptions
from cleaner.sites.learn import Learning, learn
from cleaner.sites.state import State

TWELVE = range(12)
HEADING = "More from the bay"
LAW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])


def links(i: int, count: int = 3) -> str:
    """Links to other pages; the last leads to a page that nobody read."""
    others = [body((i + n * n) % 12)[0] for n in range(1, count)]
    return "".join(f'<li><a href="/{n}">{text}</a></li>' for n, text in enumerate([*others, unread(i)]))


def unread(i: int) -> str:
    return (
        f"{SUBJECTS[i % 8]} of the far shore came home with {'abcdefghijklmnopqrstuvwxyzabcdefghijklmnop'[i]} lanterns"
    )


def html(i: int, *, name: str = 'class="paneSecond pane"', inside: str = "", after: str = "", top: str = "") -> str:
    """Page ``i`` with a list of links below its text, and elements of the same name where it is asked for."""
    headline, *paragraphs = body(i)
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    related = f"<div {name}><h2>{HEADING}</h2><ul>{links(i)}</ul></div>"
    return f"<body>{top}<h1>{headline}</h1><div class='story'>{text}{inside}</div>{related}{after}</body>"


def learned(folder: Path, pages: Sequence[str], **options: object) -> Learning:
    rows = write_rows(folder / "site.jsonl", pages, column="html")
    return learn([str(rows)], folder / "sites", Config(), RunOptions(), say=lambda _: None, **options)  # type: ignore[arg-type]


def selectors(folder: Path) -> list[str]:
    """The selectors in the packs of a folder."""
    rules = [rule for source in packs_in(folder).values() for rule in tomllib.loads(source).get("rule", ())]
    return [path for rule in rules for path in rule.get("where", {}).get("path", ())]


def clean(folder: Path, page: str) -> str:
    return Pipeline(rules=[str(folder)]).run(page, url="https://herald.example/new").text


@pytest.fixture(scope="module")
def herald(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("herald")
    assert learned(folder, [html(i) for i in TWELVE]).faults == []
    return folder / "sites"


def test_a_list_of_other_pages_goes_whole(herald: Path) -> None:
    assert selectors(herald) == [".pane"]
    for i in (0, 5, 11):
        text = clean(herald, html(i))
        assert HEADING not in text
        assert unread(i) not in text
        assert all(line in text for line in body(i))


def test_without_the_rule_teasers_of_unread_pages_stay(tmp_path: Path) -> None:
    learned(tmp_path, [html(i, name="") for i in TWELVE])
    assert selectors(tmp_path / "sites") == []
    assert unread(3) in Pipeline().run(html(3), url="https://herald.example/new").text


def test_the_pack_is_formatted_its_examples_hold_and_it_has_counts(herald: Path) -> None:
    ((name, source),) = packs_in(herald).items()
    assert '".pane",  # 12 of 12 documents, a list of links: p000, p001' in source
    assert "removes = ['<div class=\"pane\">']" in source or 'removes = ["<div class=\\"pane\\">"]' in source
    assert formatted(herald / name, source) == source
    assert failures(load_packs([herald])) == []


@pytest.mark.parametrize(
    "content",
    [
        "<p>Nobody on the pier had seen a list like this before, and the harbour master wrote it down.</p>",
        "<h1>The list of the harbour</h1>",
        "<table><tr><td>High water</td><td>nine</td></tr><tr><td>Low water</td><td>three</td></tr></table>",
        "<pre>print('harbour')</pre>",
        "<ul><li>two ropes</li><li>three lamps</li></ul>",
    ],
)
def test_a_name_that_content_has_as_well_is_not_learned(tmp_path: Path, content: str) -> None:
    """Four documents of twelve use the name for a part of their text."""
    inside = f'<div class="pane">{content}</div>'
    learned(tmp_path, [html(i, name='class="pane"', inside=inside if i < 4 else "") for i in TWELVE])
    assert selectors(tmp_path / "sites") == []


def test_a_longer_name_that_the_selector_matches_counts_as_well(tmp_path: Path) -> None:
    inside = '<div class="story-pane-left"><p>The harbour master keeps a list of all boats in his desk.</p></div>'
    learned(tmp_path, [html(i, name='class="pane"', inside=inside if i < 4 else "") for i in TWELVE])
    assert selectors(tmp_path / "sites") == []


def test_lists_amid_the_text_are_not_learned(tmp_path: Path) -> None:
    after = "<p>{} And so the day ended at the pier, said the harbour master to whoever was still there.</p>"
    pages = [html(i, after=after.format(body(i)[1])) for i in TWELVE]
    learned(tmp_path, pages)
    assert selectors(tmp_path / "sites") == []


def test_running_text_of_all_pages_below_the_list_is_no_text(tmp_path: Path) -> None:
    after = "<p>The Lumen Bay Herald is printed by the Harbour Press Cooperative in Lumen Bay, and has been so.</p>"
    learned(tmp_path, [html(i, after=after) for i in TWELVE])
    assert selectors(tmp_path / "sites") == [".pane"]


def test_lists_that_name_no_page_that_was_read_stay(tmp_path: Path) -> None:
    """They may be the sources or the documents of a text."""

    def page(i: int) -> str:
        headline, *text = body(i)
        items = "".join(
            f'<li><a href="/{n}.pdf">Report {n} on {word}</a></li>' for n, word in enumerate(headline.split())
        )
        return f"<h1>{headline}</h1>{''.join(f'<p>{one}</p>' for one in text)}<ul class='downloads'>{items}</ul>"

    learned(tmp_path, [page(i) for i in TWELVE])
    assert selectors(tmp_path / "sites") == []


def test_pages_without_text_teach_no_elements(tmp_path: Path) -> None:
    pages = [f'<h1>{body(i)[0]}</h1><ul class="pane">{links(i, 6)}</ul>' for i in TWELVE]
    learned(tmp_path, pages)
    assert selectors(tmp_path / "sites") == []


def test_two_documents_are_too_few_and_versions_count_once(tmp_path: Path) -> None:
    learned(tmp_path, [html(i, name='class="pane"' if i < 2 else "") for i in TWELVE])
    assert selectors(tmp_path / "sites") == []
    shutil.rmtree(tmp_path / "sites")
    versions = [html(1).replace(body(1)[3], f"{body(1)[3]} Edition {'abcdefghi'[n]}.") for n in range(9)]
    learned(tmp_path, versions)
    assert selectors(tmp_path / "sites") == []


def test_the_rule_spares_an_element_with_running_text(herald: Path) -> None:
    page = html(3).replace("<ul>", f"<p>{body(7)[2]}</p><ul>")
    assert body(7)[2] in clean(herald, page)


def test_hand_edits_stay(herald: Path, tmp_path: Path) -> None:
    shutil.copytree(herald, tmp_path / "sites")
    (path,) = (tmp_path / "sites").glob("*.toml")
    source = path.read_text("utf-8")
    path.write_text(source.replace('".pane",  #', '".harbour-wall",\n    ".pane",  # of the redesign; was: #'), "utf-8")
    assert learned(tmp_path, [html(i) for i in TWELVE]).faults == []
    assert '".pane",  # of the redesign' in path.read_text("utf-8")
    assert selectors(tmp_path / "sites") == [".harbour-wall", ".pane"]


def test_a_rule_in_another_form_stays_as_it_is(herald: Path, tmp_path: Path) -> None:
    shutil.copytree(herald, tmp_path / "sites")
    (path,) = (tmp_path / "sites").glob("*.toml")
    source = path.read_text("utf-8")
    start, end = (
        source.index("where.min_links"),
        source.index("removes = ['<div" if "removes = ['<div" in source else 'removes = ["<div'),
    )
    path.write_text(f'{source[:start]}where = {{ path = [".pane"], min_links = 90 }}\n{source[end:]}', "utf-8")
    assert learned(tmp_path, [html(i) for i in TWELVE]).faults == []
    assert 'where = { path = [".pane"], min_links = 90 }' in path.read_text("utf-8")


def test_a_selector_that_somebody_deleted_or_wants_to_keep_does_not_come_back(herald: Path, tmp_path: Path) -> None:
    for name, change in {
        "deleted": lambda text: text.replace('".pane",  #', '".harbour-wall",  #'),
        "kept": lambda text: text.replace('keeps = ["<main>"]', "keeps = ['<div class=\"pane\">']"),
    }.items():
        shutil.copytree(herald, tmp_path / name / "sites")
        (path,) = (tmp_path / name / "sites").glob("*.toml")
        path.write_text(change(path.read_text("utf-8")), "utf-8")
        learned(tmp_path / name, [html(i) for i in TWELVE])
        assert ".pane" not in selectors(tmp_path / name / "sites")


def test_what_is_no_longer_a_list_goes(herald: Path, tmp_path: Path) -> None:
    shutil.copytree(herald, tmp_path / "sites")
    inside = '<div class="pane-second"><p>The harbour master keeps a list of all boats in his desk.</p></div>'
    done = learned(tmp_path, [html(i, name="", inside=inside.replace("desk", unread(i))) for i in range(12, 36)])
    assert done.faults == []
    assert selectors(tmp_path / "sites") == []
    assert "<div" not in "".join(packs_in(tmp_path / "sites").values())


@LAW
@given(st.permutations(range(24)), st.integers(1, 23))
def test_neither_order_nor_merging_changes_a_byte(order: list[int], half: int) -> None:
    """Half of the pages have the same lines in other markup: which of the two is counted depends on no order."""
    pages = [html(i) for i in TWELVE] + [html(i, name="id='wall'") for i in TWELVE]
    rows = [{"id": f"p{n}", "url": "https://herald.example/", "html": page} for n, page in enumerate(pages)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        first = _learn_rows(folder / "first", rows)
        assert _learn_rows(folder / "second", [rows[i] for i in order]) == first
        _learn_rows(folder / "left", [rows[i] for i in order[:half]])
        _learn_rows(folder / "right", [rows[i] for i in order[half:]])
        states = [folder / side / "counts.sqlite" for side in ("left", "right")]
        learn([], folder / "merged", Config(), RunOptions(), say=lambda _: None, merge=states)
        assert packs_in(folder / "merged") == first
        assert selectors(folder / "first")
        with State(states[0]) as counts:
            assert counts.hosts() == ["herald.example"]


def _learn_rows(folder: Path, rows: Sequence[dict[str, str]]) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    learn([str(folder / "rows.jsonl")], folder, Config(), RunOptions(), say=lambda _: None)
    return packs_in(folder)


NAMES = st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=12), min_size=1, max_size=3)


@LAW
@given(NAMES)
def test_any_name_gives_a_pack_whose_examples_hold(names: list[str]) -> None:
    written = " ".join(names).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    with TemporaryDirectory() as name:
        done = learned(Path(name), [html(i, name=f'class="{written}"') for i in TWELVE])
        assert done.faults == []
        for path in (Path(name) / "sites").glob("*.toml"):
            assert formatted(path, path.read_text("utf-8")) == path.read_text("utf-8")
