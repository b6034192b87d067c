"""Two runs are compared whatever their form and order, and what can't be compared is named with file, line and cure."""

from __future__ import annotations

import json
import os
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from batch_pages import HTML, PAGE
from markdown_it import MarkdownIt

from cleaner.compare.budget import Budget
from cleaner.compare.comparison import MAX_CHANGES, MAX_DOCUMENTS, Comparison, compare_runs
from cleaner.compare.excerpt import excerpt
from cleaner.compare.formats import FORMATS
from cleaner.compare.regions import named, regions, stretches, words_in
from cleaner.compare.shares import percent
from cleaner.compare.two_runs import configs_of, two_runs
from cleaner.config import Config
from cleaner.errors import ConfigError, LedgerError, OutputError
from cleaner.ledger_form import CutAt
from cleaner.outputs.containers import CONTAINERS
from cleaner.outputs.layouts import NAMES
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

CAREFUL, NO_SKIP = Config(), Config(ignore="navigation/skip-link")
FORMS = [
    RunOptions(layout=layout, output_format=output_format)
    for layout in NAMES for output_format in CONTAINERS if (layout, output_format) != ("dolma", "parquet")
]  # fmt: skip


def compared(a, b, **more):
    return compare_runs(Path(a), Path(b), **more)


@pytest.fixture
def two(pages):
    """Two runs, the second of which keeps the links that skip to the content."""
    (pages / "b.html").write_text(HTML, "utf-8")
    run(["pages"], Path("a"), CAREFUL)
    run(["pages"], Path("b"), NO_SKIP)


def test_words_are_attributed_to_the_rule_that_cut_them(two):
    row = compared("b", "a").row()
    assert row["documents"] == {"compared": 2, "changed": 1, "not_compared": 0}
    assert (row["words_lost"], row["words_gained"]) == (4, 0)
    assert row["categories"] == [{"category": "navigation", "words_lost": 4, "words_gained": 0}]
    assert row["rules"] == [{"rule": "navigation/skip-link", "words_lost": 4, "words_gained": 0}]
    (change,) = row["largest_changes"]
    assert (change["source"], change["change"], change["words"]) == ("a.txt", "lost", 4)
    assert [(part["line"], part["mark"]) for part in change["lines"]] == [(1, "-"), (2, " "), (3, " ")]
    json.dumps(row)


@pytest.mark.parametrize("options", FORMS, ids=lambda one: f"{one.layout}-{one.output_format}")
def test_every_form_of_output_is_compared_with_every_other(two, options):
    run(["pages"], Path("c"), NO_SKIP, options)
    assert compared("b", "c").differing == 0
    assert (compared("a", "c").words_gained, compared("c", "a").words_lost) == (4, 4)


@pytest.mark.parametrize("config", [Config(text_format="markdown"), Config(whitespace="tidy")], ids=["markdown", "tidy"])
def test_the_form_of_the_text_is_not_a_change(two, config):
    run(["pages"], Path("c"), config)
    assert compared("a", "c").differing == 0


SCHEMA = json.loads((files("cleaner") / "schemas" / "diff.schema.json").read_bytes())


