"""The commands. Data goes to stdout, everything said about it to stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner import __version__
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
    refuse_unknown,
)

if TYPE_CHECKING:
    from types import ModuleType

app = typer.Typer(
    name="cleaner",
    help="Strip boilerplate from scraped pages: menus, cookie notices, share buttons, comment rules.\n\n"
    "Reads HTML pages and text that was scraped off them. Every removed line stands in a ledger with the rule that "
    "took it, so each text can be rebuilt byte for byte.\n\n"
    "Start with:  cleaner run FOLDER -o OUT   or look at one page:  cleaner explain FILE",
    epilog="Exit codes: 0 done, 1 some inputs failed, 2 wrong use or wrong rule pack, "
    "3 a document was passed through uncut or an internal fault, 4 more would go than "
    "--max-removed allows, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(help="List the rules, show one, or check their examples.", rich_markup_mode=None)
app.add_typer(rules_app, name="rules")

ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="NAME", help="careful, balanced or strict.  [careful for text, balanced for HTML]"
    ),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="ID", help="Use only rules whose id starts so, e.g. consent. Repeatable."),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="ID", help="Don't use rules whose id starts so, e.g. tags/list. Repeatable."),
]
RulesOption = Annotated[
    list[str] | None,
    typer.Option("--rules", metavar="DIR", help="A folder of your own rule packs, on top of the shipped ones."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Options in a file; without it cleaner.toml, if there is one."),
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="Of the inputs, where they don't tell; e.g. cp1252.")
]
MaxBytesOption = Annotated[
    int | None, typer.Option("--max-bytes", metavar="N", min=1, help="Larger inputs fail.  [64000000]")
]

InputKindOption = Annotated[
    str | None,
    typer.Option(
        "--input-kind", metavar="KIND", help="html, markdown, rst or text, whatever the inputs look like.  [auto]"
    ),
]
TextFormatOption = Annotated[
    str | None, typer.Option("--text-format", metavar="FORMAT", help="Of clean pages: plain or markdown.  [plain]")
]
MetadataOption = Annotated[
    str | None,
    typer.Option("--metadata", metavar="LEVEL", help="What to read of a page's head: none, light or full.  [light]"),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Who judges pages: blocks, rules (without the learned scorer), trafilatura, both.  [blocks]",
    ),
]


StableOption = Annotated[
    bool,
    typer.Option("--stable", help="Clean the clean text of a page again as text, so that a second run takes nothing."),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"cleaner {__version__}")
        raise typer.Exit


@app.callback()
def _cleaner(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC", help="Files, folders or globs; - is stdin. By ending: JSONL, CSV, Parquet, WARC, WET, pages."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for documents.jsonl, ledger.jsonl and so on.")
    ] = Path("out"),
    jobs: Annotated[
        str, typer.Option("--jobs", "-j", metavar="N", help="Worker processes; auto: one a core, 0: none.")
    ] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, write nothing.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the output of another run.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary; errors only.")] = False,
    input_format: Annotated[
        str | None,
        typer.Option("--input-format", metavar="NAME", help="whole, jsonl, csv, parquet or warc, whatever the ending."),
    ] = None,
    text_column: Annotated[
        str | None, typer.Option("--text-column", metavar="NAME", help="Of rows.  [text, content]")
    ] = None,
    html_column: Annotated[
        str | None, typer.Option("--html-column", metavar="NAME", help="Of rows; goes before text.  [html, raw_html]")
    ] = None,
    id_column: Annotated[str | None, typer.Option("--id-column", metavar="NAME", help="Of rows.  [id]")] = None,
    url_column: Annotated[
        str | None, typer.Option("--url-column", metavar="NAME", help="Of rows and sidecars.  [url]")
    ] = None,
    csv_delimiter: Annotated[
        str | None,
        typer.Option("--csv-delimiter", metavar="CHAR", help=r"Between cells of CSV; \t is a tab.  [comma; TSV: tab]"),
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option("--output-format", metavar="NAME", help="jsonl, jsonl.gz, jsonl.zst or parquet.  [jsonl]"),
    ] = None,
    layout: Annotated[
        str | None, typer.Option("--layout", metavar="NAME", help="plain, dolma or fineweb.  [plain]")
    ] = None,
    shard_size: Annotated[
        int | None, typer.Option("--shard-size", metavar="BYTES", min=0, help="A new file when one has so many bytes.")
    ] = None,
    keep_folders: Annotated[
        bool | None, typer.Option("--keep-folders", help="A folder of output for each folder of the input.")
    ] = None,
    ledger: Annotated[
        bool | None, typer.Option("--ledger/--no-ledger", help="Whether to write what was removed.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", min=0, help="Only N documents, drawn from all inputs.")
    ] = None,
    max_removed: Annotated[
        float | None,
        typer.Option("--max-removed", metavar="SHARE", help="What would lose more stays whole; exit code 4."),
    ] = None,
    max_removed_run: Annotated[
        float | None,
        typer.Option("--max-removed-run", metavar="SHARE", help="Exit code 4 if more is removed of all text."),
    ] = None,
    cpu_seconds: Annotated[
        int | None, typer.Option("--cpu-seconds", metavar="N", min=1, help="Work that a document may take.  [60]")
    ] = None,
    memory: Annotated[
        int | None, typer.Option("--memory", metavar="MB", min=1, help="Memory that a document may take.  [2000]")
    ] = None,
    profile: ProfileOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
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
    """Clean files and folders into a folder of rows. The same command again goes on where it broke off."""
    from cleaner.batch import runner
    from cleaner.batch.options import load_options
    from cleaner.batch.sources import total_bytes
    from cleaner.cli.progress import Progress

    goes_on = "it begins anew" if overwrite or "-" in sources else "it goes on where it was"
    with _plain_errors(interrupted=f"interrupted; run the same command again, {goes_on}"):
        on, engine = _place_and_judge(on, engine)
        options = _options(
            config,
            profile=profile,
            select=select,
            ignore=ignore,
            rules=rules,
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
        workers = _jobs(jobs)
        total = total_bytes(sources) if not quiet else 0
        with Progress(sys.stderr, quiet=quiet, total=total, is_written=not dry_run) as progress:
            if on != "local":
                if dry_run:
                    raise ConfigError("--dry-run is for this machine; leave out --on")
                launch = _launch(on)
                report = launch.run(sources, output, options, files, on=on, overwrite=overwrite, watch=progress)
            elif dry_run:
                report = runner.dry_run(sources, options, files, jobs=workers, watch=progress)
            else:
                how = {"jobs": workers, "overwrite": overwrite, "watch": progress}
                report = runner.run(sources, output, options, files, **how)  # type: ignore[arg-type]
        if not quiet:
            where = "nothing was written" if dry_run else f"written to {output}"
            if report.is_old:
                where = f"nothing to do: {output} is the whole output of this run"
            print(f"{report.summary()}\n{where}", file=sys.stderr)
        raise typer.Exit(report.exit_code)


def _jobs(wanted: str) -> int:
    if wanted == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if wanted.isdecimal():
        return int(wanted)
    raise ConfigError(f"--jobs is a number or auto, not {wanted!r}")


def _place_and_judge(on: str, engine: str | None) -> tuple[str, str | None]:
    """``--engine ray`` is taken for ``--on ray``: no judge has the name of a place."""
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


@app.command()
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for stdin.")],
    json: Annotated[bool, typer.Option("--json", help="The same as one JSON object.")] = False,
    profile: ProfileOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    rules: RulesOption = None,
    config: ConfigOption = None,
    encoding: EncodingOption = None,
    max_bytes: MaxBytesOption = None,
    input_kind: InputKindOption = None,
    text_format: TextFormatOption = None,
    metadata: MetadataOption = None,
    engine: EngineOption = None,
    stable: StableOption = False,
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Where the page came from.")] = "",
) -> None:
    """Show a page line by line: kept, or cut (-) with the rule and the reason."""
    from cleaner.batch.runner import explain_source
    from cleaner.cli import page

    with _plain_errors():
        options = _options(
            config,
            profile=profile,
            select=select,
            ignore=ignore,
            rules=rules,
            encoding=encoding,
            max_bytes=max_bytes,
            input_kind=input_kind,
            text_format=text_format,
            metadata=metadata,
            engine=engine,
            stable=stable,
        )
        result = explain_source(file, options, url=url)
        if json:
            print(page.as_json(result, options.text_format))
        else:
            for line in page.as_lines(result, options.text_format, colour=_wants_colour()):
                print(line)


@app.command()
def restore(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a run.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="An empty or new folder.")],
) -> None:
    """Rebuild every source of a run, byte for byte, from its output; of HTML pages the visible text."""
    from cleaner.batch.audit import restore_run

    with _plain_errors():
        restored = restore_run(out, output)
        print(f"{restored.files:,} files restored to {output}", file=sys.stderr)
        if restored.pages:
            print(f"HTML pages among them: {restored.pages:,}, as their visible text (.txt)", file=sys.stderr)


@app.command()
def verify(out: Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a run.")]) -> None:
    """Check that documents, ledger and report of a run fit each other, and that no text was lost."""
    from cleaner.batch.audit import verify_run

    with _plain_errors():
        verdict = verify_run(out)
        for problem in verdict.problems:
            _tell(problem)
        if verdict.problems:
            raise typer.Exit(SOME_FAILED)
        print(f"{verdict.documents:,} documents: nothing lost, every total fits", file=sys.stderr)


@rules_app.callback(invoke_without_command=True)
def _rules(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_rules()


@rules_app.command("list")
def list_rules(
    select: SelectOption = None, ignore: IgnoreOption = None, rules: RulesOption = None, config: ConfigOption = None
) -> None:
    """One line a rule: id, category, score, summary."""
    from cleaner.cli import rulebook

    with _plain_errors():
        for line in rulebook.listing(_options(config, select=select, ignore=ignore, rules=rules).packs()):
            print(line)


@rules_app.command("show")
def show_rule(
    id: Annotated[str, typer.Argument(metavar="ID", help="Such as consent/notice.")],
    rules: RulesOption = None,
    config: ConfigOption = None,
) -> None:
    """Everything about one rule, with its examples."""
    from cleaner.cli import rulebook

    with _plain_errors():
        for line in rulebook.entry(_options(config, rules=rules).packs(), id):
            print(line)


@rules_app.command("test")
def check_rules(rules: RulesOption = None, config: ConfigOption = None) -> None:
    """Check that each rule finds what its examples say it removes, and nothing of what they say it keeps."""
    from cleaner.rule_examples import failures

    with _plain_errors():
        packs = _options(config, rules=rules).packs()
        wrong = failures(packs)
        for line in wrong:
            _tell(line)
        if wrong:
            raise typer.Exit(USAGE)
        examples = sum(len(rule.removes) + len(rule.keeps) for rule in packs.rules)
        print(f"{len(packs.rules):,} rules, {examples:,} examples: all hold", file=sys.stderr)


def _options(
    config: Path | None,
    *,
    select: list[str] | None = None,
    ignore: list[str] | None = None,
    rules: list[str] | None = None,
    **others: str | int | bool | None,
) -> Config:
    options = load_config(config)
    return options.having(select=_split(select), ignore=_split(ignore), rules=tuple(rules or ()), **others)


def _split(values: list[str] | None) -> tuple[str, ...]:
    """``--select a,b --select c`` names three."""
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


def _tell(message: object) -> None:
    print(f"cleaner: {message}", file=sys.stderr)


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def _plain_errors(*, interrupted: str = "interrupted") -> Iterator[None]:
    """One line for an error that was expected, and the exit code that belongs to it."""
    try:
        with interruptible():
            yield
            sys.stdout.flush()
    except (InputError, LedgerError) as error:
        _tell(error)
        raise typer.Exit(SOME_FAILED) from error
    except CleanerError as error:
        _tell(error)
        raise typer.Exit(FAULT if _is_fault(error) else USAGE) from error
    except BrokenPipeError as error:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from error
    except OSError as error:
        _tell(f"can't write: {error.strerror}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAULT) from error
    except KeyboardInterrupt as error:
        _tell(interrupted)
        raise typer.Exit(INTERRUPTED) from error


def _is_fault(error: CleanerError) -> bool:
    from cleaner.batch.writers import WriteError

    return type(error) is CleanerError or isinstance(error, WriteError)
