"""The shipped packs from the cache are the packs from their files; a cache that is wrong in any way is no cache."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path

import pytest

from cleaner.errors import RuleError
from cleaner.facts.harvest import Harvest
from cleaner.packs import cache as pack_cache
from cleaner.packs.load import builtin_folder, load_packs
from cleaner.packs.match import Matcher
from cleaner.packs.pattern import LazyPattern


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache folder, and packs of our own in place of the shipped ones: one file, quickly read."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(pack_cache.sys, "platform", "linux")
    shipped = tmp_path / "rules"
    shipped.mkdir()
    for name in ("consent.toml", "navigation.toml", "related.toml"):
        shutil.copy(builtin_folder() / name, shipped / name)
    monkeypatch.setattr(pack_cache, "builtin_folder", lambda: shipped)
    pack_cache.load_builtin.cache_clear()
    yield tmp_path / "cache" / "cleaner"
    pack_cache.load_builtin.cache_clear()


def read():
    pack_cache.load_builtin.cache_clear()
    return pack_cache.load_builtin()


def files(folder):
    return sorted(folder.glob("*"))


def fresh():
    return load_packs([pack_cache.builtin_folder()])


def test_the_second_time_reads_no_toml(folder, monkeypatch):
    first = read()
    assert first == fresh()
    monkeypatch.setattr(pack_cache, "load_packs", lambda folders: pytest.fail("the TOML was read"))
    assert read() == first
    assert len(files(folder)) == 1


def test_all_shipped_packs_survive_the_way_through_json():
    packs = load_packs([builtin_folder()])
    assert pack_cache._from_plain(json.loads(json.dumps(pack_cache._to_plain(packs)))) == packs


def test_packs_of_a_user_are_cached_and_a_changed_one_is_read_again(folder, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    source = (builtin_folder() / "consent.toml").read_text("utf-8").replace('category = "consent"', 'category = "own"')
    (own / "own.toml").write_text(source.replace("elements = ", "# elements = "), "utf-8")
    folders = [pack_cache.builtin_folder(), own]
    wanted = load_packs(folders)
    assert pack_cache.load_cached(folders) == wanted
    with monkeypatch.context() as patch:
        patch.setattr(pack_cache, "load_packs", lambda folders: pytest.fail("the TOML was read"))
        assert pack_cache.load_cached(folders) == wanted
    (own / "own.toml").write_text("not TOML", "utf-8")
    with pytest.raises(RuleError, match=r"own\.toml"):
        pack_cache.load_cached(folders)


def test_packs_are_the_same_whether_the_shipped_ones_were_read_before(tmp_path):
    own = tmp_path / "own"
    (own / "lang").mkdir(parents=True)
    (own / "own.toml").write_text(
        'category = "consent"\nsummary = "Own."\ntopic = ["lamps"]\n[[rule]]\nid = "own"\nsummary = "Own."\n'
        'why = "Own."\nlines = ["Blue lamps"]\nremoves = ["Blue lamps"]\nkeeps = ["Blue lamps are rare."]\n'
    )
    (own / "lang" / "de.toml").write_text(
        'lang = "de"\nname = "German"\n["consent/button"]\nlines = ["Lampen an"]\n'
        'removes = ["Lampen an"]\nkeeps = ["Lampen an der Wand."]\n'
    )
    folders = [builtin_folder(), own]
    wanted = load_packs(folders)
    assert "own" in str([rule.id for rule in wanted.rules])
    assert load_packs(folders, shipped=load_packs([builtin_folder()])) == wanted


def test_a_changed_pack_is_read_anew_and_old_caches_go(folder):
    pack = pack_cache.builtin_folder() / "consent.toml"
    for n in range(10):
        pack.write_text(pack.read_text("utf-8") + f"# {n}\n", "utf-8")
        assert read() == fresh()
        assert len(files(folder)) == min(n, pack_cache._OTHERS) + 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-100]),
        lambda file: file.write_bytes(b"[]"),
        lambda file: file.write_bytes(b"[" * 100_000),
        lambda file: file.write_text(json.dumps({**json.loads(file.read_text()), "rules": [{"id": 1}]})),
        lambda file: (file.unlink(), file.mkdir()),
        lambda file: file.chmod(0o666),
        lambda file: file.parent.chmod(0o777),
    ],
)
def test_a_cache_that_is_broken_or_open_to_others_is_not_read(folder, damage, monkeypatch):
    wanted = read()
    (file,) = files(folder)
    damage(file)
    asked = []
    monkeypatch.setattr(pack_cache, "load_packs", lambda folders: asked.append(folders) or load_packs(folders))
    assert read() == wanted
    assert asked


def test_without_a_place_to_write_it_works_all_the_same(folder, monkeypatch):
    Path(os.environ["XDG_CACHE_HOME"]).write_text("a file")
    assert read() == fresh()


def test_lazy_patterns_are_compiled_once_and_only_when_asked():
    pattern = LazyPattern("a(?P<name>b+)", is_trusted=True)
    assert pattern._compiled is None
    assert pattern.compiled is pattern.compiled
    assert pattern.compiled.search("xabbx")[0] == "abb"
    possessive = LazyPattern(r"\p{Lu}b", is_trusted=True)  # what the standard library can't read, regex can
    assert possessive.compiled.search("Éb")[0] == "Éb"


def test_nothing_is_compiled_before_it_is_needed():
    packs = load_packs([builtin_folder()])
    matcher = Matcher(packs)
    waiting = [one for row in matcher._index.patterns for one in row]
    assert waiting
    assert all(pattern._compiled is None for one in waiting for pattern in (one.pattern, one.other) if pattern)
    assert not Harvest(packs)._readers
    assert pickle.loads(pickle.dumps(matcher))._index.literals == matcher._index.literals
