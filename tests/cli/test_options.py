"""One table of options: what a field of `Config` or `RunOptions` declares is everywhere, and nothing else is."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from dataclasses import fields
from functools import cache
from pathlib import Path

import option_tables
import pytest
from parts import rewritten

from cleaner import config as config_module
from cleaner.cli import batch, diff, document, lint, review, sites
from cleaner.cli.app import app
from cleaner.config import OPTIONS, Config, Options
from cleaner.option import GROUPS, aliases_of, options_of
from cleaner.run.options import RunOptions

ROOT = Path(__file__).parents[2]
TABLES = (Config, RunOptions)
NO_FLAG = {"keep"}  # a table of the file


@cache
def commands():
    """The commands as Click has them, by name: ``run``, ``rules list``."""
    from typer.main import get_command

    if not any(one.callback is batch.run for one in app.registered_commands):
        for module in (batch, diff, document, lint, review, sites):
            module.add_commands(app)
    top = get_command(app).commands
    return {name: one for name, one in top.items() if name != "rules"} | {
        f"rules {name}": one for name, one in top["rules"].commands.items()
    }


def declared(command):
    """The options that the tables list for a command, by name."""
    return {name: one for table in TABLES for name, one in options_of(table).items() if command in one.commands}


@pytest.mark.parametrize("table", TABLES)
def test_each_field_is_an_option_with_a_whole_entry(table):
    assert list(options_of(table)) == [field.name for field in fields(table)]
    for name, one in options_of(table).items():
        assert one.help.endswith("."), name
        assert one.group in {"", *GROUPS}, name
        assert bool(one.commands) != (name in NO_FLAG), name
        assert set(one.commands) <= set(commands()), name
        assert not one.choices or not one.default or one.default in one.choices(), name
        assert one.metavar or isinstance(one.default, bool) or name in NO_FLAG, name


@pytest.mark.parametrize("command", sorted(commands()))
def test_a_command_has_the_options_that_the_tables_list_for_it(command):
    wanted = declared(command)
    by_name = {one.name: one for one in commands()[command].params}
    old = {one.alias for one in wanted.values() if one.alias}
    assert wanted.keys() | old <= by_name.keys()
    assert not (by_name.keys() & {name for table in TABLES for name in options_of(table)}) - wanted.keys()
    for name, one in wanted.items():
        parameter = by_name[name]
        assert (*parameter.opts, *parameter.secondary_opts) == one.flags
        assert parameter.help.startswith(one.help)
        assert (parameter.rich_help_panel or "") == one.group
        assert parameter.default is None, "the default is that of the table"
    assert all(by_name[name].hidden for name in old)


def test_keywords_of_the_library_are_those_of_the_table():
    assert tuple(name for name, one in options_of(Config).items() if one.is_keyword) == OPTIONS
    assert not set(aliases_of(Config)) & set(OPTIONS)


def test_type_checkers_see_each_field_of_the_config():
    tree = ast.parse(inspect.getsource(config_module))
    made = next(one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == "__init__")
    named = {argument.arg for argument in made.args.kwonlyargs}
    assert named | set(Options.__annotations__) == set(options_of(Config))
    assert not named & set(OPTIONS)


def test_the_report_has_each_option_of_a_run():
    schema = json.loads((ROOT / "cleaner" / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    run = schema["$defs"]["run"] if "$defs" in schema else schema["properties"]["run"]
    wanted = declared("run").keys() - {"profile", "rules"}
    others = {"sources", "text_profile", "html_profile", "packs_hash", "cleaner_version", "fingerprint"}
    assert run["properties"].keys() == wanted | others
    assert set(run["required"]) == run["properties"].keys()
    choices = {name: one.choices() for name, one in declared("run").items() if one.choices and name in wanted}
    listed = {name: tuple(of["enum"]) for name in choices if "enum" in (of := run["properties"][name])}
    assert listed == {name: choices[name] for name in listed}


def test_the_docs_have_the_tables():
    found = set()
    for part in option_tables.PARTS:
        text = (ROOT / part.file).read_text(encoding="utf-8")
        assert rewritten(text, part) == text, f"{part.file}: run make tables"
        found |= {name for name in option_tables.TABLES if f"<!-- options: {name} -->" in text}
    assert found == set(option_tables.TABLES)


def test_help_of_each_group_comes_from_the_table():
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", "run", "--help"], capture_output=True, text=True, check=True
    )
    assert [f"{group} options:" for group in GROUPS] == [
        line for line in done.stdout.splitlines() if line.endswith(" options:")
    ]
    assert "--engine" not in done.stdout


def test_the_schema_of_reports_is_written_from_the_tables():
    path = ROOT / option_tables.SCHEMA
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert option_tables.with_options(json.loads(json.dumps(schema))) == schema
    run = schema["$defs"]["run"] if "$defs" in schema else schema["properties"]["run"]
    for forgotten in ("sample", "classifier", "select"):
        shorter = json.loads(json.dumps(schema))
        part = shorter["$defs"]["run"] if "$defs" in shorter else shorter["properties"]["run"]
        del part["properties"][forgotten]
        there = option_tables.with_options(shorter)
        part = there["$defs"]["run"] if "$defs" in there else there["properties"]["run"]
        assert part["properties"].keys() == run["properties"].keys()
