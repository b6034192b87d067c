"""The options of cleaning, as keywords of a call, as a `Config`, and in the file ``cleaner.toml``."""

from __future__ import annotations

import inspect
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar, get_args

from cleaner.decode import codec_name
from cleaner.errors import ConfigError, nearest, refuse_unknown, refuse_unknown_key
from cleaner.keep import Keep, read_keeps, refuse_unknown_rules
from cleaner.model import InputKind, TextFormat
from cleaner.option import CLEANERS, CLEANING, DOCUMENTS, FINDINGS, INPUT, OUTPUT, aliases_of, option, options_of
from cleaner.packs.cache import load_builtin
from cleaner.packs.load import builtin_folder, load_packs
from cleaner.packs.rule import Packs, StageRule
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT

if TYPE_CHECKING:
    from typing import Unpack

    from cleaner.facts.head import Level
    from cleaner.pipeline import Pipeline
    from cleaner.stages import Classifier, Stage, StageOption

FILE_NAME = "cleaner.toml"
RUN_TABLE = "run"
"""The table of the file that is about inputs and outputs of a run; `cleaner.run.options` reads it."""
PROJECT_FILE = "pyproject.toml"
ProfileName = Literal["", "careful", "balanced", "strict"]
"""A name of `PROFILES`; empty: by the kind of the document."""
_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Profile:
    """An operating point: the sum of scores that cuts a block."""

    name: str
    threshold: int
    summary: str


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("careful", CUTS_ALONE, "cut on sure evidence only: the default for plain text"),
        Profile("balanced", CUTS_BALANCED, "cut where most of the evidence says noise"),
        Profile("strict", CUTS_STRICT, "cut on strong suspicion: less noise, some content lost"),
    )
}

MORE_CAREFUL = {bold.name: careful for careful, bold in pairwise(PROFILES.values())}
"""For each profile but the first the next more careful one, all of whose cuts it makes, too."""


class Options(TypedDict, total=False):
    """The options of cleaning: keywords of `clean`, `explain`, `Pipeline`, `Config` and of every adapter.

    Each is a field of `Config`, which has their defaults; an option that is None has its default.
    """

    profile: ProfileName
    """``careful``, ``balanced`` or ``strict``; without one text is cleaned ``careful``, HTML ``balanced``."""
    select: str | Sequence[str]
    """Use only rules whose id starts with one of these; rules that only protect always stay."""
    ignore: str | Sequence[str]
    """Don't use rules whose id starts with one of these."""
    rules: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
    """Folders of your own rule packs, on top of the shipped ones."""
    stages: StageOption | Sequence[StageOption]
    """Your own stages: import paths such as ``mypkg.mine:Desk``, classes or objects; after the shipped ones."""
    encoding: str
    """The encoding of bytes without a byte order mark; without one it is detected. Strings are taken as they are."""
    input_kind: InputKind | Literal["auto"]
    """What every document is: ``html``, ``markdown``, ``rst``, ``text``, or ``auto`` to see it by its content."""
    text_format: TextFormat
    """``plain``, or ``markdown`` to write what is left of HTML pages as Markdown."""
    metadata: Level
    """How much of a page's head is read when somebody asks for facts: ``none``, ``light`` or ``full``."""
    classifier: Classifier
    """How blocks are classified: ``blocks``, ``rules`` (without the learned scorers), ``trafilatura`` or ``both``.

    ``engine``, its old name, is accepted when the program runs.
    """
    stable: bool
    """Clean the clean text of a page once more, as text, so that a second run removes nothing."""


OPTIONS = tuple(Options.__annotations__)
"""The names of `Options`, in order."""


def _levels() -> tuple[str, ...]:
    from cleaner.facts.head import Level  # lazy: a caller that chooses nothing need not wait

    return get_args(Level)


def _paths_of_stages(stages: Iterable[StageOption]) -> list[str]:
    from cleaner.stages.load import stage_path  # lazy, too

    return [stage_path(stage) for stage in stages]


