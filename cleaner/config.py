"""The options of cleaning: as keywords, as a `Config`, and in the file ``cleaner.toml``."""

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
from cleaner.model import Images, InputKind, TextFormat, Whitespace
from cleaner.option import (
    CHOICE,
    CLEANERS,
    CLEANING,
    DOCUMENTS,
    FINDINGS,
    INPUT,
    OUTPUT,
    aliases_of,
    option,
    options_of,
)
from cleaner.packs.cache import load_builtin, load_cached
from cleaner.packs.load import builtin_folder
from cleaner.packs.rule import Packs, StageRule
from cleaner.resolve import CUTS_ALONE, CUTS_BALANCED, CUTS_STRICT

if TYPE_CHECKING:
    from typing import Unpack

    from cleaner.facts.head import Level
    from cleaner.pipeline import Pipeline
    from cleaner.stages import Classifier, Stage, StageOption

FILE_NAME = "cleaner.toml"
RUN_TABLE = "run"
"""The table of the file for the inputs and outputs of a run; `cleaner.run.options` reads it."""
PROJECT_FILE = "pyproject.toml"
Captions = Literal["auto", "keep", "drop", "separate"]
Comments = Literal["auto", "keep", "drop", "separate"]
Headline = Literal["keep", "drop"]
ProfileName = Literal["", "careful", "balanced", "strict"]
"""A name of `PROFILES`; empty means that the kind of the document decides."""
_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Profile:
    """An operating point: a block is cut if the sum of its scores is at least ``threshold``."""

    name: str
    threshold: int
    summary: str


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("careful", CUTS_ALONE, "cut only on sure evidence: the default for plain text"),
        Profile("balanced", CUTS_BALANCED, "cut where most of the evidence says noise"),
        Profile("strict", CUTS_STRICT, "cut on strong suspicion: less noise, some content lost"),
    )
}

MORE_CAREFUL = {bold.name: careful for careful, bold in pairwise(PROFILES.values())}
"""The next more careful profile for each profile but the first, which makes all its cuts, too."""


class Options(TypedDict, total=False):
    """The options of cleaning: keywords of `clean`, `explain`, `Pipeline`, `Config` and of every adapter.

    Each is a field of `Config`, which defines its default. None means the default.
    """

    profile: ProfileName
    """``careful``, ``balanced`` or ``strict``. The default is ``careful`` for text and ``balanced`` for HTML."""
    select: str | Sequence[str]
    """Use only rules whose id starts with one of these prefixes. Rules that only protect text are always used."""
    ignore: str | Sequence[str]
    """Do not use rules whose id starts with one of these prefixes."""
    rules: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
    """Folders with your own rule packs, which are used in addition to the shipped ones."""
    stages: StageOption | Sequence[StageOption]
    """Your own stages, which run after the shipped ones: import paths (``mypkg.mine:Desk``), classes or objects."""
    encoding: str
    """The encoding of bytes without a byte order mark. By default it is detected. Strings are already decoded."""
    input_kind: InputKind | Literal["auto"]
    """The kind of every document: ``html``, ``markdown``, ``rst``, ``text``, or ``auto`` to detect it by content."""
    text_format: TextFormat
    """``plain``, or ``markdown`` to write the clean text of HTML pages as Markdown."""
    images: Images
    """Images in Markdown: ``keep``, ``alt`` for their alternative texts only, or ``drop``."""
    whitespace: Whitespace
    """White space of the clean text: ``keep``, or ``tidy`` for single blank lines, no trailing blanks, no indents."""
    metadata: Level
    """How much of the head of a page is read when facts are requested: ``none``, ``light`` or ``full``."""
    classifier: Classifier
    """How blocks are classified: ``blocks``, ``rules`` (without the learned scorers), ``trafilatura`` or ``both``.

    The old name ``engine`` is also accepted at run time.
    """
    captions: Captions
    """Captions of pictures and videos: ``keep``, ``drop``, or ``separate`` to put them into a field of their own."""
    comments: Comments
    """Comments by readers: ``auto`` (removed where the page has other content), ``keep``, ``drop`` or ``separate``."""
    headline: Headline
    """The headline of a page: ``keep`` or ``drop``."""
    stable: bool
    """Clean the clean text of a page once more, as text, so that a second run removes nothing."""


