"""Rules for some hosts: which documents they apply to, how their packs load, list and lint, and that others stay."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Pipeline, RuleError
from cleaner.cli.rulebook import entry, listing
from cleaner.doubts import doubts
from cleaner.examples import failures
from cleaner.packs.fmt import formatted
from cleaner.packs.host_names import can_meet, comparable, fits, host_of, is_glob
from cleaner.packs.load import builtin_folder, load_packs
from cleaner.packs.rule import Packs

BODY = "Rain is expected in the north of the country until Friday morning, and the rivers are high.\n"
TEXT = f"{BODY}\nThe harbour desk of Lumen Bay\n"
PAGE = f"<article><p>{BODY}</p></article><aside class='lumen-wall'><p>Boats for hire at the pier.</p></aside>"

PACK = """
category = "navigation"
summary = "Lines of one site."
[where]
host = ["example.com", "*.example.org"]
[[rule]]
id = "harbour"
summary = "The line of a desk."
why = "Below every text of the site."
lines = ["The harbour desk of Lumen Bay"]
removes = ["The harbour desk of Lumen Bay", "https://a.example.org/\\nThe harbour desk of Lumen Bay"]
keeps = ["The harbour desk of Lumen Bay opens at nine.", "https://example.net/\\nThe harbour desk of Lumen Bay"]
[[rule]]
id = "lumen-wall"
summary = "The wall of a site."
why = "Advertises boats."
where = { path = [".lumen-wall"] }
removes = ['<aside class="lumen-wall">']
keeps = ['<aside class="lumen">']
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.toml").write_text(PACK, encoding="utf-8")
    return tmp_path


def packs_of(folder: Path) -> Packs:
    return load_packs([builtin_folder(), folder])


LABELS = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)


@given(HOSTS)
def test_a_host_fits_itself_and_the_globs_above_it(host: str) -> None:
    host = comparable(host)
    assert is_glob(host)
    assert host_of(f"https://www.{host.upper()}:8080/page?x=1") == comparable(f"www.{host}")
    assert fits((host,), host)
    assert not fits((f"*.{host}",), host)
    assert fits((f"*.{host}",), f"a.{host}")
    assert fits((f"*.{host}",), f"b.a.{host}")
    assert not fits((f"*.{host}",), f"a{host}")


@given(HOSTS, HOSTS, HOSTS)
def test_globs_that_fit_one_host_can_meet(one: str, two: str, host: str) -> None:
    globs = [(one,), (f"*.{one}",), (two,), (f"*.{two}",)]
    for some in globs:
        for others in globs:
            if any(fits(some, name) and fits(others, name) for name in (host, one, two, f"a.{one}", f"a.{two}")):
                assert can_meet(some, others)


@pytest.mark.parametrize(
    "url", ["", "page.html", "example.com/page", "http://[::1", "mailto:a@example.com", "http:///a"]
)
def test_no_host_in(url: str) -> None:
    assert not host_of(url)


def test_a_name_in_another_script_is_compared_in_ascii() -> None:
    assert host_of("https://bücher.example/") == comparable("BÜCHER.example") == "xn--bcher-kva.example"


@pytest.mark.parametrize("url", ["https://example.com/a", "http://www.example.com", "https://a.b.example.org:81/x"])
def test_rules_of_a_host_apply_to_its_documents(folder: Path, url: str) -> None:
    pipeline = Pipeline(rules=[str(folder)])
    assert "harbour" not in pipeline.run(TEXT, url=url).text
    assert "Boats" not in pipeline.run(PAGE, url=url).text
    assert "harbour" not in pickle.loads(pickle.dumps(pipeline)).run(TEXT, url=url).text


@pytest.mark.parametrize("url", ["", "https://example.org/", "https://notexample.com", "https://example.com.evil.net/"])
def test_documents_of_other_hosts_are_as_without_the_pack(folder: Path, url: str) -> None:
    plain, pipeline = Pipeline(), Pipeline(rules=[str(folder)])
    pipeline.run(TEXT, url="https://example.com/")  # nothing is remembered across hosts
    for source in (TEXT, PAGE):
        assert pipeline.run(source, url=url).cuts == plain.run(source, url=url).cuts
    assert "harbour" in pipeline.run(TEXT, url=url).text