def _classifiers() -> tuple[str, ...]:
    from cleaner.stages import Classifier  # lazy, too

    return get_args(Classifier)


@dataclass(frozen=True, slots=True, kw_only=True, init=False)
class Config:
    """The options of cleaning, checked: those of `Options`, and four about files and rows.

    Each field is an entry of the table of options: keys, flags, checks, help and docs are made from it. An entry that
    ``is_keyword`` also has a line in `Options`, which is what type checkers and editors read.

    ``max_bytes`` is the most that one file or row may have; ``text_column`` holds the text of a row of JSON lines for
    `check` and `fix` (empty: the first of the usual names); ``learned`` lets these two report what the learned scorer
    alone finds; ``keep`` is what they leave alone, as `cleaner.keep.Keep` or as mappings with the keys of ``[[keep]]``.

    ``select``, ``ignore`` and ``rules`` may be given as one string (``"consent,share"``) or any sequence. Raises
    `ConfigError` for a value that an option can't have, `TypeError` for an option that does not exist.
    """

    profile: ProfileName = option(
        "", "How boldly to cut: careful, balanced or strict.", commands=CLEANERS, is_keyword=True,
        group=CLEANING, metavar="NAME", shown="careful for text, balanced for HTML", choices=lambda: tuple(PROFILES),
    )  # fmt: skip
    select: tuple[str, ...] = option(
        (), "Use only rules whose id starts with ID, such as consent.",
        commands=(*CLEANERS, "rules list"), is_keyword=True,
        group=CLEANING, metavar="ID", has_commas=True, to_row=sorted,
    )  # fmt: skip
    ignore: tuple[str, ...] = option(
        (), "Do not use rules whose id starts with ID, such as tags/list.",
        commands=(*CLEANERS, "rules list"), is_keyword=True,
        group=CLEANING, metavar="ID", has_commas=True, to_row=sorted,
    )  # fmt: skip
    rules: tuple[str, ...] = option(
        (), "Read your own rule packs from this folder, in addition to the shipped ones.",
        commands=(*CLEANERS, "rules list", "rules show", "rules test", "rules lint"), is_keyword=True,
        group=CLEANING, metavar="DIR",
    )  # fmt: skip
    stages: tuple[StageOption, ...] = option(
        (), "Ask your own stage, too: an import path such as mypkg.mine:Desk.",
        commands=(*CLEANERS, "rules list", "rules show", "rules test"), is_keyword=True,
        group=CLEANING, metavar="PATH", flag="--stage", to_row=_paths_of_stages,
    )  # fmt: skip
    encoding: str = option(
        "", "Encoding of inputs that declare none, such as cp1252.", commands=CLEANERS, is_keyword=True,
        group=INPUT, metavar="NAME", shown="detected",
    )  # fmt: skip
    input_kind: InputKind | Literal["auto"] = option(
        "auto", "Read every document as html, markdown, rst or text.",
        commands=CLEANERS, is_keyword=True, group=INPUT, metavar="KIND",
        shown="auto: by its name and content", choices=lambda: ("auto", *get_args(InputKind)),
    )  # fmt: skip
    text_format: TextFormat = option(
        "plain", "Format of cleaned HTML: plain or markdown.", commands=DOCUMENTS, is_keyword=True,
        group=OUTPUT, metavar="FORMAT", choices=lambda: get_args(TextFormat),
    )  # fmt: skip
    metadata: Level = option(
        "light", "How much to read of the head of an HTML page: none, light or full.",
        commands=DOCUMENTS, is_keyword=True, group=OUTPUT, metavar="LEVEL", choices=_levels,
    )  # fmt: skip
    classifier: Classifier = option(
        "blocks", "How blocks are classified: blocks (rules and a learned scorer), rules (without the scorer), "
        "trafilatura (for HTML), or both.",
        commands=CLEANERS, is_keyword=True, group=CLEANING, metavar="NAME", choices=_classifiers, alias="engine",
    )  # fmt: skip
    stable: bool = option(
        default=False, help="Clean the text of an HTML page once more, as text, so that a second run removes nothing.",
        commands=DOCUMENTS, is_keyword=True, group=CLEANING,
    )  # fmt: skip
    max_bytes: int = option(
        64_000_000, "Reject inputs larger than N bytes.",
        commands=CLEANERS, group=INPUT, metavar="N", minimum=1,
    )  # fmt: skip
    text_column: str = option(
        "", "Field of JSON lines that holds the text.",
        commands=FINDINGS, metavar="NAME", shown="text, content, html, raw_html",
    )  # fmt: skip
    learned: bool = option(
        default=False, help="Also report what the learned scorer alone takes for boilerplate.", commands=FINDINGS
    )
    keep: tuple[Keep, ...] = option((), "Text that `check` and `fix` leave alone: tables `[[keep]]`.")

    if TYPE_CHECKING:  # what a call may give is wider than what a field holds

        def __init__(
            self,
            *,
            max_bytes: int = ...,
            text_column: str = ...,
            learned: bool = ...,
            keep: Sequence[Keep | Mapping[str, Any]] = ...,
            **options: Unpack[Options],
        ) -> None: ...

    else:

        def __init__(self, **options: Any) -> None:
            """Refuses options that don't exist, with the nearest name, and values that an option can't have."""
            given = with_new_names(options)
            refuse_unknown_options("Config", given, _defaults())
            for name, default in _defaults().items():
                value = given.get(name)
                is_default = value is None or value is default
                object.__setattr__(self, name, default if is_default else _checked(name, value, default))

    def with_overrides(self, **options: Any) -> Config:
        """The same with ``options`` on top; an option that wasn't given (None or empty) leaves what is.

        Raises `ConfigError` for a value that the option can't have.
        """
        return replace(self, **{name: value for name, value in with_new_names(options).items() if value})

    def packs(self, declared: Iterable[StageRule] | None = None) -> Packs:
        """The rules chosen: those of packs, and those that stages declare (``declared``, else `stage_rules`).

        Raises `RuleError` for a pack or a prefix that is wrong, `ConfigError` for a stage that can't be imported.
        """
        folders = [builtin_folder(), *map(Path, self.rules)]
        packs = load_packs(folders) if self.rules else load_builtin()
        rules = self.stage_rules() if declared is None else declared
        return packs.declaring(rules).only(select=self.select, ignore=self.ignore)

    def load_stages(self) -> list[type[Stage] | Stage]:
        """The stages that the option ``stages`` names. Raises `ConfigError` for one that can't be imported."""
        if not self.stages:
            return []
        from cleaner.stages.load import load_stage  # lazy, as below

        return [load_stage(stage) for stage in self.stages]

    def stage_rules(self) -> tuple[StageRule, ...]:
        """The rules that stages declare: the shipped ones, then those of the option ``stages``.

        Raises `ConfigError` for a stage that can't be imported.
        """
        from cleaner.stages import shipped_rules  # lazy: callers that only read options need not wait

        return (*shipped_rules(), *(rule for stage in self.load_stages() for rule in stage.rules))

    def refuse_unknown_keeps(self) -> None:
        """Raises `ConfigError` for a keep-rule that names no rule there is, chosen or not."""
        if any(keep.rules for keep in self.keep):
            refuse_unknown_rules(self.keep, replace(self, select=(), ignore=()).packs().ids())

    def pipeline(self) -> Pipeline:
        """The pipeline that these options ask for. Raises `RuleError` for a pack or a prefix that is wrong."""
        from cleaner.pipeline import Pipeline  # lazy: who only reads options need not wait

        return Pipeline(config=self)