OPTIONS = tuple(Options.__annotations__)
"""The names of `Options`, in order."""


def _levels() -> tuple[str, ...]:
    from cleaner.facts.head import Level  # lazy: slow to import, and few callers need it

    return get_args(Level)


def _paths_of_stages(stages: Iterable[StageOption]) -> list[str]:
    from cleaner.stages.load import stage_path  # lazy, too

    return [stage_path(stage) for stage in stages]


def _classifiers() -> tuple[str, ...]:
    from cleaner.stages import Classifier  # lazy, too

    return get_args(Classifier)


@dataclass(frozen=True, slots=True, kw_only=True, init=False)
class Config:
    """The options of cleaning, checked: those of `Options`, and four for files and rows.

    Each field is an entry of the table of options, from which keys, flags, checks, help and docs are generated. An
    entry with ``is_keyword`` also has a line in `Options`, for type checkers and editors.

    ``max_bytes`` is the maximum size of one file or row, in bytes. Three options are for `check` and `fix`:
    ``text_column`` is the field of JSON lines that contains the text (empty: the first of the usual names), ``learned``
    is whether to report what only the learned scorer finds, and ``keep`` lists what to leave alone, each as a
    `cleaner.keep.Keep` or as a mapping with the keys of ``[[keep]]``.

    ``select``, ``ignore`` and ``rules`` may be one string (``"consent,share"``) or any sequence. Raises `ConfigError`
    for a value that an option can't have, `TypeError` for an option that does not exist.
    """

    profile: ProfileName = option(
        "", "How much to cut: careful, balanced or strict.", commands=CLEANERS, is_keyword=True,
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
        (), "Also run your own stage, given as an import path such as mypkg.mine:Desk.",
        commands=(*CLEANERS, "rules list", "rules show", "rules test"), is_keyword=True,
        group=CLEANING, metavar="PATH", flag="--stage", to_row=_paths_of_stages,
    )  # fmt: skip
    encoding: str = option(
        "", "Encoding of inputs that declare none, such as cp1252.", commands=(*CLEANERS, "learn"), is_keyword=True,
        group=INPUT, metavar="NAME", shown="detected",
    )  # fmt: skip
    input_kind: InputKind | Literal["auto"] = option(
        "auto", "Read every document as html, markdown, rst or text.",
        commands=(*CLEANERS, "learn"), is_keyword=True, group=INPUT, metavar="KIND",
        shown="auto: by its name and content", choices=lambda: ("auto", *get_args(InputKind)),
    )  # fmt: skip
    text_format: TextFormat = option(
        "plain", "Format of cleaned HTML: plain or markdown.", commands=DOCUMENTS, is_keyword=True,
        group=OUTPUT, metavar="FORMAT", choices=lambda: get_args(TextFormat),
    )  # fmt: skip
    images: Images = option(
        "keep", "What to do with images in Markdown: keep, alt (only their alternative texts) or drop.",
        commands=DOCUMENTS, is_keyword=True, group=OUTPUT, metavar=CHOICE, choices=lambda: get_args(Images),
    )  # fmt: skip
    whitespace: Whitespace = option(
        "keep", "White space of the clean text: keep, or tidy (one blank line between paragraphs, no trailing blanks, "
        "no indents left by markup).",
        commands=DOCUMENTS, is_keyword=True, group=OUTPUT, metavar=CHOICE, choices=lambda: get_args(Whitespace),
    )  # fmt: skip
    metadata: Level = option(
        "light", "How much to read of the head of an HTML page: none, light or full.",
        commands=DOCUMENTS, is_keyword=True, group=OUTPUT, metavar="LEVEL", choices=_levels,
    )  # fmt: skip
    classifier: Classifier = option(
        "blocks", "Classify blocks with blocks (rules and a learned scorer), rules (no scorer), trafilatura (HTML "
        "only), or both (blocks and trafilatura).",
        commands=CLEANERS, is_keyword=True, group=CLEANING, metavar="NAME", choices=_classifiers, alias="engine",
    )  # fmt: skip
    captions: Captions = option(
        "auto", "What to do with captions of pictures and videos: auto (the learned scorer decides on articles), keep, "
        "drop, or separate (into a field of the row).",
        commands=DOCUMENTS, is_keyword=True, group=CLEANING, metavar=CHOICE, choices=lambda: get_args(Captions),
    )  # fmt: skip
    comments: Comments = option(
        "auto", "What to do with comments by readers: auto (remove them where the page has other content), keep, drop, "
        "or separate (into a field of the row).",
        commands=DOCUMENTS, is_keyword=True, group=CLEANING, metavar=CHOICE, choices=lambda: get_args(Comments),
    )  # fmt: skip
    headline: Headline = option(
        "keep", "What to do with the headline: keep or drop.",
        commands=DOCUMENTS, is_keyword=True, group=CLEANING, metavar=CHOICE, choices=lambda: get_args(Headline),
    )  # fmt: skip
    stable: bool = option(
        default=False, help="Clean the text of an HTML page once more, as text, so that a second run removes nothing.",
        commands=DOCUMENTS, is_keyword=True, group=CLEANING,
    )  # fmt: skip
    max_bytes: int = option(
        64_000_000, "Reject inputs larger than N bytes.",
        commands=(*CLEANERS, "learn"), group=INPUT, metavar="N", minimum=1,
    )  # fmt: skip
    text_column: str = option(
        "", "Field of JSON lines that contains the text.",
        commands=FINDINGS, metavar="NAME", shown="text, content, html, raw_html",
    )  # fmt: skip
    learned: bool = option(
        default=False, help="Also report what only the learned scorer classifies as boilerplate.", commands=FINDINGS
    )
    keep: tuple[Keep, ...] = option((), "Text that `check` and `fix` leave alone: tables `[[keep]]`.")

    if TYPE_CHECKING:  # a call accepts more types than a field contains

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
            """Check the options. Raises `TypeError`, which names the nearest option, or `ConfigError`."""
            given = with_new_names(options)
            refuse_unknown_options("Config", given, _defaults())
            for name, default in _defaults().items():
                value = given.get(name)
                is_default = value is None or value is default
                object.__setattr__(self, name, default if is_default else _checked(name, value, default))

    def with_overrides(self, **options: Any) -> Config:
        """A copy in which ``options`` override the values. An option that is None or empty is ignored.

        Raises `ConfigError` for a value that an option can't have.
        """
        return replace(self, **{name: value for name, value in with_new_names(options).items() if value})

    def packs(self, declared: Iterable[StageRule] | None = None) -> Packs:
        """The selected rules of packs, and those that stages declare (``declared``, else `stage_rules`).

        Raises `RuleError` for an invalid pack or an unknown prefix, `ConfigError` for a stage that can't be imported.
        """
        folders = [builtin_folder(), *map(Path, self.rules)]
        packs = load_cached(folders) if self.rules else load_builtin()
        rules = self.stage_rules() if declared is None else declared
        return packs.declaring(rules).only(select=self.select, ignore=self.ignore)

    @property
    def asked(self) -> dict[str, str]:
        """The options that say what counts as content, with their values."""
        return {"captions": self.captions, "comments": self.comments, "headline": self.headline}

    def load_stages(self) -> list[type[Stage] | Stage]:
        """The stages that the option ``stages`` names. Raises `ConfigError` for one that can't be imported."""
        if not self.stages:
            return []
        from cleaner.stages.load import load_stage  # lazy: slow to import

        return [load_stage(stage) for stage in self.stages]

    def stage_rules(self) -> tuple[StageRule, ...]:
        """The rules that stages declare: the shipped ones, then those of the option ``stages``.

        Raises `ConfigError` for a stage that can't be imported.
        """
        from cleaner.stages import shipped_rules  # lazy: slow to import

        return (*shipped_rules(), *(rule for stage in self.load_stages() for rule in stage.rules))

    def refuse_unknown_keeps(self) -> None:
        """Raise `ConfigError` for a keep-rule whose rule does not exist. Rules that are not selected exist, too."""
        if any(keep.rules for keep in self.keep):
            refuse_unknown_rules(self.keep, replace(self, select=(), ignore=()).packs().ids())

    def pipeline(self) -> Pipeline:
        """The pipeline for these options. Raises `RuleError` for an invalid pack or an unknown prefix."""
        from cleaner.pipeline import Pipeline  # lazy: slow to import

        return Pipeline(config=self)


