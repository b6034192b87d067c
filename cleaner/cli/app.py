"""The commands. Data goes to stdout, everything said about it to stderr."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner import __version__
from cleaner.cli.help import Command, Group
from cleaner.cli.signals import interruptible
from cleaner.config import Config, load_config
from cleaner.errors import (
    FAULT,
    INTERRUPTED,
    SOME_FAILED,
    USAGE,
    CleanerError,
    ConfigError,
    InputError,
    LedgerError,
    OutputError,
    refuse_unknown,
)
from cleaner.terminal import tell, visible

if TYPE_CHECKING:
    from types import ModuleType

app = typer.Typer(
    name="cleaner",
    cls=Group,
    help="Strip boilerplate from scraped pages: menus, cookie notices, share buttons, comment rules.\n\n"
    "Reads HTML pages, and text that was scraped off them. A ledger names the rule for every removed line, so each "
    "text can be rebuilt byte for byte.\n\n"
    "\b\nExamples:\n"
    "  cleaner clean page.html           the clean text of one page\n"
    "  cleaner explain page.html         the page line by line: kept or cut, and why\n"
    "  cleaner run FOLDER -o OUT         a folder of files into JSON lines\n"
    "  cleaner check data                boilerplate in files of data, as a linter",
    epilog="Exit codes: 0 done; 1 some inputs failed, or check found something; 2 wrong use, configuration or rules; "
    "3 a document was passed through uncut, the disk is full, or an internal fault; 4 more would go than --max-removed "
    "allows; 5 check or fix could not read a file; 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,  # ours takes the name of the shell: that works without a terminal, too
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(
    cls=Group,
    help="List the rules, show one, test their examples, find doubtful ones, or format packs.",
    rich_markup_mode=None,
)
app.add_typer(rules_app, name="rules")

INPUT, CLEANING, OUTPUT, LIMITS = "Input", "Cleaning", "Output", "Limit"
"""The groups of options in the help."""

ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME",
        help="How boldly to cut: careful, balanced or strict.  [careful for text, balanced for HTML]",
        rich_help_panel=CLEANING,
    ),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="ID",
        help="Use only rules whose id starts with ID, such as consent. Repeatable.",
        rich_help_panel=CLEANING,
    ),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="ID",
        help="Do not use rules whose id starts with ID, such as tags/list. Repeatable.",
        rich_help_panel=CLEANING,
    ),
]
RulesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        metavar="DIR",
        help="Read your own rule packs from this folder, in addition to the shipped ones. Repeatable.",
        rich_help_panel=CLEANING,
    ),
]
StageOption = Annotated[
    list[str] | None,
    typer.Option(
        "--stage",
        metavar="PATH",
        help="Ask your own stage, too: an import path such as mypkg.mine:Desk. Repeatable.",
        rich_help_panel=CLEANING,
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read options from this file.  [cleaner.toml, if it exists]",
        rich_help_panel=CLEANING,
    ),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Encoding of inputs that declare none, such as cp1252.  [detected]",
        rich_help_panel=INPUT,
    ),
]
MaxBytesOption = Annotated[
    int | None,
    typer.Option(
        "--max-bytes", metavar="N", min=1, help="Reject inputs larger than N bytes.  [64000000]", rich_help_panel=INPUT
    ),
]

InputKindOption = Annotated[
    str | None,
    typer.Option(
        "--input-kind",
        metavar="KIND",
        help="Read every document as html, markdown, rst or text.  [auto: by its name and content]",
        rich_help_panel=INPUT,
    ),
]
TextFormatOption = Annotated[
    str | None,
    typer.Option(
        "--text-format",
        metavar="FORMAT",
        help="Format of cleaned HTML: plain or markdown.  [plain]",
        rich_help_panel=OUTPUT,
    ),
]
MetadataOption = Annotated[
    str | None,
    typer.Option(
        "--metadata",
        metavar="LEVEL",
        help="How much to read of the head of an HTML page: none, light or full.  [light]",
        rich_help_panel=OUTPUT,
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="How blocks are classified: blocks (rules and a learned scorer), rules (without the scorer), trafilatura "
        "(for HTML), or both.  [blocks]",
        rich_help_panel=CLEANING,
    ),
]
StableOption = Annotated[
    bool,
    typer.Option(
        "--stable",
        help="Clean the text of an HTML page once more, as text, so that a second run removes nothing.",
        rich_help_panel=CLEANING,
    ),
]
InputFormatOption = Annotated[
    str | None,
    typer.Option(
        "--input-format",
        metavar="NAME",
        help="Read every file as whole (one document), jsonl, json, csv, parquet, warc or archive (ZIP, tar).  "
        "[auto: by its ending]",
        rich_help_panel=INPUT,
    ),
]
TextColumnOption = Annotated[
    str | None,
    typer.Option(
        "--text-column", metavar="NAME", help="Column that holds the text.  [text, content]", rich_help_panel=INPUT
    ),
]
HtmlColumnOption = Annotated[
    str | None,
    typer.Option(
        "--html-column",
        metavar="NAME",
        help="Column that holds the HTML; it is preferred to the text.  [html, raw_html]",
        rich_help_panel=INPUT,
    ),
]
IdColumnOption = Annotated[
    str | None,
    typer.Option(
        "--id-column", metavar="NAME", help="Column that holds the id of a document.  [id]", rich_help_panel=INPUT
    ),
]
UrlColumnOption = Annotated[
    str | None,
    typer.Option(
        "--url-column",
        metavar="NAME",
        help="Column or key of a sidecar file that holds the address of a document.  [url]",
        rich_help_panel=INPUT,
    ),
]
CsvDelimiterOption = Annotated[
    str | None,
    typer.Option(
        "--csv-delimiter",
        metavar="CHAR",
        help=r"Character between the cells of CSV; \t is a tab.  [comma; in TSV a tab]",
        rich_help_panel=INPUT,
    ),
]
_SHELLS = ("bash", "zsh", "fish", "powershell")


def _show_version(context: typer.Context, wanted: bool) -> None:
    if not wanted:
        return
    if context.params.get("verbose"):  # read before, because it is eager
        from cleaner.cli.about import about

        with _plain_errors():
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
            help="With --version: also show digests, where the models come from, and the versions of libraries.",
        ),
    ] = False,
    show_completion: Annotated[
        str,
        typer.Option(
            "--show-completion", metavar="SHELL", callback=_show_completion, is_eager=True,
            help="Print the completion script for bash, zsh, fish or powershell.",
        ),
    ] = "",
    install_completion: Annotated[
        str,
        typer.Option(
            "--install-completion", metavar="SHELL", callback=_install_completion, is_eager=True,
            help="Install completion for that shell.",
        ),
    ] = "",
) -> None:  # fmt: skip
    del version, show_completion, install_completion  # their callbacks have done their work
    if verbose:
        raise typer.BadParameter("--verbose goes with --version, or after the command: cleaner run --verbose ...")


@app.command(cls=Command)
def run(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC",
            help="Files, folders or globs; - is stdin. Rows of JSONL, JSON, CSV and Parquet, records of WARC and files "
            "in ZIP and tar archives are documents; any other file is one.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder for documents.jsonl, ledger.jsonl, failed.jsonl and report.json.",
            rich_help_panel=OUTPUT,
        ),
    ] = Path("out"),
    jobs: Annotated[
        str, typer.Option("--jobs", "-j", metavar="N", help="Worker processes. 0: none; auto: one for each core.")
    ] = "auto",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would be removed and write nothing.", rich_help_panel=OUTPUT)
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the output of another run.", rich_help_panel=OUTPUT)
    ] = False,
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Clean only inputs that are new or changed since the finished run in DIR.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    skip_unreadable: Annotated[
        bool,
        typer.Option(
            "--skip-unreadable",
            help="List inputs that need a missing library in failed.jsonl and clean the others.",
            rich_help_panel=INPUT,
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print errors only: no progress and no summary.")
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Add all categories, mechanisms, languages, hosts and what was kept on second look to the summary.",
        ),
    ] = False,
    input_format: InputFormatOption = None,
    text_column: TextColumnOption = None,
    html_column: HtmlColumnOption = None,
    id_column: IdColumnOption = None,
    url_column: UrlColumnOption = None,
    csv_delimiter: CsvDelimiterOption = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--output-format",
            metavar="NAME",
            help="Format of documents and ledger: jsonl, jsonl.gz, jsonl.zst or parquet.  [jsonl]",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(
            "--layout",
            metavar="NAME",
            help="Files and columns of the output: plain, dolma or fineweb.  [plain]",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    shard_size: Annotated[
        int | None,
        typer.Option(
            "--shard-size",
            metavar="BYTES",
            min=0,
            help="Start a new output file after this many bytes. 0: never.  [0]",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    keep_folders: Annotated[
        bool | None,
        typer.Option(
            "--keep-folders", help="Write a folder of output for each folder of the input.", rich_help_panel=OUTPUT
        ),
    ] = None,
    ledger: Annotated[
        bool | None,
        typer.Option(
            "--ledger/--no-ledger",
            help="Write what was removed, or not. verify, restore and explain need it.  [ledger]",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            metavar="N",
            min=0,
            help="Clean only N documents, drawn evenly from all inputs. 0: all.  [0]",
            rich_help_panel=LIMITS,
        ),
    ] = None,
    max_removed: Annotated[
        float | None,
        typer.Option(
            "--max-removed",
            metavar="SHARE",
            help="Leave a document uncut if more than this share of it would go (exit code 4).  [1.0]",
            rich_help_panel=LIMITS,
        ),
    ] = None,
    max_removed_run: Annotated[
        float | None,
        typer.Option(
            "--max-removed-run",
            metavar="SHARE",
            help="Exit with code 4 if the run removes more than this share of all text.  [1.0]",
            rich_help_panel=LIMITS,
        ),
    ] = None,
    cpu_seconds: Annotated[
        int | None,
        typer.Option(
            "--cpu-seconds",
            metavar="N",
            min=1,
            help="CPU seconds allowed for one document.  [60]",
            rich_help_panel=LIMITS,
        ),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(
            "--memory", metavar="MB", min=1, help="Megabytes allowed for one document.  [2000]", rich_help_panel=LIMITS
        ),
    ] = None,
    profile: ProfileOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
    stage: StageOption = None,
    config: ConfigOption = None,
    encoding: EncodingOption = None,
    max_bytes: MaxBytesOption = None,
    input_kind: InputKindOption = None,
    text_format: TextFormatOption = None,
    metadata: MetadataOption = None,
    engine: EngineOption = None,
    stable: StableOption = False,
    on: Annotated[
        str, typer.Option("--on", metavar="PLACE", help="Where the work is done: local, ray or spark.")
    ] = "local",
) -> None:
    """Clean files and folders into a folder of JSON lines. Run the same command again to resume."""

    def resumes() -> str:
        return _resumes(output, starts_anew=overwrite or "-" in sources)

    begun = time.monotonic()
    with _plain_errors(interrupted=lambda: f"interrupted; {resumes()}", resumes=resumes):
        from cleaner.cli.progress import Progress
        from cleaner.inputs.find import total_bytes
        from cleaner.run import runner
        from cleaner.run.options import load_options

        _refuse_stdout(output, sources)
        on, engine = _place_and_judge(on, engine)
        options = _options(
            config,
            profile=profile,
            select=select,
            ignore=ignore,
            rules=rules,
            stage=stage,
            encoding=encoding,
            max_bytes=max_bytes,
            input_kind=input_kind,
            text_format=text_format,
            metadata=metadata,
            engine=engine,
            stable=stable,
        )
        files = load_options(config).having(
            input_format=input_format,
            text_column=text_column,
            html_column=html_column,
            id_column=id_column,
            url_column=url_column,
            csv_delimiter=csv_delimiter,
            output_format=output_format,
            layout=layout,
            shard_size=shard_size,
            keep_folders=keep_folders,
            ledger=ledger,
            sample=sample,
            max_removed=max_removed,
            max_removed_run=max_removed_run,
            cpu_seconds=cpu_seconds,
            memory=memory,
        )
        if update and (dry_run or overwrite or on != "local"):
            raise ConfigError("--update can't be combined with --dry-run, --overwrite or --on")
        workers = _jobs(jobs)
        if on != "local" and dry_run:
            raise ConfigError("--dry-run works on this machine only; leave out --on")
        launch = _launch(on) if on != "local" else None
        _refuse_nothing(sources)
        total = total_bytes(sources) if not quiet else 0
        with Progress(sys.stderr, quiet=quiet, total=total, is_written=not dry_run) as progress:
            if launch:
                how = {"overwrite": overwrite, "skip_unreadable": skip_unreadable, "watch": progress}
                report = launch.run(sources, output, options, files, on=on, **how)
            elif dry_run:
                how = {"jobs": workers, "skip_unreadable": skip_unreadable, "watch": progress}
                report = runner.dry_run(sources, options, files, **how)  # type: ignore[arg-type]
            else:
                how = {"jobs": workers, "overwrite": overwrite, "watch": progress}
                how |= {"skip_unreadable": skip_unreadable, "update": update}
                report = runner.run(sources, output, options, files, **how)  # type: ignore[arg-type]
        if not quiet:
            where = "nothing was written" if dry_run else f"written to {output}"
            if report.is_old:
                where = f"nothing to do: {output} is the whole output of this run"
            seconds = 0.0 if report.is_old else time.monotonic() - begun
            print(f"{report.summary(seconds=seconds, verbose=verbose, is_written=not dry_run)}", file=sys.stderr)
            print(visible(where), file=sys.stderr)
        raise typer.Exit(report.exit_code)


def _refuse_stdout(output: Path, sources: list[str]) -> None:
    if str(output) == "-":
        name = sources[0] if len(sources) == 1 and not os.path.isdir(sources[0]) else "FILE"
        raise ConfigError(f"-o names a folder; for one document on stdout: cleaner clean {name} (with --json its row)")


def _refuse_nothing(sources: list[str]) -> None:
    """Raises `ConfigError` if there is nothing to read: an empty output would look like a success."""
    from cleaner.inputs.find import find

    if next(find(sources), None) is None:
        raise ConfigError(f"no inputs found in {', '.join(sources)}; hidden files and the output of runs are not read")


def _resumes(output: Path, *, starts_anew: bool) -> str:
    """What the same command will do after this one broke off."""
    from cleaner.inputs.find import CHECKPOINT

    if starts_anew or not (output / CHECKPOINT).is_file():
        return "nothing is saved yet, so the same command starts from the beginning"
    return "the same command resumes after the last checkpoint"


def _jobs(wanted: str) -> int:
    if wanted == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if wanted.isdecimal():
        return int(wanted)
    raise ConfigError(f"--jobs is a number or auto, not {wanted!r}")


def _place_and_judge(on: str, engine: str | None) -> tuple[str, str | None]:
    """``--engine ray`` means ``--on ray``: no classifier has the name of a place."""
    from cleaner.etl.engines import PLACES

    if engine not in ("local", *PLACES):
        return on, engine
    if on not in ("local", engine):
        raise ConfigError(f"--on {on} and --engine {engine} are two places; name one")
    return engine, None


def _launch(on: str) -> ModuleType:
    """What starts a run on the engine ``on``."""
    from cleaner.etl.engines import PLACES, need

    refuse_unknown("place to run on", on, ("local", *PLACES))
    need(PLACES[on])
    from cleaner.etl import launch

    return launch


@app.command(cls=Command)
def restore(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a run.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Write the sources below this new or empty folder.")
    ],
) -> None:
    """Rebuild the sources of a run from its output, byte for byte; of HTML pages the visible text."""
    from cleaner.run.audit import restore_run

    with _plain_errors():
        _refuse_absent(out)
        restored = restore_run(out, output)
        for problem in restored.problems:
            _tell(problem)
        print(f"{restored.files:,} files restored to {visible(output)}", file=sys.stderr)
        if restored.pages:
            print(f"HTML pages among them: {restored.pages:,}, as their visible text (.txt)", file=sys.stderr)
        if restored.problems:
            print(f"Not restored: {len(restored.problems):,}, each named above", file=sys.stderr)
            raise typer.Exit(SOME_FAILED)


@app.command(cls=Command)
def verify(out: Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a run.")]) -> None:
    """Check that documents, ledger and report of a run match, and that no text was lost."""
    from cleaner.run.audit import verify_run

    with _plain_errors():
        _refuse_absent(out)
        verdict = verify_run(out)
        for problem in verdict.problems:
            _tell(problem)
        if verdict.problems:
            raise typer.Exit(SOME_FAILED)
        print(f"{verdict.documents:,} documents: nothing lost, all totals match", file=sys.stderr)


def _refuse_absent(out: Path) -> None:
    if not out.is_dir():
        raise OutputError(f"{out}: {'is not a folder' if out.exists() else 'there is no such folder'}")


@rules_app.callback(invoke_without_command=True)
def _rules(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_rules()


@rules_app.command("list", cls=Command)
def list_rules(
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
    stage: StageOption = None,
    config: ConfigOption = None,
) -> None:
    """List all rules, one on a line: id, category, score, summary. Those of stages come last."""
    from cleaner.cli import rulebook

    with _plain_errors():
        packs = _options(config, select=select, ignore=ignore, rules=rules, stage=stage).packs()
        for line in rulebook.listing(packs):
            print(line)
        print(rulebook.counted(packs), file=sys.stderr)


@rules_app.command("show", cls=Command)
def show_rule(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule, such as consent/notice.")],
    rules: RulesOption = None,
    stage: StageOption = None,
    config: ConfigOption = None,
) -> None:
    """Show all about one rule, with its examples."""
    from cleaner.cli import rulebook

    with _plain_errors():
        for line in rulebook.entry(_options(config, rules=rules, stage=stage).packs(), id):
            print(line)


@rules_app.command("test", cls=Command)
def check_rules(rules: RulesOption = None, stage: StageOption = None, config: ConfigOption = None) -> None:
    """Test that each rule removes and keeps what its examples say."""
    from cleaner.cli import rulebook
    from cleaner.examples import failures, stage_failures

    with _plain_errors():
        options = _options(config, rules=rules, stage=stage)
        packs = options.packs()
        wrong = [*failures(packs), *stage_failures(options)]
        for line in wrong:
            _tell(line)
        if wrong:
            raise typer.Exit(USAGE)
        examples = sum(len(rule.removes) + len(rule.keeps) for rule in packs.rules)
        examples += sum(len(rule.removes) + len(rule.keeps) for rule in packs.stage_rules)
        print(f"{rulebook.counted(packs)}; {examples:,} examples: all hold", file=sys.stderr)


@rules_app.command("lint", cls=Command)
def lint_rules(rules: RulesOption = None, config: ConfigOption = None) -> None:
    """Report doubtful rules: too broad for their score, a duplicate, shadowed, or silent on their own examples.

    With packs of your own, only your rules are judged. The exit code is 1 if something was found.
    """
    from cleaner.cli import rulebook
    from cleaner.review import doubts

    with _plain_errors():
        packs = _options(config, rules=rules).packs()
        found = doubts(packs)
        for doubt in found:
            print(visible(str(doubt)))
        print(rulebook.counted_doubts(found), file=sys.stderr)
        if found:
            raise typer.Exit(SOME_FAILED)


@rules_app.command("fmt", cls=Command)
def format_rules(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATHS",
            help="Packs, or folders of packs.  [the `rules` of the configuration, else those of a checkout]",
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only list the packs that would change; exit code 1.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Only print the changes as a diff; exit code 1.")] = False,
    config: ConfigOption = None,
) -> None:
    """Format packs: one phrase on a line, sorted, no duplicates, lines of at most 120 characters.

    No rule changes, and comments stay.
    """
    from cleaner.cli import rule_files

    with _plain_errors():
        found = paths or rule_files.pack_folders(_options(config).rules)
        code = rule_files.format_packs(found, check=check, diff=diff)
        if code:
            raise typer.Exit(code)


def _options(
    config: Path | None,
    *,
    select: list[str] | None = None,
    ignore: list[str] | None = None,
    rules: list[str] | None = None,
    stage: list[str] | None = None,
    **others: str | int | bool | None,
) -> Config:
    options = load_config(config)
    named = {"rules": tuple(rules or ()), "stages": tuple(stage or ())}
    return options.having(select=_split(select), ignore=_split(ignore), **named, **others)


def _split(values: list[str] | None) -> tuple[str, ...]:
    """``--select a,b --select c`` names three."""
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


def _tell(message: object) -> None:
    tell(message)


@contextlib.contextmanager
def _plain_errors(
    *, interrupted: Callable[[], str] = lambda: "interrupted", resumes: Callable[[], str] = lambda: ""
) -> Iterator[None]:
    """One line for an error that was expected, and its exit code.

    ``interrupted`` is what to say after Ctrl-C, ``resumes`` what a run can go on from when writing breaks off; both
    are asked when everything is closed.
    """
    try:
        with interruptible():
            yield
            sys.stdout.flush()
    except (InputError, LedgerError) as error:
        _tell(error)
        raise typer.Exit(SOME_FAILED) from error
    except CleanerError as error:
        _tell("; ".join(filter(None, (str(error), resumes() if _is_write_error(error) else ""))))
        raise typer.Exit(FAULT if _is_fault(error) else USAGE) from error
    except BrokenPipeError as error:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from error
    except OSError as error:
        _tell(f"can't write: {error.strerror}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAULT) from error
    except KeyboardInterrupt as error:
        _tell(interrupted())
        raise typer.Exit(INTERRUPTED) from error


def _is_fault(error: CleanerError) -> bool:
    return type(error) is CleanerError or _is_write_error(error)


def _is_write_error(error: CleanerError) -> bool:
    from cleaner.run.folder import WriteError

    return isinstance(error, WriteError)
