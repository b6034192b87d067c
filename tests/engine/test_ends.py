"""The ends of a text: what is taken as one piece below and above the content, where it begins, and what it leaves.

Laws first: running text below known noise survives, and an end begins at a line of known noise. Then examples of
content that ends pages, and of the measures.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

import planted_content as planted
import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st

from cleaner.model import REGION
from cleaner.packs.load import load_builtin
from cleaner.packs.match import Matcher
from cleaner.pipeline import Pipeline
from cleaner.resolve import CUTS_ALONE
from cleaner.segment.html import read_page, segment_page
from cleaner.segment.text import segment_text
from cleaner.stages import default_stages
from cleaner.stages.ends import ABOVE, BELOW, HEAD, TAIL, Ends, Measures, Seen, starts
from cleaner.view import View

CLASSIFIERS = ("rules", "blocks")
PROSE_SHARE = 0.08
"""A paragraph of at least this share of the words of the running text that stays is never taken for a teaser."""


@lru_cache(maxsize=2)
def careful(classifier: str = "rules") -> Pipeline:
    return Pipeline(profile="careful", classifier=classifier, metadata="none")  # type: ignore[arg-type]


def kept_lines(text: str, classifier: str) -> set[str]:
    return {line.strip() for line in careful(classifier).run(text, kind="text").text.splitlines()}


@lru_cache(maxsize=1)
def _made():
    packs = load_builtin()
    return packs, Matcher(packs), default_stages(packs)


def ends_of(document):
    """What the stages before see of a document, and the marks of this one."""
    _, matcher, stages = _made()
    document, _ = matcher.match(document)
    view = View(document)
    for stage in stages:
        found = list(stage(view))
        if isinstance(stage, Ends):
            return view, found
        view.add(found)
    raise AssertionError("the stage is not in the line")


def marked(*lines, rule=TAIL):
    """The lines that the stage marks with ``rule``."""
    view, found = ends_of(segment_text("\n\n".join(lines)))
    return [view.document.text[slice(*mark.span)] for mark in found if mark.rule == rule.id]


ENGLISH = planted.languages()["en"]
PROSE = (*ENGLISH["prose"], *ENGLISH["more_prose"])
FOOT = ("Share this article", "Leave a comment", "Sign up for our newsletter")
OTHERS = (
    "A minister on a visit to the lower town for the second time in only a year",
    "The spring fair opens a whole week late because of the snow in the upper valley",
    "Eleven children and one school that nobody in the old harbour wants to close",
)
"""Headlines of other pages, in words that no rule knows; too long for the stage that looks at the lines around."""
FURNITURE = (*FOOT, *OTHERS, "Privacy policy", "All rights reserved")


# laws


@st.composite
def furnished(draw, least_known=3):
    """An article, and lines of furniture, three of them known: the language, its paragraphs, the rest, the furniture."""
    language = draw(st.sampled_from(sorted(planted.languages())))
    words = planted.languages()[language]
    prose = draw(st.permutations([*words["prose"], *words["more_prose"]]))
    spoken = planted.furniture_of(language) or planted.furniture_of("en")
    known = draw(st.lists(st.sampled_from(spoken), min_size=least_known, max_size=9, unique=True))
    unknown = draw(st.lists(st.sampled_from([*planted.UNKNOWN, *OTHERS]), max_size=6, unique=True))
    return language, prose[:6], prose[6:], [known[0], *draw(st.permutations([*known[1:], *unknown]))]


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@given(furnished(), st.integers(2, 4), st.data())
def test_two_or_more_paragraphs_survive_anywhere_below_known_noise(classifier, drawn, count, data):
    _, above, rest, foot = drawn
    at = data.draw(st.integers(1, len(foot)))
    planted_lines = rest[:count]
    assert len(planted_lines) >= 2
    text = "\n\n".join([*above, *foot[:at], *planted_lines, *foot[at:]])
    note(text)
    assert {*above, *planted_lines} <= kept_lines(text, classifier)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@given(furnished(), st.data())
def test_one_paragraph_of_some_size_survives_anywhere_below_known_noise(classifier, drawn, data):
    _, above, rest, foot = drawn
    at = data.draw(st.integers(1, len(foot)))
    blocks = segment_text("\n\n".join([rest[0], *above])).blocks
    assume(blocks.prose[0])  # ten words: some sentences in Korean have fewer
    assert blocks.words[0] >= PROSE_SHARE * sum(blocks.words)
    text = "\n\n".join([*above, *foot[:at], rest[0], *foot[at:]])
    note(text)
    assert {*above, rest[0]} <= kept_lines(text, classifier)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
@given(furnished(), furnished())
def test_a_second_article_below_the_furniture_of_the_first_survives(classifier, first, second):
    """A newsletter, a digest: each article has its title, its text and its own line of buttons."""
    title = planted.languages()[second[0]]["title"][0]
    text = "\n\n".join([*first[1], *first[3], title, *second[1], *second[3]])
    note(text)
    assert {*first[1], *second[1]} <= kept_lines(text, classifier)


@given(furnished(), st.lists(st.sampled_from(planted.UNKNOWN), max_size=4, unique=True), st.booleans())
def test_an_end_begins_at_a_line_of_known_noise_and_never_at_the_text(drawn, between, is_head):
    """What is between the running text and the first known line has no mark of this stage."""
    _, above, _, foot = drawn
    parts = [*above, *between, *foot]
    view, found = ends_of(segment_text("\n\n".join(reversed(parts) if is_head else parts)))
    blocks, words = view.document.blocks, view.sums_of_words()
    known = {i for i, score in enumerate(words) if score >= CUTS_ALONE and not blocks.prose[i]}
    for mark in found:
        i = view.places[mark.span.start]
        rule, outer, inner = (TAIL, range(i), max) if mark.rule == TAIL.id else (HEAD, range(i + 1, len(blocks)), min)
        assert mark.rule == rule.id
        prose = [j for j, is_prose in enumerate(blocks.prose) if is_prose and blocks.texts[j] in above]
        assert prose
        edge = inner(prose)
        assert any(j in known and (edge < j < i or i < j < edge) for j in outer)


@given(furnished(), st.booleans())
def test_a_reason_names_the_line_of_known_noise_at_which_the_end_begins(drawn, is_head):
    _, above, _, foot = drawn
    view, found = ends_of(segment_text("\n\n".join([*foot[::-1], *above] if is_head else [*above, *foot])))
    texts, sums = view.document.blocks.texts, view.sums_of_words()
    known = [text[:40] for text, score in zip(texts, sums, strict=True) if score >= CUTS_ALONE]
    for mark in found:
        assert mark.category == REGION
        named = mark.reason.partition("“")[2].removesuffix("”")
        assert named in known
        assert mark.reason.startswith("Nothing but page furniture ")


@given(furnished())
def test_on_a_page_with_markup_the_stage_is_silent(drawn):
    _, above, _, foot = drawn
    html = "".join(f"<p>{escape(line)}</p>" for line in [*above, *foot])
    assert ends_of(segment_page(read_page(html)))[1] == []


@given(furnished(), st.sampled_from(["dialogue", "poem", "faq", "headed"]), st.booleans(), st.data())
def test_a_unit_of_short_lines_below_the_text_stays_or_goes_whole(drawn, kind, is_parted, data):
    """Between the text and the furniture it stays; below a line of known noise it goes whole, or stays."""
    language, above, _, foot = drawn
    lines = planted.unit(kind, planted.languages()[language], data.draw(st.randoms(use_true_random=False)))
    unit = "\n".join(lines)
    parts = [*above, *foot[:1], unit, *foot[1:]] if is_parted else [*above, unit, *foot]
    for classifier in CLASSIFIERS:
        kept = kept_lines("\n\n".join(parts), classifier)
        stays = [line in kept for line in lines if line]
        assert all(stays) if not is_parted else len(set(stays)) == 1


# content at the end of a page, in several languages

CONTENT = {
    "references en": (
        "References", "1. Holt, A.: Mills of the North. Oldport 1981.", "2. Reed, B.: Rivers and Ice. Lune Press 1994.",
        "3. Town archive, papers of the water board, box 12.",
    ),
    "references de": (
        "Literatur", "Holt, A.: Die Mühlen des Nordens. Altstadt 1981.", "Rieder, B.: Fluss und Eis. Seeverlag 1994.",
        "Stadtarchiv, Akten des Wasseramts, Mappe 12.",
    ),
    "references ru": (
        "Литература", "Холт А. Мельницы Севера. Старый город, 1981.", "Рид Б. Река и лёд. Озёрное издательство, 1994.",
    ),
    "references ja": ("参考文献", "北の水車の歴史、旧港出版、1981年。", "川と氷の記録、湖畔書房、1994年。"),
    "footnotes en": (
        "[1] The figures are those of the water board.", "[2] See the letter of the baker, 6 March 1921.",
        "[3] The bell is in the town museum.",
    ),
    "footnotes de": ("[1] Die Zahlen stammen vom Wasseramt.", "[2] Siehe den Brief des Bäckers vom 6. März 1921."),
    "footnotes fr": (
        "1. Les chiffres sont ceux du service des eaux.", "2. Voir la lettre du boulanger, 6 mars 1921.",
    ),
    "footnotes zh": ("注释", "[1] 数字来自水务局的年度报告。", "[2] 参见面包师1921年3月6日的来信。"),
    "list en": (
        "These tools are needed for the repair:", "- a hammer with a short handle", "- two planks of oak",
        "- a rope of twenty metres",
    ),
    "list de": (
        "Für die Reparatur braucht man folgende Werkzeuge:", "- einen Hammer mit kurzem Stiel",
        "- zwei Bretter aus Eiche", "- ein Seil von zwanzig Metern",
    ),
    "list es": (
        "Para la reparación hacen falta estas herramientas:", "- un martillo de mango corto", "- dos tablas de roble",
        "- una cuerda de veinte metros",
    ),
    "questions en": (
        "How deep is the lake?", "Forty-one metres by the dam.", "Can one skate on it?", "Only in a hard winter.",
    ),
    "questions fr": (
        "Quelle est la profondeur du lac ?", "Quarante et un mètres près du barrage.", "Peut-on y patiner ?",
        "Seulement par un hiver très froid.",
    ),
    "questions ru": (
        "Какова глубина озера?", "Сорок один метр у плотины.", "Можно ли там кататься на коньках?",
        "Только в очень морозную зиму.",
    ),
    "questions ar": ("كم يبلغ عمق البحيرة؟", "واحد وأربعون مترا عند السد.", "هل يمكن التزلج عليها؟", "في شتاء شديد البرد فقط."),
    "questions hi": (
        "झील कितनी गहरी है?", "बाँध के पास इकतालीस मीटर।", "क्या उस पर स्केटिंग हो सकती है?", "केवल बहुत ठंडी सर्दी में।",
    ),
    "questions zh": ("湖有多深？", "水坝旁边有四十一米。", "冬天可以在上面滑冰吗？", "只有特别冷的冬天才可以。"),
    "credit en": ("Translated from the Danish by Eva Lund",),
    "credit de": ("Aus dem Dänischen übersetzt von Eva Lund",),
}  # fmt: skip
LIST_BELOW = "an announced list below known noise is taken with the sentence that announces it if the scorer doubts both"
TEN_WORDS = "a sentence of ten words among shorter ones is running text, and a small paragraph to the scorer"
ONE_WORD = "a heading of one word below known noise is a line of its own to the scorer"
FAILING = {
    ("below", "blocks", "footnotes en"): TEN_WORDS,
    ("below", "blocks", "footnotes de"): TEN_WORDS,
    ("below", "blocks", "references de"): ONE_WORD,
    **{("below", "blocks", f"list {language}"): LIST_BELOW for language in ("en", "de", "es")},
}


def cases(place, *, without=()):
    return [
        pytest.param(
            classifier, name,
            marks=[pytest.mark.xfail(reason=FAILING[place, classifier, name], strict=True)]
            if (place, classifier, name) in FAILING
            else [],
        )
        for classifier in CLASSIFIERS for name in CONTENT if not name.startswith(without)
    ]  # fmt: skip


def lost_of(name, classifier, *, is_below):
    """The lines of a piece of content that go at the end of an article, above the furniture of its page."""
    language = name.split()[1]
    words = planted.languages()[language]
    spoken = planted.furniture_of(language) or planted.furniture_of("en")
    lost = []
    for gap in ("\n", "\n\n"):
        parts = [*words["prose"], *words["more_prose"][:1], *(spoken[:1] if is_below else []), gap.join(CONTENT[name])]
        text = "\n\n".join([*parts, *spoken[1:9], *planted.UNKNOWN[:4], *spoken[9:12]])
        kept = kept_lines(text, classifier)
        assert not set(spoken[1:9]) <= kept
        lost += [line for line in CONTENT[name] if line not in kept]
    return lost


@pytest.mark.parametrize(("classifier", "name"), cases("beside"))
def test_what_ends_an_article_stays(classifier, name):
    assert lost_of(name, classifier, is_below=False) == []


@pytest.mark.parametrize(("classifier", "name"), cases("below", without=("credit",)))
def test_what_ends_an_article_stays_below_a_line_of_known_noise(classifier, name):
    assert lost_of(name, classifier, is_below=True) == []


# what an end takes


def test_headlines_of_other_pages_below_known_noise_are_taken():
    assert marked(*PROSE, *FURNITURE) == list(OTHERS)


def test_lines_between_the_text_and_known_noise_are_not_taken():
    assert marked(*PROSE, *OTHERS, *FOOT, "Privacy policy", "All rights reserved") == []


def test_lines_above_the_text_are_taken_up_to_known_noise():
    above = ("Skip to main content", *OTHERS, *FOOT)
    assert marked(*above, "A winter at the mill", *PROSE, rule=HEAD) == list(OTHERS)
    assert marked(*above, "A winter at the mill", *PROSE) == []


def test_what_rules_have_cut_has_no_mark_of_its_place():
    assert not set(marked(*PROSE, *FURNITURE)) & {*FOOT, "Privacy policy", "All rights reserved"}


def test_fewer_than_three_different_lines_of_noise_are_no_end():
    assert marked(*PROSE, *FOOT[:1], *OTHERS, *FOOT[:1], "All rights reserved") == []
    assert marked(*PROSE, *FOOT[:2], *OTHERS, "All rights reserved") == list(OTHERS)


def test_below_an_end_that_is_only_likely_every_line_needs_the_doubt_of_the_scorer():
    lines = [*PROSE[:7], FOOT[0], OTHERS[1], PROSE[8], OTHERS[0], *FOOT[1:], "All rights reserved"]
    view, found = ends_of(segment_text("\n\n".join(lines)))
    scores = {view.document.text[slice(*mark.span)]: mark.score for mark in found}
    assert scores.keys() == {OTHERS[1], PROSE[8], OTHERS[0]}
    assert all(0 < score < CUTS_ALONE for score in scores.values())


def test_the_reasons_of_an_end_name_one_line_where_nothing_is_left_but_furniture():
    for lines, rule, named in (
        ((*PROSE, *FOOT, *OTHERS, "Privacy policy"), TAIL, FOOT[0]),
        (("Skip to main content", *OTHERS, *FOOT, *PROSE), HEAD, FOOT[1]),
    ):
        _, found = ends_of(segment_text("\n\n".join(lines)))
        reasons = {mark.reason for mark in found}
        assert {mark.rule for mark in found} == {rule.id}
        assert len(reasons) == 1
        assert reasons.pop().endswith(f"“{named}”")


def test_a_sentence_outside_needs_the_doubt_of_the_scorer():
    sentence = "The mayor thanked everybody who had helped."
    view, found = ends_of(segment_text("\n\n".join([*PROSE, *FOOT, OTHERS[0], sentence, *FURNITURE])))
    scores = {view.document.text[slice(*mark.span)]: mark.score for mark in found}
    assert scores[OTHERS[0]] == CUTS_ALONE
    assert 0 < scores[sentence] < CUTS_ALONE


# the columns that are measured


def seen(*rows):
    """Columns of blocks: ``p`` prose of 40 words, ``s`` a sentence of 6, ``k`` known noise of 2, ``x`` 4 other words."""
    words = {"p": 40, "s": 6, "k": 2, "x": 4, "d": 4}
    kinds = "".join(rows)
    return Seen(
        [words[kind] for kind in kinds],
        [kind == "p" for kind in kinds],
        [kind in "ps" for kind in kinds],
        [kind == "k" for kind in kinds],
        [kind in "kd" for kind in kinds],
        [f"{kind}{number}" for number, kind in enumerate(kinds)],
    )


def test_a_candidate_is_a_known_line_outside_of_eighty_words_of_running_text():
    assert [i for i, _ in seen("ppkxkkk").candidates()] == [2, 4]
    assert [i for i, _ in seen("pskxkkk").candidates()] == []
    assert [i for i, _ in seen("kppkkk").candidates()] == [3]


def test_from_a_candidate_on_there_are_three_different_known_lines():
    assert [i for i, _ in seen("ppkxkk").candidates()] == [2]
    assert [i for i, _ in seen("ppkxk").candidates()] == []
    same = Seen(**{**_columns(seen("ppkxkk")), "keys": ["p", "q", "k", "x", "k", "k"]})
    assert list(same.candidates()) == []


def test_known_lines_count_up_to_five_blocks_away():
    found = dict(seen("ppkxxxxkxxxxkkk").candidates())
    assert (found[2].known_outside, found[7].known_inside, found[7].known_outside) == (1, 1, 1)
    far = dict(seen("ppkxxxxxkkk").candidates())
    assert (far[2].known_outside, far[8].known_inside, far[8].known_outside) == (0, 0, 2)


def _columns(one):
    return {name: getattr(one, name) for name in one.__slots__}


def test_the_measures_of_a_candidate():
    found = dict(seen("pkpxkspdkxkk").candidates())
    assert found[4] == Measures(
        sentences=2, prose_outside=40, prose_inside=80, known_outside=1, known_inside=1, distance=2,
        doubted=5 / 8, unknown=6 + 40 + 4,
    )  # fmt: skip
    assert found[8].sentences == found[8].prose_outside == 0
    assert (found[8].prose_inside, found[8].known_outside, found[8].known_inside) == (120, 2, 1)


def test_running_text_outside_speaks_against_an_end():
    assert starts(seen("ppppkpppkkkk"), BELOW) == (8, 8)
    assert starts(seen("ppkppppppkkkk"), ABOVE) == (9, 9)
    assert starts(seen("ppppkssppxxkkkxk"), BELOW) == (11, 11)


def test_an_end_may_be_likely_before_it_is_sure():
    """Above the text more is needed: the menu of a page is longer than a line of buttons."""
    assert starts(seen("ppppkxxxxxxxxxxxkxkk"), BELOW) == (4, 4)
    assert starts(seen("ppppkxxxxxxxxxxxkxkk"), ABOVE) == (16, 16)
    assert starts(seen("ppkxkkk"), ABOVE) == (4, 4)
    assert starts(seen("ppkxx"), BELOW) == (5, 5)


@given(st.text("pskxd", max_size=40))
def test_what_is_surely_outside_is_likely_outside(kinds):
    for end in (BELOW, ABOVE):
        likely, sure = starts(seen(kinds), end)
        assert 0 <= likely <= sure <= len(kinds)
        assert all(i == len(kinds) or kinds[i] == "k" for i in (likely, sure))


@given(st.text("pskxd", max_size=30))
def test_more_running_text_outside_makes_no_end_likelier(kinds):
    for end in (BELOW, ABOVE):
        before = dict(seen(kinds, "kkk").candidates())
        after = dict(seen(kinds, "kkkpp", "kkk").candidates())
        for i, measures in before.items():
            known = measures.known_outside == after[i].known_outside
            assert not known or end.log_odds(after[i]._replace(doubted=measures.doubted)) < end.log_odds(measures)