def config_of(caller: str, config: Config | Mapping[str, Any] | None, options: Mapping[str, Any]) -> Config:
    """``config``, or a mapping of options, overridden by the ``options`` of a call of ``caller`` that are not None.

    Raises `ConfigError` for a value that an option can't have, and `TypeError` for an option that does not exist or a
    ``config`` of another type.
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
        cure = "; to read a file, use load_config(path)" if isinstance(config, str | os.PathLike) else ""
        raise TypeError(f"config is {type(config).__name__}, not a Config or a mapping of options{cure}")
    given = {name: value for name, value in options.items() if value is not None}
    return replace(base, **given) if given else base


def with_new_names(options: Mapping[str, Any]) -> dict[str, Any]:
    """``options`` with old names replaced. Raises `ConfigError` if one is given under both names."""
    found = dict(options)
    for old, name in aliases_of(Config).items():
        value = found.pop(old, None)
        if value is None:
            continue
        if found.get(name) is not None:
            raise ConfigError(f"{old} is the old name of {name}; leave out {old}")
        found[name] = value
    return found


def listing_options(function: _Function) -> _Function:
    """A decorator that lists the ``**options`` of a function one by one in its signature, for `help` and editors."""
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
    """Raise `TypeError`, which names the nearest option, for an option that ``caller`` does not have."""
    names = list(known)
    for name in options:
        if name not in names:
            cure = nearest(name, names) or f"; options are {', '.join(names)}"
            raise TypeError(f"{caller} has no option {name!r}{cure}")


def load_config(path: str | os.PathLike[str] | None = None) -> Config:
    """The options in the file ``path``, or else in the working folder.

    In the working folder, ``cleaner.toml`` comes first, then ``[tool.cleaner]`` in ``pyproject.toml``, then the
    defaults. Folders in a file are relative to the file. Raises `ConfigError`, which names file and key, and
    `TypeError` if ``path`` is not a path.
    """
    if path is not None and not isinstance(path, str | os.PathLike):
        raise TypeError(
            f"path is {type(path).__name__}, not a string or a path; name the file that contains the options"
        )
    existing = (Path(name) for name in (FILE_NAME, PROJECT_FILE) if Path(name).is_file())
    file = next(existing, None) if path is None else Path(path)
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
    """The tables of a configuration file. Raises `ConfigError` if it can't be read or is not valid TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: is not valid TOML: nested too deeply") from error
    except ValueError as error:  # not UTF-8 or not TOML
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error


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
    """Import stages now, so that errors name the file. Stages may also be in the folder of the file."""
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
    """Raise `ConfigError` for a value in a file that its option can't have."""
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{path}: {name} must be a list of strings, not {value!r}")
        return
    _refuse_wrong_type(name, value, default, f"{path}: ")
    if isinstance(value, str) and value:
        _refuse_in_file(name, value, path)


