"""The options of a command, generated from the tables of options, and the values that a call gives for them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from cleaner.config import Config, load_config, with_new_names
from cleaner.option import CLEANING, Option, options_of
from cleaner.run.options import RunOptions, load_options

_CONFIG = "config"
_ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read options from this file.  [cleaner.toml, if it exists]",
        rich_help_panel=CLEANING,
    ),
]


@dataclass(frozen=True, slots=True)
class Given:
    """The options that a call gives: ``cleaning`` for `Config`, ``of_run`` for `RunOptions`, ``path`` of the file.

    Nothing is read or checked until `config` or `files` is called.
    """

    cleaning: Mapping[str, Any]
    of_run: Mapping[str, Any]
    path: Path | None = None

    def config(self) -> Config:
        """The options of cleaning. Those of the call override those of the file. Raises `ConfigError`."""
        return load_config(self.path).with_overrides(**with_new_names(self.cleaning))

    def files(self) -> RunOptions:
        """The options of a run. Those of the call override those of the file. Raises `ConfigError`."""
        return load_options(self.path).with_overrides(**self.of_run)

    def option(self, name: str) -> Any:
        """The value that the call gives for an option of cleaning, under its old or new name; None if there is none."""
        return with_new_names(self.cleaning).get(name)

    def without(self, name: str) -> Given:
        """A copy without one option of cleaning."""
        return Given({key: value for key, value in self.cleaning.items() if key != name}, self.of_run, self.path)


def with_options(command: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that adds the options of ``command`` to a function, which receives them as ``given: Given``."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        cleaning = _parameters(Config, command)
        run = _parameters(RunOptions, command)
        signature = inspect.signature(function, eval_str=True)
        own = [one for one in signature.parameters.values() if one.name != "given"]
        config = _keyword(_CONFIG, _ConfigOption)

        @wraps(function)
        def call(**values: Any) -> None:
            given = Given(
                {name: values.get(name) for name in cleaning},
                {name: values.get(name) for name in run},
                values.get(_CONFIG),
            )
            function(**{one.name: values.get(one.name, one.default) for one in own}, given=given)

        parameters = [*own, *run.values(), *cleaning.values(), config]
        call.__signature__ = signature.replace(parameters=_keywords(parameters))  # type: ignore[attr-defined]
        call.__annotations__ = {one.name: one.annotation for one in parameters}
        return call

    return decorate


def _keywords(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    return [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]


def _parameters(table: type, command: str) -> dict[str, inspect.Parameter]:
    """The Typer parameters for the options of ``table`` that ``command`` has. Old names are hidden."""
    found = {}
    for name, entry in options_of(table).items():
        if command in entry.commands:
            found[name] = _keyword(name, _annotated(entry))
            if entry.alias:
                found[entry.alias] = _keyword(
                    entry.alias, Annotated[str | None, typer.Option(f"--{entry.alias}", metavar="NAME", hidden=True)]
                )
    return found


def _keyword(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _annotated(entry: Option) -> Any:
    """The annotation of a Typer parameter: its type, or None if the option is not given, with flag and help."""
    is_list = isinstance(entry.default, tuple)
    kind: Any = list[str] if is_list else type(entry.default)
    help = f"{entry.help} Repeatable." if is_list else entry.help
    shown = entry.default_in_words
    return Annotated[
        kind | None,
        typer.Option(
            "/".join(entry.flags),
            metavar=entry.metavar or None,
            help=f"{help}  [{shown}]" if shown else help,
            min=entry.minimum if kind is int else None,
            rich_help_panel=entry.group or None,
        ),
    ]