def config_of(caller: str, config: Config | Mapping[str, Any] | None, options: Mapping[str, Any]) -> Config:
    """``config``, or a mapping of options, with the ``options`` of a call of ``caller`` on top; None is not given.

    Raises `ConfigError` for a value that an option can't have, `TypeError` for an option that does not exist or a
    ``config`` that is neither.
    """
    options = with_new_names(options)
    refuse_unknown_options(caller, options, OPTIONS)
    if config is None:
        base = _DEFAULT
    elif isinstance(config, Config):
        base = config
    elif isinstance(config, Mapping):
        base = Config(**config)
    else:
        cure = "; read the file: load_config(path)" if isinstance(config, str | os.PathLike) else ""
        raise TypeError(f"config is {type(config).__name__}, not a Config or a mapping of options{cure}")
    given = {name: value for name, value in options.items() if value is not None}
    return replace(base, **given) if given else base


def with_new_names(options: Mapping[str, Any]) -> dict[str, Any]:
    """``options`` with the names of today. Raises `ConfigError` if one is given under both its names."""
    found = dict(options)
    for old, name in aliases_of(Config).items():
        value = found.pop(old, None)
        if value is None:
            continue
        if found.get(name) is not None:
            raise ConfigError(f"{old} is the old name of {name}; give one of the two")
        found[name] = value
    return found


