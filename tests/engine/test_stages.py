"""Stages: what they declare, what they are handed, and that no result names a rule that nothing explains."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import documents, html_pages

import cleaner.stages
from cleaner import Config, ConfigError, Mark, Pipeline, RuleError, Span, Stage, StageRule, View
from cleaner.cli import rulebook
from cleaner.examples import Example, stage_failures
from cleaner.features import doubtful, skeleton
from cleaner.keep import is_chosen
from cleaner.model import Result
from cleaner.packs.load import load_builtin
from cleaner.resolve import CUTS_STRICT, resolve
from cleaner.segment.text import segment_text
from cleaner.stages import SHIPPED, default_stages, late_stages, page_stages, shipped_rules
from cleaner.stages.base import built
from cleaner.stages.context import AMONG

ROOT = Path(__file__).parents[2]
RAIN = "Rain is expected in the north of the country until Friday morning, and the rivers are high.\n"
DESK = f"{RAIN}valley desk\n{RAIN.replace('north', 'south')}"


def rule(id: str = "mine/desk", **more: object) -> StageRule:
    given = {"category": "mine", "summary": "Ours.", "why": "It is.", "removes": ("valley desk",), "keeps": ("Rain.",)}
    return StageRule(id=id, **{**given, **more})


class Desk(Stage):
    rules = (rule(),)

    def __call__(self, page: View) -> Iterator[Mark]:
        for block in page.document.blocks:
            if block.text == "valley desk":
                yield self.rules[0].mark(block.span)


# One list of stages, one declaration of each id


def stages_of(module: str) -> list[type[Stage]]:
    found = vars(import_module(f"cleaner.stages.{module}")).values()
    return [
        one for one in found
        if isinstance(one, type) and Stage in one.__mro__ and one.__module__.endswith(f".{module}")
        and not inspect.isabstract(one)
    ]  # fmt: skip


@pytest.mark.parametrize("module", sorted(info.name for info in pkgutil.iter_modules(cleaner.stages.__path__)))
def test_each_stage_is_in_the_one_list(module: str) -> None:
    assert {entry.stage for entry in SHIPPED if entry.name == module} == set(stages_of(module))


def test_each_engine_asks_its_stages_in_the_order_of_the_list() -> None:
    packs, order, last = load_builtin(), [entry.stage for entry in SHIPPED], ("Opened", "HiddenWords")
    for engine, pages, late in (
        ("blocks", ["Elements", "Hidden", "Region", "Links", "PageScorer", *last], ["TextScorer"]),
        ("rules", ["Elements", "Hidden", "Region", "Links", *last], []),
        ("trafilatura", ["Trafilatura"], ["TextScorer"]),
        ("both", ["Elements", "Hidden", "Region", "Links", "PageScorer", "SecondOpinion", *last], ["TextScorer"]),
    ):  # fmt: skip
        lists = page_stages(packs, engine), default_stages(packs), late_stages(packs, engine)
        assert [type(stage).__name__ for stage in lists[0]] == pages
        assert [type(stage).__name__ for stage in lists[2]] == late
        assert all([type(one) for one in part] == sorted(map(type, part), key=order.index) for part in lists)


def test_each_id_is_declared_once_and_is_no_rule_of_a_pack() -> None:
    rules = {id(rule): rule for entry in SHIPPED for rule in entry.stage.rules}.values()
    assert sorted(rule.id for rule in rules) == [rule.id for rule in shipped_rules()]
    assert not {rule.id for rule in rules} & set(load_builtin().ids())


IDS = re.compile(r'"([a-z_]+/[a-z-]+)"')
DECLARED = re.compile(r'\bid="([a-z_]+/[a-z-]+)"')


def test_rules_of_stages_are_named_where_they_are_declared_and_nowhere_else() -> None:
    """A rule that is called anew must not leave its old name behind."""
    sources = {path: path.read_text("utf-8") for path in (ROOT / "cleaner").rglob("*.py")}
    declared = [id for text in sources.values() for id in DECLARED.findall(text)]
    assert sorted(declared) == [rule.id for rule in shipped_rules()]
    written = [id for path, text in sources.items() if path.parent.name != "guard" for id in IDS.findall(text)]
    assert sorted(id for id in written if id in declared) == sorted(declared)


def test_rules_of_packs_that_the_program_names_are_there() -> None:
    packs = Config().packs()
    categories = {id.partition("/")[0] for id in packs.ids()}
    for path in (ROOT / "cleaner").rglob("*.py"):
        named = {id for id in IDS.findall(path.read_text("utf-8")) if id.partition("/")[0] in categories}
        assert named <= {*packs.ids()}, path.name


# Rules carry examples, and they are true


def test_the_examples_of_the_shipped_stages_hold() -> None:
    assert stage_failures(Config()) == []


@pytest.mark.parametrize(
    ("removes", "keeps", "said"),
    [
        ("valley desk", "Rain.", []),
        ("- valley desk\n  Rain.", "Rain.", []),
        ("- valley desk\n- Rain.", "Rain.", ["mine/desk: removes[0]: the rule does not mark 'Rain.'"]),
        ("- Rain.\n  valley desk", "Rain.", [
            "mine/desk: removes[0]: the rule does not mark 'Rain.'", "mine/desk: removes[0]: the rule marks 'valley desk'",
        ]),
        ("  valley desk\n  Rain.", "Rain.", [
            "mine/desk: removes[0] has no line to be marked: write '- ' before it",
            "mine/desk: removes[0]: the rule marks 'valley desk'",
        ]),
        ("valley desk", "Rain.\nvalley desk", ["mine/desk: keeps[0]: the rule marks 'valley desk'"]),
    ],
)  # fmt: skip
def test_examples_that_do_not_hold_are_named(removes: str, keeps: str, said: list[str]) -> None:
    class Mine(Desk):
        rules = (rule(removes=(removes,), keeps=(keeps,)),)

    assert stage_failures(Config(stages=Mine)) == said
    assert stage_failures(Config(stages=Mine, ignore="mine")) == said


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.stage.__name__)
def test_a_stage_that_says_nothing_fails_its_examples(
    monkeypatch: pytest.MonkeyPatch, entry: cleaner.stages.Shipped
) -> None:
    """So each of its rules has an example that shows it."""
    silenced = [one.stage for one in SHIPPED if set(one.stage.rules) & set(entry.stage.rules)]
    for stage in silenced:
        monkeypatch.setattr(stage, "__call__", lambda self, page: ())
    assert {fault.partition(":")[0] for fault in stage_failures(Config())} >= {rule.id for rule in entry.stage.rules}


def test_an_example_is_a_text_or_a_page() -> None:
    assert Example.read("- a\n  b\n\n- c") == ("a\nb\n\nc\n", ("a", "c"))
    assert Example.read("a\nb") == ("a\nb", ("a", "b"))
    assert Example.read("<html><p>a</p><p>b</p></html>").marked == ("a", "b")
    assert Example.read("  <html><p>a</p>\n- <p>b</p>\n  </html>") == ("<html><p>a</p>\n<p>b</p>\n</html>\n", ("b",))
    assert Example.read("- - an item\n  text").marked == ("- an item",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"id": "desk"}, "is two names such as 'desk/line', not 'desk'"),
        ({"id": "Mine/Desk"}, "is two names such as"),
        ({"id": None}, "is two names such as 'desk/line', not None"),
        ({"category": "Mine!"}, "mine/desk: category must be a name such as 'consent', not 'Mine!'"),
        ({"summary": " "}, "mine/desk: summary must be a sentence"),
        ({"why": 7}, "mine/desk: why must be a sentence, not 7"),
        ({"score": True}, "mine/desk: score must be a whole number, not True"),
        ({"removes": ()}, r"mine/desk: needs examples: removes=\('...',\)"),
        ({"keeps": ()}, "mine/desk: needs examples"),
        ({"removes": "valley desk"}, r"mine/desk: removes must be a tuple of texts, .*; of one write \('...',\)"),
        ({"keeps": ("",)}, "mine/desk: keeps must be a tuple of texts"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(RuleError, match=said):
        rule(**given)


def test_a_mark_is_made_of_its_rule() -> None:
    assert rule(score=40).mark(Span(1, 2)) == Mark(Span(1, 2), "mine/desk", "mine", "Ours", 40)
    assert rule().mark(Span(1, 2), "why", -5) == Mark(Span(1, 2), "mine/desk", "mine", "why", -5)


# No mark without a rule


class Undeclared(Desk):
    def __call__(self, page: View) -> Iterator[Mark]:
        yield from (rule("mine/dessk").mark(block.span) for block in page.document.blocks)


def test_a_mark_of_an_undeclared_rule_is_refused_and_the_document_is_left_whole() -> None:
    pipeline = Pipeline(stages=Undeclared)
    said = r"the stage .*:Undeclared marks 'mine/dessk', which its rules do not declare; did you mean 'mine/desk'\?"
    with pytest.raises(RuleError, match=said):
        pipeline.run(DESK)
    (result,) = pipeline.run_many([DESK])
    assert (result.status, result.text) == ("passed_through", DESK)
    assert re.search(said, result.warnings[0])


def test_only_stages_that_say_so_name_rules_of_packs() -> None:
    class Echo(Stage):
        rules = (rule("mine/echo"),)

        def __call__(self, page: View) -> Iterator[Mark]:
            yield from (Mark(block.span, "share/prompt", "share", "") for block in page.document.blocks)

    class Licensed(Echo):
        marks_pack_rules = True

    with pytest.raises(RuleError, match="Echo marks 'share/prompt'"):
        Pipeline(stages=Echo).run(DESK)
    assert Pipeline(stages=Licensed).run("Rain.\n").withdrawn


@pytest.mark.parametrize("taken", ["consent/button", "context/among"])
def test_an_id_that_is_taken_is_refused(taken: str) -> None:
    class Mine(Desk):
        rules = (rule(taken),)

    with pytest.raises(RuleError, match=f"{taken}: a stage declares this id, and another rule has it"):
        Pipeline(stages=Mine)


def test_a_shipped_stage_does_not_run_twice() -> None:
    with pytest.raises(ConfigError, match=r"stages: cleaner.stages.phrases:Phrases is shipped and in use already"):
        Pipeline(stages="cleaner.stages.phrases:Phrases")
    assert Pipeline(stages="cleaner.stages.trafilatura:SecondOpinion").run(DESK).text == DESK


@lru_cache(maxsize=4)
def pipeline(engine: str = "blocks") -> Pipeline:
    return Pipeline(classifier=engine, stages=Desk)


def named(result: Result) -> set[str]:
    cuts = (*result.cuts, *(withdrawal.cut for withdrawal in result.withdrawn))
    return {mark.rule for cut in cuts for mark in cut.marks}


@given(st.one_of(documents(), html_pages()), st.sampled_from(["blocks", "rules"]))
def test_each_rule_of_a_result_is_declared_and_explained(text: str, engine: str) -> None:
    made = pipeline(engine)
    for id in named(made.run(f"valley desk\n{text}")):
        shown = list(rulebook.entry(Config(stages=Desk).packs(), id))
        assert shown[0].startswith(f"{id}  (score ")
        assert shown[1]


@settings(max_examples=10)
@given(html_pages())
def test_each_rule_of_another_opinion_is_declared(text: str) -> None:
    assert named(pipeline("both").run(text, kind="html")) <= {*pipeline("both").packs.ids()}


@lru_cache(maxsize=32)
def without(id: str) -> Pipeline:
    return Pipeline(stages=Desk, ignore=id)


OF_TEXT = sorted(rule.id for stage in pipeline().text_stages for rule in stage.rules)


@given(documents(), st.sampled_from(OF_TEXT))
def test_ignoring_a_rule_removes_its_marks_and_no_other_of_its_stage(text: str, id: str) -> None:
    """Stages after it may judge otherwise, for they read its marks; what was said before is the same."""
    text = f"{text}\nvalley desk\n"
    whole, left = pipeline().view(text), without(id).view(text)
    declares = next(n for n, stage in enumerate(pipeline().text_stages) if id in [rule.id for rule in stage.rules])
    before = View(whole.document)
    for stage in pipeline().text_stages[: declares + 1]:
        before.add(stage(before))
    spared = [mark for mark in before.marks if mark.rule != id]
    assert left.marks[: len(spared)] == spared
    assert id not in {mark.rule for mark in left.marks}
    assert whole.marks[: len(before.marks)] == before.marks


@given(
    st.lists(st.sampled_from(sorted({*Config().packs().ids(), "context", "mine", "mine/desk"})), max_size=3),
    st.booleans(),
)
def test_the_rules_of_stages_are_chosen_as_those_of_packs(prefixes: list[str], ignores: bool) -> None:
    chosen = {"ignore" if ignores else "select": prefixes}
    packs = Config(stages=Desk, **chosen).packs()
    every = Config(stages=Desk).packs().stage_rules
    wanted = [one for one in every if is_chosen(one.id, *((), prefixes) if ignores else (prefixes, ()))]
    assert list(packs.stage_rules) == wanted


# The view


@given(documents())
def test_a_view_adds_up_and_finds_the_body(text: str) -> None:
    view = pipeline().view(text)
    spans = [block.span for block in view.document.blocks]
    assert view.sums == [sum(mark.score for mark in view.marks if mark.span == span) for span in spans]
    assert view.body == skeleton(view.document.blocks, doubtful(view.sums))
    assert View(view.document, view.marks).sums == view.sums
    hits = [(hit.rule, i) for i, of_block in enumerate(view.document.blocks.hits) for hit in of_block]
    assert sorted((rule, i) for rule, places in view.found_by.items() for i in places) == sorted(hits)
    assert all(places == sorted(places) for places in view.found_by.values())


@given(documents(), st.data())
def test_the_body_follows_the_marks(text: str, data: st.DataObject) -> None:
    """Each view has the body of its own sums, also views that share what they know of a document."""
    view = pipeline().view(text)
    for _ in range(3):
        view.add([rule().mark(span) for span in _some_spans(view, data)])
        more = view.having([rule().mark(span) for span in _some_spans(view, data)])
        for one in (more, view):
            assert one.body == skeleton(one.document.blocks, doubtful(one.sums))
        anew = View(more.document, more.marks)
        assert (more.sums, more.cuts(CUTS_STRICT)) == (anew.sums, anew.cuts(CUTS_STRICT))
        assert more.cuts(CUTS_STRICT) == resolve(more.marks, threshold=CUTS_STRICT)


def _some_spans(view: View, data: st.DataObject) -> list[Span]:
    spans = [block.span for block in view.document.blocks]
    return data.draw(st.lists(st.sampled_from(spans), max_size=4)) if spans else []


def test_a_view_with_marks_on_top_is_another_view() -> None:
    view = View(segment_text(DESK))
    more = view.having([rule().mark(view.document.blocks.span(1))])
    assert (view.sums, more.sums) == ([0, 0, 0], [0, 100, 0])
    assert (len(view.marks), len(more.marks)) == (0, 1)


def test_a_mark_inside_a_block_counts_for_no_block() -> None:
    view = View(segment_text(DESK))
    start = view.document.blocks.starts[1]
    view.add([rule().mark(Span(start, start + 3))])
    assert view.sums == [0, 0, 0]
    assert view.cuts(CUTS_STRICT) == view.having([]).cuts(CUTS_STRICT) == resolve(view.marks, threshold=CUTS_STRICT)
    assert [cut.span for cut in view.cuts(CUTS_STRICT)] == [Span(start, start + 3)]


@given(documents())
def test_a_block_says_its_text(text: str) -> None:
    for block in segment_text(text).blocks:
        assert block.text.split() == text[slice(*block.span)].split()


def test_stages_read_views_while_their_marks_wait() -> None:
    """What a stage sees does not depend on how many of its marks were taken from it."""
    seen: list[int] = []

    class Looks(Desk):
        def __call__(self, page: View) -> Iterator[Mark]:
            for block in page.document.blocks:
                seen.append(len(page.marks))
                yield self.rules[0].mark(block.span, score=1)

    Pipeline(stages=Looks, classifier="rules").run("Rain.\nSnow.\nHail.\n")
    assert len(set(seen)) == 1


# What users hand over


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (7, "stages must be a list of stages, not 7"),
        ("desk", r"stages\[0\]: 'desk' is not the import path of a stage; write module:Class, as in mypkg.mine:Desk"),
        (["a:B", "a b:C"], r"stages\[1\]: 'a b:C' is not the import path"),
        ([len], r"stages\[0\]: len is not a stage: it declares no rules"),
        ([3], r"stages\[0\]: int is not a stage: it has no __call__\(self, page\)"),
        ([Stage], r"stages\[0\]: Stage is not a stage: it has no __call__"),
        (
            ["nowhere.at_all:Desk"],
            "'nowhere.at_all:Desk': there is no module 'nowhere.at_all'; install it, or put it into /",
        ),
        (["cleaner.stages.repeats:Repets"], "module 'cleaner.stages.repeats' has no 'Repets'; did you mean 'Repeats'"),
        (["os.path:join"], "'os.path:join': join is not a stage: it declares no rules"),
    ],
)
def test_what_is_no_stage_is_refused_with_the_cure(given: object, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Pipeline(stages=given)


def test_a_stage_that_reads_neither_is_refused() -> None:
    class Odd(Desk):
        reads = "paper"

    with pytest.raises(ConfigError, match="reads must be 'text', 'markup' or 'both', not 'paper'"):
        Pipeline(stages=Odd)


def test_a_class_that_takes_the_packs_is_given_them() -> None:
    class Rich(Desk):
        def __init__(self, packs: object) -> None:
            self.packs = packs

    made = Pipeline(stages=Rich)
    assert made.text_stages[-1].packs is made.packs
    assert type(built(Desk, made.packs)) is Desk


@pytest.mark.parametrize(
    ("reads", "text", "markup"), [("text", True, False), ("markup", False, True), ("both", True, True)]
)
def test_a_stage_is_asked_of_what_it_reads_after_the_shipped_ones(reads: str, text: bool, markup: bool) -> None:
    class Mine(Desk):
        pass

    Mine.reads = reads
    made = Pipeline(stages=[Mine])
    assert [isinstance(stages[-1], Mine) for stages in (made.text_stages, made.page_stages)] == [text, markup]
    assert not any(
        isinstance(stage, Mine) for stage in (*made.text_stages[:-1], *made.page_stages[:-1], *made.late_stages)
    )
    page = "<html><p>valley desk</p><p>" + RAIN * 3 + "</p><p>" + RAIN * 2 + "</p></html>"
    assert "mine/desk" in named(made.run(page, kind="html"))
    assert ("mine/desk" in named(made.run(DESK))) is text


def test_the_digest_is_of_the_rules_the_version_and_the_module() -> None:
    class Other(Desk):
        rules = (rule(why="It still is."),)

    class Newer(Desk):
        version = "2"

    digests = [Pipeline(stages=stages).digest for stages in ((), Desk, Other, Newer, [Desk, Newer])]
    assert len(set(digests)) == len(digests)
    assert Pipeline(stages=Desk()).digest == digests[1]


def test_a_rule_by_place_says_so() -> None:
    assert {rule.id for rule in shipped_rules() if rule.by_place} == {
        "context/among", "context/near", "region/head", "region/tail", "related/titles", "tags/list",
        "widget/empty-label",
    }  # fmt: skip
    assert AMONG.by_place