def test_json_has_the_published_schema(two, pages):
    (pages / "0.txt").write_text("It snows in the east, and it will snow again tomorrow.\n")
    run(["pages"], Path("c"), CAREFUL)
    for pair in (("a", "b"), ("b", "a"), ("c", "b"), ("a", "a")):
        text = "\n".join(FORMATS["json"](compared(*pair), ["one limit"]))
        jsonschema.validate(json.loads(text), SCHEMA)
    row = {**compared("a", "b").row(), "exceeded": []}
    for wrong in ({**row, "words_lost": -1}, {**row, "more": 1}, {name: row[name] for name in row if name != "rules"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)
    document = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/document"}
    seen = []
    compared("c", "b", each=seen.append)
    assert seen
    for one in seen:
        jsonschema.validate(one.row(), document)


def test_documents_of_only_one_run_are_listed_and_count(two, pages):
    (pages / "0.txt").write_text("It snows in the east, and it will snow again tomorrow.\n")
    run(["pages"], Path("c"), CAREFUL)
    seen = []
    comparison = compared("c", "a", each=seen.append)
    assert [(one.source, one.state, one.words_lost) for one in seen] == [("0.txt", "only_a", 11)]
    assert (comparison.only_first, comparison.only_second, comparison.words_lost) == (1, 0, 11)
    assert compared("a", "c").only_second == 1


def test_shards_and_folders_change_nothing(two, pages):
    for n in range(40):
        (pages / f"c{n}.txt").write_bytes(PAGE)
    run(["pages"], Path("c"), CAREFUL, RunOptions(shard_size=2_000))
    run(["pages"], Path("d"), NO_SKIP)
    comparison = compared("c", "d")
    assert (comparison.changed, comparison.words_gained) == (41, 164)
    assert len(comparison.largest_changes.items) == MAX_CHANGES
    assert len(comparison.largest_documents.items) == 41 <= MAX_DOCUMENTS


def test_rows_in_another_order_are_joined(two, pages):
    for n in range(30):
        (pages / f"c{n}.txt").write_bytes(PAGE + b"Line %d of the page.\n" % n)
    run(["pages"], Path("c"), CAREFUL)
    run(["pages"], Path("d"), NO_SKIP)
    before = compared("c", "d").row()
    for name in ("documents", "ledger"):
        path = Path("d", f"{name}.jsonl")
        path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    assert compared("c", "d").row() == before


def damaged(path, old, new):
    data = Path(path).read_bytes()
    assert old in data
    Path(path).write_bytes(data.replace(old, new, 1))


@pytest.mark.parametrize(
    ("path", "old", "new", "problem"),
    [
        ("a/documents.jsonl", b"Rain", b"Snow", "a/documents.jsonl:1: source_sha256"),
        ("a/documents.jsonl", b"where nobody", b"where no-one", "a/documents.jsonl:2: text_sha256"),
        ("a/documents.jsonl", b'"text":', b'"taxt":', "a/documents.jsonl:1: the row has no field 'text'"),
        ("b/ledger.jsonl", b'"cuts":', b'"cats":', "b/ledger.jsonl:1: the row has no field 'cuts'"),
        ("b/documents.jsonl", b'{"id"', b"{id", "b/documents.jsonl:1: is not a JSON object"),
    ],
)
def test_a_damaged_row_is_named_and_the_others_are_compared(two, path, old, new, problem):
    damaged(path, old, new)
    comparison = compared("a", "b")
    assert comparison.not_compared == 1
    assert comparison.problems[0].startswith(problem)
    assert comparison.documents == 1


def test_a_document_that_was_read_from_other_bytes_is_named(two, pages):
    (pages / "a.txt").write_bytes(PAGE + b"More.\n")
    run(["pages"], Path("c"), CAREFUL)
    (problem,) = compared("a", "c").problems
    assert problem == (
        "a/documents.jsonl:1: a.txt was read from other bytes than in c/documents.jsonl:1; "
        "compare two runs of the same inputs"
    )


def test_a_document_that_was_decoded_differently_is_named(two, pages):
    (pages / "a.txt").write_bytes("Größe und Maße von allem, was wir haben.\n".encode("cp1252"))
    run(["pages"], Path("c"), Config(encoding="cp1252"))
    run(["pages"], Path("d"), Config(encoding="cp437"))
    assert "was decoded or rendered to another text than in d/documents.jsonl:1" in compared("c", "d").problems[0]


def test_runs_of_other_inputs_are_refused(two, pages):
    for path in pages.iterdir():
        path.rename(path.with_name(f"other-{path.name}"))
    run(["pages"], Path("c"), CAREFUL)
    with pytest.raises(OutputError, match="a and c have no document in common; compare two runs of the same inputs"):
        compared("a", "c")


def test_an_unfinished_run_is_refused_with_the_cure(two):
    os.rename("b/report.json", "b/checkpoint.json")
    with pytest.raises(OutputError, match="b: contains an unfinished run; run the same command again to finish it"):
        compared("a", "b")


def test_a_row_that_comes_twice_is_named(two):
    for name in ("documents", "ledger"):
        path = Path("b", f"{name}.jsonl")
        first, second = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(second + first + first + first)
    with pytest.raises(LedgerError, match=re.escape("b/documents.jsonl:4: the run has two rows with this source")):
        compared("a", "b")


def test_a_file_that_is_missing_is_named(two):
    Path("b/ledger.jsonl").unlink()
    with pytest.raises(LedgerError, match="b/ledger.jsonl: can't be read"):
        compared("a", "b")


# Markdown


@pytest.mark.parametrize("ends", ["", "`", " "])
def test_texts_and_names_of_strangers_are_no_markup(folder, ends):
    name = f"a|`b``c[x](y)<b>_d_ @team #1{ends}"
    text = "Skip to main content\nRain is ````expected```` in the <script>north</script>.\nIt will be | dry | in the south.\n"
    Path("pages").mkdir()
    Path("pages", name).write_text(text)
    run(["pages"], Path("a"), CAREFUL)
    run(["pages"], Path("b"), NO_SKIP)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse("\n".join(FORMATS["markdown"](compared("b", "a"), [name])))
    (fence,) = [token.content for token in tokens if token.type == "fence"]
    assert fence == "".join(f"{mark} {line}\n" for mark, line in zip("-  ", text.split("\n"), strict=False))
    inline = [part for token in tokens if token.type == "inline" for part in token.children]
    assert {part.type for part in inline} <= {"text", "text_special", "code_inline", "softbreak", "strong_open", "strong_close"}
    assert name.strip() in [part.content.strip() for part in inline if part.type == "code_inline"]
    assert "@team" not in "".join(part.content for part in inline if part.type != "code_inline")


def test_markdown_fits_into_a_comment(folder):
    lines = [f"{'word ' * 60}{n}" for n in range(40)]
    cuts = [f"{line}\n" for line in lines]
    Path("in.jsonl").write_text("".join(json.dumps({"text": "Skip to main content\n\n" + "\n".join(cuts)}) + "\n" for _ in range(60)))
    run(["in.jsonl"], Path("a"), CAREFUL)
    run(["in.jsonl"], Path("b"), NO_SKIP)
    markdown = "\n".join(FORMATS["markdown"](compared("b", "a"), []))
    assert len(markdown) < 65_536
    assert "and 40 documents more; --documents FILE writes all of them" in markdown


# Regions and the lines around them


def decision(category, *rules):
    return {"category": category, "rules": [*rules], "reason": category}


def cut(start, end, one):
    return CutAt(start, end, 1, "x" * (end - start), one, -1)


SHARE, BUTTON, MEDIA = decision("share", "share/prompt", "x/y"), decision("share", "share/button"), decision("media", "x/y")


def marks(first, second):
    return [(one.start, one.end, one.mark, named(one.decision)[1], one.is_reassigned) for one in regions(first, second)]


def test_cuts_that_overlap_are_divided():
    first, second = [cut(2, 6, SHARE), cut(6, 8, MEDIA)], [cut(4, 7, SHARE), cut(9, 10, BUTTON)]
    assert marks(first, second) == [
        (2, 4, "+", "share/prompt", False), (4, 6, "~", "share/prompt", False), (6, 7, "~", "share/prompt", True),
        (7, 8, "+", "x/y", False), (9, 10, "-", "share/button", False),
    ]  # fmt: skip
    assert marks(second, second) == [(4, 7, "~", "share/prompt", False), (9, 10, "~", "share/button", False)]
    assert marks([], []) == []


def test_a_stretch_ends_at_kept_words_and_where_the_mark_changes():
    text = "aa\nbb\n\ncc dd\nee"
    found = regions([cut(12, 14, MEDIA)], [cut(0, 3, SHARE), cut(3, 5, BUTTON), cut(7, 9, SHARE)])
    assert [(one.mark, one.words, one.start, one.end) for one in stretches(text, found)] == [("-", 3, 0, 9), ("+", 1, 12, 14)]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), (" \n\t", 0), ("one two\n three", 3), ("Größe\u00a0zwei\n\ndrei", 3), ("你好世界", 3), ("你好\n世界", 4), ("สวัสดี ok", 5)],
)
def test_words_are_counted_line_by_line(text, words):
    assert words_in(text) == words


