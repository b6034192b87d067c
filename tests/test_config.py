"""Options in a file."""

from __future__ import annotations

import pytest

from cleaner.config import Config, load_config
from cleaner.errors import ConfigError, RuleError


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "sub" / "my.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_a_file_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_config() == Config()
    (tmp_path / "cleaner.toml").write_text('profile = "strict"')
    assert load_config().profile == "strict"


def test_all_keys(written):
    path = written(
        'profile = "balanced"\nselect = ["consent"]\nignore = ["share"]\nrules = ["mine"]\nencoding = "cp1252"\n'
        "max_bytes = 1000\n"
    )
    assert load_config(path) == Config(
        "balanced", ("consent",), ("share",), (str(path.parent / "mine"),), "cp1252", 1000
    )


def test_what_is_given_goes_before_the_file():
    config = Config(profile="strict", select=("consent",))
    assert config.having(profile=None, select=(), max_bytes=5) == Config("strict", ("consent",), max_bytes=5)
    assert config.having(profile="careful").profile == "careful"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("profil = 'strict'", "unknown key 'profil'; did you mean 'profile'?"),
        ("xyz = 1", "unknown key 'xyz'; known are profile, select, "),
        ("profile = 1", "profile must be a string, not 1"),
        ("select = 'consent'", "select must be a list of strings, not 'consent'"),
        ("select = [1]", "select must be a list of strings"),
        ("max_bytes = 0", "max_bytes must be a whole number from 1, not 0"),
        ("max_bytes = true", "max_bytes must be a whole number from 1, not True"),
        ("encoding = 'utf-9'", "'utf-9' is no text encoding"),
        ("profile = ", "is not TOML"),
    ],
)
def test_errors_name_file_and_key(written, text, error):
    path = written(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert error in str(caught.value)
    assert "my.toml" in str(caught.value) or "encoding" in text


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match=r"my.toml: can't be read"):
        load_config(tmp_path / "my.toml")


def test_packs_are_chosen_by_the_options(tmp_path):
    ids = {rule.id for rule in Config(select=("consent",)).packs().rules if rule.score > 0}
    assert ids
    assert all(id.startswith("consent/") for id in ids)
    with pytest.raises(RuleError, match="there is no such folder"):
        Config(rules=(str(tmp_path / "none"),)).packs()