def _checked(name: str, value: Any, default: Any) -> Any:
    """``value`` as the field stores it. Raises `ConfigError` if the option can't have it."""
    if isinstance(default, tuple):
        return _keeps(value) if name == "keep" else _stages(value) if name == "stages" else _names(name, value)
    _refuse_wrong_type(name, value, default)
    if value and isinstance(value, str):
        _refuse_wrong(name, value)
    return value


def _keeps(value: Any) -> tuple[Keep, ...]:
    """Keep-rules from a list of `Keep` objects and mappings."""
    if not isinstance(value, list | tuple):
        raise ConfigError(f"keep must be a list of keep-rules, not {value!r}")
    for one in value:
        if isinstance(one, Keep) and not all(isinstance(part, tuple) for part in (one.files, one.lines, one.rules)):
            raise ConfigError(f"keep: files, lines and rules of a Keep must be tuples of strings, unlike in {one!r}")
    read = iter(read_keeps([one for one in value if not isinstance(one, Keep)], "the options", ""))
    return tuple(one if isinstance(one, Keep) else next(read) for one in value)


def _stages(value: Any) -> tuple[StageOption, ...]:
    """A tuple of stages from one stage or several; each is an import path, a class or an object."""
    from cleaner.stages.load import check_stage  # lazy: few options name stages

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
    """A tuple of strings from one string or path, or several. Commas may separate ids, as on the command line."""
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
            raise ConfigError(f"{place}{name} must be a whole number of at least {minimum}, not {value!r}")


_DEFAULT = Config()