def shown(text, *cuts, start=None, end=None):
    found = regions([], list(cuts))
    return [tuple(part) for part in excerpt(text, found, cuts[0].start if start is None else start, end or cuts[-1].end)]


def test_an_excerpt_has_two_lines_before_and_after_without_blank_ones():
    text = "one\ntwo\n\nthree\nshare\n\n\nfour\nfive\nsix"
    at = text.index("share")
    assert shown(text, cut(at, at + 6, SHARE)) == [
        (2, " ", "two"), (4, " ", "three"), (5, "-", "share"), (8, " ", "four"), (9, " ", "five"),
    ]  # fmt: skip
    assert shown("share\n", cut(0, 6, SHARE)) == [(1, "-", "share")]


def test_an_excerpt_shows_the_parts_of_a_line():
    assert shown("Rain share falls\nmore", cut(5, 10, SHARE)) == [
        (1, " ", "Rain"), (1, "-", "share"), (1, " ", "falls"), (2, " ", "more"),
    ]  # fmt: skip


def test_an_excerpt_of_many_or_long_lines_is_shortened():
    text = "".join(f"{n} {'x' * 600}\n" for n in range(40))
    found = shown(f"{'y' * 200}\n{text}end", cut(201, 201 + len(text), SHARE))
    assert [len(part[2]) for part in found[:2]] == [160, 500]
    assert [part[0] for part in found] == [*range(1, 14), 0, 42]
    assert found[-2] == (0, " ", "… 28 more lines")


