"""The command `cleaner` and its group `rules`. Data goes to stdout, messages about it to stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cleaner import __version__
from cleaner.cli.errors import plain_errors
from cleaner.cli.help import Command, Group
from cleaner.cli.parameters import Given, with_options
from cleaner.errors import SOME_FAILED, USAGE
from cleaner.terminal import print_message, visible

app = typer.Typer(
    name="cleaner",
    cls=Group,
    help="Strip boilerplate from scraped pages: menus, cookie notices, share buttons, comment rules.\n\n"
    "The input is HTML pages, or text that was scraped from them. A ledger contains every removed line with its rule, "
    "so that each text can be rebuilt byte for byte.\n\n"
    "\b\nExamples:\n"
    "  cleaner clean page.html           print the clean text of one page\n"
    "  cleaner explain page.html         show which lines are kept or cut, and why\n"
    "  cleaner run FOLDER -o OUT         clean a folder of files into JSON lines\n"
    "  cleaner check data                report boilerplate in data files, as a linter",
    epilog="Exit codes: 0 success; 1 some inputs failed, or check found something; 2 wrong arguments, configuration or "
    "rules; 3 a document was passed through uncut, the disk is full, or an internal error; 4 a document or run "
    "exceeds --max-removed or --max-removed-run, or two runs differ more than diff allows; 5 check or fix could not "
    "read a file; 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,  # our options take the name of the shell, so that they also work without a terminal
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(
    cls=Group,
    help="List the rules, show one, test their examples, report doubtful rules, or format packs.",
    rich_markup_mode=None,
)
app.add_typer(rules_app, name="rules")

_SHELLS = ("bash", "zsh", "fish", "powershell")


def _show_version(context: typer.Context, wanted: bool) -> None:
    if not wanted:
        return
    if context.params.get("verbose"):  # already parsed, because it is eager
        from cleaner.cli.about import about

        with plain_errors():
            print(*about(), sep="\n")
    else:
        print(f"cleaner {__version__}")
    raise typer.Exit


def _show_completion(context: typer.Context, parameter: typer.CallbackParam, shell: str) -> None:
    if shell:
        from typer.completion import show_callback

        show_callback(context, parameter, _shell(shell))


def _install_completion(context: typer.Context, parameter: typer.CallbackParam, shell: str) -> None:
    if shell:
        from typer.completion import install_callback

        install_callback(context, parameter, _shell(shell))


def _shell(name: str) -> str:
    if name not in _SHELLS:
        raise typer.BadParameter(f"there is no completion for {name!r}; choose one of {', '.join(_SHELLS)}")
    return name


@app.callback()
def _cleaner(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, help="Show the version and exit.")
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", is_eager=True,
            help="With --version, also show digests, how the models were trained, and the versions of libraries.",
        ),
    ] = False,
    show_completion: Annotated[
        str,
        typer.Option(
            "--show-completion", metavar="SHELL", callback=_show_completion, is_eager=True,
            help="Print the completion script for this shell: bash, zsh, fish or powershell.",
        ),
    ] = "",
    install_completion: Annotated[
        str,
        typer.Option(
            "--install-completion", metavar="SHELL", callback=_install_completion, is_eager=True,
            help="Install completion for this shell: bash, zsh, fish or powershell.",
        ),
    ] = "",
) -> None:  # fmt: skip
    del version, show_completion, install_completion  # their callbacks have already run
    if verbose:
        raise typer.BadParameter("--verbose works with --version, or after the command: cleaner run --verbose ...")


@rules_app.callback(invoke_without_command=True)
def _rules(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_rules()


@rules_app.command("list", cls=Command)
@with_options("rules list")
def list_rules(given: Given) -> None:
    """List all rules, one per line: id, category, score and summary. The rules of stages come last."""
    from cleaner.cli import rulebook

    with plain_errors():
        packs = given.config().packs()
        for line in rulebook.listing(packs):
            print(line)
        print(rulebook.counted(packs), file=sys.stderr)


@rules_app.command("show", cls=Command)
@with_options("rules show")
def show_rule(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule, such as consent/notice.")], given: Given
) -> None:
    """Show the details and the examples of one rule."""
    from cleaner.cli import rulebook

    with plain_errors():
        for line in rulebook.entry(given.config().packs(), id):
            print(line)


@rules_app.command("test", cls=Command)
@with_options("rules test")
def check_rules(given: Given) -> None:
    """Check that each rule removes and keeps its examples as declared."""
    from cleaner.cli import rulebook
    from cleaner.examples import failures, stage_failures

    with plain_errors():
        options = given.config()
        packs = options.packs()
        wrong = [*failures(packs), *stage_failures(options)]
        for line in wrong:
            print_message(line)
        if wrong:
            raise typer.Exit(USAGE)
        examples = sum(len(rule.removes) + len(rule.keeps) for rule in packs.rules)
        examples += sum(len(rule.removes) + len(rule.keeps) for rule in packs.stage_rules)
        print(f"{rulebook.counted(packs)}; {examples:,} examples: all correct", file=sys.stderr)


@rules_app.command("lint", cls=Command)
@with_options("rules lint")
def lint_rules(given: Given) -> None:
    """Report doubtful rules: too broad for their score, duplicate, shadowed, or not matching their own examples.

    With your own packs, only your rules are checked. The exit code is 1 if there are findings.
    """
    from cleaner.cli import rulebook
    from cleaner.doubts import doubts

    with plain_errors():
        packs = given.config().packs()
        found = doubts(packs)
        for doubt in found:
            print(visible(str(doubt)))
        print(rulebook.counted_doubts(found), file=sys.stderr)
        if found:
            raise typer.Exit(SOME_FAILED)


@rules_app.command("fmt", cls=Command)
@with_options("rules fmt")
def format_rules(
    given: Given,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATHS",
            help="Rule packs, or folders of packs.  [`rules` of the configuration, else those of a checkout]",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only list the packs that would change, and exit with 1 if there are any.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Only print the changes as a diff, and exit with 1 if there are any.")
    ] = False,
) -> None:
    """Format packs: one phrase per line, sorted, without duplicates, in lines of at most 120 characters.

    Formatting changes no rule and keeps comments.
    """
    from cleaner.cli import rule_files

    with plain_errors():
        found = paths or rule_files.pack_folders(given.config().rules)
        code = rule_files.format_packs(found, check=check, diff=diff)
        if code:
            raise typer.Exit(code)