def listing_options(function: _Function) -> _Function:
    """Show the options of a function that takes them as ``**options``, one by one, to `help` and to editors."""
    signature = inspect.signature(function)
    defaults = _defaults()
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    listed = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=defaults[name],
            annotation=getattr(kind, "__forward_arg__", kind),
        )
        for name, kind in Options.__annotations__.items()
    ]
    function.__signature__ = signature.replace(parameters=[*own, *listed])  # type: ignore[attr-defined]
    return function


def refuse_unknown_options(caller: str, options: Iterable[str], known: Iterable[str]) -> None:
    """Raises `TypeError` for an option that ``caller`` does not have, and names the nearest."""
    names = list(known)
    for name in options:
        if name not in names:
            cure = nearest(name, names) or f"; options are {', '.join(names)}"
            raise TypeError(f"{caller} has no option {name!r}{cure}")


def load_config(path: str | os.PathLike[str] | None = None) -> Config:
    """The options in ``path``, else in ``cleaner.toml`` of the working folder, else under ``[tool.cleaner]`` in its
    ``pyproject.toml``, else the defaults.

    Folders named in a file are relative to it. Raises `ConfigError` naming file and key, `TypeError` for what is not
    a path.
    """
    if path is not None and not isinstance(path, str | os.PathLike):
        raise TypeError(f"path is {type(path).__name__}, not a string or a path: the file to read the options from")
    there = (Path(name) for name in (FILE_NAME, PROJECT_FILE) if Path(name).is_file())
    file = next(there, None) if path is None else Path(path)
    if file is None:
        return Config()
    table = read_toml(file)
    return _config(_of_project(table, file) if file.name == PROJECT_FILE else table, file)


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
    known = _defaults()
    table = _renamed({name: value for name, value in table.items() if name != RUN_TABLE}, path)
    for name, value in table.items():
        refuse_unknown_key(str(path), name, name, known)
        if name != "keep":
            _check(name, value, known[name], path)
    keep = read_keeps(table.get("keep", []), str(path), str(path.parent))
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in table.items() if name != "keep"}
    _import_stages(given.get("stages", ()), path)
    config = Config().with_overrides(**given)
    return replace(config, keep=keep, rules=tuple(str(path.parent / folder) for folder in config.rules))


def _import_stages(stages: Sequence[str], path: Path) -> None:
    """Import stages now, so that errors name the file; beside installed modules they may be in its folder."""
    if stages:
        from cleaner.stages.load import load_stage  # lazy: few files name stages
    for stage in stages:
        try:
            load_stage(stage, str(path.parent))
        except ConfigError as error:
            raise ConfigError(f"{path}: stages: {error}") from error