def test_a_phrase_of_a_host_glues_no_line_of_others(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(PACK.replace("The harbour desk of Lumen Bay", "Lumen"), encoding="utf-8")
    text = f"{BODY}Lumen | Privacy policy\n{BODY}"
    plain, pipeline = Pipeline(), Pipeline(rules=[str(tmp_path)])
    assert pipeline.run(text, url="https://example.net/").cuts == plain.run(text).cuts


def test_a_keep_rule_of_a_host_protects_there_only(tmp_path: Path) -> None:
    text = f"{BODY}\nAccept all cookies\n"
    rule = """
category = "navigation"
summary = "Lines of one site."
[[rule]]
id = "biscuits"
summary = "A dish."
why = "The name of a dish of this site."
score = "keep"
lines = ["Accept all cookies"]
where = { host = ["example.com"] }
removes = ["Accept all cookies"]
keeps = ["Accept all cookies now"]
"""
    (tmp_path / "site.toml").write_text(rule, encoding="utf-8")
    pipeline = Pipeline(rules=[str(tmp_path)])
    assert pipeline.run(text, url="https://example.com/").text == text
    assert "Accept" not in pipeline.run(text, url="https://example.net/").text


def test_a_section_of_a_host_applies_there_only(tmp_path: Path) -> None:
    pack = """
category = "navigation"
summary = "Lines of one site."
[[rule]]
id = "pier"
summary = "A line."
why = "A line."
score = 0
lines = ["Pier one", "Pier two", "Pier three"]
removes = ["Pier one"]
keeps = ["Pier ten"]
[[section]]
id = "piers"
summary = "A list of piers."
why = "Below every page."
members = ["navigation/pier"]
least = 3
where = { host = ["example.com"] }
"""
    (tmp_path / "site.toml").write_text(pack, encoding="utf-8")
    text = f"{BODY}{BODY}\nPier one\nPier two\nPier three\n"
    pipeline = Pipeline(rules=[str(tmp_path)])
    assert "Pier" not in pipeline.run(text, url="https://example.com/").text
    assert "Pier three" in pipeline.run(text, url="https://example.net/").text


def test_examples_name_their_host(folder: Path) -> None:
    assert failures(packs_of(folder)) == []
    path = folder / "site.toml"
    path.write_text(PACK.replace("https://example.net/", "https://example.com/"), encoding="utf-8")
    (wrong,) = failures(packs_of(folder))
    assert "keeps[1] is found by the rule" in wrong


def test_the_hash_depends_on_the_hosts(folder: Path) -> None:
    before = packs_of(folder).digest
    (folder / "site.toml").write_text(PACK.replace("example.com", "example.net"), encoding="utf-8")
    assert packs_of(folder).digest != before


def test_rules_list_and_show_name_the_hosts(folder: Path) -> None:
    packs = packs_of(folder)
    assert any(
        "navigation/harbour" in line and line.endswith("[example.com, *.example.org]") for line in listing(packs)
    )
    shown = list(entry(packs, "navigation/harbour"))
    assert shown[shown.index("hosts:") + 1 :][:2] == ["  example.com", "  *.example.org"]


def test_lint_reports_duplicates_only_where_hosts_meet(folder: Path) -> None:
    assert doubts(packs_of(folder)) == []
    same = PACK.replace('"harbour"', '"harbour-two"').replace("lumen-wall", "lumen-pier")
    other = same.replace('"example.com", "*.example.org"', '"example.edu"').replace("a.example.org", "example.edu")
    (folder / "other.toml").write_text(other, encoding="utf-8")
    assert doubts(packs_of(folder)) == []
    (folder / "other.toml").write_text(same, encoding="utf-8")
    assert any(doubt.check == "shadowed" for doubt in doubts(packs_of(folder)))


def test_fmt_keeps_hosts() -> None:
    once = formatted(Path("site.toml"), PACK)
    assert 'host = ["example.com", "*.example.org"]' in once
    assert formatted(Path("site.toml"), once) == once


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"example.com"', '"https://example.com/"', "leave out scheme, port and path"),
        ('["example.com", "*.example.org"]', "[]", "host is empty"),
        ("[where]\nhost", "[where]\nhosts = 1\nhost", "unknown key 'hosts'"),
        (
            'category = "navigation"',
            'category = "navigation"\ntraits = ["policy"]',
            "describes the category for all hosts",
        ),
        (
            'category = "navigation"',
            'category = "navigation"\ntopic = ["boats"]',
            "describes the category for all hosts",
        ),
    ],
)
def test_a_wrong_host_does_not_load(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "site.toml").write_text(PACK.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        packs_of(folder)
