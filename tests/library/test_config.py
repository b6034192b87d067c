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
        'max_bytes = 1000\ninput_kind = "html"\ntext_format = "markdown"\nmetadata = "full"\nclassifier = "both"\n'
    )
    assert load_config(path) == Config(
        profile="balanced", select=("consent",), ignore=("share",), rules=(str(path.parent / "mine"),),
        encoding="cp1252", max_bytes=1000, input_kind="html", text_format="markdown", metadata="full", classifier="both",
    )  # fmt: skip


def test_every_default_may_be_written_down(written):
    path = written(
        'profile = ""\nencoding = ""\nselect = []\ninput_kind = "auto"\ntext_format = "plain"\nmetadata = "light"\n'
        'classifier = "blocks"\nmax_bytes = 64_000_000\n'
    )
    assert load_config(path) == Config()


@pytest.mark.parametrize("name", ["profile", "input_kind", "text_format", "metadata", "classifier"])
def test_options_of_a_call_are_checked_too(name):
    with pytest.raises(ConfigError, match=f"there is no {name.replace('_', ' ')} 'x'; choose one of "):
        Config().with_overrides(**{name: "x"})


def test_the_old_name_of_an_option_is_accepted(written):
    wanted = Config(classifier="both")
    assert (
        Config(engine="both")
        == Config().with_overrides(engine="both")
        == load_config(written('engine = "both"'))
        == wanted
    )
    assert wanted.with_overrides(engine="rules") == Config(classifier="rules")
    assert Config(engine=None) == Config()
    with pytest.raises(ConfigError, match="there is no classifier 'x'; choose one of blocks, "):
        Config(engine="x")
    said = "engine is the old name of classifier; leave out engine"
    with pytest.raises(ConfigError, match=f"^{said}$"):
        Config(engine="rules", classifier="rules")
    with pytest.raises(ConfigError, match=f"my.toml: {said}$"):
        load_config(written('engine = "both"\nclassifier = "both"'))


def test_what_is_given_goes_before_the_file():
    config = Config(profile="strict", select=("consent",))
    assert config.with_overrides(profile=None, select=(), max_bytes=5) == Config(
        profile="strict", select=("consent",), max_bytes=5
    )
    assert config.with_overrides(profile="careful").profile == "careful"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("profil = 'strict'", "unknown key 'profil'; did you mean 'profile'?"),
        ("xyz = 1", "unknown key 'xyz'; known keys are profile, select, "),
        ("profile = 'ballanced'", "profile: there is no profile 'ballanced'; choose one of careful, balanced, strict"),
        ("profile = 'ballanced'", "did you mean 'balanced'?"),
        (
            "input_kind = 'htm'",
            "there is no input kind 'htm'; choose one of auto, html, markdown, rst, text; did you mean 'html'?",
        ),
        ("text_format = 'md'", "text_format: there is no text format 'md'; choose one of plain, markdown"),
        ("metadata = true", "metadata must be a string, not True"),
        ("metadata = 'lite'", "metadata: there is no metadata 'lite'; choose one of none, light, full"),
        (
            "classifier = 'blocs'",
            "classifier: there is no classifier 'blocs'; choose one of blocks, rules, trafilatura, both; did you mean 'blocks'?",
        ),
        ("profile = 1", "profile must be a string, not 1"),
        ("select = 'consent'", "select must be a list of strings, not 'consent'"),
        ("select = [1]", "select must be a list of strings"),
        ("max_bytes = 0", "max_bytes must be a whole number of at least 1, not 0"),
        ("max_bytes = true", "max_bytes must be a whole number of at least 1, not True"),
        ("encoding = 'utf-9'", "encoding: 'utf-9' is not a known text encoding"),
        ("profile = ", "is not valid TOML"),
        pytest.param("x = " + "[" * 50_000, "nested too deeply", id="deep"),
    ],
)
def test_errors_name_file_and_key(written, text, error):
    path = written(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert error in str(caught.value)
    assert "my.toml: " in str(caught.value)


def test_a_path_is_a_string_or_a_path(written):
    path = written('profile = "strict"\nrules = ["mine"]')
    assert load_config(str(path)) == load_config(path) == Config(profile="strict", rules=(str(path.parent / "mine"),))
    for given in (7, b"cleaner.toml", Config()):
        with pytest.raises(TypeError, match=f"path is {type(given).__name__}, not a string or a path"):
            load_config(given)


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match=r"my.toml: can't be read"):
        load_config(tmp_path / "my.toml")


def test_packs_are_chosen_by_the_options(tmp_path):
    ids = {rule.id for rule in Config(select=("consent",)).packs().rules if rule.score > 0}
    assert ids
    assert all(id.startswith("consent/") for id in ids)
    with pytest.raises(RuleError, match="there is no such folder"):
        Config(rules=(str(tmp_path / "none"),)).packs()
