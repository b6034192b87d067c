"""Help with options in groups, and wrong arguments reported on one line that is safe to print."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from cleaner.errors import INTERRUPTED, nearest
from cleaner.option import GROUPS
from cleaner.terminal import visible

UsageError: Any = typer.BadParameter.__bases__[0]  # Typer has no public name for it


_COMMANDS = ("clean", "explain", "run", "verify", "restore", "review", "diff", "check", "fix", "rules")
"""The commands in the order of the help; others follow."""
_ALIASES = {"strip": "clean", "extract": "clean", "process": "clean", "compare": "diff"}
"""Names that people try for a command, and its real name."""
_TYPED = re.compile(r" <.*?>|  \[x[<>]=?-?\d+\]")  # types and ranges that Typer adds


class Command(TyperCommand):
    """A command whose options are listed under the headings that they name (``rich_help_panel``)."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The arguments as the user writes them: ``[OPTIONS] SRC...``."""
        return ["[OPTIONS]", *(_in_usage(one) for one in self.get_params(ctx) if one.param_type_name == "argument")]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then each group of options."""
        _write_parameters(self, ctx, formatter)


class Group(TyperGroup):
    """A group of commands, each with its whole summary. The error for an unknown command names the nearest one."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands, in the order of the help."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: _COMMANDS.index(name) if name in _COMMANDS else len(_COMMANDS))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands before the options, because users look for them first."""
        self.format_commands(ctx, formatter)
        _write_parameters(self, ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each command with the first paragraph of its help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, _summary(command)) for name, command in commands if command and not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name. Raises a usage error that names the nearest command."""
        try:
            return super().resolve_command(ctx, args)
        except UsageError as error:
            names = self.list_commands(ctx)
            alias = _ALIASES.get(args[0], "")
            near = f"; did you mean {alias!r}?" if alias in names else nearest(args[0], names)
            cure = near or f"; choose one of {', '.join(names)}"
            if "clean" in names and os.path.isfile(args[0]):
                cure = f"; to clean this file: cleaner clean {args[0]}"
            elif "run" in names and os.path.isdir(args[0]):
                cure = f"; to clean this folder: cleaner run {args[0]} -o OUT"
            raise UsageError(f"there is no command {args[0]!r}{cure}", ctx) from error


def call(command: Any) -> int:
    """Run the command line and return its exit code. A usage error is printed on one line that is safe to print."""
    try:
        code = command.main(prog_name="cleaner", standalone_mode=False)
    except UsageError as error:
        _show(error)
        return int(error.exit_code)
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _summary(command: Any) -> str:
    return " ".join((command.help or "").partition("\n\n")[0].split())


def _in_usage(argument: Any) -> str:
    name = (argument.metavar or argument.name).strip("[]")
    name = f"{name}..." if argument.nargs == -1 else name
    return name if argument.required else f"[{name}]"


def _write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    sections: dict[str, list[tuple[str, str]]] = {title: [] for title in ("Arguments", *GROUPS, "")}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        name, text = (_TYPED.sub("", part) for part in record)
        if parameter.param_type_name == "argument":
            sections["Arguments"].append((_in_usage(parameter), text))
        else:
            sections.setdefault(getattr(parameter, "rich_help_panel", None) or "", []).append((name, text))
    for title, records in sections.items():
        if records:
            with formatter.section(title if title == "Arguments" else f"{title} options".strip().capitalize()):
                formatter.write_dl(records)


def _show(error: Any) -> None:
    context = error.ctx
    if type(error).__name__ == "NoArgsIsHelpError":
        print(context.get_help(), file=sys.stderr)
        return
    if context is not None:
        print(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n", file=sys.stderr)
    print(f"cleaner: {visible(error.format_message())}", file=sys.stderr)
