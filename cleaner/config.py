"""The options of a run and the file they may stand in, ``cleaner.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from cleaner.decode import codec_name
from cleaner.errors import ConfigError, refuse_unknown, refuse_unknown_key
from cleaner.keep import STAGE_RULES, Keep, read_keeps, refuse_unknown_rules
from cleaner.markdown import TextFormat
from cleaner.model import InputKind
from cleaner.pack_cache import load_builtin
from cleaner.packs import Packs, builtin_folder, load_packs

if TYPE_CHECKING:
    from cleaner.metadata import Level
    from cleaner.pipeline import Pipeline
    from cleaner.stages import Engine

FILE_NAME = "cleaner.toml"
RUN_TABLE = "run"
"""The table of the file that is about inputs and outputs of a run; `cleaner.batch.options` reads it."""
PROJECT_FILE = "pyproject.toml"
_CHOSEN = ("profile", "input_kind", "text_format", "metadata", "engine")


@dataclass(frozen=True, slots=True)
class Config:
    """The options of a run.

    ``rules`` are folders of packs on top of the shipped ones, ``max_bytes`` is the most that one input may have;
    an empty ``encoding`` means that it is found out, an empty ``profile`` that the kind of the input decides;
    ``stable`` cleans the clean text of a page once more as a text.
    ``text_column`` holds the text of a row of JSON lines (empty: the first of the usual names). ``learned`` lets
    `check` and `fix` report what the learned scorer alone finds, ``keep`` is what they leave alone.
    """

    profile: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    encoding: str = ""
    max_bytes: int = 64_000_000
    input_kind: InputKind | Literal["auto"] = "auto"
    text_format: TextFormat = "plain"
    metadata: Level = "light"
    engine: Engine = "blocks"
    stable: bool = False
    text_column: str = ""
    learned: bool = False
    keep: tuple[Keep, ...] = ()

    def having(self, **options: Any) -> Config:
        """The same with ``options`` on top; an option that wasn't given (None or empty) leaves what is.

        Raises `ConfigError` for a value that the option can't have.
        """
        given = {name: value for name, value in options.items() if value}
        for name, value in given.items():
            _refuse_wrong(name, value)
        return replace(self, **given)

    def packs(self) -> Packs:
        """The rule packs chosen. Raises `RuleError` for a pack or a prefix that is wrong."""
        folders = [builtin_folder(), *map(Path, self.rules)]
        packs = load_packs(folders) if self.rules else load_builtin()
        return packs.only(select=self.select, ignore=self.ignore)

    def refuse_unknown_keeps(self) -> None:
        """Raises `ConfigError` for a keep-rule that names no rule there is, chosen or not."""
        if any(keep.rules for keep in self.keep):
            refuse_unknown_rules(self.keep, [*replace(self, select=(), ignore=()).packs().ids(), *STAGE_RULES])

    def pipeline(self) -> Pipeline:
        """The pipeline that these options ask for. Raises `ConfigError` or `RuleError`."""
        from cleaner.pipeline import Pipeline  # lazy: who only reads options need not wait

        return Pipeline(
            self.packs(), profile=self.profile, engine=self.engine, metadata=self.metadata, stable=self.stable
        )


def load_config(path: Path | None = None) -> Config:
    """The options in ``path``, else in ``cleaner.toml`` of the working folder, else under ``[tool.cleaner]`` in its
    ``pyproject.toml``, else the defaults.

    Folders named in a file are relative to it. Raises `ConfigError` naming file and key.
    """
    if path is None:
        path = next((Path(name) for name in (FILE_NAME, PROJECT_FILE) if Path(name).is_file()), None)
        if path is None:
            return Config()
    table = read_toml(path)
    return _config(_of_project(table, path) if path.name == PROJECT_FILE else table, path)


def _of_project(table: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    tools = table.get("tool", {})
    own = tools.get("cleaner", {}) if isinstance(tools, dict) else {}
    if not isinstance(own, dict):
        raise ConfigError(f"{path}: tool.cleaner must be a table, not {own!r}")
    return own


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a configuration file. Raises `ConfigError` if it can't be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: is nested too deeply") from error
    except ValueError as error:  # not UTF-8 or not TOML
        raise ConfigError(f"{path}: is not TOML: {error}") from error


def _config(table: Mapping[str, Any], path: Path) -> Config:
    known = {field.name: field.default for field in fields(Config)}
    table = {name: value for name, value in table.items() if name != RUN_TABLE}
    for name, value in table.items():
        refuse_unknown_key(str(path), name, name, known)
        if name != "keep":
            _check(name, value, known[name], path)
    keep = read_keeps(table.get("keep", []), str(path), str(path.parent))
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in table.items() if name != "keep"}
    config = Config().having(**given)
    return replace(config, keep=keep, rules=tuple(str(path.parent / folder) for folder in config.rules))


def _refuse_in_file(name: str, value: str, path: Path) -> None:
    try:
        _refuse_wrong(name, value)
    except ConfigError as error:
        raise ConfigError(f"{path}: {name}: {error}") from error


def _refuse_wrong(name: str, value: Any) -> None:
    if name == "encoding":
        codec_name(value)
    elif name in _CHOSEN:
        refuse_unknown(name.replace("_", " "), value, _choices()[name])


@cache
def _choices() -> dict[str, tuple[str, ...]]:
    """The values of options that have but a few."""
    from cleaner.metadata import Level  # lazy: who chooses nothing need not wait
    from cleaner.pipeline import PROFILES
    from cleaner.stages import Engine

    return {
        "profile": tuple(PROFILES),
        "input_kind": ("auto", *get_args(InputKind)),
        "text_format": get_args(TextFormat),
        "metadata": get_args(Level),
        "engine": get_args(Engine),
    }


def _check(name: str, value: object, default: object, path: Path) -> None:
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{path}: {name} must be a list of strings, not {value!r}")
    elif isinstance(default, str):
        if not isinstance(value, str):
            raise ConfigError(f"{path}: {name} must be a string, not {value!r}")
        if value:
            _refuse_in_file(name, value, path)
    elif isinstance(default, bool):
        if not isinstance(value, bool):
            raise ConfigError(f"{path}: {name} must be true or false, not {value!r}")
    elif not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigError(f"{path}: {name} must be a whole number from 1, not {value!r}")