# Budgets


def differing(*, lost=0, kept=1_000, changed=0, documents=100):
    return Comparison("a", "b", documents=documents, changed=changed, words_first=kept, words_lost=lost)


@pytest.mark.parametrize(
    ("budget", "comparison", "exceeded"),
    [
        (Budget("0.1%"), differing(lost=1), 0),
        (Budget("0.1%"), differing(lost=2), 1),
        (Budget(".001"), differing(lost=1), 0),
        (Budget("0"), differing(lost=1), 1),
        (Budget("100%"), differing(lost=5_000), 0),
        (Budget("", "3"), differing(changed=3), 0),
        (Budget("", "3"), differing(changed=4), 1),
        (Budget("", "3%"), differing(changed=3), 0),
        (Budget("", "3%"), differing(changed=4), 1),
        (Budget("0", "0"), differing(lost=1, changed=1), 2),
        (Budget("0", "0"), differing(), 0),
        (Budget("0", "0"), Comparison("a", "b"), 0),
    ],
)
def test_a_budget_is_exceeded_by_more_than_it_allows(budget, comparison, exceeded):
    assert len(budget.exceeded(comparison)) == exceeded


@pytest.mark.parametrize("wrong", [("x",), ("-1%",), ("101%",), ("2",), ("", "0.5"), ("", "x"), ("", "200%"), ("", "²")])
def test_a_budget_that_is_not_one_is_refused(wrong):
    with pytest.raises(ConfigError, match="must be a"):
        Budget(*wrong)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, "0%"), (0, 5, "0%"), (1, 1, "100%"), (1, 3, "33%"), (1, 1000, "0.1%"), (3, 1_000_000_000, "<0.001%"), (9, 5, "100%")],
)
def test_shares_have_two_digits(part, whole, shown):
    assert percent(part, whole) == shown


# Runs with rules


def rules(name, line):
    folder = Path(name)
    folder.mkdir()
    example = f'removes = ["{line}"]\nkeeps = ["The heading {line} is quoted here, in a sentence of its own."]'
    (folder / f"{name}.toml").write_text(
        f'category = "{name}"\nsummary = "Lines of a {name} widget."\n[[rule]]\nid = "widget"\n'
        f'summary = "The heading of a widget."\nwhy = "A widget on each page."\nlines = ["{line}"]\n{example}\n'
    )
    return name


def test_two_folders_of_rules_are_compared(pages):
    (pages / "b.txt").write_bytes(b"Weather now\n" + PAGE + b"Tides today\n")
    names = [rules("weather", "Weather now"), rules("tides", "Tides today")]

    def clean_into(name, output, config, options):
        assert name in names
        return run(["pages"], output, config, options)

    options = RunOptions(layout="dolma", ledger=False, shard_size=10)
    with two_runs(["pages"], names, CAREFUL, options, clean_into) as runs:
        comparison = compare_runs(runs.first, runs.second, runs.names)
    assert not runs.first.exists()
    assert (comparison.first, comparison.second, runs.exit_code) == ("weather", "tides", 0)
    totals = comparison.categories.totals
    assert (totals["tides"], totals["weather"]) == ([2, 0], [0, 2])


@pytest.mark.parametrize(("options", "code"), [(RunOptions(max_removed=0), 0), (RunOptions(), 1)], ids=["limit", "failure"])
def test_inputs_that_can_not_be_cleaned_are_a_failure_and_limits_are_none(pages, options, code):
    if code:
        (pages / "b.jsonl").write_text("{\n")
    names = [rules("weather", "Weather now")]
    with two_runs(["pages"], names, CAREFUL, options, lambda _, *more: run(["pages"], *more)) as runs:
        assert runs.exit_code == code


def test_one_folder_of_rules_is_compared_with_none(pages):
    (before, without), (after, with_rules) = configs_of([rules("weather", "Weather now")], CAREFUL)
    assert (before, after) == ("shipped rules", "weather")
    assert (without.rules, with_rules.rules) == ((), ("weather",))


def test_wrong_rules_are_refused_before_anything_is_cleaned(pages):
    def never(*_):
        raise AssertionError

    Path("wrong").mkdir()
    Path("wrong/x.toml").write_text("category = 3\n")
    for sources, names, message in (
        (["-"], ["a"], "stdin can't be read again"), (["pages"], ["a", "b", "c"], "one folder or two"), (["pages"], ["wrong"], "x.toml"),
    ):  # fmt: skip
        with pytest.raises(Exception, match=message), two_runs(sources, names, CAREFUL, RunOptions(), never):
            pass