def _renamed(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    try:
        return with_new_names(table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def _refuse_in_file(name: str, value: str, path: Path) -> None:
    try:
        _refuse_wrong(name, value)
    except ConfigError as error:
        raise ConfigError(f"{path}: {name}: {error}") from error


def _refuse_wrong(name: str, value: Any) -> None:
    entry = options_of(Config)[name]
    if name == "encoding":
        codec_name(value)
    elif entry.choices:
        refuse_unknown(entry.words, value, entry.choices())


@cache
def _defaults() -> dict[str, Any]:
    return {field.name: field.default for field in fields(Config)}


def _check(name: str, value: object, default: object, path: Path) -> None:
    """Raises `ConfigError` for a value in a file that its option can't have."""
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{path}: {name} must be a list of strings, not {value!r}")
        return
    _refuse_wrong_type(name, value, default, f"{path}: ")
    if isinstance(value, str) and value:
        _refuse_in_file(name, value, path)


def _checked(name: str, value: Any, default: Any) -> Any:
    """``value`` as the field holds it. Raises `ConfigError` if the option can't have it."""
    if isinstance(default, tuple):
        return _keeps(value) if name == "keep" else _stages(value) if name == "stages" else _names(name, value)
    _refuse_wrong_type(name, value, default)
    if value and isinstance(value, str):
        _refuse_wrong(name, value)
    return value


def _keeps(value: Any) -> tuple[Keep, ...]:
    """Keep-rules, or the tables of such."""
    if not isinstance(value, list | tuple):
        raise ConfigError(f"keep must be a list of keep-rules, not {value!r}")
    for one in value:
        if isinstance(one, Keep) and not all(isinstance(part, tuple) for part in (one.files, one.lines, one.rules)):
            raise ConfigError(f"keep: files, lines and rules of a Keep must be tuples of strings, not as in {one!r}")
    read = iter(read_keeps([one for one in value if not isinstance(one, Keep)], "the options", ""))
    return tuple(one if isinstance(one, Keep) else next(read) for one in value)


def _stages(value: Any) -> tuple[StageOption, ...]:
    """One stage or several, each an import path, a class or an object."""
    from cleaner.stages.load import check_stage  # lazy: most options name no stages

    is_one = isinstance(value, str | type) or callable(value)
    if not is_one and not isinstance(value, Iterable):
        raise ConfigError(f"stages must be a list of stages, not {value!r}")
    stages = (value,) if is_one else tuple(value)
    for n, stage in enumerate(stages):
        try:
            check_stage(stage)
        except ConfigError as error:
            raise ConfigError(f"stages[{n}]: {error}") from error
    return stages


def _names(name: str, value: Any) -> tuple[str, ...]:
    """One string or path, or several; ids may be joined by commas as on the command line."""
    given = [value] if isinstance(value, str | os.PathLike) else value
    if not isinstance(given, Iterable) or isinstance(given, bytes | Mapping):
        raise ConfigError(f"{name} must be a string or a list of strings, not {value!r}")
    names = list(given)
    if not all(isinstance(one, str | os.PathLike) for one in names):
        raise ConfigError(f"{name} must be a string or a list of strings, not {value!r}")
    texts = [os.fspath(one) for one in names]
    if options_of(Config)[name].has_commas:
        return tuple(part.strip() for text in texts for part in text.split(",") if part.strip())
    return tuple(texts)


def _refuse_wrong_type(name: str, value: object, default: object, place: str = "") -> None:
    if isinstance(default, str):
        if not isinstance(value, str):
            raise ConfigError(f"{place}{name} must be a string, not {value!r}")
    elif isinstance(default, bool):
        if not isinstance(value, bool):
            raise ConfigError(f"{place}{name} must be true or false, not {value!r}")
    else:
        minimum = options_of(Config)[name].minimum or 0
        if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
            raise ConfigError(f"{place}{name} must be a whole number from {minimum}, not {value!r}")


_DEFAULT = Config()
